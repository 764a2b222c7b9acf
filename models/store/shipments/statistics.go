package shipments

import (
	"context"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/onward"
)

// Statistics counts the votes received at the desks of an election by place,
// day, hour and kind. Exact figures: for the house alone (see onward.Publish).
func (s *Shipments) Statistics(ctx context.Context, election string) ([]onward.Cell, error) {
	var rows []struct {
		Place, Destination string
		Day                time.Time
		Hour, N            int
	}
	err := s.book.DB(ctx).Raw(`SELECT place, CASE WHEN destination IN ('own', 'unknown') THEN destination ELSE 'other' END AS destination,
		(at AT TIME ZONE 'Europe/Copenhagen')::date AS day, extract(hour FROM at AT TIME ZONE 'Europe/Copenhagen')::int AS hour, sum(n)::int AS n
		FROM desk_event WHERE election = ? AND act = 'receive' AND NOT undone GROUP BY 1, 2, 3, 4`, election).Scan(&rows).Error
	out := make([]onward.Cell, len(rows))
	for i, r := range rows {
		y, m, d := r.Day.Date()
		out[i] = onward.Cell{Place: r.Place, Date: models.NewDate(y, m, d), Hour: r.Hour, Kind: custody.Kind(r.Destination), N: r.N}
	}
	return out, err
}

// Services compares the service models at an election: staff time, opening time
// and votes of the sessions that were held.
func (s *Shipments) Services(ctx context.Context, election string) ([]onward.Service, error) {
	places, err := s.plans.Places(ctx)
	if err != nil {
		return nil, err
	}
	sessions, err := s.plans.Sessions(ctx, election, time.Time{}, time.Time{})
	if err != nil {
		return nil, err
	}
	var rows []struct {
		Session string
		N       int
	}
	err = s.book.DB(ctx).Raw(`SELECT session, sum(n)::int AS n FROM desk_event WHERE election = ? AND act = 'receive' AND NOT undone GROUP BY 1`, election).Scan(&rows).Error
	votes := map[string]int{}
	for _, r := range rows {
		votes[r.Session] = r.N
	}
	return onward.CompareServices(places, sessions, votes), err
}

// ofElection picks the events of desks that served an election.
const ofElection = `session IN (SELECT id FROM session WHERE jsonb_exists(doc->'elections', @election))`

// Waits tells of the lines at the desks of an election, the longest first. A desk
// that serves two elections has one line.
func (s *Shipments) Waits(ctx context.Context, election string, cells []onward.Cell) ([]onward.Wait, error) {
	var marks []onward.LineMark
	err := s.book.DB(ctx).Raw(`SELECT place, at, n FROM desk_event WHERE act = 'mark' AND what = 'line' AND NOT undone AND `+ofElection,
		map[string]any{"election": election}).Scan(&marks).Error
	return onward.Waits(marks, cells), err
}

// Uses tells of the blank material at the places of an election: sets that became
// votes, and sets that were spoiled.
func (s *Shipments) Uses(ctx context.Context, election string) ([]onward.Use, error) {
	var out []onward.Use
	err := s.book.DB(ctx).Raw(`SELECT place, coalesce(sum(n) FILTER (WHERE act = 'receive'), 0)::int AS votes, coalesce(sum(n) FILTER (WHERE act = 'spoil'), 0)::int AS spoiled
		FROM desk_event WHERE election = ? AND act IN ('receive', 'spoil') AND NOT undone GROUP BY place ORDER BY 3 DESC, 2 DESC, 1`, election).Scan(&out).Error
	return out, err
}
