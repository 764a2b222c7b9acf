package plans

import (
	"context"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/journal"
	"github.com/brevstemme/brevstemme/models/planning"
	"github.com/brevstemme/brevstemme/models/store/book"
)

// changeElection changes the record of an election alone.
func (s *Plans) changeElection(ctx context.Context, act models.Act, id string, decide func(models.Election) (models.Election, journal.Draft, error)) error {
	_, _, err := s.book.Append(ctx, act, book.Needs("election", id), func(w *book.Working) (journal.Draft, error) {
		e, err := book.Get[models.Election](w, id)
		if err != nil {
			return journal.Draft{}, err
		}
		now, d, err := decide(e)
		if err == nil {
			w.Put(now)
		}
		return d, err
	})
	return err
}

// SetElectionDate moves one date of the calendar by hand, or gives it back.
func (s *Plans) SetElectionDate(ctx context.Context, act models.Act, id string, o models.Override) error {
	return s.changeElection(ctx, act, id, func(e models.Election) (models.Election, journal.Draft, error) { return planning.SetDate(e, o) })
}

// DecideSetting records what was decided on a local setting of the calendar.
func (s *Plans) DecideSetting(ctx context.Context, act models.Act, id string, l models.LocalSetting) error {
	return s.changeElection(ctx, act, id, func(e models.Election) (models.Election, journal.Draft, error) {
		return planning.DecideSetting(e, l)
	})
}

// DescribeElection puts name, case number and ballots of an election right.
func (s *Plans) DescribeElection(ctx context.Context, act models.Act, id string, f planning.ElectionFacts) error {
	return s.changeElection(ctx, act, id, func(e models.Election) (models.Election, journal.Draft, error) { return planning.Describe(e, f) })
}

// DecideProtocol records the decision on the electronic protocol.
func (s *Plans) DecideProtocol(ctx context.Context, act models.Act, id string, decision models.Decision) error {
	return s.changeElection(ctx, act, id, func(e models.Election) (models.Election, journal.Draft, error) {
		return planning.DecideProtocol(e, decision)
	})
}

// ExpectVotes says how many postal votes the municipality reckons with.
func (s *Plans) ExpectVotes(ctx context.Context, act models.Act, id string, votes int) error {
	return s.changeElection(ctx, act, id, func(e models.Election) (models.Election, journal.Draft, error) {
		return planning.Expect(e, votes)
	})
}

// MoveElection gives an election another day; sessions outside the new window
// are cancelled, with notices of those that citizens had been promised.
func (s *Plans) MoveElection(ctx context.Context, act models.Act, id string, day, called models.Date, reason string) error {
	return s.upheaval(ctx, act, id, reason, func(e models.Election, xs []models.Session) (models.Election, planning.Revision, journal.Draft, error) {
		return planning.Move(e, day, called, reason, xs)
	})
}

// CancelElection calls an election off, with its sessions.
func (s *Plans) CancelElection(ctx context.Context, act models.Act, id, reason string) error {
	return s.upheaval(ctx, act, id, reason, func(e models.Election, xs []models.Session) (models.Election, planning.Revision, journal.Draft, error) {
		return planning.CallOff(e, reason, xs)
	})
}

func (s *Plans) upheaval(ctx context.Context, act models.Act, id, reason string, decide func(models.Election, []models.Session) (models.Election, planning.Revision, journal.Draft, error)) error {
	_, _, err := s.book.Append(ctx, act, book.Needs("election", id), func(w *book.Working) (journal.Draft, error) {
		e, err := book.Get[models.Election](w, id)
		if err != nil {
			return journal.Draft{}, err
		}
		p, before, err := planIn(w, id)
		if err != nil {
			return journal.Draft{}, err
		}
		now, r, d, err := decide(e, p.Sessions)
		if err != nil {
			return d, err
		}
		for i := range p.Elections {
			if p.Elections[i].ID == id {
				p.Elections[i] = now // the plan is judged by the new dates
			}
		}
		if _, err := putRevision(w, p, id, r, before, reason); err != nil {
			return d, err
		}
		w.Put(now)
		return d, nil
	})
	return err
}

// copyPlan puts the sessions of an earlier election into a new one.
func copyPlan(w *book.Working, from, to models.Election) (int, error) {
	sessions, err := book.ListIn[models.Session](w, "jsonb_exists(elections, $1) AND state <> 'cancelled' ORDER BY starts, id", from.ID)
	if err != nil {
		return 0, err
	}
	copies := planning.CopySessions(from, to, sessions)
	for _, x := range copies {
		w.Put(x)
	}
	return len(copies), nil
}
