package web

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/google/uuid"

	deskpages "github.com/brevstemme/brevstemme/app/web/desk"
	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/desk"
	"github.com/brevstemme/brevstemme/pdf"
)

// TestDeskByForms walks the road without JavaScript: open, count, undo, void,
// shut, hand count, close.
func TestDeskByForms(t *testing.T) {
	t.Parallel()
	l := newLibrary(t)
	d := formDesk{l, "/skranke/" + l.session, l.as("anna"), l.as("bo")}
	d.opens()
	d.counts()
	d.countsByHand()
	d.closes()
}

// formDesk is the desk of a session, at the path at, served by two with forms alone.
type formDesk struct {
	*library
	at       string
	anna, bo visitor
}

func (d formDesk) opens() {
	d.t.Helper()
	if code, body := d.anna.get("/skranke"); code != 200 || !strings.Contains(body, "Lystrup Bibliotek") {
		d.t.Fatalf("choose: %d", code)
	}
	if code, body := d.anna.get(d.at + "/aabning"); code != 200 || !strings.Contains(body, "Tjekliste") {
		d.t.Fatalf("opening: %d", code)
	}
	incomplete := d.opening()
	incomplete.Del("value:booths")
	if code, body := d.anna.post(d.at+"/aabning", incomplete); code != http.StatusUnprocessableEntity || !strings.Contains(errorsIn(body), "Tjeklisten") {
		d.t.Fatalf("opened with a line missing: %d %s", code, errorsIn(body))
	}
	d.anna.ok(d.at+"/aabning", d.opening())
}

// counts leaves one own envelope and one to Randers of the local election in the
// book; the second own one is undone, and the seniors' one is void.
func (d formDesk) counts() {
	d.t.Helper()
	for _, f := range []url.Values{
		{"do": {"receive"}, "election": {d.kv}, "scan": {""}},
		{"do": {"receive"}, "election": {d.kv}, "scan": {"ran"}},
		{"do": {"receive"}, "election": {d.aer}, "scan": {"0751"}},
		{"do": {"receive"}, "election": {d.kv}, "scan": {""}},
		{"do": {"undo"}},
		{"do": {"spoil"}, "election": {d.kv}, "reason": {"torn"}},
		{"do": {"mark"}, "what": {"line"}, "n": {"7"}},
		{"do": {"incident"}, "reason": {"aid_missing"}},
		{"do": {"void"}, "election": {d.aer}, "scan": {""}, "reason": {"not_signed"}},
	} {
		d.anna.ok(d.at, f)
	}
	if code, _ := d.anna.post(d.at, url.Values{"do": {"receive"}, "election": {d.kv}, "scan": {"010203-1234"}}); code != http.StatusUnprocessableEntity {
		d.t.Fatalf("a CPR number was answered with %d", code)
	}
}

// countsByHand shuts the doors and counts blind, twice: Anna misses the envelope
// to Randers, and Bo finds it.
func (d formDesk) countsByHand() {
	d.t.Helper()
	d.anna.ok(d.at+"/lukning", url.Values{"do": {"shut"}, "in_line": {"2"}})
	if _, body := d.anna.get(d.at + "/lukning"); strings.Contains(body, "Modtaget") || strings.Contains(body, "systemet") {
		d.t.Error("the page of the blind count tells figures")
	}
	count := url.Values{"do": {"count"}}
	for _, e := range []string{d.kv, d.aer} {
		for _, k := range []string{"own", "other", "unknown"} {
			count.Set("count:"+e+"/"+k, "0")
		}
	}
	count.Set("count:"+d.kv+"/own", "1")
	d.anna.ok(d.at+"/lukning", count)
	if code, _ := d.anna.post(d.at+"/lukning", count); code != http.StatusUnprocessableEntity {
		d.t.Errorf("the same person counted twice: %d", code)
	}
	count.Set("count:"+d.kv+"/other", "1")
	d.bo.ok(d.at+"/lukning", count)
}

func (d formDesk) closes() {
	d.t.Helper()
	sign := func(pin string) url.Values {
		return url.Values{"do": {"close"}, "left:" + custody.Material(d.kv, "set"): {"37"}, "left:" + custody.Material(d.aer, "set"): {"19"},
			"searched": {"Papirkurve"}, "unsealed": {"beholderen er ikke kommet"}, "witness_login": {"anna"}, "pin": {pin}}
	}
	if code, body := d.bo.post(d.at+"/lukning", sign("9999")); code != http.StatusUnprocessableEntity || !strings.Contains(errorsIn(body), "PIN") {
		d.t.Errorf("closed with a wrong PIN: %d %s", code, errorsIn(body))
	}
	d.bo.ok(d.at+"/lukning", sign("0000"))
	if code, body := d.bo.get(d.at + "/lukning"); code != 200 || !strings.Contains(body, "Sessionen er afsluttet") {
		d.t.Fatalf("closed: %d", code)
	}
}

