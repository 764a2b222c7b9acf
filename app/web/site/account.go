package site

import (
	"context"
	"net/http"
	"slices"

	"github.com/brevstemme/brevstemme/models"
)

// Account is who is logged in, as far as pages need it. The zero Account is nobody.
type Account struct {
	ID     string // what the session holds: the login
	Person string // person id, the actor of every act
	Name   string
	Roles  []models.Role
	Places []string // ids of the places given to the account; empty for those who see all
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

// Session keys. The session holds the account's id and the flash, nothing else.
const (
	sessionAccount = "account"
	sessionFlash   = "flash"
)

// LogIn starts a session for an account. The token is renewed, so that a token
// planted before the login is worthless after it.
func (r *Request) LogIn(id string) error {
	if err := r.Server.Sessions.RenewToken(r.Context()); err != nil {
		return err
	}
	r.Server.Sessions.Put(r.Context(), sessionAccount, id)
	return nil
}

// LogOut ends the session and destroys its data.
func (r *Request) LogOut() error { return r.Server.Sessions.Destroy(r.Context()) }

// loadAccount finds out who asks.
func (r *Request) loadAccount() error {
	if r.bare {
		return nil
	}
	id := r.Server.Sessions.GetString(r.Context(), sessionAccount)
	if id == "" {
		return nil
	}
	a, err := r.Server.Account(r.Context(), id)
	if models.CodeOf(err) == models.CodeNotFound {
		return r.LogOut()
	}
	r.Account = a
	return err
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
// would: for tests, which then need no password.
func (s *Server) SessionFor(ctx context.Context, accountID string) (*http.Cookie, error) {
	ctx, err := s.Sessions.Load(ctx, "")
	if err != nil {
		return nil, err
	}
	s.Sessions.Put(ctx, sessionAccount, accountID)
	token, _, err := s.Sessions.Commit(ctx)
	if err != nil {
		return nil, err
	}
	return &http.Cookie{Name: s.Sessions.Cookie.Name, Value: token, Path: "/", Secure: s.Secure, HttpOnly: true, SameSite: http.SameSiteLaxMode}, nil
}
