package store

import (
	"testing"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/onward"
	"github.com/brevstemme/brevstemme/models/store/audits"
)

// Nothing is destroyed before the complaint period is over, under a hold, or by
// one person; after it, with a member of staff erased, the journal verifies.
func TestDestructionWaitsForComplaintsHoldsAndASecondPerson(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	ctx := t.Context()
	ds := w.districts(2)
	w.office(20, custody.Own)
	w.sort(map[string]int{onward.OwnBin(ds[0].ID): 20})
	w.now = models.NewDate(2025, 11, 18).At(6, 0)
	x, err := w.PackDelivery(ctx, w.act("anna", ""), w.kv.ID, "BORG", ds[0].ID, nil)
	w.must(err)
	_, err = w.Hand(ctx, w.act("anna", ""), x.ID, onward.HandCmd{Recount: 20})
	w.must(err)
	w.now = models.NewDate(2025, 11, 18).At(10, 0)
	_, err = w.Arrive(ctx, w.act("anna", ""), w.kv.ID, "BORG", onward.ArriveCmd{From: "0461", Stated: -1, Count: 3, Cause: "Kom med posten kl. 10"})
	w.must(err)
	try := func(who, witness string, on models.Date) error {
		_, err := w.Destroy(ctx, w.act(who, witness), w.kv.ID, onward.DestroyCmd{Method: "Makulering", Where: "Genbrugsstationen", On: on})
		return err
	}
	refused := func(name string, code models.Code, err error) {
		t.Helper()
		if models.CodeOf(err) != code {
			t.Errorf("%s: %v", name, err)
		}
	}
	w.now = models.NewDate(2025, 11, 25).At(12, 0)
	refused("on the last day for complaints", models.CodeState, try("karen", "anna", models.NewDate(2025, 11, 25)))
	w.now = models.NewDate(2026, 3, 2).At(12, 0)
	on := models.NewDate(2026, 3, 2)
	refused("before the count is over", models.CodeState, try("karen", "anna", on))
	e, err := w.EndCount(ctx, w.act("karen", ""), w.kv.ID)
	if w.must(err); e.State != models.ElectionCounted {
		t.Fatalf("the count is over and the election %s", e.State)
	}
	_, err = w.EndCount(ctx, w.act("karen", ""), w.kv.ID)
	refused("the count over twice", models.CodeState, err)
	h, err := w.PutHold(ctx, w.act("karen", ""), w.kv.ID, "Klage over valget i område 1")
	w.must(err)
	refused("under a hold", models.CodeState, try("karen", "anna", on))
	refused("lifted by who put it", models.CodeSamePerson, w.LiftHold(ctx, w.act("karen", ""), h.ID, "Klagen er afgjort"))
	w.must(w.LiftHold(ctx, w.act("anna", ""), h.ID, "Klagen er afgjort"))
	refused("by one person", models.CodeSamePerson, try("karen", "karen", on))
	refused("tomorrow", models.CodeInvalid, try("karen", "anna", on.Add(1)))
	w.must(try("karen", "anna", on))
	refused("twice", models.CodeState, try("karen", "anna", on))
	if e, err := w.Election(ctx, w.kv.ID); err != nil || e.State != models.ElectionClosed {
		t.Fatalf("the material is destroyed and the election %s %v", e.State, err)
	}
	sums, err := w.Conservation(ctx, w.kv.ID)
	if err != nil || !sums.Holds() || sums.Late != 0 || sums.Delivered != 20 || sums.Voided != 3 {
		t.Fatalf("%+v %v", sums, err)
	}
	est, err := w.Estate(ctx, w.kv.ID)
	if err != nil || len(est.Done) != 1 || len(est.Done[0].Lots) != 2 {
		t.Fatalf("%+v %v", est, err)
	}
	if rep, err := audits.Verify(ctx, w.dsn); err != nil || !rep.OK {
		t.Fatalf("%+v %v", rep, err)
	}
}
