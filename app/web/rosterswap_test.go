package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
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

// swapping is Ida with the first shift of the plan and Bodil with its last.
type swapping struct {
	*town
	ida, bo      visitor
	bodil        string // her person
	first, last  string // sessions
	idas, bodils string // shifts
	at, ask      string // where Ida asks, and what she sends
}

func newSwapping(t *testing.T) *swapping {
	t.Helper()
	x := &swapping{town: newTown(t)}
	x.bodil = x.town.bodil().ID
	x.ida, x.bo = x.as("ida"), x.as("bodil")
	sessions, err := x.store.Sessions(t.Context(), x.kv, time.Time{}, time.Time{})
	x.must(err)
	x.first, x.last = sessions[0].ID, sessions[len(sessions)-1].ID
	x.idas, x.bodils = x.put(x.first, x.town.ida), x.put(x.last, x.bodil)
	x.at, x.ask = "/api/v1/me/shifts/"+x.idas+"/swap", `{"act":"swap","with":"`+x.bodils+`"}`
	return x
}

// put places a person at a session and returns the shift.
func (x *swapping) put(session, person string) string {
	x.t.Helper()
	x.as("lars").ok("/vagtplan/aabning/"+session, url.Values{"do": {"place"}, "person": {person}})
	all, err := x.store.ShiftsAt(x.t.Context(), session)
	x.must(err)
	i := slices.IndexFunc(all, func(s staffing.Shift) bool { return s.Person == person })
	if i < 0 {
		x.t.Fatalf("%s is not placed", person)
	}
	return all[i].ID
}

// waiting are the questions that somebody sees.
func (x *swapping) waiting(who visitor) (out []rosterpages.SwapOut) {
	x.t.Helper()
	code, body := who.get("/api/v1/me/swaps")
	if x.must(json.Unmarshal([]byte(body), &out)); code != http.StatusOK {
		x.t.Fatal(code, body)
	}
	return out
}

func TestWhatIsNoSwap(t *testing.T) {
	t.Parallel()
	x := newSwapping(t)
	for what, y := range map[string]struct {
		who      visitor
		at, body string
		code     int
	}{
		"another's shift":    {x.bo, x.at, x.ask, http.StatusForbidden},
		"no act":             {x.ida, x.at, `{"with":"` + x.bodils + `"}`, http.StatusUnprocessableEntity},
		"no shift":           {x.ida, "/api/v1/me/shifts/VNONE/swap", x.ask, http.StatusNotFound},
		"for nothing":        {x.ida, x.at, `{"act":"swap","with":"VNONE"}`, http.StatusNotFound},
		"for her own":        {x.ida, x.at, `{"act":"swap","with":"` + x.idas + `"}`, http.StatusConflict},
		"nobody has asked":   {x.bo, x.at, `{"act":"decline"}`, http.StatusConflict},
		"nothing to take up": {x.ida, x.at, `{"act":"unask"}`, http.StatusConflict},
	} {
		if code, body := y.who.json(y.at, y.body); code != y.code {
			t.Errorf("%s: %d %s", what, code, body)
		}
	}
}

// A swap is asked once, however often it is sent under one key: one entry, one mail.
func TestASwapIsAskedOnce(t *testing.T) {
	t.Parallel()
	x := newSwapping(t)
	x.mails = nil
	key := uuid.NewString()
	send := func(body string) (int, string) {
		req, err := http.NewRequest(site.POST, x.url+x.at, strings.NewReader(body))
		x.must(err)
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set(site.KeyHeader, key)
		code, answer, _ := x.ida.do(req)
		return code, answer
	}
	code, answer := send(x.ask)
	again, same := send(x.ask)
	entries, _, err := x.store.Entries(t.Context(), 0, "shift.swap_asked", 9)
	x.must(err)
	if code != http.StatusOK || again != code || same != answer || len(entries) != 1 || len(x.mails) != 1 {
		t.Errorf("%d %s, again %d %s; %d entries, %d mails", code, answer, again, same, len(entries), len(x.mails))
	}
	if code, _ := send(`{"act":"unask"}`); code != http.StatusConflict && code != http.StatusUnprocessableEntity {
		t.Errorf("another act under the same key: %d", code)
	}
}

// A swap over JSON: seen by both, declined, taken back, agreed to; the leaders
// decide as after the form.
func TestASwapOverJSON(t *testing.T) {
	t.Parallel()
	x := newSwapping(t)
	step := func(who visitor, body string, left int) string {
		t.Helper()
		code, answer := who.json(x.at, body)
		if code != http.StatusOK || len(x.waiting(x.bo)) != left {
			t.Errorf("%s: %d %s", body, code, answer)
		}
		return answer
	}
	step(x.ida, x.ask, 1)
	mine, asked := x.waiting(x.ida), x.waiting(x.bo)
	if len(mine) != 1 || !mine[0].Mine || mine[0].Asked.ID != x.idas || mine[0].For.ID != x.bodils || mine[0].Since.IsZero() || len(asked) != 1 || asked[0].Mine || len(x.waiting(x.as("lars"))) != 0 {
		t.Errorf("%+v / %+v", mine, asked)
	}
	step(x.bo, `{"act":"decline"}`, 0)
	step(x.ida, x.ask, 1)
	step(x.ida, `{"act":"unask"}`, 0)
	step(x.ida, x.ask, 1)
	var halves []rosterpages.ShiftOut
	x.must(json.Unmarshal([]byte(step(x.bo, `{"act":"agree"}`, 0)), &halves))
	claims := map[string]string{} // who → session
	for _, h := range halves {
		if h.State == string(staffing.ShiftClaimed) {
			claims[h.Person] = h.Session
		}
	}
	if len(halves) != 3 || claims[x.bodil] != x.first || claims[x.town.ida] != x.last {
		t.Errorf("%+v", halves)
	}
}
