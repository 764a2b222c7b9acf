package trace

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/brevstemme/brevstemme/models/custody"
)

// A random history of three sessions at two places: packed, unpacked, split,
// sent, counted, short and too many, found again, taken back.
type pastDay struct {
	r      *rapid.T
	held   map[string]int64
	moves  []Movement
	counts []Reckoned
}

var (
	traceHome  = map[string]string{"A": "P0", "B": "P0", "C": "P1"}
	traceBoxes = []string{"container:K1", "container:K2", "container:K1"}
)

func (p *pastDay) move(from, to string, n int64, undoes int64) {
	if n <= 0 {
		return
	}
	p.held[from] -= n
	p.held[to] += n
	p.moves = append(p.moves, Movement{Seq: int64(len(p.moves) + 1), From: from, To: to, Kind: custody.Own, N: n, Undoes: undoes})
}

// some is one to all of what a holder has.
func (p *pastDay) some(holder string) int64 {
	if p.held[holder] <= 0 {
		return 0
	}
	return rapid.Int64Range(1, p.held[holder]).Draw(p.r, "n")
}

func (p *pastDay) step() {
	desk := "desk:" + rapid.SampledFrom([]string{"A", "B", "A", "B", "C"}).Draw(p.r, "desk")
	box := rapid.SampledFrom(traceBoxes).Draw(p.r, "box")
	other := rapid.SampledFrom(traceBoxes).Draw(p.r, "other")
	switch rapid.IntRange(0, 10).Draw(p.r, "act") {
	case 0, 1, 2: // received and packed
		p.move(custody.Voter, desk, rapid.Int64Range(1, 3).Draw(p.r, "votes"), 0)
		p.move(desk, box, p.some(desk), 0)
	case 3, 4: // split or merged
		if other != box {
			p.move(box, other, p.some(box), 0)
		}
	case 5:
		p.move(box, desk, p.some(box), 0)
	case 6:
		p.move(desk, custody.Void("spoiled"), min(1, p.held[desk]), 0)
	case 7:
		p.move(box, "difference:D1", min(p.some(box), 2), 0)
	case 8: // too many, or found again
		p.move("difference:D1", box, 1, 0)
	case 9:
		p.counts = append(p.counts, Reckoned{Seq: int64(len(p.moves)), Container: custody.HolderID(box), Place: rapid.SampledFrom([]string{"P0", "BS", "BS"}).Draw(p.r, "place")})
	case 10:
		if n := len(p.moves); n > 0 {
			m := p.moves[rapid.IntRange(max(0, n-3), n-1).Draw(p.r, "undone")]
			again := slices.ContainsFunc(p.moves, func(x Movement) bool { return x.Undoes == m.Seq })
			if m.From != custody.Voter && custody.Classify(m.To) == custody.ClassOnHand && custody.Classify(m.From) == custody.ClassOnHand && p.held[m.To] >= m.N && !again {
				p.move(m.To, m.From, m.N, m.Seq)
			}
		}
	}
}

// world is one way in which it can have been: who has how many of whose. ""
// belongs to no session.
type oneWorld map[string]map[string]int64 // holder → session → units

func (w oneWorld) key() string {
	var out []string
	for h, in := range w {
		for s, n := range in {
			if n != 0 {
				out = append(out, fmt.Sprint(h, "|", s, "|", n))
			}
		}
	}
	slices.Sort(out)
	return strings.Join(out, ";")
}

func (w oneWorld) copied() oneWorld {
	out := oneWorld{}
	for h, in := range w {
		out[h] = maps.Clone(in)
	}
	return out
}

func (w oneWorld) add(holder, session string, n int64) {
	if w[holder] == nil {
		w[holder] = map[string]int64{}
	}
	w[holder][session] += n
}

func (w oneWorld) total(holder string) (n int64) {
	for _, k := range w[holder] {
		n += k
	}
	return n
}

// drawn lists every way to take n units of what a holder has.
func drawn(in map[string]int64, n int64) []map[string]int64 {
	names := slices.Sorted(maps.Keys(in))
	var out []map[string]int64
	var walk func(i int, left int64, got map[string]int64)
	walk = func(i int, left int64, got map[string]int64) {
		if left == 0 {
			out = append(out, maps.Clone(got))
			return
		}
		if i == len(names) {
			return
		}
		for k := int64(0); k <= min(left, in[names[i]]); k++ {
			got[names[i]] = k
			walk(i+1, left-k, got)
		}
		delete(got, names[i])
	}
	walk(0, n, map[string]int64{})
	return out
}

