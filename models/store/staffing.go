package store

import (
	"context"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/journal"
	"github.com/brevstemme/brevstemme/models/staffing"
)

// Appoint makes a person a receiver at an election; the same call with a signed
// date brings the receipt.
func (s *Store) Appoint(ctx context.Context, act models.Act, person, election string, places []string, by string, on, signed models.Date) (staffing.Appointment, error) {
	e, _, err := s.append(ctx, act, needs("person", person).and("election", election), func(w *working) (journal.Draft, error) {
		p, err := get[models.Person](w, person)
		if err != nil {
			return journal.Draft{}, err
		}
		el, err := get[models.Election](w, election)
		if err != nil {
			return journal.Draft{}, err
		}
		if !staffing.Leads(act.Role, p.Employer) {
			return journal.Draft{}, models.E(models.CodeForbidden, "staffing.not_leader").On("person")
		}
		a, d, err := staffing.Appoint(p, el, places, by, on, signed)
		if err == nil {
			w.put(a)
		}
		return d, err
	})
	if err != nil {
		return staffing.Appointment{}, err
	}
	return changed[staffing.Appointment](e)
}

// Revoke takes a person's appointment at an election back; their own leader writes
// it. The shifts that become holes come back, for telling.
func (s *Store) Revoke(ctx context.Context, act models.Act, person, election string, v staffing.Revocation) ([]staffing.Shift, error) {
	return s.shiftAct(ctx, act, func(w *working) ([]staffing.Shift, journal.Draft, error) {
		p, err := get[models.Person](w, person)
		if err != nil {
			return nil, journal.Draft{}, err
		}
		if !staffing.Leads(act.Role, p.Employer) {
			return nil, journal.Draft{}, models.E(models.CodeForbidden, "staffing.not_leader").On("person")
		}
		a, err := get[staffing.Appointment](w, staffing.AppointmentID(person, election))
		if err != nil {
			return nil, journal.Draft{}, err
		}
		coming, err := comingShifts(w, person)
		if err != nil {
			return nil, journal.Draft{}, err
		}
		var at []staffing.Shift // of sessions that serve the election
		for _, x := range coming {
			ses, err := get[models.Session](w, x.Session)
			if err != nil {
				return nil, journal.Draft{}, err
			}
			if ses.Serves(election) {
				at = append(at, x)
			}
		}
		a, out, d, err := staffing.Revoke(a, v, models.DateOf(w.at()), at)
		if err == nil {
			w.put(a)
		}
		return out, d, err
	})
}

// comingShifts are a person's shifts that have not begun and that nobody has taken
// away, with the other halves of their swaps.
func comingShifts(w *working, person string) ([]staffing.Shift, error) {
	const open = `state NOT IN ('cancelled', 'replaced', 'absent')`
	return listIn[staffing.Shift](w, `from_at > $2 AND `+open+` AND (person = $1 OR doc->>'pair' IN (SELECT id FROM shift WHERE person = $1 AND `+open+`)) ORDER BY from_at, id`, person, w.at())
}

// Instruct writes that a person was taught.
func (s *Store) Instruct(ctx context.Context, act models.Act, person string, modules []string, on models.Date) error {
	_, _, err := s.append(ctx, act, needs("person", person), func(w *working) (journal.Draft, error) {
		p, err := get[models.Person](w, person)
		if err != nil {
			return journal.Draft{}, err
		}
		if !staffing.Leads(act.Role, p.Employer) {
			return journal.Draft{}, models.E(models.CodeForbidden, "staffing.not_leader").On("person")
		}
		is, d, err := staffing.Instruct(p, modules, on, act)
		for _, i := range is {
			w.put(i)
		}
		return d, err
	})
	return err
}

// SetStaffing sets an election's rules for the roster.
func (s *Store) SetStaffing(ctx context.Context, act models.Act, election string, rules staffing.Rules) error {
	_, _, err := s.append(ctx, act, needs("election", election), func(w *working) (journal.Draft, error) {
		e, err := get[models.Election](w, election)
		if err != nil {
			return journal.Draft{}, err
		}
		e, d, err := rules.Set(e)
		if err == nil {
			w.put(e)
		}
		return d, err
	})
	return err
}

// Terms is what the roster needs to know of a person.
type Terms struct {
	Home                                     string // place id
	TargetMin, MaxWeekMin, MaxMin, MaxTravel int
	Languages, Candidate                     []string
	Lead, Receiver                           bool
}

