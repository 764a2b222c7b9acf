package store

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/journal"
)

// BenchVerifyRow is "verify" at one length of the journal, against copying the
// same bytes to the client and hashing them.
type BenchVerifyRow struct {
	Entries  int64   `json:"entries"`
	Baseline float64 `json:"copy_and_hash_s"`
	Verify   float64 `json:"verify_s"`
	Ratio    float64 `json:"ratio"`
	HeapMB   float64 `json:"heap_mb"` // the largest live heap seen while it ran
}

// BenchVerify fills the database at the DSNs, which must be its own, up to each
// of the lengths (ascending) and verifies it there. The entries are counts at 40
// desks, each with the record of its event, as the desk writes them.
func BenchVerify(ctx context.Context, appDSN, ownerDSN string, lengths []int) ([]BenchVerifyRow, error) {
	owner, err := pgx.Connect(ctx, ownerDSN)
	if err != nil {
		return nil, err
	}
	defer owner.Close(context.WithoutCancel(ctx))
	f := filler{conn: owner, b: &batch{records: map[key]*loaded{}, balances: map[string]map[string]int64{}, known: map[string]*journal.Entry{}}, s: &Store{clock: time.Now}}
	var out []BenchVerifyRow
	for _, n := range lengths {
		if err := f.fill(ctx, n); err != nil {
			return out, err
		}
		row := BenchVerifyRow{Entries: int64(n)}
		if row.Baseline, err = copyAndHash(ctx, owner); err != nil {
			return out, err
		}
		heap := watchHeap()
		rep, err := Verify(ctx, appDSN)
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
	b    *batch
	s    *Store
	n    int
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
		_, err = f.conn.Exec(ctx, `UPDATE journal_head SET seq = $1, hash = $2`, f.b.seq, f.b.head[:])
	}
	if err == nil {
		_, err = f.conn.Exec(ctx, `ANALYZE`)
	}
	return err
}

func (f *filler) chunk(ctx context.Context, n int) error {
	item := custody.Envelope("KV25", custody.Own)
	for range n {
		f.n++
		id := fmt.Sprintf("bench-%d", f.n)
		session := fmt.Sprint("BENCH", f.n%40)
		at := time.Date(2025, 11, 12, 9, 0, 0, 0, time.UTC).Add(time.Duration(f.n) * time.Second)
		act := models.Act{Key: id, Person: "PBENCH", Role: models.RoleReceiver}
		_, _, err := f.b.decide(ctx, f.s, &job{act: act, decide: func(w *working) (journal.Draft, error) {
			w.put(custody.DeskEvent{ID: id, Session: session, Place: "DOKK", Election: "KV25", Act: custody.DeskReceive, Destination: custody.Own, N: 1, Person: "PBENCH", At: at})
			return journal.Draft{Kind: "envelope.received", Election: "KV25", Place: "DOKK"}.Fact("session", session).Move(item, custody.Voter, custody.Desk(session), 1), nil
		}})
		if err != nil {
			return err
		}
	}
	entries := f.b.pending
	var postings []postingRow
	for _, e := range entries {
		for _, p := range e.Postings {
			postings = append(postings, postingRow{e.Seq, p})
		}
	}
	_, err := f.conn.CopyFrom(ctx, pgx.Identifier{"journal_entry"}, []string{"seq", "kind", "election", "place", "client_id", "at", "recorded", "body", "prev", "hash"},
		pgx.CopyFromSlice(n, func(i int) ([]any, error) {
			e := entries[i]
			return []any{e.Seq, e.Kind, e.Election, e.Place, e.ClientID, e.At, e.Recorded, e.body, e.Prev[:], e.Hash[:]}, nil
		}))
	if err == nil {
		_, err = f.conn.CopyFrom(ctx, pgx.Identifier{"posting"}, []string{"seq", "holder", "item", "delta"}, pgx.CopyFromSlice(len(postings), func(i int) ([]any, error) {
			return []any{postings[i].seq, postings[i].Holder, postings[i].Item, postings[i].Delta}, nil
		}))
	}
	if err == nil {
		_, err = f.conn.CopyFrom(ctx, pgx.Identifier{"desk_event"}, []string{"id", "seq", "doc"}, pgx.CopyFromSlice(n, func(i int) ([]any, error) {
			return []any{entries[i].Changes[0].ID, entries[i].Seq, entries[i].Changes[0].Doc}, nil
		}))
	}
	f.b.pending = nil
	clear(f.b.records)
	clear(f.b.known)
	return err
}
