package web_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/brevstemme/brevstemme/app/web/site/signon"
	"github.com/brevstemme/brevstemme/app/web/site/signon/signontest"
)

// Each way in which an answer can be wrong ends at a page that says so.
func TestSingleSignOnRefuses(t *testing.T) {
	t.Parallel()
	o := newOffice(t, func(*signon.Config) {})
	o.refusesTokens()
	o.refusesSignatures()
	o.refusesAnswersToNoLogin()
	o.refusesAnswersWithoutALogin()
	o.refusesALateAnswer()
	o.refusesWhenTheProviderGoesDown()
}

// What the page says when a token cannot be trusted, and when it is too old.
const unusable, gone = "kan ikke bruges", "Begynd forfra"

// refusesTokens: one claim of the token is wrong.
func (o *office) refusesTokens() {
	o.T.Helper()
	right := map[string]any{"email": "Anna.Sommer@example.dk", "sub": "subject-1"} // nil takes another claim away
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
		{"expired", "exp", o.Now.Add(-time.Minute).Unix(), gone},
		{"not yet", "nbf", o.Now.Add(time.Hour).Unix(), unusable},
		{"another access token", "at_hash", "AAAAAAAAAAAAAAAAAAAAAA", unusable},
		{"no subject", "sub", "", unusable},
		{"unknown", "email", "ukendt@example.dk", "ingen konto"},
		{"an address that nobody vouches for", "email_verified", false, "ingen konto"},
	} {
		o.idp.Claim(x.claim, x.value)
		p := o.pc()
		res, body := p.signOn("/")
		p.failed(x.what, res, body, x.why)
		o.idp.Claim(x.claim, right[x.claim])
		o.Web.FillLimits()
	}
}

// refusesSignatures: the token is signed by nobody, or by a secret.
func (o *office) refusesSignatures() {
	o.T.Helper()
	for _, alg := range []string{"none", "HS256"} {
		o.idp.Set(func(i *signontest.Provider) { i.Alg = alg })
		p := o.pc()
		res, body := p.signOn("/")
		p.failed(alg, res, body, unusable)
	}
	o.idp.Set(func(i *signontest.Provider) { i.Alg = "" })
	o.Web.FillLimits()
}

// refusesAnswersToNoLogin: the answer does not say which login it is for; one that
// was begun in this browser is as good as none.
func (o *office) refusesAnswersToNoLogin() {
	o.T.Helper()
	p := o.pc()
	answer := p.leave("/")
	for what, change := range map[string]func(url.Values){
		"another state":    func(q url.Values) { q.Set("state", "x") },
		"no state":         func(q url.Values) { q.Del("state") },
		"an empty address": func(q url.Values) { clear(q) },
	} {
		res, body := p.follow(o.changed(answer, change))
		p.failed(what, res, body, "hører ikke til et login")
	}
}

// refusesAnswersWithoutALogin: the answer is for this login, and nobody logged in
// there, or it is another's. What it says for people is not said again.
func (o *office) refusesAnswersWithoutALogin() {
	o.T.Helper()
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
		o.Web.FillLimits()
		p := o.pc()
		res, body := p.follow(o.changed(p.leave("/"), x.change))
		p.failed(what, res, body, x.why)
		if strings.Contains(body, "<b>") || strings.Contains(body, "0101901234") {
			o.T.Errorf("%s is said again", what)
		}
	}
}

// changed is the address of an answer with something changed on the way.
func (o *office) changed(answer string, change func(url.Values)) string {
	o.T.Helper()
	u, err := url.Parse(answer)
	o.Must(err)
	q := u.Query()
	change(q)
	u.RawQuery = q.Encode()
	return u.String()
}

func (o *office) refusesALateAnswer() {
	o.T.Helper()
	o.Web.FillLimits()
	p := o.pc()
	answer := p.leave("/")
	o.Now = o.Now.Add(11 * time.Minute)
	res, body := p.follow(answer)
	p.failed("too late", res, body, gone)
}

func (o *office) refusesWhenTheProviderGoesDown() {
	o.T.Helper()
	p := o.pc()
	answer := p.leave("/")
	o.idp.Set(func(i *signontest.Provider) { i.Down = true })
	res, body := p.follow(answer)
	p.failed("down in the middle", res, body, "svarer ikke")
}
