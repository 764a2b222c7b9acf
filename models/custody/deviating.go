package custody

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/models"
)

// deviation makes the deviation that this act opens: found by the one who acts,
// to be handled by the end of the next day.
func (s *sheet) deviation(t DeviationType) Deviation {
	return Deviation{ID: models.DeriveID("D", fmt.Sprint(s.act.Key, "/", len(s.others))), Type: t, State: DeviationOpen,
		Place: s.draft.Place, FoundBy: s.act.Person, FoundAt: s.act.At.UTC(), Deadline: models.DateOf(s.act.At).Add(1)}
}

// RaiseCmd is a deviation that a person reports.
type RaiseCmd struct {
	Type       DeviationType `json:"type"`
	Election   string        `json:"election,omitempty"`
	Place      string        `json:"place,omitempty"`
	Session    string        `json:"session,omitempty"`
	Handover   string        `json:"handover,omitempty"`
	Containers []string      `json:"containers,omitempty"`
	Expected   string        `json:"expected,omitempty"`
	Found      string        `json:"found"`
	Action     string        `json:"action,omitempty"` // what was done at once
	Owner      string        `json:"owner,omitempty"`
	Notified   []string      `json:"notified,omitempty"`
}

// Raise opens a deviation. Anybody may raise one at their own places.
func Raise(b Book, a models.Act, now time.Time, cmd RaiseCmd) (Outcome, error) {
	s := open(b, a, now, "deviation.raised")
	if !slices.Contains(DeviationTypes, cmd.Type) {
		return Outcome{}, models.Invalid("type", "custody.choose")
	}
	if cmd.Place != "" && !a.MayActAt(cmd.Place) {
		return Outcome{}, models.E(models.CodeForbidden, "custody.wrong_place")
	}
	if err := Words("found", cmd.Found, 5); err != nil {
		return Outcome{}, err
	}
	if err := words("expected", cmd.Expected, "action", cmd.Action); err != nil {
		return Outcome{}, err
	}
	for _, id := range cmd.Containers {
		if _, err := s.container(id); err != nil {
			return Outcome{}, err
		}
	}
	s.draft.Place, s.draft.Election = cmd.Place, cmd.Election
	d := s.deviation(cmd.Type)
	d.Election, d.Session, d.Handover, d.Containers = cmd.Election, cmd.Session, cmd.Handover, cmd.Containers
	d.Expected, d.Found, d.Action, d.Owner, d.Notified = cmd.Expected, cmd.Found, cmd.Action, cmd.Owner, cmd.Notified
	s.others = append(s.others, d)
	s.fact("deviation", d.ID)
	s.fact("type", string(d.Type))
	return s.done()
}

// DeviateCmd is an act on a deviation: note, assign, handle, reopen or close.
// Only the fields of the act are used.
type DeviateCmd struct {
	Deviation string
	Act       DeviationAct
	Words     string // note, action taken, reason of reopening, or conclusion
	Owner     string
	Deadline  models.Date
	Notified  []string
}

// Deviate adds to a deviation or closes it. The one who found it cannot close
// it, and nobody can while its difference account is not empty.
func Deviate(b Book, a models.Act, now time.Time, cmd DeviateCmd) (Outcome, error) {
	s := open(b, a, now, "deviation."+string(cmd.Act))
	d, err := b.Deviation(cmd.Deviation)
	if err != nil {
		return Outcome{}, err
	}
	if d.Place != "" && !a.MayActAt(d.Place) {
		return Outcome{}, models.E(models.CodeForbidden, "custody.wrong_place")
	}
	if d.State, err = DeviationStates.Next(d.State, cmd.Act); err != nil {
		return Outcome{}, err
	}
	least := 5
	if cmd.Act == DeviationAssign {
		least = 0
	}
	if err := Words("words", cmd.Words, least); err != nil {
		return Outcome{}, err
	}
	s.draft.Place, s.draft.Election = d.Place, d.Election
	switch cmd.Act {
	case DeviationAssign:
		if cmd.Owner == "" {
			return Outcome{}, models.Invalid("owner", "custody.choose")
		}
		d.Owner = cmd.Owner
		if !cmd.Deadline.IsZero() {
			d.Deadline = cmd.Deadline
		}
	case DeviationHandle:
		d.Action, d.HandledBy = cmd.Words, a.Person
	case DeviationClose:
		if err := s.mayClose(d); err != nil {
			return Outcome{}, err
		}
		d.Conclusion, d.ClosedBy, d.ClosedAt = cmd.Words, a.Person, s.act.At.UTC()
	}
	if cmd.Words != "" && cmd.Act != DeviationClose {
		d.Notes = append(slices.Clone(d.Notes), Note{a.Person, s.act.At.UTC(), cmd.Words})
	}
	d.Notified = append(slices.Clone(d.Notified), cmd.Notified...)
	s.others = append(s.others, d)
	s.fact("deviation", d.ID)
	s.fact("words", cmd.Words)
	return s.done()
}

func (s *sheet) mayClose(d Deviation) error {
	if d.FoundBy == s.act.Person {
		return models.E(models.CodeSamePerson, "custody.finder_closes")
	}
	held, err := s.holds(Difference(d.ID))
	if err != nil {
		return err
	}
	if len(contents(held)) > 0 || len(boxesIn(held)) > 0 {
		return models.E(models.CodeBalance, "custody.difference_open", countText(ByKind(held)))
	}
	return nil
}

// ExplainCmd empties the difference account of a deviation.
type ExplainCmd struct {
	Deviation string
	How       Explained
	Container string // for found and miscounted_here
	Words     string
}

