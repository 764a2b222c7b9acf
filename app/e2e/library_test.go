package e2e_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/brevstemme/brevstemme/app/e2e"
	"github.com/brevstemme/brevstemme/app/web"
	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/planning"
	"github.com/brevstemme/brevstemme/models/schedule"
	"github.com/brevstemme/brevstemme/models/store"
	"github.com/brevstemme/brevstemme/models/store/desks"
	"github.com/brevstemme/brevstemme/models/store/persons"
	"github.com/brevstemme/brevstemme/models/store/pgtest"
	"github.com/brevstemme/brevstemme/models/store/readyplan"
)

// libraries is a running municipality for browser tests of the desk: three
// libraries with a session of two elections each today, and a server that can
// be killed and started again on the same address.
type libraries struct {
	t        *testing.T
	base     string
	dsn      string
	store    *store.Store
	web      *web.Server
	srv      *http.Server
	log      *logged
	kv, aer  string
	person   map[string]string
	sessions []string // Lystrup, Viby, Harlev
	places   []string
	n        int
}

// logged is a log that may be written and read at the same time.
type logged struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) { l.mu.Lock(); defer l.mu.Unlock(); return l.b.Write(p) }
func (l *logged) String() string              { l.mu.Lock(); defer l.mu.Unlock(); return l.b.String() }

// noon is the clock of the tests: a weekday inside the period, the hour running
// with the real clock.
func newLibraries(t *testing.T) *libraries {
	t.Helper()
	l := &libraries{t: t, person: map[string]string{}, log: &logged{}}
	began, noon := time.Now(), models.NewDate(2025, 11, 12).At(12, 0)
	clock := func() time.Time { return noon.Add(time.Since(began)) }
	db := pgtest.DB(t)
	s, err := store.Open(t.Context(), store.Config{DSN: db.AppDSN, Clock: clock})
	l.must(err)
	l.store, l.dsn = s, db.AppDSN
	t.Cleanup(func() { l.must(s.Close(context.Background())) })
	l.fill()
	l.web, err = web.New(site.Config{Log: slog.New(slog.NewJSONHandler(l.log, nil)), Store: s, Municipality: "0751", Now: clock})
	l.must(err)
	l.start("127.0.0.1:0")
	t.Cleanup(l.kill)
	return l
}

func (l *libraries) must(err error) {
	l.t.Helper()
	if err != nil {
		l.t.Fatal(err)
	}
}

func (l *libraries) start(addr string) {
	l.t.Helper()
	ln, err := net.Listen("tcp", addr)
	l.must(err)
	l.base = "http://" + ln.Addr().String()
	l.srv = &http.Server{Handler: l.web, ReadHeaderTimeout: 5 * time.Second}
	srv := l.srv
	go func() { _ = srv.Serve(ln) }()
}

// kill closes the listener and every connection, as a dead process does.
func (l *libraries) kill() { _ = l.srv.Close() }

// revive starts the server on the address it had.
func (l *libraries) revive() { l.t.Helper(); l.start(strings.TrimPrefix(l.base, "http://")) }

func (l *libraries) act() models.Act {
	l.n++
	key := fmt.Sprintf("libraries-%04d", l.n)
	return models.Act{Key: key, Digest: sha256.Sum256([]byte(key)), Role: models.RoleCoordinator}
}

