package custody

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/brevstemme/brevstemme/models"
)

// The model test: random acts by random people at random places, and after
// every act the laws of the house. CI runs it with 5,000 sequences
// (-rapid.checks=5000).

var (
	modelPlaces = []string{"LYS", "RIS", "BS"}
	modelPeople = []string{"anna", "bo", "kurt", "rita", "sara", "chief"}
)

// player draws commands for a world.
type player struct {
	*world
	r      *rapid.T
	closed map[string]string // deviation → JSON-like text when it was closed
}

func (p *player) one(what string, of []string) string {
	if len(of) == 0 {
		return "NONE"
	}
	return rapid.SampledFrom(of).Draw(p.r, what)
}

// likely is mostly a container or handover for which the act makes sense.
func likely[T any](p *player, all map[string]T, fits func(T) bool) string {
	var good []string
	for _, id := range slices.Sorted(maps.Keys(all)) {
		if fits(all[id]) {
			good = append(good, id)
		}
	}
	if len(good) == 0 || rapid.IntRange(0, 7).Draw(p.r, "astray") == 0 {
		return p.one("any", slices.Sorted(maps.Keys(all)))
	}
	return p.one("good", good)
}

func (p *player) boxWhere(fits func(Container) bool) string { return likely(p, p.containers, fits) }

func (p *player) handoverIn(states ...HandoverState) Handover {
	return p.handovers[likely(p, p.handovers, func(h Handover) bool { return slices.Contains(states, h.State) })]
}

func standing(c Container) bool { return c.Leg == "" && HolderKind(c.Holder) == "store" }

func openBox(c Container) bool { return standing(c) && len(c.Seals) == 0 }

func full(c Container) bool { return c.State == ContainerPacked || c.State == ContainerReceived }

func (p *player) person() models.Act {
	who := p.one("who", modelPeople)
	a := p.act(who)
	switch rapid.IntRange(0, 9).Draw(p.r, "rights") {
	case 0:
		a.Places = []string{p.one("at", modelPlaces)}
	default:
		a.Places = nil
	}
	if rapid.Bool().Draw(p.r, "witnessed") {
		a.Witness = p.one("witness", modelPeople)
	}
	return a
}

// try books an act; refusals are fine when they are ours.
func (p *player) try(a models.Act, out Outcome, err error) {
	if err == nil {
		p.must(a, out, nil)
		return
	}
	var e *models.Error
	if !errors.As(err, &e) || e.Code == models.CodeInternal {
		p.r.Fatalf("refused by no error of ours: %v", err)
	}
}

func (p *player) reads(h Handover) []Read {
	var out []Read
	for _, x := range h.Sent {
		r := Read{Container: x.Container, Arrived: rapid.IntRange(0, 9).Draw(p.r, "arrived") > 0, Seals: slices.Clone(x.Seals), Opened: rapid.Bool().Draw(p.r, "opened"), Counts: maps.Clone(x.Counts)}
		r.Condition = rapid.SampledFrom([]Condition{Intact, Intact, Intact, Broken, MissingSeal}).Draw(p.r, "condition")
		if rapid.IntRange(0, 4).Draw(p.r, "wrong") == 0 {
			r.Counts = map[string]int{h.Election + "/own": rapid.IntRange(0, 20).Draw(p.r, "own"), h.Election + "/other": rapid.IntRange(0, 3).Draw(p.r, "other")}
		}
		if rapid.IntRange(0, 9).Draw(p.r, "wrongseal") == 0 {
			r.Seals = []string{"S9999"}
		}
		out = append(out, r)
	}
	return out
}

