package custody

import (
	"flag"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/journal"
)

const tenWords = "ten characters and more"

// try is one act with drawn arguments.
type try func(p *player, a models.Act, now time.Time) (Outcome, error)

func (p *player) dev() string {
	return likely(p, p.deviations, func(d Deviation) bool { return d.State != DeviationClosed })
}

func sealedHere(c Container) bool { return standing(c) && len(c.Seals) > 0 }

func openFull(c Container) bool { return openBox(c) && full(c) }

func (p *player) place() string { return p.one("place", modelPlaces) }

// stock is a seal that lies where a container stands.
func (p *player) stock(holder string) string {
	return likely(p, p.world.seals, func(x Seal) bool { return x.State == SealStock && x.Holder == holder })
}

func deviate(act DeviationAct) try {
	return func(p *player, a models.Act, now time.Time) (Outcome, error) {
		return Deviate(p, a, now, DeviateCmd{Deviation: p.dev(), Act: act, Words: tenWords, Owner: "chief"})
	}
}

// modelActs is every act of the custody chain. Rapid draws the first ones
// oftener, so those that need a long run-up stand first.
var modelActs = []try{
	func(p *player, a models.Act, now time.Time) (Outcome, error) { // accept
		h := p.handoverIn(HandoverCounted)
		a.Person = p.one("receiver", []string{"rita", "sara", a.Person})
		return Accept(p, a, now, AcceptCmd{Handover: h.ID, Place: h.To, Explanation: tenWords})
	},
	func(p *player, a models.Act, now time.Time) (Outcome, error) {
		h := p.handoverIn(HandoverInTransit, HandoverRecount)
		return Count(p, a, now, CountCmd{Handover: h.ID, Place: h.To, Reads: p.reads(h)})
	},
	func(p *player, a models.Act, now time.Time) (Outcome, error) {
		h := p.handoverIn(HandoverOffered)
		a.Person = h.Courier
		return Collect(p, a, now, CollectCmd{Handover: h.ID})
	},
	func(p *player, a models.Act, now time.Time) (Outcome, error) {
		id := p.boxWhere(sealedHere)
		c := p.containers[id]
		return Offer(p, a, now, OfferCmd{From: HolderID(c.Holder), To: p.place(), Containers: []string{id}, Mode: "fetch", Direction: "out", Courier: p.one("courier", []string{"kurt", "karl", "anna"}), NoSeal: p.one("noseal", []string{tenWords, ""})})
	},
	func(p *player, a models.Act, now time.Time) (Outcome, error) {
		id := p.boxWhere(func(c Container) bool { return openBox(c) && c.State != ContainerEmpty })
		return CloseUp(p, a, now, SealCmd{Container: id, Serials: []string{p.stock(p.containers[id].Holder)}})
	},
	func(p *player, a models.Act, now time.Time) (Outcome, error) {
		id := p.boxWhere(openBox)
		place := HolderID(p.containers[id].Holder)
		return Pack(p, a, now, PackCmd{Container: id, From: Desk("S" + place), Place: place, Session: "S" + place, Election: p.one("election", []string{"KV25", "EP24"})})
	},
	func(p *player, a models.Act, now time.Time) (Outcome, error) {
		return Explain(p, a, now, ExplainCmd{Deviation: p.dev(), How: rapid.SampledFrom(Explanations).Draw(p.r, "how"), Container: p.boxWhere(openBox), Words: tenWords})
	},
	deviate(DeviationClose), deviate(DeviationReopen), deviate(DeviationHandle),
	(*player).reverse,
	func(p *player, a models.Act, now time.Time) (Outcome, error) {
		h := p.handoverIn(HandoverInTransit)
		return Refuse(p, a, now, RefuseCmd{Handover: h.ID, Place: h.To, Reason: tenWords, NewDest: p.place()})
	},
	func(p *player, a models.Act, now time.Time) (Outcome, error) {
		return Release(p, a, now, p.handoverIn(HandoverAccepted, HandoverPart).ID)
	},
	func(p *player, a models.Act, now time.Time) (Outcome, error) {
		h := p.handoverIn(HandoverOffered) // the count came in before the courier's message
		return Count(p, a, now, CountCmd{Handover: h.ID, Place: h.To, Reads: p.reads(h)})
	},
	func(p *player, a models.Act, now time.Time) (Outcome, error) {
		h := p.handoverIn(HandoverCounted, HandoverRecount, HandoverAccepted)
		a.Person = h.Courier // the late signature
		return Collect(p, a, now, CollectCmd{Handover: h.ID})
	},
	func(p *player, a models.Act, now time.Time) (Outcome, error) {
		id := p.boxWhere(func(c Container) bool { return c.State == ContainerMissing })
		return Find(p, a, now, FindCmd{Container: id, Place: p.place(), Words: tenWords, Counts: map[string]int{p.containers[id].Election + "/own": 2}})
	},
	(*player).attach,
	func(p *player, a models.Act, now time.Time) (Outcome, error) {
		return Arrive(p, a, now, p.handoverIn(HandoverInTransit).ID)
	},
	func(p *player, a models.Act, now time.Time) (Outcome, error) {
		return Withdraw(p, a, now, p.handoverIn(HandoverOffered).ID, tenWords)
	},
	func(p *player, a models.Act, now time.Time) (Outcome, error) {
		id := p.boxWhere(openFull)
		return Unpack(p, a, now, UnpackCmd{Container: id, To: p.one("to", []string{p.containers[id].Holder, At("BS"), Bin("own:1")})})
	},
	func(p *player, a models.Act, now time.Time) (Outcome, error) {
		from := p.boxWhere(openFull)
		cmd := SplitCmd{From: from, To: p.boxWhere(openBox)}
		if held := contents(p.held[InContainer(from)]); len(held) > 0 && rapid.Bool().Draw(p.r, "part") {
			item := Units(held)[0]
			cmd.Contents = map[string]int64{item: 1}
		}
		return Split(p, a, now, cmd)
	},
	func(p *player, a models.Act, now time.Time) (Outcome, error) {
		return Nest(p, a, now, NestCmd{Child: p.boxWhere(standing), Parent: p.boxWhere(openBox)})
	},
	func(p *player, a models.Act, now time.Time) (Outcome, error) {
		return TakeOut(p, a, now, p.boxWhere(func(c Container) bool { return HolderKind(c.Holder) == "container" }))
	},
	func(p *player, a models.Act, now time.Time) (Outcome, error) {
		id := p.boxWhere(sealedHere)
		return BreakSeals(p, a, now, BreakCmd{Container: id, Noted: p.containers[id].Seals, Condition: Intact, Reason: tenWords, KeptIn: "tin"})
	},
	func(p *player, a models.Act, now time.Time) (Outcome, error) {
		id := p.boxWhere(sealedHere)
		return VerifySeals(p, a, now, VerifyCmd{Container: id, Serials: p.containers[id].Seals, Condition: rapid.SampledFrom([]Condition{Intact, IntactNotShut, SignsOfTouch}).Draw(p.r, "condition")})
	},
	func(p *player, a models.Act, now time.Time) (Outcome, error) {
		id := p.boxWhere(sealedHere)
		c := p.containers[id]
		return Reseal(p, a, now, ResealCmd{Break: BreakCmd{Container: id, Noted: c.Seals, Condition: Intact, Reason: tenWords, KeptIn: "tin"}, Seal: SealCmd{Container: id, Serials: []string{p.stock(c.Holder)}}})
	},
	func(p *player, a models.Act, now time.Time) (Outcome, error) {
		return Miss(p, a, now, MissCmd{Container: p.boxWhere(standing), Reason: tenWords})
	},
	func(p *player, a models.Act, now time.Time) (Outcome, error) {
		d := journal.Draft{Kind: "envelope.received"}.Move(Envelope(p.one("election", []string{"KV25", "EP24"}), p.one("to", []string{Own, Unknown, "0730", "0740"})), Voter, Desk("S"+p.place()), rapid.Int64Range(1, 9).Draw(p.r, "n"))
		return Outcome{Draft: d}, nil
	},
	deviate(DeviationNote), deviate(DeviationAssign),
	func(p *player, a models.Act, now time.Time) (Outcome, error) {
		return Raise(p, a, now, RaiseCmd{Type: DevOther, Place: p.place(), Election: "KV25", Expected: tenWords, Found: tenWords})
	},
	func(p *player, a models.Act, now time.Time) (Outcome, error) {
		n := rapid.IntRange(1, 30).Draw(p.r, "from")
		return IssueSeals(p, a, now, IssueCmd{From: fmt.Sprintf("S%04d", n), To: fmt.Sprintf("S%04d", n+3), Place: p.place()})
	},
	func(p *player, a models.Act, now time.Time) (Outcome, error) {
		return Register(p, a, now, RegisterCmd{Kind: BoxK, Place: p.place(), Count: 1, Capacity: rapid.SampledFrom([]int{0, 8}).Draw(p.r, "capacity")})
	},
	func(p *player, a models.Act, now time.Time) (Outcome, error) {
		return LoseSeal(p, a, now, likely(p, p.world.seals, func(x Seal) bool { return x.State == SealStock }), tenWords)
	},
	func(p *player, a models.Act, now time.Time) (Outcome, error) {
		return PutAway(p, a, now, p.boxWhere(standing), "K2", rapid.Bool().Draw(p.r, "empty"))
	},
	func(p *player, a models.Act, now time.Time) (Outcome, error) {
		return Retire(p, a, now, p.boxWhere(func(c Container) bool { return standing(c) && c.State == ContainerEmpty }), tenWords)
	},
}

