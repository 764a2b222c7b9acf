package rosters

import (
	"context"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/journal"
	"github.com/brevstemme/brevstemme/models/staffing"
	"github.com/brevstemme/brevstemme/models/store/book"
)

// Appoint makes a person a receiver at an election; the same call with a signed
// date brings the receipt.
func (s *Rosters) Appoint(ctx context.Context, act models.Act, person, election string, places []string, by string, on, signed models.Date) (staffing.Appointment, error) {
	e, _, err := s.book.Append(ctx, act, book.Needs("person", person).And("election", election), func(w *book.Working) (journal.Draft, error) {
		p, err := book.Get[models.Person](w, person)
		if err != nil {
			return journal.Draft{}, err
		}
		el, err := book.Get[models.Election](w, election)
		if err != nil {
			return journal.Draft{}, err
		}
		if !staffing.Leads(act.Role, p.Employer) {
			return journal.Draft{}, models.E(models.CodeForbidden, "staffing.not_leader").On("person")
		}
		a, d, err := staffing.Appoint(p, el, places, by, on, signed)
		if err == nil {
			w.Put(a)
		}
		return d, err
	})
	if err != nil {
		return staffing.Appointment{}, err
	}
	return book.Changed[staffing.Appointment](e)
}

// Revoke takes a person's appointment at an election back; their own leader writes
// it. The shifts that become holes come back, for telling.
func (s *Rosters) Revoke(ctx context.Context, act models.Act, person, election string, v staffing.Revocation) ([]staffing.Shift, error) {
	return s.shiftAct(ctx, act, func(w *book.Working) ([]staffing.Shift, journal.Draft, error) {
		p, err := book.Get[models.Person](w, person)
		if err != nil {
			return nil, journal.Draft{}, err
		}
		if !staffing.Leads(act.Role, p.Employer) {
			return nil, journal.Draft{}, models.E(models.CodeForbidden, "staffing.not_leader").On("person")
		}
		a, err := book.Get[staffing.Appointment](w, staffing.AppointmentID(person, election))
		if err != nil {
			return nil, journal.Draft{}, err
		}
		coming, err := comingShifts(w, person)
		if err != nil {
			return nil, journal.Draft{}, err
		}
		var at []staffing.Shift // of sessions that serve the election
		for _, x := range coming {
			ses, err := book.Get[models.Session](w, x.Session)
			if err != nil {
				return nil, journal.Draft{}, err
			}
			if ses.Serves(election) {
				at = append(at, x)
			}
		}
		a, out, d, err := staffing.Revoke(a, v, models.DateOf(w.At()), at)
		if err == nil {
			w.Put(a)
		}
		return out, d, err
	})
}

// comingShifts are a person's shifts that have not begun and that nobody has taken
// away, with the other halves of their swaps.
func comingShifts(w *book.Working, person string) ([]staffing.Shift, error) {
	const open = `state NOT IN ('cancelled', 'replaced', 'absent')`
	return book.ListIn[staffing.Shift](w, `from_at > $2 AND `+open+` AND (person = $1 OR doc->>'pair' IN (SELECT id FROM shift WHERE person = $1 AND `+open+`)) ORDER BY from_at, id`, person, w.At())
}

// Instruct writes that a person was taught.
func (s *Rosters) Instruct(ctx context.Context, act models.Act, person string, modules []string, on models.Date) error {
	_, _, err := s.book.Append(ctx, act, book.Needs("person", person), func(w *book.Working) (journal.Draft, error) {
		p, err := book.Get[models.Person](w, person)
		if err != nil {
			return journal.Draft{}, err
		}
		if !staffing.Leads(act.Role, p.Employer) {
			return journal.Draft{}, models.E(models.CodeForbidden, "staffing.not_leader").On("person")
		}
		is, d, err := staffing.Instruct(p, modules, on, act)
		for _, i := range is {
			w.Put(i)
		}
		return d, err
	})
	return err
}

