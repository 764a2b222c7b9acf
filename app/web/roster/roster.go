package roster

import (
	"fmt"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/language"
	"github.com/brevstemme/brevstemme/models/staffing"
	"github.com/brevstemme/brevstemme/models/store/rosters"
)

func (s *Server) rosterRoutes() []site.Route {
	return []site.Route{
		site.Get("/vagtplan", site.Planners, s.roster).InMenu("nav.roster"),
		site.Get("/vagtplan/valg/:election", site.Planners, s.rosterWeek),
		site.Post("/vagtplan/valg/:election", site.Planners, s.rosterMend),
		site.Get("/vagtplan/valg/:election/skriv", site.Planners, s.rosterWriteForm),
		site.Post("/vagtplan/valg/:election/skriv", site.Planners, s.rosterWrite),
		site.Get("/vagtplan/valg/:election/forslag", site.Coordinator, s.rosterProposeForm),
		site.Post("/vagtplan/valg/:election/forslag", site.Coordinator, s.rosterPropose),
		site.Get("/vagtplan/valg/:election/regler", site.Coordinator, s.rosterRulesForm),
		site.Post("/vagtplan/valg/:election/regler", site.Coordinator, s.rosterRules),
		site.Get("/vagtplan/valg/:election/slet", site.Coordinator, s.rosterEraseForm),
		site.Post("/vagtplan/valg/:election/slet", site.Coordinator, s.rosterErase),
		site.Get("/vagtplan/valg/:election/godkend", site.Planners, s.rosterApproveForm),
		site.Post("/vagtplan/valg/:election/godkend", site.Planners, s.rosterApprove),
		site.Get("/vagtplan/valg/:election/timer", site.Planners, s.rosterHours),
		site.Get("/vagtplan/valg/:election/timer.csv", site.Planners, s.rosterHoursCSV),
		site.Get("/vagtplan/valg/:election/timer.xlsx", site.Planners, s.rosterHoursXLSX),
		site.Get("/vagtplan/valg/:election/ugeplan/:place", site.Planners, s.RosterWeekPDF),
		site.Get("/vagtplan/aabning/:session", site.Planners, s.rosterSession),
		site.Post("/vagtplan/aabning/:session", site.Planners, s.rosterSessionDo),
		site.Get("/vagtplan/personer", site.Planners, s.rosterPeople),
		site.Get("/vagtplan/personer/import", site.Planners, s.rosterImportForm),
		site.Post("/vagtplan/personer/import", site.Planners, s.rosterImport),
		site.Get("/vagtplan/person/:person", site.Planners, s.rosterPerson),
		site.Post("/vagtplan/person/:person", site.Planners, s.rosterPersonDo),
		site.Get("/vagtplan/person/:person/udpegning.pdf", site.Planners, s.appointmentPDF),
		site.Get("/vagtplan/person/:person/instruktion.pdf", site.Planners, s.instructionPDF),
		site.Get("/vagtplan/person/:person/vagter.pdf", site.Planners, s.personRosterPDF),

		site.Get("/min-vagtplan", site.Personal, s.myShifts).InMenu("nav.my_shifts"),
		site.Post("/min-vagtplan", site.Personal, s.myShiftsDo),
		site.Get("/min-vagtplan/oensker", site.Personal, s.myWishesForm),
		site.Post("/min-vagtplan/oensker", site.Personal, s.myWishes),
		site.Get("/kalender/:file", site.Public, s.calendarFeed).Limit("check"),
	}
}

// rosterHead is the head of every page of one election's roster.
type rosterHead struct {
	Election    models.Election
	Tab         string
	Coordinator bool
}

func headOfRoster(r *site.Request, e models.Election, tab string) rosterHead {
	return rosterHead{Election: e, Tab: tab, Coordinator: r.Account.Is(models.RoleCoordinator)}
}

type rosterWeekPage struct {
	site.Chrome
	rosterHead
	Others []site.Link // the rosters of the other elections
	Weeks  []site.NavItem
	Days   []site.MatrixDay
	Rows   []rosterRow
	Print  []site.Link // the roster of each day
	Short  int         // people missing in the week
	Wait   int         // shifts that wait for this leader
	Week   string
	// Strays are shifts that a changed or cancelled session has left behind.
	Strays site.Table
}

// rosterRow is one place of the week matrix.
type rosterRow struct {
	Place models.Place
	Cells []rosterCell
}

// rosterCell is one day at one place.
type rosterCell struct{ Sessions []rosterOpening }

// rosterOpening is a session with its crew and what is wrong with it.
type rosterOpening struct {
	ID, Hours string
	Have      string // "1/2"
	Short     bool
	Missing   int
	Crew      []string
	Gap       string
}

var rosterWeekView = site.NewView[*rosterWeekPage]("roster")

// roster goes to the roster of the election in hand.
func (s *Server) roster(r *site.Request) error {
	e, ok, err := s.NextElection(r)
	if err != nil {
		return err
	}
	if !ok {
		return r.Done("/valg", "")
	}
	return r.Done("/vagtplan/valg/"+e.ID, "")
}

