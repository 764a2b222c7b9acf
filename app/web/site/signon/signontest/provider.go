// Package signontest is a small identity provider for tests: discovery, keys,
// authorization, token and logout endpoints on 127.0.0.1, with a browser that
// logs in without asking.
package signontest

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"
)

// Client and Secret are what the provider knows us by.
const (
	Client = "brevstemme"
	Secret = "a-secret-of-the-client"
)

// Provider is the identity provider.
type Provider struct {
	tb     testing.TB
	server *httptest.Server
	mu     sync.Mutex
	key    *rsa.PrivateKey
	kid    string
	codes  map[string]url.Values // code → the request that it answers
	claims map[string]any
	Alg    string // of the tokens' header; "" is RS256
	Down   bool   // answers 503
	NoEnd  bool   // has no page to log out
	Issuer string // what tokens say; "" is its own address
	Tokens int    // how many codes were traded
	Ended  []url.Values
}

// New starts a provider that vouches for a person with the claims.
func New(tb testing.TB, claims map[string]any) *Provider {
	tb.Helper()
	p := &Provider{tb: tb, codes: map[string]url.Values{}, claims: claims}
	p.Rotate()
	mux := http.NewServeMux()
	mux.HandleFunc("/.well-known/openid-configuration", p.discovery)
	mux.HandleFunc("/keys", p.keys)
	mux.HandleFunc("/authorize", p.authorize)
	mux.HandleFunc("/token", p.token)
	mux.HandleFunc("/end", p.end)
	p.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		down := p.Down
		p.mu.Unlock()
		if down {
			http.Error(w, "down", http.StatusServiceUnavailable)
			return
		}
		mux.ServeHTTP(w, r)
	}))
	tb.Cleanup(p.server.Close)
	return p
}

// URL is the provider's address, which is its issuer.
func (p *Provider) URL() string { return p.server.URL }

// Set changes something between two logins.
func (p *Provider) Set(f func(*Provider)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f(p)
}

// Claim changes a claim of the person; nil takes it away.
func (p *Provider) Claim(name string, v any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if v == nil {
		delete(p.claims, name)
		return
	}
	p.claims[name] = v
}

// Rotate makes a new key and forgets the old one.
func (p *Provider) Rotate() {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		p.tb.Fatal(err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.key, p.kid = key, "key-"+random()
}

func random() string {
	var b [12]byte
	_, _ = rand.Read(b[:])
	return base64.RawURLEncoding.EncodeToString(b[:])
}

func (p *Provider) discovery(w http.ResponseWriter, _ *http.Request) {
	d := map[string]any{"issuer": p.URL(), "authorization_endpoint": p.URL() + "/authorize", "token_endpoint": p.URL() + "/token",
		"jwks_uri": p.URL() + "/keys", "id_token_signing_alg_values_supported": []string{"RS256", "none", "HS256"}, "end_session_endpoint": p.URL() + "/end"}
	if p.NoEnd {
		delete(d, "end_session_endpoint")
	}
	answer(w, http.StatusOK, d)
}

func answer(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // the reader may be gone
}

func (p *Provider) keys(w http.ResponseWriter, _ *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	b64 := base64.RawURLEncoding.EncodeToString
	answer(w, http.StatusOK, map[string]any{"keys": []any{map[string]string{"kty": "RSA", "use": "sig", "alg": "RS256", "kid": p.kid,
		"n": b64(p.key.N.Bytes()), "e": b64(big.NewInt(int64(p.key.E)).Bytes())}}})
}

// authorize logs the person in and sends the browser back with a code.
func (p *Provider) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	back, err := url.Parse(q.Get("redirect_uri"))
	if err != nil || q.Get("client_id") != Client || q.Get("response_type") != "code" || q.Get("code_challenge_method") != "S256" || q.Get("state") == "" || q.Get("nonce") == "" {
		http.Error(w, "bad request", http.StatusBadRequest)
		return
	}
	code := random()
	p.mu.Lock()
	p.codes[code] = q
	p.mu.Unlock()
	back.RawQuery = url.Values{"code": {code}, "state": {q.Get("state")}, "iss": {p.URL()}, "session_state": {"0101901234"}}.Encode()
	http.Redirect(w, r, back.String(), http.StatusFound)
}

// token trades a code once, for the client that proves who it is and that it asked.
func (p *Provider) token(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	id, secret, ok := r.BasicAuth()
	if !ok {
		id, secret = r.FormValue("client_id"), r.FormValue("client_secret")
	}
	asked, known := p.codes[r.FormValue("code")]
	delete(p.codes, r.FormValue("code"))
	sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
	if !known || id != Client || secret != Secret || asked.Get("redirect_uri") != r.FormValue("redirect_uri") || asked.Get("code_challenge") != base64.RawURLEncoding.EncodeToString(sum[:]) {
		answer(w, http.StatusBadRequest, map[string]string{"error": "invalid_grant"})
		return
	}
	p.Tokens++
	now := time.Now()
	claims := map[string]any{"iss": p.URL(), "aud": Client, "nonce": asked.Get("nonce"), "iat": now.Unix(), "exp": now.Add(5 * time.Minute).Unix()}
	for k, v := range p.claims {
		claims[k] = v
	}
	answer(w, http.StatusOK, map[string]any{"access_token": random(), "token_type": "Bearer", "expires_in": 300, "id_token": p.sign(claims)})
}

// sign makes a token as Alg says: rightly, without a signature, or with the
// public client secret as key.
func (p *Provider) sign(claims map[string]any) string {
	alg := p.Alg
	if alg == "" {
		alg = "RS256"
	}
	b64 := base64.RawURLEncoding.EncodeToString
	head, _ := json.Marshal(map[string]string{"alg": alg, "kid": p.kid, "typ": "JWT"})
	body, err := json.Marshal(claims)
	if err != nil {
		p.tb.Error(err)
	}
	signed := b64(head) + "." + b64(body)
	if alg == "none" {
		return signed + "."
	}
	sum := sha256.Sum256([]byte(signed))
	sig, err := rsa.SignPKCS1v15(rand.Reader, p.key, crypto.SHA256, sum[:])
	if err != nil {
		p.tb.Error(err)
	}
	return signed + "." + b64(sig)
}

// end notes a logout and sends the browser back.
func (p *Provider) end(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	p.Ended = append(p.Ended, r.URL.Query())
	p.mu.Unlock()
	http.Redirect(w, r, r.URL.Query().Get("post_logout_redirect_uri"), http.StatusFound)
}
