package custody

import (
	"maps"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/models"
)

// NestCmd puts a container into another at the same place.
type NestCmd struct{ Child, Parent string }

// Nest puts one container into another. From then on it moves with it.
func Nest(b Book, a models.Act, now time.Time, cmd NestCmd) (Outcome, error) {
	s := open(b, a, now, "container.nested")
	child, parent, err := s.both(cmd.Child, cmd.Parent)
	if err != nil {
		return Outcome{}, err
	}
	if len(parent.Seals) > 0 {
		return Outcome{}, models.E(models.CodeState, "custody.sealed", parent.ID)
	}
	for p := parent; HolderKind(p.Holder) == "container"; {
		if HolderID(p.Holder) == child.ID {
			return Outcome{}, models.E(models.CodeState, "custody.nested_in_itself", child.ID)
		}
		if p, err = s.container(HolderID(p.Holder)); err != nil {
			return Outcome{}, err
		}
	}
	if HolderKind(child.Holder) != "store" {
		return Outcome{}, models.E(models.CodeState, "custody.nested_already", child.ID)
	}
	if child.Election != "" && parent.Election != "" && child.Election != parent.Election {
		return Outcome{}, models.E(models.CodeState, "custody.other_election", parent.ID, parent.Election)
	}
	if err := s.move(Box(child.ID), child.Holder, InContainer(parent.ID), 1); err != nil {
		return Outcome{}, err
	}
	if parent.Election == "" {
		parent.Election = child.Election
	}
	child.Holder = InContainer(parent.ID)
	s.boxes[child.ID] = child
	s.draft.Election = parent.Election
	s.fact("container", child.ID)
	s.fact("in", parent.ID)
	if err := s.next(&parent, ActPack); err != nil {
		return Outcome{}, err
	}
	return s.done()
}

// TakeOut takes a container out of the one it lies in.
func TakeOut(b Book, a models.Act, now time.Time, child string) (Outcome, error) {
	s := open(b, a, now, "container.taken_out")
	c, err := s.here(child)
	if err != nil {
		return Outcome{}, err
	}
	if HolderKind(c.Holder) != "container" {
		return Outcome{}, models.E(models.CodeState, "custody.not_nested", c.ID)
	}
	parent, err := s.here(HolderID(c.Holder))
	if err != nil {
		return Outcome{}, err
	}
	if len(parent.Seals) > 0 {
		return Outcome{}, models.E(models.CodeState, "custody.sealed", parent.ID)
	}
	if err := s.move(Box(c.ID), c.Holder, At(s.draft.Place), 1); err != nil {
		return Outcome{}, err
	}
	c.Holder = At(s.draft.Place)
	s.boxes[c.ID] = c
	if err := s.after(&parent); err != nil {
		return Outcome{}, err
	}
	s.fact("container", c.ID)
	s.fact("out_of", parent.ID)
	return s.done()
}

// PutAway notes the storage room and, for an empty container, that somebody
// looked inside it.
func PutAway(b Book, a models.Act, now time.Time, container, room string, empty bool) (Outcome, error) {
	s := open(b, a, now, "container.put_away")
	c, err := s.here(container)
	if err != nil {
		return Outcome{}, err
	}
	if err := Words("room", room, 1); err != nil {
		return Outcome{}, err
	}
	c.Room = room
	if empty {
		if c.State != ContainerEmpty {
			return Outcome{}, models.E(models.CodeState, "custody.not_empty", c.ID)
		}
		c.Emptied = a.Person
		s.fact("inside_seen", "yes")
	}
	s.boxes[c.ID] = c
	s.fact("container", c.ID)
	s.fact("room", room)
	return s.done()
}

// Retire takes an empty container out of use.
func Retire(b Book, a models.Act, now time.Time, container, reason string) (Outcome, error) {
	s := open(b, a, now, "container.retired")
	c, err := s.here(container)
	if err != nil {
		return Outcome{}, err
	}
	if err := Words("reason", reason, 3); err != nil {
		return Outcome{}, err
	}
	if HolderKind(c.Holder) != "store" {
		return Outcome{}, models.E(models.CodeState, "custody.nested_already", c.ID)
	}
	if err := s.next(&c, ActRetire); err != nil {
		return Outcome{}, err
	}
	if err := s.move(Box(c.ID), c.Holder, Registry, 1); err != nil {
		return Outcome{}, err
	}
	c.Holder = Registry
	s.boxes[c.ID] = c
	s.fact("container", c.ID)
	s.fact("reason", reason)
	return s.done()
}

// tree lists a container and everything nested in it, outermost first.
func (s *sheet) tree(root string) ([]Container, error) {
	c, err := s.container(root)
	if err != nil {
		return nil, err
	}
	out := []Container{c}
	held, err := s.holds(InContainer(root))
	if err != nil {
		return nil, err
	}
	for _, id := range boxesIn(held) {
		sub, err := s.tree(id)
		if err != nil {
			return nil, err
		}
		out = append(out, sub...)
	}
	return out, nil
}

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
		for _, item := range units(x.Missing) {
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
		return Outcome{}, models.E(models.CodeState, "state.refused", string(ActFind), string(c.State))
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
		for _, item := range units(x.Missing) {
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
