package e2e_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/brevstemme/brevstemme/app/e2e"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/desk"
	"github.com/brevstemme/brevstemme/models/onward"
)

// press presses keys one after the other, as a person or a scanner does.
func (c *counter) press(keys ...string) {
	c.l.t.Helper()
	for _, k := range keys {
		c.presses += len([]rune(k))
		c.l.must(c.tab.Do(chromedp.KeyEvent(k)))
	}
}

// offline cuts and mends the network of the tab.
func (c *counter) offline(cut bool) {
	c.l.t.Helper()
	_, err := chromedp.Call(c.tab.Context(), network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{
		MatchedNetworkConditions: []*network.Conditions{{Offline: cut, DownloadThroughput: -1, UploadThroughput: -1}}})
	c.l.must(err)
	_, err = chromedp.Call(c.tab.Context(), network.OverrideNetworkState, network.OverrideNetworkStateParams{Offline: cut, DownloadThroughput: -1, UploadThroughput: -1})
	c.l.must(err)
}

// TestDeskEmergency counts through loss of network, a killed server, reload,
// a second tab, a closed tab and another login; after the return the total is
// the same, in order, with its author, and late events are marked.
func TestDeskEmergency(t *testing.T) {
	l := newLibraries(t)
	e := deskEmergency{l: l, session: l.open(0)}
	anna := l.at(e2e.Start(t), "anna", e.session)
	anna.until("the service worker has the page", `navigator.serviceWorker.ready.then((r) => !!r.active)`)
	anna.press(kb.Enter, kb.Enter, "ran", kb.Enter)
	anna.sent()
	if got := l.tallies(e.session)[l.kv]; got.Received != 3 || got.Kinds["other"] != 1 {
		t.Fatalf("before the cut: %+v", got)
	}
	e.networkGoesInABurst(anna)
	e.serverDies(anna)
	second := e.anotherTabJoins(anna)
	e.serverReturnsForBo(second)
	e.eventsAreAnnas()
	// Bo's last is nothing: the events are Anna's.
	second.press(kb.F9)
	second.until("nothing to undo", `/intet af dit eget/.test(document.getElementById("scan-error").textContent)`)
}

// deskEmergency is a session whose desk loses its network and its server.
type deskEmergency struct {
	l       *libraries
	session string
}

// networkGoesInABurst cuts the network while Anna counts to six, and mends it.
func (e deskEmergency) networkGoesInABurst(anna *counter) {
	e.l.t.Helper()
	anna.press(kb.Enter)
	anna.offline(true)
	anna.press(kb.Enter, kb.Enter, kb.F9, kb.Enter)
	anna.until("the state says emergency mode", `/^Nødtilstand siden kl\. \d\d\.\d\d – \d+ venter/.test(document.getElementById("desk-state").textContent)`)
	if got := anna.shown(e.l.kv); got != "6" {
		e.l.t.Errorf("the screen shows %s while the network is gone", got)
	}
	anna.tab.Shot(e.l.t, "desk-emergency")
	anna.offline(false)
	anna.sent()
	if got := e.l.tallies(e.session)[e.l.kv].Received; got != 6 {
		e.l.t.Errorf("after the network came back: %d", got)
	}
}

// serverDies: the page is reloaded, comes from the worker, and is counted on.
func (e deskEmergency) serverDies(anna *counter) {
	e.l.t.Helper()
	e.l.kill()
	anna.press(kb.Enter, kb.F4, kb.Enter, kb.Enter)
	anna.until("emergency", `document.getElementById("desk-state").dataset.mode === "emergency"`)
	anna.goTo("/skranke/" + e.session)
	anna.until("the kept page", `document.getElementById("desk-data").dataset.shell === "true"`)
	if kv, aer := anna.shown(e.l.kv), anna.shown(e.l.aer); kv != "7" || aer != "2" {
		e.l.t.Errorf("after the reload the screen shows %s and %s", kv, aer)
	}
	anna.press("0615", kb.Enter, kb.F9)
	anna.tab.Shot(e.l.t, "desk-emergency-reloaded")
}

