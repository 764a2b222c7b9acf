package roster_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	rosterpages "github.com/brevstemme/brevstemme/app/web/roster"
	"github.com/brevstemme/brevstemme/app/web/webtest"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/staffing"
)

// wished is how a wish of sayWishes would be told. Its number stands apart: in one
// of some hundred ids it may stand by chance.
var wished = regexp.MustCompile(`\b(72:01|4321|4\.321)\b|[Hh]elst ikke|Kan ikke|kan ikke</|rather_not`)

// What a leader can fetch holds nothing of the other employer's wishes and
// reasons: not in a page, a file or an answer to a program. Every byte is looked
// at, of every address of the roster.
func TestTheOtherEmployersWishesAreInvisible(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	karen, lars := w.As("karen"), w.As("lars")
	people, err := w.Store.People(t.Context())
	w.Must(err)
	others := slices.DeleteFunc(people, func(p models.Person) bool { return p.Employer != models.EmployerCitizenService })
	w.sayWishes(others)
	if status, page := karen.Post("/vagtplan/valg/"+w.Local+"/forslag", url.Values{"mode": {"all"}}); status != http.StatusSeeOther {
		t.Fatal(status, page)
	}
	shifts, err := w.Store.Shifts(t.Context(), w.Now, time.Time{})
	w.Must(err)
	for _, path := range w.addresses(others, shifts) {
		status, body := lars.Get(path)
		if status != 200 {
			t.Errorf("%s: %d", path, status)
		}
		if told := wished.FindString(body); told != "" {
			t.Errorf("%s says %q", path, told)
		}
		if strings.HasPrefix(path, "/vagtplan/aabning/") && (strings.Contains(body, "Bor nærmest") || strings.Contains(body, "Bedste valg") || strings.Contains(body, "Har timer tilbage")) {
			t.Errorf("%s gives the reasons for the other employer's people", path)
		}
	}
	w.overJSON(lars, karen, shifts)
}

// sayWishes has each of some people wish for 4,321 minutes, which are 72:01 hours:
// a number that stands nowhere else; and say rather not to one half day, and no to
// another.
func (w *town) sayWishes(people []models.Person) {
	w.T.Helper()
	e, err := w.Store.Election(w.T.Context(), w.Local)
	w.Must(err)
	for i, p := range people {
		act := w.Act()
		act.Key, act.Person = fmt.Sprintf("%s-w%d", act.Key, i), p.ID
		said := []staffing.Said{{HalfDay: staffing.HalfDay{Day: e.First.Add(i % 20)}, Answer: staffing.RatherNot}, {HalfDay: staffing.HalfDay{Day: e.First.Add(1 + i%20), Late: true}, Answer: staffing.Cannot}}
		w.Must(w.Store.SayWishes(w.T.Context(), act, p.ID, w.Local, staffing.Wish{TargetMin: 4321, Said: said}))
	}
}

// addresses are those of the roster: what all have in common, eight sessions where
// the other employer's people are alone, and the pages of some of these people.
func (w *town) addresses(others []models.Person, shifts []staffing.Shift) []string {
	w.T.Helper()
	base := "/vagtplan/valg/" + w.Local
	paths := []string{base, base + "/skriv", base + "/godkend", base + "/timer", base + "/timer.csv", "/vagtplan/personer", "/api/v1/people", "/api/v1/rosters/" + w.Local + "/shifts", "/api/v1/rosters/" + w.Local + "/hours", "/"}
	mixed := map[string]map[models.Employer]bool{}
	for _, s := range shifts {
		if mixed[s.Session] == nil {
			mixed[s.Session] = map[models.Employer]bool{}
		}
		mixed[s.Session][s.Employer] = true
	}
	alone := 0
	for _, id := range slices.Sorted(maps.Keys(mixed)) {
		if who := mixed[id]; len(who) == 1 && who[models.EmployerCitizenService] && alone < 8 {
			paths, alone = append(paths, "/vagtplan/aabning/"+id), alone+1
		}
	}
	if alone == 0 {
		w.T.Fatal("no session with the other employer's people alone")
	}
	for _, p := range others {
		if len(paths) < 30 {
			paths = append(paths, "/vagtplan/person/"+p.ID)
		}
	}
	return paths
}

