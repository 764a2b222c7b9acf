package onward

import (
	"slices"
	"strconv"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/journal"
)

// maxMark bounds what one mark may say: a packet, not a pallet.
const maxMark = 5000

// SortMark is one envelope, or a packet of N, that was put on a pile at the
// sorting screen. Marks move nothing in the book: the piles do, when two people
// have counted them the same. They are the trail of who put what where when.
type SortMark struct {
	ID       string    `json:"id"`
	Sorting  string    `json:"sorting"`
	Pass     int       `json:"pass"` // 1 for the first count, then 2, 3 …
	Bin      string    `json:"bin"`
	N        int       `json:"n"`
	Person   string    `json:"person"`
	At       time.Time `json:"at"`
	UndoneBy string    `json:"undone_by"` // the act that took it back
	Device   string    `json:"device,omitempty"`
}

// RecordKind implements models.Record.
func (SortMark) RecordKind() string { return "sort_mark" }

// RecordID implements models.Record.
func (m SortMark) RecordID() string { return m.ID }

// Pass is the number of the count that is being made.
func (x Sorting) Pass() int { return len(x.Counts) + 1 }

// OpenSorting begins a sorting at the screen.
func OpenSorting(t Table, a models.Act, now time.Time) (Decided, error) {
	x, err := t.begin(a, SortOpen)
	if err != nil {
		return Decided{}, err
	}
	x.Sorter = a.Person
	return Decided{journal.Draft{Kind: "sorting.opened", Election: x.Election, Place: x.Place}.Fact("sorting", x.ID).Fact("source", x.Source), []models.Record{x}}, nil
}

// BeginRecount gives the next count to a person at the screen: someone other
// than who counted last (good practice).
func BeginRecount(x Sorting, a models.Act) (Decided, error) {
	switch {
	case !a.MayActAt(x.Place):
		return Decided{}, models.E(models.CodeForbidden, "custody.wrong_place")
	case x.State != SortFirst && x.State != SortDiffers:
		return Decided{}, models.E(models.CodeState, "onward.not_sorting")
	case x.Counts[len(x.Counts)-1].Person == a.Person:
		return Decided{}, models.E(models.CodeSamePerson, "onward.other_counts")
	case x.Sorter != "" && x.Sorter != a.Person:
		return Decided{}, models.E(models.CodeState, "onward.other_sorts")
	}
	x.Sorter = a.Person
	d := journal.Draft{Kind: "sorting.recount_begun", Election: x.Election, Place: x.Place}.Fact("sorting", x.ID).Fact("count", strconv.Itoa(x.Pass()))
	return Decided{d, []models.Record{x}}, nil
}

// sorting tells whether a person sorts at the screen now.
func (x Sorting) sorting(a models.Act) error {
	switch {
	case !a.MayActAt(x.Place):
		return models.E(models.CodeForbidden, "custody.wrong_place")
	case x.State != SortOpen && x.State != SortFirst && x.State != SortDiffers || x.Sorter == "":
		return models.E(models.CodeState, "onward.not_sorting")
	case x.Sorter != a.Person:
		return models.E(models.CodeForbidden, "onward.other_sorts")
	}
	return nil
}

// MarkCmd is what the screen says.
type MarkCmd struct {
	Bin    string
	N      int // 0 means 1
	Pass   int // the count that it was made in, 0 for the present one
	Device string
}

// Mark writes down one envelope or packet. Only the election, the place and the
// district of the bin need to be in t.
func Mark(t Table, x Sorting, a models.Act, cmd MarkCmd, now time.Time) (Decided, error) {
	if err := x.sorting(a); err != nil {
		return Decided{}, err
	}
	if cmd.N == 0 {
		cmd.N = 1
	}
	if cmd.N < 1 || cmd.N > maxMark {
		return Decided{}, models.Invalid("n", "onward.mark_range", maxMark)
	}
	if cmd.Pass != 0 && cmd.Pass != x.Pass() { // it waited on a PC until another count had begun
		return Decided{}, models.E(models.CodeState, "onward.mark_of_other_count", cmd.Pass)
	}
	if len(cmd.Device) > 64 {
		return Decided{}, models.Invalid("device", "form.unreadable")
	}
	if err := t.check(a, map[string]int{cmd.Bin: cmd.N}, now); err != nil {
		return Decided{}, err
	}
	m := SortMark{ID: a.Key, Sorting: x.ID, Pass: x.Pass(), Bin: cmd.Bin, N: cmd.N, Person: a.Person, At: now.UTC(), Device: cmd.Device}
	return Decided{journal.Draft{Kind: "sorting.marked", Election: x.Election, Place: x.Place}.Fact("sorting", x.ID).Fact("pile "+m.Bin, strconv.Itoa(m.N)), []models.Record{m}}, nil
}

