package desks_test

import (
	"sync"
	"testing"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/desk"
	"github.com/brevstemme/brevstemme/models/planning"
	"github.com/brevstemme/brevstemme/models/schedule"
	"github.com/brevstemme/brevstemme/models/staffing"
	"github.com/brevstemme/brevstemme/models/store/readyplan"
	"github.com/brevstemme/brevstemme/models/store/storetest"
)

// TestDeskFromOpeningToClosing is the thin road at one library with two
// elections: open, count, undo, void, spoil, hand count that differs, explain,
// close; the equations hold at the end.
func TestDeskFromOpeningToClosing(t *testing.T) {
	t.Parallel()
	w := storetest.NewTown(t)
	ctx := t.Context()
	id := w.OpenDesk("Lystrup", 50)
	w.Now = w.Now.Add(time.Hour)
	for range 7 {
		w.Vote("anna", id, w.KV.ID, custody.Own)
	}
	w.Vote("bo", id, w.KV.ID, "0740")
	w.Vote("bo", id, w.KV.ID, custody.Unknown)
	for range 3 {
		w.Vote("anna", id, w.Aer.ID, custody.Own)
	}
	if _, err := w.Undo(ctx, w.Act("anna", ""), id, "", "", desk.Stamp{}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.VoidEnvelope(ctx, w.Act("bo", ""), id, desk.VoidCmd{Election: w.KV.ID, Destination: custody.Own, Reason: "not_signed"}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Spoil(ctx, w.Act("bo", ""), id, desk.SpoilCmd{Election: w.KV.ID, Reason: "torn"}); err != nil {
		t.Fatal(err)
	}
	x, err := w.Store.Session(ctx, id)
	w.Must(err)
	tallies, err := w.Tallies(ctx, x)
	w.Must(err)
	if tallies[0].Received != 9 || tallies[0].Voided != 1 || tallies[0].Spoiled != 1 || tallies[1].Received != 2 {
		t.Fatalf("tallies %+v", tallies)
	}
	w.Now = models.NewDate(2025, 11, 12).At(18, 5)
	_, err = w.ShutSession(ctx, w.Act("anna", ""), id, 4)
	w.Must(err)
	counts := map[string]int{"KV25/own": 6, "KV25/other": 1, "KV25/unknown": 1, w.Aer.ID + "/own": 1, w.Aer.ID + "/other": 0, w.Aer.ID + "/unknown": 0}
	x, err = w.HandCount(ctx, w.Act("anna", ""), id, counts)
	if err != nil || x.Desk.Counted != desk.CountedDiffers {
		t.Fatalf("one envelope is missing, the count says %q %v", x.Desk.Counted, err)
	}
	x, err = w.HandCount(ctx, w.Act("bo", ""), id, counts)
	w.Must(err)
	_, err = w.ExplainCount(ctx, w.Act("bo", "anna"), id, "en kuvert blev talt to gange")
	w.Must(err)
	closing := desk.CloseCmd{Left: map[string]int{custody.Material(w.KV.ID, "set"): 40, custody.Material(w.Aer.ID, "set"): 48}, Unsealed: "hentes straks af koordinatoren"}
	x, err = w.CloseSession(ctx, w.Act("anna", "bo"), id, closing)
	w.Must(err)
	if x.State != models.SessionClosed || len(x.ClosedBy) != 2 || x.Desk.Stock[custody.Material(w.KV.ID, "set")].Off() != 0 {
		t.Fatalf("closed %+v", x)
	}
	sh, err := w.Shift(ctx, id)
	w.Must(err)
	if sh.Held[custody.Material(w.KV.ID, "set")] != 0 || sh.Held[custody.Envelope(w.KV.ID, custody.Own)] != 6 || sh.Held[custody.Envelope(w.Aer.ID, custody.Own)] != 1 {
		t.Fatalf("the desk holds %v", sh.Held)
	}
	if _, err := w.Receive(ctx, w.Act("anna", ""), id, desk.ReceiveCmd{Election: w.KV.ID, Destination: custody.Own}); models.CodeOf(err) != models.CodeState {
		t.Fatalf("counted on a closed session: %v", err)
	}
}

// TestSameEventCountsOnce: double click, key repeat and retry storm.
func TestSameEventCountsOnce(t *testing.T) {
	t.Parallel()
	w := storetest.NewTown(t)
	id := w.OpenDesk("Viby", 10)
	var wg sync.WaitGroup
	act := w.Act("anna", "")
	for range 50 {
		wg.Go(func() {
			if _, err := w.Receive(t.Context(), act, id, desk.ReceiveCmd{Election: w.KV.ID, Destination: custody.Own}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	sh, err := w.Shift(t.Context(), id)
	w.Must(err)
	if n := sh.Held[custody.Envelope(w.KV.ID, custody.Own)]; n != 1 {
		t.Fatalf("counted %d times", n)
	}
}

// TestTwoDesksOnOneSession: both count at once, each undoes its own last.
func TestTwoDesksOnOneSession(t *testing.T) {
	t.Parallel()
	w := storetest.NewTown(t)
	id := w.OpenDesk("Viby", 10)
	var wg sync.WaitGroup
	for _, who := range []string{"anna", "bo"} {
		acts := make([]models.Act, 100)
		for i := range acts {
			acts[i] = w.Act(who, "")
		}
		undo := w.Act(who, "")
		wg.Go(func() {
			for _, a := range acts {
				if _, err := w.Receive(t.Context(), a, id, desk.ReceiveCmd{Election: w.KV.ID, Destination: custody.Own}); err != nil {
					t.Error(err)
				}
			}
			e, err := w.Undo(t.Context(), undo, id, "", "", desk.Stamp{})
			if err != nil || e.Undoes != acts[99].Key {
				t.Errorf("%s undid %q: %v", who, e.Undoes, err)
			}
		})
	}
	wg.Wait()
	sh, err := w.Shift(t.Context(), id)
	w.Must(err)
	if n := sh.Held[custody.Envelope(w.KV.ID, custody.Own)]; n != 198 {
		t.Fatalf("%d on the desk", n)
	}
}

// TestFrederikssund2022 replays the wrong candidate lists: two places, shown
// from 09:00 to 13:00, 120 votes received there meanwhile. Votes before, after,
// at a third place and of another election are not among them, nor are undone ones.
func TestFrederikssund2022(t *testing.T) {
	t.Parallel()
	w := storetest.NewTown(t)
	ctx, day := t.Context(), models.NewDate(2025, 11, 12)
	for _, p := range []string{"Lystrup", "Viby", "Harlev"} {
		w.OpenDesk(p, 300)
	}
	wrong, err := w.NewListVersion(ctx, w.Act("karen", ""), w.KV.ID, desk.NoticeList, "Kandidatliste 1", "ministeriet")
	w.Must(err)
	right, err := w.NewListVersion(ctx, w.Act("karen", ""), w.KV.ID, desk.NoticeList, "Kandidatliste 2", "ministeriet")
	w.Must(err)
	place := func(name string) string {
		x, err := w.Store.Session(ctx, w.At[name])
		w.Must(err)
		return x.Place
	}
	w.Now = day.At(9, 0)
	for _, p := range []string{"Lystrup", "Viby"} {
		_, err := w.HangUp(ctx, w.Act("anna", ""), wrong.ID, place(p), w.Now)
		w.Must(err)
	}
	_, err = w.HangUp(ctx, w.Act("anna", ""), right.ID, place("Harlev"), w.Now)
	w.Must(err)
	for i := range 120 {
		w.Now = day.At(9, 0).Add(time.Duration(i) * 119 * time.Second) // the last one at 12:56
		w.Vote("anna", w.At[[]string{"Lystrup", "Viby"}[i%2]], w.KV.ID, custody.Own)
	}
	w.Vote("anna", w.At["Viby"], w.KV.ID, custody.Own)
	_, err = w.Undo(ctx, w.Act("anna", ""), w.At["Viby"], "", "", desk.Stamp{})
	w.Must(err)
	w.Vote("anna", w.At["Viby"], w.Aer.ID, custody.Own)
	w.Vote("anna", w.At["Harlev"], w.KV.ID, custody.Own)
	w.Now = day.At(13, 0)
	for _, p := range []string{"Lystrup", "Viby"} {
		_, err := w.HangUp(ctx, w.Act("bo", ""), right.ID, place(p), w.Now)
		w.Must(err)
		w.Vote("bo", w.At[p], w.KV.ID, custody.Own)
	}
	got, err := w.Showings(ctx, wrong.ID, day.At(0, 0), day.Add(1).At(0, 0))
	w.Must(err)
	total := 0
	for _, sh := range got {
		total += sh.Votes
		if !sh.From.Equal(day.At(9, 0)) || !sh.Until.Equal(day.At(13, 0)) || sh.StillUp {
			t.Errorf("%s: %v–%v", sh.Place, sh.From, sh.Until)
		}
	}
	if len(got) != 2 || total != 120 {
		t.Fatalf("%d places, %d votes: %+v", len(got), total, got)
	}
	half, err := w.Showings(ctx, wrong.ID, day.At(11, 0), day.At(11, 30))
	w.Must(err)
	if len(half) != 2 || half[0].Votes+half[1].Votes != 15 {
		t.Errorf("half an hour: %+v", half)
	}
	w.Must(w.RecallVersion(ctx, w.Act("karen", ""), wrong.ID, "en liste manglede"))
	if _, err := w.HangUp(ctx, w.Act("anna", ""), wrong.ID, place("Harlev"), w.Now); models.CodeOf(err) != models.CodeState {
		t.Errorf("a recalled list was hung up: %v", err)
	}
}

// TestEmergencyPad: numbers are reserved, typed by two, counted once, and end.
func TestEmergencyPad(t *testing.T) {
	t.Parallel()
	w := storetest.NewTown(t)
	ctx := t.Context()
	id := w.OpenDesk("Harlev", 50)
	x, err := w.Store.Session(ctx, id)
	w.Must(err)
	pad, err := w.IssuePad(ctx, w.Act("karen", ""), x.Place, 3)
	w.Must(err)
	w.Now = models.NewDate(2025, 11, 12).At(14, 0)
	rows := []desk.PadRow{{Hour: 11, Election: w.KV.ID, Destination: custody.Own, N: 5}, {Hour: 12, Election: w.Aer.ID, Destination: custody.Own, N: 2}}
	f, agreed, err := w.TypePad(ctx, w.Act("anna", ""), id, pad.Forms[0], rows)
	if err != nil || agreed || f.State != desk.PadTyped {
		t.Fatalf("%+v %v %v", f, agreed, err)
	}
	// Two others type it at the same moment: it is counted once.
	acts := []models.Act{w.Act("bo", ""), w.Act("karen", "")}
	var wg sync.WaitGroup
	var mu sync.Mutex
	counted := 0
	for _, a := range acts {
		wg.Go(func() {
			_, ok, err := w.TypePad(ctx, a, id, pad.Forms[0], rows)
			mu.Lock()
			defer mu.Unlock()
			if ok && err == nil {
				counted++
			}
		})
	}
	wg.Wait()
	if counted != 1 {
		t.Fatalf("counted %d times", counted)
	}
	w.Must(w.EndPadForm(ctx, w.Act("anna", ""), pad.Forms[1], desk.PadSpoil))
	w.Must(w.EndPadForm(ctx, w.Act("anna", ""), pad.Forms[2], desk.PadReturn))
	open, err := w.PadForms(ctx, "", false)
	w.Must(err)
	if len(open) != 0 {
		t.Errorf("numbers without an end: %+v", open)
	}
	sh, err := w.Shift(ctx, id)
	w.Must(err)
	if sh.Held[custody.Envelope(w.KV.ID, custody.Own)] != 5 || sh.Stored[desk.PadItem(pad.ID)] != 0 {
		t.Errorf("held %v, stored %v", sh.Held, sh.Stored)
	}
	events, err := w.DeskEvents(ctx, id, 10)
	w.Must(err)
	for _, e := range events {
		if !e.Late || e.Form != pad.Forms[0] || e.At.After(w.Now) {
			t.Errorf("event %+v", e)
		}
	}
}

// TestBoard sees counts, the line, calls and signs of life of a day.
func TestBoard(t *testing.T) {
	t.Parallel()
	w := storetest.NewTown(t)
	ctx := t.Context()
	id := w.OpenDesk("Viby", 20)
	w.Vote("anna", id, w.KV.ID, custody.Own)
	for _, m := range []desk.MarkCmd{{What: desk.MarkLine, N: 12}, {What: desk.MarkHelp}} {
		_, err := w.Mark(ctx, w.Act("anna", ""), id, m)
		w.Must(err)
		w.Now = w.Now.Add(time.Minute)
	}
	w.Must(w.SignOfLife(ctx, id, "device-1", 3))
	lines, err := w.Board(ctx, models.NewDate(2025, 11, 12))
	w.Must(err)
	if len(lines) != 3 {
		t.Fatalf("%d lines", len(lines))
	}
	for _, l := range lines {
		if l.Session.ID != id {
			continue
		}
		if l.Total != 1 || l.Count[w.KV.ID] != 1 || l.InLine != 12 || l.Help != desk.MarkHelp || l.Waiting != 3 || l.Held[custody.Material(w.KV.ID, "set")] != 20 {
			t.Errorf("%+v", l)
		}
	}
	_, err = w.Mark(ctx, w.Act("bo", ""), id, desk.MarkCmd{What: desk.MarkFine})
	w.Must(err)
	lines, err = w.Board(ctx, models.NewDate(2025, 11, 12))
	w.Must(err)
	for _, l := range lines {
		if l.Help != "" {
			t.Errorf("the call is over, the board says %q", l.Help)
		}
	}
	hours, err := w.Hours(ctx, models.NewDate(2025, 11, 12), nil)
	if err != nil || len(hours) != 1 || hours[0].N != 1 {
		t.Errorf("hours %+v %v", hours, err)
	}
}

// TestOnlyAppointedAndInstructed: where the election asks for it, nobody enters
// a crew without a signed appointment and the required instruction.
func TestOnlyAppointedAndInstructed(t *testing.T) {
	t.Parallel()
	w := storetest.NewTown(t)
	ctx := t.Context()
	w.Must(w.SetStaffing(ctx, w.Act("karen", ""), w.KV.ID, staffing.Rules{Required: true, WishesDue: models.NewDate(2025, 11, 1)}))
	id := w.At["Viby"]
	crew := []desk.CrewCandidate{{Person: w.Who["anna"]}, {Person: w.Who["bo"]}}
	open := func() error {
		_, err := w.OpenSession(ctx, w.Act("karen", ""), id, crew, desk.OpenCmd{Override: "kun holdet prøves her"})
		return err
	}
	if err := open(); models.CodeOf(err) != models.CodeForbidden {
		t.Fatalf("opened without appointments: %v", err)
	}
	for _, name := range []string{"anna", "bo"} {
		_, err := w.Appoint(ctx, w.Act("karen", ""), w.Who[name], w.KV.ID, nil, "Borgmesteren", models.NewDate(2025, 10, 1), models.NewDate(2025, 10, 8))
		w.Must(err)
	}
	if err := open(); models.CodeOf(err) != models.CodeForbidden {
		t.Fatalf("opened without instruction: %v", err)
	}
	for _, name := range []string{"anna", "bo"} {
		w.Must(w.Instruct(ctx, w.Act("karen", ""), w.Who[name], []string{"receiving", "secrecy"}, models.NewDate(2025, 10, 9)))
	}
	w.Must(open())
	if _, err := w.JoinCrew(ctx, w.Act("anna", ""), id, w.Who["carl"]); models.CodeOf(err) != models.CodeForbidden {
		t.Errorf("carl joined without papers: %v", err)
	}
	if _, err := w.Receive(ctx, w.Act("carl", ""), id, desk.ReceiveCmd{Election: w.KV.ID, Destination: custody.Own}); models.CodeOf(err) != models.CodeForbidden {
		t.Errorf("carl counted without being in the crew: %v", err)
	}
}

// TestPractice: an exercise opens on any day, is counted like the real thing,
// and its figures stay under its own election.
func TestPractice(t *testing.T) {
	t.Parallel()
	w := storetest.NewTown(t)
	ctx := t.Context()
	e, err := w.CreateElection(ctx, w.Act("karen", ""), planning.NewElection{Type: models.TypeLocal, Name: "Øvelse", Date: models.NewDate(2025, 11, 18), Municipality: "0751", Colour: "#455A64", Word: "GRÅ", Practice: true})
	w.Must(err)
	list := "place,address,postcode,city,kind,weekday_or_date,opens,closes,note,source_url\nLystrup,Vej 1,8000,Aarhus,library,2025-11-13,09:00,18:00,,\n"
	got, err := w.ImportPlan(ctx, w.Act("karen", ""), e.ID, schedule.Check([]byte(list), schedule.Period{First: e.First, Last: e.Last}))
	w.Must(err)
	_, err = readyplan.Publish(ctx, w.Store, func() models.Act { return w.Act("karen", "") }, e.ID)
	w.Must(err)
	id := got.Sessions[0].ID
	offered, err := w.PracticeSessions(ctx, nil)
	if err != nil || len(offered) != 1 || offered[0].ID != id {
		t.Fatalf("offered %+v %v", offered, err)
	}
	_, err = w.OpenSession(ctx, w.Act("karen", ""), id, []desk.CrewCandidate{{Person: w.Who["anna"]}, {Person: w.Who["bo"]}}, desk.OpenCmd{Override: "øvelse for nye"})
	w.Must(err) // the day before its date
	w.Vote("anna", id, e.ID, custody.Own)
	x, err := w.Store.Session(ctx, id)
	w.Must(err)
	tallies, err := w.Tallies(ctx, x)
	if err != nil || len(tallies) != 1 || tallies[0].Received != 1 {
		t.Errorf("tallies %+v %v", tallies, err)
	}
	sh, err := w.Shift(ctx, w.At["Lystrup"])
	if w.Must(err); len(sh.Held) != 0 {
		t.Errorf("the real desk holds %v", sh.Held)
	}
}
