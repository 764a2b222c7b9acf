package e2e

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
)

// Target is a running program to walk through.
type Target struct {
	// Base is its address, "http://127.0.0.1:8080".
	Base string
	// Routes is the table, normally web.Routes(nil).
	Routes []site.Route
	// LogIn gives the cookies of a person with the role; it is called once per role.
	LogIn func(t testing.TB, role models.Role) []*http.Cookie
	// Example gives a concrete path for a route with parameters (":id") that no
	// page links to; "" leaves it to the links that the walk finds. A route
	// that nobody reached fails the walk.
	Example func(route site.Route, role models.Role) string
	// Empty tells that there is nothing in the municipality yet: a document
	// (.pdf) of nothing may then answer 404.
	Empty bool
	// Lenient leaves it to another walk to complain of pages that do not answer.
	Lenient bool
	// Roles are walked; nil is all of models.Roles and nobody ("").
	Roles []models.Role
}

// visit is one page to see.
type visit struct {
	route site.Route
	path  string
	page  string // its HTML
}

// WalkEveryPage visits every GET route as every role that may see it, in both
// languages, and asserts: no axe violation (WCAG 2.2 AA; colours in all three
// themes), no console error, no report to /csp, no horizontal scroll at 320 px,
// and a visible focus at every stop of a Tab walk that reaches every control.
// Routes that a role may not see must refuse it.
func WalkEveryPage(t *testing.T, target Target) {
	t.Helper()
	roles := target.Roles
	if roles == nil {
		roles = append([]models.Role{""}, models.Roles...)
	}
	b := Start(t)
	before := cspReports(t, target.Base)
	seen := map[string]bool{}
	var mu sync.Mutex
	var themed sync.Map // patterns whose colours were looked at in every theme
	t.Run("roles", func(t *testing.T) {
		slots := make(chan struct{}, 2) // two tabs at a time: the test machine has two cores
		for _, role := range roles {
			name := string(role)
			if name == "" {
				name = "nobody"
			}
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				slots <- struct{}{}
				defer func() { <-slots }()
				for _, v := range walkRole(t, b, target, role, &themed) {
					mu.Lock()
					seen[v] = true
					mu.Unlock()
				}
			})
		}
	})
	for _, r := range target.Routes {
		if r.Method == site.GET && len(target.Roles) == 0 && !seen[r.Path] && !strings.Contains(r.Path, "*") {
			t.Errorf("GET %s was seen by nobody: give Target.Example a path for it", r.Path)
		}
	}
	if n := cspReports(t, target.Base) - before; n != 0 {
		t.Errorf("%d breaches of the content security policy were reported", n)
	}
}

// walkRole visits everything one role may see and returns the patterns it saw.
func walkRole(t *testing.T, b *Browser, target Target, role models.Role, themed *sync.Map) []string {
	began := time.Now()
	var cookies []*http.Cookie
	account := site.Account{}
	if role != "" {
		cookies = target.LogIn(t, role)
		account = site.Account{ID: "walk", Roles: []models.Role{role}}
	}
	visits, seen := discover(t, target, role, cookies, account)
	for _, lang := range []string{"da", "en"} {
		tab := b.Tab(t, target.Base, append(cookies[:len(cookies):len(cookies)], &http.Cookie{Name: site.LangCookie, Value: lang}))
		for _, v := range visits {
			how := quick
			if lang == "da" {
				how = thorough
				if _, before := themed.LoadOrStore(v.route.Path, true); !before {
					how = everyTheme
				}
			}
			for _, fault := range tab.look(t, string(role), v.path, how) {
				t.Errorf("%s %s as %q: %s", lang, v.path, role, fault)
			}
		}
	}
	t.Logf("%d pages twice in %.1f s", len(visits), time.Since(began).Seconds())
	return seen
}

// How closely a page is looked at. The Tab walk does not depend on the language;
// the colours of the other themes depend on the page alone, not on who sees it.
const (
	quick = iota
	thorough
	everyTheme
)

// look examines one page and returns its faults.
func (tab *Tab) look(t testing.TB, role, path string, how int) (faults []string) {
	fail := func(err error) []string { return append(faults, err.Error()) }
	if err := tab.Size(1366, 768); err != nil {
		return fail(err)
	}
	tab.Console()
	if err := tab.Open(path); err != nil {
		return fail(err)
	}
	found, err := tab.Axe()
	if err != nil {
		return fail(err)
	}
	faults = append(faults, told("axe", found)...)
	missing, err := Eval[[]string](tab, `document.documentElement.textContent.match(/⟦[^⟧]*⟧/g) || []`)
	if err != nil {
		return fail(err)
	}
	for _, m := range missing {
		faults = append(faults, "no text for "+m)
	}
	name := regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(strings.Trim(role+path, "/"), "-")
	tab.Shot(t, name+map[bool]string{true: "-da", false: "-en"}[how > quick])
	if how > quick {
		if faults, err = tab.lookThorough(t, name, how, faults); err != nil {
			return fail(err)
		}
	}
	if err := tab.Size(320, 640); err != nil {
		return fail(err)
	}
	wide, err := Eval[string](tab, overflow)
	if err != nil {
		return fail(err)
	}
	if wide != "" {
		faults = append(faults, "scrolls sideways at 320 px: "+wide)
	}
	if how > quick {
		if err := tab.Size(390, 844); err != nil {
			return fail(err)
		}
		tab.Shot(t, name+"-phone")
	}
	return append(faults, tab.Console()...)
}

