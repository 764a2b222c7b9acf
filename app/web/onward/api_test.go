package onward_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	onwardpages "github.com/brevstemme/brevstemme/app/web/onward"
	"github.com/brevstemme/brevstemme/app/web/webtest"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/onward"
)

// A neighbouring system sorts, sends, acknowledges, delivers and examines over
// JSON; nobody who is to count is told a figure.
func TestTheEndOfTheRoadOverJSON(t *testing.T) {
	l := webtest.NewReception(t)
	r := &roadsEnd{Library: l, karen: l.As("karen"), grethe: l.As("grethe"), ole: l.As("ole"), nobody: l.Nobody(), election: "elections/" + l.Local + "/"}
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
	*webtest.Library
	karen, grethe, ole, nobody webtest.Visitor
	election                   string // the election's path below /api/v1/
	sorting                    onward.Sorting
}

// What whoever counts is not told: the seal and the count of the packet, and the
// count of the delivery. They stand apart: in an id they may stand by chance.
var (
	packedFigures   = regexp.MustCompile(`\b(A77|4)\b`)
	deliveredFigure = regexp.MustCompile(`\b12\b`)
)

// marks is where the marks of the sorting go, below /api/v1/.
func (r *roadsEnd) marks() string { return "sortings/" + r.sorting.ID + "/marks" }

func (r *roadsEnd) isSortedByTwo() {
	r.T.Helper()
	r.grethe.Says(http.StatusOK, r.election+"arrivals", onwardpages.ArriveIn{From: "0101", Count: 20}, new(onward.Arrival))
	r.grethe.Says(http.StatusOK, r.election+"sortings/screen", onwardpages.SortOpenIn{}, &r.sorting)
	put := func(bin string, n int) {
		r.T.Helper()
		r.grethe.Says(http.StatusCreated, r.marks(), onwardpages.MarkIn{Act: "put", Destination: bin, N: n}, nil)
	}
	put("own:0751-1", 12)
	put("own:0751-2", 4)
	put("other:0461", 0)
	put("other:0461", 4)
	r.grethe.Says(http.StatusCreated, r.marks(), onwardpages.MarkIn{Act: "undo"}, nil)
	put("other:0461", 3)
	if code, _ := r.ole.Say(r.marks(), onwardpages.MarkIn{Act: "put", Destination: "unknown"}, nil); code != http.StatusForbidden {
		r.T.Errorf("another person marks: %d", code)
	}
	r.grethe.Says(http.StatusOK, "sortings/"+r.sorting.ID+"/finish", struct{}{}, nil)
	second := onwardpages.SortIn{Piles: map[string]int{"own:0751-1": 12, "own:0751-2": 4, "other:0461": 4}}
	r.ole.Says(http.StatusOK, "sortings/"+r.sorting.ID+"/counts", second, &r.sorting)
	if r.sorting.State != onward.SortBooked {
		r.T.Fatalf("%+v", r.sorting)
	}
}

// refusesLateMarks: what a PC sends too late is refused, and that it was settled
// is said after the end too.
func (r *roadsEnd) refusesLateMarks() {
	r.T.Helper()
	if code, _ := r.grethe.Say(r.marks(), onwardpages.MarkIn{Act: "put", Destination: "unknown", Pass: 1}, nil); code != http.StatusConflict {
		r.T.Errorf("a mark after the end: %d", code)
	}
	if code, _ := r.grethe.Say(r.marks(), onwardpages.MarkIn{Act: "followup", Reason: "wrong_state"}, nil); code != http.StatusUnprocessableEntity {
		r.T.Errorf("nothing was refused: %d", code)
	}
	r.ole.Says(http.StatusCreated, r.marks(), onwardpages.MarkIn{Act: "followup", What: "a-late-mark", Reason: "wrong_state"}, nil)
	if entries, _, err := r.Store.Entries(r.T.Context(), 0, "sorting.followed_up", 2); err != nil || len(entries) != 1 || entries[0].Value("refused") != "a-late-mark" || len(entries[0].Postings) != 0 {
		r.T.Errorf("%+v %v", entries, err)
	}
}

