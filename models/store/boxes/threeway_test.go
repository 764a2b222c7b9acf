package boxes_test

import (
	"testing"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/store/audits"
	"github.com/brevstemme/brevstemme/models/store/storetest"
	"github.com/brevstemme/brevstemme/models/trace"
)

// relay is a town with a reception, a box at each of two libraries and a round
// that brings the first library's box to the second.
type relay struct {
	*storetest.Town
	place map[string]string // library → place id
	box   map[string]string
}

func newRelay(t *testing.T) *relay {
	w := &relay{Town: storetest.NewTown(t), place: map[string]string{}, box: map[string]string{}}
	ctx := t.Context()
	_, err := w.AddPlace(ctx, w.Act("karen", ""), models.Place{ID: "BS", Name: "Borgerservice", Kind: models.PlaceReception})
	w.Must(err)
	for i, name := range []string{"Lystrup", "Viby"} {
		id := w.OpenDesk(name, 40)
		x, err := w.Session(ctx, id)
		w.Must(err)
		w.place[name] = x.Place
		_, err = w.IssueSeals(ctx, w.Act("karen", ""), custody.IssueCmd{From: []string{"L001", "V001"}[i], To: []string{"L009", "V009"}[i], Place: x.Place})
		w.Must(err)
		made, err := w.RegisterContainers(ctx, w.Act("karen", ""), custody.RegisterCmd{Kind: custody.BoxK, Place: x.Place, Count: 1})
		w.Must(err)
		w.box[name] = made[0].ID
	}
	return w
}

// pack receives own envelopes at a library and puts them in its box.
func (w *relay) pack(name string, n int) {
	w.T.Helper()
	for range n {
		w.Vote("anna", w.At[name], w.KV.ID, custody.Own)
	}
	_, err := w.Pack(w.T.Context(), w.Act("anna", ""), custody.PackCmd{Container: w.box[name], Session: w.At[name], Election: w.KV.ID})
	w.Must(err)
}

// carry seals a box and brings it from one place to another; open counts what
// is found inside.
func (w *relay) carry(box, seal, from, to string, open bool, found int) custody.Handover {
	w.T.Helper()
	ctx := w.T.Context()
	_, err := w.SealContainer(ctx, w.Act("anna", ""), custody.SealCmd{Container: box, Serials: []string{seal}, Certain: true})
	w.Must(err)
	h, err := w.Offer(ctx, w.Act("anna", ""), custody.OfferCmd{From: from, To: to, Containers: []string{box}, Mode: "fetch", Direction: "out", Courier: w.Who["carl"]})
	w.Must(err)
	_, err = w.Collect(ctx, w.Act("carl", ""), custody.CollectCmd{Handover: h.ID})
	w.Must(err)
	read := custody.Read{Container: box, Arrived: true, Seals: []string{seal}, Condition: custody.Intact, Opened: open}
	words := ""
	if open {
		read.Counts = map[string]int{custody.CountKey(w.KV.ID, custody.Own): found}
	}
	for _, who := range []string{"dorte", "bo"} {
		if h, err = w.CountHandover(ctx, w.Act(who, ""), custody.CountCmd{Handover: h.ID, Place: to, Reads: []custody.Read{read}}); h.State == custody.HandoverCounted {
			break
		}
		w.Must(err)
		words = "Talt to gange af to personer."
	}
	w.Must(err)
	h, err = w.AcceptHandover(ctx, w.Act("dorte", ""), custody.AcceptCmd{Handover: h.ID, Place: to, Explanation: words})
	w.Must(err)
	return h
}

// session is a library's line of the balance.
func (w *relay) line(all trace.ThreeWay, name string) trace.Threefold {
	w.T.Helper()
	for _, x := range all.Sessions {
		if x.Session == w.At[name] {
			return x
		}
	}
	w.T.Fatalf("no line of %s: %+v", name, all)
	return trace.Threefold{}
}

