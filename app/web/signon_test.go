package web_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/app/web/site/signon"
	"github.com/brevstemme/brevstemme/app/web/site/signon/signontest"
	"github.com/brevstemme/brevstemme/app/web/webtest"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/store/persons"
)

// office is a library whose municipality has single sign-on.
type office struct {
	*webtest.Library
	idp *signontest.Provider
}

func newOffice(t *testing.T, set func(*signon.Config)) *office {
	t.Helper()
	o := &office{idp: signontest.New(t, map[string]any{"sub": "subject-1", "email": "Anna.Sommer@example.dk", "name": "Anna Sommer", "preferred_username": "az1234"})}
	o.Library = webtest.NewLibraryWith(t, func(l *webtest.Library, c *site.Config) {
		c.BaseURL = l.URL
		c.SignOn = signon.Config{Issuer: o.idp.URL(), ClientID: signontest.Client, ClientSecret: signontest.Secret, Scopes: []string{"openid", "email"}, LinkClaim: "email", RoleClaim: "groups", BaseURL: l.URL}
		set(&c.SignOn)
	})
	_, err := o.Store.AddWithAccount(t.Context(), o.Act(), persons.NewPerson{Name: "Anna Sommer", Email: "anna.sommer@example.dk", Person: models.Person{Roles: []models.Role{models.RoleReceiver}, Places: []string{"LYS"}}},
		persons.Credentials{Login: "sommer", Locked: true, PIN: "4711"})
	o.Must(err)
	return o
}

// browser is a PC that goes to the provider and back.
type browser struct{ *webtest.PC }

func (o *office) pc() *browser {
	o.T.Helper()
	return &browser{o.Library.PC()}
}

// follow asks for an address, ours or the provider's, and says where it leads.
func (p *browser) follow(address string) (*http.Response, string) {
	p.Library.T.Helper()
	if strings.HasPrefix(address, "/") {
		address = p.Library.URL + address
	}
	res, err := p.HTTP.Get(address)
	return webtest.Read(p.Library.T, res, err)
}

// leave begins a login and lets the provider answer: the address that leads back.
func (p *browser) leave(next string) string {
	p.Library.T.Helper()
	res, body := p.follow("/log-ind/sso?next=" + url.QueryEscape(next))
	if res.StatusCode != http.StatusSeeOther {
		p.Library.T.Fatalf("begin: %d %.300s", res.StatusCode, body)
	}
	res, body = p.follow(res.Header.Get("Location"))
	if res.StatusCode != http.StatusFound {
		p.Library.T.Fatalf("provider: %d %s", res.StatusCode, body)
	}
	return res.Header.Get("Location")
}

// signOn goes the whole way.
func (p *browser) signOn(next string) (*http.Response, string) {
	p.Library.T.Helper()
	return p.follow(p.leave(next))
}

// failed wants the page that says why, in words, and nobody logged in.
func (p *browser) failed(what string, res *http.Response, body, why string) {
	p.Library.T.Helper()
	if res.StatusCode != http.StatusForbidden && res.StatusCode != http.StatusServiceUnavailable || !strings.Contains(body, "Du er ikke logget ind") || !strings.Contains(body, why) {
		p.Library.T.Errorf("%s: %d, without %q: %.600s", what, res.StatusCode, why, body)
	}
	if code, _ := p.See("/api/v1/me"); code != http.StatusUnauthorized {
		p.Library.T.Errorf("%s: somebody is logged in: %d", what, code)
	}
}

func TestSingleSignOn(t *testing.T) {
	t.Parallel()
	o := newOffice(t, func(*signon.Config) {})
	p := o.pc()
	if _, body := p.See("/log-ind?next=%2Fskranke"); !strings.Contains(body, `href="/log-ind/sso?next=%2fskranke"`) || !strings.Contains(body, "kommunens login") {
		t.Errorf("no button: %.900s", body)
	}
	answer := o.logsIn(p)
	o.tellsOfTheAccountOnce(p)
	o.takesAnAnswerOnce(p, answer)
	o.logsOutAtTheProviderToo(p)
	if log := o.Log.String(); strings.Contains(log, "Sommer@") || strings.Contains(log, "subject-1") || strings.Contains(log, "az1234") {
		t.Error("the log names the person")
	}
}

func TestNoSingleSignOnWithoutAProvider(t *testing.T) {
	t.Parallel()
	p := webtest.NewLibrary(t).PC()
	if code, body := p.See(site.LoginPath); code != http.StatusOK || strings.Contains(body, "/log-ind/sso") {
		t.Errorf("a button without a provider: %d", code)
	}
	if code, _ := p.See("/log-ind/sso"); code != http.StatusSeeOther {
		t.Errorf("single sign-on without a provider: %d", code)
	}
}

