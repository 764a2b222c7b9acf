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
	"github.com/brevstemme/brevstemme/models/desk"
	"github.com/brevstemme/brevstemme/models/store/boxes"
	"github.com/brevstemme/brevstemme/models/store/persons"
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
	session, id := l.open(0), box(0, 0)
	for range 5 {
		a := l.act()
		a.Person, a.Role = l.person["anna"], models.RoleReceiver
		_, err := l.store.Receive(t.Context(), a, session, desk.ReceiveCmd{Election: l.kv, Destination: custody.Own})
		l.must(err)
	}
	kurt, err := l.store.AddWithAccount(t.Context(), l.act(), persons.NewPerson{Name: "Kurt", Person: models.Person{Roles: []models.Role{models.RoleCourier}}}, persons.Credentials{Login: "kurt", Password: "et langt kodeord", PIN: "7777"})
	l.must(err)
	_, err = l.store.AddWithAccount(t.Context(), l.act(), persons.NewPerson{Name: "Rita", Person: models.Person{Roles: []models.Role{models.RoleReception}, Places: []string{"VIB"}}}, persons.Credentials{Login: "rita", Password: "et langt kodeord", PIN: "7177"})
	l.must(err)
	l.form("anna", "/beholdere/"+id, url.Values{"do": {"pack"}, "desk": {session + "/" + l.kv}})
	l.form("anna", "/beholdere/"+id, url.Values{"do": {"seal"}, "seals": {seal(0, 1)}})
	b := e2e.Start(t)
	anna := &planner{counter{l: l, tab: b.Tab(t, l.base, l.cookie("anna"))}}
	l.must(anna.tab.Size(1366, 768))
	l.must(anna.tab.Open("/beholdere/" + id))
	anna.tabTo(`a[href^="/overdragelser/ny"]`)
	anna.arrives("the giver's form", `document.querySelector("[name=courier]")`)
	anna.tab.Shot(t, "handover-keyboard-form")
	anna.tabTo(`[name=containers]`)
	if on, err := e2e.Eval[bool](anna.tab, `document.activeElement.checked`); err != nil || !on {
		anna.key(" ")
	}
	anna.tabTo(`[name=to]`)
	anna.key("Viby")
	anna.tabTo(`[name=mode]`)
	anna.tabTo(`[name=courier]`)
	anna.key("Kurt")
	anna.tabTo(`form:has([name=courier]) button.button`)
	anna.tab.Shot(t, "handover-keyboard-filled")
	anna.arrives("the handover", `/^.overdragelser.H/.test(location.pathname)`)
	anna.tab.Shot(t, "handover-keyboard-offered")
	hs, err := l.store.Handovers(t.Context(), boxes.HandoverFilter{Open: true})
	l.must(err)
	if len(hs) != 1 || hs[0].Courier != kurt.ID || hs[0].To != "VIB" {
		t.Fatalf("%+v", hs)
	}
	path := "/overdragelser/" + hs[0].ID
	carrier := &planner{counter{l: l, tab: b.Tab(t, l.base, l.cookie("kurt"))}}
	l.must(carrier.tab.Size(1366, 768))
	l.must(carrier.tab.Open(path))
	carrier.tabTo(`[name=containers]`)
	carrier.key(id)
	carrier.tabTo(`form:has([value=collect]) button.button`)
	carrier.tab.Shot(t, "handover-keyboard-courier")
	carrier.arrives("collected", `document.querySelector(".banner") && !document.querySelector("[value=collect]")`)
	carrier.tab.Shot(t, "handover-keyboard-collected")

	rita := &planner{counter{l: l, tab: b.Tab(t, l.base, l.cookie("rita"))}}
	l.must(rita.tab.Size(1366, 768))
	l.must(rita.tab.Open("/modtagelse"))
	rita.tabTo(`a[href="` + path + `"]`)
	rita.key(kb.Enter)
	rita.until("the handover", `location.pathname === `+strconv.Quote(path)+` && document.readyState === "complete"`)
	state := func(want custody.HandoverState) {
		t.Helper()
		h, err := l.store.Handover(t.Context(), hs[0].ID)
		if l.must(err); h.State != want {
			t.Fatalf("the handover is %s, want %s", h.State, want)
		}
	}
	rita.tabTo(`[name="` + id + `-here"]`)
	rita.key(" ")
	rita.tabTo(`[name="` + id + `-seals"]`)
	rita.key(seal(0, 1))
	rita.tabTo(`[name="` + id + `-own"]`)
	rita.key("5")
	rita.tabTo(`[name="` + id + `-other"]`)
	rita.key("0")
	rita.tabTo(`[name="` + id + `-unknown"]`)
	rita.key("0")
	rita.tab.Shot(t, "reception-keyboard")
	rita.tabTo(`form:has([value=count]) button.button`)
	rita.key(kb.Enter)
	rita.until("the answer is asked for", `document.querySelector("[name=room]")`)
	state(custody.HandoverCounted)
	rita.tabTo(`[name=room]`)
	rita.key("K2")
	rita.tabTo(`form:has([value=accept]) button.button`)
	rita.key(kb.Enter)
	rita.until("the courier can go", `document.querySelector("[name=do][value=release]")`)
	state(custody.HandoverAccepted)
	rita.tabTo(`form:has([value=release]) button.button`)
	rita.key(kb.Enter)
	rita.until("released", `document.querySelector(".banner") && !document.querySelector("[name=do][value=release]")`)
	h, err := l.store.Handover(t.Context(), hs[0].ID)
	if l.must(err); !h.Released.Signed() || h.Room != "K2" {
		t.Errorf("%+v", h)
	}
	if faults := rita.tab.Console(); len(faults) > 0 {
		t.Errorf("the console says %v", faults)
	}
}
