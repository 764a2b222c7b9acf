package roster

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/staffing"
	"github.com/brevstemme/brevstemme/models/store/rosters"
)

type rosterPeoplePage struct {
	site.Chrome
	Table site.Table
}

type rosterPersonPage struct {
	site.Chrome
	Person    models.Person
	Mine      bool
	Facts     []site.Fact
	Shifts    site.Table
	Elections []site.Option
	Modules   []site.Option
	Places    []site.Option
	Homes     []site.Option
	Candidate []site.Option
	Lead      []site.Option
	Target    string
	Week      string
	Most      string
	Travel    string
	Tongues   string
	Taught    site.Table
	Letters   site.Table
	Standing  []site.Option // elections whose appointment stands
	Reasons   []site.Option
	PDFs      []site.Link
}

type rosterImportPage struct {
	site.Chrome
	Employers []site.Option
	Faults    *site.Table
}

var (
	rosterPeopleView = site.NewView[*rosterPeoplePage]("roster-people")
	rosterPersonView = site.NewView[*rosterPersonPage]("roster-person")
	rosterImportView = site.NewView[*rosterImportPage]("roster-import")
)

var rosterCrumbs = []site.Link{{Href: "/vagtplan", Key: "nav.roster"}}

// receivers are the people that a roster is about.
func receivers(all []models.Person) []models.Person {
	return slices.DeleteFunc(slices.Clone(all), func(p models.Person) bool {
		return !p.Receiver && !slices.Contains(p.Roles, models.RoleReceiver)
	})
}

// staffBook is everybody with names, papers and the election that they are for.
func (s *Server) staffBook(r *site.Request) (all []models.Person, names map[string]models.Private, papers staffing.Papers, next models.Election, err error) {
	if all, err = s.Store.People(r.Context()); err != nil {
		return
	}
	if names, err = s.Store.Names(r.Context()); err != nil {
		return
	}
	if papers, err = s.Store.Papers(r.Context()); err != nil {
		return
	}
	next, _, err = s.NextElection(r)
	return
}

