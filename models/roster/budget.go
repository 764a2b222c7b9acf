package roster

import (
	"context"
	"time"
)

// budget tells how far the search is.
type budget struct {
	ctx        context.Context
	clock      func() time.Duration
	start      time.Duration
	time       time.Duration
	iterations int64
	moves      int64
}

func newBudget(ctx context.Context, opt Options) *budget {
	b := &budget{ctx: ctx, clock: opt.Clock, time: opt.Time, iterations: opt.Iterations}
	if b.clock == nil {
		from := time.Now()
		b.clock = func() time.Duration { return time.Since(from) }
	}
	b.start = b.clock()
	if b.time == 0 && b.iterations == 0 {
		b.time = DefaultTime
	}
	return b
}

// spent is the time used so far.
func (b *budget) spent() time.Duration { return b.clock() - b.start }

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
		t := float64(b.spent()) / float64(b.time)
		if b.iterations == 0 || t >= 1 {
			f = t
		}
	}
	return min(f, 1)
}

// over tells, from any thread, that time or context ended the search.
func (b *budget) over() bool {
	return b.ctx.Err() != nil || b.time > 0 && b.spent() >= b.time
}

// late tells that context or time (and a little more) are up: filling the last
// holes is worth a moment.
func (b *budget) late() bool {
	return b.ctx.Err() != nil || b.time > 0 && b.spent() > b.time+b.time/50
}

// mightAfford rules out, before any table is built, what is far too large: a
// step of the bounder takes some 10 ns for each pattern in reach of a person.
func (b *budget) mightAfford(m *model) bool {
	if b.iterations > 0 {
		return true
	}
	entries := 0
	for i := range m.pats {
		entries += len(m.near[m.pats[i].place])
	}
	return time.Duration(dualSteps*entries*10) < b.time
}

// affords tells whether the prices can be found within their share.
func (b *budget) affords(bo *bounder) bool {
	if b.progress() >= dualShare {
		return false
	}
	if b.iterations > 0 {
		return float64(dualSteps*bo.moves()) < dualShare*float64(b.iterations)
	}
	const trial = 3
	start := b.clock()
	for range trial {
		bo.evaluate()
	}
	return (b.clock()-start)*dualSteps/trial < time.Duration(dualShare*float64(b.time))
}
