package roster

import (
	"slices"
	"testing"
)

// Who is barred from a place is never put there, the checker says so of a plan
// that does it, and the explanation names it.
func TestNobodyWorksWhereBarred(t *testing.T) {
	in := Generate(5, 3, 14)
	for i := range in.Staff {
		if i%2 == 0 {
			in.Staff[i].Barred = []int{0}
		}
	}
	res, err := Solve(t.Context(), in, Options{Iterations: 20000, Threads: 1})
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range res.Plan.Assignments {
		if slices.Contains(in.Staff[a.Staff].Barred, in.Sessions[a.Session].Place) {
			t.Fatalf("%+v is barred there", a)
		}
	}
	for i := range in.Staff {
		in.Staff[i].Barred = []int{0}
	}
	vs, _ := Check(in, res.Plan.Assignments)
	barred := func(v Violation) bool { return v.Rule == RuleBarred }
	if !slices.ContainsFunc(vs, barred) {
		t.Fatalf("the checker does not see it: %v", vs)
	}
	first := slices.IndexFunc(in.Sessions, func(s Session) bool { return s.Place == 0 && s.Need > 0 })
	facts := Conflict(in, nil, first)
	if !slices.ContainsFunc(facts, func(f Fact) bool { return f.Code == FactBarred || f.Code == FactFar || f.Code == FactAbsent }) {
		t.Fatalf("%v", facts)
	}
	day, _ := ConflictDay(in, nil, in.Sessions[first].Day)
	if len(day) == 0 {
		t.Fatal("a day with a barred place can be staffed")
	}
}
