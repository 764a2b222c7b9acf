package planning

import (
	"html"
	"html/template"
	"net/url"
	"slices"
	"strings"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/calendar"
	"github.com/brevstemme/brevstemme/models/language"
	"github.com/brevstemme/brevstemme/models/planning"
)

type planPage struct {
	site.Chrome
	planHead
	Others    []site.Link // the plans of the other elections
	Weeks     []site.NavItem
	Days      []site.MatrixDay
	Grid      template.HTML // the rows: 1,680 cells are too many for a template
	Week      string
	Drafts    int
	Blocked   int
	Empty     bool
	Conflicts site.Table
}

var planView = site.NewView[*planPage]("plan")

// plan is the week matrix: places × days, typed by keyboard by coordinators and
// read by everybody else.
func (s *Server) plan(r *site.Request) error {
	p, err := s.planPage(r, r.Query("uge"), nil, nil)
	if err != nil {
		return err
	}
	return planView.Render(r, p)
}

// matrix is one page of it while it is being made.
type matrix struct {
	r        *site.Request
	plan     planning.Plan
	days     []models.Date
	cells    map[string]map[models.Date][]models.Session // place → day → sessions in order
	findings map[string]map[models.Date]planning.Finding // the worst of each cell
	typed    url.Values                                  // nil, or a form that came back
	edit     bool
}

func (s *Server) planPage(r *site.Request, week string, typed url.Values, conflicts []planning.Conflict) (*planPage, error) {
	e, plan, ticks, err := s.planOf(r)
	if err != nil {
		return nil, err
	}
	p := &planPage{Chrome: site.Chrome{Of: e.Name, Crumbs: []site.Link{site.ElectionLink(e, "/valg/se/"+e.ID)}, TitleKey: "plan.short", Live: true}, planHead: headOfPlan(r, e, "week")}
	all, err := s.Store.Elections(r.Context())
	if err != nil {
		return nil, err
	}
	p.Others = site.OtherElections(all, e, "/plan/")
	found := planning.Of(plan, e.ID)
	p.Blocked, p.Empty = len(planning.Blocking(found, ticks.Ticks)), len(plan.Places) == 0
	for _, x := range plan.Sessions {
		if x.State == models.SessionDraft {
			p.Drafts++
		}
	}
	m := newMatrix(r, plan, found, ticks.Ticks)
	m.typed, m.edit = typed, p.CanPlan
	p.Week = r.WeekOf(e, week, s.Now())
	m.days = site.DaysOf(e, p.Week)
	p.Weeks = r.WeekLinks(e, p.Week)
	for _, d := range m.days {
		day := site.MatrixDay{Weekday: site.FirstThree(language.Weekday(r.Lang, d.Weekday())), Day: site.DayMonth(r.Lang, d)}
		if h := calendar.Holiday(d); h != "" {
			day.Note = r.Text(h)
		}
		if d == e.Last {
			day.Note = r.Text("plan.last_day")
		}
		p.Days = append(p.Days, day)
	}
	p.Grid = m.rows(e.ID)
	p.Conflicts = conflictTable(r, conflicts, site.PlaceNamesOf(plan.Places))
	return p, nil
}

func newMatrix(r *site.Request, plan planning.Plan, found []planning.Finding, ticks []planning.Tick) *matrix {
	m := &matrix{r: r, plan: plan, cells: map[string]map[models.Date][]models.Session{}, findings: map[string]map[models.Date]planning.Finding{}}
	for _, x := range plan.Sessions {
		if m.cells[x.Place] == nil {
			m.cells[x.Place] = map[models.Date][]models.Session{}
		}
		m.cells[x.Place][x.Date()] = append(m.cells[x.Place][x.Date()], x)
	}
	accepted := map[string]bool{}
	for _, t := range ticks {
		accepted[string(t.Code)+t.Place+t.Session] = true
	}
	for _, f := range found {
		if f.Session == "" || accepted[string(f.Code)+f.Place+f.Session] {
			continue
		}
		if m.findings[f.Place] == nil {
			m.findings[f.Place] = map[models.Date]planning.Finding{}
		}
		if old, ok := m.findings[f.Place][f.Day]; !ok || old.Severity != planning.Error && f.Severity == planning.Error {
			m.findings[f.Place][f.Day] = f
		}
	}
	return m
}

// rows writes the body of the table. Place ids, dates and hours are of letters,
// digits and signs that need no escaping; names are escaped.
func (m *matrix) rows(election string) template.HTML {
	var b strings.Builder
	b.Grow(len(m.plan.Places) * len(m.days) * 300)
	labels := make([]string, len(m.days))
	for i, d := range m.days {
		labels[i] = language.Weekday(m.r.Lang, d.Weekday()) + " " + site.DayMonth(m.r.Lang, d)
	}
	marks := map[planning.Severity]string{planning.Error: html.EscapeString(m.r.Text("severity.error")), planning.Warning: html.EscapeString(m.r.Text("severity.warning"))}
	for _, p := range m.plan.Places {
		if p.Kind == models.PlaceReception || p.Retired && m.cells[p.ID] == nil {
			continue
		}
		name := html.EscapeString(p.Name)
		b.WriteString(`<tr><th scope="row"><a href="/plan/` + election + `/sted/` + p.ID + `">` + name + `</a></th>`)
		for i, d := range m.days {
			m.cell(&b, p, d, name+", "+labels[i], marks)
		}
		b.WriteString("</tr>\n")
	}
	return template.HTML(b.String()) //nolint:gosec // names are escaped above
}

