package planning

import (
	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/language"
	"github.com/brevstemme/brevstemme/models/planning"
	"github.com/brevstemme/brevstemme/models/schedule"
)

func (s *Server) planRoutes() []site.Route {
	return []site.Route{
		site.Get("/plan", planReaders, s.plans).InMenu("nav.plan"),
		site.Get("/plan/:id", planReaders, s.plan),
		site.Post("/plan/:id", site.Coordinator, s.planEdit),
		site.Get("/plan/:id/import", site.Coordinator, s.planImportForm),
		site.Post("/plan/:id/import", site.Coordinator, s.planImport),
		site.Get("/plan/:id/import/:report", planReaders, s.planImportReport),
		site.Get("/plan/:id/sted/:place", planReaders, s.planPlace),
		site.Get("/plan/:id/tid/:session", site.Coordinator, s.planSession),
		site.Post("/plan/:id/tid/:session", site.Coordinator, s.planSessionChange),
		site.Get("/plan/:id/foreslaa", site.Coordinator, s.planProposeForm),
		site.Post("/plan/:id/foreslaa", site.Coordinator, s.planPropose),
		site.Get("/plan/:id/fund", planReaders, s.planFindings),
		site.Post("/plan/:id/fund", site.Coordinator, s.planTick),
		site.Get("/plan/:id/offentliggoer", site.Coordinator, s.planPublishForm),
		site.Post("/plan/:id/offentliggoer", site.Coordinator, s.planPublish),
		site.Get("/plan/:id/versioner", planReaders, s.planVersions),
		site.Get("/plan/:id/versioner/:number", planReaders, s.planVersion),
		site.Get("/plan/:id/aendringer", planReaders, s.planNotices),
		site.Post("/plan/:id/aendringer", planReaders, s.planNoticesSeen),
		site.Get("/plan/:id/udvid", site.Coordinator, s.planExtendForm),
		site.Post("/plan/:id/udvid", site.Coordinator, s.planExtend),
		site.Get("/plan/:id/kort", planReaders, s.planMap),
		site.Get("/plan/:id/prognose", planReaders, s.planForecast),
		site.Get("/aftaler", site.Planners, s.talks).InMenu("nav.talks"),
		site.Get("/aftaler/:series", site.Planners, s.talk),
		site.Post("/aftaler/:series", site.Planners, s.talkStep),
	}
}

// planHead is the head of every page of one plan.
type planHead struct {
	Election models.Election
	Tab      string
	CanPlan  bool
}

// planOf loads the election of the path and its plan.
func (s *Server) planOf(r *site.Request) (e models.Election, plan planning.Plan, ticks planning.Ticks, err error) {
	if e, err = s.Store.Election(r.Context(), r.Param("id")); err != nil {
		return e, plan, ticks, err
	}
	plan, ticks, err = s.Store.Plan(r.Context(), e.ID)
	return e, plan, ticks, err
}

func headOfPlan(r *site.Request, e models.Election, tab string) planHead {
	return planHead{e, tab, r.Account.Is(models.RoleCoordinator)}
}

func planChrome(e models.Election) site.Chrome {
	return site.Chrome{Of: e.Name, Crumbs: []site.Link{site.ElectionLink(e, "/valg/se/"+e.ID), {Href: "/plan/" + e.ID, Key: "plan.short"}}}
}

type planImportPage struct {
	site.Chrome
	Election models.Election
	Findings *site.Table
	Before   *site.Table // imports that had remarks
}

type planImportReportPage struct {
	site.Chrome
	planHead
	Said, At string
	Findings site.Table
	Left     string // how many more there were
}

var (
	planImportView       = site.NewView[*planImportPage]("plan-import")
	planImportReportView = site.NewView[*planImportReportPage]("plan-import-report")
)

// plans goes to the plan of the election that is next.
func (s *Server) plans(r *site.Request) error {
	e, ok, err := s.NextElection(r)
	if err != nil {
		return err
	}
	if !ok {
		return r.Done("/valg", "")
	}
	return r.Done("/plan/"+e.ID, "")
}

func sessionTag(r *site.Request, st models.SessionState) site.Tag {
	kind := map[models.SessionState]string{models.SessionPublished: "info", models.SessionOpen: "ok", models.SessionClosing: "warn", models.SessionCancelled: "bad"}[st]
	if kind == "" {
		kind = "plain"
	}
	return site.Tag{Kind: kind, Text: r.Text("session.state." + string(st))}
}

