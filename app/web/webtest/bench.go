package webtest

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/alexedwards/scs/v2/memstore"

	"github.com/brevstemme/brevstemme/app/web"
	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
)

// Bench is the whole site without a database, with a log that can be read.
type Bench struct {
	*web.Server
	Log Log
}

// NewBench makes a bench on which whoever logs in as "administrator" etc. has that
// role. Routes of the test's own stand beside those of the site.
func NewBench(t testing.TB, extra ...site.Route) *Bench {
	t.Helper()
	return NewBenchWith(t, func(*site.Config) {}, extra...)
}

// NewBenchWith is NewBench with other settings.
func NewBenchWith(t testing.TB, set func(*site.Config), extra ...site.Route) *Bench {
	t.Helper()
	b := &Bench{}
	c := site.Config{
		Log:      slog.New(slog.NewJSONHandler(&b.Log, nil)),
		Sessions: memstore.NewWithCleanupInterval(0),
		Account: func(_ context.Context, id string) (site.Account, error) {
			if !models.Role(id).Valid() {
				return site.Account{}, &models.Error{Code: models.CodeNotFound}
			}
			return site.Account{ID: id, Name: "Prøve Person", Roles: []models.Role{models.Role(id)}}, nil
		},
		BodyLimit: 4 << 10,
	}
	set(&c)
	s, err := site.New(c, func(s *site.Server) []site.Route { return append(web.Routes(s), extra...) })
	if err != nil {
		t.Fatal(err)
	}
	b.Server = web.At(s)
	return b
}

// Client is a browser on a bench and the address of the bench, without a slash at
// the end; as is who is logged in, "" for nobody. It follows no redirect.
func Client(t testing.TB, b *Bench, as models.Role) (*http.Client, string) {
	t.Helper()
	srv := httptest.NewServer(b)
	t.Cleanup(srv.Close)
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	c := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	if as != "" {
		u, _ := url.Parse(srv.URL)
		cookie, err := b.SessionFor(context.Background(), string(as))
		if err != nil {
			t.Fatal(err)
		}
		jar.SetCookies(u, []*http.Cookie{cookie})
	}
	return c, srv.URL
}

// Read takes what http.Client.Do gave, and reads the body.
func Read(t testing.TB, res *http.Response, err error) (*http.Response, string) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(body)
}
