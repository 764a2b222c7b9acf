package web

import (
	"fmt"
	"net/http"
	"strconv"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/language"
	"github.com/brevstemme/brevstemme/models/store"
)

func (s *Server) routePlanRoutes() []Route {
	return []Route{
		get("/ruteplan", dayReaders, s.routePlan).nav("nav.route_plan"),
		get("/ruteplan/indstillinger", dayClosers, s.eveningForm),
		post("/ruteplan/indstillinger", dayClosers, s.eveningSet),
		get("/koereliste", handoverReaders, s.runSheet).nav("nav.run_sheet"),
		get("/api/v1/route-plan", dayReaders, s.apiRoutePlan).api(nil, []custody.Round{}),
		get("/api/v1/quality", dayReaders, s.apiQuality).api(nil, []custody.Quality{}),
		get("/kvalitet", dayReaders, s.quality).nav("nav.quality"),
	}
}

type routePlanPage struct {
	Chrome
	Couriers int
	Deadline string
	Rounds   []Table
	Nothing  bool
	Sets     bool
}

type qualityPage struct {
	Chrome
	Table Table
}

var (
	routePlanView = newView[*routePlanPage]("route-plan")
	qualityView   = newView[*qualityPage]("quality")
)

// routePlan proposes tonight's rounds: every place that is not in yet, after its
// closing, and how late each stop may be left to make the deadline.
func (s *Server) routePlan(r *Request) error {
	p := &routePlanPage{Sets: r.Account.Is(dayClosers...)}
	rounds, err := s.rounds(r, p)
	if models.CodeOf(err) == models.CodeInvalid {
		p.Nothing = true
		return routePlanView.again(r, err, p)
	}
	if err != nil {
		return err
	}
	for i, round := range rounds {
		p.Rounds = append(p.Rounds, r.roundTable(i, round))
	}
	p.Nothing = len(p.Rounds) == 0
	return routePlanView.render(r, p)
}

// rounds plans with the couriers and the deadline of the address, else those of
// the settings, and notes in p which they were. What cannot be read is refused at
// its field.
func (s *Server) rounds(r *Request, p *routePlanPage) ([]custody.Round, error) {
	set, err := s.store.Evening(r.Context())
	if err != nil {
		return nil, err
	}
	p.Couriers, p.Deadline = set.Couriers, r.clockText(set.Deadline)
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
	day := r.today()
	all, err := s.store.Expectations(r.Context(), day)
	if err != nil {
		return nil, err
	}
	places, err := s.store.Places(r.Context())
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
	var ups []custody.Pickup
	have := map[string]bool{}
	for _, e := range all {
		if st := e.Stand(s.now()); !st.Settled() && st != custody.StandOnWay && !have[e.Place] {
			have[e.Place] = true
			ups = append(ups, custody.Pickup{Place: at[e.Place], Ready: set.Ready(e.Closes)})
		}
	}
	return set.PlanRounds(depot, ups, p.Couriers, day.At(hour, minute)), nil
}

func (s *Server) apiRoutePlan(r *Request) error {
	rounds, err := s.rounds(r, &routePlanPage{})
	if err != nil {
		return err
	}
	return r.json(http.StatusOK, append([]custody.Round{}, rounds...))
}

func (s *Server) apiQuality(r *Request) error {
	hs, err := s.store.Handovers(r.Context(), store.HandoverFilter{Places: r.places(), Limit: 5000})
	if err != nil {
		return err
	}
	return r.json(http.StatusOK, append([]custody.Quality{}, custody.Meter(hs)...))
}

func (r *Request) roundTable(i int, round custody.Round) Table {
	t := Table{Caption: r.Text("route-plan.round", i+1, r.clock(round.Start), r.clock(round.Back), int(round.Slack.Minutes())),
		Columns: []Column{{Text: r.Text("containers.where")}, {Text: r.Text("route-plan.ready")}, {Text: r.Text("route-plan.arrive")}, {Text: r.Text("route-plan.leave")}, {Text: r.Text("route-plan.latest")}}}
	for _, v := range round.Visits {
		latest := Cell{Text: r.clock(v.Latest)}
		if v.Slack < 0 {
			latest = Cell{Tag: Tag{"bad", r.clock(v.Latest)}}
		}
		t.Rows = append(t.Rows, []Cell{{Text: v.Place.Name}, {Text: r.clock(v.Ready)}, {Text: r.clock(v.Arrive)}, {Text: r.clock(v.Leave)}, latest})
	}
	return t
}

// quality shows how well the handovers of each place were recorded.
func (s *Server) quality(r *Request) error {
	hs, err := s.store.Handovers(r.Context(), store.HandoverFilter{Places: r.places(), Limit: 5000})
	if err != nil {
		return err
	}
	places, err := s.placeNames(r)
	if err != nil {
		return err
	}
	p := &qualityPage{}
	p.Table = Table{Caption: r.Text("quality.title"), Quiet: true, Empty: r.Text("quality.none"), Columns: []Column{{Text: r.Text("containers.where")}, {Text: r.Text("quality.handovers"), Number: true}, {Text: r.Text("quality.no_count"), Number: true},
		{Text: r.Text("quality.no_seal"), Number: true}, {Text: r.Text("quality.no_second"), Number: true}, {Text: r.Text("quality.no_time"), Number: true}, {Text: r.Text("quality.no_courier"), Number: true}, {Text: r.Text("quality.late"), Number: true}}}
	for _, q := range custody.Meter(hs) {
		row := []Cell{{Text: places[q.Place]}, {Text: language.Number(r.Lang, int64(q.Handovers))}}
		for _, n := range []int{q.NoCount, q.NoSeal, q.NoSecond, q.NoTime, q.NoCourier} {
			row = append(row, Cell{Text: fmt.Sprintf("%d (%d %%)", n, q.Share(n))})
		}
		p.Table.Rows = append(p.Table.Rows, append(row, Cell{Text: r.Text("home-board.minutes", int(q.Late.Minutes()))}))
	}
	return qualityView.render(r, p)
}
