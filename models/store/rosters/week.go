package rosters

import (
	"context"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/journal"
	"github.com/brevstemme/brevstemme/models/staffing"
	"github.com/brevstemme/brevstemme/models/store/book"
)

// Week is the roster of an election from one instant to another.
type Week struct {
	Election models.Election
	Sessions []models.Session // not cancelled, in order of start
	Places   []models.Place
	People   []models.Person
	Shifts   []staffing.Shift // of everybody, eight days more at either end
	Wishes   []staffing.Wish
	Papers   staffing.Papers
	Forecast map[string]int // receivers wanted by session; nil for no forecast
	all      []models.Election
}

// RosterWeek loads the roster of an election with from ≤ start < until.
func (s *Rosters) RosterWeek(ctx context.Context, election string, from, until time.Time) (Week, error) {
	var w Week
	var err error
	step := func(f func() error) {
		if err == nil {
			err = f()
		}
	}
	step(func() (e error) { w.Election, e = s.plans.Election(ctx, election); return })
	step(func() (e error) { w.all, e = s.plans.Elections(ctx); return })
	step(func() (e error) {
		w.Sessions, e = book.List[models.Session](ctx, s.book, "jsonb_exists(elections, ?) AND starts >= ? AND starts < ? AND state <> 'cancelled' ORDER BY starts, place, id", election, from, until)
		return
	})
	step(func() (e error) { w.Places, e = s.plans.Places(ctx); return })
	step(func() (e error) { w.People, e = s.persons.People(ctx); return })
	step(func() (e error) { w.Papers, e = s.Papers(ctx); return })
	step(func() (e error) {
		w.Wishes, e = book.List[staffing.Wish](ctx, s.book, "election = ?", election)
		return
	})
	step(func() (e error) { w.Shifts, e = s.Shifts(ctx, from.AddDate(0, 0, -8), until.AddDate(0, 0, 8)); return })
	step(func() (e error) { w.Forecast, e = s.expected(ctx, w.Election, w.Places); return })
	return w, err
}

// expected is how many receivers the forecast asks for, by session.
func (s *Rosters) expected(ctx context.Context, e models.Election, places []models.Place) (map[string]int, error) {
	if !e.Forecast.On || e.Expected <= 0 {
		return nil, nil
	}
	sessions, err := s.plans.Sessions(ctx, e.ID, time.Time{}, time.Time{})
	if err != nil {
		return nil, err
	}
	past, _, err := s.plans.PastVotes(ctx, e)
	return staffing.Expected(e, sessions, places, past), err
}

// Check judges typed cells of the week for a leader.
func (w Week) Check(role models.Role, cells []staffing.WeekCell) []staffing.Remark {
	c := staffing.WeekCheck{Roll: staffing.Roll{Sessions: map[string]models.Session{}, Places: map[string]models.Place{}, People: map[string]models.Person{}, Shifts: w.Shifts}, Role: role, Wishes: map[string]staffing.Wish{}, Forecast: w.Forecast}
	for _, x := range w.Sessions {
		c.Sessions[x.ID] = x
	}
	for _, p := range w.Places {
		c.Places[p.ID] = p
	}
	for _, p := range w.People {
		c.People[p.ID] = p
	}
	for _, v := range w.Wishes {
		if staffing.Leads(role, c.People[v.Person].Employer) {
			c.Wishes[v.Person] = v
		}
	}
	c.Fit = w.fit
	return c.Check(cells)
}

func (w Week) fit(p models.Person, x models.Session) staffing.Fitness {
	var serves []models.Election
	for _, e := range w.all {
		if x.Serves(e.ID) {
			serves = append(serves, e)
		}
	}
	return staffing.Fit(p, serves, x.Place, w.Papers)
}

// EditWeek writes typed cells: all of them, or nothing and the cells that somebody
// else changed meanwhile.
func (s *Rosters) EditWeek(ctx context.Context, act models.Act, election string, cells []staffing.WeekCell) (out []staffing.Shift, conflicts []staffing.WeekConflict, err error) {
	out, err = s.shiftAct(ctx, act, func(w *book.Working) ([]staffing.Shift, journal.Draft, error) {
		roll, err := rollOf(w, cells)
		if err != nil {
			return nil, journal.Draft{}, err
		}
		var changed []staffing.Shift
		var d journal.Draft
		changed, d, conflicts, err = staffing.EditWeek(act, cells, roll)
		d.Election = election
		return changed, d, err
	})
	return out, conflicts, err
}

