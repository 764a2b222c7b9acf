package onward

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/journal"
)

// Keys of the bins that are not for one district or one municipality.
const (
	BinUnknown = "unknown" // the area is not clear: the council decides (KRVL § 70 stk. 4)
	BinLate    = "late"    // came after voting started: counted, never opened (B9)
)

// OwnBin is the bin of a polling district.
func OwnBin(district string) string { return "own:" + district }

// OtherBin is the bin of another municipality.
func OtherBin(code string) string { return "other:" + code }

// SortState is where a sorting stands.
type SortState string

// The states of a sorting.
const (
	SortOpen     SortState = "open"    // being sorted at the screen, mark by mark
	SortFirst    SortState = "first"   // one person sorted and counted; another one counts the piles
	SortDiffers  SortState = "differs" // the counts differ: a further person counts
	SortBooked   SortState = "booked"
	SortDropped  SortState = "dropped"
	SortNotBegun SortState = "new"
)

// SortAct is what may happen to a sorting.
type SortAct string

// The acts on a sorting.
const (
	SortStart SortAct = "start"
	SortCount SortAct = "count"
	SortMatch SortAct = "match"
	SortClash SortAct = "differ"
	SortDrop  SortAct = "drop"
)

// SortStates is the state table of a sorting.
var SortStates = models.Transitions[SortState, SortAct]{
	SortNotBegun: {SortStart: SortOpen, SortCount: SortFirst},
	SortOpen:     {SortCount: SortFirst, SortDrop: SortDropped},
	SortFirst:    {SortMatch: SortBooked, SortClash: SortDiffers, SortDrop: SortDropped},
	SortDiffers:  {SortMatch: SortBooked, SortClash: SortDiffers, SortDrop: SortDropped},
}

// Piles is one person's count of every pile: bin key → envelopes.
type Piles struct {
	Person string         `json:"person"`
	At     time.Time      `json:"at"`
	Counts map[string]int `json:"counts"`
}

// Sorting is one source (a container or a store) sorted into bins, counted by
// two people who do not see each other's figures (good practice).
type Sorting struct {
	ID         string    `json:"id"`
	Election   string    `json:"election"`
	Place      string    `json:"place"`
	Source     string    `json:"source"` // holder
	State      SortState `json:"state"`
	Counts     []Piles   `json:"counts"`
	Deviations []string  `json:"deviations"`
	Sorter     string    `json:"sorter,omitempty"` // who makes the present count at the screen
	BookedAt   time.Time `json:"booked_at,omitzero"`
}

// RecordKind implements models.Record.
func (Sorting) RecordKind() string { return "sorting" }

// RecordID implements models.Record.
func (s Sorting) RecordID() string { return s.ID }

// Blind is what the second counter may see: no figures.
func (s Sorting) Blind() Sorting {
	counts := s.Counts
	s.Counts = nil
	for _, c := range counts {
		s.Counts = append(s.Counts, Piles{Person: c.Person, At: c.At})
	}
	return s
}

// Table is what a sorting may look at.
type Table struct {
	Election  models.Election
	Place     string
	Source    string
	Held      map[string]int64   // of the source, every item
	Container *custody.Container // when the source is one
	Districts map[string]District
	PollsOpen time.Time
}

// BinKey tests the key of a bin: a district in use, a municipality that is there
// and is not our own, "unknown" or "late".
func (t Table) BinKey(key string) error {
	kind, id, _ := strings.Cut(key, ":")
	switch kind {
	case BinUnknown, BinLate:
		if id == "" {
			return nil
		}
	case "own":
		if d, ok := t.Districts[id]; ok && !d.Retired {
			return nil
		}
	case "other":
		if id == t.Election.Municipality {
			return models.Invalid("pile:"+key, "onward.own_municipality")
		}
		if m, ok := models.MunicipalityByCode(id); ok && m.Code == id {
			return nil
		}
	}
	return models.Invalid("pile:"+key, "onward.no_bin", key)
}

