package e2e_test

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/brevstemme/brevstemme/app/e2e"
	"github.com/brevstemme/brevstemme/models/onward"
)

// The screens wait for disk and network while a person goes on working. These tests
// hold one answer at a gate until something else has happened, and let it go.

// eval runs a statement in the page.
func (c *counter) eval(js string) {
	c.l.t.Helper()
	_, err := e2e.Eval[bool](c.tab, "(() => {"+js+"; return true; })()")
	c.l.must(err)
}

// TestAMarkOnItsWayToDiskWaits: a mark whose write to the PC's disk takes its time
// while the one before it is sent is said to wait, the count cannot be ended over
// it, and it is in the book in the end.
func TestAMarkOnItsWayToDiskWaits(t *testing.T) {
	l, grethe, _ := sorters(t)
	grethe.sorting("/sortering/"+l.kv, `form:has(input[value=open]) button`)
	grethe.eval(`const { outbox } = Brevstemme, { add, send } = outbox;
		const disk = new Promise((go) => { window.diskAnswers = go; }), net = new Promise((go) => { window.netAnswers = go; });
		let adds = 0;
		outbox.add = async (...a) => { if (++adds === 2) await disk; return add(...a); };
		outbox.send = async (...a) => { await net; const r = await send(...a); window.answered = true; return r; }`)
	const state = `document.getElementById("desk-state").textContent`
	grethe.press("1*7", kb.Enter, kb.Enter)
	grethe.until("two wait", `/^2 venter/.test(`+state+`)`)
	grethe.eval(`netAnswers()`)
	grethe.until("the first is sent", `window.answered && Brevstemme.outbox.all("outbox").then((r) => r.length === 0)`)
	for range 5 { // and the page has had time to say it
		l.must(grethe.tab.Do(chromedp.Sleep(100 * time.Millisecond)))
		if s, err := e2e.Eval[string](grethe.tab, state); err != nil || !strings.HasPrefix(s, "1 venter") {
			t.Fatalf("one is on its way to disk: %q %v", s, err)
		}
	}
	l.must(grethe.tab.Do(chromedp.Click("#finish-form button")))
	grethe.until("it says that one waits", `/^1 venter/.test(document.getElementById("scan-error").textContent)`)
	grethe.eval(`diskAnswers()`)
	grethe.sent()
	xs, err := l.store.Sortings(t.Context(), l.kv)
	l.must(err)
	piles, _, err := l.store.Marked(t.Context(), xs[0])
	l.must(err)
	if piles[onward.OwnBin("0751-1")] != 8 {
		t.Errorf("the book has %v", piles)
	}
}

// TestAnOlderAnswerDoesNotCountBack: the desk asks what the others have counted;
// while the answer is under way the person counts on. The answer is older than
// what the screen shows, and does not take it back.
func TestAnOlderAnswerDoesNotCountBack(t *testing.T) {
	l := newLibraries(t)
	anna := l.at(e2e.Start(t), "anna", l.open(0))
	anna.press(kb.Enter)
	anna.sent()
	anna.eval(`const ask = fetch, gate = new Promise((go) => { window.letGo = go; });
		window.signs = 0;
		window.fetch = async (to, ...more) => {
			const res = await ask(to, ...more);
			if (String(to).endsWith("/desk") && !window.held) { window.held = true; await gate; }
			if (String(to).endsWith("/sign") && window.held) window.signs++;
			return res;
		};
		dispatchEvent(new Event("online"))`)
	anna.until("the answer is held", `window.held`)
	anna.press(kb.Enter, kb.Enter)
	anna.sent()
	anna.until("three are counted", `Brevstemme.outbox.all("outbox").then((r) => r.length === 0)`)
	if n := anna.shown(l.kv); n != "3" {
		t.Fatalf("the screen shows %s", n)
	}
	anna.eval(`window.before = window.signs; letGo()`)
	anna.until("the answer was taken in", `window.signs > window.before`)
	if n := anna.shown(l.kv); n != "3" {
		t.Errorf("after the older answer the screen shows %s, want 3", n)
	}
}

// TestAnEndedCountLeavesNothing: whoever ends a count at the sorting screen leaves
// no figure of it in the browser for the one who counts the same envelopes after
// them, also when the page was about to write its memory down once more.
func TestAnEndedCountLeavesNothing(t *testing.T) {
	l, grethe, _ := sorters(t)
	grethe.sorting("/sortering/"+l.kv, `form:has(input[value=open]) button`)
	grethe.press("1*60", kb.Enter)
	grethe.sent()
	// The next look into the outbox is held; the page stays where it is.
	grethe.eval(`const { outbox } = Brevstemme, { all } = outbox, gate = new Promise((go) => { window.letGo = go; });
		outbox.all = async (name) => { const found = await all(name); if (name === "outbox" && found.length === 0) { window.held = true; await gate; } return found; };
		const { put } = outbox;
		window.puts = 0;
		outbox.put = (...a) => { window.puts++; return put(...a); };
		document.getElementById("finish-form").addEventListener("submit", (e) => e.preventDefault());
		dispatchEvent(new Event("online"))`)
	grethe.until("the look is held", `window.held`)
	l.must(grethe.tab.Do(chromedp.Click("#finish-form button")))
	grethe.eval(`letGo()`)
	grethe.until("nothing of the count is kept", `Brevstemme.outbox.all("desks").then((r) => r.length === 0)`)
	for range 3 { // and nothing comes back
		grethe.until("the page had its turn", `new Promise((r) => requestAnimationFrame(() => setTimeout(() => r(true), 50)))`)
		if n, err := e2e.Eval[int](grethe.tab, `Brevstemme.outbox.all("desks").then((r) => r.length)`); err != nil || n != 0 {
			t.Fatalf("%d memories of the count are kept (%v)", n, err)
		}
	}
}

