package desk_test

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
	"github.com/brevstemme/brevstemme/app/web/webtest"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/desk"
	"github.com/brevstemme/brevstemme/pdf"
)

// TestDeskByForms walks the road without JavaScript: open, count, undo, void,
// shut, hand count, close.
func TestDeskByForms(t *testing.T) {
	t.Parallel()
	l := webtest.NewLibrary(t)
	d := formDesk{l, "/skranke/" + l.Session, l.As("anna"), l.As("bo")}
	d.opens()
	d.counts()
	d.countsByHand()
	d.closes()
}

// formDesk is the desk of a session, at the path at, served by two with forms alone.
type formDesk struct {
	*webtest.Library
	at       string
	anna, bo webtest.Visitor
}

func (d formDesk) opens() {
	d.T.Helper()
	if code, body := d.anna.Get("/skranke"); code != 200 || !strings.Contains(body, "Lystrup Bibliotek") {
		d.T.Fatalf("choose: %d", code)
	}
	if code, body := d.anna.Get(d.at + "/aabning"); code != 200 || !strings.Contains(body, "Tjekliste") {
		d.T.Fatalf("opening: %d", code)
	}
	incomplete := d.Opening()
	incomplete.Del("value:booths")
	if code, body := d.anna.Post(d.at+"/aabning", incomplete); code != http.StatusUnprocessableEntity || !strings.Contains(webtest.ErrorsIn(body), "Tjeklisten") {
		d.T.Fatalf("opened with a line missing: %d %s", code, webtest.ErrorsIn(body))
	}
	d.anna.OK(d.at+"/aabning", d.Opening())
}

// counts leaves one own envelope and one to Randers of the local election in the
// book; the second own one is undone, and the seniors' one is void.
func (d formDesk) counts() {
	d.T.Helper()
	for _, f := range []url.Values{
		{"do": {"receive"}, "election": {d.Local}, "scan": {""}},
		{"do": {"receive"}, "election": {d.Local}, "scan": {"ran"}},
		{"do": {"receive"}, "election": {d.Seniors}, "scan": {"0751"}},
		{"do": {"receive"}, "election": {d.Local}, "scan": {""}},
		{"do": {"undo"}},
		{"do": {"spoil"}, "election": {d.Local}, "reason": {"torn"}},
		{"do": {"mark"}, "what": {"line"}, "n": {"7"}},
		{"do": {"incident"}, "reason": {"aid_missing"}},
		{"do": {"void"}, "election": {d.Seniors}, "scan": {""}, "reason": {"not_signed"}},
	} {
		d.anna.OK(d.at, f)
	}
	if code, _ := d.anna.Post(d.at, url.Values{"do": {"receive"}, "election": {d.Local}, "scan": {"010203-1234"}}); code != http.StatusUnprocessableEntity {
		d.T.Fatalf("a CPR number was answered with %d", code)
	}
}

// countsByHand shuts the doors and counts blind, twice: Anna misses the envelope
// to Randers, and Bo finds it.
func (d formDesk) countsByHand() {
	d.T.Helper()
	d.anna.OK(d.at+"/lukning", url.Values{"do": {"shut"}, "in_line": {"2"}})
	if _, body := d.anna.Get(d.at + "/lukning"); strings.Contains(body, "Modtaget") || strings.Contains(body, "systemet") {
		d.T.Error("the page of the blind count tells figures")
	}
	count := url.Values{"do": {"count"}}
	for _, e := range []string{d.Local, d.Seniors} {
		for _, k := range []string{"own", "other", "unknown"} {
			count.Set("count:"+e+"/"+k, "0")
		}
	}
	count.Set("count:"+d.Local+"/own", "1")
	d.anna.OK(d.at+"/lukning", count)
	if code, _ := d.anna.Post(d.at+"/lukning", count); code != http.StatusUnprocessableEntity {
		d.T.Errorf("the same person counted twice: %d", code)
	}
	count.Set("count:"+d.Local+"/other", "1")
	d.bo.OK(d.at+"/lukning", count)
}

func (d formDesk) closes() {
	d.T.Helper()
	sign := func(pin string) url.Values {
		return url.Values{"do": {"close"}, "left:" + custody.Material(d.Local, "set"): {"37"}, "left:" + custody.Material(d.Seniors, "set"): {"19"},
			"searched": {"Papirkurve"}, "unsealed": {"beholderen er ikke kommet"}, "witness_login": {"anna"}, "pin": {pin}}
	}
	if code, body := d.bo.Post(d.at+"/lukning", sign("9999")); code != http.StatusUnprocessableEntity || !strings.Contains(webtest.ErrorsIn(body), "PIN") {
		d.T.Errorf("closed with a wrong PIN: %d %s", code, webtest.ErrorsIn(body))
	}
	d.bo.OK(d.at+"/lukning", sign("0000"))
	if code, body := d.bo.Get(d.at + "/lukning"); code != 200 || !strings.Contains(body, "Sessionen er afsluttet") {
		d.T.Fatalf("closed: %d", code)
	}
}

