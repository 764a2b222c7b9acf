package e2e_test

import (
	"fmt"
	"net/url"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/brevstemme/brevstemme/app/e2e"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/desk"
)

// stops presses Tab n times as slowly as a person, so that whatever wants the
// focus for itself has the time to take it, and returns how many of the page's
// controls Tab reached, and how many there are.
func (c *counter) stops(n int) (reached, all int) {
	c.l.t.Helper()
	_, err := e2e.Eval[bool](c.tab, `(window.reached = new Set(), document.addEventListener("focusin", (e) => reached.add(e.target), true), true)`)
	c.l.must(err)
	for range n {
		c.l.must(c.tab.Do(chromedp.KeyEvent(kb.Tab)))
		_, err := e2e.Eval[bool](c.tab, `new Promise((r) => setTimeout(() => r(true), 10))`)
		c.l.must(err)
	}
	got, err := e2e.Eval[[]int](c.tab, `(() => { const all = [...document.querySelectorAll("a[href],button,input:not([type=hidden]),select,textarea,summary,[tabindex='0']")].filter((e) => e.tabIndex >= 0 && e.checkVisibility({ visibilityProperty: true }));
		return [all.filter((e) => reached.has(e)).length, all.length]; })()`)
	c.l.must(err)
	return got[0], got[1]
}

// stands is true while the focus is on css, also a moment later.
func (c *counter) stands(css, while string) {
	c.l.t.Helper()
	ok, err := e2e.Eval[bool](c.tab, fmt.Sprintf(`new Promise((r) => setTimeout(() => r(document.activeElement.matches(%q)), 50))`, css))
	if c.l.must(err); !ok {
		at, _ := e2e.Eval[string](c.tab, `document.activeElement.outerHTML.slice(0, 160)`)
		c.l.t.Errorf("%s: the focus left %s and is on %s", while, css, at)
	}
}

// TestTheDeskLeavesTheFocusAlone: the desk's field has the focus by itself, but
// a person who goes elsewhere with Tab stays there, whatever the desk hears.
func TestTheDeskLeavesTheFocusAlone(t *testing.T) {
	l := newLibraries(t)
	session := l.open(0)
	anna := l.at(e2e.Start(t), "anna", session)
	anna.stands("input[name=scan]", "at the start")
	if reached, all := anna.stops(50); reached < all {
		t.Errorf("Tab reaches %d of %d controls", reached, all)
	}
	// A scanner still finds its field, wherever the last Tab ended.
	anna.steal(`document.activeElement.blur()`)
	anna.press("0740", kb.Enter)
	anna.sent()

	// Space presses the button that it stands on, and writes nothing.
	anna.steal(`document.querySelector("[data-command=OTHER]").focus()`)
	anna.press(" ")
	anna.until("asked for the municipality", `/kommune/i.test(document.getElementById("scan-answer").textContent) && document.querySelector("input[name=scan]").value === ""`)
	anna.press(kb.Escape)

	// News arrive while somebody stands in a form of the page.
	anna.steal(`(document.querySelector("form[data-event=void]").closest("details").open = true, document.getElementById("void-reason").focus())`)
	anna.steal(`dispatchEvent(new Event("online"))`)
	anna.stands("#void-reason", "when the network comes back")
	anna.offline(true)
	anna.until("emergency mode", `document.getElementById("desk-state").dataset.mode === "emergency"`)
	anna.stands("#void-reason", "when the network goes")
	anna.offline(false)
	anna.sent()
	anna.stands("#void-reason", "when the desk has sent")
}

// TestTheDeskStartsUnderTheFingers: whoever tabs on while the desk is still
// opening its store is not called back.
func TestTheDeskStartsUnderTheFingers(t *testing.T) {
	l := newLibraries(t)
	session := l.open(0)
	slow := `{ const open = IDBFactory.prototype.open; IDBFactory.prototype.open = function (...a) {
		const r = open.apply(this, a), late = {}; for (const k of ["onsuccess", "onerror", "onblocked", "onupgradeneeded"]) Object.defineProperty(late, k, { set: (f) => { r[k] = (e) => k === "onsuccess" ? setTimeout(() => f(e), 1500) : f(e); } });
		Object.defineProperty(late, "result", { get: () => r.result }); return late; }; }`
	anna := &counter{l: l, tab: e2e.Start(t).Window(t, l.base, slow)}
	l.must(anna.tab.SetCookies(l.cookie("anna")))
	l.must(anna.tab.Open("/skranke/" + session))
	anna.press(kb.Tab)
	anna.stands("[data-command=PLUS]", "while the store opens")
	anna.ready()
	anna.stands("[data-command=PLUS]", "when the desk is ready")
}

// TestTheFollowUpListStaysUnderTheFingers: one more refusal does not take the
// focus from the button of another.
func TestTheFollowUpListStaysUnderTheFingers(t *testing.T) {
	l := newLibraries(t)
	session := l.open(1)
	anna := l.at(e2e.Start(t), "anna", session)
	at := "/skranke/" + session + "/lukning"
	l.form("bo", at, url.Values{"do": {"shut"}})
	count := url.Values{"do": {"count"}}
	for _, e := range []string{l.kv, l.aer} {
		for _, k := range []string{"own", "other", "unknown"} {
			count.Set("count:"+e+"/"+k, "0")
		}
	}
	l.form("bo", at, count)
	l.form("bo", at, url.Values{"do": {"close"}, "left:" + custody.Material(l.kv, "set"): {"100"}, "left:" + custody.Material(l.aer, "set"): {"100"},
		"searched": {"Papirkurve", "Kopimaskinen"}, "unsealed": {"afventer beholder"}, "witness_login": {"anna"}, "pin": {"0000"}})
	anna.press(kb.Enter)
	anna.until("one refused", `document.querySelectorAll("#follow-list li").length === 1`)
	anna.steal(`document.querySelector("#follow-list button:nth-of-type(2)").focus()`)
	anna.press(kb.F2) // the function key counts from anywhere, and brings the focus back
	anna.steal(`document.querySelector("#follow-list button:nth-of-type(2)").focus()`)
	anna.until("two refused", `document.querySelectorAll("#follow-list li").length === 2`)
	anna.stands("#follow-list li:first-child button:nth-of-type(2)", "when another is refused")
}

// TestTheBoardLeavesTheFocusAlone: the board draws itself anew under somebody
// who stands on one of its links.
func TestTheBoardLeavesTheFocusAlone(t *testing.T) {
	l := newLibraries(t)
	session := l.open(0)
	receive := func() {
		t.Helper()
		a := l.act()
		a.Person = l.person["anna"]
		_, err := l.store.Receive(t.Context(), a, session, desk.ReceiveCmd{Election: l.kv, Destination: custody.Own})
		l.must(err)
	}
	receive()
	karen := &counter{l: l, tab: e2e.Start(t).Tab(t, l.base, l.cookie("karen"))}
	l.must(karen.tab.Open("/tavle"))
	karen.until("the stream is open", `document.getElementById("board").dataset.live === "1"`)
	karen.steal(`(document.querySelector("#board details").open = true, document.querySelector("#board a").focus(), window.stood = document.activeElement)`)
	receive()
	karen.until("the board is drawn anew", `!window.stood.isConnected`)
	karen.until("the same link has the focus", `document.activeElement.getAttribute("href") === window.stood.getAttribute("href")`)
	if open, err := e2e.Eval[bool](karen.tab, `document.querySelector("#board details").open`); err != nil || !open {
		t.Errorf("the table of hours folded itself (%v)", err)
	}
}
