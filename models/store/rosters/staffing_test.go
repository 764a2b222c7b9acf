package rosters_test

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/journal"
	"github.com/brevstemme/brevstemme/models/roster"
	"github.com/brevstemme/brevstemme/models/staffing"
	"github.com/brevstemme/brevstemme/models/store/audits"
	"github.com/brevstemme/brevstemme/models/store/book"
	"github.com/brevstemme/brevstemme/models/store/persons"
	"github.com/brevstemme/brevstemme/models/store/storetest"
)

// team is people before their shifts, and what a test does with them.
type team struct{ *storetest.Team }

func newTeam(t *testing.T, people int) *team { return &team{storetest.NewTeam(t, people)} }

// propose solves and writes, as the page does.
func (m *team) propose(mode staffing.Mode) staffing.Proposal {
	m.T.Helper()
	b, err := m.Basis(m.T.Context(), m.KV.ID, time.Now())
	m.OK(err)
	p := staffing.NewProblem(b)
	o := p.Options(mode, 0)
	o.Iterations, o.Threads = 20000, 1
	res, err := roster.Solve(m.T.Context(), p.Instance, o)
	m.OK(err)
	act := m.City()
	pr := p.Read(res, act.Key)
	_, err = m.Propose(m.T.Context(), act, m.KV.ID, found(pr))
	m.OK(err)
	return pr
}

// found is a search that has ended.
func found(pr staffing.Proposal) func(context.Context) (staffing.Proposal, error) {
	return func(context.Context) (staffing.Proposal, error) { return pr, nil }
}

// A proposal that is sent again is answered from the book: the planner is not run,
// and under another's key or for another question it is not run either.
func TestAProposalSentAgainIsNotSearchedFor(t *testing.T) {
	t.Parallel()
	m := newTeam(t, 8)
	ctx, act, searches := t.Context(), m.City(), 0
	search := func(context.Context) (staffing.Proposal, error) {
		searches++
		b, err := m.Basis(ctx, m.KV.ID, time.Now())
		m.OK(err)
		p := staffing.NewProblem(b)
		o := p.Options(staffing.Renew, 0)
		o.Iterations, o.Threads = 2000, 1
		res, err := roster.Solve(ctx, p.Instance, o)
		return p.Read(res, act.Key), err
	}
	first, err := m.Propose(ctx, act, m.KV.ID, search)
	m.OK(err)
	again, err := m.Propose(ctx, act, m.KV.ID, search)
	m.OK(err)
	if searches != 1 || len(first.Added) == 0 || !reflect.DeepEqual(first, again) {
		t.Errorf("%d searches: %d added, then %d", searches, len(first.Added), len(again.Added))
	}
	other, another := act, act
	other.Digest[0]++
	another.Person = "LEAD"
	for what, act := range map[string]models.Act{"another question": other, "another person": another} {
		if _, err := m.Propose(ctx, act, m.KV.ID, search); models.CodeOf(err) != models.CodeReplayOther || searches != 1 {
			t.Errorf("%s under the same key: %v, %d searches", what, err, searches)
		}
	}
}

// The way of a week: proposed, each leader approves their own, confirmed, one is
// given up, claimed and approved, one falls ill and a stand-in takes over.
func TestShiftsFromProposalToStandIn(t *testing.T) {
	t.Parallel()
	m := newTeam(t, 8)
	if pr := m.propose(staffing.Renew); pr.Missing != 0 || len(pr.Added) != 20 {
		t.Fatalf("%d missing, %d added", pr.Missing, len(pr.Added))
	}
	shifts, err := m.Shifts(t.Context(), time.Time{}, time.Time{})
	m.OK(err)
	m.eachLeaderApproves(shifts)
	m.own(shifts[0], staffing.ShiftConfirm)
	m.own(shifts[0], staffing.ShiftGiveUp)
	m.standsIn(shifts[0])
	m.own(shifts[5], staffing.ShiftFallIll)
	if pr := m.propose(staffing.FillHoles); len(pr.Added) != 1 || pr.Added[0].Session != shifts[5].Session || len(pr.Removed) != 0 {
		t.Fatalf("%+v", pr)
	}
	rep, err := audits.Verify(t.Context(), m.DSN)
	m.OK(err)
	if !rep.OK {
		t.Fatalf("%+v", rep)
	}
}

