package web

import (
	"slices"
	"time"

	deskpages "github.com/brevstemme/brevstemme/app/web/desk"
	rosterpages "github.com/brevstemme/brevstemme/app/web/roster"
	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/desk"
	"github.com/brevstemme/brevstemme/models/staffing"
	"github.com/brevstemme/brevstemme/pdf"
)

// dayMaterialNotes and dayCommands are what goes out with each of a day's sessions.
func (s *Server) dayMaterialNotes(r *site.Request) error {
	return s.ofDay(r, "materialeseddel", func(sh desk.Shift) ([]pdf.Document, error) {
		n, err := s.materialNote(r, sh)
		return []pdf.Document{n}, err
	})
}

func (s *Server) dayCommands(r *site.Request) error {
	return s.ofDay(r, "kommandoer", func(sh desk.Shift) ([]pdf.Document, error) {
		c, err := deskpages.At(s.Server).CommandSheet(r, sh)
		return []pdf.Document{c}, err
	})
}

// week is what the rosters of a week are drawn from: that of the day in the path.
func (s *Server) week(r *site.Request) (e models.Election, monday models.Date, shifts []staffing.Shift, err error) {
	day, err := models.ParseDate(r.Param("date"))
	if err != nil {
		return e, day, nil, models.E(models.CodeNotFound, "")
	}
	for monday = day; monday.Weekday() != time.Monday; {
		monday = monday.Add(-1)
	}
	e, ok, err := s.NextElection(r)
	if err != nil || !ok {
		return e, monday, nil, err
	}
	shifts, err = s.Store.Shifts(r.Context(), monday.At(0, 0), monday.Add(7).At(0, 0))
	return e, monday, slices.DeleteFunc(shifts, func(x staffing.Shift) bool { return !x.Holds() }), err
}

// weekRosters are the week's rosters of all the reader's places as one file.
func (s *Server) weekRosters(r *site.Request) error {
	e, monday, _, err := s.week(r)
	if err != nil {
		return err
	}
	var all []site.Sheets
	if e.ID != "" {
		if all, err = rosterpages.At(s.Server).WeekRosters(r, e, monday); err != nil {
			return err
		}
	}
	return s.WriteForms(r, "ugeplaner-"+site.WeekKey(monday), all...)
}

// weekPeople is the roster of everyone who has a shift at the reader's places in
// the week, a sheet a person, as one file.
func (s *Server) weekPeople(r *site.Request) error {
	e, monday, shifts, err := s.week(r)
	if err != nil {
		return err
	}
	people, err := s.Store.People(r.Context())
	if err != nil {
		return err
	}
	names, err := s.Store.Names(r.Context())
	if err != nil {
		return err
	}
	var all []site.Sheets
	for _, p := range people {
		if !slices.ContainsFunc(shifts, func(x staffing.Shift) bool { return x.Person == p.ID && r.Act().MayActAt(x.Place) }) {
			continue
		}
		who := pdf.Staff{Name: names[p.ID].Name, Role: r.Text("role.receiver"), Employer: r.Text("employer." + string(p.Employer))}
		doc, err := rosterpages.At(s.Server).PersonRoster(r, e, p.ID, who)
		if err != nil {
			return err
		}
		all = append(all, site.Sheets{Subject: "/vagtplan/person/" + p.ID + "/vagter", Election: e.ID, Docs: []pdf.Document{doc}})
	}
	return s.WriteForms(r, "vagter-"+site.WeekKey(monday), all...)
}
