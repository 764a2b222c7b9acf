package planning

import (
	"strings"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/language"
	"github.com/brevstemme/brevstemme/models/planning"
)

// planReaders see elections and plans; only coordinators change them.
var planReaders = site.Roles{models.RoleCoordinator, models.RoleLibraryLead, models.RoleReception, models.RoleAuditor}

func (s *Server) electionRoutes() []site.Route {
	return append([]site.Route{
		site.Get("/valg", planReaders, s.elections).InMenu("nav.elections"),
		site.Get("/valg/ny", site.Coordinator, s.electionForm),
		site.Post("/valg/ny", site.Coordinator, s.electionCreate),
		site.Get("/valg/se/:id", planReaders, s.election),
		site.Get("/valg/se/:id/kalender.ics", planReaders, s.electionICS),
		site.Get("/valg/se/:id/ret", site.Coordinator, s.electionEditForm),
		site.Post("/valg/se/:id/ret", site.Coordinator, s.electionEdit),
	}, s.electionDateRoutes()...)
}

type electionsPage struct {
	site.Chrome
	Table site.Table
}

type electionFormPage struct {
	site.Chrome
	Types     []site.Option
	Elections []site.Option
	Colours   []site.Option
}

type electionPage struct {
	site.Chrome
	Election models.Election
	Facts    []site.Fact
	Dates    site.Table
	Settings site.Table
	CanPlan  bool
	// Deviating is how many dates somebody moved against the law.
	Deviating int
	Clash     string // the names of other elections in the same colour at the same time
}

var (
	electionsView    = site.NewView[*electionsPage]("elections")
	electionFormView = site.NewView[*electionFormPage]("election-new")
	electionView     = site.NewView[*electionPage]("election")
)

var electionCrumbs = []site.Link{{Href: "/valg", Key: "elections.title"}}

func (s *Server) elections(r *site.Request) error {
	t, err := s.ElectionTable(r)
	if err != nil {
		return err
	}
	return electionsView.Render(r, &electionsPage{Table: t})
}

// ElectionTable lists the elections, newest first.
func (s *Server) ElectionTable(r *site.Request) (site.Table, error) {
	all, err := s.Store.Elections(r.Context())
	if err != nil {
		return site.Table{}, err
	}
	t := site.Table{Caption: r.Text("elections.title"), Quiet: true, Empty: r.Text("elections.empty"),
		Columns: []site.Column{{Text: r.Text("election.name")}, {Text: r.Text("election.day")}, {Text: r.Text("election.last")}, {Text: r.Text("election.colour")}, {Text: r.Text("election.state")}}}
	for _, e := range all {
		t.Rows = append(t.Rows, []site.Cell{{Text: e.Name, Href: "/valg/se/" + e.ID}, {Text: r.ShortDay(e.Date)}, {Text: r.ShortDay(e.Last)}, colourCell(r, e, all), {Tag: r.ElectionTag(e)}})
	}
	return t, nil
}

// colourCell is the colour's word, a warning where another election has it too.
func colourCell(r *site.Request, e models.Election, all []models.Election) site.Cell {
	if len(planning.Clashes(e, all)) > 0 {
		return site.Cell{Tag: site.Tag{Kind: "warn", Text: r.Text("election.colour_shared", e.Word)}}
	}
	return site.Cell{Text: e.Word}
}

func (s *Server) electionFormPage(r *site.Request) (*electionFormPage, error) {
	p := &electionFormPage{Chrome: site.Chrome{Crumbs: electionCrumbs}}
	all, err := s.Store.Elections(r.Context())
	if err != nil {
		return nil, err
	}
	p.Elections = []site.Option{{Value: "", Text: r.Text("election.copy_none"), Checked: true}}
	for _, e := range all {
		p.Elections = append(p.Elections, site.Option{Value: e.ID, Text: e.Name})
	}
	for _, t := range models.ElectionTypes {
		p.Types = append(p.Types, site.Option{Value: string(t), Text: r.Text("election.type." + string(t)), Checked: t == models.TypeLocal})
	}
	p.Colours = colourOptions(r, all)
	return p, nil
}

