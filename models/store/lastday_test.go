package store

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/desk"
	"github.com/brevstemme/brevstemme/models/evening"
	"github.com/brevstemme/brevstemme/models/journal"
	"github.com/brevstemme/brevstemme/models/planning"
	"github.com/brevstemme/brevstemme/models/schedule"
	"github.com/brevstemme/brevstemme/models/store/audits"
	"github.com/brevstemme/brevstemme/models/store/boxes"
	"github.com/brevstemme/brevstemme/models/store/persons"
	"github.com/brevstemme/brevstemme/models/store/pgtest"
	"github.com/brevstemme/brevstemme/models/store/readyplan"
)

// lastDay is the last day of an election: 20 libraries, two buses and a
// hospital, three couriers, a simulated clock. Nothing sleeps.
type lastDay struct {
	*Store
	t        *testing.T
	dsn      pgtest.Database
	day      models.Date
	now      time.Time
	n        int
	kv       models.Election
	places   []models.Place
	sessions map[string]models.Session // place → session
	boxes    map[string]string
	people   map[string]string
	runs     map[string]custody.Handover
	alarms   map[string]time.Time // alarm → the minute at which it was first seen
}

func (w *lastDay) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *lastDay) act(who string) models.Act {
	w.n++
	return models.Act{Key: fmt.Sprintf("evening-%05d", w.n), Person: w.people[who], Role: models.RoleCoordinator}
}

func newLastDay(t *testing.T) *lastDay { return newLastDayOn(t, models.NewDate(2025, 11, 14), 23) }

// newLastDayOn is the evening of a day with the first n of the 23 places.
func newLastDayOn(t *testing.T, day models.Date, n int) *lastDay {
	w := &lastDay{t: t, day: day, now: day.At(8, 0), sessions: map[string]models.Session{}, boxes: map[string]string{}, people: map[string]string{}, runs: map[string]custody.Handover{}, alarms: map[string]time.Time{}}
	w.dsn = pgtest.DB(t)
	w.open()
	ctx := t.Context()
	for _, name := range []string{"anna", "bo", "rita", "sara", "karen", "kurt", "karl", "kim"} {
		p, err := w.AddPerson(ctx, w.act(""), persons.NewPerson{Name: name, Person: models.Person{Roles: []models.Role{models.RoleCoordinator}, Receiver: true}})
		w.must(err)
		w.people[name] = p.ID
	}
	var err error
	w.kv, err = w.CreateElection(ctx, w.act("karen"), planning.NewElection{Type: models.TypeLocal, Name: "Kommunalvalg", Date: models.NewDate(2025, 11, 18), Municipality: "0751", Colour: "#1A5FB4", Word: "BLÅ"})
	w.must(err)
	_, err = w.AddPlace(ctx, w.act("karen"), models.Place{ID: "BS", Name: "Borgerservice", Kind: models.PlaceReception, Lat: 56.15, Lon: 10.21})
	w.must(err)
	list := "place,address,postcode,city,kind,weekday_or_date,opens,closes,note,source_url\n"
	for i := range n {
		kind := models.PlaceLibrary
		switch {
		case i >= 22:
			kind = models.PlaceHospital
		case i >= 20:
			kind = models.PlaceMobile
		}
		p, err := w.AddPlace(ctx, w.act("karen"), models.Place{ID: fmt.Sprintf("P%02d", i), Name: fmt.Sprintf("Sted %02d", i), Address: "Vej 1", Postcode: "8000", City: "Aarhus", Kind: kind, Lat: 56.15 + float64(i%5)*0.01, Lon: 10.21 + float64(i/5)*0.01})
		w.must(err)
		w.places = append(w.places, p)
		list += fmt.Sprintf("%s,Vej 1,8000,Aarhus,%s,%s,09:00,18:00,,\n", p.Name, kind, day)
	}
	got, err := w.ImportPlan(ctx, w.act("karen"), w.kv.ID, schedule.Check([]byte(list), schedule.Period{First: w.kv.First, Last: w.kv.Last}))
	w.must(err)
	_, err = readyplan.Publish(ctx, w.Store, func() models.Act { return w.act("karen") }, w.kv.ID)
	w.must(err)
	for _, x := range got.Sessions {
		w.sessions[x.Place] = x
	}
	return w
}

