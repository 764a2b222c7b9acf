package staffing

import (
	"cmp"
	"slices"
	"time"

	"github.com/brevstemme/brevstemme/models"
)

// Remark is what is to be said of a cell while it is typed. Person is "" for what
// concerns the whole session.
type Remark struct {
	Session string
	Person  string
	Code    string // catalogue: staffing.remark.<code>; Person's name comes first among its words
	Stops   bool   // the week cannot be saved like this
	Args    []any
	Gap     *Gap // for a hole in the coverage: staffing.gap.<code>
}

// WeekCheck judges typed cells.
type WeekCheck struct {
	Roll
	Role     models.Role
	Wishes   map[string]Wish // of the leader's own people
	Forecast map[string]int
}

// Check says what is wrong with each cell as typed: everything as if all cells
// were saved. Not appointed or not instructed and being at two places stop the
// saving; too little rest, too many hours, wishes and holes in the crew warn.
func (c WeekCheck) Check(cells []WeekCell) []Remark {
	shifts := c.asTyped(cells)
	var out []Remark
	for _, cell := range cells {
		x, ok := c.Sessions[cell.Session]
		if !ok {
			continue
		}
		for _, id := range cell.Now {
			out = append(out, c.person(x, id, shifts)...)
		}
		out = append(out, c.crew(x, shifts)...)
	}
	return out
}

// asTyped are the shifts as they would stand.
func (c WeekCheck) asTyped(cells []WeekCell) []Shift {
	now := map[string][]string{}
	for _, cell := range cells {
		now[cell.Session] = cell.Now
	}
	out := make([]Shift, 0, len(c.Shifts))
	for _, s := range c.Shifts {
		list, typed := now[s.Session]
		if typed && s.Holds() && !s.StandIn && Leads(c.Role, s.Employer) && !slices.Contains(list, s.Person) {
			continue
		}
		out = append(out, s)
	}
	for _, cell := range cells {
		x, ok := c.Sessions[cell.Session]
		have := Crewed(out, cell.Session, c.Role)
		for _, id := range cell.Now {
			if p := c.People[id]; ok && !slices.Contains(have, id) {
				out = append(out, Shift{Session: x.ID, Place: x.Place, Person: id, Employer: p.Employer, From: x.Starts, Until: x.Ends, State: ShiftApproved})
			}
		}
	}
	return out
}

// crew judges the session minute by minute.
func (c WeekCheck) crew(x models.Session, shifts []Shift) []Remark {
	var at []Shift
	var people []models.Person
	for _, s := range shifts {
		if s.Session == x.ID {
			at, people = append(at, s), append(people, c.People[s.Person])
		}
	}
	pl := c.Places[x.Place]
	var out []Remark
	for _, g := range Coverage(x, pl, Crew(at, Candidates(people, x)), DemandOf(x, pl, c.Forecast[x.ID])) {
		out = append(out, Remark{Session: x.ID, Code: "gap", Gap: &g})
		break // the first says enough in a cell
	}
	return out
}

func (c WeekCheck) person(x models.Session, id string, shifts []Shift) []Remark {
	p, known := c.People[id]
	if !known {
		return []Remark{{Session: x.ID, Person: id, Code: "unknown", Stops: true}}
	}
	var out []Remark
	say := func(stops bool, code string, args ...any) {
		out = append(out, Remark{Session: x.ID, Person: id, Code: code, Stops: stops, Args: args})
	}
	f := c.Fit(p, x)
	for _, m := range f.Missing {
		say(true, "missing."+m)
	}
	if f.Candidate {
		say(false, "candidate")
	}
	var mine []Shift
	for _, s := range shifts {
		if s.Person == id && s.Holds() && !s.StandIn {
			mine = append(mine, s)
		}
	}
	if o, hit := elsewhere(mine, x); hit {
		say(true, "busy", cmp.Or(c.Places[o.Place].Name, o.Place))
	}
	c.hours(x, p, mine, say)
	switch c.Wishes[id].For(x) {
	case Cannot:
		say(false, "cannot")
	case RatherNot:
		say(false, "rather_not")
	}
	return out
}

// elsewhere is a shift of the person at another session in the same minutes.
func elsewhere(mine []Shift, x models.Session) (Shift, bool) {
	i := slices.IndexFunc(mine, func(s Shift) bool { return s.Session != x.ID && overlaps(s.From, s.Until, x.Starts, x.Ends) })
	if i < 0 {
		return Shift{}, false
	}
	return mine[i], true
}

// hours judges rest, the working day and the week.
func (c WeekCheck) hours(x models.Session, p models.Person, mine []Shift, say func(bool, string, ...any)) {
	day, year, week := x.Date(), 0, 0
	year, week = day.ISOWeek()
	inDay, inWeek, rest := 0, 0, time.Duration(1<<62)
	for _, s := range mine {
		d := models.DateOf(s.From)
		if y, w := d.ISOWeek(); y == year && w == week {
			inWeek += s.Minutes()
		}
		switch {
		case d == day:
			inDay += s.Minutes()
		case s.From.Before(x.Starts):
			rest = min(rest, x.Starts.Sub(s.Until))
		default:
			rest = min(rest, s.From.Sub(x.Ends))
		}
	}
	if rest < minRest*time.Minute {
		say(false, "rest", int(rest.Hours()), minRest/60)
	}
	if inDay > maxDay {
		say(false, "day", inDay/60, maxDay/60)
	}
	if most := cmp.Or(p.MaxWeekMin, usualWeek); inWeek > most {
		say(false, "week", inWeek/60, most/60)
	}
}
