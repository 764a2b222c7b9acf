package onward

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/journal"
)

var noon = models.NewDate(2025, 11, 15).At(12, 0)

// testTable has 3 districts and 60 envelopes of our own, 5 for Odense, 2 unknown.
func testTable() Table {
	t := Table{Election: models.Election{ID: "KV25", Municipality: "0751"}, Place: "BORG", Source: custody.At("BORG"), Districts: map[string]District{},
		PollsOpen: models.NewDate(2025, 11, 18).At(8, 0),
		Held:      map[string]int64{"env:KV25:own": 60, "env:KV25:0461": 5, "env:KV25:unknown": 2, "env:AER25:own": 9, "box:B1": 1}}
	for i := 1; i <= 3; i++ {
		id := fmt.Sprintf("0751-%d", i)
		t.Districts[id] = District{ID: id, Code: "0751", Number: i, Name: fmt.Sprint("Område ", i)}
	}
	return t
}

func person(p string) models.Act { return models.Act{Key: "key-" + p, Person: p} }

// after adds the postings of a draft to a holding.
func after(held map[string]int64, holder string, d journal.Draft) map[string]int64 {
	out := map[string]int64{}
	for i, n := range held {
		out[i] = n
	}
	for _, p := range d.Postings {
		if p.Holder == holder {
			out[p.Item] += p.Delta
		}
	}
	return out
}

func TestTwoPeopleSortAndTheSumMatches(t *testing.T) {
	tab := testTable()
	piles := map[string]int{OwnBin("0751-1"): 40, OwnBin("0751-2"): 21, OtherBin("0461"): 5, BinUnknown: 1}
	first, err := SortFirstCount(tab, person("a"), piles, noon)
	if err != nil {
		t.Fatal(err)
	}
	x := first.Records[0].(Sorting)
	if len(first.Draft.Postings) != 0 || x.State != SortFirst {
		t.Fatalf("%+v", first)
	}
	if b := x.Blind(); b.Counts[0].Counts != nil {
		t.Fatal("the second counter sees figures")
	}
	if _, err := SortAgain(tab, x, person("a"), piles, noon); models.CodeOf(err) != models.CodeSamePerson {
		t.Fatalf("same person: %v", err)
	}
	second, err := SortAgain(tab, x, person("b"), piles, noon)
	if err != nil {
		t.Fatal(err)
	}
	if y := second.Records[0].(Sorting); y.State != SortBooked || len(y.Deviations) != 0 {
		t.Fatalf("%+v", y)
	}
	if err := second.Draft.Check(); err != nil {
		t.Fatal(err)
	}
	if left := Sum(Of(after(tab.Held, tab.Source, second.Draft), "KV25")); left != 0 {
		t.Errorf("%d left at the source", left)
	}
	odense := after(nil, custody.Bin(OtherBin("0461")), second.Draft)
	if odense["env:KV25:0461"] != 5 {
		t.Errorf("Odense got %v", odense)
	}
}

func TestCountsThatDifferOpenADeviationAndAThirdPersonCounts(t *testing.T) {
	tab := testTable()
	piles := map[string]int{OwnBin("0751-1"): 67}
	first, _ := SortFirstCount(tab, person("a"), piles, noon)
	clash, err := SortAgain(tab, first.Records[0].(Sorting), person("b"), map[string]int{OwnBin("0751-1"): 66}, noon)
	if err != nil {
		t.Fatal(err)
	}
	x := clash.Records[0].(Sorting)
	if x.State != SortDiffers || len(clash.Draft.Postings) != 0 || len(x.Deviations) != 1 {
		t.Fatalf("%+v", x)
	}
	third, err := SortAgain(tab, x, person("a"), map[string]int{OwnBin("0751-1"): 66}, noon)
	if err != nil {
		t.Fatal(err)
	}
	x = third.Records[0].(Sorting)
	if x.State != SortBooked || len(x.Deviations) != 2 {
		t.Fatalf("one is missing against the book, so a second deviation: %+v", x)
	}
	dev := x.Deviations[1]
	if n := Sum(after(nil, custody.Difference(dev), third.Draft)); n != 1 {
		t.Errorf("the missing one stands at %d", n)
	}
}

