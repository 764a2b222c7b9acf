package staffing

import (
	"slices"
	"testing"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/forecast"
)

// A shift follows its session: whole stays whole, a part moves along, a cancelled
// session's is cancelled, and one that would meet another is cancelled too.
func TestShiftsFollowTheirSessions(t *testing.T) {
	was := session("S", main, day, 10, 16)
	whole := Shift{ID: "W", Session: "S", Place: "DOKK", Person: "A", Employer: lib, From: was.Starts, Until: was.Ends, State: ShiftConfirmed, SessionFrom: was.Starts, SessionUntil: was.Ends, SwapWith: "X"}
	late := whole
	late.ID, late.Person, late.Employer, late.From, late.State = "L", "B", city, day.At(13, 0), ShiftApproved
	waits := whole
	waits.ID, waits.Person, waits.State = "C", "D", ShiftClaimed
	moved := session("S", main, day, 11, 18)
	later := session("S", main, day.Add(1), 10, 16)
	gone := was
	gone.State = models.SessionCancelled
	meets := Shift{ID: "M", Session: "S2", Place: "LYST", Person: "A", Employer: lib, From: day.At(17, 0), Until: day.At(19, 0), State: ShiftApproved}
	all := []Shift{whole, late, waits}
	coordinator := models.Act{Key: "k", Person: "COORD", Role: models.RoleCoordinator}
	for _, c := range []struct {
		name   string
		act    models.Act
		now    models.Session
		others []Shift
		want   []string // id state from until
		gone   int
	}{
		{"moved", coordinator, moved, nil, []string{"W proposed 11 18", "L approved 14 18", "C cancelled 10 16"}, 1},
		{"another day", coordinator, later, nil, []string{"W proposed 10 16", "L approved 13 16", "C cancelled 10 16"}, 1},
		{"cancelled", coordinator, gone, nil, []string{"W cancelled 10 16", "L cancelled 13 16", "C cancelled 10 16"}, 3},
		{"the library's leader mends the library's", models.Act{Key: "k", Person: "LEAD", Role: models.RoleLibraryLead}, moved, nil, []string{"W approved 11 18", "C cancelled 10 16"}, 1},
		{"meets another", coordinator, moved, []Shift{meets}, []string{"W cancelled 10 16", "L approved 14 18", "C cancelled 10 16"}, 2},
	} {
		strays := Strays(map[string]models.Session{"S": c.now}, append(slices.Clone(all), c.others...), day.At(8, 0))
		out, _, n, err := Mend(c.act, strays, append(slices.Clone(all), c.others...))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		var got []string
		for _, s := range out {
			got = append(got, s.ID+" "+string(s.State)+" "+s.From.In(models.Copenhagen).Format("15")+" "+s.Until.In(models.Copenhagen).Format("15"))
			if s.SwapWith != "" || s.Sequence == 0 {
				t.Errorf("%s: %+v", c.name, s)
			}
		}
		if !slices.Equal(got, c.want) || n != c.gone {
			t.Errorf("%s: %q (%d gone), want %q (%d)", c.name, got, n, c.want, c.gone)
		}
		left := Strays(map[string]models.Session{"S": c.now}, out, day.At(8, 0))
		if len(left) != 0 {
			t.Errorf("%s: still %d strays", c.name, len(left))
		}
	}
	if s := Strays(map[string]models.Session{"S": was}, all, day.At(8, 0)); len(s) != 0 {
		t.Error("strays of an unchanged session", s)
	}
	if _, _, _, err := Mend(coordinator, nil, all); models.CodeOf(err) != models.CodeState {
		t.Error(err)
	}
}

func TestCodes(t *testing.T) {
	people := []models.Person{{ID: "P1A"}, {ID: "P1B"}, {ID: "P2C"}, {ID: "P3"}, {ID: "P4"}}
	names := map[string]string{"P1A": "Ida Sørensen", "P1B": "Ib Skov", "P2C": "Inge Storm", "P3": "Bo Ævar", "P4": ""}
	c := Codes(people, names)
	for id, want := range map[string]string{"P1A": "IS1A", "P1B": "IS1B", "P2C": "IS2", "P3": "BÆ", "P4": "XX"} {
		if got := c.Of(id); got != want {
			t.Errorf("%s: %q, want %q", id, got, want)
		}
		if back, err := c.Find(want); err != nil || back != id {
			t.Errorf("%s reads as %q, %v", want, back, err)
		}
	}
	if _, err := c.Find("is1"); err == nil || err.Key != "staffing.code_unclear" {
		t.Error("an unclear code", err)
	}
	if _, err := c.Find("QQ"); err == nil || err.Key != "staffing.code_unknown" {
		t.Error("a code that nobody has", err)
	}
	got, errs := c.Read(" bæ, is2;BÆ ")
	if !slices.Equal(got, []string{"P3", "P2C"}) || len(errs) != 0 || c.Join(got) != "BÆ IS2" {
		t.Error(got, errs)
	}
}

