package store

import (
	"fmt"
	"testing"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/onward"
	"github.com/brevstemme/brevstemme/models/store/audits"
)

// stations is a town of 49 districts on the way to the morning of the election.
type stations struct {
	*town
	ds     []onward.District
	packed []string // the deliveries, in the order of their districts
}

// What goes wrong on the way: a district has too few votes to be examined alone,
// and another is counted wrongly when it is handed over.
const tooFew, miscounted = 7, 3

// 49 districts get what they should before voting starts: one with a
// supplementary delivery, one that was merged, one with a wrong count.
func TestEveryDistrictHasAllItShouldOnTheMorning(t *testing.T) {
	t.Parallel()
	w := &stations{town: newTown(t)}
	w.ds = w.districts(49)
	w.sortForAll()
	w.now = models.NewDate(2025, 11, 17).At(18, 0)
	w.mergeTheSmall()
	w.packTheOthers()
	w.now = models.NewDate(2025, 11, 18).At(6, 30)
	w.handThemOver()
	w.postBringsTwoMore()
	first := w.ds[0].ID
	if ready, why := w.ready(); ready != 47 || why[first] != "onward.why.supplement" || why[w.ds[miscounted].ID] != "onward.why.missing" {
		t.Fatalf("%d ready, %v", ready, why)
	}
	w.supplement(first)
	if ready, why := w.ready(); ready != 48 {
		t.Fatalf("%d ready, %v", ready, why)
	}
	w.examined(w.ds)
	if rep, err := audits.Verify(t.Context(), w.dsn); err != nil || !rep.OK {
		t.Fatalf("%+v %v", rep, err)
	}
}

// sortForAll puts 44 votes into the bin of the first district, three more into
// that of each next one, and three in all where there are too few.
func (w *stations) sortForAll() {
	piles, total := map[string]int{}, 0
	for i, d := range w.ds {
		n := 44 + i*3
		if i == tooFew {
			n = 3
		}
		piles[onward.OwnBin(d.ID)] = n
		total += n
	}
	w.office(total, custody.Own)
	w.sort(piles)
}

// mergeTheSmall: three votes go to no board of their own, but with those of a
// neighbour who has enough.
func (w *stations) mergeTheSmall() {
	small, neighbour := w.ds[tooFew].ID, w.ds[6].ID
	if _, err := w.PackDelivery(w.t.Context(), w.act("anna", ""), w.kv.ID, "BORG", small, nil); models.CodeOf(err) != models.CodeState {
		w.t.Fatalf("three votes were packed for their own board: %v", err)
	}
	if to := onward.SuggestMerges(w.ds, map[string]int{small: 3, neighbour: 62, w.ds[40].ID: 500})[small]; to != neighbour {
		w.t.Fatalf("suggested %s", to)
	}
	w.must(w.Merge(w.t.Context(), w.act("anna", ""), w.kv.ID, "BORG", small, neighbour))
}

func (w *stations) packTheOthers() {
	for i, d := range w.ds {
		if i == tooFew {
			continue
		}
		x, err := w.PackDelivery(w.t.Context(), w.act("anna", ""), w.kv.ID, "BORG", d.ID, []string{fmt.Sprint("S", 1000+i)})
		w.must(err)
		w.packed = append(w.packed, x.ID)
	}
}

// handThemOver counts each delivery once more; one is a vote short, which is a
// deviation once reception was called.
func (w *stations) handThemOver() {
	ctx := w.t.Context()
	for i, id := range w.packed {
		x, err := w.Delivery(ctx, id)
		w.must(err)
		n := x.Total()
		if i != miscounted {
			_, err = w.Hand(ctx, w.act("bo", ""), id, onward.HandCmd{Recount: n})
			w.must(err)
			continue
		}
		y, err := w.Hand(ctx, w.act("bo", ""), id, onward.HandCmd{Recount: n - 1})
		if err != nil || y.State != onward.DeliveryDiffers {
			w.t.Fatalf("%+v %v", y, err)
		}
		y, err = w.Hand(ctx, w.act("bo", ""), id, onward.HandCmd{Recount: n - 1, CalledAt: w.now, SpokeTo: "modtagelsen"})
		if err != nil || y.State != onward.DeliveryDone || y.Deviation == "" {
			w.t.Fatalf("%+v %v", y, err)
		}
	}
}

