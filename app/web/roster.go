package web

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/language"
	"github.com/brevstemme/brevstemme/models/staffing"
	"github.com/brevstemme/brevstemme/models/store"
)

func (s *Server) rosterRoutes() []Route {
	return []Route{
		get("/vagtplan", planners, s.roster).nav("nav.roster"),
		get("/vagtplan/valg/:election", planners, s.rosterWeek),
		post("/vagtplan/valg/:election", planners, s.rosterMend),
		get("/vagtplan/valg/:election/skriv", planners, s.rosterWriteForm),
		post("/vagtplan/valg/:election/skriv", planners, s.rosterWrite),
		get("/vagtplan/valg/:election/forslag", coordinator, s.rosterProposeForm),
		post("/vagtplan/valg/:election/forslag", coordinator, s.rosterPropose),
		get("/vagtplan/valg/:election/regler", coordinator, s.rosterRulesForm),
		post("/vagtplan/valg/:election/regler", coordinator, s.rosterRules),
		get("/vagtplan/valg/:election/slet", coordinator, s.rosterEraseForm),
		post("/vagtplan/valg/:election/slet", coordinator, s.rosterErase),
		get("/vagtplan/valg/:election/godkend", planners, s.rosterApproveForm),
		post("/vagtplan/valg/:election/godkend", planners, s.rosterApprove),
		get("/vagtplan/valg/:election/timer", planners, s.rosterHours),
		get("/vagtplan/valg/:election/timer.csv", planners, s.rosterHoursCSV),
		get("/vagtplan/valg/:election/timer.xlsx", planners, s.rosterHoursXLSX),
		get("/vagtplan/valg/:election/ugeplan/:place", planners, s.rosterWeekPDF),
		get("/vagtplan/aabning/:session", planners, s.rosterSession),
		post("/vagtplan/aabning/:session", planners, s.rosterSessionDo),
		get("/vagtplan/personer", planners, s.rosterPeople),
		get("/vagtplan/personer/import", planners, s.rosterImportForm),
		post("/vagtplan/personer/import", planners, s.rosterImport),
		get("/vagtplan/person/:person", planners, s.rosterPerson),
		post("/vagtplan/person/:person", planners, s.rosterPersonDo),
		get("/vagtplan/person/:person/udpegning.pdf", planners, s.appointmentPDF),
		get("/vagtplan/person/:person/instruktion.pdf", planners, s.instructionPDF),
		get("/vagtplan/person/:person/vagter.pdf", planners, s.personRosterPDF),

		get("/min-vagtplan", loggedIn, s.myShifts).nav("nav.my_shifts"),
		post("/min-vagtplan", loggedIn, s.myShiftsDo),
		get("/min-vagtplan/oensker", loggedIn, s.myWishesForm),
		post("/min-vagtplan/oensker", loggedIn, s.myWishes),
		get("/kalender/:file", public, s.calendarFeed).limit("check"),
	}
}

// rosterHead is the head of every page of one election's roster.
type rosterHead struct {
	Election    models.Election
	Tab         string
	Coordinator bool
}

func (r *Request) rosterHead(e models.Election, tab string) rosterHead {
	return rosterHead{Election: e, Tab: tab, Coordinator: r.Account.Is(models.RoleCoordinator)}
}