// logsIn leads to the page that was asked for, with new cookies; it gives back the
// address that the provider's answer came by.
func (o *office) logsIn(p *browser) (answer string) {
	o.T.Helper()
	u, err := url.Parse(o.URL)
	o.Must(err)
	answer = p.leave("/skranke")
	before := p.HTTP.Jar.Cookies(u)
	res, body := p.follow(answer)
	if res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != "/skranke" {
		o.T.Fatalf("first login: %d %s %.600s", res.StatusCode, res.Header.Get("Location"), body)
	}
	if res.Header.Get("Content-Security-Policy") != site.Policy {
		o.T.Error("another policy")
	}
	for _, c := range before {
		if slices.ContainsFunc(p.HTTP.Jar.Cookies(u), func(n *http.Cookie) bool { return n.Name == c.Name && n.Value == c.Value }) {
			o.T.Errorf("the cookie %s of before the login still holds", c.Name)
		}
	}
	if code, body := p.See("/api/v1/me"); code != http.StatusOK || !strings.Contains(body, `"login":"sommer"`) {
		o.T.Errorf("me: %d %s", code, body)
	}
	return answer
}

// tellsOfTheAccountOnce: at the first login, and at no later one.
func (o *office) tellsOfTheAccountOnce(p *browser) {
	o.T.Helper()
	if _, page := p.See("/skranke"); !strings.Contains(page, "Kontoen sommer er fra nu af knyttet til dit kommunelogin") {
		o.T.Error("who is bound to an account does not hear of it")
	}
	later := o.pc()
	later.signOn("/")
	if _, page := later.See("/"); !strings.Contains(page, "Velkommen, Anna Sommer.") || strings.Contains(page, "knyttet til") {
		o.T.Error("the second login speaks of the binding")
	}
}

func (o *office) takesAnAnswerOnce(p *browser, answer string) {
	o.T.Helper()
	fresh := o.pc()
	fresh.failed("the same answer in another browser", first(fresh.follow(answer)), second(fresh.follow(answer)), "hører ikke til et login")
	if res, body := p.follow(answer); res.StatusCode != http.StatusForbidden || !strings.Contains(body, "allerede brugt") {
		o.T.Errorf("the same answer twice: %d", res.StatusCode)
	}
}

// logsOutAtTheProviderToo: a PIN works in this browser after the login, and "log
// out" ends the login at the provider even behind a PIN.
func (o *office) logsOutAtTheProviderToo(p *browser) {
	o.T.Helper()
	if code, _, body := p.Switch("bo", "1111", ""); code != http.StatusSeeOther {
		o.T.Errorf("PIN after single sign-on: %d %s", code, webtest.ErrorsIn(body))
	}
	if at, _ := p.follow("/log-ind/sso"); !strings.Contains(at.Header.Get("Location"), "prompt=login") {
		o.T.Errorf("a shared PC is not asked who it is: %s", at.Header.Get("Location"))
	}
	if _, where, _ := p.Send("/log-ud", url.Values{}); where != "/log-ind/ude" {
		o.T.Fatalf("log out leads to %s", where)
	}
	res, body := p.follow("/log-ind/ude")
	end, ok := strings.CutPrefix(res.Header.Get("Refresh"), "1; url=")
	if !ok || !strings.HasPrefix(end, o.idp.URL()+"/end?") || !strings.Contains(body, "Du er logget ud") {
		o.T.Fatalf("logged out: %v %.300s", res.Header, body)
	}
	if res, _ := p.follow(end); res.Header.Get("Location") != o.URL+site.LoginPath {
		o.T.Errorf("the provider leads back to %s", res.Header.Get("Location"))
	}
	if o.idp.Ended[0].Get("id_token_hint") == "" || o.idp.Ended[0].Get("client_id") != signontest.Client {
		o.T.Errorf("logout: %v", o.idp.Ended)
	}
	if code, _, _ := p.Switch("bo", "1111", ""); code != http.StatusUnauthorized {
		o.T.Errorf("PIN after logging out: %d", code)
	}
}

func first(r *http.Response, _ string) *http.Response { return r }
func second(_ *http.Response, body string) string     { return body }