func (s *Server) planImportPage(r *site.Request) (*planImportPage, error) {
	e, err := s.Store.Election(r.Context(), r.Param("id"))
	if err != nil {
		return nil, err
	}
	p := &planImportPage{Chrome: site.Chrome{Of: e.Name, Crumbs: []site.Link{site.ElectionLink(e, "/plan/"+e.ID)}}, Election: e}
	before, err := s.Store.ImportReports(r.Context(), e.ID)
	if err != nil || len(before) == 0 {
		return p, err
	}
	number := func(n int) site.Cell { return site.Cell{Text: language.Number(r.Lang, int64(n))} }
	p.Before = &site.Table{Caption: r.Text("plan.imports"), Columns: []site.Column{{Text: r.Text("plan.imported_at")}, {Text: r.Text("plan.sessions"), Number: true}, {Text: r.Text("plan.new_places"), Number: true}, {Text: r.Text("plan.remarks"), Number: true}}}
	for _, x := range before {
		p.Before.Rows = append(p.Before.Rows, []site.Cell{{Text: r.Moment(x.At), Href: "/plan/" + e.ID + "/import/" + x.ID}, number(x.Sessions), number(x.Places), number(len(x.Findings) + x.Left)})
	}
	return p, nil
}

func (s *Server) planImportForm(r *site.Request) error {
	p, err := s.planImportPage(r)
	if err != nil {
		return err
	}
	return planImportView.Render(r, p)
}

// planImport reads a list; errors come back with their lines, and nothing is
// imported while there are any. Warnings stand on the import's own page.
func (s *Server) planImport(r *site.Request) error {
	p, err := s.planImportPage(r)
	if err != nil {
		return err
	}
	_, content, err := r.Upload("file")
	if err != nil {
		return planImportView.Again(r, err, p)
	}
	e := p.Election
	list := schedule.Check(content, planning.Window(e))
	if len(list.Findings) > 0 {
		t := findingTable(r, list.Findings)
		p.Findings = &t
	}
	out, err := s.Store.ImportPlan(r.Context(), r.Act(), e.ID, list)
	if err != nil {
		return planImportView.Again(r, err, p)
	}
	back := "/plan/" + e.ID
	if out.Report != nil {
		back += "/import/" + out.Report.ID
	}
	return r.Done(back, "plan.imported", len(out.Sessions), len(out.Places), out.Known)
}

// planImportReport is what an import said of its list.
func (s *Server) planImportReport(r *site.Request) error {
	e, err := s.Store.Election(r.Context(), r.Param("id"))
	if err != nil {
		return err
	}
	x, err := s.Store.ImportReport(r.Context(), e.ID, r.Param("report"))
	if err != nil {
		return err
	}
	p := &planImportReportPage{Chrome: planChrome(e), planHead: headOfPlan(r, e, ""), Said: r.Text("plan.imported", x.Sessions, x.Places, x.Known), At: r.Moment(x.At)}
	p.Findings = remarkTable(r, len(x.Findings), func(i int) (int, schedule.Severity, string) {
		f := x.Findings[i]
		return f.Line, f.Severity, f.Text[r.Lang]
	})
	if x.Left > 0 {
		p.Left = r.Text("plan.import_left", x.Left)
	}
	return planImportReportView.Render(r, p)
}

func findingTable(r *site.Request, fs []schedule.Finding) site.Table {
	return remarkTable(r, len(fs), func(i int) (int, schedule.Severity, string) { return fs[i].Line, fs[i].Severity, fs[i].Text(r.Lang) })
}

// remarkTable is n remarks on a list: line, severity and text.
func remarkTable(r *site.Request, n int, of func(int) (line int, s schedule.Severity, text string)) site.Table {
	t := site.Table{Caption: r.Text("plan.findings"), Columns: []site.Column{{Text: r.Text("schedule.where")}, {Text: r.Text("plan.severity")}, {Text: r.Text("plan.finding")}}}
	kinds := map[schedule.Severity]string{schedule.Error: "bad", schedule.Warning: "warn", schedule.Info: "info"}
	for i := range n {
		line, severity, text := of(i)
		t.Rows = append(t.Rows, []site.Cell{{Text: r.LineText(line)}, {Tag: site.Tag{Kind: kinds[severity], Text: r.Text("severity." + string(severity))}}, {Text: text}})
	}
	return t
}