// TestDeskForms prints every form of the desk.
func TestDeskForms(t *testing.T) {
	t.Parallel()
	l := webtest.NewLibrary(t)
	l.As("anna").OK("/skranke/"+l.Session+"/aabning", l.Opening())
	karen := l.As("karen")
	pad, err := l.Store.IssuePad(t.Context(), l.Act(), "LYS", 3)
	l.Must(err)
	v, err := l.Store.NewListVersion(t.Context(), l.Act(), l.Local, desk.NoticeList, "Kandidatliste 1", "ministeriet")
	l.Must(err)
	for _, path := range []string{"/skranke/" + l.Session + "/aabning.pdf", "/skranke/" + l.Session + "/dagsrapport.pdf", "/skranke/" + l.Session + "/kommandoer.pdf",
		"/noedblokke/" + pad.ID + "/noedblok.pdf", "/lister/" + v.ID + "/tilbagekaldelse.pdf"} {
		if code, body := karen.Get(path); code != 200 || !strings.HasPrefix(body, "%PDF-") {
			t.Errorf("%s: %d %.300s", path, code, body)
		}
	}
	for _, path := range []string{"/tavle", "/lister", "/lister/" + v.ID, "/noedblokke", "/skranke/" + l.Session + "/hold", "/skranke/" + l.Session + "/materiale", "/skranke/" + l.Session + "/noedblok", "/skranke/" + l.Session + "/lukning", "/skranke/skal", "/sw.js"} {
		if code, body := karen.Get(path); code != 200 || strings.Contains(body, "⟦") {
			t.Errorf("%s: %d", path, code)
		}
	}
}

// TestDeskAPI: idempotent, refuses CPR numbers and strangers, marks late events
// and keeps their author.
func TestDeskAPI(t *testing.T) {
	t.Parallel()
	l := webtest.NewLibrary(t)
	anna, bo := l.As("anna"), l.As("bo")
	anna.OK("/skranke/"+l.Session+"/aabning", l.Opening())
	own := deskpages.EventIn{Act: "receive", Election: l.Local, Destination: "own", Author: l.Person["anna"], Device: "d1", DeviceSeq: 1, DeviceAt: l.Now.Add(9 * time.Hour).UnixMilli()}
	key := uuid.NewString()
	for range 5 {
		if code, body := anna.Event(key, own); code != http.StatusCreated {
			t.Fatalf("%d %s", code, body)
		}
	}
	other := own
	other.Destination = "0740"
	if code, body := anna.Event(key, other); code != http.StatusUnprocessableEntity || !strings.Contains(body, "idempotency_reuse") {
		t.Errorf("same key, other body: %d %s", code, body)
	}
	if code, body := anna.Event(uuid.NewString(), deskpages.EventIn{Act: "receive", Election: l.Local, Destination: "0102031234"}); code != http.StatusUnprocessableEntity || !strings.Contains(body, "cpr_refused") {
		t.Errorf("a CPR number: %d %s", code, body)
	}
	// Anna's event waited half an hour in the outbox of a PC whose clock is nine
	// hours ahead; Bo is logged in when the network returns.
	l.Now = l.Now.Add(time.Hour)
	late := own
	late.DeviceAt, late.DeviceSeq = l.Now.Add(9*time.Hour-30*time.Minute).UnixMilli(), 2
	if code, body := bo.Event(uuid.NewString(), late); code != http.StatusForbidden {
		t.Errorf("a fresh event in another's name: %d %s", code, body)
	}
	code, body := bo.Event(uuid.NewString(), late, deskpages.SentAtHeader, fmt.Sprint(l.Now.Add(9*time.Hour).UnixMilli()), site.QueuedHeader, "1")
	var out deskpages.EventOut
	if err := json.Unmarshal([]byte(body), &out); err != nil || code != http.StatusCreated || !out.Late || !out.At.Equal(l.Now.Add(-30*time.Minute)) {
		t.Fatalf("late event: %d %s %v", code, body, err)
	}
	events, err := l.Store.DeskEvents(t.Context(), l.Session, 10)
	l.Must(err)
	if len(events) != 2 || events[0].Person != l.Person["anna"] || !events[0].Late || events[1].Late {
		t.Errorf("events %+v", events)
	}
	entry, _, err := l.Store.Entries(t.Context(), 0, "desk.received", 1)
	if err != nil || len(entry[0].Actors) != 2 || entry[0].Actors[0].Person != l.Person["anna"] || entry[0].Actors[1].Person != l.Person["bo"] {
		t.Errorf("the journal does not tell author and sender: %+v %v", entry[0].Actors, err)
	}
}

