package roster

import "sort"

// FactCode names a fact that can stand in the way of staffing a session. The
// text is "roster.fact.<code>" in the catalogue.
type FactCode string

// Facts. The first four belong to the session, the others to a person.
const (
	FactNeed        FactCode = "need"         // people needed
	FactReceivers   FactCode = "receivers"    // receivers needed
	FactLeads       FactCode = "leads"        // leads needed
	FactTooLong     FactCode = "too_long"     // minutes of the session, minutes allowed in a day
	FactAbsent      FactCode = "absent"       // cannot that day
	FactFar         FactCode = "far"          // distance, most the person travels (hm)
	FactBarred      FactCode = "barred"       // id of the place where the person may not work
	FactBusy        FactCode = "busy"         // id of the session that day
	FactWeek        FactCode = "week_hours"   // minutes with the session, most in a week
	FactTotal       FactCode = "total_hours"  // minutes with the session, most in all
	FactRest        FactCode = "rest"         // minutes of rest it would leave, least allowed
	FactNotReceiver FactCode = "not_receiver" // is not a receiver
	FactNotLead     FactCode = "not_lead"     // is not a lead
)

// Fact is one fact of a conflict. Staff is -1 for facts of the session. Have
// and Limit are the figures named at the code.
type Fact struct {
	Code    FactCode `json:"code"`
	Session int      `json:"session"`
	Staff   int      `json:"staff"`
	Have    int      `json:"have"`
	Limit   int      `json:"limit"`
}

// Key is the fact's key in the message catalogue. Texts of session facts take
// Have and Limit; texts of person facts take the person, Have and Limit.
func (f Fact) Key() string { return "roster.fact." + string(f.Code) }

// Conflict explains why a session cannot be fully staffed while everything
// else in the plan stays: a smallest set of facts that together make it
// impossible. It is irreducible: without any single one of them the others no
// longer stand in the way. No set with fewer facts exists. Empty when the
// session can be staffed.
//
// A session with need n, r receivers and l leads can be staffed exactly when
// at least n people, r receivers, l leads and r + l − n people who are both are
// free for it; each of the four can fail alone, which is why counting is exact.
func Conflict(in Instance, assignments []Assignment, session int) []Fact {
	if session < 0 || session >= len(in.Sessions) || len(in.Validate()) > 0 {
		return nil
	}
	var others []Assignment
	for _, a := range assignments {
		if a.Session != session {
			others = append(others, a)
		}
	}
	s := newState(compile(in))
	s.load(others)
	return s.conflict(session)
}

// shortOf is one way in which a session can lack people.
type shortOf struct {
	least          int // so many with the property must be free
	receiver, lead bool
	rules          []Fact // the session's facts that ask for it
}

// ways lists the four counts that must hold.
func ways(ses Session) []shortOf {
	n, r, l := ses.Need, ses.MinReceivers, ses.MinLeads
	need := Fact{FactNeed, ses.ID, -1, n, 0}
	rec := Fact{FactReceivers, ses.ID, -1, r, 0}
	lead := Fact{FactLeads, ses.ID, -1, l, 0}
	return []shortOf{
		{n, false, false, []Fact{need}},
		{r, true, false, []Fact{rec}},
		{l, false, true, []Fact{lead}},
		{r + l - n, true, true, []Fact{need, rec, lead}},
	}
}

func (s *state) conflict(session int) []Fact {
	ses := s.in.Sessions[session]
	facts := make([][]Fact, s.P)
	for p := range facts {
		facts[p] = s.obstacles(p, session)
	}
	var best []Fact
	for _, w := range ways(ses) {
		if set := w.smallest(s.in, facts); set != nil && (best == nil || len(set) < len(best)) {
			best = set
		}
	}
	if most := max(ses.Need, ses.MinReceivers, ses.MinLeads); most > 0 && s.single[session] < 0 && (best == nil || len(best) > 2) {
		best = []Fact{{FactNeed, session, -1, ses.Need, 0}, {FactTooLong, session, -1, ses.Minutes(), s.in.MaxDayMin}}
	}
	return best
}

