package roster

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/desk"
	"github.com/brevstemme/brevstemme/models/language"
	"github.com/brevstemme/brevstemme/models/staffing"
	"github.com/brevstemme/brevstemme/pdf"
)

type rosterHoursPage struct {
	site.Chrome
	rosterHead
	Table site.Table
	Total string
}

var rosterHoursView = site.NewView[*rosterHoursPage]("roster-hours")

// worked lists the hours of the leader's own people: each employer pays its own.
func (s *Server) worked(r *site.Request) (models.Election, []staffing.Worked, map[string]models.Private, error) {
	e, err := s.Store.Election(r.Context(), r.Param("election"))
	if err != nil {
		return e, nil, nil, err
	}
	sessions, err := s.Store.Sessions(r.Context(), e.ID, time.Time{}, time.Time{})
	if err != nil {
		return e, nil, nil, err
	}
	shifts, err := s.Store.Shifts(r.Context(), time.Time{}, time.Time{})
	if err != nil {
		return e, nil, nil, err
	}
	people, err := s.Store.People(r.Context())
	if err != nil {
		return e, nil, nil, err
	}
	var out []staffing.Worked
	for _, employer := range models.Employers {
		if staffing.Leads(r.ActingRole(), employer) {
			out = append(out, staffing.Hours(sessions, shifts, people, employer)...)
		}
	}
	place := map[string]int{} // in the order of the names; who has left comes first
	for i, p := range people {
		place[p.ID] = i + 1
	}
	slices.SortStableFunc(out, func(a, b staffing.Worked) int {
		return cmp.Or(place[a.Person]-place[b.Person], cmp.Compare(a.Person, b.Person))
	})
	names, err := s.Store.Names(r.Context())
	return e, out, names, err
}

func (s *Server) rosterHours(r *site.Request) error {
	e, lines, names, err := s.worked(r)
	if err != nil {
		return err
	}
	p := &rosterHoursPage{Chrome: site.Chrome{TitleArgs: []any{e.Name}}, rosterHead: headOfRoster(r, e, "hours")}
	p.Table = site.Table{Caption: r.Text("roster-hours.table"), Quiet: true, Empty: r.Text("roster-hours.empty"), Columns: []site.Column{{Text: r.Text("roster.person")}, {Text: r.Text("account.employer")}, {Text: r.Text("roster-propose.shifts"), Number: true}, {Text: r.Text("roster-hours.absent"), Number: true}, {Text: r.Text("roster-propose.hours"), Number: true}}}
	type sum struct{ shifts, absent, minutes int }
	sums, order, total := map[string]sum{}, []staffing.Worked{}, 0
	for _, w := range lines {
		x, seen := sums[w.Person]
		if !seen {
			order = append(order, w)
		}
		x.shifts, x.minutes = x.shifts+1, x.minutes+w.Minutes
		if w.Absent {
			x.absent++
		}
		sums[w.Person], total = x, total+w.Minutes
	}
	for _, w := range order {
		x := sums[w.Person]
		p.Table.Rows = append(p.Table.Rows, []site.Cell{{Text: names[w.Person].Name, Href: "/vagtplan/person/" + w.Person}, {Text: r.Text("employer." + string(w.Employer))}, {Text: language.Number(r.Lang, int64(x.shifts))}, {Text: language.Number(r.Lang, int64(x.absent))}, {Text: hoursText(r, x.minutes)}})
	}
	p.Total = hoursText(r, total)
	return rosterHoursView.Render(r, p)
}

// hoursRows are the hours for the pay office: a line per shift.
func (s *Server) hoursRows(r *site.Request) (models.Election, [][]string, error) {
	e, lines, names, err := s.worked(r)
	rows := [][]string{}
	head := []string{}
	for _, k := range []string{"person", "employer", "place", "date", "from", "until", "came", "left", "minutes", "absent"} {
		head = append(head, r.Text("roster-hours.col."+k))
	}
	rows = append(rows, head)
	clock := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return t.In(models.Copenhagen).Format("15:04")
	}
	for _, w := range lines {
		day := w.From
		if day.IsZero() {
			day = w.Came
		}
		absent := ""
		if w.Absent {
			absent = "x"
		}
		rows = append(rows, []string{site.SafeCell(names[w.Person].Name), string(w.Employer), w.Place, models.DateOf(day).String(), clock(w.From), clock(w.Until), clock(w.Came), clock(w.Left), strconv.Itoa(w.Minutes), absent})
	}
	return e, rows, err
}

func (s *Server) rosterHoursCSV(r *site.Request) error {
	e, rows, err := s.hoursRows(r)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	b.WriteString("\xef\xbb\xbf") // so that a spreadsheet reads æ, ø and å
	w := csv.NewWriter(&b)
	w.Comma = ';'
	if err := w.WriteAll(rows); err != nil {
		return err
	}
	return r.File("text/csv; charset=utf-8", "timer-"+e.ID+".csv", false, b.Bytes())
}

func (s *Server) rosterHoursXLSX(r *site.Request) error {
	e, rows, err := s.hoursRows(r)
	if err != nil {
		return err
	}
	return r.XLSX("timer-"+e.ID+".xlsx", rows)
}

// rosterForm is the head of a form of the roster.
func (s *Server) rosterForm(r *site.Request, e models.Election, t pdf.Type) (pdf.Form, error) {
	sh := desk.Shift{Session: models.Session{Elections: []string{e.ID}}, Elections: map[string]models.Election{e.ID: e}}
	return s.DeskForm(r, sh, t, true)
}

