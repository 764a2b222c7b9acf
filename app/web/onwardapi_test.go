package web

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	onwardpages "github.com/brevstemme/brevstemme/app/web/onward"
	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/onward"
)

// say sends JSON with a fresh key and reads the answer into out, unless out is nil.
func (v visitor) say(path string, in, out any) (int, string) {
	v.l.t.Helper()
	b, err := json.Marshal(in)
	v.l.must(err)
	req, err := http.NewRequest(site.POST, v.l.url+"/api/v1/"+path, bytes.NewReader(b))
	v.l.must(err)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set(site.KeyHeader, uuid.NewString())
	code, body, _ := v.do(req)
	if out != nil && code < 300 {
		v.l.must(json.Unmarshal([]byte(body), out))
	}
	return code, body
}

// A neighbouring system sorts, sends, acknowledges, delivers and examines over
// JSON; nobody who is to count is told a figure.
func TestTheEndOfTheRoadOverJSON(t *testing.T) {
	l := newReception(t)
	k, g, o, nobody := l.as("karen"), l.as("grethe"), l.as("ole"), visitor{l: l}
	in := "elections/" + l.kv + "/"
	want := func(what string, want, got int, body string) {
		t.Helper()
		if got != want {
			t.Fatalf("%s: %d %s", what, got, body)
		}
	}
	var a onward.Arrival
	code, body := g.say(in+"arrivals", onwardpages.ArriveIn{From: "0101", Count: 20}, &a)
	want("arrival", http.StatusOK, code, body)
	var x onward.Sorting
	code, body = g.say(in+"sortings/screen", onwardpages.SortOpenIn{}, &x)
	want("sorting", http.StatusOK, code, body)
	mark := func(v visitor, bin string, n int) {
		t.Helper()
		code, body := v.say("sortings/"+x.ID+"/marks", onwardpages.MarkIn{Act: "put", Destination: bin, N: n}, nil)
		want("mark", http.StatusCreated, code, body)
	}
	mark(g, "own:0751-1", 12)
	mark(g, "own:0751-2", 4)
	mark(g, "other:0461", 0)
	mark(g, "other:0461", 4)
	code, body = g.say("sortings/"+x.ID+"/marks", onwardpages.MarkIn{Act: "undo"}, nil)
	want("undo", http.StatusCreated, code, body)
	mark(g, "other:0461", 3)
	if code, _ := o.say("sortings/"+x.ID+"/marks", onwardpages.MarkIn{Act: "put", Destination: "unknown"}, nil); code != http.StatusForbidden {
		t.Errorf("another person marks: %d", code)
	}
	code, body = g.say("sortings/"+x.ID+"/finish", struct{}{}, nil)
	want("finish", http.StatusOK, code, body)
	code, body = o.say("sortings/"+x.ID+"/counts", onwardpages.SortIn{Piles: map[string]int{"own:0751-1": 12, "own:0751-2": 4, "other:0461": 4}}, &x)
	want("second count", http.StatusOK, code, body)
	if x.State != onward.SortBooked {
		t.Fatalf("%+v", x)
	}

	// What a PC sends too late is refused, and that it was settled is said after the end too.
	late := onwardpages.MarkIn{Act: "put", Destination: "unknown", Pass: 1}
	if code, _ := g.say("sortings/"+x.ID+"/marks", late, nil); code != http.StatusConflict {
		t.Errorf("a mark after the end: %d", code)
	}
	if code, _ := g.say("sortings/"+x.ID+"/marks", onwardpages.MarkIn{Act: "followup", Reason: "wrong_state"}, nil); code != http.StatusUnprocessableEntity {
		t.Errorf("nothing was refused: %d", code)
	}
	code, body = o.say("sortings/"+x.ID+"/marks", onwardpages.MarkIn{Act: "followup", What: "a-late-mark", Reason: "wrong_state"}, nil)
	want("follow up", http.StatusCreated, code, body)
	if entries, _, err := l.store.Entries(t.Context(), 0, "sorting.followed_up", 2); err != nil || len(entries) != 1 || entries[0].Value("refused") != "a-late-mark" || len(entries[0].Postings) != 0 {
		t.Errorf("%+v %v", entries, err)
	}

	// Forwarding: pack, dispatch, manifest, and the recipient's answer, once.
	car, err := l.store.SaveCarrier(t.Context(), l.act(), onward.Carrier{Name: "Bud", Kind: onward.CarrierCourier, Weekdays: []int{1, 2, 3, 4, 5, 6, 7}, Times: []int{1200}, Minutes: 120})
	l.must(err)
	if code, _ := g.say(in+"consignments", onwardpages.ConsignmentIn{To: "0461", Packets: []onward.Packet{{Count: 5}}}, nil); code < 400 {
		t.Error("more was packed than there is")
	}
	var c onward.Consignment
	code, body = g.say(in+"consignments", onwardpages.ConsignmentIn{To: "0461", Packets: []onward.Packet{{Count: 4, Seals: []string{"A77"}}}}, &c)
	want("pack", http.StatusCreated, code, body)
	code, body = g.say("consignments/"+c.ID+"/dispatch", onwardpages.DispatchIn{Carrier: car.ID, Leaves: models.DateOf(l.now).At(20, 0)}, &c)
	want("dispatch", http.StatusOK, code, body)
	token, err := l.store.AckToken(t.Context(), c.ID)
	l.must(err)
	code, body = nobody.say("acknowledgements/"+token, onwardpages.AckIn{Count: 3, Packets: 1, Intact: true}, nil)
	want("acknowledge", http.StatusOK, code, body)
	if !strings.Contains(body, `"differs"`) || strings.Contains(body, "A77") || strings.Contains(body, "4,") {
		t.Errorf("the answer is %s", body)
	}
	if code, _ := nobody.say("acknowledgements/"+token, onwardpages.AckIn{Count: 4, Packets: 1, Intact: true}, nil); code != http.StatusConflict {
		t.Errorf("acknowledged twice: %d", code)
	}
	if code, _ := nobody.say("acknowledgements/"+strings.Repeat("A", 26), onwardpages.AckIn{Count: 4}, nil); code != http.StatusNotFound {
		t.Errorf("a code that never was: %d", code)
	}

	// Delivery: all or none, a handover with a difference, the outcome once.
	if code, _ := g.say(in+"deliveries", onwardpages.PackDeliveriesIn{Districts: []string{"0751-1", "0751-2"}}, nil); code < 400 {
		t.Error("a district with four votes was packed")
	}
	if all, err := l.store.Deliveries(t.Context(), l.kv); err != nil || len(all) != 0 {
		t.Fatalf("%d packed by a refused act, %v", len(all), err)
	}
	var ds []onward.Delivery
	code, body = g.say(in+"deliveries", onwardpages.PackDeliveriesIn{Districts: []string{"0751-1"}, Seals: map[string][]string{"0751-1": {"B8"}}}, &ds)
	want("deliveries", http.StatusCreated, code, body)
	code, body = g.say("deliveries/"+ds[0].ID+"/handover", onwardpages.HandIn{Recount: 11}, nil)
	want("a first recount", http.StatusOK, code, body)
	if !strings.Contains(body, `"differs"`) || strings.Contains(body, "12") {
		t.Errorf("the answer is %s", body)
	}
	code, body = g.say("deliveries/"+ds[0].ID+"/handover", onwardpages.HandIn{Recount: 12}, nil)
	want("the second", http.StatusOK, code, body)
	l.now = models.NewDate(2025, 11, 17).At(12, 0)
	out := onward.Outcome{Considered: 12, Examiners: []string{l.person["anna"], l.person["bo"]}, At: time.Now().Add(-time.Hour)}
	code, body = k.say(in+"districts/0751-1/examination", out, nil)
	want("examination", http.StatusOK, code, body)
	if code, _ := k.say(in+"districts/0751-1/examination", out, nil); code < 400 {
		t.Error("entered twice without a reason")
	}
	var saved onwardpages.SavedOut
	code, body = k.say(in+"districts", []onward.District{{Number: 1, Name: "Nyt, (a/b)"}, {Number: 4, Name: "Øst"}}, &saved)
	want("districts", http.StatusOK, code, body)
	if left, err := l.store.Districts(t.Context(), "0751"); err != nil || len(left) != 2 || saved.Saved != 2 {
		t.Errorf("%+v %v", left, err)
	}
}
