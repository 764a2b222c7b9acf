package store

import (
	"context"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/forecast"
)

// PastVotes is what earlier elections of a type received at the desks, newest
// first: the counted envelopes per place and day. Exercises are left out.
func (s *Store) PastVotes(ctx context.Context, than models.Election) ([]forecast.Past, []string, error) {
	rows, err := s.pool.Query(ctx, `SELECT e.id, e.doc->>'last', d.place, (d.at AT TIME ZONE 'Europe/Copenhagen')::date::text, sum(d.n)
		FROM desk_event d JOIN election e ON e.id = d.election
		WHERE d.act = 'receive' AND NOT d.undone AND e.doc->>'type' = $1 AND e.day < $2 AND NOT coalesce((e.doc->>'practice')::boolean, false)
		GROUP BY e.id, e.doc->>'last', e.day, d.place, 4 ORDER BY e.day DESC, e.id`, string(than.Type), than.Date.String())
	if err != nil {
		return nil, nil, err
	}
	defer rows.Close()
	var out []forecast.Past
	var ids []string
	for rows.Next() {
		var id, last, place, day string
		var n float64
		if err := rows.Scan(&id, &last, &place, &day, &n); err != nil {
			return nil, nil, err
		}
		end, err1 := models.ParseDate(last)
		at, err2 := models.ParseDate(day)
		if err1 != nil || err2 != nil {
			continue // a record of another age without its last day tells nothing about shape
		}
		if len(ids) == 0 || ids[len(ids)-1] != id {
			ids, out = append(ids, id), append(out, forecast.Past{})
		}
		p := out[len(out)-1]
		if p[place] == nil {
			p[place] = map[int]float64{}
		}
		p[place][end.Sub(at)] += n
	}
	return out, ids, rows.Err()
}

// PastRates is how busy the clock hours were at elections: votes counted beside
// the hours that their closed sessions were planned to be open.
func (s *Store) PastRates(ctx context.Context, elections []string) (forecast.Rates, error) {
	var votes, open [24]float64
	rows, err := s.pool.Query(ctx, `SELECT extract(hour FROM at AT TIME ZONE 'Europe/Copenhagen')::int, sum(n)::float8 FROM desk_event
		WHERE election = ANY($1) AND act = 'receive' AND NOT undone GROUP BY 1`, elections)
	if err != nil {
		return forecast.Rates{}, err
	}
	var hour int
	var n float64
	if _, err := pgx.ForEachRow(rows, []any{&hour, &n}, func() error { votes[hour] += n; return nil }); err != nil {
		return forecast.Rates{}, err
	}
	if rows, err = s.pool.Query(ctx, `SELECT starts, ends FROM session WHERE state = 'closed' AND jsonb_exists_any(elections, $1)`, elections); err != nil {
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
func (s *Store) Pace(ctx context.Context, election string, before models.Date) (votes int, hours float64, err error) {
	err = s.pool.QueryRow(ctx, `SELECT (SELECT coalesce(sum(n), 0) FROM desk_event WHERE election = $1 AND act = 'receive' AND NOT undone AND at < $2),
		(SELECT coalesce(sum(extract(epoch FROM ends - starts)), 0)::float8 / 3600 FROM session
			WHERE jsonb_exists(elections, $1) AND state IN ('open', 'closing', 'closed') AND starts < $2)`, election, before.At(0, 0)).Scan(&votes, &hours)
	return votes, hours, err
}
