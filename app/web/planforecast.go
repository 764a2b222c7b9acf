package web

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/forecast"
	"github.com/brevstemme/brevstemme/models/planning"
)

type planForecastPage struct {
	Chrome
	planHead
	Total, Minutes, MaxWait string
	Decides                 bool // may say that the board is held against this
	Table                   Table
	Weeks                   []NavItem
	Week                    string
	Past                    string
	Test                    string
}

var planForecastView = newView[*planForecastPage]("plan-forecast")

// planForecast proposes receivers and booths per session of a week. total, the
// votes expected at all, minutes per vote and the longest mean wait come as
// parameters of the address, since nothing is changed.
func (s *Server) planForecast(r *Request) error {
	e, err := s.store.Election(r.Context(), r.Param("id"))
	if err != nil {
		return err
	}
	plan, _, err := s.store.Plan(r.Context(), e.ID)
	if err != nil {
		return err
	}
	past, ids, err := s.store.PastVotes(r.Context(), e)
	if err != nil {
		return err
	}
	total, minutes, wait := r.positive("stemmer", 1000), r.positive("minutter", 4), r.positive("vent", 5)
	if len(past) > 0 && r.Query("stemmer") == "" {
		total = past[0].Total()
	}
	if e.Expected > 0 && r.Query("stemmer") == "" {
		total = float64(e.Expected)
	}
	total = math.Round(total)
	short := func(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
	p := &planForecastPage{Chrome: planChrome(e), planHead: r.planHead(e, "forecast"), Total: short(total), Minutes: short(minutes), MaxWait: short(wait), Week: r.weekOf(e, r.Query("uge"), s.now())}
	p.Decides = r.Account.Is(coordinator...)
	p.Weeks = r.weekLinks(e, p.Week)
	for i := range p.Weeks {
		p.Weeks[i].Href = strings.Replace(p.Weeks[i].Href, "?", "/prognose?", 1) + fmt.Sprintf("&stemmer=%s&minutter=%s&vent=%s", p.Total, p.Minutes, p.MaxWait)
	}
	p.Past, p.Test = r.Text("forecast.no_past"), r.Text("forecast.no_test")
	if len(ids) > 0 {
		p.Past = r.Text("forecast.past", strings.Join(ids, ", "))
	}
	if t := forecast.HoldOut(past); t.Days > 0 {
		p.Test = r.Text("forecast.test", t.Days, fmt.Sprintf("%.1f", t.Method), fmt.Sprintf("%.1f", t.Baseline))
	}
	p.Table = r.forecastTable(e, plan, forecast.Spread(total, slotsOf(e, plan), past), p.Week, minutes, wait)
	return planForecastView.render(r, p)
}

// positive reads a number above 0 from the address, or takes the default.
func (r *Request) positive(name string, otherwise float64) float64 {
	f, err := strconv.ParseFloat(strings.Replace(r.Query(name), ",", ".", 1), 64)
	if err != nil || f <= 0 || f > 1e6 || math.IsNaN(f) {
		return otherwise
	}
	return f
}

func slotsOf(e models.Election, plan planning.Plan) []forecast.Slot {
	out := make([]forecast.Slot, len(plan.Sessions))
	for i, x := range plan.Sessions {
		out[i] = forecast.Slot{ID: x.ID, Place: x.Place, DaysBefore: e.Last.Sub(x.Date()), Hours: x.Ends.Sub(x.Starts).Hours()}
	}
	return out
}

func (r *Request) forecastTable(e models.Election, plan planning.Plan, bands map[string]forecast.Band, week string, minutes, wait float64) Table {
	places := map[string]models.Place{}
	for _, p := range plan.Places {
		places[p.ID] = p
	}
	days := map[models.Date]bool{}
	for _, d := range daysOf(e, week) {
		days[d] = true
	}
	t := Table{Caption: r.Text("plan-forecast.title"), Empty: r.Text("plan.empty"), Columns: []Column{{Text: r.Text("plan.place")}, {Text: r.Text("plan.day")}, {Text: r.Text("plan.hours")}, {Text: r.Text("forecast.expected"), Number: true}, {Text: r.Text("forecast.band"), Number: true}, {Text: r.Text("forecast.wait"), Number: true}, {Text: r.Text("forecast.desks"), Number: true}}}
	for _, x := range plan.Sessions {
		if !days[x.Date()] {
			continue
		}
		p, b := places[x.Place], bands[x.ID]
		perHour := b.Expected / max(x.Ends.Sub(x.Starts).Hours(), 0.25)
		booths := x.Booths
		if booths == 0 {
			booths = p.Booths
		}
		desks := min(max(planning.Need(x, p), 1), max(booths, 1))
		now := Cell{Tag: Tag{"bad", r.Text("forecast.endless", desks)}}
		if w := forecast.Wait(perHour, minutes, desks); !math.IsInf(w, 1) {
			now = Cell{Text: r.Text("forecast.minutes", fmt.Sprintf("%.1f", w), desks)}
		}
		t.Rows = append(t.Rows, []Cell{{Text: p.Name}, {Text: r.weekdayDate(x.Date())}, {Text: r.clockSpan(x)}, {Text: fmt.Sprintf("%.0f", b.Expected)}, {Text: fmt.Sprintf("%.0f–%.0f", b.Low, b.High)}, now, {Text: fmt.Sprint(forecast.Desks(perHour, minutes, wait))}})
	}
	return t
}
