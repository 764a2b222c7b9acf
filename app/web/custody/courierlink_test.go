package custody_test

import (
	"net/url"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/brevstemme/brevstemme/app/web/webtest"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/store/boxes"
	"github.com/brevstemme/brevstemme/pdf"
)

// errand is a box at LYS that waits for its courier, Kurt, who signs by a link.
type errand struct {
	*webtest.Twins
	handover string
}

func newErrand(t *testing.T) *errand {
	t.Helper()
	d := webtest.NewTwins(t)
	return &errand{d, d.Offer()}
}

// link is a new link that the giver made.
func (e *errand) link() boxes.CourierLink {
	e.T.Helper()
	giver := e.Act()
	giver.Person = e.Person["anna"]
	l, err := e.Store.MakeCourierLink(e.T.Context(), giver, e.handover)
	e.Must(err)
	return l
}

// stands is the handover as it stands in the book.
func (e *errand) stands() custody.Handover {
	e.T.Helper()
	h, err := e.Store.Handover(e.T.Context(), e.handover)
	e.Must(err)
	return h
}

// isKurts wants the courier's signature to be Kurt's, by a PIN.
func (e *errand) isKurts() {
	e.T.Helper()
	if c := e.stands().Carrier; c.Person != e.Person["kurt"] || c.Means != "pin" {
		e.T.Errorf("signed by %+v", c)
	}
}

// A courier's link works once, on one device, with its PIN, before it expires
// and for its own leg.
func TestACouriersLink(t *testing.T) {
	e := newErrand(t)
	e.oneDeviceMayGuessFiveTimes()
	e.noneOutlivesTheNextOrTheNight()
	e.oneCollectsOnce()
}

// open opens a link on a device.
func (e *errand) open(l boxes.CourierLink, device string) (custody.Handover, error) {
	return e.Store.OpenCourierLink(e.T.Context(), l.Token, device)
}

// collect signs by a link.
func (e *errand) collect(token, device, pin string) error {
	_, err := e.Store.CollectByLink(e.T.Context(), token, device, pin)
	return err
}

// forbidden wants a refusal, and that the box waits still.
func (e *errand) forbidden(what string, err error) {
	e.T.Helper()
	if state := e.stands().State; models.CodeOf(err) != models.CodeForbidden || state != custody.HandoverOffered {
		e.T.Errorf("%s: %v, the handover is %s", what, err, state)
	}
}

func (e *errand) oneDeviceMayGuessFiveTimes() {
	e.T.Helper()
	l := e.link()
	blind, err := e.open(l, "phone")
	e.Must(err)
	if blind.Sent[0].Counts != nil || blind.Sent[0].Seals != nil {
		e.T.Error("the courier sees figures")
	}
	_, err = e.open(l, "thief")
	e.forbidden("opened on another device", err)
	e.forbidden("stolen with its PIN", e.collect(l.Token, "thief", l.PIN))
	e.forbidden("guessed", e.collect("GUESSED", "phone", l.PIN))
	var wrong atomic.Int32
	var guesses sync.WaitGroup
	for range 16 { // at once: no more than five are looked at
		guesses.Go(func() {
			if err := e.collect(l.Token, "phone", "wrong"); models.CodeOf(err) == models.CodeInvalid {
				wrong.Add(1)
			}
		})
	}
	guesses.Wait()
	if wrong.Load() != 5 {
		e.T.Errorf("%d wrong PINs were looked at", wrong.Load())
	}
	e.forbidden("blocked", e.collect(l.Token, "phone", l.PIN))
}

func (e *errand) noneOutlivesTheNextOrTheNight() {
	e.T.Helper()
	old, l := e.link(), e.link()
	_, err := e.open(old, "phone")
	e.forbidden("replaced", err)
	e.Now = e.Now.Add(13 * time.Hour)
	_, err = e.open(l, "phone")
	e.forbidden("expired", err)
}

