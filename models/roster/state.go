package roster

// none is the pattern of a day off.
const none = int32(-1)

// state is a feasible plan with the sums that make a change cheap to price.
type state struct {
	*model
	pat     []int32 // person × day → pattern
	worn    []int32 // person × day → base cost of that pattern
	weekMin []int32 // person × week
	total   []int32
	unp     []int32
	cnt     []int32 // per session: people, non-receivers, non-leads
	cntNR   []int32
	cntNL   []int32
	members [][]int32
	cost    int64
	must    []int32 // person × day → pattern that must stay part of the day; nil: none
}

func newState(m *model) *state {
	s := &state{model: m, pat: make([]int32, m.P*m.D), worn: make([]int32, m.P*m.D), weekMin: make([]int32, m.P*m.W), total: make([]int32, m.P), unp: make([]int32, m.P),
		cnt: make([]int32, m.S), cntNR: make([]int32, m.S), cntNL: make([]int32, m.S), members: make([][]int32, m.S)}
	for i := range s.pat {
		s.pat[i] = none
	}
	for i, n := range m.need {
		s.members[i] = make([]int32, 0, n)
		s.cost += int64(n) * int64(m.in.Weights.Shortage)
	}
	return s
}

// copyFrom makes s equal to o (same model).
func (s *state) copyFrom(o *state) {
	copy(s.pat, o.pat)
	copy(s.worn, o.worn)
	copy(s.weekMin, o.weekMin)
	copy(s.total, o.total)
	copy(s.unp, o.unp)
	copy(s.cnt, o.cnt)
	copy(s.cntNR, o.cntNR)
	copy(s.cntNL, o.cntNL)
	for i := range s.members {
		s.members[i] = append(s.members[i][:0], o.members[i]...)
	}
	s.cost = o.cost
	s.must = o.must
}

func (s *state) clone() *state {
	c := newState(s.model)
	c.copyFrom(s)
	return c
}

// change prices giving person p pattern nw instead of the present one on its
// day d, by the person's own rules and costs only (not the sessions'). ok is
// false when a rule of the person forbids it.
func (s *state) change(p, d int, nw int32) (delta int32, ok bool) {
	old := s.pat[p*s.D+d]
	var minutes, unp int32
	if old >= 0 {
		o := &s.pats[old]
		minutes, unp = -o.minutes, -o.unp
		delta = -s.worn[p*s.D+d]
	}
	if !s.keeps(p, d, nw) {
		return 0, false
	}
	if nw >= 0 {
		n := &s.pats[nw]
		if !s.can(p, d, n) || !s.rests(p, d, nw) {
			return 0, false
		}
		minutes += n.minutes
		unp += n.unp
		delta += s.base(p, n)
	}
	if minutes > 0 && (s.weekMin[p*s.W+d/7]+minutes > s.maxWeek[p] || s.total[p]+minutes > s.maxTot[p]) {
		return 0, false
	}
	return delta + s.sums(p, minutes, unp), true
}

// sums prices a change of a person's minutes and unpopular sessions.
func (s *state) sums(p int, minutes, unp int32) (delta int32) {
	if minutes != 0 {
		delta = s.overCost(p, s.total[p]+minutes) - s.overCost(p, s.total[p])
	}
	if unp != 0 {
		delta += s.unpCost[s.unp[p]+unp] - s.unpCost[s.unp[p]]
	}
	return delta
}

// can tells whether the person is there that day and lives near enough.
func (s *state) can(p, d int, n *pattern) bool {
	return s.avail[p*s.D+d] && s.trip[p*s.L+int(n.place)] >= 0
}

// rests tells whether nw on day d leaves rest to both neighbouring days.
func (s *state) rests(p, d int, nw int32) bool {
	i := p*s.D + d
	if d > 0 && s.pat[i-1] >= 0 && !s.restOK(s.pat[i-1], nw) {
		return false
	}
	return d+1 >= s.D || s.pat[i+1] < 0 || s.restOK(nw, s.pat[i+1])
}

// keeps tells whether pattern nw (or a day off) leaves p's pinned sessions.
func (s *state) keeps(p, d int, nw int32) bool {
	if s.must == nil {
		return true
	}
	must := s.must[p*s.D+d]
	if must < 0 || nw == must {
		return true
	}
	if nw < 0 || s.pats[must].s2 >= 0 {
		return false
	}
	x := s.pats[must].s1
	return s.pats[nw].s1 == x || s.pats[nw].s2 == x
}