func (l *libraries) fill() {
	ctx := l.t.Context()
	day := models.NewDate(2025, 11, 18)
	kv, err := l.store.CreateElection(ctx, l.act(), planning.NewElection{Type: models.TypeLocal, Name: "Kommunal- og regionalvalg 2025", Date: day, Municipality: "0751", Colour: "#1A5FB4", Word: "BLÅ"})
	l.must(err)
	aer, err := l.store.CreateElection(ctx, l.act(), planning.NewElection{Type: models.TypeSeniors, Name: "Ældrerådsvalg 2025", Date: day, Municipality: "0751", Colour: "#2E7D32", Word: "GRØN"})
	l.must(err)
	l.kv, l.aer = kv.ID, aer.ID
	list := "place,address,postcode,city,kind,weekday_or_date,opens,closes,note,source_url\n"
	ids := map[string]string{"LYS": "Lystrup Bibliotek", "VIB": "Viby Bibliotek", "HAR": "Harlev Bibliotek"}
	for _, id := range []string{"LYS", "VIB", "HAR"} {
		_, err := l.store.AddPlace(ctx, l.act(), models.Place{ID: id, Name: ids[id], Address: "Vej 1", Postcode: "8000", City: "Aarhus", Kind: models.PlaceLibrary, Aids: models.AidsEverywhere, Booths: 2, SearchAt: []string{"Papirkurve", "Kopimaskinen"}})
		l.must(err)
		list += ids[id] + ",Vej 1,8000,Aarhus,library,2025-11-12,10:00,18:00,,\n"
	}
	got, err := l.store.ImportPlan(ctx, l.act(), kv.ID, schedule.Check([]byte(list), schedule.Period{First: kv.First, Last: kv.Last}))
	l.must(err)
	_, err = readyplan.Publish(ctx, l.store, l.act, kv.ID)
	l.must(err)
	at := map[string]string{}
	for _, x := range got.Sessions {
		_, err = l.store.ServeAlso(ctx, l.act(), x.ID, aer.ID)
		l.must(err)
		at[x.Place] = x.ID
	}
	l.places = []string{"LYS", "VIB", "HAR"}
	for _, p := range l.places {
		l.sessions = append(l.sessions, at[p])
	}
	for i, p := range l.places {
		_, err := l.store.RegisterContainers(ctx, l.act(), custody.RegisterCmd{Kind: custody.BoxK, Place: p, IDs: []string{box(i, 0), box(i, 1)}})
		l.must(err)
		_, err = l.store.IssueSeals(ctx, l.act(), custody.IssueCmd{From: seal(i, 1), To: seal(i, 9), Lot: "2025", Place: p})
		l.must(err)
	}
	for i, name := range []string{"anna", "bo", "karen"} {
		role, places := models.RoleReceiver, l.places
		if name == "karen" {
			role, places = models.RoleCoordinator, nil
		}
		p, err := l.store.AddWithAccount(ctx, l.act(), persons.NewPerson{Name: strings.ToUpper(name[:1]) + name[1:], Person: models.Person{Roles: []models.Role{role}, Places: places, Receiver: role == models.RoleReceiver}},
			persons.Credentials{Login: name, Password: "et langt kodeord", PIN: fmt.Sprintf("%d%d%d%d", i, i, i, i)})
		l.must(err)
		l.person[name] = p.ID
	}
}

// box is the j-th container at the i-th library, seal the k-th seal there.
func box(i, j int) string  { return models.WithCheck(fmt.Sprintf("K%d%d00000", i, j)) }
func seal(i, k int) string { return fmt.Sprintf("%d00%03d", i+1, k) }

// cookie logs a person in, in a browser that takes PINs from then on.
func (l *libraries) cookie(login string) []*http.Cookie {
	l.t.Helper()
	c, err := l.web.SessionFor(l.t.Context(), login)
	l.must(err)
	opened, err := l.web.OpenedFor(l.t.Context(), login)
	l.must(err)
	return []*http.Cookie{c, {Name: site.LangCookie, Value: "da"}, opened}
}

