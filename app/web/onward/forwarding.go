package onward

import (
	"strconv"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/onward"
	"github.com/brevstemme/brevstemme/models/store/shipments"
)

func (s *Server) forwardingRoutes() []site.Route {
	const base = "/videresendelse"
	return []site.Route{
		site.Get(base, site.OfficeReaders, s.pick(base, "onward.forwarding")).InMenu("nav.forwarding"),
		site.Get(base+"/:election", site.OfficeReaders, show(s.forwardingPage)),
		site.Post(base+"/:election", site.Reception, s.forwardingDo),
		site.Get(base+"/:election/transport", site.OfficeReaders, show(s.transportPage)),
		site.Post(base+"/:election/transport", site.Coordinator, s.carriersDo),
		site.Get(base+"/:election/se/:id", site.OfficeReaders, show(s.consignmentPage)),
		site.Post(base+"/:election/se/:id", site.Reception, s.consignmentDo),
		site.Get(base+"/:election/se/:id/foelgeliste.pdf", site.Reception, s.coverList),
		site.Get(base+"/:election/se/:id/manifest.txt", site.Reception, s.manifest),
		site.Get("/a/:token", site.Public, show(s.acknowledgementPage)).Limit("check"),
		site.Post("/a/:token", site.Public, s.acknowledge).Limit("check"),
		site.Get(site.APIPrefix+"elections/:election/consignments", site.OfficeReaders, s.apiConsignments).API(nil, []onward.Consignment{}),
		site.Get(site.APIPrefix+"elections/:election/last-safe", site.OfficeReaders, s.apiSafe).API(nil, []onward.Safe{}),
	}
}

const margin = shipments.DispatchMargin

func forwardingCrumbs(election string) []site.Link {
	return []site.Link{{Href: "/videresendelse/" + election, Key: "onward.forwarding"}}
}

func (s *Server) forwardingPage(r *site.Request) (*site.BlockPage, error) {
	e, err := s.chosen(r)
	if err != nil {
		return nil, err
	}
	safe, err := s.Store.Safe(r.Context(), e.ID, margin)
	if err != nil {
		return nil, err
	}
	all, err := s.Store.Consignments(r.Context(), e.ID)
	if err != nil {
		return nil, err
	}
	path := "/videresendelse/" + e.ID
	p := &site.BlockPage{Chrome: site.Chrome{TitleText: r.Text("onward.forwarding") + ": " + e.Name, Crumbs: []site.Link{{Href: "/videresendelse", Key: "onward.forwarding"}}}}
	p.Blocks = []site.Block{
		{Text: r.Text("onward.forwarding_text"), Links: []site.Link{{Href: path + "/transport", Key: "onward.carriers"}}},
		{Heading: r.Text("onward.waiting"), Table: safeTable(r, safe)},
		{Heading: r.Text("onward.consignments"), Table: s.consignmentTable(r, path, all)},
	}
	if !office(r) {
		return p, nil
	}
	bins, err := s.Store.Bins(r.Context(), e.ID)
	if err != nil {
		return nil, err
	}
	var to []site.Option
	for _, k := range binOrder(bins, nil) {
		if code, ok := strings.CutPrefix(k, "other:"); ok {
			to = append(to, site.Option{Value: code, Text: site.MunicipalityName(code) + " (" + digits(r, bins[k]) + ")"})
		}
	}
	if len(to) > 0 {
		second, err := s.secondPerson(r)
		if err != nil {
			return nil, err
		}
		p.Blocks = append(p.Blocks, site.Block{Heading: r.Text("onward.pack"), Text: r.Text("onward.pack_text"), Form: site.BlockForm{Action: path, Do: "pack", Button: r.Text("onward.pack"), Fields: []site.BlockField{
			{Kind: "select", Name: "to", Label: r.Text("onward.to"), Options: to}, {Kind: "textarea", Name: "packets", Label: r.Text("onward.packets"), Hint: r.Text("onward.packets_hint")},
			{Kind: "select", Name: "witness", Label: r.Text("onward.witness"), Options: second, Optional: true}}}})
	}
	return p, nil
}

