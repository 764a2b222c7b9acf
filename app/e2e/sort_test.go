package e2e_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/brevstemme/brevstemme/app/e2e"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/onward"
	"github.com/brevstemme/brevstemme/models/store/persons"
)

// sorters opens the sorting of 60 votes from Odense in the browsers of two people
// at Borgerservice.
func sorters(t *testing.T) (l *libraries, grethe, ole *counter) {
	t.Helper()
	l = newLibraries(t)
	ctx := t.Context()
	_, err := l.store.AddPlace(ctx, l.act(), models.Place{ID: "BORG", Name: "Borgerservice", Kind: models.PlaceReception})
	l.must(err)
	for _, name := range []string{"grethe", "ole"} {
		p, err := l.store.AddWithAccount(ctx, l.act(), persons.NewPerson{Name: name, Person: models.Person{Roles: []models.Role{models.RoleReception}, Places: []string{"BORG"}}}, persons.Credentials{Login: name, Password: "et langt kodeord"})
		l.must(err)
		l.person[name] = p.ID
	}
	l.districts()
	_, err = l.store.Arrive(ctx, l.act(), l.kv, "BORG", onward.ArriveCmd{From: "0461", Stated: -1, Count: 60})
	l.must(err)
	b := e2e.Start(t)
	grethe = &counter{l: l, tab: b.Tab(t, l.base, l.cookie("grethe"))}
	ole = &counter{l: l, tab: b.Tab(t, l.base, l.cookie("ole"))}
	return l, grethe, ole
}

func (c *counter) sorting(path, button string) {
	c.l.t.Helper()
	c.l.must(c.tab.Size(1366, 768))
	c.l.must(c.tab.Open(path))
	c.l.must(c.tab.Do(chromedp.Click(button)))
	c.until("the sorting screen is ready", `document.documentElement.dataset.sort === "ready"`)
}

// pile is what the screen shows of a bin.
func (c *counter) pile(bin string) string {
	c.l.t.Helper()
	s, err := e2e.Eval[string](c.tab, fmt.Sprintf(`document.querySelector('[data-bin="%s"] b')?.textContent || "0"`, bin))
	c.l.must(err)
	return s
}

// TestSortingScreen: 60 votes are sorted with one key or one scan each wherever
// they come in runs or with labels, through a lost network and an undo; another
// person counts the piles as packets; the sums match and the bins hold them.
func TestSortingScreen(t *testing.T) {
	l, grethe, ole := sorters(t)
	grethe.sorting("/sortering/"+l.kv, `form:has(input[value=open]) button`)
	one, far, name := onward.OwnBin("0751-1"), onward.OwnBin("0751-10"), onward.OwnBin("0751-2")
	label := models.WithCheck("BA0010")
	grethe.press("1", kb.Enter) // 2 keys, then one key each
	for range 19 {
		grethe.press(kb.Enter)
	}
	if grethe.presses != 21 {
		t.Errorf("20 votes in a run took %d keys", grethe.presses)
	}
	for range 15 { // a scan is one press for a person
		grethe.press(label + kb.Enter)
	}
	if s := grethe.pile(far); s != "15" {
		t.Errorf("the screen shows %s scanned", s)
	}
	grethe.offline(true)
	before := grethe.presses
	grethe.press("Område 2 (", kb.Enter, kb.Enter, kb.Enter, kb.Enter, kb.F9)
	if n := grethe.presses - before; n != 15 {
		t.Errorf("%d keys", n)
	}
	grethe.press("silkeb", kb.Enter, kb.F8, "?", kb.Enter)
	grethe.until("the state says that there is no connection", `/^Ingen forbindelse/.test(document.getElementById("desk-state").textContent)`)
	if a, b := grethe.pile(name), grethe.pile(onward.OtherBin("0740")); a != "3" || b != "1" {
		t.Errorf("without network the screen shows %s and %s", a, b)
	}
	grethe.tab.Shot(t, "sort-screen-offline")
	grethe.press("010203-1234", kb.Enter, "xyz", kb.Enter, "Område 1", kb.Enter) // a CPR number, nothing, and several
	grethe.until("several fit", `/^Flere passer/.test(document.getElementById("scan-error").textContent)`)
	grethe.press(kb.F8, kb.F9)
	// The count cannot be ended while something waits; a reload keeps what waits.
	l.must(grethe.tab.Do(chromedp.Click("#finish-form button")))
	grethe.until("it says that something waits", `/venter/.test(document.getElementById("scan-error").textContent)`)
	grethe.offline(false)
	grethe.sent()
	grethe.press("10*19", kb.Enter)
	grethe.sent()
	grethe.tab.Shot(t, "sort-screen")
	l.must(grethe.tab.Do(chromedp.Click("#finish-form button")))
	grethe.page("En anden skal nu")

	ole.countsAgain(map[string]int{one: 20, far: 34, name: 3, onward.OtherBin("0740"): 1, onward.BinUnknown: 2})
}

