package staffing

import (
	"cmp"
	"slices"
	"time"

	"github.com/brevstemme/brevstemme/models"
)

// Worked is one line of the hours list: what was planned and what the desk saw.
type Worked struct {
	Person   string
	Employer models.Employer
	Session  string
	Place    string
	From     time.Time // planned; zero when the person came without a shift
	Until    time.Time
	Came     time.Time // from the desk; zero when they did not come
	Left     time.Time
	Minutes  int // to pay: as the desk saw it, or planned while the session is still to be
	Absent   bool
}

// Hours lists the hours of an employer's people: every firm shift, and everybody
// the desk saw. Presence at the desk decides; without a shift it still counts.
func Hours(sessions []models.Session, shifts []Shift, people []models.Person, e models.Employer) []Worked {
	mine := map[string]bool{}
	for _, p := range people {
		mine[p.ID] = p.Employer == e
	}
	bySession := map[string][]Shift{}
	for _, s := range shifts {
		if mine[s.Person] && !s.StandIn && (s.Firm() || s.State == ShiftAbsent) {
			bySession[s.Session] = append(bySession[s.Session], s)
		}
	}
	var out []Worked
	for _, x := range sessions {
		if x.State != models.SessionCancelled {
			out = append(out, hoursOf(x, bySession[x.ID], mine, e)...)
		}
	}
	slices.SortStableFunc(out, func(a, b Worked) int {
		return cmp.Or(cmp.Compare(a.Person, b.Person), cmp.Or(a.From, a.Came).Compare(cmp.Or(b.From, b.Came)))
	})
	return out
}

func hoursOf(x models.Session, shifts []Shift, mine map[string]bool, e models.Employer) []Worked {
	var out []Worked
	seen := map[string]bool{}
	over := x.State == models.SessionClosed
	for _, s := range shifts {
		w := Worked{Person: s.Person, Employer: e, Session: x.ID, Place: x.Place, From: s.From, Until: s.Until, Minutes: s.Minutes(), Absent: s.State == ShiftAbsent}
		m, came := presence(x, s.Person)
		switch {
		case came:
			w.Came, w.Left, w.Minutes, w.Absent = m.From, m.Until, minutesBetween(m), false
			seen[s.Person] = true
		case over || w.Absent:
			w.Minutes, w.Absent = 0, true
		}
		out = append(out, w)
	}
	for _, c := range x.Crew {
		if mine[c.Person] && !seen[c.Person] && !slices.ContainsFunc(shifts, func(s Shift) bool { return s.Person == c.Person }) {
			seen[c.Person] = true
			m, _ := presence(x, c.Person)
			out = append(out, Worked{Person: c.Person, Employer: e, Session: x.ID, Place: x.Place, Came: m.From, Left: m.Until, Minutes: minutesBetween(m)})
		}
	}
	return out
}

// presence joins a person's stays at the desk: first arrival, last departure.
func presence(x models.Session, person string) (models.CrewMember, bool) {
	var out models.CrewMember
	found := false
	for _, c := range x.Crew {
		if c.Person != person {
			continue
		}
		if c.Until.IsZero() {
			c.Until = x.ClosedAt
		}
		if !found {
			out, found = c, true
			continue
		}
		if c.Until.After(out.Until) {
			out.Until = c.Until
		}
	}
	return out, found
}

// minutesBetween is 0 while the person is still there.
func minutesBetween(m models.CrewMember) int {
	if m.Until.IsZero() {
		return 0
	}
	return int(m.Until.Sub(m.From) / time.Minute)
}
