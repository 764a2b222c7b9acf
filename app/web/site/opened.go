package site

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/store/persons"
)

// A PIN is four digits: enough between colleagues at a PC that one of them has
// opened, and nothing against the rest of the world. So a browser is marked when
// somebody with a desk's rights logs in there by password or single sign-on. The
// mark is a session of its own, kept by the server under a cookie of its own. It
// outlives the login and the browser (a PC that loses power opens quickly
// again), ends with the day, with 14 hours, with "log out" and with wrong PINs,
// and opens nothing by itself.

// openedFor bounds the mark, openedTries the wrong PINs in one browser.
const (
	openedFor   = 14 * time.Hour
	openedTries = 8
)

// Keys of a mark.
const (
	openedDay    = "day"
	openedPlaces = "places"
	openedWrong  = "wrong"
)

// Opening is what a marked browser may be opened for by PIN.
type Opening struct {
	Places []string // nil is all
	token  string
	ctx    context.Context
}

// newOpened keeps marks beside the sessions.
func newOpened(c Config) *scs.SessionManager {
	m := scs.New()
	if m.Store = c.Marks; m.Store == nil {
		m.Store = c.Sessions
	}
	m.HashTokenInStore = true
	m.Lifetime = openedFor
	m.Cookie.Name, m.Cookie.Secure = "brevstemme_opened", c.Secure
	if c.Secure {
		m.Cookie.Name = "__Host-brevstemme_opened"
	}
	m.Cookie.HttpOnly, m.Cookie.SameSite, m.Cookie.Path = true, http.SameSiteStrictMode, "/"
	m.Cookie.Persist = true
	return m
}

// Opened tells whether this browser was opened today, and for which places.
func (r *Request) Opened() (Opening, bool) {
	c, err := r.HTTP().Cookie(r.Server.opened.Cookie.Name)
	if err != nil || r.bare {
		return Opening{}, false
	}
	ctx, err := r.Server.opened.Load(r.Context(), c.Value)
	if err != nil || r.Server.opened.GetString(ctx, openedDay) != r.Server.today() {
		return Opening{}, false
	}
	return Opening{Places: splitPlaces(r.Server.opened.GetString(ctx, openedPlaces)), token: c.Value, ctx: ctx}, true
}

func (s *Server) today() string { return models.DateOf(s.Now()).String() }

// openBrowser marks this browser when the account may work at a desk. Another
// account leaves the mark as it is.
func (r *Request) openBrowser(a Account, idToken string) error {
	if !a.Is(Desk...) {
		return nil
	}
	if err := r.CloseBrowser(); err != nil {
		return err
	}
	ctx, token, until, err := r.Server.mark(r.Context(), a, idToken)
	if err != nil {
		return err
	}
	r.Server.opened.WriteSessionCookie(ctx, r.Writer(), token, until)
	return nil
}

// mark makes a mark for the places of an account.
func (s *Server) mark(ctx context.Context, a Account, idToken string) (context.Context, string, time.Time, error) {
	ctx, err := s.opened.Load(ctx, "")
	if err != nil {
		return ctx, "", time.Time{}, err
	}
	places := a.Places
	if len(places) == 0 {
		places = []string{}
		if a.Is(models.RoleCoordinator) {
			places = nil
		}
	}
	s.opened.Put(ctx, openedDay, s.today())
	s.opened.Put(ctx, openedPlaces, joinPlaces(places))
	if idToken != "" {
		s.opened.Put(ctx, sessionIDToken, idToken)
	}
	token, until, err := s.opened.Commit(ctx)
	return ctx, token, until, err
}

// CloseBrowser takes the mark away: no PIN opens this browser.
func (r *Request) CloseBrowser() error {
	c, err := r.HTTP().Cookie(r.Server.opened.Cookie.Name)
	if err != nil {
		return nil
	}
	ctx, err := r.Server.opened.Load(r.Context(), c.Value)
	if err != nil {
		return err
	}
	if err := r.Server.opened.Destroy(ctx); err != nil {
		return err
	}
	r.Server.opened.WriteSessionCookie(ctx, r.Writer(), "", time.Time{})
	return nil
}

// Refuses says why a person whose PIN was right may not come in here: the key of
// a text, "" when they may.
func (o Opening) Refuses(who persons.Login) string {
	a := accountOf(who).atDesk(o.Places)
	switch {
	case len(a.Roles) == 0:
		return "desk.switch_no_desk"
	case len(a.Places) == 0 && !a.Anywhere:
		return "desk.switch_elsewhere"
	}
	return ""
}

// WrongPIN counts a wrong PIN in this browser, whosever it was: guessing over
// many accounts ends as soon as guessing at one. It tells whether the browser is
// still open.
func (r *Request) WrongPIN(o Opening) (bool, error) {
	kept := r.Server.opened
	n := kept.GetInt(o.ctx, openedWrong) + 1
	if n >= openedTries {
		return false, r.CloseBrowser()
	}
	kept.Put(o.ctx, openedWrong, n)
	_, _, err := kept.Commit(o.ctx)
	return true, err
}

// RightPIN begins the count of wrong ones anew.
func (r *Request) RightPIN(o Opening) error {
	if r.Server.opened.GetInt(o.ctx, openedWrong) == 0 {
		return nil
	}
	r.Server.opened.Put(o.ctx, openedWrong, 0)
	_, _, err := r.Server.opened.Commit(o.ctx)
	return err
}

// everywhere stands for all places in a session.
const everywhere = "*"

func joinPlaces(places []string) string {
	if places == nil {
		return everywhere
	}
	return strings.Join(places, ",")
}

func splitPlaces(s string) []string {
	if s == everywhere {
		return nil
	}
	return strings.FieldsFunc(s, func(c rune) bool { return c == ',' })
}

// OpenedFor marks a browser as a login by password of the account would, and
// returns the cookie: for tests.
func (s *Server) OpenedFor(ctx context.Context, accountID string) (*http.Cookie, error) {
	a, err := s.Account(ctx, accountID)
	if err != nil {
		return nil, err
	}
	_, token, until, err := s.mark(ctx, a, "")
	return &http.Cookie{Name: s.opened.Cookie.Name, Value: token, Path: "/", Expires: until, HttpOnly: true, SameSite: http.SameSiteStrictMode}, err
}
