package trace

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
)

var proofStart = models.NewDate(2025, 11, 10).At(9, 0)

// half an hour between any two places; everybody but "nobody" is appointed.
var proofGround = Ground{
	Travel:    func(_, _ string) time.Duration { return 30 * time.Minute },
	Appointed: func(person, _ string) bool { return person != "nobody" },
	Unsealed:  2 * time.Hour,
}

// history makes a clean history: registered, packed, sealed, carried from place
// to place with enough time, opened, emptied.
func history(r *rapid.T) []Move {
	at, seq := proofStart, int64(0)
	var out []Move
	add := func(minutes int, m Move) {
		seq++
		at = at.Add(time.Duration(minutes) * time.Minute)
		m.Seq, m.At, m.Person = seq, at, "anna"
		out = append(out, m)
	}
	place := "P0"
	add(0, Move{Kind: "container.registered", From: custody.Registry, To: custody.At(place)})
	for leg := range rapid.IntRange(1, 5).Draw(r, "legs") {
		next := fmt.Sprint("P", leg+1)
		add(rapid.IntRange(5, 100).Draw(r, "pack"), Move{Kind: "container.packed", Full: true})
		add(rapid.IntRange(1, 100).Draw(r, "seal"), Move{Kind: "container.sealed", Full: true, Sealed: true})
		hand := custody.Leg(fmt.Sprint("H", leg))
		add(rapid.IntRange(1, 600).Draw(r, "wait"), Move{Kind: "handover.collected", From: custody.At(place), To: hand, Full: true, Sealed: true})
		add(rapid.IntRange(30, 120).Draw(r, "drive"), Move{Kind: "handover.accepted", From: hand, To: custody.At(next), Full: true, Sealed: true})
		add(rapid.IntRange(1, 50).Draw(r, "open"), Move{Kind: "seals.broken", Full: true})
		add(rapid.IntRange(1, 60).Draw(r, "empty"), Move{Kind: "container.unpacked"})
		place = next
	}
	return out
}

// plant puts one defect into a clean history and says what should be found.
func plant(r *rapid.T, h []Move) (code string, seq int64) {
	find := func(kind string) int {
		var at []int
		for i, m := range h {
			if m.Kind == kind {
				at = append(at, i)
			}
		}
		return rapid.SampledFrom(at).Draw(r, "where")
	}
	switch rapid.IntRange(0, 4).Draw(r, "fault") {
	case 0:
		i := find("handover.accepted")
		h[i].From = custody.Leg("OTHER")
		return GapHolder, h[i].Seq
	case 1:
		i := find("container.sealed")
		h[i].At = h[i-1].At.Add(-time.Minute)
		return GapOverlap, h[i].Seq
	case 2:
		i := find("handover.accepted")
		shift := h[i].At.Sub(h[i-1].At) - 10*time.Minute
		for j := i; j < len(h); j++ {
			h[j].At = h[j].At.Add(-shift)
		}
		return GapTeleport, h[i].Seq
	case 3:
		i := find("seals.broken")
		h[i].Person = "nobody"
		return GapPerson, h[i].Seq
	}
	i := find("handover.collected")
	h[i].Sealed = false
	return GapUnsealed, h[i].Seq
}

func TestACleanHistoryHasNoGap(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		h := history(r)
		periods, gaps := Prove(h, proofGround)
		if len(gaps) > 0 {
			r.Fatalf("invented: %v", gaps)
		}
		for i := 1; i < len(periods); i++ {
			if !periods[i].From.Equal(periods[i-1].Until) {
				r.Fatalf("a hole between %v and %v", periods[i-1], periods[i])
			}
		}
		if n := bruteForce(h); len(n) > 0 {
			r.Fatalf("the brute force invents %v", n)
		}
	})
}

func TestEveryPlantedFaultIsFound(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		h := history(r)
		code, seq := plant(r, h)
		_, gaps := Prove(h, proofGround)
		if !slices.ContainsFunc(gaps, func(g Gap) bool { return g.Code == code && g.Seq == seq }) {
			r.Fatalf("%s at %d was not found in %v", code, seq, gaps)
		}
		for _, g := range gaps {
			if g.Code != code {
				r.Fatalf("%s planted, %v invented", code, g)
			}
		}
		mine := map[string]bool{}
		for _, g := range gaps {
			mine[g.Code] = true
		}
		if brute := bruteForce(h); !maps.Equal(mine, brute) {
			r.Fatalf("prover %v, brute force %v", mine, brute)
		}
	})
}

// bruteForce is another way to the same answer: it walks minute by minute, with
// no state but what the moves up to that minute say, and tells which kinds of
// defects there are.
func bruteForce(h []Move) map[string]bool {
	out := map[string]bool{}
	holderAfter := func(n int) string {
		for i := n - 1; i >= 0; i-- {
			if h[i].To != "" {
				return h[i].To
			}
		}
		return ""
	}
	for i, m := range h {
		if i > 0 && m.At.Before(h[i-1].At) {
			out[GapOverlap] = true
		}
		if m.To != "" && i > 0 && holderAfter(i) != m.From {
			out[GapHolder] = true
		}
		if custody.HolderKind(holderAfter(i+1)) == "store" && m.Person == "nobody" {
			out[GapPerson] = true
		}
	}
	if out[GapOverlap] {
		return out
	}
	end := h[len(h)-1].At
	lastPlace, lastSeen, bare := "", time.Time{}, 0
	for now := h[0].At; !now.After(end); now = now.Add(time.Minute) {
		n := 0
		for n < len(h) && !h[n].At.After(now) {
			n++
		}
		holder := holderAfter(n)
		state := h[n-1]
		if custody.HolderKind(holder) == "store" {
			if here := custody.HolderID(holder); here != lastPlace && lastPlace != "" && now.Sub(lastSeen) < 31*time.Minute {
				out[GapTeleport] = true
			}
			lastPlace, lastSeen = custody.HolderID(holder), now
		}
		if !state.Full || state.Sealed {
			bare = 0
			continue
		}
		bare++
		if custody.HolderKind(holder) == "leg" || bare > 121 {
			out[GapUnsealed] = true
		}
	}
	return out
}

func TestTheWayTakesItsWholeTime(t *testing.T) {
	day := models.NewDate(2025, 11, 14)
	g := Ground{Travel: func(string, string) time.Duration { return 30 * time.Minute }}
	for minutes, want := range map[int]int{29: 1, 30: 0} {
		moves := []Move{{Seq: 1, At: day.At(10, 0), From: custody.Registry, To: custody.At("LYS")}, {Seq: 2, At: day.At(18, 0), From: custody.At("LYS"), To: custody.Leg("H1")},
			{Seq: 3, At: day.At(18, 0).Add(time.Duration(minutes) * time.Minute), From: custody.Leg("H1"), To: custody.At("BS")}}
		if _, gaps := Prove(moves, g); len(gaps) != want {
			t.Errorf("%d minutes: %v", minutes, gaps)
		}
	}
}