// form posts a form as a person and wants to be sent on.
func (l *libraries) form(login, path string, f url.Values) {
	l.t.Helper()
	f.Set("idempotency_key", uuid.NewString())
	req, err := http.NewRequest(http.MethodPost, l.base+path, strings.NewReader(f.Encode()))
	l.must(err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.AddCookie(l.cookie(login)[0])
	c := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := c.Do(req)
	l.must(err)
	defer res.Body.Close()
	if res.StatusCode != http.StatusSeeOther {
		b := new(bytes.Buffer)
		_, _ = b.ReadFrom(res.Body)
		_, errs, _ := strings.Cut(b.String(), `class="errors"`)
		l.t.Fatalf("POST %s: %d %.600s", path, res.StatusCode, errs)
	}
}

// open opens the i-th library with anna and bo.
func (l *libraries) open(i int) string {
	l.t.Helper()
	f := url.Values{"crew": {l.person["anna"], l.person["bo"]}, "witness": {l.person["bo"]}, "check": {"sealed:" + l.kv, "sealed:" + l.aer, "notice:" + l.kv, "notice:" + l.aer, "aid:felt_pen", "aid:magnifier_4x", "aid:led_lamp", "network", "pad"},
		"value:booths": {"2"}}
	for j, e := range []string{l.kv, l.aer} {
		f.Set("value:empty:"+e, box(i, j))
		f.Set("value:stock:"+e, "100")
		f.Set("value:list:"+e, "1")
	}
	l.form("anna", "/skranke/"+l.sessions[i]+"/aabning", f)
	return l.sessions[i]
}

// tallies are what the server has of a session.
func (l *libraries) tallies(session string) map[string]desks.Tally {
	l.t.Helper()
	x, err := l.store.Session(l.t.Context(), session)
	l.must(err)
	ts, err := l.store.Tallies(l.t.Context(), x)
	l.must(err)
	out := map[string]desks.Tally{}
	for _, t := range ts {
		out[t.Election] = t
	}
	return out
}

// counter is a browser tab at a counting screen.
type counter struct {
	l   *libraries
	tab *e2e.Tab
	// Presses counts the keys that a person would press.
	presses int
}

// at opens the counting screen in a browser of its own.
func (l *libraries) at(b *e2e.Browser, login, session string) *counter {
	l.t.Helper()
	c := &counter{l: l, tab: b.Tab(l.t, l.base, l.cookie(login))}
	l.must(c.tab.Size(1366, 768))
	c.goTo("/skranke/" + session)
	return c
}

// goTo opens a page and waits until the desk is ready, when it is a counting screen.
func (c *counter) goTo(path string) {
	c.l.t.Helper()
	c.l.must(c.tab.Open(path))
	c.ready()
}

func (c *counter) ready() {
	c.l.t.Helper()
	c.until("the desk is ready", `document.getElementById("desk-data")?.dataset.ready === "1"`)
}

// until waits for an expression to become true.
func (c *counter) until(what, js string) {
	c.l.t.Helper()
	deadline := time.Now().Add(25 * time.Second)
	for {
		ok, err := e2e.Eval[bool](c.tab, "Promise.race([Promise.resolve("+js+").then(Boolean), new Promise((r) => setTimeout(() => r(false), 500))])")
		if err == nil && ok {
			return
		}
		if time.Now().After(deadline) {
			text, _ := e2e.Eval[string](c.tab, `location.pathname + " | " + document.getElementById("desk-state")?.textContent + " | " + document.getElementById("scan-error")?.textContent + " | " + document.getElementById("scan-answer")?.textContent + " | " + document.querySelector(".errors")?.innerText + " | " + document.activeElement?.outerHTML.slice(0, 120)`)
			c.l.t.Fatalf("%s: never (%v); the page says %s", what, err, text)
		}
		// The condition is polled: a browser has no signal that all of these share.
		_, _ = e2e.Eval[bool](c.tab, `new Promise((r) => setTimeout(() => r(true), 30))`)
	}
}

// sent waits until nothing waits here.
func (c *counter) sent() {
	c.l.t.Helper()
	c.until("everything is sent", `document.getElementById("desk-state").dataset.mode === "" && !/ sendes|venter/.test(document.getElementById("desk-state").textContent)`)
}

// shown is the number on the screen for an election.
func (c *counter) shown(election string) string {
	c.l.t.Helper()
	s, err := e2e.Eval[string](c.tab, `document.querySelector('[data-election="`+election+`"] [data-total]').textContent`)
	c.l.must(err)
	return s
}
