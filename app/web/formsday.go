package web

import (
	"time"

	deskpages "github.com/brevstemme/brevstemme/app/web/desk"
	onwardpages "github.com/brevstemme/brevstemme/app/web/onward"
	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/desk"
	"github.com/brevstemme/brevstemme/pdf"
)

// A whole day in one file: each form keeps the number that it has when it is
// printed alone.

// ofDay draws one form for each of a day's sessions at the reader's places.
func (s *Server) ofDay(r *site.Request, name string, draw func(desk.Shift) ([]pdf.Document, error)) error {
	day, err := models.ParseDate(r.Param("date"))
	if err != nil {
		return models.E(models.CodeNotFound, "")
	}
	sessions, err := s.Store.DeskSessions(r.Context(), r.Places(), day)
	if err != nil {
		return err
	}
	var all []site.Sheets
	for _, x := range sessions {
		if x.Date() != day || x.State == models.SessionCancelled {
			continue
		}
		sh, err := s.Store.Shift(r.Context(), x.ID)
		if err != nil {
			return err
		}
		docs, err := draw(sh)
		if err != nil {
			return err
		}
		if len(docs) > 0 {
			all = append(all, site.Sheets{Subject: "/skranke/" + x.ID + "/" + name, Election: r.About.Election, Place: x.Place, Docs: docs})
		}
		r.About = site.About{}
	}
	return s.WriteForms(r, name+"-"+day.String(), all...)
}

func (s *Server) dayReports(r *site.Request) error {
	return s.ofDay(r, "dagsrapport", func(sh desk.Shift) ([]pdf.Document, error) {
		d, err := deskpages.At(s.Server).DayReport(r, sh)
		return []pdf.Document{d}, err
	})
}

func (s *Server) dayOpenings(r *site.Request) error {
	return s.ofDay(r, "aabning", func(sh desk.Shift) ([]pdf.Document, error) {
		d, err := deskpages.At(s.Server).OpeningSheet(r, sh)
		return []pdf.Document{d}, err
	})
}

func (s *Server) dayPackingLists(r *site.Request) error {
	return s.ofDay(r, "pakkeliste", func(sh desk.Shift) ([]pdf.Document, error) { return s.packingLists(r, sh) })
}

// sortingLists are the lists of all elections that are sorted.
func (s *Server) sortingLists(r *site.Request) error {
	elections, err := s.Store.Elections(r.Context())
	if err != nil {
		return err
	}
	var all []site.Sheets
	for _, e := range elections {
		if e.State != models.ElectionRunning && e.State != models.ElectionCounted {
			continue
		}
		l, err := onwardpages.At(s.Server).SortingSheet(r, e)
		if err != nil {
			return err
		}
		all = append(all, site.Sheets{Subject: "/sortering/" + e.ID + "/sorteringsliste", Election: e.ID, Docs: []pdf.Document{l}})
	}
	return s.WriteForms(r, "sorteringslister", all...)
}

// packingListPDF is what each of a session's crew takes along.
func (s *Server) packingListPDF(r *site.Request) error {
	sh, err := deskpages.At(s.Server).DeskShift(r)
	if err != nil {
		return err
	}
	docs, err := s.packingLists(r, sh)
	if err != nil {
		return err
	}
	return s.WritePDF(r, "pakkeliste-"+sh.Session.ID, docs...)
}

// beforeOpening is how long before the first voter the crew is at the place.
const beforeOpening = 30 * time.Minute

