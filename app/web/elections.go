package web

import (
	"strings"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/language"
	"github.com/brevstemme/brevstemme/models/planning"
)

// planReaders see elections and plans; only coordinators change them.
var planReaders = roles{models.RoleCoordinator, models.RoleLibraryLead, models.RoleReception, models.RoleAuditor}

func (s *Server) electionRoutes() []Route {
	return append([]Route{
		get("/valg", planReaders, s.elections).nav("nav.elections"),
		get("/valg/ny", coordinator, s.electionForm),
		post("/valg/ny", coordinator, s.electionCreate),
		get("/valg/se/:id", planReaders, s.election),
		get("/valg/se/:id/kalender.ics", planReaders, s.electionICS),
		get("/valg/se/:id/ret", coordinator, s.electionEditForm),
		post("/valg/se/:id/ret", coordinator, s.electionEdit),
	}, s.electionDateRoutes()...)
}

type electionsPage struct {
	Chrome
	Table Table
}

type electionFormPage struct {
	Chrome
	Types     []Option
	Elections []Option
	Colours   []Option
}

type electionPage struct {
	Chrome
	Election models.Election
	Facts    []Fact
	Dates    Table
	Settings Table
	CanPlan  bool
	// Deviating is how many dates somebody moved against the law.
	Deviating int
}

var (
	electionsView    = newView[*electionsPage]("elections")
	electionFormView = newView[*electionFormPage]("election-new")
	electionView     = newView[*electionPage]("election")
)

var electionCrumbs = []Link{{Href: "/valg", Key: "elections.title"}}

func (s *Server) elections(r *Request) error {
	t, err := s.electionTable(r)
	if err != nil {
		return err
	}
	return electionsView.render(r, &electionsPage{Table: t})
}

// electionTable lists the elections, newest first.
func (s *Server) electionTable(r *Request) (Table, error) {
	all, err := s.store.Elections(r.Context())
	if err != nil {
		return Table{}, err
	}
	t := Table{Caption: r.Text("elections.title"), Quiet: true, Empty: r.Text("elections.empty"),
		Columns: []Column{{Text: r.Text("election.name")}, {Text: r.Text("election.day")}, {Text: r.Text("election.last")}, {Text: r.Text("election.colour")}, {Text: r.Text("election.state")}}}
	for _, e := range all {
		t.Rows = append(t.Rows, []Cell{{Text: e.Name, Href: "/valg/se/" + e.ID}, {Text: r.shortDay(e.Date)}, {Text: r.shortDay(e.Last)}, {Text: e.Word}, {Tag: r.electionTag(e)}})
	}
	return t, nil
}

func (r *Request) electionTag(e models.Election) Tag {
	if e.Practice {
		return Tag{"warn", r.Text("election.practice")}
	}
	kind := map[models.ElectionState]string{models.ElectionPlanned: "plain", models.ElectionRunning: "ok", models.ElectionCancelled: "bad"}[e.State]
	if kind == "" {
		kind = "info"
	}
	return Tag{kind, r.Text("election.state." + string(e.State))}
}

// shortDay is a civil date as tables show it.
func (r *Request) shortDay(d models.Date) string {
	if d.IsZero() {
		return ""
	}
	return shortDay(r.Lang, d.At(12, 0))
}

func (s *Server) electionFormPage(r *Request) (*electionFormPage, error) {
	p := &electionFormPage{Chrome: Chrome{Crumbs: electionCrumbs}}
	all, err := s.store.Elections(r.Context())
	if err != nil {
		return nil, err
	}
	p.Elections = []Option{{Value: "", Text: r.Text("election.copy_none"), Checked: true}}
	for _, e := range all {
		p.Elections = append(p.Elections, Option{Value: e.ID, Text: e.Name})
	}
	for _, t := range models.ElectionTypes {
		p.Types = append(p.Types, Option{Value: string(t), Text: r.Text("election.type." + string(t)), Checked: t == models.TypeLocal})
	}
	p.Colours = r.colourOptions(all)
	return p, nil
}

// colourOptions offers the colours, those of other elections marked with their
// name and the first free one chosen.
func (r *Request) colourOptions(all []models.Election) (out []Option) {
	chosen := false
	for _, c := range electionColours {
		o := Option{Value: c.hex, Text: r.Text("colour." + c.word)}
		for _, e := range all {
			if strings.EqualFold(e.Colour, c.hex) && (e.State == models.ElectionPlanned || e.State == models.ElectionRunning) {
				o.Hint = r.Text("election.colour_used", e.Name)
			}
		}
		if o.Hint == "" && !chosen {
			o.Checked, chosen = true, true
		}
		out = append(out, o)
	}
	return out
}