func (t Table) check(a models.Act, counts map[string]int, now time.Time) error {
	if !a.MayActAt(t.Place) {
		return models.E(models.CodeForbidden, "custody.wrong_place")
	}
	total := 0
	for _, key := range slices.Sorted(maps.Keys(counts)) {
		n := counts[key]
		if err := t.BinKey(key); err != nil {
			return err
		}
		if n < 0 {
			return models.Invalid("pile:"+key, "form.not_a_count", strconv.Itoa(n))
		}
		open := !t.PollsOpen.IsZero() && !now.Before(t.PollsOpen)
		if n > 0 && open && strings.HasPrefix(key, "own:") {
			return models.Invalid("pile:"+key, "onward.polls_are_open")
		}
		if n > 0 && !open && key == BinLate {
			return models.Invalid("pile:"+key, "onward.not_late_yet")
		}
		total += n
	}
	if total == 0 {
		return models.Invalid("", "onward.nothing_sorted")
	}
	return nil
}

// SortFirstCount writes what the first person sorted and counted.
func SortFirstCount(t Table, a models.Act, counts map[string]int, now time.Time) (Decided, error) {
	if err := t.check(a, counts, now); err != nil {
		return Decided{}, err
	}
	x, err := t.begin(a, SortFirst)
	if err != nil {
		return Decided{}, err
	}
	return t.firstCount(x, a, counts, now)
}

// SortAgain writes the count of another person. When it equals the count before,
// the piles are booked; otherwise a deviation is opened and a further person counts.
func SortAgain(t Table, x Sorting, a models.Act, counts map[string]int, now time.Time) (Decided, error) {
	if err := t.check(a, counts, now); err != nil {
		return Decided{}, err
	}
	last := x.Counts[len(x.Counts)-1]
	if last.Person == a.Person {
		return Decided{}, models.E(models.CodeSamePerson, "onward.other_counts")
	}
	counts = positive(counts)
	d := journal.Draft{Election: x.Election, Place: x.Place}.Fact("sorting", x.ID).Fact("source", x.Source).Fact("count", strconv.Itoa(len(x.Counts)+1))
	d = pileFacts(d, counts)
	x.Counts = append(slices.Clone(x.Counts), Piles{a.Person, now.UTC(), counts})
	x.Deviations, x.Sorter = slices.Clone(x.Deviations), ""
	if !maps.Equal(last.Counts, counts) {
		return t.clash(d, x, a, last.Counts, counts, now)
	}
	return t.book(d, x, a, counts, now)
}

func (t Table) clash(d journal.Draft, x Sorting, a models.Act, before, counts map[string]int, now time.Time) (Decided, error) {
	var err error
	if x.State, err = SortStates.Next(x.State, SortClash); err != nil {
		return Decided{}, err
	}
	d.Kind = "sorting.differs"
	dev := deviation(a, now, custody.DevCount, x.Election, x.Place, "sorting", pileText(before), pileText(counts))
	x.Deviations = append(x.Deviations, dev.ID)
	return Decided{d.Fact("deviation", dev.ID), []models.Record{x, dev}}, nil
}

// book moves the envelopes from the source into the bins. What the book has more
// or less than the piles goes to the account of a deviation.
func (t Table) book(d journal.Draft, x Sorting, a models.Act, counts map[string]int, now time.Time) (Decided, error) {
	var err error
	if x.State, err = SortStates.Next(x.State, SortMatch); err != nil {
		return Decided{}, err
	}
	d.Kind, x.BookedAt = "sorting.booked", now.UTC()
	held := Of(t.Held, x.Election)
	book, found := Sum(held), 0
	for _, n := range counts {
		found += n
	}
	var recs []models.Record
	dev := custody.Deviation{}
	if book != found {
		dev = deviation(a, now, custody.DevCount, x.Election, x.Place, "sum", strconv.Itoa(book), strconv.Itoa(found))
		x.Deviations = append(x.Deviations, dev.ID)
		d = d.Fact("deviation", dev.ID)
		recs = append(recs, dev)
	}
	for _, key := range fillOrder(counts) {
		for _, m := range take(held, x.Election, key, counts[key]) {
			from := x.Source
			if m.more {
				from = custody.Difference(dev.ID)
			}
			d = d.Move(m.item, from, custody.Bin(key), m.n)
		}
	}
	for _, item := range slices.Sorted(maps.Keys(held)) {
		if held[item] > 0 {
			d = d.Move(item, x.Source, custody.Difference(dev.ID), held[item])
		}
	}
	if t.Container != nil {
		c, err := t.emptied()
		if err != nil {
			return Decided{}, err
		}
		recs = append(recs, c)
	}
	return Decided{d, append([]models.Record{x}, recs...)}, nil
}