// TestAnotherTabsActIsNotMyOwn: this page sends what another tab of the PC left
// while its own mark is not yet on disk. Not for a moment does it say that
// everything is sent.
func TestAnotherTabsActIsNotMyOwn(t *testing.T) {
	l, grethe, _ := sorters(t)
	grethe.sorting("/sortering/"+l.kv, `form:has(input[value=open]) button`)
	grethe.eval(`const { outbox } = Brevstemme, { add, put } = outbox, disk = new Promise((go) => { window.diskAnswers = go; });
		outbox.add = async (...a) => { await disk; return add(...a); };
		const id = location.pathname.split("/")[4], state = document.getElementById("desk-state");
		window.said = [];
		new MutationObserver(() => said.push(state.textContent)).observe(state, { childList: true, characterData: true, subtree: true });
		window.leave = () => put("outbox", { id: Brevstemme.newKey(), session: id, path: "/api/v1/sortings/" + id + "/marks", author: JSON.parse(document.getElementById("sort-data").dataset.sort).person, made: Date.now(), pass: 1, act: "put", destination: "unknown", n: 1 })`)
	grethe.press("1*7", kb.Enter)
	grethe.until("the other tab has left one", `leave().then(() => { dispatchEvent(new Event("online")); return true; })`)
	grethe.until("it is sent", `Brevstemme.outbox.all("outbox").then((r) => r.length === 0)`)
	grethe.until("the outbox is free", `navigator.locks.request("brevstemme-outbox", () => true)`)
	if said, err := e2e.Eval[string](grethe.tab, `[...said, document.getElementById("desk-state").textContent].filter((s) => !/venter/.test(s)).join("|")`); err != nil || said != "" {
		t.Errorf("with a mark on its way to disk the screen said %q %v", said, err)
	}
	grethe.eval(`diskAnswers()`)
	grethe.sent()
}

// TestADeskTellsOnlyItsOwnTallies: the desk of one session sends what a desk of
// another left on this PC, and does not tell that desk its own figures. When it
// reloads itself for a newer program, the chosen election stays the chosen one,
// and no reload comes between a question and its answer.
func TestADeskTellsOnlyItsOwnTallies(t *testing.T) {
	l := newLibraries(t)
	anna := l.at(e2e.Start(t), "anna", l.open(0))
	anna.press(kb.Enter)
	anna.sent()
	anna.eval(`window.heard = [];
		const other = Brevstemme.newKey();
		new BroadcastChannel("brevstemme-desk").onmessage = (m) => { if (m.data.session === other) heard.push(m.data); };
		Brevstemme.outbox.put("outbox", { id: Brevstemme.newKey(), session: other, author: "", made: Date.now(), act: "mark", what: "help" }).then(() => dispatchEvent(new Event("online")))`)
	anna.until("the other desk is told", `heard.length > 0`)
	if figures, err := e2e.Eval[bool](anna.tab, `heard.some((m) => m.tallies)`); err != nil || figures {
		t.Errorf("the other desk got this one's figures (%v)", err)
	}

	const chosen = `document.querySelector("[data-chosen]")?.dataset.election`
	anna.press(kb.F4)
	second, err := e2e.Eval[string](anna.tab, chosen)
	l.must(err)
	anna.press(kb.F8) // which municipality?
	anna.eval(`window.old = true;
		const ask = fetch;
		window.signs = 0;
		window.fetch = async (to, ...more) => {
			const res = await ask(to, ...more), headers = new Headers(res.headers);
			headers.set("Desk-Version", "newer");
			if (String(to).endsWith("/sign")) window.signs++;
			return new Response(res.body, { status: res.status, headers });
		};
		dispatchEvent(new Event("online"))`)
	anna.until("the newer program is known", `signs > 0 && /ny/i.test(document.getElementById("desk-state").textContent)`)
	if here, err := e2e.Eval[bool](anna.tab, `window.old === true`); err != nil || !here {
		t.Fatalf("the desk reloaded itself between F8 and the answer (%v)", err)
	}
	anna.press(kb.Escape)
	anna.eval(`dispatchEvent(new Event("online"))`)
	anna.until("the desk has reloaded itself", `window.old === undefined && document.getElementById("desk-data")?.dataset.ready === "1"`)
	if now, err := e2e.Eval[string](anna.tab, chosen); err != nil || now != second || now == l.kv {
		t.Errorf("after the reload %q is chosen, before it %q (%v)", now, second, err)
	}
}
