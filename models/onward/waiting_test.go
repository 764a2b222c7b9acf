package onward

import "testing"

func TestWaits(t *testing.T) {
	d := gridDay(0)
	got := Waits([]LineMark{{"A", d.At(12, 5), 4}, {"A", d.At(13, 30), 9}, {"A", d.At(14, 0), 0}, {"B", d.At(12, 0), 3}},
		[]Cell{{Place: "A", Date: d, Hour: 13, Kind: "own", N: 20}, {Place: "A", Date: d, Hour: 13, Kind: "other", N: 7}, {Place: "A", Date: d, Hour: 12, N: 1}, {Place: "B", Date: gridDay(1), Hour: 12, N: 50}})
	want := []Wait{{"A", 3, 9, d.At(13, 30), 20}, {"B", 1, 3, d.At(12, 0), 0}}
	if len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
		t.Fatalf("%+v", got)
	}
	if (Use{Votes: 50, Spoiled: 2}).PerHundred() != 4 || (Use{Spoiled: 2}).PerHundred() != 0 {
		t.Error("spoiled per hundred")
	}
}
