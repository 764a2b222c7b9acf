package desk

import (
	"net/url"
	"strings"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
)

type deskSwitchPage struct {
	site.Chrome
	Next string
}

var deskSwitchView = site.NewView[*deskSwitchPage]("desk-switch")

// deskSwitchForm is the locked desk: staff card or login, and PIN. It shows
// nothing of the session; who comes back is taken to where the desk was.
func (s *Server) deskSwitchForm(r *site.Request) error {
	return deskSwitchView.Render(r, &deskSwitchPage{Next: OwnDesk(r.Query("til"))})
}

// OwnDesk keeps only addresses of the desk.
func OwnDesk(next string) string {
	if !site.OwnPath(next) || !strings.HasPrefix(next, "/skranke") || strings.HasPrefix(next, "/skranke/skift") {
		return "/skranke"
	}
	return next
}

// deskSwitch changes person at a shared PC.
func (s *Server) deskSwitch(r *site.Request) error {
	next := OwnDesk(r.Field("til"))
	who, err := s.Store.Switch(r.Context(), r.Field("card"), r.HTTP().PostForm.Get("pin"))
	if err != nil {
		if models.CodeOf(err) == models.CodeUnauthorized {
			err = models.Invalid("card", "desk.switch_refused")
		}
		return deskSwitchView.Again(r, err, &deskSwitchPage{Next: next})
	}
	if err := r.LogIn(who.Login); err != nil {
		return err
	}
	return r.Done(next, "")
}

// deskLock locks the desk: nobody is logged in until a card or PIN opens it.
func (s *Server) deskLock(r *site.Request) error {
	next := OwnDesk(r.Field("til"))
	if err := r.LogOut(); err != nil {
		return err
	}
	return r.Done("/skranke/skift?til="+url.QueryEscape(next), "")
}
