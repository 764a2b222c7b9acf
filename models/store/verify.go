package store

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/brevstemme/brevstemme/models/audit"
	"github.com/brevstemme/brevstemme/models/journal"
)

// Report is the answer of Verify: fine when First is nil.
type Report struct {
	Entries     int64          `json:"entries"`
	Head        string         `json:"head"` // receipt code of the head
	Records     int            `json:"records"`
	Balances    int            `json:"balances"`
	Checkpoints int            `json:"checkpoints"`
	OK          bool           `json:"ok"`
	First       *audit.Finding `json:"first,omitempty"` // the first thing that does not hold
	Seconds     float64        `json:"seconds"`
}

// Verify recomputes everything from the bytes of the journal, in one snapshot:
// chain, columns, postings, balances, states, records, head and checkpoints,
// and names the first thing that does not hold. verifierKeys are the note
// verifier keys of the checkpoints; with none their signatures are not checked,
// only their hashes. Journal, postings and records are streamed side by side: memory grows
// with the balances, the records that have states and sixteen bytes an entry.
func Verify(ctx context.Context, dsn string, verifierKeys ...string) (Report, error) {
	started := time.Now()
	c, err := pgxpool.ParseConfig(dsn)
	if err != nil { // the address holds a password: never echoed
		return Report{}, errors.New("verify: the database address cannot be read")
	}
	// Every table of records is sorted in one statement: memory for the sort, and
	// no compiling of a plan that is run once.
	c.ConnConfig.RuntimeParams["jit"], c.ConnConfig.RuntimeParams["work_mem"] = "off", "128MB"
	pool, err := pgxpool.NewWithConfig(ctx, c)
	if err != nil {
		return Report{}, fmt.Errorf("verify: %w", err)
	}
	defer pool.Close()
	report, err := verifyPool(ctx, pool, verifierKeys)
	report.OK = err == nil && report.First == nil
	report.Seconds = time.Since(started).Seconds()
	return report, err
}

// verifyPool opens three connections on one snapshot, since journal, postings
// and records are read side by side.
func verifyPool(ctx context.Context, pool *pgxpool.Pool, keys []string) (rep Report, err error) {
	snapshot := pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}
	tx, err := pool.BeginTx(ctx, snapshot)
	if err != nil {
		return rep, err
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }()
	var id string
	if err := tx.QueryRow(ctx, `SELECT pg_export_snapshot()`).Scan(&id); err != nil {
		return rep, err
	}
	var sides [2]pgx.Tx
	for i := range sides {
		if sides[i], err = pool.BeginTx(ctx, snapshot); err != nil {
			return rep, err
		}
		defer func() { _ = sides[i].Rollback(context.WithoutCancel(ctx)) }()
		if _, err := sides[i].Exec(ctx, fmt.Sprintf(`SET TRANSACTION SNAPSHOT '%s'`, id)); err != nil { // an id of the server's own making
			return rep, err
		}
	}
	v := newVerifier(tx, keys)
	v.side, v.recordSide = sides[0], sides[1]
	rep.First, err = v.all(ctx)
	v.fill(&rep)
	return rep, err
}

// newVerifier works on one snapshot. side and recordSide are connections of
// their own to read postings and records on; without them both are read before
// the entries (small journals, tests).
func newVerifier(tx pgx.Tx, keys []string) *verifier {
	return &verifier{tx: tx, replay: audit.NewReplay(), marks: map[int64][32]byte{}, keys: keys, open: map[key]int64{}}
}

// all runs every check and returns the first thing that does not hold.
func (v *verifier) all(ctx context.Context) (*audit.Finding, error) {
	if err := v.loadCheckpoints(ctx); err != nil {
		return nil, err
	}
	defer func() { v.rows.close() }()
	for _, step := range []func(context.Context) (*audit.Finding, error){v.chain, v.head, v.balances, v.lacking, v.attachments, v.checkCheckpoints} {
		if f, err := step(ctx); err != nil || f != nil {
			return f, err
		}
	}
	return nil, nil
}

type verifier struct {
	tx          pgx.Tx
	side        pgx.Tx
	recordSide  pgx.Tx
	rows        *recordStream
	matched     int           // records that their tables have as the journal has them
	open        map[key]int64 // records whose newest change is in no table yet
	stray       *audit.Finding
	replay      *audit.Replay
	checkpoints []checkpointRow
	marks       map[int64][32]byte // hashes of the entries at which a checkpoint stands
	keys        []string
}

func (v *verifier) fill(r *Report) {
	r.Entries = v.replay.Seq
	if v.replay.Seq > 0 {
		r.Head = journal.Code(v.replay.Seq, v.replay.Head)
	}
	r.Records = v.matched
	r.Balances, r.Checkpoints = len(v.replay.Balances), len(v.checkpoints)
}

