package web

import (
	"github.com/brevstemme/brevstemme/models/onward"
	"github.com/brevstemme/brevstemme/models/store"
	"github.com/brevstemme/brevstemme/pdf"
)

// coverList prints three sheets: the sender's copy with the figures, the
// recipient's copy without them, and the acknowledgement on paper. The recipient
// is to count blind, so the number must not lie on top of the packets.
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
	if b, err := s.store.SignedManifest(r.Context(), c.ID); err == nil {
		x.ManifestCode = onward.ManifestCode(b)
	}
	along, paper := x, x
	along.Number, paper.Form = pdf.Number(pdf.TypeConsignmentCover, running(c.ID+"along")), ack
	return r.paper("foelgeliste.pdf", pdf.ConsignmentCover{Consignment: x}, pdf.ConsignmentNotice{Consignment: along}, pdf.ConsignmentAck{Consignment: paper})
}
