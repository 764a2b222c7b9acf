package roster

import (
	"math"
	"sync/atomic"
)

const (
	epochLen  = 2000 // moves a group makes between two splits, at least
	epochPerS = 20   // and for each session
	checkLen  = 500  // moves between two looks at the clock
)

// stage is one stretch of annealing: from one temperature to another while the
// budget's progress goes from one mark to another.
type stage struct {
	from, to    float64
	first, last float64
}

// anneal improves s within the budget and returns the best state seen. When
// the budget is long enough for it, a first short stage gives the bounder
// something to aim at; its prices then guide the rest.
func anneal(s *state, opt Options, clock *budget) *state {
	threads := opt.Threads
	if threads <= 0 {
		threads = DefaultThreads
	}
	if s.P == 0 || s.S == 0 {
		return s
	}
	sh := newShards(s, opt.Seed, max(1, min(threads, s.P/2)))
	best := s.clone()
	if b := guideFor(s, clock); b != nil {
		sh.run(stage{0, 0.15, 8, 0.6}, clock, best)
		b.warm(best, 1)
		mark := clock.progress() + dualShare
		_, n := b.run(1, meanFirst, dualSteps, float64(best.cost), func() bool {
			clock.moves += b.moves()
			return clock.progress() > mark
		})
		if clock.progress() <= mark || n > dualSteps*2/3 {
			sh.guide = b.guide() // prices cut off early would mislead
		}
		from := clock.progress()
		sh.run(stage{from, 0.9, 4, 0.4}, clock, best)
		sh.guide = nil
		sh.run(stage{0.9, 1, 0.4, 0.3}, clock, best)
		return best
	}
	first := 8.0
	if s.before != nil {
		first = changePrice / 10 // a change costs more than all else
	}
	sh.run(stage{0, 1, first, 0.3}, clock, best)
	return best
}

const (
	dualSteps = 800
	dualShare = 0.35 // of the budget, at most, for prices
)

// guideFor prepares the bounder when its prices are worth their time.
func guideFor(s *state, clock *budget) *bounder {
	if s.before != nil || !clock.mightAfford(s.model) {
		return nil
	}
	if b := newBounder(s.model, s); clock.affords(b) {
		return b
	}
	return nil
}

// moves is about how many moves of the search one step of the bounder takes.
func (b *bounder) moves() int64 { return int64(len(b.entries))/12 + 1 }

// run anneals through one stage and keeps the best in best.
func (sh *shards) run(g stage, clock *budget, best *state) {
	threads := int64(len(sh.runs))
	long := int64(max(epochLen, epochPerS*sh.full.S))
	for {
		f := clock.progress()
		if f >= g.to {
			break
		}
		n := long
		if clock.iterations > 0 {
			left := float64(clock.iterations)*g.to - float64(clock.moves)
			n = min(n, int64(left)/threads+1)
		}
		temp := g.first * math.Pow(g.last/g.first, (f-g.from)/(g.to-g.from))
		var first atomic.Bool // a group has made its moves
		sh.epoch(func(a *search) {
			a.temp = temp
			for a.moves = 0; a.moves < n; a.moves++ {
				if a.moves%checkLen == 0 && (clock.over() || clock.iterations == 0 && first.Load()) {
					return // without an iteration budget nobody waits for the slowest
				}
				a.step()
			}
			first.Store(true)
		})
		for _, a := range sh.runs {
			clock.moves += a.moves
		}
		if sh.full.cost < best.cost {
			best.copyFrom(sh.full)
		}
	}
	if best.cost < sh.full.cost && g.last < 1 {
		sh.full.copyFrom(best)
	}
}