// A provider that is away hinders nobody: the page says so, the password works,
// and the next try finds it again.
func TestAProviderThatIsAway(t *testing.T) {
	t.Parallel()
	o := newOffice(t, func(*signon.Config) {})
	o.idp.Set(func(i *signontest.Provider) { i.Down = true })
	p := o.pc()
	res, body := p.follow("/log-ind/sso?next=/skranke")
	p.failed("away", res, body, "svarer ikke")
	if !strings.Contains(body, `href="/log-ind?next=%2fskranke"`) {
		t.Error("no way to the password")
	}
	req, err := http.NewRequest(site.GET, o.URL+"/log-ind/sso", nil)
	o.Must(err)
	req.Header.Set("Accept-Language", "en")
	answer, err := p.HTTP.Do(req)
	if res, body := webtest.Read(t, answer, err); res.StatusCode != http.StatusServiceUnavailable || !strings.Contains(body, "does not answer") {
		t.Errorf("in English: %d", res.StatusCode)
	}
	o.pc().Open("anna")
	english := o.pc() // whoever reads English is welcomed in English
	form := strings.NewReader(url.Values{"login": {"anna"}, "password": {"et langt kodeord"}, site.KeyField: {"login-anna-english"}}.Encode())
	for i, path := range []string{site.LoginPath, "/"} {
		req, err := http.NewRequest([]string{site.POST, site.GET}[i], o.URL+path, form)
		o.Must(err)
		req.Header.Set("Accept-Language", "en")
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		answer, err := english.HTTP.Do(req)
		if _, body := webtest.Read(t, answer, err); i == 1 && !strings.Contains(body, "Welcome, Anna") {
			t.Errorf("the welcome is in another language than the page: %.300s", body[strings.Index(body, "<main"):])
		}
	}
	o.idp.Set(func(i *signontest.Provider) { i.Down = false })
	if res, body := p.signOn("/"); res.StatusCode != http.StatusSeeOther {
		t.Errorf("back again: %d %.300s", res.StatusCode, body)
	}
}

// Keys that the provider changes are fetched anew; a closed account, a person
// without a role and a second identity are refused in words.
func TestSingleSignOnOverTime(t *testing.T) {
	t.Parallel()
	roles := func(c *signon.Config) {
		m, err := signon.ParseMap("modtagere=receiver@LYS;/brevstemme/ledere=library_lead")
		if err != nil {
			t.Fatal(err)
		}
		c.Roles, c.RoleClaim = m, "realm.groups"
	}
	o := newOffice(t, roles)
	groups := func(names ...string) { o.idp.Claim("realm", map[string]any{"groups": names}) }
	p := o.pc()
	res, body := p.signOn("/")
	p.failed("no role", res, body, "ingen rolle")
	groups("modtagere", "andre")
	if res, body := p.signOn("/"); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("with a role: %d %.300s", res.StatusCode, body)
	}
	o.idp.Rotate()
	groups("/brevstemme/ledere")
	second := o.pc()
	if res, body := second.signOn("/"); res.StatusCode != http.StatusSeeOther {
		t.Fatalf("after new keys: %d %.300s", res.StatusCode, body)
	}
	if _, body := second.See("/api/v1/me"); !strings.Contains(body, `"roles":["library_lead"]`) {
		t.Errorf("the new role: %s", body)
	}
	if code, _ := p.See("/api/v1/me"); code != http.StatusUnauthorized {
		t.Errorf("the session of the old role: %d", code)
	}
	o.Web.FillLimits()
	o.idp.Claim("sub", "subject-2")
	third := o.pc()
	res, body = third.signOn("/")
	third.failed("a second identity", res, body, "knyttet til et andet login")
	other := regexp.MustCompile(`href="(/log-ind/sso\?anden=1[^"]*)"`).FindStringSubmatch(body)
	if other == nil || strings.Contains(body, "Prøv igen") {
		t.Fatalf("who is taken for a colleague is sent round in a circle: %.900s", body)
	}
	if at, _ := third.follow(html.UnescapeString(other[1])); !strings.Contains(at.Header.Get("Location"), "prompt=login") {
		t.Errorf("the provider does not ask who it is: %s", at.Header.Get("Location"))
	}
	o.idp.Claim("sub", "subject-1")
	who, _, err := o.Store.AccountOf(t.Context(), "sommer")
	o.Must(err)
	o.Must(o.Store.ChangeAccount(t.Context(), o.Act(), persons.Credentials{Login: "sommer", Person: who.Person.ID}, who.Person.Roles, who.Person.Places, true))
	res, body = third.signOn("/")
	third.failed("closed", res, body, "er lukket")
}

// Nothing that an outsider says decides where a login leads.
func TestSingleSignOnLeadsNowhereElse(t *testing.T) {
	t.Parallel()
	o := newOffice(t, func(*signon.Config) {})
	for _, next := range []string{"https://evil.example", "//evil.example", "/\\evil.example", "/log-ind/sso"} {
		o.Web.FillLimits()
		p := o.pc()
		if res, _ := p.signOn(next); res.Header.Get("Location") != "/" {
			t.Errorf("%s leads to %s", next, res.Header.Get("Location"))
		}
	}
	req, err := http.NewRequest(site.GET, o.URL+"/log-ind/sso", nil)
	o.Must(err)
	req.Host = "evil.example"
	req.Header.Set("X-Forwarded-Host", "evil.example")
	res, err := o.pc().HTTP.Do(req)
	o.Must(err)
	defer res.Body.Close()
	at, err := url.Parse(res.Header.Get("Location"))
	o.Must(err)
	if back := at.Query().Get("redirect_uri"); back != o.URL+signon.CallbackPath {
		t.Errorf("the provider is told to lead back to %s", back)
	}
}
