package roster

import (
	"context"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func solve(t testing.TB, in Instance, opt Options) Result {
	t.Helper()
	res, err := Solve(context.Background(), in, opt)
	if err != nil {
		t.Fatal(err)
	}
	verify(t, in, res)
	return res
}

// verify asserts what every result must keep.
func verify(t interface{ Fatalf(string, ...any) }, in Instance, res Result) {
	vs, cost := Check(in, res.Plan.Assignments)
	if len(vs) > 0 {
		t.Fatalf("hard rules broken: %v", vs)
	}
	if cost.Total != res.Plan.Cost || cost.Missing != res.Plan.Shortage || cost != res.Cost {
		t.Fatalf("the plan says %d/%d, the checker %+v", res.Plan.Cost, res.Plan.Shortage, cost)
	}
}

func TestSolveSmall(t *testing.T) {
	res := solve(t, readSmall(t), Options{Iterations: 20000})
	if res.Plan.Shortage != 0 {
		t.Errorf("short of %d", res.Plan.Shortage)
	}
}

// Seed and iterations name a result, with prices as guide (the small instance)
// and without; it is never worse than the plain greedy.
func TestSolveIsDeterministic(t *testing.T) {
	guided := Generate(3, 3, 15)
	a := solve(t, guided, Options{Seed: 7, Iterations: 1000000})
	b := solve(t, guided, Options{Seed: 7, Iterations: 1000000})
	if !reflect.DeepEqual(a, b) {
		t.Errorf("two guided runs differ: %d, %d", a.Plan.Cost, b.Plan.Cost)
	}
	in := Generate(3, 6, 40)
	a = solve(t, in, Options{Seed: 7, Iterations: 200000})
	b = solve(t, in, Options{Seed: 7, Iterations: 200000})
	if !reflect.DeepEqual(a, b) {
		t.Errorf("two runs differ: %d, %d", a.Plan.Cost, b.Plan.Cost)
	}
	g := newState(compile(in))
	g.greedy()
	if int64(a.Plan.Cost) > g.cost {
		t.Errorf("cost %d, greedy %d", a.Plan.Cost, g.cost)
	}
}

func TestSolveStops(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	res, err := Solve(ctx, Generate(1, 6, 40), Options{Time: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	verify(t, Generate(1, 6, 40), res)
}

func TestSolveRefusesInvalid(t *testing.T) {
	in := readSmall(t)
	in.Days = -1
	if _, err := Solve(context.Background(), in, Options{}); err == nil {
		t.Error("no error")
	}
}

// randomInstance draws instances of every kind, degenerate ones included: no
// staff, one person for everything, no leads, sessions that touch or overlap,
// sessions longer than a working day, no hours, no rest.
func randomInstance(t *rapid.T) Instance {
	n := func(name string, low, high int) int { return rapid.IntRange(low, high).Draw(t, name) }
	in := Instance{Name: "random", Days: n("days", 1, 15), MaxDayMin: n("day", 100, 600), MinRestMin: n("rest", 0, 1400), Weights: DefaultWeights()}
	in.Weights.Shortage = n("shortage", 0, 5000)
	for l := range n("places", 1, 4) {
		in.Places = append(in.Places, Place{ID: l, X: n("x", 0, 100), Y: n("y", 0, 100)})
	}
	for range in.Days {
		in.Lost = append(in.Lost, 60*n("lost", -1, 1))
	}
	for x := range n("sessions", 0, 30) {
		start := 60 * n("start", 6, 20)
		need := n("need", 0, 4)
		in.Sessions = append(in.Sessions, Session{ID: x, Place: n("place", 0, len(in.Places)-1), Day: n("on", 0, in.Days-1), Start: start,
			End: start + 60*n("hours", 1, 4), Need: need, MinReceivers: n("receivers", 0, need), MinLeads: n("leads", 0, need), Unpopular: n("unpopular", 0, 3) == 0})
	}
	for p := range n("staff", 0, 12) {
		per := Person{ID: p, X: n("px", 0, 100), Y: n("py", 0, 100), Receiver: n("r", 0, 3) > 0, Lead: n("l", 0, 1) > 0,
			MaxWeekMin: n("week", 0, 2000), MaxTotalMin: n("total", 0, 5000), TargetMin: n("target", 0, 3000), MaxTravel: n("travel", 0, 200)}
		for range n("absent", 0, 3) {
			per.Unavailable = append(per.Unavailable, n("off", 0, in.Days-1))
		}
		per.Preferred = append(per.Preferred, n("likes", 0, len(in.Places)-1))
		per.Disliked = append(per.Disliked, n("dislikes", 0, 13))
		in.Staff = append(in.Staff, per)
	}
	return in
}

// No hard rule is ever broken, and the incremental cost equals the checker's.
func TestSolveProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := randomInstance(t)
		if fs := in.Validate(); len(fs) > 0 {
			t.Fatalf("the generator made %v", fs)
		}
		res, err := Solve(context.Background(), in, Options{Seed: int64(rapid.IntRange(0, 9).Draw(t, "seed")), Iterations: 4000})
		if err != nil {
			t.Fatal(err)
		}
		verify(t, in, res)
		m := compile(in)
		s := newState(m)
		s.greedy()
		best := anneal(s, Options{}, newBudget(context.Background(), Options{Iterations: 4000}))
		if _, cost := Check(in, best.assignments()); int64(cost.Total) != best.cost {
			t.Fatalf("the search says %d, the checker %+v", best.cost, cost)
		}
	})
}

