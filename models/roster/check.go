package roster

import "sort"

// Rule names a hard rule; the text is "roster.rule.<rule>" in the catalogue.
type Rule string

// The hard rules of a plan.
const (
	RuleKnown     Rule = "known"     // session and person exist
	RuleOnce      Rule = "once"      // a person is at a session once
	RuleNeed      Rule = "need"      // not more people than needed
	RuleReceivers Rule = "receivers" // too few receivers
	RuleLeads     Rule = "leads"     // too few leads
	RuleTravel    Rule = "travel"    // too far from home
	RuleAbsent    Rule = "absent"    // on a day the person cannot
	RuleBarred    Rule = "barred"    // where the person may not work
	RuleTwoADay   Rule = "two_a_day" // more than two sessions in a day
	RuleOnePlace  Rule = "one_place" // two places in a day
	RuleOverlap   Rule = "overlap"   // two sessions at the same time
	RuleDay       Rule = "day"       // too many minutes in a day
	RuleWeek      Rule = "week"      // too many minutes in a week
	RuleTotal     Rule = "total"     // too many minutes in all
	RuleRest      Rule = "rest"      // too little rest before the next day
)

// Violation is one broken hard rule. Session, Staff and Day are -1 where they
// do not apply; Have and Limit are the figures compared.
type Violation struct {
	Rule    Rule `json:"rule"`
	Session int  `json:"session"`
	Staff   int  `json:"staff"`
	Day     int  `json:"day"`
	Have    int  `json:"have"`
	Limit   int  `json:"limit"`
}

// Breakdown is the objective by cause; Total is their sum.
type Breakdown struct {
	Travel    int `json:"travel"`
	Neutral   int `json:"neutral_place"`
	Disliked  int `json:"disliked_slot"`
	Over      int `json:"over_target"`
	Unpopular int `json:"unpopular"`
	Shortage  int `json:"shortage"`
	Total     int `json:"total"`
	Missing   int `json:"missing"` // people, not cost
}

// Check tests a plan against every hard rule and prices it. It is written from
// the rules alone and shares no code with the solver's incremental costs.
// Violations come in a fixed order; none means the plan is feasible.
func Check(in Instance, assignments []Assignment) ([]Violation, Breakdown) {
	c := &checker{in: in, bySession: make([][]int, len(in.Sessions)), byStaff: make([][]int, len(in.Staff))}
	for _, a := range assignments {
		c.take(a)
	}
	for s := range in.Sessions {
		c.session(s)
	}
	for p := range in.Staff {
		c.person(p)
	}
	b := &c.cost
	b.Total = b.Travel + b.Neutral + b.Disliked + b.Over + b.Unpopular + b.Shortage
	return c.found, c.cost
}

type checker struct {
	in        Instance
	bySession [][]int // people per session
	byStaff   [][]int // sessions per person
	found     []Violation
	cost      Breakdown
}

func (c *checker) add(rule Rule, session, staff, day, have, limit int) {
	c.found = append(c.found, Violation{rule, session, staff, day, have, limit})
}

func (c *checker) take(a Assignment) {
	if a.Session < 0 || a.Session >= len(c.in.Sessions) || a.Staff < 0 || a.Staff >= len(c.in.Staff) {
		c.add(RuleKnown, a.Session, a.Staff, -1, 0, 0)
		return
	}
	for _, p := range c.bySession[a.Session] {
		if p == a.Staff {
			c.add(RuleOnce, a.Session, a.Staff, c.in.Sessions[a.Session].Day, 2, 1)
			return
		}
	}
	c.bySession[a.Session] = append(c.bySession[a.Session], a.Staff)
	c.byStaff[a.Staff] = append(c.byStaff[a.Staff], a.Session)
}

// session checks rule 1 and counts the missing.
func (c *checker) session(s int) {
	ses, people := c.in.Sessions[s], c.bySession[s]
	missing := max(0, ses.Need-len(people))
	c.cost.Missing += missing
	c.cost.Shortage += missing * c.in.Weights.Shortage
	if len(people) > ses.Need {
		c.add(RuleNeed, s, -1, ses.Day, len(people), ses.Need)
	}
	receivers, leads := 0, 0
	for _, p := range people {
		if c.in.Staff[p].Receiver {
			receivers++
		}
		if c.in.Staff[p].Lead {
			leads++
		}
	}
	if receivers < ses.MinReceivers-missing {
		c.add(RuleReceivers, s, -1, ses.Day, receivers, ses.MinReceivers-missing)
	}
	if leads < ses.MinLeads-missing {
		c.add(RuleLeads, s, -1, ses.Day, leads, ses.MinLeads-missing)
	}
}