// countsAgain counts the piles of the sorting as packets, blind, and wants them in the bins.
func (c *counter) countsAgain(want map[string]int) {
	l := c.l
	l.t.Helper()
	xs, err := l.store.Sortings(l.t.Context(), l.kv)
	l.must(err)
	c.sorting("/sortering/"+l.kv+"/tael/"+xs[0].ID, `form:has(input[value=begin]) button`)
	if s := c.pile(onward.OwnBin("0751-1")); s != "0" {
		l.t.Fatalf("the second counter sees %s", s)
	}
	c.press("1*20", kb.Enter, "10*34", kb.Enter, "2*3", kb.Enter, "silkeb", kb.Enter, "?*2", kb.Enter)
	c.sent()
	l.must(c.tab.Do(chromedp.Click("#finish-form button")))
	c.page("bunkerne er bogført")
	bins, err := l.store.Bins(l.t.Context(), l.kv)
	l.must(err)
	for bin, n := range want {
		if bins[bin] != n {
			l.t.Errorf("%s holds %d, want %d", bin, bins[bin], n)
		}
	}
}

// TestARefusedMarkIsTickedOff: a mark waited without a network while the count was
// ended on another PC. It is refused in words, stands on the list until somebody
// says that it is settled, and that is in the journal; who counts next on the same
// PC learns no figure from the list.
func TestARefusedMarkIsTickedOff(t *testing.T) {
	l, grethe, _ := sorters(t)
	grethe.sorting("/sortering/"+l.kv, `form:has(input[value=open]) button`)
	grethe.press("1*58", kb.Enter)
	grethe.sent()
	grethe.offline(true)
	grethe.press("2*2", kb.Enter, kb.F9, "2*2", kb.Enter)
	grethe.until("three wait", `/: 3 venter/.test(document.getElementById("desk-state").textContent)`)
	xs, err := l.store.Sortings(t.Context(), l.kv)
	l.must(err)
	a := l.act()
	a.Person, a.Role = l.person["grethe"], models.RoleReception
	_, err = l.store.FinishMarks(t.Context(), a, xs[0].ID)
	l.must(err)
	grethe.offline(false)
	const listed = `[...document.querySelectorAll("#follow-list li div")].map((x) => x.textContent)`
	grethe.until("three are refused", `document.querySelectorAll("#follow-list li").length === 3`)
	if lines, err := e2e.Eval[[]string](grethe.tab, listed); err != nil || !strings.Contains(lines[0], " × 2: Der sorteres ikke") || !strings.Contains(lines[1], "en fortrydelse: ") {
		t.Errorf("%q %v", lines, err)
	}
	grethe.tab.Shot(t, "sort-refused")
	l.must(grethe.tab.Size(390, 844))
	grethe.tab.Shot(t, "sort-refused-phone")
	grethe.eval(`const b = document.querySelector("#follow-list li button"); b.click(); b.click()`) // a double click settles once
	grethe.until("two are left", `document.querySelectorAll("#follow-list li").length === 2 && document.activeElement.name === "scan"`)
	grethe.sent()

	// Ole counts again, on the same PC.
	ole := grethe.tab.Beside(t)
	l.must(ole.SetCookies(l.cookie("ole")))
	next := &counter{l: l, tab: ole}
	next.sorting("/sortering/"+l.kv+"/tael/"+xs[0].ID, `form:has(input[value=begin]) button`)
	if lines, err := e2e.Eval[[]string](ole, listed); err != nil || len(lines) != 2 || !strings.Contains(lines[0], "lagt under en anden optælling (nr. 1)") || strings.Contains(strings.Join(lines, ""), "Område") {
		t.Errorf("the second counter reads %q %v", lines, err)
	}
	for _, left := range []int{1, 0} {
		l.must(ole.Do(chromedp.Click("#follow-list li button")))
		next.until("the mark has left the list", fmt.Sprintf(`document.querySelectorAll("#follow-list li").length === %d`, left))
	}
	next.sent()
	next.until("the list is gone", `document.getElementById("follow-up").hidden`)
	entries, _, err := l.store.Entries(t.Context(), 0, "sorting.followed_up", 9)
	l.must(err)
	if len(entries) != 3 || entries[0].Value("refused") == "" || entries[0].Value("code") == "" {
		t.Errorf("%d entries: %+v", len(entries), entries)
	}
}