func (s *Server) packingLists(r *site.Request, sh desk.Shift) ([]pdf.Document, error) {
	f, err := s.DeskForm(r, sh, pdf.TypePackingList, true)
	if err != nil {
		return nil, err
	}
	people, err := s.sessionPeople(r, sh.Session)
	if err != nil {
		return nil, err
	}
	if len(people) == 0 {
		people = []models.Private{{}}
	}
	var docs []pdf.Document
	for i, who := range people {
		l := pdf.PackingList{Form: f, Place: sh.Place.Name, Address: site.AddressOf(sh.Place), Person: who.Name, Phone: who.Phone, At: sh.Session.Starts.Add(-beforeOpening), Notes: sh.Session.Note}
		if i == 0 { // the first one brings what there is one of
			l.Items = packItems(r, sh)
		}
		for _, key := range []string{"card", "appointment", "phone"} {
			l.Items = append(l.Items, pdf.PackItem{What: r.Text("print.pack." + key), Number: pdf.Known(1)})
		}
		docs = append(docs, l)
	}
	return docs, nil
}

func packItems(r *site.Request, sh desk.Shift) []pdf.PackItem {
	var items []pdf.PackItem
	for _, id := range sh.Session.Elections {
		e := sh.Elections[id]
		for _, what := range desk.Materials {
			it := pdf.PackItem{What: e.Word + ": " + r.Text("desk.material."+what), Note: r.Text("print.pack.stock")}
			if n, ok := sh.Stored[custody.Material(id, what)]; ok {
				it.Note = r.Text("print.pack.stored", n)
			}
			items = append(items, it)
		}
		items = append(items, pdf.PackItem{What: e.Word + ": " + r.Text("print.pack.list"), Number: pdf.Known(max(1, sh.Session.Booths))}, pdf.PackItem{What: e.Word + ": " + r.Text("print.pack.box"), Number: pdf.Known(1)})
	}
	for _, key := range []string{"seals", "pad", "commands", "poster"} {
		items = append(items, pdf.PackItem{What: r.Text("print.pack." + key)})
	}
	for _, aid := range sh.Place.Aids {
		items = append(items, pdf.PackItem{What: r.Text("desk.aid." + string(aid)), Note: r.Text("print.pack.at_place")})
	}
	return items
}

// materialNotePDF follows the blank material: out until the session is closed,
// back afterwards.
func (s *Server) materialNotePDF(r *site.Request) error {
	sh, err := deskpages.At(s.Server).DeskShift(r)
	if err != nil {
		return err
	}
	n, err := s.materialNote(r, sh)
	if err != nil {
		return err
	}
	return s.WritePDF(r, "materiale-"+sh.Session.ID, n)
}

func (s *Server) materialNote(r *site.Request, sh desk.Shift) (pdf.MaterialNote, error) {
	x := sh.Session
	back := x.State == models.SessionClosed
	f, err := s.DeskForm(r, sh, pdf.TypeMaterialNote, back || !x.OpenedAt.IsZero())
	if err != nil {
		return pdf.MaterialNote{}, err
	}
	place := pdf.Party{Site: sh.Place.Name, Address: site.AddressOf(sh.Place)}
	n := pdf.MaterialNote{Form: f, In: back, From: pdf.Party{Site: f.Unit}, To: place, At: x.Starts, Session: x.ID, Stock: deskpages.PdfStock(r, sh, back)}
	if back {
		n.From, n.To, n.At = place, pdf.Party{Site: f.Unit}, x.ClosedAt
	}
	return n, nil
}

// sessionPeople are those who have a shift at a session, else its crew.
func (s *Server) sessionPeople(r *site.Request, x models.Session) ([]models.Private, error) {
	var ids []string
	shifts, err := s.Store.ShiftsAt(r.Context(), x.ID)
	if err != nil {
		return nil, err
	}
	for _, h := range shifts {
		ids = append(ids, h.Person)
	}
	if len(ids) == 0 {
		for _, c := range x.Crew {
			ids = append(ids, c.Person)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	names, err := s.Store.Names(r.Context(), ids...)
	if err != nil {
		return nil, err
	}
	var out []models.Private
	seen := map[string]bool{}
	for _, id := range ids {
		if p, ok := names[id]; ok && !seen[id] {
			seen[id] = true
			out = append(out, p)
		}
	}
	return out, nil
}
