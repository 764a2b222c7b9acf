package onward

import (
	"testing"

	"pgregory.net/rapid"

	"github.com/brevstemme/brevstemme/models"
)

// fact is one thing that a reader knows: the sum of some unknown cells lies
// between lo and hi.
type fact struct {
	cells  []int
	lo, hi int
}

// attack narrows every cell as far as the facts allow by bounding each cell with
// the others, until nothing changes: what a reader with paper, pencil and every
// report can find out.
func attack(n int, facts []fact) (lo, hi []int) {
	lo, hi = make([]int, n), make([]int, n)
	for i := range hi {
		hi[i] = 1 << 20
	}
	for changed := true; changed; {
		changed = false
		for _, f := range facts {
			sumLo, sumHi := 0, 0
			for _, c := range f.cells {
				sumLo, sumHi = sumLo+lo[c], sumHi+hi[c]
			}
			for _, c := range f.cells {
				if l := f.lo - (sumHi - hi[c]); l > lo[c] {
					sumLo, lo[c], changed = sumLo+l-lo[c], l, true
				}
				if h := f.hi - (sumLo - lo[c]); h < hi[c] {
					sumHi, hi[c], changed = sumHi-hi[c]+h, h, true
				}
			}
		}
	}
	return lo, hi
}

const (
	gridPlaces = 3
	gridDays   = 3
)

func gridDay(d int) models.Date { return models.NewDate(2025, 11, 3).Add(d) }

// gridCells turns true figures into the cells of the statistics.
func gridCells(truth []int) []Cell {
	var cells []Cell
	for i, n := range truth {
		cells = append(cells, Cell{Place: string(rune('A' + i/gridDays)), Date: gridDay(i % gridDays), N: n, Kind: "own"})
	}
	return cells
}

// learn is everything that a report says, as facts about unknowns from offset on.
func learn(r Report, offset int) []fact {
	var fs []fact
	var all []int
	places, days := map[string][]int{}, map[models.Date][]int{}
	low, high := 0, 0
	for _, c := range r.Cells {
		i := offset + int(c.Place[0]-'A')*gridDays + c.Date.Sub(gridDay(0))
		fs = append(fs, fact{[]int{i}, c.N, c.N + r.Least - 1})
		all, places[c.Place], days[c.Date] = append(all, i), append(places[c.Place], i), append(days[c.Date], i)
		low, high = low+c.N, high+c.N+r.Least-1
	}
	// The reader knows how the sums are made: sums of published cells.
	for p, cells := range places {
		fs = append(fs, fact{cells, r.Places[p], r.Places[p] + len(cells)*(r.Least-1)})
	}
	for d, cells := range days {
		fs = append(fs, fact{cells, r.Days[d], r.Days[d] + len(cells)*(r.Least-1)})
	}
	if len(all) > 0 {
		fs = append(fs, fact{all, r.Total, high})
	}
	return fs
}

// Two reports of the same days, the second after a few more votes and corrections:
// the attacker never pins a cell that is below five, never pins what was added to
// a cell, and cannot even tell whether anything was.
func TestTheDifferencingAttackerLearnsNothing(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		n := gridPlaces * gridDays
		before := rapid.SliceOfN(rapid.IntRange(0, 23), n, n).Draw(r, "before")
		after := make([]int, n)
		for i := range after {
			after[i] = max(0, before[i]+rapid.IntRange(-1, 2).Draw(r, "change"))
		}
		until := gridDay(gridDays)
		facts := append(learn(Publish(gridCells(before), until), 0), learn(Publish(gridCells(after), until), n)...)
		lo, hi := attack(2*n, facts)
		for i := range 2 * n {
			if hi[i]-lo[i] < Fewest-1 {
				r.Fatalf("cell %d is known to be %d to %d", i, lo[i], hi[i])
			}
		}
		for i := range n {
			least, most := lo[n+i]-hi[i], hi[n+i]-lo[i]
			if most-least < Fewest {
				r.Fatalf("the change of cell %d is known to be %d to %d", i, least, most)
			}
		}
	})
}

// The attacker is worth something: against tables that only hide small cells and
// print true sums, it finds the hidden figure.
func TestTheAttackerBeatsPlainSuppression(t *testing.T) {
	truth := []int{12, 3, 20}
	facts := []fact{{[]int{0}, 12, 12}, {[]int{1}, 0, 4}, {[]int{2}, 20, 20}, {[]int{0, 1, 2}, 35, 35}}
	lo, hi := attack(3, facts)
	if lo[1] != truth[1] || hi[1] != truth[1] {
		t.Fatalf("the attacker thinks %d to %d", lo[1], hi[1])
	}
}

func TestOnlyDaysThatAreOverArePublished(t *testing.T) {
	r := Publish(gridCells([]int{9, 9, 9, 4, 4, 4, 0, 5, 6}), gridDay(2))
	if len(r.Cells) != 6 || r.Total != 15 || r.Places["A"] != 10 || r.Places["B"] != 0 || r.Places["C"] != 5 {
		t.Fatalf("%+v", r)
	}
}

// The figures that go back to the places keep the same promise: two of them, the
// second after a correction, leave every cell open by five, and a cell below five
// is not there at all.
func TestWhatGoesBackToThePlacesIsGuarded(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		report := func(counts []int) map[string]map[string]int {
			var xs []Examination
			for i, n := range counts {
				if n > 0 {
					xs = append(xs, Examination{Outcomes: []Outcome{{Origins: []FromPlace{{Place: string(rune('A' + i%3)), Code: RejectionCodes[i/3], N: n}}}}})
				}
			}
			return ByOrigin(xs)
		}
		before := rapid.SliceOfN(rapid.IntRange(0, 17), 9, 9).Draw(r, "before")
		after := make([]int, len(before))
		for i := range after {
			after[i] = max(0, before[i]+rapid.IntRange(-1, 2).Draw(r, "change"))
		}
		var facts []fact
		for k, by := range []map[string]map[string]int{report(before), report(after)} {
			for i := range before {
				n, there := by[string(rune('A'+i%3))][RejectionCodes[i/3]]
				if there && n < Fewest || n%Fewest != 0 {
					r.Fatalf("%d is shown", n)
				}
				facts = append(facts, fact{[]int{k*len(before) + i}, n, n + Fewest - 1})
			}
		}
		lo, hi := attack(2*len(before), facts)
		for i := range before {
			if hi[i]-lo[i] < Fewest-1 || hi[len(before)+i]-lo[i]-(lo[len(before)+i]-hi[i]) < Fewest {
				r.Fatalf("cell %d is known", i)
			}
		}
	})
}
