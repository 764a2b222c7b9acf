package e2e_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/brevstemme/brevstemme/app/e2e"
	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/desk"
	"github.com/brevstemme/brevstemme/models/store/persons"
)

// looks takes pictures of a page in both languages, light and dark, at a desk's
// and a phone's width, and wants it to fit: nothing scrolls the page sideways.
// open is a script that unfolds what is to be seen.
func (l *libraries) looks(b *e2e.Browser, login, path, name, open string) {
	l.t.Helper()
	for _, lang := range []string{"da", "en"} {
		tab := b.Tab(l.t, l.base, []*http.Cookie{l.cookie(login)[0], {Name: site.LangCookie, Value: lang}})
		for size, wide := range map[string]int64{"": 1366, "-phone": 390} {
			l.must(tab.Size(wide, map[bool]int64{true: 768, false: 844}[wide > 1000]))
			l.must(tab.Open(path))
			for _, theme := range []string{"light", "dark"} {
				fits, err := e2e.Eval[bool](tab, `(document.documentElement.dataset.theme = "`+theme+`", `+open+`, document.documentElement.scrollWidth <= innerWidth)`)
				l.must(err)
				if !fits {
					l.t.Errorf("%s scrolls sideways at %d px (%s)", path, wide, lang)
				}
				tab.Shot(l.t, name+"-"+lang+size+"-"+theme)
			}
		}
		if faults := tab.Console(); len(faults) > 0 {
			l.t.Errorf("%s: the console says %v", path, faults)
		}
	}
}

// fetched adds a courier and a reception to the libraries.
func (l *libraries) fetched() {
	l.t.Helper()
	_, err := l.store.AddPlace(l.t.Context(), l.act(), models.Place{ID: "BORG", Name: "Borgerservice", Kind: models.PlaceReception})
	l.must(err)
	l.engage("kurt", models.RoleCourier)
	l.engage("rita", models.RoleReception)
	l.engage("sara", models.RoleReception)
}

// engage adds a person with a login, who works at some places or at all.
func (l *libraries) engage(name string, role models.Role, places ...string) {
	l.t.Helper()
	p, err := l.store.AddWithAccount(l.t.Context(), l.act(), persons.NewPerson{Name: strings.ToUpper(name[:1]) + name[1:], Person: models.Person{Roles: []models.Role{role}, Places: places}}, persons.Credentials{Login: name, Password: "et langt kodeord"})
	l.must(err)
	l.person[name] = p.ID
}

func (l *libraries) as(name string, role models.Role) models.Act {
	a := l.act()
	a.Person, a.Role = l.person[name], role
	return a
}

// received opens the i-th library and receives n own envelopes there.
func (l *libraries) received(i, n int) (session string) {
	l.t.Helper()
	session = l.open(i)
	for range n {
		_, err := l.store.Receive(l.t.Context(), l.as("anna", models.RoleReceiver), session, desk.ReceiveCmd{Election: l.kv, Destination: custody.Own})
		l.must(err)
	}
	return session
}

// filled receives n own envelopes at the i-th library and packs them in its box.
func (l *libraries) filled(i, n int) {
	l.t.Helper()
	session := l.received(i, n)
	_, err := l.store.Pack(l.t.Context(), l.as("anna", models.RoleReceiver), custody.PackCmd{Container: box(i, 0), Session: session, Election: l.kv})
	l.must(err)
}

// offered seals the i-th library's box and offers it to a place.
func (l *libraries) offered(i int, to string) custody.Handover {
	l.t.Helper()
	ctx := l.t.Context()
	_, err := l.store.SealContainer(ctx, l.as("anna", models.RoleReceiver), custody.SealCmd{Container: box(i, 0), Serials: []string{seal(i, 1)}, Certain: true})
	l.must(err)
	h, err := l.store.Offer(ctx, l.as("anna", models.RoleReceiver), custody.OfferCmd{From: l.places[i], To: to, Containers: []string{box(i, 0)}, Mode: "fetch", Direction: "out", Courier: l.person["kurt"], StandIn: l.person["bo"]})
	l.must(err)
	return h
}

