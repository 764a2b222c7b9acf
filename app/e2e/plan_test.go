package e2e_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/brevstemme/brevstemme/app/e2e"
	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/planning"
	"github.com/brevstemme/brevstemme/models/store/persons"
)

// planner is somebody who plans with the keyboard alone.
type planner struct{ counter }

// reach presses Tab until an element has the focus.
func (p *planner) reach(selector string) {
	p.l.t.Helper()
	for range 250 {
		got, err := e2e.Eval[bool](p.tab, fmt.Sprintf(`document.activeElement.matches(%q)`, selector))
		p.l.must(err)
		if got {
			return
		}
		p.l.must(p.tab.Do(chromedp.KeyEvent(kb.Tab)))
	}
	p.l.t.Fatalf("no Tab reaches %s", selector)
}

// write fills a field: what stands there is selected first, as a person does.
func (p *planner) write(selector, text string) {
	p.l.t.Helper()
	p.reach(selector)
	_, err := e2e.Eval[bool](p.tab, `(document.activeElement.select && document.activeElement.select(), true)`)
	p.l.must(err)
	p.l.must(p.tab.Do(chromedp.KeyEvent(text)))
}

// leave presses a key that leads to another page, and waits for it.
func (p *planner) leave(key, text string) {
	p.l.t.Helper()
	_, err := e2e.Eval[bool](p.tab, `window.left = true`)
	p.l.must(err)
	p.l.must(p.tab.Do(chromedp.KeyEvent(key)))
	p.until("the page says "+text, fmt.Sprintf(`!window.left && document.readyState === "complete" && document.body.innerText.includes(%q)`, text))
}

// choose opens the dialog of a file field with a key, and picks a file in it.
func (p *planner) choose(selector, key, file string) {
	p.l.t.Helper()
	ctx, stop := context.WithTimeout(p.tab.Context(), 20*time.Second)
	defer stop()
	opened := make(chan *page.EventFileChooserOpened, 1)
	p.l.must(chromedp.Listen(ctx, func(ev any) {
		if e, ok := ev.(*page.EventFileChooserOpened); ok {
			opened <- e
		}
	}))
	_, err := chromedp.Call(ctx, page.SetInterceptFileChooserDialog, page.SetInterceptFileChooserDialogParams{Enabled: true})
	p.l.must(err)
	p.reach(selector)
	p.l.must(p.tab.Do(chromedp.KeyEvent(key)))
	select {
	case e := <-opened:
		_, err := chromedp.Call(ctx, dom.SetFileInputFiles, dom.SetFileInputFilesParams{Files: []string{file}, BackendNodeID: e.BackendNodeID})
		p.l.must(err)
	case <-ctx.Done():
		p.l.t.Fatalf("%q opens no file dialog at %s", key, selector)
	}
}

func (p *planner) open(path, text string) {
	p.l.t.Helper()
	p.l.must(p.tab.Open(path))
	p.page(text)
}

// clean holds a page against axe.
func (p *planner) clean(name string) {
	p.l.t.Helper()
	p.tab.Shot(p.l.t, name)
	found, err := p.tab.Axe()
	p.l.must(err)
	for _, v := range found {
		p.l.t.Errorf("%s: %s %v", name, v.ID, v.Nodes)
	}
}

const referendumList = "place,address,postcode,city,kind,weekday_or_date,opens,closes,note,source_url\n" +
	"Lystrup Bibliotek,Vej 1,8000,Aarhus,library,2026-02-25,10:00,18:00,,\n" +
	"Lystrup Bibliotek,Vej 1,8000,Aarhus,library,2026-02-27,09:00,16:00,,\n" +
	"Viby Bibliotek,Vej 1,8000,Aarhus,library,2026-02-25,10:00,16:00,,\n"