// overJSON: the same limits hold for programs.
func (w *town) overJSON(lars, karen webtest.Visitor, shifts []staffing.Shift) {
	t, one := w.T, "/api/v1/rosters/"+w.Local
	_, body := lars.Get(one + "/shifts")
	var got []rosterpages.ShiftOut
	if w.Must(json.Unmarshal([]byte(body), &got)); len(got) != len(shifts) {
		t.Errorf("%d shifts over JSON, %d in the book", len(got), len(shifts))
	}
	var mine, theirs, why int
	var first, other string
	for _, x := range got {
		switch {
		case x.Employer != string(models.EmployerLibrary):
			if theirs, other = theirs+1, x.ID; x.Why != "" {
				t.Fatal("a reason for the other employer's person", x)
			}
		default:
			if mine, first = mine+1, x.ID; x.Why != "" {
				why++
			}
		}
	}
	if mine == 0 || theirs == 0 || why != mine {
		t.Errorf("%d own shifts, %d with reasons, %d of the others", mine, why, theirs)
	}
	if status, answer := lars.JSON(one+"/approvals", `{"shifts":["`+other+`"]}`); status != http.StatusForbidden {
		t.Error("approved the other employer's:", status, answer)
	}
	if status, answer := lars.JSON(one+"/approvals", `{"shifts":["`+first+`"]}`); status != 200 || !strings.Contains(answer, `"state":"approved"`) {
		t.Error(status, answer)
	}
	if status, answer := lars.JSON(one+"/proposals", `{"mode":"all"}`); status != http.StatusForbidden {
		t.Error("a library's leader proposes:", status, answer)
	}
	if status, answer := karen.JSON(one+"/proposals", `{"mode":"everything"}`); status != http.StatusUnprocessableEntity && status != http.StatusBadRequest {
		t.Error(status, answer)
	}
	if status, answer := lars.JSON(one+"/week", `{"cells":[{"session":"`+shifts[0].Session+`","was":["PNOBODY"],"now":[]}]}`); status != http.StatusConflict && status != http.StatusForbidden {
		t.Error("a cell that was read otherwise:", status, answer)
	}
	if status, answer := w.As("ida").Get("/api/v1/people"); status != http.StatusForbidden {
		t.Error("a receiver lists the people:", status, answer)
	}
	if status, answer := w.As("ida").JSON("/api/v1/me/shifts/"+first, `{"act":"give_up"}`); status == 200 && !strings.Contains(answer, w.Ida) {
		t.Error("gave up another's shift:", answer)
	}
}

// Telephone and mail of the other employer's people are shown on the day on which
// they stand in one crew with the leader's own, and on no other.
func TestContactsOfTheOtherEmployer(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	karen, lars := w.As("karen"), w.As("lars")
	people, err := w.Store.People(t.Context())
	w.Must(err)
	names, err := w.Store.Names(t.Context())
	w.Must(err)
	i := slices.IndexFunc(people, func(p models.Person) bool {
		return p.Employer == models.EmployerCitizenService && names[p.ID].Phone != ""
	})
	them := people[i]
	sessions, err := w.Store.Sessions(t.Context(), w.Local, time.Time{}, time.Time{})
	w.Must(err)
	x := sessions[0]
	sees := func() bool {
		_, page := lars.Get("/vagtplan/person/" + them.ID)
		phone, mail := strings.Contains(page, names[them.ID].Phone), strings.Contains(page, names[them.ID].Email)
		if phone != mail {
			t.Error("one without the other", phone, mail)
		}
		return phone
	}
	if sees() {
		t.Fatal("seen by a leader who has nothing to do with them")
	}
	if _, page := lars.Get("/vagtplan/aabning/" + x.ID); strings.Count(page, "tel:") == 0 || strings.Contains(page, "ringes op af egen leder") == false {
		t.Error("the call list has no telephone of own people, or does not say who calls the others")
	}
	karen.OK("/vagtplan/aabning/"+x.ID, url.Values{"do": {"place"}, "person": {them.ID}})
	w.Now = x.Date().At(8, 0)
	if sees() {
		t.Error("seen while alone in the crew")
	}
	lars.OK("/vagtplan/aabning/"+x.ID, url.Values{"do": {"place"}, "person": {w.Ida}})
	if !sees() {
		t.Error("not seen on the day of the crew")
	}
	w.Now = x.Date().Add(1).At(8, 0)
	if sees() {
		t.Error("seen the day after")
	}
}

// The order of those who could be called is the same whatever the other employer's
// people wish, and the reasons stand beside own people only.
func TestTheOrderTellsNothingOfTheOthersWishes(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	lars := w.As("lars")
	people, err := w.Store.People(t.Context())
	w.Must(err)
	sessions, err := w.Store.Sessions(t.Context(), w.Local, time.Time{}, time.Time{})
	w.Must(err)
	x := sessions[0]
	list := func() string {
		_, page := lars.Get("/vagtplan/aabning/" + x.ID)
		_, calls, _ := strings.Cut(page, `<ol class="calls">`)
		return calls
	}
	before := list()
	act := w.Act()
	for i, p := range people {
		if p.Employer == models.EmployerCitizenService && p.Receiver {
			a := act
			a.Key, a.Person = fmt.Sprintf("%s-o%d", act.Key, i), p.ID
			w.Must(w.Store.SayWishes(t.Context(), a, p.ID, w.Local, staffing.Wish{TargetMin: 60, Places: []string{x.Place}, Said: []staffing.Said{{HalfDay: staffing.HalfDay{Day: x.Date()}, Answer: staffing.RatherNot}}}))
		}
	}
	if tokens := regexp.MustCompile(`name="idempotency_key" value="[^"]*"`); tokens.ReplaceAllString(before, "") != tokens.ReplaceAllString(list(), "") {
		t.Errorf("the list changed:\n%s\n%s", before, list())
	}
	a := act
	a.Key, a.Person = act.Key+"-ida", w.Ida
	w.Must(w.Store.SayWishes(t.Context(), a, w.Ida, w.Local, staffing.Wish{TargetMin: 4500, Places: []string{x.Place}}))
	_, page := lars.Get("/vagtplan/aabning/" + x.ID)
	if !strings.Contains(page, "Ida: kan · ønsker stedet · 75:00 timer tilbage") {
		_, options, _ := strings.Cut(page, `<select`)
		t.Errorf("%.900s", options)
	}
}