// pin makes the present plan stay whatever is changed later.
func (s *state) pin() { s.must = append([]int32(nil), s.pat...) }

// fits tells whether session x has room for p.
func (s *state) fits(p int, x int32) bool {
	return s.cnt[x] < s.need[x] && s.cntNR[x]+s.nr[p] <= s.capNR[x] && s.cntNL[x]+s.nl[p] <= s.capNL[x]
}

// fitsPattern tells whether every session of the pattern has room for p.
func (s *state) fitsPattern(p int, nw int32) bool {
	pt := &s.pats[nw]
	return s.fits(p, pt.s1) && (pt.s2 < 0 || s.fits(p, pt.s2))
}

// set gives p pattern nw on day d and keeps every sum; delta is the price that
// change returned. Room at the sessions must have been checked.
func (s *state) set(p, d int, nw int32, delta int32) {
	i := p*s.D + d
	if old := s.pat[i]; old >= 0 {
		o := &s.pats[old]
		s.leave(p, o.s1)
		if o.s2 >= 0 {
			s.leave(p, o.s2)
		}
		s.weekMin[p*s.W+d/7] -= o.minutes
		s.total[p] -= o.minutes
		s.unp[p] -= o.unp
	}
	if nw >= 0 {
		n := &s.pats[nw]
		s.join(p, n.s1)
		if n.s2 >= 0 {
			s.join(p, n.s2)
		}
		s.weekMin[p*s.W+d/7] += n.minutes
		s.total[p] += n.minutes
		s.unp[p] += n.unp
		s.worn[i] = s.base(p, n)
	} else {
		s.worn[i] = 0
	}
	s.pat[i] = nw
	s.cost += int64(delta)
}

func (s *state) join(p int, x int32) {
	s.members[x] = append(s.members[x], int32(p))
	s.cnt[x]++
	s.cntNR[x] += s.nr[p]
	s.cntNL[x] += s.nl[p]
	s.cost -= int64(s.in.Weights.Shortage)
}

func (s *state) leave(p int, x int32) {
	l := s.members[x]
	for i, q := range l {
		if int(q) == p {
			l[i] = l[len(l)-1]
			s.members[x] = l[:len(l)-1]
			break
		}
	}
	s.cnt[x]--
	s.cntNR[x] -= s.nr[p]
	s.cntNL[x] -= s.nl[p]
	s.cost += int64(s.in.Weights.Shortage)
}

// without is pattern pt less session x: the other session alone, or none.
func (s *state) without(pt int32, x int32) int32 {
	p := &s.pats[pt]
	switch {
	case p.s2 < 0:
		return none
	case p.s1 == x:
		return s.single[p.s2]
	}
	return s.single[p.s1]
}

// with is pattern pt plus session x, or none when they do not go together.
func (s *state) with(pt int32, x int32) int32 {
	if pt < 0 {
		return s.single[x]
	}
	p := &s.pats[pt]
	if p.s2 >= 0 {
		return none
	}
	for _, id := range s.pairs[x] {
		if q := &s.pats[id]; q.s1 == p.s1 && q.s2 == x || q.s2 == p.s1 && q.s1 == x {
			return id
		}
	}
	return none
}

// assignments lists the plan.
func (s *state) assignments() []Assignment {
	out := []Assignment{}
	for x, list := range s.members {
		for _, p := range list {
			out = append(out, Assignment{x, int(p)})
		}
	}
	sortAssignments(out)
	return out
}

// load puts a feasible list of assignments into an empty state; those that do
// not fit are left out and returned.
func (s *state) load(list []Assignment) (left []Assignment) {
	for _, a := range list {
		if a.Session < 0 || a.Session >= s.S || a.Staff < 0 || a.Staff >= s.P {
			left = append(left, a)
			continue
		}
		d := s.in.Sessions[a.Session].Day
		nw := s.with(s.pat[a.Staff*s.D+d], int32(a.Session))
		if nw < 0 || !s.fits(a.Staff, int32(a.Session)) {
			left = append(left, a)
			continue
		}
		delta, ok := s.change(a.Staff, d, nw)
		if !ok {
			left = append(left, a)
			continue
		}
		s.set(a.Staff, d, nw, delta)
	}
	return left
}
