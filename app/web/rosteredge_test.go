package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/staffing"
	"github.com/brevstemme/brevstemme/models/store/persons"
)

// in asks for a page, or posts a form, with a browser of that language.
func (v visitor) in(lang, method, path string, form url.Values) (int, string) {
	v.l.t.Helper()
	if form != nil {
		form.Set(site.KeyField, uuid.NewString())
	}
	req, err := http.NewRequest(method, v.l.url+path, strings.NewReader(form.Encode()))
	v.l.must(err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Accept-Language", lang)
	code, body, _ := v.do(req)
	return code, body
}

// What cannot be is answered in plain words, Danish and English, and changes
// nothing: people, sessions and shifts that do not exist, hours below zero, a rule
// out of bounds, a body with a field that nobody knows.
func TestWhatCannotBeInTheRoster(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	karen, lars, ida := w.as("karen"), w.as("lars"), w.as("ida")
	sessions, err := w.store.Sessions(t.Context(), w.kv, time.Time{}, time.Time{})
	w.must(err)
	at, person, base := "/vagtplan/aabning/"+sessions[0].ID, "/vagtplan/person/"+w.ida, "/vagtplan/valg/"+w.kv
	form := func(pairs ...string) url.Values {
		v := url.Values{}
		for i := 0; i < len(pairs); i += 2 {
			v.Set(pairs[i], pairs[i+1])
		}
		return v
	}
	for _, c := range []struct {
		name   string
		who    visitor
		path   string
		form   url.Values
		status int
		da, en string
	}{
		{"a person who is not", lars, at, form("do", "place", "person", "PNOBODY"), 404, "findes ikke", "does not exist"},
		{"a session that is not", lars, "/vagtplan/aabning/SNONE", form("do", "place", "person", w.ida), 404, "findes ikke", "does not exist"},
		{"a shift that is not", lars, at, form("do", "cancel", "shift", "VNONE"), 404, "findes ikke", "does not exist"},
		{"one's own shift that is not", ida, "/min-vagtplan", form("do", "confirm", "shift", "VNONE"), 404, "findes ikke", "does not exist"},
		{"an election that is not", karen, "/vagtplan/valg/ENONE/forslag", form("mode", "all"), 404, "findes ikke", "does not exist"},
		{"hours below zero", lars, person, form("do", "terms", "target", "-5", "week", "0", "most", "0", "travel", "0"), 422, "-5", "-5"},
		{"hours in words", lars, person, form("do", "terms", "target", "mange", "week", "0", "most", "0", "travel", "0"), 422, "mange", "mange"},
		{"an answer that is none", ida, "/min-vagtplan/oensker", form("target", "-1"), 422, "-1", "-1"},
		{"minutes below zero in the rules", karen, base + "/regler", form("votes", "10", "minutes", "-3", "wait", "5"), 422, "-3", "-3"},
		{"nothing asked for", karen, base + "/forslag", form("mode", "everything"), 422, "Vælg", "Choose"},
		{"nobody chosen", lars, base + "/godkend", form("do", "approve"), 422, "Vælg mindst én vagt", "Choose at least one shift"},
		{"an unknown act", lars, at, form("do", "dance"), 422, "valg", "choice"},
	} {
		for lang, word := range map[string]string{"da": c.da, "en": c.en} {
			status, page := c.who.in(lang, site.POST, c.path, c.form)
			if status != c.status || !strings.Contains(page, word) {
				_, body, _ := strings.Cut(page, "<main")
				t.Errorf("%s (%s): %d, want %d and %q in\n%.700s", c.name, lang, status, c.status, word, body)
			}
		}
	}
	for body, path := range map[string]string{
		`{"mode":"all","speed":9}`: "/api/v1/rosters/" + w.kv + "/proposals",
		`{"cells":[{"session":"` + sessions[0].ID + `","was":[],"now":[],"minutes":-4}]}`: "/api/v1/rosters/" + w.kv + "/week",
		`{"act":"confirm","shift":1}`: "/api/v1/me/shifts/VNONE",
	} {
		if status, answer := karen.json(path, body); status != http.StatusBadRequest && status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d %s", body, status, answer)
		}
	}
	left, err := w.store.Shifts(t.Context(), time.Time{}, time.Time{})
	if w.must(err); len(left) > 0 {
		t.Errorf("%d shifts were made", len(left))
	}
}

// A roster without people says so before it is asked and after.
func TestARosterOfNobody(t *testing.T) {
	t.Parallel()
	l := newLibrary(t)
	l.now = l.now.AddDate(0, -1, 0)
	l.must(l.store.SetStaffing(t.Context(), l.act(), l.kv, staffing.Rules{Required: true})) // and nobody is appointed
	_, err := l.store.AddPerson(t.Context(), l.act(), persons.NewPerson{Name: "Ny", Person: models.Person{Employer: models.EmployerLibrary, Receiver: true}})
	l.must(err)
	karen := l.as("karen")
	for lang, words := range map[string][]string{"da": {"ikke kan bemandes", "Udpeg og instruér først", "Der skal være 2 personer", "brevstemmemodtagere mangler udpegning eller instruktion"}, "en": {"cannot be staffed", "Appoint and instruct first", "2 people are needed", "lack appointment or instruction"}} {
		status, page := karen.in(lang, site.GET, "/vagtplan/valg/"+l.kv+"/forslag", nil)
		if status != 200 {
			t.Fatal(status, page)
		}
		for _, word := range words {
			if !strings.Contains(page, word) {
				_, body, _ := strings.Cut(page, "<main")
				t.Errorf("%s: no %q in %.3000s", lang, word, body)
			}
		}
		if status, page := karen.in(lang, site.POST, "/vagtplan/valg/"+l.kv+"/forslag", url.Values{"mode": {"all"}}); status != http.StatusUnprocessableEntity && status != http.StatusConflict {
			_, body, _ := strings.Cut(page, "<main")
			t.Errorf("%s: %d %.500s", lang, status, body)
		}
	}
}

// Who leaves mid-election gives all coming shifts back as holes with a list of whom
// to call, and is told; past shifts stay.
func TestAPersonLeavesMidElection(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	lars := w.as("lars")
	sessions, err := w.store.Sessions(t.Context(), w.kv, time.Time{}, time.Time{})
	w.must(err)
	first, last := sessions[0], sessions[len(sessions)-1]
	for _, x := range []string{first.ID, last.ID} {
		lars.ok("/vagtplan/aabning/"+x, url.Values{"do": {"place"}, "person": {w.ida}})
	}
	w.now = first.Ends.Add(time.Hour)
	w.mails = nil
	lars.ok("/vagtplan/person/"+w.ida, url.Values{"do": {"leave"}})
	mine, err := w.store.ShiftsOf(t.Context(), w.ida)
	w.must(err)
	if len(mine) != 2 || mine[0].State != "approved" || mine[1].State != "absent" {
		t.Errorf("%+v", mine)
	}
	if len(w.mails) != 1 || w.mails[0].To != "ida@example.dk" {
		t.Errorf("%d mails", len(w.mails))
	}
	if _, page := lars.get("/vagtplan/aabning/" + last.ID); !strings.Contains(page, "Mangler i tidsrummet") || !strings.Contains(page, `<ol class="calls">`) {
		t.Error("the hole is not shown, or nobody to call")
	}
	if status, page := lars.post("/vagtplan/aabning/"+last.ID, url.Values{"do": {"place"}, "person": {w.ida}}); status == http.StatusSeeOther || !strings.Contains(page, "fratrådt") {
		t.Error("placed after leaving", status)
	}
}
