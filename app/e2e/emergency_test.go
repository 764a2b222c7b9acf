package e2e_test

import (
	"fmt"
	"net"
	"net/http"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/brevstemme/brevstemme/app/e2e"
	"github.com/brevstemme/brevstemme/app/localdb"
	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models/store"
)

// twoProcesses is the example municipality with its own program, and the address
// of a second program on the same database that can be killed and replaced.
type twoProcesses struct {
	first *e2e.Program
	store *store.Store
	addr  string
	env   []string
}

func newTwoProcesses(t *testing.T, bin string) twoProcesses {
	t.Helper()
	data := t.TempDir()
	p := twoProcesses{first: e2e.Launch(t, bin, nil, "demo", "--addr", "127.0.0.1:0", "--data", data)}
	db, err := localdb.Join(filepath.Join(data, "postgres"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Leave(); err != nil {
			t.Error(err)
		}
	})
	if p.store, err = store.Open(t.Context(), store.Config{DSN: db.AppDSN()}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = p.store.Close(t.Context()) })
	free, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p.addr = free.Addr().String()
	if err := free.Close(); err != nil {
		t.Fatal(err)
	}
	p.env = []string{"BREVSTEMME_DATABASE_URL=" + db.AppDSN(), "BREVSTEMME_DATA=" + data}
	return p
}

// second starts a program on the second address.
func (p twoProcesses) second(t *testing.T, bin string) *e2e.Program {
	t.Helper()
	return e2e.Launch(t, bin, p.env, "serve", "--addr", p.addr)
}

// inDanish adds the choice of language to cookies.
func inDanish(cookies []*http.Cookie) []*http.Cookie {
	return append(cookies, &http.Cookie{Name: site.LangCookie, Value: "da"})
}

// nineHoursAhead is a PC whose clock is wrong.
const nineHoursAhead = `{ const now = Date.now; Date.now = () => now() + 9 * 3600e3; }`

// TestPCAndServerDie counts while the server is killed, the PC is switched off
// and on, the login has expired and a newer program comes back, on a PC whose
// clock is nine hours ahead: the same total, in order, with its author, marked late.
func TestPCAndServerDie(t *testing.T) {
	old, newer := e2e.BuildRelease(t, "1.0.0"), e2e.BuildRelease(t, "1.0.1")
	p := newTwoProcesses(t, old)
	session, election := openDesk(t, p.first.Base)
	x, err := p.store.Session(t.Context(), session)
	if err != nil {
		t.Fatal(err)
	}
	l := &libraries{t: t, store: p.store, kv: election}
	before := l.tallies(session)[election].Received
	running, profile := p.second(t, old), t.TempDir()

	pc := e2e.StartIn(t, profile)
	ida := &counter{l: l, tab: pc.Window(t, running.Base, nineHoursAhead)}
	cookies := logIn(t, running.Base, "ida", "brevstemme-demo")
	l.must(ida.tab.SetCookies(inDanish(cookies)))
	ida.goTo("/skranke/" + session)
	ida.until("the service worker has the page", `navigator.serviceWorker.ready.then((r) => !!r.active)`)
	ida.until("the server's clock is shown", fmt.Sprintf(`Math.abs(new Date("2000-01-01T" + document.getElementById("desk-clock").textContent.replace(".", ":")) - new Date("2000-01-01T" + new Date(new Date().getTime()).toLocaleTimeString("da-DK", { timeZone: "Europe/Copenhagen", hour: "2-digit", minute: "2-digit" }).replace(".", ":"))) %% 864e5 <= 60e3`))
	ida.press(kb.Enter, kb.Enter)
	ida.sent()

	running.Kill(t)
	ida.press(kb.Enter, "ran", kb.Enter, kb.F9, "0615", kb.Enter)
	ida.until("emergency mode in words", `/^Nødtilstand siden kl\. \d\d\.\d\d – \d venter/.test(document.getElementById("desk-state").textContent)`)
	ida.until("all are on this PC's disk", `/^Gemt her/.test(document.getElementById("scan-answer").textContent)`)
	pc.Kill(t)

	pc = e2e.StartIn(t, profile)
	again := &counter{l: l, tab: pc.Window(t, running.Base, nineHoursAhead)}
	// Chromium writes what outlives it to the disk within half a minute; this PC was not on for so long.
	l.must(again.tab.SetCookies(inDanish(slices.DeleteFunc(cookies, func(c *http.Cookie) bool { return c.Expires.IsZero() }))))
	again.goTo("/skranke/" + session)
	again.until("the kept page", `document.getElementById("desk-data").dataset.shell === "true"`)
	if got, want := again.shown(election), fmt.Sprint(before+4); got != want {
		t.Errorf("after the PC was switched on again the screen shows %s, want %s", got, want)
	}
	again.press(kb.Enter, kb.Enter)
	again.until("six wait", `/ 6 venter/.test(document.getElementById("desk-state").textContent)`)
	again.tab.Shot(t, "emergency-after-restart")

	// The server is back, with a newer program; the PC's login went with its power.
	p.second(t, newer)
	again.until("log in again", `!document.getElementById("desk-login").hidden && /^Log ind igen/.test(document.getElementById("desk-state").textContent)`)
	again.tab.Shot(t, "emergency-login-again")
	l.must(again.tab.Do(chromedp.Click("#desk-login")))
	again.page("PIN")
	again.scan("ida")
	again.press("3333", kb.Enter)
	again.until("the page of the new program", `document.getElementById("desk-data")?.dataset.shell === "false"`)
	again.ready()
	again.sent()
	if got := l.tallies(session)[election]; got.Received != before+6 {
		t.Errorf("the book has %d, want %d", got.Received, before+6)
	}
	if got, want := again.shown(election), fmt.Sprint(before+6); got != want {
		t.Errorf("the screen shows %s, want %s", got, want)
	}
	l.inOrder(session, x.Crew[0].Person, 8, 6)
}