// roll is a week of two sessions at the same hours and one the day after at dawn.
func roll(shifts ...Shift) Roll {
	a, b, c := session("S1", main, day, 10, 16), session("S2", far1, day, 12, 20), session("S3", main, day.Add(1), 5, 9)
	r := Roll{Sessions: map[string]models.Session{"S1": a, "S2": b, "S3": c}, Places: map[string]models.Place{"DOKK": main, "LYST": far1}, People: map[string]models.Person{}, Shifts: shifts}
	for id, e := range map[string]models.Employer{"A": lib, "B": lib, "C": city, "K": lib} {
		r.People[id] = person(id, e)
	}
	k := r.People["K"]
	k.Candidate = []string{"KV25"}
	r.People["K"] = k
	p := papers("A", "C", "K")
	r.Fit = func(p2 models.Person, x models.Session) Fitness { return Fit(p2, []models.Election{kv}, x.Place, p) }
	return r
}

func placed(id, session, person string, x models.Session) Shift {
	return Shift{ID: id, Session: session, Place: x.Place, Person: person, Employer: lib, From: x.Starts, Until: x.Ends, State: ShiftApproved}
}

func TestEditWeek(t *testing.T) {
	lead := models.Act{Key: "k", Person: "LEAD", Role: models.RoleLibraryLead}
	r := roll()
	out, _, _, err := EditWeek(lead, []WeekCell{{Session: "S1", Now: []string{"A", "K"}}}, r)
	if err != nil || len(out) != 2 || out[0].State != ShiftApproved || out[0].ID == out[1].ID {
		t.Fatal(out, err)
	}
	for name, cells := range map[string][]WeekCell{
		"two places at once":       {{Session: "S1", Now: []string{"A"}}, {Session: "S2", Now: []string{"A"}}},
		"no letter":                {{Session: "S1", Now: []string{"B"}}},
		"the other employer's":     {{Session: "S1", Now: []string{"C"}}},
		"nobody of that name":      {{Session: "S1", Now: []string{"Q"}}},
		"nothing":                  {{Session: "S1"}},
		"one good cell, one wrong": {{Session: "S1", Now: []string{"A"}}, {Session: "S3", Now: []string{"B"}}},
	} {
		if out, _, _, err := EditWeek(lead, cells, r); err == nil {
			t.Errorf("%s: %v", name, out)
		}
	}
	r = roll(placed("V1", "S1", "A", r.Sessions["S1"]))
	out, _, _, err = EditWeek(lead, []WeekCell{{Session: "S1", Was: []string{"A"}, Now: []string{"K"}}, {Session: "S2", Now: []string{"A"}}}, r)
	if err != nil || len(out) != 3 || out[0].State != ShiftCancelled || out[0].ID != "V1" {
		t.Fatal("moving a person from one session to another:", out, err)
	}
}

// The second leader loses nothing: what the first did and what they wrote
// themselves are put together, and nothing is saved before they have seen it.
func TestTwoLeadersEditOneWeek(t *testing.T) {
	lead := models.Act{Key: "k", Person: "LEAD2", Role: models.RoleLibraryLead}
	r := roll()
	r = roll(placed("V1", "S1", "A", r.Sessions["S1"]), placed("V2", "S1", "K", r.Sessions["S1"]))
	// Shown was A and B; the other took B away and put K there; this one takes A away and adds C.
	_, _, conflicts, err := EditWeek(lead, []WeekCell{{Session: "S1", Was: []string{"A", "B"}, Now: []string{"B", "C"}}}, r)
	if models.CodeOf(err) != models.CodeConflict || len(conflicts) != 1 {
		t.Fatal(conflicts, err)
	}
	if k := conflicts[0]; !slices.Equal(k.Is, []string{"A", "K"}) || !slices.Equal(k.Merged, []string{"K", "C"}) {
		t.Errorf("%+v", k)
	}
	// Both wrote the same: no conflict, nothing to do.
	if _, _, conflicts, err := EditWeek(lead, []WeekCell{{Session: "S1", Was: []string{"B"}, Now: []string{"A", "K"}}}, r); len(conflicts) > 0 || models.CodeOf(err) != models.CodeState {
		t.Error(conflicts, err)
	}
}

