package custody

import (
	"net/http"
	"slices"
	"strings"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/language"
	"github.com/brevstemme/brevstemme/models/trace"
)

// verdictKinds are the colours of the outcomes of a three-way balance.
var verdictKinds = map[string]string{trace.VerdictDiffers: "bad", trace.VerdictOneOf: "warn", trace.VerdictWaits: "info", trace.VerdictExplained: "warn", trace.VerdictEqual: "ok"}

func verdictTag(r *site.Request, verdict string) site.Tag {
	return site.Tag{Kind: verdictKinds[verdict], Text: r.Text("balance.verdict." + verdict)}
}

// figureCell is a figure, two with a dash when it lies between them, or a dash
// alone while nobody has counted.
func figureCell(r *site.Request, f trace.Figure) site.Cell {
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
func threeDays(r *site.Request, election string, days []trace.DayFold) site.Table {
	t := site.Table{Caption: r.Text("balance.three_way_days"), Empty: r.Text("balance.no_sessions"), Columns: threeColumns(r, "balance.day")}
	for _, d := range days {
		day := models.DateOf(d.Starts)
		t.Rows = append(t.Rows, []site.Cell{{Text: r.ShortDay(day), Href: "/balance/" + election + "?dag=" + day.String()}, figureCell(r, d.Desk), figureCell(r, d.Hand), figureCell(r, d.Received),
			{Tag: verdictTag(r, d.Outcome)}})
	}
	return t
}

// sessionName is where and when a session was.
func sessionName(r *site.Request, x trace.Threefold, places map[string]string) string {
	return places[x.Place] + " " + r.ShortDay(models.DateOf(x.Starts))
}

// threeDoubts lists the differences that are one of several sessions': how many,
// where they were found, and how many of them each session can have.
func threeDoubts(r *site.Request, w trace.ThreeWay, places map[string]string) site.Table {
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
			of = append(of, names[sh.Session]+"\u00a0("+strings.ReplaceAll(between(r, sh.Lo, sh.Hi), "–", "\u2060–\u2060")+")")
		}
		t.Rows = append(t.Rows, []site.Cell{{Text: models.GroupSerial(d.Deviation), Href: "/afvigelser/" + d.Deviation, Serial: true}, {Text: models.GroupSerial(d.Container), Href: "/beholdere/" + d.Container, Serial: true}, {Text: r.Text(what, n)}, {Text: strings.Join(of, ", ")}})
	}
	return t
}

// threeSessions holds the same for every session of the day that is asked for
// (today when none is), and for those of every day that do not agree.
func threeSessions(r *site.Request, rows []trace.Threefold, places map[string]string) site.Table {
	day := r.Today()
	t := site.Table{Caption: r.Text("balance.three_way", r.ShortDay(day)), Empty: r.Text("balance.no_sessions"), Columns: threeColumns(r, "balance.session")}
	rows = slices.Clone(rows)
	slices.SortStableFunc(rows, func(a, b trace.Threefold) int {
		if c := models.DateOf(a.Starts).Compare(models.DateOf(b.Starts)); c != 0 {
			return c
		}
		return strings.Compare(a.Place, b.Place)
	})
	for _, x := range rows {
		v := x.Verdict()
		if models.DateOf(x.Starts) != day && (v == trace.VerdictEqual || v == trace.VerdictWaits) {
			continue
		}
		t.Rows = append(t.Rows, []site.Cell{{Text: sessionName(r, x, places)}, figureCell(r, x.Desk), figureCell(r, x.Hand), figureCell(r, x.Received), {Tag: verdictTag(r, v)}})
	}
	return t
}

// FigureOut is a figure over JSON: from least to most, which are the same unless
// envelopes of several sessions lay together.
type FigureOut struct {
	Least int `json:"least"`
	Most  int `json:"most"`
}

// ThreefoldOut holds desk, hand count and reception beside each other. What
// nobody has counted yet is left out.
type ThreefoldOut struct {
	Session   string     `json:"session,omitempty"` // "" for a day
	Place     string     `json:"place,omitempty"`
	Day       string     `json:"day"` // 2025-11-12
	Desk      *FigureOut `json:"desk,omitempty"`
	Hand      *FigureOut `json:"hand,omitempty"`
	Received  *FigureOut `json:"received,omitempty"`
	Explained string     `json:"explained,omitempty"` // numbers of deviations, or the words that were given at closing
	Outcome   string     `json:"outcome"`             // differs, one_of, waits, explained, equal
}

// ShareOut is how many of a difference one session can have.
type ShareOut struct {
	Session string `json:"session"`
	Least   int64  `json:"least"`
	Most    int64  `json:"most"`
}

// DoubtOut is a difference that is one of several sessions'.
type DoubtOut struct {
	Deviation string     `json:"deviation"`
	Container string     `json:"container"`
	Missing   int64      `json:"missing"` // negative: so many too many
	Sessions  []ShareOut `json:"sessions"`
}

// ThreeWayOut is the three-way balance of an election.
type ThreeWayOut struct {
	Sessions []ThreefoldOut `json:"sessions"`
	Days     []ThreefoldOut `json:"days"`
	Doubts   []DoubtOut     `json:"doubts"`
}

func threefoldOut(x trace.Threefold, outcome string) ThreefoldOut {
	figure := func(f trace.Figure) *FigureOut {
		if !f.Known {
			return nil
		}
		return &FigureOut{f.N, f.N + f.More}
	}
	return ThreefoldOut{Session: x.Session, Place: x.Place, Day: models.DateOf(x.Starts).String(), Desk: figure(x.Desk), Hand: figure(x.Hand), Received: figure(x.Received),
		Explained: x.Deviation, Outcome: outcome}
}

func (s *Server) apiThreeWay(r *site.Request) error {
	e, err := s.Store.Election(r.Context(), r.Param("election"))
	if err != nil {
		return err
	}
	w, err := s.Store.ThreeWay(r.Context(), e.ID)
	if err != nil {
		return err
	}
	out := ThreeWayOut{Sessions: []ThreefoldOut{}, Days: []ThreefoldOut{}, Doubts: []DoubtOut{}}
	for _, x := range w.Sessions {
		out.Sessions = append(out.Sessions, threefoldOut(x, x.Verdict()))
	}
	for _, d := range w.Days {
		out.Days = append(out.Days, threefoldOut(d.Threefold, d.Outcome))
	}
	for _, d := range w.Doubts {
		o := DoubtOut{Deviation: d.Deviation, Container: d.Container, Missing: d.Missing, Sessions: []ShareOut{}}
		for _, sh := range d.Shares {
			o.Sessions = append(o.Sessions, ShareOut{sh.Session, sh.Lo, sh.Hi})
		}
		out.Doubts = append(out.Doubts, o)
	}
	return r.JSON(http.StatusOK, out)
}
