package shipments

import (
	"context"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/onward"
	"github.com/brevstemme/brevstemme/models/store/book"
)

// OpenSorting begins to sort a container, or the store when container is empty,
// at the screen.
func (s *Shipments) OpenSorting(ctx context.Context, act models.Act, election, place, container string) (onward.Sorting, error) {
	source := sourceOf(place, container)
	return s.sortingAct(ctx, act, book.Needs("election", election).Holding(source), func(w *book.Working) (onward.Decided, error) {
		t, err := sourceAt(w, election, place, source)
		if err != nil {
			return onward.Decided{}, err
		}
		return onward.OpenSorting(t, w.Act, w.At())
	})
}

// BeginRecount gives the next count of a sorting to a person at the screen.
func (s *Shipments) BeginRecount(ctx context.Context, act models.Act, sorting string) (onward.Sorting, error) {
	return s.sortingAct(ctx, act, book.Needs("sorting", sorting), func(w *book.Working) (onward.Decided, error) {
		x, err := book.Get[onward.Sorting](w, sorting)
		if err != nil {
			return onward.Decided{}, err
		}
		return onward.BeginRecount(x, w.Act)
	})
}

// MarkPile writes that an envelope or a packet was put on a pile. Like a count at
// the desk it needs no query when the book is in the cache.
func (s *Shipments) MarkPile(ctx context.Context, act models.Act, sorting string, cmd onward.MarkCmd) (onward.SortMark, error) {
	n := book.Needs("sorting", sorting)
	district, own := strings.CutPrefix(cmd.Bin, "own:")
	if own {
		n = n.And("district", district)
	}
	return s.markAct(ctx, act, n, func(w *book.Working) (onward.Decided, error) {
		x, err := book.Get[onward.Sorting](w, sorting)
		if err != nil {
			return onward.Decided{}, err
		}
		t := onward.Table{Place: x.Place, Source: x.Source, Districts: map[string]onward.District{}}
		if t.Election, err = book.Get[models.Election](w, x.Election); err != nil {
			return onward.Decided{}, err
		}
		if t.PollsOpen, err = PollsOpen(t.Election); err != nil {
			return onward.Decided{}, err
		}
		if own {
			d, ok, err := book.Find[onward.District](w, district)
			if err != nil {
				return onward.Decided{}, err
			}
			if ok && d.Code == t.Election.Municipality {
				t.Districts[d.ID] = d
			}
		}
		return onward.Mark(t, x, w.Act, cmd, w.At())
	})
}

// UnmarkPile takes a mark back; id "" is the last one of the present count.
func (s *Shipments) UnmarkPile(ctx context.Context, act models.Act, sorting, id string) (onward.SortMark, error) {
	return s.markAct(ctx, act, book.Needs("sorting", sorting), func(w *book.Working) (onward.Decided, error) {
		x, err := book.Get[onward.Sorting](w, sorting)
		if err != nil {
			return onward.Decided{}, err
		}
		var m onward.SortMark
		if id != "" {
			if m, _, err = book.Find[onward.SortMark](w, id); err != nil {
				return onward.Decided{}, err
			}
			return onward.Unmark(x, m, w.Act)
		}
		last, err := book.ListIn[onward.SortMark](w, "sorting = $1 AND pass = $2 AND NOT undone ORDER BY seq DESC LIMIT 1", x.ID, x.Pass())
		if err != nil {
			return onward.Decided{}, err
		}
		if len(last) == 1 {
			m = last[0]
		}
		return onward.Unmark(x, m, w.Act)
	})
}

// FollowUpMark writes that a refused mark was seen and settled otherwise.
func (s *Shipments) FollowUpMark(ctx context.Context, act models.Act, sorting, refused, code string) error {
	_, err := s.decided(ctx, act, book.Needs("sorting", sorting), func(w *book.Working) (onward.Decided, error) {
		x, err := book.Get[onward.Sorting](w, sorting)
		if err != nil {
			return onward.Decided{}, err
		}
		return onward.FollowUp(x, w.Act, refused, code)
	})
	return err
}

