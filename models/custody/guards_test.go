package custody

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/journal"
)

// Each of these tests holds one line of the book's rules: taken out or turned
// round, the line makes its test fail. The laws of the model test see what goes
// wrong in the sums; these see who may do what, and with which answer.

// wants an act to be refused with a code and, when it is named, at a field.
func (w *world) wants(code models.Code, field string, err error) {
	w.t.Helper()
	var e *models.Error
	if models.CodeOf(err) != code {
		w.t.Fatalf("got %v, want code %s", err, code)
	}
	if field != "" && (!errors.As(err, &e) || e.Field != field) {
		w.t.Fatalf("%v does not name the field %q", err, field)
	}
}

// do books an act that is allowed.
func (w *world) do(person string, f func(a models.Act) (Outcome, error)) Outcome {
	w.t.Helper()
	a := w.act(person)
	out, err := f(a)
	return w.must(a, out, err)
}

func TestSealsAreUsedOnceAndWhereTheyLie(t *testing.T) {
	w, id := sealedBox(t)
	other := w.boxes("RIS", 1, "S0030", "S0040")[0]
	a := w.act("chief")
	_, err := IssueSeals(w, a, w.now, IssueCmd{From: "S0020", To: "S0021", Place: "LYS"})
	w.wants(models.CodeSealUsed, "from", err)
	_, err = IssueSeals(w, a, w.now, IssueCmd{From: "S0030", To: "S0031", Place: "LYS", FromPlace: "BS"})
	w.wants(models.CodeSealUsed, "from", err)
	_, err = BreakSeals(w, a, w.now, BreakCmd{Container: id, Reason: "count again", KeptIn: "tin"})
	w.wants(models.CodeInvalid, "noted", err)
	w.do("anna", func(a models.Act) (Outcome, error) {
		return BreakSeals(w, a, w.now, BreakCmd{Container: id, Noted: []string{"S0001"}, Reason: "count again", KeptIn: "tin"})
	})
	_, err = CloseUp(w, a, w.now, SealCmd{Container: id, Serials: []string{"S0001"}, Certain: true})
	w.wants(models.CodeSealUsed, "seals", err)
	_, err = CloseUp(w, a, w.now, SealCmd{Container: id, Serials: []string{"S0030"}, Certain: true})
	w.wants(models.CodeInvalid, "seals", err)
	_, err = CloseUp(w, a, w.now, SealCmd{Container: other, Serials: []string{"S0002"}, Certain: true})
	w.wants(models.CodeInvalid, "seals", err)
}

func TestASealThatNobodyReadIsLost(t *testing.T) {
	w, id := sealedBox(t)
	w.do("anna", func(a models.Act) (Outcome, error) {
		return Reseal(w, a, w.now, ResealCmd{BreakCmd{Container: id, Noted: []string{"S0001"}, Reason: "count again", KeptIn: "tin"}, SealCmd{Container: id, Serials: []string{"S0002", "S0003"}}})
	})
	w.do("anna", func(a models.Act) (Outcome, error) {
		return BreakSeals(w, a, w.now, BreakCmd{Container: id, Noted: []string{"S0002"}, Reason: "count again", KeptIn: "tin"})
	})
	if x := w.seals["S0002"]; x.State != SealBroken || x.Holder != At("LYS") {
		t.Errorf("%+v", x)
	}
	if x := w.seals["S0003"]; x.State != SealLost || x.Holder != Void("seal_lost") {
		t.Errorf("%+v", x)
	}
}

func TestNoContainerLiesInItself(t *testing.T) {
	w := newWorld(t)
	ids := w.boxes("LYS", 3)
	nest := func(child, parent string) error {
		a := w.act("anna")
		out, err := Nest(w, a, w.now, NestCmd{Child: child, Parent: parent})
		return w.book(a, out, err)
	}
	if err := nest(ids[0], ids[1]); err != nil {
		t.Fatal(err)
	}
	if err := nest(ids[1], ids[2]); err != nil {
		t.Fatal(err)
	}
	w.wants(models.CodeState, "", nest(ids[2], ids[0]))
	w.wants(models.CodeState, "", nest(ids[2], ids[1]))
	w.wants(models.CodeInvalid, "to", nest(ids[2], ids[2]))
}

func TestWhatWasFoundLiesWhereItLay(t *testing.T) {
	w := newWorld(t)
	ids := w.boxes("LYS", 2)
	for i, n := range []int64{4, 7} {
		w.receive("S1", own(), n)
		w.do("anna", func(a models.Act) (Outcome, error) {
			return Pack(w, a, w.now, PackCmd{Container: ids[i], From: Desk("S1"), Place: "LYS", Session: "S1", Election: "KV25"})
		})
	}
	w.do("anna", func(a models.Act) (Outcome, error) { return Nest(w, a, w.now, NestCmd{Child: ids[0], Parent: ids[1]}) })
	w.do("anna", func(a models.Act) (Outcome, error) {
		return Miss(w, a, w.now, MissCmd{Container: ids[1], Reason: "not on its shelf"})
	})
	w.do("anna", func(a models.Act) (Outcome, error) {
		a.Witness = "bo"
		return Find(w, a, w.now, FindCmd{Container: ids[1], Place: "LYS", Words: "behind the copier"})
	})
	if in, out := w.held[InContainer(ids[0])][own()], w.held[InContainer(ids[1])][own()]; in != 4 || out != 7 {
		t.Errorf("%d in the inner one and %d in the outer one", in, out)
	}
}

