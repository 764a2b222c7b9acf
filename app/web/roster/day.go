package roster

import (
	"slices"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/language"
	"github.com/brevstemme/brevstemme/models/staffing"
	"github.com/brevstemme/brevstemme/models/store/rosters"
	"github.com/brevstemme/brevstemme/pdf"
)

// RosterDayPDF is the roster of one day at all the reader's places, or at one
// (?sted=), in the election of ?valg= or the one in hand.
func (s *Server) RosterDayPDF(r *site.Request) error {
	day, err := models.ParseDate(r.Param("date"))
	if err != nil {
		return models.E(models.CodeNotFound, "")
	}
	e, err := s.askedElection(r)
	if err != nil {
		return err
	}
	doc, err := s.rosterOfDay(r, e, day, r.Query("sted"))
	if err != nil {
		return err
	}
	if len(doc.Shifts) == 0 {
		return s.WriteForms(r, "vagtplan-"+day.String()) // says that there is nothing
	}
	return s.WriteForms(r, "vagtplan-"+day.String(), site.Sheets{Subject: r.Subject(), Election: e.ID, Place: r.Query("sted"), Docs: []pdf.Document{doc}})
}

// rosterOfDay is who works on a day, with an open line for each person missing.
func (s *Server) rosterOfDay(r *site.Request, e models.Election, day models.Date, place string) (pdf.RosterDay, error) {
	doc := pdf.RosterDay{Day: day}
	week, names, err := s.crews(r, e, day, 1)
	if err != nil {
		return doc, err
	}
	if doc.Form, err = s.rosterForm(r, e, pdf.TypeRosterWeek); err != nil {
		return doc, err
	}
	for _, pl := range week.Places {
		if !r.Act().MayActAt(pl.ID) || place != "" && place != pl.ID {
			continue
		}
		for _, x := range week.Sessions {
			if x.Place == pl.ID && x.Date() == day {
				doc.Shifts = append(doc.Shifts, pdfCrew(r, x, pl, names, week)...)
			}
		}
		if place != "" {
			doc.Phones = phonesOf(pl)
		}
	}
	return doc, nil
}

// crews are the sessions and shifts of some days, and what people are called.
func (s *Server) crews(r *site.Request, e models.Election, first models.Date, days int) (rosters.Week, map[string]models.Private, error) {
	week, err := s.Store.RosterWeek(r.Context(), e.ID, first.At(0, 0), first.Add(days).At(0, 0))
	if err != nil {
		return week, nil, err
	}
	names, err := s.Store.Names(r.Context())
	return week, names, err
}

// pdfCrew is a session's crew as the sheets show it, and a line for each who is missing.
func pdfCrew(r *site.Request, x models.Session, pl models.Place, names map[string]models.Private, week rosters.Week) []pdf.Shift {
	var out []pdf.Shift
	shifts := slices.DeleteFunc(slices.Clone(week.Shifts), func(v staffing.Shift) bool { return v.Session != x.ID })
	for _, v := range shifts {
		if v.Holds() {
			out = append(out, pdfShift(r, v, pl.Name, names))
		}
	}
	for range opening(r, x, pl, shifts, names, week).Missing {
		out = append(out, pdf.Shift{From: x.Starts.In(models.Copenhagen), To: x.Ends.In(models.Copenhagen), Place: pl.Name, Note: r.Text("roster.print_missing")})
	}
	return out
}

// dayPrints are the day rosters that a week matrix leads to.
func dayPrints(r *site.Request, e models.Election, days []models.Date) []site.Link {
	var out []site.Link
	for _, d := range days {
		out = append(out, site.Link{Href: dayRosterOf(e, d, ""), Text: language.Weekday(r.Lang, d.Weekday()) + " " + site.DayMonth(r.Lang, d)})
	}
	return out
}

// dayRosterOf is the address of a day's roster, of all places when place is "".
func dayRosterOf(e models.Election, d models.Date, place string) string {
	at := "/dag/" + d.String() + "/vagtplan.pdf?valg=" + e.ID
	if place != "" {
		at += "&sted=" + place
	}
	return at
}
