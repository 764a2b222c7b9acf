package e2e_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"

	"github.com/brevstemme/brevstemme/app/e2e"
	"github.com/brevstemme/brevstemme/app/web"
	custodypages "github.com/brevstemme/brevstemme/app/web/custody"
	deskpages "github.com/brevstemme/brevstemme/app/web/desk"
	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/desk"
	"github.com/brevstemme/brevstemme/models/planning"
	"github.com/brevstemme/brevstemme/models/schedule"
	"github.com/brevstemme/brevstemme/models/store"
	"github.com/brevstemme/brevstemme/models/store/persons"
	"github.com/brevstemme/brevstemme/models/store/pgtest"
	"github.com/brevstemme/brevstemme/models/store/readyplan"
)

// lastDay is a municipality on the last day of an election, served over HTTP on
// a clock that the test turns: 20 libraries, two buses, a hospital, three
// couriers. Everybody works over pages or JSON; nothing sleeps.
type lastDay struct {
	t        *testing.T
	db       pgtest.Database
	mu       sync.Mutex
	now      time.Time
	store    *store.Store
	web      *web.Server
	srv      *http.Server
	base     string
	log      logged
	kv       models.Election
	places   []models.Place
	person   map[string]string // name → id
	people   map[string]*e2e.Person
	session  map[string]string // place → session
	box, run map[string]string
	runs     []string
	due      time.Time            // when the late place should have been in
	told     map[string]time.Time // step/person → minute at which they were told
	seen     map[string]time.Time // step → minute at which JSON first had the alarm
	keys     int
}

var electionEve = models.NewDate(2025, 11, 14)

func (d *lastDay) clock() time.Time { d.mu.Lock(); defer d.mu.Unlock(); return d.now }

func (d *lastDay) tick(by time.Duration) { d.mu.Lock(); defer d.mu.Unlock(); d.now = d.now.Add(by) }

func (d *lastDay) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

func newLastDay(t *testing.T) *lastDay {
	d := &lastDay{t: t, db: pgtest.DB(t), now: electionEve.At(8, 0), person: map[string]string{}, people: map[string]*e2e.Person{}, session: map[string]string{},
		box: map[string]string{}, run: map[string]string{}, told: map[string]time.Time{}, seen: map[string]time.Time{}}
	d.start("127.0.0.1:0")
	t.Cleanup(d.stop)
	d.fill()
	for i, name := range []string{"anna", "bo", "karen", "rita", "sara", "kurt", "karl", "kim"} {
		role, places := models.RoleReceiver, []string{}
		switch {
		case i < 2:
			for _, p := range d.places {
				places = append(places, p.ID)
			}
		case i == 2:
			role = models.RoleCoordinator
		case i < 5:
			role, places = models.RoleReception, []string{"BS"}
		default:
			role = models.RoleCourier
		}
		p, err := d.store.AddWithAccount(t.Context(), d.act(), persons.NewPerson{Name: strings.ToUpper(name[:1]) + name[1:] + " Test", Person: models.Person{Roles: []models.Role{role}, Places: places, Receiver: role == models.RoleReceiver}},
			persons.Credentials{Login: name, Password: password, PIN: pin})
		d.must(err)
		d.person[name], d.people[name] = p.ID, e2e.NewPerson(t, d.base).Login(name, password)
	}
	return d
}

func (d *lastDay) start(addr string) {
	d.t.Helper()
	var err error
	d.store, err = store.Open(d.t.Context(), store.Config{DSN: d.db.AppDSN, Clock: d.clock})
	d.must(err)
	d.web, err = web.New(site.Config{Log: slog.New(slog.NewJSONHandler(&d.log, nil)), Store: d.store, Municipality: "0751", Now: d.clock})
	d.must(err)
	ln, err := net.Listen("tcp", addr)
	d.must(err)
	d.base = "http://" + ln.Addr().String()
	srv := &http.Server{Handler: d.web, ReadHeaderTimeout: 5 * time.Second}
	d.srv = srv
	go func() { _ = srv.Serve(ln) }()
}

func (d *lastDay) stop() {
	_ = d.web.Shutdown(context.Background())
	_ = d.srv.Close()
	d.must(d.store.Close(context.Background()))
}

func (d *lastDay) act() models.Act {
	d.keys++
	return models.Act{Key: fmt.Sprintf("lastday-%04d", d.keys), Role: models.RoleCoordinator}
}

