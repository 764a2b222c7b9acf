package web

import (
	"crypto/rand"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/onward"
	"github.com/brevstemme/brevstemme/models/store"
	"github.com/brevstemme/brevstemme/pdf"
)

func (s *Server) forwardingRoutes() []Route {
	const base = "/videresendelse"
	return []Route{
		get(base, officeReaders, s.pick(base, "onward.forwarding")).nav("nav.forwarding"),
		get(base+"/:election", officeReaders, s.forwarding),
		post(base+"/:election", reception, s.forwardingDo),
		get(base+"/:election/transport", officeReaders, s.carriersPage),
		post(base+"/:election/transport", coordinator, s.carriersDo),
		get(base+"/:election/se/:id", officeReaders, s.consignment),
		post(base+"/:election/se/:id", reception, s.consignmentDo),
		get(base+"/:election/se/:id/foelgeliste.pdf", reception, s.coverList),
		get(base+"/:election/se/:id/manifest.txt", reception, s.manifest),
		get("/a/:token", public, s.acknowledgement).limit("check"),
		post("/a/:token", public, s.acknowledge).limit("check"),
		get(apiPrefix+"elections/:election/consignments", officeReaders, s.apiConsignments).api(nil, []onward.Consignment{}),
		get(apiPrefix+"elections/:election/last-safe", officeReaders, s.apiSafe).api(nil, []onward.Safe{}),
	}
}

// margin is kept between the arrival at the other municipality and the start of
// voting: the votes must go on to the polling stations. A setting, not law.
const margin = 2 * time.Hour

func forwardingCrumbs(election string) []Link {
	return []Link{{Href: "/videresendelse/" + election, Key: "onward.forwarding"}}
}

