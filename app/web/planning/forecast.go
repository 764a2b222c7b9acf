package planning

import (
	"cmp"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/forecast"
	"github.com/brevstemme/brevstemme/models/language"
	"github.com/brevstemme/brevstemme/models/planning"
)

type planForecastPage struct {
	site.Chrome
	planHead
	Total, Minutes, MaxWait string
	Decides                 bool // may say that the board is held against this
	Table                   site.Table
	Weeks                   []site.NavItem
	Week                    string
	Past                    string
	Test                    []string
}

var planForecastView = site.NewView[*planForecastPage]("plan-forecast")

// planForecast proposes receivers and booths per session of a week. total, the
// votes expected at all, minutes per vote and the longest mean wait come as
// parameters of the address, since nothing is changed.
func (s *Server) planForecast(r *site.Request) error {
	e, plan, _, err := s.planOf(r)
	if err != nil {
		return err
	}
	past, ids, err := s.Store.PastVotes(r.Context(), e)
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
	total, minutes, wait := math.Round(positive(r, "stemmer", usual)), positive(r, "minutter", 4), positive(r, "vent", 5)
	short := func(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
	p := &planForecastPage{Chrome: planChrome(e), planHead: headOfPlan(r, e, "forecast"), Total: short(total), Minutes: short(minutes), MaxWait: short(wait), Week: r.WeekOf(e, r.Query("uge"), s.Now())}
	p.Decides = r.Account.Is(site.Coordinator...)
	p.Weeks = r.WeekLinks(e, p.Week)
	for i := range p.Weeks {
		p.Weeks[i].Href = strings.Replace(p.Weeks[i].Href, "?", "/prognose?", 1) + fmt.Sprintf("&stemmer=%s&minutter=%s&vent=%s", p.Total, p.Minutes, p.MaxWait)
	}
	rates, err := s.Store.PastRates(r.Context(), ids)
	if err != nil {
		return err
	}
	p.Past, p.Test = forecastBasis(r, past, ids)
	bands := forecast.Spread(total, site.SlotsOf(e, plan), past)
	p.Table = forecastTable(r, e, plan, p.Week, func(x models.Session) ([24]forecast.Band, forecast.Band) {
		return forecast.Hourly([]forecast.Opening{forecast.OpeningOf(x.Starts, x.Ends, bands[x.ID])}, rates), bands[x.ID]
	}, minutes, wait)
	return planForecastView.Render(r, p)
}

// forecastBasis says what the forecast is made from, and how far off it and its
// band would have been.
func forecastBasis(r *site.Request, past []forecast.Past, ids []string) (basis string, tests []string) {
	tests = []string{r.Text("forecast.doubt")}
	if len(ids) == 0 {
		return r.Text("forecast.no_past"), append(tests, r.Text("forecast.no_test"))
	}
	basis = r.Text("forecast.past", strings.Join(ids, ", "))
	t := forecast.HoldOut(past)
	if t.Days == 0 {
		return basis, append(tests, r.Text("forecast.no_test"))
	}
	tests = append(tests, r.Text("forecast.test", t.Days, r.Decimal(t.Method), r.Decimal(t.Unaided), r.Decimal(t.Baseline)))
	if held, n := forecast.Coverage(past); n > 0 {
		tests = append(tests, r.Text("forecast.coverage", language.Number(r.Lang, int64(n)), fmt.Sprintf("%.0f", 100*float64(held)/float64(n)), fmt.Sprintf("%.0f", 100*forecast.Within)))
	}
	return basis, tests
}

// positive reads a number above 0 from the address, or takes the default.
func positive(r *site.Request, name string, otherwise float64) float64 {
	f, err := strconv.ParseFloat(strings.Replace(r.Query(name), ",", ".", 1), 64)
	if err != nil || f <= 0 || f > 1e6 || math.IsNaN(f) {
		return otherwise
	}
	return f
}

// forecastTable is a line for each session of the week: what is expected, the
// waiting time with what is planned now, and the desks that keep it short.
func forecastTable(r *site.Request, e models.Election, plan planning.Plan, week string, of func(models.Session) ([24]forecast.Band, forecast.Band), minutes, wait float64) site.Table {
	places, days := map[string]models.Place{}, map[models.Date]bool{}
	for _, p := range plan.Places {
		places[p.ID] = p
	}
	for _, d := range site.DaysOf(e, week) {
		days[d] = true
	}
	t := site.Table{Caption: r.Text("plan-forecast.title"), Empty: r.Text("plan.empty"), Columns: []site.Column{{Text: r.Text("plan.place")}, {Text: r.Text("plan.day")}, {Text: r.Text("plan.hours")}, {Text: r.Text("forecast.expected"), Number: true}, {Text: r.Text("forecast.band"), Number: true}, {Text: r.Text("forecast.wait"), Number: true}, {Text: r.Text("forecast.desks")}}}
	for _, x := range plan.Sessions {
		if !days[x.Date()] {
			continue
		}
		p := places[x.Place]
		hourly, b := of(x)
		hours := BusyHours(r, x, hourly, minutes, wait)
		desks := min(max(planning.Need(x, p), 1), max(cmp.Or(x.Booths, p.Booths), 1))
		t.Rows = append(t.Rows, []site.Cell{{Text: p.Name}, {Text: language.Weekday(r.Lang, x.Date().Weekday()) + " " + site.DayMonth(r.Lang, x.Date())}, {Text: r.ClockSpan(x)}, {Text: fmt.Sprintf("%.0f", b.Expected)},
			{Text: fmt.Sprintf("%.0f–%.0f", math.Floor(b.Low), math.Ceil(b.High))}, waitCell(r, hours, minutes, desks), {Text: DesksByHour(hours)}})
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

// BusyHours are the hours of a session, the first and the last cut to its times.
func BusyHours(r *site.Request, x models.Session, hourly [24]forecast.Band, minutes, wait float64) []busyHour {
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
func waitCell(r *site.Request, hours []busyHour, minutes float64, desks int) site.Cell {
	most := busyHour{}
	for _, h := range hours {
		if h.PerHour > most.PerHour {
			most = h
		}
	}
	w := forecast.Wait(most.PerHour, minutes, desks)
	if math.IsInf(w, 1) {
		return site.Cell{Tag: site.Tag{Kind: "bad", Text: r.Text("forecast.endless", desks, most.From)}}
	}
	return site.Cell{Text: r.Text("forecast.minutes", r.Decimal(w), desks)}
}

// DesksByHour joins hours that need as many: "09–12: 2, 12–18: 1".
func DesksByHour(hours []busyHour) string {
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
