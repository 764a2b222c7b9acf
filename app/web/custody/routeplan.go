package custody

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/evening"
	"github.com/brevstemme/brevstemme/models/language"
	"github.com/brevstemme/brevstemme/models/store/boxes"
)

func (s *Server) routePlanRoutes() []site.Route {
	return []site.Route{
		site.Get("/ruteplan", site.DayReaders, s.routePlan).InMenu("nav.route_plan"),
		site.Get("/ruteplan/indstillinger", site.DayClosers, s.eveningForm),
		site.Post("/ruteplan/indstillinger", site.DayClosers, s.eveningSet),
		site.Get("/koereliste", handoverReaders, s.runSheet).InMenu("nav.run_sheet"),
		site.Get("/api/v1/route-plan", site.DayReaders, s.apiRoutePlan).API(nil, []evening.Round{}),
		site.Get("/api/v1/quality", site.DayReaders, s.apiQuality).API(nil, []custody.Quality{}),
		site.Get("/kvalitet", site.DayReaders, s.quality).InMenu("nav.quality"),
	}
}

type routePlanPage struct {
	site.Chrome
	Couriers int
	Deadline string
	Rounds   []site.Table
	Nothing  bool
	Sets     bool
}

type qualityPage struct {
	site.Chrome
	Table site.Table
}

var (
	routePlanView = site.NewView[*routePlanPage]("route-plan")
	qualityView   = site.NewView[*qualityPage]("quality")
)

// routePlan proposes tonight's rounds: every place that is not in yet, after its
// closing, and how late each stop may be left to make the deadline.
func (s *Server) routePlan(r *site.Request) error {
	p := &routePlanPage{Sets: r.Account.Is(site.DayClosers...)}
	rounds, err := s.rounds(r, p)
	if models.CodeOf(err) == models.CodeInvalid {
		p.Nothing = true
		return routePlanView.Again(r, err, p)
	}
	if err != nil {
		return err
	}
	for i, round := range rounds {
		p.Rounds = append(p.Rounds, roundTable(r, i, round))
	}
	p.Nothing = len(p.Rounds) == 0
	return routePlanView.Render(r, p)
}

// rounds plans with the couriers and the deadline of the address, else those of
// the settings, and notes in p which they were. What cannot be read is refused at
// its field.
func (s *Server) rounds(r *site.Request, p *routePlanPage) ([]evening.Round, error) {
	set, err := s.Store.Evening(r.Context())
	if err != nil {
		return nil, err
	}
	p.Couriers, p.Deadline = set.Couriers, clockText(r, set.Deadline)
	if text := r.Query("bude"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > 20 {
			return nil, models.Invalid("bude", "custody.count_range", 1, 20)
		}
		p.Couriers = n
	}
	if text := r.Query("senest"); text != "" {
		p.Deadline = text
	}
	hour, minute, err := clockTime("senest", p.Deadline)
	if err != nil {
		return nil, err
	}
	if _, err := models.ParseDate(r.Query("dag")); err != nil && r.Query("dag") != "" {
		return nil, models.Invalid("dag", "form.not_a_date", r.Query("dag"))
	}
	day := r.Today()
	all, err := s.Store.Expectations(r.Context(), day)
	if err != nil {
		return nil, err
	}
	places, err := s.Store.Places(r.Context())
	if err != nil {
		return nil, err
	}
	at, depot := map[string]models.Place{}, models.Place{}
	for _, x := range places {
		at[x.ID] = x
		if x.Kind == models.PlaceReception {
			depot = x
		}
	}
	var ups []evening.Pickup
	have := map[string]bool{}
	for _, e := range all {
		if st := e.Stand(s.Now()); !st.Settled() && st != evening.StandOnWay && !have[e.Place] {
			have[e.Place] = true
			ups = append(ups, evening.Pickup{Place: at[e.Place], Ready: set.Ready(e.Closes)})
		}
	}
	return set.PlanRounds(depot, ups, p.Couriers, day.At(hour, minute)), nil
}

func (s *Server) apiRoutePlan(r *site.Request) error {
	rounds, err := s.rounds(r, &routePlanPage{})
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, append([]evening.Round{}, rounds...))
}

func (s *Server) apiQuality(r *site.Request) error {
	hs, err := s.Store.Handovers(r.Context(), boxes.HandoverFilter{Places: r.Places(), Limit: 5000})
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, append([]custody.Quality{}, custody.Meter(hs)...))
}

func roundTable(r *site.Request, i int, round evening.Round) site.Table {
	t := site.Table{Caption: r.Text("route-plan.round", i+1, r.Clock(round.Start), r.Clock(round.Back), int(round.Slack.Minutes())),
		Columns: []site.Column{{Text: r.Text("containers.where")}, {Text: r.Text("route-plan.ready")}, {Text: r.Text("route-plan.arrive")}, {Text: r.Text("route-plan.leave")}, {Text: r.Text("route-plan.latest")}}}
	for _, v := range round.Visits {
		latest := site.Cell{Text: r.Clock(v.Latest)}
		if v.Slack < 0 {
			latest = site.Cell{Tag: site.Tag{Kind: "bad", Text: r.Clock(v.Latest)}}
		}
		t.Rows = append(t.Rows, []site.Cell{{Text: v.Place.Name}, {Text: r.Clock(v.Ready)}, {Text: r.Clock(v.Arrive)}, {Text: r.Clock(v.Leave)}, latest})
	}
	return t
}

// quality shows how well the handovers of each place were recorded.
func (s *Server) quality(r *site.Request) error {
	hs, err := s.Store.Handovers(r.Context(), boxes.HandoverFilter{Places: r.Places(), Limit: 5000})
	if err != nil {
		return err
	}
	places, err := s.PlaceNames(r)
	if err != nil {
		return err
	}
	p := &qualityPage{}
	p.Table = site.Table{Caption: r.Text("quality.title"), Quiet: true, Empty: r.Text("quality.none"), Columns: []site.Column{{Text: r.Text("containers.where")}, {Text: r.Text("quality.handovers"), Number: true}, {Text: r.Text("quality.no_count"), Number: true},
		{Text: r.Text("quality.no_seal"), Number: true}, {Text: r.Text("quality.no_second"), Number: true}, {Text: r.Text("quality.no_time"), Number: true}, {Text: r.Text("quality.no_courier"), Number: true}, {Text: r.Text("quality.late"), Number: true}}}
	for _, q := range custody.Meter(hs) {
		row := []site.Cell{{Text: places[q.Place]}, {Text: language.Number(r.Lang, int64(q.Handovers))}}
		for _, n := range []int{q.NoCount, q.NoSeal, q.NoSecond, q.NoTime, q.NoCourier} {
			row = append(row, site.Cell{Text: fmt.Sprintf("%d (%d %%)", n, q.Share(n))})
		}
		p.Table.Rows = append(p.Table.Rows, append(row, site.Cell{Text: r.Text("home-board.minutes", int(q.Late.Minutes()))}))
	}
	return qualityView.Render(r, p)
}
