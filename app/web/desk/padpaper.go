package desk

import (
	"slices"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/desk"
	"github.com/brevstemme/brevstemme/pdf"
)

// PadPDF prints the forms of a pad that are still blank.
func (s *Server) PadPDF(r *site.Request) error {
	pads, err := s.Store.Pads(r.Context())
	if err != nil {
		return err
	}
	i := slices.IndexFunc(pads, func(p desk.Pad) bool { return p.ID == r.Param("pad") })
	if i < 0 || !r.Act().MayActAt(pads[i].Place) {
		return models.E(models.CodeNotFound, "")
	}
	docs, err := s.padSheets(r, pads[i])
	if err != nil {
		return err
	}
	return s.WritePDF(r, "noedblok-"+pads[i].ID, docs...)
}

// AllPads are the pads of all the reader's places of which a sheet is still blank,
// as one file.
func (s *Server) AllPads(r *site.Request) error {
	pads, err := s.Store.Pads(r.Context())
	if err != nil {
		return err
	}
	forms, err := s.Store.PadForms(r.Context(), "", false)
	if err != nil {
		return err
	}
	var all []site.Sheets
	for _, p := range pads {
		if !r.Act().MayActAt(p.Place) || !slices.ContainsFunc(forms, func(f desk.PadForm) bool { return f.Pad == p.ID }) {
			continue
		}
		docs, err := s.padSheets(r, p)
		if err != nil {
			return err
		}
		all = append(all, site.Sheets{Subject: "/noedblokke/" + p.ID + "/noedblok", Election: r.About.Election, Place: p.Place, Docs: docs})
		r.About = site.About{}
	}
	return s.WriteForms(r, "noedblokke", all...)
}

func (s *Server) padSheets(r *site.Request, pad desk.Pad) ([]pdf.Document, error) {
	place, err := s.Store.Place(r.Context(), pad.Place)
	if err != nil {
		return nil, err
	}
	sh, first, err := s.padElections(r, place.ID)
	if err != nil {
		return nil, err
	}
	sh.Session.Place = place.ID
	f, err := s.DeskForm(r, sh, pdf.TypeEmergencyPad, true)
	if err != nil {
		return nil, err
	}
	sheet := pdf.EmergencySheet{Form: f, Place: place.Name, FirstHour: first}
	for _, id := range sh.Session.Elections {
		sheet.Elections = append(sheet.Elections, site.WordAndName(sh.Elections[id]))
	}
	return pdf.EmergencyPad(sheet, pad.Forms), nil
}

// padElections are the elections that a place's sessions receive votes for, and
// the clock hour in which the earliest of them opens, 0 when there is none.
func (s *Server) padElections(r *site.Request, place string) (sh desk.Shift, first int, err error) {
	sh, first = desk.Shift{Elections: map[string]models.Election{}}, 24
	elections, err := s.Store.Elections(r.Context())
	if err != nil {
		return sh, 0, err
	}
	for _, e := range elections {
		if e.State != models.ElectionPlanned && e.State != models.ElectionRunning {
			continue
		}
		sessions, err := s.Store.Sessions(r.Context(), e.ID, e.First.At(0, 0), e.Last.Add(1).At(0, 0))
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
