package trace

import "slices"

// Span is a number that lies between two, both of them possible.
type Span struct {
	Lo int64 `json:"lo"`
	Hi int64 `json:"hi"`
}

// Arrival is what became of the envelopes of some sessions together.
type Arrival struct {
	Left       int64    // that left the desks
	Counted    Span     // by receivers, with what was too many
	Waits      Span     // that nobody has counted yet
	Deviations []string // that hold what is missing or too many, sorted
	Shared     bool     // each of them can be another session's
}

// Share is what one session can have of a difference.
type Share struct {
	Session string
	Span
}

// Doubt is a difference that was found where the envelopes of several sessions
// lay together: it is one of theirs, and the book cannot say whose.
type Doubt struct {
	Entry     int64 // that found it
	Deviation string
	Container string
	Missing   int64 // negative: so many too many
	Shares    []Share
}

// Of says what became of the envelopes of the sessions, taken together.
func (t *Trace) Of(sessions ...string) Arrival {
	var a Arrival
	var who []int
	for _, id := range sessions {
		if i, ok := t.index[id]; ok && !slices.Contains(who, i) {
			who = append(who, i)
			a.Left += t.given[i]
		}
	}
	only := func(end ...int) (accept [ends]bool) {
		for _, e := range end {
			accept[e] = true
		}
		return accept
	}
	a.Counted = Span{a.Left - t.flow(who, only(endGone, endWaits)), t.flow(who, only(endCounted))}
	a.Waits = Span{a.Left - t.flow(who, only(endCounted, endGone)), t.flow(who, only(endWaits))}
	a.Shared = true
	ours := func(may []int) (some, all bool) {
		all = len(may) > 0
		for _, s := range may {
			if slices.Contains(who, s) {
				some = true
			} else {
				all = false
			}
		}
		return some, all
	}
	for _, g := range t.surplus {
		some, all := ours(g.may)
		if some && g.n > 0 {
			a.Counted.Hi += g.n
			a.Deviations, a.Shared = append(a.Deviations, g.account), a.Shared && !all
		}
		if all {
			a.Counted.Lo += g.n
		}
	}
	missing := t.missing()
	for _, g := range t.short {
		if some, all := ours(g.may); some && missing[g.account] > 0 {
			a.Deviations, a.Shared = append(a.Deviations, g.account), a.Shared && !all
		}
	}
	slices.Sort(a.Deviations)
	a.Deviations = slices.Compact(a.Deviations)
	return a
}

// Doubts lists the differences that can come from more than one session. An
// account whose units all turned up again is no difference any more.
func (t *Trace) Doubts() []Doubt {
	var out []Doubt
	missing := t.missing()
	for _, g := range t.short {
		if len(g.may) < 2 || missing[g.account] <= 0 {
			continue
		}
		d := Doubt{Entry: g.entry, Deviation: g.account, Container: g.container, Missing: g.n}
		for _, s := range g.may {
			d.Shares = append(d.Shares, Share{t.sessions[s], t.through(s, g)})
		}
		out = append(out, d)
	}
	for _, g := range t.surplus {
		if len(g.may) < 2 || g.n == 0 {
			continue
		}
		d := Doubt{Entry: g.entry, Deviation: g.account, Container: g.container, Missing: -g.n}
		for _, s := range g.may {
			d.Shares = append(d.Shares, Share{t.sessions[s], Span{0, g.n}})
		}
		out = append(out, d)
	}
	return out
}

// missing is what each account of a difference took and has not given back.
func (t *Trace) missing() map[string]int64 {
	out := map[string]int64{}
	for _, g := range t.short {
		out[g.account] += g.n
	}
	for account, n := range t.back {
		out[account] -= n
	}
	return out
}

// through is how many of a session's units went over the edge of a shortage.
func (t *Trace) through(s int, g gap) Span {
	e := t.edges[g.edge]
	t.edges[g.edge].to = endProbe
	most := t.flow([]int{s}, [ends]bool{endProbe: true})
	t.edges[g.edge] = edge{from: e.from, to: e.to}
	around := t.flow([]int{s}, [ends]bool{endCounted: true, endGone: true, endWaits: true})
	t.edges[g.edge] = e
	return Span{t.given[s] - around, min(most, g.n)}
}

// flow is the most units of the sessions that can have come to the ends: a
// maximum flow by augmenting paths (Ford and Fulkerson), bounded by the number of
// envelopes that they gave.
func (t *Trace) flow(sessions []int, accept [ends]bool) int64 {
	total := int64(0)
	for _, s := range sessions {
		for {
			t.walk++
			got := t.augment(t.source[s], 1<<62, accept)
			if got == 0 {
				break
			}
			total += got
		}
	}
	for _, i := range t.dirty {
		t.edges[i].used = 0
	}
	t.dirty = t.dirty[:0]
	return total
}

// augment sends up to n more units from a node to an accepted end.
func (t *Trace) augment(node int, n int64, accept [ends]bool) int64 {
	if node < ends {
		if accept[node] {
			return n
		}
		return 0
	}
	if t.seen[node] == t.walk {
		return 0
	}
	t.seen[node] = t.walk
	for _, i := range t.at[node] {
		e := t.edges[i]
		next, room, sign := e.to, e.cap-e.used, int64(1)
		if e.from != node {
			next, room, sign = e.from, e.used, -1
		}
		if room <= 0 || sign < 0 && e.to != node { // the edge that is asked about ends elsewhere meanwhile
			continue
		}
		if got := t.augment(next, min(n, room), accept); got > 0 {
			t.edges[i].used += sign * got
			t.dirty = append(t.dirty, i)
			return got
		}
	}
	return 0
}
