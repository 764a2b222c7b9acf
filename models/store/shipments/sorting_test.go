package shipments_test

import (
	"testing"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/onward"
	"github.com/brevstemme/brevstemme/models/store/audits"
	"github.com/brevstemme/brevstemme/models/store/storetest"
)

// town is a municipality, and what a test does at its reception.
type town struct{ *storetest.Town }

func newTown(t *testing.T) *town { return &town{storetest.NewTown(t)} }

func TestSortingBooksIntoBins(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	ds := w.MakeDistricts(3)
	w.Fill(30, custody.Own)
	w.Fill(4, "0461")
	piles := map[string]int{onward.OwnBin(ds[0].ID): 20, onward.OwnBin(ds[1].ID): 10, onward.OtherBin("0461"): 4}
	first, err := w.SortFirst(t.Context(), w.Act("anna", ""), w.KV.ID, "BORG", "", piles)
	w.Must(err)
	if _, err := w.SortFirst(t.Context(), w.Act("bo", ""), w.KV.ID, "BORG", "", piles); models.CodeOf(err) != models.CodeState {
		t.Fatalf("two sortings of one source at once: %v", err)
	}
	again := w.Act("bo", "")
	x, err := w.SortAgain(t.Context(), again, first.ID, piles)
	w.Must(err)
	if y, err := w.SortAgain(t.Context(), again, first.ID, piles); err != nil || y.BookedAt != x.BookedAt {
		t.Fatalf("a replay answers otherwise: %+v %v", y, err)
	}
	bins, err := w.Bins(t.Context(), w.KV.ID)
	w.Must(err)
	if len(bins) != 3 || bins["own:"+ds[0].ID] != 20 || bins["other:0461"] != 4 {
		t.Fatalf("%v", bins)
	}
	w.Must(w.Rebin(t.Context(), w.Act("anna", ""), w.KV.ID, "BORG", onward.RebinCmd{From: onward.OwnBin(ds[0].ID), To: onward.OwnBin(ds[2].ID), N: 5, Reason: "lå forkert"}))
	bins, err = w.Bins(t.Context(), w.KV.ID)
	w.Must(err)
	if bins["own:"+ds[0].ID] != 15 || bins["own:"+ds[2].ID] != 5 {
		t.Fatalf("%v", bins)
	}
	if rep, err := audits.Verify(t.Context(), w.DSN); err != nil || !rep.OK {
		t.Fatalf("%+v %v", rep, err)
	}
}

// Two people sort at the screen, mark by mark, with one undo and a replay; the
// piles are booked, and the book still verifies.
func TestSortingAtTheScreen(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	ctx := t.Context()
	ds := w.MakeDistricts(2)
	w.Fill(12, custody.Own)
	x, err := w.OpenSorting(ctx, w.Act("anna", ""), w.KV.ID, "BORG", "")
	w.Must(err)
	if _, err := w.SortFirst(ctx, w.Act("bo", ""), w.KV.ID, "BORG", "", map[string]int{onward.OwnBin(ds[0].ID): 12}); models.CodeOf(err) != models.CodeState {
		t.Fatalf("the same store is sorted twice at once: %v", err)
	}
	mark := func(who, bin string, n int) {
		t.Helper()
		act := w.Act(who, "")
		for range 2 { // the second is a retry of the same key
			_, err := w.MarkPile(ctx, act, x.ID, onward.MarkCmd{Bin: bin, N: n})
			w.Must(err)
		}
	}
	for range 5 {
		mark("anna", onward.OwnBin(ds[0].ID), 1)
	}
	mark("anna", onward.OwnBin(ds[1].ID), 1)
	_, err = w.UnmarkPile(ctx, w.Act("anna", ""), x.ID, "")
	w.Must(err)
	mark("anna", onward.OwnBin(ds[1].ID), 7)
	if _, err := w.MarkPile(ctx, w.Act("bo", ""), x.ID, onward.MarkCmd{Bin: onward.OwnBin(ds[0].ID)}); models.CodeOf(err) != models.CodeForbidden {
		t.Fatalf("another person sorts into the count: %v", err)
	}
	piles, last, err := w.Marked(ctx, x)
	if err != nil || piles[onward.OwnBin(ds[0].ID)] != 5 || piles[onward.OwnBin(ds[1].ID)] != 7 || len(last) != 6 {
		t.Fatalf("%v %d %v", piles, len(last), err)
	}
	x, err = w.FinishMarks(ctx, w.Act("anna", ""), x.ID)
	w.Must(err)
	x, err = w.BeginRecount(ctx, w.Act("bo", ""), x.ID)
	w.Must(err)
	mark("bo", onward.OwnBin(ds[0].ID), 5)
	mark("bo", onward.OwnBin(ds[1].ID), 7)
	x, err = w.FinishMarks(ctx, w.Act("bo", ""), x.ID)
	if err != nil || x.State != onward.SortBooked || len(x.Deviations) != 0 {
		t.Fatalf("%+v %v", x, err)
	}
	bins, err := w.Bins(ctx, w.KV.ID)
	if err != nil || bins[onward.OwnBin(ds[0].ID)] != 5 || bins[onward.OwnBin(ds[1].ID)] != 7 {
		t.Fatalf("%v %v", bins, err)
	}
	if rep, err := audits.Verify(ctx, w.DSN); err != nil || !rep.OK {
		t.Fatalf("%+v %v", rep, err)
	}
}
