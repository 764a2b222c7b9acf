package plans_test

import (
	"sync"
	"testing"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/planning"
	"github.com/brevstemme/brevstemme/models/store/plans"
)

// An election, a session or a place that there is not, or that is another's, is
// told as such, and writes nothing.
func TestDeadIDsOfThePlan(t *testing.T) {
	t.Parallel()
	o, ctx := newOffice(t), t.Context()
	other, err := o.CreateElection(ctx, o.karen(), planning.NewElection{Type: models.TypeSeniors, Name: "Ældrerådsvalg", Date: models.NewDate(2025, 11, 18), Municipality: "0751", Colour: "#2E7D32", Word: "GRØN"})
	o.must(err)
	lys := o.sessions("LYS")[0]
	_, head, err := o.Entries(ctx, 0, "", 1)
	o.must(err)
	const no = "NOSUCH"
	for what, act := range map[string]func() error{
		"edit": func() error {
			_, _, err := o.EditPlan(ctx, o.karen(), no, []planning.Cell{{Place: "LYS", Day: lys.Date(), Now: []planning.Span{{From: 600, To: 700}}}}, "")
			return err
		},
		"publish": func() error { _, err := o.Publish(ctx, o.karen(), no, ""); return err },
		"change": func() error {
			_, err := o.ChangeSession(ctx, o.karen(), o.e.ID, no, plans.SessionChange{Cancel: true}, "Vandskade")
			return err
		},
		"change beside its election": func() error {
			_, err := o.ChangeSession(ctx, o.karen(), other.ID, lys.ID, plans.SessionChange{Cancel: true}, "Vandskade")
			return err
		},
		"split": func() error {
			_, err := o.SplitSession(ctx, o.karen(), o.e.ID, no, lys.Starts.Add(time.Hour), "")
			return err
		},
		"split another": func() error {
			_, err := o.SplitSession(ctx, o.karen(), other.ID, lys.ID, lys.Starts.Add(time.Hour), "")
			return err
		},
		"merge": func() error { _, err := o.MergeSessions(ctx, o.karen(), o.e.ID, lys.ID, no, ""); return err },
		"serve": func() error { _, err := o.ServeAlso(ctx, o.karen(), lys.ID, no); return err },
		"move": func() error {
			return o.MoveElection(ctx, o.karen(), no, models.NewDate(2026, 1, 20), models.Date{}, "Omvalg")
		},
		"call off":     func() error { return o.CancelElection(ctx, o.karen(), no, "Aflyst") },
		"expect":       func() error { return o.ExpectVotes(ctx, o.karen(), no, 7) },
		"save a place": func() error { return o.SavePlace(ctx, o.karen(), "", models.Place{ID: no}) },
		"hours":        func() error { _, _, err := o.CompareHours(ctx, o.karen(), no, "", nil); return err },
		"earlier":      func() error { _, err := o.RemoveEarlier(ctx, o.karen(), no, "KV21"); return err },
		"a report":     func() error { _, err := o.ImportReport(ctx, o.e.ID, no); return err },
	} {
		if err := act(); models.CodeOf(err) != models.CodeNotFound {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, now, err := o.Entries(ctx, 0, "", 1); err != nil || now.Seq != head.Seq {
		t.Errorf("the journal grew from %d to %d, %v", head.Seq, now.Seq, err)
	}
}

// Two save the same place at once: one wins, the other is told; another library's
// leader may not.
func TestTwoSaveOnePlace(t *testing.T) {
	t.Parallel()
	o, ctx := newOffice(t), t.Context()
	p, err := o.Place(ctx, "LYS")
	o.must(err)
	was := planning.Mark(p)
	if err := o.SavePlace(ctx, o.lead("VIB"), was, p); models.CodeOf(err) != models.CodeForbidden {
		t.Errorf("saved by another library: %v", err)
	}
	acts, errs := []models.Act{o.karen(), o.karen()}, make([]error, 2)
	var both sync.WaitGroup
	for i := range acts {
		x := p
		x.Booths = 3 + i
		both.Go(func() { errs[i] = o.SavePlace(ctx, acts[i], was, x) })
	}
	both.Wait()
	if (errs[0] == nil) == (errs[1] == nil) || max(models.CodeOf(errs[0]), models.CodeOf(errs[1])) != models.CodeConflict {
		t.Errorf("%v", errs)
	}
}

// A file of places sent twice by one click is told the same both times, and a file
// that changes nothing is said to.
func TestPlacesAreImportedOnce(t *testing.T) {
	t.Parallel()
	o, ctx := newOffice(t), t.Context()
	p, err := o.Place(ctx, "LYS")
	o.must(err)
	p.Booths = 5
	fresh := p
	fresh.ID, fresh.Name, fresh.Address = "", "Hasle Bibliotek", "Herredsvej 1"
	rows := [][]string{planning.PlaceColumns, planning.PlaceRow(p), planning.PlaceRow(fresh)}
	act := o.karen()
	for range 2 {
		if added, altered, bad, err := o.ImportPlaces(ctx, act, rows); added != 1 || altered != 1 || len(bad) > 0 || err != nil {
			t.Errorf("%d added, %d altered, %v %v", added, altered, bad, err)
		}
	}
	if _, _, _, err := o.ImportPlaces(ctx, o.karen(), rows); models.CodeOf(err) != models.CodeState {
		t.Errorf("nothing new: %v", err)
	}
	if _, _, bad, err := o.ImportPlaces(ctx, o.karen(), [][]string{{"?"}, {"x"}}); models.CodeOf(err) != models.CodeInvalid || len(bad) == 0 {
		t.Errorf("no such column: %v %v", bad, err)
	}
}
