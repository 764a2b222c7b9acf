package web

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

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

// outlook is the forecast of one day, kept for a while: it needs the whole book,
// and the board is drawn anew with every envelope.
type outlook struct {
	mu    sync.Mutex
	day   models.Date
	until time.Time
	at    map[string][]forecast.Opening // by place
	basis []string                      // election ids whose forecast is known
	rates forecast.Rates
}

// outlookLasts is how long a forecast is kept.
const outlookLasts = 5 * time.Minute

// expectedHours is the forecast of a day over all elections under way, for some
// places; nil is everywhere.
func (s *Server) expectedHours(r *Request, day models.Date, places []string) ([24]forecast.Band, []string, error) {
	o := &s.outlook
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.day != day || !s.now().Before(o.until) {
		if err := s.lookOut(r, day); err != nil {
			return [24]forecast.Band{}, nil, err
		}
	}
	var openings []forecast.Opening
	for _, place := range slices.Sorted(maps.Keys(o.at)) {
		if places == nil || slices.Contains(places, place) {
			openings = append(openings, o.at[place]...)
		}
	}
	return forecast.Hourly(openings, o.rates), o.basis, nil
}

// lookOut reads the forecast of a day anew; the caller holds its lock.
func (s *Server) lookOut(r *Request, day models.Date) error {
	running, err := s.store.Running(r.Context())
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
	rates, err := s.store.PastRates(r.Context(), past)
	if err != nil {
		return err
	}
	o := &s.outlook
	o.day, o.until, o.at, o.basis, o.rates = day, s.now().Add(outlookLasts), at, basis, rates
	return nil
}

// openings are an election's sessions of a day with their expected votes, by place; none
// when nothing is known: no number was set, no earlier election, no earlier day. The
// ids are of the earlier elections.
func (s *Server) openings(r *Request, e models.Election, day models.Date) (map[string][]forecast.Opening, []string, error) {
	plan, _, err := s.store.Plan(r.Context(), e.ID)
	if err != nil {
		return nil, nil, err
	}
	slots := slotsOf(e, plan)
	past, ids, err := s.store.PastVotes(r.Context(), e)
	if err != nil {
		return nil, nil, err
	}
	total := float64(e.Expected)
	if total == 0 && len(past) > 0 {
		total = past[0].Total()
	}
	if total == 0 {
		votes, hours, err := s.store.Pace(r.Context(), e.ID, day)
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
func (s *Server) boardBars(r *Request, p *boardPage, day models.Date) error {
	today, err := s.store.Hours(r.Context(), day, r.places())
	if err != nil {
		return err
	}
	expected, basis, err := s.expectedHours(r, day, r.places())
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
		p.Basis = r.Text("board.picture", strings.Join(slices.Sorted(slices.Values(basis)), ", "))
	}
	p.Bars = hourBars(sums, expected)
	p.Width = len(p.Bars)*44 + 6
	p.Hours = r.hoursTable(sums, expected, p.Known)
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

func (r *Request) hoursTable(sums [24]int, expected [24]forecast.Band, known bool) Table {
	t := Table{Caption: r.Text("board.hours"), Columns: []Column{{Text: r.Text("board.hour")}, {Text: r.Text("board.today"), Number: true}}}
	if known {
		t.Columns = append(t.Columns, Column{Text: r.Text("forecast.expected"), Number: true}, Column{Text: r.Text("forecast.band"), Number: true})
	}
	for h := range 24 {
		e := expected[h]
		if sums[h] == 0 && e.Expected == 0 {
			continue
		}
		row := []Cell{{Text: fmt.Sprintf("%02d–%02d", h, h+1)}, {Text: language.Number(r.Lang, int64(sums[h]))}}
		if known {
			band := fmt.Sprintf("%.0f–%.0f", e.Low, e.High)
			if e.High == e.Low {
				band = ""
			}
			row = append(row, Cell{Text: fmt.Sprintf("%.0f", e.Expected)}, Cell{Text: band})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// expectVotes takes the number of votes that the municipality reckons with.
func (s *Server) expectVotes(r *Request) error {
	votes, err := r.Count("stemmer")
	if err == nil {
		err = s.store.ExpectVotes(r.Context(), r.act(), r.Param("id"), votes)
	}
	if err != nil {
		return err
	}
	s.outlook.mu.Lock()
	s.outlook.until = time.Time{}
	s.outlook.mu.Unlock()
	return r.done("/tavle", "forecast.on_board", language.Number(r.Lang, int64(votes)))
}