// chain streams entries and postings side by side.
func (v *verifier) chain(ctx context.Context) (*audit.Finding, error) {
	side, err := v.openPostings(ctx)
	if err != nil {
		return nil, err
	}
	defer side.close()
	if v.rows, err = v.openRecords(ctx); err != nil {
		return nil, err
	}
	rows, err := v.tx.Query(ctx, `SELECT seq, kind, election, place, client_id, at, recorded, body, prev, hash FROM journal_entry ORDER BY seq`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var c entryColumns
		if err := rows.Scan(&c.seq, &c.kind, &c.election, &c.place, &c.client, &c.at, &c.recorded, &c.body, &c.prev, &c.hash); err != nil {
			return nil, err
		}
		if f := v.entry(c, side); f != nil {
			return f, nil
		}
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	if p, ok := side.peek(); ok {
		return &audit.Finding{Code: audit.CodePosting, Seq: p.seq, Where: "posting", Detail: "a posting without its entry"}, nil
	}
	return nil, side.err
}

func (v *verifier) openPostings(ctx context.Context) (*postingStream, error) {
	const all = `SELECT seq, holder, item, delta FROM posting ORDER BY seq`
	if v.side != nil {
		rows, err := v.side.Query(ctx, all)
		return &postingStream{rows: rows}, err
	}
	rows, err := v.tx.Query(ctx, all)
	if err != nil {
		return nil, err
	}
	s := &postingStream{done: true}
	var p postingRow
	_, err = pgx.ForEachRow(rows, []any{&p.seq, &p.Holder, &p.Item, &p.Delta}, func() error {
		s.read = append(s.read, p)
		return nil
	})
	return s, err
}

type entryColumns struct {
	seq                           int64
	kind, election, place, client string
	at, recorded                  time.Time
	body, prev, hash              []byte
}

func (v *verifier) entry(c entryColumns, side *postingStream) *audit.Finding {
	if c.seq != v.replay.Seq+1 {
		return &audit.Finding{Code: audit.CodeGap, Seq: v.replay.Seq + 1, Where: "journal_entry.seq", Detail: fmt.Sprintf("found %d", c.seq)}
	}
	if sum := sha256.Sum256(c.body); !bytes.Equal(sum[:], c.hash) {
		return &audit.Finding{Code: audit.CodeHash, Seq: c.seq, Where: "journal_entry.hash", Detail: "not the hash of the bytes"}
	}
	e, f := v.replay.Add(c.body)
	if f != nil {
		return f
	}
	if where := c.differs(e); where != "" {
		return &audit.Finding{Code: audit.CodeColumn, Seq: c.seq, Where: "journal_entry." + where, Detail: "disagrees with the bytes"}
	}
	if side.take(e.Seq, e.Postings) {
		return &audit.Finding{Code: audit.CodePosting, Seq: e.Seq, Where: "posting", Detail: "the postings are not those of the entry"}
	}
	if _, ok := v.marks[e.Seq]; ok {
		v.marks[e.Seq] = e.Hash
	}
	return v.records(e)
}

// differs names the first column that disagrees with the entry.
func (c entryColumns) differs(e journal.Entry) string {
	switch {
	case c.kind != e.Kind:
		return "kind"
	case c.election != e.Election:
		return "election"
	case c.place != e.Place:
		return "place"
	case c.client != e.ClientID:
		return "client_id"
	case !c.at.Equal(e.At):
		return "at"
	case !c.recorded.Equal(e.Recorded):
		return "recorded"
	case !bytes.Equal(c.prev, e.Prev[:]):
		return "prev"
	}
	return ""
}

// postingStream gives the table of postings in step with the entries.
type postingStream struct {
	rows pgx.Rows
	read []postingRow // read and not yet taken
	done bool
	err  error
}

type postingRow struct {
	seq int64
	journal.Posting
}

func (s *postingStream) close() {
	if s.rows != nil {
		s.rows.Close()
	}
}

func (s *postingStream) peek() (postingRow, bool) {
	if len(s.read) > 0 {
		return s.read[0], true
	}
	if s.done || !s.rows.Next() {
		if !s.done {
			s.done, s.err = true, s.rows.Err()
		}
		return postingRow{}, false
	}
	var p postingRow
	if s.err = s.rows.Scan(&p.seq, &p.Holder, &p.Item, &p.Delta); s.err != nil {
		s.done = true
		return postingRow{}, false
	}
	s.read = append(s.read, p)
	return p, true
}

// take consumes the rows of an entry and tells whether they differ from want.
func (s *postingStream) take(seq int64, want []journal.Posting) (differ bool) {
	var got []journal.Posting
	for {
		p, ok := s.peek()
		if !ok || p.seq > seq {
			break
		}
		if p.seq < seq {
			return true
		}
		got = append(got, p.Posting)
		s.read = s.read[1:]
	}
	slices.SortFunc(got, journal.ComparePostings)
	return !slices.Equal(got, want)
}

func (v *verifier) head(ctx context.Context) (*audit.Finding, error) {
	var seq int64
	var hash []byte
	if err := v.tx.QueryRow(ctx, `SELECT seq, hash FROM journal_head`).Scan(&seq, &hash); err != nil {
		return nil, err
	}
	if seq != v.replay.Seq || !bytes.Equal(hash, v.replay.Head[:]) {
		return &audit.Finding{Code: audit.CodeHead, Seq: v.replay.Seq, Where: "journal_head", Detail: fmt.Sprintf("says %d", seq)}, nil
	}
	return nil, nil
}

// balances holds the projection against the replay.
func (v *verifier) balances(ctx context.Context) (*audit.Finding, error) {
	rows, err := v.tx.Query(ctx, `SELECT holder, item, n FROM balance ORDER BY holder, item`)
	if err != nil {
		return nil, err
	}
	var p audit.Pair
	var n int64
	var first *audit.Finding
	seen := make(map[audit.Pair]bool, len(v.replay.Balances))
	_, err = pgx.ForEachRow(rows, []any{&p.Holder, &p.Item, &n}, func() error {
		seen[p] = true
		if want := v.replay.Balances[p]; want != n && first == nil {
			first = &audit.Finding{Code: audit.CodeBalance, Where: "balance " + p.Holder, Detail: fmt.Sprintf("%s: table %d, journal %d", p.Item, n, want)}
		}
		return nil
	})
	if err != nil || first != nil {
		return first, err
	}
	for p, n := range v.replay.Balances {
		if n != 0 && !seen[p] {
			return &audit.Finding{Code: audit.CodeBalance, Where: "balance " + p.Holder, Detail: fmt.Sprintf("%s: missing, journal %d", p.Item, n)}, nil
		}
	}
	return nil, nil
}
