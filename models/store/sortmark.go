package store

import (
	"context"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/onward"
)

// OpenSorting begins to sort a container, or the store when container is empty,
// at the screen.
func (s *Store) OpenSorting(ctx context.Context, act models.Act, election, place, container string) (onward.Sorting, error) {
	source := sourceOf(place, container)
	return s.sortingAct(ctx, act, needs("election", election).holding(source), func(w *working) (onward.Decided, error) {
		t, err := sourceAt(w, election, place, source)
		if err != nil {
			return onward.Decided{}, err
		}
		return onward.OpenSorting(t, w.act, w.at())
	})
}

// BeginRecount gives the next count of a sorting to a person at the screen.
func (s *Store) BeginRecount(ctx context.Context, act models.Act, sorting string) (onward.Sorting, error) {
	return s.sortingAct(ctx, act, needs("sorting", sorting), func(w *working) (onward.Decided, error) {
		x, err := get[onward.Sorting](w, sorting)
		if err != nil {
			return onward.Decided{}, err
		}
		return onward.BeginRecount(x, w.act)
	})
}

// MarkPile writes that an envelope or a packet was put on a pile. Like a count at
// the desk it needs no query when the book is in the cache.
func (s *Store) MarkPile(ctx context.Context, act models.Act, sorting string, cmd onward.MarkCmd) (onward.SortMark, error) {
	n := needs("sorting", sorting)
	district, own := strings.CutPrefix(cmd.Bin, "own:")
	if own {
		n = n.and("district", district)
	}
	return s.markAct(ctx, act, n, func(w *working) (onward.Decided, error) {
		x, err := get[onward.Sorting](w, sorting)
		if err != nil {
			return onward.Decided{}, err
		}
		t := onward.Table{Place: x.Place, Source: x.Source, Districts: map[string]onward.District{}}
		if t.Election, err = get[models.Election](w, x.Election); err != nil {
			return onward.Decided{}, err
		}
		if t.PollsOpen, err = PollsOpen(t.Election); err != nil {
			return onward.Decided{}, err
		}
		if own {
			d, ok, err := find[onward.District](w, district)
			if err != nil {
				return onward.Decided{}, err
			}
			if ok && d.Code == t.Election.Municipality {
				t.Districts[d.ID] = d
			}
		}
		return onward.Mark(t, x, w.act, cmd, w.at())
	})
}

// UnmarkPile takes a mark back; id "" is the last one of the present count.
func (s *Store) UnmarkPile(ctx context.Context, act models.Act, sorting, id string) (onward.SortMark, error) {
	return s.markAct(ctx, act, needs("sorting", sorting), func(w *working) (onward.Decided, error) {
		x, err := get[onward.Sorting](w, sorting)
		if err != nil {
			return onward.Decided{}, err
		}
		var m onward.SortMark
		if id != "" {
			if m, _, err = find[onward.SortMark](w, id); err != nil {
				return onward.Decided{}, err
			}
			return onward.Unmark(x, m, w.act)
		}
		last, err := listIn[onward.SortMark](w, "sorting = $1 AND pass = $2 AND NOT undone ORDER BY seq DESC LIMIT 1", x.ID, x.Pass())
		if err != nil {
			return onward.Decided{}, err
		}
		if len(last) == 1 {
			m = last[0]
		}
		return onward.Unmark(x, m, w.act)
	})
}

// FinishMarks ends a count at the screen with the sums of its marks; State
// tells how it went.
func (s *Store) FinishMarks(ctx context.Context, act models.Act, sorting string) (onward.Sorting, error) {
	return s.sortingAct(ctx, act, needs("sorting", sorting), func(w *working) (onward.Decided, error) {
		x, err := get[onward.Sorting](w, sorting)
		if err != nil {
			return onward.Decided{}, err
		}
		t, err := tableAt(w, x.Election, x.Place, x.Source)
		if err != nil {
			return onward.Decided{}, err
		}
		rows, err := w.query(markSums, x.ID, x.Pass())
		if err != nil {
			return onward.Decided{}, err
		}
		piles, err := sums(rows)
		if err != nil {
			return onward.Decided{}, err
		}
		return onward.FinishMarks(t, x, w.act, piles, w.at())
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
func (s *Store) Marked(ctx context.Context, x onward.Sorting) (map[string]int, []onward.SortMark, error) {
	rows, err := s.pgx().Query(ctx, markSums, x.ID, x.Pass())
	if err != nil {
		return nil, nil, err
	}
	piles, err := sums(rows)
	if err != nil {
		return nil, nil, err
	}
	last, err := list[onward.SortMark](ctx, s, "sorting = ? AND pass = ? AND NOT undone ORDER BY seq DESC LIMIT 50", x.ID, x.Pass())
	return piles, last, err
}

func (s *Store) sortingAct(ctx context.Context, act models.Act, n need, decide func(*working) (onward.Decided, error)) (onward.Sorting, error) {
	e, err := s.decidedOnward(ctx, act, n, decide)
	if err != nil {
		return onward.Sorting{}, err
	}
	return changed[onward.Sorting](e)
}

func (s *Store) markAct(ctx context.Context, act models.Act, n need, decide func(*working) (onward.Decided, error)) (onward.SortMark, error) {
	e, err := s.decidedOnward(ctx, act, n, decide)
	if err != nil {
		return onward.SortMark{}, err
	}
	return changed[onward.SortMark](e)
}

// sourceAt is the table of something that nobody sorts yet.
func sourceAt(w *working, election, place, source string) (onward.Table, error) {
	t, err := tableAt(w, election, place, source)
	if err != nil {
		return t, err
	}
	open, err := listIn[onward.Sorting](w, "source = $1 AND election = $2 AND state IN ('open', 'first', 'differs')", source, election)
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
func (s *Store) SortSources(ctx context.Context, election, place string) ([]custody.Container, error) {
	return list[custody.Container](ctx, s, `election = ? AND holder = ? AND doc->'seals' IN ('[]', 'null') AND state IN ('received', 'packed')
		AND EXISTS (SELECT FROM balance b WHERE b.holder = 'container:' || container.id AND b.n > 0) ORDER BY id`, election, custody.At(place))
}