// reverse takes back a packing, or a correction of one.
func (p *player) reverse(a models.Act, now time.Time) (Outcome, error) {
	var at []journal.Entry
	done := map[string]bool{}
	for _, e := range p.entries {
		done[e.Value("corrects")] = true
		if slices.Contains(reversible, e.Kind) {
			at = append(at, e)
		}
	}
	if len(at) == 0 {
		return Outcome{}, models.E(models.CodeNotFound, "")
	}
	slices.Reverse(at) // the newest oftener
	e := rapid.SampledFrom(at).Draw(p.r, "mistake")
	return Reverse(p, a, now, ReverseCmd{Seq: e.Seq, Kind: e.Kind, Postings: e.Postings, Already: done[fmt.Sprint(e.Seq)], Reason: tenWords})
}

func (p *player) attach(a models.Act, now time.Time) (Outcome, error) {
	cmd := AttachCmd{Handover: p.one("handover", slices.Sorted(maps.Keys(p.handovers))), Kind: rapid.SampledFrom(AttachmentKinds).Draw(p.r, "kind"), Type: "image/png", Size: 1, SHA256: "00"}
	if rapid.Bool().Draw(p.r, "deviation") {
		cmd.Handover, cmd.Deviation = "", p.dev()
	}
	return Attach(p, a, now, cmd)
}

