package roster

import "math"

// search is simulated annealing on one state: moves hand the work of one day
// from person to person and, in the same move, hand other days back, so that
// hours stay balanced.
type search struct {
	*state
	r     *random
	open  []int32 // sessions to draw from
	guide *guide
	cand  [][]int32
	temp  float64
	moves int64         // made since the last split
	logs  [4096]float64 // -ln u of evenly spaced u
}

func newSearch(s *state, r *random) *search {
	a := &search{state: s, r: r}
	for i := range a.logs {
		a.logs[i] = -math.Log((float64(i) + 0.5) / float64(len(a.logs)))
	}
	return a
}

// limit is the highest cost increase the next move may have.
func (a *search) limit() int32 {
	return int32(a.temp * a.logs[a.r.next()>>52])
}

// handover is the first half of every move: block of p's work on day d goes to
// q. p is -1 when the block is a hole that nobody has.
type handover struct {
	p, q, d    int
	x          int32 // the session picked
	newP, newQ int32 // patterns afterwards
	oldP, oldQ int32
}

// pick draws a session, one of its people and somebody who might take over.
func (a *search) pick() (h handover, ok bool) {
	if len(a.open) == 0 {
		return h, false
	}
	x := a.open[a.r.below(len(a.open))]
	people := len(a.members[x])
	n := people
	if a.cnt[x] < a.need[x] {
		n++
	}
	if n == 0 {
		return h, false
	}
	ses := &a.in.Sessions[x]
	h = handover{p: -1, d: ses.Day, x: x, newP: none, oldP: none}
	if k := a.r.below(n); k < people {
		h.p = int(a.members[x][k])
		h.oldP = a.pat[h.p*a.D+h.d]
	}
	if a.single[x] < 0 {
		return h, false
	}
	if h.q = a.someone(a.single[x]); h.q < 0 {
		return h, false
	}
	i := h.q*a.D + h.d
	if h.q == h.p || !a.avail[i] {
		return h, false
	}
	h.oldQ = a.pat[i]
	return h, a.rolesFit(&h)
}

// rolesFit rules out early that q cannot stand in for p at the session picked.
func (a *search) rolesFit(h *handover) bool {
	nr, nl := a.cntNR[h.x]+a.nr[h.q], a.cntNL[h.x]+a.nl[h.q]
	if h.p >= 0 {
		nr, nl = nr-a.nr[h.p], nl-a.nl[h.p]
	}
	return nr <= a.capNR[h.x] && nl <= a.capNL[h.x]
}

// step tries one random move and keeps it when the temperature allows.
func (a *search) step() {
	h, ok := a.pick()
	if !ok {
		return
	}
	u := int(a.r.next() >> 56) // 0 to 255: which kind of move
	switch {
	case h.oldQ == none:
		a.stepFree(&h, u)
	case a.stepBeside(&h, u):
	default:
		a.stepBusy(&h, u)
	}
}

// stepFree is a move in which q is free that day.
func (a *search) stepFree(h *handover, u int) {
	hole := h.p < 0
	a.shape(h, u&1 == 0)
	switch {
	case u < 100:
		a.transfer(h)
	case hole && u < 160:
		a.moveHole(h)
	case !hole && u < 160:
		a.compensate(h)
	case !hole && u < 240:
		a.cycle(h, false)
	default:
		a.relay(h)
	}
}

// stepBeside is a move in which q works at the place that day and takes the
// session on top. It returns false when that does not go together.
func (a *search) stepBeside(h *handover, u int) bool {
	if h.p >= 0 && a.pats[h.oldQ].place != a.pats[h.oldP].place {
		return false
	}
	w := a.with(h.oldQ, h.x)
	if w < 0 {
		return false
	}
	if h.p >= 0 {
		h.newP = a.without(h.oldP, h.x)
	}
	h.newQ = w
	switch {
	case u < 128:
		a.transfer(h)
	case h.p >= 0:
		a.compensate(h)
	}
	return true
}

