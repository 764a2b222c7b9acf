package store

import (
	"fmt"
	"testing"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/onward"
	"github.com/brevstemme/brevstemme/models/store/audits"
)

// 49 districts get what they should before voting starts: one with a
// supplementary delivery, one that was merged, one with a wrong count.
func TestEveryDistrictHasAllItShouldOnTheMorning(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	ctx := t.Context()
	ds := w.districts(49)
	piles, total := map[string]int{}, 0
	for i, d := range ds {
		n := 44 + i*3
		if i == 7 {
			n = 3 // too few to examine alone
		}
		piles[onward.OwnBin(d.ID)] = n
		total += n
	}
	w.office(total, custody.Own)
	w.sort(piles)
	w.now = models.NewDate(2025, 11, 17).At(18, 0)
	if _, err := w.PackDelivery(ctx, w.act("anna", ""), w.kv.ID, "BORG", ds[7].ID, nil); models.CodeOf(err) != models.CodeState {
		t.Fatalf("three votes were packed for their own board: %v", err)
	}
	if to := onward.SuggestMerges(ds, map[string]int{ds[7].ID: 3, ds[6].ID: 62, ds[40].ID: 500})[ds[7].ID]; to != ds[6].ID {
		t.Fatalf("suggested %s", to)
	}
	w.must(w.Merge(ctx, w.act("anna", ""), w.kv.ID, "BORG", ds[7].ID, ds[6].ID))
	var ids []string
	for i, d := range ds {
		if i == 7 {
			continue
		}
		x, err := w.PackDelivery(ctx, w.act("anna", ""), w.kv.ID, "BORG", d.ID, []string{fmt.Sprint("S", 1000+i)})
		w.must(err)
		ids = append(ids, x.ID)
	}
	w.now = models.NewDate(2025, 11, 18).At(6, 30)
	for i, id := range ids {
		x, err := w.Delivery(ctx, id)
		w.must(err)
		n := x.Total()
		if i == 3 {
			y, err := w.Hand(ctx, w.act("bo", ""), id, onward.HandCmd{Recount: n - 1})
			if err != nil || y.State != onward.DeliveryDiffers {
				t.Fatalf("%+v %v", y, err)
			}
			y, err = w.Hand(ctx, w.act("bo", ""), id, onward.HandCmd{Recount: n - 1, CalledAt: w.now, SpokeTo: "modtagelsen"})
			if err != nil || y.State != onward.DeliveryDone || y.Deviation == "" {
				t.Fatalf("%+v %v", y, err)
			}
			continue
		}
		_, err = w.Hand(ctx, w.act("bo", ""), id, onward.HandCmd{Recount: n})
		w.must(err)
	}
	// The morning's post brings two more for district 1.
	_, err := w.Arrive(ctx, w.act("anna", ""), w.kv.ID, "BORG", onward.ArriveCmd{From: "0461", Stated: -1, Count: 2})
	w.must(err)
	if at, err := w.Astray(ctx, w.kv.ID); err != nil || len(at) != 1 || at[custody.At("BORG")] != 2 {
		t.Fatalf("what no station will get is not seen: %v %v", at, err)
	}
	w.sort(map[string]int{onward.OwnBin(ds[0].ID): 2})
	if at, err := w.Astray(ctx, w.kv.ID); err != nil || len(at) != 0 {
		t.Fatalf("%v %v", at, err)
	}
	states := func() (ready int, why map[string]string) {
		m, err := w.Morning(ctx, w.kv.ID)
		w.must(err)
		why = map[string]string{}
		for _, r := range m {
			if r.Ready() {
				ready++
			} else {
				why[r.District.ID] = r.Why()
			}
		}
		return ready, why
	}
	if ready, why := states(); ready != 47 || why[ds[0].ID] != "onward.why.supplement" || why[ds[3].ID] != "onward.why.missing" {
		t.Fatalf("%d ready, %v", ready, why)
	}
	x, err := w.PackDelivery(ctx, w.act("anna", ""), w.kv.ID, "BORG", ds[0].ID, nil)
	if err != nil || x.Supplement != 1 {
		t.Fatalf("%+v %v", x, err)
	}
	_, err = w.Hand(ctx, w.act("bo", ""), x.ID, onward.HandCmd{Recount: 2})
	w.must(err)
	if ready, why := states(); ready != 48 {
		t.Fatalf("%d ready, %v", ready, why)
	}
	w.examined(ds)
	if rep, err := audits.Verify(ctx, w.dsn); err != nil || !rep.OK {
		t.Fatalf("%+v %v", rep, err)
	}
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
