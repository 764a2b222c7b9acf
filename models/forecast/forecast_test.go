package forecast

import (
	"math"
	"math/big"
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

// erlangC is the probability of having to wait by the sum over all states, in
// exact fractions: another way than the recursion of Wait.
func erlangC(load *big.Rat, desks int64) float64 {
	term, sum := big.NewRat(1, 1), big.NewRat(0, 1)
	for k := int64(1); k <= desks; k++ {
		sum.Add(sum, term)
		term.Mul(term, load).Quo(term, big.NewRat(k, 1))
	}
	n := big.NewRat(desks, 1)
	term.Mul(term, n).Quo(term, new(big.Rat).Sub(n, load))
	out, _ := term.Quo(term, sum.Add(sum, term)).Float64()
	return out
}

// The wait agrees with the exact sum, and both with the values that are printed
// in tables of Erlang C.
func TestWaitAgainstTables(t *testing.T) {
	for _, test := range []struct {
		load, desks int64
		printed     float64 // four digits; 0 for none
	}{{1, 2, .3333}, {2, 3, .4444}, {3, 4, .5094}, {4, 5, .5541}, {8, 10, .4092}, {16, 20, .2561}, {30, 40, 0}, {99, 100, 0}} {
		exact := erlangC(big.NewRat(test.load, 1), test.desks)
		const minutes = 6.0
		got := Wait(float64(test.load)*60/minutes, minutes, int(test.desks)) * float64(test.desks-test.load) / minutes
		if math.Abs(got-exact) > 1e-12 || test.printed > 0 && math.Abs(exact-test.printed) > 5e-5 {
			t.Errorf("load %d, %d desks: %.6f, exactly %.6f, printed %.4f", test.load, test.desks, got, exact, test.printed)
		}
	}
}

// A day on which nobody could vote the last time lies between its neighbours.
func TestShareOfANewDay(t *testing.T) {
	s := Share{0: .4, 1: .2, 4: .05, 5: 0}
	for day, want := range map[int]float64{0: .4, 1: .2, 2: .15, 3: .1, 4: .05, 5: .05, 30: .05} {
		if got := s.at(day); math.Abs(got-want) > 1e-9 {
			t.Errorf("%d: %v, want %v", day, got, want)
		}
	}
	if (Share{}).at(3) != 0 {
		t.Error("something from nothing")
	}
}
