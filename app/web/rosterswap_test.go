package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	rosterpages "github.com/brevstemme/brevstemme/app/web/roster"
	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/staffing"
	"github.com/brevstemme/brevstemme/models/store/persons"
)

// bodil is a second receiver of the library, appointed and taught.
func (w *town) bodil() models.Person {
	w.t.Helper()
	ctx, letter := w.t.Context(), models.NewDate(2025, 9, 1)
	p, err := w.store.AddWithAccount(ctx, w.act(), persons.NewPerson{Name: "Bodil", Email: "bodil@example.dk", Person: models.Person{Employer: models.EmployerLibrary, Roles: []models.Role{models.RoleReceiver}, Receiver: true}}, persons.Credentials{Login: "bodil", Password: "et langt kodeord"})
	w.must(err)
	as := func() models.Act { a := w.act(); a.Role, a.Person = models.RoleLibraryLead, "LEAD"; return a }
	_, err = w.store.Appoint(ctx, as(), p.ID, w.kv, nil, "Borgmesteren", letter, letter)
	w.must(err)
	w.must(w.store.Instruct(ctx, as(), p.ID, []string{"receiving", "secrecy"}, letter))
	return p
}

// A swap over JSON: asked once however often it is sent, seen by both, declined,
// taken back, agreed to; the leaders decide as after the form.
func TestASwapOverJSON(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	bodil := w.bodil()
	lars, ida, bo := w.as("lars"), w.as("ida"), w.as("bodil")
	sessions, err := w.store.Sessions(t.Context(), w.kv, time.Time{}, time.Time{})
	w.must(err)
	first, last := sessions[0], sessions[len(sessions)-1]
	put := func(session, person string) string {
		t.Helper()
		lars.ok("/vagtplan/aabning/"+session, url.Values{"do": {"place"}, "person": {person}})
		all, err := w.store.ShiftsAt(t.Context(), session)
		w.must(err)
		for _, x := range all {
			if x.Person == person {
				return x.ID
			}
		}
		t.Fatal("not placed")
		return ""
	}
	idas, bodils := put(first.ID, w.ida), put(last.ID, bodil.ID)
	at, swaps := "/api/v1/me/shifts/"+idas+"/swap", func(who visitor) (out []rosterpages.SwapOut) {
		t.Helper()
		code, body := who.get("/api/v1/me/swaps")
		if w.must(json.Unmarshal([]byte(body), &out)); code != http.StatusOK {
			t.Fatal(code, body)
		}
		return out
	}
	ask := `{"act":"swap","with":"` + bodils + `"}`
	for what, x := range map[string]struct {
		who      visitor
		at, body string
		code     int
	}{
		"another's shift":    {bo, at, ask, http.StatusForbidden},
		"no act":             {ida, at, `{"with":"` + bodils + `"}`, http.StatusUnprocessableEntity},
		"no shift":           {ida, "/api/v1/me/shifts/VNONE/swap", ask, http.StatusNotFound},
		"for nothing":        {ida, at, `{"act":"swap","with":"VNONE"}`, http.StatusNotFound},
		"for her own":        {ida, at, `{"act":"swap","with":"` + idas + `"}`, http.StatusConflict},
		"nobody has asked":   {bo, at, `{"act":"decline"}`, http.StatusConflict},
		"nothing to take up": {ida, at, `{"act":"unask"}`, http.StatusConflict},
	} {
		if code, body := x.who.json(x.at, x.body); code != x.code {
			t.Errorf("%s: %d %s", what, code, body)
		}
	}

	w.mails = nil
	key := uuid.NewString()
	send := func(body string) (int, string) {
		req, err := http.NewRequest(site.POST, w.url+at, strings.NewReader(body))
		w.must(err)
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set(site.KeyHeader, key)
		code, answer, _ := ida.do(req)
		return code, answer
	}
	code, answer := send(ask)
	again, same := send(ask)
	entries, _, err := w.store.Entries(t.Context(), 0, "shift.swap_asked", 9)
	w.must(err)
	if code != http.StatusOK || again != code || same != answer || len(entries) != 1 || len(w.mails) != 1 {
		t.Errorf("%d %s, again %d %s; %d entries, %d mails", code, answer, again, same, len(entries), len(w.mails))
	}
	if code, _ := send(`{"act":"unask"}`); code != http.StatusConflict && code != http.StatusUnprocessableEntity {
		t.Errorf("another act under the same key: %d", code)
	}
	mine, asked := swaps(ida), swaps(bo)
	if len(mine) != 1 || !mine[0].Mine || mine[0].Asked.ID != idas || mine[0].For.ID != bodils || mine[0].Since.IsZero() || len(asked) != 1 || asked[0].Mine || len(swaps(lars)) != 0 {
		t.Errorf("%+v / %+v", mine, asked)
	}
	for _, x := range []struct {
		who  visitor
		body string
		left int
	}{{bo, `{"act":"decline"}`, 0}, {ida, ask, 1}, {ida, `{"act":"unask"}`, 0}, {ida, ask, 1}} {
		if code, body := x.who.json(at, x.body); code != http.StatusOK || len(swaps(bo)) != x.left {
			t.Errorf("%s: %d %s", x.body, code, body)
		}
	}
	var halves []rosterpages.ShiftOut
	code, answer = bo.json(at, `{"act":"agree"}`)
	w.must(json.Unmarshal([]byte(answer), &halves))
	claims := map[string]string{} // who → session
	for _, x := range halves {
		if x.State == string(staffing.ShiftClaimed) {
			claims[x.Person] = x.Session
		}
	}
	if code != http.StatusOK || len(halves) != 3 || claims[bodil.ID] != first.ID || claims[w.ida] != last.ID {
		t.Errorf("%d %s", code, answer)
	}
	if len(swaps(bo)) != 0 {
		t.Error("it still waits")
	}
}
