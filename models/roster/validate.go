package roster

import "fmt"

// Limits that every value must keep; far beyond any municipality, small enough
// that no sum overflows and no table exhausts memory.
const (
	maxDays     = 1000
	maxCoord    = 1_000_000
	maxMinutes  = 1_000_000
	maxWeight   = 1_000_000
	maxNeed     = 1000
	minutesADay = 1440
)

func (fs Findings) add(code Code, where string, args ...any) Findings {
	switch {
	case len(fs) < maxFaults:
		return append(fs, Finding{code, where, args})
	case len(fs) == maxFaults:
		return append(fs, Finding{TooManyFaults, "$", []any{1}})
	}
	last := &fs[maxFaults]
	last.Args = []any{last.Args[0].(int) + 1}
	return fs
}

// validator collects range faults of an instance.
type validator struct{ faults Findings }

func (v *validator) between(where string, value, low, high int) {
	if value < low || value > high {
		v.faults = v.faults.add(OutOfRange, where, value, low, high)
	}
}

func (v *validator) id(where string, value, n int) {
	if value < 0 || value >= n {
		v.faults = v.faults.add(NoSuchID, where, value, n)
	}
}

func (v *validator) position(where string, value, want int) {
	if value != want {
		v.faults = v.faults.add(WrongID, where+".id", value, want)
	}
}

// Validate checks ranges, ids, list lengths and times; nil when all is well.
// Solve and Check work only on instances without findings.
func (in Instance) Validate() Findings {
	v := &validator{}
	v.between("days", in.Days, 0, maxDays)
	v.between("max_day_min", in.MaxDayMin, 0, minutesADay)
	v.between("min_rest_min", in.MinRestMin, 0, 2*minutesADay)
	for i, p := range in.Places {
		where := fmt.Sprintf("places[%d]", i)
		v.position(where, p.ID, i)
		v.between(where+".x_hm", p.X, -maxCoord, maxCoord)
		v.between(where+".y_hm", p.Y, -maxCoord, maxCoord)
	}
	for i, s := range in.Sessions {
		v.session(fmt.Sprintf("sessions[%d]", i), i, s, in)
	}
	for i, p := range in.Staff {
		v.person(fmt.Sprintf("staff[%d]", i), i, p, in)
	}
	v.weights(in.Weights)
	return v.faults
}

func (v *validator) session(where string, i int, s Session, in Instance) {
	v.position(where, s.ID, i)
	v.id(where+".place", s.Place, len(in.Places))
	v.between(where+".day", s.Day, 0, in.Days-1)
	v.between(where+".start_min", s.Start, 0, minutesADay)
	v.between(where+".end_min", s.End, 0, minutesADay)
	if s.End <= s.Start {
		v.faults = v.faults.add(EndsTooEarly, where+".end_min", s.Start, s.End)
	}
	v.between(where+".need", s.Need, 0, maxNeed)
	v.between(where+".min_receivers", s.MinReceivers, 0, maxNeed)
	v.between(where+".min_leads", s.MinLeads, 0, maxNeed)
	if s.MinReceivers > s.Need {
		v.faults = v.faults.add(MinOverNeed, where+".min_receivers", s.MinReceivers, s.Need)
	}
	if s.MinLeads > s.Need {
		v.faults = v.faults.add(MinOverNeed, where+".min_leads", s.MinLeads, s.Need)
	}
}

func (v *validator) person(where string, i int, p Person, in Instance) {
	v.position(where, p.ID, i)
	v.between(where+".x_hm", p.X, -maxCoord, maxCoord)
	v.between(where+".y_hm", p.Y, -maxCoord, maxCoord)
	v.between(where+".max_week_min", p.MaxWeekMin, 0, maxMinutes)
	v.between(where+".max_total_min", p.MaxTotalMin, 0, maxMinutes)
	v.between(where+".target_min", p.TargetMin, 0, maxMinutes)
	v.between(where+".max_travel_hm", p.MaxTravel, 0, 4*maxCoord)
	for k, d := range p.Unavailable {
		v.between(fmt.Sprintf("%s.unavailable_days[%d]", where, k), d, 0, in.Days-1)
	}
	for k, s := range p.Disliked {
		v.between(fmt.Sprintf("%s.disliked_slots[%d]", where, k), s, 0, 13)
	}
	for k, pl := range p.Preferred {
		v.id(fmt.Sprintf("%s.preferred_places[%d]", where, k), pl, len(in.Places))
	}
}

func (v *validator) weights(w Weights) {
	v.between("weights.travel_per_10_hm_round_trip", w.TravelPer10, 0, maxWeight)
	v.between("weights.neutral_place", w.NeutralPlace, 0, maxWeight)
	v.between("weights.disliked_slot", w.DislikedSlot, 0, maxWeight)
	v.list("weights.over_target_step_min", w.OverStep, 3, true)
	v.list("weights.over_target_cost_per_30min", w.OverCost, 3, false)
	v.between("weights.unpopular_free", w.UnpopularFree, 0, maxMinutes)
	v.list("weights.unpopular_step", w.UnpopularStep, 2, false)
	v.list("weights.unpopular_cost_each", w.UnpopularCost, 2, false)
	v.between("weights.shortage_per_missing_person", w.Shortage, 0, maxWeight)
}

// list checks length and range; steps must also rise.
func (v *validator) list(where string, l []int, want int, steps bool) {
	if len(l) != want {
		v.faults = v.faults.add(WrongLength, where, len(l), want)
	}
	for i, x := range l {
		at := fmt.Sprintf("%s[%d]", where, i)
		v.between(at, x, 0, maxWeight)
		if steps && i > 0 && x < l[i-1] {
			v.faults = v.faults.add(StepsNotRise, at, x, l[i-1])
		}
	}
}
