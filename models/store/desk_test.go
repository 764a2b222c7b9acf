package store

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
)

// TestDeskFromOpeningToClosing is the thin road at one library with two
// elections: open, count, undo, void, spoil, hand count that differs, explain,
// close; the equations hold at the end.
func TestDeskFromOpeningToClosing(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	ctx := t.Context()
	id := w.open("Lystrup", 50)
	w.now = w.now.Add(time.Hour)
	for range 7 {
		w.receive("anna", id, w.kv.ID, custody.Own)
	}
	w.receive("bo", id, w.kv.ID, "0740")
	w.receive("bo", id, w.kv.ID, custody.Unknown)
	for range 3 {
		w.receive("anna", id, w.aer.ID, custody.Own)
	}
	if _, err := w.Undo(ctx, w.act("anna", ""), id, "", "", desk.Stamp{}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.VoidEnvelope(ctx, w.act("bo", ""), id, desk.VoidCmd{Election: w.kv.ID, Destination: custody.Own, Reason: "not_signed"}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Spoil(ctx, w.act("bo", ""), id, desk.SpoilCmd{Election: w.kv.ID, Reason: "torn"}); err != nil {
		t.Fatal(err)
	}
	x, err := w.Store.Session(ctx, id)
	w.must(err)
	tallies, err := w.Tallies(ctx, x)
	w.must(err)
	if tallies[0].Received != 9 || tallies[0].Voided != 1 || tallies[0].Spoiled != 1 || tallies[1].Received != 2 {
		t.Fatalf("tallies %+v", tallies)
	}
	w.now = models.NewDate(2025, 11, 12).At(18, 5)
	_, err = w.ShutSession(ctx, w.act("anna", ""), id, 4)
	w.must(err)
	counts := map[string]int{"KV25/own": 6, "KV25/other": 1, "KV25/unknown": 1, w.aer.ID + "/own": 1, w.aer.ID + "/other": 0, w.aer.ID + "/unknown": 0}
	x, err = w.HandCount(ctx, w.act("anna", ""), id, counts)
	if err != nil || x.Desk.Counted != desk.CountedDiffers {
		t.Fatalf("one envelope is missing, the count says %q %v", x.Desk.Counted, err)
	}
	x, err = w.HandCount(ctx, w.act("bo", ""), id, counts)
	w.must(err)
	_, err = w.ExplainCount(ctx, w.act("bo", "anna"), id, "en kuvert blev talt to gange")
	w.must(err)
	closing := desk.CloseCmd{Left: map[string]int{custody.Material(w.kv.ID, "set"): 40, custody.Material(w.aer.ID, "set"): 48}, Unsealed: "hentes straks af koordinatoren"}
	x, err = w.CloseSession(ctx, w.act("anna", "bo"), id, closing)
	w.must(err)
	if x.State != models.SessionClosed || len(x.ClosedBy) != 2 || x.Desk.Stock[custody.Material(w.kv.ID, "set")].Off() != 0 {
		t.Fatalf("closed %+v", x)
	}
	sh, err := w.Shift(ctx, id)
	w.must(err)
	if sh.Held[custody.Material(w.kv.ID, "set")] != 0 || sh.Held[custody.Envelope(w.kv.ID, custody.Own)] != 6 || sh.Held[custody.Envelope(w.aer.ID, custody.Own)] != 1 {
		t.Fatalf("the desk holds %v", sh.Held)
	}
	if _, err := w.Receive(ctx, w.act("anna", ""), id, desk.ReceiveCmd{Election: w.kv.ID, Destination: custody.Own}); models.CodeOf(err) != models.CodeState {
		t.Fatalf("counted on a closed session: %v", err)
	}
}

// TestSameEventCountsOnce: double click, key repeat and retry storm.
func TestSameEventCountsOnce(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	id := w.open("Viby", 10)
	var wg sync.WaitGroup
	act := w.act("anna", "")
	for range 50 {
		wg.Go(func() {
			if _, err := w.Receive(t.Context(), act, id, desk.ReceiveCmd{Election: w.kv.ID, Destination: custody.Own}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	sh, err := w.Shift(t.Context(), id)
	w.must(err)
	if n := sh.Held[custody.Envelope(w.kv.ID, custody.Own)]; n != 1 {
		t.Fatalf("counted %d times", n)
	}
}

// TestTwoDesksOnOneSession: both count at once, each undoes its own last.
func TestTwoDesksOnOneSession(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	id := w.open("Viby", 10)
	var wg sync.WaitGroup
	for _, who := range []string{"anna", "bo"} {
		acts := make([]models.Act, 100)
		for i := range acts {
			acts[i] = w.act(who, "")
		}
		undo := w.act(who, "")
		wg.Go(func() {
			for _, a := range acts {
				if _, err := w.Receive(t.Context(), a, id, desk.ReceiveCmd{Election: w.kv.ID, Destination: custody.Own}); err != nil {
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
	w.must(err)
	if n := sh.Held[custody.Envelope(w.kv.ID, custody.Own)]; n != 198 {
		t.Fatalf("%d on the desk", n)
	}
}

// TestFrederikssund2022 replays the wrong candidate lists: two places, shown
// from 09:00 to 13:00, 120 votes received there meanwhile. Votes before, after,
// at a third place and of another election are not among them, nor are undone ones.
func TestFrederikssund2022(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	ctx, day := t.Context(), models.NewDate(2025, 11, 12)
	for _, p := range []string{"Lystrup", "Viby", "Harlev"} {
		w.open(p, 300)
	}
	wrong, err := w.NewListVersion(ctx, w.act("karen", ""), w.kv.ID, desk.NoticeList, "Kandidatliste 1", "ministeriet")
	w.must(err)
	right, err := w.NewListVersion(ctx, w.act("karen", ""), w.kv.ID, desk.NoticeList, "Kandidatliste 2", "ministeriet")
	w.must(err)
	place := func(name string) string {
		x, err := w.Store.Session(ctx, w.sessions[name])
		w.must(err)
		return x.Place
	}
	w.now = day.At(9, 0)
	for _, p := range []string{"Lystrup", "Viby"} {
		_, err := w.HangUp(ctx, w.act("anna", ""), wrong.ID, place(p), w.now)
		w.must(err)
	}
	_, err = w.HangUp(ctx, w.act("anna", ""), right.ID, place("Harlev"), w.now)
	w.must(err)
	for i := range 120 {
		w.now = day.At(9, 0).Add(time.Duration(i) * 119 * time.Second) // the last one at 12:56
		w.receive("anna", w.sessions[[]string{"Lystrup", "Viby"}[i%2]], w.kv.ID, custody.Own)
	}
	w.receive("anna", w.sessions["Viby"], w.kv.ID, custody.Own)
	_, err = w.Undo(ctx, w.act("anna", ""), w.sessions["Viby"], "", "", desk.Stamp{})
	w.must(err)
	w.receive("anna", w.sessions["Viby"], w.aer.ID, custody.Own)
	w.receive("anna", w.sessions["Harlev"], w.kv.ID, custody.Own)
	w.now = day.At(13, 0)
	for _, p := range []string{"Lystrup", "Viby"} {
		_, err := w.HangUp(ctx, w.act("bo", ""), right.ID, place(p), w.now)
		w.must(err)
		w.receive("bo", w.sessions[p], w.kv.ID, custody.Own)
	}
	got, err := w.Showings(ctx, wrong.ID, day.At(0, 0), day.Add(1).At(0, 0))
	w.must(err)
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
	w.must(err)
	if len(half) != 2 || half[0].Votes+half[1].Votes != 15 {
		t.Errorf("half an hour: %+v", half)
	}
	w.must(w.RecallVersion(ctx, w.act("karen", ""), wrong.ID, "en liste manglede"))
	if _, err := w.HangUp(ctx, w.act("anna", ""), wrong.ID, place("Harlev"), w.now); models.CodeOf(err) != models.CodeState {
		t.Errorf("a recalled list was hung up: %v", err)
	}
}

// TestEmergencyPad: numbers are reserved, typed by two, counted once, and end.
func TestEmergencyPad(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	ctx := t.Context()
	id := w.open("Harlev", 50)
	x, err := w.Store.Session(ctx, id)
	w.must(err)
	pad, err := w.IssuePad(ctx, w.act("karen", ""), x.Place, 3)
	w.must(err)
	w.now = models.NewDate(2025, 11, 12).At(14, 0)
	rows := []desk.PadRow{{Hour: 11, Election: w.kv.ID, Destination: custody.Own, N: 5}, {Hour: 12, Election: w.aer.ID, Destination: custody.Own, N: 2}}
	f, agreed, err := w.TypePad(ctx, w.act("anna", ""), id, pad.Forms[0], rows)
	if err != nil || agreed || f.State != desk.PadTyped {
		t.Fatalf("%+v %v %v", f, agreed, err)
	}
	// Two others type it at the same moment: it is counted once.
	acts := []models.Act{w.act("bo", ""), w.act("karen", "")}
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
	w.must(w.EndPadForm(ctx, w.act("anna", ""), pad.Forms[1], desk.PadSpoil))
	w.must(w.EndPadForm(ctx, w.act("anna", ""), pad.Forms[2], desk.PadReturn))
	open, err := w.PadForms(ctx, "", false)
	w.must(err)
	if len(open) != 0 {
		t.Errorf("numbers without an end: %+v", open)
	}
	sh, err := w.Shift(ctx, id)
	w.must(err)
	if sh.Held[custody.Envelope(w.kv.ID, custody.Own)] != 5 || sh.Stored[desk.PadItem(pad.ID)] != 0 {
		t.Errorf("held %v, stored %v", sh.Held, sh.Stored)
	}
	events, err := w.DeskEvents(ctx, id, 10)
	w.must(err)
	for _, e := range events {
		if !e.Late || e.Form != pad.Forms[0] || e.At.After(w.now) {
			t.Errorf("event %+v", e)
		}
	}
}

// TestBoard sees counts, the line, calls and signs of life of a day.
func TestBoard(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	ctx := t.Context()
	id := w.open("Viby", 20)
	w.receive("anna", id, w.kv.ID, custody.Own)
	for _, m := range []desk.MarkCmd{{What: desk.MarkLine, N: 12}, {What: desk.MarkHelp}} {
		_, err := w.Mark(ctx, w.act("anna", ""), id, m)
		w.must(err)
		w.now = w.now.Add(time.Minute)
	}
	w.must(w.SignOfLife(ctx, id, "device-1", 3))
	lines, err := w.Board(ctx, models.NewDate(2025, 11, 12))
	w.must(err)
	if len(lines) != 3 {
		t.Fatalf("%d lines", len(lines))
	}
	for _, l := range lines {
		if l.Session.ID != id {
			continue
		}
		if l.Total != 1 || l.Count[w.kv.ID] != 1 || l.InLine != 12 || l.Help != desk.MarkHelp || l.Waiting != 3 || l.Held[custody.Material(w.kv.ID, "set")] != 20 {
			t.Errorf("%+v", l)
		}
	}
	_, err = w.Mark(ctx, w.act("bo", ""), id, desk.MarkCmd{What: desk.MarkFine})
	w.must(err)
	lines, err = w.Board(ctx, models.NewDate(2025, 11, 12))
	w.must(err)
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
	w := newTown(t)
	ctx := t.Context()
	w.must(w.SetStaffing(ctx, w.act("karen", ""), w.kv.ID, staffing.Rules{Required: true, WishesDue: models.NewDate(2025, 11, 1)}))
	id := w.sessions["Viby"]
	crew := []desk.CrewCandidate{{Person: w.people["anna"]}, {Person: w.people["bo"]}}
	open := func() error {
		_, err := w.OpenSession(ctx, w.act("karen", ""), id, crew, desk.OpenCmd{Override: "kun holdet prøves her"})
		return err
	}
	if err := open(); models.CodeOf(err) != models.CodeForbidden {
		t.Fatalf("opened without appointments: %v", err)
	}
	for _, name := range []string{"anna", "bo"} {
		_, err := w.Appoint(ctx, w.act("karen", ""), w.people[name], w.kv.ID, nil, "Borgmesteren", models.NewDate(2025, 10, 1), models.NewDate(2025, 10, 8))
		w.must(err)
	}
	if err := open(); models.CodeOf(err) != models.CodeForbidden {
		t.Fatalf("opened without instruction: %v", err)
	}
	for _, name := range []string{"anna", "bo"} {
		w.must(w.Instruct(ctx, w.act("karen", ""), w.people[name], []string{"receiving", "secrecy"}, models.NewDate(2025, 10, 9)))
	}
	w.must(open())
	if _, err := w.JoinCrew(ctx, w.act("anna", ""), id, w.people["carl"]); models.CodeOf(err) != models.CodeForbidden {
		t.Errorf("carl joined without papers: %v", err)
	}
	if _, err := w.Receive(ctx, w.act("carl", ""), id, desk.ReceiveCmd{Election: w.kv.ID, Destination: custody.Own}); models.CodeOf(err) != models.CodeForbidden {
		t.Errorf("carl counted without being in the crew: %v", err)
	}
}

// TestPractice: an exercise opens on any day, is counted like the real thing,
// and its figures stay under its own election.
func TestPractice(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	ctx := t.Context()
	e, err := w.CreateElection(ctx, w.act("karen", ""), planning.NewElection{Type: models.TypeLocal, Name: "Øvelse", Date: models.NewDate(2025, 11, 18), Municipality: "0751", Colour: "#455A64", Word: "GRÅ", Practice: true})
	w.must(err)
	list := "place,address,postcode,city,kind,weekday_or_date,opens,closes,note,source_url\nLystrup,Vej 1,8000,Aarhus,library,2025-11-13,09:00,18:00,,\n"
	got, err := w.ImportPlan(ctx, w.act("karen", ""), e.ID, schedule.Check([]byte(list), schedule.Period{First: e.First, Last: e.Last}))
	w.must(err)
	_, err = readyplan.Publish(ctx, w.Store, func() models.Act { return w.act("karen", "") }, e.ID)
	w.must(err)
	id := got.Sessions[0].ID
	offered, err := w.PracticeSessions(ctx, nil)
	if err != nil || len(offered) != 1 || offered[0].ID != id {
		t.Fatalf("offered %+v %v", offered, err)
	}
	_, err = w.OpenSession(ctx, w.act("karen", ""), id, []desk.CrewCandidate{{Person: w.people["anna"]}, {Person: w.people["bo"]}}, desk.OpenCmd{Override: "øvelse for nye"})
	w.must(err) // the day before its date
	w.receive("anna", id, e.ID, custody.Own)
	x, err := w.Store.Session(ctx, id)
	w.must(err)
	tallies, err := w.Tallies(ctx, x)
	if err != nil || len(tallies) != 1 || tallies[0].Received != 1 {
		t.Errorf("tallies %+v %v", tallies, err)
	}
	sh, err := w.Shift(ctx, w.sessions["Lystrup"])
	if w.must(err); len(sh.Held) != 0 {
		t.Errorf("the real desk holds %v", sh.Held)
	}
}