// SetStaffing sets an election's rules for the roster.
func (s *Rosters) SetStaffing(ctx context.Context, act models.Act, election string, rules staffing.Rules) error {
	_, _, err := s.book.Append(ctx, act, book.Needs("election", election), func(w *book.Working) (journal.Draft, error) {
		e, err := book.Get[models.Election](w, election)
		if err != nil {
			return journal.Draft{}, err
		}
		e, d, err := rules.Set(e)
		if err == nil {
			w.Put(e)
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
func (s *Rosters) SetTerms(ctx context.Context, act models.Act, person string, t Terms) error {
	_, _, err := s.book.Append(ctx, act, book.Needs("person", person), func(w *book.Working) (journal.Draft, error) {
		p, err := book.Get[models.Person](w, person)
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
		w.Put(p)
		return journal.Draft{Kind: "person.terms"}.Fact("person", p.ID), nil
	})
	return err
}

// SayWishes replaces a person's wishes.
func (s *Rosters) SayWishes(ctx context.Context, act models.Act, person, election string, wish staffing.Wish) error {
	_, _, err := s.book.Append(ctx, act, book.Needs("person", person).And("election", election), func(w *book.Working) (journal.Draft, error) {
		p, err := book.Get[models.Person](w, person)
		if err != nil {
			return journal.Draft{}, err
		}
		e, err := book.Get[models.Election](w, election)
		if err != nil {
			return journal.Draft{}, err
		}
		out, d, err := staffing.SayWishes(act, p, e, wish, models.DateOf(w.At()))
		if err == nil {
			w.Put(out)
		}
		return d, err
	})
	return err
}

// WishOf is one person's wishes at an election; the zero Wish when nothing was said.
func (s *Rosters) WishOf(ctx context.Context, person, election string) (staffing.Wish, error) {
	w, err := book.Load[staffing.Wish](ctx, s.book, staffing.WishID(person, election))
	if models.CodeOf(err) == models.CodeNotFound {
		return staffing.Wish{}, nil
	}
	return w, err
}

// Papers loads appointments and instruction, of everybody or of some.
func (s *Rosters) Papers(ctx context.Context, persons ...string) (staffing.Papers, error) {
	where, args := "true ORDER BY id", []any{}
	if len(persons) > 0 {
		where, args = "person IN ? ORDER BY id", []any{persons}
	}
	as, err := book.List[staffing.Appointment](ctx, s.book, where, args...)
	if err != nil {
		return staffing.Papers{}, err
	}
	is, err := book.List[staffing.Instruction](ctx, s.book, where, args...)
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

// FitnessOf judges a person at a session, inside an act.
func FitnessOf(w *book.Working, p models.Person, x models.Session) (staffing.Fitness, error) {
	as, err := book.ListIn[staffing.Appointment](w, "person = $1", p.ID)
	if err != nil {
		return staffing.Fitness{}, err
	}
	is, err := book.ListIn[staffing.Instruction](w, "person = $1", p.ID)
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
func (s *Rosters) Basis(ctx context.Context, election string, from time.Time) (staffing.Basis, error) {
	var b staffing.Basis
	var err error
	step := func(f func() error) {
		if err == nil {
			err = f()
		}
	}
	step(func() (e error) { b.Election, e = s.plans.Election(ctx, election); return })
	step(func() (e error) { b.Elections, e = s.plans.Elections(ctx); return })
	step(func() (e error) { b.Places, e = s.plans.Places(ctx); return })
	step(func() (e error) {
		b.Sessions, e = book.List[models.Session](ctx, s.book, "jsonb_exists(elections, ?) AND starts > ? AND state IN ('draft', 'published') ORDER BY starts, place, id", election, from)
		return
	})
	step(func() (e error) { b.People, e = s.persons.People(ctx); return })
	step(func() (e error) {
		b.Wishes, e = book.List[staffing.Wish](ctx, s.book, "election = ?", election)
		return
	})
	step(func() (e error) { b.Papers, e = s.Papers(ctx); return })
	step(func() (e error) { b.Forecast, e = s.expected(ctx, b.Election, b.Places); return })
	step(func() (e error) {
		b.Shifts, e = book.List[staffing.Shift](ctx, s.book, "from_at > ? ORDER BY from_at, id", from.AddDate(0, 0, -8))
		return
	})
	return b, err
}
