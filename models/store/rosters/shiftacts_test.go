package rosters_test

import (
	"sync"
	"testing"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/staffing"
	"github.com/brevstemme/brevstemme/models/store/plans"
	"github.com/brevstemme/brevstemme/models/store/rosters"
)

// asked is a team in which the first has asked the second to swap.
func asked(t *testing.T) (m *team, mine, theirs staffing.Shift) {
	t.Helper()
	m = newTeam(t, 3)
	a, err := m.PlaceShift(t.Context(), m.Lib(), m.Staff[0].ID, m.Sittings[0].ID, "", false)
	m.OK(err)
	b, err := m.PlaceShift(t.Context(), m.City(), m.Staff[1].ID, m.Sittings[1].ID, "", false)
	m.OK(err)
	_, err = m.AskSwap(t.Context(), m.Act(m.Staff[0].ID, models.RoleReceiver), a[0].ID, b[0].ID)
	m.OK(err)
	return m, a[0], b[0]
}

// A question about a swap that was taken back is answered by nobody any more, and
// whoever says yes then is told so, and not that there is no such shift.
func TestADroppedSwapIsNotAgreedTo(t *testing.T) {
	t.Parallel()
	m, mine, theirs := asked(t)
	ctx := t.Context()
	if _, err := m.DropSwap(ctx, m.Act(m.Staff[2].ID, models.RoleReceiver), mine.ID); models.CodeOf(err) != models.CodeForbidden {
		t.Error("dropped by a third:", err)
	}
	out, err := m.DropSwap(ctx, m.Act(mine.Person, models.RoleReceiver), mine.ID)
	m.OK(err)
	if len(out) != 1 || out[0].SwapWith != "" {
		t.Errorf("%+v", out)
	}
	if _, err := m.AgreeSwap(ctx, m.Act(theirs.Person, models.RoleReceiver), mine.ID); models.CodeOf(err) != models.CodeState {
		t.Error("agreed to what was dropped:", err)
	}
	if _, err := m.DropSwap(ctx, m.Act(mine.Person, models.RoleReceiver), mine.ID); models.CodeOf(err) != models.CodeState {
		t.Error("dropped twice:", err)
	}
}

// One takes the question back while the other says yes: one of them wins, and the
// shifts are those of the winner.
func TestASwapIsDroppedAndAgreedToAtOnce(t *testing.T) {
	t.Parallel()
	m, mine, theirs := asked(t)
	ctx := t.Context()
	drop, agree := m.Act(mine.Person, models.RoleReceiver), m.Act(theirs.Person, models.RoleReceiver)
	var dropped, agreed error
	var both sync.WaitGroup
	both.Go(func() { _, dropped = m.DropSwap(ctx, drop, mine.ID) })
	both.Go(func() { _, agreed = m.AgreeSwap(ctx, agree, mine.ID) })
	both.Wait()
	if (dropped == nil) == (agreed == nil) {
		t.Fatalf("dropped: %v, agreed: %v", dropped, agreed)
	}
	if lost := max(models.CodeOf(dropped), models.CodeOf(agreed)); lost != models.CodeState {
		t.Errorf("the other is told %q", lost)
	}
	now, err := m.ShiftByID(ctx, mine.ID)
	m.OK(err)
	if now.SwapWith != "" && dropped == nil {
		t.Errorf("dropped and still asked: %+v", now)
	}
}

