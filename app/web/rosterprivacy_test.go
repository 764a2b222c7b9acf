package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	rosterpages "github.com/brevstemme/brevstemme/app/web/roster"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/staffing"
)

// What a leader can fetch holds nothing of the other employer's wishes and
// reasons: not in a page, a file or an answer to a program. Every byte is looked
// at, of every address of the roster.
func TestTheOtherEmployersWishesAreInvisible(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	karen, lars := w.as("karen"), w.as("lars")
	people, err := w.store.People(t.Context())
	w.must(err)
	others := slices.DeleteFunc(people, func(p models.Person) bool { return p.Employer != models.EmployerCitizenService })
	w.sayWishes(others)
	if status, page := karen.post("/vagtplan/valg/"+w.kv+"/forslag", url.Values{"mode": {"all"}}); status != http.StatusSeeOther {
		t.Fatal(status, page)
	}
	shifts, err := w.store.Shifts(t.Context(), w.now, time.Time{})
	w.must(err)
	for _, path := range w.addresses(others, shifts) {
		status, body := lars.get(path)
		if status != 200 {
			t.Errorf("%s: %d", path, status)
		}
		for _, word := range []string{"72:01", "4321", "4.321", "Helst ikke", "helst ikke", "Kan ikke", "kan ikke</", "rather_not"} {
			if strings.Contains(body, word) {
				t.Errorf("%s says %q", path, word)
			}
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
	w.t.Helper()
	e, err := w.store.Election(w.t.Context(), w.kv)
	w.must(err)
	for i, p := range people {
		act := w.act()
		act.Key, act.Person = fmt.Sprintf("%s-w%d", act.Key, i), p.ID
		said := []staffing.Said{{HalfDay: staffing.HalfDay{Day: e.First.Add(i % 20)}, Answer: staffing.RatherNot}, {HalfDay: staffing.HalfDay{Day: e.First.Add(1 + i%20), Late: true}, Answer: staffing.Cannot}}
		w.must(w.store.SayWishes(w.t.Context(), act, p.ID, w.kv, staffing.Wish{TargetMin: 4321, Said: said}))
	}
}

// addresses are those of the roster: what all have in common, eight sessions where
// the other employer's people are alone, and the pages of some of these people.
func (w *town) addresses(others []models.Person, shifts []staffing.Shift) []string {
	w.t.Helper()
	base := "/vagtplan/valg/" + w.kv
	paths := []string{base, base + "/skriv", base + "/godkend", base + "/timer", base + "/timer.csv", "/vagtplan/personer", "/api/v1/people", "/api/v1/rosters/" + w.kv + "/shifts", "/api/v1/rosters/" + w.kv + "/hours", "/"}
	mixed := map[string]map[models.Employer]bool{}
	for _, s := range shifts {
		if mixed[s.Session] == nil {
			mixed[s.Session] = map[models.Employer]bool{}
		}
		mixed[s.Session][s.Employer] = true
	}
	alone := 0
	for id, who := range mixed {
		if len(who) == 1 && who[models.EmployerCitizenService] && alone < 8 {
			paths, alone = append(paths, "/vagtplan/aabning/"+id), alone+1
		}
	}
	if alone == 0 {
		w.t.Fatal("no session with the other employer's people alone")
	}
	for _, p := range others {
		if len(paths) < 30 {
			paths = append(paths, "/vagtplan/person/"+p.ID)
		}
	}
	return paths
}

// overJSON: the same limits hold for programs.
func (w *town) overJSON(lars, karen visitor, shifts []staffing.Shift) {
	t, one := w.t, "/api/v1/rosters/"+w.kv
	_, body := lars.get(one + "/shifts")
	var got []rosterpages.ShiftOut
	if w.must(json.Unmarshal([]byte(body), &got)); len(got) != len(shifts) {
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
	if status, answer := lars.json(one+"/approvals", `{"shifts":["`+other+`"]}`); status != http.StatusForbidden {
		t.Error("approved the other employer's:", status, answer)
	}
	if status, answer := lars.json(one+"/approvals", `{"shifts":["`+first+`"]}`); status != 200 || !strings.Contains(answer, `"state":"approved"`) {
		t.Error(status, answer)
	}
	if status, answer := lars.json(one+"/proposals", `{"mode":"all"}`); status != http.StatusForbidden {
		t.Error("a library's leader proposes:", status, answer)
	}
	if status, answer := karen.json(one+"/proposals", `{"mode":"everything"}`); status != http.StatusUnprocessableEntity && status != http.StatusBadRequest {
		t.Error(status, answer)
	}
	if status, answer := lars.json(one+"/week", `{"cells":[{"session":"`+shifts[0].Session+`","was":["PNOBODY"],"now":[]}]}`); status != http.StatusConflict && status != http.StatusForbidden {
		t.Error("a cell that was read otherwise:", status, answer)
	}
	if status, answer := w.as("ida").get("/api/v1/people"); status != http.StatusForbidden {
		t.Error("a receiver lists the people:", status, answer)
	}
	if status, answer := w.as("ida").json("/api/v1/me/shifts/"+first, `{"act":"give_up"}`); status == 200 && !strings.Contains(answer, w.ida) {
		t.Error("gave up another's shift:", answer)
	}
}

// Telephone and mail of the other employer's people are shown on the day on which
// they stand in one crew with the leader's own, and on no other.
func TestContactsOfTheOtherEmployer(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	karen, lars := w.as("karen"), w.as("lars")
	people, err := w.store.People(t.Context())
	w.must(err)
	names, err := w.store.Names(t.Context())
	w.must(err)
	i := slices.IndexFunc(people, func(p models.Person) bool {
		return p.Employer == models.EmployerCitizenService && names[p.ID].Phone != ""
	})
	them := people[i]
	sessions, err := w.store.Sessions(t.Context(), w.kv, time.Time{}, time.Time{})
	w.must(err)
	x := sessions[0]
	sees := func() bool {
		_, page := lars.get("/vagtplan/person/" + them.ID)
		phone, mail := strings.Contains(page, names[them.ID].Phone), strings.Contains(page, names[them.ID].Email)
		if phone != mail {
			t.Error("one without the other", phone, mail)
		}
		return phone
	}
	if sees() {
		t.Fatal("seen by a leader who has nothing to do with them")
	}
	if _, page := lars.get("/vagtplan/aabning/" + x.ID); strings.Count(page, "tel:") == 0 || strings.Contains(page, "ringes op af egen leder") == false {
		t.Error("the call list has no telephone of own people, or does not say who calls the others")
	}
	karen.ok("/vagtplan/aabning/"+x.ID, url.Values{"do": {"place"}, "person": {them.ID}})
	w.now = x.Date().At(8, 0)
	if sees() {
		t.Error("seen while alone in the crew")
	}
	lars.ok("/vagtplan/aabning/"+x.ID, url.Values{"do": {"place"}, "person": {w.ida}})
	if !sees() {
		t.Error("not seen on the day of the crew")
	}
	w.now = x.Date().Add(1).At(8, 0)
	if sees() {
		t.Error("seen the day after")
	}
}

// The order of those who could be called is the same whatever the other employer's
// people wish, and the reasons stand beside own people only.
func TestTheOrderTellsNothingOfTheOthersWishes(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	lars := w.as("lars")
	people, err := w.store.People(t.Context())
	w.must(err)
	sessions, err := w.store.Sessions(t.Context(), w.kv, time.Time{}, time.Time{})
	w.must(err)
	x := sessions[0]
	list := func() string {
		_, page := lars.get("/vagtplan/aabning/" + x.ID)
		_, calls, _ := strings.Cut(page, `<ol class="calls">`)
		return calls
	}
	before := list()
	act := w.act()
	for i, p := range people {
		if p.Employer == models.EmployerCitizenService && p.Receiver {
			a := act
			a.Key, a.Person = fmt.Sprintf("%s-o%d", act.Key, i), p.ID
			w.must(w.store.SayWishes(t.Context(), a, p.ID, w.kv, staffing.Wish{TargetMin: 60, Places: []string{x.Place}, Said: []staffing.Said{{HalfDay: staffing.HalfDay{Day: x.Date()}, Answer: staffing.RatherNot}}}))
		}
	}
	if tokens := regexp.MustCompile(`name="idempotency_key" value="[^"]*"`); tokens.ReplaceAllString(before, "") != tokens.ReplaceAllString(list(), "") {
		t.Errorf("the list changed:\n%s\n%s", before, list())
	}
	a := act
	a.Key, a.Person = act.Key+"-ida", w.ida
	w.must(w.store.SayWishes(t.Context(), a, w.ida, w.kv, staffing.Wish{TargetMin: 4500, Places: []string{x.Place}}))
	_, page := lars.get("/vagtplan/aabning/" + x.ID)
	if !strings.Contains(page, "Ida: kan · ønsker stedet · 75:00 timer tilbage") {
		_, options, _ := strings.Cut(page, `<select`)
		t.Errorf("%.900s", options)
	}
}
