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
	// Pinned stays: the search only adds to it ("only over holes" pins the
	// whole plan). Pins that break a hard rule are left out and returned.
	Pinned []Assignment
	// Previous is a plan to stay close to: after as few missing people as
	// possible, as few changes of it as possible, and cost only then.
	Previous []Assignment
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
	// Unkept are pins that break a hard rule.
	Unkept []Assignment `json:"unkept,omitempty"`
	// Added and Removed are the changes to Options.Previous, where given.
	Added   []Assignment `json:"added,omitempty"`
	Removed []Assignment `json:"removed,omitempty"`
}

// Changes is the number of shifts of the previous plan that differ.
func (r Result) Changes() int { return len(r.Added) + len(r.Removed) }

// Solve proposes a plan: always feasible by every hard rule, as cheap as the
// budget allows; people who cannot be found are shortage. It returns early
// with the best plan so far when ctx ends. The error is Findings when the
// instance is not valid, nil otherwise.
func Solve(ctx context.Context, in Instance, opt Options) (Result, error) {
	if err := in.Validate().err(); err != nil {
		return Result{}, err
	}
	clock := newBudget(ctx, opt)
	s := newState(compile(priced(in, opt)))
	if opt.Previous != nil {
		s.stayCloseTo(opt.Previous)
	}
	res := Result{Unkept: s.load(opt.Pinned)}
	if len(opt.Pinned) > 0 {
		s.pin()
	}
	s.load(opt.Previous)
	s.greedy()
	s.mend(clock.over)
	best := anneal(s, opt, clock)
	best.mend(clock.late)
	res.Plan.Assignments = best.assignments()
	_, res.Cost = Check(in, res.Plan.Assignments)
	res.Plan.Instance, res.Plan.Cost, res.Plan.Shortage = in.Name, res.Cost.Total, res.Cost.Missing
	res.Iterations = clock.moves
	if opt.Previous != nil {
		res.Added, res.Removed = missingFrom(res.Plan.Assignments, opt.Previous), missingFrom(opt.Previous, res.Plan.Assignments)
	}
	return res, nil
}

// Prices of a search that stays close to a previous plan: a change outweighs
// every soft cost, a missing person outweighs every change.
const (
	changePrice = 2_000
	holePrice   = 1_000_000
)

// priced is the instance with the prices the search works with.
func priced(in Instance, opt Options) Instance {
	if opt.Previous != nil {
		in.Weights.Shortage = holePrice
	}
	return in
}

// stayCloseTo makes differences from a plan expensive.
func (m *model) stayCloseTo(plan []Assignment) {
	m.change1 = changePrice
	m.before = make([][2]int32, m.P*m.D)
	for i := range m.before {
		m.before[i] = [2]int32{-1, -1}
	}
	for _, a := range plan {
		if a.Session < 0 || a.Session >= m.S || a.Staff < 0 || a.Staff >= m.P {
			continue
		}
		b := &m.before[a.Staff*m.D+m.in.Sessions[a.Session].Day]
		b[0], b[1] = int32(a.Session), b[0]
	}
}

// missingFrom lists what is in a and not in b, sorted.
func missingFrom(a, b []Assignment) []Assignment {
	has := make(map[Assignment]bool, len(b))
	for _, x := range b {
		has[x] = true
	}
	out := []Assignment{}
	for _, x := range a {
		if !has[x] {
			out = append(out, x)
		}
	}
	sortAssignments(out)
	return out
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

// late tells that context or time (and a little more) are up: filling the last
// holes is worth a moment.
func (b *budget) late() bool {
	return b.ctx.Err() != nil || b.time > 0 && time.Since(b.start) > b.time+b.time/50
}

const (
	epochLen = 40000 // moves a group makes between two splits, at least
	checkLen = 500   // moves between two looks at the clock
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
	if s.P < 2 || s.S == 0 {
		return s
	}
	sh := newShards(s, opt.Seed, max(1, min(threads, s.P/2)))
	best := s.clone()
	if b := newBounder(s.model, s); s.before == nil && clock.affords(b) {
		sh.run(stage{0, 0.15, 8, 0.6}, clock, best)
		b.warm(best)
		mark := clock.progress() + dualShare
		b.run(dualSteps, float64(best.cost), func() bool {
			clock.moves += b.moves()
			return clock.progress() > mark
		})
		sh.guide = b.guide()
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
	dualSteps = 450
	dualShare = 0.35 // of the budget, at most, for prices
)

// moves is about how many moves of the search one step of the bounder takes.
func (b *bounder) moves() int64 { return int64(len(b.entries))/12 + 1 }

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

// run anneals through one stage and keeps the best in best.
func (sh *shards) run(g stage, clock *budget, best *state) {
	threads := int64(len(sh.runs))
	long := int64(max(epochLen, 20*sh.full.S))
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
		sh.epoch(func(a *search) {
			a.temp = temp
			for k := int64(0); k < n; k++ {
				if k%checkLen == 0 && clock.over() {
					return
				}
				a.step()
			}
		})
		clock.moves += n * threads
		if sh.full.cost < best.cost {
			best.copyFrom(sh.full)
		}
	}
	if best.cost < sh.full.cost && g.last < 1 {
		sh.full.copyFrom(best)
	}
}
