package boxes_test

import (
	"sync"
	"testing"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
)

// The giver takes an offer back while the courier collects it: one of them wins,
// the other is told, and the box is where the winner says.
func TestAnOfferIsWithdrawnAndCollectedAtOnce(t *testing.T) {
	t.Parallel()
	w := newRelay(t)
	ctx := t.Context()
	giver, offer := w.sealed(2)
	h, err := w.Offer(ctx, giver, offer)
	w.Must(err)
	back, away := w.Act("anna", ""), w.Act("carl", "")
	var withdrawn, collected error
	var both sync.WaitGroup
	both.Go(func() { _, withdrawn = w.Withdraw(ctx, back, h.ID, "kureren kommer ikke i dag") })
	both.Go(func() { _, collected = w.Collect(ctx, away, custody.CollectCmd{Handover: h.ID}) })
	both.Wait()
	if (withdrawn == nil) == (collected == nil) || max(models.CodeOf(withdrawn), models.CodeOf(collected)) != models.CodeState {
		t.Fatalf("withdrawn: %v, collected: %v", withdrawn, collected)
	}
	c, err := w.Container(ctx, w.box["Lystrup"])
	w.Must(err)
	want := custody.At(w.place["Lystrup"])
	if collected == nil {
		want = custody.Leg(h.ID)
	}
	if c.Holder != want {
		t.Errorf("the box is at %s, want %s", c.Holder, want)
	}
}

// A box, a seal or a handover of nothing is told as such.
func TestDeadIDsOfBoxes(t *testing.T) {
	t.Parallel()
	w := newRelay(t)
	ctx := t.Context()
	const no = "NOSUCH"
	for what, act := range map[string]func() error{
		"withdraw": func() error {
			_, err := w.Withdraw(ctx, w.Act("anna", ""), no, "kureren kommer ikke i dag")
			return err
		},
		"arrived": func() error { _, err := w.CourierArrived(ctx, w.Act("carl", ""), no); return err },
		"release": func() error { _, err := w.Release(ctx, w.Act("carl", ""), no); return err },
		"collect": func() error {
			_, err := w.Collect(ctx, w.Act("carl", ""), custody.CollectCmd{Handover: no})
			return err
		},
		"put away": func() error { _, err := w.PutAway(ctx, w.Act("anna", ""), no, "kælder", false); return err },
		"take out": func() error { _, err := w.TakeOutContainer(ctx, w.Act("anna", ""), no); return err },
		"retire":   func() error { _, err := w.RetireContainer(ctx, w.Act("anna", ""), no, "gået i stykker"); return err },
		"seal":     func() error { _, err := w.LoseSeal(ctx, w.Act("anna", ""), no, "faldt på gulvet"); return err },
	} {
		if err := act(); models.CodeOf(err) != models.CodeNotFound {
			t.Errorf("%s: %v", what, err)
		}
	}
}
