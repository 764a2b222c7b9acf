package roster

import "math"

// worker finds the best schedules of some of the people at given prices.
type worker struct {
	b           *bounder
	cnt, nr, nl []int32 // per session: people, non-receivers, non-leads chosen
	low         float64
	at          int32     // steps of minutes in the last person's best schedule
	best        []float64 // per length of a day: lowest reduced cost
	bestPat     []int32
	week        [][]float64 // per week, minutes worked in it: cost
	dayPick     [][]int32   // per day, minutes in the week so far: pattern
	all         [][]float64 // per week, minutes in all: cost
	weekPick    [][]int32   // per week, minutes in all: minutes in that week
	scratch     []float64
}

func newWorker(b *bounder) *worker {
	m := b.m
	w := &worker{b: b, cnt: make([]int32, m.S), nr: make([]int32, m.S), nl: make([]int32, m.S)}
	day := int32(m.in.MaxDayMin)/b.unit + 1
	w.best, w.bestPat = make([]float64, day), make([]int32, day)
	weekMax, totMax := int32(0), int32(0)
	for p := range m.P {
		weekMax = max(weekMax, min(m.maxWeek[p], int32(7*m.in.MaxDayMin)))
		totMax = max(totMax, min(m.maxTot[p], int32(m.D*m.in.MaxDayMin)))
	}
	weekMax, totMax = weekMax/b.unit+1, totMax/b.unit+1
	for range m.W {
		w.week = append(w.week, make([]float64, weekMax))
		w.weekPick = append(w.weekPick, make([]int32, totMax))
	}
	for range m.W + 1 {
		w.all = append(w.all, make([]float64, totMax))
	}
	for range m.D {
		w.dayPick = append(w.dayPick, make([]int32, weekMax))
	}
	w.scratch = make([]float64, weekMax)
	return w
}

// people solves people [from, to) and adds up bound and session counts.
func (w *worker) people(from, to int) {
	clear(w.cnt)
	clear(w.nr)
	clear(w.nl)
	w.low = 0
	for p := from; p < to; p++ {
		cost, unp := w.person(p)
		free, at := w.unpopular(p)
		w.low += cost + free
		w.b.gNu[p] = float64(unp - at)
	}
}

// unpopular is the relaxed number of unpopular sessions: the price of having
// n of them less what the prices pay for it.
func (w *worker) unpopular(p int) (cost float64, at int32) {
	for n, c := range w.b.m.unpCost {
		if v := float64(c) - w.b.nu[p]*float64(n); v < cost {
			cost, at = v, int32(n)
		}
	}
	return cost, at
}

// person finds the cheapest schedule of one person at the prices, counts it
// into the sessions and returns its reduced cost and unpopular sessions.
func (w *worker) person(p int) (cost float64, unp int32) {
	m, u := w.b.m, w.b.unit
	weekCap := min(m.maxWeek[p], int32(7*m.in.MaxDayMin)) / u
	totCap := min(m.maxTot[p], int32(m.D*m.in.MaxDayMin)) / u
	all := w.all[0][:totCap+1]
	for i := range all {
		all[i] = math.Inf(1)
	}
	all[0] = 0
	reach := int32(0) // most minutes so far
	for k := range m.W {
		top := w.oneWeek(p, k, weekCap)
		next := w.all[k+1][:totCap+1]
		pick := w.weekPick[k]
		copy(next, all)
		for t := int32(0); t <= min(totCap, reach+top); t++ {
			pick[t] = 0
		}
		if reach+top < totCap {
			for t := reach + top + 1; t <= totCap; t++ {
				pick[t] = 0
			}
		}
		lowest := 0.0 // longer weeks that are no cheaper are of no use
		for mins := int32(1); mins <= top; mins++ {
			f := w.week[k][mins]
			if f >= lowest {
				continue
			}
			lowest = f
			for t := int32(0); t <= min(reach, totCap-mins); t++ {
				if v := all[t] + f; v < next[t+mins] {
					next[t+mins] = v
					pick[t+mins] = mins
				}
			}
		}
		reach = min(totCap, reach+top)
		all = next
	}
	best, at := 0.0, int32(0)
	for t := int32(0); t <= reach; t++ {
		if v := all[t] + float64(m.overCost(p, t*u)); v < best {
			best, at = v, t
		}
	}
	w.at = at
	return best, w.trace(p, at)
}

// oneWeek fills week[k] with the cheapest reduced cost by minutes worked, and
// dayPick with the patterns that reach it. top is the most minutes reached.
func (w *worker) oneWeek(p, k int, weekCap int32) (top int32) {
	m := w.b.m
	f := w.week[k][:weekCap+1]
	for i := range f {
		f[i] = math.Inf(1)
	}
	f[0] = 0
	for d := k * 7; d < min(k*7+7, m.D); d++ {
		pick := w.dayPick[d][:weekCap+1]
		for i := range pick {
			pick[i] = none
		}
		longest := w.day(p, d)
		if longest == 0 {
			continue
		}
		old := w.scratch[:top+1]
		copy(old, f)
		for c := int32(0); c <= longest; c++ {
			v := w.best[c]
			if v >= 0 {
				continue
			}
			for t := int32(0); t <= min(top, weekCap-c); t++ {
				if n := old[t] + v; n < f[t+c] {
					f[t+c] = n
					pick[t+c] = w.bestPat[c]
				}
			}
		}
		top = min(weekCap, top+longest)
	}
	return top
}

// day finds the best pattern of each length; only those that pay count. It
// returns the longest in steps, 0 when none pays.
func (w *worker) day(p, d int) (longest int32) {
	b, m := w.b, w.b.m
	value := b.value[m.nr[p]|m.nl[p]<<1]
	nu := b.nu[p]
	clear(w.best)
	i := p*m.D + d
	for _, e := range b.entries[b.from[i]:b.from[i+1]] {
		r := float64(e.base) - value[e.pat]
		if r >= 0 {
			continue
		}
		pt := &m.pats[e.pat]
		r += nu * float64(pt.unp)
		c := pt.minutes / b.unit
		if r < w.best[c] {
			w.best[c], w.bestPat[c] = r, e.pat
			longest = max(longest, c)
		}
	}
	return longest
}

// trace walks the picks back from total at and counts them.
func (w *worker) trace(p int, at int32) (unp int32) {
	m := w.b.m
	for k := m.W - 1; k >= 0; k-- {
		mins := w.weekPick[k][at]
		at -= mins
		for d := min(k*7+7, m.D) - 1; d >= k*7; d-- {
			id := w.dayPick[d][mins]
			if id < 0 {
				continue
			}
			pt := &m.pats[id]
			mins -= pt.minutes / w.b.unit
			unp += pt.unp
			w.count(p, pt.s1)
			if pt.s2 >= 0 {
				w.count(p, pt.s2)
			}
		}
	}
	return unp
}

func (w *worker) count(p int, x int32) {
	w.cnt[x]++
	w.nr[x] += w.b.m.nr[p]
	w.nl[x] += w.b.m.nl[p]
}
