package desk

import (
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/desk"
	"github.com/brevstemme/brevstemme/pdf"
)

// packLine is one election whose envelopes must go into a sealed container.
type packLine struct {
	Election  models.Election
	Units     int    // on the desk, not packed yet
	Container string // declared empty at the opening, or packed already and without a seal
	First     bool
}

// fillPacking lists what must be packed and sealed, and what has been.
func (s *Server) fillPacking(r *site.Request, p *deskClosingPage, sh desk.Shift) error {
	boxes, err := s.Store.SessionContainers(r.Context(), sh.Session.ID)
	if err != nil {
		return err
	}
	loose := map[string]string{}
	p.Boxes = site.Table{Caption: r.Text("desk.boxes"), Empty: r.Text("desk.no_boxes"), Columns: []site.Column{{Text: r.Text("desk.box")}, {Text: r.Text("desk.elections")}, {Text: r.Text("desk.seals")}}}
	for _, b := range boxes {
		if b.State == custody.ContainerPacked {
			loose[b.Election] = b.ID
		}
		p.Boxes.Rows = append(p.Boxes.Rows, []site.Cell{{Text: models.GroupSerial(b.ID), Href: "/beholdere/" + b.ID}, {Text: site.WordAndName(sh.Elections[b.Election])}, {Text: strings.Join(b.Seals, ", ")}})
	}
	for _, id := range sh.Session.Elections {
		units := 0
		for item, n := range sh.Held {
			if e, _, ok := custody.EnvelopeOf(item); ok && e == id {
				units += int(n)
			}
		}
		l := packLine{Election: sh.Elections[id], Units: units, Container: loose[id], First: len(p.Packing) == 0}
		if l.Container == "" {
			for _, c := range sh.Session.Desk.Checks {
				if c.Key == "empty:"+id {
					l.Container = c.Value
				}
			}
		}
		if units > 0 || loose[id] != "" {
			p.Packing = append(p.Packing, l)
		}
	}
	if len(p.Packing) > 0 && (p.Step == "sign" || p.Step == "closed") {
		p.Unpacked = true
	}
	return nil
}

// packAndSeal puts each election's envelopes into its container and seals it.
// Each is an act of its own with a key derived from the form's: a form that is
// sent again after a wrong seal number packs nothing twice.
func (s *Server) packAndSeal(r *site.Request, p *deskClosingPage, sh desk.Shift) error {
	for _, l := range p.Packing {
		id := l.Election.ID
		box, err := models.ParseSerial(r.Field("container:" + id))
		if err != nil {
			return models.Invalid("container:"+id, "error.serial", r.Field("container:"+id))
		}
		act := r.Act()
		if l.Units > 0 {
			act.Key = models.DeriveID("X", r.IdempotencyKey(), "pack", id)
			envelopes := map[string]int64{} // blank material stays on the desk: it is counted by itself
			for item, n := range sh.Held {
				if e, _, ok := custody.EnvelopeOf(item); ok && e == id {
					envelopes[item] = n
				}
			}
			cmd := custody.PackCmd{Container: box, Session: sh.Session.ID, Election: id, Contents: envelopes}
			if _, err := s.Store.Pack(r.Context(), act, cmd); err != nil {
				return site.OnField(err, "container:"+id)
			}
		}
		act.Key = models.DeriveID("X", r.IdempotencyKey(), "seal", id)
		cmd := custody.SealCmd{Container: box, Serials: strings.Fields(r.Field("seal:" + id)), Certain: r.Field("certain") != ""}
		if _, err := s.Store.SealContainer(r.Context(), act, cmd); err != nil {
			return site.OnField(err, "seal:"+id)
		}
	}
	return nil
}

// reportContainers are what a session packed, with the envelopes in each.
func (s *Server) reportContainers(r *site.Request, session string) (out []pdf.Container, err error) {
	boxes, err := s.Store.SessionContainers(r.Context(), session)
	if err != nil {
		return nil, err
	}
	for _, b := range boxes {
		held, err := s.Store.Held(r.Context(), custody.InContainer(b.ID))
		if err != nil {
			return nil, err
		}
		n := 0
		for item, k := range held[custody.InContainer(b.ID)] {
			if _, _, ok := custody.EnvelopeOf(item); ok {
				n += int(k)
			}
		}
		out = append(out, pdf.Container{Number: b.ID, Kind: r.Text("container.kind." + string(b.Kind)), Contents: b.Election, Count: pdf.Known(n), Seals: b.Seals})
	}
	return out, nil
}

// reportWhere says where the containers of a session are: on its way with a
// handover, or in the place's store with a key that somebody has. Of what has left,
// seals and contents are told as they left: both may be gone by now.
func (s *Server) reportWhere(r *site.Request, d *pdf.DayReport, sh desk.Shift) error {
	handovers, err := s.Store.SessionHandovers(r.Context(), sh.Place.ID, sh.Session.ID)
	if err != nil {
		return err
	}
	var numbers []string
	var collected time.Time
	left := map[string]custody.Sent{} // container → as it was fetched
	for _, h := range handovers {
		numbers = append(numbers, models.GroupSerial(h.ID))
		if !h.Carrier.Signed() {
			continue
		}
		collected = h.Carrier.At
		for _, x := range h.Sent {
			left[x.Container] = x
		}
	}
	for i, c := range d.Containers {
		if x, ok := left[c.Number]; ok {
			n := 0
			for _, k := range x.Counts {
				n += k
			}
			d.Containers[i].Seals, d.Containers[i].Count = x.Seals, pdf.Known(n)
		}
	}
	d.StoredAt, d.HandoverNumber = sh.Place.Storage, strings.Join(numbers, ", ")
	if len(d.Containers) > 0 && len(left) >= len(d.Containers) && sh.Session.Desk.Unsealed == "" {
		d.StoredAt, d.KeyHolder = r.Text("desk.report.collected", r.Moment(collected)), "–"
	}
	return nil
}