// TestDeskForms prints every form of the desk.
func TestDeskForms(t *testing.T) {
	t.Parallel()
	l := newLibrary(t)
	l.as("anna").ok("/skranke/"+l.session+"/aabning", l.opening())
	karen := l.as("karen")
	pad, err := l.store.IssuePad(t.Context(), l.act(), "LYS", 3)
	l.must(err)
	v, err := l.store.NewListVersion(t.Context(), l.act(), l.kv, desk.NoticeList, "Kandidatliste 1", "ministeriet")
	l.must(err)
	for _, path := range []string{"/skranke/" + l.session + "/aabning.pdf", "/skranke/" + l.session + "/dagsrapport.pdf", "/skranke/" + l.session + "/kommandoer.pdf",
		"/noedblokke/" + pad.ID + "/noedblok.pdf", "/lister/" + v.ID + "/tilbagekaldelse.pdf"} {
		if code, body := karen.get(path); code != 200 || !strings.HasPrefix(body, "%PDF-") {
			t.Errorf("%s: %d %.300s", path, code, body)
		}
	}
	for _, path := range []string{"/tavle", "/lister", "/lister/" + v.ID, "/noedblokke", "/skranke/" + l.session + "/hold", "/skranke/" + l.session + "/materiale", "/skranke/" + l.session + "/noedblok", "/skranke/" + l.session + "/lukning", "/skranke/skal", "/sw.js"} {
		if code, body := karen.get(path); code != 200 || strings.Contains(body, "⟦") {
			t.Errorf("%s: %d", path, code)
		}
	}
}

// TestDeskAPI: idempotent, refuses CPR numbers and strangers, marks late events
// and keeps their author.
func TestDeskAPI(t *testing.T) {
	t.Parallel()
	l := newLibrary(t)
	anna, bo := l.as("anna"), l.as("bo")
	anna.ok("/skranke/"+l.session+"/aabning", l.opening())
	own := deskpages.EventIn{Act: "receive", Election: l.kv, Destination: "own", Author: l.person["anna"], Device: "d1", DeviceSeq: 1, DeviceAt: l.now.Add(9 * time.Hour).UnixMilli()}
	key := uuid.NewString()
	for range 5 {
		if code, body := anna.event(key, own); code != http.StatusCreated {
			t.Fatalf("%d %s", code, body)
		}
	}
	other := own
	other.Destination = "0740"
	if code, body := anna.event(key, other); code != http.StatusUnprocessableEntity || !strings.Contains(body, "idempotency_reuse") {
		t.Errorf("same key, other body: %d %s", code, body)
	}
	if code, body := anna.event(uuid.NewString(), deskpages.EventIn{Act: "receive", Election: l.kv, Destination: "0102031234"}); code != http.StatusUnprocessableEntity || !strings.Contains(body, "cpr_refused") {
		t.Errorf("a CPR number: %d %s", code, body)
	}
	// Anna's event waited half an hour in the outbox of a PC whose clock is nine
	// hours ahead; Bo is logged in when the network returns.
	l.now = l.now.Add(time.Hour)
	late := own
	late.DeviceAt, late.DeviceSeq = l.now.Add(9*time.Hour-30*time.Minute).UnixMilli(), 2
	if code, body := bo.event(uuid.NewString(), late); code != http.StatusForbidden {
		t.Errorf("a fresh event in another's name: %d %s", code, body)
	}
	code, body := bo.event(uuid.NewString(), late, deskpages.SentAtHeader, fmt.Sprint(l.now.Add(9*time.Hour).UnixMilli()), site.QueuedHeader, "1")
	var out deskpages.EventOut
	if err := json.Unmarshal([]byte(body), &out); err != nil || code != http.StatusCreated || !out.Late || !out.At.Equal(l.now.Add(-30*time.Minute)) {
		t.Fatalf("late event: %d %s %v", code, body, err)
	}
	events, err := l.store.DeskEvents(t.Context(), l.session, 10)
	l.must(err)
	if len(events) != 2 || events[0].Person != l.person["anna"] || !events[0].Late || events[1].Late {
		t.Errorf("events %+v", events)
	}
	entry, _, err := l.store.Entries(t.Context(), 0, "desk.received", 1)
	if err != nil || len(entry[0].Actors) != 2 || entry[0].Actors[0].Person != l.person["anna"] || entry[0].Actors[1].Person != l.person["bo"] {
		t.Errorf("the journal does not tell author and sender: %+v %v", entry[0].Actors, err)
	}
}

