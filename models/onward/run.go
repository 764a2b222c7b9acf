package onward

import (
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/journal"
)

// DeliveryRun is one drive from Borgerservice to several polling stations.
type DeliveryRun struct {
	ID       string    `json:"id"`
	Election string    `json:"election"`
	Place    string    `json:"place"`
	Driver   string    `json:"driver"` // person id, may be empty
	Phone    string    `json:"phone"`  // in the car
	Leaves   time.Time `json:"leaves"`
	Stops    []RunStop `json:"stops"` // in the order in which they are driven
}

// RunStop is one polling station of a run. Arrives is a rough guess, so that a
// run that cannot be done before voting starts is seen when it is planned.
type RunStop struct {
	Delivery string    `json:"delivery"`
	District string    `json:"district"`
	Arrives  time.Time `json:"arrives,omitzero"` // zero when a position is not known
}

// RecordKind implements models.Record.
func (DeliveryRun) RecordKind() string { return "delivery_run" }

// RecordID implements models.Record.
func (r DeliveryRun) RecordID() string { return r.ID }

// Guesses for the arrival at a station: roads are longer than the line between
// two points, and a handover with recount takes its time.
const (
	detour      = 1.3
	kmPerHour   = 35
	atAStation  = 8 * time.Minute
	unknownHop  = 15 * time.Minute
	runSlackMin = 30 * time.Minute // before voting starts, by which the last stop should be reached
)

// RunCmd makes a run.
type RunCmd struct {
	Deliveries []string
	Driver     string
	Phone      string
	Leaves     time.Time
}

// MakeRun orders deliveries that are on their way into one drive, nearest station
// first from the place (lat, lon; 0 when not known). A delivery is on one run.
func MakeRun(t Table, lat, lon float64, all []Delivery, runs []DeliveryRun, a models.Act, cmd RunCmd) (Decided, error) {
	if !a.MayActAt(t.Place) {
		return Decided{}, models.E(models.CodeForbidden, "custody.wrong_place")
	}
	if len(cmd.Deliveries) == 0 {
		return Decided{}, models.Invalid("delivery", "custody.choose")
	}
	if cmd.Leaves.IsZero() || !cmd.Leaves.Before(t.PollsOpen) {
		return Decided{}, models.Invalid("leaves", "onward.run_late")
	}
	if err := custody.Words("phone", cmd.Phone, 0); err != nil {
		return Decided{}, err
	}
	taken := map[string]bool{}
	for _, r := range runs {
		for _, s := range r.Stops {
			taken[s.Delivery] = true
		}
	}
	r := DeliveryRun{ID: models.DeriveID("Q", a.Key), Election: t.Election.ID, Place: t.Place, Driver: cmd.Driver, Phone: clean(cmd.Phone), Leaves: cmd.Leaves.UTC()}
	for _, id := range slices.Compact(slices.Sorted(slices.Values(cmd.Deliveries))) {
		i := slices.IndexFunc(all, func(d Delivery) bool { return d.ID == id })
		if i < 0 || all[i].State != DeliveryPacked || taken[id] {
			return Decided{}, models.Invalid("delivery", "onward.run_taken")
		}
		r.Stops = append(r.Stops, RunStop{Delivery: id, District: all[i].District})
	}
	r.Stops = drive(District{Lat: lat, Lon: lon}, r.Stops, t.Districts, r.Leaves)
	d := journal.Draft{Kind: "run.made", Election: r.Election, Place: r.Place}.Fact("run", r.ID).Fact("leaves", r.Leaves.Format(time.RFC3339)).Fact("stops", strconv.Itoa(len(r.Stops)))
	return Decided{d, []models.Record{r}}, nil
}

// drive puts the stops in the order of the nearest next one and guesses when
// each is reached. Stops without a position come last, by number.
func drive(from District, stops []RunStop, ds map[string]District, at time.Time) []RunStop {
	left, out, known := slices.Clone(stops), []RunStop{}, from.Lat != 0
	slices.SortFunc(left, func(a, b RunStop) int { return ds[a.District].Number - ds[b.District].Number })
	for len(left) > 0 {
		best, least := 0, math.Inf(1)
		for i, s := range left {
			if far := distance(from, ds[s.District]); far < least {
				best, least = i, far
			}
		}
		if !known { // nowhere known to start from: the lowest number
			best = 0
		}
		s := left[best]
		hop := unknownHop
		if !math.IsInf(least, 1) {
			hop = time.Duration(least * detour / kmPerHour * float64(time.Hour))
		}
		at = at.Add(hop)
		if ds[s.District].Lat != 0 && known {
			s.Arrives = at.Truncate(time.Minute).UTC()
		}
		at = at.Add(atAStation)
		out, from, known = append(out, s), ds[s.District], known || ds[s.District].Lat != 0
		left = slices.Delete(left, best, best+1)
	}
	return out
}

// Tight tells whether a run reaches its last station so late that a delay of half
// an hour would be after voting starts.
func (r DeliveryRun) Tight(pollsOpen time.Time) bool {
	return slices.ContainsFunc(r.Stops, func(s RunStop) bool { return !s.Arrives.IsZero() && s.Arrives.Add(runSlackMin).After(pollsOpen) })
}
