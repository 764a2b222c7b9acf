package boxes

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/journal"
	"github.com/brevstemme/brevstemme/models/trace"
)

// ThreeWay holds, for each session of an election that was opened, what its desk
// logged and its crew counted against what receivers counted blind. Envelopes
// keep their session through packing, splitting and merging as far as the
// postings tell; where they lay together with others' the figure is a span.
func (s *Boxes) ThreeWay(ctx context.Context, election string) (trace.ThreeWay, error) {
	rows, home, err := s.threefolds(ctx, election)
	if err != nil {
		return trace.ThreeWay{}, err
	}
	moves, err := s.movements(ctx, election)
	if err != nil {
		return trace.ThreeWay{}, err
	}
	counts, err := s.reckoned(ctx, election)
	if err != nil {
		return trace.ThreeWay{}, err
	}
	left, err := s.onDesks(ctx, election)
	if err != nil {
		return trace.ThreeWay{}, err
	}
	return trace.Together(rows, trace.New(home, moves, counts), left), nil
}

// threefolds reads the sessions with the figures of desk and hand count, and the
// place of each.
func (s *Boxes) threefolds(ctx context.Context, election string) ([]trace.Threefold, map[string]string, error) {
	type row struct {
		Session, Place, Explanation string
		Starts                      time.Time
		Desk                        int
		Hand                        *int
	}
	var rows []row
	err := s.book.DB(ctx).Raw(`WITH desk AS (
			SELECT session, sum(CASE act WHEN 'receive' THEN n ELSE -n END)::int AS n FROM desk_event
			WHERE election = @election AND act IN ('receive', 'void') AND NOT undone GROUP BY session
		)
		SELECT s.id AS session, s.place, s.starts, coalesce(desk.n, 0) AS desk, coalesce(s.doc->>'explanation', '') AS explanation,
			(SELECT sum(v::int) FROM jsonb_each_text(CASE WHEN jsonb_typeof(s.doc->'hand_counts'->-1->'counts') = 'object' THEN s.doc->'hand_counts'->-1->'counts' ELSE '{}' END) AS c(k, v) WHERE starts_with(k, @election || '/')) AS hand
		FROM session s LEFT JOIN desk ON desk.session = s.id
		WHERE jsonb_exists(s.elections, @election) AND s.state IN ('open', 'closing', 'closed') ORDER BY s.starts, s.place, s.id`,
		map[string]any{"election": election}).Scan(&rows).Error
	home, out := map[string]string{}, make([]trace.Threefold, len(rows))
	for i, r := range rows {
		home[r.Session] = r.Place
		out[i] = trace.Threefold{Session: r.Session, Place: r.Place, Starts: r.Starts, Desk: trace.Figure{N: r.Desk, Known: true}, Deviation: r.Explanation}
		if r.Hand != nil {
			out[i].Hand = trace.Figure{N: *r.Hand, Known: true}
		}
	}
	return out, home, err
}

// movements reads what moved of an election's envelopes after they were received.
// What a desk received is left out, for it is the desk's own: the other side of a
// posting that is left out is the voter. Only where something was laid back on a
// desk does its order matter, and all of that desk is read.
func (s *Boxes) movements(ctx context.Context, election string) ([]trace.Movement, error) {
	m, err := s.mended(ctx, election)
	if err != nil {
		return nil, err
	}
	// The condition is that of the index posting_moved.
	all, err := s.traced(ctx, `SELECT seq, holder, split_part(item, ':', 3), delta FROM posting
		WHERE holder <> 'voter' AND (delta < 0 OR NOT starts_with(holder, 'desk:')) AND starts_with(item, 'env:' || $1 || ':') ORDER BY seq`, election)
	if err != nil {
		return nil, err
	}
	if back := laidBack(all); len(back) > 0 {
		more, err := s.traced(ctx, `SELECT seq, holder, split_part(item, ':', 3), delta FROM posting
			WHERE holder IN (SELECT holder FROM posting WHERE seq = ANY($2) AND starts_with(holder, 'desk:')) AND delta > 0 AND starts_with(item, 'env:' || $1 || ':')`, election, back)
		if err != nil {
			return nil, err
		}
		all = append(all, more...)
		slices.SortStableFunc(all, func(a, b seqPosting) int { return cmp.Compare(a.seq, b.seq) })
	}
	var out []trace.Movement
	for entry := range byEntry(all) {
		out = append(out, m.movements(entry)...)
	}
	return out, nil
}

// byEntry parts postings that are in order into those of each entry.
func byEntry(all []seqPosting) func(func([]seqPosting) bool) {
	return func(yield func([]seqPosting) bool) {
		for len(all) > 0 {
			n := 1
			for n < len(all) && all[n].seq == all[0].seq {
				n++
			}
			if !yield(all[:n]) {
				return
			}
			all = all[n:]
		}
	}
}

