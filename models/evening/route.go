package evening

import (
	"math"
	"slices"
	"time"

	"github.com/brevstemme/brevstemme/models"
)

// Travel is Evening.Travel with the settings that stand until others are made.
func Travel(a, b models.Place) time.Duration { return Default.Travel(a, b) }

// Travel is the time by car between two coordinates: the distance as the crow
// flies, a third longer by road, at the speed of the settings, and four minutes
// to park and walk. Unknown coordinates (0,0) count as half an hour.
func (e Evening) Travel(a, b models.Place) time.Duration {
	if a.Lat == 0 && a.Lon == 0 || b.Lat == 0 && b.Lon == 0 {
		return 30 * time.Minute
	}
	if a.ID != "" && a.ID == b.ID {
		return 0
	}
	return time.Duration(Kilometres(a, b)*1.33/float64(e.Speed)*60+4) * time.Minute
}

// Kilometres is the distance as the crow flies (haversine).
func Kilometres(a, b models.Place) float64 {
	const earth = 6371.0
	rad := func(d float64) float64 { return d * math.Pi / 180 }
	dLat, dLon := rad(b.Lat-a.Lat), rad(b.Lon-a.Lon)
	h := math.Pow(math.Sin(dLat/2), 2) + math.Cos(rad(a.Lat))*math.Cos(rad(b.Lat))*math.Pow(math.Sin(dLon/2), 2)
	return 2 * earth * math.Asin(math.Sqrt(h))
}

// Pickup is a place to be emptied: when its box is ready.
type Pickup struct {
	Place models.Place
	Ready time.Time
}

// Visit is one stop of a round. Latest is when the courier must have left to
// be in before the deadline; Slack is how much later than planned that is.
type Visit struct {
	Place  models.Place
	Ready  time.Time
	Arrive time.Time
	Leave  time.Time
	Latest time.Time
	Slack  time.Duration
}

// Round is one courier's run: out from the depot, by the stops, and back.
type Round struct {
	Start  time.Time
	Visits []Visit
	Back   time.Time
	Slack  time.Duration // to the deadline; below zero the round cannot make it
}

func (e Evening) loading() time.Duration { return time.Duration(e.Loading) * time.Minute }

// PlanRounds shares pick-ups among couriers so that every box is fetched after
// it is ready and the last round is back as early as possible: each pick-up goes
// to the round that it delays least, then stops are exchanged while that helps.
// The times of a round are computed forwards from readiness and backwards from
// the deadline.
func (e Evening) PlanRounds(depot models.Place, pickups []Pickup, couriers int, deadline time.Time) []Round {
	if couriers < 1 || len(pickups) == 0 {
		return nil
	}
	order := slices.Clone(pickups)
	slices.SortStableFunc(order, func(a, b Pickup) int { return a.Ready.Compare(b.Ready) })
	rounds := make([][]Pickup, couriers)
	for _, p := range order {
		best, at, cost := 0, 0, time.Duration(math.MaxInt64)
		for i, r := range rounds {
			for j := range len(r) + 1 {
				c := e.back(depot, slices.Insert(slices.Clone(r), j, p)).Sub(order[0].Ready)
				if c < cost {
					best, at, cost = i, j, c
				}
			}
		}
		rounds[best] = slices.Insert(rounds[best], at, p)
	}
	e.improve(depot, rounds)
	var out []Round
	for _, r := range rounds {
		if len(r) > 0 {
			out = append(out, e.timed(depot, r, deadline))
		}
	}
	return out
}

// improve turns pieces of a round around while the round gets shorter (2-opt).
func (e Evening) improve(depot models.Place, rounds [][]Pickup) {
	for k, r := range rounds {
		for better := true; better; {
			better = false
			for i := range r {
				for j := i + 1; j < len(r); j++ {
					try := slices.Clone(r)
					slices.Reverse(try[i : j+1])
					if e.back(depot, try).Before(e.back(depot, r)) {
						r, better = try, true
					}
				}
			}
		}
		rounds[k] = r
	}
}

// back is when a round is at the depot again.
func (e Evening) back(depot models.Place, r []Pickup) time.Time {
	var at time.Time
	from := depot
	for i, p := range r {
		arrive := at.Add(e.Travel(from, p.Place))
		if i == 0 || p.Ready.After(arrive) {
			arrive = p.Ready
		}
		at, from = arrive.Add(e.loading()), p.Place
	}
	return at.Add(e.Travel(from, depot))
}

func (e Evening) timed(depot models.Place, r []Pickup, deadline time.Time) Round {
	out := Round{Visits: make([]Visit, len(r))}
	from, at := depot, time.Time{}
	for i, p := range r {
		arrive := at.Add(e.Travel(from, p.Place))
		if i == 0 || p.Ready.After(arrive) {
			arrive = p.Ready
		}
		at, from = arrive.Add(e.loading()), p.Place
		out.Visits[i] = Visit{Place: p.Place, Ready: p.Ready, Arrive: arrive, Leave: at}
	}
	out.Start = out.Visits[0].Arrive.Add(-e.Travel(depot, r[0].Place))
	out.Back = at.Add(e.Travel(from, depot))
	if deadline.IsZero() {
		return out
	}
	out.Slack = deadline.Sub(out.Back)
	latest, next := deadline, depot
	for i := len(r) - 1; i >= 0; i-- {
		v := &out.Visits[i]
		v.Latest = latest.Add(-e.Travel(v.Place, next))
		v.Slack = v.Latest.Sub(v.Leave)
		latest, next = v.Latest.Add(-e.loading()), v.Place
	}
	return out
}
