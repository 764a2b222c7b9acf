package shipments

import (
	"context"
	"slices"
	"strconv"

	"github.com/jackc/pgx/v5"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/calendar"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/journal"
	"github.com/brevstemme/brevstemme/models/onward"
	"github.com/brevstemme/brevstemme/models/store/book"
)

// Estate reads what must be destroyed of an election and what stands in the way.
func (s *Shipments) Estate(ctx context.Context, election string) (onward.Estate, error) {
	var x onward.Estate
	var err error
	if x.Election, err = s.plans.Election(ctx, election); err != nil {
		return x, err
	}
	last, err := calendarMoment(x.Election, calendar.ComplaintLast)
	if err != nil {
		return x, err
	}
	x.ComplaintLast = models.DateOf(last)
	if x.Holds, err = book.List[onward.LegalHold](ctx, s.book, "election = ? ORDER BY seq", election); err != nil {
		return x, err
	}
	if x.Done, err = book.List[onward.Destruction](ctx, s.book, "election = ? ORDER BY seq", election); err != nil {
		return x, err
	}
	if x.Sums, err = s.Conservation(ctx, election); err != nil {
		return x, err
	}
	if err := s.book.DB(ctx).Raw(`SELECT count(*) FROM deviation WHERE election = ? AND state <> 'closed'`, election).Row().Scan(&x.Deviations); err != nil {
		return x, err
	}
	x.Lots, x.Unreported, err = s.lots(ctx, x.Sums, election)
	return x, err
}

// lots lists what must be destroyed: what stands at each polling station, what
// came late, what was voided at the desks; and counts the stations without a result.
func (s *Shipments) lots(ctx context.Context, sums onward.Sums, election string) (lots []onward.Lot, unreported int, err error) {
	at, err := s.envelopes(ctx, election, "station")
	if err != nil {
		return nil, 0, err
	}
	results, err := s.Examinations(ctx, election)
	if err != nil {
		return nil, 0, err
	}
	all, err := book.List[onward.District](ctx, s.book, "true")
	onward.SortDistricts(all)
	for _, d := range all {
		if n := at[d.ID]; n > 0 {
			lots = append(lots, onward.Lot{What: "delivered", Where: d.Label(), N: n})
			if !slices.ContainsFunc(results, func(x onward.Examination) bool { return x.District == d.ID }) {
				unreported++
			}
		}
	}
	for _, l := range []onward.Lot{{What: "late", N: sums.Late}, {What: "voided", N: sums.Voided}} {
		if l.N > 0 {
			lots = append(lots, l)
		}
	}
	return lots, unreported, err
}

// PutHold stops the destruction of an election's material.
func (s *Shipments) PutHold(ctx context.Context, act models.Act, election, reason string) (onward.LegalHold, error) {
	e, err := s.decided(ctx, act, book.Need{}, func(w *book.Working) (onward.Decided, error) {
		e, err := book.Get[models.Election](w, election)
		if err != nil {
			return onward.Decided{}, err
		}
		return onward.PutHold(e, w.Act, reason, w.At())
	})
	if err != nil {
		return onward.LegalHold{}, err
	}
	return book.Changed[onward.LegalHold](e)
}

// LiftHold ends a hold.
func (s *Shipments) LiftHold(ctx context.Context, act models.Act, hold, reason string) error {
	_, err := s.decided(ctx, act, book.Need{}, func(w *book.Working) (onward.Decided, error) {
		h, err := book.Get[onward.LegalHold](w, hold)
		if err != nil {
			return onward.Decided{}, err
		}
		return onward.LiftHold(h, w.Act, reason, w.At())
	})
	return err
}

