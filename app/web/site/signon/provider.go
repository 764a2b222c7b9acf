package signon

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/store/persons"
)

// Config is what connects to a provider. The zero Config connects to none.
type Config struct {
	Issuer       string // its address, exactly as it calls itself
	ClientID     string
	ClientSecret string // empty for a public client: PKCE protects the code either way
	Scopes       []string
	LinkClaim    string          // what finds the account the first time: "email", "preferred_username", a staff number …
	RoleClaim    string          // where the groups or roles stand; "a.b" is b inside of a
	Roles        Map             // empty: the account's own roles and places hold
	Make         models.Employer // employer of people whom nobody has entered; empty: none is made
	Prompt       string          // "login" asks for the password each time, "select_account" for the account
	Name         string          // of the login, on the button; empty for the usual words
	BaseURL      string          // how browsers reach us
}

// Set tells whether there is a provider.
func (c Config) Set() bool { return c.Issuer != "" }

// CallbackPath is where the provider sends browsers back to.
const CallbackPath = "/log-ind/sso/svar"

// Times that bound a login: one answer of the provider, and the stay there.
const (
	answerWithin = 8 * time.Second
	stayAtMost   = 10 * time.Minute
)

// maxAnswer bounds every answer of the provider.
const maxAnswer = 1 << 20

// Provider is one identity provider. It is safe for use by many requests.
type Provider struct {
	conf   Config
	now    func() time.Time
	client *http.Client

	mu    sync.Mutex
	found *found
}

// found is what the provider told of itself.
type found struct {
	oauth    oauth2.Config
	verifier *oidc.IDTokenVerifier
	end      string // end_session_endpoint
}

// New makes a Provider; it does not ask it for anything yet. now is the clock.
func New(c Config, now func() time.Time) *Provider {
	return &Provider{conf: c, now: now, client: &http.Client{
		Timeout:       answerWithin,
		Transport:     bounded{http.DefaultTransport.(*http.Transport).Clone()},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, // what it says, it says itself
	}}
}

// bounded cuts answers that are longer than any should be.
type bounded struct{ http.RoundTripper }

// RoundTrip bounds the body.
func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := b.RoundTripper.RoundTrip(r)
	if err == nil {
		res.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(res.Body, maxAnswer), res.Body}
	}
	return res, err
}

// The ways in which a login fails that are not about an account. The cause is
// for the log.
var (
	errAway    = models.E(models.CodeUnavailable, "signon.away")
	errState   = models.E(models.CodeForbidden, "signon.state")
	errExpired = models.E(models.CodeForbidden, "signon.expired")
	errDenied  = models.E(models.CodeForbidden, "signon.denied")
	errToken   = models.E(models.CodeForbidden, "signon.token")
)

// discover asks the provider for its addresses, once it has answered.
func (p *Provider) discover(ctx context.Context) (*found, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found != nil {
		return p.found, nil
	}
	// The provider keeps the context for fetching keys: it must not end with this request.
	keep := oidc.ClientContext(context.WithoutCancel(ctx), p.client)
	op, err := oidc.NewProvider(keep, p.conf.Issuer)
	if err != nil {
		return nil, errAway.Because(err)
	}
	var more struct {
		End string `json:"end_session_endpoint"`
	}
	if err := op.Claims(&more); err != nil {
		return nil, errAway.Because(err)
	}
	for _, address := range []string{op.Endpoint().AuthURL, op.Endpoint().TokenURL, more.End} {
		if address != "" && !Trusted(address) {
			return nil, errAway.Because(errors.New("signon: the provider names an address without https: " + address))
		}
	}
	p.found = &found{
		oauth: oauth2.Config{ClientID: p.conf.ClientID, ClientSecret: p.conf.ClientSecret, Endpoint: op.Endpoint(),
			RedirectURL: p.conf.BaseURL + CallbackPath, Scopes: p.conf.Scopes},
		verifier: op.Verifier(&oidc.Config{ClientID: p.conf.ClientID, Now: p.now}),
		end:      more.End,
	}
	return p.found, nil
}

// SignOn is the identity as models/store takes it.
func (p *Provider) SignOn(id Identity) persons.SignOn {
	return persons.SignOn{Issuer: id.Issuer, Subject: id.Subject, Known: id.Known, ByEmail: p.conf.LinkClaim == "email",
		Mapped: len(p.conf.Roles) > 0, Roles: id.Roles, Places: id.Places,
		Make: p.conf.Make, Name: id.Name, Email: id.Email, Login: id.Login}
}

// Name is what the login is called, "" for the usual words.
func (p *Provider) Name() string { return p.conf.Name }

// Check asks the provider for its addresses, for "brevstemme doctor".
func (p *Provider) Check(ctx context.Context) error {
	_, err := p.discover(ctx)
	return err
}

// Attempt is a login under way: kept on the server, opened by State alone, once.
type Attempt struct {
	State, Nonce, Verifier string
	Next                   string    // where the person wanted to go
	Began                  time.Time // UTC
}

