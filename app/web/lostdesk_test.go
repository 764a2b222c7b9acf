package web

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/google/uuid"

	deskpages "github.com/brevstemme/brevstemme/app/web/desk"
	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/desk"
	"github.com/brevstemme/brevstemme/models/store/audits"
)

// lateEvent sends an envelope that waited in the outbox of a PC.
func (d *twins) lateEvent(login, device string) (int, site.Problem) {
	d.t.Helper()
	req, err := http.NewRequest(site.POST, d.url+"/api/v1/sessions/"+d.session+"/events", strings.NewReader(`{"act":"receive","election":"`+d.kv+`","destination":"own","device":"`+device+`","device_seq":1}`))
	d.must(err)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set(site.KeyHeader, uuid.NewString())
	req.Header.Set(site.QueuedHeader, "1")
	code, body, _ := d.as(login).do(req)
	var p site.Problem
	d.must(json.Unmarshal([]byte(body), &p))
	return code, p
}

// A PC breaks for good with three counts waiting. The day report is provisional
// until a coordinator and a second person declare it lost; it then says so, and
// says it still when the PC comes back: nothing is counted twice, nothing is lost.
func TestAPCThatBreaksForGood(t *testing.T) {
	t.Parallel()
	d := newTwins(t)
	pc := "0199a7c2-1111-7aaa-8bbb-0123456789ab"
	if code, body := d.send("anna", "sessions/"+d.session+"/sign", "", deskpages.SignIn{Device: pc, Waiting: 3}); code != 200 {
		t.Fatalf("%d %s", code, body)
	}
	at, in := "sessions/"+d.session+"/devices/"+pc+"/lost", deskpages.LostIn{Reason: "broken", WitnessLogin: "bo", PIN: "1111"}
	d.refused("while the session is open", "karen", at, uuid.NewString(), in, http.StatusConflict, "")
	d.evening()
	report := func(want string, provisional bool) {
		t.Helper()
		_, body := d.as("karen").get("/skranke/" + d.session + "/dagsrapport.pdf")
		text := strings.Join(strings.Fields(d.readable(body)), " ")
		if strings.Contains(text, "FORELØBIG") != provisional || !strings.Contains(text, want) {
			t.Errorf("the day report (provisional: %v) does not say %q:\n%s", provisional, want, text)
		}
	}
	report("", true)
	if _, page := d.as("karen").get("/skranke/" + d.session + "/lukning"); !strings.Contains(page, "/tabt") || !strings.Contains(page, "…89AB") {
		t.Errorf("the coordinator is not offered to declare it lost")
	} else if strings.Contains(page, "før I afslutter") || !strings.Contains(page, "en koordinator har meldt pc&#39;en tabt") || strings.Contains(page, "KV25:") {
		t.Errorf("a closed session is told to send before it is closed, or names its election by id")
	}
	if _, page := d.as("anna").get("/skranke/" + d.session + "/lukning"); strings.Contains(page, "/tabt") || !strings.Contains(page, "En koordinator kan melde") {
		t.Errorf("the receiver is offered it")
	}
	with := func(f func(*deskpages.LostIn)) deskpages.LostIn { x := in; f(&x); return x }
	var out deskpages.DeviceOut
	d.play(twin{as: "karen", act: at, status: 200, in: in, others: []string{"anna", "kurt", "rita", "aud"}, out: &out, bad: []bad{
		{with(func(x *deskpages.LostIn) { x.Reason = "hm" }), 422, "reason"}, {with(func(x *deskpages.LostIn) { x.WitnessLogin, x.PIN = "", "" }), 422, "witness_login"},
		{with(func(x *deskpages.LostIn) { x.PIN = "0000" }), 422, "witness_login"}, {with(func(x *deskpages.LostIn) { x.WitnessLogin, x.PIN = "karen", "2222" }), 422, "witness_login"}}})
	if out.State != desk.DeviceLost || out.Waiting != 3 || out.Found == nil || *out.Found != 0 || out.Second != d.person["bo"] || out.Deviation == "" {
		t.Errorf("%+v", out)
	}
	d.refused("twice", "karen", at, uuid.NewString(), in, http.StatusConflict, "")
	d.refused("a PC that nobody heard of", "karen", "sessions/"+d.session+"/devices/other/lost", uuid.NewString(), in, http.StatusConflict, "")
	report("…89AB meldt tabt (gået i stykker). Den havde meldt 3 ventende hændelser; håndtællingen fandt 0 flere end bogen.", false)
	if _, page := d.as("karen").get("/afvigelser/" + out.Deviation); !strings.Contains(page, "håndtællingen fandt kun 0 kuverter flere") {
		t.Error("the deviation does not say what it is about")
	}

	// It comes back: with its own words, with one deviation however many events it has.
	head := d.head()
	for range 3 {
		if code, p := d.lateEvent("anna", pc); code != http.StatusConflict || p.Code != "wrong_state" || !strings.Contains(p.Detail, "meldt tabt") || !strings.Contains(p.Detail, "Afvigelse") {
			t.Fatalf("%d %+v", code, p)
		}
	}
	if d.head() != head+1 {
		t.Errorf("%d entries for its coming back", d.head()-head)
	}
	if code, p := d.lateEvent("lise", pc); code != http.StatusForbidden || strings.Contains(p.Detail, "meldt tabt") {
		t.Errorf("from another library: %d %+v", code, p)
	}
	if code, p := d.lateEvent("anna", "another-pc-0001"); code != http.StatusForbidden || strings.Contains(p.Detail, "meldt tabt") {
		t.Errorf("another PC: %d %+v", code, p)
	}
	_, body := d.as("karen").get("/api/v1/sessions/" + d.session + "/devices")
	var all []deskpages.DeviceOut
	d.must(json.Unmarshal([]byte(body), &all))
	if len(all) != 1 || all[0].State != desk.DeviceReturned || all[0].Returned == "" || all[0].Returned == out.Deviation {
		t.Fatal(body)
	}
	x, err := d.store.Deviation(t.Context(), all[0].Returned)
	d.must(err)
	if x.Session != d.session || x.State != custody.DeviationOpen {
		t.Errorf("%+v", x)
	}
	s, err := d.store.Session(t.Context(), d.session)
	d.must(err)
	tallies, err := d.store.Tallies(t.Context(), s)
	d.must(err)
	for _, y := range tallies {
		if y.Election == d.kv && y.Received != 221 {
			t.Errorf("the book has %d", y.Received)
		}
	}
	if code, _ := d.send("anna", "sessions/"+d.session+"/sign", "", deskpages.SignIn{Device: pc, Waiting: 5}); code != 200 {
		t.Error(code)
	}
	report("intet talt igen, afvigelse", false)
	if rep, err := audits.Verify(t.Context(), d.dsn); err != nil || !rep.OK {
		t.Errorf("%+v %v", rep, err)
	}
}