// stepBusy is a move in which q has other work that day.
func (a *search) stepBusy(h *handover, u int) {
	a.shape(h, true)
	switch {
	case h.p < 0 && u < 100:
		a.moveHole(h)
		return
	case h.p < 0 || u < 32:
		a.sameDayRelay(h)
		return
	case u < 90:
		a.cycle(h, true)
		return
	}
	if h.oldP == h.oldQ {
		return
	}
	h.newP, h.newQ = h.oldQ, h.oldP
	if u < 160 {
		a.transfer(h)
	} else {
		a.compensate(h)
	}
}

// shape decides what goes over: p's whole day, or just the session picked.
func (a *search) shape(h *handover, whole bool) {
	switch {
	case h.p < 0:
		h.newQ = a.single[h.x]
	case whole:
		h.newP, h.newQ = none, h.oldP
	default:
		h.newP, h.newQ = a.without(h.oldP, h.x), a.single[h.x]
	}
}

// gain is what filling a hole saves.
func (a *search) gain(h *handover) int32 {
	if h.p >= 0 {
		return 0
	}
	return int32(a.in.Weights.Shortage)
}

// transfer prices and makes the handover alone.
func (a *search) transfer(h *handover) {
	lim := a.limit() + a.gain(h)
	dq, ok := a.change(h.q, h.d, h.newQ)
	if !ok {
		return
	}
	dp := int32(0)
	if h.p >= 0 {
		if dp, ok = a.change(h.p, h.d, h.newP); !ok {
			return
		}
	}
	if dp+dq > lim {
		return
	}
	if a.exchange(h) {
		a.cost += int64(dp + dq)
	}
}

// exchange makes the handover if the sessions' roles allow it.
func (a *search) exchange(h *handover) bool {
	if h.p >= 0 {
		a.set(h.p, h.d, none, 0)
	}
	if h.oldQ >= 0 {
		a.set(h.q, h.d, none, 0)
	}
	if a.fitsPattern(h.q, h.newQ) {
		a.set(h.q, h.d, h.newQ, 0)
		if h.newP == none {
			return true
		}
		if a.fitsPattern(h.p, h.newP) {
			a.set(h.p, h.d, h.newP, 0)
			return true
		}
		a.set(h.q, h.d, none, 0)
	}
	if h.p >= 0 {
		a.set(h.p, h.d, h.oldP, 0)
	}
	if h.oldQ >= 0 {
		a.set(h.q, h.d, h.oldQ, 0)
	}
	return false
}

// back undoes an exchange.
func (a *search) back(h *handover) {
	if h.p >= 0 {
		a.set(h.p, h.d, none, 0)
	}
	a.set(h.q, h.d, none, 0)
	if h.p >= 0 {
		a.set(h.p, h.d, h.oldP, 0)
	}
	if h.oldQ >= 0 {
		a.set(h.q, h.d, h.oldQ, 0)
	}
}

// diff is base cost, minutes and unpopular sessions of pattern nw over old.
func (a *search) diff(p int, old, nw int32) (base, minutes, unp int32) {
	if old >= 0 {
		o := &a.pats[old]
		base, minutes, unp = -a.base(p, o), -o.minutes, -o.unp
	}
	if nw >= 0 {
		n := &a.pats[nw]
		base += a.base(p, n)
		minutes += n.minutes
		unp += n.unp
	}
	return base, minutes, unp
}

// allowed is can and rests for a pattern or a day off.
func (a *search) allowed(p, d int, nw int32) bool {
	return a.keeps(p, d, nw) && (nw < 0 || a.can(p, d, &a.pats[nw]) && a.rests(p, d, nw))
}

// twoDays prices p's new patterns on two different days d and e.
func (a *search) twoDays(p, d int, base, minutes, unp int32, e int, old, nw int32) (delta int32, ok bool) {
	b2, m2, u2 := a.diff(p, old, nw)
	wd, we := p*a.W+d/7, p*a.W+e/7
	if wd == we {
		if a.weekMin[wd]+minutes+m2 > a.maxWeek[p] {
			return 0, false
		}
	} else if minutes > 0 && a.weekMin[wd]+minutes > a.maxWeek[p] || m2 > 0 && a.weekMin[we]+m2 > a.maxWeek[p] {
		return 0, false
	}
	if minutes += m2; minutes > 0 && a.total[p]+minutes > a.maxTot[p] {
		return 0, false
	}
	return base + b2 + a.sums(p, minutes, unp+u2), true
}