// emptied is the source container after everything of the election was taken out.
func (t Table) emptied() (custody.Container, error) {
	c, act := *t.Container, custody.ActEmpty
	for item, n := range t.Held {
		if e, _, ok := custody.EnvelopeOf(item); n != 0 && (!ok || e != t.Election.ID) {
			act = custody.ActUnpack
		}
	}
	var err error
	if c.State, err = custody.ContainerStates.Next(c.State, act); err != nil {
		return c, err
	}
	if act == custody.ActEmpty {
		c.Election, c.Session = "", ""
	}
	return c, nil
}

// DropSorting gives up a sorting that was never booked; the reason is kept.
func DropSorting(x Sorting, a models.Act, reason string) (Decided, error) {
	if !a.MayActAt(x.Place) {
		return Decided{}, models.E(models.CodeForbidden, "custody.wrong_place")
	}
	if err := custody.Words("reason", reason, 10); err != nil {
		return Decided{}, err
	}
	var err error
	if x.State, err = SortStates.Next(x.State, SortDrop); err != nil {
		return Decided{}, err
	}
	x.Sorter = ""
	return Decided{journal.Draft{Kind: "sorting.dropped", Election: x.Election, Place: x.Place}.Fact("sorting", x.ID).Fact("reason", reason), []models.Record{x}}, nil
}

// RebinCmd moves envelopes that were sorted wrongly, or that were unknown and
// now have a district by decision.
type RebinCmd struct {
	From, To string // bin keys
	N        int
	Reason   string
	Decision string // reference of the council's decision; required out of "unknown" (KRVL § 70 stk. 4)
}

// Rebin is a counter-entry: the first sorting stays in the book. Held of the
// table is the holding of the bin From.
func Rebin(t Table, a models.Act, cmd RebinCmd, now time.Time) (Decided, error) {
	if err := t.check(a, map[string]int{cmd.To: cmd.N}, now); err != nil {
		return Decided{}, err
	}
	if err := t.BinKey(cmd.From); err != nil || cmd.From == cmd.To {
		return Decided{}, models.Invalid("to", "onward.no_bin", cmd.From)
	}
	if err := custody.Words("reason", cmd.Reason, 5); err != nil {
		return Decided{}, err
	}
	if cmd.From == BinUnknown && strings.HasPrefix(cmd.To, "own:") {
		if err := custody.Words("decision", cmd.Decision, 3); err != nil {
			return Decided{}, err
		}
	}
	held := Of(t.Held, t.Election.ID)
	if have := Sum(held); have < cmd.N {
		return Decided{}, models.E(models.CodeBalance, "custody.not_there", cmd.N, have).On("n")
	}
	d := journal.Draft{Kind: "sorting.moved", Election: t.Election.ID, Place: t.Place}.Fact("reason", cmd.Reason).Fact("decision", cmd.Decision)
	for _, m := range take(held, t.Election.ID, cmd.To, cmd.N) {
		d = d.Move(m.item, custody.Bin(cmd.From), custody.Bin(cmd.To), m.n)
	}
	return Decided{d, nil}, nil
}

func positive(counts map[string]int) map[string]int {
	out := map[string]int{}
	for k, n := range counts {
		if n != 0 {
			out[k] = n
		}
	}
	return out
}

func pileFacts(d journal.Draft, counts map[string]int) journal.Draft {
	for _, k := range slices.Sorted(maps.Keys(counts)) {
		if counts[k] != 0 {
			d = d.Fact("pile "+k, strconv.Itoa(counts[k]))
		}
	}
	return d
}

func pileText(counts map[string]int) string {
	var parts []string
	for _, k := range slices.Sorted(maps.Keys(counts)) {
		parts = append(parts, k+" "+strconv.Itoa(counts[k]))
	}
	return strings.Join(parts, ", ")
}
