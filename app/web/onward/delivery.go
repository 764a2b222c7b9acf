package onward

import (
	"strconv"
	"strings"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models/onward"
	"github.com/brevstemme/brevstemme/models/store/shipments"
	"github.com/brevstemme/brevstemme/pdf"
)

// deliveryPage is the handover at the station: no figure before the recount.
func (s *Server) deliveryPage(r *site.Request) (*site.BlockPage, error) {
	x, err := s.Store.Delivery(r.Context(), r.Param("id"))
	if err != nil {
		return nil, err
	}
	path := "/afstemningssteder/" + x.Election
	back, err := s.afterHanding(r, x)
	if err != nil {
		return nil, err
	}
	d, err := s.Store.District(r.Context(), x.District)
	if err != nil {
		return nil, err
	}
	p := &site.BlockPage{Chrome: site.Chrome{TitleKey: "onward.hand_over", Crumbs: []site.Link{back}}}
	p.Facts = []site.Fact{{Name: r.Text("onward.district"), Text: d.Label()}, {Name: r.Text("onward.station"), Text: strings.Trim(d.Station+", "+d.Address, ", ")}, {Name: r.Text("onward.packet"), Text: x.Packets[0].Number, Serial: true}, {Name: r.Text("election.state"), Text: r.Text("onward.delivery_state." + string(x.State))}}
	if x.State != onward.DeliveryPacked && x.State != onward.DeliveryDiffers {
		p.Facts = append(p.Facts, site.Fact{Name: r.Text("onward.delivered_n"), Text: digits(r, x.Received)})
		return p, nil
	}
	if place, err := s.Store.Place(r.Context(), x.Place); err != nil {
		return nil, err
	} else if len(place.Contacts) > 0 {
		p.Facts = append(p.Facts, site.Fact{Name: place.Name, Text: place.Contacts[0].Phone, Href: "tel:" + strings.ReplaceAll(place.Contacts[0].Phone, " ", "")})
	}
	path += "/aflevering/" + x.ID
	fields := []site.BlockField{{Kind: "count", Name: "recount", Label: r.Text("onward.recounted")}}
	if x.State == onward.DeliveryDiffers {
		p.Banner = site.Banner{Kind: "warn", Text: r.Text("onward.call_first")}
		fields = append(fields, site.BlockField{Name: "spoke_to", Label: r.Text("onward.spoke_to"), Hint: r.Text("onward.spoke_to_hint")})
	}
	p.Blocks = []site.Block{{Text: r.Text("onward.hand_text"), Form: site.BlockForm{Action: path, Do: "hand", Button: r.Text("onward.hand_over"), Fields: fields}},
		{Heading: r.Text("onward.take_back"), Form: site.BlockForm{Action: path, Do: "return", Button: r.Text("onward.take_back"), Fields: []site.BlockField{{Name: "reason", Label: r.Text("onward.reason")}}}}}
	return p, nil
}

func (s *Server) deliveryDo(r *site.Request) error {
	p, err := s.deliveryPage(r)
	if err != nil {
		return err
	}
	path := p.Crumbs[0].Href
	if r.Field("do") == "return" {
		if _, err := s.Store.ReturnDelivery(r.Context(), r.Act(), r.Param("id"), r.Field("reason")); err != nil {
			return site.BlockView.Again(r, err, p)
		}
		return r.Done(path, "onward.taken_back")
	}
	n, err := r.Count("recount")
	if err != nil {
		return site.BlockView.Again(r, err, p)
	}
	cmd := onward.HandCmd{Recount: n, SpokeTo: r.Field("spoke_to")}
	if cmd.SpokeTo != "" {
		cmd.CalledAt = s.Now()
	}
	x, err := s.Store.Hand(r.Context(), r.Act(), r.Param("id"), cmd)
	if err != nil {
		return site.BlockView.Again(r, err, p)
	}
	if x.State == onward.DeliveryDiffers {
		return r.Done("/afstemningssteder/"+x.Election+"/aflevering/"+x.ID, "") // the page says it
	}
	return r.Done(path, "onward.handed")
}

// deliveriesPDF prints the handover forms of everything that is on its way: the
// giver's copy and the station's blind recount.
func (s *Server) deliveriesPDF(r *site.Request) error {
	e, err := s.chosen(r)
	if err != nil {
		return err
	}
	xs, err := s.Store.Deliveries(r.Context(), e.ID)
	if err != nil {
		return err
	}
	ds, err := s.Store.Districts(r.Context(), e.Municipality)
	if err != nil {
		return err
	}
	opens, err := shipments.PollsOpen(e)
	if err != nil {
		return err
	}
	f, err := s.form(r, e, pdf.TypePollingDelivery, 0)
	if err != nil {
		return err
	}
	var docs []pdf.Document
	names := site.ByID(ds)
	for _, x := range xs {
		if x.State == onward.DeliveryReturned || x.State == onward.DeliveryCameLate {
			continue
		}
		d := names[x.District]
		f.Number = pdf.Number(pdf.TypePollingDelivery, running(x.ID))
		one := pdf.PollingDelivery{Form: f, District: pdf.District{Number: strconv.Itoa(d.Number), Name: d.Name, Station: d.Station, Sorted: pdf.Known(x.Total())}, Supplement: x.Supplement, Packets: pdf.Known(len(x.Packets)), OpensAt: opens}
		for _, p := range x.Packets {
			one.Containers = append(one.Containers, pdf.Container{Number: p.Number, Seals: p.Seals})
		}
		docs = append(docs, one, pdf.PollingRecount{PollingDelivery: one})
	}
	if len(docs) == 0 { // a blank form to fill in by hand
		f.Number = pdf.Number(pdf.TypePollingDelivery, running(e.ID))
		docs = append(docs, pdf.PollingDelivery{Form: f, OpensAt: opens})
	}
	return paper(r, "afleveringer.pdf", docs...)
}
