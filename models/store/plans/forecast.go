package plans

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/forecast"
	"github.com/brevstemme/brevstemme/models/journal"
	"github.com/brevstemme/brevstemme/models/planning"
	"github.com/brevstemme/brevstemme/models/store/book"
)

// PastVotes is what earlier elections of a type received, newest first: the
// counted envelopes per place and day at the desks, and beside them the elections
// of which only a list was kept (Earlier). Exercises are left out.
func (s *Plans) PastVotes(ctx context.Context, than models.Election) ([]forecast.Past, []string, error) {
	rows, err := s.book.Pool().Query(ctx, `SELECT e.id, e.doc->>'last', d.place, (d.at AT TIME ZONE 'Europe/Copenhagen')::date::text, sum(d.n)
		FROM desk_event d JOIN election e ON e.id = d.election
		WHERE d.act = 'receive' AND NOT d.undone AND e.doc->>'type' = $1 AND e.day < $2 AND NOT coalesce((e.doc->>'practice')::boolean, false)
		GROUP BY e.id, e.doc->>'last', e.day, d.place, 4`, string(than.Type), than.Date.String())
	if err != nil {
		return nil, nil, err
	}
	found := pasts{}
	var id, last, place, day string
	var n float64
	if _, err := pgx.ForEachRow(rows, []any{&id, &last, &place, &day, &n}, func() error {
		end, err1 := models.ParseDate(last)
		at, err2 := models.ParseDate(day)
		if err1 == nil && err2 == nil { // a record of another age without its last day tells nothing about shape
			found.add(id, end, place, at, n)
		}
		return nil
	}); err != nil {
		return nil, nil, err
	}
	lists, err := s.Earlier(ctx, than)
	if err != nil {
		return nil, nil, err
	}
	for _, e := range lists {
		if _, ran := found[e.Name]; ran {
			continue // it ran here: its own count is the truer one
		}
		for _, v := range e.Votes {
			found.add(e.Name, e.Last, v.Place, v.Day, float64(v.N))
		}
	}
	out, ids := found.newestFirst()
	return out, ids, nil
}

// pasts are elections gone by, by id or name.
type pasts map[string]*pastElection

type pastElection struct {
	last  models.Date
	votes forecast.Past
}

func (p pasts) add(id string, last models.Date, place string, day models.Date, n float64) {
	if p[id] == nil {
		p[id] = &pastElection{last, forecast.Past{}}
	}
	if p[id].votes[place] == nil {
		p[id].votes[place] = map[int]float64{}
	}
	p[id].votes[place][last.Sub(day)] += n
}

func (p pasts) newestFirst() (votes []forecast.Past, ids []string) {
	ids = slices.SortedFunc(maps.Keys(p), func(a, b string) int {
		return cmp.Or(p[b].last.Compare(p[a].last), strings.Compare(a, b))
	})
	for _, id := range ids {
		votes = append(votes, p[id].votes)
	}
	return votes, ids
}

// Earlier lists the elections of a type before one of which votes were kept, the
// newest first.
func (s *Plans) Earlier(ctx context.Context, than models.Election) ([]planning.Earlier, error) {
	return book.List[planning.Earlier](ctx, s.book, `doc->>'type' = ? AND doc->>'last' < ? AND jsonb_array_length(doc->'votes') > 0 ORDER BY doc->>'last' DESC, id`, string(than.Type), than.Date.String())
}