// everyWay follows all worlds through a history: no bounds, no flow, just each
// way to draw the units of each move.
func everyWay(moves []Movement, counts []Reckoned) map[string]oneWorld {
	worlds := map[string]oneWorld{"": {}}
	each := func(f func(oneWorld) []oneWorld) {
		next := map[string]oneWorld{}
		for _, w := range worlds {
			for _, x := range f(w) {
				next[x.key()] = x
			}
		}
		worlds = next
	}
	for seq := int64(0); seq <= int64(1+len(moves)+100); seq++ {
		for _, m := range moves {
			if m.Seq == seq {
				each(func(w oneWorld) []oneWorld { return w.moved(m) })
			}
		}
		for _, c := range counts {
			own := func(w oneWorld) bool {
				for s, n := range w[custody.InContainer(c.Container)] {
					if n > 0 && traceHome[s] == c.Place {
						return true
					}
				}
				return false
			}
			if c.Seq == seq && !slices.ContainsFunc(slices.Collect(maps.Values(worlds)), own) {
				each(func(w oneWorld) []oneWorld { return w.reckoned(custody.InContainer(c.Container)) })
			}
		}
	}
	return worlds
}

func (w oneWorld) reckoned(box string) []oneWorld {
	x := w.copied()
	for s, n := range w[box] {
		x.add("counted", s, n)
	}
	x[box] = map[string]int64{"": x.total(box)}
	return []oneWorld{x}
}

// moved is every world after a move. What an account of a difference gave and
// did not have, it owes: the next that a container gives it pays for that.
func (w oneWorld) moved(m Movement) (out []oneWorld) {
	start := w.copied()
	if short := m.N - start.total(m.From); short > 0 {
		switch {
		case m.From == custody.Voter || custody.HolderKind(m.To) == "desk":
			start.add(m.From, custody.HolderID(m.To), short)
		case custody.HolderKind(m.From) == "difference":
			start.add(m.From, "", short)
			if custody.HolderKind(m.To) == "container" {
				start.add("debt", "", short)
			}
		default:
			start.add(m.From, "", short)
		}
	}
	pays := int64(0)
	if custody.HolderKind(m.To) == "difference" && custody.HolderKind(m.From) == "container" {
		pays = min(m.N, start.total("debt"))
	}
	for _, part := range drawn(start[m.From], m.N) {
		for _, paid := range drawn(part, pays) {
			x := start.copied()
			x.add("debt", "", -pays)
			for s, n := range part {
				x.add(m.From, s, -n)
				x.add(m.To, s, n-paid[s])
				x.add("gone", s, paid[s])
				if custody.HolderKind(m.To) == "difference" {
					x.add(fmt.Sprint("edge:", m.Seq), s, n-paid[s])
				}
			}
			out = append(out, x)
		}
	}
	return out
}

// spanOf is the least and the most of a number over all worlds.
func spanOf(worlds map[string]oneWorld, number func(oneWorld) int64) Span {
	got := Span{1 << 40, -1}
	for _, w := range worlds {
		n := number(w)
		got = Span{min(got.Lo, n), max(got.Hi, n)}
	}
	return got
}

func TestTraceAgreesWithEveryWay(t *testing.T) {
	shared, doubts, undone := 0, 0, 0
	rapid.Check(t, func(r *rapid.T) {
		p := &pastDay{r: r, held: map[string]int64{}}
		for range rapid.IntRange(6, 20).Draw(r, "steps") {
			p.step()
		}
		kept := withoutMistakes(p.moves, p.counts)
		undone += len(p.moves) - len(kept)
		worlds := everyWay(kept, p.counts)
		tr := New(traceHome, p.moves, slices.Clone(p.counts))
		for _, d := range tr.Doubts() {
			if len(d.Shares) < 2 {
				r.Fatalf("a doubt about one: %+v", d)
			}
			if d.Missing < 0 {
				continue
			}
			doubts++
			for _, sh := range d.Shares {
				if got := spanOf(worlds, func(w oneWorld) int64 { return w[fmt.Sprint("edge:", d.Entry)][sh.Session] }); got != sh.Span {
					r.Fatalf("%s can have %v of the shortage of entry %d, every way says %v\n%+v", sh.Session, sh.Span, d.Entry, got, kept)
				}
			}
		}
		tr.surplus = nil // whose a surplus is, no move says: see TestTraceOfASurplus
		for _, who := range [][]string{{"A"}, {"B"}, {"C"}, {"A", "B"}} {
			sum := func(fits func(holder string) bool) Span {
				return spanOf(worlds, func(w oneWorld) (n int64) {
					for h, in := range w {
						for _, s := range who {
							if fits(h) {
								n += in[s]
							}
						}
					}
					return n
				})
			}
			counted := sum(func(h string) bool { return h == "counted" })
			waits := sum(func(h string) bool {
				return h != "counted" && h != custody.Voter && custody.Classify(h) == custody.ClassOnHand
			})
			a := tr.Of(who...)
			if a.Counted != counted {
				r.Fatalf("%v: counted %v, every way says %v\n%+v\n%+v", who, a.Counted, counted, kept, p.counts)
			}
			if a.Waits != waits {
				r.Fatalf("%v: waits %v, every way says %v\n%+v\n%+v", who, a.Waits, waits, kept, p.counts)
			}
			if a.Counted.Lo < a.Counted.Hi {
				shared++
			}
		}
	})
	if shared+doubts+undone == 0 {
		t.Errorf("no history was mixed: %d %d %d", shared, doubts, undone)
	}
}

