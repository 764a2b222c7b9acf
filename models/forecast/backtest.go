package forecast

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// Errors is how far off the method would have been, in votes a day as the mean
// absolute error, beside the baseline "same weekday last week" on the same
// held-out days.
type Errors struct {
	Method   float64 // told the votes in all, as it is when somebody types them
	Unaided  float64 // taking the votes of the election before for them
	Baseline float64
	Days     int
}

// HoldOut predicts each earlier election from the others, on its days from the
// eighth on; zero days with fewer than two elections. past is newest first: the
// election before one is the next in the list (for the oldest, the one after).
func HoldOut(past []Past) Errors {
	var e Errors
	if len(past) < 2 {
		return e
	}
	for i, p := range past {
		others, slots := heldOut(past, i)
		before := past[min(i+1, len(past)-1)]
		if i == len(past)-1 {
			before = past[i-1]
		}
		told, unaided, actual := p.predicted(p.Total(), slots, others), p.predicted(before.Total(), slots, others), p.Series()
		for d := 7; d < len(actual); d++ {
			e.Method += math.Abs(actual[d] - told[d])
			e.Unaided += math.Abs(actual[d] - unaided[d])
			e.Baseline += math.Abs(actual[d] - actual[d-7])
			e.Days++
		}
	}
	if n := float64(e.Days); n > 0 {
		e.Method, e.Unaided, e.Baseline = e.Method/n, e.Unaided/n, e.Baseline/n
	}
	return e
}

// heldOut is the past without one election, and that election's sessions as if
// they were planned.
func heldOut(past []Past, i int) ([]Past, []Slot) {
	others := slices.Concat(past[:i], past[i+1:])
	var slots []Slot
	for place, days := range past[i] {
		for d := range days {
			slots = append(slots, Slot{ID: cellID(place, d), Place: place, DaysBefore: d, Hours: 1})
		}
	}
	slices.SortFunc(slots, func(a, b Slot) int { return strings.Compare(a.ID, b.ID) })
	return others, slots
}

func cellID(place string, day int) string { return fmt.Sprintf("%s|%03d", place, day) }

// predicted is the votes per day, in the order of Series.
func (p Past) predicted(total float64, slots []Slot, others []Past) []float64 {
	out := make([]float64, len(p.Series()))
	got := expect(total, slots, others)
	for _, s := range slots {
		if k := len(out) - 1 - s.DaysBefore; k >= 0 && k < len(out) {
			out[k] += got[s.ID]
		}
	}
	return out
}

// miss is one session of a held-out election: expected and counted.
type miss struct {
	election, day    int
	expected, actual float64
}

// misses are all sessions of all earlier elections, each predicted from the others.
func misses(past []Past) []miss {
	if len(past) < 2 {
		return nil
	}
	var out []miss
	for i, p := range past {
		others, slots := heldOut(past, i)
		got := expect(p.Total(), slots, others)
		for _, s := range slots {
			out = append(out, miss{i, s.DaysBefore, got[s.ID], p[s.Place][s.DaysBefore]})
		}
	}
	return out
}

// Within is the part of sessions that a band is to hold.
const Within = 0.8

// fewest misses that say something about the width.
const fewest = 20

// width is how much fewer and more votes than expected come, as factors of the
// number plus one (so that small numbers stay wide).
type width struct{ low, high float64 }

// widthOf leaves a tenth of the misses on either side: the order statistics of
// split conformal prediction (Vovk, Gammerman, Shafer, 2005). Without enough of
// them it is half to double.
func widthOf(ms []miss) width {
	n := len(ms)
	if n < fewest {
		return width{.5, 2}
	}
	ratios := make([]float64, n)
	for i, m := range ms {
		ratios[i] = (m.actual + 1) / (m.expected + 1)
	}
	slices.Sort(ratios)
	k := int(math.Floor((1 - Within) / 2 * float64(n+1)))
	return width{ratios[max(k-1, 0)], ratios[min(n-k, n-1)]}
}

func (w width) band(n float64) Band {
	return Band{min(n, max(0, (n+1)*w.low-1)), n, max(n, (n+1)*w.high-1)}
}

// Coverage checks the band on sessions that it was not made from: each election
// with the width that the others alone give; with two elections, each second day
// with the width of the other days. held of n sessions lay within; none is n = 0.
func Coverage(past []Past) (held, n int) {
	if len(past) < 2 {
		return 0, 0
	}
	ms := misses(past)
	for i := range past {
		var made, rest []miss
		if len(past) > 2 {
			others, _ := heldOut(past, i)
			made = misses(others)
			rest = slices.DeleteFunc(slices.Clone(ms), func(m miss) bool { return m.election != i })
		} else {
			made = slices.DeleteFunc(slices.Clone(ms), func(m miss) bool { return m.day%2 == i })
			rest = slices.DeleteFunc(slices.Clone(ms), func(m miss) bool { return m.day%2 != i })
		}
		if len(made) < fewest {
			continue
		}
		w := widthOf(made)
		for _, m := range rest {
			if b := w.band(m.expected); m.actual >= math.Floor(b.Low) && m.actual <= math.Ceil(b.High) {
				held++
			}
			n++
		}
	}
	return held, n
}
