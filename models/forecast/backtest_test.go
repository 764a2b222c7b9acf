package forecast

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// Two elections of the same shape predict each other exactly; one predicts none.
// One of half the size is off by as much where the votes in all are not told.
func TestHoldOut(t *testing.T) {
	shape, half := map[int]float64{}, map[int]float64{}
	for d := range 28 {
		shape[d], half[d] = float64(100-3*d), float64(100-3*d)/2
	}
	same := Past{"DOKK": shape}
	if e := HoldOut([]Past{same, same}); e.Days != 42 || e.Method > 1e-9 || e.Unaided > 1e-9 || e.Baseline != 21 {
		t.Errorf("%+v", e)
	}
	if e := HoldOut([]Past{same, {"DOKK": half}}); e.Method > 1e-9 || e.Unaided < 10 || math.Abs(e.Baseline-15.75) > 1e-9 {
		t.Errorf("%+v", e)
	}
	if e := HoldOut([]Past{same}); e.Days != 0 {
		t.Errorf("%+v", e)
	}
}

// town draws elections of one municipality: places of fixed size, a rush towards
// the last day, and chance in every session, as large as between days at a desk.
type town struct{ *rand.Rand }

const townPlaces, townDays = 12, 26

func (r town) election(size float64) Past {
	p := Past{}
	steep := .07 + .03*r.Float64() // each election has a rush of its own
	for i := range townPlaces {
		id := fmt.Sprintf("P%02d", i)
		p[id] = map[int]float64{}
		for d := range townDays {
			if d%7 > 4 {
				continue // weekends are closed
			}
			rate := size / float64(i+2) * math.Exp(-steep*float64(d)) * math.Exp(.35*r.NormFloat64())
			p[id][d] = math.Round(rate + math.Sqrt(rate)*r.NormFloat64())
			p[id][d] = max(p[id][d], 0)
		}
	}
	return p
}

func slotsOf(p Past) []Slot {
	_, slots := heldOut([]Past{p}, 0)
	return slots
}

// Elections with a known truth: the band holds about what it promises on
// elections that it never saw, and what Coverage says of itself is about that.
// The span from the least to the most of the earlier elections would not.
func TestBandIsHonest(t *testing.T) {
	for _, n := range []int{2, 3, 5} {
		r := town{rand.New(rand.NewPCG(7, uint64(n)))}
		held, all, spans, said, of := 0, 0, 0, 0, 0
		for range 30 {
			var past []Past
			for range n {
				past = append(past, r.election(120))
			}
			h, k := Coverage(past)
			said, of = said+h, of+k
			next := r.election(150)
			bands := Spread(next.Total(), slotsOf(next), past)
			for place, days := range next {
				for d, v := range days {
					b := bands[cellID(place, d)]
					low, high := math.Inf(1), 0.0
					for _, p := range past {
						x := p[place][d] * next.Total() / p.Total()
						low, high = min(low, x), max(high, x)
					}
					all++
					if v >= math.Floor(b.Low) && v <= math.Ceil(b.High) {
						held++
					}
					if v >= math.Floor(low) && v <= math.Ceil(high) {
						spans++
					}
				}
			}
		}
		part := func(a, b int) float64 { return float64(a) / float64(b) }
		t.Logf("%d elections: band %.3f, it says %.3f, least to most %.3f", n, part(held, all), part(said, of), part(spans, all))
		if got := part(held, all); got < Within-.03 || got > Within+.12 {
			t.Errorf("%d elections: the band held %.3f of the sessions, not %.1f", n, got, Within)
		}
		if math.Abs(part(said, of)-part(held, all)) > .08 {
			t.Errorf("%d elections: it says %.3f of itself", n, part(said, of))
		}
	}
}

// On such elections the method beats "same weekday last week", also when the
// votes in all are only guessed.
func TestHoldOutOfATown(t *testing.T) {
	r := town{rand.New(rand.NewPCG(3, 3))}
	past := []Past{r.election(150), r.election(120), r.election(130)}
	e := HoldOut(past)
	t.Logf("%+v", e)
	if e.Method >= e.Unaided || e.Unaided >= e.Baseline {
		t.Errorf("%+v", e)
	}
}
