package custody

import (
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
