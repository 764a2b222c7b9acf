package custody

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/models"
)

// CountCmd is one receiver's blind count of everything that came.
type CountCmd struct {
	Handover string
	Place    string // where the counter is
	Reads    []Read
}

// Count books a blind count. It matches, or another person must count before
// anyone sees the giver's figures (good practice). Outcome's handover tells which.
func Count(b Book, a models.Act, now time.Time, cmd CountCmd) (Outcome, error) {
	s := open(b, a, now, "handover.counted")
	h, err := b.Handover(cmd.Handover)
	if err != nil {
		return Outcome{}, err
	}
	if err := s.receives(h, cmd.Place); err != nil {
		return Outcome{}, err
	}
	if len(h.Counts) > 0 && h.State == HandoverRecount && h.Counts[len(h.Counts)-1].Person == a.Person {
		return Outcome{}, models.E(models.CodeSamePerson, "custody.another_counts")
	}
	if err := checkReads(h, cmd.Reads); err != nil {
		return Outcome{}, err
	}
	count := BlindCount{Person: a.Person, At: s.act.At.UTC(), Reads: cmd.Reads}
	count.Match = len(Discrepancies(h.Sent, cmd.Reads)) == 0
	act := HandoverDiffer
	if count.Match {
		act = HandoverCount
	}
	offered := h.State == HandoverOffered
	if h.State, err = HandoverStates.Next(h.State, act); err != nil {
		return Outcome{}, err
	}
	if offered {
		if err := s.depart(h); err != nil {
			return Outcome{}, err
		}
	}
	h.Counts = append(slices.Clone(h.Counts), count)
	if h.Arrived.IsZero() {
		h.Arrived = s.act.At.UTC()
	}
	s.fact("count", fmt.Sprint(len(h.Counts)))
	for _, r := range cmd.Reads {
		s.fact("read."+r.Container, strings.TrimSpace(strings.Join(r.Seals, " ")+" "+string(r.Condition)+" "+countText(r.Counts)))
	}
	return s.handed(h, h.To, "", "")
}

// receives tests that the person may take in this handover at this place: the
// right place, and neither its giver nor its courier.
func (s *sheet) receives(h Handover, place string) error {
	if !s.act.MayActAt(h.To) {
		return models.E(models.CodeForbidden, "custody.wrong_place")
	}
	if place != h.To {
		return models.E(models.CodeState, "custody.wrong_destination", h.To)
	}
	switch s.act.Person {
	case h.Giver.Person, h.Witness.Person, h.Carrier.Person:
		return models.E(models.CodeSamePerson, "custody.receiver_other")
	}
	if !h.Carrier.Signed() && s.act.Person == h.Courier {
		return models.E(models.CodeSamePerson, "custody.receiver_other")
	}
	return nil
}

// checkReads cleans what was typed and wants an answer for every container.
func checkReads(h Handover, reads []Read) error {
	seen := map[string]bool{}
	for i := range reads {
		r := &reads[i]
		field := "read." + r.Container
		if seen[r.Container] {
			return models.Invalid(field, "custody.twice", r.Container)
		}
		seen[r.Container] = true
		r.Seals = cleanSorted(r.Seals)
		if !r.Arrived {
			r.Seals, r.Counts, r.Condition, r.Opened = nil, nil, ConditionUnset, false
			continue
		}
		if r.Condition == ConditionUnset && len(r.Seals) > 0 || r.Condition != ConditionUnset && !slices.Contains(Conditions, r.Condition) {
			return models.Invalid(field, "custody.condition_missing", r.Container)
		}
		for key, n := range r.Counts {
			if n < 0 || n > 100_000 {
				return models.Invalid(field, "custody.count_range", 0, 100_000)
			}
			if e, _, ok := strings.Cut(key, "/"); !ok || n > 0 && e != h.Election {
				return models.Invalid(field, "custody.other_election", r.Container, h.Election)
			}
		}
	}
	for _, x := range h.Sent {
		if !seen[x.Container] {
			return models.Invalid("read."+x.Container, "custody.read_missing", x.Container)
		}
	}
	return nil
}

// AcceptCmd is the receiver's answer.
type AcceptCmd struct {
	Handover    string
	Place       string
	Explanation string // mandatory words when something differs
	Room        string
	KeyHolder   string   // person id of who holds the key to the room, "" when nobody is named
	Keepers     []string // who may: the people known at the place; the store fills it
	Scan        string
}

