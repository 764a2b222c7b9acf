package roster

import (
	"context"
	"testing"

	"pgregory.net/rapid"
)

// Pinned shifts stay; only holes are filled.
func TestPinned(t *testing.T) {
	in := Generate(4, 6, 40)
	full := solve(t, in, Options{Iterations: 100000})
	pinned := full.Plan.Assignments[:len(full.Plan.Assignments)/2]
	res := solve(t, in, Options{Seed: 2, Iterations: 100000, Pinned: pinned})
	if len(res.Unkept) > 0 || len(missingFrom(pinned, res.Plan.Assignments)) > 0 {
		t.Errorf("unkept %v, lost %v", res.Unkept, missingFrom(pinned, res.Plan.Assignments))
	}
	if res.Plan.Shortage > full.Plan.Shortage {
		t.Errorf("short of %d, before %d", res.Plan.Shortage, full.Plan.Shortage)
	}
}

// A pin that breaks a rule is returned, not kept.
func TestPinnedAgainstTheRules(t *testing.T) {
	in := readSmall(t)
	in.Staff[0].Unavailable = []int{1}
	bad := []Assignment{{2, 0}, {5, 0}, {0, 1}}
	res := solve(t, in, Options{Iterations: 1000, Pinned: append(bad, Assignment{1, 0})})
	if len(res.Unkept) != 3 || len(missingFrom([]Assignment{{1, 0}}, res.Plan.Assignments)) > 0 {
		t.Errorf("unkept %v, plan %v", res.Unkept, res.Plan.Assignments)
	}
}

// One person falls ill: nobody else's shifts move unless a hole needs it.
func TestPreviousChangesLittle(t *testing.T) {
	in := Generate(4, 6, 40)
	before := solve(t, in, Options{Iterations: 200000}).Plan
	ill := before.Assignments[0].Staff
	var kept, lost []Assignment
	for _, a := range before.Assignments {
		if a.Staff == ill {
			lost = append(lost, a)
		} else {
			kept = append(kept, a)
		}
	}
	in.Staff[ill].Unavailable = nil
	for d := range in.Days {
		in.Staff[ill].Unavailable = append(in.Staff[ill].Unavailable, d)
	}
	res := solve(t, in, Options{Iterations: 200000, Previous: before.Assignments})
	if res.Plan.Shortage > before.Shortage {
		t.Errorf("short of %d", res.Plan.Shortage)
	}
	// the ill person's shifts go and as many come; where nobody is free to take
	// one, somebody must give up another for it
	least := 2 * len(lost)
	for _, a := range lost {
		if Conflict(in, kept, a.Session) != nil {
			least += 2
		}
	}
	if res.Changes() < 2*len(lost) || res.Changes() > least+4 {
		t.Errorf("%d changes for %d lost shifts, %d expected", res.Changes(), len(lost), least)
	}
	same := solve(t, in, Options{Iterations: 50000, Previous: res.Plan.Assignments})
	if same.Changes() != 0 {
		t.Errorf("nothing happened, but %d changes", same.Changes())
	}
}

// Pins and previous plans of any kind never lead to a broken rule.
func TestReplanProperty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := randomInstance(t)
		draw := func(name string) (out []Assignment) {
			for range rapid.IntRange(0, 8).Draw(t, name) {
				out = append(out, Assignment{rapid.IntRange(-1, 30).Draw(t, "s"), rapid.IntRange(-1, 12).Draw(t, "p")})
			}
			return out
		}
		opt := Options{Iterations: 2000, Pinned: draw("pinned"), Previous: draw("previous")}
		res, err := Solve(context.Background(), in, opt)
		if err != nil {
			t.Fatal(err)
		}
		verify(t, in, res)
		if lost := missingFrom(missingFrom(opt.Pinned, res.Unkept), res.Plan.Assignments); len(lost) > 0 {
			t.Fatalf("pins lost: %v", lost)
		}
	})
}
