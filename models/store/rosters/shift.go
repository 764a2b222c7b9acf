package rosters

import (
	"context"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/journal"
	"github.com/brevstemme/brevstemme/models/staffing"
	"github.com/brevstemme/brevstemme/models/store/book"
)

// Shifts lists shifts with from ≤ start < until; a zero time leaves that side open.
func (s *Rosters) Shifts(ctx context.Context, from, until time.Time) ([]staffing.Shift, error) {
	where, args := "state NOT IN ('cancelled', 'replaced')", []any{}
	if !from.IsZero() {
		where, args = where+" AND from_at >= ?", append(args, from)
	}
	if !until.IsZero() {
		where, args = where+" AND from_at < ?", append(args, until)
	}
	return book.List[staffing.Shift](ctx, s.book, where+" ORDER BY from_at, place, id", args...)
}

// ShiftsOf lists every shift of a person, gone ones too: a feed must say so.
func (s *Rosters) ShiftsOf(ctx context.Context, person string) ([]staffing.Shift, error) {
	return book.List[staffing.Shift](ctx, s.book, "person = ? ORDER BY from_at, id", person)
}

// ShiftsAt lists the shifts of a session that were not taken away.
func (s *Rosters) ShiftsAt(ctx context.Context, session string) ([]staffing.Shift, error) {
	return book.List[staffing.Shift](ctx, s.book, "session = ? AND state NOT IN ('cancelled', 'replaced') ORDER BY from_at, id", session)
}

// ShiftByID loads one.
func (s *Rosters) ShiftByID(ctx context.Context, id string) (staffing.Shift, error) {
	return book.Load[staffing.Shift](ctx, s.book, id)
}

// Propose writes what search proposes in one entry and returns what was written.
// An act that was sent before is answered from the book, and nothing is searched:
// the planner takes seconds and never finds the same twice. Of two searches under
// one key at the same time the first stands.
func (s *Rosters) Propose(ctx context.Context, act models.Act, election string, search func(context.Context) (staffing.Proposal, error)) (staffing.Proposal, error) {
	e, done, err := s.book.Done(ctx, act)
	if err != nil {
		return staffing.Proposal{}, err
	}
	if !done {
		pr, err := search(ctx)
		if err != nil {
			return staffing.Proposal{}, err
		}
		if e, err = s.writeProposal(ctx, act, election, pr); err != nil {
			return staffing.Proposal{}, err
		}
	}
	shifts, err := book.AllChanged[staffing.Shift](e)
	if err != nil {
		return staffing.Proposal{}, err
	}
	return staffing.Proposed(e, shifts)
}

func (s *Rosters) writeProposal(ctx context.Context, act models.Act, election string, pr staffing.Proposal) (journal.Entry, error) {
	e, _, err := s.book.Append(ctx, act, book.Need{}, func(w *book.Working) (journal.Draft, error) {
		el, err := book.Get[models.Election](w, election)
		if err != nil {
			return journal.Draft{}, err
		}
		now, err := book.ListIn[staffing.Shift](w, "state NOT IN ('cancelled', 'replaced') AND from_at > $1", w.Now.AddDate(0, 0, -1))
		if err != nil {
			return journal.Draft{}, err
		}
		out, d, err := staffing.Propose(pr, el, now)
		return putShifts(w, out, d, err)
	})
	return e, err
}

// putShifts writes what was decided.
func putShifts(w *book.Working, out []staffing.Shift, d journal.Draft, err error) (journal.Draft, error) {
	if err != nil {
		return journal.Draft{}, err
	}
	for _, x := range out {
		w.Put(x)
	}
	return d, nil
}

// around loads what belongs to shifts: the one each replaces, its pair, and
// what that one replaces.
func around(w *book.Working, s staffing.Shift) (map[string]staffing.Shift, error) {
	out := map[string]staffing.Shift{s.ID: s}
	todo := []string{s.Replaces, s.Pair}
	for len(todo) > 0 {
		id := todo[0]
		todo = todo[1:]
		if _, have := out[id]; have || id == "" {
			continue
		}
		x, err := book.Get[staffing.Shift](w, id)
		if err != nil {
			return nil, err
		}
		out[id] = x
		if id == s.Pair {
			todo = append(todo, x.Replaces)
		}
	}
	return out, nil
}

