package planning

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/planning"
)

// planNames are the words for the ids of a plan.
type planNames struct {
	places    map[string]models.Place
	elections site.Elections
}

// planNames loads the words.
func (s *Server) planNames(r *site.Request) (planNames, error) {
	n := planNames{places: map[string]models.Place{}}
	places, err := s.Store.Places(r.Context())
	if err != nil {
		return n, err
	}
	for _, p := range places {
		n.places[p.ID] = p
	}
	all, err := s.Store.Elections(r.Context())
	n.elections = site.ElectionsOf(all)
	return n, err
}

// of is where a session is held: the place, and the stop of its tour.
func (n planNames) of(x models.Session) string {
	p := n.places[x.Place]
	if stop, ok := planning.StopOf(p, x); ok {
		return p.Name + ": " + stop.Name
	}
	return p.Name
}

// value is the value of a field that changed, in words.
func (n planNames) value(f planning.FieldChange, text string, x models.Session) string {
	switch f.Field {
	case "elections":
		text = n.elections.Names(strings.Fields(text)...)
	case "place":
		text = cmp.Or(n.places[text].Name, text)
	case "stop":
		i, _ := strconv.Atoi(text)
		stop, _ := planning.StopOf(n.places[x.Place], models.Session{Stop: i})
		text = stop.Name
	}
	return cmp.Or(text, "–")
}

// diffTable shows old and new side by side. first is a plan that nobody has seen
// before: there is nothing old.
func diffTable(r *site.Request, changes []planning.Change, names planNames, first bool) site.Table {
	t := site.Table{Caption: r.Text("plan.diff"), Empty: r.Text("plan.diff_none"), Columns: []site.Column{{Text: r.Text("plan.place")}, {Text: r.Text("plan.day")}, {Text: r.Text("plan.old")}, {Text: r.Text("plan.new")}, {Text: r.Text("plan.what")}}}
	if first {
		t.Caption, t.Columns[2], t.Columns = r.Text("plan.diff_first"), site.Column{Text: r.Text("plan.hours")}, t.Columns[:3]
	}
	kinds := map[planning.ChangeKind]string{planning.Added: "ok", planning.Removed: "bad", planning.Changed: "warn"}
	for _, c := range changes {
		x, before, after := c.Session(), "", ""
		if c.Kind != planning.Added {
			before = r.ClockSpan(c.Old)
		}
		if c.Kind != planning.Removed {
			after = r.ClockSpan(c.New) + fieldNote(r, c, names)
		}
		row := []site.Cell{{Text: names.of(x)}, {Text: r.WeekdayDate(x.Date())}, {Text: before}, {Text: after}, {Tag: site.Tag{Kind: kinds[c.Kind], Text: r.Text("plan.change." + string(c.Kind))}}}
		if first {
			row = []site.Cell{row[0], row[1], row[3]}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// fieldNote says what else than the hours differs: "; stemmerum: 2 → 3".
func fieldNote(r *site.Request, c planning.Change, names planNames) string {
	out := ""
	for _, f := range c.Fields {
		if f.Field != "starts" && f.Field != "ends" {
			out += "; " + r.Text("plan.field."+f.Field) + ": " + names.value(f, f.Old, c.Old) + " → " + names.value(f, f.New, c.New)
		}
	}
	return out
}
