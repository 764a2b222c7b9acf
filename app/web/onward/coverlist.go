package onward

import (
	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/onward"
	"github.com/brevstemme/brevstemme/models/store/shipments"
	"github.com/brevstemme/brevstemme/pdf"
)

// coverList prints three sheets: the sender's copy with the figures, the
// recipient's copy without them, and the acknowledgement on paper. The recipient
// is to count blind, so the number must not lie on top of the packets.
func (s *Server) coverList(r *site.Request) error {
	c, err := s.Store.Consignment(r.Context(), r.Param("id"))
	if err != nil {
		return err
	}
	docs, err := s.coverSheets(r, c)
	if err != nil {
		return err
	}
	return paper(r, "foelgeliste.pdf", docs...)
}

// DayCovers are the cover lists of everything dispatched on a day.
func (s *Server) DayCovers(r *site.Request) error {
	day, err := models.ParseDate(r.Param("date"))
	if err != nil {
		return models.E(models.CodeNotFound, "")
	}
	elections, err := s.Store.Elections(r.Context())
	if err != nil {
		return err
	}
	var all []site.Sheets
	for _, e := range elections {
		list, err := s.Store.Consignments(r.Context(), e.ID)
		if err != nil {
			return err
		}
		for _, c := range list {
			if models.DateOf(c.Dispatched) != day {
				continue
			}
			docs, err := s.coverSheets(r, c)
			if err != nil {
				return err
			}
			all = append(all, site.Sheets{Subject: "/videresendelse/" + e.ID + "/se/" + c.ID + "/foelgeliste", Election: e.ID, Docs: docs})
		}
	}
	return s.WriteForms(r, "foelgelister-"+day.String(), all...)
}

func (s *Server) coverSheets(r *site.Request, c onward.Consignment) ([]pdf.Document, error) {
	e, err := s.Store.Election(r.Context(), c.Election)
	if err != nil {
		return nil, err
	}
	token, err := s.Store.AckToken(r.Context(), c.ID)
	if err != nil {
		return nil, err
	}
	opens, err := shipments.PollsOpen(e)
	if err != nil {
		return nil, err
	}
	cover, err := s.form(r, e, pdf.TypeConsignmentCover, running(c.ID))
	if err != nil {
		return nil, err
	}
	ack := cover
	ack.Number = pdf.Number(pdf.TypeConsignmentAck, running(c.ID))
	carrier := c.Carrier
	if all, err := s.Store.Carriers(r.Context()); err == nil {
		for _, x := range all {
			if x.ID == c.Carrier {
				carrier = x.Name
			}
		}
	}
	x := pdf.Consignment{Form: cover, From: pdf.Party{Site: cover.Municipality, Unit: cover.Unit}, To: pdf.Party{Site: site.MunicipalityName(c.To) + " Kommune"}, ToCode: c.To,
		Carrier: carrier, Dispatched: c.Dispatched, LatestUse: opens, Total: pdf.Known(c.Total()), AckCode: models.GroupSerial(token), AckURL: s.BaseURL + "/a/" + token}
	for _, p := range c.Packets {
		x.Packets = append(x.Packets, pdf.PacketLine{Number: p.Number, Election: e.Name, Count: pdf.Known(p.Count), Seals: p.Seals})
	}
	if b, err := s.Store.SignedManifest(r.Context(), c.ID); err == nil {
		x.ManifestCode = onward.ManifestCode(b)
	}
	along, paper := x, x
	x.Reminded, x.AckAt = c.Chased, c.Ack.At // the sender's copy alone
	if !c.Ack.At.IsZero() {
		x.AckCount = pdf.Known(c.Ack.Count)
	}
	along.Number, paper.Form = pdf.Number(pdf.TypeConsignmentCover, running(c.ID+"along")), ack
	return []pdf.Document{pdf.ConsignmentCover{Consignment: x}, pdf.ConsignmentNotice{Consignment: along}, pdf.ConsignmentAck{Consignment: paper}}, nil
}
