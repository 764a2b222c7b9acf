package e2e_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/alexedwards/scs/v2/memstore"

	"github.com/brevstemme/brevstemme/app/e2e"
	"github.com/brevstemme/brevstemme/app/web"
	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/store"
	"github.com/brevstemme/brevstemme/models/store/pgtest"
)

// designServer is the program without a database: enough for the design pages.
func designServer(t *testing.T) (*web.Server, string) {
	t.Helper()
	s, err := web.New(site.Config{
		Log:      slog.New(slog.DiscardHandler),
		Sessions: memstore.NewWithCleanupInterval(0),
		Account: func(_ context.Context, id string) (site.Account, error) {
			return site.Account{ID: id, Name: "Karen Holm", Roles: []models.Role{models.Role(id)}}, nil
		},
		Setting: func(context.Context, site.Account) (site.Setting, error) {
			return site.Setting{Municipality: "Aarhus Kommune", Elections: []site.Stripe{{Name: "Kommunalvalg og regionsrådsvalg 18. november 2025", Hue: 1}, {Name: "Ældrerådsvalg 18. november 2025", Hue: 2}}, Practice: true,
				Contact: "Borgerservice, valg: 89 40 22 22", DeclaredAt: "https://www.was.digst.dk/brevstemme-example-dk"}, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(s)
	t.Cleanup(srv.Close)
	return s, srv.URL
}

func TestWalkTheDesignPages(t *testing.T) {
	s, base := designServer(t)
	var routes []site.Route
	for _, r := range web.Routes(nil) {
		if strings.HasPrefix(r.Path, "/design") || r.Path == "/livez" {
			routes = append(routes, r)
		}
	}
	e2e.WalkEveryPage(t, e2e.Target{
		Base: base, Routes: routes,
		Roles: []models.Role{"", models.RoleReceiver, models.RoleAdministrator},
		LogIn: func(t testing.TB, role models.Role) []*http.Cookie {
			c, err := s.SessionFor(context.Background(), string(role))
			if err != nil {
				t.Fatal(err)
			}
			return []*http.Cookie{c}
		},
	})
}

// The whole table on a municipality's first day: nothing is there yet, and
// every page must say so well. Accounts are made up, the database is real.
func TestWalkTheFirstDay(t *testing.T) {
	st, err := store.Open(t.Context(), store.Config{DSN: pgtest.DB(t).AppDSN})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := st.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	s, err := web.New(site.Config{
		Log: slog.New(slog.DiscardHandler), Store: st, Municipality: "0751",
		Account: func(_ context.Context, id string) (site.Account, error) {
			return site.Account{ID: id, Person: id, Name: "Karen Holm", Roles: []models.Role{models.Role(id)}}, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	srv := httptest.NewServer(s)
	t.Cleanup(srv.Close)
	var routes []site.Route
	for _, r := range web.Routes(nil) {
		if !strings.HasPrefix(r.Path, "/design") {
			routes = append(routes, r)
		}
	}
	e2e.WalkEveryPage(t, e2e.Target{
		Base: srv.URL, Routes: routes, Empty: true,
		Roles: append([]models.Role{""}, models.Roles...),
		LogIn: func(t testing.TB, role models.Role) []*http.Cookie {
			c, err := s.SessionFor(context.Background(), string(role))
			if err != nil {
				t.Fatal(err)
			}
			return []*http.Cookie{c}
		},
	})
}
