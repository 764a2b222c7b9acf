package staffing

import (
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/journal"
)

// draft is the entry of an act on a shift.
func draft(kind string, s Shift) journal.Draft {
	return journal.Draft{Kind: "shift." + kind, Place: s.Place}.Fact("shift", s.ID).Fact("session", s.Session)
}

// lead refuses whoever does not decide over the shift's person at its place.
func lead(act models.Act, s Shift) error {
	if !Leads(act.Role, s.Employer) || !act.MayActAt(s.Place) {
		return models.E(models.CodeForbidden, "staffing.not_leader")
	}
	return nil
}

// own refuses whoever is not the shift's person.
func own(act models.Act, s Shift) error {
	if act.Person != s.Person {
		return models.E(models.CodeForbidden, "staffing.not_yours")
	}
	return nil
}

// Place puts a person at a session by a leader's hand: approved at once when
// the person is the leader's own. replaces is the shift taken over, nil for
// none; standIn names the person as stand-in only.
func Place(act models.Act, p models.Person, x models.Session, fit Fitness, others []Shift, replaces *Shift, standIn bool) ([]Shift, journal.Draft, error) {
	if !Leads(act.Role, p.Employer) || !act.MayActAt(x.Place) {
		return nil, journal.Draft{}, models.E(models.CodeForbidden, "staffing.not_leader").On("person")
	}
	if x.State == models.SessionCancelled || x.State == models.SessionClosed {
		return nil, journal.Draft{}, models.E(models.CodeState, "staffing.session_over")
	}
	s := Shift{ID: models.DeriveID("V", act.Key, x.ID, p.ID), Session: x.ID, Place: x.Place, Person: p.ID, Employer: p.Employer,
		From: x.Starts, Until: x.Ends, State: ShiftApproved, Known: true, StandIn: standIn, SessionFrom: x.Starts, SessionUntil: x.Ends}
	if err := fits(fit); err != nil {
		return nil, journal.Draft{}, err
	}
	var out []Shift
	if replaces != nil {
		s.From, s.Until, s.Breaks, s.Replaces = replaces.From, replaces.Until, replaces.Breaks, replaces.ID
		if replaces.Session != x.ID {
			return nil, journal.Draft{}, models.Invalid("replaces", "staffing.other_session")
		}
		if replaces.State != ShiftAbsent {
			old, err := replaces.do(ShiftReplace)
			if err != nil {
				return nil, journal.Draft{}, err
			}
			out = append(out, old)
		}
	}
	if err := free(others, s); err != nil {
		return nil, journal.Draft{}, err
	}
	return append(out, s), draft("placed", s).Fact("person", p.ID), nil
}

// fits turns what is missing into an error that names it.
func fits(f Fitness) error {
	if f.OK() {
		return nil
	}
	return models.Invalid("person", "staffing.missing."+f.Missing[0])
}

// free refuses a shift that meets another of the same person. The database
// refuses it too; this says with what.
func free(others []Shift, s Shift, except ...string) error {
	if s.StandIn {
		return nil
	}
	if o, hit := Clash(others, s.Person, s.From, s.Until, except...); hit {
		return models.Invalid("person", "staffing.busy", o.Place, models.DateOf(o.From))
	}
	return nil
}

// Approve is the leader's yes to proposed or claimed shifts of own people. A
// claim takes over the shift it replaces; the halves of a swap take effect when
// both leaders have said yes. shifts holds those named, what they replace, and
// their pairs.
func Approve(act models.Act, s Shift, shifts map[string]Shift) ([]Shift, journal.Draft, error) {
	if err := lead(act, s); err != nil {
		return nil, journal.Draft{}, err
	}
	if s.Pair != "" {
		return approveHalf(act, s, shifts)
	}
	next, err := s.do(ShiftApprove)
	if err != nil {
		return nil, journal.Draft{}, err
	}
	out := []Shift{next}
	if old := shifts[s.Replaces]; s.Replaces != "" && old.State != ShiftAbsent { // who fell ill meanwhile has given it up already
		if old, err = old.do(ShiftReplace); err != nil {
			return nil, journal.Draft{}, err
		}
		out = append(out, old)
	}
	return out, draft("approved", s), nil
}

