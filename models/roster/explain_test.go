package roster

import (
	"reflect"
	"testing"
)

func TestExplainSmall(t *testing.T) {
	in := readSmall(t)
	got := Explain(in, []Assignment{{0, 0}, {1, 0}, {2, 0}, {2, 1}})
	if len(got) != 4 {
		t.Fatalf("got %v", got)
	}
	// session 0: person 1 is no receiver, so person 0 is the only one
	want := []Reason{{Code: ReasonOnlyPerson}, {Code: ReasonOnlyReceiver}, {ReasonAlreadyThere, []any{1}}, {Code: ReasonPreferred}, {ReasonOverTarget, []any{660, 400}}}
	if !reflect.DeepEqual(got[0].Reasons, want) {
		t.Errorf("got %v, want %v", got[0].Reasons, want)
	}
	// session 1 lies in the half-day that person 0 dislikes
	if !hasReason(got[1], ReasonAgainstSlot) {
		t.Errorf("got %v", got[1].Reasons)
	}
}

func hasReason(e Explained, c ReasonCode) bool {
	for _, r := range e.Reasons {
		if r.Code == c {
			return true
		}
	}
	return false
}

// Every assignment has a reason; "nearest" and "cheapest" are true.
func TestExplainGenerated(t *testing.T) {
	in := Generate(5, 6, 40)
	plan := solve(t, in, Options{Iterations: 100000}).Plan.Assignments
	codes := map[ReasonCode]int{}
	for _, e := range Explain(in, plan) {
		if len(e.Reasons) == 0 {
			t.Errorf("%v has no reason", e.Assignment)
		}
		for _, r := range e.Reasons {
			codes[r.Code]++
			if r.Code == ReasonCheapest && r.Args[0].(int) < 0 {
				t.Errorf("%v: cheaper by %v", e.Assignment, r.Args)
			}
		}
	}
	for _, c := range []ReasonCode{ReasonNearest, ReasonPreferred, ReasonCheapest, ReasonWholePlan, ReasonBelowTarget} {
		if codes[c] == 0 {
			t.Errorf("%s is never given", c)
		}
	}
}

// The shares add up to the plan.
func TestFairness(t *testing.T) {
	in := Generate(5, 6, 40)
	plan := solve(t, in, Options{Iterations: 20000}).Plan.Assignments
	sessions, minutes := 0, 0
	for _, l := range Fairness(in, plan) {
		sessions += l.Sessions
		minutes += l.Minutes
	}
	want := 0
	for _, a := range plan {
		want += in.Sessions[a.Session].Minutes()
	}
	if sessions != len(plan) || minutes != want {
		t.Errorf("%d sessions, %d minutes; want %d, %d", sessions, minutes, len(plan), want)
	}
}