func (s *Server) rosterPeople(r *site.Request) error {
	all, names, papers, e, err := s.staffBook(r)
	if err != nil {
		return err
	}
	t := site.Table{Caption: r.Text("roster-people.title"), Quiet: true, Empty: r.Text("roster-people.empty"), Columns: []site.Column{{Text: r.Text("roster.person")}, {Text: r.Text("account.employer")}, {Text: r.Text("roster-people.area")}, {Text: r.Text("roster-people.fit")}}}
	for _, p := range receivers(all) {
		tag := site.Tag{Kind: "ok", Text: r.Text("roster-people.ready")}
		home := cmp.Or(p.Home, first(p.Places))
		if f := staffing.Fit(p, []models.Election{e}, home, papers); !f.OK() {
			tag = site.Tag{Kind: "warn", Text: r.Text("staffing.missing." + f.Missing[0])}
		}
		t.Rows = append(t.Rows, []site.Cell{{Text: names[p.ID].Name, Href: "/vagtplan/person/" + p.ID}, {Text: r.Text("employer." + string(p.Employer))}, {Text: home}, {Tag: tag}})
	}
	return rosterPeopleView.Render(r, &rosterPeoplePage{Chrome: site.Chrome{Crumbs: rosterCrumbs}, Table: t})
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

// rosterPersonPage is one person: shifts for every leader, terms and papers for
// their own.
func (s *Server) rosterPersonPage(r *site.Request) (*rosterPersonPage, error) {
	person, err := s.Store.Person(r.Context(), r.Param("person"))
	if err != nil {
		return nil, err
	}
	names, err := s.Store.Names(r.Context(), person.ID)
	if err != nil {
		return nil, err
	}
	places, err := s.Store.Places(r.Context())
	if err != nil {
		return nil, err
	}
	v := names[person.ID]
	p := &rosterPersonPage{Chrome: site.Chrome{TitleText: cmp.Or(v.Name, r.Text("roster-person.erased")), Crumbs: append(slices.Clone(rosterCrumbs), site.Link{Href: "/vagtplan/personer", Key: "roster-people.title"})},
		Person: person, Mine: staffing.Leads(r.ActingRole(), person.Employer) && !person.Erased}
	if p.Facts, err = s.contactFacts(r, person, v); err != nil {
		return nil, err
	}
	if person.Left {
		p.Facts = append(p.Facts, site.Fact{Name: r.Text("account.state"), Tag: site.Tag{Kind: "warn", Text: r.Text("roster-person.left")}})
	}
	shifts, err := s.Store.ShiftsOf(r.Context(), person.ID)
	if err != nil {
		return nil, err
	}
	p.Shifts = shiftTable(r, shifts, site.PlaceNamesOf(places))
	p.PDFs = []site.Link{{Href: "/vagtplan/person/" + person.ID + "/vagter.pdf", Key: "roster-person.pdf_shifts"}}
	if p.Mine {
		err = s.fillTerms(r, p, places)
	}
	return p, err
}

// contactFacts are employer, telephone and mail, the last two where this leader may
// see them today.
func (s *Server) contactFacts(r *site.Request, person models.Person, v models.Private) ([]site.Fact, error) {
	facts := []site.Fact{{Name: r.Text("account.employer"), Text: r.Text("employer." + string(person.Employer))}}
	today := models.DateOf(s.Now())
	var shifts []staffing.Shift
	var err error
	if !staffing.Leads(r.ActingRole(), person.Employer) {
		shifts, err = s.Store.Shifts(r.Context(), today.At(0, 0), today.Add(1).At(0, 0))
	}
	if staffing.SeesContact(r.ActingRole(), person, shifts, today) {
		return append(facts, site.Fact{Name: r.Text("account.phone"), Text: v.Phone, Href: site.HrefOf("tel:", site.Telephone(v.Phone))}, site.Fact{Name: r.Text("account.email"), Text: v.Email, Href: site.HrefOf("mailto:", v.Email)}), err
	}
	return append(facts, site.Fact{Name: r.Text("roster-person.contact"), Text: r.Text("roster-person.contact_hidden")}), err
}

func shiftTable(r *site.Request, shifts []staffing.Shift, places map[string]string) site.Table {
	t := site.Table{Caption: r.Text("roster-person.shifts"), Empty: r.Text("roster-person.no_shifts"), Columns: []site.Column{{Text: r.Text("roster.when")}, {Text: r.Text("plan.place")}, {Text: r.Text("plan.state")}}}
	for _, x := range shifts {
		if x.State == staffing.ShiftCancelled || x.State == staffing.ShiftReplaced {
			continue
		}
		t.Rows = append(t.Rows, []site.Cell{{Text: shiftHours(r, x), Href: "/vagtplan/aabning/" + x.Session}, {Text: places[x.Place]}, {Tag: shiftTag(r, x.State)}})
	}
	return t
}

// fillTerms fills the forms of the person's own leader.
func (s *Server) fillTerms(r *site.Request, p *rosterPersonPage, places []models.Place) error {
	elections, err := s.Store.Elections(r.Context())
	if err != nil {
		return err
	}
	papers, err := s.Store.Papers(r.Context(), p.Person.ID)
	if err != nil {
		return err
	}
	p.Homes = append(p.Homes, site.Option{Value: "", Text: "–"})
	for _, pl := range places {
		p.Places = append(p.Places, site.Option{Value: pl.ID, Text: pl.Name})
		p.Homes = append(p.Homes, site.Option{Value: pl.ID, Text: pl.Name, Checked: pl.ID == p.Person.Home})
	}
	names := map[string]string{}
	for _, e := range elections {
		names[e.ID] = e.Name
		if e.State == models.ElectionRunning || e.State == models.ElectionPlanned {
			p.Elections = append(p.Elections, site.Option{Value: e.ID, Text: e.Name})
			p.Candidate = append(p.Candidate, site.Option{Value: e.ID, Text: e.Name, Checked: slices.Contains(p.Person.Candidate, e.ID)})
		}
	}
	for _, m := range staffing.Modules {
		p.Modules = append(p.Modules, site.Option{Value: m.Key, Text: r.Text("staffing.module."+m.Key) + " (" + m.Version + ")"})
	}
	p.Lead = []site.Option{{Value: "lead", Text: r.Text("roster-person.lead"), Checked: p.Person.Lead}, {Value: "receiver", Text: r.Text("roster-person.receiver"), Checked: p.Person.Receiver}}
	p.Target, p.Week, p.Most, p.Travel = fmt.Sprint(p.Person.TargetMin/60), fmt.Sprint(p.Person.MaxWeekMin/60), fmt.Sprint(p.Person.MaxMin/60), fmt.Sprint(p.Person.MaxTravel)
	p.Tongues = strings.Join(p.Person.Languages, ", ")
	p.Letters = site.Table{Caption: r.Text("roster-person.letters"), Empty: r.Text("roster-person.no_letters"), Columns: []site.Column{{Text: r.Text("roster-person.election")}, {Text: r.Text("roster-person.on")}, {Text: r.Text("roster-person.by")}, {Text: r.Text("roster-person.signed")}}}
	for _, a := range papers.Appointments[p.Person.ID] {
		signed := site.Tag{Kind: "warn", Text: r.Text("roster-person.unsigned")}
		switch {
		case !a.Revoked.IsZero():
			signed = site.Tag{Kind: "bad", Text: r.Text("roster-person.revoked", r.ShortDay(a.Revoked), r.Text("staffing.revoke.why."+a.RevokedWhy))}
		case !a.Signed.IsZero():
			signed = site.Tag{Kind: "ok", Text: r.ShortDay(a.Signed)}
		}
		if a.Revoked.IsZero() {
			p.Standing = append(p.Standing, site.Option{Value: a.Election, Text: names[a.Election]})
		}
		p.Letters.Rows = append(p.Letters.Rows, []site.Cell{{Text: names[a.Election], Href: "/vagtplan/person/" + p.Person.ID + "/udpegning.pdf?valg=" + a.Election}, {Text: r.ShortDay(a.On)}, {Text: a.By}, {Tag: signed}})
	}
	for _, code := range staffing.RevokeReasons {
		p.Reasons = append(p.Reasons, site.Option{Value: code, Text: r.Text("staffing.revoke.why." + code)})
	}
	p.Taught = site.Table{Caption: r.Text("roster-person.taught"), Empty: r.Text("roster-person.untaught"), Columns: []site.Column{{Text: r.Text("roster-person.module")}, {Text: r.Text("roster-person.version")}, {Text: r.Text("roster-person.on")}}}
	for _, i := range papers.Instructions[p.Person.ID] {
		p.Taught.Rows = append(p.Taught.Rows, []site.Cell{{Text: r.Text("staffing.module." + i.Module)}, {Text: i.Version}, {Text: r.ShortDay(i.On)}})
	}
	p.PDFs = append(p.PDFs, site.Link{Href: "/vagtplan/person/" + p.Person.ID + "/udpegning.pdf", Key: "roster-person.pdf_letter"}, site.Link{Href: "/vagtplan/person/" + p.Person.ID + "/instruktion.pdf", Key: "roster-person.pdf_instruction"})
	return nil
}

func (s *Server) rosterPerson(r *site.Request) error {
	p, err := s.rosterPersonPage(r)
	if err != nil {
		return err
	}
	return rosterPersonView.Render(r, p)
}

// rosterPersonDo does what the person's own leader decides.
func (s *Server) rosterPersonDo(r *site.Request) error {
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
			return r.Done("/vagtplan/person/"+p.Person.ID, "roster-person.done.revoke", len(out))
		}
	case "instruct":
		var on models.Date
		if on, err = r.Date("taught_on"); err == nil {
			err = s.Store.Instruct(r.Context(), r.Act(), p.Person.ID, r.Fields("module"), on)
		}
	case "leave":
		var out []staffing.Shift
		out, err = s.Store.Leave(r.Context(), r.Act(), p.Person.ID)
		s.tell(r, out)
	case "erase":
		err = s.Store.Erase(r.Context(), r.Act(), p.Person.ID)
	default:
		err = models.Invalid("do", "roster.unknown_choice")
	}
	if err != nil {
		return rosterPersonView.Again(r, err, p)
	}
	return r.Done("/vagtplan/person/"+p.Person.ID, "roster-person.done."+r.Field("do"))
}

