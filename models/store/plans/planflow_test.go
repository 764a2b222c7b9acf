package plans_test

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/planning"
	"github.com/brevstemme/brevstemme/models/schedule"
	"github.com/brevstemme/brevstemme/models/store"
	"github.com/brevstemme/brevstemme/models/store/plans"
	"github.com/brevstemme/brevstemme/models/store/storetest"
)

// office is a municipality that plans: one local election, two libraries.
type office struct {
	*store.Store
	t  *testing.T
	e  models.Election
	n  int
	at time.Time
}

const officeList = "place,address,postcode,city,kind,weekday_or_date,opens,closes,note,source_url\n" +
	"Lystrup Bibliotek,Bystævnet 4,8520,Lystrup,library,2025-11-12,10:00,18:00,,\n" +
	"Lystrup Bibliotek,Bystævnet 4,8520,Lystrup,library,2025-11-14,09:00,16:00,,\n" +
	"Viby Bibliotek,Skanderborgvej 170,8260,Viby J,library,2025-11-12,10:00,16:00,,\n"

func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{t: t, at: models.NewDate(2025, 10, 1).At(9, 0)}
	o.Store = storetest.Open(t, store.Config{Clock: func() time.Time { return o.at }})
	s := o.Store
	var err error
	o.e, err = s.CreateElection(t.Context(), o.karen(), planning.NewElection{Type: models.TypeLocal, Name: "Kommunalvalg 2025", Date: models.NewDate(2025, 11, 18), Municipality: "0751", Colour: "#1A5FB4", Word: "BLÅ"})
	o.must(err)
	for _, p := range []models.Place{{ID: "LYS", Name: "Lystrup Bibliotek", Address: "Bystævnet 4"}, {ID: "VIB", Name: "Viby Bibliotek", Address: "Skanderborgvej 170"}} {
		p.Kind, p.Booths, p.Model = models.PlaceLibrary, 2, models.ModelLibrary
		p.Aids = append(slices.Clone(models.AidsEverywhere), models.AidsSomewhere...)
		p.Decision = models.Decision{Date: models.NewDate(2025, 6, 1), Body: "Byrådet", Reference: "pkt. 4"}
		for day := 1; day <= 5; day++ {
			p.Staffed = append(p.Staffed, models.Hours{Weekday: day, Opens: 9 * 60, Closes: 19 * 60})
			p.SelfService = append(p.SelfService, models.Hours{Weekday: day, Opens: 19 * 60, Closes: 22 * 60})
		}
		_, err := s.AddPlace(t.Context(), o.karen(), p)
		o.must(err)
	}
	_, err = s.ImportPlan(t.Context(), o.karen(), o.e.ID, schedule.Check([]byte(officeList), planning.Window(o.e)))
	o.must(err)
	return o
}

func (o *office) must(err error) {
	o.t.Helper()
	if err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) as(role models.Role, places ...string) models.Act {
	o.n++
	k := fmt.Sprintf("office-%04d", o.n)
	return models.Act{Key: k, Digest: sha256.Sum256([]byte(k)), Role: role, Places: places}
}

func (o *office) karen() models.Act                { return o.as(models.RoleCoordinator) }
func (o *office) lead(places ...string) models.Act { return o.as(models.RoleLibraryLead, places...) }

// at place, in order of time.
func (o *office) sessions(place string) []models.Session {
	o.t.Helper()
	all, err := o.Sessions(o.t.Context(), o.e.ID, time.Time{}, time.Time{})
	o.must(err)
	return slices.DeleteFunc(all, func(x models.Session) bool { return x.Place != place || x.State == models.SessionCancelled })
}

func ids(xs []models.Session) []string {
	var out []string
	for _, x := range xs {
		out = append(out, x.ID)
	}
	return out
}

func (o *office) agree(by models.Act, st plans.AgreementStep) []planning.Agreement {
	o.t.Helper()
	out, err := o.Agree(o.t.Context(), by, st)
	o.must(err)
	return out
}

func (o *office) findings() map[planning.Code]int {
	o.t.Helper()
	p, _, err := o.Plan(o.t.Context(), o.e.ID)
	o.must(err)
	out := map[planning.Code]int{}
	for _, f := range planning.Of(p, o.e.ID) {
		out[f.Code]++
	}
	return out
}