func moved(seq int64, from, to string, n int64) Movement {
	return Movement{Seq: seq, From: from, To: to, Kind: custody.Own, N: n}
}

// A crate holds ten of session A and five of B, and two are missing at the count.
func mixedCrate() []Movement {
	return []Movement{
		moved(1, custody.Desk("A"), custody.InContainer("K1"), 10), moved(2, custody.Desk("B"), custody.InContainer("K2"), 5), moved(3, custody.InContainer("K2"), custody.InContainer("K1"), 5),
		moved(4, custody.Desk("C"), custody.InContainer("K3"), 7), moved(5, custody.InContainer("K1"), custody.Difference("D1"), 2),
	}
}

func TestTraceOfAMixedCrate(t *testing.T) {
	tr := New(traceHome, mixedCrate(), []Reckoned{{5, "K1", "BS"}, {5, "K3", "BS"}})
	if a := tr.Of("A"); a.Counted != (Span{8, 10}) || a.Waits != (Span{}) || !slices.Equal(a.Deviations, []string{"D1"}) {
		t.Errorf("A: %+v", a)
	}
	if a := tr.Of("B"); a.Counted != (Span{3, 5}) {
		t.Errorf("B: %+v", a)
	}
	if a := tr.Of("C"); a.Counted != (Span{7, 7}) || len(a.Deviations) > 0 {
		t.Errorf("C: %+v", a)
	}
	if a := tr.Of("A", "B"); a.Counted != (Span{13, 13}) {
		t.Errorf("A and B together are short by two: %+v", a)
	}
	want := []Doubt{{Entry: 5, Deviation: "D1", Container: "K1", Missing: 2, Shares: []Share{{"A", Span{0, 2}}, {"B", Span{0, 2}}}}}
	if got := tr.Doubts(); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%+v", got)
	}
}

func TestTraceOfASurplus(t *testing.T) {
	moves := mixedCrate()[:4]
	moves = append(moves, moved(5, custody.Difference("D2"), custody.InContainer("K1"), 1), moved(5, custody.Difference("D3"), custody.InContainer("K3"), 2))
	counts := []Reckoned{{5, "K1", "BS"}, {5, "K3", "BS"}}
	tr := New(traceHome, moves, counts)
	if a := tr.Of("A"); a.Counted != (Span{10, 11}) {
		t.Errorf("one too many may be A's: %+v", a)
	}
	if a := tr.Of("A", "B"); a.Counted != (Span{16, 16}) {
		t.Errorf("it is A's or B's: %+v", a)
	}
	if a := tr.Of("C"); a.Counted != (Span{9, 9}) || !slices.Equal(a.Deviations, []string{"D3"}) {
		t.Errorf("two too many are C's: %+v", a)
	}
	if d := tr.Doubts(); len(d) != 1 || d[0].Missing != -1 || len(d[0].Shares) != 2 {
		t.Errorf("%+v", d)
	}
	tr = New(traceHome, append(moves, moved(6, custody.InContainer("K1"), custody.Difference("D2"), 1)), counts)
	if a := tr.Of("A"); a.Counted != (Span{10, 10}) || len(tr.Doubts()) > 0 {
		t.Errorf("the surplus was counted wrongly: %+v", a)
	}
}

func TestTraceEndsWhereSomebodyLooked(t *testing.T) {
	found := moved(6, custody.Difference("D1"), custody.InContainer("K1"), 2)
	found.Seen = true
	tr := New(traceHome, append(mixedCrate(), found), []Reckoned{{5, "K1", "BS"}, {5, "K3", "P1"}})
	if a := tr.Of("A"); a.Counted != (Span{10, 10}) {
		t.Errorf("both were found: %+v", a)
	}
	if a := tr.Of("C"); a.Waits != (Span{7, 7}) {
		t.Errorf("counted at home is not reception: %+v", a)
	}
	lost := append(mixedCrate(), moved(6, custody.InContainer("K3"), custody.Difference("D2"), 7), moved(7, custody.Difference("D2"), custody.Void("lost"), 7))
	if a := New(traceHome, lost, nil).Of("C"); a.Counted != (Span{}) || a.Waits != (Span{}) {
		t.Errorf("lost: %+v", a)
	}
	lost = append(lost, moved(8, custody.Void("lost"), custody.InContainer("K3"), 7))
	if a := New(traceHome, lost, []Reckoned{{8, "K3", "BS"}}).Of("C"); a.Counted != (Span{7, 7}) {
		t.Errorf("found after it was given up: %+v", a)
	}
	tr = New(traceHome, append(mixedCrate(), moved(6, custody.InContainer("K3"), custody.Bin("own:1"), 7)), nil)
	if a := tr.Of("C"); a.Counted != (Span{7, 7}) {
		t.Errorf("sorted by hand: %+v", a)
	}
}
