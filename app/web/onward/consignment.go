package onward

import (
	"crypto/rand"
	"slices"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/onward"
	"github.com/brevstemme/brevstemme/models/store/shipments"
)

func (s *Server) consignmentPage(r *site.Request) (*site.BlockPage, error) {
	c, err := s.Store.Consignment(r.Context(), r.Param("id"))
	if err != nil {
		return nil, err
	}
	path := "/videresendelse/" + c.Election + "/se/" + c.ID
	p := &site.BlockPage{Chrome: site.Chrome{TitleKey: "onward.consignment", Crumbs: forwardingCrumbs(c.Election)}}
	p.Facts = []site.Fact{{Name: r.Text("onward.consignment"), Text: c.ID, Serial: true}, {Name: r.Text("onward.to"), Text: site.MunicipalityName(c.To) + " (" + c.To + ")"}, {Name: r.Text("onward.number"), Text: digits(r, c.Total())},
		{Name: r.Text("election.state"), Tag: s.consignmentTag(r, c)}, {Name: r.Text("onward.dispatched"), Text: r.Moment(c.Dispatched)}, {Name: r.Text("onward.arrives"), Text: r.Moment(c.Arrives)}}
	t := site.Table{Caption: r.Text("onward.packets"), Columns: []site.Column{{Text: r.Text("onward.packet")}, {Text: r.Text("onward.seals")}, {Text: r.Text("onward.number"), Number: true}}}
	for _, x := range c.Packets {
		t.Rows = append(t.Rows, []site.Cell{{Text: x.Number, Serial: true}, {Text: strings.Join(x.Seals, ", ")}, {Text: digits(r, x.Count)}})
	}
	p.Blocks = []site.Block{{Table: t}}
	if !c.Ack.At.IsZero() {
		p.Facts = append(p.Facts, site.Fact{Name: r.Text("onward.acknowledged"), Text: r.Text("onward.acknowledged_as", r.Moment(c.Ack.At), c.Ack.Count, c.Ack.Packets)})
	}
	if !office(r) {
		return p, nil
	}
	return p, s.consignmentForms(r, p, c, path)
}

func (s *Server) consignmentForms(r *site.Request, p *site.BlockPage, c onward.Consignment, path string) error {
	switch c.State {
	case onward.ConsignmentPacked:
		deps, err := s.departures(r, c)
		if err != nil {
			return err
		}
		if len(deps) == 0 {
			p.Banner = site.Banner{Kind: "bad", Text: r.Text("onward.none_safe_text")}
		} else {
			p.Blocks = append(p.Blocks, site.Block{Heading: r.Text("onward.dispatch"), Form: site.BlockForm{Action: path, Do: "send", Button: r.Text("onward.dispatch"), Fields: []site.BlockField{{Kind: "radios", Name: "departure", Label: r.Text("onward.departure"), Options: deps}}}})
		}
		p.Blocks = append(p.Blocks, site.Block{Heading: r.Text("onward.withdraw"), Form: site.BlockForm{Action: path, Do: "withdraw", Button: r.Text("onward.withdraw"), Fields: []site.BlockField{{Name: "reason", Label: r.Text("onward.reason")}}}})
	case onward.ConsignmentDispatched:
		p.Blocks = append(p.Blocks, site.Block{Links: []site.Link{{Href: path + "/foelgeliste.pdf", Key: "onward.cover"}}}, site.Block{Heading: r.Text("onward.chase"), Text: r.Text("onward.chase_text", len(c.Chased)), Form: site.BlockForm{Action: path, Do: "chase", Button: r.Text("onward.chase")}})
		token, err := s.Store.AckToken(r.Context(), c.ID)
		if err != nil {
			return err
		}
		p.Blocks[1].Links = append(p.Blocks[1].Links, site.Link{Href: "/a/" + token, Key: "onward.ack_page"})
		if _, err := s.Store.SignedManifest(r.Context(), c.ID); err == nil {
			p.Blocks[1].Links = append(p.Blocks[1].Links, site.Link{Href: path + "/manifest.txt", Key: "onward.manifest"})
		}
	}
	return nil
}

// departures offers what leaves from six hours ago on and arrives in time, soonest first.
func (s *Server) departures(r *site.Request, c onward.Consignment) ([]site.Option, error) {
	e, err := s.Store.Election(r.Context(), c.Election)
	if err != nil {
		return nil, err
	}
	opens, err := shipments.PollsOpen(e)
	if err != nil {
		return nil, err
	}
	carriers, err := s.Store.Carriers(r.Context())
	if err != nil {
		return nil, err
	}
	var ds []onward.Departure
	for _, x := range carriers {
		for _, d := range x.Departures(c.To, s.Now().Add(-6*time.Hour), opens) {
			if !d.Arrives.Add(margin).After(opens) {
				ds = append(ds, d)
			}
		}
	}
	slices.SortFunc(ds, func(a, b onward.Departure) int { return a.Arrives.Compare(b.Arrives) })
	var out []site.Option
	for i, d := range ds[:min(len(ds), 8)] {
		out = append(out, site.Option{Value: d.Carrier + "@" + d.Leaves.UTC().Format(time.RFC3339), Text: r.Text("onward.leaves_arrives", d.Name, r.Moment(d.Leaves), r.Moment(d.Arrives)), Checked: i == 0})
	}
	return out, nil
}

func (s *Server) consignmentDo(r *site.Request) error {
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
			return site.BlockView.Again(r, models.Invalid("departure", "custody.choose"), p)
		}
		said = "onward.sent"
		_, err = s.Store.Dispatch(r.Context(), r.Act(), id, carrier, leaves, newToken())
	case "withdraw":
		said = "onward.withdrawn"
		_, err = s.Store.WithdrawConsignment(r.Context(), r.Act(), id, r.Field("reason"))
	default:
		said = "onward.chased"
		_, err = s.Store.Chase(r.Context(), r.Act(), id)
	}
	if err != nil {
		return site.BlockView.Again(r, err, p)
	}
	return r.Done(path, said)
}

// newToken is a one-time code of 130 random bits in the letters of serials.
func newToken() string { return rand.Text() }

func (s *Server) manifest(r *site.Request) error {
	b, err := s.Store.SignedManifest(r.Context(), r.Param("id"))
	if err != nil {
		return err
	}
	return r.File("text/plain; charset=utf-8", "manifest-"+r.Param("id")+".txt", false, b)
}