// Accept takes the containers in: all of them, or those that arrived. The last
// blind count rules; what it lacks goes to the difference account of a new
// deviation, and a container that did not arrive is missing.
func Accept(b Book, a models.Act, now time.Time, cmd AcceptCmd) (Outcome, error) {
	s := open(b, a, now, "handover.accepted")
	h, err := b.Handover(cmd.Handover)
	if err != nil {
		return Outcome{}, err
	}
	if err := s.receives(h, cmd.Place); err != nil {
		return Outcome{}, err
	}
	if h.State != HandoverCounted {
		return Outcome{}, models.Refused(HandoverAccept, h.State)
	}
	last := h.Counts[len(h.Counts)-1]
	differs := Discrepancies(h.Sent, last.Reads)
	act := HandoverAccept
	if slices.ContainsFunc(differs, func(d Discrepancy) bool { return d.What == "not_arrived" }) {
		act = HandoverTake
	}
	if err := words("room", cmd.Room, "explanation", cmd.Explanation); err != nil {
		return Outcome{}, err
	}
	if cmd.KeyHolder != "" && !slices.Contains(cmd.Keepers, cmd.KeyHolder) {
		return Outcome{}, models.Invalid("key_holder", "custody.key_not_here")
	}
	s.draft.Place, s.draft.Election = h.To, h.Election
	if len(differs) > 0 {
		if err := Words("explanation", cmd.Explanation, 10); err != nil {
			return Outcome{}, err
		}
		h.Deviation = s.differ(h, differs)
	}
	if h.State, err = HandoverStates.Next(h.State, act); err != nil {
		return Outcome{}, err
	}
	h.Room, h.KeyHolder = cmd.Room, cmd.KeyHolder
	if err := s.takeIn(h, last); err != nil {
		return Outcome{}, err
	}
	h.Receiver = s.sign(a.Person, false, cmd.Scan)
	if a.Witness != "" && a.Witness != a.Person {
		h.Second = s.sign(a.Witness, false, "")
	} else if len(h.Counts) > 1 {
		first := h.Counts[0]
		h.Second = Signature{Person: first.Person, At: first.At, Means: "screen", Entered: s.now.UTC()}
	}
	h.Explanation = cmd.Explanation
	s.fact("deviation", h.Deviation)
	s.fact("room", h.Room)
	s.fact("key_holder", h.KeyHolder)
	return s.handed(h, h.To, "state", string(h.State))
}

// differ opens the deviation of a handover and gives its id.
func (s *sheet) differ(h Handover, differs []Discrepancy) string {
	t := DevSeal
	for _, x := range differs {
		if x.What == "count" && t == DevSeal {
			t = DevCount
		}
		if x.What == "not_arrived" {
			t = DevMissing
		}
	}
	d := s.deviation(t)
	d.Election, d.Handover = h.Election, h.ID
	var want, got []string
	for _, x := range differs {
		if !slices.Contains(d.Containers, x.Container) {
			d.Containers = append(d.Containers, x.Container)
		}
		want = append(want, x.Container+": "+x.Expected)
		got = append(got, x.Container+": "+x.Found)
	}
	d.Expected, d.Found = strings.Join(want, "; "), strings.Join(got, "; ")
	s.others = append(s.others, d)
	return d.ID
}

func (s *sheet) takeIn(h Handover, count BlindCount) error {
	reads := map[string]Read{}
	for _, r := range count.Reads {
		reads[r.Container] = r
	}
	for _, x := range h.Sent {
		r := reads[x.Container]
		if x.In != "" && (!r.Arrived || !reads[x.In].Arrived) {
			continue // handled with the container it lay in, or below
		}
		c, err := s.container(x.Container)
		if err != nil {
			return err
		}
		if !r.Arrived {
			if err := s.lose(c, h.Deviation); err != nil {
				return err
			}
			continue
		}
		if err := s.takeInOne(c, x, r, h); err != nil {
			return err
		}
	}
	return s.lostInside(h, reads)
}

func (s *sheet) takeInOne(c Container, x Sent, r Read, h Handover) error {
	if x.In == "" {
		if err := s.move(Box(c.ID), c.Holder, At(h.To), 1); err != nil {
			return err
		}
		c.Holder, c.Leg, c.Room, c.Key = At(h.To), "", h.Room, h.KeyHolder
		if err := s.next(&c, ActAccept); err != nil {
			return err
		}
	}
	if !r.Opened {
		return s.unopened(&c, r, h)
	}
	if len(c.Seals) > 0 {
		if err := s.snap(&c, h.To, r.Seals, "recount "+h.ID, h.To); err != nil {
			return err
		}
		if c.State == ContainerSealed {
			if err := s.next(&c, ActBreak); err != nil {
				return err
			}
		}
		s.boxes[c.ID] = c
	}
	if equalCounts(x.Counts, r.Counts) {
		return nil
	}
	return s.settle(c.ID, h.Deviation, r.Counts)
}

