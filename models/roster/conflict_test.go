package roster

import (
	"math/bits"
	"testing"

	"pgregory.net/rapid"
)

// possible tells, from nothing but the facts still in force, whether the
// session can be staffed: it tries every group of people.
func possible(in Instance, session int, active []Fact) bool {
	need, receivers, leads, most := 0, 0, 0, len(in.Staff)
	tooLong := false
	out, notR, notL := map[int]bool{}, map[int]bool{}, map[int]bool{}
	for _, f := range active {
		switch f.Code {
		case FactNeed:
			need, most = in.Sessions[session].Need, in.Sessions[session].Need
		case FactReceivers:
			receivers = in.Sessions[session].MinReceivers
		case FactLeads:
			leads = in.Sessions[session].MinLeads
		case FactTooLong:
			tooLong = true
		case FactNotReceiver:
			notR[f.Staff] = true
		case FactNotLead:
			notL[f.Staff] = true
		default:
			out[f.Staff] = true
		}
	}
	for group := 0; group < 1<<len(in.Staff); group++ {
		n := bits.OnesCount(uint(group))
		if n < need || n > most || n > 0 && tooLong {
			continue
		}
		r, l, free := 0, 0, true
		for p := range in.Staff {
			if group>>p&1 == 0 {
				continue
			}
			free = free && !out[p]
			if !notR[p] {
				r++
			}
			if !notL[p] {
				l++
			}
		}
		if free && r >= receivers && l >= leads {
			return true
		}
	}
	return false
}

// facts lists every true fact about the session.
func facts(in Instance, plan []Assignment, session int) []Fact {
	ses := in.Sessions[session]
	all := []Fact{{FactNeed, session, -1, ses.Need, 0}, {FactReceivers, session, -1, ses.MinReceivers, 0}, {FactLeads, session, -1, ses.MinLeads, 0}}
	if ses.Minutes() > in.MaxDayMin {
		all = append(all, Fact{FactTooLong, session, -1, 0, 0})
	}
	s := newState(compile(in))
	s.load(plan)
	for p, per := range in.Staff {
		if !per.Receiver {
			all = append(all, Fact{FactNotReceiver, session, p, 0, 0})
		}
		if !per.Lead {
			all = append(all, Fact{FactNotLead, session, p, 0, 0})
		}
		all = append(all, s.obstacles(p, session)...)
	}
	return all
}

// conflictCase is a small random instance with a plan for its other days.
func conflictCase(t *rapid.T) (Instance, []Assignment, int) {
	n := func(name string, low, high int) int { return rapid.IntRange(low, high).Draw(t, name) }
	in := Instance{Days: 3, MaxDayMin: 480, MinRestMin: 660, Places: []Place{{}, {ID: 1, X: 100}}, Weights: DefaultWeights()}
	need := n("need", 0, 3)
	in.Sessions = []Session{
		{ID: 0, Day: 1, Start: 480, End: 480 + 60*n("hours", 3, 9), Need: need, MinReceivers: n("r", 0, need), MinLeads: n("l", 0, need)},
		{ID: 1, Day: 0, Start: 960, End: 1320, Need: 2},
		{ID: 2, Day: 1, Place: 1, Start: 480, End: 600, Need: 2},
	}
	var plan []Assignment
	for p := range n("staff", 0, 4) {
		per := Person{ID: p, X: n("x", 0, 100), Receiver: n("R", 0, 2) > 0, Lead: n("L", 0, 1) > 0, MaxWeekMin: 360 + n("week", 0, 400), MaxTotalMin: 360 + n("total", 0, 400), MaxTravel: 100}
		if n("off", 0, 3) == 0 {
			per.Unavailable = []int{1}
		}
		if n("barred", 0, 4) == 0 {
			per.Barred = []int{0}
		}
		in.Staff = append(in.Staff, per)
		switch n("busy", 0, 3) {
		case 0:
			plan = append(plan, Assignment{1, p})
		case 1:
			plan = append(plan, Assignment{2, p})
		}
	}
	return in, plan, 0
}

// Every kind of fact that can stand in the way is met by brute force below: the
// cases are not too tame.
func TestConflictCasesHaveEveryFact(t *testing.T) {
	seen := map[FactCode]bool{}
	made := rapid.Custom(func(t *rapid.T) []Fact { in, plan, session := conflictCase(t); return Conflict(in, plan, session) })
	for seed := range 3000 {
		for _, f := range made.Example(seed) {
			seen[f.Code] = true
		}
	}
	for _, c := range []FactCode{FactNeed, FactReceivers, FactLeads, FactTooLong, FactAbsent, FactFar, FactBarred, FactBusy, FactWeek, FactTotal, FactRest, FactNotReceiver, FactNotLead} {
		if !seen[c] {
			t.Errorf("%s is never part of a conflict", c)
		}
	}
}

// The conflict is as small as any that brute force finds, and without any one
// of its facts the others are no obstacle.
func TestConflictIsMinimum(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in, plan, session := conflictCase(t)
		all := facts(in, plan, session)
		got := Conflict(in, plan, session)
		if possible(in, session, all) != (len(got) == 0) {
			t.Fatalf("possible: %v, conflict %v", possible(in, session, all), got)
		}
		if len(got) == 0 {
			return
		}
		if possible(in, session, got) {
			t.Fatalf("%v is no conflict", got)
		}
		for i := range got {
			less := append(append([]Fact(nil), got[:i]...), got[i+1:]...)
			if !possible(in, session, less) {
				t.Fatalf("%v is not needed in %v", got[i], got)
			}
		}
		if len(all) > 14 {
			return
		}
		for set := 0; set < 1<<len(all); set++ {
			if bits.OnesCount(uint(set)) >= len(got) {
				continue
			}
			var sub []Fact
			for i, f := range all {
				if set>>i&1 == 1 {
					sub = append(sub, f)
				}
			}
			if !possible(in, session, sub) {
				t.Fatalf("%v is smaller than %v", sub, got)
			}
		}
	})
}

func TestConflictByHand(t *testing.T) {
	in := readSmall(t)
	// session 2 needs two, one of them a lead: person 0 is the only lead
	in.Staff[0].Unavailable = []int{1}
	got := Conflict(in, nil, 2)
	if len(got) != 2 || got[0].Code != FactNeed || got[1].Code != FactAbsent || got[1].Staff != 0 {
		t.Errorf("got %v", got)
	}
	if got := Conflict(in, nil, 0); got != nil {
		t.Errorf("no conflict expected, got %v", got)
	}
	if got := Conflict(in, nil, 99); got != nil {
		t.Errorf("unknown session: %v", got)
	}
}
