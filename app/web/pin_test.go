package web

import (
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/brevstemme/brevstemme/app/web/desk"
	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/store/persons"
)

const libraryPassword = "et langt kodeord"

// pc is a browser that keeps its cookies.
type pc struct {
	l    *library
	http *http.Client
}

func (l *library) pc() *pc {
	l.t.Helper()
	jar, err := cookiejar.New(nil)
	l.must(err)
	return &pc{l, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// send posts a form with a fresh key; where is the address sent on to.
func (p *pc) send(path string, form url.Values) (code int, where, body string) {
	p.l.t.Helper()
	form.Set(site.KeyField, uuid.NewString())
	res, err := p.http.PostForm(p.l.url+path, form)
	res, body = read(p.l.t, res, err)
	return res.StatusCode, res.Header.Get("Location"), body
}

func (p *pc) see(path string) (int, string) {
	p.l.t.Helper()
	res, err := p.http.Get(p.l.url + path)
	res, body := read(p.l.t, res, err)
	return res.StatusCode, body
}

// open logs in by password; the limit of logins is none of these tests' business.
func (p *pc) open(login string) {
	p.l.t.Helper()
	if code, _, body := p.send(site.LoginPath, url.Values{"login": {login}, "password": {libraryPassword}}); code != http.StatusSeeOther {
		p.l.t.Fatalf("login as %s: %d %s", login, code, errorsIn(body))
	}
}

func (p *pc) pin(card, pin, til string) (int, string, string) {
	p.l.t.Helper()
	return p.send("/skranke/skift", url.Values{"card": {card}, "pin": {pin}, "til": {til}})
}

// TestLockAndSwitch: the desk is locked and another person opens it by card and
// PIN, and comes back to the same desk. A browser that nobody opened takes no
// PIN, not even the right one; after "log out" no more.
func TestLockAndSwitch(t *testing.T) {
	t.Parallel()
	l := newLibrary(t)
	at, card := "/skranke/"+l.session, models.WithCheck("M000001A")
	stranger := l.pc()
	if code, _, body := stranger.pin("bo", "1111", at); code != http.StatusUnauthorized || !strings.Contains(body, "åbnet med adgangskode i dag") || strings.Contains(body, `name="pin"`) {
		t.Errorf("a browser nobody opened: %d %s", code, errorsIn(body))
	}
	shared := l.pc()
	shared.open("anna")
	if code, where, _ := shared.send("/skranke/laas", url.Values{"til": {at}}); code != http.StatusSeeOther || where != "/skranke/skift?til="+url.QueryEscape(at) {
		t.Errorf("lock: %d %s", code, where)
	}
	if code, _ := shared.see(at + "/aabning"); code != http.StatusSeeOther {
		t.Errorf("a locked desk answers %d", code)
	}
	if code, _, _ := shared.pin(card, "0000", at); code != http.StatusUnprocessableEntity {
		t.Errorf("wrong PIN: %d", code)
	}
	if code, where, body := shared.pin(card, "1111", at); code != http.StatusSeeOther || where != at {
		t.Errorf("switch: %d %s %s", code, where, errorsIn(body))
	}
	if code, body := shared.see(at + "/aabning"); code != http.StatusOK || !strings.Contains(body, "Bo") {
		t.Errorf("the desk after the switch: %d", code)
	}
	if code, _, _ := shared.send("/log-ud", url.Values{}); code != http.StatusSeeOther {
		t.Errorf("log out: %d", code)
	}
	if code, _, _ := shared.pin(card, "1111", at); code != http.StatusUnauthorized {
		t.Errorf("a PIN after logging out: %d", code)
	}
	for _, til := range []string{"//evil.example", "/konti", "https://evil.example/skranke"} {
		if got := desk.OwnDesk(til); got != "/skranke" {
			t.Errorf("%s leads to %s", til, got)
		}
	}
}

// A PIN opens the desk alone, whatever the account may do besides; what needs
// more says so and leads back to the task.
func TestAPINOpensTheDeskAlone(t *testing.T) {
	t.Parallel()
	l := newLibrary(t)
	shared := l.pc()
	shared.open("anna")
	if code, _, body := shared.pin("karen", "2222", ""); code != http.StatusSeeOther {
		t.Fatalf("karen by PIN: %d %s", code, errorsIn(body))
	}
	if code, body := shared.see("/skranke"); code != http.StatusOK || !strings.Contains(body, "Lystrup") || !strings.Contains(body, "Kun skranken (PIN)") {
		t.Errorf("the desk: %d", code)
	}
	if code, body := shared.see("/api/v1/me"); code != http.StatusOK || !strings.Contains(body, `"roles":["receiver"]`) || !strings.Contains(body, `"places":["LYS"]`) {
		t.Errorf("me: %d %s", code, body)
	}
	for _, path := range []string{"/journal", "/min-vagtplan", "/vagtplan"} {
		code, body := shared.see(path)
		if code != http.StatusForbidden || !strings.Contains(body, "PIN åbner kun skranken") || !strings.Contains(body, `href="/log-ind?next=`+url.QueryEscape(path)+`"`) {
			t.Errorf("%s by PIN: %d %.300s", path, code, body)
		}
	}
	if code, body := shared.see("/konti"); code != http.StatusForbidden || strings.Contains(body, "PIN åbner") {
		t.Errorf("what no password would open: %d", code)
	}
	if code, body := shared.see("/log-ind?next=%2Fjournal"); code != http.StatusOK || !strings.Contains(body, `value="/journal"`) {
		t.Errorf("the login page behind a PIN: %d", code)
	}
	if code, where, _ := shared.send(site.LoginPath, url.Values{"login": {"karen"}, "password": {libraryPassword}, "next": {"/journal"}}); code != http.StatusSeeOther || where != "/journal" {
		t.Errorf("the password: %d %s", code, where)
	}
	if code, _ := shared.see("/journal"); code != http.StatusOK {
		t.Errorf("the task after the password: %d", code)
	}
}

// A PIN opens nothing for those without a desk, at another place, or on another day.
func TestAPINKnowsPlaceAndDay(t *testing.T) {
	t.Parallel()
	l := newLibrary(t)
	_, err := l.store.AddPlace(t.Context(), l.act(), models.Place{ID: "VIB", Name: "Viby Bibliotek", Kind: models.PlaceLibrary})
	l.must(err)
	for name, p := range map[string]models.Person{"viggo": {Roles: []models.Role{models.RoleReceiver}, Places: []string{"VIB"}}, "rita": {Roles: []models.Role{models.RoleAuditor}}} {
		_, err := l.store.AddWithAccount(t.Context(), l.act(), persons.NewPerson{Name: name, Person: p}, persons.Credentials{Login: name, Password: libraryPassword, PIN: "4711"})
		l.must(err)
	}
	shared := l.pc()
	shared.open("anna")
	for name, want := range map[string]string{"viggo": "et andet sted", "rita": "ingen rettigheder ved skranken"} {
		if code, _, body := shared.pin(name, "4711", ""); code != http.StatusUnprocessableEntity || !strings.Contains(body, want) {
			t.Errorf("%s: %d %s", name, code, errorsIn(body))
		}
	}
	auditors := l.pc()
	auditors.open("rita")
	if code, _, _ := auditors.pin("bo", "1111", ""); code != http.StatusUnauthorized {
		t.Errorf("a browser opened by an auditor: %d", code)
	}
	if code, _, _ := shared.pin("bo", "1111", ""); code != http.StatusSeeOther {
		t.Errorf("bo: %d", code)
	}
	l.now = l.now.AddDate(0, 0, 1)
	if code, _, _ := shared.pin("bo", "1111", ""); code != http.StatusUnauthorized {
		t.Errorf("the day after: %d", code)
	}
}

// Guessing over many accounts in one browser ends like guessing at one: the
// browser takes no PIN any more, and the right one does not help.
func TestWrongPINsCloseTheBrowser(t *testing.T) {
	t.Parallel()
	l := newLibrary(t)
	guesser := l.pc()
	guesser.open("anna")
	last := 0
	for i := range 8 {
		last, _, _ = guesser.pin(fmt.Sprintf("person%d", i), "1234", "")
	}
	if last != http.StatusUnauthorized {
		t.Errorf("the eighth wrong PIN: %d", last)
	}
	if code, _, _ := guesser.pin("bo", "1111", ""); code == http.StatusSeeOther {
		t.Error("the right PIN opened a closed browser")
	}
}

// A changed secret or right ends the person's other sessions, in words; the one
// that changed its own goes on.
func TestAChangeEndsOtherSessions(t *testing.T) {
	t.Parallel()
	l := newLibrary(t)
	_, err := l.store.AddWithAccount(t.Context(), l.act(), persons.NewPerson{Name: "Anders", Person: models.Person{Roles: []models.Role{models.RoleAdministrator}}}, persons.Credentials{Login: "anders", Password: libraryPassword})
	l.must(err)
	here, there, bo := l.as("anders"), l.as("anders"), l.as("bo")
	pc := l.pc()
	u, err := url.Parse(l.url)
	l.must(err)
	pc.http.Jar.SetCookies(u, []*http.Cookie{here.cookie})
	if code, _, body := pc.send("/konti/ret/bo", url.Values{"roles": {"receiver"}, "places": {"LYS"}, "pin": {"9876"}, "card": {models.WithCheck("M000001A")}}); code != http.StatusSeeOther {
		t.Fatalf("change of bo: %d %s", code, errorsIn(body))
	}
	if code, _ := bo.get("/min-vagtplan"); code != http.StatusSeeOther {
		t.Errorf("bo after a new PIN: %d", code)
	}
	if code, _ := there.get("/konti"); code != http.StatusOK {
		t.Errorf("the administrator elsewhere: %d", code)
	}
	if code, _, body := pc.send("/konti/ret/anders", url.Values{"roles": {"administrator"}, "password": {"et helt nyt kodeord"}}); code != http.StatusSeeOther {
		t.Fatalf("change of anders: %d %s", code, errorsIn(body))
	}
	if code, _ := pc.see("/konti"); code != http.StatusOK {
		t.Errorf("the session that changed its own password: %d", code)
	}
	if code, _ := there.get("/konti"); code != http.StatusSeeOther {
		t.Errorf("the other session of anders: %d", code)
	}
	other := l.pc()
	other.http.Jar.SetCookies(u, []*http.Cookie{l.as("bo").cookie})
	l.must(l.store.SetRights(t.Context(), l.act(), l.person["bo"], []models.Role{models.RoleCourier}, nil))
	if code, _ := other.see("/min-vagtplan"); code != http.StatusSeeOther {
		t.Errorf("bo after new roles: %d", code)
	}
	if _, body := other.see(site.LoginPath); !strings.Contains(body, "rettigheder er ændret") {
		t.Errorf("it is not said why: %.300s", body)
	}
}