// eachLeaderApproves their own people's shifts, and nobody else's.
func (m *team) eachLeaderApproves(shifts []staffing.Shift) {
	ctx := m.T.Context()
	of := map[models.Employer][]string{}
	for _, s := range shifts {
		of[s.Employer] = append(of[s.Employer], s.ID)
	}
	lib, city := of[models.EmployerLibrary], of[models.EmployerCitizenService]
	if _, err := m.ApproveShifts(ctx, m.Lib(), append(lib, city[0])); models.CodeOf(err) != models.CodeForbidden {
		m.T.Fatal("approved the other's people:", err)
	}
	_, err := m.ApproveShifts(ctx, m.Lib(), lib)
	m.OK(err)
	_, err = m.ApproveShifts(ctx, m.City(), city)
	m.OK(err)
}

// own is what a person does with a shift of their own.
func (m *team) own(s staffing.Shift, does staffing.ShiftAct) {
	m.T.Helper()
	_, err := m.OwnShift(m.T.Context(), m.Act(s.Person, models.RoleReceiver), s.ID, does)
	m.OK(err)
}

// standsIn lets the first whom the ranking names claim a shift that was given up,
// and their own leader approve it.
func (m *team) standsIn(given staffing.Shift) {
	ctx := m.T.Context()
	x, err := m.Session(ctx, given.Session)
	m.OK(err)
	b, err := m.Basis(ctx, m.KV.ID, given.From.Add(-time.Minute))
	m.OK(err)
	ranked := staffing.StandIns(b, given, x, models.RoleCoordinator)
	if len(ranked) == 0 {
		m.T.Fatal("nobody could stand in")
	}
	who := ranked[0].Person
	claim, err := m.ClaimShift(ctx, m.Act(who.ID, models.RoleReceiver), given.ID)
	m.OK(err)
	_, err = m.ApproveShifts(ctx, m.Leader(who.Employer), []string{claim[0].ID})
	m.OK(err)
	old, err := m.ShiftByID(ctx, given.ID)
	m.OK(err)
	if old.State != staffing.ShiftReplaced {
		m.T.Fatalf("the old shift is %s", old.State)
	}
}

// Forty at once put the same person at overlapping sessions: one wins, whatever
// the code thinks; end to start is fine.
func TestNoDoubleBookingInTheDatabase(t *testing.T) {
	t.Parallel()
	m := newTeam(t, 2)
	ctx := t.Context()
	book := func(key string, from, until time.Time) error {
		_, _, err := m.Book.Append(ctx, models.Act{Key: key}, book.Need{}, func(w *book.Working) (journal.Draft, error) {
			w.Put(staffing.Shift{ID: "V" + key, Person: "P", Session: "S", From: from, Until: until, State: staffing.ShiftApproved})
			return journal.Draft{Kind: "shift.placed"}, nil
		})
		return err
	}
	day := models.NewDate(2025, 11, 4)
	var wg sync.WaitGroup
	errs := make([]error, 40)
	for i := range errs {
		wg.Go(func() { errs[i] = book(fmt.Sprintf("b%02d", i), day.At(10, i%3), day.At(16, 0)) })
	}
	wg.Wait()
	won := 0
	for _, err := range errs {
		switch {
		case err == nil:
			won++
		case models.CodeOf(err) != models.CodeConflict || !strings.Contains(err.Error(), "staffing.double_booking"):
			t.Error(err)
		}
	}
	if won != 1 {
		t.Fatalf("%d of 40 won", won)
	}
	m.OK(book("after", day.At(16, 0), day.At(18, 0)))
	_, err := m.PlaceShift(ctx, m.Lib(), m.Staff[0].ID, m.Sittings[0].ID, "", false)
	m.OK(err)
	_, err = m.PlaceShift(ctx, m.Lib(), m.Staff[0].ID, m.Sittings[1].ID, "", false)
	if e := err; e == nil || !strings.Contains(e.Error(), "staffing.busy") {
		t.Fatal("two places at once:", err)
	}
}

