package book

import (
	"context"
	"database/sql"
	"errors"
	"runtime"
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

// The appender is the one writer of the journal in a process. While a batch is
// on its way to the disk, the next one gathers and is decided: no timer, no
// sleep, and with one writer nothing to wait for. The row of the head is locked,
// so that several processes stay correct.

// batchSize bounds a transaction; 300 desks at once fit in one. A batch of at
// least aheadBatch may run ahead of the one on its way.
const (
	batchSize  = 512
	aheadBatch = 16
)

// job is an act that waits in the queue.
type job struct {
	act    models.Act
	need   Need
	decide func(*Working) (journal.Draft, error)
	done   chan outcome
}

type outcome struct {
	entry    *journal.Entry // nil with an err
	replayed bool
	err      error
}

type appender struct {
	store  *Book
	mu     sync.Mutex
	queue  []*job
	wake   chan struct{}
	closed bool
	ended  chan struct{}
	aloft  []*flight // the batches on their way, at most two; only run and what it calls look at it
}

func startAppender(s *Book) *appender {
	a := &appender{store: s, wake: make(chan struct{}, 1), ended: make(chan struct{})}
	go a.run()
	return a
}

// Append decides and writes one act. It returns when the entry is on disk: an
// acknowledgement is a promise (law 4). decide MUST be pure but for w, since it
// runs again when the batch has to be tried again. When ctx ends first, the act
// may still be written; the same key then finds it.
func (s *Book) Append(ctx context.Context, act models.Act, n Need, decide func(*Working) (journal.Draft, error)) (journal.Entry, bool, error) {
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
		if o.err != nil {
			return journal.Entry{}, false, o.err
		}
		return *o.entry, o.replayed, nil
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

// poke makes run look up. A closed queue is looked through to its end anyway.
func (a *appender) poke() {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.closed {
		return
	}
	select {
	case a.wake <- struct{}{}:
	default:
	}
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

func (a *appender) take(most int) []*job {
	a.mu.Lock()
	defer a.mu.Unlock()
	n := min(len(a.queue), most)
	jobs := a.queue[:n:n]
	a.queue = a.queue[n:]
	return jobs
}

func (a *appender) waiting() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return len(a.queue)
}

func (a *appender) run() {
	defer close(a.ended)
	for open := true; open; {
		_, open = <-a.wake
		if a.sweep() {
			a.land()
		}
		for jobs := a.take(batchSize); len(jobs) > 0; jobs = a.take(batchSize) {
			a.write(jobs)
		}
	}
	a.land()
}

// write decides a batch while the one before it is on its way, and sends it off.
// What cannot be decided from the cache is decided on a locked head.
func (a *appender) write(jobs []*job) {
	t := train{jobs: jobs}
	t.b, t.outs = a.store.decideCached(nil, jobs)
	failed := a.sweep()
	for wake := a.wake; t.runs() && !failed && !a.clear(t); failed = a.sweep() { // who comes meanwhile comes along
		select {
		case <-a.aloft[0].landed:
		case _, open := <-wake:
			if !open {
				wake = nil
			}
			t.take(a)
		}
	}
	if (t.b == nil || failed || !a.clear(t)) && !a.land() {
		t.b = nil
	}
	if len(t.rest) == 0 {
		a.gather(batchSize - len(t.jobs))
		t.take(a)
	}
	if t.b == nil {
		a.land() // what came along last may have undone it
		a.writeLocked(t.jobs)
	} else {
		a.send(t.b, t.jobs, t.outs)
	}
	if len(t.rest) > 0 {
		a.write(t.rest)
	}
}

// clear tells whether a train may be sent off: nothing is aloft, or one flight
// that it is long enough to run ahead of.
func (a *appender) clear(t train) bool {
	return len(a.aloft) == 0 || len(a.aloft) == 1 && len(t.jobs) >= aheadBatch
}

// train is a batch that others may still join.
type train struct {
	jobs []*job
	outs []outcome
	b    *batch // nil: to be decided on a locked head
	rest []*job // came along, but need a locked head
}

// runs tells whether it is decided and may be joined.
func (t *train) runs() bool { return t.b != nil && len(t.rest) == 0 && len(t.jobs) < batchSize }

// take lets those in who wait.
func (t *train) take(a *appender) {
	more := a.take(batchSize - len(t.jobs))
	if len(more) == 0 {
		return
	}
	if t.b != nil && !a.store.cache.covers(more) {
		t.rest = more
		return
	}
	if t.b != nil {
		var outs []outcome
		t.b, outs = a.store.decideCached(t.b, more)
		t.outs = append(t.outs, outs...)
	}
	t.jobs = append(t.jobs, more...)
}

// gather lets those run whom the last batch answered: they are about to be back.
// It ends when nobody new comes.
func (a *appender) gather(enough int) {
	for seen, quiet := 0, 0; quiet < 3 && seen < enough; quiet++ {
		runtime.Gosched()
		if n := a.waiting(); n > seen {
			seen, quiet = n, 0
		}
	}
}

// writeLocked commits a batch on a locked head. When the database refuses it,
// each act is tried alone, so that only the offender fails. The queue's context
// never ends: what was accepted is finished.
func (a *appender) writeLocked(jobs []*job) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	outs, err := a.store.commitLocked(ctx, jobs)
	if err != nil && len(jobs) > 1 {
		for _, j := range jobs {
			a.writeLocked([]*job{j})
		}
		return
	}
	for attempt := 1; err != nil && attempt < 4 && retryable(err); attempt++ {
		outs, err = a.store.commitLocked(ctx, jobs)
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
	return Constraint(err, map[string]*models.Error{
		"balance_not_negative": models.E(models.CodeBalance, "balance.negative"),
		"posting_sums_to_zero": models.E(models.CodeBalance, "balance.unbalanced"),
		"journal_entry_pkey":   models.E(models.CodeConflict, ""),

		"shift_no_double_booking": models.E(models.CodeConflict, "staffing.double_booking"),
	})
}

// commitLocked is one round trip that opens the transaction, locks the head and
// loads, and one that writes and commits.
func (s *Book) commitLocked(ctx context.Context, jobs []*job) (outs []outcome, err error) {
	conn, err := s.writer.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	defer conn.Release()
	committed := false
	defer func() {
		if !committed { // a connection that cannot roll back is closed by the pool
			s.cache.drop() // it has marks of what is not written
			_, _ = conn.Exec(context.WithoutCancel(ctx), "ROLLBACK")
		}
	}()
	b, err := openBatch(ctx, conn.Conn(), jobs, &s.cache)
	if err != nil {
		return nil, err
	}
	if b.stale { // too far behind, or another book: load everything anew
		s.cache.drop()
		if _, err := conn.Exec(ctx, "ROLLBACK"); err != nil {
			return nil, err
		}
		if b, err = openBatch(ctx, conn.Conn(), jobs, &s.cache); err != nil {
			return nil, err
		}
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

// NFC is the one form of text in the journal.
func NFC(s string) string { return norm.NFC.String(s) }
