package forecast

import (
	"math"
	"testing"
)

// Whatever the past, the expected votes of all slots are the total as long as
// the days of the past are planned again.
func TestSpreadKeepsTheTotal(t *testing.T) {
	slots := []Slot{{"a", "DOKK", 0, 8}, {"b", "VIBY", 0, 4}, {"c", "DOKK", 7, 8}, {"d", "NEW", 7, 4}}
	for name, past := range map[string][]Past{
		"none": nil,
		"one":  {{"DOKK": {0: 60, 7: 20}, "VIBY": {0: 20}}},
		"two":  {{"DOKK": {0: 60, 7: 20}, "VIBY": {0: 20}}, {"DOKK": {0: 30, 7: 60}, "VIBY": {0: 10}}},
	} {
		sum := 0.0
		for _, b := range Spread(1000, slots, past) {
			sum += b.Expected
			if b.Low > b.Expected || b.Expected > b.High {
				t.Errorf("%s: %+v", name, b)
			}
		}
		if math.Abs(sum-1000) > 1e-6 {
			t.Errorf("%s: %.3f", name, sum)
		}
	}
	got := Spread(1000, slots, []Past{{"DOKK": {0: 60, 7: 20}, "VIBY": {0: 20}}})
	if math.Abs(got["a"].Expected-640) > 1e-6 || math.Abs(got["b"].Expected-160) > 1e-6 { // 80 % on the last day, 80:20
		t.Errorf("%+v", got)
	}
}
