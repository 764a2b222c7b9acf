package custody

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
)

// runSheetPage is the run sheet on a phone: a table for each courier, a line for
// each stop, with what was planned and what became of it.
type runSheetPage struct {
	site.Chrome
	Day  string
	Runs []site.Table
}

var runSheetView = site.NewView[*runSheetPage]("run-sheet")

// runStop is one end of a handover: fetched there, or delivered there.
type runStop struct {
	at      time.Time // planned, else when it was promised
	place   string
	fetch   bool
	planned time.Time
	done    time.Time
	h       custody.Handover
}

// runSheet shows a day's runs: a courier's own, for others all.
func (s *Server) runSheet(r *site.Request) error {
	day := r.Today()
	f := handoverFilter(r)
	f.Limit = 5000
	hs, err := s.Store.Handovers(r.Context(), f)
	if err != nil {
		return err
	}
	places, err := s.Store.Places(r.Context())
	if err != nil {
		return err
	}
	names, err := s.Store.Names(r.Context())
	if err != nil {
		return err
	}
	set, err := s.Store.Evening(r.Context())
	if err != nil {
		return err
	}
	at := map[string]models.Place{}
	for _, x := range places {
		at[x.ID] = x
	}
	runs := map[string][]runStop{}
	for _, h := range hs {
		if h.State == custody.HandoverWithdrawn || models.DateOf(cmp.Or(h.PlannedFrom, h.Giver.At)) != day {
			continue
		}
		who := cmp.Or(h.Carrier.Person, h.Courier)
		runs[who] = append(runs[who], runStop{at: cmp.Or(h.PlannedFrom, h.Giver.At), place: h.From, fetch: true, planned: h.PlannedFrom, done: h.Carrier.At, h: h},
			runStop{at: cmp.Or(h.PlannedTo, h.PlannedFrom, h.Giver.At), place: h.To, planned: h.PlannedTo, done: cmp.Or(h.Arrived, h.Receiver.At), h: h})
	}
	p := &runSheetPage{Day: day.String()}
	for _, who := range slices.SortedFunc(maps.Keys(runs), func(a, b string) int { return cmp.Compare(names[a].Name, names[b].Name) }) {
		p.Runs = append(p.Runs, runTable(r, site.Phone(names[who]), runs[who], at, names, time.Duration(set.Slack)*time.Minute))
	}
	return runSheetView.Render(r, p)
}

func runTable(r *site.Request, courier string, stops []runStop, at map[string]models.Place, names map[string]models.Private, slack time.Duration) site.Table {
	slices.SortStableFunc(stops, func(a, b runStop) int { return a.at.Compare(b.at) })
	t := site.Table{Caption: courier, Columns: []site.Column{{Text: r.Text("containers.where")}, {Text: r.Text("run-sheet.what")}, {Text: r.Text("run-sheet.planned")}, {Text: r.Text("run-sheet.became")}, {Text: r.Text("run-sheet.contact")}, {Text: r.Text("handovers.number")}}}
	for _, x := range stops {
		what, person := "run-sheet.leave", x.h.Receiver.Person
		if x.fetch {
			what, person = "run-sheet.fetch", x.h.Giver.Person
		}
		var boxes []string
		for _, id := range x.h.Outermost() {
			boxes = append(boxes, models.GroupSerial(id))
		}
		place := strings.Trim(at[x.place].Name+", "+site.AddressOf(at[x.place]), ", ")
		t.Rows = append(t.Rows, []site.Cell{{Text: place}, {Text: r.Text(what, strings.Join(boxes, ", "))}, {Text: r.Clock(x.planned)}, {Tag: runTag(r, x, slack)}, {Text: site.Phone(names[person]), Href: site.HrefOf("tel:", names[person].Phone)}, {Text: models.GroupSerial(x.h.ID), Href: "/overdragelser/" + x.h.ID}})
	}
	return t
}

// runTag tells how a stop went against the plan: when it was done and how late,
// or how late it is by now.
func runTag(r *site.Request, x runStop, slack time.Duration) site.Tag {
	now := r.Server.Now()
	switch {
	case x.done.IsZero() && (x.planned.IsZero() || !now.After(x.planned)):
		return site.Tag{Kind: "plain", Text: r.Text("run-sheet.waits")}
	case x.done.IsZero() && now.Sub(x.planned) > slack:
		return site.Tag{Kind: "bad", Text: r.Text("run-sheet.late", int(now.Sub(x.planned).Minutes()))}
	case x.done.IsZero():
		return site.Tag{Kind: "warn", Text: r.Text("run-sheet.late", int(now.Sub(x.planned).Minutes()))}
	case x.planned.IsZero() || x.done.Sub(x.planned) < time.Minute:
		return site.Tag{Kind: "ok", Text: r.Clock(x.done)}
	}
	kind := "warn"
	if x.done.Sub(x.planned) > slack {
		kind = "bad"
	}
	return site.Tag{Kind: kind, Text: r.Text("run-sheet.done_late", r.Clock(x.done), int(x.done.Sub(x.planned).Minutes()))}
}
