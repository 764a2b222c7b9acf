package roster

import "sort"

// greedy fills session by session, the hardest to staff first, each place with
// whoever costs least at that moment. It is the yardstick that bench prints.
func (s *state) greedy() {
	order := make([]int32, s.S)
	choice := make([]int, s.S)
	for x := range order {
		order[x] = int32(x)
		ses := s.in.Sessions[x]
		for _, p := range s.near[ses.Place] {
			if s.avail[int(p)*s.D+ses.Day] {
				choice[x]++
			}
		}
	}
	sort.SliceStable(order, func(i, j int) bool { return choice[order[i]] < choice[order[j]] })
	for _, x := range order {
		s.fill(x)
	}
}

// fill takes the cheapest person for each missing one at session x, as long as
// that is cheaper than leaving it empty.
func (s *state) fill(x int32) {
	ses := &s.in.Sessions[x]
	if s.single[x] < 0 {
		return
	}
	for s.cnt[x] < s.need[x] {
		best, bestPat, bestP := int32(s.in.Weights.Shortage), none, -1
		for _, p32 := range s.near[ses.Place] {
			p := int(p32)
			if !s.fits(p, x) {
				continue
			}
			nw := s.with(s.pat[p*s.D+ses.Day], x)
			if nw < 0 {
				continue
			}
			if d, ok := s.change(p, ses.Day, nw); ok && d < best {
				best, bestPat, bestP = d, nw, p
			}
		}
		if bestP < 0 {
			return
		}
		s.set(bestP, ses.Day, bestPat, best)
	}
}
