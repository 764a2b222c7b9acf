package roster

import "math"

// Instance is one rostering problem: who can be placed at which session, and
// what each choice costs. All numbers are whole; ids are positions from 0.
// Times are minutes of the day, distances hectometres (100 m).
type Instance struct {
	Name       string    `json:"name"`
	Days       int       `json:"days"`         // day 0 is a Tuesday, week = day div 7
	MaxDayMin  int       `json:"max_day_min"`  // minutes of work in one day
	MinRestMin int       `json:"min_rest_min"` // minutes from the last end to the next day's first start
	Places     []Place   `json:"places"`
	Sessions   []Session `json:"sessions"`
	Staff      []Person  `json:"staff"`
	Weights    Weights   `json:"weights"`
	// Lost are the minutes that the clock takes from the night after each day: 60
	// when summer time begins, -60 when it ends. Empty for none. It is no part of
	// the file format, whose days are all alike.
	Lost []int `json:"-"`
}

// rest is the minutes between the end of work on a day and the start on the next.
func (in Instance) rest(day, end, start int) int {
	minutes := minutesADay - end + start
	if day >= 0 && day < len(in.Lost) {
		minutes -= in.Lost[day]
	}
	return minutes
}

// Place is where sessions are held; coordinates in hectometres.
type Place struct {
	ID   int    `json:"id"`
	Name string `json:"name"`
	X    int    `json:"x_hm"`
	Y    int    `json:"y_hm"`
}

// Session is one opening that needs people: Need of them, at least
// MinReceivers receivers and MinLeads leads among them.
type Session struct {
	ID           int  `json:"id"`
	Place        int  `json:"place"`
	Day          int  `json:"day"`
	Start        int  `json:"start_min"`
	End          int  `json:"end_min"`
	Need         int  `json:"need"`
	MinReceivers int  `json:"min_receivers"`
	MinLeads     int  `json:"min_leads"`
	Unpopular    bool `json:"unpopular"`
}

// Minutes is the length of the session.
func (s Session) Minutes() int { return s.End - s.Start }

// Slot is the half-day of the week: weekday × 2, + 1 from 14:00 on.
func (s Session) Slot() int {
	slot := Weekday(s.Day) * 2
	if s.Start >= afternoonStart {
		slot++
	}
	return slot
}

// afternoonStart is 14:00, where the second half-day of wishes begins.
const afternoonStart = 14 * 60

// Weekday of a day: 0 is Monday; day 0 is a Tuesday.
func Weekday(day int) int { return (day + 1) % 7 }

// Week of a day: weeks are counted in sevens from day 0.
func Week(day int) int { return day / 7 }

// Person is one member of staff, without a name: home, appointments, hours,
// absences and wishes.
type Person struct {
	ID          int   `json:"id"`
	X           int   `json:"x_hm"`
	Y           int   `json:"y_hm"`
	Receiver    bool  `json:"receiver"`
	Lead        bool  `json:"lead"`
	MaxWeekMin  int   `json:"max_week_min"`
	MaxTotalMin int   `json:"max_total_min"`
	TargetMin   int   `json:"target_min"`
	MaxTravel   int   `json:"max_travel_hm"`
	Unavailable []int `json:"unavailable_days"`
	Disliked    []int `json:"disliked_slots"`   // see Session.Slot
	Preferred   []int `json:"preferred_places"` // ids of places
	// Barred are places at which the person may not work, however near. It is
	// no part of the file format: the caller knows who is appointed where.
	Barred []int `json:"-"`
}

// Weights price a plan; see Instance cost in Check.
type Weights struct {
	TravelPer10   int   `json:"travel_per_10_hm_round_trip"`
	NeutralPlace  int   `json:"neutral_place"`
	DislikedSlot  int   `json:"disliked_slot"`
	OverStep      []int `json:"over_target_step_min"`       // 3, minutes above target
	OverCost      []int `json:"over_target_cost_per_30min"` // 3
	UnpopularFree int   `json:"unpopular_free"`
	UnpopularStep []int `json:"unpopular_step"`      // 2, sessions
	UnpopularCost []int `json:"unpopular_cost_each"` // 2
	Shortage      int   `json:"shortage_per_missing_person"`
}

// Distance from a person's home to a place in hectometres: the beeline times
// 1.3, rounded to the nearest (half up).
func Distance(p Person, pl Place) int {
	dx, dy := float64(p.X-pl.X), float64(p.Y-pl.Y)
	return int(math.Round(1.3 * math.Sqrt(dx*dx+dy*dy)))
}

// TravelCost of one worked day at that distance: the round trip in whole
// kilometres, rounded, times the weight.
func (w Weights) TravelCost(distance int) int {
	return w.TravelPer10 * ((2*distance + 5) / 10)
}

// OverCostOf prices minutes above target. Every whole 30 minutes within a step
// costs the step's price; steps are counted in minutes above target.
func (w Weights) OverCostOf(over int) int {
	if over <= 0 {
		return 0
	}
	cost, from := 0, 0
	for i, c := range w.OverCost {
		to := over
		if i < len(w.OverCost)-1 && i < len(w.OverStep) {
			to = min(over, w.OverStep[i])
		}
		if to > from {
			cost += (to - from) / 30 * c
			from = to
		}
	}
	return cost
}

// UnpopularCostOf prices a person's number of unpopular sessions.
func (w Weights) UnpopularCostOf(n int) int {
	n -= w.UnpopularFree
	if n <= 0 {
		return 0
	}
	first := n
	if len(w.UnpopularStep) > 0 {
		first = min(n, w.UnpopularStep[0])
	}
	return first*w.UnpopularCost[0] + (n-first)*w.UnpopularCost[len(w.UnpopularCost)-1]
}
