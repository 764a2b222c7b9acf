package roster

// cycle hands the block from p to q, one of q's days on to r, and the best of
// r's days back to p: three people trade, hours stay balanced. With sameDay q
// gives up what it had on the very day.
func (a *search) cycle(h *handover, sameDay bool) {
	e, qe := h.d, h.oldQ
	if !sameDay {
		if e, qe = a.otherDay(h); qe < 0 {
			return
		}
	}
	r := a.someone(qe)
	if r < 0 || r == h.q || r == h.p || a.pat[r*a.D+e] >= 0 || !a.allowed(r, e, qe) || !a.allowed(h.q, h.d, h.newQ) || !a.allowed(h.p, h.d, h.newP) {
		return
	}
	bp, mp, up := a.diff(h.p, h.oldP, h.newP)
	br, mr, ur := a.diff(r, none, qe)
	dq, ok := a.middle(h, e, qe, sameDay)
	if !ok {
		return
	}
	f, delta := a.handBack(half{h.p, h.d, mp, up}, half{r, e, mr, ur}, bp+br+dq, a.limit())
	if f < 0 {
		return
	}
	rowP, rowR := a.row(h.p), a.row(r)
	g := handover{p: r, q: h.p, d: f, oldP: rowR[f], oldQ: rowP[f], newP: rowP[f], newQ: rowR[f]}
	if a.threeSteps(h, e, qe, r, &g, sameDay) {
		a.cost += int64(delta)
	}
}

// middle prices q's part: the block comes, qe goes.
func (a *search) middle(h *handover, e int, qe int32, sameDay bool) (int32, bool) {
	if sameDay {
		return a.change(h.q, h.d, h.newQ)
	}
	b, m, u := a.diff(h.q, h.oldQ, h.newQ)
	return a.twoDays(h.q, h.d, b, m, u, e, qe, none)
}

// threeSteps makes the three handovers, or none of them.
func (a *search) threeSteps(h *handover, e int, qe int32, r int, g *handover, sameDay bool) bool {
	if sameDay {
		if !a.threeWay(h, r) {
			return false
		}
		if a.restsBoth(g) && a.exchange(g) {
			return true
		}
		a.set(r, h.d, none, 0)
		a.set(h.q, h.d, none, 0)
		a.set(h.p, h.d, none, 0)
		a.set(h.p, h.d, h.oldP, 0)
		a.set(h.q, h.d, h.oldQ, 0)
		return false
	}
	if !a.exchange(h) {
		return false
	}
	k := handover{p: h.q, q: r, d: e, oldP: qe, oldQ: none, newP: none, newQ: qe}
	if a.exchange(&k) {
		if a.restsBoth(g) && a.exchange(g) {
			return true
		}
		a.back(&k)
	}
	a.back(h)
	return false
}

// otherDay draws one of q's other days that may go.
func (a *search) otherDay(h *handover) (e int, qe int32) {
	e = a.r.below(a.D)
	for range a.D {
		if qe := a.pat[h.q*a.D+e]; qe >= 0 && e != h.d && a.keeps(h.q, e, none) {
			return e, qe
		}
		if e++; e == a.D {
			e = 0
		}
	}
	return 0, none
}

// someone draws a person who might work the pattern, -1 when there is nobody.
func (a *search) someone(pt int32) int {
	if a.guide == nil {
		list := a.near[a.pats[pt].place]
		if len(list) == 0 {
			return -1
		}
		return int(list[a.r.early(len(list))])
	}
	list := a.cand[a.pats[pt].s1]
	if len(list) == 0 {
		return -1
	}
	return int(list[a.r.below(len(list))])
}

// worth tells whether the prices leave the pattern a chance with p.
func (a *search) worth(p int, pt int32) bool {
	return a.guide == nil || a.guide.ok[p*len(a.pats)+int(pt)]
}

