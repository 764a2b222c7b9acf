package site

import (
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/desk"
	"github.com/brevstemme/brevstemme/models/journal"
	"github.com/brevstemme/brevstemme/pdf"
)

// DeskForm is the head of a form of one session: election, journal head, mark.
// A form is provisional while the session may still change, and an exercise
// says so in its body.
func (s *Server) DeskForm(r *Request, sh desk.Shift, t pdf.Type, final bool) (pdf.Form, error) {
	f, err := s.FormHead(r, "")
	if err != nil {
		return f, err
	}
	_, head, err := s.Store.Entries(r.Context(), 0, "", 1)
	if err != nil {
		return pdf.Form{}, err
	}
	f.Number, f.JournalSeq = pdf.Number(t, uint64(max(1, head.Seq))), head.Seq
	if head.Seq > 0 {
		f.Code, f.JournalHead = journal.Code(head.Seq, head.Hash), journal.Fingerprint(head.Hash)
	}
	r.About.Place = sh.Session.Place
	if len(sh.Session.Elections) == 1 {
		r.About.Election = sh.Session.Elections[0]
	}
	practice := len(sh.Session.Elections) > 0
	for i, id := range sh.Session.Elections {
		e := sh.Elections[id]
		practice = practice && e.Practice
		if i == 0 {
			f.Election = pdf.Election{Name: e.Name, Word: e.Word, Colour: e.Colour, Date: e.Date}
		} else {
			f.Election.Colour = "" // of one of them would be wrong for the others
			f.Election.Name += " · " + e.Name
			f.Election.Word += " + " + e.Word
		}
	}
	switch {
	case practice:
		f.Mark = pdf.Mark{Kind: pdf.Exercise}
	case !final:
		f.Mark = pdf.Mark{Kind: pdf.Provisional}
	}
	return f, nil
}

// FormHead is what the head and foot of every form say, whatever it is about: who
// prints it, in which language, and the number to call when something is wrong.
func (s *Server) FormHead(r *Request, number string) (pdf.Form, error) {
	set, err := s.Store.Evening(r.Context())
	m, _ := models.MunicipalityByCode(s.Municipality)
	return pdf.Form{Lang: r.Lang, Municipality: m.Name + " Kommune", Unit: r.Text("form.unit"), Phone: set.Phone, Number: number,
		PrintedAt: s.Now().UTC(), PrintedBy: r.Account.Name, Version: s.Version, CheckBase: s.Base(r)}, err
}

// Base is where others reach us.
func (s *Server) Base(r *Request) string {
	if s.BaseURL != "" {
		return s.BaseURL
	}
	return "http://" + r.HTTP().Host
}
