package roster

import (
	"testing"

	"pgregory.net/rapid"
)

// brute is a search through every pattern for every person.
type brute struct {
	c      *crew
	active []Fact
	limits map[int]map[FactCode]bool
	far    map[[2]int]bool
	at     []heads
}

// canStaff tells whether the active facts leave a way to staff the day.
func canStaff(c *crew, active []Fact) bool {
	b := &brute{c, active, map[int]map[FactCode]bool{}, map[[2]int]bool{}, make([]heads, c.s.S)}
	for p := range c.s.in.Staff {
		b.limits[p] = map[FactCode]bool{}
	}
	for _, f := range active {
		if f.Staff >= 0 {
			b.limits[f.Staff][f.Code] = true
			if f.Code == FactFar || f.Code == FactBarred {
				b.far[[2]int{f.Staff, c.s.in.Sessions[f.Session].Place}] = true
			}
		}
	}
	return b.walk(0)
}

func (b *brute) enough() bool {
	for _, f := range b.active {
		k := heads{}
		if f.Staff < 0 {
			k = b.at[f.Session]
		}
		if f.Code == FactNeed && k.n != f.Have || f.Code == FactReceivers && k.r < f.Have || f.Code == FactLeads && k.l < f.Have {
			return false
		}
	}
	return true
}

func (b *brute) walk(p int) bool {
	s := b.c.s
	if p == s.P {
		return b.enough()
	}
	if b.walk(p + 1) {
		return true
	}
	for _, id := range b.c.pats {
		if !b.c.may(p, id, b.limits[p], b.far) {
			continue
		}
		b.count(p, &s.pats[id], 1)
		ok := b.walk(p + 1)
		b.count(p, &s.pats[id], -1)
		if ok {
			return true
		}
	}
	return false
}

func (b *brute) count(p int, pt *pattern, by int) {
	for _, x := range []int32{pt.s1, pt.s2} {
		if x >= 0 {
			b.at[x].n += by
			b.at[x].r += by * boolInt(!b.limits[p][FactNotReceiver])
			b.at[x].l += by * boolInt(!b.limits[p][FactNotLead])
		}
	}
}

// dayCase has up to three sessions on day 1 and a plan for day 0.
func dayCase(t *rapid.T) (Instance, []Assignment) {
	n := func(name string, low, high int) int { return rapid.IntRange(low, high).Draw(t, name) }
	in := Instance{Days: 2, MaxDayMin: 480, MinRestMin: 660, Places: []Place{{}, {ID: 1, X: 100}}, Weights: DefaultWeights()}
	in.Sessions = []Session{{ID: 0, Day: 0, Start: 960, End: 1320, Need: 9}}
	for x := 1; x <= n("sessions", 1, 3); x++ {
		start := 480 + 120*n("start", 0, 3)
		need := n("need", 1, 2)
		in.Sessions = append(in.Sessions, Session{ID: x, Place: n("place", 0, 1), Day: 1, Start: start, End: start + 120 + 60*n("hours", 0, 2),
			Need: need, MinReceivers: n("r", 0, 1), MinLeads: n("l", 0, 1)})
	}
	var plan []Assignment
	for p := range n("staff", 0, 4) {
		per := Person{ID: p, X: n("x", 0, 100), Receiver: n("R", 0, 3) > 0, Lead: n("L", 0, 2) > 0, MaxWeekMin: 500 + n("week", 0, 400), MaxTotalMin: 1000, MaxTravel: 100}
		if n("off", 0, 5) == 0 {
			per.Unavailable = []int{1}
		}
		if n("barred", 0, 5) == 0 {
			per.Barred = []int{n("from", 0, 1)}
		}
		in.Staff = append(in.Staff, per)
		if n("late", 0, 2) == 0 {
			plan = append(plan, Assignment{0, p})
		}
	}
	return in, plan
}

// The search for a staffing agrees with brute force for the whole and for
// parts of the facts, and the conflict is irreducible and, when small, minimum.
func TestConflictDay(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in, plan := dayCase(t)
		s := newState(compile(in))
		s.load(plan)
		c := newCrew(s, 1)
		for range 4 {
			var part []Fact
			for _, f := range c.facts {
				if rapid.IntRange(0, 3).Draw(t, "in") > 0 {
					part = append(part, f)
				}
			}
			if got, want := c.possible(part), canStaff(c, part); got != want {
				t.Fatalf("possible: %v, brute force %v, under %v", got, want, part)
			}
		}
		set, proven := ConflictDay(in, plan, 1)
		if !proven || (set == nil) != canStaff(c, c.facts) {
			t.Fatalf("proven %v, conflict %v, staffable %v", proven, set, canStaff(c, c.facts))
		}
		for x := range in.Sessions {
			if in.Sessions[x].Day == 1 && s.conflict(x) != nil {
				return // Conflict's own test
			}
		}
		checkIrreducible(t, c, set)
	})
}

func checkIrreducible(t *rapid.T, c *crew, set []Fact) {
	if len(set) == 0 {
		return
	}
	if canStaff(c, set) {
		t.Fatalf("%v is no conflict", set)
	}
	for i := range set {
		if !canStaff(c, append(append([]Fact(nil), set[:i]...), set[i+1:]...)) {
			t.Fatalf("%v is not needed in %v", set[i], set)
		}
	}
	if len(c.facts) > 11 {
		return
	}
	for bits := 0; bits < 1<<len(c.facts); bits++ {
		var sub []Fact
		for i, f := range c.facts {
			if bits>>i&1 == 1 {
				sub = append(sub, f)
			}
		}
		if len(sub) < len(set) && !canStaff(c, sub) {
			t.Fatalf("%v is smaller than %v", sub, set)
		}
	}
}

// A Saturday with two libraries and people for one.
func TestConflictDayByHand(t *testing.T) {
	in := Generate(6, 3, 12)
	plan := solve(t, in, Options{Iterations: 50000}).Plan.Assignments
	day := 4 // a Saturday
	for p := range in.Staff {
		if p > 2 {
			in.Staff[p].Unavailable = append(in.Staff[p].Unavailable, day)
		}
	}
	set, _ := ConflictDay(in, plan, day)
	if len(set) == 0 {
		t.Error("no conflict found")
	}
}
