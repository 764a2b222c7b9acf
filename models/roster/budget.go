package roster

import (
	"context"
	"time"
)

// budget tells how far the search is.
type budget struct {
	ctx        context.Context
	start      time.Time
	time       time.Duration
	iterations int64
	moves      int64
}

func newBudget(ctx context.Context, opt Options) *budget {
	b := &budget{ctx: ctx, start: time.Now(), time: opt.Time, iterations: opt.Iterations}
	if b.time == 0 && b.iterations == 0 {
		b.time = DefaultTime
	}
	return b
}

// progress is 0 at the start and 1 at the end.
func (b *budget) progress() float64 {
	if b.ctx.Err() != nil {
		return 1
	}
	f := 0.0
	if b.iterations > 0 {
		f = float64(b.moves) / float64(b.iterations)
	}
	if b.time > 0 {
		t := float64(time.Since(b.start)) / float64(b.time)
		if b.iterations == 0 || t >= 1 {
			f = t
		}
	}
	return min(f, 1)
}

// over tells, from any thread, that time or context ended the search.
func (b *budget) over() bool {
	return b.ctx.Err() != nil || b.time > 0 && time.Since(b.start) >= b.time
}

// late tells that context or time (and a little more) are up: filling the last
// holes is worth a moment.
func (b *budget) late() bool {
	return b.ctx.Err() != nil || b.time > 0 && time.Since(b.start) > b.time+b.time/50
}

// affords tells whether the prices can be found within their share.
func (c *budget) affords(b *bounder) bool {
	if c.progress() >= dualShare {
		return false
	}
	if c.iterations > 0 {
		return float64(dualSteps*b.moves()) < dualShare*float64(c.iterations)
	}
	const trial = 3
	start := time.Now()
	for range trial {
		b.evaluate()
	}
	return time.Since(start)*dualSteps/trial < time.Duration(dualShare*float64(c.time))
}
