package roster_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	rosterpages "github.com/brevstemme/brevstemme/app/web/roster"
	"github.com/brevstemme/brevstemme/app/web/webtest"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/staffing"
	"github.com/brevstemme/brevstemme/models/store/persons"
	"github.com/brevstemme/brevstemme/models/store/plans"
)

var (
	weekCell = regexp.MustCompile(`name="c\.(S[0-9A-Z]+)" value="([^"]*)"[^>]*><input type="hidden" name="w\.S[0-9A-Z]+" value="([^"]*)"><input type="hidden" name="i\.S[0-9A-Z]+" value="([^"]*)"`)
	codeRow  = regexp.MustCompile(`<th scope="row">([0-9A-ZÆØÅ]+)</th><td data-label="Person"><a href="/vagtplan/person/(P[0-9A-Z]+)"`)
)

// typed is the form of a week as a page shows it.
func typed(page string) (form url.Values, sessions []string) {
	form = url.Values{}
	for _, m := range weekCell.FindAllStringSubmatch(page, -1) {
		form.Set("c."+m[1], m[2])
		form.Set("w."+m[1], m[3])
		form.Set("i."+m[1], m[4])
		sessions = append(sessions, m[1])
	}
	return form, sessions
}

// Two leaders type the same week: the second is told what the first did, sees both
// changes put together in the form, and saves that. Nothing is lost, and it works
// as an ordinary form.
func TestTwoLeadersTypeOneWeek(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	places, err := w.Store.Places(t.Context())
	w.Must(err)
	other := models.Person{Employer: models.EmployerLibrary, Roles: []models.Role{models.RoleLibraryLead}}
	for _, p := range places {
		other.Places = append(other.Places, p.ID)
	}
	_, err = w.Store.AddWithAccount(t.Context(), w.Act(), persons.NewPerson{Name: "Mona", Person: other}, persons.Credentials{Login: "mona", Password: "et langt kodeord"})
	w.Must(err)
	lars, mona := w.As("lars"), w.As("mona")
	path := "/vagtplan/valg/" + w.Local + "/skriv"
	_, page := lars.Get(path + "?uge=2025-45")
	first, sessions := typed(page)
	codes := codeRow.FindAllStringSubmatch(page, -1)
	if len(sessions) < 50 || len(codes) != 60 {
		t.Fatalf("%d cells, %d codes\n%.900s", len(sessions), len(codes), page[strings.LastIndex(page, "<details"):])
	}
	_, page = mona.Get(path + "?uge=2025-45")
	second, _ := typed(page)
	x, y := sessions[0], sessions[1]
	for _, f := range []url.Values{first, second} {
		f.Set("week", "2025-45")
	}
	first.Set("c."+x, codes[0][1]+" "+codes[1][1])
	if status, page := lars.Post(path, first); status != http.StatusSeeOther {
		t.Fatal(status, page)
	}
	second.Set("c."+x, codes[2][1])
	second.Set("c."+y, codes[3][1])
	status, page := mona.Post(path, second)
	again, _ := typed(page)
	both := strings.Fields(again.Get("c." + x))
	if status == http.StatusSeeOther || len(both) != 3 || again.Get("c."+y) != codes[3][1] || !strings.Contains(page, "Ændret af en anden") {
		t.Fatalf("%d %v %q", status, both, again.Get("c."+y))
	}
	if at, err := w.Store.ShiftsAt(t.Context(), y); err != nil || len(at) != 0 {
		t.Fatal("half of the week was saved", at, err)
	}
	again.Set("week", "2025-45")
	if status, page := mona.Post(path, again); status != http.StatusSeeOther {
		t.Fatal(status, page)
	}
	at, err := w.Store.ShiftsAt(t.Context(), x)
	if w.Must(err); len(at) != 3 {
		t.Fatalf("%d shifts, want both leaders'", len(at))
	}
	sx, err := w.Store.Session(t.Context(), x)
	w.Must(err)
	for _, id := range sessions[1:] { // another place in the same hours
		if sy, err := w.Store.Session(t.Context(), id); err == nil && sy.Starts.Before(sx.Ends) && sx.Starts.Before(sy.Ends) {
			y = id
		}
	}
	w.remarks(lars, path, x, y, codes)
}

