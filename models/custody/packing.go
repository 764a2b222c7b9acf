package custody

import (
	"fmt"
	"slices"
	"time"

	"github.com/brevstemme/brevstemme/models"
)

// RegisterCmd enters new containers at a place.
type RegisterCmd struct {
	Kind     ContainerKind `json:"kind"`
	Capacity int           `json:"capacity,omitempty"`
	Place    string        `json:"place"`
	Count    int           `json:"count,omitempty"` // how many; ids are derived from the act's key
	IDs      []string      `json:"ids,omitempty"`   // or the serials that stand on the labels already
}

// Register enters containers in the book: box items move from the registry to
// the place.
func Register(b Book, a models.Act, now time.Time, cmd RegisterCmd) (Outcome, error) {
	s := open(b, a, now, "container.registered")
	if !a.MayActAt(cmd.Place) {
		return Outcome{}, models.E(models.CodeForbidden, "custody.wrong_place")
	}
	// Before the loop: a count typed far too large would keep the journal's only writer busy.
	if n := len(cmd.IDs); cmd.Count < 0 || cmd.Count > 200 || n > 200 || n+cmd.Count < 1 || n+cmd.Count > 200 {
		return Outcome{}, models.Invalid("count", "custody.count_range", 1, 200)
	}
	ids := slices.Clone(cmd.IDs)
	for i := range cmd.Count {
		ids = append(ids, models.DeriveID("K", fmt.Sprint(a.Key, "/", i)))
	}
	if cmd.Kind != Bag && cmd.Kind != BoxK && cmd.Kind != Crate {
		return Outcome{}, models.Invalid("kind", "custody.choose")
	}
	if cmd.Capacity < 0 {
		return Outcome{}, models.Invalid("capacity", "custody.negative")
	}
	for _, id := range ids {
		clean, err := models.ParseSerial(id)
		if err != nil {
			return Outcome{}, models.Invalid("ids", "error.serial", id)
		}
		if _, err := s.container(clean); models.CodeOf(err) != models.CodeNotFound {
			if err != nil {
				return Outcome{}, err
			}
			return Outcome{}, models.E(models.CodeConflict, "custody.container_exists", clean).On("ids")
		}
		s.boxes[clean] = Container{ID: clean, Kind: cmd.Kind, State: ContainerEmpty, Capacity: cmd.Capacity, Holder: At(cmd.Place)}
		if err := s.move(Box(clean), Registry, At(cmd.Place), 1); err != nil {
			return Outcome{}, err
		}
	}
	s.draft.Place = cmd.Place
	return s.done()
}

// PackCmd puts units from a desk, a store or a bin into a container. A nil
// Contents takes everything of the election that the source holds.
type PackCmd struct {
	Container string
	From      string // holder: Desk, At or Bin
	Place     string // where the source is
	Session   string // session of the desk, for the three-way balance
	Election  string
	Contents  map[string]int64
}

// Pack puts units in a container. A container holds one election only.
func Pack(b Book, a models.Act, now time.Time, cmd PackCmd) (Outcome, error) {
	s := open(b, a, now, "container.packed")
	c, err := s.here(cmd.Container)
	if err != nil {
		return Outcome{}, err
	}
	if s.draft.Place != cmd.Place {
		return Outcome{}, models.E(models.CodeState, "custody.stands_elsewhere", c.ID)
	}
	if k := HolderKind(cmd.From); k != "desk" && k != "store" && k != "bin" {
		return Outcome{}, models.Invalid("from", "custody.choose")
	}
	if cmd.From == At(HolderID(cmd.From)) && HolderID(cmd.From) != cmd.Place {
		return Outcome{}, models.E(models.CodeState, "custody.stands_elsewhere", c.ID)
	}
	what := cmd.Contents
	if what == nil {
		if what, err = s.everything(cmd.From, cmd.Election); err != nil {
			return Outcome{}, err
		}
	}
	if err := s.fill(&c, cmd.From, what); err != nil {
		return Outcome{}, err
	}
	if cmd.Session != "" {
		c.Session = cmd.Session
		s.boxes[c.ID] = c
	}
	s.fact("container", c.ID)
	s.fact("session", cmd.Session)
	return s.done()
}

// everything is what a pack without a list takes: from a desk the envelopes of
// the election and not the blank material that lies beside them.
func (s *sheet) everything(from, election string) (map[string]int64, error) {
	held, err := s.holds(from)
	if err != nil {
		return nil, err
	}
	what := map[string]int64{}
	for item, n := range contents(held) {
		_, _, envelope := EnvelopeOf(item)
		if ElectionOf(item) == election && (envelope || HolderKind(from) != "desk") {
			what[item] = n
		}
	}
	return what, nil
}