// smallest picks one fact for each person that must be out of the way, or nil
// when enough people are free. Up to least-1 people may stay free; they are
// those without an obstacle first.
func (w shortOf) smallest(in Instance, facts [][]Fact) []Fact {
	if w.least <= 0 {
		return nil
	}
	set := append([]Fact(nil), w.rules...)
	var out []Fact
	spare := w.least - 1
	for p, list := range facts {
		per := in.Staff[p]
		switch {
		case w.receiver && !per.Receiver:
			out = append(out, Fact{FactNotReceiver, set[0].Session, p, 0, 0})
		case w.lead && !per.Lead:
			out = append(out, Fact{FactNotLead, set[0].Session, p, 0, 0})
		case len(list) > 0:
			out = append(out, list[0])
		default:
			if spare--; spare < 0 {
				return nil
			}
		}
	}
	// spare people need no fact against them: keep the facts easiest to change
	sort.SliceStable(out, func(i, j int) bool { return weightOf(out[i].Code) < weightOf(out[j].Code) })
	out = out[:max(0, len(out)-spare)]
	sort.SliceStable(out, func(i, j int) bool { return out[i].Staff < out[j].Staff })
	return append(set, out...)
}

// weightOf orders facts by how easily they can be changed, those first.
func weightOf(c FactCode) int {
	for i, k := range []FactCode{FactBusy, FactRest, FactWeek, FactTotal, FactAbsent, FactNotLead, FactNotReceiver, FactBarred, FactFar} {
		if k == c {
			return i
		}
	}
	return 0
}

// obstacles lists the facts that each keep p from the session, the one that is
// easiest to change first. Sessions too long for a day are not p's obstacle.
func (s *state) obstacles(p, session int) []Fact {
	ses := s.in.Sessions[session]
	per := s.in.Staff[p]
	var out []Fact
	add := func(c FactCode, have, limit int) { out = append(out, Fact{c, session, p, have, limit}) }
	old := s.pat[p*s.D+ses.Day]
	if old >= 0 && s.with(old, int32(session)) < 0 {
		add(FactBusy, int(s.pats[old].s1), 0)
	}
	minutes, limit := ses.Minutes()+int(s.weekMin[p*s.W+Week(ses.Day)]), per.MaxWeekMin
	if minutes > limit {
		add(FactWeek, minutes, limit)
	}
	if minutes := ses.Minutes() + int(s.total[p]); minutes > per.MaxTotalMin {
		add(FactTotal, minutes, per.MaxTotalMin)
	}
	if rest := s.restAround(p, ses); rest < s.in.MinRestMin {
		add(FactRest, rest, s.in.MinRestMin)
	}
	if !s.avail[p*s.D+ses.Day] {
		add(FactAbsent, ses.Day, 0)
	}
	if d := Distance(per, s.in.Places[ses.Place]); d > per.MaxTravel {
		add(FactFar, d, per.MaxTravel)
	}
	if contains(per.Barred, ses.Place) {
		add(FactBarred, ses.Place, 0)
	}
	sort.SliceStable(out, func(i, j int) bool { return weightOf(out[i].Code) < weightOf(out[j].Code) })
	return out
}

// restAround is the shorter of the rests before and after the session's day if
// p took it.
func (s *state) restAround(p int, ses Session) int {
	rest := 2 * minutesADay
	if d := ses.Day - 1; d >= 0 && s.pat[p*s.D+d] >= 0 {
		rest = min(rest, s.in.rest(d, int(s.pats[s.pat[p*s.D+d]].end), ses.Start))
	}
	if d := ses.Day + 1; d < s.D && s.pat[p*s.D+d] >= 0 {
		rest = min(rest, s.in.rest(ses.Day, ses.End, int(s.pats[s.pat[p*s.D+d]].start)))
	}
	return rest
}
