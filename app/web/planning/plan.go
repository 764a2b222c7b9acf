package planning

import (
	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
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

func headOfPlan(r *site.Request, e models.Election, tab string) planHead {
	return planHead{e, tab, r.Account.Is(models.RoleCoordinator)}
}

func planChrome(e models.Election) site.Chrome {
	return site.Chrome{Crumbs: []site.Link{{Href: "/valg/se/" + e.ID, Text: e.Name}, {Href: "/plan/" + e.ID, Key: "plan.short"}}}
}

type planImportPage struct {
	site.Chrome
	Election models.Election
	Findings *site.Table
	Done     string // what was imported in spite of the findings
}

var (
	planImportView = site.NewView[*planImportPage]("plan-import")
)

// plans goes to the plan of the election that is next.
func (s *Server) plans(r *site.Request) error {
	all, err := s.Store.Elections(r.Context())
	if err != nil {
		return err
	}
	for _, state := range []models.ElectionState{models.ElectionRunning, models.ElectionPlanned} {
		for _, e := range all {
			if e.State == state && !e.Practice {
				return r.Done("/plan/"+e.ID, "")
			}
		}
	}
	return r.Done("/valg", "")
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
	return &planImportPage{Chrome: site.Chrome{Crumbs: []site.Link{{Href: "/plan/" + e.ID, Text: e.Name}}}, Election: e}, err
}

func (s *Server) planImportForm(r *site.Request) error {
	p, err := s.planImportPage(r)
	if err != nil {
		return err
	}
	return planImportView.Render(r, p)
}

// planImport reads a list; errors come back with their lines, and nothing is
// imported while there are any. Warnings are shown with what was imported.
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
	if p.Findings == nil {
		return r.Done("/plan/"+e.ID, "plan.imported", len(out.Sessions), len(out.Places), out.Known)
	}
	p.Done = r.Text("plan.imported", len(out.Sessions), len(out.Places), out.Known)
	return planImportView.Render(r, p)
}

func findingTable(r *site.Request, fs []schedule.Finding) site.Table {
	t := site.Table{Caption: r.Text("plan.findings"), Columns: []site.Column{{Text: r.Text("schedule.where")}, {Text: r.Text("plan.severity")}, {Text: r.Text("plan.finding")}}}
	kinds := map[schedule.Severity]string{schedule.Error: "bad", schedule.Warning: "warn", schedule.Info: "info"}
	for _, f := range fs {
		t.Rows = append(t.Rows, []site.Cell{{Text: r.LineText(f.Line)}, {Tag: site.Tag{Kind: kinds[f.Severity], Text: r.Text("severity." + string(f.Severity))}}, {Text: f.Text(r.Lang)}})
	}
	return t
}
