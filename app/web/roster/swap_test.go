package roster_test

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
	"github.com/brevstemme/brevstemme/app/web/webtest"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/staffing"
	"github.com/brevstemme/brevstemme/models/store/persons"
)

// bodil is a second receiver of the library, appointed and taught.
func (w *town) bodil() models.Person {
	w.T.Helper()
	ctx, letter := w.T.Context(), models.NewDate(2025, 9, 1)
	p, err := w.Store.AddWithAccount(ctx, w.Act(), persons.NewPerson{Name: "Bodil", Email: "bodil@example.dk", Person: models.Person{Employer: models.EmployerLibrary, Roles: []models.Role{models.RoleReceiver}, Receiver: true}}, persons.Credentials{Login: "bodil", Password: "et langt kodeord"})
	w.Must(err)
	as := func() models.Act { a := w.Act(); a.Role, a.Person = models.RoleLibraryLead, "LEAD"; return a }
	_, err = w.Store.Appoint(ctx, as(), p.ID, w.Local, nil, "Borgmesteren", letter, letter)
	w.Must(err)
	w.Must(w.Store.Instruct(ctx, as(), p.ID, []string{"receiving", "secrecy"}, letter))
	return p
}

// swapping is Ida with the first shift of the plan and Bodil with its last.
type swapping struct {
	*town
	ida, bo      webtest.Visitor
	bodil        string // her person
	first, last  string // sessions
	idas, bodils string // shifts
	at, ask      string // where Ida asks, and what she sends
}

func newSwapping(t *testing.T) *swapping {
	t.Helper()
	x := &swapping{town: newTown(t)}
	x.bodil = x.town.bodil().ID
	x.ida, x.bo = x.As("ida"), x.As("bodil")
	sessions, err := x.Store.Sessions(t.Context(), x.Local, time.Time{}, time.Time{})
	x.Must(err)
	x.first, x.last = sessions[0].ID, sessions[len(sessions)-1].ID
	x.idas, x.bodils = x.put(x.first, x.town.Ida), x.put(x.last, x.bodil)
	x.at, x.ask = "/api/v1/me/shifts/"+x.idas+"/swap", `{"act":"swap","with":"`+x.bodils+`"}`
	return x
}

// put places a person at a session and returns the shift.
func (x *swapping) put(session, person string) string {
	x.T.Helper()
	x.As("lars").OK("/vagtplan/aabning/"+session, url.Values{"do": {"place"}, "person": {person}})
	all, err := x.Store.ShiftsAt(x.T.Context(), session)
	x.Must(err)
	i := slices.IndexFunc(all, func(s staffing.Shift) bool { return s.Person == person })
	if i < 0 {
		x.T.Fatalf("%s is not placed", person)
	}
	return all[i].ID
}

// waiting are the questions that somebody sees.
func (x *swapping) waiting(who webtest.Visitor) (out []rosterpages.SwapOut) {
	x.T.Helper()
	code, body := who.Get("/api/v1/me/swaps")
	if x.Must(json.Unmarshal([]byte(body), &out)); code != http.StatusOK {
		x.T.Fatal(code, body)
	}
	return out
}

func TestWhatIsNoSwap(t *testing.T) {
	t.Parallel()
	x := newSwapping(t)
	for what, y := range map[string]struct {
		who      webtest.Visitor
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
		if code, body := y.who.JSON(y.at, y.body); code != y.code {
			t.Errorf("%s: %d %s", what, code, body)
		}
	}
}

// A swap is asked once, however often it is sent under one key: one entry, one mail.
func TestASwapIsAskedOnce(t *testing.T) {
	t.Parallel()
	x := newSwapping(t)
	x.ForgetMails()
	key := uuid.NewString()
	send := func(body string) (int, string) {
		req, err := http.NewRequest(site.POST, x.URL+x.at, strings.NewReader(body))
		x.Must(err)
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set(site.KeyHeader, key)
		code, answer, _ := x.ida.Do(req)
		return code, answer
	}
	code, answer := send(x.ask)
	again, same := send(x.ask)
	entries, _, err := x.Store.Entries(t.Context(), 0, "shift.swap_asked", 9)
	x.Must(err)
	if code != http.StatusOK || again != code || same != answer || len(entries) != 1 || len(x.Mails()) != 1 {
		t.Errorf("%d %s, again %d %s; %d entries, %d mails", code, answer, again, same, len(entries), len(x.Mails()))
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
	step := func(who webtest.Visitor, body string, left int) string {
		t.Helper()
		code, answer := who.JSON(x.at, body)
		if code != http.StatusOK || len(x.waiting(x.bo)) != left {
			t.Errorf("%s: %d %s", body, code, answer)
		}
		return answer
	}
	step(x.ida, x.ask, 1)
	mine, asked := x.waiting(x.ida), x.waiting(x.bo)
	if len(mine) != 1 || !mine[0].Mine || mine[0].Asked.ID != x.idas || mine[0].For.ID != x.bodils || mine[0].Since.IsZero() || len(asked) != 1 || asked[0].Mine || len(x.waiting(x.As("lars"))) != 0 {
		t.Errorf("%+v / %+v", mine, asked)
	}
	step(x.bo, `{"act":"decline"}`, 0)
	step(x.ida, x.ask, 1)
	step(x.ida, `{"act":"unask"}`, 0)
	step(x.ida, x.ask, 1)
	var halves []rosterpages.ShiftOut
	x.Must(json.Unmarshal([]byte(step(x.bo, `{"act":"agree"}`, 0)), &halves))
	claims := map[string]string{} // who → session
	for _, h := range halves {
		if h.State == string(staffing.ShiftClaimed) {
			claims[h.Person] = h.Session
		}
	}
	if len(halves) != 3 || claims[x.bodil] != x.first || claims[x.town.Ida] != x.last {
		t.Errorf("%+v", halves)
	}
}