// TestPlanByKeyboard walks a plan in the browser without a mouse: a new
// election, an imported list, proposals, a counter-proposal taken, findings
// mended and accepted, published, and changed at short notice.
func TestPlanByKeyboard(t *testing.T) {
	l := newLibraries(t)
	l.undecide("LYS")
	_, err := l.store.AddWithAccount(t.Context(), l.act(), persons.NewPerson{Name: "Lars", Person: models.Person{Roles: []models.Role{models.RoleLibraryLead}, Places: []string{"LYS", "VIB"}}}, persons.Credentials{Login: "lars", Password: "et langt kodeord", PIN: "9876"})
	l.must(err)
	b := e2e.Start(t)
	karen := &planner{counter{l: l, tab: b.Tab(t, l.base, l.cookie("karen"))}}
	lars := &planner{counter{l: l, tab: b.Tab(t, l.base, l.cookie("lars"))}}
	for _, p := range []*planner{karen, lars} {
		l.must(p.tab.Size(1366, 768))
	}

	karen.open("/valg/ny", "Kopier fra et tidligere valg")
	karen.reach("#f-type")
	l.must(karen.tab.Do(chromedp.KeyEvent("Folkeafstemning")))
	karen.write("#f-name", "Folkeafstemning 2026")
	karen.write("#f-date", "3.3.2026")
	karen.reach("input[name=colour]")
	l.must(karen.tab.Do(chromedp.KeyEvent(" ")))
	karen.reach("#f-case_number")
	karen.leave(kb.Enter, "Folkeafstemning 2026")

	karen.open("/plan/FA26/import", "Fil med steder")
	file := filepath.Join(t.TempDir(), "liste.csv")
	l.must(os.WriteFile(file, []byte(referendumList), 0o600))
	for _, key := range []string{kb.Enter, " "} { // either key opens the dialog
		karen.choose("#f-file", key, file)
	}
	karen.reach("form.form button")
	karen.leave(kb.Enter, "er læst ind")
	karen.tryRules()
	karen.agree(lars)
	karen.publish()
	karen.short(b)
}

// tryRules types a rule for a place and looks at what it would make.
func (p *planner) tryRules() {
	p.open("/plan/FA26/regler", "Se forslaget")
	p.reach(`select[name="place.0"]`)
	p.l.must(p.tab.Do(chromedp.KeyEvent("Viby")))
	p.write(`input[name="day.0"]`, "tir-ons")
	p.write(`input[name="hours.0"]`, "10-12, 13-16")
	p.leave(kb.Enter, "Nye tider")
	p.clean("plan-rules")
	p.open("/plan/FA26/lister", "Tider offentliggjort andre steder")
	p.clean("plan-compare")
}

// undecide takes the decision from a place that makes it one.
func (l *libraries) undecide(id string) {
	l.t.Helper()
	p, err := l.store.Place(l.t.Context(), id)
	l.must(err)
	was := planning.Mark(p)
	p.Decision = models.Decision{}
	l.must(l.store.SavePlace(l.t.Context(), l.act(), was, p))
}

// agree asks both libraries; one says yes, the other other hours on a day.
func (p *planner) agree(lars *planner) {
	p.open("/plan/FA26/foreslaa", "Spørg bibliotekerne")
	p.write("#f-due", "14.11.2025")
	p.leave(kb.Enter, "Foreslå")
	lars.open("/aftaler", "Venter på dig")
	lars.clean("plan-talks")
	lars.reach("main tbody a")
	lars.leave(kb.Enter, "Aftale med Lystrup")
	lars.reach("input[name=session]") // the first day stays chosen; the second is left out
	lars.l.must(lars.tab.Do(chromedp.KeyEvent(kb.Tab), chromedp.KeyEvent(" ")))
	lars.reach("input[name=act]")
	lars.l.must(lars.tab.Do(chromedp.KeyEvent(" "), chromedp.KeyEvent(kb.ArrowDown)))
	lars.write("#f-hours", "11-18")
	lars.write("#f-reason", "Møde til kl. 11")
	lars.leave(kb.Enter, "Send modforslag: 1")
	lars.clean("plan-talk")
	lars.answerRest()
	p.open("/aftaler", "Venter på dig")
	p.reach("main tbody a")
	p.leave(kb.Enter, "Møde til kl. 11")
	p.reach("input[name=act]")
	p.l.must(p.tab.Do(chromedp.KeyEvent(kb.ArrowDown))) // propose is first, take the second
	p.reach("#f-reason")
	p.leave(kb.Enter, "Tag imod modforslaget: 1")
}