func (e *errand) oneCollectsOnce() {
	e.T.Helper()
	l := e.link()
	_, err := e.open(l, "phone")
	e.Must(err)
	e.Must(e.collect(l.Token, "phone", l.PIN))
	e.isKurts()
	if state := e.stands().State; state != custody.HandoverInTransit {
		e.T.Errorf("collected, the handover is %s", state)
	}
	if err := e.collect(l.Token, "phone", l.PIN); models.CodeOf(err) != models.CodeForbidden {
		e.T.Errorf("replayed: %v", err)
	}
	if _, err := e.Store.MakeCourierLink(e.T.Context(), e.Act(), e.handover); models.CodeOf(err) != models.CodeState {
		e.T.Errorf("a link for a leg under way: %v", err)
	}
	for _, path := range []string{"/b/UNKNOWN", "/b/" + l.Token} {
		if code, body := e.Nobody().Get(path); code != 200 || !strings.Contains(body, "Linket gælder ikke") {
			e.T.Errorf("%s: %d", path, code)
		}
	}
}

// The giver's half that is printed when a link is made carries the link as text
// and as a code; the PIN is on no paper, and the database has neither.
func TestAPrintedCouriersLink(t *testing.T) {
	t.Parallel()
	e := newErrand(t)
	anna := e.As("anna")
	code, page := anna.Post("/overdragelser/"+e.handover+"/link", url.Values{})
	if code != 200 {
		t.Fatalf("%d %s", code, page)
	}
	token := regexp.MustCompile(`name="token" value="([A-Z2-7]{32})"`).FindStringSubmatch(page)
	pin := regexp.MustCompile(`<dd>(\d{6})</dd>`).FindStringSubmatch(page)
	if token == nil || pin == nil || !strings.Contains(page, `class="qr"`) || strings.Contains(page, "<script>") || strings.Contains(page, "style=") {
		t.Fatal(page)
	}
	paper := func(v webtest.Visitor, form url.Values) (int, string) {
		return v.Post("/overdragelser/"+e.handover+"/link/udskriv", form)
	}
	code, sheet := paper(anna, url.Values{"token": {token[1]}})
	if code != 200 {
		t.Fatalf("%d %s", code, sheet)
	}
	webtest.ValidPDF(t, "link", sheet)
	text := e.Readable(sheet)
	if !strings.Contains(strings.Join(strings.Fields(text), ""), "/b/"+token[1]) || strings.Contains(text, pin[1]) || !strings.Contains(text, "210") {
		t.Errorf("printed: %s", text)
	}
	for name, form := range map[string]url.Values{"guessed": {"token": {strings.Repeat("A", 32)}}, "none": {}} {
		if code, body := paper(anna, form); code == 200 {
			t.Errorf("%s: %d %s", name, code, body)
		}
	}
	if code, _ := paper(e.As("rita"), url.Values{"token": {token[1]}}); code == 200 {
		t.Error("the receiver prints the giver's half")
	}
	prints, err := e.Store.Printouts(t.Context(), 10)
	e.Must(err)
	if len(prints) != 1 {
		t.Fatalf("%d prints in the log", len(prints))
	}
	kept, err := e.Store.Printed(t.Context(), prints[0])
	e.Must(err)
	if docs, err := pdf.Kept(kept.Bytes); err != nil || docs[0].(pdf.HandoverGiver).Link != "" || strings.Contains(string(kept.Bytes), token[1]) {
		t.Errorf("the link is kept with the print: %+v %v", docs, err)
	}
	// a new link makes the old one void, on paper too
	e.link()
	if code, body := paper(anna, url.Values{"token": {token[1]}}); code != 403 {
		t.Errorf("a dead link is printed: %d %s", code, body)
	}
}

// The link of a stand-in signs for the stand-in; nobody else gets one.
func TestALinkForTheStandIn(t *testing.T) {
	t.Parallel()
	d := webtest.NewDepot(t)
	h := d.OfferTo(url.Values{"stand_in": {d.Person["rita"]}})
	ctx := t.Context()
	if _, err := d.Store.MakeLinkFor(ctx, d.Act(), h, d.Person["aud"]); models.CodeOf(err) != models.CodeInvalid {
		t.Errorf("a link for anybody: %v", err)
	}
	l, err := d.Store.MakeLinkFor(ctx, d.Act(), h, d.Person["rita"])
	d.Must(err)
	_, err = d.Store.OpenCourierLink(ctx, l.Token, "phone")
	d.Must(err)
	got, err := d.Store.CollectByLink(ctx, l.Token, "phone", l.PIN)
	d.Must(err)
	if got.Carrier.Person != d.Person["rita"] || got.Carrier.Means != "pin" {
		t.Errorf("%+v", got.Carrier)
	}
}