// laidBack are the entries in which a container gave more than any holder that
// was read got: the rest lies on a desk again.
func laidBack(all []seqPosting) (seqs []int64) {
	for entry := range byEntry(all) {
		sum, box := int64(0), false
		for _, p := range entry {
			sum += p.Delta
			box = box || p.Delta < 0 && custody.HolderKind(p.Holder) == "container"
		}
		if box && sum < 0 {
			seqs = append(seqs, entry[0].seq)
		}
	}
	return seqs
}

// seqPosting is a posting of an entry, its item cut to its kind.
type seqPosting struct {
	seq int64
	journal.Posting
}

func (s *Boxes) traced(ctx context.Context, sql string, args ...any) ([]seqPosting, error) {
	rows, err := s.book.Pool().Query(ctx, sql, args...)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (p seqPosting, err error) {
		err = row.Scan(&p.seq, &p.Holder, &p.Item, &p.Delta)
		p.Item = custody.Kind(p.Item)
		return p, err
	})
}

// mends are the entries that put something right.
type mends struct {
	undoes map[int64]int64 // entry → the one that it takes back
	seen   map[int64]bool  // entries that explained a difference
}

// movements are those of one entry.
func (m mends) movements(entry []seqPosting) (out []trace.Movement) {
	seq := entry[0].seq
	var ps []journal.Posting
	for _, p := range entry {
		ps = append(ps, p.Posting)
	}
	for i, ps := 0, paired(ps); i+1 < len(ps); i += 2 {
		from := ps[i].Holder
		out = append(out, trace.Movement{Seq: seq, From: from, To: ps[i+1].Holder, Kind: ps[i].Item, N: ps[i+1].Delta,
			Undoes: m.undoes[seq], Seen: m.seen[seq] && custody.HolderKind(from) == "difference"})
	}
	return out
}

// paired puts the postings of one entry in the order from, to; what has no other
// side came from the voter or went back.
func paired(ps []journal.Posting) []journal.Posting {
	sum := map[string]int64{}
	for _, p := range ps {
		sum[p.Item] += p.Delta
	}
	for kind, n := range sum {
		if n != 0 {
			ps = append(ps, journal.Posting{Holder: custody.Voter, Item: kind, Delta: -n})
		}
	}
	return pairs(ps)
}

// mended reads which entries put something right.
func (s *Boxes) mended(ctx context.Context, election string) (mends, error) {
	m := mends{undoes: map[int64]int64{}, seen: map[int64]bool{}}
	entries, err := s.book.EntriesWhere(ctx, `kind IN ('container.corrected', 'difference.explained') AND election = ?`, election)
	if err != nil {
		return m, err
	}
	for _, e := range entries {
		if e.Kind == "difference.explained" {
			m.seen[e.Seq] = true
		} else if m.undoes[e.Seq], err = strconv.ParseInt(e.Value("corrects"), 10, 64); err != nil {
			return m, err
		}
	}
	return m, nil
}

// reckoned reads which containers receivers opened and counted, each at the
// entry that took it from its courier.
func (s *Boxes) reckoned(ctx context.Context, election string) ([]trace.Reckoned, error) {
	rows, err := s.book.Pool().Query(ctx, `WITH answered AS MATERIALIZED (
			SELECT id, to_place, r->>'container' AS container FROM handover h CROSS JOIN LATERAL jsonb_array_elements(h.doc->'counts'->-1->'reads') r
			WHERE h.election = $1 AND h.state IN ('accepted', 'accepted_in_part') AND (r->>'opened')::boolean
		), taken AS MATERIALIZED (
			SELECT holder, max(seq) AS seq FROM posting WHERE item LIKE 'box:%' AND delta < 0 AND starts_with(holder, 'leg:') GROUP BY 1
		)
		SELECT t.seq, a.container, a.to_place FROM answered a JOIN taken t ON t.holder = 'leg:' || a.id`, election)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (c trace.Reckoned, err error) {
		err = row.Scan(&c.Seq, &c.Container, &c.Place)
		return c, err
	})
}

// onDesks reads how many envelopes still lie on each desk.
func (s *Boxes) onDesks(ctx context.Context, election string) (map[string]int, error) {
	rows, err := s.book.Pool().Query(ctx, `SELECT substr(holder, 6), sum(n)::int FROM balance WHERE starts_with(holder, 'desk:') AND starts_with(item, 'env:' || $1 || ':') AND n > 0 GROUP BY 1`, election)
	if err != nil {
		return nil, err
	}
	out := map[string]int{}
	var session string
	var n int
	_, err = pgx.ForEachRow(rows, []any{&session, &n}, func() error {
		out[session] = n
		return nil
	})
	return out, err
}
