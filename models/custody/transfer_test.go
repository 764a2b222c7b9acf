package custody

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/brevstemme/brevstemme/models"
)

func TestAHandoverThatMatches(t *testing.T) {
	w, id, h := onTheWay(t)
	if w.held[Leg(h.ID)][Box(id)] != 1 || w.held[InContainer(id)][own()] != 10 {
		t.Fatalf("on the way: %v", w.held)
	}
	if err := w.count("rita", h.ID, reads(id, 10, 3, "S0001")); err != nil {
		t.Fatal(err)
	}
	if err := w.accept("rita", h.ID, ""); err != nil {
		t.Fatal(err)
	}
	got := w.handovers[h.ID]
	if got.State != HandoverAccepted || got.Deviation != "" || w.held[At("BS")][Box(id)] != 1 {
		t.Fatalf("%+v", got)
	}
	if s := w.seals["S0001"]; s.State != SealBroken || s.Holder != At("BS") || s.BrokenBy != "rita" {
		t.Fatalf("the seal was broken for the count and is kept: %+v", s)
	}
	if c := w.containers[id]; c.State != ContainerReceived || len(c.Seals) != 0 || c.Leg != "" {
		t.Fatalf("%+v", c)
	}
}

func TestASecondPersonCountsWhenTheFirstDiffers(t *testing.T) {
	w, id, h := onTheWay(t)
	if err := w.count("rita", h.ID, reads(id, 9, 3, "S0001")); err != nil {
		t.Fatal(err)
	}
	if got := w.handovers[h.ID]; got.State != HandoverRecount || got.Revealed() {
		t.Fatalf("%+v", got)
	}
	w.refused(models.CodeSamePerson, Outcome{}, w.count("rita", h.ID, reads(id, 10, 3, "S0001")))
	w.refused(models.CodeState, Outcome{}, w.accept("rita", h.ID, "must count twice first"))
	if err := w.count("sara", h.ID, reads(id, 9, 4, "S0001")); err != nil {
		t.Fatal(err)
	}
	w.refused(models.CodeInvalid, Outcome{}, w.accept("sara", h.ID, ""))
	if err := w.accept("sara", h.ID, "One own is missing, one other too many."); err != nil {
		t.Fatal(err)
	}
	d := w.deviations[w.handovers[h.ID].Deviation]
	held := w.held[Difference(d.ID)]
	if d.Type != DevCount || held[own()] != 1 || held[Envelope("KV25", Unknown)] != -1 {
		t.Fatalf("%+v %v", d, held)
	}
	if n := w.held[InContainer(id)]; n[own()] != 9 || n[Envelope("KV25", Unknown)] != 1 {
		t.Fatalf("%v", n)
	}
}

func TestWhoMayTakeIn(t *testing.T) {
	w, id, h := onTheWay(t)
	r := reads(id, 10, 3, "S0001")
	for person, code := range map[string]models.Code{"anna": models.CodeSamePerson, "bo": models.CodeSamePerson, "kurt": models.CodeSamePerson} {
		w.refused(code, Outcome{}, w.count(person, h.ID, r))
	}
	a := w.act("rita", "RIS")
	out, err := Count(w, a, w.now, CountCmd{Handover: h.ID, Place: "RIS", Reads: r})
	w.refused(models.CodeForbidden, out, err)
	a = w.act("rita")
	out, err = Count(w, a, w.now, CountCmd{Handover: h.ID, Place: "RIS", Reads: r})
	w.refused(models.CodeState, out, err)
	out, err = Count(w, a, w.now, CountCmd{Handover: h.ID, Place: "BS", Reads: nil})
	w.refused(models.CodeInvalid, out, err)
}

func TestOnlyTheNamedCourierCollects(t *testing.T) {
	w, id, h := offered(t)
	a := w.act("thief")
	out, err := Collect(w, a, w.now, CollectCmd{Handover: h.ID})
	w.refused(models.CodeForbidden, out, err)
	out, err = Collect(w, a, w.now, CollectCmd{Handover: h.ID, OnBehalf: "kurt", Means: "screen"})
	w.refused(models.CodeForbidden, out, err)
	a = w.act("karl")
	out, err = Collect(w, a, w.now, CollectCmd{Handover: h.ID, Containers: []string{"OTHER"}})
	w.refused(models.CodeInvalid, out, err)
	out, err = Collect(w, a, w.now, CollectCmd{Handover: h.ID, Containers: []string{id}})
	w.must(a, out, err)
	out, err = Collect(w, a, w.now, CollectCmd{Handover: h.ID, Containers: []string{id}})
	w.refused(models.CodeState, out, err)
	if w.handovers[h.ID].Carrier.Person != "karl" {
		t.Fatal("the stand-in signed")
	}
}

func TestTheCountMayReachTheBookBeforeTheCollection(t *testing.T) {
	w, id, h := offered(t)
	if err := w.count("rita", h.ID, reads(id, 10, 3, "S0001")); err != nil {
		t.Fatal(err)
	}
	if err := w.accept("rita", h.ID, ""); err != nil {
		t.Fatal(err)
	}
	a := w.act("kurt")
	out, err := Collect(w, a, w.now, CollectCmd{Handover: h.ID, Means: "pin"})
	w.must(a, out, err)
	if got := w.handovers[h.ID]; got.State != HandoverAccepted || !got.Carrier.Signed() || len(out.Draft.Postings) != 0 {
		t.Fatalf("%+v", got)
	}
}

