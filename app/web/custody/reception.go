package custody

import (
	"slices"
	"time"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
)

type receptionPage struct {
	site.Chrome
	Expected site.Table
	Here     site.Table
	Sheet    string
}

var receptionView = site.NewView[*receptionPage]("reception")

// receptionList lists what is expected, and what has arrived today in order of arrival.
func (s *Server) receptionList(r *site.Request) error {
	hs, err := s.Store.Handovers(r.Context(), handoverFilter(r))
	if err != nil {
		return err
	}
	a := r.Act()
	var open, today []custody.Handover
	for _, h := range hs {
		switch {
		case !a.MayActAt(h.To):
		case h.State.Open():
			open = append(open, h)
		case models.DateOf(h.Arrived) == models.DateOf(s.Now()):
			today = append(today, h)
		}
	}
	slices.SortFunc(open, func(a, b custody.Handover) int { return a.PlannedTo.Compare(b.PlannedTo) })
	slices.SortFunc(today, func(a, b custody.Handover) int { return a.Arrived.Compare(b.Arrived) })
	p := &receptionPage{}
	if p.Expected, err = s.handoverTable(r, open); err != nil {
		return err
	}
	for i, h := range open {
		if late := s.Now().Sub(h.PlannedTo); h.Arrived.IsZero() && !h.PlannedTo.IsZero() && late >= time.Minute {
			row := p.Expected.Rows[i]
			row[len(row)-1].Tag = site.Tag{Kind: "warn", Text: r.Text("reception.late", row[len(row)-1].Tag.Text)}
		}
	}
	p.Expected.Caption, p.Expected.Empty, p.Expected.Quiet = r.Text("reception.expected"), r.Text("reception.none_expected"), false
	if p.Here, err = s.handoverTable(r, today); err != nil {
		return err
	}
	p.Here.Columns[plannedColumn].Text = r.Text("handover.arrived")
	for i, h := range today {
		p.Here.Rows[i][plannedColumn].Text = r.Moment(h.Arrived)
	}
	p.Here.Caption, p.Here.Empty, p.Here.Quiet = r.Text("reception.here"), r.Text("reception.none_here"), false
	return receptionView.Render(r, p)
}