// postBringsTwoMore for the first district, on the morning itself.
func (w *stations) postBringsTwoMore() {
	ctx := w.t.Context()
	_, err := w.Arrive(ctx, w.act("anna", ""), w.kv.ID, "BORG", onward.ArriveCmd{From: "0461", Stated: -1, Count: 2})
	w.must(err)
	if at, err := w.Astray(ctx, w.kv.ID); err != nil || len(at) != 1 || at[custody.At("BORG")] != 2 {
		w.t.Fatalf("what no station will get is not seen: %v %v", at, err)
	}
	w.sort(map[string]int{onward.OwnBin(w.ds[0].ID): 2})
	if at, err := w.Astray(ctx, w.kv.ID); err != nil || len(at) != 0 {
		w.t.Fatalf("%v %v", at, err)
	}
}

// ready is how many districts have all, and why the others have not.
func (w *stations) ready() (n int, why map[string]string) {
	w.t.Helper()
	m, err := w.Morning(w.t.Context(), w.kv.ID)
	w.must(err)
	why = map[string]string{}
	for _, r := range m {
		if r.Ready() {
			n++
		} else {
			why[r.District.ID] = r.Why()
		}
	}
	return n, why
}

// supplement brings the two after the others.
func (w *stations) supplement(district string) {
	x, err := w.PackDelivery(w.t.Context(), w.act("anna", ""), w.kv.ID, "BORG", district, nil)
	if err != nil || x.Supplement != 1 {
		w.t.Fatalf("%+v %v", x, err)
	}
	_, err = w.Hand(w.t.Context(), w.act("bo", ""), x.ID, onward.HandCmd{Recount: 2})
	w.must(err)
}

// examined tests the outcomes of district 1: 46 votes.
func (w *town) examined(ds []onward.District) {
	w.t.Helper()
	ctx, t := w.t.Context(), w.t
	o := onward.Outcome{Considered: 40, Rejected: map[string]int{"3e": 6}, Origins: []onward.FromPlace{{Place: "Lystrup", Code: "3e", N: 6}}, Examiners: []string{w.people["anna"], w.people["bo"]}}
	for name, bad := range map[string]onward.Outcome{
		"one examiner":  {Considered: 46, Examiners: []string{w.people["anna"], w.people["anna"]}},
		"wrong sum":     {Considered: 45, Examiners: o.Examiners},
		"unknown code":  {Considered: 45, Rejected: map[string]int{"3x": 1}, Examiners: o.Examiners},
		"origins above": {Considered: 45, Rejected: map[string]int{"3e": 1}, Origins: []onward.FromPlace{{Place: "L", Code: "3e", N: 2}}, Examiners: o.Examiners},
	} {
		if _, err := w.Examine(ctx, w.act("karen", ""), w.kv.ID, ds[0].ID, bad); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
	_, err := w.Examine(ctx, w.act("karen", ""), w.kv.ID, ds[0].ID, o)
	w.must(err)
	if _, err := w.Examine(ctx, w.act("karen", ""), w.kv.ID, ds[0].ID, o); models.CodeOf(err) != models.CodeInvalid {
		t.Errorf("entered twice: %v", err)
	}
	o.Reason = "Talt om af valgbestyrelsen"
	x, err := w.Examine(ctx, w.act("karen", ""), w.kv.ID, ds[0].ID, o)
	if err != nil || len(x.Outcomes) != 2 {
		t.Errorf("correction: %+v %v", x, err)
	}
	if got := onward.ByOrigin([]onward.Examination{x})["Lystrup"]["3e"]; got != 5 {
		t.Errorf("six are published as %d", got)
	}
	now := w.now
	w.now = models.NewDate(2025, 11, 15).At(9, 0)
	if _, err := w.Examine(ctx, w.act("karen", ""), w.kv.ID, ds[1].ID, o); models.CodeOf(err) != models.CodeState {
		t.Errorf("before the earliest day: %v", err)
	}
	w.now = models.NewDate(2025, 11, 18).At(8, 0)
	if _, err := w.PackDelivery(ctx, w.act("anna", ""), w.kv.ID, "BORG", ds[0].ID, nil); models.CodeOf(err) != models.CodeState {
		t.Errorf("packed when voting had started: %v", err)
	}
	w.now = now
}
