package audits

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/brevstemme/brevstemme/models/audit"
	"github.com/brevstemme/brevstemme/models/journal"
	"github.com/brevstemme/brevstemme/models/store/book"
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
	return &verifier{tx: tx, decoder: journal.NewDecoder(), replay: audit.NewReplay(), marks: map[int64][32]byte{}, keys: keys, open: map[book.Key]int64{}}
}

// all runs every check and returns the first thing that does not hold.
func (v *verifier) all(ctx context.Context) (*audit.Finding, error) {
	if err := v.loadCheckpoints(ctx); err != nil {
		return nil, err
	}
	defer func() { v.rows.close() }()
	for _, step := range []func(context.Context) (*audit.Finding, error){v.chain, v.head, v.balances, v.lacking, v.attachments, v.names, v.printed, v.checkCheckpoints} {
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
	posted      postingSum // of the entries; decode alone adds to it
	rows        *recordStream
	decoder     *journal.Decoder // this and the printer are decode's alone
	printer     audit.JSONB
	matched     int                // records that their tables have as the journal has them
	open        map[book.Key]int64 // records whose newest change is in no table yet
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

// chain reads the entries in order, while postings and records are read beside
// them. The first finding is that of the lowest entry.
func (v *verifier) chain(ctx context.Context) (*audit.Finding, error) {
	postings, err := v.postingsOf(ctx)
	if err != nil {
		return nil, err
	}
	f, err := v.entries(ctx)
	table, perr := postings()
	switch {
	case err != nil || perr != nil:
		return nil, cmp.Or(err, perr)
	case f != nil:
		if p, err := v.firstPosting(ctx, f.Seq); err != nil || p != nil {
			return p, err
		}
		return f, nil
	case !table.same(v.posted):
		return v.firstPosting(ctx, math.MaxInt64)
	}
	return nil, nil
}

// entries holds one after the other against the book so far, while a second
// goroutine reads, hashes and decodes those that follow.
func (v *verifier) entries(ctx context.Context) (f *audit.Finding, err error) {
	if v.rows, err = v.openRecords(ctx); err != nil {
		return nil, err
	}
	lots, stop, read := make(chan []decoded, 4), make(chan struct{}), make(chan error, 1)
	go func() {
		defer close(lots)
		read <- v.decode(ctx, lots, stop)
	}()
	for lot := range lots {
		for i := range lot {
			if f = v.entry(&lot[i]); f != nil {
				close(stop)
				<-read
				return f, nil
			}
		}
	}
	return nil, <-read
}

// entryColumns are a row as it came; the bytes hold until the next one.
type entryColumns struct {
	seq, at, recorded             int64 // at and recorded as timestamptz keeps them
	kind, election, place, client []byte
	body, prev, hash              []byte
}

// decoded is a row with all that can be said of it alone.
type decoded struct {
	seq    int64
	hashed bool // the column is the hash of the bytes
	entry  journal.Entry
	err    error      // the bytes are no entry
	column string     // the first that disagrees with the bytes
	docs   []document // of its changes
	room   [1]document
	json   bool // they are all JSON
}

// document is the hash of a change's document as jsonb prints it; plain tells
// whether that could be said, found whether its table has it so.
type document struct {
	sum          [32]byte
	plain, found bool
}

// lotSize is how many entries go from one goroutine to the other at once.
const lotSize = 128

func (v *verifier) decode(ctx context.Context, lots chan<- []decoded, stop <-chan struct{}) error {
	rows, err := v.tx.Query(ctx, `SELECT seq, kind, election, place, client_id, at, recorded, body, prev, hash FROM journal_entry ORDER BY seq`, binaryResults(10))
	if err != nil {
		return err
	}
	defer rows.Close()
	for more := true; more; {
		lot, n := make([]decoded, lotSize), 0
		for ; n < lotSize; n++ {
			if more = rows.Next(); !more {
				break
			}
			r := rows.RawValues()
			v.decodeRow(&lot[n], &entryColumns{seq: bigintOf(r[0]), kind: r[1], election: r[2], place: r[3], client: r[4],
				at: bigintOf(r[5]), recorded: bigintOf(r[6]), body: r[7], prev: r[8], hash: r[9]})
		}
		select {
		case lots <- lot[:n]:
		case <-stop:
			return nil
		}
	}
	return rows.Err()
}

// decodeRow says all that can be said of a row alone.
func (v *verifier) decodeRow(d *decoded, c *entryColumns) {
	sum := sha256.Sum256(c.body)
	d.seq, d.hashed = c.seq, bytes.Equal(sum[:], c.hash)
	if d.err = v.decoder.Decode(&d.entry, c.body, sum); d.err != nil {
		return
	}
	d.column = c.differs(&d.entry)
	for i := range d.entry.Postings {
		p := &d.entry.Postings[i]
		v.posted.add(d.entry.Seq, p.Delta, p.Holder, p.Item)
	}
	d.json, d.docs = true, d.room[:0]
	for i := range d.entry.Changes {
		var doc document
		text, plain := v.printer.Text(d.entry.Changes[i].Doc)
		if doc.plain = plain; plain {
			doc.sum = sha256.Sum256(text)
		}
		d.json = d.json && plain
		d.docs = append(d.docs, doc)
	}
}

func (v *verifier) entry(d *decoded) *audit.Finding {
	if d.seq != v.replay.Seq+1 {
		return &audit.Finding{Code: audit.CodeGap, Seq: v.replay.Seq + 1, Where: "journal_entry.seq", Detail: fmt.Sprintf("found %d", d.seq)}
	}
	if !d.hashed {
		return &audit.Finding{Code: audit.CodeHash, Seq: d.seq, Where: "journal_entry.hash", Detail: "not the hash of the bytes"}
	}
	if f := v.replay.AddEntry(&d.entry, d.err, d.json); f != nil {
		return f
	}
	if d.column != "" {
		return &audit.Finding{Code: audit.CodeColumn, Seq: d.seq, Where: "journal_entry." + d.column, Detail: "disagrees with the bytes"}
	}
	if _, ok := v.marks[d.seq]; ok {
		v.marks[d.seq] = d.entry.Hash
	}
	return v.records(d)
}

// differs names the first column that disagrees with the entry.
func (c *entryColumns) differs(e *journal.Entry) string {
	switch {
	case string(c.kind) != e.Kind:
		return "kind"
	case string(c.election) != e.Election:
		return "election"
	case string(c.place) != e.Place:
		return "place"
	case string(c.client) != e.ClientID:
		return "client_id"
	case c.at != book.Micros(e.At):
		return "at"
	case c.recorded != book.Micros(e.Recorded):
		return "recorded"
	case !bytes.Equal(c.prev, e.Prev[:]):
		return "prev"
	}
	return ""
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
