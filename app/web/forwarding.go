package web

import (
	"strconv"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/onward"
	"github.com/brevstemme/brevstemme/models/store"
)

func (s *Server) forwardingRoutes() []Route {
	const base = "/videresendelse"
	return []Route{
		get(base, officeReaders, s.pick(base, "onward.forwarding")).nav("nav.forwarding"),
		get(base+"/:election", officeReaders, show(s.forwardingPage)),
		post(base+"/:election", reception, s.forwardingDo),
		get(base+"/:election/transport", officeReaders, show(s.transportPage)),
		post(base+"/:election/transport", coordinator, s.carriersDo),
		get(base+"/:election/se/:id", officeReaders, show(s.consignmentPage)),
		post(base+"/:election/se/:id", reception, s.consignmentDo),
		get(base+"/:election/se/:id/foelgeliste.pdf", reception, s.coverList),
		get(base+"/:election/se/:id/manifest.txt", reception, s.manifest),
		get("/a/:token", public, show(s.acknowledgementPage)).limit("check"),
		post("/a/:token", public, s.acknowledge).limit("check"),
		get(apiPrefix+"elections/:election/consignments", officeReaders, s.apiConsignments).api(nil, []onward.Consignment{}),
		get(apiPrefix+"elections/:election/last-safe", officeReaders, s.apiSafe).api(nil, []onward.Safe{}),
	}
}

const margin = store.DispatchMargin

func forwardingCrumbs(election string) []Link {
	return []Link{{Href: "/videresendelse/" + election, Key: "onward.forwarding"}}
}

func (s *Server) forwardingPage(r *Request) (*onwardPage, error) {
	e, err := s.chosen(r)
	if err != nil {
		return nil, err
	}
	safe, err := s.store.Safe(r.Context(), e.ID, margin)
	if err != nil {
		return nil, err
	}
	all, err := s.store.Consignments(r.Context(), e.ID)
	if err != nil {
		return nil, err
	}
	path := "/videresendelse/" + e.ID
	p := &onwardPage{Chrome: Chrome{TitleText: r.Text("onward.forwarding") + ": " + e.Name, Crumbs: []Link{{Href: "/videresendelse", Key: "onward.forwarding"}}}}
	p.Blocks = []onwardBlock{
		{Text: r.Text("onward.forwarding_text"), Links: []Link{{Href: path + "/transport", Key: "onward.carriers"}}},
		{Heading: r.Text("onward.waiting"), Table: r.safeTable(safe)},
		{Heading: r.Text("onward.consignments"), Table: s.consignmentTable(r, path, all)},
	}
	if !r.office() {
		return p, nil
	}
	bins, err := s.store.Bins(r.Context(), e.ID)
	if err != nil {
		return nil, err
	}
	var to []Option
	for _, k := range binOrder(bins, nil) {
		if code, ok := strings.CutPrefix(k, "other:"); ok {
			to = append(to, Option{Value: code, Text: municipalityName(code) + " (" + r.digits(bins[k]) + ")"})
		}
	}
	if len(to) > 0 {
		second, err := s.secondPerson(r)
		if err != nil {
			return nil, err
		}
		p.Blocks = append(p.Blocks, onwardBlock{Heading: r.Text("onward.pack"), Text: r.Text("onward.pack_text"), Form: onwardForm{Action: path, Do: "pack", Button: r.Text("onward.pack"), Fields: []onwardField{
			{Kind: "select", Name: "to", Label: r.Text("onward.to"), Options: to}, {Kind: "textarea", Name: "packets", Label: r.Text("onward.packets"), Hint: r.Text("onward.packets_hint")},
			{Kind: "select", Name: "witness", Label: r.Text("onward.witness"), Options: second, Optional: true}}}})
	}
	return p, nil
}

// safeTable is what waits, by slack.
func (r *Request) safeTable(safe []onward.Safe) Table {
	t := Table{Caption: r.Text("onward.waiting"), Quiet: true, Empty: r.Text("onward.waiting_empty"), Columns: []Column{{Text: r.Text("onward.municipality")}, {Text: r.Text("onward.number"), Number: true}, {Text: r.Text("onward.next_departure")}, {Text: r.Text("onward.last_safe")}, {Text: r.Text("onward.slack")}}}
	for _, x := range safe {
		row := []Cell{{Text: municipalityName(x.To) + " (" + x.To + ")"}, {Text: r.digits(x.N)}, {}, {}, {Tag: Tag{"bad", r.Text("onward.none_safe")}}}
		if x.Next != nil {
			row[2].Text = r.Text("onward.leaves_arrives", x.Next.Name, r.moment(x.Next.Leaves), r.moment(x.Next.Arrives))
			row[3].Text = r.Text("onward.leaves_arrives", x.Last.Name, r.moment(x.Last.Leaves), r.moment(x.Last.Arrives))
			kind := "ok"
			if x.Slack < 24*time.Hour {
				kind = "warn"
			}
			row[4].Tag = Tag{kind, r.timeLeft(x.Slack)}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// timeLeft is a span in hours, in days when it is long.
func (r *Request) timeLeft(d time.Duration) string {
	if d >= 72*time.Hour {
		return r.Text("onward.days_left", int(d.Hours()/24))
	}
	return r.Text("onward.hours", int(d.Hours()))
}

func (s *Server) consignmentTable(r *Request, path string, all []onward.Consignment) Table {
	t := Table{Caption: r.Text("onward.consignments"), Quiet: true, Empty: r.Text("onward.consignments_empty"), Columns: []Column{{Text: r.Text("onward.consignment")}, {Text: r.Text("onward.to")}, {Text: r.Text("onward.number"), Number: true}, {Text: r.Text("onward.dispatched")}, {Text: r.Text("election.state")}}}
	for _, c := range all {
		t.Rows = append(t.Rows, []Cell{{Text: models.GroupSerial(c.ID), Href: path + "/se/" + c.ID}, {Text: municipalityName(c.To)}, {Text: r.digits(c.Total())}, {Text: r.moment(c.Dispatched)}, {Tag: s.consignmentTag(r, c)}})
	}
	return t
}

func (s *Server) consignmentTag(r *Request, c onward.Consignment) Tag {
	kind := map[onward.ConsignmentState]string{onward.ConsignmentPacked: "info", onward.ConsignmentDispatched: "info", onward.ConsignmentDone: "ok", onward.ConsignmentDiffers: "bad"}[c.State]
	if kind == "" {
		kind = "plain"
	}
	if c.Overdue(s.now()) {
		return Tag{"warn", r.Text("onward.ack_missing")}
	}
	return Tag{kind, r.Text("onward.consignment_state." + string(c.State))}
}

// packetsField reads one packet per line: number of envelopes, then its seals.
func (r *Request) packetsField() ([]onward.Packet, error) {
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

func (s *Server) forwardingDo(r *Request) error {
	p, err := s.forwardingPage(r)
	if err != nil {
		return err
	}
	place, err := s.reception(r.Context(), r.Account)
	if err != nil {
		return err
	}
	ps, err := r.packetsField()
	if err != nil {
		return onwardView.again(r, err, p)
	}
	act := r.act()
	act.Witness = r.Field("witness")
	c, err := s.store.PackConsignment(r.Context(), act, place, onward.PackCmd{Election: r.Param("election"), To: r.Field("to"), Packets: ps})
	if err != nil {
		return onwardView.again(r, err, p)
	}
	return r.done("/videresendelse/"+c.Election+"/se/"+c.ID, "onward.packed")
}
