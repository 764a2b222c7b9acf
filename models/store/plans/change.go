package plans

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/journal"
	"github.com/brevstemme/brevstemme/models/planning"
	"github.com/brevstemme/brevstemme/models/store/book"
)

// revise changes sessions of a plan in one entry: decide says which. Promised
// sessions get a version and notices, see planning.Revise.
func (s *Plans) revise(ctx context.Context, act models.Act, election, reason string, decide func(planning.Plan) (planning.Revision, error)) (planning.Revision, error) {
	var out planning.Revision
	e, replayed, err := s.book.Append(ctx, act, book.Needs("election", election), func(w *book.Working) (journal.Draft, error) {
		if _, err := book.Get[models.Election](w, election); err != nil {
			return journal.Draft{}, err
		}
		p, before, err := planIn(w, election)
		if err != nil {
			return journal.Draft{}, err
		}
		r, err := decide(p)
		if err != nil {
			return journal.Draft{}, err
		}
		if len(r.Sessions) == 0 {
			return journal.Draft{}, models.E(models.CodeState, "planning.change.nothing")
		}
		out = r
		return putRevision(w, p, election, r, before, reason)
	})
	if err == nil && replayed { // the second click is told the same as the first
		out.Sessions, err = book.AllChanged[models.Session](e)
	}
	return out, err
}

// putRevision puts what a revision changed.
func putRevision(w *book.Working, p planning.Plan, election string, r planning.Revision, before planning.Version, reason string) (journal.Draft, error) {
	v, notices, d, err := planning.Revise(p, election, r, before, reason, w.ByNow())
	if err != nil {
		return d, err
	}
	for _, x := range r.Sessions {
		w.Put(x)
	}
	for _, n := range notices {
		w.Put(n)
	}
	if v != nil {
		w.Put(*v)
	}
	return d, nil
}

// EditPlan changes a plan as typed into the week matrix: all cells or none. When
// somebody else changed a cell in the meantime, the conflicts are returned with
// CodeConflict.
func (s *Plans) EditPlan(ctx context.Context, act models.Act, election string, cells []planning.Cell, reason string) (planning.Revision, []planning.Conflict, error) {
	var conflicts []planning.Conflict
	r, err := s.revise(ctx, act, election, reason, func(p planning.Plan) (planning.Revision, error) {
		for _, c := range cells {
			if !slices.ContainsFunc(p.Places, func(x models.Place) bool { return x.ID == c.Place }) {
				return planning.Revision{}, models.E(models.CodeNotFound, "")
			}
		}
		r, found, err := planning.EditCells(election, p.Sessions, cells, act.Key, reason)
		conflicts = found
		if err == nil && len(found) > 0 {
			err = models.E(models.CodeConflict, "planning.edit.conflict", len(found))
		}
		return r, err
	})
	return r, conflicts, err
}

// ExtendHours keeps several places open until a later minute of one day.
func (s *Plans) ExtendHours(ctx context.Context, act models.Act, election string, places []string, day models.Date, until int, reason string) (planning.Revision, error) {
	return s.revise(ctx, act, election, reason, func(p planning.Plan) (planning.Revision, error) {
		return planning.Extend(p.Sessions, places, day, until, reason)
	})
}

// SessionChange is what a coordinator changes in one session; nil leaves it.
type SessionChange struct {
	Starts, Ends time.Time // zero leaves it
	Room, Note   *string
	Booths, Need *int
	Cancel       bool
	Also         []string // further elections received for at the same desk
}

func (c SessionChange) apply(x *models.Session) {
	if !c.Starts.IsZero() {
		x.Starts = c.Starts
	}
	if !c.Ends.IsZero() {
		x.Ends = c.Ends
	}
	for _, t := range []struct {
		to   *string
		from *string
	}{{&x.Room, c.Room}, {&x.Note, c.Note}} {
		if t.from != nil {
			*t.to = strings.TrimSpace(*t.from)
		}
	}
	if c.Booths != nil {
		x.Booths = *c.Booths
	}
	if c.Need != nil {
		x.Need = *c.Need
	}
	for _, e := range c.Also {
		if !x.Serves(e) {
			x.Elections = append(slices.Clip(x.Elections), e)
		}
	}
	if c.Cancel {
		x.State = models.SessionCancelled
	}
}

// ChangeSession changes or cancels one session.
func (s *Plans) ChangeSession(ctx context.Context, act models.Act, election, session string, c SessionChange, reason string) (planning.Revision, error) {
	return s.revise(ctx, act, election, reason, func(p planning.Plan) (planning.Revision, error) {
		i := slices.IndexFunc(p.Sessions, func(x models.Session) bool { return x.ID == session })
		if i < 0 {
			return planning.Revision{}, models.E(models.CodeNotFound, "")
		}
		now, changes, err := planning.Alter(p.Sessions[i], reason, c.apply)
		return planning.Revision{Sessions: []models.Session{now}, Changes: changes}, err
	})
}

// SplitSession cuts a session in two at a moment inside it.
func (s *Plans) SplitSession(ctx context.Context, act models.Act, election, session string, at time.Time, reason string) (planning.Revision, error) {
	return s.revise(ctx, act, election, reason, func(p planning.Plan) (planning.Revision, error) {
		i := slices.IndexFunc(p.Sessions, func(x models.Session) bool { return x.ID == session })
		if i < 0 {
			return planning.Revision{}, models.E(models.CodeNotFound, "")
		}
		first, second, err := planning.Split(p.Sessions[i], at, models.DeriveID("S", act.Key, session))
		if err != nil {
			return planning.Revision{}, err
		}
		r := planning.Revision{Sessions: []models.Session{first, second}}
		if first.State == models.SessionPublished {
			now, changes, err := planning.Alter(p.Sessions[i], reason, func(x *models.Session) { x.Ends = first.Ends })
			if err != nil {
				return r, err
			}
			r.Sessions[0], r.Changes = now, append(changes, planning.Change{Kind: planning.Added, New: second})
		}
		return r, nil
	})
}

// MergeSessions joins two sessions of one place; the second is cancelled.
func (s *Plans) MergeSessions(ctx context.Context, act models.Act, election, first, second, reason string) (planning.Revision, error) {
	return s.revise(ctx, act, election, reason, func(p planning.Plan) (planning.Revision, error) {
		var pair [2]*models.Session
		for i := range p.Sessions {
			switch p.Sessions[i].ID {
			case first:
				pair[0] = &p.Sessions[i]
			case second:
				pair[1] = &p.Sessions[i]
			}
		}
		if pair[0] == nil || pair[1] == nil || first == second {
			return planning.Revision{}, models.E(models.CodeNotFound, "")
		}
		joined, err := planning.Merge(*pair[0], *pair[1])
		if err != nil {
			return planning.Revision{}, err
		}
		now, changes, err := planning.Alter(*pair[0], reason, func(x *models.Session) { x.Starts, x.Ends, x.Elections = joined.Starts, joined.Ends, joined.Elections })
		if err != nil {
			return planning.Revision{}, err
		}
		gone, more, err := planning.Alter(*pair[1], reason, func(x *models.Session) { x.State = models.SessionCancelled })
		return planning.Revision{Sessions: []models.Session{now, gone}, Changes: append(changes, more...)}, err
	})
}