// unopened books the seals of a container that was taken in closed: a seal that
// was not there is lost, one that was read as broken is broken.
func (s *sheet) unopened(c *Container, r Read, h Handover) error {
	if len(c.Seals) == 0 || (slices.Equal(c.Seals, r.Seals) && r.Condition != Broken) {
		return nil
	}
	kept := r.Seals
	if r.Condition == Broken {
		kept = nil
	}
	was := c.Seals
	c.Seals = slices.DeleteFunc(slices.Clone(was), func(x string) bool { return slices.Contains(kept, x) })
	if err := s.snap(c, h.To, r.Seals, string(r.Condition)+" "+h.ID, h.To); err != nil {
		return err
	}
	c.Seals = slices.DeleteFunc(slices.Clone(was), func(x string) bool { return !slices.Contains(kept, x) })
	s.boxes[c.ID] = *c
	return nil
}

// lostInside books inner containers that were not found in an outer one that came.
func (s *sheet) lostInside(h Handover, reads map[string]Read) error {
	for _, x := range h.Sent {
		if x.In == "" || reads[x.Container].Arrived || !reads[x.In].Arrived {
			continue
		}
		c, err := s.container(x.Container)
		if err != nil {
			return err
		}
		if err := s.lose(c, h.Deviation); err != nil {
			return err
		}
	}
	return nil
}

// RefuseCmd sends everything on to a new destination.
type RefuseCmd struct {
	Handover string
	Place    string
	Reason   string
	NewDest  string // place id; may be the giver's
}

// Refuse does not take the containers in. The courier keeps them, under a new
// handover to the new destination: there is one holder at every minute.
func Refuse(b Book, a models.Act, now time.Time, cmd RefuseCmd) (Outcome, error) {
	s := open(b, a, now, "handover.refused")
	h, err := b.Handover(cmd.Handover)
	if err != nil {
		return Outcome{}, err
	}
	if err := s.receives(h, cmd.Place); err != nil {
		return Outcome{}, err
	}
	if err := Words("reason", cmd.Reason, 10); err != nil {
		return Outcome{}, err
	}
	if cmd.NewDest == "" || cmd.NewDest == h.To {
		return Outcome{}, models.Invalid("new_destination", "custody.choose")
	}
	for _, c := range h.Counts {
		if slices.ContainsFunc(c.Reads, func(r Read) bool { return r.Opened }) {
			return Outcome{}, models.E(models.CodeState, "custody.opened_cannot_refuse")
		}
	}
	if h.State, err = HandoverStates.Next(h.State, HandoverRefuse); err != nil {
		return Outcome{}, err
	}
	on := h
	on.ID, on.State, on.From, on.To, on.Previous = models.DeriveID("H", a.Key), HandoverInTransit, h.To, cmd.NewDest, h.ID
	on.Counts, on.Arrived, on.PlannedFrom, on.PlannedTo, on.Scans = nil, time.Time{}, s.act.At.UTC(), time.Time{}, nil
	on.Reason, on.Giver, on.Witness = cmd.Reason, s.sign(a.Person, false, ""), Signature{}
	for _, id := range h.Outermost() {
		c, err := s.container(id)
		if err != nil {
			return Outcome{}, err
		}
		if err := s.move(Box(id), c.Holder, Leg(on.ID), 1); err != nil {
			return Outcome{}, err
		}
		c.Holder, c.Leg = Leg(on.ID), on.ID
		if err := s.next(&c, ActReturn); err != nil {
			return Outcome{}, err
		}
	}
	h.Explanation, h.NewDest, h.Next = cmd.Reason, cmd.NewDest, on.ID
	h.Receiver = s.sign(a.Person, false, "")
	s.others = append(s.others, on)
	s.fact("next", on.ID)
	return s.handed(h, h.To, "reason", cmd.Reason)
}

// Release lets the courier go: only when the receiver has answered.
func Release(b Book, a models.Act, now time.Time, handover string) (Outcome, error) {
	s := open(b, a, now, "courier.released")
	h, err := b.Handover(handover)
	if err != nil {
		return Outcome{}, err
	}
	if !a.MayActAt(h.To) {
		return Outcome{}, models.E(models.CodeForbidden, "custody.wrong_place")
	}
	if h.State, err = HandoverStates.Next(h.State, HandoverRelease); err != nil {
		return Outcome{}, err
	}
	if h.Released.Signed() {
		return Outcome{}, models.E(models.CodeState, "custody.released_already")
	}
	h.Released = s.sign(a.Person, false, "")
	return s.handed(h, h.To, "", "")
}
