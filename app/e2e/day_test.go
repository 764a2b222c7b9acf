package e2e_test

import (
	"fmt"
	"net/url"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/brevstemme/brevstemme/app/e2e"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/desk"
	"github.com/brevstemme/brevstemme/models/store/audits"
)

// scan sends what a scanner sends, with the Enter behind it: one press.
func (c *counter) scan(text string) {
	c.l.t.Helper()
	c.presses++
	c.l.must(c.tab.Do(chromedp.KeyEvent(text + kb.Enter)))
}

// page waits until a page has loaded and has the given heading text in it.
func (c *counter) page(text string) {
	c.l.t.Helper()
	c.until("the page says "+text, fmt.Sprintf(`document.readyState === "complete" && document.body.innerText.includes(%q)`, text))
}

// keyBudget is how many key presses and scans a whole shift may take: opening,
// 60 envelopes of three kinds, two undos, closing.
const keyBudget = 150

// TestShiftByKeyboard plays a whole shift with the keyboard and a scanner alone
// and counts every press.
func TestShiftByKeyboard(t *testing.T) {
	l := newLibraries(t)
	s := keyShift{&counter{l: l, tab: e2e.Start(t).Tab(t, l.base, l.cookie("anna"))}, l.sessions[0]}
	s.opens()
	opening := s.presses
	s.counts()
	counting := s.presses - opening
	s.canBeReadInEverySize()
	s.shuts()
	s.countsByHand()
	s.signs()
	t.Logf("%d presses: opening %d, counting %d, closing %d", s.presses, opening, counting, s.presses-opening-counting)
	if s.presses > keyBudget {
		t.Errorf("%d presses for a shift; the budget is %d", s.presses, keyBudget)
	}
}

// keyShift is Anna's browser at the desk of a session, and Bo beside her.
type keyShift struct {
	*counter
	session string
}

// opens goes through the checklist: Bo joins Anna; the second person is chosen
// already.
func (s keyShift) opens() {
	s.l.t.Helper()
	s.l.must(s.tab.Size(1366, 768))
	s.l.must(s.tab.Open("/skranke/" + s.session))
	s.page("Tjekliste")
	s.tab.Shot(s.l.t, "desk-opening")
	s.press(kb.Tab, kb.Tab, " ", kb.Enter, kb.Enter)
	for i := range 2 {
		s.scan(box(0, i))
		s.press(" ", kb.Enter) // sealed
		s.press("100", kb.Enter)
		s.scan(models.WithCheck(fmt.Sprintf("V%d000000", i)))
		s.press(" ", kb.Enter)
	}
	s.press(" ", kb.Enter, " ", kb.Enter, " ", kb.Enter) // aids
	s.press("2", kb.Enter)                               // booths
	s.press(" ", kb.Enter, " ")                          // network, pad
	s.tab.Shot(s.l.t, "desk-opening-filled")
	s.send()
	s.ready()
}

// counts 60 envelopes of three kinds in two elections, with two undos.
func (s keyShift) counts() {
	s.l.t.Helper()
	for range 30 {
		s.press(kb.Enter)
	}
	for range 12 {
		s.scan("0740")
	}
	for range 5 {
		s.scan(desk.CommandUnknown.Barcode())
	}
	s.press(kb.Enter, kb.F9)
	s.press(kb.F4)
	for range 13 {
		s.press(kb.Enter)
	}
	s.press(kb.Enter, kb.F9)
	s.sent()
	got := s.l.tallies(s.session)
	if kv := got[s.l.kv]; kv.Received != 47 || kv.Kinds["other"] != 12 || kv.Kinds["unknown"] != 5 || got[s.l.aer].Received != 13 {
		s.l.t.Fatalf("counted %+v", got)
	}
}

// canBeReadInEverySize: on a tablet, at 200 %, and on the desk's own screen.
func (s keyShift) canBeReadInEverySize() {
	t := s.l.t
	t.Helper()
	s.tab.Shot(t, "desk-counting")
	for name, size := range map[string][2]int64{"tablet": {820, 1180}, "zoom200": {683, 384}} {
		s.l.must(s.tab.Size(size[0], size[1]))
		s.tab.Shot(t, "desk-counting-"+name)
		wide, err := e2e.Eval[bool](s.tab, `document.documentElement.scrollWidth > innerWidth`)
		if s.l.must(err); wide {
			t.Errorf("%s: the page scrolls sideways", name)
		}
		px, err := e2e.Eval[float64](s.tab, `parseFloat(getComputedStyle(document.querySelector(".pile-number")).fontSize)`)
		if s.l.must(err); px < 72 {
			t.Errorf("%s: the digits are %v px high", name, px)
		}
	}
	s.l.must(s.tab.Size(1366, 768))
	in, err := e2e.Eval[bool](s.tab, `document.querySelector("#scan-form input[name=scan]").getBoundingClientRect().bottom < innerHeight`)
	if s.l.must(err); !in {
		t.Error("at 1366×768 the field lies below the screen")
	}
}

