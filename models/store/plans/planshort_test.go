package plans_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/planning"
	"github.com/brevstemme/brevstemme/models/schedule"
)

// At a day's notice six of eight places stay open longer in one act: one version
// that replaces the one before, a notice for each place, told to its own people
// and to nobody else's; the other two keep their hours.
func TestExtendSixPlacesAtADaysNotice(t *testing.T) {
	t.Parallel()
	o, ctx := newOffice(t), t.Context()
	six := o.sixMoreLibraries()
	o.tickAll("Øvelse")
	_, err := o.Publish(ctx, o.karen(), o.e.ID, "")
	o.must(err)
	day := models.NewDate(2025, 11, 12)
	o.at = day.Add(-1).At(18, 0)
	act := o.karen()
	for range 2 { // a second click counts once
		r, err := o.ExtendHours(ctx, act, o.e.ID, six, day, 20*60, "Lange køer")
		o.must(err)
		if len(r.Sessions) != 6 {
			t.Fatalf("%d sessions", len(r.Sessions))
		}
	}
	if n := o.versions(); n != 2 {
		t.Fatalf("%d versions", n)
	}
	o.eachIsToldOfItsOwn(six, day)
	o.publicSeesTheSecondEdition(six, day)
	// One place that is closed by then refuses the whole act.
	if _, err := o.ExtendHours(ctx, o.karen(), o.e.ID, append(six, "VIB"), day, 20*60+30, "Igen"); err == nil {
		t.Error("extended into Viby's self-service hours")
	}
	if n := o.versions(); n != 2 {
		t.Errorf("half of a refused act was kept: %d versions", n)
	}
}

// sixMoreLibraries are B0 to B5, open from 10 to 18 on two days, and staffed until 21.
func (o *office) sixMoreLibraries() (ids []string) {
	o.t.Helper()
	list := "place,address,postcode,city,kind,weekday_or_date,opens,closes,note,source_url\n"
	for i := range 6 {
		p := models.Place{ID: fmt.Sprintf("B%d", i), Name: fmt.Sprintf("Bibliotek %d", i), Address: fmt.Sprintf("Vej %d", i), Kind: models.PlaceLibrary, Booths: 2, Model: models.ModelLibrary,
			Aids: append(slices.Clone(models.AidsEverywhere), models.AidsSomewhere...), Decision: models.Decision{Date: models.NewDate(2025, 6, 1), Body: "Byrådet", Reference: "pkt. 4"}}
		for day := 1; day <= 5; day++ {
			p.Staffed = append(p.Staffed, models.Hours{Weekday: day, Opens: 8 * 60, Closes: 21 * 60})
		}
		_, err := o.AddPlace(o.t.Context(), o.karen(), p)
		o.must(err)
		ids = append(ids, p.ID)
		for _, day := range []string{"2025-11-12", "2025-11-13"} {
			list += fmt.Sprintf("%s,%s,8000,Aarhus,library,%s,10:00,18:00,,\n", p.Name, p.Address, day)
		}
	}
	_, err := o.ImportPlan(o.t.Context(), o.karen(), o.e.ID, schedule.Check([]byte(list), planning.Window(o.e)))
	o.must(err)
	return ids
}

// versions is how many the plan has had.
func (o *office) versions() int {
	o.t.Helper()
	vs, err := o.Versions(o.t.Context(), o.e.ID)
	o.must(err)
	return len(vs)
}