// taken collects a handover and takes it in; found < 0 leaves the box closed.
func (l *libraries) taken(h custody.Handover, i, found int, who ...string) custody.Handover {
	l.t.Helper()
	ctx := l.t.Context()
	_, err := l.store.Collect(ctx, l.as("kurt", models.RoleCourier), custody.CollectCmd{Handover: h.ID})
	l.must(err)
	read := custody.Read{Container: box(i, 0), Arrived: true, Seals: []string{seal(i, 1)}, Condition: custody.Intact, Opened: found >= 0}
	if read.Opened {
		read.Counts = map[string]int{custody.CountKey(l.kv, custody.Own): found}
	}
	for _, w := range who {
		h, err = l.store.CountHandover(ctx, l.as(w, models.RoleReception), custody.CountCmd{Handover: h.ID, Place: h.To, Reads: []custody.Read{read}})
		l.must(err)
	}
	h, err = l.store.AcceptHandover(ctx, l.as(who[0], models.RoleReception), custody.AcceptCmd{Handover: h.ID, Place: h.To, Explanation: "Talt to gange af to personer."})
	l.must(err)
	return h
}

// Envelopes of two libraries lay in one box and two are missing: the balance
// names both sessions, and says how many of each it can be.
func TestADifferenceThatIsOneOfTwoSessions(t *testing.T) {
	l := newLibraries(t)
	l.fetched()
	l.filled(0, 10)
	l.filled(1, 5)
	l.taken(l.offered(0, "VIB"), 0, -1, "rita")
	ctx := t.Context()
	_, err := l.store.BreakSeals(ctx, l.as("karen", models.RoleCoordinator), custody.BreakCmd{Container: box(0, 0), Noted: []string{seal(0, 1)}, Condition: custody.Intact, Reason: "samles i én kasse", KeptIn: "skuffe"})
	l.must(err)
	_, err = l.store.SplitContainer(ctx, l.as("karen", models.RoleCoordinator), custody.SplitCmd{From: box(0, 0), To: box(1, 0)})
	l.must(err)
	l.taken(l.offered(1, "BORG"), 1, 13, "rita", "sara")
	b := e2e.Start(t)
	l.looks(b, "karen", "/balance/"+l.kv, "one-of-these", "1")
	tab := b.Tab(t, l.base, l.cookie("karen"))
	l.must(tab.Open("/balance/" + l.kv))
	text, err := e2e.Eval[string](tab, `document.getElementById("main").innerText`)
	l.must(err)
	for _, want := range []string{"Forskel hos én af flere", "2 mangler", "Lystrup Bibliotek 12.11.2025\u00a0(0\u2060–\u20602)", "Viby Bibliotek 12.11.2025\u00a0(0\u2060–\u20602)", "8–10", "3–5"} {
		if !strings.Contains(text, want) {
			t.Errorf("the balance does not say %q", want)
		}
	}
}

// The courier signed on paper: the giver enters it afterwards, and both times
// stand on the page.
func TestASignatureOnPaper(t *testing.T) {
	l := newLibraries(t)
	l.fetched()
	l.filled(0, 3)
	h := l.offered(0, "BORG")
	b, path := e2e.Start(t), "/overdragelser/"+h.ID
	unfold := `document.querySelector("details:has([name=paper_at])").open = true`
	l.looks(b, "anna", path, "paper-signature", unfold)
	anna := &planner{counter{l: l, tab: b.Tab(t, l.base, l.cookie("anna"))}}
	l.must(anna.tab.Size(1366, 768))
	l.must(anna.tab.Open(path))
	anna.tabTo(`details:has([name=paper_at]) > summary`)
	anna.key(kb.Enter)
	anna.tabTo(`#paper-who input, [name=who]`)
	anna.tabTo(`[name=paper_at]`)
	anna.key("23.59")
	anna.key(kb.Enter)
	anna.until("it is not yet so late", `document.querySelector(".errors a[href*=paper_at]") && document.querySelector("details:has([name=paper_at])").open`)
	anna.tab.Shot(t, "paper-signature-refused")
	l.must(anna.tab.Do(chromedp.SetValue(`[name=paper_at]`, "12.00"))) // the minute in which the giver signed
	anna.tabTo(`[name=paper_at]`)
	anna.key(kb.Enter)
	anna.until("both times", `/på papir, indtastet/.test(document.querySelector(".tasks").innerText)`)
	l.looks(b, "anna", path, "paper-signed", "1")
}
