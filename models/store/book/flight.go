package book

import (
	"context"
	"errors"
	"time"
)

// flight is a batch on its way to the disk. Its outcomes are given when it has
// landed; when the database refused it, nothing of it is written.
//
// A second one may run ahead while the first is on its way: its entries are
// written on a connection of its own, and only when the first has landed does it
// move the head and commit. So PostgreSQL writes one batch while another waits
// for the disk. Who runs ahead has rows in hand that another process may come to
// wait for; that is why no flight ever waits for the head (freeHead).
type flight struct {
	jobs    []*job
	outs    []outcome
	message message
	before  *flight       // what it runs ahead of; nil: nothing
	landed  chan struct{} // closed at the end; then err holds
	err     error
}

// errBefore is the fate of a flight that ran ahead of one that was refused.
var errBefore = errors.New("store: the batch before was refused")

// send sends a batch off; at most one other is aloft.
func (a *appender) send(b *batch, jobs []*job, outs []outcome) {
	f := &flight{jobs: jobs, outs: outs, landed: make(chan struct{})}
	if len(a.aloft) > 0 {
		f.before = a.aloft[0]
	}
	a.aloft = append(a.aloft, f)
	if f.message, f.err = a.store.message(b); f.err != nil {
		close(f.landed)
		a.poke()
		return
	}
	if len(jobs) == 1 && f.before == nil && a.waiting() == 0 { // nobody to decide meanwhile: no second goroutine to wake
		if a.fly(f); f.err != nil {
			a.land()
		}
		return
	}
	go func() {
		if a.fly(f); f.err != nil {
			a.poke()
		}
	}()
}

func (a *appender) fly(f *flight) {
	defer close(f.landed)
	if f.err = a.store.sendCached(f); f.err != nil {
		return
	}
	for i, j := range f.jobs {
		j.done <- f.outs[i]
	}
}

// sendCached writes a batch that was decided on the cache, all or nothing. The
// database refuses it when another process was quicker or a client id was used.
func (s *Book) sendCached(f *flight) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	conn, err := s.writer.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	if f.before == nil {
		return send(ctx, conn.Conn(), f.message.whole())
	}
	return sendInParts(ctx, conn.Conn(), f.message.ahead(), func() error {
		before := f.before
		f.before = nil // or every flight would be kept for ever
		<-before.landed
		if before.err != nil {
			return errBefore
		}
		return nil
	}, f.message.behind())
}

// sweep forgets the flights that have landed, and tells whether one was refused.
func (a *appender) sweep() (failed bool) {
	for len(a.aloft) > 0 {
		select {
		case <-a.aloft[0].landed:
			if a.aloft[0].err != nil {
				return true
			}
			a.aloft = a.aloft[1:]
		default:
			return false
		}
	}
	return false
}

// land waits for the batches on their way. What was refused is done anew on a
// locked head, and what was decided on top of it does not hold: false.
func (a *appender) land() (held bool) {
	held = true
	flights := a.aloft
	a.aloft = nil
	for _, f := range flights {
		<-f.landed
	}
	for _, f := range flights {
		if f.err != nil {
			a.store.cache.lost(f.err)
			a.store.signedAt = time.Time{}
			a.writeLocked(f.jobs)
			held = false
		}
	}
	return held
}
