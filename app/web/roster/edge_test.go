package roster_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/app/web/webtest"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/staffing"
	"github.com/brevstemme/brevstemme/models/store/persons"
)

// What cannot be is answered in plain words, Danish and English, and changes
// nothing: people, sessions and shifts that do not exist, hours below zero, a rule
// out of bounds, a body with a field that nobody knows.
func TestWhatCannotBeInTheRoster(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	karen, lars, ida := w.As("karen"), w.As("lars"), w.As("ida")
	sessions, err := w.Store.Sessions(t.Context(), w.Local, time.Time{}, time.Time{})
	w.Must(err)
	at, person, base := "/vagtplan/aabning/"+sessions[0].ID, "/vagtplan/person/"+w.Ida, "/vagtplan/valg/"+w.Local
	form := func(pairs ...string) url.Values {
		v := url.Values{}
		for i := 0; i < len(pairs); i += 2 {
			v.Set(pairs[i], pairs[i+1])
		}
		return v
	}
	for _, c := range []struct {
		name   string
		who    webtest.Visitor
		path   string
		form   url.Values
		status int
		da, en string
	}{
		{"a person who is not", lars, at, form("do", "place", "person", "PNOBODY"), 404, "findes ikke", "does not exist"},
		{"a session that is not", lars, "/vagtplan/aabning/SNONE", form("do", "place", "person", w.Ida), 404, "findes ikke", "does not exist"},
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
			status, page := c.who.In(lang, site.POST, c.path, c.form)
			if status != c.status || !strings.Contains(page, word) {
				_, body, _ := strings.Cut(page, "<main")
				t.Errorf("%s (%s): %d, want %d and %q in\n%.700s", c.name, lang, status, c.status, word, body)
			}
		}
	}
	for body, path := range map[string]string{
		`{"mode":"all","speed":9}`: "/api/v1/rosters/" + w.Local + "/proposals",
		`{"cells":[{"session":"` + sessions[0].ID + `","was":[],"now":[],"minutes":-4}]}`: "/api/v1/rosters/" + w.Local + "/week",
		`{"act":"confirm","shift":1}`: "/api/v1/me/shifts/VNONE",
	} {
		if status, answer := karen.JSON(path, body); status != http.StatusBadRequest && status != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d %s", body, status, answer)
		}
	}
	left, err := w.Store.Shifts(t.Context(), time.Time{}, time.Time{})
	if w.Must(err); len(left) > 0 {
		t.Errorf("%d shifts were made", len(left))
	}
}

// A roster without people says so before it is asked and after.
func TestARosterOfNobody(t *testing.T) {
	t.Parallel()
	l := webtest.NewLibrary(t)
	l.Now = l.Now.AddDate(0, -1, 0)
	l.Must(l.Store.SetStaffing(t.Context(), l.Act(), l.Local, staffing.Rules{Required: true})) // and nobody is appointed
	_, err := l.Store.AddPerson(t.Context(), l.Act(), persons.NewPerson{Name: "Ny", Person: models.Person{Employer: models.EmployerLibrary, Receiver: true}})
	l.Must(err)
	karen := l.As("karen")
	for lang, words := range map[string][]string{"da": {"ikke kan bemandes", "Udpeg og instruér først", "Der skal være 2 personer", "brevstemmemodtagere mangler udpegning eller instruktion"}, "en": {"cannot be staffed", "Appoint and instruct first", "2 people are needed", "lack appointment or instruction"}} {
		status, page := karen.In(lang, site.GET, "/vagtplan/valg/"+l.Local+"/forslag", nil)
		if status != 200 {
			t.Fatal(status, page)
		}
		for _, word := range words {
			if !strings.Contains(page, word) {
				_, body, _ := strings.Cut(page, "<main")
				t.Errorf("%s: no %q in %.3000s", lang, word, body)
			}
		}
		if status, page := karen.In(lang, site.POST, "/vagtplan/valg/"+l.Local+"/forslag", url.Values{"mode": {"all"}}); status != http.StatusUnprocessableEntity && status != http.StatusConflict {
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
	lars := w.As("lars")
	sessions, err := w.Store.Sessions(t.Context(), w.Local, time.Time{}, time.Time{})
	w.Must(err)
	first, last := sessions[0], sessions[len(sessions)-1]
	for _, x := range []string{first.ID, last.ID} {
		lars.OK("/vagtplan/aabning/"+x, url.Values{"do": {"place"}, "person": {w.Ida}})
	}
	w.Now = first.Ends.Add(time.Hour)
	w.ForgetMails()
	lars.OK("/vagtplan/person/"+w.Ida, url.Values{"do": {"leave"}})
	mine, err := w.Store.ShiftsOf(t.Context(), w.Ida)
	w.Must(err)
	if len(mine) != 2 || mine[0].State != "approved" || mine[1].State != "absent" {
		t.Errorf("%+v", mine)
	}
	if len(w.Mails()) != 1 || w.Mails()[0].To != "ida@example.dk" {
		t.Errorf("%d mails", len(w.Mails()))
	}
	if _, page := lars.Get("/vagtplan/aabning/" + last.ID); !strings.Contains(page, "Mangler i tidsrummet") || !strings.Contains(page, `<ol class="calls">`) {
		t.Error("the hole is not shown, or nobody to call")
	}
	if status, page := lars.Post("/vagtplan/aabning/"+last.ID, url.Values{"do": {"place"}, "person": {w.Ida}}); status == http.StatusSeeOther || !strings.Contains(page, "fratrådt") {
		t.Error("placed after leaving", status)
	}
}
