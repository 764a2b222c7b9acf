package store

import "time"

// flight is a batch on its way to the disk. Its outcomes are given when it has
// arrived; when the database refused it, nothing of it is written.
type flight struct {
	jobs   []*job
	landed chan error // one value
	done   error
	over   bool
}

func (a *appender) send(b *batch, jobs []*job, outs []outcome) {
	f := &flight{jobs: jobs, landed: make(chan error, 1)}
	a.flight = f
	message, err := a.store.message(b)
	fly := func() error {
		if err == nil {
			err = a.store.sendCached(message)
		}
		if err == nil {
			for i, j := range jobs {
				j.done <- outs[i]
			}
		}
		return err
	}
	if len(jobs) == 1 && a.waiting() == 0 { // nobody to decide meanwhile: no second goroutine to wake
		f.done, f.over = fly(), true
		if f.done != nil {
			a.land()
		}
		return
	}
	go func() {
		err := fly()
		f.landed <- err
		if err != nil {
			a.poke()
		}
	}()
}

// aloft tells whether it has not landed yet.
func (f *flight) aloft() bool { return f != nil && !f.over }

// failed tells whether the flight is over and was refused.
func (f *flight) failed() bool {
	if !f.aloft() {
		return false
	}
	select {
	case f.done = <-f.landed:
		f.over = true
		return f.done != nil
	default:
		return false
	}
}

// land waits for the batch on its way. When it was refused, it is done anew on a
// locked head, and what was decided on top of it does not hold: false.
func (a *appender) land() bool {
	f := a.flight
	if f == nil {
		return true
	}
	if f.aloft() {
		f.done = <-f.landed
	}
	a.flight = nil
	if f.done == nil {
		return true
	}
	a.store.cache.lost(f.done)
	a.store.signedAt = time.Time{}
	a.writeLocked(f.jobs)
	return false
}