// atLeast is how often each act must have been booked in all sequences together:
// a law that was never put to the test is not kept.
const atLeast = 3

var everyKind = []string{"container.corrected", "container.found", "container.missing", "container.nested", "container.packed", "container.put_away", "container.registered",
	"container.resealed", "container.retired", "container.sealed", "container.taken_out", "container.unpacked", "container.split", "container.merged", "courier.released",
	"deviation.attached", "deviation.raised", "deviation.note", "deviation.assign", "deviation.handle", "deviation.reopen", "deviation.close", "difference.explained", "envelope.received",
	"handover.accepted", "handover.arrived", "handover.attached", "handover.collected", "handover.counted", "handover.offered", "handover.refused", "handover.withdrawn",
	"seal.lost", "seals.broken", "seals.issued", "seals.verified"}

// checks makes the property tests of one test run n sequences.
func checks(t *testing.T, n int) {
	t.Helper()
	f := flag.Lookup("rapid.checks")
	was := f.Value.String()
	if err := f.Value.Set(fmt.Sprint(n)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Value.Set(was) })
}

func TestCustodyModel(t *testing.T) {
	checks(t, 5000)
	kinds := map[string]int{}
	rapid.Check(t, func(r *rapid.T) {
		p := &player{world: newWorld(t), r: r, closed: map[string]string{}}
		for i, place := range modelPlaces {
			p.boxes(place, 2, fmt.Sprintf("T%d001", i), fmt.Sprintf("T%d004", i))
			p.receive("S"+place, own(), 6)
		}
		for range rapid.IntRange(20, 60).Draw(r, "steps") {
			before := p.finals()
			a := p.person()
			out, err := rapid.SampledFrom(modelActs).Draw(r, "act")(p, a, p.now)
			p.try(a, out, err)
			p.laws()
			p.unchanged(before)
		}
		p.replayed()
		for _, e := range p.entries {
			kinds[e.Kind]++
			if e.Value("corrects") != "" && p.entries[number(e.Value("corrects"))-1].Kind == "container.corrected" {
				kinds["correction of a correction"]++
			}
		}
	})
	if t.Failed() {
		return
	}
	t.Log("acts that were booked:", kinds)
	for _, k := range append(everyKind, "correction of a correction") {
		if kinds[k] < atLeast {
			t.Errorf("%s was booked %d times in all sequences", k, kinds[k])
		}
	}
}

func number(s string) (n int) { _, _ = fmt.Sscan(s, &n); return n }
