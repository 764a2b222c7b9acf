package roster

import "math"

// regret is how much worse than the person's best use of the day a pattern is,
// at the prices of the bound: 0 for what the prices would choose.
func (w *worker) minutePrice(p int) float64 {
	b, m := w.b, w.b.m
	_, _ = w.person(p)
	want := w.at * b.unit
	low, high := 0.0, 5.0
	for range 30 {
		mid := (low + high) / 2
		if w.minutesAt(p, mid) > want {
			low = mid
		} else {
			high = mid
		}
	}
	_ = m
	return high
}

// minutesAt is how long p would work in all if minutes had a price.
func (w *worker) minutesAt(p int, mu float64) (total int32) {
	b, m := w.b, w.b.m
	value := b.value[m.nr[p]|m.nl[p]<<1]
	for d := range m.D {
		i := p*m.D + d
		best, mins := 0.0, int32(0)
		for _, e := range b.entries[b.from[i]:b.from[i+1]] {
			pt := &m.pats[e.pat]
			r := float64(e.base) - value[e.pat] + b.nu[p]*float64(pt.unp) + mu*float64(pt.minutes)
			if r < best {
				best, mins = r, pt.minutes
			}
		}
		total += mins
	}
	return total
}

// regrets lists, entry by entry, how much worse than the best of its day each
// is.
func (b *bounder) regrets() []float32 {
	m, w := b.m, b.workers[0]
	out := make([]float32, len(b.entries))
	clear(w.cnt)
	for p := range m.P {
		mu := w.minutePrice(p)
		value := b.value[m.nr[p]|m.nl[p]<<1]
		for d := range m.D {
			i := p*m.D + d
			best := 0.0
			for k := b.from[i]; k < b.from[i+1]; k++ {
				e := b.entries[k]
				pt := &m.pats[e.pat]
				r := float64(e.base) - value[e.pat] + b.nu[p]*float64(pt.unp) + mu*float64(pt.minutes)
				out[k] = float32(r)
				best = math.Min(best, r)
			}
			for k := b.from[i]; k < b.from[i+1]; k++ {
				out[k] -= float32(best)
			}
		}
	}
	return out
}
