package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"golang.org/x/text/unicode/norm"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/journal"
)

// The appender is the one writer of the journal in a process. While a batch
// commits, the next one gathers: no timer, no sleep, and with one writer
// nothing to wait for. The row of the head is locked, so that several processes
// stay correct.

// batchSize bounds a transaction; 300 desks at once fit in one.
const batchSize = 512

// job is an act that waits in the queue.
type job struct {
	act    models.Act
	need   need
	decide func(*working) (journal.Draft, error)
	done   chan outcome
}

type outcome struct {
	entry    journal.Entry
	replayed bool
	err      error
}

type appender struct {
	store  *Store
	mu     sync.Mutex
	queue  []*job
	wake   chan struct{}
	closed bool
	ended  chan struct{}
}

func startAppender(s *Store) *appender {
	a := &appender{store: s, wake: make(chan struct{}, 1), ended: make(chan struct{})}
	go a.run()
	return a
}

// append decides and writes one act. It returns when the entry is on disk: an
// acknowledgement is a promise (law 4). decide MUST be pure but for w, since it
// runs again when the batch has to be tried again. When ctx ends first, the act
// may still be written; the same key then finds it.
func (s *Store) append(ctx context.Context, act models.Act, n need, decide func(*working) (journal.Draft, error)) (journal.Entry, bool, error) {
	if act.Key == "" {
		return journal.Entry{}, false, models.E(models.CodeKeyMissing, "")
	}
	if len(act.Key) > 200 || !utf8.ValidString(act.Key) || strings.IndexByte(act.Key, 0) >= 0 {
		return journal.Entry{}, false, models.E(models.CodeInvalid, "")
	}
	j := &job{act: act, need: n, decide: decide, done: make(chan outcome, 1)}
	if !s.queue.put(j) {
		return journal.Entry{}, false, models.E(models.CodeUnavailable, "")
	}
	select {
	case o := <-j.done:
		return o.entry, o.replayed, o.err
	case <-ctx.Done():
		return journal.Entry{}, false, ctx.Err()
	}
}

func (a *appender) put(j *job) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.closed {
		return false
	}
	a.queue = append(a.queue, j)
	select {
	case a.wake <- struct{}{}:
	default:
	}
	return true
}

// close refuses new acts and waits until those in the queue are written.
func (a *appender) close(ctx context.Context) error {
	a.mu.Lock()
	if !a.closed {
		a.closed = true
		close(a.wake)
	}
	a.mu.Unlock()
	select {
	case <-a.ended:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (a *appender) take() []*job {
	a.mu.Lock()
	defer a.mu.Unlock()
	n := min(len(a.queue), batchSize)
	jobs := a.queue[:n:n]
	a.queue = a.queue[n:]
	return jobs
}

func (a *appender) run() {
	defer close(a.ended)
	for open := true; open; {
		_, open = <-a.wake
		for jobs := a.take(); len(jobs) > 0; jobs = a.take() {
			a.write(jobs)
		}
	}
}

// write commits a batch. When the database refuses it, each act is tried alone,
// so that only the offender fails. The queue's context never ends: what was
// accepted is finished.
func (a *appender) write(jobs []*job) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	outs, err := a.store.commit(ctx, jobs)
	if err != nil && len(jobs) > 1 {
		for _, j := range jobs {
			a.write([]*job{j})
		}
		return
	}
	for attempt := 1; err != nil && attempt < 4 && retryable(err); attempt++ {
		outs, err = a.store.commit(ctx, jobs)
	}
	if err != nil {
		jobs[0].done <- outcome{err: appendError(err)}
		return
	}
	for i, j := range jobs {
		j.done <- outs[i]
	}
}

// retryable: the transaction is known or allowed to have failed. After a lost
// connection the commit may stand; trying again is safe, since the client id
// finds the entry.
func retryable(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		switch pg.Code {
		case "40001", "40P01", "57P01", "57P02", "57P03": // serialization, deadlock, shutdown
			return true
		}
		return false
	}
	return !errors.Is(err, context.DeadlineExceeded)
}

// appendError gives constraint violations their code.
func appendError(err error) error {
	return constraint(err, map[string]*models.Error{
		"balance_not_negative": models.E(models.CodeBalance, "balance.negative"),
		"posting_sums_to_zero": models.E(models.CodeBalance, "balance.unbalanced"),
		"journal_entry_pkey":   models.E(models.CodeConflict, ""),

		"shift_no_double_booking": models.E(models.CodeConflict, "staffing.double_booking"),
	})
}

// commit decides and writes a batch: from the cache in one round trip when it
// can, else on a locked head.
func (s *Store) commit(ctx context.Context, jobs []*job) ([]outcome, error) {
	if outs, ok := s.commitCached(ctx, jobs); ok {
		return outs, nil
	}
	return s.commitLocked(ctx, jobs)
}

// commitLocked is one round trip that opens the transaction, locks the head and
// loads, and one that writes and commits.
func (s *Store) commitLocked(ctx context.Context, jobs []*job) (outs []outcome, err error) {
	conn, err := s.writer.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Release()
	committed := false
	defer func() {
		if !committed { // a connection that cannot roll back is closed by the pool
			_, _ = conn.Exec(context.WithoutCancel(ctx), "ROLLBACK")
		}
	}()
	b, err := openBatch(ctx, conn.Conn(), jobs)
	if err != nil {
		return nil, err
	}
	outs = make([]outcome, len(jobs))
	for i, j := range jobs {
		o := &outs[i]
		o.entry, o.replayed, o.err = b.decide(ctx, s, j)
		if o.err != nil && (b.dirty || isDatabase(o.err)) {
			if len(jobs) > 1 || isDatabase(o.err) {
				return nil, o.err // alone it fails alone
			}
			return outs, nil // rolled back with what it wrote
		}
		b.dirty = false
	}
	if err := b.finish(ctx, s); err != nil {
		return nil, err
	}
	committed = true
	s.cache.learn(b)
	return outs, nil
}

func isDatabase(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg)
}

func isNoRows(err error) bool { return errors.Is(err, pgx.ErrNoRows) || errors.Is(err, sql.ErrNoRows) }

// nfc is the one form of text in the journal.
func nfc(s string) string { return norm.NFC.String(s) }
