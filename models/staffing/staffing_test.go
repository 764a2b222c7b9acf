package staffing

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/journal"
	"github.com/brevstemme/brevstemme/models/roster"
	"pgregory.net/rapid"
)

var (
	kv   = models.Election{ID: "KV25", First: models.NewDate(2025, 10, 7), Last: models.NewDate(2025, 11, 14), AppointmentsRequired: true}
	main = models.Place{ID: "DOKK", Kind: models.PlaceLibrary, Lat: 56.1535, Lon: 10.2142}
	far1 = models.Place{ID: "LYST", Kind: models.PlaceLibrary, Lat: 56.2292, Lon: 10.2440}
	day  = models.NewDate(2025, 11, 4) // a Tuesday
)

func session(id string, p models.Place, d models.Date, from, until int) models.Session {
	return models.Session{ID: id, Place: p.ID, Elections: []string{"KV25"}, Starts: d.At(from, 0), Ends: d.At(until, 0), State: models.SessionPublished}
}

func person(id string, e models.Employer) models.Person {
	return models.Person{ID: id, Employer: e, Receiver: true, Home: "DOKK"}
}

// papers appoints and instructs people for every place.
func papers(ids ...string) Papers {
	p := Papers{map[string][]Appointment{}, map[string][]Instruction{}}
	for _, id := range ids {
		p.Appointments[id] = []Appointment{{Person: id, Election: "KV25", On: day, Signed: day}}
		for _, m := range Modules {
			p.Instructions[id] = append(p.Instructions[id], Instruction{Person: id, Module: m.Key, Version: m.Version, On: day})
		}
	}
	return p
}

func TestFitNeedsAppointmentAndInstruction(t *testing.T) {
	full := papers("A")
	unsigned := papers("A")
	unsigned.Appointments["A"] = []Appointment{{Person: "A", Election: "KV25", On: day}}
	elsewhere := papers("A")
	elsewhere.Appointments["A"] = []Appointment{{Person: "A", Election: "KV25", On: day, Signed: day, Places: []string{"LYST"}}}
	old := papers("A")
	old.Instructions["A"][0].Version = "2024.9"
	candidate := person("A", models.EmployerLibrary)
	candidate.Candidate = []string{"KV25"}
	left := person("A", models.EmployerLibrary)
	left.Left = true
	for _, c := range []struct {
		name string
		p    models.Person
		pap  Papers
		e    models.Election
		miss []string
	}{
		{"all in order", person("A", models.EmployerLibrary), full, kv, nil},
		{"no letter", person("A", models.EmployerLibrary), Papers{}, kv, []string{"appointment", "instruction.receiving", "instruction.secrecy"}},
		{"receipt not signed", person("A", models.EmployerLibrary), unsigned, kv, []string{"appointment"}},
		{"other places", person("A", models.EmployerLibrary), elsewhere, kv, []string{"appointment"}},
		{"old instruction", person("A", models.EmployerLibrary), old, kv, []string{"instruction.receiving"}},
		{"a candidate may receive", candidate, full, kv, nil},
		{"left", left, full, kv, []string{"left"}},
		{"not asked for", person("A", models.EmployerLibrary), Papers{}, models.Election{ID: "KV25"}, nil},
	} {
		f := Fit(c.p, []models.Election{c.e}, "DOKK", c.pap)
		if !slices.Equal(f.Missing, c.miss) {
			t.Errorf("%s: missing %v, want %v", c.name, f.Missing, c.miss)
		}
		if f.OK() && (!f.Appointed || !f.Instructed) {
			t.Errorf("%s: %+v", c.name, f)
		}
	}
}

func TestAppointAndInstructRefuse(t *testing.T) {
	p := person("A", models.EmployerLibrary)
	if _, _, err := Appoint(p, kv, nil, "", models.Date{}, models.Date{}); models.CodeOf(err) != models.CodeInvalid {
		t.Error(err)
	}
	if _, _, err := Appoint(p, kv, nil, "Borgmesteren", day, day.Add(-1)); models.CodeOf(err) != models.CodeInvalid {
		t.Error("a receipt older than the letter:", err)
	}
	if a, _, err := Appoint(p, kv, nil, "Borgmesteren", day, day); err != nil || !a.Covers("DOKK") {
		t.Error(a, err)
	}
	if _, _, err := Instruct(p, []string{"receiving"}, day, models.Act{Person: "A"}); models.CodeOf(err) != models.CodeSamePerson {
		t.Error("taught oneself:", err)
	}
	if _, _, err := Instruct(p, []string{"dancing"}, day, models.Act{Person: "B"}); models.CodeOf(err) != models.CodeInvalid {
		t.Error(err)
	}
}