func TestACapacityIsKept(t *testing.T) {
	w := newWorld(t)
	out := w.do("chief", func(a models.Act) (Outcome, error) {
		return Register(w, a, w.now, RegisterCmd{Kind: BoxK, Place: "LYS", Count: 1, Capacity: 5})
	})
	id := out.Records[0].RecordID()
	w.receive("S1", own(), 6)
	pack := func(n int64) error {
		a := w.act("anna")
		out, err := Pack(w, a, w.now, PackCmd{Container: id, From: Desk("S1"), Place: "LYS", Session: "S1", Election: "KV25", Contents: map[string]int64{own(): n}})
		return w.book(a, out, err)
	}
	w.wants(models.CodeInvalid, "contents", pack(6))
	if err := pack(5); err != nil {
		t.Fatal(err)
	}
	w.wants(models.CodeInvalid, "contents", pack(1))
}

func TestUnpackedToTheDeskItCameFromAndMergedWhole(t *testing.T) {
	w := newWorld(t)
	ids := w.boxes("LYS", 2)
	w.receive("S1", own(), 6)
	w.do("anna", func(a models.Act) (Outcome, error) {
		return Pack(w, a, w.now, PackCmd{Container: ids[0], From: Desk("S1"), Place: "LYS", Session: "S1", Election: "KV25"})
	})
	for _, to := range []string{Desk("S2"), At("RIS"), InContainer(ids[1]), ""} {
		_, err := Unpack(w, w.act("anna"), w.now, UnpackCmd{Container: ids[0], To: to})
		w.wants(models.CodeInvalid, "to", err)
	}
	out := w.do("anna", func(a models.Act) (Outcome, error) { return Split(w, a, w.now, SplitCmd{From: ids[0], To: ids[1]}) })
	if c := w.containers[ids[0]]; c.State != ContainerEmpty || c.Election != "" || c.Session != "" {
		t.Errorf("merged away, and not empty: %+v", c)
	}
	a := w.act("anna")
	_, err := Reverse(w, a, w.now, ReverseCmd{Seq: 9, Kind: out.Draft.Kind, Postings: out.Draft.Postings, Reason: "wrong box", Already: true})
	w.wants(models.CodeConflict, "", err)
}

func TestARefusalKeepsWhoCarriesAndReleasesOnce(t *testing.T) {
	w, id, h := onTheWay(t)
	w.do("rita", func(a models.Act) (Outcome, error) {
		return Refuse(w, a, w.now, RefuseCmd{Handover: h.ID, Place: "BS", Reason: "the gate is stuck", NewDest: "RAAD"})
	})
	on := w.handovers[w.handovers[h.ID].Next]
	if on.Carrier.Person != "kurt" || on.Carrier.At.IsZero() || on.Courier != "kurt" {
		t.Errorf("nobody carries it on: %+v", on.Carrier)
	}
	a := w.act("olga")
	out, err := Count(w, a, w.now, CountCmd{Handover: on.ID, Place: "RAAD", Reads: reads(id, 10, 3, "S0001")})
	w.must(a, out, err)
	a = w.act("olga")
	out, err = Accept(w, a, w.now, AcceptCmd{Handover: on.ID, Place: "RAAD"})
	w.must(a, out, err)
	w.do("olga", func(a models.Act) (Outcome, error) { return Release(w, a, w.now, on.ID) })
	_, err = Release(w, w.act("olga"), w.now, on.ID)
	w.wants(models.CodeState, "", err)
}

func TestADifferenceIsNotClosedNorLostWhileItStands(t *testing.T) {
	w := newWorld(t)
	id := w.boxes("LYS", 1)[0]
	out := w.do("anna", func(a models.Act) (Outcome, error) {
		return Miss(w, a, w.now, MissCmd{Container: id, Reason: "not on its shelf"})
	})
	dev := out.Draft.Facts[slices.IndexFunc(out.Draft.Facts, func(f journal.Fact) bool { return f.Name == "deviation" })].Value
	_, err := Deviate(w, w.act("chief"), w.now, DeviateCmd{Deviation: dev, Act: DeviationClose, Words: "an empty box"})
	w.wants(models.CodeBalance, "", err)

	w, id, h := onTheWay(t)
	for _, who := range []string{"rita", "sara"} { // eleven came of ten
		if err := w.count(who, h.ID, reads(id, 11, 3, "S0001")); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.accept("sara", h.ID, "One more than was said."); err != nil {
		t.Fatal(err)
	}
	explain := ExplainCmd{Deviation: w.handovers[h.ID].Deviation, How: ByLoss, Words: "one too many is no loss"}
	_, err = Explain(w, w.act("chief"), w.now, explain)
	w.wants(models.CodeState, "", err)
	explain.How = ByDesk
	w.do("chief", func(a models.Act) (Outcome, error) { return Explain(w, a, w.now, explain) })
}

func TestTheSecondCountsBlindOfTheFirst(t *testing.T) {
	w, id, h := onTheWay(t)
	if err := w.count("rita", h.ID, reads(id, 9, 3, "S0777")); err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(w.handovers[h.ID].Blind())
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"S0777", "S0001", ":9", `"KV25/own"`, "intact"} {
		if strings.Contains(string(raw), secret) {
			t.Errorf("%q stands in %s", secret, raw)
		}
	}
}

func TestAnOpenHandoverIsNotBlamedForItsCourier(t *testing.T) {
	q := Meter([]Handover{{From: "LYS", State: HandoverOffered}, {From: "LYS", State: HandoverAccepted}})
	if len(q) != 1 || q[0].NoCourier != 1 || q[0].NoCount != 1 {
		t.Errorf("%+v", q)
	}
}