// inOrder asserts of a session's last events (newest first) that they are one
// person's, in the order of the device, and that the newest late ones are marked.
func (l *libraries) inOrder(session, person string, events, late int) {
	l.t.Helper()
	got, err := l.store.DeskEvents(l.t.Context(), session, events)
	l.must(err)
	seq := int64(1 << 60)
	for i, e := range got {
		if e.Person != person || e.DeviceSeq >= seq || e.Late != (i < late) {
			l.t.Errorf("event %d: person %s, number %d after %d, late %v", i, e.Person, e.DeviceSeq, seq, e.Late)
		}
		if d := e.Recorded.Sub(e.At); d < 0 || d.Hours() > 1 {
			l.t.Errorf("event %d happened %v before it was written: the PC's clock was believed", i, d)
		}
		seq = e.DeviceSeq
	}
}

// TestBoardAcrossProcesses: a count taken by one program shows on a board that
// another program serves, without a reload.
func TestBoardAcrossProcesses(t *testing.T) {
	bin := e2e.Build(t)
	p := newTwoProcesses(t, bin)
	session, election := openDesk(t, p.first.Base)
	other := p.second(t, bin)
	tab := e2e.Start(t).Tab(t, other.Base, inDanish(logIn(t, other.Base, "koordinator", "brevstemme-demo")))
	board := &counter{l: &libraries{t: t}, tab: tab}
	board.l.must(tab.Open("/tavle"))
	board.until("the stream is open", `document.getElementById("board").dataset.live === "1"`)
	board.l.must(tab.Size(1366, 768))
	tab.Shot(t, "board-live")
	_, err := e2e.Eval[bool](tab, `(window.same = true)`)
	board.l.must(err)
	cookies := logIn(t, p.first.Base, "ida", "brevstemme-demo")
	c := &countingClient{http: http.DefaultClient, cookies: cookies}
	before := received(t, p.first.Base, session, election, cookies)
	if ok, err := c.count(p.first.Base, session, election, "board-live-0001"); err != nil || !ok {
		t.Fatal(ok, err)
	}
	word := map[string]string{"KV": "BLÅ", "AE": "GRØN"}[election[:2]] // of the example elections
	board.until("the count", fmt.Sprintf(`document.getElementById("board").innerText.includes("%s %d") && window.same`, word, before+1))
	call(t, p.first.Base, cookies, session, `{"act":"mark","what":"line","n":20}`)
	call(t, p.first.Base, cookies, session, `{"act":"mark","what":"help"}`)
	board.until("the line and the call", `/Brug for hjælp/.test(document.getElementById("board").innerText) && /20 \(/.test(document.getElementById("board").innerText) && window.same`)
	tab.Shot(t, "board-called")
}