// The desk lets nobody in who is not appointed and taught.
func TestDeskAsksForTheLetter(t *testing.T) {
	t.Parallel()
	m := newTeam(t, 1)
	ctx := t.Context()
	stranger, err := m.AddPerson(ctx, m.City(), persons.NewPerson{Name: "Ny", Person: models.Person{Employer: models.EmployerLibrary, Receiver: true}})
	m.OK(err)
	if _, err := m.PlaceShift(ctx, m.Lib(), stranger.ID, m.Sittings[0].ID, "", false); models.CodeOf(err) != models.CodeInvalid {
		t.Fatal("placed without letter:", err)
	}
	if _, err := m.Appoint(ctx, m.City(), stranger.ID, m.KV.ID, nil, "Borgmesteren", m.KV.First, m.KV.First); models.CodeOf(err) != models.CodeForbidden {
		t.Fatal("appointed by the other employer:", err)
	}
	_, err = m.Appoint(ctx, m.Lib(), stranger.ID, m.KV.ID, nil, "Borgmesteren", m.KV.First, m.KV.First)
	m.OK(err)
	if _, err := m.PlaceShift(ctx, m.Lib(), stranger.ID, m.Sittings[0].ID, "", false); models.CodeOf(err) != models.CodeInvalid {
		t.Fatal("placed without instruction:", err)
	}
	m.OK(m.Instruct(ctx, m.Lib(), stranger.ID, []string{"receiving", "secrecy"}, m.KV.First))
	_, err = m.PlaceShift(ctx, m.Lib(), stranger.ID, m.Sittings[0].ID, "", false)
	m.OK(err)
}

func TestSwapInTheStore(t *testing.T) {
	t.Parallel()
	m := newTeam(t, 2)
	ctx := t.Context()
	a, b := m.Staff[0], m.Staff[1]
	sa, err := m.PlaceShift(ctx, m.Lib(), a.ID, m.Sittings[0].ID, "", false)
	m.OK(err)
	sb, err := m.PlaceShift(ctx, m.City(), b.ID, m.Sittings[1].ID, "", false) // the same hours elsewhere
	m.OK(err)
	_, err = m.AskSwap(ctx, m.Act(a.ID, models.RoleReceiver), sa[0].ID, sb[0].ID)
	m.OK(err)
	halves, err := m.AgreeSwap(ctx, m.Act(b.ID, models.RoleReceiver), sa[0].ID)
	m.OK(err)
	for _, h := range halves {
		if h.State != staffing.ShiftClaimed {
			continue
		}
		_, err := m.ApproveShifts(ctx, m.Leader(h.Employer), []string{h.ID})
		m.OK(err)
	}
	now, err := m.ShiftsAt(ctx, m.Sittings[1].ID)
	m.OK(err)
	if len(now) != 1 || now[0].Person != a.ID || now[0].State != staffing.ShiftApproved {
		t.Fatalf("%+v", now)
	}
}

// Who leaves mid-election leaves holes; erased, nothing of the person is left in
// the database, and the chain still verifies.
func TestLeaveAndErase(t *testing.T) {
	t.Parallel()
	m := newTeam(t, 1)
	ctx := t.Context()
	p := m.Staff[0]
	_, err := m.PlaceShift(ctx, m.Lib(), p.ID, m.Sittings[0].ID, "", false)
	m.OK(err)
	token, err := m.MakeFeed(ctx, p.ID)
	m.OK(err)
	if who, err := m.FeedPerson(ctx, token); err != nil || who != p.ID {
		t.Fatal(who, err)
	}
	if err := m.Erase(ctx, m.Lib(), p.ID); models.CodeOf(err) != models.CodeState {
		t.Fatal("erased before leaving:", err)
	}
	m.OK(m.QueueMail(ctx, models.Mail{Key: "a mail", Person: p.ID, To: "p0@example.dk", Subject: "Ændring", Text: "Hej Person A"}))
	holes, err := m.Leave(ctx, m.Lib(), p.ID)
	m.OK(err)
	if len(holes) != 1 || holes[0].State != staffing.ShiftAbsent {
		t.Fatalf("%+v", holes)
	}
	m.OK(m.Erase(ctx, m.Lib(), p.ID))
	if _, err := m.FeedPerson(ctx, token); models.CodeOf(err) != models.CodeNotFound {
		t.Fatal("the calendar is still open:", err)
	}
	var left int
	m.OK(m.Book.Pool().QueryRow(ctx, `SELECT (SELECT count(*) FROM person_private WHERE person = $1) + (SELECT count(*) FROM mail_outbox WHERE person = $1)
		+ (SELECT count(*) FROM journal_entry WHERE position(convert_to($2, 'UTF8') IN body) > 0)
		+ (SELECT count(*) FROM journal_entry WHERE position(convert_to($3, 'UTF8') IN body) > 0)
		+ (SELECT count(*) FROM person WHERE doc::text LIKE '%Person A%')`, p.ID, "Person A", "p0@example.dk").Scan(&left))
	if left != 0 {
		t.Fatalf("%d traces of the person", left)
	}
	rep, err := audits.Verify(ctx, m.DSN)
	m.OK(err)
	if !rep.OK {
		t.Fatalf("%+v", rep)
	}
}