// eachIsToldOfItsOwn longer hours: one notice for each place, which another place
// cannot even tick off.
func (o *office) eachIsToldOfItsOwn(places []string, day models.Date) {
	ctx := o.t.Context()
	notices, err := o.Notices(ctx, o.e.ID)
	o.must(err)
	if len(notices) != len(places) {
		o.t.Fatalf("%d notices", len(notices))
	}
	var b3 []string
	for _, n := range notices {
		if !n.Ends.Equal(day.At(18, 0)) || !n.NewEnd.Equal(day.At(20, 0)) || n.Reason != "Lange køer" || n.Version != 2 || !slices.Contains(places, n.Place) {
			o.t.Errorf("%+v", n)
		}
		if err := o.NoticeSeen(ctx, o.lead("LYS"), []string{n.ID}); models.CodeOf(err) != models.CodeNotFound {
			o.t.Errorf("a library whom it does not concern is told of %s: %v", n.Place, err)
		}
		if n.Place == "B3" {
			b3 = append(b3, n.ID)
		}
	}
	o.must(o.NoticeSeen(ctx, o.lead("B3"), b3))
}

// publicSeesTheSecondEdition, in which these places close at 20 on the day and at
// 18 on every other; whoever keeps their hours has them unchanged.
func (o *office) publicSeesTheSecondEdition(longer []string, day models.Date) {
	pub, err := o.Public(o.t.Context())
	o.must(err)
	if len(pub.Editions) != 1 || pub.Editions[0].Number != 2 || pub.Editions[0].Election != o.e.ID || !pub.Editions[0].At.Equal(o.at) {
		o.t.Errorf("editions %+v", pub.Editions)
	}
	for _, p := range pub.Places {
		for _, x := range p.Sessions {
			of := slices.Contains(longer, p.ID)
			changed, want := of && x.Date() == day, x.Date().At(18, 0)
			if changed {
				want = day.At(20, 0)
			}
			if changed != (x.Sequence == 1) || of && !x.Ends.Equal(want) {
				o.t.Errorf("%s %s: until %v, sequence %d", p.ID, x.Date(), x.Ends, x.Sequence)
			}
		}
	}
}

// Ten coordinators save at the same moment: each of those who typed in cells of
// their own succeeds, of those who typed in the same cell exactly one; the others
// learn what stands there now.
func TestEditorsAtTheSameMoment(t *testing.T) {
	t.Parallel()
	o, ctx := newOffice(t), t.Context()
	day := models.NewDate(2025, 11, 3)
	type answer struct {
		own       bool
		conflicts []planning.Conflict
		err       error
	}
	answers := make(chan answer, 10)
	var wg sync.WaitGroup
	for i := range 10 {
		act := o.karen()
		cell := planning.Cell{Place: "VIB", Day: day, Now: []planning.Span{{From: 600 + 10*i, To: 960}}}
		if i < 5 {
			cell.Place, cell.Day = "LYS", day.Add(i)
		}
		wg.Go(func() {
			_, conflicts, err := o.EditPlan(ctx, act, o.e.ID, []planning.Cell{cell}, "")
			answers <- answer{i < 5, conflicts, err}
		})
	}
	wg.Wait()
	close(answers)
	won := 0
	for a := range answers {
		switch {
		case a.err == nil && !a.own:
			won++
		case a.err != nil && a.own:
			t.Errorf("refused in a cell of its own: %v", a.err)
		case a.err != nil && (models.CodeOf(a.err) != models.CodeConflict || len(a.conflicts) != 1 || len(a.conflicts[0].Is) != 1):
			t.Errorf("%v %+v", a.err, a.conflicts)
		}
	}
	if won != 1 {
		t.Errorf("%d of five wrote the same cell", won)
	}
	if lys, vib := o.sessions("LYS"), o.sessions("VIB"); len(lys) != 7 || len(vib) != 2 {
		t.Errorf("%d and %d sessions", len(lys), len(vib))
	}
}