func TestAPromisedContainerIsLeftAlone(t *testing.T) {
	w, id, h := offered(t)
	a := w.act("anna", "LYS")
	out, err := BreakSeals(w, a, w.now, BreakCmd{Container: id, Noted: []string{"S0001"}, Reason: "look inside", KeptIn: "box"})
	w.refused(models.CodeState, out, err)
	out, err = Offer(w, a, w.now, OfferCmd{From: "LYS", To: "RIS", Containers: []string{id}, Mode: "fetch", Direction: "out", Courier: "kurt"})
	w.refused(models.CodeState, out, err)
	out, err = Withdraw(w, a, w.now, h.ID, "courier is ill")
	w.must(a, out, err)
	a = w.act("anna", "LYS")
	out, err = Offer(w, a, w.now, OfferCmd{From: "LYS", To: "RIS", Containers: []string{id}, Mode: "fetch", Direction: "out", Courier: "karl"})
	w.must(a, out, err)
}

func TestRefusedGoesOnUnderANewHandover(t *testing.T) {
	w, id, h := onTheWay(t)
	a := w.act("rita", "BS")
	out, err := Refuse(w, a, w.now, RefuseCmd{Handover: h.ID, Place: "BS", Reason: "the reception is closed", NewDest: "RAAD"})
	w.must(a, out, err)
	old := w.handovers[h.ID]
	on := w.handovers[old.Next]
	if old.State != HandoverRefused || on.State != HandoverInTransit || on.To != "RAAD" || on.Previous != h.ID {
		t.Fatalf("%+v\n%+v", old, on)
	}
	if w.held[Leg(h.ID)][Box(id)] != 0 || w.held[Leg(on.ID)][Box(id)] != 1 || w.containers[id].Leg != on.ID {
		t.Fatal("one holder, on the new leg")
	}
}

func TestAContainerThatNeverCameIsLostAndFoundAWeekLater(t *testing.T) {
	w, id, h := onTheWay(t)
	gone := []Read{{Container: id}}
	for _, p := range []string{"rita", "sara"} {
		if err := w.count(p, h.ID, gone); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.accept("sara", h.ID, "The car came without the box."); err != nil {
		t.Fatal(err)
	}
	got := w.handovers[h.ID]
	if got.State != HandoverPart || w.containers[id].State != ContainerMissing || w.held[Difference(got.Deviation)][own()] != 10 {
		t.Fatalf("%+v %+v", got, w.held)
	}
	a := w.act("chief")
	out, err := Deviate(w, a, w.now, DeviateCmd{Deviation: got.Deviation, Act: DeviationClose, Words: "we give up"})
	w.refused(models.CodeBalance, out, err)
	out, err = Explain(w, a, w.now, ExplainCmd{Deviation: got.Deviation, How: ByLoss, Words: "searched everywhere, not there"})
	w.must(a, out, err)
	a = w.act("sara")
	out, err = Deviate(w, a, w.now, DeviateCmd{Deviation: got.Deviation, Act: DeviationClose, Words: "we give up"})
	w.refused(models.CodeSamePerson, out, err)
	a = w.act("chief")
	out, err = Deviate(w, a, w.now, DeviateCmd{Deviation: got.Deviation, Act: DeviationClose, Words: "we give up"})
	w.must(a, out, err)
	if w.held[Void("lost")][own()] != 10 {
		t.Fatal("lost is voided with a reason")
	}
	w.now = w.now.AddDate(0, 0, 7)
	a = w.act("rita", "BS")
	find := FindCmd{Container: id, Place: "BS", Words: "under the seat of the van", Counts: map[string]int{"KV25/own": 10, "KV25/other": 2}}
	out, err = Find(w, a, w.now, find)
	w.refused(models.CodeSamePerson, out, err)
	a.Witness = "sara"
	out, err = Find(w, a, w.now, find)
	w.must(a, out, err)
	if w.held[Void("lost")][own()] != 0 || w.held[InContainer(id)][own()] != 10 || w.containers[id].State != ContainerReceived {
		t.Fatalf("%v", w.held)
	}
	d := out.Records[len(out.Records)-1].(Deviation)
	if w.held[Difference(d.ID)][Envelope("KV25", "0730")] != 1 {
		t.Fatalf("the count at the finding differs by one: %v", w.held[Difference(d.ID)])
	}
}

func TestNothingOfTheGiverIsInWhatTheReceiverMaySee(t *testing.T) {
	w, _, h := onTheWay(t)
	raw, err := json.Marshal(w.handovers[h.ID].Blind())
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"S0001", `"KV25/own"`, ":10", ":3"} {
		if strings.Contains(string(raw), secret) {
			t.Errorf("%q stands in %s", secret, raw)
		}
	}
	if raw, _ := json.Marshal(w.handovers[h.ID]); !strings.Contains(string(raw), "S0001") {
		t.Error("the handover itself lost its figures")
	}
}
