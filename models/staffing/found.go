package staffing

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/journal"
	"github.com/brevstemme/brevstemme/models/roster"
)

// Proposal is what the planner found, as shifts.
type Proposal struct {
	Added    []Shift // proposed, with reasons
	Removed  []Shift // to be cancelled
	Kept     int
	Cost     roster.Breakdown
	Missing  int // people who cannot be found
	Holes    []Hole
	Days     []DayConflict
	Fairness []Share
}

// DayConflict is a day whose sessions can each be staffed but not all together,
// and a smallest set of facts that are in the way: without any one of them it
// could be done. Proven is false when the search was cut short.
type DayConflict struct {
	Day    models.Date
	Why    []Because
	Proven bool
}

// maxDays bounds how many days are examined as a whole.
const maxDays = 7

// together explains the days with short sessions that somebody's other shift of
// the day stands in the way of, or nothing by itself: together they may be
// impossible however the day is arranged.
func (p *Problem) together(plan []roster.Assignment, holes []Hole) []DayConflict {
	var out []DayConflict
	seen := map[int]bool{}
	for _, h := range holes {
		day := p.Instance.Sessions[p.sessions[h.Session]].Day
		alone := len(h.Why) > 0 && !slices.ContainsFunc(h.Why, func(b Because) bool { return b.Fact.Code == roster.FactBusy })
		if alone || seen[day] || len(seen) >= maxDays {
			continue
		}
		seen[day] = true
		facts, proven := roster.ConflictDay(p.Instance, plan, day)
		if len(facts) > 0 {
			out = append(out, DayConflict{p.day0.Add(day), p.because(facts), proven})
		}
	}
	return out
}

func (p *Problem) because(facts []roster.Fact) []Because {
	var out []Because
	for _, f := range facts {
		b := Because{Fact: f}
		if f.Staff >= 0 {
			b.Person = p.person(f.Staff).ID
		}
		out = append(out, b)
	}
	return out
}

// SessionOf is the session that a fact is about, if it is about one.
func (p *Problem) SessionOf(f roster.Fact) (models.Session, bool) {
	if f.Session < 0 || f.Session >= len(p.Basis.Sessions) {
		return models.Session{}, false
	}
	return p.Basis.Sessions[f.Session], true
}

// Hole is a session that stays short, and why: a smallest set of facts that
// together make it impossible.
type Hole struct {
	Session string
	Short   int
	Why     []Because
}

// Because is one fact; Person is "" for facts of the session.
type Because struct {
	Fact   roster.Fact
	Person string
}

// Share is one person's part of the plan.
type Share struct {
	Person string
	roster.Load
}

// Read turns a plan back into shifts. key makes their ids.
func (p *Problem) Read(res roster.Result, key string) Proposal {
	out := Proposal{Cost: res.Cost, Missing: res.Plan.Shortage}
	have := map[roster.Assignment]bool{}
	for _, a := range res.Plan.Assignments {
		have[a] = true
	}
	for _, s := range p.Basis.Shifts {
		x, ok := p.sessions[s.Session]
		if !ok || !s.Holds() || s.StandIn {
			continue
		}
		a := roster.Assignment{Session: x, Staff: -1}
		if per, known := p.people[s.Person]; known {
			a.Staff = per
		}
		if have[a] {
			out.Kept++
			delete(have, a)
			continue
		}
		s.State, s.Sequence = ShiftCancelled, s.Sequence+1
		out.Removed = append(out.Removed, s)
	}
	for _, e := range roster.Explain(p.Instance, res.Plan.Assignments) {
		if have[e.Assignment] {
			out.Added = append(out.Added, p.shift(e, key))
		}
	}
	out.Holes = p.holes(res.Plan.Assignments)
	for _, l := range roster.Fairness(p.Instance, res.Plan.Assignments) {
		out.Fairness = append(out.Fairness, Share{p.person(l.Staff).ID, l})
	}
	return out
}

func (p *Problem) person(i int) models.Person {
	for _, per := range p.Basis.People {
		if n, ok := p.people[per.ID]; ok && n == i {
			return per
		}
	}
	return models.Person{}
}

func (p *Problem) shift(e roster.Explained, key string) Shift {
	x, per := p.Basis.Sessions[e.Session], p.person(e.Staff)
	return Shift{ID: models.DeriveID("V", key, x.ID, per.ID), Session: x.ID, Place: x.Place, Person: per.ID, Employer: per.Employer,
		From: x.Starts, Until: x.Ends, State: ShiftProposed, Why: e.Reasons, Cost: e.Cost, SessionFrom: x.Starts, SessionUntil: x.Ends}
}

