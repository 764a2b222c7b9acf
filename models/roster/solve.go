package roster

import (
	"context"
	"math"
	"time"
)

// Options steer Solve. The zero value solves for two seconds with seed 0.
type Options struct {
	Seed int64
	// Iterations is the search budget in moves. When it is set the result
	// depends only on instance, Seed, Iterations and Threads, unless Time or
	// the context ends the search first.
	Iterations int64
	// Time ends the search; 0 means DefaultTime when Iterations is 0 too, and
	// no limit otherwise.
	Time time.Duration
	// Threads search at the same time; 0 means DefaultThreads.
	Threads int
}

// DefaultTime and DefaultThreads are used where Options says nothing.
const (
	DefaultTime    = 2 * time.Second
	DefaultThreads = 2
)

// Result is what Solve found.
type Result struct {
	Plan       Plan      `json:"plan"`
	Cost       Breakdown `json:"cost"`
	Iterations int64     `json:"iterations"` // moves tried
}

// Solve proposes a plan: always feasible by every hard rule, as cheap as the
// budget allows; people who cannot be found are shortage. It returns early
// with the best plan so far when ctx ends. The error is Findings when the
// instance is not valid, nil otherwise.
func Solve(ctx context.Context, in Instance, opt Options) (Result, error) {
	if err := in.Validate().err(); err != nil {
		return Result{}, err
	}
	clock := newBudget(ctx, opt)
	m := compile(in)
	s := newState(m)
	s.greedy()
	best := anneal(s, opt, clock)
	list := best.assignments()
	_, cost := Check(in, list)
	return Result{Plan{in.Name, cost.Total, cost.Missing, list}, cost, clock.moves}, nil
}

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

const (
	startTemp = 8.0
	endTemp   = 0.3
	epochLen  = 40000 // moves a group makes between two splits
	checkLen  = 500   // moves between two looks at the clock
)

// anneal improves s within the budget and returns the best state seen.
func anneal(s *state, opt Options, clock *budget) *state {
	threads := opt.Threads
	if threads <= 0 {
		threads = DefaultThreads
	}
	if s.P < 2 || s.S == 0 {
		return s
	}
	threads = max(1, min(threads, s.P/2))
	sh := newShards(s, opt.Seed, threads)
	best := s.clone()
	for {
		f := clock.progress()
		if f >= 1 {
			break
		}
		n := int64(epochLen)
		if clock.iterations > 0 {
			n = min(n, (clock.iterations-clock.moves+int64(threads)-1)/int64(threads))
		}
		temp := startTemp * math.Pow(endTemp/startTemp, f)
		sh.epoch(func(a *search) {
			a.temp = temp
			for k := int64(0); k < n; k++ {
				if k%checkLen == 0 && clock.over() {
					return
				}
				a.step()
			}
		})
		clock.moves += n * int64(threads)
		if s.cost < best.cost {
			best.copyFrom(s)
		}
	}
	return best
}