// shuts the doors, when the page that was left has said its last word.
func (s keyShift) shuts() {
	s.l.t.Helper()
	s.send()
	s.page("Luk dørene")
	for deadline := time.Now().Add(20 * time.Second); ; {
		n, err := s.l.store.DeskWaiting(s.l.t.Context(), s.session)
		if s.l.must(err); n == 0 {
			break
		}
		if time.Now().After(deadline) {
			s.l.t.Fatalf("everything is sent, and the desk has told of %d that wait", n)
		}
	}
	s.press("0", kb.Enter)
}

func (s keyShift) countsByHand() {
	s.l.t.Helper()
	s.page("Tæl kuverterne i hånden")
	s.tab.Shot(s.l.t, "desk-hand-count")
	for _, n := range []string{"30", "12", "5", "13", "0", "0"} {
		s.press(n, kb.Enter)
	}
	s.press(kb.Enter)
	s.page("Optællingen passer")
}

// signs for the seals, the material and the search, with Bo as the second person.
func (s keyShift) signs() {
	s.l.t.Helper()
	s.tab.Shot(s.l.t, "desk-signing")
	s.seal()
	s.press("53", kb.Enter, kb.Enter, "87", kb.Enter, kb.Enter) // 100 sets each, 47 and 13 votes
	s.press(" ", kb.Enter, " ", kb.Enter)                       // searched
	s.scan("bo")
	s.press("1111")
	s.send()
	s.page("Sessionen er afsluttet")
	s.tab.Shot(s.l.t, "desk-closed")
}

// send presses Ctrl+Enter.
func (c *counter) send() {
	c.l.t.Helper()
	c.presses++
	c.l.must(c.tab.Do(chromedp.KeyEvent(kb.Enter, chromedp.KeyModifiers(chromedp.ModifierCtrl))))
}

// seal scans a seal for each of the two containers that were declared empty.
func (c *counter) seal() {
	c.l.t.Helper()
	c.scan(seal(0, 1))
	c.press(kb.Enter)
	c.scan(seal(0, 2))
	c.send()
	c.page("pakket og forseglet")
}

// switchBudget is how many key presses and scans it may take to hand the desk
// over to another person: lock, card, PIN of four, Enter.
const switchBudget = 7

// TestSwitchPerson hands the desk from Anna to Bo and counts presses and round
// trips; how long the program takes is told, not asserted.
func TestSwitchPerson(t *testing.T) {
	l := newLibraries(t)
	session := l.open(0)
	c := l.at(e2e.Start(t), "anna", session)
	c.press(kb.Enter)
	c.sent()
	before := c.presses
	began := time.Now()
	c.press(kb.F10)
	c.page("Skranken er låst")
	c.tab.Shot(t, "desk-locked")
	c.scan("bo")
	c.press("1111", kb.Enter)
	c.ready()
	took := time.Since(began)
	if n := c.presses - before; n > switchBudget {
		t.Errorf("%d presses to change person; the budget is %d", n, switchBudget)
	}
	t.Logf("%d presses, two round trips, %d ms of them the program's (the test's own waiting included)", c.presses-before, took.Milliseconds())
	c.press(kb.Enter)
	c.sent()
	events, err := l.store.DeskEvents(t.Context(), session, 2)
	l.must(err)
	if events[0].Person != l.person["bo"] || events[1].Person != l.person["anna"] {
		t.Errorf("counted by %s, then %s", events[1].Person, events[0].Person)
	}
	if got := l.tallies(session)[l.kv].Received; got != 2 {
		t.Errorf("counted %d", got)
	}
}

// TestFullDay plays a day at three libraries with two elections: a network cut
// at one, an emergency pad at another, a difference at the third; all close and
// the books balance.
func TestFullDay(t *testing.T) {
	l := newLibraries(t)
	b := e2e.Start(t)
	var desks []*counter
	for i := range l.sessions {
		l.open(i)
		desks = append(desks, l.at(b, "anna", l.sessions[i]))
	}
	for round := range 3 {
		for i, d := range desks {
			d.press(kb.Enter, kb.Enter)
			d.scan([]string{"0740", "0615", "0101"}[round])
			d.press(kb.F4, kb.Enter, kb.F4)
			if i == 1 && round == 1 { // Viby loses its network for a while
				d.offline(true)
				d.press(kb.Enter, kb.F9, kb.Enter)
				d.until("emergency", `document.getElementById("desk-state").dataset.mode === "emergency"`)
				d.offline(false)
			}
			d.sent()
		}
	}
	// Harlev writes on paper for an hour; two people type the form afterwards.
	pad, err := l.store.IssuePad(t.Context(), l.act(), "HAR", 2)
	l.must(err)
	at := "/skranke/" + l.sessions[2] + "/noedblok"
	desks[2].keyIn(at, pad.Forms[0], "En anden skal nu")
	l.must(desks[2].tab.SetCookies(l.cookie("bo")))
	desks[2].keyIn(at, pad.Forms[0], "De to indtastninger er ens")
	l.form("anna", at, url.Values{"form": {pad.Forms[1]}, "do": {"return"}})

	want := []map[string]int{{l.kv: 9, l.aer: 3}, {l.kv: 10, l.aer: 3}, {l.kv: 13, l.aer: 4}}
	for i, session := range l.sessions {
		got := l.tallies(session)
		if got[l.kv].Received != want[i][l.kv] || got[l.aer].Received != want[i][l.aer] {
			t.Fatalf("%s: %+v, want %v", l.places[i], got, want[i])
		}
		l.closeDay(i, got[l.kv].Kinds, got[l.aer].Kinds, want[i], i == 0)
	}
	desks[0].l.must(desks[0].tab.SetCookies(l.cookie("karen")))
	desks[0].l.must(desks[0].tab.Open("/tavle"))
	desks[0].page("Tavlen i dag")
	desks[0].tab.Shot(t, "board")
	l.balanced()
}

