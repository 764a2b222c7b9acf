package web

import (
	"fmt"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/calendar"
	"github.com/brevstemme/brevstemme/models/language"
	"github.com/brevstemme/brevstemme/models/schedule"
)

func (s *Server) planRoutes() []Route {
	return []Route{
		get("/plan", planReaders, s.plans),
		get("/plan/:id", planReaders, s.plan),
		get("/plan/:id/import", coordinator, s.planImportForm),
		post("/plan/:id/import", coordinator, s.planImport),
		get("/plan/:id/offentliggoer", coordinator, s.planPublishForm),
		post("/plan/:id/offentliggoer", coordinator, s.planPublish),
	}
}

type planPage struct {
	Chrome
	Election models.Election
	Weeks    []Link
	Week     string
	Table    Table
	Drafts   int
	CanPlan  bool
}

type planImportPage struct {
	Chrome
	Election models.Election
	Findings *Table
}

type planPublishPage struct {
	Chrome
	Election models.Election
	Facts    []Fact
}

var (
	planView        = newView[*planPage]("plan")
	planImportView  = newView[*planImportPage]("plan-import")
	planPublishView = newView[*planPublishPage]("plan-publish")
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

// plan shows the sessions of one week, place by place.
func (s *Server) plan(r *Request) error {
	e, err := s.store.Election(r.Context(), r.Param("id"))
	if err != nil {
		return err
	}
	sessions, err := s.store.Sessions(r.Context(), e.ID, time.Time{}, time.Time{})
	if err != nil {
		return err
	}
	names, err := s.placeNames(r)
	if err != nil {
		return err
	}
	p := &planPage{Chrome: Chrome{Crumbs: []Link{{Href: "/valg/se/" + e.ID, Text: e.Name}}, TitleKey: "plan.title", TitleArgs: []any{e.Name}}, Election: e, CanPlan: r.Account.Is(models.RoleCoordinator)}
	p.Week = r.Query("uge")
	seen := map[string]bool{}
	for _, x := range sessions {
		if x.State == models.SessionDraft {
			p.Drafts++
		}
		y, w := x.Date().ISOWeek()
		if k := fmt.Sprintf("%d-%02d", y, w); !seen[k] {
			seen[k] = true
			p.Weeks = append(p.Weeks, Link{Href: "/plan/" + e.ID + "?uge=" + k, Text: r.Text("plan.week", w)})
			if p.Week == "" {
				p.Week = k
			}
		}
	}
	p.Table = r.planTable(sessions, names, p.Week)
	return planView.render(r, p)
}

func (s *Server) placeNames(r *Request) (map[string]string, error) {
	places, err := s.store.Places(r.Context())
	names := make(map[string]string, len(places))
	for _, p := range places {
		names[p.ID] = p.Name
	}
	return names, err
}

func (r *Request) planTable(sessions []models.Session, names map[string]string, week string) Table {
	t := Table{Caption: r.Text("plan.sessions"), Empty: r.Text("plan.empty"), Columns: []Column{{Text: r.Text("plan.place")}, {Text: r.Text("plan.day")}, {Text: r.Text("plan.hours")}, {Text: r.Text("plan.state")}}}
	for _, x := range sessions {
		if y, w := x.Date().ISOWeek(); fmt.Sprintf("%d-%02d", y, w) != week {
			continue
		}
		start, end := x.Starts.In(models.Copenhagen), x.Ends.In(models.Copenhagen)
		t.Rows = append(t.Rows, []Cell{{Text: names[x.Place]}, {Text: language.Weekday(r.Lang, start.Weekday()) + " " + r.shortDay(x.Date())},
			{Text: language.Clock(r.Lang, start) + "–" + language.Clock(r.Lang, end)}, {Tag: r.sessionTag(x.State)}})
	}
	return t
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
// imported while there are any.
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
	period, err := schedule.PeriodFor(calendar.Election{Type: e.Type, Date: e.Date, Called: e.Called}, e.First, e.Last, calendar.Default())
	if err != nil {
		return planImportView.again(r, err, p)
	}
	list := schedule.Check(content, period)
	if len(list.Findings) > 0 {
		t := r.findingTable(list.Findings)
		p.Findings = &t
	}
	out, err := s.store.ImportPlan(r.Context(), r.act(), e.ID, list)
	if err != nil {
		return planImportView.again(r, err, p)
	}
	return r.done("/plan/"+e.ID, "plan.imported", len(out.Sessions), len(out.Places), out.Known)
}

func (r *Request) findingTable(fs []schedule.Finding) Table {
	t := Table{Caption: r.Text("plan.findings"), Columns: []Column{{Text: r.Text("plan.line"), Number: true}, {Text: r.Text("plan.severity")}, {Text: r.Text("plan.finding")}}}
	kinds := map[schedule.Severity]string{schedule.Error: "bad", schedule.Warning: "warn", schedule.Info: "info"}
	for _, f := range fs {
		t.Rows = append(t.Rows, []Cell{{Text: fmt.Sprint(f.Line)}, {Tag: Tag{kinds[f.Severity], r.Text("severity." + string(f.Severity))}}, {Text: f.Text(r.Lang)}})
	}
	return t
}

func (s *Server) planPublishPage(r *Request) (*planPublishPage, error) {
	e, err := s.store.Election(r.Context(), r.Param("id"))
	if err != nil {
		return nil, err
	}
	sessions, err := s.store.Sessions(r.Context(), e.ID, time.Time{}, time.Time{})
	if err != nil {
		return nil, err
	}
	drafts, places := 0, map[string]bool{}
	for _, x := range sessions {
		if x.State == models.SessionDraft {
			drafts++
			places[x.Place] = true
		}
	}
	p := &planPublishPage{Chrome: Chrome{Crumbs: []Link{{Href: "/plan/" + e.ID, Text: e.Name}}}, Election: e}
	p.Facts = []Fact{{Name: r.Text("plan.drafts"), Text: fmt.Sprint(drafts)}, {Name: r.Text("plan.places"), Text: fmt.Sprint(len(places))},
		{Name: r.Text("election.window"), Text: r.shortDay(e.First) + " – " + r.shortDay(e.Last)}}
	return p, nil
}

func (s *Server) planPublishForm(r *Request) error {
	p, err := s.planPublishPage(r)
	if err != nil {
		return err
	}
	return planPublishView.render(r, p)
}

func (s *Server) planPublish(r *Request) error {
	p, err := s.planPublishPage(r)
	if err != nil {
		return err
	}
	n, err := s.store.PublishPlan(r.Context(), r.act(), p.Election.ID)
	if err != nil {
		return planPublishView.again(r, err, p)
	}
	return r.done("/plan/"+p.Election.ID, "plan.published", n)
}
