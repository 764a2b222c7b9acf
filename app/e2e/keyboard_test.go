package e2e_test

import (
	"net/url"
	"strconv"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/brevstemme/brevstemme/app/e2e"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/store/boxes"
)

// tabTo presses Tab until the focus stands on css, and sees to it that it can be
// seen there.
func (p *planner) tabTo(css string) {
	p.l.t.Helper()
	p.reach(css)
	why, err := e2e.Eval[string](p.tab, `(() => { const e = document.activeElement, s = getComputedStyle(e), r = e.getBoundingClientRect();
		return (s.outlineStyle !== "none" || s.boxShadow !== "none") && r.bottom > 0 && r.top < innerHeight ? "" : [s.outlineStyle, s.boxShadow, r.top, r.bottom, innerHeight].join(" "); })()`)
	if p.l.must(err); why != "" {
		p.l.t.Errorf("the focus cannot be seen on %s: %s", css, why)
	}
}

func (p *planner) key(text string) {
	p.l.t.Helper()
	p.l.must(p.tab.Do(chromedp.KeyEvent(text)))
}

// arrives presses Enter and waits for the page of another address, where the
// focus has not been thrown into the middle: the next Tab begins at the top, or
// the page itself says which field comes first.
func (p *planner) arrives(what, js string) {
	p.l.t.Helper()
	p.key(kb.Enter)
	p.until(what, js+` && document.readyState === "complete"`)
	at, err := e2e.Eval[string](p.tab, `(() => { const e = document.activeElement; return e === document.body || e.matches("[data-focus], .errors") ? "" : e.outerHTML.slice(0, 120); })()`)
	if p.l.must(err); at != "" {
		p.l.t.Errorf("%s: the focus was thrown to %s", what, at)
	}
}

// From the sealed box over the giver, the courier and reception to the courier's
// release, by Tab, Space, Enter and figures alone.
func TestReceptionByKeyboard(t *testing.T) {
	l := newLibraries(t)
	l.engage("kurt", models.RoleCourier)
	l.engage("rita", models.RoleReception, "VIB")
	session, id := l.received(0, 5), box(0, 0)
	l.form("anna", "/beholdere/"+id, url.Values{"do": {"pack"}, "desk": {session + "/" + l.kv}})
	l.form("anna", "/beholdere/"+id, url.Values{"do": {"seal"}, "seals": {seal(0, 1)}})
	r := keyRoad{l: l, browser: e2e.Start(t), box: id}
	r.isOffered()
	r.isCollected()
	rita := r.opens("rita", "/modtagelse")
	r.isCounted(rita)
	r.isTakenIn(rita)
	if faults := rita.tab.Console(); len(faults) > 0 {
		t.Errorf("the console says %v", faults)
	}
}

// keyRoad is the road of a box from Lystrup to Viby, by keyboard.
type keyRoad struct {
	l             *libraries
	browser       *e2e.Browser
	box, handover string
}

// opens is a page in the browser of a person.
func (r *keyRoad) opens(login, path string) *planner {
	r.l.t.Helper()
	p := &planner{counter{l: r.l, tab: r.browser.Tab(r.l.t, r.l.base, r.l.cookie(login))}}
	r.l.must(p.tab.Size(1366, 768))
	r.l.must(p.tab.Open(path))
	return p
}

// path is the page of the handover.
func (r *keyRoad) path() string { return "/overdragelser/" + r.handover }

// stands is the handover as it is now, which must be in a state.
func (r *keyRoad) stands(want custody.HandoverState) custody.Handover {
	r.l.t.Helper()
	h, err := r.l.store.Handover(r.l.t.Context(), r.handover)
	if r.l.must(err); h.State != want {
		r.l.t.Fatalf("the handover is %s, want %s", h.State, want)
	}
	return h
}

// fill goes to a field and types into it.
func (p *planner) fill(css, text string) {
	p.l.t.Helper()
	p.tabTo(css)
	p.key(text)
}

func (r *keyRoad) isOffered() {
	t := r.l.t
	t.Helper()
	anna := r.opens("anna", "/beholdere/"+r.box)
	anna.tabTo(`a[href^="/overdragelser/ny"]`)
	anna.arrives("the giver's form", `document.querySelector("[name=courier]")`)
	anna.tab.Shot(t, "handover-keyboard-form")
	anna.tabTo(`[name=containers]`)
	if on, err := e2e.Eval[bool](anna.tab, `document.activeElement.checked`); err != nil || !on {
		anna.key(" ")
	}
	anna.fill(`[name=to]`, "Viby")
	anna.tabTo(`[name=mode]`)
	anna.fill(`[name=courier]`, "Kurt")
	anna.tabTo(`form:has([name=courier]) button.button`)
	anna.tab.Shot(t, "handover-keyboard-filled")
	anna.arrives("the handover", `/^.overdragelser.H/.test(location.pathname)`)
	anna.tab.Shot(t, "handover-keyboard-offered")
	hs, err := r.l.store.Handovers(t.Context(), boxes.HandoverFilter{Open: true})
	r.l.must(err)
	if len(hs) != 1 || hs[0].Courier != r.l.person["kurt"] || hs[0].To != "VIB" {
		t.Fatalf("%+v", hs)
	}
	r.handover = hs[0].ID
}

func (r *keyRoad) isCollected() {
	r.l.t.Helper()
	kurt := r.opens("kurt", r.path())
	kurt.fill(`[name=containers]`, r.box)
	kurt.tabTo(`form:has([value=collect]) button.button`)
	kurt.tab.Shot(r.l.t, "handover-keyboard-courier")
	kurt.arrives("collected", `document.querySelector(".banner") && !document.querySelector("[value=collect]")`)
	kurt.tab.Shot(r.l.t, "handover-keyboard-collected")
}

func (r *keyRoad) isCounted(rita *planner) {
	r.l.t.Helper()
	rita.fill(`a[href="`+r.path()+`"]`, kb.Enter)
	rita.until("the handover", `location.pathname === `+strconv.Quote(r.path())+` && document.readyState === "complete"`)
	for _, x := range []struct{ field, text string }{{"here", " "}, {"seals", seal(0, 1)}, {"own", "5"}, {"other", "0"}, {"unknown", "0"}} {
		rita.fill(`[name="`+r.box+`-`+x.field+`"]`, x.text)
	}
	rita.tab.Shot(r.l.t, "reception-keyboard")
	rita.fill(`form:has([value=count]) button.button`, kb.Enter)
	rita.until("the answer is asked for", `document.querySelector("[name=room]")`)
	r.stands(custody.HandoverCounted)
}

// isTakenIn puts the box into room K2 and lets the courier go.
func (r *keyRoad) isTakenIn(rita *planner) {
	r.l.t.Helper()
	rita.fill(`[name=room]`, "K2")
	rita.fill(`form:has([value=accept]) button.button`, kb.Enter)
	rita.until("the courier can go", `document.querySelector("[name=do][value=release]")`)
	r.stands(custody.HandoverAccepted)
	rita.fill(`form:has([value=release]) button.button`, kb.Enter)
	rita.until("released", `document.querySelector(".banner") && !document.querySelector("[name=do][value=release]")`)
	if h := r.stands(custody.HandoverAccepted); !h.Released.Signed() || h.Room != "K2" {
		r.l.t.Errorf("%+v", h)
	}
}