type rosterWeekPage struct {
	Chrome
	rosterHead
	Weeks []NavItem
	Days  []matrixDay
	Rows  []rosterRow
	Print []Link // the roster of each day
	Short int    // people missing in the week
	Wait  int    // shifts that wait for this leader
	Week  string
	// Strays are shifts that a changed or cancelled session has left behind.
	Strays Table
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

var rosterWeekView = newView[*rosterWeekPage]("roster")

// nextElection is the election in hand: the one under way, else the one planned.
func (s *Server) nextElection(r *Request) (models.Election, bool, error) {
	all, err := s.store.Elections(r.Context())
	if err != nil {
		return models.Election{}, false, err
	}
	for _, state := range []models.ElectionState{models.ElectionRunning, models.ElectionPlanned} {
		for _, e := range slices.Backward(all) {
			if e.State == state && !e.Practice && e.Type != models.TypeSeniors {
				return e, true, nil
			}
		}
	}
	return models.Election{}, false, nil
}

// roster goes to the roster of the election in hand.
func (s *Server) roster(r *Request) error {
	e, ok, err := s.nextElection(r)
	if err != nil {
		return err
	}
	if !ok {
		return r.done("/valg", "")
	}
	return r.done("/vagtplan/valg/"+e.ID, "")
}

// rosterWeek is the week matrix: places × days, each session with its crew, its
// coverage and what is missing.
func (s *Server) rosterWeek(r *Request) error {
	e, err := s.store.Election(r.Context(), r.Param("election"))
	if err != nil {
		return err
	}
	p := &rosterWeekPage{Chrome: Chrome{TitleArgs: []any{e.Name}}, rosterHead: r.rosterHead(e, "week"), Week: r.weekOf(e, r.Query("uge"), s.now())}
	if p.Week == weekAll {
		p.Week = r.weekOf(e, "", s.now())
	}
	days := daysOf(e, p.Week)
	if len(days) == 0 {
		return rosterWeekView.render(r, p)
	}
	for _, d := range days {
		p.Days = append(p.Days, matrixDay{Weekday: firstThree(language.Weekday(r.Lang, d.Weekday())), Day: dayMonth(r.Lang, d)})
	}
	seen := map[string]bool{}
	for d := e.First; !d.After(e.Last); d = d.Add(1) {
		if k := weekKey(d); !seen[k] {
			seen[k] = true
			_, w := d.ISOWeek()
			p.Weeks = append(p.Weeks, NavItem{Href: "/vagtplan/valg/" + e.ID + "?uge=" + k, Key: r.Text("plan.week", w), Current: k == p.Week})
		}
	}
	p.Print = r.dayPrints(e, days)
	if err := s.rosterRows(r, p, days); err != nil {
		return err
	}
	if p.Strays, err = s.strayTable(r, e); err != nil {
		return err
	}
	return rosterWeekView.render(r, p)
}

// rosterRows fills the matrix.
func (s *Server) rosterRows(r *Request, p *rosterWeekPage, days []models.Date) error {
	from, until := days[0].At(0, 0), days[len(days)-1].Add(1).At(0, 0)
	week, err := s.store.RosterWeek(r.Context(), p.Election.ID, from, until)
	if err != nil {
		return err
	}
	names, err := s.store.Names(r.Context())
	if err != nil {
		return err
	}
	bySession := map[string][]staffing.Shift{}
	for _, x := range week.Shifts {
		bySession[x.Session] = append(bySession[x.Session], x)
		if !x.From.Before(from) && x.From.Before(until) && x.Waiting() && staffing.Leads(r.actingRole(), x.Employer) && r.act().MayActAt(x.Place) {
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
			o := r.opening(x, pl, bySession[x.ID], names, week)
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
func (r *Request) opening(x models.Session, pl models.Place, shifts []staffing.Shift, names map[string]models.Private, week store.Week) rosterOpening {
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
		o.Gap = r.gapText(gaps[0])
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
func (r *Request) gapText(g staffing.Gap) string {
	clock := func(t time.Time) string { return language.Clock(r.Lang, t.In(models.Copenhagen)) }
	return clock(g.From) + "–" + clock(g.Until) + ": " + r.Text("staffing.gap."+g.Code, g.Have, g.Want)
}

// shiftTag is a shift's state as a tag.
func (r *Request) shiftTag(st staffing.ShiftState) Tag {
	kind := map[staffing.ShiftState]string{staffing.ShiftApproved: "ok", staffing.ShiftConfirmed: "ok", staffing.ShiftOffered: "warn", staffing.ShiftAbsent: "bad",
		staffing.ShiftProposed: "info", staffing.ShiftClaimed: "info", staffing.ShiftAgreed: "info"}[st]
	if kind == "" {
		kind = "plain"
	}
	return Tag{kind, r.Text("staffing.state." + string(st))}
}

// shiftHours are day and hours of a shift.
func (r *Request) shiftHours(x staffing.Shift) string {
	from, until := x.From.In(models.Copenhagen), x.Until.In(models.Copenhagen)
	return language.Weekday(r.Lang, from.Weekday()) + " " + r.shortDay(models.DateOf(from)) + " " + language.Clock(r.Lang, from) + "–" + language.Clock(r.Lang, until)
}
