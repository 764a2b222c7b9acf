package custody

import (
	"maps"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/models"
)

// lose moves a container, what lies in it and their units to the account of a
// deviation: a loss shows in the balance the same minute.
func (s *sheet) lose(c Container, dev string) error {
	all, err := s.tree(c.ID)
	if err != nil {
		return err
	}
	for i, x := range all {
		held, err := s.holds(InContainer(x.ID))
		if err != nil {
			return err
		}
		x.Missing = contents(held)
		for _, item := range Units(x.Missing) {
			if err := s.move(item, InContainer(x.ID), Difference(dev), x.Missing[item]); err != nil {
				return err
			}
		}
		if i == 0 {
			if err := s.move(Box(x.ID), x.Holder, Difference(dev), 1); err != nil {
				return err
			}
			x.Holder, x.Leg = Difference(dev), ""
			if err := s.next(&x, ActMiss); err != nil {
				return err
			}
		}
		s.boxes[x.ID] = x
	}
	return nil
}

// MissCmd reports a container that is not where it should be.
type MissCmd struct{ Container, Reason string }

// Miss reports a container missing: a deviation opens and its units go to the
// difference account. One that is promised to a courier or on the way is
// missed by its receiver's count instead.
func Miss(b Book, a models.Act, now time.Time, cmd MissCmd) (Outcome, error) {
	s := open(b, a, now, "container.missing")
	c, err := s.here(cmd.Container)
	if err != nil {
		return Outcome{}, err
	}
	if HolderKind(c.Holder) != "store" {
		return Outcome{}, models.E(models.CodeState, "custody.nested_already", c.ID)
	}
	if err := Words("reason", cmd.Reason, 10); err != nil {
		return Outcome{}, err
	}
	d := s.deviation(DevMissing)
	d.Containers, d.Found, d.Election = []string{c.ID}, cmd.Reason, c.Election
	s.draft.Election = c.Election
	if err := s.lose(c, d.ID); err != nil {
		return Outcome{}, err
	}
	s.others = append(s.others, d)
	s.fact("container", c.ID)
	s.fact("deviation", d.ID)
	return s.done()
}

// FindCmd says that a missing container turned up, with a blind count of what
// lies in it (nil when it is still sealed and was not opened).
type FindCmd struct {
	Container string
	Place     string
	Words     string
	Counts    map[string]int // CountKey → envelopes
}

// Find takes a missing container back into the book at a place: an hour or a
// week later, also after its deviation was closed as a loss. Two people are
// needed. A count that differs stays on the account of the deviation that is
// still open, or opens a new one.
func Find(b Book, a models.Act, now time.Time, cmd FindCmd) (Outcome, error) {
	s := open(b, a, now, "container.found")
	c, err := s.container(cmd.Container)
	if err != nil {
		return Outcome{}, err
	}
	if !a.MayActAt(cmd.Place) {
		return Outcome{}, models.E(models.CodeForbidden, "custody.wrong_place")
	}
	if err := Words("words", cmd.Words, 10); err != nil {
		return Outcome{}, err
	}
	if a.Witness == "" || a.Witness == a.Person {
		return Outcome{}, models.E(models.CodeSamePerson, "").On("witness")
	}
	if c.State != ContainerMissing {
		return Outcome{}, models.Refused(ActFind, c.State)
	}
	s.draft.Place, s.draft.Election = cmd.Place, c.Election
	if err := s.restore(&c, cmd.Place); err != nil {
		return Outcome{}, err
	}
	for key, n := range cmd.Counts {
		if e, _, _ := strings.Cut(key, "/"); n < 0 || n > 0 && e != c.Election {
			return Outcome{}, models.E(models.CodeState, "custody.other_election", c.ID, c.Election)
		}
	}
	if cmd.Counts != nil {
		if err := s.countFound(&c, cmd); err != nil {
			return Outcome{}, err
		}
	}
	s.fact("container", c.ID)
	s.fact("words", cmd.Words)
	return s.done()
}

// restore moves a container, and all units of it and of what lies in it, back
// from where they were booked.
func (s *sheet) restore(c *Container, place string) error {
	from := c.Holder
	if err := s.move(Box(c.ID), from, At(place), 1); err != nil {
		return err
	}
	all, err := s.tree(c.ID)
	if err != nil {
		return err
	}
	for _, x := range all {
		for _, item := range Units(x.Missing) {
			if err := s.move(item, from, InContainer(x.ID), x.Missing[item]); err != nil {
				return err
			}
		}
		x.Missing = nil
		s.boxes[x.ID] = x
	}
	c.Missing, c.Holder = nil, At(place)
	return s.next(c, ActFind)
}

func (s *sheet) countFound(c *Container, cmd FindCmd) error {
	held, err := s.holds(InContainer(c.ID))
	if err != nil {
		return err
	}
	if maps.Equal(ByKind(held), cmd.Counts) {
		return nil
	}
	d := s.deviation(DevCount)
	d.Containers, d.Election = []string{c.ID}, c.Election
	d.Expected, d.Found = countText(ByKind(held)), countText(cmd.Counts)
	if err := s.settle(c.ID, d.ID, cmd.Counts); err != nil {
		return err
	}
	s.others = append(s.others, d)
	s.fact("deviation", d.ID)
	return nil
}
