package roster

import (
	"reflect"
	"testing"
)

func rules(vs []Violation) []Rule {
	var out []Rule
	for _, v := range vs {
		out = append(out, v.Rule)
	}
	return out
}

// The cost of a plan, added up by hand.
func TestCheckCost(t *testing.T) {
	in := readSmall(t)
	vs, c := Check(in, []Assignment{{0, 0}, {1, 0}, {2, 0}})
	if len(vs) > 0 {
		t.Errorf("violations: %v", vs)
	}
	// day 0 at home: 0; day 1: distance 65, round trip 13 km. Not preferred: 8.
	// Slot 3 is disliked: 30. 660 min: 260 above target = 8×5 + 0×15 (whole 30s
	// in a step). One unpopular, none free: 20. One missing of session 2: 5000.
	want := Breakdown{Travel: 13, Neutral: 8, Disliked: 30, Over: 40, Unpopular: 20, Shortage: 5000, Total: 5111, Missing: 1}
	if c != want {
		t.Errorf("got %+v, want %+v", c, want)
	}
}

func TestOverCost(t *testing.T) {
	w := DefaultWeights()
	for over, want := range map[int]int{-30: 0, 0: 0, 29: 0, 30: 5, 240: 40, 270: 55, 480: 160, 510: 200, 600: 320} {
		if got := w.OverCostOf(over); got != want {
			t.Errorf("%d min over: %d, want %d", over, got, want)
		}
	}
}

func TestCheckRules(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(in *Instance)
		plan   []Assignment
		want   []Rule
	}{
		{"fine", func(*Instance) {}, []Assignment{{0, 0}, {1, 0}}, nil},
		{"unknown", func(*Instance) {}, []Assignment{{9, 0}, {0, -1}}, []Rule{RuleKnown, RuleKnown}},
		{"twice", func(*Instance) {}, []Assignment{{0, 0}, {0, 0}}, []Rule{RuleOnce}},
		{"too many", func(in *Instance) { in.Staff[1].Receiver = true }, []Assignment{{0, 0}, {0, 1}}, []Rule{RuleNeed}},
		{"no receiver", func(*Instance) {}, []Assignment{{0, 1}}, []Rule{RuleReceivers}},
		{"a missing one may be receiver and lead", func(*Instance) {}, []Assignment{{2, 1}}, nil},
		{"no lead", func(in *Instance) { in.Staff[0].Lead = false }, []Assignment{{2, 0}, {2, 1}}, []Rule{RuleLeads}},
		{"too far", func(in *Instance) { in.Staff[0].MaxTravel = 64 }, []Assignment{{2, 0}}, []Rule{RuleTravel}},
		{"absent", func(in *Instance) { in.Staff[0].Unavailable = []int{1} }, []Assignment{{2, 0}}, []Rule{RuleAbsent}},
		{"two places", func(in *Instance) { in.Sessions[2].Day = 0; in.Sessions[2].Start, in.Sessions[2].End = 1020, 1050 },
			[]Assignment{{1, 0}, {2, 0}}, []Rule{RuleOnePlace}},
		{"three a day", func(in *Instance) {
			in.Sessions[2] = Session{ID: 2, Place: 0, Day: 0, Start: 1020, End: 1050, Need: 2}
		}, []Assignment{{0, 0}, {1, 0}, {2, 0}}, []Rule{RuleTwoADay}},
		{"overlap", func(in *Instance) { in.Sessions[1].Start = 839 }, []Assignment{{0, 0}, {1, 0}}, []Rule{RuleOverlap}},
		{"long day", func(in *Instance) { in.MaxDayMin = 419 }, []Assignment{{0, 0}, {1, 0}}, []Rule{RuleDay}},
		{"long week", func(in *Instance) { in.Staff[0].MaxWeekMin = 419 }, []Assignment{{0, 0}, {1, 0}}, []Rule{RuleWeek}},
		{"too much", func(in *Instance) { in.Staff[0].MaxTotalMin = 419 }, []Assignment{{0, 0}, {1, 0}}, []Rule{RuleTotal}},
		{"short night", func(in *Instance) { in.MinRestMin = 1021 }, []Assignment{{1, 0}, {2, 0}}, []Rule{RuleRest}},
		{"just enough night", func(in *Instance) { in.MinRestMin = 1020 }, []Assignment{{1, 0}, {2, 0}}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := readSmall(t)
			c.change(&in)
			vs, _ := Check(in, c.plan)
			if got := rules(vs); !reflect.DeepEqual(got, c.want) {
				t.Errorf("got %v, want %v", vs, c.want)
			}
		})
	}
}