func (s *Server) forwarding(r *Request) error {
	p, err := s.forwardingPage(r)
	if err != nil {
		return err
	}
	return onwardView.render(r, p)
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
			row[2].Text = r.Text("onward.leaves_arrives", x.Next.Name, r.instant(x.Next.Leaves), r.instant(x.Next.Arrives))
			row[3].Text = r.Text("onward.leaves_arrives", x.Last.Name, r.instant(x.Last.Leaves), r.instant(x.Last.Arrives))
			kind := "ok"
			if x.Slack < 24*time.Hour {
				kind = "warn"
			}
			row[4].Tag = Tag{kind, r.Text("onward.hours", int(x.Slack.Hours()))}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func (s *Server) consignmentTable(r *Request, path string, all []onward.Consignment) Table {
	t := Table{Caption: r.Text("onward.consignments"), Quiet: true, Empty: r.Text("onward.consignments_empty"), Columns: []Column{{Text: r.Text("onward.consignment")}, {Text: r.Text("onward.to")}, {Text: r.Text("onward.number"), Number: true}, {Text: r.Text("onward.dispatched")}, {Text: r.Text("election.state")}}}
	for _, c := range all {
		t.Rows = append(t.Rows, []Cell{{Text: models.GroupSerial(c.ID), Href: path + "/se/" + c.ID}, {Text: municipalityName(c.To)}, {Text: r.digits(c.Total())}, {Text: r.instant(c.Dispatched)}, {Tag: s.consignmentTag(r, c)}})
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

func (s *Server) consignment(r *Request) error {
	p, err := s.consignmentPage(r)
	if err != nil {
		return err
	}
	return onwardView.render(r, p)
}

func (s *Server) consignmentPage(r *Request) (*onwardPage, error) {
	c, err := s.store.Consignment(r.Context(), r.Param("id"))
	if err != nil {
		return nil, err
	}
	path := "/videresendelse/" + c.Election + "/se/" + c.ID
	p := &onwardPage{Chrome: Chrome{TitleKey: "onward.consignment", Crumbs: forwardingCrumbs(c.Election)}}
	p.Facts = []Fact{{Name: r.Text("onward.consignment"), Text: c.ID, Serial: true}, {Name: r.Text("onward.to"), Text: municipalityName(c.To) + " (" + c.To + ")"}, {Name: r.Text("onward.number"), Text: r.digits(c.Total())},
		{Name: r.Text("election.state"), Tag: s.consignmentTag(r, c)}, {Name: r.Text("onward.dispatched"), Text: r.instant(c.Dispatched)}, {Name: r.Text("onward.arrives"), Text: r.instant(c.Arrives)}}
	t := Table{Caption: r.Text("onward.packets"), Columns: []Column{{Text: r.Text("onward.packet")}, {Text: r.Text("onward.seals")}, {Text: r.Text("onward.number"), Number: true}}}
	for _, x := range c.Packets {
		t.Rows = append(t.Rows, []Cell{{Text: x.Number, Serial: true}, {Text: strings.Join(x.Seals, ", ")}, {Text: r.digits(x.Count)}})
	}
	p.Blocks = []onwardBlock{{Table: t}}
	if !c.Ack.At.IsZero() {
		p.Facts = append(p.Facts, Fact{Name: r.Text("onward.acknowledged"), Text: r.Text("onward.acknowledged_as", r.instant(c.Ack.At), c.Ack.Count, c.Ack.Packets)})
	}
	if !r.office() {
		return p, nil
	}
	return p, s.consignmentForms(r, p, c, path)
}

func (s *Server) consignmentForms(r *Request, p *onwardPage, c onward.Consignment, path string) error {
	switch c.State {
	case onward.ConsignmentPacked:
		deps, err := s.departures(r, c)
		if err != nil {
			return err
		}
		if len(deps) == 0 {
			p.Banner = Banner{Kind: "bad", Text: r.Text("onward.none_safe_text")}
		} else {
			p.Blocks = append(p.Blocks, onwardBlock{Heading: r.Text("onward.dispatch"), Form: onwardForm{Action: path, Do: "send", Button: r.Text("onward.dispatch"), Fields: []onwardField{{Kind: "radios", Name: "departure", Label: r.Text("onward.departure"), Options: deps}}}})
		}
		p.Blocks = append(p.Blocks, onwardBlock{Heading: r.Text("onward.withdraw"), Form: onwardForm{Action: path, Do: "withdraw", Button: r.Text("onward.withdraw"), Fields: []onwardField{{Name: "reason", Label: r.Text("onward.reason")}}}})
	case onward.ConsignmentDispatched:
		p.Blocks = append(p.Blocks, onwardBlock{Links: []Link{{Href: path + "/foelgeliste.pdf", Key: "onward.cover"}}}, onwardBlock{Heading: r.Text("onward.chase"), Text: r.Text("onward.chase_text", len(c.Chased)), Form: onwardForm{Action: path, Do: "chase", Button: r.Text("onward.chase")}})
		token, err := s.store.AckToken(r.Context(), c.ID)
		if err != nil {
			return err
		}
		p.Blocks[1].Links = append(p.Blocks[1].Links, Link{Href: "/a/" + token, Key: "onward.ack_page"})
		if _, err := s.store.SignedManifest(r.Context(), c.ID); err == nil {
			p.Blocks[1].Links = append(p.Blocks[1].Links, Link{Href: path + "/manifest.txt", Key: "onward.manifest"})
		}
	}
	return nil
}

// departures offers what leaves from six hours ago on and arrives in time, soonest first.
func (s *Server) departures(r *Request, c onward.Consignment) ([]Option, error) {
	e, err := s.store.Election(r.Context(), c.Election)
	if err != nil {
		return nil, err
	}
	opens, err := store.PollsOpen(e)
	if err != nil {
		return nil, err
	}
	carriers, err := s.store.Carriers(r.Context())
	if err != nil {
		return nil, err
	}
	var ds []onward.Departure
	for _, x := range carriers {
		for _, d := range x.Departures(c.To, s.now().Add(-6*time.Hour), opens) {
			if !d.Arrives.Add(margin).After(opens) {
				ds = append(ds, d)
			}
		}
	}
	slices.SortFunc(ds, func(a, b onward.Departure) int { return a.Arrives.Compare(b.Arrives) })
	var out []Option
	for i, d := range ds[:min(len(ds), 8)] {
		out = append(out, Option{Value: d.Carrier + "@" + d.Leaves.UTC().Format(time.RFC3339), Text: r.Text("onward.leaves_arrives", d.Name, r.instant(d.Leaves), r.instant(d.Arrives)), Checked: i == 0})
	}
	return out, nil
}

func (s *Server) consignmentDo(r *Request) error {
	p, err := s.consignmentPage(r)
	if err != nil {
		return err
	}
	id, path, said := r.Param("id"), "/videresendelse/"+r.Param("election")+"/se/"+r.Param("id"), ""
	switch r.Field("do") {
	case "send":
		carrier, at, _ := strings.Cut(r.Field("departure"), "@")
		leaves, bad := time.Parse(time.RFC3339, at)
		if bad != nil {
			return onwardView.again(r, models.Invalid("departure", "custody.choose"), p)
		}
		said = "onward.sent"
		_, err = s.store.Dispatch(r.Context(), r.act(), id, carrier, leaves, newToken())
	case "withdraw":
		said = "onward.withdrawn"
		_, err = s.store.WithdrawConsignment(r.Context(), r.act(), id, r.Field("reason"))
	default:
		said = "onward.chased"
		_, err = s.store.Chase(r.Context(), r.act(), id)
	}
	if err != nil {
		return onwardView.again(r, err, p)
	}
	return r.done(path, said)
}

// newToken is a one-time code of 130 random bits in the letters of serials.
func newToken() string { return rand.Text() }

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

func (s *Server) manifest(r *Request) error {
	b, err := s.store.SignedManifest(r.Context(), r.Param("id"))
	if err != nil {
		return err
	}
	return r.file("text/plain; charset=utf-8", "manifest-"+r.Param("id")+".txt", false, b)
}

// acknowledgement is the recipient's page: no account, no figure, no person.
func (s *Server) acknowledgement(r *Request) error {
	p, err := s.acknowledgementPage(r)
	if err != nil {
		return err
	}
	return onwardView.render(r, p)
}

func (s *Server) acknowledgementPage(r *Request) (*onwardPage, error) {
	c, err := s.store.ByToken(r.Context(), r.Param("token"))
	if err != nil {
		return nil, err
	}
	p := &onwardPage{Chrome: Chrome{TitleKey: "onward.acknowledge"}, Facts: []Fact{{Name: r.Text("onward.from"), Text: municipalityName(s.municipality)}, {Name: r.Text("onward.to"), Text: municipalityName(c.To)}, {Name: r.Text("onward.consignment"), Text: c.ID, Serial: true}}}
	if c.State != onward.ConsignmentDispatched {
		p.Banner = Banner{Kind: "ok", Text: r.Text("onward.ack_given")}
		return p, nil
	}
	p.Blocks = []onwardBlock{{Text: r.Text("onward.acknowledge_text"), Form: onwardForm{Action: "/a/" + r.Param("token"), Button: r.Text("onward.acknowledge"), Fields: []onwardField{
		{Kind: "count", Name: "count", Label: r.Text("onward.count")}, {Kind: "count", Name: "number", Label: r.Text("onward.packets_counted")},
		{Kind: "radios", Name: "intact", Label: r.Text("onward.seals_intact"), Options: []Option{{Value: "yes", Text: r.Text("onward.yes")}, {Value: "no", Text: r.Text("onward.no")}}}}}}}
	return p, nil
}

func (s *Server) acknowledge(r *Request) error {
	p, err := s.acknowledgementPage(r)
	if err != nil {
		return err
	}
	cmd := onward.AckCmd{Intact: r.Field("intact") == "yes"}
	if cmd.Count, err = r.Count("count"); err == nil {
		cmd.Packets, err = r.Count("number")
	}
	if err == nil && r.Field("intact") == "" {
		err = models.Invalid("intact", "custody.choose")
	}
	if err == nil {
		err = s.store.Acknowledge(r.Context(), r.act(), r.Param("token"), cmd)
	}
	if err != nil {
		return onwardView.again(r, err, p)
	}
	return r.done("/a/"+r.Param("token"), "onward.ack_thanks")
}

func (s *Server) apiConsignments(r *Request) error {
	all, err := s.store.Consignments(r.Context(), r.Param("election"))
	if err != nil {
		return err
	}
	return r.json(http.StatusOK, all)
}

func (s *Server) apiSafe(r *Request) error {
	safe, err := s.store.Safe(r.Context(), r.Param("election"), margin)
	if err != nil {
		return err
	}
	return r.json(http.StatusOK, safe)
}
