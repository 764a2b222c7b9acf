package custody

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/forecast"
	"github.com/brevstemme/brevstemme/models/language"
)

// hourBar is one hour of the picture, in units of the drawing: received today and,
// beside it, the forecast with a line from its lowest to its highest.
type hourBar struct {
	X, Y, H                   int
	ExpectX, ExpectY, ExpectH int
	LineX, LowY, HighY        int
	LabelX                    int
	Label                     string
}

// barsHeight is the height of the tallest bar; below it stand the hours.
const barsHeight = 120

// expectedHours is the forecast of a day over all elections under way, for some
// places; nil is everywhere.
func (s *Server) expectedHours(r *site.Request, day models.Date, places []string) ([24]forecast.Band, []string, error) {
	o := &s.Outlook
	o.Mu.Lock()
	defer o.Mu.Unlock()
	if o.Day != day || !s.Now().Before(o.Until) {
		if err := s.lookOut(r, day); err != nil {
			return [24]forecast.Band{}, nil, err
		}
	}
	var openings []forecast.Opening
	for _, place := range slices.Sorted(maps.Keys(o.At)) {
		if places == nil || slices.Contains(places, place) {
			openings = append(openings, o.At[place]...)
		}
	}
	return forecast.Hourly(openings, o.Rates), o.Basis, nil
}

// lookOut reads the forecast of a day anew; the caller holds its lock.
func (s *Server) lookOut(r *site.Request, day models.Date) error {
	running, err := s.Store.Running(r.Context())
	if err != nil {
		return err
	}
	at, basis, past := map[string][]forecast.Opening{}, []string{}, []string{}
	for _, e := range running {
		of, ids, err := s.openings(r, e, day)
		if err != nil {
			return err
		}
		past = append(past, ids...)
		for place, x := range of {
			at[place] = append(at[place], x...)
		}
		if len(of) > 0 {
			basis = append(basis, e.ID)
		}
	}
	rates, err := s.Store.PastRates(r.Context(), past)
	if err != nil {
		return err
	}
	o := &s.Outlook
	o.Day, o.Until, o.At, o.Basis, o.Rates = day, s.Now().Add(site.OutlookLasts), at, basis, rates
	return nil
}

// openings are an election's sessions of a day with their expected votes, by place; none
// when nothing is known: no number was set, no earlier election, no earlier day. The
// ids are of the earlier elections.
func (s *Server) openings(r *site.Request, e models.Election, day models.Date) (map[string][]forecast.Opening, []string, error) {
	plan, _, err := s.Store.Plan(r.Context(), e.ID)
	if err != nil {
		return nil, nil, err
	}
	slots := site.SlotsOf(e, plan)
	past, ids, err := s.Store.PastVotes(r.Context(), e)
	if err != nil {
		return nil, nil, err
	}
	total := float64(e.Expected)
	if total == 0 && len(past) > 0 {
		total = past[0].Total()
	}
	if total == 0 {
		votes, hours, err := s.Store.Pace(r.Context(), e.ID, day)
		if err != nil || hours == 0 {
			return nil, nil, err
		}
		for _, x := range slots {
			total += x.Hours * float64(votes) / hours
		}
	}
	if total == 0 {
		return nil, nil, nil
	}
	bands := forecast.Spread(total, slots, past)
	out := map[string][]forecast.Opening{}
	for _, x := range plan.Sessions {
		if x.Date() == day && x.State != models.SessionCancelled {
			b := bands[x.ID]
			if len(past) == 0 { // nothing to tell how far it may be off
				b.Low, b.High = b.Expected, b.Expected
			}
			out[x.Place] = append(out[x.Place], forecast.OpeningOf(x.Starts, x.Ends, b))
		}
	}
	return out, ids, nil
}

// boardBars draws votes per hour beside the forecast, of the reader's own places:
// the sum of all would tell a receiver what is on its way from another.
func (s *Server) boardBars(r *site.Request, p *boardPage, elections site.Elections, day models.Date) error {
	today, err := s.Store.Hours(r.Context(), day, r.Places())
	if err != nil {
		return err
	}
	expected, basis, err := s.expectedHours(r, day, r.Places())
	if err != nil {
		return err
	}
	var sums [24]int
	for _, h := range today {
		sums[h.Hour] += h.N
	}
	p.Known = len(basis) > 0
	p.Basis = r.Text("board.no_forecast")
	if p.Known {
		p.Basis = r.Text("board.picture", elections.Names(slices.Sorted(slices.Values(basis))...))
	}
	p.Bars = hourBars(sums, expected)
	p.Width = len(p.Bars)*44 + 6
	p.Hours = hoursTable(r, sums, expected, p.Known)
	return nil
}

// hourBars lays out the hours in which something was received or expected.
func hourBars(sums [24]int, expected [24]forecast.Band) []hourBar {
	top := 1.0
	for h := range 24 {
		top = max(top, float64(sums[h]), expected[h].High)
	}
	high := func(n float64) int { return int(min(n, top)*barsHeight/top + 0.5) }
	var out []hourBar
	for h := range 24 {
		n, e := float64(sums[h]), expected[h]
		if n == 0 && e.Expected == 0 {
			continue
		}
		x := len(out)*44 + 6
		b := hourBar{X: x, H: high(n), ExpectX: x + 17, ExpectH: high(e.Expected), LineX: x + 25, LabelX: x + 17, Label: fmt.Sprintf("%02d", h)}
		b.Y, b.ExpectY, b.LowY, b.HighY = barsHeight-b.H, barsHeight-b.ExpectH, barsHeight-high(e.Low), barsHeight-high(e.High)
		out = append(out, b)
	}
	return out
}

func hoursTable(r *site.Request, sums [24]int, expected [24]forecast.Band, known bool) site.Table {
	t := site.Table{Caption: r.Text("board.hours"), Columns: []site.Column{{Text: r.Text("board.hour")}, {Text: r.Text("board.today"), Number: true}}}
	if known {
		t.Columns = append(t.Columns, site.Column{Text: r.Text("forecast.expected"), Number: true}, site.Column{Text: r.Text("forecast.band"), Number: true})
	}
	for h := range 24 {
		e := expected[h]
		if sums[h] == 0 && e.Expected == 0 {
			continue
		}
		row := []site.Cell{{Text: fmt.Sprintf("%02d–%02d", h, h+1)}, {Text: language.Number(r.Lang, int64(sums[h]))}}
		if known {
			band := fmt.Sprintf("%.0f–%.0f", e.Low, e.High)
			if e.High == e.Low {
				band = ""
			}
			row = append(row, site.Cell{Text: fmt.Sprintf("%.0f", e.Expected)}, site.Cell{Text: band})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// expectVotes takes the number of votes that the municipality reckons with.
func (s *Server) expectVotes(r *site.Request) error {
	votes, err := r.Count("stemmer")
	if err == nil {
		err = s.Store.ExpectVotes(r.Context(), r.Act(), r.Param("id"), votes)
	}
	if err != nil {
		return err
	}
	s.Outlook.Mu.Lock()
	s.Outlook.Until = time.Time{}
	s.Outlook.Mu.Unlock()
	return r.Done("/tavle", "forecast.on_board", language.Number(r.Lang, int64(votes)))
}
