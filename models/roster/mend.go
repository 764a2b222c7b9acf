package roster

// Filling holes by chains: somebody takes the hole and gives up another shift
// for it, somebody else takes that one, until a person is free. Breadth first,
// so that the fewest people change.

// link is one step of a chain: person p takes session x, on day d, and gives
// up session y on day e (y is none when p is simply free).
type link struct {
	p      int
	x, y   int32
	parent int
}

// maxLinks bounds the search for one hole.
const maxLinks = 4000

// maxFailures is how many holes may turn out unfillable before mend gives up.
const maxFailures = 20

// mend fills what holes it can.
func (s *state) mend(stop func() bool) {
	failures := 0
	for x := int32(0); int(x) < s.S && failures < maxFailures; x++ {
		for s.cnt[x] < s.need[x] && s.single[x] >= 0 && !stop() {
			if !s.chain(x) {
				failures++
				break
			}
		}
	}
}

// chain fills one place at session x, or changes nothing.
func (s *state) chain(x int32) bool {
	links := []link{}
	seen := map[int32]bool{x: true}
	if s.links(x, -1, -1, seen, &links) {
		return s.walk(links, len(links)-1)
	}
	for i := 0; i < len(links) && len(links) < maxLinks; i++ {
		l := links[i]
		if !s.links(l.y, l.p, i, seen, &links) {
			continue
		}
		if s.walk(links, len(links)-1) {
			return true
		}
		links = links[:len(links)-1] // the same person twice in the chain
	}
	return false
}

// links adds every way to take session x after left has gone from it (-1:
// nobody). It returns true with a last link whose person is free.
func (s *state) links(x int32, left, parent int, seen map[int32]bool, out *[]link) bool {
	ses := &s.in.Sessions[x]
	near := s.near[ses.Place]
	for _, q := range near {
		if s.takes(int(q), x, left) && s.alone(int(q), x) {
			*out = append(*out, link{int(q), x, none, parent})
			return true
		}
	}
	for _, q := range near {
		if int(q) != left && s.takes(int(q), x, left) {
			s.swaps(int(q), x, parent, seen, out)
		}
	}
	return false
}

// takes tells whether q is not at x yet and x's roles allow q once left is gone.
func (s *state) takes(q int, x int32, left int) bool {
	for _, p := range s.members[x] {
		if int(p) == q {
			return false
		}
	}
	n, nr, nl := s.cnt[x], s.cntNR[x], s.cntNL[x]
	if left >= 0 {
		n, nr, nl = n-1, nr-s.nr[left], nl-s.nl[left]
	}
	return q != left && n < s.need[x] && nr+s.nr[q] <= s.capNR[x] && nl+s.nl[q] <= s.capNL[x]
}

// alone tells whether q can take x without giving anything up.
func (s *state) alone(q int, x int32) bool {
	d := s.in.Sessions[x].Day
	nw := s.with(s.pat[q*s.D+d], x)
	if nw < 0 {
		return false
	}
	_, ok := s.change(q, d, nw)
	return ok
}

// swaps adds the links in which q gives up one session and can then take x.
func (s *state) swaps(q int, x int32, parent int, seen map[int32]bool, out *[]link) {
	if !s.avail[q*s.D+s.in.Sessions[x].Day] {
		return
	}
	for e := range s.D {
		old := s.pat[q*s.D+e]
		if old < 0 {
			continue
		}
		for _, y := range [2]int32{s.pats[old].s1, s.pats[old].s2} {
			if y < 0 || seen[y] {
				continue
			}
			rest := s.without(old, y)
			less, ok := s.change(q, e, rest)
			if !ok {
				continue
			}
			s.set(q, e, rest, less)
			can := s.alone(q, x)
			s.set(q, e, old, -less)
			if can {
				seen[y] = true
				*out = append(*out, link{q, x, y, parent})
			}
		}
	}
}

// done is one change of a chain being made, so that it can be undone.
type done struct {
	p, d  int
	old   int32
	delta int32
}

// put changes p's pattern on x's day to nw, if p's rules allow it.
func (s *state) put(p int, x, nw int32, log []done) ([]done, bool) {
	d := s.in.Sessions[x].Day
	old := s.pat[p*s.D+d]
	delta, ok := s.change(p, d, nw)
	if ok {
		s.set(p, d, nw, delta)
		log = append(log, done{p, d, old, delta})
	}
	return log, ok
}

// walk makes a chain from its first link to the last, or nothing.
func (s *state) walk(links []link, last int) bool {
	var path []link
	for i := last; i >= 0; i = links[i].parent {
		path = append(path, links[i])
	}
	var log []done
	before, ok := s.cost, true
	for i := len(path) - 1; i >= 0 && ok; i-- {
		l := path[i]
		if l.y >= 0 {
			if ok = s.holds(l.p, l.y); ok {
				log, ok = s.put(l.p, l.y, s.without(s.pat[l.p*s.D+s.in.Sessions[l.y].Day], l.y), log)
			}
		}
		if ok = ok && s.takes(l.p, l.x, -1); ok {
			nw := s.with(s.pat[l.p*s.D+s.in.Sessions[l.x].Day], l.x)
			if ok = nw >= 0; ok {
				log, ok = s.put(l.p, l.x, nw, log)
			}
		}
	}
	if ok && s.cost <= before {
		return true
	}
	for i := len(log) - 1; i >= 0; i-- {
		s.set(log[i].p, log[i].d, log[i].old, -log[i].delta)
	}
	return false
}

// holds tells whether p works at session y.
func (s *state) holds(p int, y int32) bool {
	pt := s.pat[p*s.D+s.in.Sessions[y].Day]
	return pt >= 0 && (s.pats[pt].s1 == y || s.pats[pt].s2 == y)
}