// anotherTabJoins in the same browser; one tab alone sends, and Anna's is closed.
func (e deskEmergency) anotherTabJoins(anna *counter) *counter {
	e.l.t.Helper()
	second := &counter{l: e.l, tab: anna.tab.Beside(e.l.t)}
	second.goTo("/skranke/" + e.session)
	second.press(kb.Enter)
	second.until("eight", `document.querySelector('[data-election="`+e.l.kv+`"] [data-total]').textContent === "8"`)
	e.l.must(anna.tab.Leave())
	return second
}

// serverReturnsForBo with a new program: everything is sent, though another person
// is logged in.
func (e deskEmergency) serverReturnsForBo(second *counter) {
	e.l.t.Helper()
	e.l.must(second.tab.SetCookies(e.l.cookie("bo"))) // before the server answers: it would answer Anna
	e.l.revive()
	second.until("the page with its head", `document.getElementById("desk-data")?.dataset.shell === "false"`)
	second.ready()
	second.sent()
	if got := e.l.tallies(e.session); got[e.l.kv].Received != 8 || got[e.l.aer].Received != 2 {
		e.l.t.Errorf("after the return: %+v", got)
	}
	if kv := second.shown(e.l.kv); kv != "8" {
		e.l.t.Errorf("the screen shows %s", kv)
	}
}

// eventsAreAnnas in the order in which she counted; at least six came late.
func (e deskEmergency) eventsAreAnnas() {
	e.l.t.Helper()
	events, err := e.l.store.DeskEvents(e.l.t.Context(), e.session, 100)
	e.l.must(err)
	late, seq := 0, int64(1<<60)
	for _, x := range events { // newest first
		if x.Person != e.l.person["anna"] {
			e.l.t.Errorf("an event of Anna's is under the name of %s", x.Person)
		}
		if x.Late {
			late++
		}
		if x.DeviceSeq >= seq {
			e.l.t.Errorf("events out of order: %d after %d", seq, x.DeviceSeq)
		}
		seq = x.DeviceSeq
	}
	if late < 6 {
		e.l.t.Errorf("%d events are marked as registered late", late)
	}
}

// TestDeskRefusal: the session is closed elsewhere while this desk counts
// without network. What the server refuses goes to the follow-up list and can
// be settled.
func TestDeskRefusal(t *testing.T) {
	l := newLibraries(t)
	session := l.open(1)
	anna := l.at(e2e.Start(t), "anna", session)
	anna.press(kb.Enter)
	anna.sent()
	anna.offline(true)
	anna.press(kb.Enter)
	anna.until("emergency", `document.getElementById("desk-state").dataset.mode === "emergency"`)
	at := "/skranke/" + session + "/lukning"
	l.form("bo", at, url.Values{"do": {"shut"}})
	count := url.Values{"do": {"count"}}
	for _, e := range []string{l.kv, l.aer} {
		for _, k := range []string{"own", "other", "unknown"} {
			count.Set("count:"+e+"/"+k, "0")
		}
	}
	count.Set("count:"+l.kv+"/own", "1")
	l.form("bo", at, count)
	l.form("bo", at, url.Values{"do": {"close"}, "left:" + custody.Material(l.kv, "set"): {"99"}, "left:" + custody.Material(l.aer, "set"): {"100"},
		"searched": {"Papirkurve", "Kopimaskinen"}, "unsealed": {"afventer beholder"}, "witness_login": {"anna"}, "pin": {"0000"}})
	anna.offline(false)
	anna.until("the follow-up list", `!document.getElementById("follow-up").hidden && document.querySelectorAll("#follow-list li").length === 1`)
	anna.tab.Shot(t, "desk-follow-up")
	_, err := e2e.Eval[bool](anna.tab, `(document.getElementById("scan-error").textContent = "", true)`)
	l.must(err)
	anna.l.must(anna.tab.Do(chromedp.Click("#follow-list button:nth-of-type(1)"))) // send again: refused again
	anna.until("refused again", `/^Afvist/.test(document.getElementById("scan-error").textContent) && document.querySelectorAll("#follow-list li").length === 1`)
	anna.l.must(anna.tab.Do(chromedp.Click("#follow-list button:nth-of-type(2)")))
	anna.until("settled", `document.getElementById("follow-up").hidden`)
	anna.sent()
	events, err := l.store.DeskEvents(t.Context(), session, 1)
	l.must(err)
	if events[0].Act != desk.ActFollowUp || events[0].What == "" {
		t.Errorf("the settlement is not in the book: %+v", events[0])
	}
}

