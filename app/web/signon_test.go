package web

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
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/store/persons"
)

// office is a library whose municipality has single sign-on.
type office struct {
	*library
	idp *signontest.Provider
}

func newOffice(t *testing.T, set func(*signon.Config)) *office {
	t.Helper()
	o := &office{idp: signontest.New(t, map[string]any{"sub": "subject-1", "email": "Anna.Sommer@example.dk", "name": "Anna Sommer", "preferred_username": "az1234"})}
	o.library = newLibraryWith(t, func(l *library, c *site.Config) {
		c.BaseURL = l.url
		c.SignOn = signon.Config{Issuer: o.idp.URL(), ClientID: signontest.Client, ClientSecret: signontest.Secret, Scopes: []string{"openid", "email"}, LinkClaim: "email", RoleClaim: "groups", BaseURL: l.url}
		set(&c.SignOn)
	})
	_, err := o.store.AddWithAccount(t.Context(), o.act(), persons.NewPerson{Name: "Anna Sommer", Email: "anna.sommer@example.dk", Person: models.Person{Roles: []models.Role{models.RoleReceiver}, Places: []string{"LYS"}}},
		persons.Credentials{Login: "sommer", Locked: true, PIN: "4711"})
	o.must(err)
	return o
}

// follow asks for an address, ours or the provider's, and says where it leads.
func (p *pc) follow(address string) (*http.Response, string) {
	p.l.t.Helper()
	if strings.HasPrefix(address, "/") {
		address = p.l.url + address
	}
	res, err := p.http.Get(address)
	return read(p.l.t, res, err)
}

// leave begins a login and lets the provider answer: the address that leads back.
func (p *pc) leave(next string) string {
	p.l.t.Helper()
	res, body := p.follow("/log-ind/sso?next=" + url.QueryEscape(next))
	if res.StatusCode != http.StatusSeeOther {
		p.l.t.Fatalf("begin: %d %.300s", res.StatusCode, body)
	}
	res, body = p.follow(res.Header.Get("Location"))
	if res.StatusCode != http.StatusFound {
		p.l.t.Fatalf("provider: %d %s", res.StatusCode, body)
	}
	return res.Header.Get("Location")
}

// signOn goes the whole way.
func (p *pc) signOn(next string) (*http.Response, string) {
	p.l.t.Helper()
	return p.follow(p.leave(next))
}

// failed wants the page that says why, in words, and nobody logged in.
func (p *pc) failed(what string, res *http.Response, body, why string) {
	p.l.t.Helper()
	if res.StatusCode != http.StatusForbidden && res.StatusCode != http.StatusServiceUnavailable || !strings.Contains(body, "Du er ikke logget ind") || !strings.Contains(body, why) {
		p.l.t.Errorf("%s: %d, without %q: %.600s", what, res.StatusCode, why, body)
	}
	if code, _ := p.see("/api/v1/me"); code != http.StatusUnauthorized {
		p.l.t.Errorf("%s: somebody is logged in: %d", what, code)
	}
}

func TestSingleSignOn(t *testing.T) {
	t.Parallel()
	o := newOffice(t, func(*signon.Config) {})
	p := o.pc()
	if _, body := p.see("/log-ind?next=%2Fskranke"); !strings.Contains(body, `href="/log-ind/sso?next=%2fskranke"`) || !strings.Contains(body, "kommunens login") {
		t.Errorf("no button: %.900s", body)
	}
	answer := o.logsIn(p)
	o.tellsOfTheAccountOnce(p)
	o.takesAnAnswerOnce(p, answer)
	o.logsOutAtTheProviderToo(p)
	if log := o.log.String(); strings.Contains(log, "Sommer@") || strings.Contains(log, "subject-1") || strings.Contains(log, "az1234") {
		t.Error("the log names the person")
	}
}

func TestNoSingleSignOnWithoutAProvider(t *testing.T) {
	t.Parallel()
	p := newLibrary(t).pc()
	if code, body := p.see(site.LoginPath); code != http.StatusOK || strings.Contains(body, "/log-ind/sso") {
		t.Errorf("a button without a provider: %d", code)
	}
	if code, _ := p.see("/log-ind/sso"); code != http.StatusSeeOther {
		t.Errorf("single sign-on without a provider: %d", code)
	}
}

// logsIn leads to the page that was asked for, with new cookies; it gives back the
// address that the provider's answer came by.
func (o *office) logsIn(p *pc) (answer string) {
	o.t.Helper()
	u, err := url.Parse(o.url)
	o.must(err)
	answer = p.leave("/skranke")
	before := p.http.Jar.Cookies(u)
	res, body := p.follow(answer)
	if res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != "/skranke" {
		o.t.Fatalf("first login: %d %s %.600s", res.StatusCode, res.Header.Get("Location"), body)
	}
	if res.Header.Get("Content-Security-Policy") != site.Policy {
		o.t.Error("another policy")
	}
	for _, c := range before {
		if slices.ContainsFunc(p.http.Jar.Cookies(u), func(n *http.Cookie) bool { return n.Name == c.Name && n.Value == c.Value }) {
			o.t.Errorf("the cookie %s of before the login still holds", c.Name)
		}
	}
	if code, body := p.see("/api/v1/me"); code != http.StatusOK || !strings.Contains(body, `"login":"sommer"`) {
		o.t.Errorf("me: %d %s", code, body)
	}
	return answer
}