func TestFeedTokenIsReplaced(t *testing.T) {
	t.Parallel()
	m := newTeam(t, 1)
	ctx := t.Context()
	first, err := m.MakeFeed(ctx, m.Staff[0].ID)
	m.OK(err)
	second, err := m.MakeFeed(ctx, m.Staff[0].ID)
	m.OK(err)
	if _, err := m.FeedPerson(ctx, first); models.CodeOf(err) != models.CodeNotFound {
		t.Error("the old address opens:", err)
	}
	if _, err := m.FeedPerson(ctx, second); err != nil {
		t.Error(err)
	}
	m.OK(m.RevokeFeed(ctx, m.Staff[0].ID))
	if _, err := m.FeedPerson(ctx, second); models.CodeOf(err) != models.CodeNotFound {
		t.Error("revoked, but open:", err)
	}
}

// An appointment taken back leaves holes and bars the person from every crew; only
// their own leader takes it back, and the journal verifies.
func TestRevokeInTheStore(t *testing.T) {
	t.Parallel()
	m := newTeam(t, 2)
	ctx, p := t.Context(), m.Staff[0]
	today := models.DateOf(time.Now())
	v := staffing.Revocation{By: "Borgmesteren", On: today, Why: "decision", Case: "2025-004711"}
	placed, err := m.PlaceShift(ctx, m.Lib(), p.ID, m.Sittings[0].ID, "", false)
	m.OK(err)
	if _, err := m.Revoke(ctx, m.City(), p.ID, m.KV.ID, v); models.CodeOf(err) != models.CodeForbidden {
		t.Fatal("revoked by the other employer:", err)
	}
	if _, err := m.Revoke(ctx, m.Lib(), p.ID, "NOSUCH", v); models.CodeOf(err) != models.CodeNotFound {
		t.Fatal("revoked what there is not:", err)
	}
	act := m.Lib()
	holes, err := m.Revoke(ctx, act, p.ID, m.KV.ID, v)
	m.OK(err)
	if len(holes) != 1 || holes[0].ID != placed[0].ID || holes[0].State != staffing.ShiftAbsent || holes[0].Sequence != placed[0].Sequence+1 {
		t.Fatalf("%+v", holes)
	}
	again, err := m.Revoke(ctx, act, p.ID, m.KV.ID, v) // the same click
	if m.OK(err); len(again) != 1 {
		t.Error("a repeated click says something else:", again)
	}
	if _, err := m.PlaceShift(ctx, m.Lib(), p.ID, m.Sittings[2].ID, "", false); models.CodeOf(err) != models.CodeInvalid {
		t.Error("placed after the revocation:", err)
	}
	papers, err := m.Papers(ctx, p.ID)
	m.OK(err)
	if a := papers.Appointments[p.ID][0]; a.Revoked != today || a.RevokedBy != v.By || a.RevokedWhy != v.Why || a.RevokedCase != v.Case {
		t.Errorf("%+v", a)
	}
	rep, err := audits.Verify(ctx, m.DSN)
	if m.OK(err); !rep.OK {
		t.Errorf("%+v", rep)
	}
}
