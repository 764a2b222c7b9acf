package roster

// ReasonCode names why a person is placed where they are. The text is
// "roster.reason.<code>" in the catalogue.
type ReasonCode string

// Reasons; the args are given behind each.
const (
	ReasonOnlyPerson   ReasonCode = "only_person"    // nobody else was free for it
	ReasonOnlyReceiver ReasonCode = "only_receiver"  // nobody else who is a receiver was free, and one is needed
	ReasonOnlyLead     ReasonCode = "only_lead"      // the same for a lead
	ReasonNearest      ReasonCode = "nearest"        // nearest of those free: distance in hm, how many others were free
	ReasonAlreadyThere ReasonCode = "already_there"  // works there that day anyway: the other session
	ReasonPreferred    ReasonCode = "preferred"      // a preferred place
	ReasonSlotWish     ReasonCode = "slot_wish"      // does not dislike the half-day: how many free others do
	ReasonBelowTarget  ReasonCode = "below_target"   // total with this session, target (minutes)
	ReasonCheapest     ReasonCode = "cheapest"       // how much more the next best person costs
	ReasonWholePlan    ReasonCode = "whole_plan"     // others would cost less here but are needed elsewhere: how many
	ReasonPinned       ReasonCode = "pinned"         // decided by hand (added by the caller)
	ReasonAgainstSlot  ReasonCode = "against_slot"   // although the person would rather not have this half-day
	ReasonOverTarget   ReasonCode = "over_target"    // although it takes the person above target: total, target
	ReasonKeptAsBefore ReasonCode = "kept_as_before" // as in the previous plan (added by the caller)
)

// Reason is one coded reason with the figures its text puts in.
type Reason struct {
	Code ReasonCode `json:"code"`
	Args []any      `json:"args,omitempty"`
}

// Key is the reason's key in the message catalogue.
func (r Reason) Key() string { return "roster.reason." + string(r.Code) }

// Explained is an assignment with its reasons, the weightiest first, and its
// marginal cost: what the plan would save if the person stayed at home.
type Explained struct {
	Assignment
	Cost    int      `json:"cost"`
	Reasons []Reason `json:"reasons"`
}

// Explain gives the reasons for every assignment of a feasible plan, in the
// order of session and person. Everything is judged with the rest of the plan
// as it is: who else could have taken this shift, and at what cost.
func Explain(in Instance, assignments []Assignment) []Explained {
	if len(in.Validate()) > 0 {
		return nil
	}
	s := newState(compile(in))
	s.load(assignments)
	var out []Explained
	for _, a := range s.assignments() {
		out = append(out, s.explain(a))
	}
	return out
}

// rivals sums up who else could take a shift.
type rivals struct {
	free, receivers, leads int
	nearer, dislike        int
	cheaper                int
	next                   int32 // cost above p's of the cheapest other, when nobody is cheaper
}

func (s *state) explain(a Assignment) Explained {
	ses := s.in.Sessions[a.Session]
	p, d, x := a.Staff, ses.Day, int32(a.Session)
	old := s.pat[p*s.D+d]
	rest := s.without(old, x)
	save, _ := s.change(p, d, rest)
	own := -save
	total := int(s.total[p])
	s.set(p, d, rest, save)
	rv := s.rivals(p, x, own)
	s.set(p, d, old, own)
	e := Explained{Assignment: a, Cost: int(own)}
	e.Reasons = append(s.scarcity(p, x, rv), s.merits(p, ses, rest, rv)...)
	target := s.in.Staff[p].TargetMin
	switch {
	case total <= target:
		e.add(ReasonBelowTarget, total, target)
	case total-ses.Minutes() < target || own > 0:
		e.add(ReasonOverTarget, total, target)
	}
	if rv.free > 0 {
		if rv.cheaper == 0 {
			e.add(ReasonCheapest, int(rv.next))
		} else {
			e.add(ReasonWholePlan, rv.cheaper)
		}
	}
	return e
}

func (e *Explained) add(c ReasonCode, args ...any) { e.Reasons = append(e.Reasons, Reason{c, args}) }

