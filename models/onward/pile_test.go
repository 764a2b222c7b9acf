package onward

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/brevstemme/brevstemme/models"
)

var pileDistricts = []District{
	{ID: "0751-1", Number: 1, Name: "Midtbyen"}, {ID: "0751-12", Number: 12, Name: "Åbyhøj (nord/syd)"}, {ID: "0751-13", Number: 13, Name: "Aabyen"},
	{ID: "0751-30", Number: 30, Name: "Borum, Lyngby"}, {ID: "0751-461", Number: 461, Name: "Randersvej"}, {ID: "0751-31", Number: 31, Name: "Borum"},
}

func TestReadPile(t *testing.T) {
	for _, c := range []struct {
		text, last, bin string
		n               int
		matches         int
	}{
		{"12", "", "own:0751-12", 1, 0},
		{" 12*25 ", "", "own:0751-12", 25, 0},
		{"", "own:0751-1", "own:0751-1", 1, 0},
		{"*40", "own:0751-1", "own:0751-1", 40, 0},
		{"", "", "", 1, 0},
		{"midt", "", "own:0751-1", 1, 0},
		{"åbyh", "", "own:0751-12", 1, 0},
		{"aabyh", "", "own:0751-12", 1, 0},
		{"åby", "", "", 1, 2},
		{"borum", "", "own:0751-31", 1, 0}, // the whole name goes before a longer one
		{"borum,", "", "own:0751-30", 1, 0},
		{"461", "", "own:0751-461", 1, 0}, // a district goes before a kommunekode
		{"0461", "", "other:0461", 1, 0},
		{"740", "", "other:0740", 1, 0},
		{"0751", "", "", 1, 0}, // our own municipality is no bin
		{"silkeb", "", "other:0740", 1, 0},
		{"ran", "", "", 1, 2}, // Randersvej and Randers
		{"randers", "", "", 1, 2},
		{"randersv", "", "own:0751-461", 1, 0},
		{"?", "", BinUnknown, 1, 0},
		{"Ukendt", "", BinUnknown, 1, 0},
		{"for sent", "", BinLate, 1, 0},
		{"999", "", "", 1, 0},
		{"12*0", "", "", 0, 0},
		{"12*x", "", "", 0, 0},
		{"12*5001", "", "", 5001, 0},
		{models.WithCheck("BA0012"), "", "own:0751-12", 1, 0},
		{strings.ToLower(models.WithCheck("BK0461")), "", "other:0461", 1, 0},
		{models.WithCheck("BU0000"), "", BinUnknown, 1, 0},
		{models.WithCheck("BA0999"), "", "", 1, 0},
	} {
		p, err := ReadPile(c.text, c.last, "0751", pileDistricts)
		if (err == nil) != (c.bin != "") || p.Bin != c.bin || len(p.Matches) != c.matches || err == nil && p.N != c.n {
			t.Errorf("%q: %+v %v", c.text, p, err)
		}
	}
	if _, err := ReadPile("010203-1234", "", "0751", pileDistricts); models.CodeOf(err) != models.CodeCPR {
		t.Errorf("a CPR number: %v", err)
	}
}

// A label of a bin leads back to the bin.
func TestBinLabels(t *testing.T) {
	ds := map[string]District{}
	var list []District
	for i := 1; i <= 9999; i += 7 {
		d, err := District{Code: "0751", Number: i, Name: "x"}.valid()
		if err != nil {
			t.Fatal(err)
		}
		ds[d.ID], list = d, append(list, d)
	}
	rapid.Check(t, func(r *rapid.T) {
		bins := []string{BinUnknown, BinLate, OtherBin(rapid.SampledFrom(models.Municipalities).Draw(r, "m").Code), OwnBin(rapid.SampledFrom(list).Draw(r, "d").ID)}
		bin := rapid.SampledFrom(bins).Draw(r, "bin")
		if got, ok := BinOfLabel(BinLabel(bin, ds), list); !ok || got != bin {
			r.Fatalf("%s became %s", bin, got)
		}
	})
}

// sorter is the sorting of one table, marked at the screen pile by pile.
type sorter struct {
	t   *testing.T
	tab Table
	x   Sorting
}

func newSorter(t *testing.T) *sorter {
	t.Helper()
	s := &sorter{t: t, tab: testTable()}
	dec, err := OpenSorting(s.tab, person("a"), noon)
	if err != nil {
		t.Fatal(err)
	}
	s.x = dec.Records[0].(Sorting)
	return s
}

// mark moves nothing in the book: the finished count does.
func (s *sorter) mark(who, bin string, n int) (SortMark, error) {
	s.t.Helper()
	dec, err := Mark(s.tab, s.x, person(who), MarkCmd{Bin: bin, N: n}, noon)
	if err != nil {
		return SortMark{}, err
	}
	if len(dec.Draft.Postings) != 0 {
		s.t.Error("a mark moved something in the book")
	}
	return dec.Records[0].(SortMark), dec.Draft.Check()
}

