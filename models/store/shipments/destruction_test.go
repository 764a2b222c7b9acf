package shipments_test

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
	ds := w.MakeDistricts(2)
	w.Fill(20, custody.Own)
	w.SortPiles(map[string]int{onward.OwnBin(ds[0].ID): 20})
	w.Now = models.NewDate(2025, 11, 18).At(6, 0)
	x, err := w.PackDelivery(ctx, w.Act("anna", ""), w.KV.ID, "BORG", ds[0].ID, nil)
	w.Must(err)
	_, err = w.Hand(ctx, w.Act("anna", ""), x.ID, onward.HandCmd{Recount: 20})
	w.Must(err)
	w.Now = models.NewDate(2025, 11, 18).At(10, 0)
	_, err = w.Arrive(ctx, w.Act("anna", ""), w.KV.ID, "BORG", onward.ArriveCmd{From: "0461", Stated: -1, Count: 3, Cause: "Kom med posten kl. 10"})
	w.Must(err)
	try := func(who, witness string, on models.Date) error {
		_, err := w.Destroy(ctx, w.Act(who, witness), w.KV.ID, onward.DestroyCmd{Method: "Makulering", Where: "Genbrugsstationen", On: on})
		return err
	}
	refused := func(name string, code models.Code, err error) {
		t.Helper()
		if models.CodeOf(err) != code {
			t.Errorf("%s: %v", name, err)
		}
	}
	w.Now = models.NewDate(2025, 11, 25).At(12, 0)
	refused("on the last day for complaints", models.CodeState, try("karen", "anna", models.NewDate(2025, 11, 25)))
	w.Now = models.NewDate(2026, 3, 2).At(12, 0)
	on := models.NewDate(2026, 3, 2)
	refused("before the count is over", models.CodeState, try("karen", "anna", on))
	e, err := w.EndCount(ctx, w.Act("karen", ""), w.KV.ID)
	if w.Must(err); e.State != models.ElectionCounted {
		t.Fatalf("the count is over and the election %s", e.State)
	}
	_, err = w.EndCount(ctx, w.Act("karen", ""), w.KV.ID)
	refused("the count over twice", models.CodeState, err)
	h, err := w.PutHold(ctx, w.Act("karen", ""), w.KV.ID, "Klage over valget i område 1")
	w.Must(err)
	refused("under a hold", models.CodeState, try("karen", "anna", on))
	refused("lifted by who put it", models.CodeSamePerson, w.LiftHold(ctx, w.Act("karen", ""), h.ID, "Klagen er afgjort"))
	w.Must(w.LiftHold(ctx, w.Act("anna", ""), h.ID, "Klagen er afgjort"))
	refused("by one person", models.CodeSamePerson, try("karen", "karen", on))
	refused("tomorrow", models.CodeInvalid, try("karen", "anna", on.Add(1)))
	w.Must(try("karen", "anna", on))
	refused("twice", models.CodeState, try("karen", "anna", on))
	if e, err := w.Election(ctx, w.KV.ID); err != nil || e.State != models.ElectionClosed {
		t.Fatalf("the material is destroyed and the election %s %v", e.State, err)
	}
	sums, err := w.Conservation(ctx, w.KV.ID)
	if err != nil || !sums.Holds() || sums.Late != 0 || sums.Delivered != 20 || sums.Voided != 3 {
		t.Fatalf("%+v %v", sums, err)
	}
	est, err := w.Estate(ctx, w.KV.ID)
	if err != nil || len(est.Done) != 1 || len(est.Done[0].Lots) != 2 {
		t.Fatalf("%+v %v", est, err)
	}
	if rep, err := audits.Verify(ctx, w.DSN); err != nil || !rep.OK {
		t.Fatalf("%+v %v", rep, err)
	}
}
