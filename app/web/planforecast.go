package web

import (
	"cmp"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/forecast"
	"github.com/brevstemme/brevstemme/models/language"
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
	Test                    []string
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
	usual := 1000.0
	if len(past) > 0 {
		usual = past[0].Total()
	}
	if e.Expected > 0 {
		usual = float64(e.Expected)
	}
	total, minutes, wait := math.Round(r.positive("stemmer", usual)), r.positive("minutter", 4), r.positive("vent", 5)
	short := func(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
	p := &planForecastPage{Chrome: planChrome(e), planHead: r.planHead(e, "forecast"), Total: short(total), Minutes: short(minutes), MaxWait: short(wait), Week: r.weekOf(e, r.Query("uge"), s.now())}
	p.Decides = r.Account.Is(coordinator...)
	p.Weeks = r.weekLinks(e, p.Week)
	for i := range p.Weeks {
		p.Weeks[i].Href = strings.Replace(p.Weeks[i].Href, "?", "/prognose?", 1) + fmt.Sprintf("&stemmer=%s&minutter=%s&vent=%s", p.Total, p.Minutes, p.MaxWait)
	}
	rates, err := s.store.PastRates(r.Context(), ids)
	if err != nil {
		return err
	}
	p.Past, p.Test = r.forecastBasis(past, ids)
	bands := forecast.Spread(total, slotsOf(e, plan), past)
	p.Table = r.forecastTable(e, plan, p.Week, func(x models.Session) ([24]forecast.Band, forecast.Band) {
		return forecast.Hourly([]forecast.Opening{forecast.OpeningOf(x.Starts, x.Ends, bands[x.ID])}, rates), bands[x.ID]
	}, minutes, wait)
	return planForecastView.render(r, p)
}

// forecastBasis says what the forecast is made from, and how far off it and its
// band would have been.
func (r *Request) forecastBasis(past []forecast.Past, ids []string) (basis string, tests []string) {
	tests = []string{r.Text("forecast.doubt")}
	if len(ids) == 0 {
		return r.Text("forecast.no_past"), append(tests, r.Text("forecast.no_test"))
	}
	basis = r.Text("forecast.past", strings.Join(ids, ", "))
	t := forecast.HoldOut(past)
	if t.Days == 0 {
		return basis, append(tests, r.Text("forecast.no_test"))
	}
	tests = append(tests, r.Text("forecast.test", t.Days, r.decimal(t.Method), r.decimal(t.Unaided), r.decimal(t.Baseline)))
	if held, n := forecast.Coverage(past); n > 0 {
		tests = append(tests, r.Text("forecast.coverage", language.Number(r.Lang, int64(n)), fmt.Sprintf("%.0f", 100*float64(held)/float64(n)), fmt.Sprintf("%.0f", 100*forecast.Within)))
	}
	return basis, tests
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

// forecastTable is a line for each session of the week: what is expected, the
// waiting time with what is planned now, and the desks that keep it short.
func (r *Request) forecastTable(e models.Election, plan planning.Plan, week string, of func(models.Session) ([24]forecast.Band, forecast.Band), minutes, wait float64) Table {
	places, days := map[string]models.Place{}, map[models.Date]bool{}
	for _, p := range plan.Places {
		places[p.ID] = p
	}
	for _, d := range daysOf(e, week) {
		days[d] = true
	}
	t := Table{Caption: r.Text("plan-forecast.title"), Empty: r.Text("plan.empty"), Columns: []Column{{Text: r.Text("plan.place")}, {Text: r.Text("plan.day")}, {Text: r.Text("plan.hours")}, {Text: r.Text("forecast.expected"), Number: true}, {Text: r.Text("forecast.band"), Number: true}, {Text: r.Text("forecast.wait"), Number: true}, {Text: r.Text("forecast.desks")}}}
	for _, x := range plan.Sessions {
		if !days[x.Date()] {
			continue
		}
		p := places[x.Place]
		hourly, b := of(x)
		hours := r.busyHours(x, hourly, minutes, wait)
		desks := min(max(planning.Need(x, p), 1), max(cmp.Or(x.Booths, p.Booths), 1))
		t.Rows = append(t.Rows, []Cell{{Text: p.Name}, {Text: r.weekdayDate(x.Date())}, {Text: r.clockSpan(x)}, {Text: fmt.Sprintf("%.0f", b.Expected)},
			{Text: fmt.Sprintf("%.0f–%.0f", math.Floor(b.Low), math.Ceil(b.High))}, r.waitCell(hours, minutes, desks), {Text: desksByHour(hours)}})
	}
	return t
}

// busyHour is one clock hour of a session: votes at the pace of a whole hour, and
// the fewest desks that keep the wait short.
type busyHour struct {
	From, To string
	PerHour  float64
	Desks    int
}

// busyHours are the hours of a session, the first and the last cut to its times.
func (r *Request) busyHours(x models.Session, hourly [24]forecast.Band, minutes, wait float64) []busyHour {
	o := forecast.OpeningOf(x.Starts, x.Ends, forecast.Band{})
	at := func(h float64) string {
		if m := int(math.Round(60 * h)); m%60 != 0 {
			return language.Clock(r.Lang, x.Date().At(m/60, m%60))
		}
		return fmt.Sprintf("%02.0f", h)
	}
	var out []busyHour
	for h, b := range hourly {
		if open := o.Open(h); open > 0 {
			n := b.Expected / open
			out = append(out, busyHour{at(max(o.From, float64(h))), at(min(o.To, float64(h+1))), n, forecast.Desks(n, minutes, wait)})
		}
	}
	return out
}

// waitCell is the mean wait of the busiest hour with so many desks.
func (r *Request) waitCell(hours []busyHour, minutes float64, desks int) Cell {
	most := busyHour{}
	for _, h := range hours {
		if h.PerHour > most.PerHour {
			most = h
		}
	}
	w := forecast.Wait(most.PerHour, minutes, desks)
	if math.IsInf(w, 1) {
		return Cell{Tag: Tag{"bad", r.Text("forecast.endless", desks, most.From)}}
	}
	return Cell{Text: r.Text("forecast.minutes", r.decimal(w), desks)}
}

// desksByHour joins hours that need as many: "09–12: 2, 12–18: 1".
func desksByHour(hours []busyHour) string {
	var parts []string
	for i := 0; i < len(hours); {
		k := i
		for k+1 < len(hours) && hours[k+1].Desks == hours[i].Desks {
			k++
		}
		parts = append(parts, fmt.Sprintf("%s–%s: %d", hours[i].From, hours[k].To, hours[i].Desks))
		i = k + 1
	}
	return strings.Join(parts, ", ")
}
