package roster

import (
	"net/http"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/language"
	"github.com/brevstemme/brevstemme/models/staffing"
)

// RevokeIn takes a person's appointment back: reason is a code (own_wish,
// other_work, absence, candidate, decision), case is asked for with decision.
type RevokeIn struct {
	Election string      `json:"election"`
	By       string      `json:"by"`
	On       models.Date `json:"on"`
	Reason   string      `json:"reason"`
	Case     string      `json:"case"`
}

// saveRevocation takes the appointment back that the form names.
func (s *Server) saveRevocation(r *site.Request, p *rosterPersonPage) ([]staffing.Shift, error) {
	on, err := r.Date("revoked_on")
	if err != nil {
		return nil, err
	}
	return s.revoke(r, p.Person.ID, r.Field("standing"), staffing.Revocation{By: r.Field("revoked_by"), On: on, Why: r.Field("why"), Case: r.Field("case")})
}

// revoke writes the revocation and tells the person, and whoever waited for a swap
// or a shift with them.
func (s *Server) revoke(r *site.Request, person, election string, v staffing.Revocation) ([]staffing.Shift, error) {
	out, err := s.Store.Revoke(r.Context(), r.Act(), person, election, v)
	if err != nil {
		return nil, err
	}
	s.tellRevoked(r, person, election, v)
	s.tell(r, out)
	return out, nil
}

// tellRevoked mails the person, whether they had shifts or not.
func (s *Server) tellRevoked(r *site.Request, person, election string, v staffing.Revocation) {
	all, err := s.Store.Addressees(r.Context(), person)
	to, ok := all[person]
	if err == nil && !ok {
		return
	}
	e, eerr := s.Store.Election(r.Context(), election)
	if err != nil || eerr != nil {
		s.Log.ErrorContext(r.Context(), "no mail about a revocation")
		return
	}
	l, about := to.Lang, ""
	if v.Case != "" {
		about = language.Text(l, "roster-person.revoke_mail_case", v.Case)
	}
	s.Mail(models.Mail{Key: models.MailKey("revoked", r.Act().Key, person), Person: person, To: to.Email, Subject: language.Text(l, "roster-person.revoke_subject"), Text: language.Text(l, "roster-person.revoke_mail", to.Name, e.Name, v.On, v.By, about)})
}

func (s *Server) apiRevoke(r *site.Request) error {
	var in RevokeIn
	if err := r.Decode(&in); err != nil {
		return err
	}
	out, err := s.revoke(r, r.Param("person"), in.Election, staffing.Revocation{By: in.By, On: in.On, Why: in.Reason, Case: in.Case})
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, shiftsOut(r, out))
}
