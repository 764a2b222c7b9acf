package e2e_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/emersion/go-ical"

	"github.com/brevstemme/brevstemme/app/e2e"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/staffing"
)

// click clicks what a selector finds on the page and waits for the next page.
func (p *planner) click(selector, text string) {
	p.l.t.Helper()
	found, err := e2e.Eval[bool](p.tab, fmt.Sprintf(`(() => { const b = document.querySelector(%q); if (!b) return false; window.left = true; b.click(); return true; })()`, selector))
	if p.l.must(err); !found {
		p.l.t.Fatalf("nothing to click: %s", selector)
	}
	p.until("the page says "+text, fmt.Sprintf(`!window.left && document.readyState === "complete" && document.body.innerText.includes(%q)`, text))
}

// The roster of Aarhus in a browser: 18 libraries, six weeks, 120 people. It is
// proposed, two leaders approve their own, Ida is ill and says so herself, the
// first of the call list takes over, and all 120 calendars are right. Then a week
// is typed by keyboard.
func TestRosterInABrowser(t *testing.T) {
	l := newAarhus(t)
	b := e2e.Start(t)
	as := func(login string) *planner {
		p := &planner{counter{l: l, tab: b.Tab(t, l.base, l.cookie(login))}}
		l.must(p.tab.Size(1366, 768))
		return p
	}
	karen, lars, ida := as("karen"), as("lars"), as("ida")
	base := "/vagtplan/valg/" + l.kv
	karen.open(base+"/forslag", "120")
	_, err := e2e.Eval[bool](karen.tab, `document.querySelector('input[name=mode][value=all]').click(), true`)
	l.must(err)
	karen.click("form.form button", "Forslag klar")
	karen.page("0 personer mangler stadig")
	for _, p := range []*planner{lars, karen} {
		p.open(base+"/godkend", "Godkend")
		p.click("button[value=approve]", "vagter er godkendt")
	}
	shifts, err := l.store.Shifts(t.Context(), models.NewDate(2025, 10, 1).At(0, 0), time.Time{})
	l.must(err)
	if i := slices.IndexFunc(shifts, func(s staffing.Shift) bool { return s.State != staffing.ShiftApproved }); i >= 0 || len(shifts) < 500 {
		t.Fatalf("%d shifts, and not all are approved", len(shifts))
	}
	l.feedsAreRight()
	ida.illness(lars)
	l.feedsAreRight()
	lars.types(base)
	for path, text := range map[string]string{"": "Bavnehøj", "/regler": "Prognose", "/slet": "Ingen persondata", "/forslag": "120"} {
		karen.open(base+path, text)
		karen.clean("roster" + strings.ReplaceAll(path, "/", "-"))
	}
	lars.narrow(base + "/skriv?uge=2025-44")
}

// narrow holds a page at the width of a phone: nothing sticks out but what scrolls
// by itself.
func (p *planner) narrow(path string) {
	p.l.t.Helper()
	p.l.must(p.tab.Size(320, 640))
	p.open(path, "Gem ugen")
	p.tab.Shot(p.l.t, "roster-write-phone")
	if wide, err := e2e.Eval[int](p.tab, `document.documentElement.scrollWidth`); err != nil || wide > 320 {
		p.l.t.Errorf("%s is %d wide (%v)", path, wide, err)
	}
}

// illness: Ida reports herself ill; her leader calls the first of the list, who
// takes the shift.
func (p *planner) illness(lars *planner) {
	l := p.l
	mine, err := l.store.ShiftsOf(l.t.Context(), l.person["ida"])
	if l.must(err); len(mine) == 0 {
		l.t.Fatal("Ida has no shift")
	}
	p.open("/min-vagtplan", "Meld syg")
	p.clean("my-shifts")
	p.click(fmt.Sprintf(`form:has(input[value="%s"]) button[value=fall_ill]`, mine[0].ID), "sygemeldt")
	lars.open("/vagtplan/aabning/"+mine[0].Session, "Ring til")
	lars.clean("roster-session-ill")
	first, err := e2e.Eval[string](lars.tab, `document.querySelector("ol li a[href^='tel:']") && document.querySelector("ol form input[name=person]").value`)
	l.must(err)
	lars.click("ol form button[value=place]", "sat på vagt")
	at, err := l.store.ShiftsAt(l.t.Context(), mine[0].Session)
	l.must(err)
	if !slices.ContainsFunc(at, func(s staffing.Shift) bool { return s.Person == first && s.Replaces == mine[0].ID && s.Holds() }) {
		l.t.Errorf("%s did not take over: %+v", first, at)
	}
}

// feedsAreRight fetches everybody's calendar by its secret address, as their
// program does, and holds it against the book: each shift once, at its hours, gone
// ones said to be gone, nobody at two places, and all seats in somebody's calendar.
func (l *libraries) feedsAreRight() {
	l.t.Helper()
	people, err := l.store.People(l.t.Context())
	l.must(err)
	live := 0
	for i, p := range people {
		token, err := l.store.MakeFeed(l.t.Context(), p.ID)
		l.must(err)
		got := l.feed(token, i)
		mine, err := l.store.ShiftsOf(l.t.Context(), p.ID)
		l.must(err)
		var want []string
		for n, s := range mine {
			if !s.InCalendar() { // proposed and refused: they never heard of it
				continue
			}
			gone := "live"
			if s.CalledOff() {
				gone = "gone"
			} else {
				live++
			}
			want = append(want, fmt.Sprintf("%s %d %d %d %s", s.ID, s.From.Unix(), s.Until.Unix(), s.Sequence, gone))
			if o, hit := staffing.Clash(mine[n+1:], p.ID, s.From, s.Until); hit && s.Holds() {
				l.t.Errorf("%s is at %s and %s at once", p.ID, s.Place, o.Place)
			}
		}
		slices.Sort(want)
		if !slices.Equal(got, want) {
			l.t.Fatalf("calendar of %s:\n%q\nthe book:\n%q", p.ID, got, want)
		}
	}
	shifts, err := l.store.Shifts(l.t.Context(), time.Time{}, time.Time{})
	l.must(err)
	held := 0
	for _, s := range shifts {
		if s.Holds() {
			held++
		}
	}
	if live != held || held == 0 {
		l.t.Errorf("%d shifts in the calendars, %d in the book", live, held)
	}
}

