package web

import (
	"time"

	"github.com/brevstemme/brevstemme/models"
)

func (s *Server) receiptRoutes() []Route {
	return []Route{
		get("/k", public, s.receiptAsk),
		get("/k/:code", public, s.receipt).limit("check"),
	}
}

// receiptPage says matches or does not match, and nothing personal: no place,
// no name, no number of envelopes.
type receiptPage struct {
	Chrome
	Asked   bool
	Matches bool
	Code    string
	Seq     int64
	Kind    string
	At      time.Time
}

var receiptView = newView[*receiptPage]("receipt")

func (s *Server) receiptAsk(r *Request) error {
	if code := r.Query("kode"); code != "" {
		return r.done("/k/"+models.CleanSerial(code), "")
	}
	return receiptView.render(r, &receiptPage{})
}

// receipt checks a printed receipt against the journal.
func (s *Server) receipt(r *Request) error {
	r.writer().Header().Set("Cache-Control", "no-store")
	p := &receiptPage{Asked: true, Code: models.CleanSerial(r.Param("code"))}
	e, ok, err := s.store.CheckReceipt(r.Context(), p.Code)
	if err != nil && models.CodeOf(err) != models.CodeInvalid {
		return err
	}
	if p.Matches = err == nil && ok; p.Matches {
		p.Seq, p.Kind, p.At = e.Seq, r.kindText(e.Kind), e.At
	}
	return receiptView.render(r, p)
}
