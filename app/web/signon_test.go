package web

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

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
	if code, body := newLibrary(t).pc().see(site.LoginPath); code != http.StatusOK || strings.Contains(body, "/log-ind/sso") {
		t.Errorf("a button without a provider: %d", code)
	}
	if code, _ := newLibrary(t).pc().see("/log-ind/sso"); code != http.StatusSeeOther {
		t.Errorf("single sign-on without a provider: %d", code)
	}
	u, err := url.Parse(o.url)
	o.must(err)
	back := p.leave("/skranke")
	before := p.http.Jar.Cookies(u)
	res, body := p.follow(back)
	if res.StatusCode != http.StatusSeeOther || res.Header.Get("Location") != "/skranke" {
		t.Fatalf("first login: %d %s %.600s", res.StatusCode, res.Header.Get("Location"), body)
	}
	for _, c := range before {
		if slices.ContainsFunc(p.http.Jar.Cookies(u), func(n *http.Cookie) bool { return n.Name == c.Name && n.Value == c.Value }) {
			t.Errorf("the cookie %s of before the login still holds", c.Name)
		}
	}
	if _, page := p.see("/skranke"); !strings.Contains(page, "Kontoen sommer er fra nu af knyttet til dit kommunelogin") {
		t.Error("who is bound to an account does not hear of it")
	}
	later := o.pc()
	later.signOn("/")
	if _, page := later.see("/"); !strings.Contains(page, "Velkommen, Anna Sommer.") || strings.Contains(page, "knyttet til") {
		t.Error("the second login speaks of the binding")
	}
	if code, body := p.see("/api/v1/me"); code != http.StatusOK || !strings.Contains(body, `"login":"sommer"`) {
		t.Errorf("me: %d %s", code, body)
	}
	if res.Header.Get("Content-Security-Policy") != site.Policy {
		t.Error("another policy")
	}
	fresh := o.pc()
	fresh.failed("the same answer in another browser", first(fresh.follow(back)), second(fresh.follow(back)), "hører ikke til et login")
	if res, body := p.follow(back); res.StatusCode != http.StatusForbidden || !strings.Contains(body, "allerede brugt") {
		t.Errorf("the same answer twice: %d", res.StatusCode)
	}
	// A PIN works in this browser now, and "log out" ends the login at the provider too, even behind a PIN.
	if code, _, body := p.pin("bo", "1111", ""); code != http.StatusSeeOther {
		t.Errorf("PIN after single sign-on: %d %s", code, errorsIn(body))
	}
	if at, _ := p.follow("/log-ind/sso"); !strings.Contains(at.Header.Get("Location"), "prompt=login") {
		t.Errorf("a shared PC is not asked who it is: %s", at.Header.Get("Location"))
	}
	if _, where, _ := p.send("/log-ud", url.Values{}); where != loggedOutPath {
		t.Fatalf("log out leads to %s", where)
	}
	res, body = p.follow(loggedOutPath)
	end, ok := strings.CutPrefix(res.Header.Get("Refresh"), "1; url=")
	if !ok || !strings.HasPrefix(end, o.idp.URL()+"/end?") || !strings.Contains(body, "Du er logget ud") {
		t.Fatalf("logged out: %v %.300s", res.Header, body)
	}
	if res, _ := p.follow(end); res.Header.Get("Location") != o.url+site.LoginPath {
		t.Errorf("the provider leads back to %s", res.Header.Get("Location"))
	}
	if o.idp.Ended[0].Get("id_token_hint") == "" || o.idp.Ended[0].Get("client_id") != signontest.Client {
		t.Errorf("logout: %v", o.idp.Ended)
	}
	if code, _, _ := p.pin("bo", "1111", ""); code != http.StatusUnauthorized {
		t.Errorf("PIN after logging out: %d", code)
	}
	if log := o.log.String(); strings.Contains(log, "Sommer@") || strings.Contains(log, "subject-1") || strings.Contains(log, "az1234") {
		t.Error("the log names the person")
	}
}