// call sends one event of a desk.
func call(t *testing.T, base string, cookies []*http.Cookie, session, body string) {
	t.Helper()
	req, err := http.NewRequest(http.MethodPost, base+"/api/v1/sessions/"+session+"/events", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Idempotency-Key", regexp.MustCompile(`[^a-z0-9]`).ReplaceAllString("call-"+body, ""))
	for _, k := range cookies {
		req.AddCookie(k)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusCreated {
		t.Fatalf("%s: %s", body, res.Status)
	}
}

// noStore is a browser that blocks storage; while loseAnswers is set, what is
// sent arrives but its answer does not.
const noStore = `Object.defineProperty(window, "indexedDB", { value: { open() { throw new DOMException("blocked", "SecurityError"); } } });
	const really = window.fetch;
	window.fetch = async (...args) => {
		const answer = await really(...args);
		if (window.loseAnswers && String(args[0]).endsWith("/events")) throw new TypeError("the answer was lost");
		return answer;
	};`

// TestNoStorage: a browser that cannot store says so at the start, and still
// counts while there is a network. Without one it says that nothing was
// registered; and when the server had it after all, it is taken back, since the
// person was told to write it on paper.
func TestNoStorage(t *testing.T) {
	l := newLibraries(t)
	session := l.open(0)
	b := e2e.Start(t)
	anna := &counter{l: l, tab: b.Window(t, l.base, noStore)}
	l.must(anna.tab.SetCookies(l.cookie("anna")))
	anna.goTo("/skranke/" + session)
	anna.until("the warning", `!document.getElementById("desk-warning").hidden && /kan ikke gemme/.test(document.getElementById("desk-warning").textContent)`)
	l.must(anna.tab.Size(1366, 768))
	anna.tab.Shot(t, "desk-no-storage")
	anna.press(kb.Enter)
	anna.until("registered", `/^Registreret/.test(document.getElementById("scan-answer").textContent)`)
	anna.offline(true)
	anna.press(kb.Enter)
	anna.until("not registered", `/^Ikke registreret/.test(document.getElementById("scan-error").textContent)`)
	if got := anna.shown(l.kv); got != "1" {
		t.Errorf("the screen shows %s", got)
	}
	anna.offline(false)
	if got := l.tallies(session)[l.kv].Received; got != 1 {
		t.Errorf("counted %d", got)
	}
	anna.steal(`(window.loseAnswers = true, document.getElementById("scan-error").textContent = "")`)
	anna.press(kb.Enter)
	anna.until("not registered, as far as is known", `/^Ikke registreret/.test(document.getElementById("scan-error").textContent)`)
	if got := l.tallies(session)[l.kv].Received; got != 2 {
		t.Fatalf("the server has %d: the answer was lost, not the envelope", got)
	}
	anna.steal(`(window.loseAnswers = false, dispatchEvent(new Event("online")))`)
	for l.tallies(session)[l.kv].Received != 1 {
		_, err := e2e.Eval[bool](anna.tab, `new Promise((r) => setTimeout(() => r(true), 50))`)
		l.must(err)
	}
	anna.until("the screen shows one", `document.querySelector('[data-election="`+l.kv+`"] [data-total]').textContent === "1"`)
}
