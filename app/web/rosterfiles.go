package web

import (
	"bytes"
	"encoding/csv"
	"strconv"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/language"
	"github.com/brevstemme/brevstemme/models/staffing"
	"github.com/brevstemme/brevstemme/pdf"
)

type rosterHoursPage struct {
	Chrome
	rosterHead
	Table Table
	Total string
}

var rosterHoursView = newView[*rosterHoursPage]("roster-hours")

// worked lists the hours of the leader's own people: each employer pays its own.
func (s *Server) worked(r *Request) (models.Election, []staffing.Worked, map[string]models.Private, error) {
	e, err := s.store.Election(r.Context(), r.Param("election"))
	if err != nil {
		return e, nil, nil, err
	}
	sessions, err := s.store.Sessions(r.Context(), e.ID, time.Time{}, time.Time{})
	if err != nil {
		return e, nil, nil, err
	}
	shifts, err := s.store.Shifts(r.Context(), time.Time{}, time.Time{})
	if err != nil {
		return e, nil, nil, err
	}
	people, err := s.store.People(r.Context())
	if err != nil {
		return e, nil, nil, err
	}
	var out []staffing.Worked
	for _, employer := range models.Employers {
		if staffing.Leads(r.actingRole(), employer) {
			out = append(out, staffing.Hours(sessions, shifts, people, employer)...)
		}
	}
	names, err := s.store.Names(r.Context())
	return e, out, names, err
}

func (s *Server) rosterHours(r *Request) error {
	e, lines, names, err := s.worked(r)
	if err != nil {
		return err
	}
	p := &rosterHoursPage{Chrome: Chrome{TitleArgs: []any{e.Name}}, rosterHead: r.rosterHead(e, "hours")}
	p.Table = Table{Caption: r.Text("roster-hours.table"), Quiet: true, Empty: r.Text("roster-hours.empty"), Columns: []Column{{Text: r.Text("roster.person")}, {Text: r.Text("account.employer")}, {Text: r.Text("roster-propose.shifts"), Number: true}, {Text: r.Text("roster-hours.absent"), Number: true}, {Text: r.Text("roster-propose.hours"), Number: true}}}
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
		p.Table.Rows = append(p.Table.Rows, []Cell{{Text: names[w.Person].Name, Href: "/vagtplan/person/" + w.Person}, {Text: r.Text("employer." + string(w.Employer))}, {Text: language.Number(r.Lang, int64(x.shifts))}, {Text: language.Number(r.Lang, int64(x.absent))}, {Text: r.hoursText(x.minutes)}})
	}
	p.Total = r.hoursText(total)
	return rosterHoursView.render(r, p)
}

// hoursRows are the hours for the pay office: a line per shift.
func (s *Server) hoursRows(r *Request) (models.Election, [][]string, error) {
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
		rows = append(rows, []string{safeCell(names[w.Person].Name), string(w.Employer), w.Place, models.DateOf(day).String(), clock(w.From), clock(w.Until), clock(w.Came), clock(w.Left), strconv.Itoa(w.Minutes), absent})
	}
	return e, rows, err
}

func (s *Server) rosterHoursCSV(r *Request) error {
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
	return r.file("text/csv; charset=utf-8", "timer-"+e.ID+".csv", false, b.Bytes())
}

func (s *Server) rosterHoursXLSX(r *Request) error {
	e, rows, err := s.hoursRows(r)
	if err != nil {
		return err
	}
	return r.xlsx("timer-"+e.ID+".xlsx", rows)
}

// rosterForm is the head of a form of the roster.
func (s *Server) rosterForm(r *Request, e models.Election, t pdf.Type) (pdf.Form, error) {
	sh := custody.Shift{Session: models.Session{Elections: []string{e.ID}}, Elections: map[string]models.Election{e.ID: e}}
	return s.deskForm(r, sh, t, true)
}

