package e2e_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/brevstemme/brevstemme/app/e2e"
	"github.com/brevstemme/brevstemme/app/web"
	custodypages "github.com/brevstemme/brevstemme/app/web/custody"
	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
)

// demoLogins are the example accounts that stand for a role.
var demoLogins = map[models.Role]string{
	models.RoleCoordinator: "koordinator", models.RoleLibraryLead: "leder", models.RoleReceiver: "ida", models.RoleCourier: "kurer",
	models.RoleReception: "modtagelse", models.RoleAuditor: "revisor", models.RoleAdministrator: "admin",
}

// The built program with its example municipality: every page, every role that
// may see it, both languages.
func TestWalkTheDemo(t *testing.T) {
	p := e2e.Launch(t, e2e.Build(t), nil, "demo", "--addr", "127.0.0.1:0", "--data", t.TempDir())
	election, printed := ofElection(t, p.Base), blankPrinted(t, p.Base)
	calendar := sync.OnceValue(func() string { return calendarOf(t, p.Base, "ida") })
	handedIn := sync.OnceValue(func() map[string]string { return attachmentOf(t, p.Base) })
	e2e.WalkEveryPage(t, e2e.Target{Base: p.Base, Routes: web.Routes(nil), LogIn: func(t testing.TB, role models.Role) []*http.Cookie {
		return logIn(t, p.Base, demoLogins[role], "brevstemme-demo")
	}, Example: func(route site.Route, role models.Role) string {
		switch route.Path {
		case "/kalender/:file":
			return calendar()
		case "/blanketter/:blank":
			return "/blanketter/dagsrapport.pdf"
		case "/bilag/:id", "/api/v1/attachments/:id", "/api/v1/containers/:id/proof":
			if role == models.RoleCoordinator {
				return strings.Replace(route.Path, ":id", handedIn()[route.Path], 1)
			}
			return ""
		case "/udskrift/:file": // each sees what they printed themselves
			if role == models.RoleCoordinator {
				return printed
			}
			return ""
		}
		return election(route)
	}})
}

// blankPrinted prints an empty day report as the page does and returns where it
// can be fetched.
func blankPrinted(t *testing.T, base string) string {
	t.Helper()
	where := e2e.NewPerson(t, base).Login(demoLogins[models.RoleCoordinator], "brevstemme-demo").Submit("/blanketter", url.Values{"blank": {"dagsrapport"}, "copies": {"1"}})
	path, _, _ := strings.Cut(where, "?")
	return path
}

// ofElection shows the pages of an election for the one that has something on
// each of them: the local election.
func ofElection(t *testing.T, base string) func(site.Route) string {
	t.Helper()
	page := fetch(t, base+"/sortering", logIn(t, base, demoLogins[models.RoleCoordinator], "brevstemme-demo"))
	found := regexp.MustCompile(`href="/sortering/(KV[^"/]*)"`).FindStringSubmatch(page)
	if found == nil {
		t.Fatal("no local election in the example municipality")
	}
	session, _ := openDesk(t, base)
	forwarding := fetch(t, base+"/videresendelse/"+found[1], logIn(t, base, demoLogins[models.RoleCoordinator], "brevstemme-demo"))
	sent := regexp.MustCompile(`href="/videresendelse/[^"/]*/se/([^"/]*)"`).FindStringSubmatch(forwarding)
	if sent == nil {
		t.Fatal("no consignment in the example municipality")
	}
	planned := strings.NewReplacer("/plan/:id", "/plan/"+found[1], ":number", "1", ":session", session)
	return func(r site.Route) string {
		switch r.Path {
		case "/plan/:id/tid/:session", "/plan/:id/versioner/:number", "/plan/:id/import": // the one that was read from a list
			return planned.Replace(r.Path)
		}
		if r.Path == "/api/v1/consignments/:id/manifest" {
			return "/api/v1/consignments/" + sent[1] + "/manifest"
		}
		if path := strings.Replace(r.Path, "/:election", "/"+found[1], 1); path != r.Path && !strings.ContainsAny(path, ":*") {
			return path
		}
		return ""
	}
}

// calendarOf makes a secret calendar address as the page does and returns its path.
func calendarOf(t testing.TB, base, login string) string {
	t.Helper()
	cookies := logIn(t, base, login, "brevstemme-demo")
	send := func(req *http.Request) *http.Response {
		for _, c := range cookies {
			req.AddCookie(c)
		}
		res, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = res.Body.Close() })
		return res
	}
	form := url.Values{"idempotency_key": {"calendar-" + login + "-1"}, "do": {"feed"}}
	req, err := http.NewRequest(http.MethodPost, base+"/min-vagtplan", strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	send(req)
	if req, err = http.NewRequest(http.MethodGet, base+"/min-vagtplan", nil); err != nil {
		t.Fatal(err)
	}
	page, err := io.ReadAll(send(req).Body)
	if err != nil {
		t.Fatal(err)
	}
	path := regexp.MustCompile(`/kalender/[\w-]+\.ics`).FindString(string(page))
	if path == "" {
		t.Fatal("the page does not show the new calendar address")
	}
	return path
}

// logIn logs in by the form, as a person does.
func logIn(t testing.TB, base, login, password string) []*http.Cookie {
	t.Helper()
	c := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := c.PostForm(base+"/log-ind", url.Values{"idempotency_key": {"login-" + login + "-1"}, "login": {login}, "password": {password}})
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusSeeOther {
		t.Fatalf("login as %s: %d", login, res.StatusCode)
	}
	return res.Cookies()
}

// attachmentOf finds a file that was handed in and the container it belongs to.
func attachmentOf(t testing.TB, base string) map[string]string {
	t.Helper()
	karen := e2e.NewPerson(t, base).Login("koordinator", "brevstemme-demo")
	var all []custodypages.HandoverOut
	body, _ := karen.Get("/api/v1/handovers")
	if err := json.Unmarshal(body, &all); err != nil {
		t.Fatal(err)
	}
	for _, h := range all {
		if m := attachmentLink.FindStringSubmatch(karen.Page("/overdragelser/" + h.ID)); m != nil {
			return map[string]string{"/bilag/:id": m[1], "/api/v1/attachments/:id": m[1], "/api/v1/containers/:id/proof": h.Containers[0]}
		}
	}
	t.Fatal("no file was handed in")
	return nil
}

var attachmentLink = regexp.MustCompile(`/bilag/([0-9A-Z]+)`)
