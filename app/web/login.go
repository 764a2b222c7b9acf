package web

import (
	"strings"

	"github.com/brevstemme/brevstemme/models/language"
)

func (s *Server) loginRoutes() []Route {
	return []Route{
		get("/", public, s.home).nav("nav.home"),
		get(loginPath, public, s.loginForm),
		post(loginPath, public, s.login).limit("login"),
		post("/log-ud", loggedIn, s.logout),
	}
}

type loginPage struct {
	Chrome
	Next string
}

var loginView = newView[*loginPage]("login")

func (s *Server) loginForm(r *Request) error {
	if r.Account.LoggedIn() {
		return r.done("/", "")
	}
	return loginView.render(r, &loginPage{Next: r.Query("next")})
}

// login checks the password and sends the person on to where they wanted to go.
func (s *Server) login(r *Request) error {
	who, err := s.store.LogIn(r.Context(), r.Field("login"), r.http().PostForm.Get("password"))
	if err != nil {
		return loginView.again(r, err, &loginPage{Next: r.Field("next")})
	}
	if err := r.logIn(who.Login); err != nil {
		return err
	}
	next := r.Field("next")
	if !ownPath(next) || strings.HasPrefix(next, loginPath) {
		next = "/"
	}
	r.Lang = language.Parse(who.Lang)
	return r.done(next, "login.welcome", who.Name)
}

func (s *Server) logout(r *Request) error {
	if err := r.logOut(); err != nil {
		return err
	}
	return r.done(loginPath, "")
}