// electionColours are offered for the bar of an election, in the order of the
// hues of assets/tokens.css: far apart for people
// with colour blindness too, and always with their word beside them.
var electionColours = []struct{ hex, word string }{
	{"#0057AD", "blue"}, {"#1C7A50", "green"}, {"#8A3FFC", "violet"}, {"#B3540A", "orange"}, {"#B0186B", "pink"}, {"#4D5B00", "olive"},
}

func (s *Server) electionForm(r *Request) error {
	p, err := s.electionFormPage(r)
	if err != nil {
		return err
	}
	return electionFormView.render(r, p)
}

func (s *Server) electionCreate(r *Request) error {
	n, err := s.readElection(r)
	var e models.Election
	if err == nil {
		e, err = s.store.CreateElection(r.Context(), r.act(), n)
	}
	if err != nil {
		p, perr := s.electionFormPage(r)
		if perr != nil {
			return perr
		}
		return electionFormView.again(r, err, p)
	}
	return r.done("/valg/se/"+e.ID, "election.created", e.Name)
}

// readElection parses the form; every field at fault is named at once.
func (s *Server) readElection(r *Request) (planning.NewElection, error) {
	n := planning.NewElection{
		Type: models.ElectionType(r.Field("type")), Name: r.Field("name"), Municipality: s.municipality, Colour: r.Field("colour"),
		LocalReason: r.Field("local_reason"), CaseNumber: r.Field("case_number"), Practice: r.Field("practice") != "", CopiedFrom: r.Field("copy"),
		Ballots: planning.ParseBallots(r.Field("ballots")),
	}
	for _, c := range electionColours {
		if c.hex == n.Colour {
			n.Word = language.Text(language.Danish, "colour."+c.word)
		}
	}
	var errs models.Errors
	date := func(field string, required bool) models.Date {
		if r.Field(field) == "" && !required {
			return models.Date{}
		}
		d, err := r.Date(field)
		if e, ok := err.(*models.Error); ok {
			errs = append(errs, e)
		}
		return d
	}
	n.Date, n.Called, n.First = date("date", true), date("called", n.Type == models.TypeGeneral), date("first", false)
	return n, errs.OrNil()
}

func (s *Server) election(r *Request) error {
	e, cal, err := s.calendarOf(r, r.Param("id"))
	if err != nil {
		return err
	}
	p := &electionPage{Chrome: Chrome{Crumbs: electionCrumbs, TitleText: e.Name}, Election: e, CanPlan: r.Account.Is(models.RoleCoordinator)}
	p.Facts = []Fact{
		{Name: r.Text("election.id"), Text: e.ID}, {Name: r.Text("election.type"), Text: r.Text("election.type." + string(e.Type))},
		{Name: r.Text("election.day"), Text: r.shortDay(e.Date)}, {Name: r.Text("election.window"), Text: r.shortDay(e.First) + " – " + r.shortDay(e.Last)},
		{Name: r.Text("election.colour"), Text: e.Word}, {Name: r.Text("election.state"), Tag: r.electionTag(e)},
	}
	for _, b := range e.Ballots {
		p.Facts = append(p.Facts, Fact{Name: r.Text("election.ballot"), Text: strings.TrimRight(b.Name+", "+b.EnvelopeColour, ", ")})
	}
	p.Facts = append(p.Facts, r.decisionFact(e))
	if e.CaseNumber != "" {
		p.Facts = append(p.Facts, Fact{Name: r.Text("election.case_number"), Text: e.CaseNumber})
	}
	if e.LocalReason+e.ClosedReason != "" {
		p.Facts = append(p.Facts, Fact{Name: r.Text("plan.reason"), Text: strings.TrimSpace(e.LocalReason + " " + e.ClosedReason)})
	}
	p.Dates, p.Settings = r.calendarTable(e, cal), r.settingTable(e)
	for _, d := range cal.Dates {
		if d.Deviates() {
			p.Deviating++
		}
	}
	return electionView.render(r, p)
}

// decisionFact says whether the journal may serve as the protocol.
func (r *Request) decisionFact(e models.Election) Fact {
	if d := e.EProtocol; d.Set() {
		return Fact{Name: r.Text("election.protocol"), Text: d.Body + ", " + r.shortDay(d.Date) + ", " + d.Reference}
	}
	return Fact{Name: r.Text("election.protocol"), Tag: Tag{"warn", r.Text("election.protocol_missing")}}
}