// isForwarded: pack, dispatch, manifest, and the recipient's answer, once.
func (r *roadsEnd) isForwarded() {
	r.T.Helper()
	car, err := r.Store.SaveCarrier(r.T.Context(), r.Act(), onward.Carrier{Name: "Bud", Kind: onward.CarrierCourier, Weekdays: []int{1, 2, 3, 4, 5, 6, 7}, Times: []int{1200}, Minutes: 120})
	r.Must(err)
	if code, _ := r.grethe.Say(r.election+"consignments", onwardpages.ConsignmentIn{To: "0461", Packets: []onward.Packet{{Count: 5}}}, nil); code < 400 {
		r.T.Error("more was packed than there is")
	}
	var c onward.Consignment
	r.grethe.Says(http.StatusCreated, r.election+"consignments", onwardpages.ConsignmentIn{To: "0461", Packets: []onward.Packet{{Count: 4, Seals: []string{"A77"}}}}, &c)
	r.grethe.Says(http.StatusOK, "consignments/"+c.ID+"/dispatch", onwardpages.DispatchIn{Carrier: car.ID, Leaves: models.DateOf(r.Now).At(20, 0)}, &c)
	token, err := r.Store.AckToken(r.T.Context(), c.ID)
	r.Must(err)
	body := r.nobody.Says(http.StatusOK, "acknowledgements/"+token, onwardpages.AckIn{Count: 3, Packets: 1, Intact: true}, nil)
	if !strings.Contains(body, `"differs"`) || packedFigures.MatchString(body) {
		r.T.Errorf("the answer is %s", body)
	}
	if code, _ := r.nobody.Say("acknowledgements/"+token, onwardpages.AckIn{Count: 4, Packets: 1, Intact: true}, nil); code != http.StatusConflict {
		r.T.Errorf("acknowledged twice: %d", code)
	}
	if code, _ := r.nobody.Say("acknowledgements/"+strings.Repeat("A", 26), onwardpages.AckIn{Count: 4}, nil); code != http.StatusNotFound {
		r.T.Errorf("a code that never was: %d", code)
	}
}

// isDelivered: all districts or none, and a handover with a difference.
func (r *roadsEnd) isDelivered() {
	r.T.Helper()
	if code, _ := r.grethe.Say(r.election+"deliveries", onwardpages.PackDeliveriesIn{Districts: []string{"0751-1", "0751-2"}}, nil); code < 400 {
		r.T.Error("a district with four votes was packed")
	}
	if all, err := r.Store.Deliveries(r.T.Context(), r.Local); err != nil || len(all) != 0 {
		r.T.Fatalf("%d packed by a refused act, %v", len(all), err)
	}
	var ds []onward.Delivery
	r.grethe.Says(http.StatusCreated, r.election+"deliveries", onwardpages.PackDeliveriesIn{Districts: []string{"0751-1"}, Seals: map[string][]string{"0751-1": {"B8"}}}, &ds)
	handover := "deliveries/" + ds[0].ID + "/handover"
	if body := r.grethe.Says(http.StatusOK, handover, onwardpages.HandIn{Recount: 11}, nil); !strings.Contains(body, `"differs"`) || deliveredFigure.MatchString(body) {
		r.T.Errorf("the answer is %s", body)
	}
	r.grethe.Says(http.StatusOK, handover, onwardpages.HandIn{Recount: 12}, nil)
}

// isExaminedOnce: the outcome of a district, the day before the election.
func (r *roadsEnd) isExaminedOnce() {
	r.T.Helper()
	r.Now = models.NewDate(2025, 11, 17).At(12, 0)
	out := onward.Outcome{Considered: 12, Examiners: []string{r.Person["anna"], r.Person["bo"]}, At: r.Now.Add(-time.Hour)}
	r.karen.Says(http.StatusOK, r.election+"districts/0751-1/examination", out, nil)
	if code, _ := r.karen.Say(r.election+"districts/0751-1/examination", out, nil); code < 400 {
		r.T.Error("entered twice without a reason")
	}
}

func (r *roadsEnd) getsNewDistricts() {
	r.T.Helper()
	var saved onwardpages.SavedOut
	r.karen.Says(http.StatusOK, r.election+"districts", []onward.District{{Number: 1, Name: "Nyt, (a/b)"}, {Number: 4, Name: "Øst"}}, &saved)
	if left, err := r.Store.Districts(r.T.Context(), "0751"); err != nil || len(left) != 2 || saved.Saved != 2 {
		r.T.Errorf("%+v %v", left, err)
	}
}