// TestExerciseSaysSo: forms of an exercise carry the mark in their body.
func TestExerciseSaysSo(t *testing.T) {
	t.Parallel()
	l := newLibrary(t)
	r := &site.Request{Server: l.web.Server, Lang: "da", Gin: &gin.Context{Request: httptest.NewRequest(site.GET, "/", nil)}}
	sh := desk.Shift{Session: models.Session{Elections: []string{"OV"}}, Elections: map[string]models.Election{"OV": {ID: "OV", Practice: true}}}
	for practice, want := range map[bool]pdf.MarkKind{true: pdf.Exercise, false: pdf.Provisional} {
		sh.Elections["OV"] = models.Election{ID: "OV", Practice: practice}
		f, err := l.web.DeskForm(r, sh, pdf.TypeDayReport, false)
		if l.must(err); f.Mark.Kind != want {
			t.Errorf("practice %v: mark %v", practice, f.Mark.Kind)
		}
	}
}

// call posts JSON to an act of the session and wants 200.
func (v visitor) call(act string, in any) deskpages.SessionOut {
	v.l.t.Helper()
	b, err := json.Marshal(in)
	v.l.must(err)
	req, err := http.NewRequest(site.POST, v.l.url+"/api/v1/sessions/"+v.l.session+"/"+act, bytes.NewReader(b))
	v.l.must(err)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set(site.KeyHeader, uuid.NewString())
	code, body, _ := v.do(req)
	var out deskpages.SessionOut
	if err := json.Unmarshal([]byte(body), &out); err != nil || code != http.StatusOK {
		v.l.t.Fatalf("%s: %d %s", act, code, body)
	}
	return out
}

// TestDeskByJSON walks open, count, shut, hand count and close as a program does.
func TestDeskByJSON(t *testing.T) {
	t.Parallel()
	l := newLibrary(t)
	anna := l.as("anna")
	checks := map[string]string{"sealed:" + l.kv: "", "sealed:" + l.aer: "", "notice:" + l.kv: "", "notice:" + l.aer: "", "aid:felt_pen": "", "aid:magnifier_4x": "", "aid:led_lamp": "", "network": "", "pad": "", "booths": "2"}
	for _, e := range []string{l.kv, l.aer} {
		checks["empty:"+e], checks["stock:"+e], checks["list:"+e] = models.WithCheck("K1234567"), "20", "1"
	}
	kv, aer := custody.Material(l.kv, "set"), custody.Material(l.aer, "set")
	if out := anna.call("open", deskpages.OpenIn{Crew: []string{l.person["anna"], l.person["bo"]}, Witness: l.person["bo"], Checks: checks, Stock: map[string]int{kv: 20, aer: 20}}); out.State != models.SessionOpen {
		t.Fatalf("%+v", out)
	}
	for range 3 {
		if code, body := anna.event(uuid.NewString(), deskpages.EventIn{Act: "receive", Election: l.kv, Destination: "own"}); code != http.StatusCreated {
			t.Fatalf("%d %s", code, body)
		}
	}
	anna.call("shut", deskpages.ShutIn{InLine: 1})
	counts := map[string]int{}
	for _, e := range []string{l.kv, l.aer} {
		for _, k := range []string{"own", "other", "unknown"} {
			counts[e+"/"+k] = 0
		}
	}
	counts[l.kv+"/own"] = 3
	if out := anna.call("hand-count", deskpages.HandCountIn{Counts: counts}); out.Counted != desk.CountedEqual {
		t.Fatalf("%+v", out)
	}
	if out := anna.call("close", deskpages.CloseIn{Left: map[string]int{kv: 17, aer: 20}, Searched: []string{"Papirkurve"}, Unsealed: "beholder mangler", WitnessLogin: "bo", PIN: "1111"}); out.State != models.SessionClosed {
		t.Fatalf("%+v", out)
	}
}

// TestThousandScans: 1,000 scans from two desks, mixed with refused ones, give
// exactly the accepted number.
func TestThousandScans(t *testing.T) {
	t.Parallel()
	l := newLibrary(t)
	anna, bo := l.as("anna"), l.as("bo")
	anna.ok("/skranke/"+l.session+"/aabning", l.opening())
	var wg sync.WaitGroup
	var mu sync.Mutex
	accepted, refused := 0, 0
	for d, who := range []visitor{anna, bo} {
		wg.Go(func() {
			for i := range 500 {
				in := deskpages.EventIn{Act: "receive", Election: []string{l.kv, l.aer}[i%2], Destination: "own", Device: fmt.Sprint("d", d), DeviceSeq: int64(i)}
				switch i % 25 {
				case 7:
					in.Destination = "9999"
				case 13:
					in.Election = "FV99"
				case 19:
					in.Destination = fmt.Sprintf("0101%02d%04d", i%99, i)
				}
				code, _ := who.event(uuid.NewString(), in)
				mu.Lock()
				if code == http.StatusCreated {
					accepted++
				} else {
					refused++
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	x, err := l.store.Session(t.Context(), l.session)
	l.must(err)
	tallies, err := l.store.Tallies(t.Context(), x)
	l.must(err)
	if total := tallies[0].Received + tallies[1].Received; total != accepted || refused != 120 || accepted != 880 {
		t.Errorf("accepted %d, refused %d, in the book %d", accepted, refused, total)
	}
}
