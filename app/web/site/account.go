package site

import (
	"context"
	"net/http"
	"slices"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/store/persons"
)

// Account is who is logged in, as far as pages need it. The zero Account is nobody.
type Account struct {
	ID       string // what the session holds: the login
	Person   string // person id, the actor of every act
	Name     string
	Roles    []models.Role
	Places   []string // ids of the places given to the account; empty for those who see all
	Epoch    string   // changes with every secret and right: a session of another one has ended
	Whole    []models.Role
	Anywhere bool // acts at all places, whatever the roles say
	ByPIN    bool // opened by PIN at a shared PC: Roles and Places are the desk's, Whole is all there is
}

// LoggedIn tells whether there is anybody.
func (a Account) LoggedIn() bool { return a.ID != "" }

// Is tells whether the account has one of the roles.
func (a Account) Is(roles ...models.Role) bool {
	return slices.ContainsFunc(a.Roles, func(r models.Role) bool { return slices.Contains(roles, r) })
}

// AccountFunc loads an account by the id in the session. It returns CodeNotFound
// when the account is gone or blocked: the session then ends.
type AccountFunc func(ctx context.Context, id string) (Account, error)

// Session keys.
const (
	sessionAccount = "account"
	sessionEpoch   = "epoch"
	sessionBy      = "by"
	sessionPlaces  = "places" // of a session opened by PIN
	sessionIDToken = "id_token"
	sessionFlash   = "flash"
)

// Way is how somebody came in.
type Way string

// The ways. A PIN opens the desk alone, and only in a browser that one of the
// others has opened; see opened.go.
const (
	ByPassword Way = "password"
	BySignOn   Way = "signon"
	ByPIN      Way = "pin"
)

// LogIn starts a session for an account. The token is renewed, so that a token
// planted before the login is worthless after it; what the session held before
// is gone.
func (r *Request) LogIn(who persons.Login, by Way) error { return r.logIn(who, by, "") }

// SignOn is LogIn for somebody who comes from the identity provider. Its token is
// kept on the server until they log out there as well.
func (r *Request) SignOn(who persons.Login, idToken string) error {
	if err := r.logIn(who, BySignOn, idToken); err != nil {
		return err
	}
	r.Server.Sessions.Put(r.Context(), sessionIDToken, idToken)
	return nil
}

// IDToken is the provider's token of this login, or of the one that opened this
// browser: "" when neither came from there.
func (r *Request) IDToken() string {
	if t := r.Server.Sessions.GetString(r.Context(), sessionIDToken); t != "" {
		return t
	}
	if o, ok := r.Opened(); ok {
		return r.Server.opened.GetString(o.ctx, sessionIDToken)
	}
	return ""
}

func (r *Request) logIn(who persons.Login, by Way, idToken string) error {
	mark, opened := r.Opened()
	if by == ByPIN && !opened {
		return models.E(models.CodeForbidden, "desk.not_opened")
	}
	if err := r.Server.Sessions.Clear(r.Context()); err != nil {
		return err
	}
	if err := r.Server.Sessions.RenewToken(r.Context()); err != nil {
		return err
	}
	r.Server.begin(r.Context(), accountOf(who), by)
	if by == ByPIN {
		r.Server.Sessions.Put(r.Context(), sessionPlaces, joinPlaces(mark.Places))
		return nil
	}
	return r.openBrowser(accountOf(who), idToken)
}

// begin fills a session.
func (s *Server) begin(ctx context.Context, a Account, by Way) {
	s.Sessions.Put(ctx, sessionAccount, a.ID)
	s.Sessions.Put(ctx, sessionEpoch, a.Epoch)
	s.Sessions.Put(ctx, sessionBy, string(by))
}

// StayIn keeps the session of somebody who has changed their own secret or
// rights; all their other sessions have ended.
func (r *Request) StayIn(who persons.Login) error {
	if err := r.Server.Sessions.RenewToken(r.Context()); err != nil {
		return err
	}
	r.Server.Sessions.Put(r.Context(), sessionEpoch, who.Epoch)
	return nil
}

// LogOut ends the session and destroys its data. The browser stays opened for
// PINs; see CloseBrowser.
func (r *Request) LogOut() error { return r.Server.Sessions.Destroy(r.Context()) }

// loadAccount finds out who asks.
func (r *Request) loadAccount() error {
	if r.bare {
		return nil
	}
	kept := r.Server.Sessions
	id := kept.GetString(r.Context(), sessionAccount)
	if id == "" {
		return nil
	}
	a, err := r.Server.Account(r.Context(), id)
	if models.CodeOf(err) == models.CodeNotFound {
		return r.LogOut()
	}
	if err == nil && kept.GetString(r.Context(), sessionEpoch) != a.Epoch {
		if err := r.LogOut(); err != nil {
			return err
		}
		r.Flash("info", r.Text("login.ended"))
		return nil
	}
	if Way(kept.GetString(r.Context(), sessionBy)) == ByPIN {
		a = a.atDesk(splitPlaces(kept.GetString(r.Context(), sessionPlaces)))
	}
	r.Account = a
	return err
}

// atDesk is what an account may do behind a PIN: what a receiver may, at the
// places of the browser (nil is all of them) that are the account's own too.
func (a Account) atDesk(browser []string) Account {
	a.ByPIN, a.Whole, a.Roles = true, a.Roles, nil
	if !(Account{Roles: a.Whole}).Is(Desk...) {
		a.Places = nil
		return a
	}
	a.Roles = []models.Role{models.RoleReceiver}
	everywhere := len(a.Places) == 0 && slices.Contains(a.Whole, models.RoleCoordinator)
	switch {
	case everywhere:
		a.Places, a.Anywhere = browser, browser == nil
	case browser != nil:
		a.Places = slices.DeleteFunc(slices.Clone(a.Places), func(p string) bool { return !slices.Contains(browser, p) })
	}
	return a
}

// withPassword is what an account opened by PIN may do after a whole login;
// nobody for any other.
func (a Account) withPassword() Account {
	if !a.ByPIN {
		return Account{}
	}
	return Account{ID: a.ID, Roles: a.Whole}
}

// Flash leaves a message for the next page: kind ok, info, warn or bad.
func (r *Request) Flash(kind, text string) {
	r.Server.Sessions.Put(r.Context(), sessionFlash, kind+":"+text)
}

func (r *Request) takeFlash() *Flash {
	if r.bare || !r.Server.Sessions.Exists(r.Context(), sessionFlash) {
		return nil
	}
	s := r.Server.Sessions.PopString(r.Context(), sessionFlash)
	for i := range len(s) {
		if s[i] == ':' {
			return &Flash{Kind: s[:i], Text: s[i+1:]}
		}
	}
	return nil
}

// SessionFor makes a session for an account and returns its cookie, as a login
// by password would: for tests, which then need no password.
func (s *Server) SessionFor(ctx context.Context, accountID string) (*http.Cookie, error) {
	a, err := s.Account(ctx, accountID)
	if err != nil {
		return nil, err
	}
	ctx, err = s.Sessions.Load(ctx, "")
	if err != nil {
		return nil, err
	}
	s.begin(ctx, a, ByPassword)
	token, _, err := s.Sessions.Commit(ctx)
	if err != nil {
		return nil, err
	}
	return &http.Cookie{Name: s.Sessions.Cookie.Name, Value: token, Path: "/", Secure: s.Secure, HttpOnly: true, SameSite: http.SameSiteLaxMode}, nil
}