func (m *matrix) cell(b *strings.Builder, p models.Place, d models.Date, label string, marks map[planning.Severity]string) {
	have := m.cells[p.ID][d]
	spans, class := make([]planning.Span, len(have)), ""
	for i, x := range have {
		spans[i] = planning.SpanOf(x)
		if x.State == models.SessionDraft {
			class = "draft"
		}
		if m.plan.Agreements[x.ID].Hole() {
			class = "hole"
		}
	}
	is := planning.FormatSpans(spans)
	f, bad := m.findings[p.ID][d]
	b.WriteString(`<td`)
	if bad {
		class = strings.TrimSpace(class + " " + string(f.Severity))
	}
	if class != "" {
		b.WriteString(` class="` + class + `"`)
	}
	b.WriteString(`>`)
	if m.edit {
		day := d.String()
		value := is
		if m.typed != nil {
			value = html.EscapeString(m.typed.Get("c." + p.ID + "." + day))
		}
		b.WriteString(`<input id="f-c-` + p.ID + `-` + day + `" name="c.` + p.ID + `.` + day + `" value="` + value + `" aria-label="` + label + `" autocomplete="off">`)
		b.WriteString(`<input type="hidden" name="w.` + p.ID + `.` + day + `" value="` + is + `">`)
	} else {
		b.WriteString(is)
	}
	if bad {
		b.WriteString(`<span class="mark"><span aria-hidden="true">!</span><span class="why">` + marks[f.Severity] + `: ` + html.EscapeString(f.Text(m.r.Lang)) + `</span></span>`)
	}
	b.WriteString(`</td>`)
}

func conflictTable(r *site.Request, conflicts []planning.Conflict, names map[string]string) site.Table {
	t := site.Table{Caption: r.Text("plan.conflicts"), Columns: []site.Column{{Text: r.Text("plan.place")}, {Text: r.Text("plan.day")}, {Text: r.Text("plan.you_saw")}, {Text: r.Text("plan.now_there")}, {Text: r.Text("plan.you_typed")}}}
	hours := func(s []planning.Span) string {
		if len(s) == 0 {
			return r.Text("plan.nothing")
		}
		return planning.FormatSpans(s)
	}
	for _, c := range conflicts {
		t.Rows = append(t.Rows, []site.Cell{{Text: names[c.Place]}, {Text: r.WeekdayDate(c.Day)}, {Text: hours(c.Was)}, {Text: hours(c.Is)}, {Text: hours(c.Now)}})
	}
	return t
}

// planEdit saves what was typed into the matrix: all of it or nothing.
func (s *Server) planEdit(r *site.Request) error {
	cells, err := typedCells(r.HTTP().PostForm)
	var conflicts []planning.Conflict
	var done planning.Revision
	if err == nil {
		done, conflicts, err = s.Store.EditPlan(r.Context(), r.Act(), r.Param("id"), cells, r.Field("reason"))
	}
	if err != nil {
		p, perr := s.planPage(r, r.Field("week"), r.HTTP().PostForm, conflicts)
		if perr != nil {
			return perr
		}
		return planView.Again(r, err, p)
	}
	return r.Done("/plan/"+r.Param("id")+"?uge="+url.QueryEscape(r.Field("week")), "plan.saved", len(done.Sessions))
}

// typedCells are the cells in which something else stands than what was shown.
func typedCells(form url.Values) ([]planning.Cell, error) {
	var out []planning.Cell
	var errs models.Errors
	for name := range form {
		part := strings.Split(name, ".")
		if len(part) != 3 || part[0] != "c" {
			continue
		}
		typed, was := strings.TrimSpace(form.Get(name)), form.Get("w."+part[1]+"."+part[2])
		if typed == was {
			continue
		}
		day, err := models.ParseDate(part[2])
		if err != nil {
			return nil, models.Invalid(name, "form.not_a_date", part[2])
		}
		c := planning.Cell{Place: part[1], Day: day}
		if c.Was, err = planning.ParseSpans(name, was); err != nil {
			return nil, err
		}
		if c.Now, err = planning.ParseSpans(name, typed); err != nil {
			if e, ok := err.(*models.Error); ok {
				errs = append(errs, e)
				continue
			}
			return nil, err
		}
		out = append(out, c)
	}
	slices.SortFunc(out, func(a, b planning.Cell) int {
		if c := a.Day.Compare(b.Day); c != 0 {
			return c
		}
		return strings.Compare(a.Place, b.Place)
	})
	return out, errs.OrNil()
}
