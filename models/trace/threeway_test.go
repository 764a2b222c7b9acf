package trace

import "testing"

func TestVerdicts(t *testing.T) {
	known := func(n int) Figure { return Figure{N: n, Known: true} }
	for _, test := range []struct {
		x    Threefold
		want string
	}{
		{Threefold{Desk: known(5), Hand: known(5), Received: known(5)}, VerdictEqual},
		{Threefold{Desk: known(5), Hand: known(5)}, VerdictWaits},
		{Threefold{Desk: known(5), Deviation: "D"}, VerdictExplained},
		{Threefold{Desk: known(5), Deviation: "D", Shared: true}, VerdictOneOf},
		{Threefold{Desk: known(5), Hand: known(4)}, VerdictDiffers},
		{Threefold{Desk: known(5), Hand: known(5), Received: known(4), Deviation: "D"}, VerdictExplained},
		{Threefold{Desk: known(5), Hand: known(5), Received: Figure{4, 1, true}, Deviation: "D"}, VerdictOneOf},
		{Threefold{Desk: known(5), Hand: known(5), Received: Figure{3, 1, true}}, VerdictDiffers},
		{Threefold{Desk: known(5), Hand: known(4), Received: Figure{3, 3, true}}, VerdictDiffers},
	} {
		if got := test.x.Verdict(); got != test.want {
			t.Errorf("%+v is %s, not %s", test.x, got, test.want)
		}
	}
}

func TestTogetherByDay(t *testing.T) {
	tr := New(traceHome, mixedCrate(), []Reckoned{{5, "K1", "BS"}, {5, "K3", "BS"}})
	rows := []Threefold{
		{Session: "A", Starts: proofStart, Desk: Figure{N: 10, Known: true}, Hand: Figure{N: 10, Known: true}},
		{Session: "B", Starts: proofStart.Add(24 * 3600e9), Desk: Figure{N: 5, Known: true}, Hand: Figure{N: 5, Known: true}},
		{Session: "C", Starts: proofStart, Desk: Figure{N: 9, Known: true}, Hand: Figure{N: 9, Known: true}},
	}
	got := Together(rows, tr, map[string]int{"C": 2})
	if got.Sessions[2].Received.Known || got.Sessions[2].Verdict() != VerdictWaits {
		t.Errorf("two lie on the desk: %+v", got.Sessions[2])
	}
	if len(got.Days) != 2 || got.Days[0].Outcome != VerdictOneOf || got.Days[0].Received != (Figure{8, 2, true}) || got.Days[0].Desk.N != 19 {
		t.Errorf("%+v", got.Days)
	}
	rows[1].Starts = proofStart
	if got = Together(rows, tr, nil); got.Days[0].Outcome != VerdictDiffers || got.Days[0].Received != (Figure{20, 0, true}) {
		t.Errorf("%+v", got.Days)
	}
	if got.Sessions[0].Verdict() != VerdictOneOf || got.Sessions[0].Deviation != "D1" {
		t.Errorf("%+v", got.Sessions[0])
	}
}