func (d *lastDay) fill() {
	ctx := d.t.Context()
	var err error
	d.kv, err = d.store.CreateElection(ctx, d.act(), planning.NewElection{Type: models.TypeLocal, Name: "Kommunal- og regionalvalg 2025", Date: models.NewDate(2025, 11, 18), Municipality: "0751", Colour: "#1A5FB4", Word: "BLÅ"})
	d.must(err)
	_, err = d.store.AddPlace(ctx, d.act(), models.Place{ID: "BS", Name: "Borgerservice", Address: "Rådhuspladsen 2", Kind: models.PlaceReception, Lat: 56.15, Lon: 10.21})
	d.must(err)
	list := "place,address,postcode,city,kind,weekday_or_date,opens,closes,note,source_url\n"
	for i := range 23 {
		kind := models.PlaceLibrary
		switch {
		case i == 22:
			kind = models.PlaceHospital
		case i >= 20:
			kind = models.PlaceMobile
		}
		p, err := d.store.AddPlace(ctx, d.act(), models.Place{ID: fmt.Sprintf("P%02d", i), Name: fmt.Sprintf("Sted %02d", i), Address: "Vej 1", Postcode: "8000", City: "Aarhus", Kind: kind, Lat: 56.15 + float64(i%5)*0.01, Lon: 10.21 + float64(i/5)*0.01})
		d.must(err)
		d.places = append(d.places, p)
		list += fmt.Sprintf("%s,Vej 1,8000,Aarhus,%s,2025-11-14,09:00,18:00,,\n", p.Name, kind)
	}
	got, err := d.store.ImportPlan(ctx, d.act(), d.kv.ID, schedule.Check([]byte(list), schedule.Period{First: d.kv.First, Last: d.kv.Last}))
	d.must(err)
	_, err = readyplan.Publish(ctx, d.store, d.act, d.kv.ID)
	d.must(err)
	for _, x := range got.Sessions {
		d.session[x.Place] = x.ID
	}
}

// call posts JSON and reads the answer.
func (d *lastDay) call(who, path string, in, out any) {
	d.t.Helper()
	body, err := json.Marshal(in)
	d.must(err)
	d.keys++
	status, answer := d.people[who].JSON("/api/v1/"+path, fmt.Sprintf("key-%06d", d.keys), body)
	if status >= 300 {
		d.t.Fatalf("%s as %s: %d %s", path, who, status, answer)
	}
	if out != nil {
		d.must(json.Unmarshal([]byte(answer), out))
	}
}

func (d *lastDay) read(who, path string, out any) {
	d.t.Helper()
	body, _ := d.people[who].Get("/api/v1/" + path)
	d.must(json.Unmarshal(body, out))
}

// until lets the minutes pass as the program does: each minute it tells what is
// due, and a reader looks at the evening over JSON.
func (d *lastDay) until(hour, minute int) {
	d.t.Helper()
	for end := electionEve.At(hour, minute); d.clock().Before(end); {
		d.tick(time.Minute)
		told, err := d.store.Remind(d.t.Context())
		d.must(err)
		for _, r := range told {
			if r.Kind == "late_home" {
				d.told[fmt.Sprint(r.Step, "/", r.Place, "/", r.Person)] = d.clock().Truncate(time.Minute)
			}
		}
		var day web.DayOut
		d.read("karen", "day?dag="+electionEve.String(), &day)
		for _, a := range day.Alarms {
			if k := fmt.Sprint(a.Step, "/", a.Place); d.seen[k].IsZero() {
				d.seen[k] = d.clock().Truncate(time.Minute)
			}
		}
	}
}

// morning opens every place and counts three envelopes at each.
func (d *lastDay) morning() {
	for i, p := range d.places {
		checks := map[string]string{}
		for _, l := range desk.Checklist(p, []models.Election{d.kv}, 1) {
			checks[l.Key] = map[string]string{"serial": models.WithCheck("K" + p.ID), "version": "1", "number": "40"}[l.Value]
		}
		at := "sessions/" + d.session[p.ID]
		d.call("anna", at+"/open", deskpages.OpenIn{Crew: []string{d.person["anna"], d.person["bo"]}, Witness: d.person["bo"], Checks: checks, Stock: map[string]int{custody.Material(d.kv.ID, "set"): 40}}, nil)
		for range 3 {
			d.call("anna", at+"/events", deskpages.EventIn{Act: "receive", Election: d.kv.ID, Destination: custody.Own}, nil)
		}
		d.people["karen"].Submit("/segl", url.Values{"place": {p.ID}, "from": {fmt.Sprintf("S%02d01", i)}, "to": {fmt.Sprintf("S%02d05", i)}, "lot": {"2025"}})
		var made []custodypages.ContainerOut
		d.call("karen", "containers", custody.RegisterCmd{Kind: custody.BoxK, Place: p.ID, Count: 1}, &made)
		d.box[p.ID] = made[0].ID
	}
}