// ApproveShifts says a leader's yes to several shifts at once: all or none.
func (s *Rosters) ApproveShifts(ctx context.Context, act models.Act, ids []string) ([]staffing.Shift, error) {
	return s.shiftAct(ctx, act, func(w *book.Working) ([]staffing.Shift, journal.Draft, error) {
		if len(ids) == 0 {
			return nil, journal.Draft{}, models.Invalid("shifts", "staffing.none_chosen")
		}
		var all []staffing.Shift
		d := journal.Draft{Kind: "shift.approved"}
		for _, id := range ids {
			x, err := book.Get[staffing.Shift](w, id)
			if err != nil {
				return nil, d, err
			}
			near, err := around(w, x)
			if err != nil {
				return nil, d, err
			}
			out, one, err := staffing.Approve(act, x, near)
			if err != nil {
				return nil, d, err
			}
			for _, y := range out { // the next of the list sees it
				w.Put(y)
			}
			if all = append(all, out...); len(ids) == 1 {
				d = one
			}
		}
		return all, d, nil
	})
}

// shiftAct runs one act on shifts and returns those that it changed.
func (s *Rosters) shiftAct(ctx context.Context, act models.Act, decide func(*book.Working) ([]staffing.Shift, journal.Draft, error)) ([]staffing.Shift, error) {
	e, _, err := s.book.Append(ctx, act, book.Need{}, func(w *book.Working) (journal.Draft, error) {
		out, d, err := decide(w)
		return putShifts(w, out, d, err)
	})
	if err != nil {
		return nil, err
	}
	return book.AllChanged[staffing.Shift](e)
}

// CancelShift takes a shift or a claim away.
func (s *Rosters) CancelShift(ctx context.Context, act models.Act, id string) ([]staffing.Shift, error) {
	return s.shiftAct(ctx, act, func(w *book.Working) ([]staffing.Shift, journal.Draft, error) {
		x, err := book.Get[staffing.Shift](w, id)
		if err != nil {
			return nil, journal.Draft{}, err
		}
		near, err := around(w, x)
		if err != nil {
			return nil, journal.Draft{}, err
		}
		return staffing.Cancel(act, x, near)
	})
}

// OwnShift does one of the person's own acts on a shift.
func (s *Rosters) OwnShift(ctx context.Context, act models.Act, id string, what staffing.ShiftAct) ([]staffing.Shift, error) {
	return s.shiftAct(ctx, act, func(w *book.Working) ([]staffing.Shift, journal.Draft, error) {
		x, err := book.Get[staffing.Shift](w, id)
		if err != nil {
			return nil, journal.Draft{}, err
		}
		return staffing.Own(act, x, what, w.At())
	})
}

// SplitShift cuts a shift in two and offers the later part.
func (s *Rosters) SplitShift(ctx context.Context, act models.Act, id string, at time.Time) ([]staffing.Shift, error) {
	return s.shiftAct(ctx, act, func(w *book.Working) ([]staffing.Shift, journal.Draft, error) {
		x, err := book.Get[staffing.Shift](w, id)
		if err != nil {
			return nil, journal.Draft{}, err
		}
		return staffing.Split(act, x, at)
	})
}

// candidateFor loads what decides whether a person may take a shift at a session:
// the person, the session, their fitness and their other shifts.
func candidateFor(w *book.Working, person, session string) (p models.Person, x models.Session, f staffing.Fitness, others []staffing.Shift, err error) {
	if p, err = book.Get[models.Person](w, person); err != nil {
		return
	}
	if x, err = book.Get[models.Session](w, session); err != nil {
		return
	}
	if f, err = FitnessOf(w, p, x); err != nil {
		return
	}
	others, err = book.ListIn[staffing.Shift](w, "person = $1 AND state NOT IN ('cancelled', 'replaced', 'absent')", person)
	return
}