func (s *Server) saveTerms(r *site.Request, person models.Person) error {
	t := rosters.Terms{Home: r.Field("home"), Candidate: r.Fields("candidate"), Lead: slices.Contains(r.Fields("duty"), "lead"), Receiver: slices.Contains(r.Fields("duty"), "receiver")}
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
	return s.Store.SetTerms(r.Context(), r.Act(), person.ID, t)
}

func (s *Server) saveAppointment(r *site.Request, person models.Person) error {
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
	_, err = s.Store.Appoint(r.Context(), r.Act(), person.ID, r.Field("election"), r.Fields("place"), r.Field("by"), on, signed)
	return err
}

func (s *Server) rosterImportPage(r *site.Request) *rosterImportPage {
	p := &rosterImportPage{Chrome: site.Chrome{Crumbs: append(slices.Clone(rosterCrumbs), site.Link{Href: "/vagtplan/personer", Key: "roster-people.title"})}}
	for _, e := range models.Employers {
		if staffing.Leads(r.ActingRole(), e) {
			p.Employers = append(p.Employers, site.Option{Value: string(e), Text: r.Text("employer." + string(e))})
		}
	}
	return p
}

func (s *Server) rosterImportForm(r *site.Request) error {
	return rosterImportView.Render(r, s.rosterImportPage(r))
}

// rosterImport reads a list of people, CSV or XLSX. Nothing is imported while a
// row is at fault; every fault stands with its line.
func (s *Server) rosterImport(r *site.Request) error {
	p := s.rosterImportPage(r)
	_, content, err := r.Upload("file")
	if err != nil {
		return rosterImportView.Again(r, err, p)
	}
	table, err := site.ReadTable(content)
	if err != nil {
		return rosterImportView.Again(r, err, p)
	}
	employer := models.Employer(r.Field("employer"))
	if !slices.Contains(models.Employers, employer) {
		return rosterImportView.Again(r, models.Invalid("employer", "roster.unknown_choice"), p)
	}
	n, faults, err := s.Store.ReadPeople(r.Context(), r.Act(), employer, table)
	if len(faults) > 0 {
		t := site.Table{Caption: r.Text("roster-import.faults"), Columns: []site.Column{{Text: r.Text("plan.line"), Number: true}, {Text: r.Text("plan.finding")}}}
		for _, f := range faults {
			t.Rows = append(t.Rows, []site.Cell{{Text: fmt.Sprint(f.Line)}, {Text: r.Text(f.Err.TextKey(), f.Err.Args...)}})
		}
		p.Faults = &t
	}
	if err != nil {
		return rosterImportView.Again(r, err, p)
	}
	return r.Done("/vagtplan/personer", "roster-import.done", n)
}
