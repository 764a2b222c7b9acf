package roster

import (
	"math/bits"
	"sort"
)

// pattern is what one person can do on one day: one session, or two at the
// same place that do not overlap and fit a working day.
type pattern struct {
	s1, s2     int32 // s2 is -1 for a single session; s1 starts first
	place      int32
	day, week  int32
	minutes    int32
	n, unp     int32
	start, end int32
	slots      [2]uint32 // wish slot as a bit, 0 where there is no session
}

// model is an instance compiled for the solver: flat tables by person × day
// and person × place.
type model struct {
	in      Instance
	P, D, W int // people, days, weeks
	L, S    int // places, sessions
	pats    []pattern
	dayPats [][]int32 // patterns of each day
	single  []int32   // pattern of each session alone, -1 if too long
	pairs   [][]int32 // pair patterns that hold a session
	need    []int32   // per session: people
	capNR   []int32   // how many may not be receivers
	capNL   []int32   // how many may not be leads
	trip    []int32   // person × place, -1 beyond reach
	neutral []int32   // person × place
	dis     []uint32  // disliked slots of a person as bits
	avail   []bool    // person × day
	nr, nl  []int32   // 1 when the person is not receiver / lead
	maxWeek []int32
	maxTot  []int32
	target  []int32
	over    []int32    // price by minutes above target
	unpCost []int32    // price by number of unpopular sessions
	near    [][]int32  // people in reach of a place, cheapest first
	before  [][2]int32 // person × day → sessions of the plan to stay close to, -1; nil: none
	change1 int32      // price of a session that is new (or, negative, kept)
}

// compile builds the tables. The instance must be valid.
func compile(in Instance) *model {
	m := &model{in: in, P: len(in.Staff), D: in.Days, W: in.Days/7 + 1, L: len(in.Places), S: len(in.Sessions)}
	m.patterns()
	m.people()
	maxOver, maxUnp := 0, 1
	for p := range in.Staff {
		// nobody can work more than every minute of every day
		most := min(int(m.maxTot[p]), m.D*in.MaxDayMin)
		maxOver = max(maxOver, most-int(m.target[p]))
	}
	for _, s := range in.Sessions {
		if s.Unpopular {
			maxUnp++
		}
	}
	m.over = make([]int32, maxOver+1)
	for i := range m.over {
		m.over[i] = int32(in.Weights.OverCostOf(i))
	}
	m.unpCost = make([]int32, min(maxUnp, 2*m.D)+1)
	for i := range m.unpCost {
		m.unpCost[i] = int32(in.Weights.UnpopularCostOf(i))
	}
	return m
}

// patterns lists singles and pairs per place and day.
func (m *model) patterns() {
	in := m.in
	m.dayPats = make([][]int32, m.D)
	m.single = make([]int32, m.S)
	m.pairs = make([][]int32, m.S)
	m.need, m.capNR, m.capNL = make([]int32, m.S), make([]int32, m.S), make([]int32, m.S)
	group := map[[2]int][]int{}
	var keys [][2]int
	for i, s := range in.Sessions {
		m.need[i], m.capNR[i], m.capNL[i] = int32(s.Need), int32(s.Need-s.MinReceivers), int32(s.Need-s.MinLeads)
		k := [2]int{s.Day, s.Place}
		if group[k] == nil {
			keys = append(keys, k)
		}
		group[k] = append(group[k], i)
	}
	sort.Slice(keys, func(i, j int) bool {
		return keys[i][0] < keys[j][0] || keys[i][0] == keys[j][0] && keys[i][1] < keys[j][1]
	})
	for _, k := range keys {
		list := group[k]
		for _, a := range list {
			m.single[a] = m.addPattern(a, -1)
		}
		for _, a := range list {
			for _, b := range list {
				if a != b && in.Sessions[a].End <= in.Sessions[b].Start {
					m.addPattern(a, b)
				}
			}
		}
	}
}

