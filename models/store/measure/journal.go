package measure

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/journal"
	"github.com/brevstemme/brevstemme/models/store/book"
)

// JournalRow is one width of "bench journal": appends per second through the full
// path against a bare single-row INSERT + COMMIT by as many writers, both
// medians of rounds run in turn.
type JournalRow struct {
	Writers  int     `json:"writers"`
	Plain    float64 `json:"plain_per_s"`
	Journal  float64 `json:"journal_per_s"`
	Ratio    float64 `json:"ratio"`
	PlainP99 float64 `json:"plain_p99_ms"`
	P99      float64 `json:"journal_p99_ms"`
	P99Ratio float64 `json:"p99_ratio"`
	Two      float64 `json:"two_processes_ratio,omitempty"` // two stores together against one
}

// Journal measures on the database at the DSNs, which must be its own:
// owner makes the plain table beside the journal.
func Journal(ctx context.Context, appDSN, ownerDSN string, widths []int, rounds int, round time.Duration) ([]JournalRow, error) {
	s, err := book.Open(ctx, book.Config{DSN: appDSN})
	if err != nil {
		return nil, err
	}
	defer func() { _ = s.Close(context.WithoutCancel(ctx)) }()
	two, err := book.Open(ctx, book.Config{DSN: appDSN})
	if err != nil {
		return nil, err
	}
	defer func() { _ = two.Close(context.WithoutCancel(ctx)) }()
	plain, err := newPlain(ctx, ownerDSN, slices.Max(widths))
	if err != nil {
		return nil, err
	}
	defer plain.Close()
	for i := range 40 {
		if err := openSession(ctx, s, i); err != nil {
			return nil, err
		}
	}
	var out []JournalRow
	for _, w := range widths {
		var p, j, t []measured
		for range rounds {
			p = append(p, runWriters(ctx, w, round, func(ctx context.Context, i, n int) error {
				_, err := plain.Exec(ctx, `INSERT INTO bench_plain (kind, body) VALUES ($1, $2)`, "envelope.received", plainBody)
				return err
			}))
			j = append(j, runWriters(ctx, w, round, func(ctx context.Context, i, n int) error { return countOne(ctx, s, i, n) }))
			if w >= 32 {
				t = append(t, runWriters(ctx, w, round, func(ctx context.Context, i, n int) error {
					return countOne(ctx, []*book.Book{s, two}[i%2], i, n)
				}))
			}
		}
		row := JournalRow{Writers: w}
		var errs [3]error
		row.Plain, row.PlainP99, errs[0] = median(p)
		row.Journal, row.P99, errs[1] = median(j)
		row.Ratio, row.P99Ratio = row.Journal/row.Plain, row.P99/row.PlainP99
		if t != nil {
			var both float64
			both, _, errs[2] = median(t)
			row.Two = both / row.Journal
		}
		for _, err := range errs {
			if err != nil {
				return out, err
			}
		}
		out = append(out, row)
	}
	return out, nil
}

// plainBody is as long as the canonical form of a count.
var plainBody = make([]byte, 420)

func newPlain(ctx context.Context, dsn string, writers int) (*pgxpool.Pool, error) {
	c, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return nil, err
	}
	c.MaxConns = int32(writers)
	pool, err := pgxpool.NewWithConfig(ctx, c)
	if err != nil {
		return nil, err
	}
	_, err = pool.Exec(ctx, `CREATE TABLE IF NOT EXISTS bench_plain (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, kind text NOT NULL, body bytea NOT NULL)`)
	return pool, err
}

// openSession puts an open session into the book.
func openSession(ctx context.Context, s *book.Book, i int) error {
	_, _, err := s.Append(ctx, models.Act{Key: fmt.Sprint("bench-session-", i)}, book.Need{}, func(w *book.Working) (journal.Draft, error) {
		w.Put(models.Session{ID: fmt.Sprint("BENCH", i), Place: "DOKK", Elections: []string{"KV25"}, State: models.SessionOpen, Starts: w.Now, Ends: w.Now})
		return journal.Draft{Kind: "bench.session"}, nil
	})
	return err
}

var countKey atomic.Int64

// countOne is what one press of the key does: look at the session, post,
// chain, remember the key.
func countOne(ctx context.Context, s *book.Book, i, _ int) error {
	id := fmt.Sprint("BENCH", i%40)
	item := custody.Envelope("KV25", custody.Own)
	act := models.Act{Key: fmt.Sprintf("bench-%d-%d", time.Now().UnixNano(), countKey.Add(1)), Person: "PBENCH", Role: models.RoleReceiver}
	_, _, err := s.Append(ctx, act, book.Needs("session", id), func(w *book.Working) (journal.Draft, error) {
		x, err := book.Get[models.Session](w, id)
		if err != nil {
			return journal.Draft{}, err
		}
		if x.State != models.SessionOpen || !x.Serves("KV25") {
			return journal.Draft{}, models.E(models.CodeState, "")
		}
		return journal.Draft{Kind: "envelope.received", Election: "KV25", Place: x.Place}.Fact("session", id).Move(item, custody.Voter, custody.Desk(id), 1), nil
	})
	return err
}

// measured is one round: acts per second and the 99th percentile in ms.
type measured struct {
	perSecond, p99 float64
	err            error
}

func runWriters(ctx context.Context, writers int, length time.Duration, act func(ctx context.Context, i, n int) error) measured {
	until := time.Now().Add(length)
	started := time.Now()
	var mu sync.Mutex
	var all []time.Duration
	var failed error
	var wg sync.WaitGroup
	for i := range writers {
		wg.Go(func() {
			var mine []time.Duration
			var err error
			for n := 0; time.Now().Before(until) && err == nil; n++ {
				t := time.Now()
				err = act(ctx, i, n)
				mine = append(mine, time.Since(t))
			}
			mu.Lock()
			defer mu.Unlock()
			all = append(all, mine...)
			if err != nil {
				failed = err
			}
		})
	}
	wg.Wait()
	slices.Sort(all)
	return measured{float64(len(all)) / time.Since(started).Seconds(), float64(all[len(all)*99/100].Microseconds()) / 1000, failed}
}

func median(runs []measured) (perSecond, p99 float64, err error) {
	var a, b []float64
	for _, r := range runs {
		if r.err != nil {
			return 0, 0, r.err
		}
		a, b = append(a, r.perSecond), append(b, r.p99)
	}
	slices.Sort(a)
	slices.Sort(b)
	return a[len(a)/2], b[len(b)/2], nil
}
