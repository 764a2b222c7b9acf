package roster

import (
	"encoding/binary"
	"slices"
)

// maxNodes bounds one search for a day's staffing.
const maxNodes = 5000

// demand is what a session still asks for.
type demand struct {
	room    int // people it can still take
	n, r, l int // people, receivers, leads still needed
}

// staffing is one search: how many of each group are left, what each session
// still needs, and dead ends seen.
type staffing struct {
	c      *crew
	left   []int
	ask    map[int32]*demand
	order  []int32
	failed map[string]bool
	nodes  int
}

// possible tells whether the day can be staffed when only these facts hold.
func (c *crew) possible(active []Fact) bool {
	st := &staffing{c: c, ask: map[int32]*demand{}, failed: map[string]bool{}}
	for x := range c.s.in.Sessions {
		if c.s.in.Sessions[x].Day == c.day {
			st.ask[int32(x)] = &demand{room: len(c.s.in.Staff)}
			st.order = append(st.order, int32(x))
		}
	}
	limits := make(map[int]map[FactCode]bool)
	far := map[[2]int]bool{}
	for _, f := range active {
		if f.Staff < 0 {
			st.require(f)
			continue
		}
		if limits[f.Staff] == nil {
			limits[f.Staff] = map[FactCode]bool{}
		}
		limits[f.Staff][f.Code] = true
		if f.Code == FactFar || f.Code == FactBarred {
			far[[2]int{f.Staff, c.s.in.Sessions[f.Session].Place}] = true
		}
	}
	c.group(limits, far)
	for _, o := range c.options {
		st.left = append(st.left, o.count)
	}
	return st.search()
}

func (st *staffing) require(f Fact) {
	d := st.ask[int32(f.Session)]
	switch f.Code {
	case FactNeed:
		d.n, d.room = f.Have, f.Have
	case FactReceivers:
		d.r = f.Have
	case FactLeads:
		d.l = f.Have
	}
}

