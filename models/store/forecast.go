package store

import (
	"context"

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

// Pace is what an election has received before a day, and for how many hours
// its sessions before that day were open as planned.
func (s *Store) Pace(ctx context.Context, election string, before models.Date) (votes int, hours float64, err error) {
	err = s.pool.QueryRow(ctx, `SELECT (SELECT coalesce(sum(n), 0) FROM desk_event WHERE election = $1 AND act = 'receive' AND NOT undone AND at < $2),
		(SELECT coalesce(sum(extract(epoch FROM ends - starts)), 0)::float8 / 3600 FROM session
			WHERE jsonb_exists(elections, $1) AND state IN ('open', 'closing', 'closed') AND starts < $2)`, election, before.At(0, 0)).Scan(&votes, &hours)
	return votes, hours, err
}