// answerRest accepts what is left, series by series.
func (p *planner) answerRest() {
	for _, text := range []string{"Lystrup", "Viby"} {
		p.open("/aftaler", "Venter på dig")
		p.reach("main tbody a")
		p.leave(kb.Enter, "Aftale med "+text)
		p.reach("input[name=act]")
		p.l.must(p.tab.Do(chromedp.KeyEvent(" ")))
		p.reach("#f-reason")
		p.leave(kb.Enter, "Accepter: 1")
	}
}

// publish mends the error, accepts the warnings, and publishes.
func (p *planner) publish() {
	p.open("/plan/FA26/fund", "Sted uden beslutning")
	p.clean("plan-findings")
	p.open("/steder/LYS/ret", "Beslutningens dato")
	p.write("#f-decision_date", "2025-06-01")
	p.write("#f-decision_body", "Byrådet")
	p.write("#f-decision_reference", "pkt. 4")
	p.leave(kb.Enter, "er gemt")
	for {
		p.open("/plan/FA26/fund", "Fund")
		open, err := e2e.Eval[string](p.tab, `(document.querySelector("input[name=finding]:checked") ? "#" + document.querySelector("input[name=finding]:checked").closest("form").querySelector("[name=reason]").id : "")`)
		p.l.must(err)
		if open == "" {
			break
		}
		p.write(open, "Aftalt med valgbestyrelsen")
		p.leave(kb.Enter, "er accepteret")
	}
	p.open("/plan/FA26/offentliggoer", "Det bliver offentliggjort")
	p.clean("plan-publish")
	p.reach("main form .button")
	p.leave(kb.Enter, "er offentliggjort")
}

// extend keeps both places open longer on one day, in one act.
func (p *planner) extend() {
	p.open("/plan/FA26/udvid", "Alle berørte får besked")
	p.write("#f-day", "25.2.2026")
	p.write("#f-until", "21")
	for _, place := range []string{"LYS", "VIB"} {
		p.reach(fmt.Sprintf("input[name=places][value=%s]", place))
		p.l.must(p.tab.Do(chromedp.KeyEvent(" ")))
	}
	p.write("#f-reason", "Lang kø i går igen")
	p.clean("plan-extend")
	p.leave(kb.Enter, "2 brevstemmetider er udvidet")
	p.open("/plan/FA26/versioner/3", "Erstatter")
	p.page("Version 2")
}

// short changes a day in the matrix after publishing, with undo and copy down,
// and looks as a citizen.
func (p *planner) short(b *e2e.Browser) {
	l := p.l
	p.open("/plan/FA26?uge=2026-09", "Ugeplan")
	lys, vib := `input[name="c.LYS.2026-02-25"]`, `input[name="c.VIB.2026-02-25"]`
	p.reach(lys)
	value := func(selector, want string) {
		l.t.Helper()
		got, err := e2e.Eval[string](p.tab, fmt.Sprintf(`document.querySelector(%q).value`, selector))
		l.must(err)
		if got != want {
			l.t.Errorf("%s holds %q, want %q", selector, got, want)
		}
	}
	value(lys, "11-18")
	_, err := e2e.Eval[bool](p.tab, `(document.activeElement.select(), true)`)
	l.must(err)
	l.must(p.tab.Do(chromedp.KeyEvent("11-20"), chromedp.KeyEvent(kb.Enter))) // down to Viby
	focus, err := e2e.Eval[string](p.tab, `document.activeElement.name`)
	l.must(err)
	if focus != "c.VIB.2026-02-25" {
		l.t.Errorf("Enter goes to %s", focus)
	}
	l.must(p.tab.Do(chromedp.KeyEvent("d", chromedp.KeyModifiers(2))))
	value(vib, "11-20")
	l.must(p.tab.Do(chromedp.KeyEvent("z", chromedp.KeyModifiers(2))))
	value(vib, "10-16")
	p.clean("plan-matrix")
	p.write("#f-reason", "Lang kø i går")
	p.leave(kb.Enter, "Gemt: 1")
	p.extend()
	citizen := &planner{counter{l: l, tab: b.Tab(l.t, l.base, []*http.Cookie{{Name: site.LangCookie, Value: "da"}})}}
	citizen.open("/brevstemmesteder/LYS", "Lang kø i går igen")
	citizen.page("11.00–21.00")
	citizen.clean("plan-public")
	l.must(citizen.tab.Size(390, 844))
	citizen.clean("plan-public-phone")
}