// maxExplained bounds how many holes are examined: each looks at everybody.
const maxExplained = 400

func (p *Problem) holes(plan []roster.Assignment) []Hole {
	got := make([]int, len(p.Instance.Sessions))
	for _, a := range plan {
		got[a.Session]++
	}
	var out []Hole
	for i, s := range p.Instance.Sessions {
		if got[i] >= s.Need {
			continue
		}
		h := Hole{Session: p.Basis.Sessions[i].ID, Short: s.Need - got[i]}
		if len(out) < maxExplained {
			h.Why = p.because(roster.Conflict(p.Instance, plan, i))
		}
		out = append(out, h)
	}
	return out
}

// Propose writes a proposal. now holds the shifts as they stand in the book: a
// removed one that changed since the proposal was made refuses all of it, so
// that nobody's answer is lost; an added one that clashes with what came in
// between does too.
func Propose(pr Proposal, e models.Election, now []Shift) ([]Shift, journal.Draft, error) {
	var out []Shift
	byID := map[string]Shift{}
	for _, s := range now {
		byID[s.ID] = s
	}
	gone := make([]string, 0, len(pr.Removed))
	for _, s := range pr.Removed {
		if byID[s.ID].Sequence != s.Sequence-1 || !byID[s.ID].Holds() {
			return nil, journal.Draft{}, models.E(models.CodeConflict, "staffing.changed_meanwhile")
		}
		gone = append(gone, s.ID)
		out = append(out, s)
	}
	for _, s := range pr.Added {
		if _, hit := Clash(now, s.Person, s.From, s.Until, gone...); hit {
			return nil, journal.Draft{}, models.E(models.CodeConflict, "staffing.changed_meanwhile")
		}
		out = append(out, s)
	}
	if len(out) == 0 {
		return nil, journal.Draft{}, models.E(models.CodeState, "staffing.nothing_to_propose")
	}
	cost, err := json.Marshal(pr.Cost)
	return out, journal.Draft{Kind: "roster.proposed", Election: e.ID}.Fact("kept", fmt.Sprint(pr.Kept)).Fact("cost", string(cost)), err
}

// Proposed is the proposal that an entry of Propose wrote: what it changed and
// counted, without holes and shares. The planner never finds the same twice, so
// that whoever asked is answered from the book, as is the same click again.
// shifts are those that the entry changed. In a journal from before Kept and Cost
// were written they are zero.
func Proposed(entry journal.Entry, shifts []Shift) (out Proposal, err error) {
	slices.SortFunc(shifts, func(a, b Shift) int {
		return cmp.Or(a.From.Compare(b.From), cmp.Compare(a.Place, b.Place), cmp.Compare(a.ID, b.ID))
	})
	for _, s := range shifts {
		if s.State == ShiftCancelled {
			out.Removed = append(out.Removed, s)
		} else {
			out.Added = append(out.Added, s)
		}
	}
	if kept := entry.Value("kept"); kept != "" {
		if out.Kept, err = strconv.Atoi(kept); err != nil {
			return out, err
		}
	}
	if cost := entry.Value("cost"); cost != "" {
		err = json.Unmarshal([]byte(cost), &out.Cost)
	}
	out.Missing = out.Cost.Missing
	return out, err
}

// Now judges the plan as it stands, without searching: cost, holes with their
// reasons, and everybody's share.
func (p *Problem) Now() Proposal {
	plan := p.assignments(func(Shift) bool { return true })
	_, cost := roster.Check(p.Instance, plan)
	out := Proposal{Cost: cost, Missing: cost.Missing, Kept: len(plan), Holes: p.holes(plan)}
	out.Days = p.together(plan, out.Holes)
	for _, l := range roster.Fairness(p.Instance, plan) {
		out.Fairness = append(out.Fairness, Share{p.person(l.Staff).ID, l})
	}
	return out
}

// SessionByID is a session of the problem.
func (p *Problem) SessionByID(id string) models.Session {
	if i, ok := p.sessions[id]; ok {
		return p.Basis.Sessions[i]
	}
	return models.Session{}
}

// EmployerOf is the employer of a person of the basis.
func (p *Problem) EmployerOf(person string) models.Employer {
	i := slices.IndexFunc(p.Basis.People, func(x models.Person) bool { return x.ID == person })
	if i < 0 {
		return ""
	}
	return p.Basis.People[i].Employer
}
