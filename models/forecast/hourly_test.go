package forecast

import (
	"math"
	"testing"
)

// A session from 09:30 to 12 takes a fifth of its votes in the first hour it is
// open, and two sessions add up.
func TestHourly(t *testing.T) {
	got := Hourly([]Opening{{9.5, 12, Band{25, 50, 100}}, {11, 12, Band{0, 7, 7}}, {12, 12, Band{9, 9, 9}}}, Rates{})
	for h, want := range map[int]Band{8: {}, 9: {5, 10, 20}, 10: {10, 20, 40}, 11: {10, 27, 47}, 12: {}} {
		b := got[h]
		if math.Abs(b.Low-want.Low)+math.Abs(b.Expected-want.Expected)+math.Abs(b.High-want.High) > 1e-9 {
			t.Errorf("hour %d: %+v, want %+v", h, b, want)
		}
	}
}

// An hour that was twice as busy gets twice the votes; one that nobody has seen
// is like the mean; a single vote says next to nothing.
func TestHourlyByRates(t *testing.T) {
	var votes, open [24]float64
	votes[9], votes[10], open[9], open[10] = 2000, 1000, 10, 10
	rates := RatesOf(votes, open)
	got := Hourly([]Opening{{9, 11, Band{0, 30, 60}}}, rates)
	if math.Abs(got[9].Expected-20) > .2 || math.Abs(got[9].Expected+got[10].Expected-30) > 1e-9 || rates[15] != 1 {
		t.Errorf("%+v %v", got[9:11], rates)
	}
	votes = [24]float64{9: 1}
	if r := RatesOf(votes, open); r[9] > 1.05 {
		t.Errorf("one vote makes %v", r)
	}
}
