package web

import (
	"slices"
	"strings"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/language"
)

// verdictTags are the outcomes of a three-way balance, the worst first.
var verdictTags = []Tag{{"bad", "differs"}, {"info", "waits"}, {"warn", "explained"}, {"ok", "equal"}}

func (r *Request) verdictTag(verdict string) Tag {
	i := slices.IndexFunc(verdictTags, func(t Tag) bool { return t.Text == verdict })
	return Tag{verdictTags[i].Kind, r.Text("balance.verdict." + verdict)}
}

// figureCell is a figure, or a dash while nobody has counted.
func (r *Request) figureCell(f custody.Figure) Cell {
	if !f.Known {
		return Cell{Text: "–"}
	}
	return Cell{Text: language.Number(r.Lang, int64(f.N))}
}

func (r *Request) threeColumns(first string) []Column {
	return []Column{{Text: r.Text(first)}, {Text: r.Text("balance.desk"), Number: true}, {Text: r.Text("balance.hand"), Number: true},
		{Text: r.Text("balance.received"), Number: true}, {Text: r.Text("balance.outcome")}}
}

// threeDays holds desk, hand count and reception beside each other, a day a line:
// the sums of what is known, and the worst outcome of the day.
func (r *Request) threeDays(election string, rows []custody.Threefold) Table {
	t := Table{Caption: r.Text("balance.three_way_days"), Empty: r.Text("balance.no_sessions"), Columns: r.threeColumns("balance.day")}
	type sum struct {
		desk, hand, received custody.Figure
		worst                int
	}
	add := func(a *custody.Figure, b custody.Figure) { a.N, a.Known = a.N+b.N, a.Known || b.Known }
	days := map[models.Date]*sum{}
	var order []models.Date
	for _, x := range rows {
		day := models.DateOf(x.Starts)
		d := days[day]
		if d == nil {
			d = &sum{worst: len(verdictTags) - 1}
			days[day], order = d, append(order, day)
		}
		add(&d.desk, x.Desk)
		add(&d.hand, x.Hand)
		add(&d.received, x.Received)
		verdict := x.Verdict()
		d.worst = min(d.worst, slices.IndexFunc(verdictTags, func(t Tag) bool { return t.Text == verdict }))
	}
	slices.SortFunc(order, models.Date.Compare)
	for _, day := range order {
		d := days[day]
		t.Rows = append(t.Rows, []Cell{{Text: r.shortDay(day), Href: "/balance/" + election + "?dag=" + day.String()}, r.figureCell(d.desk), r.figureCell(d.hand), r.figureCell(d.received),
			{Tag: r.verdictTag(verdictTags[d.worst].Text)}})
	}
	return t
}

// threeSessions holds the same for every session of the day that is asked for
// (today when none is), and for those of every day that do not agree.
func (r *Request) threeSessions(rows []custody.Threefold, places map[string]string) Table {
	day := r.today()
	t := Table{Caption: r.Text("balance.three_way", r.shortDay(day)), Empty: r.Text("balance.no_sessions"), Columns: r.threeColumns("balance.session")}
	rows = slices.Clone(rows)
	slices.SortStableFunc(rows, func(a, b custody.Threefold) int {
		if c := models.DateOf(a.Starts).Compare(models.DateOf(b.Starts)); c != 0 {
			return c
		}
		return strings.Compare(a.Place, b.Place)
	})
	for _, x := range rows {
		v := x.Verdict()
		if models.DateOf(x.Starts) != day && (v == "equal" || v == "waits") {
			continue
		}
		t.Rows = append(t.Rows, []Cell{{Text: places[x.Place] + " " + r.shortDay(models.DateOf(x.Starts))}, r.figureCell(x.Desk), r.figureCell(x.Hand), r.figureCell(x.Received), {Tag: r.verdictTag(v)}})
	}
	return t
}
