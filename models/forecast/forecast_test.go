package forecast

import (
	"math"
	"testing"
)

func TestWait(t *testing.T) {
	// One desk is M/M/1: wait = ρ/(1-ρ) services. Two desks, load 1: Erlang C is 1/3.
	if w := Wait(6, 5, 1); math.Abs(w-5) > 1e-9 {
		t.Errorf("M/M/1: %v", w)
	}
	if w := Wait(12, 5, 2); math.Abs(w-5.0/3) > 1e-9 {
		t.Errorf("M/M/2: %v", w)
	}
	if !math.IsInf(Wait(12, 5, 1), 1) || Wait(0, 5, 1) != 0 || Desks(12, 5, 2) != 2 {
		t.Error("limits")
	}
}

// Aalborg KV21: 34 % of all votes on the last day.
func TestExpect(t *testing.T) {
	if b := Expect(11853, 0, []Share{{0: 0.34}, {0: 0.20}}); b.High < 4000 || b.Low > 2400 || b.Expected <= b.Low || b.Expected >= b.High {
		t.Errorf("%+v", b)
	}
}

func TestBackTest(t *testing.T) {
	a := []float64{1, 1, 1, 1, 1, 1, 1, 3, 4}
	if e := BackTest(a, a); e.Method != 0 || e.Baseline != 2.5 || e.Days != 2 {
		t.Errorf("%+v", e)
	}
}
