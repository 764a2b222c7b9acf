package web_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/app/web/webtest"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/store/persons"
)

func TestRateLimitAnswers429(t *testing.T) {
	b := webtest.NewBench(t, site.Get("/limited", site.Public, func(r *site.Request) error { return r.JSON(200, 1) }).Limit("login"))
	c, base := webtest.Client(t, b, "")
	last := 0
	for range site.Buckets["login"].Burst + 1 {
		res, err := c.Get(base + "/limited")
		res, _ = webtest.Read(t, res, err)
		last = res.StatusCode
	}
	if last != http.StatusTooManyRequests {
		t.Errorf("%d", last)
	}
}

func TestLoginRenewsTheToken(t *testing.T) {
	b := webtest.NewBench(t,
		site.Post("/in", site.Public, func(r *site.Request) error {
			if err := r.LogIn(persons.Login{Login: string(models.RoleAdministrator)}, site.ByPassword); err != nil {
				return err
			}
			return r.Done("/design", "")
		}),
		site.Post("/out", site.LoggedIn, func(r *site.Request) error {
			if err := r.LogOut(); err != nil {
				return err
			}
			return r.Done("/", "")
		}))
	c, base := webtest.Client(t, b, models.RoleReceiver)
	token := func(res *http.Response) string {
		for _, k := range res.Cookies() {
			if k.Name == b.Sessions.Cookie.Name {
				if !k.HttpOnly || k.SameSite != http.SameSiteLaxMode {
					t.Errorf("cookie %v", k)
				}
				return k.Value
			}
		}
		return ""
	}
	send := func(path string) *http.Response {
		res, err := c.PostForm(base+path, map[string][]string{site.KeyField: {"12345678"}})
		res, _ = webtest.Read(t, res, err)
		return res
	}
	in := send("/in")
	if token(in) == "" {
		t.Fatal("no new token at login")
	}
	res, err := c.Get(base + "/design")
	if res, _ = webtest.Read(t, res, err); res.StatusCode != 200 {
		t.Fatalf("after login: %d", res.StatusCode)
	}
	send("/out")
	req, _ := http.NewRequest(site.GET, base+"/design", nil)
	req.AddCookie(&http.Cookie{Name: b.Sessions.Cookie.Name, Value: token(in)})
	res, err = http.DefaultTransport.RoundTrip(req)
	if res, _ = webtest.Read(t, res, err); !sentToLogin(res) {
		t.Errorf("the old token lives: %d", res.StatusCode)
	}
}

// sentToLogin tells whether a page was refused because nobody is logged in.
func sentToLogin(res *http.Response) bool {
	return res.StatusCode == http.StatusSeeOther && strings.HasPrefix(res.Header.Get("Location"), site.LoginPath+"?next=")
}

func TestABlockedAccountLosesItsSession(t *testing.T) {
	closed := false
	b := webtest.NewBenchWith(t, func(c *site.Config) {
		account := c.Account
		c.Account = func(ctx context.Context, id string) (site.Account, error) {
			if closed {
				return site.Account{}, models.E(models.CodeNotFound, "")
			}
			return account(ctx, id)
		}
	})
	c, base := webtest.Client(t, b, models.RoleAdministrator)
	res, err := c.Get(base + "/design")
	if res, _ = webtest.Read(t, res, err); res.StatusCode != http.StatusOK {
		t.Fatalf("before: %d", res.StatusCode)
	}
	closed = true
	res, err = c.Get(base + "/design")
	if res, _ = webtest.Read(t, res, err); !sentToLogin(res) {
		t.Errorf("%d", res.StatusCode)
	}
}

