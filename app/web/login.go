package web

import (
	"cmp"
	"strings"

	"github.com/brevstemme/brevstemme/app/web/site"
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
	Next   string
	SignOn string // what single sign-on is called, "" when there is none
}

var loginView = site.NewView[*loginPage]("login")

func (s *Server) loginForm(r *site.Request) error {
	if r.Account.LoggedIn() && !r.Account.ByPIN {
		return r.Done("/", "")
	}
	return loginView.Render(r, s.loginPage(r, r.Query("next")))
}

// login checks the password and sends the person on to where they wanted to go.
func (s *Server) login(r *site.Request) error {
	who, err := s.Store.LogIn(r.Context(), r.Field("login"), r.HTTP().PostForm.Get("password"))
	if err != nil {
		return loginView.Again(r, err, s.loginPage(r, r.Field("next")))
	}
	if err := r.LogIn(who, site.ByPassword); err != nil {
		return err
	}
	return r.Done(afterLogin(r.Field("next")), "login.welcome", who.Name)
}

func (s *Server) loginPage(r *site.Request, next string) *loginPage {
	p := &loginPage{Next: next}
	if s.SignOn != nil {
		p.SignOn = cmp.Or(s.SignOn.Name(), r.Text("signon.do"))
	}
	return p
}

// afterLogin is where a login leads: to a page of ours that is none of the login's.
func afterLogin(next string) string {
	if !site.OwnPath(next) || strings.HasPrefix(next, site.LoginPath) {
		return "/"
	}
	return next
}

// logout ends the login, and what it opened for PINs in this browser.
func (s *Server) logout(r *site.Request) error {
	end := s.signOff(r)
	if err := r.CloseBrowser(); err != nil {
		return err
	}
	if err := r.LogOut(); err != nil {
		return err
	}
	if end == "" {
		return r.Done(site.LoginPath, "")
	}
	s.Sessions.Put(r.Context(), sessionEnd, end)
	return r.Done(loggedOutPath, "")
}
