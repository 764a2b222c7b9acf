package custody

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/journal"
)

// Book is what an act may look at: the records and balances as they stand.
// Every method fails with models.CodeNotFound when there is no such record.
type Book interface {
	Container(id string) (Container, error)
	Seal(serial string) (Seal, error)
	Handover(id string) (Handover, error)
	Deviation(id string) (Deviation, error)
	// Held is what a holder has: item → units; items at zero may be left out.
	Held(holder string) (map[string]int64, error)
}

// Outcome is an act that was decided: the draft for the journal (without
// Changes) and the records as they stand after it.
type Outcome struct {
	Draft   journal.Draft
	Records []models.Record
}

// sheet is one act under way: it sees its own changes before they are written.
type sheet struct {
	book   Book
	act    models.Act
	now    time.Time // when it is recorded; act.At is when it happened
	draft  journal.Draft
	held   map[string]map[string]int64
	boxes  map[string]Container
	seals  map[string]Seal
	others []models.Record
}

func open(b Book, a models.Act, now time.Time, kind string) *sheet {
	if a.At.IsZero() {
		a.At = now
	}
	return &sheet{book: b, act: a, now: now, draft: journal.Draft{Kind: kind},
		held: map[string]map[string]int64{}, boxes: map[string]Container{}, seals: map[string]Seal{}}
}

// done closes the sheet: records in a fixed order, so that a replay is equal.
func (s *sheet) done() (Outcome, error) {
	var recs []models.Record
	for _, id := range slices.Sorted(maps.Keys(s.boxes)) {
		recs = append(recs, s.boxes[id])
	}
	for _, id := range slices.Sorted(maps.Keys(s.seals)) {
		recs = append(recs, s.seals[id])
	}
	return Outcome{s.draft, append(recs, s.others...)}, nil
}

// fact adds a detail; a name that is there already gets the new value.
func (s *sheet) fact(name, value string) {
	for i, f := range s.draft.Facts {
		if f.Name == name {
			s.draft.Facts[i].Value = value
			return
		}
	}
	s.draft = s.draft.Fact(name, value)
}

func (s *sheet) container(id string) (Container, error) {
	if c, ok := s.boxes[id]; ok {
		return c, nil
	}
	return s.book.Container(id)
}

func (s *sheet) seal(serial string) (Seal, error) {
	if x, ok := s.seals[serial]; ok {
		return x, nil
	}
	return s.book.Seal(serial)
}

// holds is what a holder has, with the moves of this act.
func (s *sheet) holds(holder string) (map[string]int64, error) {
	if h, ok := s.held[holder]; ok {
		return h, nil
	}
	h, err := s.book.Held(holder)
	if err != nil {
		return nil, err
	}
	h = maps.Clone(h)
	if h == nil {
		h = map[string]int64{}
	}
	s.held[holder] = h
	return h, nil
}

// move posts n units of item from one holder to another. Only sources and
// difference accounts may go below zero.
func (s *sheet) move(item, from, to string, n int64) error {
	if n == 0 || from == to {
		return nil
	}
	if n < 0 {
		return s.move(item, to, from, -n)
	}
	f, err := s.holds(from)
	if err != nil {
		return err
	}
	t, err := s.holds(to)
	if err != nil {
		return err
	}
	class := Classify(from)
	if class == "" || Classify(to) == "" {
		return models.E(models.CodeBalance, "custody.unknown_holder", from, to)
	}
	if class != ClassSource && class != ClassDifference && f[item] < n {
		return models.E(models.CodeBalance, "custody.not_there", n, f[item])
	}
	f[item] -= n
	t[item] += n
	s.draft = s.draft.Move(item, from, to, n)
	return nil
}

// next moves a container through the state table.
func (s *sheet) next(c *Container, act ContainerAct) error {
	n, err := ContainerStates.Next(c.State, act)
	if err != nil {
		return err
	}
	c.State = n
	s.boxes[c.ID] = *c
	return nil
}

// Units lists the items of a holding that have units, sorted.
func Units(held map[string]int64) []string {
	var items []string
	for item, n := range held {
		if n != 0 {
			items = append(items, item)
		}
	}
	slices.Sort(items)
	return items
}

// contents are the envelopes and blank material in a holding.
func contents(held map[string]int64) map[string]int64 {
	out := map[string]int64{}
	for item, n := range held {
		if n != 0 && (strings.HasPrefix(item, "env:") || strings.HasPrefix(item, "mat:")) {
			out[item] = n
		}
	}
	return out
}

// boxesIn are the ids of the containers in a holding, sorted.
func boxesIn(held map[string]int64) []string {
	var ids []string
	for item, n := range held {
		if id, ok := strings.CutPrefix(item, "box:"); ok && n > 0 {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

// ElectionOf is the election that an envelope or material item belongs to, ""
// for seals and containers.
func ElectionOf(item string) string {
	parts := strings.SplitN(item, ":", 3)
	if len(parts) == 3 && (parts[0] == "env" || parts[0] == "mat") {
		return parts[1]
	}
	return ""
}

// placeOf is the place where a container stands, "" while it is on the way.
func (s *sheet) placeOf(c Container) (string, error) {
	for range 16 {
		switch HolderKind(c.Holder) {
		case "store":
			return HolderID(c.Holder), nil
		case "container":
			p, err := s.container(HolderID(c.Holder))
			if err != nil {
				return "", err
			}
			c = p
		default:
			return "", nil
		}
	}
	return "", models.E(models.CodeBalance, "custody.nested_too_deep", c.ID)
}

// here loads a container on which the person may act now: it stands at one of
// their places and is not promised to a courier.
func (s *sheet) here(id string) (Container, error) {
	c, err := s.container(id)
	if err != nil {
		return c, err
	}
	if c.Leg != "" {
		return c, models.E(models.CodeState, "custody.promised", c.ID, c.Leg)
	}
	place, err := s.placeOf(c)
	if err != nil {
		return c, err
	}
	if place == "" {
		return c, models.E(models.CodeState, "custody.not_at_a_place", c.ID)
	}
	if !s.act.MayActAt(place) {
		return c, models.E(models.CodeForbidden, "custody.wrong_place")
	}
	s.draft.Place = place
	return c, nil
}

// Words tests a text that a person must write: at least least characters,
// nothing that looks like a CPR number. The error points at field.
func Words(field, text string, least int) error {
	if models.LooksLikeCPR(text) {
		return (&models.Error{Code: models.CodeCPR}).On(field)
	}
	if len([]rune(strings.TrimSpace(text))) < least {
		return models.Invalid(field, "custody.words_missing", least)
	}
	return nil
}

func words(pairs ...string) error {
	for i := 0; i+1 < len(pairs); i += 2 {
		if err := Words(pairs[i], pairs[i+1], 0); err != nil {
			return err
		}
	}
	return nil
}
