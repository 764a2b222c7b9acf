package onward

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/calendar"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/journal"
)

// CarrierKind is how votes travel to another municipality. Who carries them is
// data: it changed at the end of 2025 and will again.
type CarrierKind string

// The kinds of carriers.
const (
	CarrierPost    CarrierKind = "post"    // daily post
	CarrierJoint   CarrierKind = "joint"   // joint collection between municipalities on given dates
	CarrierCourier CarrierKind = "courier" // on call
	CarrierHand    CarrierKind = "hand"    // own staff drive there
)

// CarrierKinds lists the kinds.
var CarrierKinds = []CarrierKind{CarrierPost, CarrierJoint, CarrierCourier, CarrierHand}

// Carrier is a way to send, with its rules of departure and arrival.
// It leaves at Times on Dates, or, when there are none, on Weekdays that are no
// holiday. It arrives Minutes later, or after Days delivery days at ArrivesAt.
type Carrier struct {
	ID        string         `json:"id"`
	Name      string         `json:"name"`
	Kind      CarrierKind    `json:"kind"`
	Phone     string         `json:"phone"`
	Weekdays  []int          `json:"weekdays"` // ISO: Monday 1 … Sunday 7
	Dates     []models.Date  `json:"dates"`    // given days, holidays too
	Times     []int          `json:"times"`    // minutes after midnight, local
	Minutes   int            `json:"minutes"`  // travel; 0 means delivery days
	Days      int            `json:"days"`
	Deliver   []int          `json:"deliver"`    // ISO weekdays on which it delivers; empty: Monday to Friday
	ArrivesAt int            `json:"arrives_at"` // minutes after midnight
	Extra     map[string]int `json:"extra"`      // kommunekode → further delivery days (islands)
	Only      []string       `json:"only"`       // kommunekoder it goes to; empty: all
	Not       []string       `json:"not"`        // kommunekoder it does not go to
	Retired   bool           `json:"retired"`
}

// RecordKind implements models.Record.
func (Carrier) RecordKind() string { return "carrier" }

// RecordID implements models.Record.
func (c Carrier) RecordID() string { return c.ID }

// Departure is one chance to send.
type Departure struct {
	Carrier string    `json:"carrier"`
	Name    string    `json:"name"`
	Leaves  time.Time `json:"leaves"`
	Arrives time.Time `json:"arrives"`
}

// Serves tells whether the carrier goes to a municipality.
func (c Carrier) Serves(code string) bool {
	return !c.Retired && !slices.Contains(c.Not, code) && (len(c.Only) == 0 || slices.Contains(c.Only, code))
}

func isoWeekday(d models.Date) int { return (int(d.Weekday())+6)%7 + 1 }

// runs tells whether the carrier leaves on a day.
func (c Carrier) runs(d models.Date) bool {
	if len(c.Dates) > 0 {
		return slices.Contains(c.Dates, d)
	}
	return slices.Contains(c.Weekdays, isoWeekday(d)) && !calendar.IsHoliday(d)
}

// delivers tells whether the carrier hands over on a day.
func (c Carrier) delivers(d models.Date) bool {
	if calendar.IsHoliday(d) {
		return false
	}
	if len(c.Deliver) == 0 {
		return isoWeekday(d) <= 5
	}
	return slices.Contains(c.Deliver, isoWeekday(d))
}

// arrives is when what leaves at a moment is there. The moments are instants, so
// a night on which the clock changes is as long as it is.
func (c Carrier) arrives(leaves time.Time, code string) time.Time {
	left := c.Days + c.Extra[code]
	if c.Minutes > 0 {
		at := leaves.Add(time.Duration(c.Minutes) * time.Minute)
		for ; left > 0; left-- {
			at = at.Add(24 * time.Hour)
		}
		return at
	}
	d := models.DateOf(leaves)
	for step := 0; left > 0 && step < 400; step++ {
		d = d.Add(1)
		if c.delivers(d) {
			left--
		}
	}
	return d.At(c.ArrivesAt/60, c.ArrivesAt%60)
}

// Departures lists the departures to a municipality with from ≤ leaves < until.
func (c Carrier) Departures(code string, from, until time.Time) []Departure {
	if !c.Serves(code) {
		return nil
	}
	var out []Departure
	for d := models.DateOf(from); d.At(0, 0).Before(until); d = d.Add(1) {
		if !c.runs(d) {
			continue
		}
		for _, m := range c.Times {
			leaves := d.At(m/60, m%60)
			if arrives := c.arrives(leaves, code); !leaves.Before(from) && leaves.Before(until) && arrives.After(leaves) {
				out = append(out, Departure{c.ID, c.Name, leaves, arrives})
			}
		}
	}
	return out
}

// horizon is how far from both ends departures are looked for: an election may
// lie years ahead, and the next and the last departure are near the ends.
const horizon = 60 * 24 * time.Hour

func (c Carrier) nearDepartures(code string, from, until time.Time) []Departure {
	if until.Sub(from) <= 2*horizon {
		return c.Departures(code, from, until)
	}
	return append(c.Departures(code, from, from.Add(horizon)), c.Departures(code, until.Add(-horizon), until)...)
}

