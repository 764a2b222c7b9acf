package store_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/audit"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/desk"
	"github.com/brevstemme/brevstemme/models/schedule"
	"github.com/brevstemme/brevstemme/models/store/audits"
	"github.com/brevstemme/brevstemme/models/store/readyplan"
	"github.com/brevstemme/brevstemme/models/store/storetest"
)

// road is the stretch from the desk to Borgerservice on a real database, beside
// a plain model of where every envelope and every box should be.
type road struct {
	*storetest.Town
	r        *rapid.T
	replay   *audit.Replay
	sessions []*roadDesk
	boxes    map[string]*roadBox
	runs     map[string]custody.Handover
	outside  map[string]map[string]int64 // holder (voter, void) → item → units
	seals    map[string]string           // serial → box that it was ever put on, "" while in stock
	stock    map[string]string           // serial → place that it was issued to
	done     map[string]int              // acts that were accepted
	again    func() error                // the last count once more
}

type roadDesk struct {
	id, place, state string
	held             map[string]int64
	events           []roadEvent // anna's, not undone
	votes            map[string]int
}

type roadEvent struct{ item, from, to string }

type roadBox struct {
	holder string
	held   map[string]int64
	seals  []string
}

const roadPlaces = 24

// newRoad opens a municipality with a session at each of 24 libraries, and the
// reception.
func newRoad(t *testing.T) *road {
	w := &road{Town: storetest.NewTown(t), replay: audit.NewReplay(), boxes: map[string]*roadBox{}, runs: map[string]custody.Handover{}, outside: map[string]map[string]int64{}, seals: map[string]string{}, stock: map[string]string{}, done: map[string]int{}}
	w.replay.KeepDocs = true
	_, err := w.AddPlace(t.Context(), w.Act("karen", ""), models.Place{ID: "BS", Name: "Borgerservice", Kind: models.PlaceReception})
	w.Must(err)
	list := "place,address,postcode,city,kind,weekday_or_date,opens,closes,note,source_url\n"
	for i := range roadPlaces {
		list += fmt.Sprintf("Bibliotek %d,Vej 1,8000,Aarhus,library,2025-11-12,09:00,18:00,,\n", i)
	}
	got, err := w.ImportPlan(t.Context(), w.Act("karen", ""), w.KV.ID, schedule.Check([]byte(list), schedule.Period{First: w.KV.First, Last: w.KV.Last}))
	w.Must(err)
	_, err = readyplan.Publish(t.Context(), w.Store, func() models.Act { return w.Act("karen", "") }, w.KV.ID)
	w.Must(err)
	for _, x := range got.Sessions {
		w.sessions = append(w.sessions, &roadDesk{id: x.ID, place: x.Place, held: map[string]int64{}, votes: map[string]int{}})
	}
	w.catchUp(t)
	return w
}

// outer moves units outside of desks and boxes in the model.
func (w *road) outer(holder, item string, n int64) {
	if w.outside[holder] == nil {
		w.outside[holder] = map[string]int64{}
	}
	w.outside[holder][item] += n
}

func (w *road) draw(name string, n int) int { return rapid.IntRange(0, n-1).Draw(w.r, name) }

// desk is mostly one that is open.
func (w *road) desk() *roadDesk {
	var open []*roadDesk
	for _, d := range w.sessions {
		if d.state == "open" {
			open = append(open, d)
		}
	}
	if len(open) > 0 && w.draw("any desk", 4) > 0 {
		return open[w.draw("open desk", len(open))]
	}
	return w.sessions[w.draw("desk", len(w.sessions))]
}

// box is mostly one that fits, sometimes any; nil when there is none.
func (w *road) box(fits func(*roadBox) bool) (string, *roadBox) {
	var good []string
	ids := slices.Sorted(maps.Keys(w.boxes))
	for _, id := range ids {
		if fits(w.boxes[id]) {
			good = append(good, id)
		}
	}
	if len(good) == 0 || w.draw("astray", 8) == 0 {
		good = ids
	}
	if len(good) == 0 {
		return "NONE", nil
	}
	id := good[w.draw("box", len(good))]
	return id, w.boxes[id]
}