// fill moves units into c, with every rule of packing.
func (s *sheet) fill(c *Container, from string, what map[string]int64) error {
	if len(c.Seals) > 0 {
		return models.E(models.CodeState, "custody.sealed", c.ID)
	}
	total := int64(0)
	for _, item := range Units(what) {
		e := ElectionOf(item)
		if e == "" || what[item] < 0 {
			return models.Invalid("contents", "custody.not_packable", item)
		}
		if c.Election != "" && c.Election != e {
			return models.E(models.CodeState, "custody.other_election", c.ID, c.Election)
		}
		c.Election, s.draft.Election = e, e
		if err := s.move(item, from, InContainer(c.ID), what[item]); err != nil {
			return err
		}
		total += what[item]
	}
	if total == 0 {
		return models.Invalid("contents", "custody.nothing")
	}
	if err := s.fits(*c); err != nil {
		return err
	}
	c.Emptied = ""
	return s.next(c, ActPack)
}

// fits tests the capacity, counted in envelopes.
func (s *sheet) fits(c Container) error {
	held, err := s.holds(InContainer(c.ID))
	if err != nil || c.Capacity == 0 {
		return err
	}
	n := int64(0)
	for _, k := range contents(held) {
		n += k
	}
	if n > int64(c.Capacity) {
		return models.Invalid("contents", "custody.too_full", c.ID, c.Capacity, n)
	}
	return nil
}

// drain moves units out of c.
func (s *sheet) drain(c *Container, to string, what map[string]int64) error {
	if len(c.Seals) > 0 {
		return models.E(models.CodeState, "custody.sealed", c.ID)
	}
	total := int64(0)
	for _, item := range Units(what) {
		if what[item] < 0 {
			return models.Invalid("contents", "custody.negative")
		}
		if err := s.move(item, InContainer(c.ID), to, what[item]); err != nil {
			return err
		}
		s.draft.Election = ElectionOf(item)
		total += what[item]
	}
	if total == 0 {
		return models.Invalid("contents", "custody.nothing")
	}
	return s.after(c)
}

// after moves c to empty when nothing is left in it.
func (s *sheet) after(c *Container) error {
	left, err := s.holds(InContainer(c.ID))
	if err != nil {
		return err
	}
	if len(Units(left)) > 0 {
		return s.next(c, ActUnpack)
	}
	c.Election, c.Session = "", ""
	return s.next(c, ActEmpty)
}

// UnpackCmd takes units out of an unsealed container to a holder at the same
// place: a desk, the store or a sorting bin. Nil takes everything.
type UnpackCmd struct {
	Container string
	To        string
	Contents  map[string]int64
}

// Unpack takes units out of a container.
func Unpack(b Book, a models.Act, now time.Time, cmd UnpackCmd) (Outcome, error) {
	s := open(b, a, now, "container.unpacked")
	c, err := s.here(cmd.Container)
	if err != nil {
		return Outcome{}, err
	}
	switch k := HolderKind(cmd.To); {
	case k == "store" && HolderID(cmd.To) == s.draft.Place, k == "bin":
	case k == "desk" && HolderID(cmd.To) == c.Session && c.Session != "":
	default:
		return Outcome{}, models.Invalid("to", "custody.choose")
	}
	what := cmd.Contents
	if what == nil {
		held, err := s.holds(InContainer(c.ID))
		if err != nil {
			return Outcome{}, err
		}
		what = contents(held)
	}
	if err := s.drain(&c, cmd.To, what); err != nil {
		return Outcome{}, err
	}
	s.fact("container", c.ID)
	return s.done()
}

// SplitCmd moves units from one unsealed container to another at the same
// place. Nil Contents moves everything: a merge.
type SplitCmd struct {
	From, To string
	Contents map[string]int64
}

// Split moves part of a container's units to another, or all of it (merge).
func Split(b Book, a models.Act, now time.Time, cmd SplitCmd) (Outcome, error) {
	kind := "container.split"
	if cmd.Contents == nil {
		kind = "container.merged"
	}
	s := open(b, a, now, kind)
	from, to, err := s.both(cmd.From, cmd.To)
	if err != nil {
		return Outcome{}, err
	}
	what := cmd.Contents
	if what == nil {
		held, err := s.holds(InContainer(from.ID))
		if err != nil {
			return Outcome{}, err
		}
		what = contents(held)
	}
	session := from.Session
	if len(from.Seals) > 0 {
		return Outcome{}, models.E(models.CodeState, "custody.sealed", from.ID)
	}
	if err := s.fill(&to, InContainer(from.ID), what); err != nil {
		return Outcome{}, err
	}
	if to.Session == "" {
		to.Session = session
		s.boxes[to.ID] = to
	}
	if err := s.after(&from); err != nil {
		return Outcome{}, err
	}
	s.fact("from", from.ID)
	s.fact("to", to.ID)
	return s.done()
}

// both loads two different containers at one place.
func (s *sheet) both(one, other string) (Container, Container, error) {
	if one == other {
		return Container{}, Container{}, models.Invalid("to", "custody.same_container")
	}
	from, err := s.here(one)
	if err != nil {
		return from, Container{}, err
	}
	place := s.draft.Place
	to, err := s.here(other)
	if err != nil {
		return from, to, err
	}
	if s.draft.Place != place {
		return from, to, models.E(models.CodeState, "custody.stands_elsewhere", to.ID)
	}
	return from, to, nil
}