// The law's table, kind by kind.
func TestCrewRules(t *testing.T) {
	for kind, want := range map[models.PlaceKind]int{models.PlaceLibrary: 2, models.PlaceHospital: 2, models.PlacePrison: 2, models.PlaceCareHome: 2, models.PlaceHomeRound: 2, models.PlaceMobile: 2} {
		if n := Need(models.Session{}, models.Place{Kind: kind}); n != want {
			t.Errorf("%s: %d", kind, n)
		}
	}
	if n := Need(models.Session{}, models.Place{Kind: models.PlaceLibrary, CrewMin: 1}); n != 1 {
		t.Errorf("a library may be set to one: %d", n)
	}
	if n := Need(models.Session{Need: 1}, models.Place{Kind: models.PlaceHospital, CrewMin: 1}); n != 2 {
		t.Errorf("a hospital may not: %d", n)
	}
}

func TestCoverageMinuteByMinute(t *testing.T) {
	x := session("S", main, day, 10, 16)
	at := func(h, m int) time.Time { return day.At(h, m) }
	whole := func(id string, e models.Employer) Present {
		return Present{Person: id, Employer: e, From: x.Starts, Until: x.Ends}
	}
	lib, city, elector := models.EmployerLibrary, models.EmployerCitizenService, models.EmployerElector
	with := func(p Present, f func(*Present)) Present { f(&p); return p }
	for _, c := range []struct {
		name string
		kind models.PlaceKind
		crew []Present
		d    Demand
		want []string
	}{
		{"two all day", models.PlaceLibrary, []Present{whole("A", lib), whole("B", city)}, Demand{2, 2, 2, 15 * time.Minute}, nil},
		{"nobody", models.PlaceLibrary, nil, Demand{2, 1, 2, 15 * time.Minute}, []string{"10:00-10:15 few 0/2", "10:15-15:45 few 0/1", "15:45-16:00 few 0/2"}},
		{"one in between is enough", models.PlaceLibrary, []Present{whole("A", lib), {Person: "B", Employer: lib, From: at(10, 0), Until: at(10, 15)}, {Person: "C", Employer: lib, From: at(15, 45), Until: at(16, 0)}}, Demand{2, 1, 2, 15 * time.Minute}, nil},
		{"a break leaves one", models.PlaceLibrary, []Present{whole("A", lib), with(whole("B", lib), func(p *Present) { p.Breaks = []Break{{at(12, 0), at(12, 30)}} })}, Demand{2, 2, 2, 0}, []string{"12:00-12:30 few 1/2"}},
		{"goes early", models.PlaceLibrary, []Present{whole("A", lib), {Person: "B", Employer: lib, From: at(10, 0), Until: at(15, 59)}}, Demand{2, 1, 2, 15 * time.Minute}, []string{"15:59-16:00 few 1/2"}},
		{"relieved end to start", models.PlaceLibrary, []Present{whole("A", lib), {Person: "B", Employer: lib, From: at(10, 0), Until: at(13, 0)}, {Person: "C", Employer: lib, From: at(13, 0), Until: at(16, 0)}}, Demand{2, 2, 2, 0}, nil},
		{"hospital wants staff", models.PlaceHospital, []Present{whole("A", lib), whole("B", elector)}, Demand{2, 2, 2, 0}, []string{"10:00-16:00 staff 2/2"}},
		{"care home: one may be staff", models.PlaceCareHome, []Present{whole("A", lib), whole("B", elector)}, Demand{2, 2, 2, 0}, nil},
		{"a candidate alone may not help", models.PlaceLibrary, []Present{with(whole("A", lib), func(p *Present) { p.Candidate = true })}, Demand{1, 1, 1, 0}, []string{"10:00-16:00 helper 1/1"}},
		{"a candidate beside another", models.PlaceLibrary, []Present{with(whole("A", lib), func(p *Present) { p.Candidate = true }), whole("B", lib)}, Demand{2, 2, 2, 0}, nil},
		{"care home: two staff are not", models.PlaceCareHome, []Present{whole("A", lib), whole("B", city)}, Demand{2, 2, 2, 0}, []string{"10:00-16:00 electors 2/2"}},
	} {
		var got []string
		for _, g := range Coverage(x, models.Place{Kind: c.kind}, c.crew, c.d) {
			got = append(got, fmt.Sprintf("%s-%s %s %d/%d", g.From.In(models.Copenhagen).Format("15:04"), g.Until.In(models.Copenhagen).Format("15:04"), g.Code, g.Have, g.Want))
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// The night when the clock goes back has an hour more to staff.
func TestCoverageOverTheClockChange(t *testing.T) {
	d := models.NewDate(2025, 10, 26)
	x := session("S", main, d, 1, 5)
	gaps := Coverage(x, main, nil, Demand{1, 1, 1, 0})
	if len(gaps) != 1 || gaps[0].Until.Sub(gaps[0].From) != 5*time.Hour {
		t.Fatalf("%+v", gaps)
	}
}

// Every pair of state and act is either in the table or refused; what is final
// stays so.
func TestShiftStatesAllPairs(t *testing.T) {
	final := []ShiftState{ShiftAbsent, ShiftReplaced, ShiftCancelled}
	n := 0
	for _, s := range ShiftStatesAll {
		for _, a := range ShiftActs {
			next, err := ShiftStates.Next(s, a)
			switch {
			case err == nil && slices.Contains(final, s):
				t.Errorf("%s is final, but %s leads on", s, a)
			case err == nil && !slices.Contains(ShiftStatesAll, next):
				t.Errorf("%s %s leads to %q", s, a, next)
			case err == nil:
				n++
			case models.CodeOf(err) != models.CodeState:
				t.Errorf("%s %s: %v", s, a, err)
			}
		}
	}
	if n != 28 {
		t.Errorf("%d steps in the table", n)
	}
}

func TestWishes(t *testing.T) {
	p := person("A", models.EmployerLibrary)
	e := kv
	e.WishesDue = day
	said := Wish{Said: []Said{{HalfDay{day, true}, Cannot}, {HalfDay{day, false}, Can}}}
	w, _, err := SayWishes(models.Act{Person: "A"}, p, e, said, day)
	if err != nil || len(w.Said) != 1 || w.For(session("S", main, day, 10, 14)) != Can || w.For(session("S", main, day, 10, 15)) != Cannot {
		t.Fatal(w, err)
	}
	if _, _, err := SayWishes(models.Act{Person: "B", Role: models.RoleReceiver}, p, e, said, day); models.CodeOf(err) != models.CodeForbidden {
		t.Error("another's wishes:", err)
	}
	if _, _, err := SayWishes(models.Act{Person: "C", Role: models.RoleCoordinator}, p, e, said, day); models.CodeOf(err) != models.CodeForbidden {
		t.Error("the other employer's leader:", err)
	}
	if _, _, err := SayWishes(models.Act{Person: "A"}, p, e, said, day.Add(1)); models.CodeOf(err) != models.CodeState {
		t.Error("after the deadline:", err)
	}
	if _, _, err := SayWishes(models.Act{Person: "L", Role: models.RoleLibraryLead}, p, e, said, day.Add(1)); err != nil {
		t.Error("the own leader may correct:", err)
	}
	out := Wish{Said: []Said{{HalfDay{kv.Last.Add(1), true}, Cannot}}}
	if _, _, err := SayWishes(models.Act{Person: "A"}, p, kv, out, day); models.CodeOf(err) != models.CodeInvalid {
		t.Error("outside the period:", err)
	}
	if r := RemindWishes(e, []models.Person{p}, nil, day.Add(-2)); len(r) != 1 {
		t.Error("nobody is reminded")
	}
	if r := RemindWishes(e, []models.Person{p}, []Wish{w}, day.Add(-2)); len(r) != 0 {
		t.Error("reminded though said")
	}
}

// small is a week of two places and n people.
func small(n int) Basis {
	b := Basis{Election: kv, Elections: []models.Election{kv}, Places: []models.Place{main, far1}}
	var ids []string
	for i := range n {
		p := person(fmt.Sprintf("P%02d", i), models.EmployerLibrary)
		if i%2 == 1 {
			p.Employer, p.Home = models.EmployerCitizenService, "LYST"
		}
		b.People, ids = append(b.People, p), append(ids, p.ID)
	}
	b.Papers = papers(ids...)
	for i := range 5 {
		b.Sessions = append(b.Sessions, session(fmt.Sprintf("D%d", i), main, day.Add(i), 10, 16), session(fmt.Sprintf("L%d", i), far1, day.Add(i), 12, 18))
	}
	return b
}

// propose solves with a fixed budget.
func propose(t *testing.T, b Basis, m Mode) Proposal {
	t.Helper()
	p := NewProblem(b)
	if f := p.Instance.Validate(); len(f) > 0 {
		t.Fatal(f)
	}
	o := p.Options(m, 0)
	o.Iterations, o.Threads = 20000, 1
	res, err := roster.Solve(t.Context(), p.Instance, o)
	if err != nil {
		t.Fatal(err)
	}
	if vs, _ := roster.Check(p.Instance, res.Plan.Assignments); len(vs) > 0 {
		t.Fatal(vs)
	}
	return p.Read(res, "k")
}

func TestProposalKeepsFillsAndRepairs(t *testing.T) {
	b := small(8)
	pr := propose(t, b, Renew)
	if pr.Missing != 0 || len(pr.Added) != 20 || len(pr.Removed) != 0 || len(pr.Holes) != 0 {
		t.Fatalf("missing %d, %d added, %d holes", pr.Missing, len(pr.Added), len(pr.Holes))
	}
	for _, s := range pr.Added {
		if len(s.Why) == 0 || s.State != ShiftProposed {
			t.Errorf("%+v has no reason", s)
		}
	}
	for i := range pr.Added {
		pr.Added[i].State = ShiftApproved
	}
	b.Shifts = pr.Added
	b.Shifts[3].State = ShiftAbsent // ill
	again := propose(t, b, FillHoles)
	if len(again.Added) != 1 || len(again.Removed) != 0 || again.Added[0].Session != b.Shifts[3].Session || again.Kept != 19 {
		t.Fatalf("holes: %d added, %d removed, %d kept", len(again.Added), len(again.Removed), again.Kept)
	}
	repaired := propose(t, b, Repair)
	if repaired.Missing != 0 || len(repaired.Added)+len(repaired.Removed) > 3 {
		t.Fatalf("repair: %d added, %d removed", len(repaired.Added), len(repaired.Removed))
	}
	out, d, err := Propose(repaired, kv, b.Shifts)
	if err != nil {
		t.Fatal(err)
	}
	told, err := Proposed(journal.Entry{Draft: d}, out)
	if err != nil || len(told.Added) != len(repaired.Added) || len(told.Removed) != len(repaired.Removed) || told.Kept != repaired.Kept || told.Cost != repaired.Cost || told.Missing != repaired.Missing {
		t.Errorf("the entry tells %+v, not %+v: %v", told, repaired, err)
	}
	if old, err := Proposed(journal.Entry{}, out); err != nil || len(old.Added)+len(old.Removed) != len(out) || old.Kept != 0 {
		t.Errorf("an entry without the facts: %+v %v", old, err)
	}
	if _, _, err := Propose(again, kv, b.Shifts); err != nil {
		t.Fatal(err)
	}
	if _, _, err := Propose(Proposal{}, kv, b.Shifts); models.CodeOf(err) != models.CodeState {
		t.Error("an empty proposal:", err)
	}
	taken := append(slices.Clone(b.Shifts), Shift{ID: "X", Person: again.Added[0].Person, From: again.Added[0].From, Until: again.Added[0].Until, State: ShiftApproved})
	if _, _, err := Propose(again, kv, taken); models.CodeOf(err) != models.CodeConflict {
		t.Error("somebody was faster:", err)
	}
}

func TestProposalSaysWhatIsInTheWay(t *testing.T) {
	b := small(2)
	b.Wishes = []Wish{{Person: "P00", Election: "KV25", Said: []Said{{HalfDay{day, false}, Cannot}}}}
	pr := propose(t, b, Renew)
	if pr.Missing == 0 || len(pr.Holes) == 0 {
		t.Fatal("two people staff two places")
	}
	for _, h := range pr.Holes {
		if len(h.Why) == 0 {
			t.Errorf("no reason for %s", h.Session)
		}
	}
}

func TestNobodyAndOnePersonAndNoSessions(t *testing.T) {
	none := small(0)
	if pr := propose(t, none, Renew); pr.Missing != 20 || len(pr.Holes) != 10 {
		t.Errorf("nobody: %+v", pr)
	}
	one := small(1)
	for _, s := range propose(t, one, Renew).Added {
		if s.Person != "P00" {
			t.Errorf("%+v", s)
		}
	}
	empty := small(3)
	empty.Sessions = nil
	if pr := propose(t, empty, Renew); pr.Missing != 0 || len(pr.Added) != 0 {
		t.Errorf("no sessions: %+v", pr)
	}
}

func TestStandInsAreRanked(t *testing.T) {
	b := small(6)
	x := b.Sessions[0]
	ill := Shift{ID: "V1", Session: x.ID, Place: x.Place, Person: "P00", From: x.Starts, Until: x.Ends, State: ShiftAbsent}
	b.Shifts = []Shift{ill,
		{ID: "V2", Person: "P02", From: x.Starts, Until: x.Ends, State: ShiftApproved},                                            // busy
		{ID: "V3", Session: x.ID, Person: "P05", From: x.Starts, Until: x.Ends, State: ShiftApproved, StandIn: true},              // named
		{ID: "V4", Person: "P04", Place: "DOKK", From: day.Add(-1).At(10, 0), Until: day.Add(-1).At(16, 0), State: ShiftApproved}, // has hours
	}
	b.Wishes = []Wish{{Person: "P01", Election: "KV25", Said: []Said{{HalfDay{day, false}, Cannot}}}, {Person: "P04", Election: "KV25", Said: []Said{{HalfDay{day, true}, RatherNot}}}}
	var ids []string
	for _, c := range StandIns(b, ill, x, models.RoleLibraryLead) {
		ids = append(ids, c.Person.ID)
	}
	if want := []string{"P05", "P03", "P04"}; !slices.Equal(ids, want) {
		t.Fatalf("%v, want %v", ids, want)
	}
}

func TestHoursFollowTheDesk(t *testing.T) {
	x := session("S", main, day, 10, 16)
	x.State, x.ClosedAt = models.SessionClosed, day.At(16, 20)
	x.Crew = []models.CrewMember{{Person: "A", From: day.At(9, 50)}, {Person: "C", From: day.At(12, 0), Until: day.At(13, 0)}}
	shifts := []Shift{{ID: "1", Session: "S", Person: "A", From: x.Starts, Until: x.Ends, State: ShiftConfirmed}, {ID: "2", Session: "S", Person: "B", From: x.Starts, Until: x.Ends, State: ShiftConfirmed}}
	people := []models.Person{person("A", models.EmployerLibrary), person("B", models.EmployerLibrary), person("C", models.EmployerLibrary), person("D", models.EmployerCitizenService)}
	got := map[string]int{}
	for _, w := range Hours([]models.Session{x}, shifts, people, models.EmployerLibrary) {
		got[w.Person] = w.Minutes
	}
	if got["A"] != 390 || got["B"] != 0 || got["C"] != 60 || len(got) != 3 {
		t.Fatalf("%v", got)
	}
}

// Whatever the shifts: the clash that is found meets the stretch, and none is
// missed. Touching end to start is none.
func TestClashProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var shifts []Shift
		for i := range rapid.IntRange(0, 6).Draw(t, "n") {
			from := rapid.IntRange(0, 20).Draw(t, "from")
			shifts = append(shifts, Shift{ID: fmt.Sprint(i), Person: "A", State: ShiftApproved, From: day.At(0, from), Until: day.At(0, from+rapid.IntRange(1, 5).Draw(t, "long"))})
		}
		a := rapid.IntRange(0, 20).Draw(t, "a")
		b := a + rapid.IntRange(1, 5).Draw(t, "b")
		_, hit := Clash(shifts, "A", day.At(0, a), day.At(0, b))
		want := false
		for m := a; m < b; m++ {
			for _, s := range shifts {
				want = want || !day.At(0, m).Before(s.From) && day.At(0, m).Before(s.Until)
			}
		}
		if hit != want {
			t.Fatalf("clash %v, want %v", hit, want)
		}
	})
}
