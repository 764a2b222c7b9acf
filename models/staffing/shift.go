package staffing

import (
	"cmp"
	"slices"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/roster"
)

// ShiftState is where a shift stands.
type ShiftState string

// The states of a shift.
const (
	ShiftProposed  ShiftState = "proposed"  // by the planner; waits for the leader
	ShiftApproved  ShiftState = "approved"  // by the person's own leader
	ShiftConfirmed ShiftState = "confirmed" // the person has said yes
	ShiftOffered   ShiftState = "offered"   // given up: still theirs until somebody has taken it
	ShiftClaimed   ShiftState = "claimed"   // somebody wants it; waits for their leader
	ShiftAgreed    ShiftState = "agreed"    // half of a swap, approved by one leader of two
	ShiftAbsent    ShiftState = "absent"    // ill or otherwise away: a hole
	ShiftReplaced  ShiftState = "replaced"  // somebody else has it now
	ShiftCancelled ShiftState = "cancelled"
)

// ShiftStatesAll lists the states.
var ShiftStatesAll = []ShiftState{ShiftProposed, ShiftApproved, ShiftConfirmed, ShiftOffered, ShiftClaimed, ShiftAgreed, ShiftAbsent, ShiftReplaced, ShiftCancelled}

// ShiftAct is what may happen to a shift.
type ShiftAct string

// The acts. Approve, agree and cancel are a leader's; replace follows from
// another act; the rest are the person's own.
const (
	ShiftApprove  ShiftAct = "approve"
	ShiftAgree    ShiftAct = "agree"
	ShiftConfirm  ShiftAct = "confirm"
	ShiftGiveUp   ShiftAct = "give_up"
	ShiftKeep     ShiftAct = "keep"
	ShiftFallIll  ShiftAct = "fall_ill"
	ShiftReplace  ShiftAct = "replace"
	ShiftWithdraw ShiftAct = "cancel"
	ShiftMove     ShiftAct = "move"   // the session has other hours; the person is to confirm anew
	ShiftReopen   ShiftAct = "reopen" // the same, and the person's own leader is to approve anew
)

// ShiftActs lists the acts.
var ShiftActs = []ShiftAct{ShiftApprove, ShiftAgree, ShiftConfirm, ShiftGiveUp, ShiftKeep, ShiftFallIll, ShiftReplace, ShiftWithdraw, ShiftMove, ShiftReopen}

// ShiftStates is the state table. Absent, replaced and cancelled are final.
var ShiftStates = models.Transitions[ShiftState, ShiftAct]{
	ShiftProposed:  {ShiftApprove: ShiftApproved, ShiftWithdraw: ShiftCancelled, ShiftMove: ShiftProposed, ShiftReopen: ShiftProposed},
	ShiftApproved:  {ShiftConfirm: ShiftConfirmed, ShiftGiveUp: ShiftOffered, ShiftFallIll: ShiftAbsent, ShiftReplace: ShiftReplaced, ShiftWithdraw: ShiftCancelled, ShiftMove: ShiftApproved, ShiftReopen: ShiftProposed},
	ShiftConfirmed: {ShiftGiveUp: ShiftOffered, ShiftFallIll: ShiftAbsent, ShiftReplace: ShiftReplaced, ShiftWithdraw: ShiftCancelled, ShiftMove: ShiftApproved, ShiftReopen: ShiftProposed},
	ShiftOffered:   {ShiftKeep: ShiftConfirmed, ShiftFallIll: ShiftAbsent, ShiftReplace: ShiftReplaced, ShiftWithdraw: ShiftCancelled, ShiftMove: ShiftOffered, ShiftReopen: ShiftProposed},
	ShiftClaimed:   {ShiftApprove: ShiftApproved, ShiftAgree: ShiftAgreed, ShiftWithdraw: ShiftCancelled},
	ShiftAgreed:    {ShiftApprove: ShiftApproved, ShiftWithdraw: ShiftCancelled},
}

// Shift is one person's time at one session.
type Shift struct {
	ID       string          `json:"id"`
	Session  string          `json:"session"`
	Place    string          `json:"place"`
	Person   string          `json:"person"`
	Employer models.Employer `json:"employer"` // the person's, when the shift was made
	From     time.Time       `json:"from"`
	Until    time.Time       `json:"until"`
	Breaks   []Break         `json:"breaks"`
	State    ShiftState      `json:"state"`
	StandIn  bool            `json:"stand_in"`  // on call for the session; no member of its crew
	Replaces string          `json:"replaces"`  // shift that this one takes over
	Pair     string          `json:"pair"`      // the other half of a swap
	SwapWith string          `json:"swap_with"` // whose shift the person asks for instead; "" for none
	// When they asked: whoever does not answer is reminded (RemindSwaps).
	SwapAsked time.Time       `json:"swap_asked,omitzero"`
	Why       []roster.Reason `json:"why"`             // why the planner chose this person
	Cost      int             `json:"cost"`            // what the plan would save without the shift
	Sequence  int             `json:"sequence"`        // iCalendar SEQUENCE: grows with each change
	Known     bool            `json:"known,omitempty"` // it was firm once: the person was told, their calendar has it
	// The session's hours when the shift was made: a session that has others now
	// has left its shifts behind.
	SessionFrom  time.Time `json:"session_from,omitzero"`
	SessionUntil time.Time `json:"session_until,omitzero"`
}