// remarks: what cannot be saved is said while it is typed, refused when it is
// sent all the same, and nothing of what was typed is lost.
func (w *town) remarks(lars webtest.Visitor, path, x, y string, codes [][]string) {
	t := w.T
	check := func(cells map[string]string) map[string]rosterpages.RosterCheckOut {
		body, err := json.Marshal(rosterpages.RosterCheckIn{Week: "2025-45", Cells: cells})
		w.Must(err)
		status, answer := lars.JSON("/api/v1/rosters/"+w.Local+"/check", string(body))
		out := map[string]rosterpages.RosterCheckOut{}
		if w.Must(json.Unmarshal([]byte(answer), &out)); status != 200 {
			t.Fatal(status, answer)
		}
		return out
	}
	out := check(map[string]string{x: codes[3][1], y: codes[3][1] + " QQQ"})
	said := fmt.Sprint(out)
	for _, want := range []string{"er på vagt samtidig", "»QQQ« kendes ikke"} {
		if !strings.Contains(said, want) {
			t.Errorf("nothing says %q: %s", want, said)
		}
	}
	_, page := lars.Get(path + "?uge=2025-45")
	form, _ := typed(page)
	form.Set("week", "2025-45")
	form.Set("c."+x, "QQQ")
	status, page := lars.Post(path, form)
	if back, _ := typed(page); status == http.StatusSeeOther || back.Get("c."+x) != "QQQ" {
		t.Errorf("%d, the cell holds %q", status, back.Get("c."+x))
	}
	if status, _ := w.As("ida").Get(path); status != http.StatusForbidden {
		t.Errorf("a receiver types the roster: %d", status)
	}
}

// A session is moved and another cancelled after the roster was made: the week
// says which shifts they left behind, and one click mends them.
func TestShiftsFollowByOneClick(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	karen, lars := w.As("karen"), w.As("lars")
	base := "/vagtplan/valg/" + w.Local
	if status, page := karen.Post(base+"/forslag", url.Values{"mode": {"all"}}); status != http.StatusSeeOther {
		t.Fatal(status, page)
	}
	shifts, err := w.Store.Shifts(t.Context(), w.Now, time.Time{})
	w.Must(err)
	var ids []string
	for _, s := range shifts {
		if s.Employer == models.EmployerLibrary {
			ids = append(ids, s.ID)
		}
	}
	if status, page := lars.Post(base+"/godkend", url.Values{"shift": ids, "do": {"approve"}}); status != http.StatusSeeOther {
		t.Fatal(status, page)
	}
	var one staffing.Shift
	for _, s := range shifts {
		if s.Employer == models.EmployerLibrary {
			one = s
		}
	}
	act := w.Act()
	act.Person, act.Role = w.Person["karen"], models.RoleCoordinator
	_, err = w.Store.ChangeSession(t.Context(), act, w.Local, one.Session, plans.SessionChange{Cancel: true}, "Vandskade i læsesalen")
	w.Must(err)
	_, page := karen.Get(base)
	if !strings.Contains(page, "passer ikke længere til deres åbning") || !strings.Contains(page, "Aflyst") {
		t.Fatal("the week does not say that shifts were left behind")
	}
	w.ForgetMails()
	if status, page := karen.Post(base, url.Values{}); status != http.StatusSeeOther {
		t.Fatal(status, page)
	}
	now, err := w.Store.ShiftByID(t.Context(), one.ID)
	if w.Must(err); now.State != staffing.ShiftCancelled {
		t.Errorf("%s", now.State)
	}
	if len(w.Mails()) == 0 {
		t.Error("nobody was told")
	}
	if _, page = karen.Get(base); strings.Contains(page, "passer ikke længere") {
		t.Error("still left behind")
	}
}
