package roster

import (
	"context"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// cheapest tries every plan of a tiny instance: each person and day takes any
// pattern or none.
func cheapest(in Instance) int {
	s := newState(compile(in))
	_, c := Check(in, nil)
	best := c.Total
	var walk func(i int)
	walk = func(i int) {
		if i == s.P*s.D {
			if _, c := Check(in, s.assignments()); c.Total < best {
				best = c.Total
			}
			return
		}
		walk(i + 1)
		p, d := i/s.D, i%s.D
		for _, id := range s.dayPats[d] {
			if delta, ok := s.change(p, d, id); ok && s.fitsPattern(p, id) {
				s.set(p, d, id, delta)
				walk(i + 1)
				back, _ := s.change(p, d, none)
				s.set(p, d, none, back)
			}
		}
	}
	walk(0)
	return best
}

// tinyInstance is small enough to try every plan.
func tinyInstance(t *rapid.T) Instance {
	n := func(name string, low, high int) int { return rapid.IntRange(low, high).Draw(t, name) }
	in := Instance{Days: 2, MaxDayMin: 480, MinRestMin: n("rest", 500, 1200), Places: []Place{{}, {ID: 1, X: 50}}, Weights: DefaultWeights()}
	in.Weights.Shortage = n("shortage", 10, 500)
	in.Weights.UnpopularFree = 0
	for x := range n("sessions", 1, 4) {
		need := n("need", 1, 2)
		start := 60 * n("start", 7, 16)
		in.Sessions = append(in.Sessions, Session{ID: x, Place: n("place", 0, 1), Day: n("day", 0, 1), Start: start, End: start + 60*n("hours", 1, 5),
			Need: need, MinReceivers: n("r", 0, need), MinLeads: n("l", 0, need), Unpopular: n("u", 0, 1) > 0})
	}
	for p := range n("staff", 0, 3) {
		in.Staff = append(in.Staff, Person{ID: p, X: n("x", 0, 50), Receiver: n("R", 0, 2) > 0, Lead: n("L", 0, 1) > 0,
			MaxWeekMin: n("week", 100, 900), MaxTotalMin: 900, TargetMin: n("target", 0, 400), MaxTravel: 70, Disliked: []int{n("slot", 2, 5)}})
	}
	return in
}

// bound ≤ optimum ≤ what Solve finds; on cases this small Solve finds it.
func TestBoundAndSolveAgainstBruteForce(t *testing.T) {
	missed := 0
	rapid.Check(t, func(t *rapid.T) {
		in := tinyInstance(t)
		want := cheapest(in)
		res, err := Solve(context.Background(), in, Options{Iterations: 4000})
		if err != nil {
			t.Fatal(err)
		}
		verify(t, in, res)
		b, err := LowerBound(context.Background(), in, res.Plan, 200, time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		if b.Value > want || res.Plan.Cost < want {
			t.Fatalf("bound %d, optimum %d, found %d", b.Value, want, res.Plan.Cost)
		}
		if res.Plan.Cost > want {
			missed++
		}
	})
	if missed > 5 {
		t.Errorf("the search missed the optimum of %d tiny instances in 100", missed)
	}
}

func TestBoundGenerated(t *testing.T) {
	in := Generate(3, 6, 40)
	res := solve(t, in, Options{Iterations: 2000000})
	b, err := LowerBound(context.Background(), in, res.Plan, 1000, 0)
	if err != nil {
		t.Fatal(err)
	}
	if gap := b.Gap(res.Plan.Cost); gap < 0 || gap > 0.03 {
		t.Errorf("cost %d, bound %d", res.Plan.Cost, b.Value)
	}
}

func TestBench(t *testing.T) {
	in := Generate(3, 3, 15)
	row, err := Bench(context.Background(), in, BenchPlan{Seed: 1, Budgets: []time.Duration{20 * time.Millisecond}, BoundTime: time.Second})
	if err != nil {
		t.Fatal(err)
	}
	if len(row.Points) != 1 || row.Points[0].Violations != 0 || row.Bound > row.Points[0].Cost || row.Greedy < row.Bound {
		t.Errorf("got %+v", row)
	}
}