// rosterWeekPDF is a place's roster of one week (?uge=) for the wall.
func (s *Server) rosterWeekPDF(r *Request) error {
	e, err := s.store.Election(r.Context(), r.Param("election"))
	if err != nil {
		return err
	}
	place, err := s.store.Place(r.Context(), strings.TrimSuffix(r.Param("place"), ".pdf"))
	if err != nil {
		return err
	}
	week := r.weekOf(e, r.Query("uge"), s.now())
	days := daysOf(e, week)
	if len(days) == 0 || week == weekAll {
		return models.E(models.CodeNotFound, "")
	}
	monday := days[0]
	for monday.Weekday() != time.Monday {
		monday = monday.Add(-1)
	}
	shifts, err := s.store.Shifts(r.Context(), monday.At(0, 0), monday.Add(7).At(0, 0))
	if err != nil {
		return err
	}
	doc, err := s.weekOfPlace(r, e, place, monday, shifts)
	if err != nil {
		return err
	}
	return s.writePDF(r, "vagtplan-"+place.ID+"-"+week, doc)
}

// weekOfPlace is a place's roster of the week that begins on a Monday.
func (s *Server) weekOfPlace(r *Request, e models.Election, place models.Place, monday models.Date, shifts []staffing.Shift) (pdf.RosterWeek, error) {
	doc := pdf.RosterWeek{Place: place.Name, Monday: monday}
	names, err := s.store.Names(r.Context())
	if err != nil {
		return doc, err
	}
	if doc.Form, err = s.rosterForm(r, e, pdf.TypeRosterWeek); err != nil {
		return doc, err
	}
	for _, x := range shifts {
		if x.Place == place.ID && x.Holds() {
			doc.Shifts = append(doc.Shifts, r.pdfShift(x, place.Name, names))
		}
	}
	doc.Phones = phonesOf(place)
	return doc, nil
}

func phonesOf(place models.Place) []string {
	var out []string
	for _, c := range place.Contacts {
		out = append(out, strings.TrimSpace(c.Role+" "+c.Phone))
	}
	return out
}

func (r *Request) pdfShift(x staffing.Shift, place string, names map[string]models.Private) pdf.Shift {
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
type personDraw func(r *Request, p models.Person, who pdf.Staff, e models.Election) (pdf.Document, error)

// personForm answers with a form about the person of the path and an election
// (?valg=, else the one in hand). Either leader may print: both need the proof
// at the desk.
func (s *Server) personForm(r *Request, name string, draw personDraw) error {
	p, err := s.store.Person(r.Context(), r.Param("person"))
	if err != nil {
		return err
	}
	names, err := s.store.Names(r.Context(), p.ID)
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
	return s.writePDF(r, name+"-"+p.ID, doc)
}

// askedElection is that of ?valg=, else the one in hand; not found without any.
func (s *Server) askedElection(r *Request) (models.Election, error) {
	if id := r.Query("valg"); id != "" {
		return s.store.Election(r.Context(), id)
	}
	e, ok, err := s.nextElection(r)
	if err == nil && !ok {
		err = models.E(models.CodeNotFound, "")
	}
	return e, err
}

// personRosterPDF is one person's shifts.
func (s *Server) personRosterPDF(r *Request) error {
	return s.personForm(r, "vagter", func(r *Request, p models.Person, who pdf.Staff, e models.Election) (pdf.Document, error) {
		return s.personRoster(r, e, p.ID, who)
	})
}

func (s *Server) personRoster(r *Request, e models.Election, person string, who pdf.Staff) (pdf.RosterPerson, error) {
	doc := pdf.RosterPerson{Person: who}
	shifts, err := s.store.ShiftsOf(r.Context(), person)
	if err != nil {
		return doc, err
	}
	places, err := s.placeNames(r)
	if err != nil {
		return doc, err
	}
	if doc.Form, err = s.rosterForm(r, e, pdf.TypeRosterPerson); err != nil {
		return doc, err
	}
	for _, x := range shifts {
		if x.Holds() {
			doc.Shifts = append(doc.Shifts, r.pdfShift(x, places[x.Place], nil))
		}
	}
	return doc, nil
}