func (o *office) tickAll(reason string) {
	o.t.Helper()
	p, ticks, err := o.Plan(o.t.Context(), o.e.ID)
	o.must(err)
	var which []planning.Tick
	for _, f := range planning.Blocking(planning.Of(p, o.e.ID), ticks.Ticks) {
		which = append(which, planning.Tick{Code: f.Code, Place: f.Place, Session: f.Session})
	}
	o.must(o.Tick(o.t.Context(), o.karen(), o.e.ID, which, reason))
}

// The whole road: propose a series, counter, take, decline, tick, publish,
// change at short notice.
func TestPlanFromProposalToShortNotice(t *testing.T) {
	t.Parallel()
	o, ctx := newOffice(t), t.Context()
	lys, vib := o.sessions("LYS"), o.sessions("VIB")
	if n := o.findings(); n[planning.NoAgreement] != 3 {
		t.Fatalf("before asking: %v", n)
	}
	asked := o.agree(o.karen(), plans.AgreementStep{Sessions: append(ids(lys), ids(vib)...), Act: planning.AgreementPropose, Due: models.NewDate(2025, 10, 10)})
	if asked[0].Series == "" || asked[0].State != planning.AgreementProposed {
		t.Fatalf("%+v", asked[0])
	}
	talks, err := o.Talks(ctx, []string{"LYS"}, "")
	o.must(err)
	if len(talks) != 2 || talks[0].Series != talks[1].Series || !talks[0].Remind(models.NewDate(2025, 10, 9)) {
		t.Fatalf("series: %+v", talks)
	}
	if _, err := o.Agree(ctx, o.lead("VIB"), plans.AgreementStep{Sessions: ids(lys), Act: planning.AgreementAccept}); models.CodeOf(err) != models.CodeForbidden {
		t.Errorf("another library's lead answers: %v", err)
	}
	if _, err := o.Agree(ctx, o.lead("LYS"), plans.AgreementStep{Sessions: ids(lys), Act: planning.AgreementDecline}); models.CodeOf(err) != models.CodeInvalid {
		t.Errorf("declined without a reason: %v", err)
	}
	o.agree(o.lead("LYS"), plans.AgreementStep{Sessions: ids(lys[:1]), Act: planning.AgreementCounter, Hours: &planning.Span{From: 11 * 60, To: 18 * 60}, Reason: "Møde til kl. 11"})
	o.agree(o.lead("LYS"), plans.AgreementStep{Sessions: ids(lys[1:]), Act: planning.AgreementAccept})
	o.agree(o.karen(), plans.AgreementStep{Sessions: ids(lys[:1]), Act: planning.AgreementTake})
	if got := o.sessions("LYS")[0]; !got.Starts.Equal(models.NewDate(2025, 11, 12).At(11, 0)) {
		t.Errorf("the agreed hours are not the plan's: %v", got.Starts)
	}
	o.agree(o.lead("VIB"), plans.AgreementStep{Sessions: ids(vib), Act: planning.AgreementDecline, Reason: "Ombygning"})
	if n := o.findings(); n[planning.Declined] != 1 || n[planning.NoAgreement] != 0 {
		t.Errorf("the hole: %v", n)
	}
	if _, err := o.Publish(ctx, o.karen(), o.e.ID, ""); models.CodeOf(err) != models.CodeState {
		t.Errorf("published with an open warning: %v", err)
	}
	o.tickAll("Viby afløses af Lystrup")
	v, err := o.Publish(ctx, o.karen(), o.e.ID, "")
	o.must(err)
	if v.Number != 1 || len(v.Sessions) != 2 {
		t.Errorf("a hole was published, or a session not: %+v", v)
	}
	pub, err := o.Public(ctx)
	o.must(err)
	if len(pub.Places) != 1 || pub.Places[0].ID != "LYS" {
		t.Errorf("public: %+v", pub.Places)
	}
	o.shortNotice(lys[0].ID)
}