// approveHalf: one leader decides over both people, or the other half waits.
func approveHalf(act models.Act, s Shift, shifts map[string]Shift) ([]Shift, journal.Draft, error) {
	pair := shifts[s.Pair]
	if pair.State != ShiftAgreed && !Leads(act.Role, pair.Employer) {
		next, err := s.do(ShiftAgree)
		return []Shift{next}, draft("swap_agreed", s), err
	}
	var out []Shift
	for _, half := range []Shift{s, pair} {
		next, err := half.do(ShiftApprove)
		if err != nil {
			return nil, journal.Draft{}, err
		}
		out = append(out, next)
		if old := shifts[half.Replaces]; old.State != ShiftAbsent {
			if old, err = old.do(ShiftReplace); err != nil {
				return nil, journal.Draft{}, err
			}
			out = append(out, old)
		}
	}
	return out, draft("swapped", s), nil
}

// Cancel takes a shift or a claim away; both halves of a swap go together.
func Cancel(act models.Act, s Shift, shifts map[string]Shift) ([]Shift, journal.Draft, error) {
	if act.Person != s.Person || s.State != ShiftClaimed {
		if err := lead(act, s); err != nil {
			return nil, journal.Draft{}, err
		}
	}
	next, err := s.do(ShiftWithdraw)
	if err != nil {
		return nil, journal.Draft{}, err
	}
	out := []Shift{next}
	if pair, ok := shifts[s.Pair]; ok && s.Pair != "" {
		if other, err := pair.do(ShiftWithdraw); err == nil {
			out = append(out, other)
		}
	}
	return out, draft("cancelled", s), nil
}

// Own does one of the person's own acts: confirm, give up, keep, fall ill.
// A leader may report own people ill too.
func Own(act models.Act, s Shift, what ShiftAct, now time.Time) ([]Shift, journal.Draft, error) {
	err := own(act, s)
	if what == ShiftFallIll && err != nil {
		err = lead(act, s)
	}
	if err != nil {
		return nil, journal.Draft{}, err
	}
	if !now.Before(s.Until) {
		return nil, journal.Draft{}, models.E(models.CodeState, "staffing.over")
	}
	switch what {
	case ShiftConfirm, ShiftGiveUp, ShiftKeep, ShiftFallIll:
	default:
		return nil, journal.Draft{}, models.Invalid("act", "")
	}
	next, err := s.do(what)
	next = next.unasked()
	return []Shift{next}, draft(string(what), s), err
}

// Claim asks for a shift that somebody gave up. It waits for the claimer's own
// leader; until then the other stays responsible.
func Claim(act models.Act, p models.Person, s Shift, fit Fitness, others []Shift, now time.Time) ([]Shift, journal.Draft, error) {
	switch {
	case act.Person != p.ID || p.ID == s.Person:
		return nil, journal.Draft{}, models.E(models.CodeForbidden, "staffing.not_yours")
	case s.State != ShiftOffered:
		return nil, journal.Draft{}, models.E(models.CodeState, "staffing.taken")
	case !now.Before(s.From):
		return nil, journal.Draft{}, models.E(models.CodeState, "staffing.over")
	}
	if err := fits(fit); err != nil {
		return nil, journal.Draft{}, err
	}
	c := s.claim(act.Key, p)
	if err := free(others, c); err != nil {
		return nil, journal.Draft{}, err
	}
	return []Shift{c}, draft("claimed", s).Fact("person", p.ID), nil
}

// claim is the shift that p would have instead of s's person.
func (s Shift) claim(key string, p models.Person) Shift {
	return Shift{ID: models.DeriveID("V", key, s.ID, p.ID), Session: s.Session, Place: s.Place, Person: p.ID, Employer: p.Employer,
		From: s.From, Until: s.Until, Breaks: s.Breaks, State: ShiftClaimed, Replaces: s.ID, SessionFrom: s.SessionFrom, SessionUntil: s.SessionUntil}
}