// PlaceShift puts a person at a session; replaces is "" or the shift taken over.
func (s *Rosters) PlaceShift(ctx context.Context, act models.Act, person, session, replaces string, standIn bool) ([]staffing.Shift, error) {
	return s.shiftAct(ctx, act, func(w *book.Working) ([]staffing.Shift, journal.Draft, error) {
		p, x, f, others, err := candidateFor(w, person, session)
		if err != nil {
			return nil, journal.Draft{}, err
		}
		var old *staffing.Shift
		if replaces != "" {
			o, err := book.Get[staffing.Shift](w, replaces)
			if err != nil {
				return nil, journal.Draft{}, err
			}
			old = &o
		}
		return staffing.Place(act, p, x, f, others, old, standIn)
	})
}

// ClaimShift asks for a shift that somebody gave up.
func (s *Rosters) ClaimShift(ctx context.Context, act models.Act, id string) ([]staffing.Shift, error) {
	return s.shiftAct(ctx, act, func(w *book.Working) ([]staffing.Shift, journal.Draft, error) {
		x, err := book.Get[staffing.Shift](w, id)
		if err != nil {
			return nil, journal.Draft{}, err
		}
		p, _, f, others, err := candidateFor(w, act.Person, x.Session)
		if err != nil {
			return nil, journal.Draft{}, err
		}
		return staffing.Claim(act, p, x, f, others, w.At())
	})
}

// AskSwap asks the person of another shift to swap.
func (s *Rosters) AskSwap(ctx context.Context, act models.Act, mine, theirs string) ([]staffing.Shift, error) {
	return s.shiftAct(ctx, act, func(w *book.Working) ([]staffing.Shift, journal.Draft, error) {
		a, err := book.Get[staffing.Shift](w, mine)
		if err != nil {
			return nil, journal.Draft{}, err
		}
		b, err := book.Get[staffing.Shift](w, theirs)
		if err != nil {
			return nil, journal.Draft{}, err
		}
		return staffing.AskSwap(act, a, b, w.At())
	})
}

// swapOf loads the two shifts of a question about a swap; CodeState when it was
// taken back, answered or never asked.
func swapOf(w *book.Working, asked string) (a, b staffing.Shift, err error) {
	if a, err = book.Get[staffing.Shift](w, asked); err != nil {
		return a, b, err
	}
	if a.SwapWith == "" {
		return a, b, models.E(models.CodeState, "staffing.no_swap")
	}
	b, err = book.Get[staffing.Shift](w, a.SwapWith)
	return a, b, err
}

// DropSwap ends a question about a swap, by either of the two.
func (s *Rosters) DropSwap(ctx context.Context, act models.Act, asked string) ([]staffing.Shift, error) {
	return s.shiftAct(ctx, act, func(w *book.Working) ([]staffing.Shift, journal.Draft, error) {
		a, b, err := swapOf(w, asked)
		if err != nil {
			return nil, journal.Draft{}, err
		}
		return staffing.DropSwap(act, a, b)
	})
}

// AgreeSwap is the other person's yes to a swap asked for.
func (s *Rosters) AgreeSwap(ctx context.Context, act models.Act, asked string) ([]staffing.Shift, error) {
	return s.shiftAct(ctx, act, func(w *book.Working) ([]staffing.Shift, journal.Draft, error) {
		a, b, err := swapOf(w, asked)
		if err != nil {
			return nil, journal.Draft{}, err
		}
		asker, _, fitAsker, first, err := candidateFor(w, a.Person, b.Session)
		if err != nil {
			return nil, journal.Draft{}, err
		}
		me, _, fitMe, second, err := candidateFor(w, b.Person, a.Session)
		if err != nil {
			return nil, journal.Draft{}, err
		}
		return staffing.AgreeSwap(act, a, b, asker, me, fitAsker, fitMe, append(first, second...))
	})
}
