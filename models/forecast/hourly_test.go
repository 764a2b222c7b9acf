package forecast

import (
	"math"
	"testing"
)

// A session from 09:30 to 12 takes a fifth of its votes in the first hour it is
// open, and two sessions add up.
func TestHourly(t *testing.T) {
	got := Hourly([]Opening{{9.5, 12, Band{25, 50, 100}}, {11, 12, Band{0, 7, 7}}, {12, 12, Band{9, 9, 9}}})
	for h, want := range map[int]Band{8: {}, 9: {5, 10, 20}, 10: {10, 20, 40}, 11: {10, 27, 47}, 12: {}} {
		b := got[h]
		if math.Abs(b.Low-want.Low)+math.Abs(b.Expected-want.Expected)+math.Abs(b.High-want.High) > 1e-9 {
			t.Errorf("hour %d: %+v, want %+v", h, b, want)
		}
	}
}
