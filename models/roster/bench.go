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
}

// BenchCost is one point of the quality curve.
type BenchCost struct {
	Seconds    float64 `json:"seconds"` // budget
	Took       float64 `json:"took"`
	Cost       int     `json:"cost"`
	Shortage   int     `json:"shortage"`
	Violations int     `json:"violations"` // by the independent checker; always 0
	Gap        float64 `json:"gap"`        // to Bound, as a fraction
	Iterations int64   `json:"iterations"`
}

// BenchBudgets is the quality curve that PERFORMANCE.md shows.
var BenchBudgets = []time.Duration{100 * time.Millisecond, 500 * time.Millisecond, 2 * time.Second, 10 * time.Second}

// benchBoundSteps is plenty for the bound to settle.
const benchBoundSteps = 2000

// Bench measures one instance: greedy, a run from scratch for each budget, and
// a lower bound that gets boundTime (0: until it settles). It stops between
// runs when ctx ends.
func Bench(ctx context.Context, in Instance, seed int64, budgets []time.Duration, boundTime time.Duration) (BenchRow, error) {
	if err := in.Validate().err(); err != nil {
		return BenchRow{}, err
	}
	row := BenchRow{Instance: in.Name, Places: len(in.Places), Sessions: len(in.Sessions), Staff: len(in.Staff)}
	s := newState(compile(in))
	s.greedy()
	_, cost := Check(in, s.assignments())
	row.Greedy, row.GreedyShort = cost.Total, cost.Missing
	best := Plan{Assignments: s.assignments(), Cost: cost.Total}
	for _, budget := range budgets {
		if ctx.Err() != nil {
			return row, ctx.Err()
		}
		start := time.Now()
		res, err := Solve(ctx, in, Options{Seed: seed, Time: budget})
		if err != nil {
			return row, err
		}
		took := time.Since(start).Seconds()
		vs, _ := Check(in, res.Plan.Assignments)
		row.Points = append(row.Points, BenchCost{budget.Seconds(), took, res.Plan.Cost, res.Plan.Shortage, len(vs), 0, res.Iterations})
		if res.Plan.Cost < best.Cost {
			best = res.Plan
		}
	}
	start := time.Now()
	bound, err := LowerBound(ctx, in, best, benchBoundSteps, boundTime)
	row.Bound, row.BoundSecs = bound.Value, time.Since(start).Seconds()
	for i := range row.Points {
		row.Points[i].Gap = bound.Gap(row.Points[i].Cost)
	}
	return row, err
}
