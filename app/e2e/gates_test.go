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