// colourOptions offers the colours, those of other elections marked with their
// name and the first free one chosen.
func colourOptions(r *site.Request, all []models.Election) (out []site.Option) {
	chosen := false
	for _, c := range site.ElectionColours {
		o := site.Option{Value: c.Hex, Text: r.Text("colour." + c.Word)}
		for _, e := range all {
			if strings.EqualFold(e.Colour, c.Hex) && (e.State == models.ElectionPlanned || e.State == models.ElectionRunning) {
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

func (s *Server) electionForm(r *site.Request) error {
	p, err := s.electionFormPage(r)
	if err != nil {
		return err
	}
	return electionFormView.Render(r, p)
}

func (s *Server) electionCreate(r *site.Request) error {
	n, err := s.readElection(r)
	var e models.Election
	if err == nil {
		e, err = s.Store.CreateElection(r.Context(), r.Act(), n)
	}
	if err != nil {
		p, perr := s.electionFormPage(r)
		if perr != nil {
			return perr
		}
		return electionFormView.Again(r, err, p)
	}
	return r.Done("/valg/se/"+e.ID, "election.created", e.Name)
}

// readElection parses the form; every field at fault is named at once.
func (s *Server) readElection(r *site.Request) (planning.NewElection, error) {
	n := planning.NewElection{
		Type: models.ElectionType(r.Field("type")), Name: r.Field("name"), Municipality: s.Municipality, Colour: r.Field("colour"),
		LocalReason: r.Field("local_reason"), CaseNumber: r.Field("case_number"), Practice: r.Field("practice") != "", CopiedFrom: r.Field("copy"),
		Ballots: planning.ParseBallots(r.Field("ballots")),
	}
	for _, c := range site.ElectionColours {
		if c.Hex == n.Colour {
			n.Word = language.Text(language.Danish, "colour."+c.Word)
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

func (s *Server) election(r *site.Request) error {
	e, cal, err := s.calendarOf(r, r.Param("id"))
	if err != nil {
		return err
	}
	p := &electionPage{Chrome: site.Chrome{Crumbs: electionCrumbs, TitleText: e.Name}, Election: e, CanPlan: r.Account.Is(models.RoleCoordinator)}
	all, err := s.Store.Elections(r.Context())
	if err != nil {
		return err
	}
	var names []string
	for _, o := range planning.Clashes(e, all) {
		names = append(names, o.Name)
	}
	p.Clash = strings.Join(names, ", ")
	p.Facts = []site.Fact{
		{Name: r.Text("election.id"), Text: e.ID}, {Name: r.Text("election.type"), Text: r.Text("election.type." + string(e.Type))},
		{Name: r.Text("election.day"), Text: r.ShortDay(e.Date)}, {Name: r.Text("election.window"), Text: r.ShortDay(e.First) + " – " + r.ShortDay(e.Last)},
		{Name: r.Text("election.colour"), Text: e.Word}, {Name: r.Text("election.state"), Tag: r.ElectionTag(e)},
	}
	for _, b := range e.Ballots {
		p.Facts = append(p.Facts, site.Fact{Name: r.Text("election.ballot"), Text: strings.TrimRight(b.Name+", "+b.EnvelopeColour, ", ")})
	}
	p.Facts = append(p.Facts, decisionFact(r, e))
	if e.CaseNumber != "" {
		p.Facts = append(p.Facts, site.Fact{Name: r.Text("election.case_number"), Text: e.CaseNumber})
	}
	if e.LocalReason+e.ClosedReason != "" {
		p.Facts = append(p.Facts, site.Fact{Name: r.Text("plan.reason"), Text: strings.TrimSpace(e.LocalReason + " " + e.ClosedReason)})
	}
	p.Dates, p.Settings = calendarTable(r, e, cal), settingTable(r, e)
	for _, d := range cal.Dates {
		if d.Deviates() {
			p.Deviating++
		}
	}
	return electionView.Render(r, p)
}

// decisionFact says whether the journal may serve as the protocol.
func decisionFact(r *site.Request, e models.Election) site.Fact {
	if d := e.EProtocol; d.Set() {
		return site.Fact{Name: r.Text("election.protocol"), Text: d.Body + ", " + r.ShortDay(d.Date) + ", " + d.Reference}
	}
	return site.Fact{Name: r.Text("election.protocol"), Tag: site.Tag{Kind: "warn", Text: r.Text("election.protocol_missing")}}
}