// rollOf loads what the cells are judged by, inside an act.
func rollOf(w *book.Working, cells []staffing.WeekCell) (staffing.Roll, error) {
	r := staffing.Roll{Sessions: map[string]models.Session{}, People: map[string]models.Person{}}
	var from, until time.Time
	for _, c := range cells {
		x, err := book.Get[models.Session](w, c.Session)
		if err != nil {
			return r, err
		}
		r.Sessions[x.ID] = x
		if from.IsZero() || x.Starts.Before(from) {
			from = x.Starts
		}
		if x.Ends.After(until) {
			until = x.Ends
		}
		for _, id := range c.Now {
			if r.People[id], err = book.Get[models.Person](w, id); err != nil {
				return r, err
			}
		}
	}
	var err error
	if r.Shifts, err = book.ListIn[staffing.Shift](w, "state NOT IN ('cancelled', 'replaced', 'absent') AND until_at > $1 AND from_at < $2 ORDER BY from_at, id", from.AddDate(0, 0, -1), until.AddDate(0, 0, 1)); err != nil {
		return r, err
	}
	fit, err := fitsOf(w, r)
	r.Fit = func(p models.Person, x models.Session) staffing.Fitness { return fit[p.ID+" "+x.ID] }
	return r, err
}

// fitsOf judges each person of the roll at each session of it: few of either, since
// only cells that changed are in it.
func fitsOf(w *book.Working, r staffing.Roll) (map[string]staffing.Fitness, error) {
	out := map[string]staffing.Fitness{}
	papers := staffing.Papers{Appointments: map[string][]staffing.Appointment{}, Instructions: map[string][]staffing.Instruction{}}
	for id := range r.People {
		as, err := book.ListIn[staffing.Appointment](w, "person = $1", id)
		if err != nil {
			return nil, err
		}
		is, err := book.ListIn[staffing.Instruction](w, "person = $1", id)
		if err != nil {
			return nil, err
		}
		papers.Appointments[id], papers.Instructions[id] = as, is
	}
	for _, x := range r.Sessions {
		elections, err := servedBy(w, x)
		if err != nil {
			return nil, err
		}
		for _, p := range r.People {
			out[p.ID+" "+x.ID] = staffing.Fit(p, elections, x.Place, papers)
		}
	}
	return out, nil
}

// servedBy are the elections of a session.
func servedBy(w *book.Working, x models.Session) ([]models.Election, error) {
	var out []models.Election
	for _, id := range x.Elections {
		e, ok, err := book.Find[models.Election](w, id)
		if err != nil {
			return nil, err
		}
		if !ok {
			e = models.Election{ID: id}
		}
		out = append(out, e)
	}
	return out, nil
}

// Strays are the coming shifts of an election that their sessions have left behind.
func (s *Rosters) Strays(ctx context.Context, election string) ([]staffing.Stray, error) {
	sessions, err := book.List[models.Session](ctx, s.book, "jsonb_exists(elections, ?) AND state NOT IN ('closed')", election)
	if err != nil {
		return nil, err
	}
	shifts, err := s.Shifts(ctx, s.book.Now().AddDate(0, 0, -1), time.Time{})
	return staffing.Strays(byID(sessions), shifts, s.book.Now()), err
}

func byID(sessions []models.Session) map[string]models.Session {
	out := map[string]models.Session{}
	for _, x := range sessions {
		out[x.ID] = x
	}
	return out
}

// MendShifts lets the coming shifts of an election follow their sessions; gone of
// those that it returns were cancelled.
func (s *Rosters) MendShifts(ctx context.Context, act models.Act, election string) (out []staffing.Shift, gone int, err error) {
	out, err = s.shiftAct(ctx, act, func(w *book.Working) ([]staffing.Shift, journal.Draft, error) {
		sessions, err := book.ListIn[models.Session](w, "jsonb_exists(elections, $1) AND state NOT IN ('closed')", election)
		if err != nil {
			return nil, journal.Draft{}, err
		}
		shifts, err := book.ListIn[staffing.Shift](w, "state NOT IN ('cancelled', 'replaced') AND from_at >= $1 ORDER BY from_at, place, id", w.Now.AddDate(0, 0, -1))
		if err != nil {
			return nil, journal.Draft{}, err
		}
		var changed []staffing.Shift
		var d journal.Draft
		changed, d, _, err = staffing.Mend(act, staffing.Strays(byID(sessions), shifts, w.Now), shifts)
		d.Election = election
		return changed, d, err
	})
	for _, x := range out { // of the entry: the second click is told the same
		if x.State == staffing.ShiftCancelled {
			gone++
		}
	}
	return out, gone, err
}
