package planning

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/language"
	"github.com/brevstemme/brevstemme/models/planning"
)

func (s *Server) planRuleRoutes() []site.Route {
	return []site.Route{
		site.Get("/plan/:id/regler", site.Coordinator, s.planRulesForm),
		site.Post("/plan/:id/regler", site.Coordinator, s.planRulesSave),
		site.Get("/plan/:id/lister", site.Coordinator, s.planCompareForm),
		site.Post("/plan/:id/lister", site.Coordinator, s.planCompare),
		site.Get(site.APIPrefix+"elections/:election/patterns", planReaders, s.apiPatterns).API(nil, patternsOut{}),
		site.Post(site.APIPrefix+"elections/:election/patterns", site.Coordinator, s.apiPatternsSave).API(patternsIn{}, appliedOut{}),
	}
}

// ruleRow is one line of the form: the rules of a place that share everything but
// their weekday and hours stand on one line.
type ruleRow struct {
	Number                                   int // from 0, as the fields are named
	Shown                                    int // from 1, as people count
	Where, Day, Hours, From, Until, Reason   string
	WhereWrong, DayWrong, HoursWrong, PWrong string
}

func newRow(i int) ruleRow { return ruleRow{Number: i, Shown: i + 1} }

// blankRules is how many empty lines the form offers below those in use.
const blankRules = 6

type planRulesPage struct {
	site.Chrome
	planHead
	Mark    string
	Rows    []ruleRow
	Where   []site.Option
	Shown   bool // a proposal is shown
	Facts   []site.Fact
	Changes site.Table
	Rules   site.Table
	Plan    site.Table
}

func (s *Server) planRulesPage(r *site.Request) (*planRulesPage, error) {
	e, err := s.Store.Election(r.Context(), r.Param("id"))
	if err != nil {
		return nil, err
	}
	places, err := s.Store.Places(r.Context())
	if err != nil {
		return nil, err
	}
	rules, err := s.Store.Patterns(r.Context(), e.ID)
	if err != nil {
		return nil, err
	}
	p := &planRulesPage{Chrome: planChrome(e), planHead: headOfPlan(r, e, "rules"), Mark: planning.Mark(rules), Where: []site.Option{{Value: "", Text: r.Text("plan-rules.none_chosen")}}}
	p.TitleKey = "plan-rules.title"
	for _, x := range places {
		if x.Kind == models.PlaceReception {
			continue
		}
		p.Where = append(p.Where, site.Option{Value: x.ID + "|-1", Text: x.Name})
		for i, stop := range x.Stops {
			p.Where = append(p.Where, site.Option{Value: fmt.Sprintf("%s|%d", x.ID, i), Text: x.Name + ": " + stop.Name})
		}
	}
	p.Rows = ruleRows(rules.Patterns)
	for range blankRules {
		p.Rows = append(p.Rows, newRow(len(p.Rows)))
	}
	return p, nil
}

func (s *Server) planRulesForm(r *site.Request) error {
	p, err := s.planRulesPage(r)
	if err != nil {
		return err
	}
	return planRulesView.Render(r, p)
}

// closedHours is what stands in the hours of a rule that takes days out.
const closedHours = "lukket"

// ruleRows puts rules on lines as they were typed: first the spans of one day
// together, then the weekdays with the same hours.
func ruleRows(ps []planning.Pattern) []ruleRow {
	var out []ruleRow
	for _, x := range ps {
		row := ruleRow{Where: fmt.Sprintf("%s|%d", x.Place, x.Stop), Day: x.Day, Hours: planning.FormatSpans([]planning.Span{{From: x.Opens, To: x.Closes}}), From: dayText(x.From), Until: dayText(x.Until), Reason: x.Reason}
		if x.Closed {
			row.Hours = closedHours
		}
		if n := len(out); n > 0 && !x.Closed && out[n-1].Hours != closedHours && out[n-1].beside(row) && out[n-1].Day == row.Day {
			out[n-1].Hours += ", " + row.Hours
			continue
		}
		out = append(out, row)
	}
	lines := out[:0]
	for _, row := range out {
		if n := len(lines); n > 0 && lines[n-1].beside(row) && lines[n-1].Hours == row.Hours && !strings.ContainsAny(lines[n-1].Day+row.Day, "0123456789") {
			lines[n-1].Day += ", " + row.Day
			continue
		}
		row.Number, row.Shown = len(lines), len(lines)+1
		lines = append(lines, row)
	}
	return lines
}

// beside tells whether two lines share all but days and hours.
func (row ruleRow) beside(o ruleRow) bool {
	return row.Where == o.Where && row.From == o.From && row.Until == o.Until && row.Reason == o.Reason
}

// dayText is a day as a form has it, "" for none.
func dayText(d models.Date) string {
	if d.IsZero() {
		return ""
	}
	return d.Danish()
}