func (m *model) addPattern(a, b int) int32 {
	s := m.in.Sessions[a]
	pt := pattern{s1: int32(a), s2: int32(b), place: int32(s.Place), day: int32(s.Day), week: int32(Week(s.Day)),
		minutes: int32(s.Minutes()), n: 1, start: int32(s.Start), end: int32(s.End)}
	pt.slots[0] = 1 << s.Slot()
	if s.Unpopular {
		pt.unp++
	}
	if b >= 0 {
		t := m.in.Sessions[b]
		pt.minutes += int32(t.Minutes())
		pt.n, pt.end = 2, int32(t.End)
		pt.slots[1] = 1 << t.Slot()
		if t.Unpopular {
			pt.unp++
		}
	}
	if int(pt.minutes) > m.in.MaxDayMin {
		return -1
	}
	id := int32(len(m.pats))
	m.pats = append(m.pats, pt)
	m.dayPats[s.Day] = append(m.dayPats[s.Day], id)
	if b >= 0 {
		m.pairs[a] = append(m.pairs[a], id)
		m.pairs[b] = append(m.pairs[b], id)
	}
	return id
}

// people fills the person tables and the neighbour lists.
func (m *model) people() {
	in := m.in
	m.trip, m.neutral = make([]int32, m.P*m.L), make([]int32, m.P*m.L)
	m.avail = make([]bool, m.P*m.D)
	m.dis, m.nr, m.nl = make([]uint32, m.P), make([]int32, m.P), make([]int32, m.P)
	m.maxWeek, m.maxTot, m.target = make([]int32, m.P), make([]int32, m.P), make([]int32, m.P)
	m.near = make([][]int32, m.L)
	for p, per := range in.Staff {
		for d := 0; d < m.D; d++ {
			m.avail[p*m.D+d] = true
		}
		for _, d := range per.Unavailable {
			m.avail[p*m.D+d] = false
		}
		for _, s := range per.Disliked {
			m.dis[p] |= 1 << s
		}
		if !per.Receiver {
			m.nr[p] = 1
		}
		if !per.Lead {
			m.nl[p] = 1
		}
		m.maxWeek[p], m.maxTot[p], m.target[p] = int32(per.MaxWeekMin), int32(per.MaxTotalMin), int32(per.TargetMin)
		for l, pl := range in.Places {
			m.trip[p*m.L+l] = -1
			m.neutral[p*m.L+l] = int32(in.Weights.NeutralPlace)
			if d := Distance(per, pl); d <= per.MaxTravel && !contains(per.Barred, l) {
				m.trip[p*m.L+l] = int32(in.Weights.TravelCost(d))
				m.near[l] = append(m.near[l], int32(p))
			}
		}
		for _, l := range per.Preferred {
			m.neutral[p*m.L+l] = 0
		}
	}
	for l, list := range m.near {
		sort.SliceStable(list, func(i, j int) bool { return m.placeCost(list[i], l) < m.placeCost(list[j], l) })
	}
}

// placeCost is what a day with one session at the place costs the person.
func (m *model) placeCost(p int32, l int) int32 {
	i := int(p)*m.L + l
	return m.trip[i] + m.neutral[i]
}

// base is the cost of a pattern by itself: travel, place, disliked slots.
func (m *model) base(p int, pt *pattern) int32 {
	i := p*m.L + int(pt.place)
	c := m.trip[i] + pt.n*m.neutral[i]
	if d := m.dis[p]; d&(pt.slots[0]|pt.slots[1]) != 0 {
		c += int32(bits.OnesCount32(d&pt.slots[0])+bits.OnesCount32(d&pt.slots[1])) * int32(m.in.Weights.DislikedSlot)
	}
	if m.before != nil {
		c += m.changes(p, pt)
	}
	return c
}

// changes prices what differs from the plan to stay close to: a session kept
// earns what a new one costs.
func (m *model) changes(p int, pt *pattern) (c int32) {
	b := m.before[p*m.D+int(pt.day)]
	for _, x := range [2]int32{pt.s1, pt.s2} {
		switch {
		case x < 0:
		case x == b[0] || x == b[1]:
			c -= m.change1
		default:
			c += m.change1
		}
	}
	return c
}

// overCost of a person's total minutes.
func (m *model) overCost(p int, total int32) int32 {
	if o := total - m.target[p]; o > 0 {
		return m.over[o]
	}
	return 0
}

// restOK tells whether two patterns on consecutive days leave enough rest.
func (m *model) restOK(before, after int32) bool {
	b := &m.pats[before]
	return m.in.rest(int(b.day), int(b.end), int(m.pats[after].start)) >= m.in.MinRestMin
}