// moveHole fills the hole with q, who gives up another of their own days for
// it: the hole moves to where it may be easier to fill.
func (a *search) moveHole(h *handover) {
	price := int32(a.in.Weights.Shortage)
	if h.oldQ >= 0 {
		dq, ok := a.change(h.q, h.d, h.newQ)
		if !ok || dq+price*(a.pats[h.oldQ].n-1) > a.limit() || !a.exchange(h) {
			return
		}
		a.cost += int64(dq)
		return
	}
	e, qe := a.otherDay(h)
	if qe < 0 || !a.allowed(h.q, h.d, h.newQ) {
		return
	}
	dq, ok := a.middle(h, e, qe, false)
	if !ok || dq+price*(a.pats[qe].n-1) > a.limit() || !a.exchange(h) {
		return
	}
	a.set(h.q, e, none, 0)
	a.cost += int64(dq)
}

// half is what a move has already done to one person: on day d, so many more
// minutes and unpopular sessions.
type half struct {
	p, d         int
	minutes, unp int32
}

// row is a person's patterns by day.
func (s *state) row(p int) []int32 { return s.pat[p*s.D : (p+1)*s.D] }

// handBack looks through all days for the best one on which p takes over what
// q works (and q what p works that day, if anything). base is the cost of the
// move so far without the sums of p and q. It returns the day and the cost of
// the whole, at most limit; day -1 when there is none.
func (a *search) handBack(p, q half, base, limit int32) (day int, delta int32) {
	day = -1
	rowP, rowQ := a.row(p.p), a.row(q.p)
	for e, qe := range rowQ {
		pe := rowP[e]
		if qe < 0 || qe == pe || e == p.d || e == q.d || !a.worth(p.p, qe) || pe >= 0 && !a.worth(q.p, pe) {
			continue
		}
		n := &a.pats[qe]
		if !a.can(p.p, e, n) {
			continue
		}
		cost := base + a.base(p.p, n) - a.worn[q.p*a.D+e]
		minutes, unp := n.minutes, n.unp
		if pe >= 0 {
			o := &a.pats[pe]
			cost += a.base(q.p, o) - a.worn[p.p*a.D+e]
			minutes -= o.minutes
			unp -= o.unp
		}
		mp, mq := p.minutes+minutes, q.minutes-minutes
		if mp > 0 && a.total[p.p]+mp > a.maxTot[p.p] || mq > 0 && a.total[q.p]+mq > a.maxTot[q.p] {
			continue
		}
		cost += a.sums(p.p, mp, p.unp+unp) + a.sums(q.p, mq, q.unp-unp)
		if cost > limit || !a.weekOK(p, e, minutes) || !a.weekOK(q, e, -minutes) {
			continue
		}
		if !a.rests(p.p, e, qe) || !a.keeps(p.p, e, qe) || !a.allowed(q.p, e, pe) {
			continue
		}
		if !a.standsIn(p.p, q.p, qe) || pe >= 0 && !a.standsIn(q.p, p.p, pe) {
			continue
		}
		limit, day, delta = cost-1, e, cost
	}
	return day, delta
}

// standsIn tells whether the roles allow p in old's stead at a pattern's
// sessions (roughly where both are at one of them; exchange has the last word).
func (a *search) standsIn(p, old int, pt int32) bool {
	nr, nl := a.nr[p]-a.nr[old], a.nl[p]-a.nl[old]
	if nr <= 0 && nl <= 0 {
		return true
	}
	for _, x := range [2]int32{a.pats[pt].s1, a.pats[pt].s2} {
		if x >= 0 && (a.cntNR[x]+nr > a.capNR[x] || a.cntNL[x]+nl > a.capNL[x]) {
			return false
		}
	}
	return true
}

// weekOK tells whether the week limits hold with more minutes on day e besides
// what the half did.
func (a *search) weekOK(h half, e int, minutes int32) bool {
	wd, we := h.d/7, e/7
	w := a.weekMin[h.p*a.W : (h.p+1)*a.W]
	most := a.maxWeek[h.p]
	if wd == we {
		return w[wd]+h.minutes+minutes <= most
	}
	return (h.minutes <= 0 || w[wd]+h.minutes <= most) && (minutes <= 0 || w[we]+minutes <= most)
}
