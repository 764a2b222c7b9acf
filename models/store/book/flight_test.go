package book

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/journal"
	"github.com/brevstemme/brevstemme/models/store/pgtest"
)

// decidedFlight decides n counts on the cache of a store whose appender rests,
// as a flight that has not been sent.
func decidedFlight(t *testing.T, s *Book, name string, n int, before *flight) *flight {
	t.Helper()
	f := &flight{before: before, landed: make(chan struct{})}
	for i := range n {
		f.jobs = append(f.jobs, &job{act: models.Act{Key: fmt.Sprint(name, i)}, done: make(chan outcome, 1), decide: func(*Working) (journal.Draft, error) {
			return journal.Draft{Kind: "envelope.received", Election: "KV25"}.Move(env, custody.Voter, custody.Desk("S1"), 1), nil
		}})
	}
	b, outs := s.decideCached(nil, f.jobs)
	if b == nil {
		t.Fatal("not decided on the cache")
	}
	var err error
	if f.message, err = s.message(b); err != nil {
		t.Fatal(err)
	}
	f.outs = outs
	return f
}

// A flight that runs ahead is seen only after the one before it; when that one
// is refused it falls too, and nothing of it is written.
func TestAFlightAheadFollowsTheOneBefore(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	s, err := Open(t.Context(), Config{DSN: db.AppDSN})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close(context.Background()) })
	if _, _, err := receive(s, "first"); err != nil {
		t.Fatal(err)
	}
	written := func() (n int64) {
		if err := s.Pool().QueryRow(t.Context(), `SELECT count(*) FROM journal_entry`).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	fly := func(f *flight) <-chan struct{} { go s.queue.fly(f); return f.landed }

	one := decidedFlight(t, s, "a", 3, nil)
	two := decidedFlight(t, s, "b", 4, one)
	fly(two)
	waitFor(t, func() bool { return idleInTransaction(t, db) == 1 })
	if n := written(); n != 1 {
		t.Fatalf("%d entries are seen before their turn", n)
	}
	<-fly(one)
	<-two.landed
	if n := written(); one.err != nil || two.err != nil || n != 8 {
		t.Fatalf("%v, %v, %d entries", one.err, two.err, n)
	}

	one = decidedFlight(t, s, "c", 3, nil)
	two = decidedFlight(t, s, "d", 4, one)
	one.err = errors.New("refused")
	close(one.landed)
	<-fly(two)
	if n := written(); !errors.Is(two.err, errBefore) || n != 8 || idleInTransaction(t, db) != 0 {
		t.Fatalf("%v, %d entries", two.err, n)
	}
	s.cache.lost(two.err)
	if _, _, err := receive(s, "last"); err != nil {
		t.Fatal(err)
	}
	if n := replayed(t, s); n != 9 {
		t.Fatalf("%d entries", n)
	}
}

// A batch decided on the cache never waits for the head: whoever has it locked
// would wait in turn for the entries that run ahead.
func TestNoFlightWaitsForTheHead(t *testing.T) {
	t.Parallel()
	s := testStore(t)
	if _, _, err := receive(s, "first"); err != nil {
		t.Fatal(err)
	}
	other, err := s.Pool().Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.Exec(t.Context(), `SELECT FROM journal_head FOR UPDATE`); err != nil {
		t.Fatal(err)
	}
	f := decidedFlight(t, s, "a", 3, nil)
	s.queue.fly(f)
	var pg *pgconn.PgError
	if !errors.As(f.err, &pg) || pg.Code != "55P03" {
		t.Fatal(f.err)
	}
	s.cache.lost(f.err)
	if err := other.Rollback(t.Context()); err != nil || s.cache.rivals == 0 {
		t.Fatalf("%v, %d batches on a locked head", err, s.cache.rivals)
	}
}

// idleInTransaction counts the connections that have written and not committed.
func idleInTransaction(t *testing.T, db pgtest.Database) (n int) {
	t.Helper()
	super, err := pgx.Connect(t.Context(), db.SuperDSN)
	if err != nil {
		t.Fatal(err)
	}
	defer super.Close(context.Background())
	if err := super.QueryRow(t.Context(), `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction'`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func waitFor(t *testing.T, ok func() bool) {
	t.Helper()
	for until := time.Now().Add(20 * time.Second); !ok(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(until) {
			t.Fatal("it did not come to pass")
		}
	}
}