// TestExerciseSaysSo: forms of an exercise carry the mark in their body.
func TestExerciseSaysSo(t *testing.T) {
	t.Parallel()
	l := webtest.NewLibrary(t)
	r := &site.Request{Server: l.Web.Server, Lang: "da", Gin: &gin.Context{Request: httptest.NewRequest(site.GET, "/", nil)}}
	sh := desk.Shift{Session: models.Session{Elections: []string{"OV"}}, Elections: map[string]models.Election{"OV": {ID: "OV", Practice: true}}}
	for practice, want := range map[bool]pdf.MarkKind{true: pdf.Exercise, false: pdf.Provisional} {
		sh.Elections["OV"] = models.Election{ID: "OV", Practice: practice}
		f, err := l.Web.DeskForm(r, sh, pdf.TypeDayReport, false)
		if l.Must(err); f.Mark.Kind != want {
			t.Errorf("practice %v: mark %v", practice, f.Mark.Kind)
		}
	}
}

// call posts JSON to an act of the session and wants 200.
func call(v webtest.Visitor, act string, in any) deskpages.SessionOut {
	v.Library.T.Helper()
	b, err := json.Marshal(in)
	v.Library.Must(err)
	req, err := http.NewRequest(site.POST, v.Library.URL+"/api/v1/sessions/"+v.Library.Session+"/"+act, bytes.NewReader(b))
	v.Library.Must(err)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set(site.KeyHeader, uuid.NewString())
	code, body, _ := v.Do(req)
	var out deskpages.SessionOut
	if err := json.Unmarshal([]byte(body), &out); err != nil || code != http.StatusOK {
		v.Library.T.Fatalf("%s: %d %s", act, code, body)
	}
	return out
}

// TestDeskByJSON walks open, count, shut, hand count and close as a program does.
func TestDeskByJSON(t *testing.T) {
	t.Parallel()
	l := webtest.NewLibrary(t)
	anna := l.As("anna")
	checks := map[string]string{"sealed:" + l.Local: "", "sealed:" + l.Seniors: "", "notice:" + l.Local: "", "notice:" + l.Seniors: "", "aid:felt_pen": "", "aid:magnifier_4x": "", "aid:led_lamp": "", "network": "", "pad": "", "booths": "2"}
	for _, e := range []string{l.Local, l.Seniors} {
		checks["empty:"+e], checks["stock:"+e], checks["list:"+e] = models.WithCheck("K1234567"), "20", "1"
	}
	kv, aer := custody.Material(l.Local, "set"), custody.Material(l.Seniors, "set")
	if out := call(anna, "open", deskpages.OpenIn{Crew: []string{l.Person["anna"], l.Person["bo"]}, Witness: l.Person["bo"], Checks: checks, Stock: map[string]int{kv: 20, aer: 20}}); out.State != models.SessionOpen {
		t.Fatalf("%+v", out)
	}
	for range 3 {
		if code, body := anna.Event(uuid.NewString(), deskpages.EventIn{Act: "receive", Election: l.Local, Destination: "own"}); code != http.StatusCreated {
			t.Fatalf("%d %s", code, body)
		}
	}
	call(anna, "shut", deskpages.ShutIn{InLine: 1})
	counts := map[string]int{}
	for _, e := range []string{l.Local, l.Seniors} {
		for _, k := range []string{"own", "other", "unknown"} {
			counts[e+"/"+k] = 0
		}
	}
	counts[l.Local+"/own"] = 3
	if out := call(anna, "hand-count", deskpages.HandCountIn{Counts: counts}); out.Counted != desk.CountedEqual {
		t.Fatalf("%+v", out)
	}
	if out := call(anna, "close", deskpages.CloseIn{Left: map[string]int{kv: 17, aer: 20}, Searched: []string{"Papirkurve"}, Unsealed: "beholder mangler", WitnessLogin: "bo", PIN: "1111"}); out.State != models.SessionClosed {
		t.Fatalf("%+v", out)
	}
}

// TestThousandScans: 1,000 scans from two desks, mixed with refused ones, give
// exactly the accepted number.
func TestThousandScans(t *testing.T) {
	t.Parallel()
	l := webtest.NewLibrary(t)
	anna, bo := l.As("anna"), l.As("bo")
	anna.OK("/skranke/"+l.Session+"/aabning", l.Opening())
	var wg sync.WaitGroup
	var mu sync.Mutex
	accepted, refused := 0, 0
	for d, who := range []webtest.Visitor{anna, bo} {
		wg.Go(func() {
			for i := range 500 {
				in := deskpages.EventIn{Act: "receive", Election: []string{l.Local, l.Seniors}[i%2], Destination: "own", Device: fmt.Sprint("d", d), DeviceSeq: int64(i)}
				switch i % 25 {
				case 7:
					in.Destination = "9999"
				case 13:
					in.Election = "FV99"
				case 19:
					in.Destination = fmt.Sprintf("0101%02d%04d", i%99, i)
				}
				code, _ := who.Event(uuid.NewString(), in)
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
	x, err := l.Store.Session(t.Context(), l.Session)
	l.Must(err)
	tallies, err := l.Store.Tallies(t.Context(), x)
	l.Must(err)
	if total := tallies[0].Received + tallies[1].Received; total != accepted || refused != 120 || accepted != 880 {
		t.Errorf("accepted %d, refused %d, in the book %d", accepted, refused, total)
	}
}
