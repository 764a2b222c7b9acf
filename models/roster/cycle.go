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
	best, bestF := a.limit()+1-dq, -1
	rowP, rowR := a.pat[h.p*a.D:(h.p+1)*a.D], a.pat[r*a.D:(r+1)*a.D]
	for f, rf := range rowR {
		pf := rowP[f]
		if rf < 0 || rf == pf || f == h.d || f == e || !a.worth(h.p, rf) || pf >= 0 && !a.worth(r, pf) || !a.can(h.p, f, &a.pats[rf]) {
			continue
		}
		dp, ok := a.twoDays(h.p, h.d, bp, mp, up, f, pf, rf)
		if !ok {
			continue
		}
		dr, ok := a.twoDays(r, e, br, mr, ur, f, rf, pf)
		if !ok || dp+dr >= best || !a.rests(h.p, f, rf) || !a.allowed(r, f, pf) || !a.keeps(h.p, f, rf) {
			continue
		}
		best, bestF = dp+dr, f
	}
	if bestF < 0 {
		return
	}
	g := handover{p: r, q: h.p, d: bestF, oldP: rowR[bestF], oldQ: rowP[bestF], newP: rowP[bestF], newQ: rowR[bestF]}
	if a.threeSteps(h, e, qe, r, &g, sameDay) {
		a.cost += int64(best + dq)
		a.stat[4]++
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
		a.stat[5]++
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
	a.stat[5]++
}