// safeTable is what waits, by slack.
func safeTable(r *site.Request, safe []onward.Safe) site.Table {
	t := site.Table{Caption: r.Text("onward.waiting"), Quiet: true, Empty: r.Text("onward.waiting_empty"), Columns: []site.Column{{Text: r.Text("onward.municipality")}, {Text: r.Text("onward.number"), Number: true}, {Text: r.Text("onward.next_departure")}, {Text: r.Text("onward.last_safe")}, {Text: r.Text("onward.slack")}}}
	for _, x := range safe {
		row := []site.Cell{{Text: site.MunicipalityName(x.To) + " (" + x.To + ")"}, {Text: digits(r, x.N)}, {}, {}, {Tag: site.Tag{Kind: "bad", Text: r.Text("onward.none_safe")}}}
		if x.Next != nil {
			row[2].Text = r.Text("onward.leaves_arrives", x.Next.Name, r.Moment(x.Next.Leaves), r.Moment(x.Next.Arrives))
			row[3].Text = r.Text("onward.leaves_arrives", x.Last.Name, r.Moment(x.Last.Leaves), r.Moment(x.Last.Arrives))
			kind := "ok"
			if x.Slack < 24*time.Hour {
				kind = "warn"
			}
			row[4].Tag = site.Tag{Kind: kind, Text: timeLeft(r, x.Slack)}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// timeLeft is a span in hours, in days when it is long.
func timeLeft(r *site.Request, d time.Duration) string {
	if d >= 72*time.Hour {
		return r.Text("onward.days_left", int(d.Hours()/24))
	}
	return r.Text("onward.hours", int(d.Hours()))
}

func (s *Server) consignmentTable(r *site.Request, path string, all []onward.Consignment) site.Table {
	t := site.Table{Caption: r.Text("onward.consignments"), Quiet: true, Empty: r.Text("onward.consignments_empty"), Columns: []site.Column{{Text: r.Text("onward.consignment")}, {Text: r.Text("onward.to")}, {Text: r.Text("onward.number"), Number: true}, {Text: r.Text("onward.dispatched")}, {Text: r.Text("election.state")}}}
	for _, c := range all {
		t.Rows = append(t.Rows, []site.Cell{{Text: models.GroupSerial(c.ID), Href: path + "/se/" + c.ID}, {Text: site.MunicipalityName(c.To)}, {Text: digits(r, c.Total())}, {Text: r.Moment(c.Dispatched)}, {Tag: s.consignmentTag(r, c)}})
	}
	return t
}

func (s *Server) consignmentTag(r *site.Request, c onward.Consignment) site.Tag {
	kind := map[onward.ConsignmentState]string{onward.ConsignmentPacked: "info", onward.ConsignmentDispatched: "info", onward.ConsignmentDone: "ok", onward.ConsignmentDiffers: "bad"}[c.State]
	if kind == "" {
		kind = "plain"
	}
	if c.Overdue(s.Now()) {
		return site.Tag{Kind: "warn", Text: r.Text("onward.ack_missing")}
	}
	return site.Tag{Kind: kind, Text: r.Text("onward.consignment_state." + string(c.State))}
}

// packetsField reads one packet per line: number of envelopes, then its seals.
func packetsField(r *site.Request) ([]onward.Packet, error) {
	var ps []onward.Packet
	for _, line := range strings.Split(r.Field("packets"), "\n") {
		w := strings.Fields(line)
		if len(w) == 0 {
			continue
		}
		n, err := strconv.Atoi(w[0])
		if err != nil || n < 1 {
			return nil, models.Invalid("packets", "form.not_a_count", w[0])
		}
		ps = append(ps, onward.Packet{Count: n, Seals: w[1:]})
	}
	return ps, nil
}

func (s *Server) forwardingDo(r *site.Request) error {
	p, err := s.forwardingPage(r)
	if err != nil {
		return err
	}
	place, err := s.reception(r.Context(), r.Account)
	if err != nil {
		return err
	}
	ps, err := packetsField(r)
	if err != nil {
		return site.BlockView.Again(r, err, p)
	}
	act := r.Act()
	act.Witness = r.Field("witness")
	c, err := s.Store.PackConsignment(r.Context(), act, place, onward.PackCmd{Election: r.Param("election"), To: r.Field("to"), Packets: ps})
	if err != nil {
		return site.BlockView.Again(r, err, p)
	}
	return r.Done("/videresendelse/"+c.Election+"/se/"+c.ID, "onward.packed")
}