// rivals looks at everybody else in reach, p having left session x.
func (s *state) rivals(p int, x int32, own int32) rivals {
	ses := s.in.Sessions[x]
	rv := rivals{next: -1}
	mine := s.trip[p*s.L+ses.Place]
	for _, q32 := range s.near[ses.Place] {
		q := int(q32)
		if q == p || !s.fits(q, x) {
			continue
		}
		nw := s.with(s.pat[q*s.D+ses.Day], x)
		if nw < 0 {
			continue
		}
		c, ok := s.change(q, ses.Day, nw)
		if !ok {
			continue
		}
		rv.free++
		rv.receivers += int(1 - s.nr[q])
		rv.leads += int(1 - s.nl[q])
		if s.trip[q*s.L+ses.Place] < mine {
			rv.nearer++
		}
		if s.dis[q]&(1<<ses.Slot()) != 0 {
			rv.dislike++
		}
		if c < own {
			rv.cheaper++
		} else if rv.next < 0 || c-own < rv.next {
			rv.next = c - own
		}
	}
	return rv
}

// scarcity is the reasons from a lack of others.
func (s *state) scarcity(p int, x int32, rv rivals) (out []Reason) {
	ses := s.in.Sessions[x]
	if rv.free == 0 {
		out = append(out, Reason{Code: ReasonOnlyPerson})
	}
	if s.nr[p] == 0 && rv.receivers == 0 && ses.MinReceivers > 0 {
		out = append(out, Reason{Code: ReasonOnlyReceiver})
	}
	if s.nl[p] == 0 && rv.leads == 0 && ses.MinLeads > 0 && s.cntNL[x] >= s.capNL[x] {
		out = append(out, Reason{Code: ReasonOnlyLead})
	}
	return out
}

// merits is the reasons that speak for p; rest is what p works there besides.
func (s *state) merits(p int, ses Session, rest int32, rv rivals) (out []Reason) {
	if rest >= 0 {
		out = append(out, Reason{ReasonAlreadyThere, []any{int(s.pats[rest].s1)}})
	}
	if rv.free > 0 && rv.nearer == 0 {
		out = append(out, Reason{ReasonNearest, []any{Distance(s.in.Staff[p], s.in.Places[ses.Place]), rv.free}})
	}
	if contains(s.in.Staff[p].Preferred, ses.Place) {
		out = append(out, Reason{Code: ReasonPreferred})
	}
	if s.dis[p]&(1<<ses.Slot()) != 0 {
		out = append(out, Reason{Code: ReasonAgainstSlot})
	} else if rv.dislike > 0 {
		out = append(out, Reason{ReasonSlotWish, []any{rv.dislike}})
	}
	return out
}

// Load is one person's share of a plan, for the fairness picture.
type Load struct {
	Staff     int `json:"staff"`
	Sessions  int `json:"sessions"`
	Days      int `json:"days"`
	Minutes   int `json:"minutes"`
	Target    int `json:"target"`
	Unpopular int `json:"unpopular"`
	Disliked  int `json:"disliked"`  // sessions in a disliked half-day
	Preferred int `json:"preferred"` // sessions at a preferred place
	TravelHM  int `json:"travel_hm"` // round trips, hectometres
}

// Fairness gives each person's share of the plan, by id.
func Fairness(in Instance, assignments []Assignment) []Load {
	out := make([]Load, len(in.Staff))
	days := map[[2]int]bool{}
	for p := range out {
		out[p].Staff, out[p].Target = p, in.Staff[p].TargetMin
	}
	for _, a := range assignments {
		if a.Session < 0 || a.Session >= len(in.Sessions) || a.Staff < 0 || a.Staff >= len(in.Staff) {
			continue
		}
		ses, per, l := in.Sessions[a.Session], in.Staff[a.Staff], &out[a.Staff]
		l.Sessions++
		l.Minutes += ses.Minutes()
		if ses.Unpopular {
			l.Unpopular++
		}
		if contains(per.Disliked, ses.Slot()) {
			l.Disliked++
		}
		if contains(per.Preferred, ses.Place) {
			l.Preferred++
		}
		if k := [2]int{a.Staff, ses.Day}; !days[k] {
			days[k] = true
			l.Days++
			l.TravelHM += 2 * Distance(per, in.Places[ses.Place])
		}
	}
	return out
}
