package roster

import "math"

// highestMinutePrice bounds the search for a person's price of a minute.
const highestMinutePrice = 50.0

// minutePrice is what a minute of p's time is worth at the prices: at that
// price p would choose to work as long as in the best schedule.
func (w *worker) minutePrice(p int) float64 {
	w.person(p)
	want := w.at * w.b.unit
	low, high := 0.0, highestMinutePrice
	for range 24 {
		mid := (low + high) / 2
		if w.minutesAt(p, mid) > want {
			low = mid
		} else {
			high = mid
		}
	}
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

// regrets is how much worse each entry is than the person's best use of that
// day, at the prices: 0 for what the prices would choose.
func (b *bounder) regrets() []float32 {
	out := make([]float32, len(b.entries))
	b.evaluate()
	for p := range b.m.P {
		mu := b.workers[0].minutePrice(p)
		for d := range b.m.D {
			b.dayRegrets(p, d, mu, out)
		}
	}
	return out
}

func (b *bounder) dayRegrets(p, d int, mu float64, out []float32) {
	m := b.m
	value := b.value[m.nr[p]|m.nl[p]<<1]
	from, to := b.from[p*m.D+d], b.from[p*m.D+d+1]
	best := 0.0
	for k := from; k < to; k++ {
		e := b.entries[k]
		pt := &m.pats[e.pat]
		r := float64(e.base) - value[e.pat] + b.nu[p]*float64(pt.unp) + mu*float64(pt.minutes)
		out[k] = float32(r)
		best = math.Min(best, r)
	}
	for k := from; k < to; k++ {
		out[k] -= float32(best)
	}
}

// guide restricts the search to what the prices find worth while.
type guide struct {
	ok   []bool    // person × pattern
	cand [][]int32 // per session: people
}

// maxRegret is how much worse than a person's best use of a day a pattern may
// be to be tried. In good plans nearly all patterns are below 5.
const maxRegret = 10

func (b *bounder) guide() *guide {
	m := b.m
	reg := b.regrets()
	g := &guide{ok: make([]bool, m.P*len(m.pats)), cand: make([][]int32, m.S)}
	last := make([]int, m.S) // last person listed, + 1
	for p := range m.P {
		for k := b.from[p*m.D]; k < b.from[(p+1)*m.D]; k++ {
			if reg[k] > maxRegret {
				continue
			}
			id := b.entries[k].pat
			g.ok[p*len(m.pats)+int(id)] = true
			for _, x := range [2]int32{m.pats[id].s1, m.pats[id].s2} {
				if x >= 0 && last[x] != p+1 {
					last[x] = p + 1
					g.cand[x] = append(g.cand[x], int32(p))
				}
			}
		}
	}
	return g
}