// rosterWeek is the week matrix: places × days, each session with its crew, its
// coverage and what is missing.
func (s *Server) rosterWeek(r *site.Request) error {
	e, err := s.Store.Election(r.Context(), r.Param("election"))
	if err != nil {
		return err
	}
	all, err := s.Store.Elections(r.Context())
	if err != nil {
		return err
	}
	p := &rosterWeekPage{Chrome: site.Chrome{TitleArgs: []any{e.Name}}, rosterHead: headOfRoster(r, e, "week"), Week: r.WeekOf(e, r.Query("uge"), s.Now()), Others: site.OtherElections(all, e, "/vagtplan/valg/")}
	if p.Week == site.WeekAll {
		p.Week = r.WeekOf(e, "", s.Now())
	}
	days := site.DaysOf(e, p.Week)
	if len(days) == 0 {
		return rosterWeekView.Render(r, p)
	}
	for _, d := range days {
		p.Days = append(p.Days, site.MatrixDay{Weekday: site.FirstThree(language.Weekday(r.Lang, d.Weekday())), Day: site.DayMonth(r.Lang, d)})
	}
	seen := map[string]bool{}
	for d := e.First; !d.After(e.Last); d = d.Add(1) {
		if k := site.WeekKey(d); !seen[k] {
			seen[k] = true
			_, w := d.ISOWeek()
			p.Weeks = append(p.Weeks, site.NavItem{Href: "/vagtplan/valg/" + e.ID + "?uge=" + k, Key: r.Text("plan.week", w), Current: k == p.Week})
		}
	}
	p.Print = dayPrints(r, e, days)
	if err := s.rosterRows(r, p, days); err != nil {
		return err
	}
	if p.Strays, err = s.strayTable(r, e); err != nil {
		return err
	}
	return rosterWeekView.Render(r, p)
}

// rosterRows fills the matrix.
func (s *Server) rosterRows(r *site.Request, p *rosterWeekPage, days []models.Date) error {
	from, until := days[0].At(0, 0), days[len(days)-1].Add(1).At(0, 0)
	week, err := s.Store.RosterWeek(r.Context(), p.Election.ID, from, until)
	if err != nil {
		return err
	}
	names, err := s.Store.Names(r.Context())
	if err != nil {
		return err
	}
	bySession := map[string][]staffing.Shift{}
	for _, x := range week.Shifts {
		bySession[x.Session] = append(bySession[x.Session], x)
		if !x.From.Before(from) && x.From.Before(until) && x.Waiting() && staffing.Leads(r.ActingRole(), x.Employer) && r.Act().MayActAt(x.Place) {
			p.Wait++
		}
	}
	for _, pl := range week.Places {
		row := rosterRow{Place: pl, Cells: make([]rosterCell, len(days))}
		any := false
		for _, x := range week.Sessions {
			if x.Place != pl.ID {
				continue
			}
			any = true
			o := opening(r, x, pl, bySession[x.ID], names, week)
			p.Short += o.Missing
			c := &row.Cells[x.Date().Sub(days[0])]
			c.Sessions = append(c.Sessions, o)
		}
		if any {
			p.Rows = append(p.Rows, row)
		}
	}
	return nil
}

// opening is one session as the matrix shows it.
func opening(r *site.Request, x models.Session, pl models.Place, shifts []staffing.Shift, names map[string]models.Private, week rosters.Week) rosterOpening {
	clock := func(t time.Time) string { return language.Clock(r.Lang, t.In(models.Copenhagen)) }
	o := rosterOpening{ID: x.ID, Hours: clock(x.Starts) + "–" + clock(x.Ends)}
	for _, s := range shifts {
		if !s.Holds() || s.StandIn {
			continue
		}
		name := shortName(names[s.Person].Name)
		if !s.Firm() || s.State == staffing.ShiftOffered {
			name += " (" + strings.ToLower(r.Text("staffing.state."+string(s.State))) + ")"
		}
		o.Crew = append(o.Crew, name)
	}
	demand := staffing.DemandOf(x, pl, week.Forecast[x.ID])
	need := max(staffing.Need(x, pl), demand.Between)
	o.Have, o.Short = fmt.Sprintf("%d/%d", len(o.Crew), need), len(o.Crew) < need
	o.Missing = max(0, need-len(o.Crew))
	if gaps := staffing.Coverage(x, pl, staffing.Crew(shifts, staffing.Candidates(week.People, x)), demand); len(gaps) > 0 && !o.Short {
		o.Gap = gapText(r, gaps[0])
	}
	return o
}

// shortName is a first name with the last initial: "Ida S."; erased people have none.
func shortName(name string) string {
	parts := strings.Fields(name)
	switch len(parts) {
	case 0:
		return "–"
	case 1:
		return parts[0]
	}
	return parts[0] + " " + string([]rune(parts[len(parts)-1])[:1]) + "."
}

// gapText says when and what of a gap in the coverage.
func gapText(r *site.Request, g staffing.Gap) string {
	clock := func(t time.Time) string { return language.Clock(r.Lang, t.In(models.Copenhagen)) }
	return clock(g.From) + "–" + clock(g.Until) + ": " + r.Text("staffing.gap."+g.Code, g.Have, g.Want)
}

// shiftTag is a shift's state as a tag.
func shiftTag(r *site.Request, st staffing.ShiftState) site.Tag {
	kind := map[staffing.ShiftState]string{staffing.ShiftApproved: "ok", staffing.ShiftConfirmed: "ok", staffing.ShiftOffered: "warn", staffing.ShiftAbsent: "bad",
		staffing.ShiftProposed: "info", staffing.ShiftClaimed: "info", staffing.ShiftAgreed: "info"}[st]
	if kind == "" {
		kind = "plain"
	}
	return site.Tag{Kind: kind, Text: r.Text("staffing.state." + string(st))}
}

// shiftHours are day and hours of a shift.
func shiftHours(r *site.Request, x staffing.Shift) string {
	from, until := x.From.In(models.Copenhagen), x.Until.In(models.Copenhagen)
	return language.Weekday(r.Lang, from.Weekday()) + " " + r.ShortDay(models.DateOf(from)) + " " + language.Clock(r.Lang, from) + "–" + language.Clock(r.Lang, until)
}
