package custody

import (
	"slices"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/language"
	"github.com/brevstemme/brevstemme/models/store/boxes"
)

func (s *Server) handoverNew(r *site.Request) error {
	p, err := s.offerPage(r)
	if err != nil {
		return err
	}
	return offerView.Render(r, p)
}

func (s *Server) offerPage(r *site.Request) (*offerPage, error) {
	p := &offerPage{Chrome: site.Chrome{Crumbs: handoverCrumbs}, Place: r.Query("sted")}
	var err error
	if p.From, err = s.placeOptions(r); err != nil {
		return nil, err
	}
	if f := r.Field("from"); f != "" {
		p.Place = f
	}
	if id := r.Query("beholder"); id != "" {
		if c, err := s.Store.Container(r.Context(), id); err == nil {
			p.Place = custody.HolderID(c.Holder)
		}
	}
	if p.Place == "" && len(p.From) == 1 {
		p.Place = p.From[0].Value
	}
	if p.Place == "" || !slices.ContainsFunc(p.From, func(o site.Option) bool { return o.Value == p.Place }) {
		p.Place = ""
		return p, nil
	}
	return p, s.fillOffer(r, p)
}

func (s *Server) fillOffer(r *site.Request, p *offerPage) error {
	all, err := s.Store.Places(r.Context())
	if err != nil {
		return err
	}
	for _, x := range all {
		if x.ID != p.Place {
			p.To = append(p.To, site.Option{Value: x.ID, Text: x.Name, Checked: x.Kind == models.PlaceReception})
		}
	}
	there, err := s.Store.Containers(r.Context(), boxes.ContainerFilter{Places: []string{p.Place}})
	if err != nil {
		return err
	}
	rank := []custody.ContainerState{custody.ContainerSealed, custody.ContainerPacked, custody.ContainerReceived} // what is ready first, what is empty last
	slices.SortStableFunc(there, func(a, b custody.Container) int {
		at := func(c custody.Container) int {
			if i := slices.Index(rank, c.State); i >= 0 {
				return i
			}
			return len(rank)
		}
		return at(a) - at(b)
	})
	for _, c := range there {
		if c.Holder == custody.At(p.Place) && c.Leg == "" && custody.ContainerStates.Allows(c.State, custody.ActSend) {
			p.Containers = append(p.Containers, site.Option{Value: c.ID, Text: models.GroupSerial(c.ID) + " · " + r.Text("container.state."+string(c.State)), Hint: strings.Join(c.Seals, ", "), Checked: c.ID == r.Query("beholder")})
		}
	}
	couriers, err := s.Store.Couriers(r.Context())
	if err != nil {
		return err
	}
	p.StandIns = []site.Option{{Value: "", Text: r.Text("handover.no_stand_in")}}
	for _, c := range couriers {
		p.Couriers = append(p.Couriers, site.Option{Value: c.Person, Text: c.Name})
		p.StandIns = append(p.StandIns, site.Option{Value: c.Person, Text: c.Name})
	}
	return nil
}

func (s *Server) handoverOffer(r *site.Request) error {
	h, err := s.offer(r)
	if err != nil {
		p, perr := s.offerPage(r)
		if perr != nil {
			return perr
		}
		return offerView.Again(r, err, p)
	}
	return r.Done("/overdragelser/"+h.ID, "handover.offered", models.GroupSerial(h.ID))
}

func (s *Server) offer(r *site.Request) (h custody.Handover, err error) {
	act := r.Act()
	if r.Field("witness_login") != "" {
		if act, err = s.Witnessed(r); err != nil {
			return h, err
		}
	}
	cmd := custody.OfferCmd{From: r.Field("from"), To: r.Field("to"), Containers: r.Fields("containers"), Mode: r.Field("mode"), Direction: "out", Reason: r.Field("reason"),
		Route: r.Field("route"), Vehicle: r.Field("vehicle"), Courier: r.Field("courier"), StandIn: r.Field("stand_in"), NoSeal: r.Field("no_seal")}
	if cmd.PlannedFrom, err = timeToday(r, "planned_from"); err != nil {
		return h, err
	}
	if cmd.PlannedTo, err = timeToday(r, "planned_to"); err != nil {
		return h, err
	}
	if r.Field("paper_form") != "" {
		cmd.OnPaper, cmd.PaperForm = true, r.Field("paper_form")
		if act.At, err = timeToday(r, "paper_at"); err != nil {
			return h, err
		}
	}
	return s.Store.Offer(r.Context(), act, cmd)
}

// timeToday reads "14.30" or "14:30" of today; none is the zero time.
func timeToday(r *site.Request, field string) (time.Time, error) {
	if r.Field(field) == "" {
		return time.Time{}, nil
	}
	hour, minute, err := clockTime(field, r.Field(field))
	if err != nil {
		return time.Time{}, err
	}
	at, err := models.DateOf(r.Server.Now()).AtStrict(hour, minute)
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
func clockText(r *site.Request, setting string) string {
	t, err := time.Parse("15:04", setting)
	if err != nil {
		return setting
	}
	return language.Clock(r.Lang, t)
}
