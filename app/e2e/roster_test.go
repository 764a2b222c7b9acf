package e2e_test

import (
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/brevstemme/brevstemme/app/e2e"
	"github.com/brevstemme/brevstemme/app/web"
)

// rosterSeat is somebody at a screen with the roster.
type rosterSeat struct {
	t   *testing.T
	tab *e2e.Tab
}

// click opens a page, clicks what js finds and waits for the message of the next page.
func (p rosterSeat) click(path, prepare, button, want string) {
	p.t.Helper()
	if err := p.tab.Open(path); err != nil {
		p.t.Fatal(err)
	}
	if _, err := e2e.Eval[bool](p.tab, `(() => { `+prepare+`; const b = document.querySelector('`+button+`'); if (!b) return false; b.click(); return true; })()`); err != nil {
		p.t.Fatal(err)
	}
	p.until(want)
}

// until waits until the page says want.
func (p rosterSeat) until(want string) {
	p.t.Helper()
	var text string
	for end := time.Now().Add(time.Minute); time.Now().Before(end); {
		var err error
		if text, err = e2e.Eval[string](p.tab, `new Promise((r) => requestAnimationFrame(() => r(document.body ? document.body.innerText : "")))`); err == nil && regexp.MustCompile(want).MatchString(text) {
			return
		}
	}
	p.t.Fatalf("the page never says %q:\n%.2000s", want, text)
}

// The roster in a browser: the weeks are proposed, two leaders approve their own,
// one person is reported ill, a stand-in takes over, and a calendar follows.
func TestRosterInABrowser(t *testing.T) {
	p := e2e.Launch(t, e2e.Build(t), nil, "demo", "--addr", "127.0.0.1:0", "--data", t.TempDir())
	b := e2e.Start(t)
	as := func(login string) rosterSeat {
		return rosterSeat{t, b.Tab(t, p.Base, append(logIn(t, p.Base, login, "brevstemme-demo"), &http.Cookie{Name: web.LangCookie, Value: "da"}))}
	}
	karen, lars := as("koordinator"), as("leder")
	if err := karen.tab.Open("/vagtplan"); err != nil {
		t.Fatal(err)
	}
	base, err := e2e.Eval[string](karen.tab, `location.pathname`)
	if err != nil || !strings.HasPrefix(base, "/vagtplan/valg/") {
		t.Fatal(base, err)
	}
	karen.click(base+"/forslag", `document.querySelector('input[name=mode][value=all]').checked = true`, "form.form button", `Forslag klar: \d+ nye vagter.* 0 personer mangler stadig`)
	for _, who := range []rosterSeat{karen, lars} {
		who.click(base+"/godkend", "", "button[value=approve]", `\d+ vagter er godkendt`)
	}
	if err := lars.tab.Open(base); err != nil {
		t.Fatal(err)
	}
	session, err := e2e.Eval[string](lars.tab, `(() => { for (const a of document.querySelectorAll('table.matrix td a')) if (a.parentElement.querySelector('.tag.ok')) return a.getAttribute('href'); return ""; })()`)
	if err != nil || session == "" {
		t.Fatal("no staffed session in the week", err)
	}
	lars.illness(session)

	feed := calendarOf(t, p.Base, "ida")
	res, err := http.Get(p.Base + feed)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	cal, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != 200 || !strings.Contains(string(cal), "BEGIN:VTIMEZONE") {
		t.Fatalf("%d %v\n%s", res.StatusCode, err, cal)
	}
}

// illness looks through the week for a session with somebody of the library's,
// reports them ill and puts the first of the call list in.
func (p rosterSeat) illness(session string) {
	p.t.Helper()
	links, err := e2e.Eval[[]string](p.tab, `[...document.querySelectorAll('table.matrix td a')].map((a) => a.getAttribute('href'))`)
	if err != nil {
		p.t.Fatal(err)
	}
	for _, link := range append([]string{session}, links...) {
		if err := p.tab.Open(link); err != nil {
			p.t.Fatal(err)
		}
		ready, err := e2e.Eval[bool](p.tab, `!!document.querySelector('button[value=ill]') && document.querySelectorAll('ol button[value=place]').length > 1`)
		if err != nil {
			p.t.Fatal(err)
		}
		if !ready {
			continue
		}
		p.click(link, "", "button[value=ill]", "Personen er sygemeldt")
		p.until("(?s)Mangler i tidsrummet.*Ring til")
		p.click(link, "", "ol button[value=place]", "Personen er sat på vagt")
		return
	}
	p.t.Fatal("no session with somebody of the library's and a stand-in")
}
