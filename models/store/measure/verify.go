package measure

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/desk"
	"github.com/brevstemme/brevstemme/models/journal"
	"github.com/brevstemme/brevstemme/models/store/audits"
)

// VerifyRow is "verify" at one length of the journal, against copying the
// same bytes to the client and hashing them.
type VerifyRow struct {
	Entries  int64   `json:"entries"`
	Baseline float64 `json:"copy_and_hash_s"`
	Verify   float64 `json:"verify_s"`
	Ratio    float64 `json:"ratio"`
	HeapMB   float64 `json:"heap_mb"` // the largest live heap seen while it ran
}

// Verify fills the database at the DSNs, which must be its own, up to each
// of the lengths (ascending) and verifies it there. The entries are counts at 40
// desks, each with the record of its event, as the desk writes them.
func Verify(ctx context.Context, appDSN, ownerDSN string, lengths []int) ([]VerifyRow, error) {
	owner, err := pgx.Connect(ctx, ownerDSN)
	if err != nil {
		return nil, err
	}
	defer owner.Close(context.WithoutCancel(ctx))
	f := filler{conn: owner}
	var out []VerifyRow
	for _, n := range lengths {
		if err := f.fill(ctx, n); err != nil {
			return out, err
		}
		row := VerifyRow{Entries: int64(n)}
		if row.Baseline, err = copyAndHash(ctx, owner); err != nil {
			return out, err
		}
		heap := watchHeap()
		rep, err := audits.Verify(ctx, appDSN)
		row.HeapMB = heap()
		if err != nil {
			return out, err
		}
		if !rep.OK || rep.Entries != row.Entries || rep.Records != n {
			return out, fmt.Errorf("bench verify: %+v", rep)
		}
		row.Verify = rep.Seconds
		row.Ratio = row.Verify / row.Baseline
		out = append(out, row)
	}
	return out, nil
}

// copyAndHash is the least that any check of the chain has to do.
func copyAndHash(ctx context.Context, conn *pgx.Conn) (float64, error) {
	started, h := time.Now(), sha256.New()
	_, err := conn.PgConn().CopyTo(ctx, io.Writer(h), `COPY (SELECT seq, body, prev, hash FROM journal_entry ORDER BY seq) TO STDOUT (FORMAT binary)`)
	return time.Since(started).Seconds(), err
}

// watchHeap looks at the heap every few milliseconds until the answer is asked.
func watchHeap() func() float64 {
	runtime.GC()
	var most atomic.Uint64
	stop, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			most.Store(max(most.Load(), m.HeapInuse))
			select {
			case <-stop:
				return
			case <-tick.C:
			}
		}
	}()
	return func() float64 {
		close(stop)
		<-done
		return float64(most.Load()) / (1 << 20)
	}
}

// filler writes a long journal quickly: by COPY, as the owner.
type filler struct {
	conn *pgx.Conn
	n    int
	head [32]byte
}

func (f *filler) fill(ctx context.Context, upTo int) error {
	for f.n < upTo {
		if err := f.chunk(ctx, min(20_000, upTo-f.n)); err != nil {
			return err
		}
	}
	_, err := f.conn.Exec(ctx, `TRUNCATE balance`)
	if err == nil {
		_, err = f.conn.Exec(ctx, `INSERT INTO balance SELECT holder, item, sum(delta) FROM posting GROUP BY 1, 2`)
	}
	if err == nil {
		_, err = f.conn.Exec(ctx, `UPDATE journal_head SET seq = $1, hash = $2`, f.n, f.head[:])
	}
	if err == nil {
		_, err = f.conn.Exec(ctx, `ANALYZE`)
	}
	return err
}

// chunk writes n entries as the appender would.
func (f *filler) chunk(ctx context.Context, n int) error {
	var entries, postings, events [][]any
	for range n {
		e, body, err := f.next()
		if err != nil {
			return err
		}
		entries = append(entries, []any{e.Seq, e.Kind, e.Election, e.Place, e.ClientID, e.At, e.Recorded, body, e.Prev[:], e.Hash[:]})
		for _, p := range e.Postings {
			postings = append(postings, []any{e.Seq, p.Holder, p.Item, p.Delta})
		}
		for _, c := range e.Changes {
			events = append(events, []any{c.ID, e.Seq, c.Doc})
		}
	}
	_, err := f.conn.CopyFrom(ctx, pgx.Identifier{"journal_entry"}, []string{"seq", "kind", "election", "place", "client_id", "at", "recorded", "body", "prev", "hash"}, pgx.CopyFromRows(entries))
	if err == nil {
		_, err = f.conn.CopyFrom(ctx, pgx.Identifier{"posting"}, []string{"seq", "holder", "item", "delta"}, pgx.CopyFromRows(postings))
	}
	if err == nil {
		_, err = f.conn.CopyFrom(ctx, pgx.Identifier{"desk_event"}, []string{"id", "seq", "doc"}, pgx.CopyFromRows(events))
	}
	return err
}

// next is the next entry of the chain, one envelope counted, with its canonical bytes.
func (f *filler) next() (journal.Entry, []byte, error) {
	f.n++
	id, session := fmt.Sprintf("bench-%d", f.n), fmt.Sprint("BENCH", f.n%40)
	at := time.Date(2025, 11, 12, 9, 0, 0, 0, time.UTC).Add(time.Duration(f.n) * time.Second)
	event := desk.Event{ID: id, Session: session, Place: "DOKK", Election: "KV25", Act: desk.ActReceive, Destination: custody.Own, N: 1, Person: "PBENCH", At: at}
	doc, err := json.Marshal(event)
	if err != nil {
		return journal.Entry{}, nil, err
	}
	d := journal.Draft{Kind: "envelope.received", Election: "KV25", Place: "DOKK", Changes: []journal.Change{{Kind: event.RecordKind(), ID: id, Doc: doc}}}
	d = d.Fact("session", session).Move(custody.Envelope("KV25", custody.Own), custody.Voter, custody.Desk(session), 1)
	now := time.Now().UTC().Truncate(time.Microsecond)
	e, body := journal.Entry{Draft: d, Seq: int64(f.n), At: now, Offset: 60, Recorded: now, ClientID: id,
		Actors: []journal.Actor{{Person: "PBENCH", Role: models.RoleReceiver}}}.Sealed(f.head)
	f.head = e.Hash
	return e, body, nil
}
