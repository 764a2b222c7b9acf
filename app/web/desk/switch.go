package desk

import (
	"net/url"
	"strings"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
)

type deskSwitchPage struct {
	site.Chrome
	Next   string
	Opened bool // this browser takes a PIN today
}

var deskSwitchView = site.NewView[*deskSwitchPage]("desk-switch")

// deskSwitchForm is the locked desk: staff card or login, and PIN. It shows
// nothing of the session; who comes back is taken to where the desk was. A
// browser that nobody has opened today wants a password first.
func (s *Server) deskSwitchForm(r *site.Request) error {
	_, opened := r.Opened()
	return deskSwitchView.Render(r, &deskSwitchPage{Next: OwnDesk(r.Query("til")), Opened: opened})
}

// OwnDesk keeps only addresses of the desk.
func OwnDesk(next string) string {
	if !site.OwnPath(next) || !strings.HasPrefix(next, "/skranke") || strings.HasPrefix(next, "/skranke/skift") {
		return "/skranke"
	}
	return next
}

// deskSwitch changes person at a shared PC. Who comes in has a desk's rights, at
// the places for which the browser was opened.
func (s *Server) deskSwitch(r *site.Request) error {
	page := &deskSwitchPage{Next: OwnDesk(r.Field("til"))}
	mark, opened := r.Opened()
	if !opened {
		return deskSwitchView.Again(r, models.E(models.CodeUnauthorized, "desk.not_opened"), page)
	}
	page.Opened = true
	who, err := s.Store.Switch(r.Context(), r.Field("card"), r.HTTP().PostForm.Get("pin"))
	if models.CodeOf(err) == models.CodeUnauthorized {
		if page.Opened, err = r.WrongPIN(mark); err != nil {
			return err
		}
		if !page.Opened {
			return deskSwitchView.Again(r, models.E(models.CodeUnauthorized, "desk.too_many_pins"), page)
		}
		return deskSwitchView.Again(r, models.Invalid("card", "desk.switch_refused"), page)
	}
	if err != nil {
		return err
	}
	if why := mark.Refuses(who); why != "" {
		return deskSwitchView.Again(r, models.Invalid("card", why, who.Name), page)
	}
	if err := r.RightPIN(mark); err != nil {
		return err
	}
	if err := r.LogIn(who, site.ByPIN); err != nil {
		return err
	}
	return r.Done(page.Next, "")
}

// deskLock locks the desk: nobody is logged in until a card or PIN opens it.
func (s *Server) deskLock(r *site.Request) error {
	next := OwnDesk(r.Field("til"))
	if err := r.LogOut(); err != nil {
		return err
	}
	return r.Done("/skranke/skift?til="+url.QueryEscape(next), "")
}