// scans is how many are sent, perSecond the least rate at which.
const (
	scans     = 1000
	perSecond = 10
)

// watchEcho notes for each key that counts how long it took until the figure on
// the screen had changed and was painted.
const watchEcho = `(() => {
	window.echo = [];
	let pressed = 0;
	document.addEventListener("keydown", (e) => { if (e.key === "Enter") pressed = performance.now(); }, true);
	new MutationObserver(() => {
		if (!pressed) return;
		const from = pressed;
		pressed = 0;
		requestAnimationFrame(() => window.echo.push(performance.now() - from));
	}).observe(document.getElementById("piles"), { subtree: true, childList: true, characterData: true });
	return true;
})()`

// TestDeskScans: a scanner that sends 1,000 times, faster than ten a second,
// while the focus is stolen and refused numbers lie between: exactly the
// accepted ones are in the book.
func TestDeskScans(t *testing.T) {
	l := newLibraries(t)
	session := l.open(0)
	anna := l.at(e2e.Start(t), "anna", session)
	_, err := e2e.Eval[bool](anna.tab, watchEcho)
	l.must(err)
	began, refused, other := time.Now(), 0, 0
	for i := range scans {
		switch i % 10 {
		case 3:
			refused++
			anna.paste([]string{fmt.Sprintf("%02d0190-%04d", i%28+1, i), "7715001234567", "K1234567X", "Xyzzy"}[i/10%4])
		case 6:
			other++
			anna.steal(`document.querySelector("[data-command=UNDO]").focus()`)
			l.must(anna.tab.Do(chromedp.KeyEvent("0740" + kb.Enter)))
		case 7:
			anna.steal(`document.activeElement.blur()`)
			l.must(anna.tab.Do(chromedp.KeyEvent(desk.CommandPlus.Barcode() + kb.Enter)))
		case 8:
			other++
			anna.paste("Randers")
		default:
			l.must(anna.tab.Do(chromedp.KeyEvent(kb.Enter)))
		}
	}
	took := time.Since(began)
	anna.sent()
	want := scans - refused
	got := l.tallies(session)[l.kv]
	if got.Received != want || got.Kinds["other"] != other {
		t.Errorf("%d counted, want %d (%+v)", got.Received, want, got)
	}
	if shown := strings.ReplaceAll(anna.shown(l.kv), ".", ""); shown != fmt.Sprint(want) {
		t.Errorf("the screen shows %s", shown)
	}
	if took > scans/perSecond*time.Second {
		t.Logf("the machine was too slow for %d scans a second", perSecond)
	}
	echo, err := e2e.Eval[[]float64](anna.tab, `window.echo.sort((a, b) => a - b)`)
	l.must(err)
	if len(echo) < want/2 {
		t.Fatalf("only %d echoes were seen", len(echo))
	}
	t.Logf("%d scans in %.1f s (%.0f/s), %d refused; echo p50 %.0f ms, p95 %.0f ms, worst %.0f ms", scans, took.Seconds(), scans/took.Seconds(), refused, echo[len(echo)/2], echo[len(echo)*95/100], echo[len(echo)-1])
}

// paste puts a text into the field at once and presses Enter, as the fastest
// scanners do.
func (c *counter) paste(text string) {
	c.l.t.Helper()
	_, err := chromedp.Call(c.tab.Context(), input.InsertText, input.InsertTextParams{Text: text})
	c.l.must(err)
	c.l.must(c.tab.Do(chromedp.KeyEvent(kb.Enter)))
}

// steal takes the focus away from the field.
func (c *counter) steal(js string) {
	c.l.t.Helper()
	_, err := e2e.Eval[bool](c.tab, "("+js+", true)")
	c.l.must(err)
}

// TestDoubleClick: the second click of a double click and a key that is held
// down count nothing.
func TestDoubleClick(t *testing.T) {
	l := newLibraries(t)
	session := l.open(0)
	anna := l.at(e2e.Start(t), "anna", session)
	anna.l.must(anna.tab.Do(chromedp.Click("[data-command=PLUS]"), chromedp.DoubleClick("[data-command=PLUS]")))
	_, err := e2e.Eval[bool](anna.tab, `(() => { const f = document.querySelector("#scan-form input[name=scan]");
		for (let i = 0; i < 20; i++) f.dispatchEvent(new KeyboardEvent("keydown", { key: "F2", bubbles: true, cancelable: true, repeat: i > 0 }));
		return true; })()`)
	l.must(err)
	anna.sent()
	if got := l.tallies(session)[l.kv].Received; got != 2 {
		t.Errorf("counted %d times", got)
	}
}

