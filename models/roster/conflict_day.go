package roster

import "sort"

// smallCase is how many facts are few enough to try every subset of them.
const smallCase = 14

// ConflictDay explains why the sessions of a day cannot all be fully staffed
// while the other days of the plan stay. It returns facts that together make it
// impossible and of which every single one is needed for that. When a session
// is impossible by itself, that is Conflict's answer for the easiest one to
// explain; otherwise, with few facts, no smaller set exists. Nil when the day
// can be staffed. proven is false when the search for a staffing was
// cut short somewhere: then the set may be larger than it need be, or nil
// although there is a conflict.
//
// That a person is at one place a day, at no two sessions at once and works no
// longer than the day allows is taken for granted and not listed.
func ConflictDay(in Instance, assignments []Assignment, day int) (set []Fact, proven bool) {
	if day < 0 || day >= in.Days || len(in.Validate()) > 0 {
		return nil, true
	}
	var others []Assignment
	for _, a := range assignments {
		if a.Session >= 0 && a.Session < len(in.Sessions) && in.Sessions[a.Session].Day != day {
			others = append(others, a)
		}
	}
	s := newState(compile(in))
	s.load(others)
	for x := range in.Sessions {
		if in.Sessions[x].Day != day {
			continue
		}
		if one := s.conflict(x); one != nil && (set == nil || len(one) < len(set)) {
			set = one
		}
	}
	if set != nil {
		return set, true
	}
	c := newCrew(s, day)
	return c.smallest()
}

// crew is the question whether a day's sessions can be staffed, under a subset
// of the facts.
type crew struct {
	s       *state
	day     int
	facts   []Fact
	pats    []int32 // the day's patterns
	cut     bool    // a search ended at its limit
	options []option
}

// option is a group of like people: what they may work and are.
type option struct {
	may   []int // positions in crew.pats
	r, l  bool
	count int
}

func newCrew(s *state, day int) *crew {
	c := &crew{s: s, day: day, pats: s.dayPats[day]}
	for x, ses := range s.in.Sessions {
		if ses.Day != day {
			continue
		}
		for _, f := range []Fact{{FactNeed, x, -1, ses.Need, 0}, {FactReceivers, x, -1, ses.MinReceivers, 0}, {FactLeads, x, -1, ses.MinLeads, 0}} {
			if f.Have > 0 {
				c.facts = append(c.facts, f)
			}
		}
	}
	for p := range s.in.Staff {
		c.person(p)
	}
	// those hardest to change are tried first for leaving out
	sort.SliceStable(c.facts, func(i, j int) bool {
		a, b := c.facts[i], c.facts[j]
		return a.Staff >= 0 && (b.Staff < 0 || weightOf(a.Code) > weightOf(b.Code))
	})
	return c
}

// person lists the facts that limit p that day; far stands once for each place.
func (c *crew) person(p int) {
	s, per := c.s, c.s.in.Staff[p]
	add := func(code FactCode, session, have, limit int) {
		c.facts = append(c.facts, Fact{code, session, p, have, limit})
	}
	if !s.avail[p*s.D+c.day] {
		add(FactAbsent, -1, c.day, 0)
	}
	most, places, rest := int32(0), map[int32]bool{}, 2*minutesADay
	for _, id := range c.pats {
		pt := &s.pats[id]
		most = max(most, pt.minutes)
		rest = min(rest, s.restAround(p, Session{Day: c.day, Start: int(pt.start), End: int(pt.end)}))
		if s.trip[p*s.L+int(pt.place)] < 0 && !places[pt.place] {
			places[pt.place] = true
			if contains(per.Barred, int(pt.place)) {
				add(FactBarred, int(pt.s1), int(pt.place), 0)
			} else {
				add(FactFar, int(pt.s1), Distance(per, s.in.Places[pt.place]), per.MaxTravel)
			}
		}
	}
	if w := s.weekMin[p*s.W+Week(c.day)]; w+most > s.maxWeek[p] {
		add(FactWeek, -1, int(w+most), per.MaxWeekMin)
	}
	if s.total[p]+most > s.maxTot[p] {
		add(FactTotal, -1, int(s.total[p]+most), per.MaxTotalMin)
	}
	if rest < s.in.MinRestMin {
		add(FactRest, -1, rest, s.in.MinRestMin)
	}
	if !per.Receiver {
		add(FactNotReceiver, -1, 0, 0)
	}
	if !per.Lead {
		add(FactNotLead, -1, 0, 0)
	}
}

// smallest leaves out fact after fact for as long as the rest still conflict.
func (c *crew) smallest() ([]Fact, bool) {
	set := c.facts
	if c.possible(set) {
		return nil, !c.cut
	}
	set = c.fewerSessions(set)
	for i := 0; i < len(set); {
		less := append(append([]Fact(nil), set[:i]...), set[i+1:]...)
		if c.possible(less) {
			i++
		} else {
			set = less
		}
	}
	if len(c.facts) <= smallCase {
		set = c.fewest(set)
	}
	sort.SliceStable(set, func(i, j int) bool { return set[i].Staff < set[j].Staff })
	return set, !c.cut
}

// fewerSessions leaves out all that a session asks for in one go: a quick way
// to the few sessions that matter.
func (c *crew) fewerSessions(set []Fact) []Fact {
	for x, ses := range c.s.in.Sessions {
		if ses.Day != c.day {
			continue
		}
		var less []Fact
		for _, f := range set {
			if f.Staff >= 0 || f.Session != x {
				less = append(less, f)
			}
		}
		if !c.possible(less) {
			set = less
		}
	}
	return set
}

// fewest tries every smaller subset of all facts.
func (c *crew) fewest(best []Fact) []Fact {
	for bits := 0; bits < 1<<len(c.facts); bits++ {
		var sub []Fact
		for i, f := range c.facts {
			if bits>>i&1 == 1 {
				sub = append(sub, f)
			}
		}
		if len(sub) < len(best) && !c.possible(sub) {
			best = sub
		}
	}
	return best
}
