package roster

import (
	"fmt"
	"slices"
)

// Generate makes a made-up instance for tests, benchmarks and demos: a region
// of libraries over six weeks before an election, with a few big ones, some
// open late and some hospitals, and staff who live around them. The same
// arguments give the same instance. Targets add up to the work to be done.
func Generate(seed int64, places, staff int) Instance {
	g := &generator{random: newRandom(seed, 0)}
	g.in = Instance{Name: fmt.Sprintf("generated-%d-%d-%d", places, staff, seed), Days: 41, MaxDayMin: 480, MinRestMin: 660, Weights: DefaultWeights()}
	side := 48
	for side*side < places*48*48 {
		side++
	}
	for l := range places {
		g.in.Places = append(g.in.Places, Place{ID: l, Name: fmt.Sprintf("Bibliotek %d", l+1), X: g.below(side), Y: g.below(side)})
		g.open(l, g.kind(l))
	}
	for p := range staff {
		g.in.Staff = append(g.in.Staff, g.person(p))
	}
	g.hours()
	return g.in
}

// DefaultWeights are the prices of a municipality that has not set its own.
func DefaultWeights() Weights {
	return Weights{TravelPer10: 1, NeutralPlace: 8, DislikedSlot: 30,
		OverStep: []int{240, 480, 100000}, OverCost: []int{5, 15, 40},
		UnpopularFree: 4, UnpopularStep: []int{2, 100000}, UnpopularCost: []int{20, 60}, Shortage: 5000}
}

type generator struct {
	*random
	in Instance
}

func (g *generator) chance(percent int) bool { return g.below(100) < percent }

type placeKind int

const (
	branch placeKind = iota
	mainLibrary
	lateLibrary
	hospital
)

func (g *generator) kind(l int) placeKind {
	switch u := g.below(100); {
	case l > 0 && l%6 == 5:
		return mainLibrary
	case u < 12:
		return lateLibrary
	case u < 19:
		return hospital
	}
	return branch
}

// open lists a place's sessions over the whole period.
func (g *generator) open(l int, k placeKind) {
	for d := range g.in.Days {
		wd := Weekday(d)
		last := d >= g.in.Days-14
		switch {
		case k == hospital && wd < 5:
			g.session(l, d, 450, 690, 2)
			if g.chance(40) {
				g.session(l, d, 720, 900, 2)
			}
		case k == lateLibrary && wd < 5:
			if g.chance(70) {
				g.session(l, d, 780, 1020, 2)
			} else {
				g.session(l, d, 960, 1260, 2)
			}
		case k == mainLibrary:
			g.mainDay(l, d, wd, last)
		case k == branch && wd < 6:
			g.session(l, d, 600, 840, g.need(last, 5))
			if wd < 5 && g.chance(50) {
				g.session(l, d, 840, []int{1020, 1080, 1140}[g.below(3)], g.need(last, 45))
			}
		}
	}
}

func (g *generator) mainDay(l, d, wd int, last bool) {
	switch {
	case wd == 6:
		if last {
			g.session(l, d, 660, 900, 2)
		}
	case wd == 5:
		g.session(l, d, 600, 900, g.need(last, 50))
	default:
		g.session(l, d, 600, 840, g.need(last, 50))
		end := 1020
		if wd == 3 || g.chance(33) {
			end = 1080
		}
		g.session(l, d, 840, end, g.need(last, 90))
		if wd == 3 {
			g.session(l, d, 1080, 1260, 2)
		}
	}
}

func (g *generator) need(last bool, percent int) int {
	if last && g.chance(percent) {
		return 3
	}
	return 2
}

func (g *generator) session(l, d, start, end, need int) {
	unpopular := Weekday(d) >= 5 || end > 1080
	g.in.Sessions = append(g.in.Sessions, Session{ID: len(g.in.Sessions), Place: l, Day: d, Start: start, End: end,
		Need: need, MinReceivers: 2, MinLeads: 1, Unpopular: unpopular})
}

func (g *generator) person(p int) Person {
	// the first five at each place, so that no place is out of everybody's reach
	home := g.in.Places[p%len(g.in.Places)]
	if p >= 5*len(g.in.Places) {
		home = g.in.Places[g.below(len(g.in.Places))]
	}
	per := Person{ID: p, X: home.X + g.below(51) - 25, Y: home.Y + g.below(51) - 25, Receiver: g.chance(90), MaxTravel: 100 + g.below(100)}
	per.Lead = per.Receiver && g.chance(47)
	per.MaxWeekMin = 900
	if g.chance(50) {
		per.MaxWeekMin = []int{1350, 1680}[g.below(2)]
	}
	per.Unavailable = g.absence()
	for range g.below(4) {
		per.Disliked = append(per.Disliked, g.below(12))
	}
	near := g.nearest(per, 6)
	for range 3 {
		per.Preferred = append(per.Preferred, near[g.below(len(near))])
	}
	return per
}

// absence is weekends for many, a fixed weekday for some, a holiday, odd days.
func (g *generator) absence() []int {
	off := map[int]bool{}
	weekends, weekday := g.chance(45), -1
	if g.chance(35) {
		weekday = g.below(5)
	}
	for d := range g.in.Days {
		if weekends && Weekday(d) >= 5 || Weekday(d) == weekday {
			off[d] = true
		}
	}
	if g.chance(30) {
		for d, n := g.below(g.in.Days), 4+g.below(5); n > 0; d, n = d+1, n-1 {
			if d < g.in.Days {
				off[d] = true
			}
		}
	}
	for range g.below(5) {
		off[g.below(g.in.Days)] = true
	}
	var days []int
	for d := range off {
		days = append(days, d)
	}
	slices.Sort(days)
	return days
}

func (g *generator) nearest(p Person, n int) []int {
	ids := make([]int, len(g.in.Places))
	for i := range ids {
		ids[i] = i
	}
	slices.SortStableFunc(ids, func(a, b int) int { return Distance(p, g.in.Places[a]) - Distance(p, g.in.Places[b]) })
	return ids[:min(n, len(ids))]
}

// hours deals the work out as targets, in proportion to the weekly hours.
func (g *generator) hours() {
	work, weekly, unpopular := 0, 0, 0
	for _, s := range g.in.Sessions {
		work += s.Need * s.Minutes()
		if s.Unpopular {
			unpopular += s.Need
		}
	}
	for _, p := range g.in.Staff {
		weekly += p.MaxWeekMin
	}
	for i := range g.in.Staff {
		p := &g.in.Staff[i]
		p.TargetMin = (work*p.MaxWeekMin/weekly + 15) / 30 * 30
		p.MaxTotalMin = p.TargetMin*8/5 + 480
	}
	g.in.Weights.UnpopularFree = unpopular/max(1, len(g.in.Staff)) + 1
}