// markOne is a's first mark: one envelope of district 1.
func (s *sorter) markOne() SortMark {
	s.t.Helper()
	m, err := s.mark("a", OwnBin("0751-1"), 0)
	if err != nil || m.N != 1 || m.Pass != 1 {
		s.t.Fatalf("%+v %v", m, err)
	}
	return m
}

// A count is marked by one person, in bins that there are, and a mark is taken
// back once, by whoever made it.
func TestMarks(t *testing.T) {
	s := newSorter(t)
	m := s.markOne()
	for name, bad := range map[string]func() error{
		"another person": func() error { _, err := s.mark("b", OwnBin("0751-1"), 1); return err },
		"no such bin":    func() error { _, err := s.mark("a", OwnBin("0751-9"), 1); return err },
		"a pallet":       func() error { _, err := s.mark("a", BinUnknown, 5001); return err },
		"a negative":     func() error { _, err := s.mark("a", BinUnknown, -1); return err },
		"of another count": func() error {
			_, err := Mark(s.tab, s.x, person("a"), MarkCmd{Bin: OwnBin("0751-1"), Pass: 2}, noon)
			return err
		},
		"not late yet":     func() error { _, err := s.mark("a", BinLate, 1); return err },
		"others undo":      func() error { _, err := Unmark(s.x, m, person("b")); return err },
		"recount too soon": func() error { _, err := BeginRecount(s.x, person("b")); return err },
		"others finish": func() error {
			_, err := FinishMarks(s.tab, s.x, person("b"), map[string]int{BinUnknown: 1}, noon)
			return err
		},
		"nothing marked": func() error { _, err := FinishMarks(s.tab, s.x, person("a"), nil, noon); return err },
	} {
		if bad() == nil {
			t.Errorf("%s was accepted", name)
		}
	}
	dec, err := Unmark(s.x, m, person("a"))
	if err != nil || dec.Records[0].(SortMark).UndoneBy == "" {
		t.Fatalf("%+v %v", dec, err)
	}
	if _, err := Unmark(s.x, dec.Records[0].(SortMark), person("a")); err == nil {
		t.Error("undone twice")
	}
}

// Two counts differ and who counted first counts the third time: the marks of
// their own first count are finished, those of the third can be taken back.
func TestNobodyTakesBackAMarkOfTheirEarlierCount(t *testing.T) {
	s := newSorter(t)
	first := s.markOne()
	for _, c := range []struct {
		who, next string
		n         int
	}{{"a", "b", 1}, {"b", "a", 2}} {
		dec, err := FinishMarks(s.tab, s.x, person(c.who), map[string]int{OwnBin("0751-1"): c.n}, noon)
		if err != nil {
			t.Fatal(err)
		}
		if dec, err = BeginRecount(dec.Records[0].(Sorting), person(c.next)); err != nil {
			t.Fatal(err)
		}
		s.x = dec.Records[0].(Sorting)
	}
	if dec, err := Unmark(s.x, first, person("a")); err == nil || models.CodeOf(err) != models.CodeState {
		t.Errorf("a mark of count %d was taken back in count %d: %+v %v", first.Pass, s.x.Pass(), dec, err)
	}
	third, err := s.mark("a", OwnBin("0751-1"), 1)
	if err != nil || third.Pass != 3 {
		t.Fatalf("%+v %v", third, err)
	}
	if _, err := Unmark(s.x, third, person("a")); err != nil {
		t.Error(err)
	}
}

// One count after the other: nothing of the finished one can be taken back, and
// somebody else counts again.
func TestAFinishedCountIsRecountedByAnother(t *testing.T) {
	s := newSorter(t)
	m := s.markOne()
	piles := map[string]int{OwnBin("0751-1"): 60, OtherBin("0461"): 5, BinUnknown: 2}
	dec, err := FinishMarks(s.tab, s.x, person("a"), piles, noon)
	if err != nil {
		t.Fatal(err)
	}
	s.x = dec.Records[0].(Sorting)
	if _, err := Unmark(s.x, m, person("a")); err == nil {
		t.Error("a mark of a finished count was taken back")
	}
	if _, err := BeginRecount(s.x, person("a")); models.CodeOf(err) != models.CodeSamePerson {
		t.Errorf("the same person counts again: %v", err)
	}
	dec, err = BeginRecount(s.x, person("b"))
	if err != nil {
		t.Fatal(err)
	}
	s.x = dec.Records[0].(Sorting)
	if m, err := s.mark("b", BinUnknown, 3); err != nil || m.Pass != 2 {
		t.Fatalf("%+v %v", m, err)
	}
	dec, err = FinishMarks(s.tab, s.x, person("b"), piles, noon)
	if err != nil || dec.Records[0].(Sorting).State != SortBooked || dec.Draft.Check() != nil {
		t.Fatalf("%+v %v", dec, err)
	}
}
