package staffing

import (
	"slices"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/journal"
)

// WeekCell is what a leader wrote for one session: the own people whom they saw
// there, and those who are to be there.
type WeekCell struct {
	Session string
	Was     []string // person ids
	Now     []string
}

// WeekConflict is a cell that somebody else changed meanwhile.
type WeekConflict struct {
	WeekCell
	Is     []string // as it stands
	Merged []string // as it stands, with what the leader added and without whom they took away
}

// Roll is everything that a week's cells are judged by.
type Roll struct {
	Sessions map[string]models.Session
	Places   map[string]models.Place
	People   map[string]models.Person
	Shifts   []Shift // of all people around the week
	Fit      func(models.Person, models.Session) Fitness
}

// Crewed are the people of a leader at a session, in order of id.
func Crewed(shifts []Shift, session string, role models.Role) []string {
	var out []string
	for _, s := range shifts {
		if s.Session == session && s.Holds() && !s.StandIn && Leads(role, s.Employer) && !slices.Contains(out, s.Person) {
			out = append(out, s.Person)
		}
	}
	slices.Sort(out)
	return out
}

// EditWeek writes the cells of a week: all of them or nothing. Who is no longer in
// a cell is taken off the session, who is new is put there, approved by the leader
// who wrote it. A cell that somebody else changed since it was shown, to something
// else than what is written now, comes back as a conflict with CodeConflict.
func EditWeek(act models.Act, cells []WeekCell, roll Roll) ([]Shift, journal.Draft, []WeekConflict, error) {
	conflicts := Conflicts(act.Role, cells, roll.Shifts)
	if len(conflicts) > 0 {
		return nil, journal.Draft{}, conflicts, models.E(models.CodeConflict, "staffing.week_conflict")
	}
	w := weekWriter{act: act, roll: roll, shifts: slices.Clone(roll.Shifts)}
	for _, c := range cells {
		if err := w.takeOff(c); err != nil {
			return nil, journal.Draft{}, nil, err
		}
	}
	var errs models.Errors
	for _, c := range cells {
		for _, id := range c.Now {
			if err := w.putOn(c.Session, id); err != nil {
				errs = append(errs, err)
			}
		}
	}
	if err := errs.OrNil(); err != nil {
		return nil, journal.Draft{}, nil, err
	}
	if len(w.out) == 0 {
		return nil, journal.Draft{}, nil, models.E(models.CodeState, "staffing.week_same")
	}
	return w.out, journal.Draft{Kind: "roster.edited"}, nil, nil
}

// Conflicts are the cells that stand otherwise than they were shown.
func Conflicts(role models.Role, cells []WeekCell, shifts []Shift) []WeekConflict {
	var out []WeekConflict
	for _, c := range cells {
		is := Crewed(shifts, c.Session, role)
		if same(is, c.Was) || same(is, c.Now) {
			continue
		}
		k := WeekConflict{WeekCell: c, Is: is}
		for _, p := range is {
			if !slices.Contains(c.Was, p) || slices.Contains(c.Now, p) {
				k.Merged = append(k.Merged, p)
			}
		}
		for _, p := range c.Now {
			if !slices.Contains(c.Was, p) && !slices.Contains(k.Merged, p) {
				k.Merged = append(k.Merged, p)
			}
		}
		out = append(out, k)
	}
	return out
}

// same tells whether two lists hold the same people.
func same(a, b []string) bool {
	a, b = slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b))
	return slices.Equal(a, b)
}

// weekWriter keeps the shifts as they will stand while cells are written.
type weekWriter struct {
	act    models.Act
	roll   Roll
	shifts []Shift
	out    []Shift
}

// takeOff cancels the shifts of those who are no longer in the cell.
func (w *weekWriter) takeOff(c WeekCell) error {
	for i, s := range w.shifts {
		if s.Session != c.Session || !s.Holds() || s.StandIn || !Leads(w.act.Role, s.Employer) || slices.Contains(c.Now, s.Person) {
			continue
		}
		if err := lead(w.act, s); err != nil {
			return err
		}
		next, err := s.do(ShiftWithdraw)
		if err != nil {
			return err
		}
		w.shifts[i] = next
		w.out = append(w.out, next)
	}
	return nil
}

// putOn puts a person at a session, unless they are there.
func (w *weekWriter) putOn(session, person string) *models.Error {
	field := "c." + session
	if slices.Contains(Crewed(w.shifts, session, w.act.Role), person) {
		return nil
	}
	p, known := w.roll.People[person]
	x, there := w.roll.Sessions[session]
	if !known || !there {
		return models.Invalid(field, "staffing.code_unknown", person)
	}
	out, _, err := Place(w.act, p, x, w.roll.Fit(p, x), w.shifts, nil, false)
	if err != nil {
		e, ok := err.(*models.Error)
		if !ok {
			e = models.Invalid(field, "staffing.week_refused")
		}
		e = e.On(field)
		return e
	}
	w.shifts, w.out = append(w.shifts, out...), append(w.out, out...)
	return nil
}