// group puts people who may do the same and are the same together.
func (c *crew) group(limits map[int]map[FactCode]bool, far map[[2]int]bool) {
	c.options = nil
	index := map[string]int{}
	for p := range c.s.in.Staff {
		o := option{r: !limits[p][FactNotReceiver], l: !limits[p][FactNotLead], count: 1}
		for k, id := range c.pats {
			if c.may(p, id, limits[p], far) {
				o.may = append(o.may, k)
			}
		}
		key := make([]byte, 0, 2*len(o.may)+1)
		key = append(key, byte(boolInt(o.r)|boolInt(o.l)<<1))
		for _, k := range o.may {
			key = binary.BigEndian.AppendUint16(key, uint16(k))
		}
		if i, ok := index[string(key)]; ok {
			c.options[i].count++
			continue
		}
		index[string(key)] = len(c.options)
		c.options = append(c.options, o)
	}
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// may tells whether p may work a pattern under the limits in force.
func (c *crew) may(p int, id int32, limits map[FactCode]bool, far map[[2]int]bool) bool {
	s, pt := c.s, &c.s.pats[id]
	switch {
	case limits[FactAbsent], far[[2]int{p, int(pt.place)}]:
		return false
	case limits[FactWeek] && s.weekMin[p*s.W+Week(c.day)]+pt.minutes > s.maxWeek[p]:
		return false
	case limits[FactTotal] && s.total[p]+pt.minutes > s.maxTot[p]:
		return false
	case limits[FactRest] && s.restAround(p, Session{Day: c.day, Start: int(pt.start), End: int(pt.end)}) < s.in.MinRestMin:
		return false
	}
	return true
}

// search fills the session with least choice first.
func (st *staffing) search() bool {
	x, found, dead := st.tightest()
	if dead {
		return false
	}
	if !found {
		return true
	}
	key := st.key()
	if st.failed[key] {
		return false
	}
	if st.crowded() {
		st.failed[key] = true
		return false
	}
	if st.nodes++; st.nodes > maxNodes {
		st.c.cut = true
		return true // not proven impossible
	}
	for _, t := range st.tries(x) {
		o, pt := &st.c.options[t.group], &st.c.s.pats[t.pat]
		old1, old2 := *st.ask[pt.s1], demand{}
		st.take(o, pt.s1)
		if pt.s2 >= 0 {
			old2 = *st.ask[pt.s2]
			st.take(o, pt.s2)
		}
		st.left[t.group]--
		ok := st.search()
		st.left[t.group]++
		*st.ask[pt.s1] = old1
		if pt.s2 >= 0 {
			*st.ask[pt.s2] = old2
		}
		if ok {
			return true
		}
	}
	st.failed[key] = true
	return false
}

// try is one of a group taking one pattern; the lowest score is tried first.
type try struct {
	group int
	pat   int32
	score int
}

// tries lists who could take session x: people with little choice first, leads
// and receivers where they are needed and not where they would be wasted, and
// rather two sessions by one person than by two.
func (st *staffing) tries(x int32) []try {
	var out []try
	for g := range st.c.options {
		o := &st.c.options[g]
		if st.left[g] == 0 {
			continue
		}
		for _, k := range o.may {
			id := st.c.pats[k]
			pt := &st.c.s.pats[id]
			if pt.s1 != x && pt.s2 != x || !st.room(o, pt.s1) || pt.s2 >= 0 && !st.room(o, pt.s2) {
				continue
			}
			score := len(o.may)
			for _, y := range [2]int32{pt.s1, pt.s2} {
				if y < 0 {
					continue
				}
				d := st.ask[y]
				score += 100*boolInt(o.l != (d.l > 0)) + 50*boolInt(o.r != (d.r > 0)) - 200*boolInt(d.n > 0)
			}
			out = append(out, try{g, id, score})
		}
	}
	slices.SortStableFunc(out, func(a, b try) int { return a.score - b.score })
	return out
}

// crowded tells whether sessions at the same time ask for more people, leads
// or receivers than are left for any of them: nobody is at two at once.
func (st *staffing) crowded() bool {
	for _, y := range st.order {
		at := st.c.s.in.Sessions[y].Start
		need, have := heads{}, heads{}
		now := map[int32]bool{}
		for _, z := range st.order {
			if ses := &st.c.s.in.Sessions[z]; ses.Start <= at && at < ses.End {
				d := st.ask[z]
				now[z] = d.n > 0 || d.r > 0 || d.l > 0
				need.add(max(d.n, d.r, d.l), d.r, d.l)
			}
		}
		for g := range st.c.options {
			o := &st.c.options[g]
			for _, k := range o.may {
				if pt := &st.c.s.pats[st.c.pats[k]]; now[pt.s1] || pt.s2 >= 0 && now[pt.s2] {
					have.add(st.left[g], st.left[g]*boolInt(o.r), st.left[g]*boolInt(o.l))
					break
				}
			}
		}
		if have.n < need.n || have.r < need.r || have.l < need.l {
			return true
		}
	}
	return false
}

// heads counts people, receivers among them and leads among them.
type heads struct{ n, r, l int }

func (h *heads) add(n, r, l int) {
	h.n += n
	h.r += r
	h.l += l
}

// room tells whether a session can take one more of a group and still get what
// it needs.
func (st *staffing) room(o *option, x int32) bool {
	d := st.ask[x]
	return d.room > 0 && (o.r || d.room > d.r) && (o.l || d.room > d.l)
}

func (st *staffing) take(o *option, x int32) {
	d := st.ask[x]
	d.room--
	d.n = max(0, d.n-1)
	if o.r {
		d.r = max(0, d.r-1)
	}
	if o.l {
		d.l = max(0, d.l-1)
	}
}

// tightest finds the session with least slack; dead when one can no longer get
// what it needs.
func (st *staffing) tightest() (x int32, found, dead bool) {
	least := 0
	for _, y := range st.order {
		d := st.ask[y]
		if d.n == 0 && d.r == 0 && d.l == 0 {
			continue
		}
		n, r, l := st.hands(y)
		if n < d.n || r < d.r || l < d.l {
			return 0, false, true
		}
		slack := min(n-d.n, r-d.r, l-d.l)
		if !found || slack < least {
			x, found, least = y, true, slack
		}
	}
	return x, found, false
}

// hands counts who could still come to session y.
func (st *staffing) hands(y int32) (n, r, l int) {
	for g := range st.c.options {
		o := &st.c.options[g]
		for _, k := range o.may {
			if pt := &st.c.s.pats[st.c.pats[k]]; pt.s1 == y || pt.s2 == y {
				n += st.left[g]
				r += st.left[g] * boolInt(o.r)
				l += st.left[g] * boolInt(o.l)
				break
			}
		}
	}
	return n, r, l
}

// key names what is left and still asked for.
func (st *staffing) key() string {
	b := make([]byte, 0, 2*len(st.left)+8*len(st.order))
	for _, n := range st.left {
		b = binary.BigEndian.AppendUint16(b, uint16(n))
	}
	for _, y := range st.order {
		d := st.ask[y]
		for _, v := range [4]int{d.room, d.n, d.r, d.l} {
			b = binary.BigEndian.AppendUint16(b, uint16(v))
		}
	}
	return string(b)
}