// Two libraries' envelopes are merged in one box on the way, and reception is two
// short: it is one of the two, and neither is named.
func TestAShortCountOfAMergedBoxIsOneOfItsSessions(t *testing.T) {
	t.Parallel()
	w := newRelay(t)
	ctx := t.Context()
	w.pack("Lystrup", 10)
	w.pack("Viby", 5)
	w.carry(w.box["Lystrup"], "L001", w.place["Lystrup"], w.place["Viby"], false, 0)
	all, err := w.ThreeWay(ctx, w.KV.ID)
	w.Must(err)
	if x := w.line(all, "Lystrup"); x.Received.Known || x.Verdict() != trace.VerdictWaits {
		t.Errorf("counted though nobody opened it: %+v", x)
	}
	_, err = w.BreakSeals(ctx, w.Act("karen", ""), custody.BreakCmd{Container: w.box["Lystrup"], Noted: []string{"L001"}, Reason: "samles i én kasse", KeptIn: "skuffe"})
	w.Must(err)
	_, err = w.SplitContainer(ctx, w.Act("karen", ""), custody.SplitCmd{From: w.box["Lystrup"], To: w.box["Viby"]})
	w.Must(err)
	h := w.carry(w.box["Viby"], "V001", w.place["Viby"], "BS", true, 13)
	all, err = w.ThreeWay(ctx, w.KV.ID)
	w.Must(err)
	for name, want := range map[string]trace.Figure{"Lystrup": {N: 8, More: 2, Known: true}, "Viby": {N: 3, More: 2, Known: true}} {
		if x := w.line(all, name); x.Received != want || x.Verdict() != trace.VerdictOneOf || x.Deviation != h.Deviation {
			t.Errorf("%s: %+v", name, x)
		}
	}
	if len(all.Doubts) != 1 || all.Doubts[0].Missing != 2 || len(all.Doubts[0].Shares) != 2 || all.Doubts[0].Deviation != h.Deviation {
		t.Fatalf("%+v", all.Doubts)
	}
	if d := all.Days[0]; d.Received != (trace.Figure{N: 13, Known: true}) || d.Outcome != trace.VerdictExplained {
		t.Errorf("together they are exact: %+v", d)
	}

	// Both turn up in the box: the recount takes the difference back.
	_, err = w.ExplainDifference(ctx, w.Act("karen", ""), custody.ExplainCmd{Deviation: h.Deviation, How: custody.ByRecount, Container: w.box["Viby"], Words: "de lå under låget i kassen"})
	w.Must(err)
	all, err = w.ThreeWay(ctx, w.KV.ID)
	w.Must(err)
	if x := w.line(all, "Lystrup"); x.Received != (trace.Figure{N: 10, Known: true}) || len(all.Doubts) > 0 {
		t.Errorf("%+v %+v", x, all.Doubts)
	}
}

// A box packed by mistake and taken back never held the envelopes, however often
// the mistake is mended; a box that is found a week later waits for its count.
func TestTheBalanceFollowsCorrectionsAndAFind(t *testing.T) {
	t.Parallel()
	w := newRelay(t)
	ctx := t.Context()
	w.pack("Lystrup", 4)
	last := func() int64 {
		e, err := w.LastEntry(ctx, "container", w.box["Lystrup"])
		w.Must(err)
		return e.Seq
	}
	// taken back, the correction taken back, and that taken back: on the desk again
	for range 3 {
		seq := last()
		_, err := w.CorrectPacking(ctx, w.Act("karen", ""), seq, "forkert kasse valgt")
		w.Must(err)
		if _, err = w.CorrectPacking(ctx, w.Act("karen", ""), seq, "forkert kasse valgt"); models.CodeOf(err) != models.CodeConflict {
			t.Fatalf("corrected twice: %v", err)
		}
	}
	all, err := w.ThreeWay(ctx, w.KV.ID)
	w.Must(err)
	if x := w.line(all, "Lystrup"); x.Received.Known || x.Desk.N != 4 {
		t.Errorf("they lie on the desk: %+v", x)
	}
	w.pack("Lystrup", 2)
	h := w.carry(w.box["Lystrup"], "L001", w.place["Lystrup"], "BS", true, 6)
	all, err = w.ThreeWay(ctx, w.KV.ID)
	w.Must(err)
	if x := w.line(all, "Lystrup"); x.Received != (trace.Figure{N: 6, Known: true}) || h.Deviation != "" {
		t.Errorf("six were packed and counted: %+v", x)
	}

	w.pack("Viby", 3)
	_, err = w.MissContainer(ctx, w.Act("karen", ""), custody.MissCmd{Container: w.box["Viby"], Reason: "står ikke i skabet mere"})
	w.Must(err)
	w.Now = w.Now.Add(7 * 24 * time.Hour)
	found := w.Act("karen", "anna")
	_, err = w.FindContainer(ctx, found, custody.FindCmd{Container: w.box["Viby"], Place: w.place["Viby"], Words: "stod bag reolen i kælderen"})
	w.Must(err)
	if _, err := w.FindContainer(ctx, w.Act("karen", "anna"), custody.FindCmd{Container: w.box["Viby"], Place: w.place["Viby"], Words: "stod bag reolen i kælderen"}); models.CodeOf(err) != models.CodeState {
		t.Errorf("found twice: %v", err)
	}
	all, err = w.ThreeWay(ctx, w.KV.ID)
	w.Must(err)
	if x := w.line(all, "Viby"); x.Received.Known {
		t.Errorf("found, not counted: %+v", x)
	}
	w.carry(w.box["Viby"], "V001", w.place["Viby"], "BS", true, 3)
	all, err = w.ThreeWay(ctx, w.KV.ID)
	w.Must(err)
	if x := w.line(all, "Viby"); x.Received != (trace.Figure{N: 3, Known: true}) {
		t.Errorf("%+v", x)
	}
	if rep, err := audits.Verify(ctx, w.DSN); err != nil || !rep.OK {
		t.Errorf("%+v %v", rep, err)
	}
}