func (w *road) run(states ...custody.HandoverState) (custody.Handover, bool) {
	var good []string
	for _, id := range slices.Sorted(maps.Keys(w.runs)) {
		if slices.Contains(states, w.runs[id].State) {
			good = append(good, id)
		}
	}
	if len(good) == 0 {
		return custody.Handover{}, false
	}
	return w.runs[good[w.draw("handover", len(good))]], true
}

// step draws one act. The name is "" when there was nothing to do it with.
func (w *road) step(ctx context.Context) (name string, err error) {
	acts := []func(context.Context) (string, error){
		w.openDesk, w.receiveOne, w.receiveOne, w.receiveOne, w.voidOne, w.undoLast, w.register, w.issue,
		w.packDesk, w.packDesk, w.unpack, w.seal, w.seal, w.unseal, w.offer, w.offer, w.collect, w.collect, w.count, w.count, w.accept, w.accept, w.refuse,
	}
	if w.draw("rare", 97) == 53 {
		return w.closeDesk(ctx)
	}
	return acts[w.draw("act", len(acts))](ctx)
}

func (w *road) openDesk(ctx context.Context) (string, error) {
	d := w.desk()
	sh, err := w.Shift(ctx, d.id)
	if err != nil {
		return "open", err
	}
	var checks []models.Check
	for _, l := range desk.Checklist(sh.Place, []models.Election{w.KV}, sh.Session.Booths) {
		checks = append(checks, models.Check{Key: l.Key, Value: "1", Person: w.Who["anna"], Witness: w.Who["bo"]})
	}
	_, err = w.OpenSession(ctx, w.Act("anna", "bo"), d.id, []desk.CrewCandidate{{Person: w.Who["anna"], Lead: true}, {Person: w.Who["bo"]}},
		desk.OpenCmd{Checks: checks, Stock: map[string]int{custody.Material(w.KV.ID, "set"): 500}})
	if err == nil {
		d.state = "open"
	}
	return "open", err
}

var roadDestinations = []string{custody.Own, custody.Own, "0740", custody.Unknown}

func (w *road) receiveOne(ctx context.Context) (string, error) {
	d, dest, a := w.desk(), roadDestinations[w.draw("to", 4)], w.Act("anna", "")
	cmd := desk.ReceiveCmd{Election: w.KV.ID, Destination: dest}
	_, err := w.Receive(ctx, a, d.id, cmd)
	if err == nil {
		item := custody.Envelope(w.KV.ID, dest)
		w.outer(custody.Voter, item, -1)
		d.held[item]++
		d.votes[w.KV.ID]++
		d.events = append(d.events, roadEvent{item, custody.Voter, custody.Desk(d.id)})
		w.again = func() error {
			_, err := w.Receive(ctx, a, d.id, cmd)
			return err
		}
	}
	return "receive", err
}

func (w *road) voidOne(ctx context.Context) (string, error) {
	d, dest := w.desk(), roadDestinations[w.draw("to", 4)]
	item := custody.Envelope(w.KV.ID, dest)
	_, err := w.VoidEnvelope(ctx, w.Act("anna", ""), d.id, desk.VoidCmd{Election: w.KV.ID, Destination: dest, Reason: "not_signed"})
	if (err == nil) != (d.state == "open" && d.held[item] > 0) {
		w.r.Fatalf("void of %s with %d at a desk that is %q: %v", item, d.held[item], d.state, err)
	}
	if err == nil {
		d.held[item]--
		w.outer(custody.Void("not_signed"), item, 1)
		d.events = append(d.events, roadEvent{item, custody.Desk(d.id), custody.Void("not_signed")})
	}
	return "void", err
}

