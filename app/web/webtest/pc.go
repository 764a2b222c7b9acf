package webtest

import (
	"net/http"
	"net/http/cookiejar"
	"net/url"

	"github.com/google/uuid"

	"github.com/brevstemme/brevstemme/app/web/site"
)

// Password is everybody's.
const Password = "et langt kodeord"

// PC is a browser that keeps its cookies and follows no redirect.
type PC struct {
	Library *Library
	HTTP    *http.Client
}

// Send posts a form with a fresh key; where is the address sent on to.
func (p *PC) Send(path string, form url.Values) (code int, where, body string) {
	p.Library.T.Helper()
	form.Set(site.KeyField, uuid.NewString())
	res, err := p.HTTP.PostForm(p.Library.URL+path, form)
	res, body = Read(p.Library.T, res, err)
	return res.StatusCode, res.Header.Get("Location"), body
}

// See asks for a page.
func (p *PC) See(path string) (int, string) {
	p.Library.T.Helper()
	res, err := p.HTTP.Get(p.Library.URL + path)
	res, body := Read(p.Library.T, res, err)
	return res.StatusCode, body
}

// Open logs in by password; the limit of logins is none of these tests' business.
func (p *PC) Open(login string) {
	p.Library.T.Helper()
	if code, _, body := p.Send(site.LoginPath, url.Values{"login": {login}, "password": {Password}}); code != http.StatusSeeOther {
		p.Library.T.Fatalf("login as %s: %d %s", login, code, ErrorsIn(body))
	}
}

// Switch opens the desk by card, or login, and PIN; til is where to go then.
func (p *PC) Switch(card, pin, til string) (int, string, string) {
	p.Library.T.Helper()
	return p.Send("/skranke/skift", url.Values{"card": {card}, "pin": {pin}, "til": {til}})
}

// PC is a browser that nobody has used yet.
func (l *Library) PC() *PC {
	l.T.Helper()
	jar, err := cookiejar.New(nil)
	l.Must(err)
	return &PC{l, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}
