package web

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/staffing"
	"github.com/brevstemme/brevstemme/models/store"
)

type rosterPeoplePage struct {
	Chrome
	Table Table
}

type rosterPersonPage struct {
	Chrome
	Person    models.Person
	Mine      bool
	Facts     []Fact
	Shifts    Table
	Elections []Option
	Modules   []Option
	Places    []Option
	Homes     []Option
	Candidate []Option
	Lead      []Option
	Target    string
	Week      string
	Most      string
	Travel    string
	Tongues   string
	Taught    Table
	Letters   Table
	Standing  []Option // elections whose appointment stands
	Reasons   []Option
	PDFs      []Link
}

type rosterImportPage struct {
	Chrome
	Employers []Option
	Faults    *Table
}

var (
	rosterPeopleView = newView[*rosterPeoplePage]("roster-people")
	rosterPersonView = newView[*rosterPersonPage]("roster-person")
	rosterImportView = newView[*rosterImportPage]("roster-import")
)

var rosterCrumbs = []Link{{Href: "/vagtplan", Key: "nav.roster"}}

// receivers are the people that a roster is about.
func receivers(all []models.Person) []models.Person {
	return slices.DeleteFunc(slices.Clone(all), func(p models.Person) bool {
		return !p.Receiver && !slices.Contains(p.Roles, models.RoleReceiver)
	})
}

// staffBook is everybody with names, papers and the election that they are for.
func (s *Server) staffBook(r *Request) (all []models.Person, names map[string]models.Private, papers staffing.Papers, next models.Election, err error) {
	if all, err = s.store.People(r.Context()); err != nil {
		return
	}
	if names, err = s.store.Names(r.Context()); err != nil {
		return
	}
	if papers, err = s.store.Papers(r.Context()); err != nil {
		return
	}
	next, _, err = s.nextElection(r)
	return
}