func (w *road) undoLast(ctx context.Context) (string, error) {
	d := w.desk()
	_, err := w.Undo(ctx, w.Act("anna", ""), d.id, "", "", desk.Stamp{})
	if err != nil {
		return "undo", err
	}
	e := d.events[len(d.events)-1]
	d.events = d.events[:len(d.events)-1]
	if e.from == custody.Voter {
		d.held[e.item]--
		d.votes[w.KV.ID]--
		w.outer(custody.Voter, e.item, 1)
	} else {
		d.held[e.item]++
		w.outer(e.to, e.item, -1)
	}
	return "undo", nil
}

// closeDesk counts by hand what the model says and signs off.
func (w *road) closeDesk(ctx context.Context) (string, error) {
	d := w.desk()
	counts := map[string]int{}
	for _, k := range desk.Piles(models.Session{Elections: []string{w.KV.ID}}) {
		counts[k] = 0
	}
	for item, n := range d.held {
		_, dest, _ := custody.EnvelopeOf(item)
		counts[custody.CountKey(w.KV.ID, custody.Kind(dest))] += int(n)
	}
	if _, err := w.ShutSession(ctx, w.Act("anna", ""), d.id, 0); err != nil {
		return "close", err
	}
	d.state = "closing"
	x, err := w.HandCount(ctx, w.Act("anna", ""), d.id, counts)
	if err != nil || x.Desk.Counted != desk.CountedEqual {
		w.r.Fatalf("the hand count %v is %q: %v", counts, x.Desk.Counted, err)
	}
	_, err = w.CloseSession(ctx, w.Act("anna", "bo"), d.id, desk.CloseCmd{Left: map[string]int{custody.Material(w.KV.ID, "set"): 500 - d.votes[w.KV.ID]}, Unsealed: "hentes straks af koordinatoren"})
	if err == nil {
		d.state = "closed"
	}
	return "close", err
}

// replayLast sends the last count again: nothing happens.
func (w *road) replayLast() {
	if w.again == nil {
		return
	}
	before := w.head()
	if err := w.again(); err != nil || w.head() != before {
		w.r.Fatalf("the replay did something: %v", err)
	}
}

func (w *road) head() int64 {
	var seq int64
	if err := w.Book().Pool().QueryRow(context.Background(), `SELECT seq FROM journal_head`).Scan(&seq); err != nil {
		w.r.Fatal(err)
	}
	return seq
}

// TestTheRoadFollowsThePlainModel: 200 random sequences on PostgreSQL. After
// every act, accepted or refused, the replay of the journal is what the tables
// say, every envelope is where the model has it, every box has one holder and no
// seal was used twice.
func TestTheRoadFollowsThePlainModel(t *testing.T) {
	t.Parallel()
	w, sequences := newRoad(t), 0
	for range 2 { // rapid's own number is a hundred
		rapid.Check(t, func(r *rapid.T) {
			sequences++
			w.r = r
			for range 10 + w.draw("steps", 20) {
				w.oneAct(t.Context())
			}
			w.replayLast()
		})
	}
	for _, name := range strings.Fields("open receive void undo register issue pack unpack seal unseal offer collect count accept refuse close") {
		if w.done[name] == 0 {
			t.Errorf("never accepted: %s", name)
		}
	}
	t.Logf("%d sequences, %d entries, accepted %v", sequences, w.replay.Seq, w.done)
	if rep, err := audits.Verify(t.Context(), w.DSN); err != nil || !rep.OK || rep.Entries != w.replay.Seq {
		t.Fatalf("%+v %v", rep, err)
	}
}

func (w *road) oneAct(ctx context.Context) {
	w.Now = w.Now.Add(time.Second)
	before := w.head()
	name, err := w.step(ctx)
	var known *models.Error
	switch {
	case err == nil:
		w.done[name]++
	case !errors.As(err, &known) || known.Code == models.CodeInternal:
		w.r.Fatalf("%s: refused by no error of ours: %v", name, err)
	case w.head() != before && name != "close": // closing is three acts
		w.r.Fatalf("%s was refused and left an entry: %v", name, err)
	}
	w.catchUp(w.r)
	w.agree(w.r)
}