func (tab *Tab) lookThorough(t testing.TB, name string, how int, faults []string) ([]string, error) {
	walk, err := tab.TabWalk()
	if err != nil {
		return faults, err
	}
	faults = append(faults, walk...)
	if how < everyTheme {
		return faults, nil
	}
	for _, theme := range []string{"dark", "contrast"} {
		if _, err := Eval[string](tab, `document.documentElement.dataset.theme = "`+theme+`"`); err != nil {
			return faults, err
		}
		found, err := tab.Axe("color-contrast")
		if err != nil {
			return faults, err
		}
		faults = append(faults, told(theme, found)...)
		tab.Shot(t, name+"-"+theme)
	}
	_, err = Eval[bool](tab, `delete document.documentElement.dataset.theme`)
	return faults, err
}

func told(where string, found []Violation) (faults []string) {
	for _, v := range found {
		faults = append(faults, fmt.Sprintf("%s: %s (%s): %s\n\t%s", where, v.ID, v.Impact, v.Help, strings.Join(v.Nodes, "\n\t")))
	}
	return faults
}

// overflow names the first element that makes the page wider than the window.
const overflow = `(() => {
	const w = document.documentElement.clientWidth;
	if (document.documentElement.scrollWidth <= w) return "";
	for (const e of document.body.querySelectorAll("*")) {
		if (e.closest(".scroll") && !e.matches(".scroll")) continue;
		if (e.getBoundingClientRect().right > w + 1) return document.documentElement.scrollWidth + " px by " + e.outerHTML.slice(0, 160);
	}
	return document.documentElement.scrollWidth + " px";
})()`

// watchFocus notes every stop of the keyboard with the look of its focus. The walk
// starts at the head of the page, from an element that is gone at once: where the
// focus was only blurred, Tab would go on behind it, and come back to it last.
const watchFocus = `(() => {
	const head = document.createElement("span");
	head.tabIndex = -1;
	document.body.prepend(head);
	head.focus({preventScroll: true});
	head.remove();
	if (!window.__stops) document.addEventListener("focusin", (e) => {
		const s = getComputedStyle(e.target), r = e.target.getBoundingClientRect();
		window.__stops.push(e.target);
		e.target.__seen = s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2 && r.width > 0 && r.height > 0;
	}, true);
	window.__stops = []; // of this walk: a second one of the page has its own head
	const radios = new Set();
	window.__controls = [...document.querySelectorAll("a[href],button,input:not([type=hidden]),select,textarea,[tabindex='0'],summary")].filter((e) => {
		if (e.tabIndex < 0 || !e.checkVisibility({visibilityProperty: true})) return false;
		if (e.type !== "radio") return true;
		const group = (e.form ? [...document.forms].indexOf(e.form) : -1) + e.name;
		if (radios.has(group)) return false;
		radios.add(group);
		return true;
	});
	return window.__controls.length;
})()`

// judgeFocus tells what the walk found; null when the page, or a part of it that
// keeps itself fresh, is another one than that which was walked.
const judgeFocus = `(() => {
	if (!window.__controls || window.__controls.some((e) => !e.isConnected)) return null;
	const faults = [];
	for (const e of new Set(window.__stops)) if (!e.__seen) faults.push("focus is not visible on " + e.outerHTML.slice(0, 160));
	for (const e of window.__controls) {
		const reached = e.type === "radio" ? window.__stops.some((s) => s.name === e.name && s.type === "radio") : window.__stops.includes(e);
		if (!reached) faults.push("Tab never reaches " + e.outerHTML.slice(0, 160));
	}
	return faults;
})()`

// TabWalk presses Tab through the page and returns its faults. A page that loads
// itself anew meanwhile (a desk whose first answer was late shows its kept page
// until it hears from the server; the board) is walked again.
func (tab *Tab) TabWalk() ([]string, error) {
	for range 3 {
		faults, err := tab.tabWalkOnce()
		if err != nil || faults != nil {
			return faults, err
		}
	}
	return []string{"the page loads itself anew while Tab walks"}, nil
}

// tabWalkOnce returns nil faults when the page was replaced meanwhile.
func (tab *Tab) tabWalkOnce() ([]string, error) {
	n, err := Eval[int](tab, watchFocus)
	if err != nil {
		return nil, err
	}
	// One more than the controls: the walk starts before the first.
	if err := tab.Do(chromedp.KeyEvent(strings.Repeat("\t", n+1))); err != nil {
		return nil, err
	}
	return Eval[[]string](tab, judgeFocus)
}

var cspLine = regexp.MustCompile(`(?m)^brevstemme_csp_reports_total (\d+)`)

// cspReports reads the count of policy breaches from /metrics.
func cspReports(t testing.TB, base string) int {
	t.Helper()
	u, err := url.JoinPath(base, "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	res, err := plain.Get(u)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	m := cspLine.FindSubmatch(body)
	if m == nil {
		t.Fatal("/metrics does not count policy breaches")
	}
	n := 0
	if _, err := fmt.Sscan(string(m[1]), &n); err != nil {
		t.Fatal(err)
	}
	return n
}