// closing shuts every place, counts by hand, packs, seals and signs.
func (d *lastDay) closing() {
	for i, p := range d.places {
		d.tick(10 * time.Second) // one after the other: the PIN of the second person may be tried ten times a minute
		at := "sessions/" + d.session[p.ID]
		d.call("anna", at+"/shut", deskpages.ShutIn{}, nil)
		d.call("anna", at+"/hand-count", deskpages.HandCountIn{Counts: map[string]int{d.kv.ID + "/own": 3, d.kv.ID + "/other": 0, d.kv.ID + "/unknown": 0}}, nil)
		d.call("anna", "containers/"+d.box[p.ID]+"/pack", custodypages.PackIn{Session: d.session[p.ID], Election: d.kv.ID}, nil)
		d.call("anna", "containers/"+d.box[p.ID]+"/seal", custodypages.SealIn{Seals: []string{fmt.Sprintf("S%02d01", i)}}, nil)
		d.call("anna", at+"/close", deskpages.CloseIn{Left: map[string]int{custody.Material(d.kv.ID, "set"): 37}, WitnessLogin: "bo", PIN: pin}, nil)
	}
}

var couriersOf = []string{"kurt", "karl", "kim"}

// offer gives a box to a courier: over JSON, at place 7 as it was signed on paper.
func (d *lastDay) offer(i int, courier string) {
	p := d.places[i]
	if i == 7 {
		where := d.people["anna"].Submit("/overdragelser/ny?sted="+p.ID, url.Values{"containers": {d.box[p.ID]}, "to": {"BS"}, "mode": {"fetch"}, "courier": {d.person[courier]}, "paper_form": {models.WithCheck("EP00001")}, "paper_at": {"18.06"}})
		d.run[p.ID] = formNumber.FindStringSubmatch(where)[1]
	} else {
		var h custodypages.HandoverOut
		now := d.clock()
		d.call("anna", "handovers", custodypages.OfferIn{From: p.ID, To: "BS", Containers: []string{d.box[p.ID]}, Mode: "fetch", Courier: d.person[courier], PlannedFrom: now, PlannedTo: now.Add(time.Hour)}, &h)
		d.run[p.ID] = h.ID
	}
	d.runs = append(d.runs, d.run[p.ID])
}

// takeIn counts blind and accepts; change alters what is read, and then a second
// person counts.
func (d *lastDay) takeIn(i int, words string, change func(*custody.Read)) custodypages.HandoverOut {
	d.t.Helper()
	p, at := d.places[i], "handovers/"+d.run[d.places[i].ID]
	r := custody.Read{Container: d.box[p.ID], Arrived: true, Opened: true, Seals: []string{fmt.Sprintf("S%02d01", i)}, Condition: custody.Intact, Counts: map[string]int{d.kv.ID + "/own": 3}}
	if change != nil {
		change(&r)
	}
	var h custodypages.HandoverOut
	for _, who := range []string{"rita", "sara"} {
		d.call(who, at+"/count", custodypages.CountIn{Place: "BS", Reads: []custody.Read{r}}, &h)
		if h.State == string(custody.HandoverCounted) {
			break
		}
	}
	d.call("sara", at+"/accept", custodypages.AcceptIn{Place: "BS", Explanation: words, Room: "K2"}, &h)
	return h
}

// TestTheLastDayIsServed runs the last day with one wrong seal, one short box,
// one courier who never arrives and one library on paper, restarts the program
// in the evening, and closes the day with everything explained.
func TestTheLastDayIsServed(t *testing.T) {
	d := newLastDay(t)
	d.morning()
	d.tick(9*time.Hour + 55*time.Minute) // the day goes by
	d.until(18, 5)
	d.closing()
	for i := range d.places {
		d.offer(i, couriersOf[i%3])
	}
	b := e2e.Start(t)
	d.signOnScreen(b)
	for i, p := range d.places {
		if i > 0 && i != 5 { // kim never comes to place 5
			d.call(couriersOf[i%3], "handovers/"+d.run[p.ID]+"/collect", custodypages.CollectIn{}, nil)
		}
	}
	d.stop()
	d.start(strings.TrimPrefix(d.base, "http://")) // a restart in the middle of the evening
	d.until(18, 45)
	board := d.board(b)
	for i := range d.places {
		switch i {
		case 3:
			d.takeIn(i, "Seglet er S9999, kassen er ellers urørt.", func(r *custody.Read) { r.Seals, r.Condition = []string{"S9999"}, custody.NumberDiffers })
		case 4:
			d.takeIn(i, "Talt to gange: en kuvert mangler.", func(r *custody.Read) { r.Counts = map[string]int{d.kv.ID + "/own": 2} })
		case 5:
		default:
			if h := d.takeIn(i, "", nil); h.State != string(custody.HandoverAccepted) || h.Deviation != "" {
				t.Errorf("place %d: %+v", i, h)
			}
		}
	}
	d.until(20, 30)
	d.alarmed(board)
	d.fetchTheLast()
	d.explain()
	d.closeDay()
	d.afterwards()
}