// shows wants the piles of the screen to be these.
func (c *counter) shows(when string, want map[string]string) {
	c.l.t.Helper()
	for bin, n := range want {
		if got := c.pile(bin); got != n {
			c.l.t.Errorf("%s: %s shows %s, want %s", when, bin, got, n)
		}
	}
}

// keptPage opens a screen that only the service worker has.
func (c *counter) keptPage(at string) {
	c.l.t.Helper()
	c.l.must(c.tab.Open(at))
	c.until("the kept page is ready", `document.documentElement.dataset.sort === "ready" && document.getElementById("sort-data").dataset.shell === "true"`)
}

// TestSortingWithoutNetwork: the sorting screen is reloaded, closed and opened
// again while the server is dead; it shows the count, counts on and takes back,
// and once the server answers everything is in the book, once, and the page is
// the server's again. What a PC keeps of the first count is nowhere on it when
// another person makes the second.
func TestSortingWithoutNetwork(t *testing.T) {
	l, grethe, _ := sorters(t)
	grethe.sorting("/sortering/"+l.kv, `form:has(input[value=open]) button`)
	grethe.until("the service worker has the page", `navigator.serviceWorker.ready.then((r) => !!r.active)`)
	one, two := onward.OwnBin("0751-1"), onward.OwnBin("0751-2")
	grethe.press("1*10", kb.Enter, "silkeb", kb.Enter, kb.Enter)
	grethe.sent()
	at, err := e2e.Eval[string](grethe.tab, `location.pathname + location.search`)
	l.must(err)

	l.kill()
	grethe.press("2*5", kb.Enter, kb.Enter) // 5 and 1 more
	grethe.until("two wait", `/: 2 venter/.test(document.getElementById("desk-state").textContent)`)
	grethe.keptPage(at)
	grethe.shows("reloaded", map[string]string{one: "10", two: "6", onward.OtherBin("0740"): "2"})
	grethe.press(kb.F9, "1*3", kb.Enter, kb.F8)
	grethe.until("five wait", `/: 5 venter/.test(document.getElementById("desk-state").textContent)`)
	l.must(grethe.tab.Size(1366, 768))
	grethe.tab.Shot(t, "sort-kept-page")
	l.must(grethe.tab.Size(390, 844))
	grethe.tab.Shot(t, "sort-kept-page-phone")
	l.must(grethe.tab.Leave()) // the tab is closed, and another opened
	grethe.keptPage(at)
	want := map[string]string{one: "13", two: "5", onward.OtherBin("0740"): "2", onward.BinUnknown: "1"}
	grethe.shows("opened again", want)
	grethe.press(kb.Escape)
	if got, _ := e2e.Eval[string](grethe.tab, `document.getElementById("sort-total").textContent`); got != "21" {
		t.Errorf("%s in all", got)
	}

	l.revive()
	grethe.until("the page of the server", `document.documentElement.dataset.sort === "ready" && document.getElementById("sort-data").dataset.shell === "false"`)
	grethe.sent()
	grethe.shows("after the return", want)
	xs, err := l.store.Sortings(t.Context(), l.kv)
	l.must(err)
	piles, _, err := l.store.Marked(t.Context(), xs[0])
	l.must(err)
	if piles[one] != 13 || piles[two] != 5 || piles[onward.OtherBin("0740")] != 2 || piles[onward.BinUnknown] != 1 {
		t.Errorf("the book has %v", piles)
	}

	// Grethe ends her count; nobody finds it on this PC, with or without a server.
	grethe.press("1*39", kb.Enter)
	grethe.sent()
	l.must(grethe.tab.Do(chromedp.Click("#finish-form button")))
	grethe.page("En anden skal nu")
	l.kill()
	grethe.keptPage(at)
	grethe.until("the count is not known here", `/ikke åbnet på denne pc/.test(document.getElementById("desk-state").textContent) && document.querySelectorAll("[data-bin]").length === 0`)
	grethe.tab.Shot(t, "sort-unknown-here")
}