// A vote that is called off takes only its own sessions along: those that serve
// another go on without it, those that are open are left to the desk.
func TestCalledOffBesideAnother(t *testing.T) {
	t.Parallel()
	o, ctx := newOffice(t), t.Context()
	o.tickAll("Øvelse")
	_, err := o.Publish(ctx, o.karen(), o.e.ID, "")
	o.must(err)
	aer, err := o.CreateElection(ctx, o.karen(), planning.NewElection{Type: models.TypeSeniors, Name: "Ældrerådsvalg 2025", Date: models.NewDate(2025, 11, 18), Municipality: "0751", Colour: "#2E7D32", Word: "GRØN"})
	o.must(err)
	lys := o.sessions("LYS")
	_, err = o.ServeAlso(ctx, o.karen(), lys[0].ID, aer.ID)
	o.must(err)
	if e, err := o.Election(ctx, aer.ID); err != nil || e.State != models.ElectionRunning {
		t.Errorf("served at a published session, the election is %s %v", e.State, err)
	}
	if err := o.CancelElection(ctx, o.karen(), aer.ID, ""); models.CodeOf(err) != models.CodeInvalid {
		t.Errorf("called off without a reason: %v", err)
	}
	o.must(o.CancelElection(ctx, o.karen(), aer.ID, "Kun én liste stiller op"))
	got := o.sessions("LYS")
	if len(got) != 2 || got[0].Serves(aer.ID) || !got[0].Serves(o.e.ID) || got[0].State != models.SessionPublished || got[0].Sequence != 2 {
		t.Errorf("%+v", got)
	}
	pub, err := o.Public(ctx)
	o.must(err)
	if len(pub.Places) != 2 || len(pub.Elections) != 1 || len(pub.CalledOff) != 1 || pub.CalledOff[0].ClosedReason != "Kun én liste stiller op" {
		t.Errorf("%d places, %d elections, %d called off", len(pub.Places), len(pub.Elections), len(pub.CalledOff))
	}
	if err := o.CancelElection(ctx, o.karen(), aer.ID, "Igen"); !errors.As(err, new(*models.Error)) || models.CodeOf(err) != models.CodeState {
		t.Errorf("called off twice: %v", err)
	}
	if err := o.MoveElection(ctx, o.karen(), aer.ID, models.NewDate(2026, 1, 20), models.Date{}, "Omvalg"); err == nil {
		t.Error("what is called off was moved")
	}
}

// An election that is served beside another starts when their sessions are
// published, though its own plan has no draft left to publish; one that is over is
// served nowhere.
func TestPublishedBesideAnother(t *testing.T) {
	t.Parallel()
	o, ctx := newOffice(t), t.Context()
	create := func(name, day string) models.Election {
		t.Helper()
		d, err := models.ParseDate(day)
		o.must(err)
		e, err := o.CreateElection(ctx, o.karen(), planning.NewElection{Type: models.TypeSeniors, Name: name, Date: d, Municipality: "0751", Colour: "#2E7D32", Word: "GRØN"})
		o.must(err)
		return e
	}
	beside, alone := create("Ældrerådsvalg 2025", "2025-11-18"), create("Ældrerådsvalg i et distrikt", "2025-11-18")
	_, err := o.ServeAlso(ctx, o.karen(), o.sessions("LYS")[0].ID, beside.ID)
	o.must(err)
	state := func(id string) models.ElectionState {
		t.Helper()
		e, err := o.Election(ctx, id)
		o.must(err)
		return e.State
	}
	if s := state(beside.ID); s != models.ElectionPlanned {
		t.Fatalf("served at a draft, the election is %s", s)
	}
	o.tickAll("Øvelse")
	_, err = o.Publish(ctx, o.karen(), o.e.ID, "")
	o.must(err)
	if a, b, c := state(o.e.ID), state(beside.ID), state(alone.ID); a != models.ElectionRunning || b != models.ElectionRunning || c != models.ElectionPlanned {
		t.Fatalf("published: %s, beside it: %s, not served: %s", a, b, c)
	}
	o.must(o.CancelElection(ctx, o.karen(), alone.ID, "Kun én liste stiller op"))
	if _, err := o.ServeAlso(ctx, o.karen(), o.sessions("LYS")[1].ID, alone.ID); models.CodeOf(err) != models.CodeState {
		t.Fatalf("called off and served: %v", err)
	}
}