// Who cancels and who splits: the person's own leader, or, to split, the person.
func TestShiftsAreCancelledAndSplitByTheirOwn(t *testing.T) {
	t.Parallel()
	m := newTeam(t, 2)
	ctx := t.Context()
	placed, err := m.PlaceShift(ctx, m.Lib(), m.Staff[0].ID, m.Sittings[0].ID, "", false)
	m.OK(err)
	x := placed[0]
	if _, err := m.CancelShift(ctx, m.City(), x.ID); models.CodeOf(err) != models.CodeForbidden {
		t.Error("cancelled by the other leader:", err)
	}
	if _, err := m.SplitShift(ctx, m.Act(m.Staff[1].ID, models.RoleReceiver), x.ID, x.From.Add(time.Hour)); models.CodeOf(err) != models.CodeForbidden {
		t.Error("split by a colleague:", err)
	}
	if _, err := m.SplitShift(ctx, m.Lib(), x.ID, x.Until); models.CodeOf(err) != models.CodeInvalid {
		t.Error("split at its end:", err)
	}
	halves, err := m.SplitShift(ctx, m.Act(x.Person, models.RoleReceiver), x.ID, x.From.Add(2*time.Hour))
	m.OK(err)
	if len(halves) != 2 {
		t.Fatalf("%+v", halves)
	}
	_, err = m.CancelShift(ctx, m.Lib(), x.ID)
	m.OK(err)
	if _, err := m.CancelShift(ctx, m.Lib(), x.ID); models.CodeOf(err) != models.CodeState {
		t.Error("cancelled twice:", err)
	}
	own, err := m.ShiftsOf(ctx, x.Person)
	m.OK(err)
	for _, s := range own {
		if s.ID == x.ID && s.State != staffing.ShiftCancelled {
			t.Errorf("%+v", s)
		}
	}
}

// What the roster knows of a person is changed by their own leader.
func TestTermsAreTheLeadersOwn(t *testing.T) {
	t.Parallel()
	m := newTeam(t, 1)
	ctx, p := t.Context(), m.Staff[0]
	terms := rosters.Terms{Home: "LYST", TargetMin: 600, MaxWeekMin: 900, Receiver: true}
	for _, c := range []struct {
		what   string
		act    models.Act
		person string
		terms  rosters.Terms
		code   models.Code
	}{
		{"by the other leader", m.City(), p.ID, terms, models.CodeForbidden},
		{"less than nothing", m.Lib(), p.ID, rosters.Terms{MaxWeekMin: -1}, models.CodeInvalid},
		{"of nobody", m.Lib(), "NOSUCH", terms, models.CodeNotFound},
		{"as they should be", m.Lib(), p.ID, terms, ""},
	} {
		if err := m.SetTerms(ctx, c.act, c.person, c.terms); models.CodeOf(err) != c.code {
			t.Errorf("%s: %v", c.what, err)
		}
	}
	now, err := m.Person(ctx, p.ID)
	m.OK(err)
	if now.Home != "LYST" || now.TargetMin != 600 || now.MaxWeekMin != 900 {
		t.Errorf("%+v", now)
	}
}

// Two leaders type into the same cell of a week at once: one wins, the other is
// told what stands there, and the same click again is told the same.
func TestTwoTypeIntoOneCellOfTheWeek(t *testing.T) {
	t.Parallel()
	m := newTeam(t, 3)
	ctx := t.Context()
	acts := []models.Act{m.Lib(), m.Lib()}
	cell := func(i int) []staffing.WeekCell {
		return []staffing.WeekCell{{Session: m.Sittings[0].ID, Now: []string{m.Staff[2*i].ID}}}
	}
	errs, conflicts := make([]error, 2), make([][]staffing.WeekConflict, 2)
	var both sync.WaitGroup
	for i := range acts {
		both.Go(func() { _, conflicts[i], errs[i] = m.EditWeek(ctx, acts[i], m.KV.ID, cell(i)) })
	}
	both.Wait()
	won := 0
	if errs[0] != nil {
		won = 1
	}
	lost := 1 - won
	if errs[won] != nil || models.CodeOf(errs[lost]) != models.CodeConflict || len(conflicts[lost]) != 1 || len(conflicts[lost][0].Is) != 1 || conflicts[lost][0].Is[0] != m.Staff[2*won].ID {
		t.Fatalf("%v %+v", errs, conflicts)
	}
	again, _, err := m.EditWeek(ctx, acts[won], m.KV.ID, cell(won))
	if err != nil || len(again) != 1 {
		t.Errorf("the same click: %+v %v", again, err)
	}
	week, err := m.RosterWeek(ctx, m.KV.ID, m.Sittings[0].Starts.Add(-time.Hour), m.Sittings[9].Ends)
	m.OK(err)
	if rem := week.Check(models.RoleCoordinator, []staffing.WeekCell{{Session: m.Sittings[1].ID, Now: []string{m.Staff[2*won].ID}}}); len(rem) == 0 {
		t.Error("nobody remarks that a person is at two places")
	}
	for _, bad := range []staffing.WeekCell{{Session: "NOSUCH", Now: []string{m.Staff[0].ID}}, {Session: m.Sittings[2].ID, Now: []string{"NOSUCH"}}} {
		if _, _, err := m.EditWeek(ctx, m.Lib(), m.KV.ID, []staffing.WeekCell{bad}); err == nil {
			t.Errorf("%+v was written", bad)
		}
	}
}