// Begin gives the address at the provider to send the browser to, and what is
// to be kept until it comes back. shared is a browser that several people use:
// the provider is to ask who it is, even when it knows somebody there.
func (p *Provider) Begin(ctx context.Context, next string, shared bool) (string, Attempt, error) {
	f, err := p.discover(ctx)
	if err != nil {
		return "", Attempt{}, err
	}
	a := Attempt{State: secret(), Nonce: secret(), Verifier: oauth2.GenerateVerifier(), Next: next, Began: p.now().UTC()}
	options := []oauth2.AuthCodeOption{oauth2.S256ChallengeOption(a.Verifier), oidc.Nonce(a.Nonce)}
	prompt := p.conf.Prompt
	if shared {
		prompt = "login"
	}
	if prompt != "" {
		options = append(options, oauth2.SetAuthURLParam("prompt", prompt))
	}
	return f.oauth.AuthCodeURL(a.State, options...), a, nil
}

// secret is 256 bits that nobody guesses.
func secret() string {
	var raw [32]byte
	_, _ = rand.Read(raw[:])
	return base64.RawURLEncoding.EncodeToString(raw[:])
}

// Finish reads what the browser brought back and trades the code for the
// identity. Every check that RFC 6749, OpenID Connect Core 3.1.3.7 and RFC 9207
// want is made here or in go-oidc: state, issuer, audience, authorized party,
// signature by an asymmetric key of the provider, time, nonce, access token.
func (p *Provider) Finish(ctx context.Context, a Attempt, answer url.Values) (Identity, error) {
	if a.State == "" || subtle.ConstantTimeCompare([]byte(a.State), []byte(answer.Get("state"))) != 1 {
		return Identity{}, errState
	}
	if p.now().Sub(a.Began) > stayAtMost {
		return Identity{}, errExpired
	}
	if iss := answer.Get("iss"); iss != "" && iss != p.conf.Issuer {
		return Identity{}, errToken.Because(errors.New("signon: the answer is from another issuer"))
	}
	if what := answer.Get("error"); what != "" {
		return Identity{}, refused(what)
	}
	f, err := p.discover(ctx)
	if err != nil {
		return Identity{}, err
	}
	ctx = oidc.ClientContext(ctx, p.client)
	token, err := f.oauth.Exchange(ctx, answer.Get("code"), oauth2.VerifierOption(a.Verifier))
	if err != nil {
		var said *oauth2.RetrieveError
		if errors.As(err, &said) && said.Response != nil && said.Response.StatusCode < 500 {
			return Identity{}, errToken.Because(errors.New("signon: the code is not taken: " + said.ErrorCode)) // the rest may name people
		}
		return Identity{}, errAway.Because(err)
	}
	raw, _ := token.Extra("id_token").(string)
	return f.verify(ctx, p.conf, a, raw, token.AccessToken)
}

// refused is what the provider's own refusal means.
func refused(what string) error {
	switch what {
	case "temporarily_unavailable", "server_error":
		return errAway.Because(errors.New("signon: the provider says " + what))
	case "access_denied", "login_required", "interaction_required", "consent_required", "account_selection_required":
		return errDenied
	}
	return errToken.Because(errors.New("signon: the provider refuses the request"))
}

func (f *found) verify(ctx context.Context, c Config, a Attempt, raw, access string) (Identity, error) {
	token, err := f.verifier.Verify(ctx, raw)
	if err != nil {
		var late *oidc.TokenExpiredError
		if errors.As(err, &late) {
			return Identity{}, errExpired.Because(err)
		}
		return Identity{}, errToken.Because(err)
	}
	if subtle.ConstantTimeCompare([]byte(token.Nonce), []byte(a.Nonce)) != 1 {
		return Identity{}, errToken.Because(errors.New("signon: the token has another nonce"))
	}
	if token.AccessTokenHash != "" {
		if err := token.VerifyAccessToken(access); err != nil {
			return Identity{}, errToken.Because(err)
		}
	}
	claims := map[string]any{}
	if err := token.Claims(&claims); err != nil {
		return Identity{}, errToken.Because(err)
	}
	if azp := text(claims, "azp"); azp != "" && azp != c.ClientID || azp == "" && len(slices.Compact(slices.Sorted(slices.Values(token.Audience)))) > 1 {
		return Identity{}, errToken.Because(errors.New("signon: the token was made for another party"))
	}
	if token.Subject == "" || len(token.Subject) > 255 {
		return Identity{}, errToken.Because(errors.New("signon: the token names no subject"))
	}
	return identity(c, token.Issuer, token.Subject, claims, raw), nil
}

// End is where the browser ends the login at the provider as well, coming back
// to the address back of ours; "" when the provider has no such page.
func (p *Provider) End(ctx context.Context, idToken, back string) string {
	f, err := p.discover(ctx)
	if err != nil || f.end == "" {
		return ""
	}
	u, err := url.Parse(f.end)
	if err != nil {
		return ""
	}
	q := u.Query()
	q.Set("client_id", p.conf.ClientID)
	q.Set("post_logout_redirect_uri", p.conf.BaseURL+back)
	if idToken != "" {
		q.Set("id_token_hint", idToken)
	}
	u.RawQuery = q.Encode()
	return u.String()
}

// Trusted tells whether an address may carry a login: https, or this machine.
func Trusted(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil || u.Fragment != "" {
		return false
	}
	switch u.Hostname() {
	case "localhost", "127.0.0.1", "::1":
		return u.Scheme == "http" || u.Scheme == "https"
	}
	return u.Scheme == "https"
}
