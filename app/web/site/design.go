package site

import (
	"time"

	"github.com/brevstemme/brevstemme/models"
)

// The design pages show every component with made-up content, for those who
// keep the program and for the browser test. They read no data.

type designPage struct {
	Chrome
	Tags     []Tag
	Options  []Option
	Table    Table
	Wide     Table
	Facts    []Fact
	Tasks    []Task
	Events   []Event
	Right    Equation
	Wrong    Equation
	Nothing  Empty
	Count    BigCount
	Sections []Link
	Day      models.Date
}

var (
	designIndexView   = NewView[*designPage]("design")
	designFormView    = NewView[*designPage]("design-form")
	designTablesView  = NewView[*designPage]("design-tables")
	designDeskView    = NewView[*designPage]("design-desk")
	designReceiptView = NewView[*designPage]("design-receipt")
	designConfirmView = NewView[*designPage]("design-confirm")
)

var designCrumbs = []Link{{Href: "/design", Key: "design.title"}}

// designMoment is a fixed instant: the pages look the same every day.
var designMoment = time.Date(2025, 11, 3, 13, 32, 0, 0, time.UTC)

func (s *Server) designIndex(r *Request) error {
	return designIndexView.Render(r, &designPage{
		Tags: []Tag{{"ok", r.Text("design.tag.ok")}, {"warn", r.Text("design.tag.warn")}, {"bad", r.Text("design.tag.bad")},
			{"info", r.Text("design.tag.info")}, {"plain", r.Text("design.tag.plain")}},
		Sections: []Link{{Href: "/design/formular", Key: "design-form.title"}, {Href: "/design/tabeller", Key: "design-tables.title"},
			{Href: "/design/skranke", Key: "design-desk.title"}, {Href: "/design/kvittering", Key: "design-receipt.title"},
			{Href: "/design/bekraeft", Key: "design-confirm.title"}, {Href: "/design/fejl", Key: "design.problem"}},
	})
}

func designFormPage(r *Request) *designPage {
	return &designPage{Chrome: Chrome{Crumbs: designCrumbs}, Options: []Option{
		{Value: "own", Text: r.Text("design.own"), Hint: r.Text("design.own_hint")},
		{Value: "other", Text: r.Text("design.other")},
		{Value: "unknown", Text: r.Text("design.unknown")},
	}}
}

func (s *Server) designForm(r *Request) error {
	return designFormView.Render(r, designFormPage(r))
}

// designFormSend always has something to say against what was typed, so that
// the page with errors can be seen.
func (s *Server) designFormSend(r *Request) error {
	var errs models.Errors
	if _, err := r.Count("count"); err != nil {
		errs = append(errs, err.(*models.Error))
	}
	if _, err := r.Date("day"); err != nil {
		errs = append(errs, err.(*models.Error))
	}
	if r.Field("destination") == "" {
		errs = append(errs, models.Invalid("destination", "design.choose"))
	}
	if len(errs) > 0 {
		return designFormView.Again(r, errs, designFormPage(r))
	}
	return r.Done("/design/kvittering", "design.sent")
}

func (s *Server) designTables(r *Request) error {
	p := &designPage{Chrome: Chrome{Crumbs: designCrumbs}}
	p.Table = designTable(r)
	p.Facts = designFacts(r)
	p.Tasks = []Task{
		{Text: r.Text("design.task.places"), Href: "/design/tabeller", Tag: Tag{"ok", r.Text("design.done")}},
		{Text: r.Text("design.task.staff"), Href: "/design/tabeller", Hint: r.Text("design.task.staff_hint"), Tag: Tag{"warn", r.Text("design.tag.warn")}},
		{Text: r.Text("design.task.publish"), Tag: Tag{"plain", r.Text("design.tag.plain")}},
	}
	p.Events = []Event{
		{Title: r.Text("design.event.accepted"), By: "Karen Holm", At: designMoment.Add(90 * time.Minute), Text: r.Text("design.event.accepted_text")},
		{Title: r.Text("design.event.handed"), By: "Mads Friis", At: designMoment.Add(40 * time.Minute)},
		{Title: r.Text("design.event.sealed"), By: "Ida Storm", At: designMoment, Text: r.Text("design.event.sealed_text")},
	}
	parts := []Part{{Name: r.Text("design.on_hand"), Number: 412}, {Name: r.Text("design.forwarded"), Number: 96}, {Name: r.Text("design.delivered"), Number: 730}, {Name: r.Text("design.voided"), Number: 3}}
	p.Right, p.Wrong = Equation{1241, parts}, Equation{1243, parts}
	p.Nothing = Empty{r.Text("design.empty"), r.Text("design.empty_text"), "/design/formular", r.Text("design.empty_do")}
	p.Day = models.NewDate(2025, 11, 3)
	return designTablesView.Render(r, p)
}

func designTable(r *Request) Table {
	t := Table{Caption: r.Text("design.table"), Empty: r.Text("design.empty"),
		Columns: []Column{{Text: r.Text("design.place")}, {Text: r.Text("design.box")}, {Text: r.Text("design.count"), Number: true}, {Text: r.Text("design.state")}}}
	for _, row := range []struct {
		place, box, count string
		tag               Tag
	}{
		{"Dokk1", "KX7F2M9QA", "1.204", Tag{"ok", r.Text("design.tag.ok")}},
		{"Åby Bibliotek", "KX7F2MB4C", "86", Tag{"info", r.Text("design.tag.info")}},
		{"Viby Bibliotek", "KX7F2MC71", "41", Tag{"bad", r.Text("design.tag.bad")}},
	} {
		t.Rows = append(t.Rows, []Cell{{Text: row.place, Href: "/design/tabeller"}, {Text: row.box, Serial: true}, {Text: row.count}, {Tag: row.tag}})
	}
	t.Foot = []Cell{{Text: r.Text("design.total")}, {}, {Text: "1.331"}, {}}
	return t
}

func designFacts(r *Request) []Fact {
	return []Fact{
		{Name: r.Text("design.box"), Text: "KX7F2M9QA", Serial: true},
		{Name: r.Text("design.place"), Text: "Dokk1", Href: "/design/tabeller"},
		{Name: r.Text("design.count"), Text: "86"},
		{Name: r.Text("design.seal"), Text: "0048213"},
		{Name: r.Text("design.state"), Tag: Tag{"ok", r.Text("design.tag.ok")}},
	}
}

func (s *Server) designDesk(r *Request) error {
	return designDeskView.Render(r, &designPage{Chrome: Chrome{Crumbs: designCrumbs, Live: true},
		Count: BigCount{r.Text("design.in_box"), r.Text("design.last"), 41}})
}

func (s *Server) designReceipt(r *Request) error {
	return designReceiptView.Render(r, &designPage{Chrome: Chrome{Crumbs: designCrumbs}, Facts: designFacts(r)})
}

func (s *Server) designConfirm(r *Request) error {
	return designConfirmView.Render(r, &designPage{Chrome: Chrome{Crumbs: designCrumbs}, Facts: designFacts(r)})
}

// designProblem shows the error page without an error.
func (s *Server) designProblem(r *Request) error {
	page := &problemPage{Problem: problem(r.Lang, &models.Error{Code: models.CodeInternal})}
	page.Problem.ID = "3f6a81c2"
	page.TitleText, page.Crumbs = page.Problem.Title, designCrumbs
	return problemView.Render(r, page)
}