// person checks rules 2 to 5 and adds the person's costs.
func (c *checker) person(p int) {
	in, per := c.in, c.in.Staff[p]
	list := c.byStaff[p]
	sort.Slice(list, func(i, j int) bool {
		a, b := in.Sessions[list[i]], in.Sessions[list[j]]
		if a.Day != b.Day {
			return a.Day < b.Day
		}
		return a.Start < b.Start
	})
	week := map[int]int{}
	total, unpopular := 0, 0
	lastDay, lastEnd := -9, 0
	for i := 0; i < len(list); {
		j := i
		for j < len(list) && in.Sessions[list[j]].Day == in.Sessions[list[i]].Day {
			j++
		}
		day := in.Sessions[list[i]].Day
		start, end, minutes := c.workday(p, day, list[i:j])
		rest := minutesADay - lastEnd + start
		if lastDay >= 0 && lastDay < len(in.Lost) {
			rest -= in.Lost[lastDay]
		}
		if lastDay == day-1 && rest < in.MinRestMin {
			c.add(RuleRest, list[i], p, day, rest, in.MinRestMin)
		}
		lastDay, lastEnd = day, end
		week[day/7] += minutes
		total += minutes
		for _, s := range list[i:j] {
			if in.Sessions[s].Unpopular {
				unpopular++
			}
		}
		i = j
	}
	for w := 0; w <= in.Days/7; w++ {
		if week[w] > per.MaxWeekMin {
			c.add(RuleWeek, -1, p, w*7, week[w], per.MaxWeekMin)
		}
	}
	if total > per.MaxTotalMin {
		c.add(RuleTotal, -1, p, -1, total, per.MaxTotalMin)
	}
	c.cost.Over += in.Weights.OverCostOf(total - per.TargetMin)
	c.cost.Unpopular += in.Weights.UnpopularCostOf(unpopular)
}

// workday checks one person's day (sessions sorted by start) and prices it.
func (c *checker) workday(p, day int, list []int) (start, end, minutes int) {
	in, per := c.in, c.in.Staff[p]
	for _, d := range per.Unavailable {
		if d == day {
			c.add(RuleAbsent, list[0], p, day, day, day)
			break
		}
	}
	if len(list) > 2 {
		c.add(RuleTwoADay, list[0], p, day, len(list), 2)
	}
	start = in.Sessions[list[0]].Start
	for i, s := range list {
		ses := in.Sessions[s]
		if d := Distance(per, in.Places[ses.Place]); d > per.MaxTravel {
			c.add(RuleTravel, s, p, day, d, per.MaxTravel)
		}
		if contains(per.Barred, ses.Place) {
			c.add(RuleBarred, s, p, day, ses.Place, ses.Place)
		}
		if i > 0 && ses.Place != in.Sessions[list[0]].Place {
			c.add(RuleOnePlace, s, p, day, ses.Place, in.Sessions[list[0]].Place)
		}
		if i > 0 && ses.Start < end {
			c.add(RuleOverlap, s, p, day, ses.Start, end)
		}
		end = max(end, ses.End)
		minutes += ses.End - ses.Start
		if !contains(per.Preferred, ses.Place) {
			c.cost.Neutral += in.Weights.NeutralPlace
		}
		if contains(per.Disliked, ses.Slot()) {
			c.cost.Disliked += in.Weights.DislikedSlot
		}
	}
	if minutes > in.MaxDayMin {
		c.add(RuleDay, list[0], p, day, minutes, in.MaxDayMin)
	}
	c.cost.Travel += in.Weights.TravelCost(Distance(per, in.Places[in.Sessions[list[0]].Place]))
	return start, end, minutes
}

func contains(list []int, x int) bool {
	for _, v := range list {
		if v == x {
			return true
		}
	}
	return false
}

// Key is the violated rule's key in the message catalogue.
func (v Violation) Key() string { return "roster.rule." + string(v.Rule) }
