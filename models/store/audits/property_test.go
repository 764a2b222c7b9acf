package audits

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"pgregory.net/rapid"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/journal"
	"github.com/brevstemme/brevstemme/models/store/book"
	"github.com/brevstemme/brevstemme/models/store/pgtest"
)

// plainBook is the model: a map per holder and nothing clever.
type plainBook struct {
	n       map[string]int64
	entries int64
	replies map[string]int64 // key → entry
}

// move is a random act: n envelopes from one holder to another under a key.
type move struct {
	key      string
	from, to string
	n        int64
}

var holders = []string{custody.Voter, custody.Desk("S1"), custody.Desk("S2"), custody.InContainer("C1"), custody.Void("x")}

func (b *plainBook) apply(m move) (seq int64, code models.Code) {
	if seq, ok := b.replies[m.key]; ok {
		return seq, ""
	}
	if m.from != custody.Voter && b.n[m.from] < m.n {
		return 0, models.CodeBalance
	}
	b.n[m.from] -= m.n
	b.n[m.to] += m.n
	b.entries++
	b.replies[m.key] = b.entries
	return b.entries, ""
}

func (m move) do(s *book.Book) (journal.Entry, error) {
	e, _, err := s.Append(context.Background(), models.Act{Key: m.key}, book.Need{}.Holding(m.from), func(w *book.Working) (journal.Draft, error) {
		have, err := w.Held(m.from)
		if err != nil {
			return journal.Draft{}, err
		}
		if m.from != custody.Voter && have[env] < m.n {
			return journal.Draft{}, models.E(models.CodeBalance, "balance.negative")
		}
		w.Put(models.Session{ID: "S1", Place: "DOKK", State: models.SessionOpen, Starts: w.Now, Ends: w.Now})
		return journal.Draft{Kind: "test.moved", Election: "KV25"}.Move(env, m.from, m.to, m.n), nil
	})
	return e, err
}

// Random acts, replays and refusals among them, leave the same answers and the
// same balances as the model, and after every sequence the replay of the
// journal is what the tables say.
func TestTheBookFollowsThePlainModel(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	s, err := book.Open(t.Context(), book.Config{DSN: db.AppDSN})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close(context.Background()) })
	plain, round := plainBook{n: map[string]int64{}, replies: map[string]int64{}}, 0
	rapid.Check(t, func(t *rapid.T) {
		round++
		for i := range rapid.IntRange(1, 12).Draw(t, "acts") {
			m := move{
				key:  fmt.Sprintf("%d-%d", round, rapid.IntRange(0, i).Draw(t, "key")),
				from: rapid.SampledFrom(holders[:4]).Draw(t, "from"), to: rapid.SampledFrom(holders[1:]).Draw(t, "to"),
				n: rapid.Int64Range(1, 3).Draw(t, "n"),
			}
			if m.from == m.to {
				continue
			}
			e, err := m.do(s)
			if seq, code := plain.apply(m); models.CodeOf(err) != code || e.Seq != seq {
				t.Fatalf("%+v: entry %d, %v; the model says %d, %q", m, e.Seq, err, seq, code)
			}
		}
		var n int64
		for _, h := range holders {
			_ = s.Pool().QueryRow(context.Background(), `SELECT coalesce((SELECT n FROM balance WHERE holder = $1 AND item = $2), 0)`, h, env).Scan(&n)
			if n != plain.n[h] {
				t.Fatalf("%s has %d, the model %d", h, n, plain.n[h])
			}
		}
		rep, err := Verify(context.Background(), db.AppDSN)
		if err != nil || !rep.OK || rep.Entries != plain.entries {
			t.Fatalf("%+v %v, the model has %d entries", rep, err, plain.entries)
		}
	})
}

// Two processes on one database share one chain without gaps or forks.
func TestTwoStoresShareOneChain(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	var stores [2]*book.Book
	for i := range stores {
		s, err := book.Open(t.Context(), book.Config{DSN: db.AppDSN})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close(context.Background()) })
		stores[i] = s
	}
	var wg sync.WaitGroup
	for i := range 80 { // enough that batches run ahead of each other
		wg.Go(func() {
			for j := range 5 {
				for _, s := range []*book.Book{stores[i%2], stores[(i+1)%2]} { // the second is the replay, in the other process
					if _, _, err := receive(s, fmt.Sprintf("k%d-%d", i, j)); err != nil {
						t.Error(err)
					}
				}
			}
		})
	}
	wg.Wait()
	if rep, err := Verify(t.Context(), db.AppDSN); err != nil || !rep.OK || rep.Entries != 400 {
		t.Fatalf("%+v %v", rep, err)
	}
}

// A killed backend loses no acknowledged act and doubles none: the client's key
// finds what was written.
func TestAKilledBackendLosesNothing(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	s, err := book.Open(t.Context(), book.Config{DSN: db.AppDSN})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close(context.Background()) })
	super, err := pgx.Connect(t.Context(), db.SuperDSN)
	if err != nil {
		t.Fatal(err)
	}
	defer super.Close(context.Background())
	var mu sync.Mutex
	acked := map[string]int64{}
	var wg sync.WaitGroup
	for i := range 40 { // enough that batches run ahead of each other
		wg.Go(func() {
			for j := range 5 {
				key := fmt.Sprintf("k%d-%d", i, j)
				e, _, err := receive(s, key)
				for try := 0; err != nil && try < 50; try++ {
					e, _, err = receive(s, key)
				}
				mu.Lock()
				if err != nil {
					t.Error(err)
				}
				acked[key] = e.Seq
				mu.Unlock()
			}
		})
	}
	done := make(chan struct{})
	go func() { wg.Wait(); close(done) }()
	for range 20 {
		if _, err := super.Exec(t.Context(), `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`); err != nil {
			t.Fatal(err)
		}
	}
	<-done
	rep, err := Verify(t.Context(), db.AppDSN)
	if err != nil || !rep.OK || rep.Entries != 200 || len(acked) != 200 {
		t.Fatalf("%+v %v", rep, err)
	}
	seen := map[int64]bool{}
	for seq := range maps.Values(acked) {
		seen[seq] = true
	}
	if len(seen) != 200 {
		t.Fatalf("%d entries acknowledged for 200 acts", len(seen))
	}
}
