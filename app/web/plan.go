package web

import (
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/planning"
	"github.com/brevstemme/brevstemme/models/schedule"
)

func (s *Server) planRoutes() []Route {
	return []Route{
		get("/plan", planReaders, s.plans).nav("nav.plan"),
		get("/plan/:id", planReaders, s.plan),
		post("/plan/:id", coordinator, s.planEdit),
		get("/plan/:id/import", coordinator, s.planImportForm),
		post("/plan/:id/import", coordinator, s.planImport),
		get("/plan/:id/sted/:place", planReaders, s.planPlace),
		get("/plan/:id/tid/:session", coordinator, s.planSession),
		post("/plan/:id/tid/:session", coordinator, s.planSessionChange),
		get("/plan/:id/foreslaa", coordinator, s.planProposeForm),
		post("/plan/:id/foreslaa", coordinator, s.planPropose),
		get("/plan/:id/fund", planReaders, s.planFindings),
		post("/plan/:id/fund", coordinator, s.planTick),
		get("/plan/:id/offentliggoer", coordinator, s.planPublishForm),
		post("/plan/:id/offentliggoer", coordinator, s.planPublish),
		get("/plan/:id/versioner", planReaders, s.planVersions),
		get("/plan/:id/versioner/:number", planReaders, s.planVersion),
		get("/plan/:id/aendringer", planReaders, s.planNotices),
		post("/plan/:id/aendringer", planReaders, s.planNoticesSeen),
		get("/plan/:id/udvid", coordinator, s.planExtendForm),
		post("/plan/:id/udvid", coordinator, s.planExtend),
		get("/plan/:id/kort", planReaders, s.planMap),
		get("/plan/:id/prognose", planReaders, s.planForecast),
		get("/aftaler", planners, s.talks).nav("nav.talks"),
		get("/aftaler/:series", planners, s.talk),
		post("/aftaler/:series", planners, s.talkStep),
	}
}

// planHead is the head of every page of one plan.
type planHead struct {
	Election models.Election
	Tab      string
	CanPlan  bool
}

func (r *Request) planHead(e models.Election, tab string) planHead {
	return planHead{e, tab, r.Account.Is(models.RoleCoordinator)}
}

func planChrome(e models.Election) Chrome {
	return Chrome{Crumbs: []Link{{Href: "/valg/se/" + e.ID, Text: e.Name}, {Href: "/plan/" + e.ID, Key: "plan.short"}}}
}

type planImportPage struct {
	Chrome
	Election models.Election
	Findings *Table
	Done     string // what was imported in spite of the findings
}

var (
	planImportView = newView[*planImportPage]("plan-import")
)

// plans goes to the plan of the election that is next.
func (s *Server) plans(r *Request) error {
	all, err := s.store.Elections(r.Context())
	if err != nil {
		return err
	}
	for _, state := range []models.ElectionState{models.ElectionRunning, models.ElectionPlanned} {
		for _, e := range all {
			if e.State == state && !e.Practice {
				return r.done("/plan/"+e.ID, "")
			}
		}
	}
	return r.done("/valg", "")
}

func (s *Server) placeNames(r *Request) (map[string]string, error) {
	places, err := s.store.Places(r.Context())
	names := make(map[string]string, len(places))
	for _, p := range places {
		names[p.ID] = p.Name
	}
	return names, err
}

// placesAndNames are the names of places and the private data of people by id.
func (s *Server) placesAndNames(r *Request) (map[string]string, map[string]models.Private, error) {
	places, err := s.placeNames(r)
	if err != nil {
		return nil, nil, err
	}
	names, err := s.store.Names(r.Context())
	return places, names, err
}

func (r *Request) sessionTag(st models.SessionState) Tag {
	kind := map[models.SessionState]string{models.SessionPublished: "info", models.SessionOpen: "ok", models.SessionClosing: "warn", models.SessionCancelled: "bad"}[st]
	if kind == "" {
		kind = "plain"
	}
	return Tag{kind, r.Text("session.state." + string(st))}
}

func (s *Server) planImportPage(r *Request) (*planImportPage, error) {
	e, err := s.store.Election(r.Context(), r.Param("id"))
	return &planImportPage{Chrome: Chrome{Crumbs: []Link{{Href: "/plan/" + e.ID, Text: e.Name}}}, Election: e}, err
}

func (s *Server) planImportForm(r *Request) error {
	p, err := s.planImportPage(r)
	if err != nil {
		return err
	}
	return planImportView.render(r, p)
}

// planImport reads a list; errors come back with their lines, and nothing is
// imported while there are any. Warnings are shown with what was imported.
func (s *Server) planImport(r *Request) error {
	p, err := s.planImportPage(r)
	if err != nil {
		return err
	}
	_, content, err := r.upload("file")
	if err != nil {
		return planImportView.again(r, err, p)
	}
	e := p.Election
	list := schedule.Check(content, planning.Window(e))
	if len(list.Findings) > 0 {
		t := r.findingTable(list.Findings)
		p.Findings = &t
	}
	out, err := s.store.ImportPlan(r.Context(), r.act(), e.ID, list)
	if err != nil {
		return planImportView.again(r, err, p)
	}
	if p.Findings == nil {
		return r.done("/plan/"+e.ID, "plan.imported", len(out.Sessions), len(out.Places), out.Known)
	}
	p.Done = r.Text("plan.imported", len(out.Sessions), len(out.Places), out.Known)
	return planImportView.render(r, p)
}

// lineText names a row of a file; 0 is the file as a whole.
func (r *Request) lineText(line int) string {
	if line == 0 {
		return r.Text("schedule.whole_list")
	}
	return r.Text("schedule.row", line)
}

func (r *Request) findingTable(fs []schedule.Finding) Table {
	t := Table{Caption: r.Text("plan.findings"), Columns: []Column{{Text: r.Text("schedule.where")}, {Text: r.Text("plan.severity")}, {Text: r.Text("plan.finding")}}}
	kinds := map[schedule.Severity]string{schedule.Error: "bad", schedule.Warning: "warn", schedule.Info: "info"}
	for _, f := range fs {
		t.Rows = append(t.Rows, []Cell{{Text: r.lineText(f.Line)}, {Tag: Tag{kinds[f.Severity], r.Text("severity." + string(f.Severity))}}, {Text: f.Text(r.Lang)}})
	}
	return t
}