// typedRules reads the lines of the form. A line without days is no rule. lines
// holds, for each rule, the line that it comes from.
func typedRules(r *site.Request) (rows []ruleRow, rules []planning.Pattern, lines []int, err error) {
	var errs models.Errors
	n, _ := strconv.Atoi(r.Field("rows"))
	for i := range min(max(n, 0), planning.MostPatterns) {
		at := func(name string) string { return r.Field(fmt.Sprintf("%s.%d", name, i)) }
		row := ruleRow{Number: i, Shown: i + 1, Where: at("place"), Day: at("day"), Hours: at("hours"), From: at("from"), Until: at("until"), Reason: at("reason")}
		if strings.TrimSpace(row.Day) != "" {
			made, bad := row.read(i)
			errs = append(errs, bad...)
			for _, x := range made {
				rules, lines = append(rules, x), append(lines, i)
			}
		}
		rows = append(rows, row)
	}
	return rows, rules, lines, errs.OrNil()
}

// read makes the rules of a line: one for each weekday and span.
func (row ruleRow) read(i int) ([]planning.Pattern, models.Errors) {
	var errs models.Errors
	field := func(name string) string { return fmt.Sprintf("%s.%d", name, i) }
	note := func(err error) {
		if e, ok := err.(*models.Error); ok {
			errs = append(errs, e)
		}
	}
	place, stop, _ := strings.Cut(row.Where, "|")
	x := planning.Pattern{Place: place, Reason: strings.TrimSpace(row.Reason)}
	var err error
	if x.Stop, err = strconv.Atoi(stop); err != nil {
		x.Stop = -1
	}
	days, err := planning.ParsePatternDays(field("day"), row.Day)
	note(err)
	for _, t := range []struct {
		to          *models.Date
		name, typed string
	}{{&x.From, "from", row.From}, {&x.Until, "until", row.Until}} {
		if strings.TrimSpace(t.typed) == "" {
			continue
		}
		if *t.to, err = models.ParseDay(t.typed); err != nil {
			errs = append(errs, models.Invalid(field(t.name), "form.not_a_date", t.typed))
		}
	}
	spans := []planning.Span{{}}
	if x.Closed = slices.Contains([]string{closedHours, "closed"}, strings.ToLower(strings.TrimSpace(row.Hours))); !x.Closed {
		if spans, err = planning.ParseSpans(field("hours"), row.Hours); err == nil && len(spans) == 0 {
			err = models.Invalid(field("hours"), "planning.pattern.hours")
		}
		note(err)
	}
	var out []planning.Pattern
	for _, day := range days {
		for _, span := range spans {
			x.Day, x.Opens, x.Closes = day, span.From, span.To
			out = append(out, x)
		}
	}
	return out, errs
}

// planRulesSave shows what the rules make, or saves them.
func (s *Server) planRulesSave(r *site.Request) error {
	p, err := s.planRulesPage(r)
	if err != nil {
		return err
	}
	rows, rules, lines, err := typedRules(r)
	for len(rows) == 0 || rows[len(rows)-1].Day != "" {
		rows = append(rows, newRow(len(rows)))
	}
	p.Rows, p.Mark = rows, r.Field("mark")
	var a planning.Applied
	if err == nil && r.Field("do") == "save" {
		if a, err = s.Store.SavePatterns(r.Context(), r.Act(), p.Election.ID, p.Mark, rules); err == nil {
			return r.Done("/plan/"+p.Election.ID, "plan-rules.saved", len(a.Added), len(a.Removed))
		}
	} else if err == nil {
		a, err = s.Store.PreviewPatterns(r.Context(), p.Election.ID, rules)
	}
	err = onLines(err, lines)
	if err == nil || len(a.Findings) > 0 {
		names, nerr := s.PlaceNames(r)
		if nerr != nil {
			return nerr
		}
		p.show(r, a, names, lines)
	}
	if err != nil {
		p.wrong(r, err)
		return planRulesView.Again(r, err, p)
	}
	return planRulesView.Render(r, p)
}

// onLines puts the errors about rules on the lines that were typed.
func onLines(err error, lines []int) error {
	errs, ok := err.(models.Errors)
	if !ok {
		return err
	}
	out := make(models.Errors, len(errs))
	for i, e := range errs {
		out[i] = e
		name, n, _ := strings.Cut(e.Field, ".")
		if at, err := strconv.Atoi(n); err == nil && e.TextKey() != "planning.pattern.day" && at < len(lines) && len(lines) > 0 {
			out[i] = e.On(fmt.Sprintf("%s.%d", name, lines[at]))
		}
	}
	return out
}