// Safe is what can still be sent to one municipality.
type Safe struct {
	To    string        `json:"to"` // kommunekode
	N     int           `json:"n"`  // envelopes that wait
	Next  *Departure    `json:"next,omitempty"`
	Last  *Departure    `json:"last,omitempty"` // the last safe dispatch
	Slack time.Duration `json:"slack"`          // from now until Last leaves; negative when nothing is safe
}

// LastSafe is the next and the last departure to a municipality that arrives
// before voting starts, with margin for the way on to the polling stations.
// Nothing later is ever returned: a vote that arrives after is not counted.
func LastSafe(code string, carriers []Carrier, now, pollsOpen time.Time, margin time.Duration) Safe {
	s := Safe{To: code, Slack: -1}
	for _, c := range carriers {
		for _, d := range c.nearDepartures(code, now, pollsOpen) {
			if d.Arrives.Add(margin).After(pollsOpen) || d.Arrives.Equal(pollsOpen) {
				continue
			}
			if s.Next == nil || d.Arrives.Before(s.Next.Arrives) {
				s.Next = &d
			}
			if s.Last == nil || d.Leaves.After(s.Last.Leaves) {
				s.Last = &d
			}
		}
	}
	if s.Last != nil {
		s.Slack = s.Last.Leaves.Sub(now)
	}
	return s
}

// BySlack computes LastSafe for what waits and sorts it: the least slack first,
// what can no longer be sent safely before everything.
func BySlack(waiting map[string]int, carriers []Carrier, now, pollsOpen time.Time, margin time.Duration) []Safe {
	var out []Safe
	for code, n := range waiting {
		s := LastSafe(code, carriers, now, pollsOpen, margin)
		s.N = n
		out = append(out, s)
	}
	slices.SortFunc(out, func(a, b Safe) int { return cmp.Or(cmp.Compare(a.Slack, b.Slack), cmp.Compare(a.To, b.To)) })
	return out
}

// SaveCarrier adds or changes a carrier.
func SaveCarrier(a models.Act, c Carrier) (Decided, error) {
	if c.ID == "" {
		c.ID = models.DeriveID("T", a.Key)
	}
	c.Name = clean(c.Name)
	if err := custody.Words("name", c.Name, 2); err != nil {
		return Decided{}, err
	}
	if !slices.Contains(CarrierKinds, c.Kind) {
		return Decided{}, models.Invalid("kind", "custody.choose")
	}
	if len(c.Times) == 0 || len(c.Weekdays) == 0 && len(c.Dates) == 0 {
		return Decided{}, models.Invalid("times", "onward.carrier_never")
	}
	for _, m := range append(slices.Clone(c.Times), c.ArrivesAt) {
		if m < 0 || m >= 24*60 {
			return Decided{}, models.Invalid("times", "onward.carrier_time")
		}
	}
	for _, w := range append(slices.Clone(c.Weekdays), c.Deliver...) {
		if w < 1 || w > 7 {
			return Decided{}, models.Invalid("weekdays", "onward.carrier_time")
		}
	}
	if c.Minutes < 0 || c.Days < 0 || c.Days > 30 || c.Minutes == 0 && c.Days == 0 {
		return Decided{}, models.Invalid("days", "onward.carrier_arrival")
	}
	for _, code := range slices.Concat(c.Only, c.Not) {
		if m, ok := models.MunicipalityByCode(code); !ok || m.Code != code {
			return Decided{}, models.Invalid("only", "onward.no_bin", code)
		}
	}
	return Decided{journal.Draft{Kind: "carrier.saved"}.Fact("carrier", c.ID).Fact("name", c.Name), []models.Record{c}}, nil
}

// ParseTimes reads "14.30, 16:00" as minutes after midnight.
func ParseTimes(s string) ([]int, error) {
	var out []int
	for _, part := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' || r == ';' }) {
		h, m, _ := strings.Cut(strings.ReplaceAll(part, ".", ":"), ":")
		hour, err1 := strconv.Atoi(h)
		minute, err2 := strconv.Atoi(m + strings.Repeat("0", max(0, 2-len(m))))
		if err1 != nil || err2 != nil || hour < 0 || hour > 23 || minute < 0 || minute > 59 {
			return nil, models.Invalid("times", "onward.carrier_time")
		}
		out = append(out, hour*60+minute)
	}
	return out, nil
}

// TimesText is what ParseTimes reads.
func TimesText(times []int) string {
	var out []string
	for _, m := range times {
		out = append(out, fmt.Sprintf("%d.%02d", m/60, m%60))
	}
	return strings.Join(out, ", ")
}

// Codes reads kommunekoder with blanks or commas between.
func Codes(s string) []string {
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' || r == ';' })
}

// ParseExtra reads further delivery days, "0741+1, 0825+2".
func ParseExtra(s string) (map[string]int, error) {
	out := map[string]int{}
	for _, part := range Codes(s) {
		code, n, ok := strings.Cut(part, "+")
		days, err := strconv.Atoi(n)
		m, known := models.MunicipalityByCode(code)
		if !ok || err != nil || days < 1 || days > 30 || !known {
			return nil, models.Invalid("extra", "onward.carrier_extra_bad", part)
		}
		out[m.Code] = days
	}
	return out, nil
}

// ExtraText is what ParseExtra reads.
func ExtraText(extra map[string]int) string {
	var out []string
	for _, code := range slices.Sorted(maps.Keys(extra)) {
		out = append(out, code+"+"+strconv.Itoa(extra[code]))
	}
	return strings.Join(out, ", ")
}