func TestRemarksAsTyped(t *testing.T) {
	r := roll(Shift{ID: "V9", Session: "S9", Place: "LYST", Person: "A", Employer: lib, From: day.At(12, 0), Until: day.At(20, 0), State: ShiftApproved})
	c := WeekCheck{Roll: r, Role: models.RoleLibraryLead, Wishes: map[string]Wish{"K": {Said: []Said{{HalfDay{day, false}, RatherNot}, {HalfDay{day.Add(1), false}, Cannot}}}}, Forecast: map[string]int{"S1": 3}}
	say := func(cells ...WeekCell) []string {
		var out []string
		for _, m := range c.Check(cells) {
			w := m.Session + " " + m.Person + " " + m.Code
			if m.Stops {
				w += "!"
			}
			if m.Gap != nil {
				w += " " + m.Gap.Code
			}
			out = append(out, w)
		}
		return out
	}
	for _, x := range []struct {
		name string
		cell []WeekCell
		want []string
	}{
		{"at two places, and too few", []WeekCell{{Session: "S1", Now: []string{"A"}}}, []string{"S1 A busy!", "S1 A day", "S1  gap few"}},
		{"too little rest", []WeekCell{{Session: "S3", Now: []string{"A"}}}, []string{"S3 A rest", "S3  gap few"}},
		{"no letter", []WeekCell{{Session: "S1", Now: []string{"B"}}}, []string{"S1 B missing.appointment!", "S1 B missing.instruction.receiving!", "S1 B missing.instruction.secrecy!", "S1  gap few"}},
		{"candidate who would rather not", []WeekCell{{Session: "S1", Now: []string{"K"}}}, []string{"S1 K candidate", "S1 K rather_not", "S1  gap few"}},
		{"cannot", []WeekCell{{Session: "S3", Now: []string{"K"}}}, []string{"S3 K candidate", "S3 K cannot", "S3  gap few"}},
		{"two cells of the form at once", []WeekCell{{Session: "S1", Now: []string{"K"}}, {Session: "S2", Now: []string{"K"}}}, []string{"S1 K candidate", "S1 K busy!", "S1 K day", "S1 K rather_not", "S1  gap few", "S2 K candidate", "S2 K busy!", "S2 K day", "S2 K rather_not", "S2  gap few"}},
	} {
		if got := say(x.cell...); !slices.Equal(got, x.want) {
			t.Errorf("%s: %q, want %q", x.name, got, x.want)
		}
	}
}

// The forecast asks for more in between where more votes come, never above the
// booths, and for nothing when there is none.
func TestExpectedCrew(t *testing.T) {
	quiet, busy := session("Q", far1, day, 10, 16), session("B", main, kv.Last, 10, 16)
	places := []models.Place{{ID: "DOKK", Booths: 4}, {ID: "LYST", Booths: 4}}
	past := []forecast.Past{{"DOKK": {0: 900}, "LYST": {10: 20}}}
	e := kv
	if got := Expected(e, []models.Session{quiet, busy}, places, past); got != nil {
		t.Error("without a forecast", got)
	}
	e.Expected, e.Forecast = 920, models.CrewForecast{On: true, Minutes: 4, Wait: 5}
	got := Expected(e, []models.Session{quiet, busy}, places, past)
	if got["Q"] != 1 || got["B"] != 4 {
		t.Error(got)
	}
	places[0].Booths = 40
	if got := Expected(e, []models.Session{quiet, busy}, places, past); got["B"] < 10 {
		t.Error("900 votes in six hours of four minutes each take ten at least", got)
	}
	d := DemandOf(busy, main, got["B"])
	if d.Opening != 2 || d.Between != 4 || d.Closing != 2 || d.Most() != 4 {
		t.Errorf("%+v", d)
	}
}

// An impossible Saturday: two sessions at the same hours, two people each, and
// three people. Each can be staffed by itself, both cannot; the facts named are the
// two needs and why nobody else can come, each of them needed.
func TestAnImpossibleSaturday(t *testing.T) {
	sat := models.NewDate(2025, 11, 8)
	a, b := session("S1", main, sat, 10, 14), session("S2", far1, sat, 10, 14)
	basis := Basis{Election: models.Election{ID: "KV25", First: kv.First, Last: kv.Last}, Places: []models.Place{main, far1}, Sessions: []models.Session{a, b},
		People: []models.Person{person("A", lib), person("B", lib), person("C", city), person("D", city)},
		Wishes: []Wish{{Person: "D", Election: "KV25", Said: []Said{{HalfDay{sat, false}, Cannot}}}}}
	for _, id := range []string{"A", "B"} {
		basis.Shifts = append(basis.Shifts, Shift{ID: "V" + id, Session: "S1", Place: "DOKK", Person: id, Employer: lib, From: a.Starts, Until: a.Ends, State: ShiftProposed})
	}
	got := NewProblem(basis).Now()
	if len(got.Days) != 1 || got.Days[0].Day != sat || !got.Days[0].Proven {
		t.Fatalf("%+v", got.Days)
	}
	var facts []string
	for _, w := range got.Days[0].Why {
		facts = append(facts, string(w.Fact.Code)+" "+w.Person)
	}
	slices.Sort(facts)
	if !slices.Equal(facts, []string{"absent D", "receivers ", "receivers "}) {
		t.Fatalf("%q", facts)
	}
	// Each one away, it can be done.
	without := basis
	without.Wishes = nil
	if d := NewProblem(without).Now().Days; len(d) != 0 {
		t.Errorf("D can come, and still: %+v", d)
	}
	for i := range 2 {
		less := basis
		less.Sessions = slices.Clone(basis.Sessions)
		less.Sessions[i].Need = 1
		if d := NewProblem(less).Now().Days; len(d) != 0 {
			t.Errorf("session %d needs one only, and still: %+v", i, d)
		}
	}
}