func (w *lastDay) open() {
	s, err := Open(w.t.Context(), Config{DSN: w.dsn.AppDSN, Clock: func() time.Time { return w.now }})
	w.must(err)
	w.Store = s
}

// restart ends the program and starts it again on the same database.
func (w *lastDay) restart() {
	w.must(w.Close(context.Background()))
	w.open()
}

// until lets the minutes pass and notes when each alarm is first seen.
func (w *lastDay) until(hour, minute int) {
	for end := w.day.At(hour, minute); w.now.Before(end); {
		w.now = w.now.Add(time.Minute)
		d, err := w.Day(w.t.Context(), w.day)
		w.must(err)
		for _, a := range d.Alarms {
			if _, ok := w.alarms[a.Place+"/"+a.To]; !ok {
				w.alarms[a.Place+"/"+a.To] = w.now
			}
		}
	}
}

// work opens, counts, closes, packs and seals at every place.
func (w *lastDay) work() {
	ctx := w.t.Context()
	for i, p := range w.places {
		x := w.sessions[p.ID]
		sh, err := w.Shift(ctx, x.ID)
		w.must(err)
		var checks []models.Check
		for _, l := range desk.Checklist(sh.Place, []models.Election{w.kv}, sh.Session.Booths) {
			value := map[string]string{"serial": models.WithCheck("K" + p.ID), "version": "1", "number": "40"}[l.Value]
			checks = append(checks, models.Check{Key: l.Key, Value: value, Person: w.people["anna"], Witness: w.people["bo"]})
		}
		a := w.act("anna")
		a.Witness = w.people["bo"]
		_, err = w.OpenSession(ctx, a, x.ID, []desk.CrewCandidate{{Person: w.people["anna"], Lead: true}, {Person: w.people["bo"]}}, desk.OpenCmd{Checks: checks, Stock: map[string]int{custody.Material(w.kv.ID, "set"): 40}})
		w.must(err)
		for range 3 {
			_, err = w.Receive(ctx, w.act("anna"), x.ID, desk.ReceiveCmd{Election: w.kv.ID, Destination: custody.Own})
			w.must(err)
		}
		_, err = w.IssueSeals(ctx, w.act("karen"), custody.IssueCmd{From: fmt.Sprintf("S%02d01", i), To: fmt.Sprintf("S%02d05", i), Place: p.ID})
		w.must(err)
		made, err := w.RegisterContainers(ctx, w.act("karen"), custody.RegisterCmd{Kind: custody.BoxK, Place: p.ID, Count: 1})
		w.must(err)
		w.boxes[p.ID] = made[0].ID
	}
}

// pack empties the desk into the box and seals it.
func (w *lastDay) pack(i int) {
	ctx, p := w.t.Context(), w.places[i]
	_, err := w.Pack(ctx, w.act("anna"), custody.PackCmd{Container: w.boxes[p.ID], Session: w.sessions[p.ID].ID, Election: w.kv.ID})
	w.must(err)
	_, err = w.SealContainer(ctx, w.act("anna"), custody.SealCmd{Container: w.boxes[p.ID], Serials: []string{fmt.Sprintf("S%02d01", i)}})
	w.must(err)
}

func (w *lastDay) offer(i int, courier string, paper bool) {
	p := w.places[i]
	a := w.act("anna")
	a.Witness = w.people["bo"]
	cmd := custody.OfferCmd{From: p.ID, To: "BS", Containers: []string{w.boxes[p.ID]}, Mode: "fetch", Direction: "out", Courier: w.people[courier], PlannedTo: w.now.Add(time.Hour)}
	if paper {
		cmd.OnPaper, cmd.PaperForm = true, "EP000001"
		a.At = w.now.Add(-25 * time.Minute)
	}
	h, err := w.Offer(w.t.Context(), a, cmd)
	w.must(err)
	w.runs[p.ID] = h
}

func (w *lastDay) collect(i int, courier string) {
	_, err := w.Collect(w.t.Context(), w.act(courier), custody.CollectCmd{Handover: w.runs[w.places[i].ID].ID, Means: "pin"})
	w.must(err)
}

