package web

import (
	"strings"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models/language"
)

func (s *Server) loginRoutes() []site.Route {
	return []site.Route{
		site.Get("/", site.Public, s.home).InMenu("nav.home"),
		site.Get(site.LoginPath, site.Public, s.loginForm),
		site.Post(site.LoginPath, site.Public, s.login).Limit("login"),
		site.Post("/log-ud", site.LoggedIn, s.logout),
	}
}

type loginPage struct {
	site.Chrome
	Next string
}

var loginView = site.NewView[*loginPage]("login")

func (s *Server) loginForm(r *site.Request) error {
	if r.Account.LoggedIn() && !r.Account.ByPIN {
		return r.Done("/", "")
	}
	return loginView.Render(r, &loginPage{Next: r.Query("next")})
}

// login checks the password and sends the person on to where they wanted to go.
func (s *Server) login(r *site.Request) error {
	who, err := s.Store.LogIn(r.Context(), r.Field("login"), r.HTTP().PostForm.Get("password"))
	if err != nil {
		return loginView.Again(r, err, &loginPage{Next: r.Field("next")})
	}
	if err := r.LogIn(who, site.ByPassword); err != nil {
		return err
	}
	next := r.Field("next")
	if !site.OwnPath(next) || strings.HasPrefix(next, site.LoginPath) {
		next = "/"
	}
	r.Lang = language.Parse(who.Lang)
	return r.Done(next, "login.welcome", who.Name)
}

// logout ends the login, and what it opened for PINs in this browser.
func (s *Server) logout(r *site.Request) error {
	if err := r.CloseBrowser(); err != nil {
		return err
	}
	if err := r.LogOut(); err != nil {
		return err
	}
	return r.Done(site.LoginPath, "")
}
