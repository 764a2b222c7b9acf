package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/brevstemme/brevstemme/app/web/desk"
	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/planning"
	"github.com/brevstemme/brevstemme/models/schedule"
	"github.com/brevstemme/brevstemme/models/store"
	"github.com/brevstemme/brevstemme/models/store/persons"
	"github.com/brevstemme/brevstemme/models/store/pgtest"
	"github.com/brevstemme/brevstemme/models/store/readyplan"
)

// library is a running server on a database of its own with one session of two
// elections today, receivers anna and bo with PINs, and a coordinator karen.
type library struct {
	t       *testing.T
	store   *store.Store
	web     *Server
	url     string
	log     *kept
	now     time.Time
	session string
	person  map[string]string
	kv, aer string
	dsn     string
	n       int
	watch   watcher
}

func newLibrary(t *testing.T) *library {
	t.Helper()
	return newLibraryWith(t, func(*library, *site.Config) {})
}

// newLibraryWith is newLibrary with other settings.
func newLibraryWith(t *testing.T, set func(*library, *site.Config)) *library {
	t.Helper()
	l := &library{t: t, now: models.NewDate(2025, 11, 12).At(9, 30), person: map[string]string{}, log: &kept{}}
	clock := func() time.Time { return l.now }
	l.dsn = pgtest.DB(t).AppDSN
	s, err := store.Open(t.Context(), store.Config{DSN: l.dsn, Clock: clock})
	l.must(err)
	t.Cleanup(func() {
		if err := s.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	l.store = s
	l.watchJournal()
	l.fill()
	srv := httptest.NewUnstartedServer(nil)
	t.Cleanup(func() { // testing keeps what a parallel test leaves until all are done: the pages alone would be gigabytes
		srv.Close()
		srv.Config.Handler, l.web = nil, nil
	})
	l.url = "http://" + srv.Listener.Addr().String()
	c := site.Config{Log: slog.New(slog.NewJSONHandler(l.log, nil)), Store: s, Municipality: "0751", Now: clock}
	set(l, &c)
	l.web, err = New(c)
	l.must(err)
	srv.Config.Handler = l.web
	srv.Start()
	return l
}

func (l *library) must(err error) {
	l.t.Helper()
	if err != nil {
		l.t.Fatal(err)
	}
}

func (l *library) act() models.Act {
	l.n++
	key := fmt.Sprintf("library-%04d", l.n)
	return models.Act{Key: key, Digest: sha256.Sum256([]byte(key)), Role: models.RoleCoordinator}
}

func (l *library) fill() {
	ctx := l.t.Context()
	kv, err := l.store.CreateElection(ctx, l.act(), planning.NewElection{Type: models.TypeLocal, Name: "Kommunalvalg 2025", Date: models.NewDate(2025, 11, 18), Municipality: "0751", Colour: "#1A5FB4", Word: "BLÅ"})
	l.must(err)
	aer, err := l.store.CreateElection(ctx, l.act(), planning.NewElection{Type: models.TypeSeniors, Name: "Ældrerådsvalg 2025", Date: models.NewDate(2025, 11, 18), Municipality: "0751", Colour: "#2E7D32", Word: "GRØN"})
	l.must(err)
	l.kv, l.aer = kv.ID, aer.ID
	_, err = l.store.AddPlace(ctx, l.act(), models.Place{ID: "LYS", Name: "Lystrup Bibliotek", Address: "Bystævnet 4", Postcode: "8520", City: "Lystrup", Kind: models.PlaceLibrary, Aids: models.AidsEverywhere, Booths: 2, SearchAt: []string{"Papirkurve"}})
	l.must(err)
	list := "place,address,postcode,city,kind,weekday_or_date,opens,closes,note,source_url\nLystrup Bibliotek,Bystævnet 4,8520,Lystrup,library,2025-11-12,10:00,18:00,,\n"
	got, err := l.store.ImportPlan(ctx, l.act(), kv.ID, schedule.Check([]byte(list), schedule.Period{First: kv.First, Last: kv.Last}))
	l.must(err)
	_, err = readyplan.Publish(ctx, l.store, l.act, kv.ID)
	l.must(err)
	l.session = got.Sessions[0].ID
	_, err = l.store.ServeAlso(ctx, l.act(), l.session, aer.ID)
	l.must(err)
	for i, name := range []string{"anna", "bo", "karen"} {
		role, places := models.RoleReceiver, []string{"LYS"}
		if name == "karen" {
			role, places = models.RoleCoordinator, nil
		}
		p, err := l.store.AddWithAccount(ctx, l.act(), persons.NewPerson{Name: strings.ToUpper(name[:1]) + name[1:], Person: models.Person{Roles: []models.Role{role}, Places: places, Receiver: role == models.RoleReceiver}},
			persons.Credentials{Login: name, Password: "et langt kodeord", PIN: fmt.Sprintf("%d%d%d%d", i, i, i, i), Card: models.WithCheck("M00000" + fmt.Sprint(i) + "A")})
		l.must(err)
		l.person[name] = p.ID
	}
}

// visitor is a browser logged in as somebody.
type visitor struct {
	l      *library
	cookie *http.Cookie
}

func (l *library) as(login string) visitor {
	l.t.Helper()
	c, err := l.web.SessionFor(l.t.Context(), login)
	l.must(err)
	return visitor{l, c}
}

// do sends a request; a POST that wrote something is sent again (replay_test.go).
func (v visitor) do(req *http.Request) (int, string, http.Header) {
	v.l.t.Helper()
	if v.cookie != nil {
		req.AddCookie(v.cookie)
	}
	send := v.roundTrip
	if req.Method == site.POST {
		send = v.sendPost
	}
	a := send(req)
	return a.status, a.body, a.head
}

func (v visitor) roundTrip(req *http.Request) answer {
	v.l.t.Helper()
	c := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := c.Do(req)
	v.l.must(err)
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	v.l.must(err)
	return answer{res.StatusCode, string(b), res.Header}
}

func (v visitor) get(path string) (int, string) {
	v.l.t.Helper()
	req, err := http.NewRequest(site.GET, v.l.url+path, nil)
	v.l.must(err)
	code, body, _ := v.do(req)
	return code, body
}

// post sends a form with a fresh key and wants a redirect.
func (v visitor) post(path string, form url.Values) (int, string) {
	v.l.t.Helper()
	form.Set(site.KeyField, uuid.NewString())
	req, err := http.NewRequest(site.POST, v.l.url+path, strings.NewReader(form.Encode()))
	v.l.must(err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	code, body, _ := v.do(req)
	return code, body
}

func (v visitor) ok(path string, form url.Values) {
	v.l.t.Helper()
	if code, body := v.post(path, form); code != http.StatusSeeOther {
		v.l.t.Fatalf("POST %s: %d\n%s", path, code, errorsIn(body))
	}
}

// errorsIn is the error summary of a page.
func errorsIn(body string) string {
	_, rest, ok := strings.Cut(body, `class="errors"`)
	if !ok {
		return body[:min(len(body), 400)]
	}
	list, _, _ := strings.Cut(rest, "</ul>")
	return list
}

// event sends one event of the JSON interface.
func (v visitor) event(key string, in desk.EventIn, header ...string) (int, string) {
	v.l.t.Helper()
	b, err := json.Marshal(in)
	v.l.must(err)
	req, err := http.NewRequest(site.POST, v.l.url+"/api/v1/sessions/"+v.l.session+"/events", bytes.NewReader(b))
	v.l.must(err)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set(site.KeyHeader, key)
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	code, body, _ := v.do(req)
	return code, body
}

// opening is the form of a complete opening checklist.
func (l *library) opening() url.Values {
	return url.Values{"crew": {l.person["anna"], l.person["bo"]}, "witness": {l.person["bo"]},
		"check":               {"sealed:" + l.kv, "sealed:" + l.aer, "notice:" + l.kv, "notice:" + l.aer, "aid:felt_pen", "aid:magnifier_4x", "aid:led_lamp", "network", "pad"},
		"value:empty:" + l.kv: {models.WithCheck("K1234567")}, "value:empty:" + l.aer: {models.WithCheck("K7654321")},
		"value:stock:" + l.kv: {"40"}, "value:stock:" + l.aer: {"20"}, "value:list:" + l.kv: {"1"}, "value:list:" + l.aer: {"1"}, "value:booths": {"2"}}
}