// takeIn counts and accepts; change may alter what is read.
func (w *lastDay) takeIn(i int, words string, change func(*custody.Read)) custody.Handover {
	h := w.runs[w.places[i].ID]
	read := custody.Read{Container: h.Sent[0].Container, Arrived: true, Opened: true, Seals: h.Sent[0].Seals, Condition: custody.Intact, Counts: h.Sent[0].Counts}
	change(&read)
	for _, who := range []string{"rita", "sara"} {
		got, err := w.CountHandover(w.t.Context(), w.act(who), custody.CountCmd{Handover: h.ID, Place: "BS", Reads: []custody.Read{read}})
		w.must(err)
		if got.State == custody.HandoverCounted {
			break
		}
	}
	got, err := w.AcceptHandover(w.t.Context(), w.act("sara"), custody.AcceptCmd{Handover: h.ID, Place: "BS", Explanation: words})
	w.must(err)
	return got
}

// The last day of an election, with one wrong seal, one short box, one courier
// who never arrives and one library on paper.
func TestTheLastDay(t *testing.T) {
	w := newLastDay(t)
	defer func() { w.must(w.Close(context.Background())) }()
	ctx := t.Context()
	w.until(8, 30)
	w.work()
	w.until(18, 10)
	same := func(*custody.Read) {}
	couriers := []string{"kurt", "karl", "kim"}
	for i := range w.places {
		w.shut(i)
		w.pack(i)
		w.sign(i)
		w.offer(i, couriers[i%3], i == 7) // place 7 signed on paper
	}
	w.until(18, 30)
	for i := range w.places {
		if i != 5 { // kim never comes to place 5 (and its crew waits)
			w.collect(i, couriers[i%3])
		}
	}
	w.restart()
	w.until(18, 50)
	for i := range w.places {
		switch i {
		case 3: // the seal is another one
			w.takeIn(i, "The seal is S9999, the box is untouched.", func(r *custody.Read) { r.Seals, r.Condition = []string{"S9999"}, custody.NumberDiffers })
		case 4: // one envelope short
			w.takeIn(i, "Counted twice: one envelope is missing.", func(r *custody.Read) { r.Counts = map[string]int{custody.CountKey(w.kv.ID, custody.Own): 2} })
		case 5:
		default:
			if h := w.takeIn(i, "", same); h.State != custody.HandoverAccepted || h.Deviation != "" {
				t.Fatalf("%s: %+v", w.places[i].ID, h)
			}
		}
	}
	w.until(20, 30)
	w.checkAlarms()
	w.mend()
	w.checkEnd(ctx)
}

// shut closes the doors and counts by hand.
func (w *lastDay) shut(i int) {
	ctx, x := w.t.Context(), w.sessions[w.places[i].ID].ID
	_, err := w.ShutSession(ctx, w.act("anna"), x, 0)
	w.must(err)
	_, err = w.HandCount(ctx, w.act("anna"), x, map[string]int{custody.CountKey(w.kv.ID, custody.Own): 3, custody.CountKey(w.kv.ID, "other"): 0, custody.CountKey(w.kv.ID, custody.Unknown): 0})
	w.must(err)
}

// sign closes the session by two.
func (w *lastDay) sign(i int) {
	a := w.act("anna")
	a.Witness = w.people["bo"]
	_, err := w.CloseSession(w.t.Context(), a, w.sessions[w.places[i].ID].ID, desk.CloseCmd{Left: map[string]int{custody.Material(w.kv.ID, "set"): 37}})
	w.must(err)
}

// checkAlarms: only place 5 is late, and each step came at its minute.
func (w *lastDay) checkAlarms() {
	w.t.Helper()
	var due time.Time
	all, err := w.Expectations(w.t.Context(), w.day)
	w.must(err)
	if len(all) != 23 {
		w.t.Fatalf("%d sources are expected", len(all))
	}
	for _, e := range all {
		if e.Place == "P05" {
			due = e.Due
		} else if got := e.Stand(w.now); got != evening.StandIn {
			w.t.Errorf("%s stands %s: %+v", e.Place, got, e)
		}
	}
	if len(w.alarms) != len(evening.DefaultSteps) {
		w.t.Errorf("alarms: %v", w.alarms)
	}
	for _, st := range evening.DefaultSteps {
		if at := w.alarms["P05/"+st.To]; !at.Equal(due.Add(st.After).Truncate(time.Minute)) && !at.Equal(due.Add(st.After).Truncate(time.Minute).Add(time.Minute)) {
			w.t.Errorf("%s was called at %s, due %s", st.To, at.Format("15:04"), due.Add(st.After).Format("15:04:05"))
		}
	}
}