// The family the planner is made for: no rule broken, nobody missing who need
// not be.
func TestSolveGenerated(t *testing.T) {
	for seed := int64(1); seed <= 3; seed++ {
		res := solve(t, Generate(seed, 8, 60), Options{Seed: seed, Iterations: 300000})
		if res.Plan.Shortage > 0 {
			t.Errorf("seed %d: short of %d", seed, res.Plan.Shortage)
		}
	}
}

func BenchmarkSolve(b *testing.B) {
	in := Generate(1, 18, 120)
	for b.Loop() {
		res := solve(b, in, Options{Seed: 1, Iterations: 500000})
		b.ReportMetric(float64(res.Plan.Cost), "cost")
	}
}

func BenchmarkCheck(b *testing.B) {
	in := Generate(1, 18, 120)
	res := solve(b, in, Options{Seed: 1, Iterations: 1000})
	for b.Loop() {
		Check(in, res.Plan.Assignments)
	}
}

// When summer time begins the night is an hour shorter: eleven hours by the clock on
// the wall are ten of rest. When it ends, ten by the clock are eleven.
func TestRestOverTheClockChange(t *testing.T) {
	in := Instance{Days: 2, MaxDayMin: 480, MinRestMin: 660, Places: []Place{{}}, Weights: DefaultWeights(),
		Sessions: []Session{{Day: 0, Start: 960, End: 1260, Need: 1}, {ID: 1, Day: 1, Start: 480, End: 600, Need: 1}},
		Staff:    []Person{{MaxWeekMin: 900, MaxTotalMin: 900, TargetMin: 900}}}
	for _, c := range []struct{ start, lost, short int }{{480, 0, 0}, {480, 60, 1}, {540, 60, 0}, {420, 0, 1}, {420, -60, 0}} {
		in.Sessions[1].Start, in.Lost = c.start, []int{c.lost, 0}
		if res := solve(t, in, Options{Iterations: 2000}); res.Plan.Shortage != c.short {
			t.Errorf("%d lost, start %d: short of %d, want %d", c.lost, c.start, res.Plan.Shortage, c.short)
		}
		both := []Assignment{{0, 0}, {1, 0}}
		if vs, _ := Check(in, both); len(vs) != c.short {
			t.Errorf("%d lost, start %d: %v", c.lost, c.start, vs)
		}
		if facts := Conflict(in, both[:1], 1); (len(facts) > 0) != (c.short > 0) || c.short > 0 && facts[1].Code != FactRest {
			t.Errorf("%d lost, start %d: %v", c.lost, c.start, facts)
		}
	}
}

// No staff, and one person for everything: a plan without broken rules that says
// how many are missing. Thousands of sessions come back in time with one too.
func TestSolveAtTheEdges(t *testing.T) {
	in := Generate(4, 6, 40)
	people := in.Staff
	all := 0
	for _, s := range in.Sessions {
		all += s.Need
	}
	in.Staff = nil
	if res := solve(t, in, Options{Iterations: 1000}); res.Plan.Shortage != all || len(res.Plan.Assignments) != 0 {
		t.Errorf("nobody: short of %d of %d", res.Plan.Shortage, all)
	}
	in.Staff = people[:1]
	one := solve(t, in, Options{Iterations: 20000})
	if n := len(one.Plan.Assignments); n == 0 || one.Plan.Shortage != all-n {
		t.Errorf("one person: %d shifts, short of %d of %d", n, one.Plan.Shortage, all)
	}
	big := Generate(5, 60, 400)
	if len(big.Sessions) < 2500 {
		t.Fatal(len(big.Sessions))
	}
	start := time.Now()
	solve(t, big, Options{Time: time.Second})
	if took := time.Since(start); took > 30*time.Second {
		t.Errorf("a second of search took %v", took)
	}
}
