package web

import (
	"net/url"
	"strings"

	"github.com/brevstemme/brevstemme/models"
)

type deskSwitchPage struct {
	Chrome
	Next string
}

var deskSwitchView = newView[*deskSwitchPage]("desk-switch")

// deskSwitchForm is the locked desk: staff card or login, and PIN. It shows
// nothing of the session; who comes back is taken to where the desk was.
func (s *Server) deskSwitchForm(r *Request) error {
	return deskSwitchView.render(r, &deskSwitchPage{Next: ownDesk(r.Query("til"))})
}

// ownDesk keeps only addresses of the desk.
func ownDesk(next string) string {
	if !ownPath(next) || !strings.HasPrefix(next, "/skranke") || strings.HasPrefix(next, "/skranke/skift") {
		return "/skranke"
	}
	return next
}

// deskSwitch changes person at a shared PC.
func (s *Server) deskSwitch(r *Request) error {
	next := ownDesk(r.Field("til"))
	who, err := s.store.Switch(r.Context(), r.Field("card"), r.http().PostForm.Get("pin"))
	if err != nil {
		if models.CodeOf(err) == models.CodeUnauthorized {
			err = models.Invalid("card", "desk.switch_refused")
		}
		return deskSwitchView.again(r, err, &deskSwitchPage{Next: next})
	}
	if err := r.logIn(who.Login); err != nil {
		return err
	}
	return r.done(next, "")
}

// deskLock locks the desk: nobody is logged in until a card or PIN opens it.
func (s *Server) deskLock(r *Request) error {
	next := ownDesk(r.Field("til"))
	if err := r.logOut(); err != nil {
		return err
	}
	return r.done("/skranke/skift?til="+url.QueryEscape(next), "")
}