// mend explains the wrong seal and the short box; place 5 stays out overnight.
func (w *lastDay) mend() {
	ctx := w.t.Context()
	_, err := w.CloseDay(ctx, w.act("karen"), w.day, "")
	if models.CodeOf(err) != models.CodeInvalid {
		w.t.Fatalf("the day closes with a box out: %v", err)
	}
	ds, err := w.Deviations(ctx, boxes.DeviationFilter{State: "open"})
	w.must(err)
	if len(ds) != 2 {
		w.t.Fatalf("%d deviations", len(ds))
	}
	for _, d := range ds {
		if d.Type == custody.DevCount {
			_, err := w.ExplainDifference(ctx, w.act("karen"), custody.ExplainCmd{Deviation: d.ID, How: custody.ByDesk, Words: "the crew counted one twice"})
			w.must(err)
		}
		_, err := w.Deviate(ctx, w.act("karen"), custody.DeviateCmd{Deviation: d.ID, Act: custody.DeviationClose, Words: "explained"})
		w.must(err)
	}
	a := w.act("karen")
	_, err = w.CloseDay(ctx, a, w.day, "box of place 5 waits for a courier, locked in")
	if models.CodeOf(err) != models.CodeSamePerson {
		w.t.Fatalf("closed by one: %v", err)
	}
	a = w.act("karen")
	a.Witness = w.people["rita"]
	c, err := w.CloseDay(ctx, a, w.day, "box of place 5 waits for a courier, locked in")
	w.must(err)
	if len(c.Open) != 2 { // the session and its handover
		w.t.Errorf("open at the close: %v", c.Open)
	}
}

// checkEnd: the line adds up, the proofs are whole, every receipt checks out,
// and verify finds nothing.
func (w *lastDay) checkEnd(ctx context.Context) {
	sums, err := w.Sums(ctx, w.kv.ID)
	w.must(err)
	var in []custody.Balance
	for _, x := range sums {
		in = append(in, custody.Balance(x))
	}
	if l := custody.Conserve(w.kv.ID, in); !l.Holds() || l.Received != 68 || l.Class[custody.ClassOnHand] != 68 {
		w.t.Errorf("%+v", l)
	}
	three, err := w.ThreeWay(ctx, w.kv.ID)
	w.must(err)
	verdicts := map[string]int{}
	for _, x := range three.Sessions {
		verdicts[x.Verdict()]++
	}
	if verdicts["equal"] != 21 || verdicts["explained"] != 1 || verdicts["waits"] != 1 {
		w.t.Errorf("three-way: %v", verdicts)
	}
	for place, id := range w.boxes {
		p, err := w.CustodyProof(ctx, id)
		w.must(err)
		// place 7 signed on paper before the entry of the packing: that shows
		if len(p.Gaps) > 0 && place != "P07" {
			w.t.Errorf("%s: %v", place, p.Gaps)
		}
	}
	for _, h := range w.runs {
		e, err := w.LastEntry(ctx, "handover", h.ID)
		w.must(err)
		if _, ok, err := w.CheckReceipt(ctx, journal.Code(e.Seq, e.Hash)); err != nil || !ok {
			w.t.Errorf("receipt of %s: %v", h.ID, err)
		}
	}
	paper, err := w.Handover(ctx, w.runs["P07"].ID)
	w.must(err)
	if paper.Giver.Means != "paper" || !paper.Giver.At.Before(paper.Giver.Entered) || strings.TrimSpace(paper.PaperForm) == "" {
		w.t.Errorf("%+v", paper.Giver)
	}
	rep, err := audits.Verify(ctx, w.dsn.OwnerDSN)
	w.must(err)
	if !rep.OK {
		w.t.Errorf("%+v", rep.First)
	}
}