// feed is a calendar as "shift from until sequence live|gone", in order. Each
// reader has an address of its own on the loopback, since the server counts
// requests by address.
func (l *libraries) feed(token string, reader int) []string {
	l.t.Helper()
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 1, byte(reader/250), byte(1+reader%250))}}
	c := &http.Client{Transport: &http.Transport{DialContext: d.DialContext, DisableKeepAlives: true}}
	res, err := c.Get(l.base + "/kalender/" + token + ".ics")
	l.must(err)
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK || !strings.HasPrefix(res.Header.Get("Content-Type"), "text/calendar") {
		body, _ := io.ReadAll(res.Body)
		l.t.Fatalf("%d %s", res.StatusCode, body)
	}
	cal, err := ical.NewDecoder(res.Body).Decode()
	l.must(err)
	var out []string
	for _, e := range cal.Events() {
		from, err := e.DateTimeStart(models.Copenhagen)
		l.must(err)
		until, err := e.DateTimeEnd(models.Copenhagen)
		l.must(err)
		uid, _, _ := strings.Cut(e.Props.Get(ical.PropUID).Value, "@")
		gone := "live"
		if e.Props.Get(ical.PropStatus).Value == string(ical.EventCancelled) {
			gone = "gone"
		}
		out = append(out, fmt.Sprintf("%s %d %d %s %s", uid, from.Unix(), until.Unix(), e.Props.Get(ical.PropSequence).Value, gone))
	}
	slices.Sort(out)
	return out
}

// types: a week by keyboard. A double booking is said as it is typed and taken back,
// a cell is copied down, and a person is put on a shift more and saved.
func (p *planner) types(base string) {
	l := p.l
	p.open(base+"/skriv?uge=2025-44", "Gem ugen")
	p.clean("roster-write")
	ctrl := func(k string) { l.must(p.tab.Do(chromedp.KeyEvent(k, chromedp.KeyModifiers(chromedp.ModifierCtrl)))) }
	// a column in which a cell with somebody stands above an other of the same hours
	pair, err := e2e.Eval[[]string](p.tab, `(() => { const rows = [...document.querySelectorAll("#roster tbody tr")];
		for (let x = 1; x < 8; x++) { const cells = rows.flatMap((r) => r.cells[x] ? [...r.cells[x].querySelectorAll("input[name^='c.']")] : []);
			for (let y = 1; y < cells.length; y++) { const code = cells[y - 1].value.split(" ")[0], hours = (c) => c.parentElement.querySelector("a").textContent;
				if (code && !cells[y].value.includes(code) && hours(cells[y]) === hours(cells[y - 1])) return [cells[y - 1].id, cells[y].id, code, cells[y].value]; } }
		return []; })()`)
	if l.must(err); len(pair) != 4 {
		l.t.Fatal("no two cells of the same hours", pair)
	}
	above, below, code, was := pair[0], pair[1], pair[2], pair[3]
	remark := "r-" + strings.TrimPrefix(below, "f-c-")
	says := func(yes string) string {
		return fmt.Sprintf(`%s/på vagt samtidig/.test(document.getElementById(%q).textContent)`, yes, remark)
	}
	holds := func(id, want string) string { return fmt.Sprintf(`document.getElementById(%q).value === %q`, id, want) }
	focus := func(id string) string { return fmt.Sprintf(`document.activeElement.id === %q`, id) }
	_, err = e2e.Eval[bool](p.tab, fmt.Sprintf(`document.getElementById(%q).focus(), true`, above))
	l.must(err)
	p.press(kb.ArrowDown)
	p.until("the arrow goes down", focus(below))
	p.press(code)
	p.until("the double booking is said while it is typed", says(""))
	ctrl("z")
	p.until("it is taken back", holds(below, was))
	p.until("and is no longer said", says("!"))
	ctrl("d")
	p.until("the cell above is copied", fmt.Sprintf(`document.getElementById(%q).value === document.getElementById(%q).value`, below, above))
	p.until("and said to be a double booking", says(""))
	p.tab.Shot(l.t, "roster-write-conflict")
	ctrl("z")
	p.press(kb.ArrowUp)
	p.until("the arrow goes up", focus(above))
	p.free(above)
	p.reach("#roster .buttons button")
	p.leave(kb.Enter, "Gemt: 1 vagt ændret")
}

// free types the code of somebody who is on no shift in the week behind what a cell
// holds.
func (p *planner) free(cell string) {
	l := p.l
	code, err := e2e.Eval[string](p.tab, `(() => { const busy = [...document.querySelectorAll("#roster input[name^='c.']")].flatMap((c) => c.value.split(" "));
		return [...document.querySelectorAll("details table tbody tr")].map((r) => r.cells[0].textContent.trim()).find((c) => !busy.includes(c)) || ""; })()`)
	if l.must(err); code == "" {
		l.t.Fatal("everybody is on a shift in the week")
	}
	p.press(kb.End, " "+code)
	p.until("the cell holds "+code, fmt.Sprintf(`document.getElementById(%q).value.endsWith(%q)`, cell, code))
}