func TestReadyz(t *testing.T) {
	b := webtest.NewBench(t)
	failing := errors.New("password=secret host=db")
	b.Checks = map[string]site.CheckFunc{"fine": func(context.Context) error { return nil }, "database": func(context.Context) error { return failing }}
	c, base := webtest.Client(t, b, "")
	res, err := c.Get(base + "/readyz")
	res, body := webtest.Read(t, res, err)
	if res.StatusCode != 503 || body != `{"ready":false,"checks":{"database":false,"fine":true}}` {
		t.Errorf("%d %s", res.StatusCode, body)
	}
	failing = nil
	res, err = c.Get(base + "/readyz")
	if res, _ = webtest.Read(t, res, err); res.StatusCode != 200 {
		t.Errorf("%d", res.StatusCode)
	}
	if err := b.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	res, err = c.Get(base + "/readyz")
	if res, _ = webtest.Read(t, res, err); res.StatusCode != 503 {
		t.Errorf("while draining: %d", res.StatusCode)
	}
}

// Shutdown waits for what was accepted, and ends event streams.
func TestShutdownDrains(t *testing.T) {
	entered, leave := make(chan struct{}), make(chan struct{})
	b := webtest.NewBench(t,
		site.Get("/slow", site.Public, func(r *site.Request) error {
			close(entered)
			<-leave
			return r.JSON(200, "done")
		}),
		site.Get("/events", site.Public, func(r *site.Request) error {
			return r.Stream(func(ctx context.Context, e *site.Events) error {
				if err := e.Send("count", map[string]int{"n": 41}); err != nil {
					return err
				}
				<-ctx.Done()
				return ctx.Err()
			})
		}))
	c, base := webtest.Client(t, b, "")
	events, err := c.Get(base + "/events")
	if err != nil {
		t.Fatal(err)
	}
	defer events.Body.Close()
	lines := bufio.NewReader(events.Body)
	first, err := lines.ReadString('\n')
	if err != nil || first != "event: count\n" {
		t.Fatalf("%q %v", first, err)
	}
	answer := make(chan string, 1)
	go func() {
		res, err := c.Get(base + "/slow")
		if err != nil {
			answer <- err.Error()
			return
		}
		defer res.Body.Close()
		body, _ := io.ReadAll(res.Body)
		answer <- string(body)
	}()
	<-entered
	short, cancel := context.WithCancel(t.Context())
	cancel()
	if err := b.Shutdown(short); !errors.Is(err, context.Canceled) {
		t.Errorf("Shutdown did not wait: %v", err)
	}
	close(leave)
	if err := b.Shutdown(t.Context()); err != nil {
		t.Errorf("Shutdown: %v", err)
	}
	if got := <-answer; got != `"done"` {
		t.Errorf("the accepted request got %q", got)
	}
	if rest, err := io.ReadAll(lines); err != nil || !strings.Contains(string(rest), `data: {"n":41}`) {
		t.Errorf("the stream did not end well: %q %v", rest, err)
	}
}

func TestMetricsCount(t *testing.T) {
	b := webtest.NewBench(t)
	c, base := webtest.Client(t, b, "")
	res, err := c.Post(base+"/csp", "application/csp-report", strings.NewReader(`{"csp-report":{"document-uri":"https://x/?cpr=0101901234"}}`))
	if res, _ = webtest.Read(t, res, err); res.StatusCode != http.StatusNoContent {
		t.Errorf("%d", res.StatusCode)
	}
	res, err = c.Get(base + "/metrics")
	_, body := webtest.Read(t, res, err)
	for _, want := range []string{"brevstemme_csp_reports_total 1", `brevstemme_http_requests_total{method="POST",route="/csp",status="204"} 1`} {
		if !strings.Contains(body, want) {
			t.Errorf("no %s", want)
		}
	}
}