// FinishMarks ends a count at the screen with the sums of its marks; State
// tells how it went.
func (s *Shipments) FinishMarks(ctx context.Context, act models.Act, sorting string) (onward.Sorting, error) {
	return s.sortingAct(ctx, act, book.Needs("sorting", sorting), func(w *book.Working) (onward.Decided, error) {
		x, err := book.Get[onward.Sorting](w, sorting)
		if err != nil {
			return onward.Decided{}, err
		}
		t, err := tableAt(w, x.Election, x.Place, x.Source)
		if err != nil {
			return onward.Decided{}, err
		}
		rows, err := w.Query(markSums, x.ID, x.Pass())
		if err != nil {
			return onward.Decided{}, err
		}
		piles, err := sums(rows)
		if err != nil {
			return onward.Decided{}, err
		}
		return onward.FinishMarks(t, x, w.Act, piles, w.At())
	})
}

const markSums = `SELECT bin, sum(n)::int FROM sort_mark WHERE sorting = $1 AND pass = $2 AND NOT undone GROUP BY bin`

func sums(rows pgx.Rows) (map[string]int, error) {
	out := map[string]int{}
	var bin string
	var n int
	_, err := pgx.ForEachRow(rows, []any{&bin, &n}, func() error { out[bin] = n; return nil })
	return out, err
}

// Marked is the count that is being made at the screen: the piles so far, and
// the newest marks that can be taken back, newest first.
func (s *Shipments) Marked(ctx context.Context, x onward.Sorting) (map[string]int, []onward.SortMark, error) {
	rows, err := s.book.Pool().Query(ctx, markSums, x.ID, x.Pass())
	if err != nil {
		return nil, nil, err
	}
	piles, err := sums(rows)
	if err != nil {
		return nil, nil, err
	}
	last, err := book.List[onward.SortMark](ctx, s.book, "sorting = ? AND pass = ? AND NOT undone ORDER BY seq DESC LIMIT 50", x.ID, x.Pass())
	return piles, last, err
}

func (s *Shipments) sortingAct(ctx context.Context, act models.Act, n book.Need, decide func(*book.Working) (onward.Decided, error)) (onward.Sorting, error) {
	e, err := s.decided(ctx, act, n, decide)
	if err != nil {
		return onward.Sorting{}, err
	}
	return book.Changed[onward.Sorting](e)
}

func (s *Shipments) markAct(ctx context.Context, act models.Act, n book.Need, decide func(*book.Working) (onward.Decided, error)) (onward.SortMark, error) {
	e, err := s.decided(ctx, act, n, decide)
	if err != nil {
		return onward.SortMark{}, err
	}
	return book.Changed[onward.SortMark](e)
}

// sourceAt is the table of something that nobody sorts yet.
func sourceAt(w *book.Working, election, place, source string) (onward.Table, error) {
	t, err := tableAt(w, election, place, source)
	if err != nil {
		return t, err
	}
	open, err := book.ListIn[onward.Sorting](w, "source = $1 AND election = $2 AND state IN ('open', 'first', 'differs')", source, election)
	if err != nil {
		return t, err
	}
	if len(open) > 0 {
		return t, models.E(models.CodeState, "onward.sorting_open", open[0].ID)
	}
	return t, nil
}

// SortSources lists the containers at a place that hold envelopes of an
// election and have no seal on them: what can be sorted now.
func (s *Shipments) SortSources(ctx context.Context, election, place string) ([]custody.Container, error) {
	return book.List[custody.Container](ctx, s.book, `election = ? AND holder = ? AND doc->'seals' IN ('[]', 'null') AND state IN ('received', 'packed')
		AND EXISTS (SELECT FROM balance b WHERE b.holder = 'container:' || container.id AND b.n > 0) ORDER BY id`, election, custody.At(place))
}
