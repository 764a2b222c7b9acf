package e2e_test

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"testing"

	"github.com/brevstemme/brevstemme/app/e2e"
	"github.com/brevstemme/brevstemme/app/web"
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
	e2e.WalkEveryPage(t, e2e.Target{Base: p.Base, Routes: web.Routes(), LogIn: func(t testing.TB, role models.Role) []*http.Cookie {
		return logIn(t, p.Base, demoLogins[role], "brevstemme-demo")
	}})
}

// logIn logs in by the form, as a person does.
func logIn(t testing.TB, base, login, password string) []*http.Cookie {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := c.PostForm(base+"/log-ind", url.Values{"idempotency_key": {"login-" + login + "-1"}, "login": {login}, "password": {password}})
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != http.StatusSeeOther {
		t.Fatalf("login as %s: %d", login, res.StatusCode)
	}
	return jar.Cookies(u)
}
