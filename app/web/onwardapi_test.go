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

// says is say for what has to be answered so; it gives back the answer.
func (v visitor) says(status int, path string, in, out any) string {
	v.l.t.Helper()
	code, body := v.say(path, in, out)
	if code != status {
		v.l.t.Fatalf("POST %s %+v: %d %s, want %d", path, in, code, body, status)
	}
	return body
}

// A neighbouring system sorts, sends, acknowledges, delivers and examines over
// JSON; nobody who is to count is told a figure.
func TestTheEndOfTheRoadOverJSON(t *testing.T) {
	l := newReception(t)
	r := &roadsEnd{library: l, karen: l.as("karen"), grethe: l.as("grethe"), ole: l.as("ole"), nobody: visitor{l: l}, election: "elections/" + l.kv + "/"}
	r.isSortedByTwo()
	r.refusesLateMarks()
	r.isForwarded()
	r.isDelivered()
	r.isExaminedOnce()
	r.getsNewDistricts()
}

// roadsEnd is twenty votes from Copenhagen at the reception: Grethe and Ole count
// them, Karen leads, and nobody is somebody without a login.
type roadsEnd struct {
	*library
	karen, grethe, ole, nobody visitor
	election                   string // the election's path below /api/v1/
	sorting                    onward.Sorting
}

// marks is where the marks of the sorting go, below /api/v1/.
func (r *roadsEnd) marks() string { return "sortings/" + r.sorting.ID + "/marks" }

func (r *roadsEnd) isSortedByTwo() {
	r.t.Helper()
	r.grethe.says(http.StatusOK, r.election+"arrivals", onwardpages.ArriveIn{From: "0101", Count: 20}, new(onward.Arrival))
	r.grethe.says(http.StatusOK, r.election+"sortings/screen", onwardpages.SortOpenIn{}, &r.sorting)
	put := func(bin string, n int) {
		r.t.Helper()
		r.grethe.says(http.StatusCreated, r.marks(), onwardpages.MarkIn{Act: "put", Destination: bin, N: n}, nil)
	}
	put("own:0751-1", 12)
	put("own:0751-2", 4)
	put("other:0461", 0)
	put("other:0461", 4)
	r.grethe.says(http.StatusCreated, r.marks(), onwardpages.MarkIn{Act: "undo"}, nil)
	put("other:0461", 3)
	if code, _ := r.ole.say(r.marks(), onwardpages.MarkIn{Act: "put", Destination: "unknown"}, nil); code != http.StatusForbidden {
		r.t.Errorf("another person marks: %d", code)
	}
	r.grethe.says(http.StatusOK, "sortings/"+r.sorting.ID+"/finish", struct{}{}, nil)
	second := onwardpages.SortIn{Piles: map[string]int{"own:0751-1": 12, "own:0751-2": 4, "other:0461": 4}}
	r.ole.says(http.StatusOK, "sortings/"+r.sorting.ID+"/counts", second, &r.sorting)
	if r.sorting.State != onward.SortBooked {
		r.t.Fatalf("%+v", r.sorting)
	}
}

// refusesLateMarks: what a PC sends too late is refused, and that it was settled
// is said after the end too.
func (r *roadsEnd) refusesLateMarks() {
	r.t.Helper()
	if code, _ := r.grethe.say(r.marks(), onwardpages.MarkIn{Act: "put", Destination: "unknown", Pass: 1}, nil); code != http.StatusConflict {
		r.t.Errorf("a mark after the end: %d", code)
	}
	if code, _ := r.grethe.say(r.marks(), onwardpages.MarkIn{Act: "followup", Reason: "wrong_state"}, nil); code != http.StatusUnprocessableEntity {
		r.t.Errorf("nothing was refused: %d", code)
	}
	r.ole.says(http.StatusCreated, r.marks(), onwardpages.MarkIn{Act: "followup", What: "a-late-mark", Reason: "wrong_state"}, nil)
	if entries, _, err := r.store.Entries(r.t.Context(), 0, "sorting.followed_up", 2); err != nil || len(entries) != 1 || entries[0].Value("refused") != "a-late-mark" || len(entries[0].Postings) != 0 {
		r.t.Errorf("%+v %v", entries, err)
	}
}

