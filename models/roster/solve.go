package roster

import (
	"context"
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
	// Clock measures Time; nil is the clock on the wall. A measurement on a busy
	// machine gives the processor time used instead.
	Clock func() time.Duration
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
