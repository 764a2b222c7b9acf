package store

import (
	"fmt"
	"testing"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/journal"
	"github.com/brevstemme/brevstemme/models/onward"
	"github.com/brevstemme/brevstemme/models/store/audits"
	"github.com/brevstemme/brevstemme/models/store/book"
)

// office is a town whose reception has envelopes in its store.
func (w *town) office(n int, destination string) {
	w.t.Helper()
	_, _, err := w.book.Append(w.t.Context(), w.act("anna", ""), book.Need{}, func(*book.Working) (journal.Draft, error) {
		return journal.Draft{Kind: "test.filled", Election: w.kv.ID, Place: "BORG"}.Move(custody.Envelope(w.kv.ID, destination), custody.Voter, custody.At("BORG"), int64(n)), nil
	})
	w.must(err)
}

// districts saves n polling districts near each other.
func (w *town) districts(n int) []onward.District {
	w.t.Helper()
	var ds []onward.District
	for i := 1; i <= n; i++ {
		ds = append(ds, onward.District{Code: "0751", Number: i, Name: fmt.Sprint("Område ", i), Station: fmt.Sprint("Skole ", i), Lat: 56 + float64(i)/100, Lon: 10, Voters: 1000 * i})
	}
	w.must(w.SaveDistricts(w.t.Context(), w.act("karen", ""), ds, true))
	got, err := w.Districts(w.t.Context(), "0751")
	w.must(err)
	return got
}

// sort sorts everything at the reception into bins, counted by two.
func (w *town) sort(piles map[string]int) onward.Sorting {
	w.t.Helper()
	x, err := w.SortFirst(w.t.Context(), w.act("anna", ""), w.kv.ID, "BORG", "", piles)
	w.must(err)
	x, err = w.SortAgain(w.t.Context(), w.act("bo", ""), x.ID, piles)
	w.must(err)
	return x
}

func TestSortingBooksIntoBins(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	ds := w.districts(3)
	w.office(30, custody.Own)
	w.office(4, "0461")
	piles := map[string]int{onward.OwnBin(ds[0].ID): 20, onward.OwnBin(ds[1].ID): 10, onward.OtherBin("0461"): 4}
	first, err := w.SortFirst(t.Context(), w.act("anna", ""), w.kv.ID, "BORG", "", piles)
	w.must(err)
	if _, err := w.SortFirst(t.Context(), w.act("bo", ""), w.kv.ID, "BORG", "", piles); models.CodeOf(err) != models.CodeState {
		t.Fatalf("two sortings of one source at once: %v", err)
	}
	again := w.act("bo", "")
	x, err := w.SortAgain(t.Context(), again, first.ID, piles)
	w.must(err)
	if y, err := w.SortAgain(t.Context(), again, first.ID, piles); err != nil || y.BookedAt != x.BookedAt {
		t.Fatalf("a replay answers otherwise: %+v %v", y, err)
	}
	bins, err := w.Bins(t.Context(), w.kv.ID)
	w.must(err)
	if len(bins) != 3 || bins["own:"+ds[0].ID] != 20 || bins["other:0461"] != 4 {
		t.Fatalf("%v", bins)
	}
	w.must(w.Rebin(t.Context(), w.act("anna", ""), w.kv.ID, "BORG", onward.RebinCmd{From: onward.OwnBin(ds[0].ID), To: onward.OwnBin(ds[2].ID), N: 5, Reason: "lå forkert"}))
	bins, err = w.Bins(t.Context(), w.kv.ID)
	w.must(err)
	if bins["own:"+ds[0].ID] != 15 || bins["own:"+ds[2].ID] != 5 {
		t.Fatalf("%v", bins)
	}
	if rep, err := audits.Verify(t.Context(), w.dsn); err != nil || !rep.OK {
		t.Fatalf("%+v %v", rep, err)
	}
}

// Two people sort at the screen, mark by mark, with one undo and a replay; the
// piles are booked, and the book still verifies.
func TestSortingAtTheScreen(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	ctx := t.Context()
	ds := w.districts(2)
	w.office(12, custody.Own)
	x, err := w.OpenSorting(ctx, w.act("anna", ""), w.kv.ID, "BORG", "")
	w.must(err)
	if _, err := w.SortFirst(ctx, w.act("bo", ""), w.kv.ID, "BORG", "", map[string]int{onward.OwnBin(ds[0].ID): 12}); models.CodeOf(err) != models.CodeState {
		t.Fatalf("the same store is sorted twice at once: %v", err)
	}
	mark := func(who, bin string, n int) {
		t.Helper()
		act := w.act(who, "")
		for range 2 { // the second is a retry of the same key
			_, err := w.MarkPile(ctx, act, x.ID, onward.MarkCmd{Bin: bin, N: n})
			w.must(err)
		}
	}
	for range 5 {
		mark("anna", onward.OwnBin(ds[0].ID), 1)
	}
	mark("anna", onward.OwnBin(ds[1].ID), 1)
	_, err = w.UnmarkPile(ctx, w.act("anna", ""), x.ID, "")
	w.must(err)
	mark("anna", onward.OwnBin(ds[1].ID), 7)
	if _, err := w.MarkPile(ctx, w.act("bo", ""), x.ID, onward.MarkCmd{Bin: onward.OwnBin(ds[0].ID)}); models.CodeOf(err) != models.CodeForbidden {
		t.Fatalf("another person sorts into the count: %v", err)
	}
	piles, last, err := w.Marked(ctx, x)
	if err != nil || piles[onward.OwnBin(ds[0].ID)] != 5 || piles[onward.OwnBin(ds[1].ID)] != 7 || len(last) != 6 {
		t.Fatalf("%v %d %v", piles, len(last), err)
	}
	x, err = w.FinishMarks(ctx, w.act("anna", ""), x.ID)
	w.must(err)
	x, err = w.BeginRecount(ctx, w.act("bo", ""), x.ID)
	w.must(err)
	mark("bo", onward.OwnBin(ds[0].ID), 5)
	mark("bo", onward.OwnBin(ds[1].ID), 7)
	x, err = w.FinishMarks(ctx, w.act("bo", ""), x.ID)
	if err != nil || x.State != onward.SortBooked || len(x.Deviations) != 0 {
		t.Fatalf("%+v %v", x, err)
	}
	bins, err := w.Bins(ctx, w.kv.ID)
	if err != nil || bins[onward.OwnBin(ds[0].ID)] != 5 || bins[onward.OwnBin(ds[1].ID)] != 7 {
		t.Fatalf("%v %v", bins, err)
	}
	if rep, err := audits.Verify(ctx, w.dsn); err != nil || !rep.OK {
		t.Fatalf("%+v %v", rep, err)
	}
}