// Destroy writes the minutes of the destruction. What may have changed since the
// page was shown (holds, an earlier destruction, open deviations) is read again
// inside the act.
func (s *Shipments) Destroy(ctx context.Context, act models.Act, election string, cmd onward.DestroyCmd) (onward.Destruction, error) {
	x, err := s.Estate(ctx, election)
	if err != nil {
		return onward.Destruction{}, err
	}
	e, err := s.decided(ctx, act, book.Needs("election", election).Holding(custody.Bin(onward.BinLate)), func(w *book.Working) (onward.Decided, error) {
		now, err := estateNow(w, x)
		if err != nil {
			return onward.Decided{}, err
		}
		return onward.Destroy(now, w.Act, cmd, w.At())
	})
	if err != nil {
		return onward.Destruction{}, err
	}
	return book.Changed[onward.Destruction](e)
}

// estateNow reads again inside the act what may have changed since it was shown.
func estateNow(w *book.Working, x onward.Estate) (onward.Estate, error) {
	var err error
	if x.Election, err = book.Get[models.Election](w, x.Election.ID); err != nil {
		return x, err
	}
	if x.Holds, err = book.ListIn[onward.LegalHold](w, "election = $1", x.Election.ID); err != nil {
		return x, err
	}
	if x.Done, err = book.ListIn[onward.Destruction](w, "election = $1", x.Election.ID); err != nil {
		return x, err
	}
	open, err := book.ListIn[custody.Deviation](w, "election = $1 AND state <> 'closed'", x.Election.ID)
	if err != nil {
		return x, err
	}
	x.Deviations = len(open)
	x.Late, err = w.Held(custody.Bin(onward.BinLate))
	return x, err
}

// EndCount says that an election's count is over.
func (s *Shipments) EndCount(ctx context.Context, act models.Act, election string) (models.Election, error) {
	x, err := s.Estate(ctx, election)
	if err != nil {
		return models.Election{}, err
	}
	e, err := s.decided(ctx, act, book.Needs("election", election).Holding(custody.Bin(onward.BinLate)), func(w *book.Working) (onward.Decided, error) {
		now, err := estateNow(w, x)
		if err != nil {
			return onward.Decided{}, err
		}
		return onward.EndCount(now, models.DateOf(w.At()))
	})
	if err != nil {
		return models.Election{}, err
	}
	return book.Changed[models.Election](e)
}

// ErasePrints drops the kept copies of an election's printed forms, on which
// names of staff stand, when its material is destroyed. The log of what was
// printed stays, with the commitment to each content. It returns how many.
func (s *Shipments) ErasePrints(ctx context.Context, act models.Act, election string) (int, error) {
	e, _, err := s.book.Append(ctx, act, book.Needs("election", election), func(w *book.Working) (journal.Draft, error) {
		if _, err := book.Get[models.Election](w, election); err != nil {
			return journal.Draft{}, err
		}
		done, err := book.ListIn[onward.Destruction](w, "election = $1", election)
		if err != nil {
			return journal.Draft{}, err
		}
		if len(done) == 0 {
			return journal.Draft{}, models.E(models.CodeState, "onward.not_destroyed")
		}
		rows, err := w.Query(`SELECT printout FROM printout_content WHERE printout IN (SELECT id FROM printout WHERE doc->>'election' = $1)`, election)
		if err != nil {
			return journal.Draft{}, err
		}
		ids, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			return journal.Draft{}, err
		}
		d := journal.Draft{Kind: "prints.erased", Election: election}.Fact("number", strconv.Itoa(len(ids)))
		return d, w.Exec(`DELETE FROM printout_content WHERE printout = ANY($1)`, ids)
	})
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(e.Value("number"))
}

// KeptPrints counts the copies of printed forms that are kept of an election, and
// Leavers the people who have left and are not erased.
func (s *Shipments) KeptPrints(ctx context.Context, election string) (prints, leavers int, err error) {
	err = s.book.Pool().QueryRow(ctx, `SELECT (SELECT count(*) FROM printout_content c JOIN printout p ON p.id = c.printout WHERE p.doc->>'election' = $1),
		(SELECT count(*) FROM person WHERE coalesce((doc->>'left')::boolean, false) AND NOT coalesce((doc->>'erased')::boolean, false))`, election).Scan(&prints, &leavers)
	return prints, leavers, err
}
