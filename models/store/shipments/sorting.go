package shipments

import (
	"context"
	"slices"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/calendar"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/journal"
	"github.com/brevstemme/brevstemme/models/onward"
	"github.com/brevstemme/brevstemme/models/store/book"
)

// decided runs an act of package onward and returns its entry.
func (s *Shipments) decided(ctx context.Context, act models.Act, n book.Need, decide func(*book.Working) (onward.Decided, error)) (journal.Entry, error) {
	e, _, err := s.book.Append(ctx, act, n, func(w *book.Working) (journal.Draft, error) {
		d, err := decide(w)
		if err != nil {
			return journal.Draft{}, err
		}
		for _, r := range d.Records {
			w.Put(r)
		}
		return d.Draft, nil
	})
	return e, err
}

// PollsOpen is when voting starts at an election: no vote may be handed over
// after it.
func PollsOpen(e models.Election) (time.Time, error) { return calendarMoment(e, calendar.PollsOpen) }

// calendarMoment is a date of the election's calendar, as an instant.
func calendarMoment(e models.Election, rule calendar.Rule) (time.Time, error) {
	c, err := calendar.Of(e)
	if err != nil {
		return time.Time{}, err
	}
	x, ok := c.Find(rule)
	if !ok {
		return time.Time{}, models.E(models.CodeNotFound, "")
	}
	if x.At.IsZero() {
		return x.Day.At(0, 0), nil
	}
	return x.At, nil
}

// Districts lists the polling districts of a municipality that are in use, by number.
func (s *Shipments) Districts(ctx context.Context, code string) ([]onward.District, error) {
	ds, err := book.List[onward.District](ctx, s.book, "municipality = ? AND NOT retired", code)
	onward.SortDistricts(ds)
	return ds, err
}

// District loads one, in use or not.
func (s *Shipments) District(ctx context.Context, id string) (onward.District, error) {
	return book.Load[onward.District](ctx, s.book, id)
}

// SaveDistricts adds or changes polling districts. whole says that the list is
// complete: districts that it does not name are retired.
func (s *Shipments) SaveDistricts(ctx context.Context, act models.Act, list []onward.District, whole bool) error {
	_, err := s.decided(ctx, act, book.Need{}, func(w *book.Working) (onward.Decided, error) {
		if len(list) == 0 {
			return onward.Decided{}, models.Invalid("file", "onward.list_empty")
		}
		known, err := book.ListIn[onward.District](w, "municipality = $1", list[0].Code)
		if err != nil {
			return onward.Decided{}, err
		}
		return onward.SaveDistricts(known, list, whole)
	})
	return err
}

// tableAt loads what sorting may look at; source is a holder.
func tableAt(w *book.Working, election, place, source string) (onward.Table, error) {
	t := onward.Table{Place: place, Source: source, Districts: map[string]onward.District{}}
	var err error
	if t.Election, err = book.Get[models.Election](w, election); err != nil {
		return t, err
	}
	if t.PollsOpen, err = PollsOpen(t.Election); err != nil {
		return t, err
	}
	if t.Held, err = w.Held(source); err != nil {
		return t, err
	}
	if custody.HolderKind(source) == "container" {
		c, err := book.Get[custody.Container](w, custody.HolderID(source))
		if err != nil {
			return t, err
		}
		if c.Holder != custody.At(place) {
			return t, models.E(models.CodeState, "custody.not_at_a_place", c.ID)
		}
		t.Container = &c
	}
	ds, err := book.ListIn[onward.District](w, "municipality = $1", t.Election.Municipality)
	for _, d := range ds {
		t.Districts[d.ID] = d
	}
	return t, err
}

// sourceOf is the holder that a person means: a container's id, or the place's store.
func sourceOf(place, container string) string {
	if container == "" {
		return custody.At(place)
	}
	return custody.InContainer(container)
}

