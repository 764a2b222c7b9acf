package desk_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/brevstemme/brevstemme/app/web/desk"
	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/app/web/webtest"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/store/persons"
)

// TestLockAndSwitch: the desk is locked and another person opens it by card and
// PIN, and comes back to the same desk. A browser that nobody opened takes no
// PIN, not even the right one; after "log out" no more.
func TestLockAndSwitch(t *testing.T) {
	t.Parallel()
	l := webtest.NewLibrary(t)
	at, card := "/skranke/"+l.Session, models.WithCheck("M000001A")
	stranger := l.PC()
	if code, _, body := stranger.Switch("bo", "1111", at); code != http.StatusUnauthorized || !strings.Contains(body, "åbnet med adgangskode i dag") || strings.Contains(body, `name="pin"`) {
		t.Errorf("a browser nobody opened: %d %s", code, webtest.ErrorsIn(body))
	}
	shared := l.PC()
	shared.Open("anna")
	if code, where, _ := shared.Send("/skranke/laas", url.Values{"til": {at}}); code != http.StatusSeeOther || where != "/skranke/skift?til="+url.QueryEscape(at) {
		t.Errorf("lock: %d %s", code, where)
	}
	if code, _ := shared.See(at + "/aabning"); code != http.StatusSeeOther {
		t.Errorf("a locked desk answers %d", code)
	}
	if code, _, _ := shared.Switch(card, "0000", at); code != http.StatusUnprocessableEntity {
		t.Errorf("wrong PIN: %d", code)
	}
	if code, where, body := shared.Switch(card, "1111", at); code != http.StatusSeeOther || where != at {
		t.Errorf("switch: %d %s %s", code, where, webtest.ErrorsIn(body))
	}
	if code, body := shared.See(at + "/aabning"); code != http.StatusOK || !strings.Contains(body, "Bo") {
		t.Errorf("the desk after the switch: %d", code)
	}
	if code, _, _ := shared.Send("/log-ud", url.Values{}); code != http.StatusSeeOther {
		t.Errorf("log out: %d", code)
	}
	if code, _, _ := shared.Switch(card, "1111", at); code != http.StatusUnauthorized {
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
	l := webtest.NewLibrary(t)
	shared := l.PC()
	shared.Open("anna")
	if code, _, body := shared.Switch("karen", "2222", ""); code != http.StatusSeeOther {
		t.Fatalf("karen by PIN: %d %s", code, webtest.ErrorsIn(body))
	}
	if code, body := shared.See("/skranke"); code != http.StatusOK || !strings.Contains(body, "Lystrup") || !strings.Contains(body, "Kun skranken (PIN)") {
		t.Errorf("the desk: %d", code)
	}
	if code, body := shared.See("/api/v1/me"); code != http.StatusOK || !strings.Contains(body, `"roles":["receiver"]`) || !strings.Contains(body, `"places":["LYS"]`) {
		t.Errorf("me: %d %s", code, body)
	}
	for _, path := range []string{"/journal", "/min-vagtplan", "/vagtplan"} {
		code, body := shared.See(path)
		if code != http.StatusForbidden || !strings.Contains(body, "PIN åbner kun skranken") || !strings.Contains(body, `href="/log-ind?next=`+url.QueryEscape(path)+`"`) {
			t.Errorf("%s by PIN: %d %.300s", path, code, body)
		}
	}
	if code, body := shared.See("/konti"); code != http.StatusForbidden || strings.Contains(body, "PIN åbner") {
		t.Errorf("what no password would open: %d", code)
	}
	if code, body := shared.See("/log-ind?next=%2Fjournal"); code != http.StatusOK || !strings.Contains(body, `value="/journal"`) {
		t.Errorf("the login page behind a PIN: %d", code)
	}
	if code, where, _ := shared.Send(site.LoginPath, url.Values{"login": {"karen"}, "password": {webtest.Password}, "next": {"/journal"}}); code != http.StatusSeeOther || where != "/journal" {
		t.Errorf("the password: %d %s", code, where)
	}
	if code, _ := shared.See("/journal"); code != http.StatusOK {
		t.Errorf("the task after the password: %d", code)
	}
}

// A PIN opens nothing for those without a desk, at another place, or on another day.
func TestAPINKnowsPlaceAndDay(t *testing.T) {
	t.Parallel()
	l := webtest.NewLibrary(t)
	_, err := l.Store.AddPlace(t.Context(), l.Act(), models.Place{ID: "VIB", Name: "Viby Bibliotek", Kind: models.PlaceLibrary})
	l.Must(err)
	for name, p := range map[string]models.Person{"viggo": {Roles: []models.Role{models.RoleReceiver}, Places: []string{"VIB"}}, "rita": {Roles: []models.Role{models.RoleAuditor}}} {
		_, err := l.Store.AddWithAccount(t.Context(), l.Act(), persons.NewPerson{Name: name, Person: p}, persons.Credentials{Login: name, Password: webtest.Password, PIN: "4711"})
		l.Must(err)
	}
	shared := l.PC()
	shared.Open("anna")
	for name, want := range map[string]string{"viggo": "et andet sted", "rita": "ingen rettigheder ved skranken"} {
		if code, _, body := shared.Switch(name, "4711", ""); code != http.StatusUnprocessableEntity || !strings.Contains(body, want) {
			t.Errorf("%s: %d %s", name, code, webtest.ErrorsIn(body))
		}
	}
	auditors := l.PC()
	auditors.Open("rita")
	if code, _, _ := auditors.Switch("bo", "1111", ""); code != http.StatusUnauthorized {
		t.Errorf("a browser opened by an auditor: %d", code)
	}
	if code, _, _ := shared.Switch("bo", "1111", ""); code != http.StatusSeeOther {
		t.Errorf("bo: %d", code)
	}
	l.Now = l.Now.AddDate(0, 0, 1)
	if code, _, _ := shared.Switch("bo", "1111", ""); code != http.StatusUnauthorized {
		t.Errorf("the day after: %d", code)
	}
}

// Guessing over many accounts in one browser ends like guessing at one: the
// browser takes no PIN any more, and the right one does not help.
func TestWrongPINsCloseTheBrowser(t *testing.T) {
	t.Parallel()
	l := webtest.NewLibrary(t)
	guesser := l.PC()
	guesser.Open("anna")
	last := 0
	for i := range 8 {
		last, _, _ = guesser.Switch(fmt.Sprintf("person%d", i), "1234", "")
	}
	if last != http.StatusUnauthorized {
		t.Errorf("the eighth wrong PIN: %d", last)
	}
	if code, _, _ := guesser.Switch("bo", "1111", ""); code == http.StatusSeeOther {
		t.Error("the right PIN opened a closed browser")
	}
}

// A changed secret or right ends the person's other sessions, in words; the one
// that changed its own goes on.
func TestAChangeEndsOtherSessions(t *testing.T) {
	t.Parallel()
	l := webtest.NewLibrary(t)
	_, err := l.Store.AddWithAccount(t.Context(), l.Act(), persons.NewPerson{Name: "Anders", Person: models.Person{Roles: []models.Role{models.RoleAdministrator}}}, persons.Credentials{Login: "anders", Password: webtest.Password})
	l.Must(err)
	here, there, bo := l.As("anders"), l.As("anders"), l.As("bo")
	pc := l.PC()
	u, err := url.Parse(l.URL)
	l.Must(err)
	pc.HTTP.Jar.SetCookies(u, []*http.Cookie{here.Cookie})
	if code, _, body := pc.Send("/konti/ret/bo", url.Values{"roles": {"receiver"}, "places": {"LYS"}, "pin": {"9876"}, "card": {models.WithCheck("M000001A")}}); code != http.StatusSeeOther {
		t.Fatalf("change of bo: %d %s", code, webtest.ErrorsIn(body))
	}
	if code, _ := bo.Get("/min-vagtplan"); code != http.StatusSeeOther {
		t.Errorf("bo after a new PIN: %d", code)
	}
	if code, _ := there.Get("/konti"); code != http.StatusOK {
		t.Errorf("the administrator elsewhere: %d", code)
	}
	if code, _, body := pc.Send("/konti/ret/anders", url.Values{"roles": {"administrator"}, "password": {"et helt nyt kodeord"}}); code != http.StatusSeeOther {
		t.Fatalf("change of anders: %d %s", code, webtest.ErrorsIn(body))
	}
	if code, _ := pc.See("/konti"); code != http.StatusOK {
		t.Errorf("the session that changed its own password: %d", code)
	}
	if code, _ := there.Get("/konti"); code != http.StatusSeeOther {
		t.Errorf("the other session of anders: %d", code)
	}
	other := l.PC()
	other.HTTP.Jar.SetCookies(u, []*http.Cookie{l.As("bo").Cookie})
	l.Must(l.Store.SetRights(t.Context(), l.Act(), l.Person["bo"], []models.Role{models.RoleCourier}, nil))
	if code, _ := other.See("/min-vagtplan"); code != http.StatusSeeOther {
		t.Errorf("bo after new roles: %d", code)
	}
	if _, body := other.See(site.LoginPath); !strings.Contains(body, "rettigheder er ændret") {
		t.Errorf("it is not said why: %.300s", body)
	}
}