// SetTerms changes what the roster knows of a person; their own leader does.
func (s *Store) SetTerms(ctx context.Context, act models.Act, person string, t Terms) error {
	_, _, err := s.append(ctx, act, needs("person", person), func(w *working) (journal.Draft, error) {
		p, err := get[models.Person](w, person)
		if err != nil {
			return journal.Draft{}, err
		}
		if !staffing.Leads(act.Role, p.Employer) {
			return journal.Draft{}, models.E(models.CodeForbidden, "staffing.not_leader")
		}
		if min(t.TargetMin, t.MaxWeekMin, t.MaxMin, t.MaxTravel) < 0 {
			return journal.Draft{}, models.Invalid("target", "staffing.negative")
		}
		p.Home, p.TargetMin, p.MaxWeekMin, p.MaxMin, p.MaxTravel = t.Home, t.TargetMin, t.MaxWeekMin, t.MaxMin, t.MaxTravel
		p.Languages, p.Candidate, p.Lead, p.Receiver = t.Languages, t.Candidate, t.Lead, t.Receiver
		w.put(p)
		return journal.Draft{Kind: "person.terms"}.Fact("person", p.ID), nil
	})
	return err
}

// SayWishes replaces a person's wishes.
func (s *Store) SayWishes(ctx context.Context, act models.Act, person, election string, wish staffing.Wish) error {
	_, _, err := s.append(ctx, act, needs("person", person).and("election", election), func(w *working) (journal.Draft, error) {
		p, err := get[models.Person](w, person)
		if err != nil {
			return journal.Draft{}, err
		}
		e, err := get[models.Election](w, election)
		if err != nil {
			return journal.Draft{}, err
		}
		out, d, err := staffing.SayWishes(act, p, e, wish, models.DateOf(w.at()))
		if err == nil {
			w.put(out)
		}
		return d, err
	})
	return err
}

// WishOf is one person's wishes at an election; the zero Wish when nothing was said.
func (s *Store) WishOf(ctx context.Context, person, election string) (staffing.Wish, error) {
	w, err := load[staffing.Wish](ctx, s, staffing.WishID(person, election))
	if models.CodeOf(err) == models.CodeNotFound {
		return staffing.Wish{}, nil
	}
	return w, err
}

// Papers loads appointments and instruction, of everybody or of some.
func (s *Store) Papers(ctx context.Context, persons ...string) (staffing.Papers, error) {
	where, args := "true ORDER BY id", []any{}
	if len(persons) > 0 {
		where, args = "person IN ? ORDER BY id", []any{persons}
	}
	as, err := list[staffing.Appointment](ctx, s, where, args...)
	if err != nil {
		return staffing.Papers{}, err
	}
	is, err := list[staffing.Instruction](ctx, s, where, args...)
	return papersOf(as, is), err
}

func papersOf(as []staffing.Appointment, is []staffing.Instruction) staffing.Papers {
	p := staffing.Papers{Appointments: map[string][]staffing.Appointment{}, Instructions: map[string][]staffing.Instruction{}}
	for _, a := range as {
		p.Appointments[a.Person] = append(p.Appointments[a.Person], a)
	}
	for _, i := range is {
		p.Instructions[i.Person] = append(p.Instructions[i.Person], i)
	}
	return p
}

// fitnessOf judges a person at a session, inside an act.
func fitnessOf(w *working, p models.Person, x models.Session) (staffing.Fitness, error) {
	as, err := listIn[staffing.Appointment](w, "person = $1", p.ID)
	if err != nil {
		return staffing.Fitness{}, err
	}
	is, err := listIn[staffing.Instruction](w, "person = $1", p.ID)
	if err != nil {
		return staffing.Fitness{}, err
	}
	elections, err := servedBy(w, x)
	if err != nil {
		return staffing.Fitness{}, err
	}
	return staffing.Fit(p, elections, x.Place, papersOf(as, is)), nil
}

// Basis loads what a proposal or a ranking is made of: the sessions of an
// election that start after from, everybody, and every shift from that day on.
func (s *Store) Basis(ctx context.Context, election string, from time.Time) (staffing.Basis, error) {
	var b staffing.Basis
	var err error
	step := func(f func() error) {
		if err == nil {
			err = f()
		}
	}
	step(func() (e error) { b.Election, e = s.Election(ctx, election); return })
	step(func() (e error) { b.Elections, e = s.Elections(ctx); return })
	step(func() (e error) { b.Places, e = s.Places(ctx); return })
	step(func() (e error) {
		b.Sessions, e = list[models.Session](ctx, s, "jsonb_exists(elections, ?) AND starts > ? AND state IN ('draft', 'published') ORDER BY starts, place, id", election, from)
		return
	})
	step(func() (e error) { b.People, e = s.People(ctx); return })
	step(func() (e error) { b.Wishes, e = list[staffing.Wish](ctx, s, "election = ?", election); return })
	step(func() (e error) { b.Papers, e = s.Papers(ctx); return })
	step(func() (e error) { b.Forecast, e = s.expected(ctx, b.Election, b.Places); return })
	step(func() (e error) {
		b.Shifts, e = list[staffing.Shift](ctx, s, "from_at > ? ORDER BY from_at, id", from.AddDate(0, 0, -8))
		return
	})
	return b, err
}