// The metrics are for those who show the token; without one for this machine, and
// not through a proxy on it.
func TestMetricsAreNotForEverybody(t *testing.T) {
	const token = "a-token-of-24-characters"
	for _, x := range []struct {
		what, token, base string
		header            [2]string
		from              string
		status            int
	}{
		{"here", "", "", [2]string{}, "127.0.0.1:5", 200},
		{"here, IPv6", "", "http://localhost:8080", [2]string{}, "[::1]:5", 200},
		{"elsewhere", "", "", [2]string{}, "192.0.2.1:5", 403},
		{"a proxy here that says so", "", "", [2]string{"X-Forwarded-For", "127.0.0.1"}, "127.0.0.1:5", 403},
		{"a proxy here that does not", "", "https://brevstemme.example.dk", [2]string{}, "127.0.0.1:5", 403},
		{"no token", token, "", [2]string{}, "127.0.0.1:5", 401},
		{"wrong token", token, "", [2]string{"Authorization", "Bearer " + token + "x"}, "192.0.2.1:5", 401},
		{"as a password", token, "", [2]string{"Authorization", "Basic " + token}, "192.0.2.1:5", 401},
		{"token", token, "https://brevstemme.example.dk", [2]string{"Authorization", "bearer " + token}, "192.0.2.1:5", 200},
	} {
		b := webtest.NewBenchWith(t, func(c *site.Config) { c.MetricsToken, c.BaseURL = x.token, x.base })
		req := httptest.NewRequest(site.GET, "/metrics", nil)
		req.RemoteAddr = x.from
		if x.header[0] != "" {
			req.Header.Set(x.header[0], x.header[1])
		}
		w := httptest.NewRecorder()
		b.ServeHTTP(w, req)
		if w.Code != x.status || strings.Contains(w.Body.String(), "brevstemme_csp") != (x.status == 200) || strings.Contains(w.Body.String(), token) {
			t.Errorf("%s: %d %.200s", x.what, w.Code, w.Body)
		}
	}
}

func TestForwardedAddressCountsOnlyFromTrustedProxies(t *testing.T) {
	b := webtest.NewBench(t, site.Get("/who", site.Public, func(r *site.Request) error { return r.JSON(200, r.Gin.ClientIP()) }))
	c, base := webtest.Client(t, b, "")
	req, _ := http.NewRequest(site.GET, base+"/who", nil)
	req.Header.Set("X-Forwarded-For", "6.6.6.6")
	res, err := c.Do(req)
	if _, body := webtest.Read(t, res, err); body != `"127.0.0.1"` {
		t.Errorf("%s", body)
	}
}

// Law 1: whatever separators and field, a number that looks like a CPR number
// is refused and neither answered back nor logged.
func TestNoCPRNumberPasses(t *testing.T) {
	stored := 0
	b := webtest.NewBench(t, site.Post("/echo", site.Public, func(r *site.Request) error { stored++; return r.Done("/", "") }))
	c, base := webtest.Client(t, b, "")
	for day := 1; day <= 31; day += 3 {
		for _, sep := range []string{"", "-", " ", " - ", "/"} {
			n := fmt.Sprintf("%02d%02d90%s%04d", day, day%12+1, sep, 1000+day)
			res, err := c.PostForm(base+"/echo", map[string][]string{site.KeyField: {"12345678"}, "remark": {"se " + n + "."}})
			res, body := webtest.Read(t, res, err)
			if res.StatusCode != 422 || strings.Contains(body, n) || strings.Contains(b.Log.String(), n) {
				t.Errorf("%s: %d", n, res.StatusCode)
			}
		}
	}
	if stored != 0 {
		t.Errorf("%d reached the handler", stored)
	}
}

// awayStore is a session store whose database is gone.
type awayStore struct{}

func (awayStore) Find(string) ([]byte, bool, error) { return nil, false, io.ErrClosedPipe }

func (awayStore) Commit(string, []byte, time.Time) error { return io.ErrClosedPipe }

func (awayStore) Delete(string) error { return io.ErrClosedPipe }

// With the session store away the page says so, and the probes still answer.
func TestSessionStoreAway(t *testing.T) {
	b := webtest.NewBench(t)
	c, base := webtest.Client(t, b, models.RoleAdministrator)
	b.Sessions.Store = awayStore{}
	for path, status := range map[string]int{"/design": 503, "/livez": 200, "/readyz": 200, "/assets/app.js": 200} {
		res, err := c.Get(base + path)
		res, body := webtest.Read(t, res, err)
		if res.StatusCode != status || strings.Contains(body, "closed pipe") {
			t.Errorf("%s: %d %.100s", path, res.StatusCode, body)
		}
	}
}