// TestNoVoterAnywhere types CPR numbers in every form into every field of the
// desk: none is stored, logged, or left in the browser.
func TestNoVoterAnywhere(t *testing.T) {
	l := newLibraries(t)
	session := l.open(0)
	anna := l.at(e2e.Start(t), "anna", session)
	var sent []string
	for i := range 10000 {
		d, m, y, n := i%28+1, i%12+1, i%100, (i*7919)%10000
		forms := []string{"%02d%02d%02d-%04d", "%02d%02d%02d%04d", "%02d%02d%02d %04d", "%02d.%02d.%02d-%04d", "%%B92080010%02d%02d%02d%04d?"}
		sent = append(sent, fmt.Sprintf(forms[i%len(forms)], d, m, y, n))
	}
	js := `(async (list) => { const f = document.querySelector("#scan-form input[name=scan]"); let kept = 0;
		for (const s of list) { f.value = s; f.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true })); if (f.value !== "") kept++; }
		return kept; })(` + toJS(sent) + `)`
	kept, err := e2e.Eval[int](anna.tab, js)
	l.must(err)
	if kept != 0 {
		t.Errorf("%d numbers stayed in the field", kept)
	}
	anna.tab.Shot(t, "desk-cpr-refused")
	if got := l.tallies(session)[l.kv].Received; got != 0 {
		t.Errorf("%d were counted", got)
	}
	dump, err := e2e.Eval[string](anna.tab, `(async () => {
		const db = await new Promise((ok, no) => { const r = indexedDB.open("brevstemme-desk"); r.onsuccess = () => ok(r.result); r.onerror = no; });
		let out = JSON.stringify({ ...localStorage }) + JSON.stringify({ ...sessionStorage }) + document.body.innerText;
		for (const s of db.objectStoreNames) out += JSON.stringify(await new Promise((ok) => { const r = db.transaction(s).objectStore(s).getAll(); r.onsuccess = () => ok(r.result); }));
		for (const c of await caches.keys()) for (const k of await (await caches.open(c)).keys()) out += k.url;
		return out; })()`)
	l.must(err)
	for _, s := range sent {
		if strings.Contains(dump, s) {
			t.Fatalf("%s is left in the browser", s)
		}
		if strings.Contains(l.log.String(), s) {
			t.Fatalf("%s is in the log", s)
		}
	}
}

// TestTooLateToSend: an envelope for a municipality that no safe dispatch reaches
// is counted, and the screen says that somebody must drive.
func TestTooLateToSend(t *testing.T) {
	l := newLibraries(t)
	_, err := l.store.SaveCarrier(t.Context(), l.act(), onward.Carrier{Name: "Daglig post", Kind: onward.CarrierPost, Weekdays: []int{1, 2, 3, 4, 5}, Times: []int{15 * 60}, Days: 1, ArrivesAt: 11 * 60, Extra: map[string]int{"0825": 2}, Not: []string{"0400"}})
	l.must(err)
	session := l.open(0)
	anna := l.at(e2e.Start(t), "anna", session)
	for _, c := range []struct{ scan, says string }{
		{"0740", `^$`}, // Thursday's post comes on Monday
		{"0825", `til Læsø går onsdag`},
		{"0400", `ingen sikker afsendelse til Bornholm`},
	} {
		anna.steal(`document.getElementById("scan-error").textContent = ""`)
		anna.press(c.scan, kb.Enter)
		anna.sent()
		anna.until(c.scan+" says "+c.says, `/`+c.says+`/.test(document.getElementById("scan-error").textContent)`)
	}
	anna.tab.Shot(t, "desk-too-late")
	if got := l.tallies(session)[l.kv].Kinds["other"]; got != 3 {
		t.Errorf("%d counted", got)
	}
}

// toJS writes strings as a JavaScript array.
func toJS(list []string) string {
	var b strings.Builder
	for i, s := range list {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, "%q", s)
	}
	return "[" + b.String() + "]"
}
