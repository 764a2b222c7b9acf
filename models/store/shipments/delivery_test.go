package shipments_test

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
	w.ds = w.MakeDistricts(49)
	w.sortForAll()
	w.Now = models.NewDate(2025, 11, 17).At(18, 0)
	w.mergeTheSmall()
	w.packTheOthers()
	w.Now = models.NewDate(2025, 11, 18).At(6, 30)
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
	if rep, err := audits.Verify(t.Context(), w.DSN); err != nil || !rep.OK {
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
	w.Fill(total, custody.Own)
	w.SortPiles(piles)
}

// mergeTheSmall: three votes go to no board of their own, but with those of a
// neighbour who has enough.
func (w *stations) mergeTheSmall() {
	small, neighbour := w.ds[tooFew].ID, w.ds[6].ID
	if _, err := w.PackDelivery(w.T.Context(), w.Act("anna", ""), w.KV.ID, "BORG", small, nil); models.CodeOf(err) != models.CodeState {
		w.T.Fatalf("three votes were packed for their own board: %v", err)
	}
	if to := onward.SuggestMerges(w.ds, map[string]int{small: 3, neighbour: 62, w.ds[40].ID: 500})[small]; to != neighbour {
		w.T.Fatalf("suggested %s", to)
	}
	w.Must(w.Merge(w.T.Context(), w.Act("anna", ""), w.KV.ID, "BORG", small, neighbour))
}

func (w *stations) packTheOthers() {
	for i, d := range w.ds {
		if i == tooFew {
			continue
		}
		x, err := w.PackDelivery(w.T.Context(), w.Act("anna", ""), w.KV.ID, "BORG", d.ID, []string{fmt.Sprint("S", 1000+i)})
		w.Must(err)
		w.packed = append(w.packed, x.ID)
	}
}

// handThemOver counts each delivery once more; one is a vote short, which is a
// deviation once reception was called.
func (w *stations) handThemOver() {
	ctx := w.T.Context()
	for i, id := range w.packed {
		x, err := w.Delivery(ctx, id)
		w.Must(err)
		n := x.Total()
		if i != miscounted {
			_, err = w.Hand(ctx, w.Act("bo", ""), id, onward.HandCmd{Recount: n})
			w.Must(err)
			continue
		}
		y, err := w.Hand(ctx, w.Act("bo", ""), id, onward.HandCmd{Recount: n - 1})
		if err != nil || y.State != onward.DeliveryDiffers {
			w.T.Fatalf("%+v %v", y, err)
		}
		y, err = w.Hand(ctx, w.Act("bo", ""), id, onward.HandCmd{Recount: n - 1, CalledAt: w.Now, SpokeTo: "modtagelsen"})
		if err != nil || y.State != onward.DeliveryDone || y.Deviation == "" {
			w.T.Fatalf("%+v %v", y, err)
		}
	}
}

// postBringsTwoMore for the first district, on the morning itself.
func (w *stations) postBringsTwoMore() {
	ctx := w.T.Context()
	_, err := w.Arrive(ctx, w.Act("anna", ""), w.KV.ID, "BORG", onward.ArriveCmd{From: "0461", Stated: -1, Count: 2})
	w.Must(err)
	if at, err := w.Astray(ctx, w.KV.ID); err != nil || len(at) != 1 || at[custody.At("BORG")] != 2 {
		w.T.Fatalf("what no station will get is not seen: %v %v", at, err)
	}
	w.SortPiles(map[string]int{onward.OwnBin(w.ds[0].ID): 2})
	if at, err := w.Astray(ctx, w.KV.ID); err != nil || len(at) != 0 {
		w.T.Fatalf("%v %v", at, err)
	}
}

// ready is how many districts have all, and why the others have not.
func (w *stations) ready() (n int, why map[string]string) {
	w.T.Helper()
	m, err := w.Morning(w.T.Context(), w.KV.ID)
	w.Must(err)
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
	x, err := w.PackDelivery(w.T.Context(), w.Act("anna", ""), w.KV.ID, "BORG", district, nil)
	if err != nil || x.Supplement != 1 {
		w.T.Fatalf("%+v %v", x, err)
	}
	_, err = w.Hand(w.T.Context(), w.Act("bo", ""), x.ID, onward.HandCmd{Recount: 2})
	w.Must(err)
}

// examined tests the outcomes of district 1: 46 votes.
func (w *town) examined(ds []onward.District) {
	w.T.Helper()
	ctx, t := w.T.Context(), w.T
	o := onward.Outcome{Considered: 40, Rejected: map[string]int{"3e": 6}, Origins: []onward.FromPlace{{Place: "Lystrup", Code: "3e", N: 6}}, Examiners: []string{w.Who["anna"], w.Who["bo"]}}
	for name, bad := range map[string]onward.Outcome{
		"one examiner":  {Considered: 46, Examiners: []string{w.Who["anna"], w.Who["anna"]}},
		"wrong sum":     {Considered: 45, Examiners: o.Examiners},
		"unknown code":  {Considered: 45, Rejected: map[string]int{"3x": 1}, Examiners: o.Examiners},
		"origins above": {Considered: 45, Rejected: map[string]int{"3e": 1}, Origins: []onward.FromPlace{{Place: "L", Code: "3e", N: 2}}, Examiners: o.Examiners},
	} {
		if _, err := w.Examine(ctx, w.Act("karen", ""), w.KV.ID, ds[0].ID, bad); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
	_, err := w.Examine(ctx, w.Act("karen", ""), w.KV.ID, ds[0].ID, o)
	w.Must(err)
	if _, err := w.Examine(ctx, w.Act("karen", ""), w.KV.ID, ds[0].ID, o); models.CodeOf(err) != models.CodeInvalid {
		t.Errorf("entered twice: %v", err)
	}
	o.Reason = "Talt om af valgbestyrelsen"
	x, err := w.Examine(ctx, w.Act("karen", ""), w.KV.ID, ds[0].ID, o)
	if err != nil || len(x.Outcomes) != 2 {
		t.Errorf("correction: %+v %v", x, err)
	}
	if got := onward.ByOrigin([]onward.Examination{x})["Lystrup"]["3e"]; got != 5 {
		t.Errorf("six are published as %d", got)
	}
	now := w.Now
	w.Now = models.NewDate(2025, 11, 15).At(9, 0)
	if _, err := w.Examine(ctx, w.Act("karen", ""), w.KV.ID, ds[1].ID, o); models.CodeOf(err) != models.CodeState {
		t.Errorf("before the earliest day: %v", err)
	}
	w.Now = models.NewDate(2025, 11, 18).At(8, 0)
	if _, err := w.PackDelivery(ctx, w.Act("anna", ""), w.KV.ID, "BORG", ds[0].ID, nil); models.CodeOf(err) != models.CodeState {
		t.Errorf("packed when voting had started: %v", err)
	}
	w.Now = now
}
