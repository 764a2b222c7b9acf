package staffing

import (
	"cmp"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/forecast"
)

// The forecast's figures where an election names none of its own: minutes per
// vote and the longest mean wait in minutes.
const (
	UsualMinutes = 4
	UsualWait    = 5
)

// Expected is how many receivers the forecast asks for at each session between
// opening and closing: expected votes per hour by earlier elections, and the
// fewest desks that keep the mean wait under the election's figure, at most as
// many as there are booths. nil when the election has no forecast. sessions are
// all of the election, since the votes are divided among them.
func Expected(e models.Election, sessions []models.Session, places []models.Place, past []forecast.Past) map[string]int {
	f := e.Forecast
	if !f.On || e.Expected <= 0 {
		return nil
	}
	booths := map[string]int{}
	for _, p := range places {
		booths[p.ID] = p.Booths
	}
	slots := make([]forecast.Slot, 0, len(sessions))
	for _, x := range sessions {
		if x.State != models.SessionCancelled {
			slots = append(slots, forecast.Slot{ID: x.ID, Place: x.Place, DaysBefore: e.Last.Sub(x.Date()), Hours: x.Ends.Sub(x.Starts).Hours()})
		}
	}
	bands := forecast.Spread(float64(e.Expected), slots, past)
	out := map[string]int{}
	for _, x := range sessions {
		b, ok := bands[x.ID]
		if !ok {
			continue
		}
		perHour := b.Expected / max(x.Ends.Sub(x.Starts).Hours(), 0.25)
		n := forecast.Desks(perHour, float64(cmp.Or(f.Minutes, UsualMinutes)), float64(cmp.Or(f.Wait, UsualWait)))
		if most := cmp.Or(x.Booths, booths[x.Place]); most > 0 {
			n = min(n, most)
		}
		out[x.ID] = n
	}
	return out
}