// RecordKind implements models.Record.
func (Shift) RecordKind() string { return "shift" }

// RecordID implements models.Record.
func (s Shift) RecordID() string { return s.ID }

// Holds tells whether the shift is the person's: they come, or are responsible
// until somebody has taken it.
func (s Shift) Holds() bool {
	return s.State == ShiftProposed || s.State == ShiftApproved || s.State == ShiftConfirmed || s.State == ShiftOffered
}

// Firm tells whether the leader has said yes.
func (s Shift) Firm() bool { return s.Holds() && s.State != ShiftProposed }

// InCalendar tells whether the person's calendar has the shift, as theirs or as
// called off: a proposal is nobody's news, one that was firm stays known.
func (s Shift) InCalendar() bool { return s.Known || s.Firm() }

// CalledOff tells whether a shift of the calendar is not the person's as it stands:
// gone, or sent back to wait for the leader's yes.
func (s Shift) CalledOff() bool { return !s.Firm() }

// News tells whether a change of the shift concerns its person: one that they knew
// of, or a wish for another's shift that was refused.
func (s Shift) News() bool {
	return s.InCalendar() || s.State == ShiftCancelled && s.Replaces != ""
}

// Waiting tells whether a leader is to answer.
func (s Shift) Waiting() bool {
	return s.State == ShiftProposed || s.State == ShiftClaimed || s.State == ShiftAgreed
}

// Minutes is the paid length, without breaks.
func (s Shift) Minutes() int {
	d := s.Until.Sub(s.From)
	for _, b := range s.Breaks {
		d -= b.Until.Sub(b.From)
	}
	return int(d / time.Minute)
}

// overlaps tells whether two stretches share a minute; end to start is fine.
func overlaps(aFrom, aUntil, bFrom, bUntil time.Time) bool {
	return aFrom.Before(bUntil) && bFrom.Before(aUntil)
}

// do moves a shift through the state table.
func (s Shift) do(act ShiftAct) (Shift, error) {
	next, err := ShiftStates.Next(s.State, act)
	if err != nil {
		return s, models.E(models.CodeState, "staffing.refused."+string(act))
	}
	s.State, s.Sequence = next, s.Sequence+1
	s.Known = s.InCalendar()
	return s, nil
}

// Crew is the presence that shifts promise, stand-ins aside. candidates are the
// people who stand at an election of the session.
func Crew(shifts []Shift, candidates map[string]bool) []Present {
	var out []Present
	for _, s := range shifts {
		if s.Holds() && !s.StandIn {
			out = append(out, Present{s.Person, s.Employer, s.From, s.Until, s.Breaks, candidates[s.Person]})
		}
	}
	return out
}

// Candidates are those of the people who stand at an election of the session.
func Candidates(people []models.Person, x models.Session) map[string]bool {
	out := map[string]bool{}
	for _, p := range people {
		if slices.ContainsFunc(p.Candidate, x.Serves) {
			out[p.ID] = true
		}
	}
	return out
}

// Clash is the first shift of a person that meets from–until, not counting except.
func Clash(shifts []Shift, person string, from, until time.Time, except ...string) (Shift, bool) {
	for _, s := range shifts {
		if s.Person == person && s.Holds() && !s.StandIn && !slices.Contains(except, s.ID) && overlaps(s.From, s.Until, from, until) {
			return s, true
		}
	}
	return Shift{}, false
}

// Leads tells whether a role decides over the people of an employer: the
// library's leaders over theirs, Borgerservice's coordinator over all others.
func Leads(role models.Role, e models.Employer) bool {
	switch role {
	case models.RoleLibraryLead:
		return e == models.EmployerLibrary
	case models.RoleCoordinator:
		return e != models.EmployerLibrary
	}
	return false
}

// InOrder sorts shifts by time, place and id.
func InOrder(shifts []Shift) []Shift {
	slices.SortFunc(shifts, func(a, b Shift) int {
		return cmp.Or(a.From.Compare(b.From), cmp.Compare(a.Place, b.Place), cmp.Compare(a.ID, b.ID))
	})
	return shifts
}