// An id of nothing is told as such, and writes nothing.
func TestDeadIDsOfTheRoster(t *testing.T) {
	t.Parallel()
	m := newTeam(t, 1)
	ctx := t.Context()
	_, head, err := m.Entries(ctx, 0, "", 1)
	m.OK(err)
	const no = "NOSUCH"
	for what, act := range map[string]func() error{
		"cancel":  func() error { _, err := m.CancelShift(ctx, m.Lib(), no); return err },
		"split":   func() error { _, err := m.SplitShift(ctx, m.Lib(), no, time.Now()); return err },
		"own":     func() error { _, err := m.OwnShift(ctx, m.Lib(), no, staffing.ShiftConfirm); return err },
		"claim":   func() error { _, err := m.ClaimShift(ctx, m.Lib(), no); return err },
		"ask":     func() error { _, err := m.AskSwap(ctx, m.Lib(), no, no); return err },
		"agree":   func() error { _, err := m.AgreeSwap(ctx, m.Lib(), no); return err },
		"drop":    func() error { _, err := m.DropSwap(ctx, m.Lib(), no); return err },
		"person":  func() error { _, err := m.PlaceShift(ctx, m.Lib(), no, m.Sittings[0].ID, "", false); return err },
		"session": func() error { _, err := m.PlaceShift(ctx, m.Lib(), m.Staff[0].ID, no, "", false); return err },
		"replaces": func() error {
			_, err := m.PlaceShift(ctx, m.Lib(), m.Staff[0].ID, m.Sittings[0].ID, no, false)
			return err
		},
		"leave":    func() error { _, err := m.Leave(ctx, m.Lib(), no); return err },
		"erase":    func() error { return m.Erase(ctx, m.Lib(), no) },
		"instruct": func() error { return m.Instruct(ctx, m.Lib(), no, []string{"secrecy"}, m.KV.First) },
		"wishes":   func() error { return m.SayWishes(ctx, m.Lib(), m.Staff[0].ID, no, staffing.Wish{}) },
	} {
		if err := act(); models.CodeOf(err) != models.CodeNotFound {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, now, err := m.Entries(ctx, 0, "", 1); err != nil || now.Seq != head.Seq {
		t.Errorf("the journal grew from %d to %d, %v", head.Seq, now.Seq, err)
	}
	if w, err := m.WishOf(ctx, m.Staff[0].ID, m.KV.ID); err != nil || w.TargetMin != 0 {
		t.Errorf("wishes that nobody said: %+v %v", w, err)
	}
	if has, err := m.HasFeed(ctx, m.Staff[0].ID); err != nil || has {
		t.Errorf("a calendar that nobody asked for: %v", err)
	}
}

// Shifts follow a session that was cancelled; the second click is told the same as
// the first, another one that there is nothing left to follow.
func TestShiftsFollowTheirSessionsOnce(t *testing.T) {
	t.Parallel()
	m := newTeam(t, 1)
	ctx := t.Context()
	_, err := m.PlaceShift(ctx, m.Lib(), m.Staff[0].ID, m.Sittings[0].ID, "", false)
	m.OK(err)
	_, err = m.ChangeSession(ctx, m.City(), m.KV.ID, m.Sittings[0].ID, plans.SessionChange{Cancel: true}, "Vandskade")
	m.OK(err)
	act := m.Lib()
	for range 2 {
		if out, gone, err := m.MendShifts(ctx, act, m.KV.ID); err != nil || len(out) != 1 || gone != 1 {
			t.Errorf("%d followed, %d gone, %v", len(out), gone, err)
		}
	}
	if _, _, err := m.MendShifts(ctx, m.Lib(), m.KV.ID); models.CodeOf(err) != models.CodeState {
		t.Errorf("nothing is left: %v", err)
	}
}
