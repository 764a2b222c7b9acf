package shipments

import (
	"context"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/onward"
)

// flowSQL reads what crossed the border of the municipality, from the journal's
// own two tables alone, summed per day. A counter-entry gives back to a source
// or takes from a sink.
const flowSQL = `SELECT max(p.seq) AS seq, (e.at AT TIME ZONE 'Europe/Copenhagen')::date AS day, e.place, p.holder, sum(p.delta)::int AS delta,
	CASE WHEN split_part(p.holder, ':', 1) = 'municipality' THEN p.delta < 0 ELSE p.delta > 0 END AS undoes
	FROM posting p JOIN journal_entry e ON e.seq = p.seq
	WHERE split_part(p.holder, ':', 1) IN ('voter', 'origin', 'municipality') AND p.item LIKE ? ESCAPE '\'
	GROUP BY 2, 3, 4, 6`

// Protocol is the brevstemmeprotokol of an election, made from the journal. It
// is refused without the council's decision (CodeState).
func (s *Shipments) Protocol(ctx context.Context, election string) (onward.Protocol, error) {
	e, err := s.plans.Election(ctx, election)
	if err != nil {
		return onward.Protocol{}, err
	}
	flows, err := s.flows(ctx, election)
	if err != nil {
		return onward.Protocol{}, err
	}
	return onward.MakeProtocol(e, flows)
}

func (s *Shipments) flows(ctx context.Context, election string) ([]onward.Flow, error) {
	var rows []struct {
		Seq    int64
		Day    time.Time
		Place  string
		Holder string
		Delta  int
		Undoes bool
	}
	if err := s.book.DB(ctx).Raw(flowSQL, likeElection(election)).Scan(&rows).Error; err != nil {
		return nil, err
	}
	out := make([]onward.Flow, len(rows))
	for i, r := range rows {
		y, m, d := r.Day.Date()
		out[i] = onward.Flow{Seq: r.Seq, Date: models.NewDate(y, m, d), Place: r.Place, Holder: r.Holder, Delta: r.Delta, Undoes: r.Undoes}
	}
	return out, nil
}

// Conservation sums the balances of an election's envelopes: law 2.
func (s *Shipments) Conservation(ctx context.Context, election string) (onward.Sums, error) {
	var rows []struct {
		Holder string
		N      int
	}
	err := s.book.DB(ctx).Raw(`SELECT holder, sum(n)::int AS n FROM balance WHERE item LIKE ? ESCAPE '\' GROUP BY holder`, likeElection(election)).Scan(&rows).Error
	var sums onward.Sums
	for _, r := range rows {
		sums.Add(r.Holder, r.N)
	}
	return sums, err
}

// Quality is how an election's custody went, in numbers, for the end report.
type Quality struct {
	Handovers  int `json:"handovers"`
	TwoSigned  int `json:"two_signed"` // with seals and two people at the receiver
	DevsOpen   int `json:"deviations_open"`
	DevsClosed int `json:"deviations_closed"`
	SetsUsed   int `json:"sets_used"`
	Spoiled    int `json:"sets_spoiled"`
}

// Quality counts handovers, deviations and material of an election.
func (s *Shipments) Quality(ctx context.Context, election string) (Quality, error) {
	var q Quality
	err := s.book.Pool().QueryRow(ctx, `WITH h AS (SELECT count(*) AS n, count(*) FILTER (WHERE doc->>'no_seal' = '' AND coalesce(doc->'second'->>'person', '') <> '') AS two
			FROM handover WHERE doc->>'election' = $1 AND state IN ('accepted', 'accepted_in_part')),
		d AS (SELECT count(*) FILTER (WHERE state <> 'closed') AS open, count(*) FILTER (WHERE state = 'closed') AS closed FROM deviation WHERE election = $1),
		m AS (SELECT coalesce(sum(n) FILTER (WHERE act = 'receive'), 0) AS used, coalesce(sum(n) FILTER (WHERE act = 'spoil'), 0) AS spoiled FROM desk_event WHERE election = $1 AND act IN ('receive', 'spoil') AND NOT undone)
		SELECT h.n, h.two, d.open, d.closed, m.used, m.spoiled FROM h, d, m`,
		election).Scan(&q.Handovers, &q.TwoSigned, &q.DevsOpen, &q.DevsClosed, &q.SetsUsed, &q.Spoiled)
	return q, err
}