// Explain books what a difference was. What is lost stays visible as voided
// with the reason "lost"; the container it was in can still be found later.
func Explain(b Book, a models.Act, now time.Time, cmd ExplainCmd) (Outcome, error) {
	s := open(b, a, now, "difference.explained")
	d, err := b.Deviation(cmd.Deviation)
	if err != nil {
		return Outcome{}, err
	}
	if d.Place != "" && !a.MayActAt(d.Place) {
		return Outcome{}, models.E(models.CodeForbidden, "custody.wrong_place")
	}
	if d.State == DeviationClosed {
		return Outcome{}, models.Refused("explain", d.State)
	}
	if err := Words("words", cmd.Words, 10); err != nil {
		return Outcome{}, err
	}
	s.draft.Place, s.draft.Election = d.Place, d.Election
	target, err := s.explainTo(cmd)
	if err != nil {
		return Outcome{}, err
	}
	if err := s.empty(Difference(d.ID), target, cmd.How == ByLoss); err != nil {
		return Outcome{}, err
	}
	d.Explained = cmd.How
	d.Notes = append(slices.Clone(d.Notes), Note{a.Person, s.act.At.UTC(), cmd.Words})
	s.others = append(s.others, d)
	s.fact("deviation", d.ID)
	s.fact("explained", string(cmd.How))
	s.fact("words", cmd.Words)
	return s.done()
}

func (s *sheet) explainTo(cmd ExplainCmd) (string, error) {
	switch cmd.How {
	case ByDesk:
		return Voter, nil
	case ByLoss:
		return Void("lost"), nil
	case ByRecount, ByFinding:
		place := s.draft.Place
		c, err := s.here(cmd.Container)
		if err != nil {
			return "", err
		}
		s.draft.Place = place
		if len(c.Seals) > 0 {
			return "", models.E(models.CodeState, "custody.sealed", c.ID)
		}
		if c.Election == "" {
			c.Election = s.draft.Election
		}
		if c.Election != s.draft.Election {
			return "", models.E(models.CodeState, "custody.other_election", c.ID, c.Election)
		}
		return InContainer(c.ID), s.next(&c, ActPack)
	}
	return "", models.Invalid("how", "custody.choose")
}

// empty moves a whole difference account to target. A container on it can only
// go along as lost: one that turned up is taken in by Find.
func (s *sheet) empty(from, target string, lost bool) error {
	held, err := s.holds(from)
	if err != nil {
		return err
	}
	held = maps.Clone(held)
	inside := boxesIn(held)
	if len(contents(held)) == 0 && len(inside) == 0 {
		return models.E(models.CodeState, "custody.no_difference")
	}
	if len(inside) > 0 && !lost {
		return models.E(models.CodeState, "custody.find_instead", strings.Join(inside, " "))
	}
	for _, item := range Units(contents(held)) {
		if lost && held[item] < 0 {
			return models.E(models.CodeState, "custody.surplus_not_lost")
		}
		if err := s.move(item, from, target, held[item]); err != nil {
			return err
		}
	}
	for _, id := range inside {
		c, err := s.container(id)
		if err != nil {
			return err
		}
		c.Holder = target
		s.boxes[id] = c
		if err := s.move(Box(id), from, target, 1); err != nil {
			return err
		}
	}
	return nil
}

// ByKind adds up the envelopes of a holding as people count them by hand:
// CountKey(election, kind) → envelopes. Zeros are left out.
func ByKind(held map[string]int64) map[string]int {
	out := map[string]int{}
	for item, n := range held {
		if e, dest, ok := EnvelopeOf(item); ok && n != 0 {
			out[CountKey(e, Kind(dest))] += int(n)
		}
	}
	maps.DeleteFunc(out, func(_ string, n int) bool { return n == 0 })
	return out
}

// countText writes counts for a record: "KV25/own 12, KV25/other 3".
func countText(counts map[string]int) string {
	var out []string
	for _, k := range slices.Sorted(maps.Keys(counts)) {
		out = append(out, fmt.Sprint(k, " ", counts[k]))
	}
	if len(out) == 0 {
		return "0"
	}
	return strings.Join(out, ", ")
}

// settle moves the difference between what the book says lies in a container
// and what was counted to the account of a deviation. People count own, other
// and unknown; which of the other municipalities' envelopes is missing cannot
// be seen from a count, so the largest pile gives first and a surplus comes in
// as unknown, until sorting shows the truth.
func (s *sheet) settle(container, dev string, counts map[string]int) error {
	held, err := s.holds(InContainer(container))
	if err != nil {
		return err
	}
	booked := ByKind(held)
	keys := maps.Clone(booked)
	maps.Copy(keys, counts)
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		if err := s.settleKind(container, dev, key, int64(booked[key]-counts[key])); err != nil {
			return err
		}
	}
	return nil
}

func (s *sheet) settleKind(container, dev, key string, missing int64) error {
	election, kind, _ := strings.Cut(key, "/")
	in, out := InContainer(container), Difference(dev)
	if missing < 0 {
		dest := kind
		if kind == "other" {
			dest = Unknown
		}
		return s.move(Envelope(election, dest), out, in, -missing)
	}
	for missing > 0 {
		held, err := s.holds(in)
		if err != nil {
			return err
		}
		item, most := "", int64(0)
		for _, x := range Units(held) {
			if e, dest, ok := EnvelopeOf(x); ok && e == election && Kind(dest) == kind && held[x] > most {
				item, most = x, held[x]
			}
		}
		if most == 0 {
			return models.E(models.CodeBalance, "custody.not_there", missing, 0)
		}
		n := min(most, missing)
		if err := s.move(item, in, out, n); err != nil {
			return err
		}
		missing -= n
	}
	return nil
}
