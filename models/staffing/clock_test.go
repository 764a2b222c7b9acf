package staffing

import (
	"testing"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/roster"
)

// Over a clock change the minutes of a shift are those that pass, not those that
// the clock on the wall shows: for pay, for the planner's night, and for the rest
// of a stand-in.
func TestMinutesOverTheClockChange(t *testing.T) {
	autumn, spring := models.NewDate(2025, 10, 26), models.NewDate(2026, 3, 29)
	for _, c := range []struct {
		day   models.Date
		want  int // minutes from 00.00 to 06.00
		lost  int
		rests int // from 21.00 the evening before to 08.00
	}{{autumn, 420, -60, 720}, {spring, 300, 60, 600}, {day, 360, 0, 660}} {
		night := Shift{From: c.day.At(0, 0), Until: c.day.At(6, 0)}
		if night.Minutes() != c.want {
			t.Errorf("%s: %d minutes, want %d", c.day, night.Minutes(), c.want)
		}
		x := session("S", main, c.day, 0, 6)
		x.State, x.ClosedAt = models.SessionClosed, c.day.At(6, 0)
		x.Crew = []models.CrewMember{{Person: "A", From: c.day.At(0, 0), Until: c.day.At(6, 0)}}
		if h := Hours([]models.Session{x}, nil, []models.Person{person("A", models.EmployerLibrary)}, models.EmployerLibrary); len(h) != 1 || h[0].Minutes != c.want {
			t.Errorf("%s: %+v on the hours list", c.day, h)
		}
		eve, morning := session("1", main, c.day.Add(-1), 16, 21), session("2", main, c.day, 8, 12)
		b := Basis{Election: kv, Elections: []models.Election{kv}, Places: []models.Place{main}, Sessions: []models.Session{eve, morning}, People: []models.Person{person("A", models.EmployerLibrary)}, Papers: papers("A")}
		p := NewProblem(b)
		if got := p.Instance.Lost[p.Instance.Sessions[0].Day]; got != c.lost {
			t.Errorf("%s: the night loses %d minutes, want %d", c.day, got, c.lost)
		}
		broken, _ := roster.Check(p.Instance, []roster.Assignment{{Session: 0, Staff: 0}, {Session: 1, Staff: 0}})
		if (len(broken) > 0) != (c.rests < minRest) {
			t.Errorf("%s: %d minutes of rest, broken %v", c.day, c.rests, broken)
		}
		b.Shifts = []Shift{{ID: "V", Session: "1", Person: "A", From: eve.Starts, Until: eve.Ends, State: ShiftApproved}}
		hole := Shift{Session: "2", Place: main.ID, From: morning.Starts, Until: morning.Ends, State: ShiftAbsent}
		if in := StandIns(b, hole, morning, models.RoleLibraryLead); len(in) != 1 || in[0].AsksRest != (c.rests < minRest) {
			t.Errorf("%s: %+v", c.day, in)
		}
	}
}

// Sessions that touch end to start are two shifts of one person; a minute more is a
// double booking, also over the hour that comes twice.
func TestSessionsThatTouch(t *testing.T) {
	autumn := models.NewDate(2025, 10, 26)
	first := autumn.At(0, 0).Add(2*time.Hour + 30*time.Minute) // 02.30, the first of the two
	have := []Shift{{ID: "1", Person: "A", State: ShiftApproved, From: autumn.At(0, 0), Until: first}}
	if o, hit := Clash(have, "A", first, first.Add(time.Hour)); hit {
		t.Error("end to start clashes with", o)
	}
	if _, hit := Clash(have, "A", first.Add(-time.Minute), first.Add(time.Hour)); !hit {
		t.Error("a minute shared is no clash")
	}
	if again := first.Add(time.Hour); again.In(models.Copenhagen).Format("15:04") != "02:30" {
		t.Fatal("the hour does not come twice")
	} else if _, hit := Clash(have, "A", again, again.Add(time.Hour)); hit {
		t.Error("the second 02.30 is taken for the first")
	}
}

// Nobody at all, one person for everything, and no sessions: a problem with an
// answer that says what is missing.
func TestProblemsAtTheEdges(t *testing.T) {
	b := small(6)
	seats := 0
	for _, x := range b.Sessions {
		seats += Need(x, main)
	}
	for _, c := range []struct {
		people  []models.Person
		session []models.Session
		missing int
	}{{nil, b.Sessions, seats}, {b.People[:1], b.Sessions, -1}, {b.People, nil, 0}} {
		one := b
		one.People, one.Sessions = c.people, c.session
		p := NewProblem(one)
		res, err := roster.Solve(t.Context(), p.Instance, roster.Options{Iterations: 5000})
		if err != nil {
			t.Fatal(err)
		}
		pr := p.Read(res, "key")
		if c.missing >= 0 && pr.Missing != c.missing || c.missing < 0 && pr.Missing != seats-len(pr.Added) {
			t.Errorf("%d people: %d missing of %d, %d added", len(c.people), pr.Missing, seats, len(pr.Added))
		}
		for _, h := range pr.Holes {
			if len(h.Why) == 0 {
				t.Errorf("%d people: the hole at %s is not explained", len(c.people), h.Session)
			}
		}
	}
}
