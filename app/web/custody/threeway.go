package custody

import (
	"slices"
	"strings"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/language"
)

// verdictKinds are the colours of the outcomes of a three-way balance.
var verdictKinds = map[string]string{custody.VerdictDiffers: "bad", custody.VerdictOneOf: "warn", custody.VerdictWaits: "info", custody.VerdictExplained: "warn", custody.VerdictEqual: "ok"}

func verdictTag(r *site.Request, verdict string) site.Tag {
	return site.Tag{Kind: verdictKinds[verdict], Text: r.Text("balance.verdict." + verdict)}
}

// figureCell is a figure, two with a dash when it lies between them, or a dash
// alone while nobody has counted.
func figureCell(r *site.Request, f custody.Figure) site.Cell {
	if !f.Known {
		return site.Cell{Text: "–"}
	}
	return site.Cell{Text: between(r, int64(f.N), int64(f.N+f.More))}
}

// between is "8–10", or "8".
func between(r *site.Request, lo, hi int64) string {
	if lo == hi {
		return language.Number(r.Lang, lo)
	}
	return language.Number(r.Lang, lo) + "–" + language.Number(r.Lang, hi)
}

func threeColumns(r *site.Request, first string) []site.Column {
	return []site.Column{{Text: r.Text(first)}, {Text: r.Text("balance.desk"), Number: true}, {Text: r.Text("balance.hand"), Number: true},
		{Text: r.Text("balance.received"), Number: true}, {Text: r.Text("balance.outcome")}}
}

// threeDays holds desk, hand count and reception beside each other, a day a line.
func threeDays(r *site.Request, election string, days []custody.DayFold) site.Table {
	t := site.Table{Caption: r.Text("balance.three_way_days"), Empty: r.Text("balance.no_sessions"), Columns: threeColumns(r, "balance.day")}
	for _, d := range days {
		day := models.DateOf(d.Starts)
		t.Rows = append(t.Rows, []site.Cell{{Text: r.ShortDay(day), Href: "/balance/" + election + "?dag=" + day.String()}, figureCell(r, d.Desk), figureCell(r, d.Hand), figureCell(r, d.Received),
			{Tag: verdictTag(r, d.Outcome)}})
	}
	return t
}

// sessionName is where and when a session was.
func sessionName(r *site.Request, x custody.Threefold, places map[string]string) string {
	return places[x.Place] + " " + r.ShortDay(models.DateOf(x.Starts))
}

// threeDoubts lists the differences that are one of several sessions': how many,
// where they were found, and how many of them each session can have.
func threeDoubts(r *site.Request, w custody.ThreeWay, places map[string]string) site.Table {
	t := site.Table{Caption: r.Text("balance.doubts"), Columns: []site.Column{{Text: r.Text("balance.doubt.deviation")}, {Text: r.Text("balance.doubt.container")}, {Text: r.Text("balance.doubt.what")}, {Text: r.Text("balance.doubt.sessions")}}}
	names := map[string]string{}
	for _, x := range w.Sessions {
		names[x.Session] = sessionName(r, x, places)
	}
	for _, d := range w.Doubts {
		what, n := "balance.doubt.missing", d.Missing
		if n < 0 {
			what, n = "balance.doubt.too_many", -n
		}
		var of []string
		for _, sh := range d.Shares {
			of = append(of, names[sh.Session]+" ("+between(r, sh.Lo, sh.Hi)+")")
		}
		t.Rows = append(t.Rows, []site.Cell{{Text: models.GroupSerial(d.Deviation), Href: "/afvigelser/" + d.Deviation, Serial: true}, {Text: models.GroupSerial(d.Container), Href: "/beholdere/" + d.Container, Serial: true}, {Text: r.Text(what, n)}, {Text: strings.Join(of, ", ")}})
	}
	return t
}

// threeSessions holds the same for every session of the day that is asked for
// (today when none is), and for those of every day that do not agree.
func threeSessions(r *site.Request, rows []custody.Threefold, places map[string]string) site.Table {
	day := r.Today()
	t := site.Table{Caption: r.Text("balance.three_way", r.ShortDay(day)), Empty: r.Text("balance.no_sessions"), Columns: threeColumns(r, "balance.session")}
	rows = slices.Clone(rows)
	slices.SortStableFunc(rows, func(a, b custody.Threefold) int {
		if c := models.DateOf(a.Starts).Compare(models.DateOf(b.Starts)); c != 0 {
			return c
		}
		return strings.Compare(a.Place, b.Place)
	})
	for _, x := range rows {
		v := x.Verdict()
		if models.DateOf(x.Starts) != day && (v == custody.VerdictEqual || v == custody.VerdictWaits) {
			continue
		}
		t.Rows = append(t.Rows, []site.Cell{{Text: sessionName(r, x, places)}, figureCell(r, x.Desk), figureCell(r, x.Hand), figureCell(r, x.Received), {Tag: verdictTag(r, v)}})
	}
	return t
}
