package onward

import (
	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/onward"
)

func (s *Server) acknowledgementPage(r *site.Request) (*site.BlockPage, error) {
	c, err := s.Store.ByToken(r.Context(), r.Param("token"))
	if err != nil {
		return nil, err
	}
	p := &site.BlockPage{Chrome: site.Chrome{TitleKey: "onward.acknowledge"}, Facts: []site.Fact{{Name: r.Text("onward.from"), Text: site.MunicipalityName(s.Municipality)}, {Name: r.Text("onward.to"), Text: site.MunicipalityName(c.To)}, {Name: r.Text("onward.consignment"), Text: c.ID, Serial: true}}}
	if c.State != onward.ConsignmentDispatched {
		p.Banner = site.Banner{Kind: "ok", Text: r.Text("onward.ack_given")}
		if c.State == onward.ConsignmentDiffers { // that it differs, not what was sent
			p.Banner = site.Banner{Kind: "warn", Text: r.Text("onward.ack_differs")}
		}
		return p, nil
	}
	p.Blocks = []site.Block{{Text: r.Text("onward.acknowledge_text"), Form: site.BlockForm{Action: "/a/" + r.Param("token"), Button: r.Text("onward.acknowledge"), Fields: []site.BlockField{
		{Kind: "count", Name: "count", Label: r.Text("onward.count")}, {Kind: "count", Name: "number", Label: r.Text("onward.packets_counted")},
		{Kind: "radios", Name: "intact", Label: r.Text("onward.seals_intact"), Options: []site.Option{{Value: "yes", Text: r.Text("onward.yes")}, {Value: "no", Text: r.Text("onward.no")}}}}}}}
	return p, nil
}

func (s *Server) acknowledge(r *site.Request) error {
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
		err = s.Store.Acknowledge(r.Context(), r.Act(), r.Param("token"), cmd)
	}
	if err != nil {
		return site.BlockView.Again(r, err, p)
	}
	return r.Done("/a/"+r.Param("token"), "onward.ack_thanks")
}