// compensate looks through all other days for the best one to hand back.
func (a *search) compensate(h *handover) {
	if !a.allowed(h.q, h.d, h.newQ) || !a.allowed(h.p, h.d, h.newP) {
		return
	}
	bp, mp, up := a.diff(h.p, h.oldP, h.newP)
	bq, mq, uq := a.diff(h.q, h.oldQ, h.newQ)
	e, delta := a.handBack(half{h.p, h.d, mp, up}, half{h.q, h.d, mq, uq}, bp+bq, a.limit())
	if e < 0 || !a.exchange(h) {
		return
	}
	rowP, rowQ := a.row(h.p), a.row(h.q)
	g := handover{p: h.q, q: h.p, d: e, oldP: rowQ[e], oldQ: rowP[e], newP: rowP[e], newQ: rowQ[e]}
	if !a.restsBoth(&g) || !a.exchange(&g) {
		a.back(h)
		return
	}
	a.cost += int64(delta)
}

// restsBoth checks rest again once the first half has been made.
func (a *search) restsBoth(g *handover) bool {
	return (g.newP < 0 || a.rests(g.p, g.d, g.newP)) && (g.newQ < 0 || a.rests(g.q, g.d, g.newQ))
}

// relay hands the block to q and another of q's days on to a third person.
func (a *search) relay(h *handover) {
	e, qe := a.otherDay(h)
	if qe < 0 {
		return
	}
	r := a.someone(qe)
	if r < 0 {
		return
	}
	if r == h.q || r == h.p || a.pat[r*a.D+e] >= 0 {
		return
	}
	dr, ok := a.change(r, e, qe)
	if !ok || !a.allowed(h.q, h.d, h.newQ) {
		return
	}
	dp := int32(0)
	if h.p >= 0 {
		if dp, ok = a.change(h.p, h.d, h.newP); !ok {
			return
		}
	}
	bq, mq, uq := a.diff(h.q, h.oldQ, h.newQ)
	dq, ok := a.twoDays(h.q, h.d, bq, mq, uq, e, qe, none)
	if !ok || dp+dq+dr > a.limit()+a.gain(h) || !a.exchange(h) {
		return
	}
	g := handover{p: h.q, q: r, d: e, oldP: qe, oldQ: none, newP: none, newQ: qe}
	if !a.exchange(&g) {
		a.back(h)
		return
	}
	a.cost += int64(dp + dq + dr)
}

// sameDayRelay gives q the block; a third, free person takes what q had.
func (a *search) sameDayRelay(h *handover) {
	r := a.someone(h.oldQ)
	if r < 0 || r == h.q || r == h.p || a.pat[r*a.D+h.d] >= 0 {
		return
	}
	dr, ok := a.change(r, h.d, h.oldQ)
	if !ok {
		return
	}
	dq, ok := a.change(h.q, h.d, h.newQ)
	if !ok {
		return
	}
	dp := int32(0)
	if h.p >= 0 {
		if dp, ok = a.change(h.p, h.d, h.newP); !ok {
			return
		}
	}
	if dp+dq+dr > a.limit()+a.gain(h) {
		return
	}
	if !a.threeWay(h, r) {
		return
	}
	a.cost += int64(dp + dq + dr)
}

// threeWay makes p → q → r on one day if roles allow.
func (a *search) threeWay(h *handover, r int) bool {
	old := h.oldQ
	if h.p >= 0 {
		a.set(h.p, h.d, none, 0)
	}
	a.set(h.q, h.d, none, 0)
	if a.fitsPattern(h.q, h.newQ) {
		a.set(h.q, h.d, h.newQ, 0)
		if a.fitsPattern(r, old) {
			a.set(r, h.d, old, 0)
			return true
		}
		a.set(h.q, h.d, none, 0)
	}
	if h.p >= 0 {
		a.set(h.p, h.d, h.oldP, 0)
	}
	a.set(h.q, h.d, old, 0)
	return false
}
