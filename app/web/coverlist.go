package web

import (
	"github.com/brevstemme/brevstemme/models/store"
	"github.com/brevstemme/brevstemme/pdf"
)

// coverList is the cover list and the acknowledgement on paper.
func (s *Server) coverList(r *Request) error {
	c, err := s.store.Consignment(r.Context(), r.Param("id"))
	if err != nil {
		return err
	}
	e, err := s.store.Election(r.Context(), c.Election)
	if err != nil {
		return err
	}
	token, err := s.store.AckToken(r.Context(), c.ID)
	if err != nil {
		return err
	}
	opens, err := store.PollsOpen(e)
	if err != nil {
		return err
	}
	cover, err := s.form(r, e, pdf.TypeConsignmentCover, running(c.ID))
	if err != nil {
		return err
	}
	ack := cover
	ack.Number = pdf.Number(pdf.TypeConsignmentAck, running(c.ID))
	carrier := c.Carrier
	if all, err := s.store.Carriers(r.Context()); err == nil {
		for _, x := range all {
			if x.ID == c.Carrier {
				carrier = x.Name
			}
		}
	}
	x := pdf.Consignment{Form: cover, From: pdf.Party{Site: cover.Municipality, Unit: cover.Unit}, To: pdf.Party{Site: municipalityName(c.To) + " Kommune"}, ToCode: c.To,
		Carrier: carrier, Dispatched: c.Dispatched, LatestUse: opens, Total: pdf.Known(c.Total()), AckCode: token, AckURL: s.baseURL + "/a/" + token}
	for _, p := range c.Packets {
		x.Packets = append(x.Packets, pdf.PacketLine{Number: p.Number, Election: e.Name, Count: pdf.Known(p.Count), Seals: p.Seals})
	}
	paper := x
	paper.Form = ack
	return r.paper("foelgeliste.pdf", pdf.ConsignmentCover{Consignment: x}, pdf.ConsignmentAck{Consignment: paper})
}