// isForwarded: pack, dispatch, manifest, and the recipient's answer, once.
func (r *roadsEnd) isForwarded() {
	r.t.Helper()
	car, err := r.store.SaveCarrier(r.t.Context(), r.act(), onward.Carrier{Name: "Bud", Kind: onward.CarrierCourier, Weekdays: []int{1, 2, 3, 4, 5, 6, 7}, Times: []int{1200}, Minutes: 120})
	r.must(err)
	if code, _ := r.grethe.say(r.election+"consignments", onwardpages.ConsignmentIn{To: "0461", Packets: []onward.Packet{{Count: 5}}}, nil); code < 400 {
		r.t.Error("more was packed than there is")
	}
	var c onward.Consignment
	r.grethe.says(http.StatusCreated, r.election+"consignments", onwardpages.ConsignmentIn{To: "0461", Packets: []onward.Packet{{Count: 4, Seals: []string{"A77"}}}}, &c)
	r.grethe.says(http.StatusOK, "consignments/"+c.ID+"/dispatch", onwardpages.DispatchIn{Carrier: car.ID, Leaves: models.DateOf(r.now).At(20, 0)}, &c)
	token, err := r.store.AckToken(r.t.Context(), c.ID)
	r.must(err)
	body := r.nobody.says(http.StatusOK, "acknowledgements/"+token, onwardpages.AckIn{Count: 3, Packets: 1, Intact: true}, nil)
	if !strings.Contains(body, `"differs"`) || strings.Contains(body, "A77") || strings.Contains(body, "4,") {
		r.t.Errorf("the answer is %s", body)
	}
	if code, _ := r.nobody.say("acknowledgements/"+token, onwardpages.AckIn{Count: 4, Packets: 1, Intact: true}, nil); code != http.StatusConflict {
		r.t.Errorf("acknowledged twice: %d", code)
	}
	if code, _ := r.nobody.say("acknowledgements/"+strings.Repeat("A", 26), onwardpages.AckIn{Count: 4}, nil); code != http.StatusNotFound {
		r.t.Errorf("a code that never was: %d", code)
	}
}

// isDelivered: all districts or none, and a handover with a difference.
func (r *roadsEnd) isDelivered() {
	r.t.Helper()
	if code, _ := r.grethe.say(r.election+"deliveries", onwardpages.PackDeliveriesIn{Districts: []string{"0751-1", "0751-2"}}, nil); code < 400 {
		r.t.Error("a district with four votes was packed")
	}
	if all, err := r.store.Deliveries(r.t.Context(), r.kv); err != nil || len(all) != 0 {
		r.t.Fatalf("%d packed by a refused act, %v", len(all), err)
	}
	var ds []onward.Delivery
	r.grethe.says(http.StatusCreated, r.election+"deliveries", onwardpages.PackDeliveriesIn{Districts: []string{"0751-1"}, Seals: map[string][]string{"0751-1": {"B8"}}}, &ds)
	handover := "deliveries/" + ds[0].ID + "/handover"
	if body := r.grethe.says(http.StatusOK, handover, onwardpages.HandIn{Recount: 11}, nil); !strings.Contains(body, `"differs"`) || strings.Contains(body, "12") {
		r.t.Errorf("the answer is %s", body)
	}
	r.grethe.says(http.StatusOK, handover, onwardpages.HandIn{Recount: 12}, nil)
}

// isExaminedOnce: the outcome of a district, the day before the election.
func (r *roadsEnd) isExaminedOnce() {
	r.t.Helper()
	r.now = models.NewDate(2025, 11, 17).At(12, 0)
	out := onward.Outcome{Considered: 12, Examiners: []string{r.person["anna"], r.person["bo"]}, At: time.Now().Add(-time.Hour)}
	r.karen.says(http.StatusOK, r.election+"districts/0751-1/examination", out, nil)
	if code, _ := r.karen.say(r.election+"districts/0751-1/examination", out, nil); code < 400 {
		r.t.Error("entered twice without a reason")
	}
}

func (r *roadsEnd) getsNewDistricts() {
	r.t.Helper()
	var saved onwardpages.SavedOut
	r.karen.says(http.StatusOK, r.election+"districts", []onward.District{{Number: 1, Name: "Nyt, (a/b)"}, {Number: 4, Name: "Øst"}}, &saved)
	if left, err := r.store.Districts(r.t.Context(), "0751"); err != nil || len(left) != 2 || saved.Saved != 2 {
		r.t.Errorf("%+v %v", left, err)
	}
}