// AskSwap asks the person of another shift to swap.
func AskSwap(act models.Act, mine, theirs Shift, now time.Time) ([]Shift, journal.Draft, error) {
	if err := own(act, mine); err != nil {
		return nil, journal.Draft{}, err
	}
	if !mine.Firm() || !theirs.Firm() || mine.Person == theirs.Person {
		return nil, journal.Draft{}, models.E(models.CodeState, "staffing.no_swap")
	}
	mine.SwapWith, mine.SwapAsked = theirs.ID, now
	return []Shift{mine}, draft("swap_asked", mine).Fact("with", theirs.ID), nil
}

// AgreeSwap is the other person's yes: two claims, bound to each other, wait
// for the leaders.
func AgreeSwap(act models.Act, asked, mine Shift, asker, me models.Person, fitAsker, fitMe Fitness, others []Shift) ([]Shift, journal.Draft, error) {
	if err := own(act, mine); err != nil {
		return nil, journal.Draft{}, err
	}
	if asked.SwapWith != mine.ID || !asked.Firm() || !mine.Firm() || asker.ID != asked.Person {
		return nil, journal.Draft{}, models.E(models.CodeState, "staffing.no_swap")
	}
	for _, f := range []Fitness{fitAsker, fitMe} {
		if err := fits(f); err != nil {
			return nil, journal.Draft{}, err
		}
	}
	a, b := asked.claim(act.Key, me), mine.claim(act.Key, asker)
	for _, c := range []Shift{a, b} {
		if err := free(others, c, asked.ID, mine.ID); err != nil {
			return nil, journal.Draft{}, err
		}
	}
	a.Pair, b.Pair = b.ID, a.ID
	asked = asked.unasked()
	return []Shift{asked, a, b}, draft("swap_accepted", mine), nil
}

// DropSwap ends a question about a swap: the other person says no, or the one who
// asked takes it back.
func DropSwap(act models.Act, asked, theirs Shift) ([]Shift, journal.Draft, error) {
	if asked.SwapWith != theirs.ID {
		return nil, journal.Draft{}, models.E(models.CodeState, "staffing.no_swap")
	}
	kind := "swap_declined"
	if act.Person == asked.Person {
		kind = "swap_withdrawn"
	} else if err := own(act, theirs); err != nil {
		return nil, journal.Draft{}, err
	}
	return []Shift{asked.unasked()}, draft(kind, asked).Fact("with", theirs.ID), nil
}

func (s Shift) unasked() Shift {
	s.SwapWith, s.SwapAsked = "", time.Time{}
	return s
}

// swapWaits are how long after a question about a swap the other person is reminded.
var swapWaits = []time.Duration{24 * time.Hour, 72 * time.Hour}

// RemindSwap is which reminder of a question about a swap is due, from 1; 0 for none:
// it is too early, or one of the shifts has begun.
func RemindSwap(asked, theirs Shift, now time.Time) (step int, due time.Time) {
	if asked.SwapWith != theirs.ID || !asked.Firm() || !theirs.Firm() || asked.SwapAsked.IsZero() || !now.Before(asked.From) || !now.Before(theirs.From) {
		return 0, due
	}
	for i, wait := range swapWaits {
		if at := asked.SwapAsked.Add(wait); !now.Before(at) {
			step, due = i+1, at
		}
	}
	return step, due
}

// Split cuts a shift in two; the later part is offered to the others.
func Split(act models.Act, s Shift, at time.Time) ([]Shift, journal.Draft, error) {
	if own(act, s) != nil {
		if err := lead(act, s); err != nil {
			return nil, journal.Draft{}, err
		}
	}
	if !s.Firm() || !at.After(s.From) || !at.Before(s.Until) {
		return nil, journal.Draft{}, models.Invalid("at", "staffing.split")
	}
	late := s
	late = late.unasked()
	late.ID, late.From, late.State, late.Sequence, late.Known = models.DeriveID("V", act.Key, s.ID, "late"), at, ShiftOffered, 0, true
	s.Until, s.Sequence = at, s.Sequence+1
	s.Breaks, late.Breaks = nil, nil
	return []Shift{s, late}, draft("split", s), nil
}