// SortFirst writes the first count of what was sorted out of a container, or
// out of the store when container is empty.
func (s *Shipments) SortFirst(ctx context.Context, act models.Act, election, place, container string, piles map[string]int) (onward.Sorting, error) {
	source := sourceOf(place, container)
	return s.sortingAct(ctx, act, book.Needs("election", election).Holding(source), func(w *book.Working) (onward.Decided, error) {
		t, err := sourceAt(w, election, place, source)
		if err != nil {
			return onward.Decided{}, err
		}
		return onward.SortFirstCount(t, w.Act, piles, w.At())
	})
}

// SortAgain writes the count of another person; State tells how it went.
func (s *Shipments) SortAgain(ctx context.Context, act models.Act, sorting string, piles map[string]int) (onward.Sorting, error) {
	return s.sortingAct(ctx, act, book.Needs("sorting", sorting), func(w *book.Working) (onward.Decided, error) {
		x, err := book.Get[onward.Sorting](w, sorting)
		if err != nil {
			return onward.Decided{}, err
		}
		t, err := tableAt(w, x.Election, x.Place, x.Source)
		if err != nil {
			return onward.Decided{}, err
		}
		return onward.SortAgain(t, x, w.Act, piles, w.At())
	})
}

// DropSorting gives up a sorting that was not booked.
func (s *Shipments) DropSorting(ctx context.Context, act models.Act, sorting, reason string) error {
	_, err := s.sortingAct(ctx, act, book.Needs("sorting", sorting), func(w *book.Working) (onward.Decided, error) {
		x, err := book.Get[onward.Sorting](w, sorting)
		if err != nil {
			return onward.Decided{}, err
		}
		return onward.DropSorting(x, w.Act, reason)
	})
	return err
}

// Rebin corrects a bin by a counter-entry, or gives unknown ones a district.
func (s *Shipments) Rebin(ctx context.Context, act models.Act, election, place string, cmd onward.RebinCmd) error {
	_, err := s.decided(ctx, act, book.Need{}.Holding(custody.Bin(cmd.From)), func(w *book.Working) (onward.Decided, error) {
		t, err := tableAt(w, election, place, custody.Bin(cmd.From))
		if err != nil {
			return onward.Decided{}, err
		}
		return onward.Rebin(t, w.Act, cmd, w.At())
	})
	return err
}

// Sorting loads one.
func (s *Shipments) Sorting(ctx context.Context, id string) (onward.Sorting, error) {
	return book.Load[onward.Sorting](ctx, s.book, id)
}

// Sortings lists the sortings of an election, newest first.
func (s *Shipments) Sortings(ctx context.Context, election string) ([]onward.Sorting, error) {
	return book.List[onward.Sorting](ctx, s.book, "election = ? ORDER BY seq DESC LIMIT 500", election)
}

// Bins counts the envelopes of an election in the sorting bins: bin key → units.
func (s *Shipments) Bins(ctx context.Context, election string) (map[string]int, error) {
	return s.envelopes(ctx, election, "bin")
}

// envelopes counts an election's envelopes at every holder of some kinds: id
// of the holder → units.
func (s *Shipments) envelopes(ctx context.Context, election string, kind string) (map[string]int, error) {
	var rows []struct {
		Holder string
		N      int
	}
	err := s.book.DB(ctx).Raw(`SELECT holder, sum(n)::int AS n FROM balance
		WHERE holder LIKE ? || ':%' AND item LIKE ? ESCAPE '\' GROUP BY holder HAVING sum(n) <> 0`, kind, likeElection(election)).Scan(&rows).Error
	out := map[string]int{}
	for _, r := range rows {
		out[custody.HolderID(r.Holder)] += r.N
	}
	return out, err
}

// likeElection matches the envelope items of an election; ids are [0-9A-Z-] and
// so hold no wildcard but may hold none that LIKE would read.
func likeElection(election string) string {
	var b []byte
	for _, c := range []byte("env:" + election + ":") {
		if slices.Contains([]byte(`%_\`), c) {
			b = append(b, '\\')
		}
		b = append(b, c)
	}
	return string(b) + "%"
}
