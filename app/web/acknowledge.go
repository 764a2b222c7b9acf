package web

import (
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/onward"
)

func (s *Server) acknowledgementPage(r *Request) (*onwardPage, error) {
	c, err := s.store.ByToken(r.Context(), r.Param("token"))
	if err != nil {
		return nil, err
	}
	p := &onwardPage{Chrome: Chrome{TitleKey: "onward.acknowledge"}, Facts: []Fact{{Name: r.Text("onward.from"), Text: municipalityName(s.municipality)}, {Name: r.Text("onward.to"), Text: municipalityName(c.To)}, {Name: r.Text("onward.consignment"), Text: c.ID, Serial: true}}}
	if c.State != onward.ConsignmentDispatched {
		p.Banner = Banner{Kind: "ok", Text: r.Text("onward.ack_given")}
		if c.State == onward.ConsignmentDiffers { // that it differs, not what was sent
			p.Banner = Banner{Kind: "warn", Text: r.Text("onward.ack_differs")}
		}
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
