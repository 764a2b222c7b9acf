package roster

import (
	"context"
	"time"
)

// BenchRow is one instance measured: cost after each of the budgets, the plain
// greedy beside it, and a proven lower bound.
type BenchRow struct {
	Instance    string      `json:"instance"`
	Places      int         `json:"places"`
	Sessions    int         `json:"sessions"`
	Staff       int         `json:"staff"`
	Greedy      int         `json:"greedy"`          // cost
	GreedyShort int         `json:"greedy_shortage"` // people
	Bound       int         `json:"bound"`           // no plan can cost less
	BoundSecs   float64     `json:"bound_seconds"`
	Points      []BenchCost `json:"points"`
	Solver      string      `json:"solver"`        // of integer programmes, "" for none at hand
	SolverRuns  []BenchCost `json:"solver_points"` // the same budgets on the same instance
}

// BenchCost is one point of the quality curve.
type BenchCost struct {
	Seconds    float64 `json:"seconds"` // budget, on two processors of its own
	Took       float64 `json:"took"`    // by the clock on the wall
	CPU        float64 `json:"cpu"`     // processor seconds
	Found      bool    `json:"found"`   // there is a plan
	Cost       int     `json:"cost"`
	Shortage   int     `json:"shortage"`
	Violations int     `json:"violations"` // by the independent checker; always 0
	Gap        float64 `json:"gap"`        // to Bound, as a fraction
	Proven     float64 `json:"proven"`     // the solver's own bound, 0 for none
	Iterations int64   `json:"iterations"`
}

// BenchBudgets is the quality curve that PERFORMANCE.md shows.
var BenchBudgets = []time.Duration{100 * time.Millisecond, 500 * time.Millisecond, 2 * time.Second, 10 * time.Second}

// benchBoundSteps is plenty for the bound to settle.
const benchBoundSteps = 5000

// BenchPlan says what to measure.
type BenchPlan struct {
	Seed      int64
	Budgets   []time.Duration
	BoundTime time.Duration // for the lower bound; 0: until it settles
	// CPU is the processor time that the program has used. Where it is set, a
	// budget is used up by processor time shared by the threads, so that other
	// work on the machine does not count; nil: the clock on the wall.
	CPU func() time.Duration
	// Solver runs a solver of integer programmes on the instance for a budget; nil: none.
	Solver func(context.Context, Instance, time.Duration) (BenchCost, []Assignment, error)
	// SolverName stands in the row.
	SolverName string
}

// Bench measures one instance: greedy, a run from scratch for each budget, the
// solver for as long, and a lower bound. It stops between runs when ctx ends.
func Bench(ctx context.Context, in Instance, todo BenchPlan) (BenchRow, error) {
	if err := in.Validate().err(); err != nil {
		return BenchRow{}, err
	}
	row := BenchRow{Instance: in.Name, Places: len(in.Places), Sessions: len(in.Sessions), Staff: len(in.Staff), Solver: todo.SolverName}
	s := newState(compile(in))
	s.greedy()
	_, cost := Check(in, s.assignments())
	row.Greedy, row.GreedyShort = cost.Total, cost.Missing
	best := Plan{Assignments: s.assignments(), Cost: cost.Total}
	for _, budget := range todo.Budgets {
		if ctx.Err() != nil {
			return row, ctx.Err()
		}
		point, plan, err := todo.run(ctx, in, budget)
		if err != nil {
			return row, err
		}
		row.Points = append(row.Points, point)
		if point.Cost < best.Cost {
			best = Plan{Assignments: plan, Cost: point.Cost}
		}
		if todo.Solver == nil {
			continue
		}
		point, plan, err = todo.Solver(ctx, in, budget)
		if err != nil {
			return row, err
		}
		row.SolverRuns = append(row.SolverRuns, point.judge(in, plan))
	}
	start := time.Now()
	bound, err := LowerBound(ctx, in, best, benchBoundSteps, todo.BoundTime)
	row.Bound, row.BoundSecs = bound.Value, time.Since(start).Seconds()
	for _, points := range [][]BenchCost{row.Points, row.SolverRuns} {
		for i := range points {
			points[i].Gap = bound.Gap(points[i].Cost)
		}
	}
	return row, err
}

// run solves once and judges the plan by the independent checker.
func (todo BenchPlan) run(ctx context.Context, in Instance, budget time.Duration) (BenchCost, []Assignment, error) {
	opt := Options{Seed: todo.Seed, Time: budget}
	cpu := func() time.Duration { return 0 }
	if todo.CPU != nil {
		cpu = todo.CPU
		opt.Clock = func() time.Duration { return cpu() / DefaultThreads }
	}
	start, used := time.Now(), cpu()
	res, err := Solve(ctx, in, opt)
	point := BenchCost{Seconds: budget.Seconds(), Took: time.Since(start).Seconds(), CPU: (cpu() - used).Seconds(), Found: true, Iterations: res.Iterations}
	return point.judge(in, res.Plan.Assignments), res.Plan.Assignments, err
}

// judge prices a plan by the checker; a point without a plan stays as it is.
func (b BenchCost) judge(in Instance, plan []Assignment) BenchCost {
	if b.Found {
		vs, cost := Check(in, plan)
		b.Cost, b.Shortage, b.Violations = cost.Total, cost.Missing, len(vs)
	}
	return b
}