// wrong marks the cells at fault.
func (p *planRulesPage) wrong(r *site.Request, err error) {
	errs, ok := err.(models.Errors)
	if one, is := err.(*models.Error); is {
		errs, ok = models.Errors{one}, true
	}
	if !ok {
		return
	}
	for _, e := range errs {
		name, n, _ := strings.Cut(e.Field, ".")
		i, err := strconv.Atoi(n)
		if err != nil || i >= len(p.Rows) {
			continue
		}
		text := r.Text(e.TextKey(), e.Args...)
		switch name {
		case "place":
			p.Rows[i].WhereWrong = text
		case "day":
			p.Rows[i].DayWrong = text
		case "hours":
			p.Rows[i].HoursWrong = text
		default:
			p.Rows[i].PWrong = text
		}
	}
}

func (p *planRulesPage) show(r *site.Request, a planning.Applied, names map[string]string, lines []int) {
	p.Shown = true
	count := func(n int) string { return language.Number(r.Lang, int64(n)) }
	p.Facts = []site.Fact{{Name: r.Text("plan-rules.added"), Text: count(len(a.Added))}, {Name: r.Text("plan-rules.removed"), Text: count(len(a.Removed))},
		{Name: r.Text("plan-rules.same"), Text: count(a.Same)}, {Name: r.Text("plan-rules.kept"), Text: count(len(a.Kept))}}
	p.Changes = site.Table{Caption: r.Text("plan-rules.result"), Empty: r.Text("plan-rules.unchanged"), Columns: []site.Column{{Text: r.Text("plan.place")}, {Text: r.Text("plan.day")}, {Text: r.Text("plan.hours")}, {Text: r.Text("plan-rules.change")}}}
	for _, part := range []struct {
		of  []models.Session
		tag site.Tag
	}{{a.Kept, site.Tag{Kind: "warn", Text: r.Text("plan-rules.kept")}}, {a.Removed, site.Tag{Kind: "bad", Text: r.Text("plan-rules.removed")}}, {a.Added, site.Tag{Kind: "ok", Text: r.Text("plan-rules.added")}}} {
		for _, x := range part.of {
			p.Changes.Rows = append(p.Changes.Rows, []site.Cell{{Text: names[x.Place]}, {Text: r.WeekdayDate(x.Date())}, {Text: r.ClockSpan(x)}, {Tag: part.tag}})
		}
	}
	p.Rules = findingTable(r, a.Findings)
	p.Rules.Caption, p.Rules.Columns[0].Text = r.Text("plan-rules.rule_findings"), r.Text("plan-rules.rule")
	for i, f := range a.Findings {
		if f.Line > 0 && f.Line <= len(lines) {
			p.Rules.Rows[i][0].Text = strconv.Itoa(lines[f.Line-1] + 1)
		}
	}
	p.Plan = site.Table{Caption: r.Text("plan-rules.plan_findings"), Empty: r.Text("plan.findings_none"), Columns: []site.Column{{Text: r.Text("plan.finding")}, {Text: r.Text("plan.severity")}}}
	for _, f := range a.Plan {
		p.Plan.Rows = append(p.Plan.Rows, []site.Cell{{Text: f.Text(r.Lang)}, {Tag: severityTag(r, f.Severity)}})
	}
}

var planRulesView = site.NewView[*planRulesPage]("plan-rules")

// patternsOut is the rules of a plan with the mark to send back when saving.
type patternsOut struct {
	Mark     string             `json:"mark"`
	Patterns []planning.Pattern `json:"patterns"`
}

// patternsIn is new rules; preview only tells what they would make.
type patternsIn struct {
	Mark     string             `json:"mark"`
	Patterns []planning.Pattern `json:"patterns"`
	Preview  bool               `json:"preview"`
}

// appliedOut is what rules make, or would make. Saving answers the same key the
// same; kept and findings are told of the plan as it stands then.
type appliedOut struct {
	Added   []models.Session   `json:"added"`
	Removed []models.Session   `json:"removed"`
	Kept    []models.Session   `json:"kept"`
	Same    int                `json:"same"`
	Plan    []planning.Finding `json:"findings"`
}

func (s *Server) apiPatterns(r *site.Request) error {
	p, err := s.Store.Patterns(r.Context(), r.Param("election"))
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, patternsOut{planning.Mark(p), p.Patterns})
}

func (s *Server) apiPatternsSave(r *site.Request) error {
	var in patternsIn
	if err := r.Decode(&in); err != nil {
		return err
	}
	var a planning.Applied
	var err error
	if in.Preview {
		a, err = s.Store.PreviewPatterns(r.Context(), r.Param("election"), in.Patterns)
	} else {
		a, err = s.Store.SavePatterns(r.Context(), r.Act(), r.Param("election"), in.Mark, in.Patterns)
	}
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, appliedOut{a.Added, a.Removed, a.Kept, a.Same, a.Plan})
}