// RosterWeekPDF is a place's roster of one week (?uge=) for the wall.
func (s *Server) RosterWeekPDF(r *site.Request) error {
	e, err := s.Store.Election(r.Context(), r.Param("election"))
	if err != nil {
		return err
	}
	place, err := s.Store.Place(r.Context(), strings.TrimSuffix(r.Param("place"), ".pdf"))
	if err != nil {
		return err
	}
	week := r.WeekOf(e, r.Query("uge"), s.Now())
	days := site.DaysOf(e, week)
	if len(days) == 0 || week == site.WeekAll {
		return models.E(models.CodeNotFound, "")
	}
	monday := days[0]
	for monday.Weekday() != time.Monday {
		monday = monday.Add(-1)
	}
	sheets, err := s.WeekRosters(r, e, monday, place)
	if err != nil {
		return err
	}
	return s.WritePDF(r, "vagtplan-"+place.ID+"-"+week, sheets[0].Docs[0])
}

// WeekRosters are the rosters of the week that begins on a Monday, with an open
// line for each person missing: of the places given, or of those of the reader's
// that are open.
func (s *Server) WeekRosters(r *site.Request, e models.Election, monday models.Date, places ...models.Place) ([]site.Sheets, error) {
	week, names, err := s.crews(r, e, monday, 7)
	if err != nil {
		return nil, err
	}
	form, err := s.rosterForm(r, e, pdf.TypeRosterWeek)
	if err != nil {
		return nil, err
	}
	asked := len(places) > 0
	if !asked {
		places = slices.DeleteFunc(week.Places, func(p models.Place) bool { return !r.Act().MayActAt(p.ID) })
	}
	var out []site.Sheets
	for _, p := range places {
		doc := pdf.RosterWeek{Form: form, Place: p.Name, Monday: monday, Phones: phonesOf(p)}
		for _, x := range week.Sessions {
			if x.Place == p.ID {
				doc.Shifts = append(doc.Shifts, pdfCrew(r, x, p, names, week)...)
			}
		}
		if asked || len(doc.Shifts) > 0 {
			out = append(out, site.Sheets{Subject: "/vagtplan/valg/" + e.ID + "/ugeplan/" + p.ID + "?uge=" + site.WeekKey(monday), Election: e.ID, Place: p.ID, Docs: []pdf.Document{doc}})
		}
	}
	return out, nil
}

func phonesOf(place models.Place) []string {
	var out []string
	for _, c := range place.Contacts {
		out = append(out, strings.TrimSpace(c.Role+" "+c.Phone))
	}
	return out
}

func pdfShift(r *site.Request, x staffing.Shift, place string, names map[string]models.Private) pdf.Shift {
	role := r.Text("role.receiver")
	if x.StandIn {
		role = r.Text("roster-session.standin")
	}
	note := ""
	if !x.Firm() || x.State == staffing.ShiftOffered {
		note = r.Text("staffing.state." + string(x.State))
	}
	return pdf.Shift{From: x.From.In(models.Copenhagen), To: x.Until.In(models.Copenhagen), Place: place, Person: names[x.Person].Name, Role: role, Employer: r.Text("employer." + string(x.Employer)), Note: note}
}

// personDraw is a form about one person in an election.
type personDraw func(r *site.Request, p models.Person, who pdf.Staff, e models.Election) (pdf.Document, error)

// personForm answers with a form about the person of the path and an election
// (?valg=, else the one in hand). Either leader may print: both need the proof
// at the desk.
func (s *Server) personForm(r *site.Request, name string, draw personDraw) error {
	p, err := s.Store.Person(r.Context(), r.Param("person"))
	if err != nil {
		return err
	}
	names, err := s.Store.Names(r.Context(), p.ID)
	if err != nil {
		return err
	}
	e, err := s.askedElection(r)
	if err != nil {
		return err
	}
	who := pdf.Staff{Name: names[p.ID].Name, Role: r.Text("role.receiver"), Employer: r.Text("employer." + string(p.Employer))}
	doc, err := draw(r, p, who, e)
	if err != nil {
		return err
	}
	return s.WritePDF(r, name+"-"+p.ID, doc)
}

// askedElection is that of ?valg=, else the one in hand; not found without any.
func (s *Server) askedElection(r *site.Request) (models.Election, error) {
	if id := r.Query("valg"); id != "" {
		return s.Store.Election(r.Context(), id)
	}
	e, ok, err := s.NextElection(r)
	if err == nil && !ok {
		err = models.E(models.CodeNotFound, "")
	}
	return e, err
}

// personRosterPDF is one person's shifts.
func (s *Server) personRosterPDF(r *site.Request) error {
	return s.personForm(r, "vagter", func(r *site.Request, p models.Person, who pdf.Staff, e models.Election) (pdf.Document, error) {
		return s.PersonRoster(r, e, p.ID, who)
	})
}

func (s *Server) PersonRoster(r *site.Request, e models.Election, person string, who pdf.Staff) (pdf.RosterPerson, error) {
	doc := pdf.RosterPerson{Person: who}
	shifts, err := s.Store.ShiftsOf(r.Context(), person)
	if err != nil {
		return doc, err
	}
	places, err := s.PlaceNames(r)
	if err != nil {
		return doc, err
	}
	if doc.Form, err = s.rosterForm(r, e, pdf.TypeRosterPerson); err != nil {
		return doc, err
	}
	for _, x := range shifts {
		if x.Holds() {
			doc.Shifts = append(doc.Shifts, pdfShift(r, x, places[x.Place], nil))
		}
	}
	return doc, nil
}
