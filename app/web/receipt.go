package web

import (
	"time"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
)

func (s *Server) receiptRoutes() []site.Route {
	return []site.Route{
		site.Get("/k", site.Public, s.receiptAsk),
		site.Get("/k/:code", site.Public, s.receipt).Limit("check"),
	}
}

// receiptPage says matches or does not match, and nothing personal: no place,
// no name, no number of envelopes.
type receiptPage struct {
	site.Chrome
	Asked   bool
	Matches bool
	Misread bool // no code is written so: its check character says no
	Code    string
	Seq     int64
	Kind    string
	At      time.Time
}

var receiptView = site.NewView[*receiptPage]("receipt")

func (s *Server) receiptAsk(r *site.Request) error {
	if code := r.Query("kode"); code != "" {
		return r.Done("/k/"+models.CleanSerial(code), "")
	}
	return receiptView.Render(r, &receiptPage{})
}

// receipt checks a printed receipt against the journal. A slip of the pen is
// not a journal that was changed: the check character tells one from the other.
func (s *Server) receipt(r *site.Request) error {
	r.Writer().Header().Set("Cache-Control", "no-store")
	p := &receiptPage{Asked: true, Code: models.CleanSerial(r.Param("code"))}
	e, ok, err := s.Store.CheckReceipt(r.Context(), p.Code)
	if err != nil && models.CodeOf(err) != models.CodeInvalid {
		return err
	}
	p.Misread = err != nil
	if p.Matches = err == nil && ok; p.Matches {
		p.Seq, p.Kind, p.At = e.Seq, r.KindText(e.Kind), e.At
	}
	return receiptView.Render(r, p)
}