// laws are what must hold after every act.
func (p *player) laws() {
	p.conserved()
	for id, c := range p.containers {
		where := 0
		for holder, held := range p.held {
			if n := held[Box(id)]; n != 0 && holder != Registry {
				where += int(n)
				if holder != c.Holder {
					p.r.Fatalf("container %s says %s, the book %s", id, c.Holder, holder)
				}
			}
		}
		if where != 1 && c.State != ContainerRetired {
			p.r.Fatalf("container %s has %d holders", id, where)
		}
		for at, n := c.Holder, 0; HolderKind(at) == "container"; at, n = p.containers[HolderID(at)].Holder, n+1 {
			if n > len(p.containers) {
				p.r.Fatalf("container %s lies in itself", id)
			}
		}
		elections := map[string]bool{}
		for item, n := range p.held[InContainer(id)] {
			if e := ElectionOf(item); e != "" && n > 0 {
				elections[e] = true
			}
		}
		if len(elections) > 1 {
			p.r.Fatalf("container %s mixes %v", id, elections)
		}
	}
	on := map[string]string{}
	for id, c := range p.containers {
		for _, x := range c.Seals {
			if on[x] != "" || p.world.seals[x].State != SealApplied || p.held[InContainer(id)][SealItem(x)] != 1 {
				p.r.Fatalf("seal %s on %s and %s is %+v", x, id, on[x], p.world.seals[x])
			}
			on[x] = id
		}
	}
	for id, d := range p.deviations {
		if d.State == DeviationClosed {
			text := fmt.Sprintf("%+v", d)
			if was, ok := p.closed[id]; ok && was != text {
				p.r.Fatalf("closed deviation %s changed\n%s\n%s", id, was, text)
			}
			p.closed[id] = text
			if d.ClosedBy == d.FoundBy {
				p.r.Fatalf("%s was closed by its finder", id)
			}
		}
	}
}

// conserved: nobody but sources and differences is below zero, every holder is
// known, and the line of each election adds up.
func (p *player) conserved() {
	var all []Balance
	for holder, held := range p.held {
		class := Classify(holder)
		for item, n := range held {
			if n < 0 && class != ClassSource && class != ClassDifference {
				p.r.Fatalf("%s has %d of %s", holder, n, item)
			}
			all = append(all, Balance{holder, item, n})
		}
	}
	for _, e := range []string{"KV25", "EP24"} {
		if l := Conserve(e, all); !l.Holds() {
			p.r.Fatalf("%s does not add up: %+v", e, l)
		}
	}
}

// replayed rebuilds the balances from the postings alone.
func (p *player) replayed() {
	held := map[string]map[string]int64{}
	for _, e := range p.entries {
		for _, q := range e.Postings {
			if held[q.Holder] == nil {
				held[q.Holder] = map[string]int64{}
			}
			held[q.Holder][q.Item] += q.Delta
		}
	}
	for h, items := range p.held {
		for item, n := range items {
			if held[h][item] != n {
				p.r.Fatalf("replay gives %s %d of %s, the table %d", h, held[h][item], item, n)
			}
		}
	}
}

// finals are the handovers that have been answered and the seals that are broken.
func (p *player) finals() map[string]string {
	out := map[string]string{}
	for id, h := range p.handovers {
		if !h.State.Open() {
			h.Receiver.Scan = "" // a signature may still be drawn beside it
			out["h"+id] = fmt.Sprint(h.State, h.Sent, h.Counts, h.Receiver, h.Deviation)
		}
	}
	for id, x := range p.world.seals {
		if x.State == SealBroken || x.State == SealLost {
			out["s"+id] = fmt.Sprint(x)
		}
	}
	return out
}

func (p *player) unchanged(before map[string]string) {
	after := p.finals()
	for id, was := range before {
		if after[id] != was {
			p.r.Fatalf("%s changed after it was final\n%s\n%s", id, was, after[id])
		}
	}
}