// KeepEarlier keeps the votes of an election before this program's time, for the
// forecast of the one that is planned. Row errors come with CodeInvalid, and
// nothing is changed. No rows at all take the list out again.
func (s *Plans) KeepEarlier(ctx context.Context, act models.Act, planned, name string, last models.Date, rows [][]string) (planning.Earlier, []planning.RowError, error) {
	var bad []planning.RowError
	e, _, err := s.book.Append(ctx, act, book.Needs("election", planned), func(w *book.Working) (journal.Draft, error) {
		election, err := book.Get[models.Election](w, planned)
		if err != nil {
			return journal.Draft{}, err
		}
		if _, _, err := planning.KeepEarlier(election, name, last, nil, w.Now); err != nil {
			return journal.Draft{}, err // before any row: a wrong last day would put all of them at fault
		}
		votes := []planning.EarlierVotes{}
		if len(rows) > 0 {
			places, err := book.ListIn[models.Place](w, "true")
			if err != nil {
				return journal.Draft{}, err
			}
			if votes, bad = planning.ReadEarlier(rows, places, last); len(bad) > 0 {
				return journal.Draft{}, models.Invalid("file", "import.errors", len(bad))
			}
			if len(votes) == 0 {
				return journal.Draft{}, models.Invalid("file", "planning.earlier.none")
			}
		}
		kept, d, err := planning.KeepEarlier(election, name, last, votes, w.Now)
		if err == nil {
			w.Put(kept)
		}
		return d, err
	})
	if err != nil {
		return planning.Earlier{}, bad, err
	}
	kept, err := book.Changed[planning.Earlier](e)
	return kept, nil, err
}

// RemoveEarlier takes the votes kept under a name out again; CodeInvalid when
// there are none.
func (s *Plans) RemoveEarlier(ctx context.Context, act models.Act, planned, name string) (planning.Earlier, error) {
	e, _, err := s.book.Append(ctx, act, book.Needs("election", planned), func(w *book.Working) (journal.Draft, error) {
		election, err := book.Get[models.Election](w, planned)
		if err != nil {
			return journal.Draft{}, err
		}
		kept, err := book.ListIn[planning.Earlier](w, `doc->>'name' = $1 AND doc->>'type' = $2 AND jsonb_array_length(doc->'votes') > 0`, name, string(election.Type))
		if err != nil {
			return journal.Draft{}, err
		}
		if len(kept) == 0 {
			return journal.Draft{}, models.Invalid("which", "custody.choose")
		}
		gone, d, err := planning.KeepEarlier(election, name, kept[0].Last, []planning.EarlierVotes{}, w.Now)
		if err == nil {
			w.Put(gone)
		}
		return d, err
	})
	if err != nil {
		return planning.Earlier{}, err
	}
	return book.Changed[planning.Earlier](e)
}

// PastRates is how busy the clock hours were at elections: votes counted beside
// the hours that their closed sessions were planned to be open.
func (s *Plans) PastRates(ctx context.Context, elections []string) (forecast.Rates, error) {
	var votes, open [24]float64
	rows, err := s.book.Pool().Query(ctx, `SELECT extract(hour FROM at AT TIME ZONE 'Europe/Copenhagen')::int, sum(n)::float8 FROM desk_event
		WHERE election = ANY($1) AND act = 'receive' AND NOT undone GROUP BY 1`, elections)
	if err != nil {
		return forecast.Rates{}, err
	}
	var hour int
	var n float64
	if _, err := pgx.ForEachRow(rows, []any{&hour, &n}, func() error { votes[hour] += n; return nil }); err != nil {
		return forecast.Rates{}, err
	}
	if rows, err = s.book.Pool().Query(ctx, `SELECT starts, ends FROM session WHERE state = 'closed' AND jsonb_exists_any(elections, $1)`, elections); err != nil {
		return forecast.Rates{}, err
	}
	var starts, ends time.Time
	_, err = pgx.ForEachRow(rows, []any{&starts, &ends}, func() error {
		o := forecast.OpeningOf(starts, ends, forecast.Band{})
		for h := range open {
			open[h] += o.Open(h)
		}
		return nil
	})
	return forecast.RatesOf(votes, open), err
}

// Pace is what an election has received before a day, and for how many hours
// its sessions before that day were open as planned.
func (s *Plans) Pace(ctx context.Context, election string, before models.Date) (votes int, hours float64, err error) {
	err = s.book.Pool().QueryRow(ctx, `SELECT (SELECT coalesce(sum(n), 0) FROM desk_event WHERE election = $1 AND act = 'receive' AND NOT undone AND at < $2),
		(SELECT coalesce(sum(extract(epoch FROM ends - starts)), 0)::float8 / 3600 FROM session
			WHERE jsonb_exists(elections, $1) AND state IN ('open', 'closing', 'closed') AND starts < $2)`, election, before.At(0, 0)).Scan(&votes, &hours)
	return votes, hours, err
}