func (o *office) shortNotice(session string) {
	t, ctx := o.t, o.t.Context()
	o.at = models.NewDate(2025, 11, 11).At(12, 0)
	day := models.NewDate(2025, 11, 12)
	if _, err := o.ExtendHours(ctx, o.karen(), o.e.ID, []string{"LYS"}, day, 19*60, ""); models.CodeOf(err) != models.CodeInvalid {
		t.Errorf("changed a promise without a reason: %v", err)
	}
	if _, err := o.ExtendHours(ctx, o.karen(), o.e.ID, []string{"LYS"}, day, 21*60, "Kø"); models.CodeOf(err) != models.CodeInvalid {
		t.Errorf("extended into self-service: %v", err)
	}
	_, err := o.ExtendHours(ctx, o.karen(), o.e.ID, []string{"LYS"}, day, 19*60, "Lang kø i går")
	o.must(err)
	vs, err := o.Versions(ctx, o.e.ID)
	o.must(err)
	pub, err := o.Public(ctx)
	o.must(err)
	if len(vs) != 2 || vs[0].Number != 2 || len(pub.Notices) != 1 || pub.Places[0].Sessions[0].Sequence != 1 {
		t.Fatalf("%d versions, %+v", len(vs), pub.Notices)
	}
	n := pub.Notices[0]
	if n.Session != session || !n.Ends.Equal(day.At(18, 0)) || !n.NewEnd.Equal(day.At(19, 0)) || n.Reason != "Lang kø i går" || n.Version != 2 {
		t.Errorf("notice %+v", n)
	}
	o.must(o.NoticeSeen(ctx, o.lead("LYS"), []string{n.ID}))
	if err := o.NoticeSeen(ctx, o.lead("VIB"), []string{n.ID}); models.CodeOf(err) != models.CodeNotFound {
		t.Errorf("another library reads it: %v", err)
	}
	r, err := o.ChangeSession(ctx, o.karen(), o.e.ID, session, plans.SessionChange{Cancel: true}, "Vandskade")
	o.must(err)
	if r.Sessions[0].State != models.SessionCancelled || r.Sessions[0].Sequence != 2 {
		t.Errorf("%+v", r.Sessions[0])
	}
	if pub, err = o.Public(ctx); err != nil || len(pub.Places[0].Cancelled) != 1 || pub.Notices[0].Kind != planning.Removed {
		t.Errorf("%v %+v", err, pub.Notices)
	}
}

// Two coordinators edit the same week: the second is told, and nothing is lost.
func TestTheSecondEditorSeesWhatChanged(t *testing.T) {
	t.Parallel()
	o, ctx := newOffice(t), t.Context()
	day := models.NewDate(2025, 11, 12)
	was := []planning.Span{{From: 600, To: 1080}}
	cell := func(from, to int) planning.Cell {
		return planning.Cell{Place: "LYS", Day: day, Was: was, Now: []planning.Span{{From: from, To: to}}}
	}
	if _, _, err := o.EditPlan(ctx, o.karen(), o.e.ID, []planning.Cell{cell(540, 1080)}, ""); err != nil {
		t.Fatal(err)
	}
	other := planning.Cell{Place: "VIB", Day: day, Was: []planning.Span{{From: 600, To: 960}}, Now: []planning.Span{{From: 600, To: 900}}}
	_, conflicts, err := o.EditPlan(ctx, o.karen(), o.e.ID, []planning.Cell{other, cell(660, 1080)}, "")
	if models.CodeOf(err) != models.CodeConflict || len(conflicts) != 1 || planning.FormatSpans(conflicts[0].Is) != "9-18" {
		t.Fatalf("%v %+v", err, conflicts)
	}
	if got := o.sessions("VIB")[0]; !got.Ends.Equal(day.At(16, 0)) {
		t.Error("half of the second edit was kept")
	}
	// Adding, emptying and two spans in one cell.
	_, _, err = o.EditPlan(ctx, o.karen(), o.e.ID, []planning.Cell{{Place: "VIB", Day: day.Add(1), Now: []planning.Span{{From: 540, To: 720}, {From: 780, To: 960}}}, {Place: "VIB", Day: day, Was: other.Was}}, "")
	o.must(err)
	if got := o.sessions("VIB"); len(got) != 2 || got[0].Date() != day.Add(1) {
		t.Errorf("%+v", got)
	}
}

func TestSplitAndMergeSessions(t *testing.T) {
	t.Parallel()
	o, ctx := newOffice(t), t.Context()
	x := o.sessions("LYS")[0]
	r, err := o.SplitSession(ctx, o.karen(), o.e.ID, x.ID, x.Date().At(13, 0), "")
	o.must(err)
	if got := o.sessions("LYS"); len(got) != 3 || !got[0].Ends.Equal(got[1].Starts) {
		t.Fatalf("%+v", got)
	}
	_, err = o.MergeSessions(ctx, o.karen(), o.e.ID, x.ID, r.Sessions[1].ID, "")
	o.must(err)
	if got := o.sessions("LYS"); len(got) != 2 || !got[0].Ends.Equal(x.Ends) {
		t.Errorf("%+v", got)
	}
}