func (s *Server) rosterPeople(r *Request) error {
	all, names, papers, e, err := s.staffBook(r)
	if err != nil {
		return err
	}
	t := Table{Caption: r.Text("roster-people.title"), Quiet: true, Empty: r.Text("roster-people.empty"), Columns: []Column{{Text: r.Text("roster.person")}, {Text: r.Text("account.employer")}, {Text: r.Text("roster-people.area")}, {Text: r.Text("roster-people.fit")}}}
	for _, p := range receivers(all) {
		tag := Tag{"ok", r.Text("roster-people.ready")}
		home := cmp.Or(p.Home, first(p.Places))
		if f := staffing.Fit(p, []models.Election{e}, home, papers); !f.OK() {
			tag = Tag{"warn", r.Text("staffing.missing." + f.Missing[0])}
		}
		t.Rows = append(t.Rows, []Cell{{Text: names[p.ID].Name, Href: "/vagtplan/person/" + p.ID}, {Text: r.Text("employer." + string(p.Employer))}, {Text: home}, {Tag: tag}})
	}
	return rosterPeopleView.render(r, &rosterPeoplePage{Chrome: Chrome{Crumbs: rosterCrumbs}, Table: t})
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

// rosterPersonPage is one person: shifts for every leader, terms and papers for
// their own.
func (s *Server) rosterPersonPage(r *Request) (*rosterPersonPage, error) {
	person, err := s.store.Person(r.Context(), r.Param("person"))
	if err != nil {
		return nil, err
	}
	names, err := s.store.Names(r.Context(), person.ID)
	if err != nil {
		return nil, err
	}
	places, err := s.store.Places(r.Context())
	if err != nil {
		return nil, err
	}
	v := names[person.ID]
	p := &rosterPersonPage{Chrome: Chrome{TitleText: cmp.Or(v.Name, r.Text("roster-person.erased")), Crumbs: append(slices.Clone(rosterCrumbs), Link{Href: "/vagtplan/personer", Key: "roster-people.title"})},
		Person: person, Mine: staffing.Leads(r.actingRole(), person.Employer) && !person.Erased}
	if p.Facts, err = s.contactFacts(r, person, v); err != nil {
		return nil, err
	}
	if person.Left {
		p.Facts = append(p.Facts, Fact{Name: r.Text("account.state"), Tag: Tag{"warn", r.Text("roster-person.left")}})
	}
	shifts, err := s.store.ShiftsOf(r.Context(), person.ID)
	if err != nil {
		return nil, err
	}
	p.Shifts = r.shiftTable(shifts, placeNamesOf(places))
	p.PDFs = []Link{{Href: "/vagtplan/person/" + person.ID + "/vagter.pdf", Key: "roster-person.pdf_shifts"}}
	if p.Mine {
		err = s.fillTerms(r, p, places)
	}
	return p, err
}

// contactFacts are employer, telephone and mail, the last two where this leader may
// see them today.
func (s *Server) contactFacts(r *Request, person models.Person, v models.Private) ([]Fact, error) {
	facts := []Fact{{Name: r.Text("account.employer"), Text: r.Text("employer." + string(person.Employer))}}
	today := models.DateOf(s.now())
	var shifts []staffing.Shift
	var err error
	if !staffing.Leads(r.actingRole(), person.Employer) {
		shifts, err = s.store.Shifts(r.Context(), today.At(0, 0), today.Add(1).At(0, 0))
	}
	if staffing.SeesContact(r.actingRole(), person, shifts, today) {
		return append(facts, Fact{Name: r.Text("account.phone"), Text: v.Phone, Href: hrefOf("tel:", telephone(v.Phone))}, Fact{Name: r.Text("account.email"), Text: v.Email, Href: hrefOf("mailto:", v.Email)}), err
	}
	return append(facts, Fact{Name: r.Text("roster-person.contact"), Text: r.Text("roster-person.contact_hidden")}), err
}

func hrefOf(scheme, s string) string {
	if s == "" {
		return ""
	}
	return scheme + s
}

func (r *Request) shiftTable(shifts []staffing.Shift, places map[string]string) Table {
	t := Table{Caption: r.Text("roster-person.shifts"), Empty: r.Text("roster-person.no_shifts"), Columns: []Column{{Text: r.Text("roster.when")}, {Text: r.Text("plan.place")}, {Text: r.Text("plan.state")}}}
	for _, x := range shifts {
		if x.State == staffing.ShiftCancelled || x.State == staffing.ShiftReplaced {
			continue
		}
		t.Rows = append(t.Rows, []Cell{{Text: r.shiftHours(x), Href: "/vagtplan/aabning/" + x.Session}, {Text: places[x.Place]}, {Tag: r.shiftTag(x.State)}})
	}
	return t
}

// fillTerms fills the forms of the person's own leader.
func (s *Server) fillTerms(r *Request, p *rosterPersonPage, places []models.Place) error {
	elections, err := s.store.Elections(r.Context())
	if err != nil {
		return err
	}
	papers, err := s.store.Papers(r.Context(), p.Person.ID)
	if err != nil {
		return err
	}
	p.Homes = append(p.Homes, Option{Value: "", Text: "–"})
	for _, pl := range places {
		p.Places = append(p.Places, Option{Value: pl.ID, Text: pl.Name})
		p.Homes = append(p.Homes, Option{Value: pl.ID, Text: pl.Name, Checked: pl.ID == p.Person.Home})
	}
	names := map[string]string{}
	for _, e := range elections {
		names[e.ID] = e.Name
		if e.State == models.ElectionRunning || e.State == models.ElectionPlanned {
			p.Elections = append(p.Elections, Option{Value: e.ID, Text: e.Name})
			p.Candidate = append(p.Candidate, Option{Value: e.ID, Text: e.Name, Checked: slices.Contains(p.Person.Candidate, e.ID)})
		}
	}
	for _, m := range staffing.Modules {
		p.Modules = append(p.Modules, Option{Value: m.Key, Text: r.Text("staffing.module."+m.Key) + " (" + m.Version + ")"})
	}
	p.Lead = []Option{{Value: "lead", Text: r.Text("roster-person.lead"), Checked: p.Person.Lead}, {Value: "receiver", Text: r.Text("roster-person.receiver"), Checked: p.Person.Receiver}}
	p.Target, p.Week, p.Most, p.Travel = fmt.Sprint(p.Person.TargetMin/60), fmt.Sprint(p.Person.MaxWeekMin/60), fmt.Sprint(p.Person.MaxMin/60), fmt.Sprint(p.Person.MaxTravel)
	p.Tongues = strings.Join(p.Person.Languages, ", ")
	p.Letters = Table{Caption: r.Text("roster-person.letters"), Empty: r.Text("roster-person.no_letters"), Columns: []Column{{Text: r.Text("roster-person.election")}, {Text: r.Text("roster-person.on")}, {Text: r.Text("roster-person.by")}, {Text: r.Text("roster-person.signed")}}}
	for _, a := range papers.Appointments[p.Person.ID] {
		signed := Tag{"warn", r.Text("roster-person.unsigned")}
		switch {
		case !a.Revoked.IsZero():
			signed = Tag{"bad", r.Text("roster-person.revoked", r.shortDay(a.Revoked), r.Text("staffing.revoke.why."+a.RevokedWhy))}
		case !a.Signed.IsZero():
			signed = Tag{"ok", r.shortDay(a.Signed)}
		}
		if a.Revoked.IsZero() {
			p.Standing = append(p.Standing, Option{Value: a.Election, Text: names[a.Election]})
		}
		p.Letters.Rows = append(p.Letters.Rows, []Cell{{Text: names[a.Election], Href: "/vagtplan/person/" + p.Person.ID + "/udpegning.pdf?valg=" + a.Election}, {Text: r.shortDay(a.On)}, {Text: a.By}, {Tag: signed}})
	}
	for _, code := range staffing.RevokeReasons {
		p.Reasons = append(p.Reasons, Option{Value: code, Text: r.Text("staffing.revoke.why." + code)})
	}
	p.Taught = Table{Caption: r.Text("roster-person.taught"), Empty: r.Text("roster-person.untaught"), Columns: []Column{{Text: r.Text("roster-person.module")}, {Text: r.Text("roster-person.version")}, {Text: r.Text("roster-person.on")}}}
	for _, i := range papers.Instructions[p.Person.ID] {
		p.Taught.Rows = append(p.Taught.Rows, []Cell{{Text: r.Text("staffing.module." + i.Module)}, {Text: i.Version}, {Text: r.shortDay(i.On)}})
	}
	p.PDFs = append(p.PDFs, Link{Href: "/vagtplan/person/" + p.Person.ID + "/udpegning.pdf", Key: "roster-person.pdf_letter"}, Link{Href: "/vagtplan/person/" + p.Person.ID + "/instruktion.pdf", Key: "roster-person.pdf_instruction"})
	return nil
}

func (s *Server) rosterPerson(r *Request) error {
	p, err := s.rosterPersonPage(r)
	if err != nil {
		return err
	}
	return rosterPersonView.render(r, p)
}

// rosterPersonDo does what the person's own leader decides.
func (s *Server) rosterPersonDo(r *Request) error {
	p, err := s.rosterPersonPage(r)
	if err != nil {
		return err
	}
	switch r.Field("do") {
	case "terms":
		err = s.saveTerms(r, p.Person)
	case "appoint":
		err = s.saveAppointment(r, p.Person)
	case "revoke":
		var out []staffing.Shift
		if out, err = s.saveRevocation(r, p); err == nil {
			return r.done("/vagtplan/person/"+p.Person.ID, "roster-person.done.revoke", len(out))
		}
	case "instruct":
		var on models.Date
		if on, err = r.Date("taught_on"); err == nil {
			err = s.store.Instruct(r.Context(), r.act(), p.Person.ID, r.Fields("module"), on)
		}
	case "leave":
		var out []staffing.Shift
		out, err = s.store.Leave(r.Context(), r.act(), p.Person.ID)
		s.tell(r, out)
	case "erase":
		err = s.store.Erase(r.Context(), r.act(), p.Person.ID)
	default:
		err = models.Invalid("do", "roster.unknown_choice")
	}
	if err != nil {
		return rosterPersonView.again(r, err, p)
	}
	return r.done("/vagtplan/person/"+p.Person.ID, "roster-person.done."+r.Field("do"))
}

func (s *Server) saveTerms(r *Request, person models.Person) error {
	t := store.Terms{Home: r.Field("home"), Candidate: r.Fields("candidate"), Lead: slices.Contains(r.Fields("duty"), "lead"), Receiver: slices.Contains(r.Fields("duty"), "receiver")}
	t.Languages = strings.FieldsFunc(r.Field("languages"), func(c rune) bool { return c == ',' || c == ' ' })
	for field, to := range map[string]*int{"target": &t.TargetMin, "week": &t.MaxWeekMin, "most": &t.MaxMin, "travel": &t.MaxTravel} {
		n, err := r.Count(field)
		if err != nil {
			return err
		}
		if n > 1000 {
			return models.Invalid(field, "form.not_a_count", r.Field(field))
		}
		if *to = n * 60; field == "travel" {
			*to = n
		}
	}
	return s.store.SetTerms(r.Context(), r.act(), person.ID, t)
}

func (s *Server) saveAppointment(r *Request, person models.Person) error {
	on, err := r.Date("on")
	if err != nil {
		return err
	}
	var signed models.Date
	if r.Field("signed") != "" {
		if signed, err = r.Date("signed"); err != nil {
			return err
		}
	}
	_, err = s.store.Appoint(r.Context(), r.act(), person.ID, r.Field("election"), r.Fields("place"), r.Field("by"), on, signed)
	return err
}

func (s *Server) rosterImportPage(r *Request) *rosterImportPage {
	p := &rosterImportPage{Chrome: Chrome{Crumbs: append(slices.Clone(rosterCrumbs), Link{Href: "/vagtplan/personer", Key: "roster-people.title"})}}
	for _, e := range models.Employers {
		if staffing.Leads(r.actingRole(), e) {
			p.Employers = append(p.Employers, Option{Value: string(e), Text: r.Text("employer." + string(e))})
		}
	}
	return p
}

func (s *Server) rosterImportForm(r *Request) error {
	return rosterImportView.render(r, s.rosterImportPage(r))
}

// rosterImport reads a list of people, CSV or XLSX. Nothing is imported while a
// row is at fault; every fault stands with its line.
func (s *Server) rosterImport(r *Request) error {
	p := s.rosterImportPage(r)
	_, content, err := r.upload("file")
	if err != nil {
		return rosterImportView.again(r, err, p)
	}
	table, err := readTable(content)
	if err != nil {
		return rosterImportView.again(r, err, p)
	}
	places, err := s.store.Places(r.Context())
	if err != nil {
		return err
	}
	known, err := s.store.KnownEmails(r.Context())
	if err != nil {
		return err
	}
	employer := models.Employer(r.Field("employer"))
	if !slices.Contains(models.Employers, employer) {
		return rosterImportView.again(r, models.Invalid("employer", "roster.unknown_choice"), p)
	}
	rows, faults := staffing.ReadPeopleRows(table, employer, places, known)
	if len(faults) > 0 {
		t := Table{Caption: r.Text("roster-import.faults"), Columns: []Column{{Text: r.Text("plan.line"), Number: true}, {Text: r.Text("plan.finding")}}}
		for _, f := range faults {
			t.Rows = append(t.Rows, []Cell{{Text: fmt.Sprint(f.Line)}, {Text: r.Text(f.Err.TextKey(), f.Err.Args...)}})
		}
		p.Faults = &t
		return rosterImportView.again(r, faults[0].Err, p)
	}
	n, err := s.store.ImportPeople(r.Context(), r.act(), rows)
	if err != nil {
		return rosterImportView.again(r, err, p)
	}
	return r.done("/vagtplan/personer", "roster-import.done", n)
}
