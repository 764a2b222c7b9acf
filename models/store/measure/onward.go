package measure

import (
	"context"
	"slices"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/planning"
	"github.com/brevstemme/brevstemme/models/store"
)

// OnwardRow is one report of the end of the road over a whole election, beside
// a bare SQL aggregate over the same rows; medians of rounds run in turn.
type OnwardRow struct {
	Report    string  `json:"report"`
	Votes     int     `json:"votes"`
	Aggregate float64 `json:"aggregate_ms"`
	Answer    float64 `json:"report_ms"`
	Ratio     float64 `json:"ratio"`
}

// onwardFill writes an election's votes straight into the tables, as the journal
// would hold them: 200 places, 39 days.
var onwardFill = []string{
	`INSERT INTO journal_entry (seq, kind, election, place, client_id, at, recorded, body, prev, hash)
		SELECT 1000000 + i, 'envelope.received', $1, 'P' || i % 200, 'bench-' || i, t, t, '', sha256(('p' || i)::bytea), sha256(('h' || i)::bytea)
		FROM generate_series(1, $2::int) i, LATERAL (SELECT '2025-10-07 08:00+02'::timestamptz + (i % 39) * interval '1 day' + (i % 9) * interval '1 hour' AS t) x`,
	`INSERT INTO posting (seq, holder, item, delta) SELECT 1000000 + i, CASE side WHEN 1 THEN 'voter' ELSE 'desk:S' || i % 200 END, 'env:' || $1::text || ':own', CASE side WHEN 1 THEN -1 ELSE 1 END
		FROM generate_series(1, $2::int) i, generate_series(1, 2) side`,
	`INSERT INTO desk_event (id, seq, doc) SELECT 'bench-' || i, 1000000 + i, jsonb_build_object('session', 'S' || i % 200, 'place', 'P' || i % 200, 'election', $1::text, 'act', 'receive', 'destination', 'own',
		'what', '', 'person', 'X', 'n', 1, 'undone_by', '', 'late', false, 'at', to_char('2025-10-07 06:00'::timestamp + (i % 39) * interval '1 day' + (i % 9) * interval '1 hour', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))
		FROM generate_series(1, $2::int) i`,
	`INSERT INTO balance (holder, item, n) SELECT holder, item, sum(delta) FROM posting WHERE seq > 1000000 AND item = 'env:' || $1::text || ':own' AND $2::int > 0 GROUP BY 1, 2`,
}

// Onward measures protocol and statistics of an election with so many votes
// on the database at the DSNs, which must be its own.
func Onward(ctx context.Context, appDSN, ownerDSN string, votes, rounds int) ([]OnwardRow, error) {
	s, err := store.Open(ctx, store.Config{DSN: appDSN})
	if err != nil {
		return nil, err
	}
	defer func() { _ = s.Close(context.WithoutCancel(ctx)) }()
	e, err := s.CreateElection(ctx, models.Act{Key: "bench-onward"}, planning.NewElection{Type: models.TypeLocal, Name: "Måling", Date: models.NewDate(2025, 11, 18), Municipality: "0751", Colour: "#1A5FB4", Word: "BLÅ"})
	if err != nil {
		return nil, err
	}
	if err := s.DecideProtocol(ctx, models.Act{Key: "bench-decided"}, e.ID, models.Decision{Date: models.NewDate(2025, 3, 4), Body: "Byrådet", Reference: "1"}); err != nil {
		return nil, err
	}
	owner, err := pgxpool.New(ctx, ownerDSN)
	if err != nil {
		return nil, err
	}
	defer owner.Close()
	for _, sql := range onwardFill {
		if _, err := owner.Exec(ctx, sql, e.ID, votes); err != nil {
			return nil, err
		}
	}
	if _, err := owner.Exec(ctx, `ANALYZE journal_entry, posting, desk_event`); err != nil {
		return nil, err
	}
	plain, err := plainPool(ctx, appDSN)
	if err != nil {
		return nil, err
	}
	defer plain.Close()
	var out []OnwardRow
	for _, m := range comparisons(ctx, s, plain, e.ID) {
		row := OnwardRow{Report: m.name, Votes: votes}
		if row.Aggregate, row.Answer, err = inTurn(rounds, m.bare, m.report); err != nil {
			return nil, err
		}
		row.Ratio = row.Answer / row.Aggregate
		out = append(out, row)
	}
	return out, nil
}

// plainPool connects as the store does: the bare question gets the same plans.
func plainPool(ctx context.Context, dsn string) (*pgxpool.Pool, error) {
	c, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return nil, err
	}
	c.ConnConfig.RuntimeParams["timezone"], c.ConnConfig.RuntimeParams["jit"] = "UTC", "off"
	return pgxpool.NewWithConfig(ctx, c)
}

// inTurn runs two things alternately and gives the medians in milliseconds; one
// round before is not counted.
func inTurn(rounds int, a, b func() error) (ma, mb float64, err error) {
	var times [2][]float64
	for i := range rounds + 1 {
		for k, f := range []func() error{a, b} {
			began := time.Now()
			if err := f(); err != nil {
				return 0, 0, err
			}
			if i > 0 {
				times[k] = append(times[k], float64(time.Since(began).Microseconds())/1000)
			}
		}
	}
	for k := range times {
		slices.Sort(times[k])
	}
	return times[0][len(times[0])/2], times[1][len(times[1])/2], nil
}

// comparison is one report and the bare aggregate beside it.
type comparison struct {
	name   string
	report func() error
	bare   func() error
}

func comparisons(ctx context.Context, s *store.Store, plain *pgxpool.Pool, election string) []comparison {
	aggregate := func(sql string) func() error {
		return func() error {
			rows, err := plain.Query(ctx, sql, election)
			if err != nil {
				return err
			}
			for rows.Next() {
			}
			return rows.Err()
		}
	}
	return []comparison{
		{"protocol", func() error { _, err := s.Protocol(ctx, election); return err },
			aggregate(`SELECT e.at::date, e.place, sum(p.delta) FROM posting p JOIN journal_entry e USING (seq) WHERE p.holder = 'voter' AND e.election = $1 GROUP BY 1, 2`)},
		{"end report", func() error {
			if _, err := s.Conservation(ctx, election); err != nil {
				return err
			}
			if _, err := s.Examinations(ctx, election); err != nil {
				return err
			}
			if _, err := s.Quality(ctx, election); err != nil {
				return err
			}
			_, err := s.Protocol(ctx, election)
			return err
		}, aggregate(`WITH flow AS (SELECT e.at::date, e.place, sum(p.delta) AS n FROM posting p JOIN journal_entry e USING (seq) WHERE p.holder = 'voter' AND e.election = $1 GROUP BY 1, 2)
				SELECT place, sum(n) FROM flow GROUP BY 1 UNION ALL SELECT split_part(holder, ':', 1), sum(n) FROM balance WHERE item = 'env:' || $1 || ':own' GROUP BY 1
				UNION ALL SELECT act, sum(n) FROM desk_event WHERE election = $1 AND NOT undone GROUP BY 1`)},
		{"statistics", func() error { _, err := s.Statistics(ctx, election); return err },
			aggregate(`SELECT at::date, place, sum(n) FROM desk_event WHERE election = $1 AND act = 'receive' GROUP BY 1, 2`)},
	}
}