func TestSortingKeepsEveryEnvelope(t *testing.T) {
	bins := []string{OwnBin("0751-1"), OwnBin("0751-2"), OwnBin("0751-3"), OtherBin("0461"), OtherBin("0101"), BinUnknown}
	rapid.Check(t, func(r *rapid.T) {
		tab, piles, found := testTable(), map[string]int{}, 0
		for _, b := range bins {
			piles[b] = rapid.IntRange(0, 40).Draw(r, b)
			found += piles[b]
		}
		first, err := SortFirstCount(tab, person("a"), piles, noon)
		if found == 0 {
			if err == nil {
				r.Fatal("nothing was sorted, and it was accepted")
			}
			return
		}
		if err != nil {
			r.Fatal(err)
		}
		dec, err := SortAgain(tab, first.Records[0].(Sorting), person("b"), piles, noon)
		if err != nil {
			r.Fatal(err)
		}
		if err := dec.Draft.Check(); err != nil {
			r.Fatal(err)
		}
		for _, b := range bins {
			if n := Sum(after(nil, custody.Bin(b), dec.Draft)); n != piles[b] {
				r.Fatalf("%s holds %d of %d", b, n, piles[b])
			}
		}
		if n := Sum(Of(after(tab.Held, tab.Source, dec.Draft), "KV25")); n != 0 {
			r.Fatalf("%d left", n)
		}
	})
}

func TestWhatMayNotBeSorted(t *testing.T) {
	opened := models.NewDate(2025, 11, 18).At(8, 0)
	for name, c := range map[string]struct {
		piles map[string]int
		at    time.Time
		code  models.Code
	}{
		"no such district":           {map[string]int{OwnBin("0751-9"): 1}, noon, models.CodeInvalid},
		"our own code as another":    {map[string]int{OtherBin("0751"): 1}, noon, models.CodeInvalid},
		"a municipality that merged": {map[string]int{OtherBin("0731"): 1}, noon, models.CodeInvalid},
		"negative":                   {map[string]int{BinUnknown: -1}, noon, models.CodeInvalid},
		"late before the opening":    {map[string]int{BinLate: 1}, noon, models.CodeInvalid},
		"own after the opening":      {map[string]int{OwnBin("0751-1"): 1}, opened, models.CodeInvalid},
		"late at the opening":        {map[string]int{BinLate: 67}, opened, ""},
		"nothing":                    {map[string]int{}, noon, models.CodeInvalid},
	} {
		if _, err := SortFirstCount(testTable(), person("a"), c.piles, c.at); models.CodeOf(err) != c.code {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRebinIsACounterEntryWithADecisionForTheUnknown(t *testing.T) {
	tab := testTable()
	tab.Held = map[string]int64{"env:KV25:unknown": 2}
	cmd := RebinCmd{From: BinUnknown, To: OwnBin("0751-1"), N: 2, Reason: "Adressen er fundet"}
	if _, err := Rebin(tab, person("a"), cmd, noon); models.CodeOf(err) != models.CodeInvalid {
		t.Fatalf("without a decision: %v", err)
	}
	cmd.Decision = "Byrådet 13.11.2025, pkt. 4"
	dec, err := Rebin(tab, person("a"), cmd, noon)
	if err != nil || dec.Draft.Check() != nil || len(dec.Draft.Postings) != 2 {
		t.Fatalf("%+v %v", dec, err)
	}
	cmd.N = 3
	if _, err := Rebin(tab, person("a"), cmd, noon); models.CodeOf(err) != models.CodeBalance {
		t.Fatalf("more than there are: %v", err)
	}
}