func TestSlipsOfAnExpectedSealAreAsked(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		w, id := sealedBox(t)
		stock := make([]string, 0, 19)
		for n := 2; n <= 20; n++ {
			stock = append(stock, fmt.Sprintf("S%04d", n))
		}
		typed := []byte("S0002")
		switch rapid.IntRange(0, 3).Draw(r, "slip") {
		case 0:
			typed[rapid.IntRange(1, 4).Draw(r, "at")] = rapid.SampledFrom([]byte("0123456789")).Draw(r, "digit")
		case 1:
			i := rapid.IntRange(0, 3).Draw(r, "at")
			typed[i], typed[i+1] = typed[i+1], typed[i]
		case 2:
			i := rapid.IntRange(0, 4).Draw(r, "at")
			typed = slices.Delete(typed, i, i+1)
		case 3:
			typed = slices.Insert(typed, rapid.IntRange(1, 5).Draw(r, "at"), rapid.SampledFrom([]byte("0123456789")).Draw(r, "digit"))
		}
		a := w.act("anna")
		_, err := BreakSeals(w, a, w.now, BreakCmd{Container: id, Noted: []string{"S0001"}, Reason: "count again", KeptIn: "tin"})
		if err != nil {
			r.Fatal(err)
		}
		out, err := BreakSeals(w, a, w.now, BreakCmd{Container: id, Noted: []string{"S0001"}, Reason: "count again", KeptIn: "tin"})
		w.must(a, out, err)
		_, err = CloseUp(w, w.act("anna"), w.now, SealCmd{Container: id, Serials: []string{string(typed)}, Stock: stock})
		if string(typed) == "S0002" {
			if err != nil {
				r.Fatalf("the right number is asked about: %v", err)
			}
			return
		}
		if code := models.CodeOf(err); code != models.CodeInvalid && code != models.CodeSealUsed {
			r.Fatalf("%s for S0002 passes: %v", typed, err)
		}
	})
}

func TestEveryPairOfStateAndAct(t *testing.T) {
	pairs(t, "container", ContainerStates, []ContainerState{ContainerEmpty, ContainerPacked, ContainerSealed, ContainerInTransit, ContainerReceived, ContainerMissing, ContainerRetired},
		[]ContainerAct{ActPack, ActEmpty, ActUnpack, ActSeal, ActBreak, ActSend, ActAccept, ActReturn, ActMiss, ActFind, ActRetire, ActSealNew}, 27, ContainerRetired)
	pairs(t, "seal", SealStates, []SealState{SealStock, SealApplied, SealBroken, SealLost}, []SealAct{ActIssue, ActApply, ActVerify, ActSnap, ActLose}, 6, SealBroken, SealLost)
	pairs(t, "handover", HandoverStates, []HandoverState{HandoverOffered, HandoverInTransit, HandoverCounted, HandoverRecount, HandoverAccepted, HandoverPart, HandoverRefused, HandoverWithdrawn},
		[]HandoverAct{HandoverCollect, HandoverArrive, HandoverCount, HandoverDiffer, HandoverAccept, HandoverTake, HandoverRefuse, HandoverWithdraw, HandoverRelease, HandoverLateSign, HandoverAttach}, 27, HandoverWithdrawn)
	pairs(t, "deviation", DeviationStates, []DeviationState{DeviationOpen, DeviationHandled, DeviationClosed}, []DeviationAct{DeviationAssign, DeviationNote, DeviationHandle, DeviationReopen, DeviationClose}, 8, DeviationClosed)
}

// pairs walks a whole table: what it allows leads to a known state, what it does
// not allow is CodeState and changes nothing, and the final states allow nothing.
func pairs[S, A ~string](t *testing.T, name string, table models.Transitions[S, A], states []S, acts []A, want int, final ...S) {
	t.Helper()
	allowed := 0
	for _, s := range states {
		for _, a := range acts {
			next, err := table.Next(s, a)
			switch {
			case err == nil && !slices.Contains(states, next):
				t.Errorf("%s: %s by %s leads to unknown %q", name, s, a, next)
			case err == nil:
				allowed++
				if slices.Contains(final, s) {
					t.Errorf("%s: final %s allows %s", name, s, a)
				}
			case models.CodeOf(err) != models.CodeState || next != s:
				t.Errorf("%s: %s by %s gives %s, %v", name, s, a, next, err)
			}
		}
	}
	listed := 0
	for _, m := range table {
		listed += len(m)
	}
	if allowed != listed || allowed != want {
		t.Errorf("%s: %d pairs allowed, %d listed, %d documented", name, allowed, listed, want)
	}
}

func TestCountsAreTimed(t *testing.T) {
	w, id, h := onTheWay(t)
	if err := w.count("rita", h.ID, reads(id, 10, 3, "S0001")); err != nil {
		t.Fatal(err)
	}
	got := w.handovers[h.ID]
	if got.Arrived.IsZero() || got.Counts[0].At.Sub(got.Carrier.At) != time.Minute {
		t.Fatalf("%+v", got)
	}
}