// Unmark takes a mark of the same count back by a counter-entry.
func Unmark(x Sorting, m SortMark, a models.Act) (Decided, error) {
	if err := x.sorting(a); err != nil {
		return Decided{}, err
	}
	if m.Sorting != x.ID || m.Pass != x.Pass() || m.Person != a.Person || m.UndoneBy != "" {
		return Decided{}, models.E(models.CodeState, "onward.nothing_to_undo")
	}
	m.UndoneBy = a.Key
	d := journal.Draft{Kind: "sorting.unmarked", Election: x.Election, Place: x.Place}.Fact("sorting", x.ID).Fact("undoes", m.ID).Fact("pile "+m.Bin, strconv.Itoa(-m.N))
	return Decided{d, []models.Record{m}}, nil
}

// FollowUp writes that somebody has seen a mark which waited on a PC and was
// refused, and has settled it otherwise: the envelope is on its pile, and the pile
// is counted by hand. refused is the id of the mark, code why it was refused.
// It may be said long after the sorting has ended.
func FollowUp(x Sorting, a models.Act, refused, code string) (Decided, error) {
	if !a.MayActAt(x.Place) {
		return Decided{}, models.E(models.CodeForbidden, "custody.wrong_place")
	}
	if refused == "" || len(refused) > 64 || len(code) > 40 {
		return Decided{}, models.Invalid("what", "onward.nothing_refused")
	}
	return Decided{Draft: journal.Draft{Kind: "sorting.followed_up", Election: x.Election, Place: x.Place}.Fact("sorting", x.ID).Fact("refused", refused).Fact("code", code)}, nil
}

// FinishMarks ends a count at the screen: piles are the sums of its marks.
func FinishMarks(t Table, x Sorting, a models.Act, piles map[string]int, now time.Time) (Decided, error) {
	if err := x.sorting(a); err != nil {
		return Decided{}, err
	}
	x.Sorter = ""
	if x.State == SortOpen {
		return t.firstCount(x, a, piles, now)
	}
	return SortAgain(t, x, a, piles, now)
}

// begin is a new sorting of the table's source.
func (t Table) begin(a models.Act, state SortState) (Sorting, error) {
	if !a.MayActAt(t.Place) {
		return Sorting{}, models.E(models.CodeForbidden, "custody.wrong_place")
	}
	if Sum(Of(t.Held, t.Election.ID)) == 0 {
		return Sorting{}, models.Invalid("source", "onward.source_empty")
	}
	if c := t.Container; c != nil && len(c.Seals) > 0 {
		return Sorting{}, models.E(models.CodeState, "custody.sealed", c.ID)
	}
	act := SortCount
	if state == SortOpen {
		act = SortStart
	}
	next, err := SortStates.Next(SortNotBegun, act)
	return Sorting{ID: models.DeriveID("G", a.Key), Election: t.Election.ID, Place: t.Place, Source: t.Source, State: next}, err
}

// firstCount writes the count of the one who sorted.
func (t Table) firstCount(x Sorting, a models.Act, counts map[string]int, now time.Time) (Decided, error) {
	if err := t.check(a, counts, now); err != nil {
		return Decided{}, err
	}
	if x.State == SortOpen {
		var err error
		if x.State, err = SortStates.Next(x.State, SortCount); err != nil {
			return Decided{}, err
		}
	}
	x.Counts = append(slices.Clone(x.Counts), Piles{a.Person, now.UTC(), positive(counts)})
	d := journal.Draft{Kind: "sorting.counted", Election: x.Election, Place: x.Place}.Fact("sorting", x.ID).Fact("source", x.Source).Fact("count", "1")
	return Decided{pileFacts(d, counts), []models.Record{x}}, nil
}
