package web

import (
	"slices"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/language"
	"github.com/brevstemme/brevstemme/models/store"
)

func (s *Server) handoverNew(r *Request) error {
	p, err := s.offerPage(r)
	if err != nil {
		return err
	}
	return offerView.render(r, p)
}

func (s *Server) offerPage(r *Request) (*offerPage, error) {
	p := &offerPage{Chrome: Chrome{Crumbs: handoverCrumbs}, Place: r.Query("sted")}
	var err error
	if p.From, err = s.placeOptions(r); err != nil {
		return nil, err
	}
	if f := r.Field("from"); f != "" {
		p.Place = f
	}
	if id := r.Query("beholder"); id != "" {
		if c, err := s.store.Container(r.Context(), id); err == nil {
			p.Place = custody.HolderID(c.Holder)
		}
	}
	if p.Place == "" && len(p.From) == 1 {
		p.Place = p.From[0].Value
	}
	if p.Place == "" || !slices.ContainsFunc(p.From, func(o Option) bool { return o.Value == p.Place }) {
		p.Place = ""
		return p, nil
	}
	return p, s.fillOffer(r, p)
}

func (s *Server) fillOffer(r *Request, p *offerPage) error {
	all, err := s.store.Places(r.Context())
	if err != nil {
		return err
	}
	for _, x := range all {
		if x.ID != p.Place {
			p.To = append(p.To, Option{Value: x.ID, Text: x.Name, Checked: x.Kind == models.PlaceReception})
		}
	}
	there, err := s.store.Containers(r.Context(), store.ContainerFilter{Places: []string{p.Place}})
	if err != nil {
		return err
	}
	for _, c := range there {
		if c.Holder == custody.At(p.Place) && c.Leg == "" && custody.ContainerStates.Allows(c.State, custody.ActSend) {
			p.Containers = append(p.Containers, Option{Value: c.ID, Text: models.GroupSerial(c.ID) + " · " + r.Text("container.state."+string(c.State)), Hint: strings.Join(c.Seals, ", "), Checked: c.ID == r.Query("beholder")})
		}
	}
	couriers, err := s.store.Couriers(r.Context())
	if err != nil {
		return err
	}
	p.StandIns = []Option{{Value: "", Text: r.Text("handover.no_stand_in")}}
	for _, c := range couriers {
		p.Couriers = append(p.Couriers, Option{Value: c.Person, Text: c.Name})
		p.StandIns = append(p.StandIns, Option{Value: c.Person, Text: c.Name})
	}
	return nil
}

func (s *Server) handoverOffer(r *Request) error {
	h, err := s.offer(r)
	if err != nil {
		p, perr := s.offerPage(r)
		if perr != nil {
			return perr
		}
		return offerView.again(r, err, p)
	}
	return r.done("/overdragelser/"+h.ID, "handover.offered", models.GroupSerial(h.ID))
}

func (s *Server) offer(r *Request) (h custody.Handover, err error) {
	act := r.act()
	if r.Field("witness_login") != "" {
		if act, err = s.witnessed(r); err != nil {
			return h, err
		}
	}
	cmd := custody.OfferCmd{From: r.Field("from"), To: r.Field("to"), Containers: r.Fields("containers"), Mode: r.Field("mode"), Direction: "out", Reason: r.Field("reason"),
		Route: r.Field("route"), Vehicle: r.Field("vehicle"), Courier: r.Field("courier"), StandIn: r.Field("stand_in"), NoSeal: r.Field("no_seal")}
	if cmd.PlannedFrom, err = r.timeToday("planned_from"); err != nil {
		return h, err
	}
	if cmd.PlannedTo, err = r.timeToday("planned_to"); err != nil {
		return h, err
	}
	if r.Field("paper_form") != "" {
		cmd.OnPaper, cmd.PaperForm = true, r.Field("paper_form")
		if act.At, err = r.timeToday("paper_at"); err != nil {
			return h, err
		}
	}
	return s.store.Offer(r.Context(), act, cmd)
}

// timeToday reads "14.30" or "14:30" of today; none is the zero time.
func (r *Request) timeToday(field string) (time.Time, error) {
	if r.Field(field) == "" {
		return time.Time{}, nil
	}
	hour, minute, err := clockTime(field, r.Field(field))
	if err != nil {
		return time.Time{}, err
	}
	at, err := models.DateOf(r.server.now()).AtStrict(hour, minute)
	if e, ok := err.(*models.Error); ok {
		return at, e.On(field)
	}
	return at, nil
}

// clockTime reads "14.30" or "14:30" of a field.
func clockTime(field, text string) (hour, minute int, err error) {
	t, err := time.Parse("15:04", strings.Replace(text, ".", ":", 1))
	if err != nil {
		return 0, 0, models.Invalid(field, "handover.not_a_time", text)
	}
	return t.Hour(), t.Minute(), nil
}

// clockText writes a setting ("21:00") as the page's language does.
func (r *Request) clockText(setting string) string {
	t, err := time.Parse("15:04", setting)
	if err != nil {
		return setting
	}
	return language.Clock(r.Lang, t)
}