// An act sent twice counts once: no second version, no second notice.
func TestPublishingTwiceIsOnce(t *testing.T) {
	t.Parallel()
	o, ctx := newOffice(t), t.Context()
	o.tickAll("Øvelse")
	act := o.karen()
	for range 2 {
		if v, err := o.Publish(ctx, act, o.e.ID, ""); err != nil || v.Number != 1 {
			t.Fatalf("%v %v", v.Number, err)
		}
	}
	if _, err := o.Publish(ctx, o.karen(), o.e.ID, "igen"); models.CodeOf(err) != models.CodeState {
		t.Errorf("nothing new was published: %v", err)
	}
}

// An election that moves takes its window along; sessions outside it are
// cancelled and said so. One that is called off cancels all of its own.
func TestElectionMovedAndCalledOff(t *testing.T) {
	t.Parallel()
	o, ctx := newOffice(t), t.Context()
	o.tickAll("Øvelse")
	_, err := o.Publish(ctx, o.karen(), o.e.ID, "")
	o.must(err)
	if err := o.MoveElection(ctx, o.karen(), o.e.ID, models.NewDate(2025, 12, 16), models.Date{}, ""); models.CodeOf(err) != models.CodeInvalid {
		t.Errorf("moved without a reason: %v", err)
	}
	o.must(o.MoveElection(ctx, o.karen(), o.e.ID, models.NewDate(2026, 1, 20), models.Date{}, "Omvalg"))
	e, err := o.Election(ctx, o.e.ID)
	o.must(err)
	pub, err := o.Public(ctx)
	o.must(err)
	if e.Date != models.NewDate(2026, 1, 20) || !e.First.After(models.NewDate(2025, 11, 20)) || len(o.sessions("LYS")) != 0 || len(pub.Notices) != 3 || pub.Notices[0].Reason != "Omvalg" {
		t.Errorf("%+v, %d notices", e, len(pub.Notices))
	}
	_, _, err = o.EditPlan(ctx, o.karen(), o.e.ID, []planning.Cell{{Place: "LYS", Day: models.NewDate(2026, 1, 14), Now: []planning.Span{{From: 600, To: 1080}}}}, "")
	o.must(err)
	o.must(o.CancelElection(ctx, o.karen(), o.e.ID, "Valget er udskudt på ubestemt tid"))
	if e, err = o.Election(ctx, o.e.ID); err != nil || e.State != models.ElectionCancelled || len(o.sessions("LYS")) != 0 {
		t.Errorf("%v %v", e.State, err)
	}
}

// Dates are set by hand only with reason and reference, and the protocol is
// decided in full or not at all.
func TestElectionDatesAndProtocol(t *testing.T) {
	t.Parallel()
	o, ctx := newOffice(t), t.Context()
	set := models.Override{Rule: "open_first", Date: models.NewDate(2025, 10, 14), Reason: "Materialet kom sent"}
	if err := o.SetElectionDate(ctx, o.karen(), o.e.ID, set); models.CodeOf(err) != models.CodeInvalid {
		t.Errorf("no reference: %v", err)
	}
	set.Reference = "Sag 25/1234"
	o.must(o.SetElectionDate(ctx, o.karen(), o.e.ID, set))
	if e, err := o.Election(ctx, o.e.ID); err != nil || e.First != set.Date || len(e.Supplement) != 1 {
		t.Errorf("%+v %v", e, err)
	}
	if err := o.DecideProtocol(ctx, o.karen(), o.e.ID, models.Decision{Body: "Byrådet"}); models.CodeOf(err) != models.CodeInvalid {
		t.Errorf("half a decision: %v", err)
	}
	o.must(o.DecideProtocol(ctx, o.karen(), o.e.ID, models.Decision{Date: models.NewDate(2025, 9, 1), Body: "Byrådet", Reference: "pkt. 9"}))
}

// A copy lies on the same weekdays, the same number of weeks before the last day.
func TestElectionCopiedFromAnEarlierOne(t *testing.T) {
	t.Parallel()
	o, ctx := newOffice(t), t.Context()
	e, err := o.CreateElection(ctx, o.karen(), planning.NewElection{Type: models.TypeLocal, Name: "Kommunalvalg 2029", Date: models.NewDate(2029, 11, 20), Municipality: "0751", Colour: "#1A5FB4", Word: "BLÅ", CopiedFrom: o.e.ID})
	o.must(err)
	got, err := o.Sessions(ctx, e.ID, time.Time{}, time.Time{})
	o.must(err)
	if len(got) != 3 || got[2].Date().Weekday() != time.Friday || got[2].Date() != e.Last || got[0].State != models.SessionDraft {
		t.Errorf("%+v", got)
	}
}