// board opens the wall board in a browser; it is never loaded again by hand.
func (d *lastDay) board(b *e2e.Browser) *e2e.Tab {
	d.t.Helper()
	c, err := d.web.SessionFor(d.t.Context(), "karen")
	d.must(err)
	tab := b.Tab(d.t, d.base, []*http.Cookie{c, {Name: site.LangCookie, Value: "da"}})
	d.must(tab.Open("/tavle/hjem?dag=" + electionEve.String()))
	shown, err := e2e.Eval[string](tab, `document.querySelector("#board").innerText`)
	if d.must(err); !strings.Contains(shown, "Ingen alarmer") {
		d.t.Errorf("the board before anything is late:\n%s", shown)
	}
	return tab
}

// signOnScreen: the first courier collects in a browser and signs with a pen.
func (d *lastDay) signOnScreen(b *e2e.Browser) {
	d.t.Helper()
	c, err := d.web.SessionFor(d.t.Context(), "kurt")
	d.must(err)
	tab := b.Tab(d.t, d.base, []*http.Cookie{c, {Name: site.LangCookie, Value: "da"}})
	path := "/overdragelser/" + d.run["P00"]
	d.must(tab.Size(390, 844))
	d.people["kurt"].Submit(path, url.Values{"do": {"collect"}})
	wait := func(what, js string) {
		d.t.Helper()
		for end := time.Now().Add(20 * time.Second); ; { // a page that goes away ends the look with an error
			ok, err := e2e.Eval[bool](tab, `new Promise(done => { const end = Date.now() + 5000; (function look() { let ok = false; try { ok = !!(`+js+`); } catch {} if (ok || Date.now() > end) done(ok); else setTimeout(look, 50); })(); })`)
			if err == nil && ok {
				return
			}
			if time.Now().After(end) {
				d.t.Fatalf("%s: %v", what, err)
			}
		}
	}
	d.must(tab.Open(path))
	wait("the box to sign in", `document.querySelector("#sign canvas")`)
	at, err := e2e.Eval[[]float64](tab, `(() => { document.querySelector("#sign").open = true; const c = document.querySelector("#sign canvas"); c.scrollIntoView({block: "center"}); const r = c.getBoundingClientRect(); return [r.left, r.top, r.width, r.height]; })()`)
	d.must(err)
	move := func(kind input.DispatchMouseEventType, x, y float64) {
		d.must(tab.Do(chromedp.MouseEvent(kind, at[0]+x*at[2], at[1]+y*at[3], chromedp.Button("left"))))
	}
	move(chromedp.MousePressed, .1, .5)
	for i := range 8 {
		move(chromedp.MouseMoved, .2+float64(i)*.08, .3+.4*float64(i%2))
	}
	move(chromedp.MouseReleased, .8, .5)
	wait("the picture in the field", `document.querySelector("#sign [data-sign]").dataset.ready && document.querySelector("#sign input[type=file]").files.length === 1`)
	tab.Shot(d.t, "sign-on-screen")
	d.must(tab.Do(chromedp.Evaluate[chromedp.Void](`document.querySelector("#sign form").requestSubmit(); void 0`)))
	wait("the signature among the attachments", `document.querySelector(".attachments img")`)
	h, err := d.store.Handover(d.t.Context(), d.run["P00"])
	if d.must(err); h.Carrier.Scan == "" || h.Carrier.Person != d.person["kurt"] {
		d.t.Errorf("the signature is not the courier's: %+v", h.Carrier)
	}
	if faults := tab.Console(); len(faults) > 0 {
		d.t.Error(faults)
	}
}

var (
	receiptLink = regexp.MustCompile(`/k/([0-9A-Z]+)`)
	tokenShown  = regexp.MustCompile(`/b/([0-9A-Z]+)`)
	pinShown    = regexp.MustCompile(`>(\d{6})<`)
)
