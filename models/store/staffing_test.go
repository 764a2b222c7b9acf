package store

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/journal"
	"github.com/brevstemme/brevstemme/models/planning"
	"github.com/brevstemme/brevstemme/models/roster"
	"github.com/brevstemme/brevstemme/models/staffing"
	"github.com/brevstemme/brevstemme/models/store/audits"
	"github.com/brevstemme/brevstemme/models/store/book"
	"github.com/brevstemme/brevstemme/models/store/persons"
	"github.com/brevstemme/brevstemme/models/store/pgtest"
)

// team is a store with one election, two places, five days and some people.
type team struct {
	*Store
	t        *testing.T
	clock    func() time.Time
	dsn      string
	n        int
	election models.Election
	people   []models.Person
	sessions []models.Session
}

func (m *team) act(person string, role models.Role) models.Act {
	m.n++
	return models.Act{Key: fmt.Sprintf("act-%04d", m.n), Person: person, Role: role}
}

func (m *team) lib() models.Act  { return m.act("LEAD", models.RoleLibraryLead) }
func (m *team) city() models.Act { return m.act("COORD", models.RoleCoordinator) }

func newTeam(t *testing.T, people int) *team {
	t.Helper()
	ctx := t.Context()
	db := pgtest.DB(t)
	m := &team{t: t, dsn: db.AppDSN, clock: time.Now}
	s, err := Open(ctx, Config{DSN: db.AppDSN, Clock: func() time.Time { return m.clock() }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	m.Store = s
	day := models.DateOf(time.Now()).Add(14)
	for day.Weekday() != time.Tuesday {
		day = day.Add(1)
	}
	m.election, err = m.CreateElection(ctx, m.city(), planning.NewElection{Type: models.TypeLocal, Name: "Valg", Date: day, Municipality: "0751", Colour: "#0057AD", Word: "BLÅ", Ballots: []models.Ballot{{Name: "KV", EnvelopeColour: "blå"}}})
	m.ok(err)
	for i, id := range []string{"DOKK", "LYST"} {
		_, err := m.AddPlace(ctx, m.city(), models.Place{ID: id, Name: id, Kind: models.PlaceLibrary, Lat: 56.15 + float64(i)/10, Lon: 10.2})
		m.ok(err)
	}
	m.ok(m.SetStaffing(ctx, m.city(), m.election.ID, staffing.Rules{Required: true}))
	for i := range people {
		p := models.Person{Employer: models.EmployerLibrary, Roles: []models.Role{models.RoleReceiver}, Receiver: true, Home: "DOKK"}
		lead := m.lib
		if i%2 == 1 {
			p.Employer, p.Home, lead = models.EmployerCitizenService, "LYST", m.city
		}
		rec, err := m.AddPerson(ctx, m.city(), persons.NewPerson{Name: fmt.Sprintf("Person %c", 'A'+i), Email: fmt.Sprintf("p%d@example.dk", i), Person: p})
		m.ok(err)
		_, err = m.Appoint(ctx, lead(), rec.ID, m.election.ID, nil, "Borgmesteren", day.Add(-40), day.Add(-39))
		m.ok(err)
		m.ok(m.Instruct(ctx, lead(), rec.ID, []string{"receiving", "secrecy"}, day.Add(-38)))
		m.people = append(m.people, rec)
	}
	for i := range 5 {
		d := models.DateOf(time.Now()).Add(2 + i)
		for _, pl := range []string{"DOKK", "LYST"} {
			x := models.Session{ID: fmt.Sprintf("S%s%d", pl, i), Place: pl, Elections: []string{m.election.ID}, Starts: d.At(10, 0), Ends: d.At(16, 0), State: models.SessionPublished}
			_, _, err := m.book.Append(ctx, m.city(), book.Need{}, func(w *book.Working) (journal.Draft, error) {
				w.Put(x)
				return journal.Draft{Kind: "session.made"}, nil
			})
			m.ok(err)
			m.sessions = append(m.sessions, x)
		}
	}
	return m
}

func (m *team) ok(err error) {
	m.t.Helper()
	if err != nil {
		m.t.Fatal(err)
	}
}

// propose solves and writes, as the page does.
func (m *team) propose(mode staffing.Mode) staffing.Proposal {
	m.t.Helper()
	b, err := m.Basis(m.t.Context(), m.election.ID, time.Now())
	m.ok(err)
	p := staffing.NewProblem(b)
	o := p.Options(mode, 0)
	o.Iterations, o.Threads = 20000, 1
	res, err := roster.Solve(m.t.Context(), p.Instance, o)
	m.ok(err)
	act := m.city()
	pr := p.Read(res, act.Key)
	_, err = m.Propose(m.t.Context(), act, m.election.ID, pr)
	m.ok(err)
	return pr
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
	m.ok(err)
	m.eachLeaderApproves(shifts)
	m.own(shifts[0], staffing.ShiftConfirm)
	m.own(shifts[0], staffing.ShiftGiveUp)
	m.standsIn(shifts[0])
	m.own(shifts[5], staffing.ShiftFallIll)
	if pr := m.propose(staffing.FillHoles); len(pr.Added) != 1 || pr.Added[0].Session != shifts[5].Session || len(pr.Removed) != 0 {
		t.Fatalf("%+v", pr)
	}
	rep, err := audits.Verify(t.Context(), m.dsn)
	m.ok(err)
	if !rep.OK {
		t.Fatalf("%+v", rep)
	}
}

// leader is who approves the shifts of an employer's people.
func (m *team) leader(e models.Employer) models.Act {
	if e == models.EmployerLibrary {
		return m.lib()
	}
	return m.city()
}

// eachLeaderApproves their own people's shifts, and nobody else's.
func (m *team) eachLeaderApproves(shifts []staffing.Shift) {
	ctx := m.t.Context()
	of := map[models.Employer][]string{}
	for _, s := range shifts {
		of[s.Employer] = append(of[s.Employer], s.ID)
	}
	lib, city := of[models.EmployerLibrary], of[models.EmployerCitizenService]
	if _, err := m.ApproveShifts(ctx, m.lib(), append(lib, city[0])); models.CodeOf(err) != models.CodeForbidden {
		m.t.Fatal("approved the other's people:", err)
	}
	_, err := m.ApproveShifts(ctx, m.lib(), lib)
	m.ok(err)
	_, err = m.ApproveShifts(ctx, m.city(), city)
	m.ok(err)
}

// own is what a person does with a shift of their own.
func (m *team) own(s staffing.Shift, does staffing.ShiftAct) {
	m.t.Helper()
	_, err := m.OwnShift(m.t.Context(), m.act(s.Person, models.RoleReceiver), s.ID, does)
	m.ok(err)
}

// standsIn lets the first whom the ranking names claim a shift that was given up,
// and their own leader approve it.
func (m *team) standsIn(given staffing.Shift) {
	ctx := m.t.Context()
	x, err := m.Session(ctx, given.Session)
	m.ok(err)
	b, err := m.Basis(ctx, m.election.ID, given.From.Add(-time.Minute))
	m.ok(err)
	ranked := staffing.StandIns(b, given, x, models.RoleCoordinator)
	if len(ranked) == 0 {
		m.t.Fatal("nobody could stand in")
	}
	who := ranked[0].Person
	claim, err := m.ClaimShift(ctx, m.act(who.ID, models.RoleReceiver), given.ID)
	m.ok(err)
	_, err = m.ApproveShifts(ctx, m.leader(who.Employer), []string{claim[0].ID})
	m.ok(err)
	old, err := m.ShiftByID(ctx, given.ID)
	m.ok(err)
	if old.State != staffing.ShiftReplaced {
		m.t.Fatalf("the old shift is %s", old.State)
	}
}

// Forty at once put the same person at overlapping sessions: one wins, whatever
// the code thinks; end to start is fine.
func TestNoDoubleBookingInTheDatabase(t *testing.T) {
	t.Parallel()
	m := newTeam(t, 2)
	ctx := t.Context()
	book := func(key string, from, until time.Time) error {
		_, _, err := m.book.Append(ctx, models.Act{Key: key}, book.Need{}, func(w *book.Working) (journal.Draft, error) {
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
	m.ok(book("after", day.At(16, 0), day.At(18, 0)))
	_, err := m.PlaceShift(ctx, m.lib(), m.people[0].ID, m.sessions[0].ID, "", false)
	m.ok(err)
	_, err = m.PlaceShift(ctx, m.lib(), m.people[0].ID, m.sessions[1].ID, "", false)
	if e := err; e == nil || !strings.Contains(e.Error(), "staffing.busy") {
		t.Fatal("two places at once:", err)
	}
}

// The desk lets nobody in who is not appointed and taught.
func TestDeskAsksForTheLetter(t *testing.T) {
	t.Parallel()
	m := newTeam(t, 1)
	ctx := t.Context()
	stranger, err := m.AddPerson(ctx, m.city(), persons.NewPerson{Name: "Ny", Person: models.Person{Employer: models.EmployerLibrary, Receiver: true}})
	m.ok(err)
	if _, err := m.PlaceShift(ctx, m.lib(), stranger.ID, m.sessions[0].ID, "", false); models.CodeOf(err) != models.CodeInvalid {
		t.Fatal("placed without letter:", err)
	}
	if _, err := m.Appoint(ctx, m.city(), stranger.ID, m.election.ID, nil, "Borgmesteren", m.election.First, m.election.First); models.CodeOf(err) != models.CodeForbidden {
		t.Fatal("appointed by the other employer:", err)
	}
	_, err = m.Appoint(ctx, m.lib(), stranger.ID, m.election.ID, nil, "Borgmesteren", m.election.First, m.election.First)
	m.ok(err)
	if _, err := m.PlaceShift(ctx, m.lib(), stranger.ID, m.sessions[0].ID, "", false); models.CodeOf(err) != models.CodeInvalid {
		t.Fatal("placed without instruction:", err)
	}
	m.ok(m.Instruct(ctx, m.lib(), stranger.ID, []string{"receiving", "secrecy"}, m.election.First))
	_, err = m.PlaceShift(ctx, m.lib(), stranger.ID, m.sessions[0].ID, "", false)
	m.ok(err)
}

func TestSwapInTheStore(t *testing.T) {
	t.Parallel()
	m := newTeam(t, 2)
	ctx := t.Context()
	a, b := m.people[0], m.people[1]
	sa, err := m.PlaceShift(ctx, m.lib(), a.ID, m.sessions[0].ID, "", false)
	m.ok(err)
	sb, err := m.PlaceShift(ctx, m.city(), b.ID, m.sessions[1].ID, "", false) // the same hours elsewhere
	m.ok(err)
	_, err = m.AskSwap(ctx, m.act(a.ID, models.RoleReceiver), sa[0].ID, sb[0].ID)
	m.ok(err)
	halves, err := m.AgreeSwap(ctx, m.act(b.ID, models.RoleReceiver), sa[0].ID)
	m.ok(err)
	for _, h := range halves {
		if h.State != staffing.ShiftClaimed {
			continue
		}
		_, err := m.ApproveShifts(ctx, m.leader(h.Employer), []string{h.ID})
		m.ok(err)
	}
	now, err := m.ShiftsAt(ctx, m.sessions[1].ID)
	m.ok(err)
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
	p := m.people[0]
	_, err := m.PlaceShift(ctx, m.lib(), p.ID, m.sessions[0].ID, "", false)
	m.ok(err)
	token, err := m.MakeFeed(ctx, p.ID)
	m.ok(err)
	if who, err := m.FeedPerson(ctx, token); err != nil || who != p.ID {
		t.Fatal(who, err)
	}
	if err := m.Erase(ctx, m.lib(), p.ID); models.CodeOf(err) != models.CodeState {
		t.Fatal("erased before leaving:", err)
	}
	m.ok(m.QueueMail(ctx, models.Mail{Key: "a mail", Person: p.ID, To: "p0@example.dk", Subject: "Ændring", Text: "Hej Person A"}))
	holes, err := m.Leave(ctx, m.lib(), p.ID)
	m.ok(err)
	if len(holes) != 1 || holes[0].State != staffing.ShiftAbsent {
		t.Fatalf("%+v", holes)
	}
	m.ok(m.Erase(ctx, m.lib(), p.ID))
	if _, err := m.FeedPerson(ctx, token); models.CodeOf(err) != models.CodeNotFound {
		t.Fatal("the calendar is still open:", err)
	}
	var left int
	m.ok(m.book.Pool().QueryRow(ctx, `SELECT (SELECT count(*) FROM person_private WHERE person = $1) + (SELECT count(*) FROM mail_outbox WHERE person = $1)
		+ (SELECT count(*) FROM journal_entry WHERE position(convert_to($2, 'UTF8') IN body) > 0)
		+ (SELECT count(*) FROM journal_entry WHERE position(convert_to($3, 'UTF8') IN body) > 0)
		+ (SELECT count(*) FROM person WHERE doc::text LIKE '%Person A%')`, p.ID, "Person A", "p0@example.dk").Scan(&left))
	if left != 0 {
		t.Fatalf("%d traces of the person", left)
	}
	rep, err := audits.Verify(ctx, m.dsn)
	m.ok(err)
	if !rep.OK {
		t.Fatalf("%+v", rep)
	}
}

func TestFeedTokenIsReplaced(t *testing.T) {
	t.Parallel()
	m := newTeam(t, 1)
	ctx := t.Context()
	first, err := m.MakeFeed(ctx, m.people[0].ID)
	m.ok(err)
	second, err := m.MakeFeed(ctx, m.people[0].ID)
	m.ok(err)
	if _, err := m.FeedPerson(ctx, first); models.CodeOf(err) != models.CodeNotFound {
		t.Error("the old address opens:", err)
	}
	if _, err := m.FeedPerson(ctx, second); err != nil {
		t.Error(err)
	}
	m.ok(m.RevokeFeed(ctx, m.people[0].ID))
	if _, err := m.FeedPerson(ctx, second); models.CodeOf(err) != models.CodeNotFound {
		t.Error("revoked, but open:", err)
	}
}

// An appointment taken back leaves holes and bars the person from every crew; only
// their own leader takes it back, and the journal verifies.
func TestRevokeInTheStore(t *testing.T) {
	t.Parallel()
	m := newTeam(t, 2)
	ctx, p := t.Context(), m.people[0]
	today := models.DateOf(time.Now())
	v := staffing.Revocation{By: "Borgmesteren", On: today, Why: "decision", Case: "2025-004711"}
	placed, err := m.PlaceShift(ctx, m.lib(), p.ID, m.sessions[0].ID, "", false)
	m.ok(err)
	if _, err := m.Revoke(ctx, m.city(), p.ID, m.election.ID, v); models.CodeOf(err) != models.CodeForbidden {
		t.Fatal("revoked by the other employer:", err)
	}
	if _, err := m.Revoke(ctx, m.lib(), p.ID, "NOSUCH", v); models.CodeOf(err) != models.CodeNotFound {
		t.Fatal("revoked what there is not:", err)
	}
	act := m.lib()
	holes, err := m.Revoke(ctx, act, p.ID, m.election.ID, v)
	m.ok(err)
	if len(holes) != 1 || holes[0].ID != placed[0].ID || holes[0].State != staffing.ShiftAbsent || holes[0].Sequence != placed[0].Sequence+1 {
		t.Fatalf("%+v", holes)
	}
	again, err := m.Revoke(ctx, act, p.ID, m.election.ID, v) // the same click
	if m.ok(err); len(again) != 1 {
		t.Error("a repeated click says something else:", again)
	}
	if _, err := m.PlaceShift(ctx, m.lib(), p.ID, m.sessions[2].ID, "", false); models.CodeOf(err) != models.CodeInvalid {
		t.Error("placed after the revocation:", err)
	}
	papers, err := m.Papers(ctx, p.ID)
	m.ok(err)
	if a := papers.Appointments[p.ID][0]; a.Revoked != today || a.RevokedBy != v.By || a.RevokedWhy != v.Why || a.RevokedCase != v.Case {
		t.Errorf("%+v", a)
	}
	rep, err := audits.Verify(ctx, m.dsn)
	if m.ok(err); !rep.OK {
		t.Errorf("%+v", rep)
	}
}
