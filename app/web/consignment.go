package web

import (
	"crypto/rand"
	"slices"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/onward"
	"github.com/brevstemme/brevstemme/models/store"
)

func (s *Server) consignmentPage(r *Request) (*onwardPage, error) {
	c, err := s.store.Consignment(r.Context(), r.Param("id"))
	if err != nil {
		return nil, err
	}
	path := "/videresendelse/" + c.Election + "/se/" + c.ID
	p := &onwardPage{Chrome: Chrome{TitleKey: "onward.consignment", Crumbs: forwardingCrumbs(c.Election)}}
	p.Facts = []Fact{{Name: r.Text("onward.consignment"), Text: c.ID, Serial: true}, {Name: r.Text("onward.to"), Text: municipalityName(c.To) + " (" + c.To + ")"}, {Name: r.Text("onward.number"), Text: r.digits(c.Total())},
		{Name: r.Text("election.state"), Tag: s.consignmentTag(r, c)}, {Name: r.Text("onward.dispatched"), Text: r.moment(c.Dispatched)}, {Name: r.Text("onward.arrives"), Text: r.moment(c.Arrives)}}
	t := Table{Caption: r.Text("onward.packets"), Columns: []Column{{Text: r.Text("onward.packet")}, {Text: r.Text("onward.seals")}, {Text: r.Text("onward.number"), Number: true}}}
	for _, x := range c.Packets {
		t.Rows = append(t.Rows, []Cell{{Text: x.Number, Serial: true}, {Text: strings.Join(x.Seals, ", ")}, {Text: r.digits(x.Count)}})
	}
	p.Blocks = []onwardBlock{{Table: t}}
	if !c.Ack.At.IsZero() {
		p.Facts = append(p.Facts, Fact{Name: r.Text("onward.acknowledged"), Text: r.Text("onward.acknowledged_as", r.moment(c.Ack.At), c.Ack.Count, c.Ack.Packets)})
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
		out = append(out, Option{Value: d.Carrier + "@" + d.Leaves.UTC().Format(time.RFC3339), Text: r.Text("onward.leaves_arrives", d.Name, r.moment(d.Leaves), r.moment(d.Arrives)), Checked: i == 0})
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

func (s *Server) manifest(r *Request) error {
	b, err := s.store.SignedManifest(r.Context(), r.Param("id"))
	if err != nil {
		return err
	}
	return r.file("text/plain; charset=utf-8", "manifest-"+r.Param("id")+".txt", false, b)
}