// tellsOfTheAccountOnce: at the first login, and at no later one.
func (o *office) tellsOfTheAccountOnce(p *pc) {
	o.t.Helper()
	if _, page := p.see("/skranke"); !strings.Contains(page, "Kontoen sommer er fra nu af knyttet til dit kommunelogin") {
		o.t.Error("who is bound to an account does not hear of it")
	}
	later := o.pc()
	later.signOn("/")
	if _, page := later.see("/"); !strings.Contains(page, "Velkommen, Anna Sommer.") || strings.Contains(page, "knyttet til") {
		o.t.Error("the second login speaks of the binding")
	}
}

func (o *office) takesAnAnswerOnce(p *pc, answer string) {
	o.t.Helper()
	fresh := o.pc()
	fresh.failed("the same answer in another browser", first(fresh.follow(answer)), second(fresh.follow(answer)), "hører ikke til et login")
	if res, body := p.follow(answer); res.StatusCode != http.StatusForbidden || !strings.Contains(body, "allerede brugt") {
		o.t.Errorf("the same answer twice: %d", res.StatusCode)
	}
}

// logsOutAtTheProviderToo: a PIN works in this browser after the login, and "log
// out" ends the login at the provider even behind a PIN.
func (o *office) logsOutAtTheProviderToo(p *pc) {
	o.t.Helper()
	if code, _, body := p.pin("bo", "1111", ""); code != http.StatusSeeOther {
		o.t.Errorf("PIN after single sign-on: %d %s", code, errorsIn(body))
	}
	if at, _ := p.follow("/log-ind/sso"); !strings.Contains(at.Header.Get("Location"), "prompt=login") {
		o.t.Errorf("a shared PC is not asked who it is: %s", at.Header.Get("Location"))
	}
	if _, where, _ := p.send("/log-ud", url.Values{}); where != loggedOutPath {
		o.t.Fatalf("log out leads to %s", where)
	}
	res, body := p.follow(loggedOutPath)
	end, ok := strings.CutPrefix(res.Header.Get("Refresh"), "1; url=")
	if !ok || !strings.HasPrefix(end, o.idp.URL()+"/end?") || !strings.Contains(body, "Du er logget ud") {
		o.t.Fatalf("logged out: %v %.300s", res.Header, body)
	}
	if res, _ := p.follow(end); res.Header.Get("Location") != o.url+site.LoginPath {
		o.t.Errorf("the provider leads back to %s", res.Header.Get("Location"))
	}
	if o.idp.Ended[0].Get("id_token_hint") == "" || o.idp.Ended[0].Get("client_id") != signontest.Client {
		o.t.Errorf("logout: %v", o.idp.Ended)
	}
	if code, _, _ := p.pin("bo", "1111", ""); code != http.StatusUnauthorized {
		o.t.Errorf("PIN after logging out: %d", code)
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
	req, err := http.NewRequest(site.GET, o.url+"/log-ind/sso", nil)
	o.must(err)
	req.Header.Set("Accept-Language", "en")
	answer, err := p.http.Do(req)
	if res, body := read(t, answer, err); res.StatusCode != http.StatusServiceUnavailable || !strings.Contains(body, "does not answer") {
		t.Errorf("in English: %d", res.StatusCode)
	}
	o.pc().open("anna")
	english := o.pc() // whoever reads English is welcomed in English
	form := strings.NewReader(url.Values{"login": {"anna"}, "password": {"et langt kodeord"}, site.KeyField: {"login-anna-english"}}.Encode())
	for i, path := range []string{site.LoginPath, "/"} {
		req, err := http.NewRequest([]string{site.POST, site.GET}[i], o.url+path, form)
		o.must(err)
		req.Header.Set("Accept-Language", "en")
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		answer, err := english.http.Do(req)
		if _, body := read(t, answer, err); i == 1 && !strings.Contains(body, "Welcome, Anna") {
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
	if _, body := second.see("/api/v1/me"); !strings.Contains(body, `"roles":["library_lead"]`) {
		t.Errorf("the new role: %s", body)
	}
	if code, _ := p.see("/api/v1/me"); code != http.StatusUnauthorized {
		t.Errorf("the session of the old role: %d", code)
	}
	o.web.FillLimits()
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
	who, _, err := o.store.AccountOf(t.Context(), "sommer")
	o.must(err)
	o.must(o.store.ChangeAccount(t.Context(), o.act(), persons.Credentials{Login: "sommer", Person: who.Person.ID}, who.Person.Roles, who.Person.Places, true))
	res, body = third.signOn("/")
	third.failed("closed", res, body, "er lukket")
}

// Nothing that an outsider says decides where a login leads.
func TestSingleSignOnLeadsNowhereElse(t *testing.T) {
	t.Parallel()
	o := newOffice(t, func(*signon.Config) {})
	for _, next := range []string{"https://evil.example", "//evil.example", "/\\evil.example", "/log-ind/sso"} {
		o.web.FillLimits()
		p := o.pc()
		if res, _ := p.signOn(next); res.Header.Get("Location") != "/" {
			t.Errorf("%s leads to %s", next, res.Header.Get("Location"))
		}
	}
	req, err := http.NewRequest(site.GET, o.url+"/log-ind/sso", nil)
	o.must(err)
	req.Host = "evil.example"
	req.Header.Set("X-Forwarded-Host", "evil.example")
	res, err := o.pc().http.Do(req)
	o.must(err)
	defer res.Body.Close()
	at, err := url.Parse(res.Header.Get("Location"))
	o.must(err)
	if back := at.Query().Get("redirect_uri"); back != o.url+signon.CallbackPath {
		t.Errorf("the provider is told to lead back to %s", back)
	}
}