// keyIn types an emergency form as it stands on paper: four envelopes of the
// first election and one of the second for Randers, in the hour from 12.
func (c *counter) keyIn(path, form, answer string) {
	c.l.t.Helper()
	c.l.must(c.tab.Open(path))
	c.page("Nødblok")
	c.scan(form)
	c.press("12", kb.Enter, kb.Enter, kb.Enter, "4", kb.Enter)
	c.press("12", kb.Enter, "G", kb.Enter, "0740", kb.Enter, "1")
	c.send()
	c.page(answer)
}

// closeDay shuts, counts, explains one missing envelope when lost, and closes.
func (l *libraries) closeDay(i int, kv, aer map[string]int, votes map[string]int, lost bool) {
	l.t.Helper()
	at := "/skranke/" + l.sessions[i] + "/lukning"
	l.form("anna", at, url.Values{"do": {"shut"}, "in_line": {"3"}})
	count := url.Values{"do": {"count"}}
	for _, k := range []string{"own", "other", "unknown"} {
		count.Set("count:"+l.kv+"/"+k, fmt.Sprint(kv[k]))
		count.Set("count:"+l.aer+"/"+k, fmt.Sprint(aer[k]))
	}
	if lost {
		count.Set("count:"+l.kv+"/own", fmt.Sprint(kv["own"]-1))
		l.form("anna", at, count)
		l.form("bo", at, count)
		l.form("bo", at, url.Values{"do": {"explain"}, "explanation": {"en kuvert blev talt to gange ved vagtskiftet"}, "witness_login": {"anna"}, "pin": {"0000"}})
	} else {
		l.form("anna", at, count)
	}
	l.form("anna", at, url.Values{"do": {"pack"}, "container:" + l.kv: {box(i, 0)}, "seal:" + l.kv: {seal(i, 1)}, "container:" + l.aer: {box(i, 1)}, "seal:" + l.aer: {seal(i, 2)}})
	l.form("anna", at, url.Values{"do": {"close"}, "left:" + custody.Material(l.kv, "set"): {fmt.Sprint(100 - votes[l.kv])}, "left:" + custody.Material(l.aer, "set"): {fmt.Sprint(100 - votes[l.aer])},
		"searched": {"Papirkurve", "Kopimaskinen"}, "witness_login": {"bo"}, "pin": {"1111"}})
}

// balanced asserts conservation over the whole book.
func (l *libraries) balanced() {
	l.t.Helper()
	received := 0
	for _, id := range l.sessions {
		x, err := l.store.Session(l.t.Context(), id)
		l.must(err)
		if x.State != models.SessionClosed {
			l.t.Errorf("%s is %s", id, x.State)
		}
		for item, st := range x.Desk.Stock {
			if st.Off() != 0 {
				l.t.Errorf("%s %s is off by %d", id, item, st.Off())
			}
		}
		for _, t := range l.tallies(id) {
			received += t.Received
		}
	}
	sealed := 0
	for _, id := range l.sessions {
		sh, err := l.store.Shift(l.t.Context(), id)
		l.must(err)
		for item, n := range sh.Held {
			l.t.Errorf("the desk still holds %d of %s", n, item)
		}
		boxes, err := l.store.SessionContainers(l.t.Context(), id)
		l.must(err)
		for _, b := range boxes {
			if b.State != custody.ContainerSealed || len(b.Seals) != 1 {
				l.t.Errorf("%s is %s with seals %v", b.ID, b.State, b.Seals)
			}
			held, err := l.store.Held(l.t.Context(), custody.InContainer(b.ID))
			l.must(err)
			for item, n := range held[custody.InContainer(b.ID)] {
				if e, _, ok := custody.EnvelopeOf(item); ok {
					sealed += int(n)
					if e != b.Election {
						l.t.Errorf("%s of %s holds %s: elections are mixed", b.ID, b.Election, item)
					}
				}
			}
		}
	}
	if r, err := audits.Verify(l.t.Context(), l.dsn); err != nil || !r.OK {
		l.t.Errorf("the book does not verify: %+v %v", r, err)
	}
	if received != 42 || sealed != received-1 { // one is a difference with a deviation
		l.t.Errorf("received %d, sealed %d", received, sealed)
	}
}