func first(r *http.Response, _ string) *http.Response { return r }
func second(_ *http.Response, body string) string     { return body }

// Each way in which an answer can be wrong ends at a page that says so.
func TestSingleSignOnRefuses(t *testing.T) {
	t.Parallel()
	o := newOffice(t, func(*signon.Config) {})
	const unusable, gone = "kan ikke bruges", "Begynd forfra"
	for _, x := range []struct {
		what, claim string
		value       any
		why         string
	}{
		{"another nonce", "nonce", "n", unusable},
		{"no nonce", "nonce", "", unusable},
		{"another audience", "aud", "another", unusable},
		{"two audiences, no party", "aud", []string{signontest.Client, "another"}, unusable},
		{"another party", "azp", "another", unusable},
		{"another issuer", "iss", "https://id.example.dk", unusable},
		{"expired", "exp", o.now.Add(-time.Minute).Unix(), gone},
		{"not yet", "nbf", o.now.Add(time.Hour).Unix(), unusable},
		{"another access token", "at_hash", "AAAAAAAAAAAAAAAAAAAAAA", unusable},
		{"no subject", "sub", "", unusable},
		{"unknown", "email", "ukendt@example.dk", "ingen konto"},
		{"an address that nobody vouches for", "email_verified", false, "ingen konto"},
	} {
		p, was := o.pc(), any("subject-1")
		switch x.claim {
		case "email":
			was = "Anna.Sommer@example.dk"
		case "sub":
		default:
			was = nil
		}
		o.idp.Claim(x.claim, x.value)
		res, body := p.signOn("/")
		p.failed(x.what, res, body, x.why)
		o.idp.Claim(x.claim, was)
		o.web.FillLimits()
	}
	for _, alg := range []string{"none", "HS256"} {
		p := o.pc()
		o.idp.Set(func(i *signontest.Provider) { i.Alg = alg })
		res, body := p.signOn("/")
		p.failed(alg, res, body, unusable)
	}
	o.idp.Set(func(i *signontest.Provider) { i.Alg = "" })
	o.web.FillLimits()
	p := o.pc()
	back := p.leave("/")
	for what, change := range map[string]func(url.Values){
		"another state": func(q url.Values) { q.Set("state", "x") }, "no state": func(q url.Values) { q.Del("state") }, "an empty address": func(q url.Values) { clear(q) },
	} {
		u, err := url.Parse(back)
		o.must(err)
		q := u.Query()
		change(q)
		u.RawQuery = q.Encode()
		res, body := p.follow(u.String())
		p.failed(what, res, body, "hører ikke til et login")
	}
	for what, x := range map[string]struct {
		change func(url.Values)
		why    string
	}{
		"refused there":           {func(q url.Values) { q.Set("error", "access_denied") }, "gav ikke adgang"},
		"away there":              {func(q url.Values) { q.Set("error", "server_error") }, "svarer ikke"},
		"another code":            {func(q url.Values) { q.Set("code", "x") }, unusable},
		"from another provider":   {func(q url.Values) { q.Set("iss", "https://evil.example") }, unusable},
		"a description with text": {func(q url.Values) { q.Set("error", "x"); q.Set("error_description", "0101901234 <b>") }, unusable},
	} {
		o.web.FillLimits()
		p := o.pc()
		u, err := url.Parse(p.leave("/"))
		o.must(err)
		q := u.Query()
		x.change(q)
		u.RawQuery = q.Encode()
		res, body := p.follow(u.String())
		p.failed(what, res, body, x.why)
		if strings.Contains(body, "<b>") || strings.Contains(body, "0101901234") {
			t.Errorf("%s is said again", what)
		}
	}
	o.web.FillLimits()
	late := o.pc()
	back = late.leave("/")
	o.now = o.now.Add(11 * time.Minute)
	res, body := late.follow(back)
	late.failed("too late", res, body, gone)
	down := o.pc()
	back = down.leave("/")
	o.idp.Set(func(i *signontest.Provider) { i.Down = true })
	res, body = down.follow(back)
	down.failed("down in the middle", res, body, "svarer ikke")
}

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
