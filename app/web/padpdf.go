package web

import (
	"slices"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/pdf"
)

// padPDF prints the forms of a pad that are still blank.
func (s *Server) padPDF(r *Request) error {
	pads, err := s.store.Pads(r.Context())
	if err != nil {
		return err
	}
	i := slices.IndexFunc(pads, func(p custody.Pad) bool { return p.ID == r.Param("pad") })
	if i < 0 || !r.act().MayActAt(pads[i].Place) {
		return models.E(models.CodeNotFound, "")
	}
	docs, err := s.padSheets(r, pads[i])
	if err != nil {
		return err
	}
	return s.writePDF(r, "noedblok-"+pads[i].ID, docs...)
}

// allPads are the pads of all the reader's places of which a sheet is still blank,
// as one file.
func (s *Server) allPads(r *Request) error {
	pads, err := s.store.Pads(r.Context())
	if err != nil {
		return err
	}
	forms, err := s.store.PadForms(r.Context(), "", false)
	if err != nil {
		return err
	}
	var all []sheets
	for _, p := range pads {
		if !r.act().MayActAt(p.Place) || !slices.ContainsFunc(forms, func(f custody.PadForm) bool { return f.Pad == p.ID }) {
			continue
		}
		docs, err := s.padSheets(r, p)
		if err != nil {
			return err
		}
		all = append(all, sheets{Subject: "/noedblokke/" + p.ID + "/noedblok", Election: r.about.Election, Place: p.Place, Docs: docs})
		r.about = about{}
	}
	return s.writeForms(r, "noedblokke", all...)
}

func (s *Server) padSheets(r *Request, pad custody.Pad) ([]pdf.Document, error) {
	place, err := s.store.Place(r.Context(), pad.Place)
	if err != nil {
		return nil, err
	}
	sh, first, err := s.padElections(r, place.ID)
	if err != nil {
		return nil, err
	}
	sh.Session.Place = place.ID
	f, err := s.deskForm(r, sh, pdf.TypeEmergencyPad, true)
	if err != nil {
		return nil, err
	}
	sheet := pdf.EmergencySheet{Form: f, Place: place.Name, FirstHour: first}
	for _, id := range sh.Session.Elections {
		sheet.Elections = append(sheet.Elections, sh.Elections[id].Word+" – "+sh.Elections[id].Name)
	}
	return pdf.EmergencyPad(sheet, pad.Forms), nil
}

// padElections are the elections that a place's sessions receive votes for, and
// the clock hour in which the earliest of them opens, 0 when there is none.
func (s *Server) padElections(r *Request, place string) (sh custody.Shift, first int, err error) {
	sh, first = custody.Shift{Elections: map[string]models.Election{}}, 24
	elections, err := s.store.Elections(r.Context())
	if err != nil {
		return sh, 0, err
	}
	for _, e := range elections {
		if e.State != models.ElectionPlanned && e.State != models.ElectionRunning {
			continue
		}
		sessions, err := s.store.Sessions(r.Context(), e.ID, e.First.At(0, 0), e.Last.Add(1).At(0, 0))
		if err != nil {
			return sh, 0, err
		}
		for _, x := range sessions {
			if x.Place != place || x.State == models.SessionCancelled {
				continue
			}
			first = min(first, x.Starts.In(models.Copenhagen).Hour())
			if _, ok := sh.Elections[e.ID]; !ok {
				sh.Elections[e.ID] = e
				sh.Session.Elections = append(sh.Session.Elections, e.ID)
			}
		}
	}
	real := slices.DeleteFunc(slices.Clone(sh.Session.Elections), func(id string) bool { return sh.Elections[id].Practice })
	if len(real) > 0 { // an exercise is not mixed with the real thing
		sh.Session.Elections = real
	}
	return sh, first % 24, nil
}
