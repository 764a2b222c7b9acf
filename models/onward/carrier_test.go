package onward

import (
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/brevstemme/brevstemme/models"
)

var weekdays = []int{1, 2, 3, 4, 5}

func post() Carrier {
	return Carrier{ID: "POST", Name: "Daglig post", Kind: CarrierPost, Weekdays: weekdays, Times: []int{15 * 60}, Days: 2, ArrivesAt: 11 * 60, Extra: map[string]int{"0825": 1}}
}

func joint(dates ...models.Date) Carrier {
	return Carrier{ID: "JOINT", Name: "Fælles afhentning", Kind: CarrierJoint, Dates: dates, Times: []int{13 * 60}, Minutes: 20 * 60}
}

func courier() Carrier {
	return Carrier{ID: "BUD", Name: "Bud", Kind: CarrierCourier, Weekdays: []int{1, 2, 3, 4, 5, 6, 7}, Times: []int{8 * 60, 14*60 + 30}, Minutes: 150, Not: []string{"0825"}}
}

func day(y int, m time.Month, d int) models.Date { return models.NewDate(y, m, d) }

// The calendar cases: what leaves last and still arrives before voting starts.
func TestLastSafeDispatch(t *testing.T) {
	kv := day(2025, 11, 18).At(8, 0)
	for name, c := range map[string]struct {
		to       string
		carriers []Carrier
		now      time.Time
		opens    time.Time
		leaves   string
		arrives  string
	}{
		"post before a Tuesday: the weekend delivers nothing":  {"0461", []Carrier{post()}, day(2025, 11, 10).At(9, 0), kv, "2025-11-13T15:00:00+01:00", "2025-11-17T11:00:00+01:00"},
		"island: one delivery day more":                        {"0825", []Carrier{post()}, day(2025, 11, 10).At(9, 0), kv, "2025-11-12T15:00:00+01:00", "2025-11-17T11:00:00+01:00"},
		"the courier does not go to the island":                {"0825", []Carrier{post(), courier()}, day(2025, 11, 10).At(9, 0), kv, "2025-11-12T15:00:00+01:00", "2025-11-17T11:00:00+01:00"},
		"joint collection on a Saturday":                       {"0461", []Carrier{post(), joint(day(2025, 11, 6), day(2025, 11, 15))}, day(2025, 11, 10).At(9, 0), kv, "2025-11-15T13:00:00+01:00", "2025-11-16T09:00:00+01:00"},
		"courier on the day before":                            {"0461", []Carrier{courier()}, day(2025, 11, 17).At(9, 0), kv, "2025-11-17T14:30:00+01:00", "2025-11-17T17:00:00+01:00"},
		"Sunday opening at 9, the courier at 8 is too late":    {"0461", []Carrier{courier()}, day(2024, 6, 8).At(9, 0), day(2024, 6, 9).At(9, 0), "2024-06-08T14:30:00+02:00", "2024-06-08T17:00:00+02:00"},
		"Easter: Maundy Thursday to Easter Monday are no post": {"0461", []Carrier{post()}, day(2026, 3, 30).At(9, 0), day(2026, 4, 7).At(8, 0), "2026-03-30T15:00:00+02:00", "2026-04-01T11:00:00+02:00"},
		"Easter: sent a week before":                           {"0461", []Carrier{post()}, day(2026, 3, 26).At(9, 0), day(2026, 4, 7).At(8, 0), "2026-03-30T15:00:00+02:00", "2026-04-01T11:00:00+02:00"},
		"autumn clock change in between":                       {"0461", []Carrier{joint(day(2025, 10, 25))}, day(2025, 10, 24).At(9, 0), day(2025, 10, 28).At(8, 0), "2025-10-25T13:00:00+02:00", "2025-10-26T08:00:00+01:00"},
		"nothing leaves any more":                              {"0461", []Carrier{post()}, day(2025, 11, 14).At(9, 0), kv, "", ""},
		"Saturday delivery, when it does":                      {"0461", []Carrier{{ID: "P6", Name: "x", Weekdays: weekdays, Times: []int{900}, Days: 1, Deliver: []int{1, 2, 3, 4, 5, 6}, ArrivesAt: 600}}, day(2025, 11, 10).At(9, 0), day(2025, 11, 16).At(9, 0), "2025-11-14T15:00:00+01:00", "2025-11-15T10:00:00+01:00"},
	} {
		s := LastSafe(c.to, c.carriers, c.now, c.opens, 0)
		if c.leaves == "" {
			if s.Last != nil || s.Slack >= 0 {
				t.Errorf("%s: %+v", name, s.Last)
			}
			continue
		}
		if s.Last == nil || s.Last.Leaves.Format(time.RFC3339) != c.leaves || s.Last.Arrives.Format(time.RFC3339) != c.arrives {
			t.Errorf("%s: %+v", name, s.Last)
		}
	}
}

// Nothing is ever offered that arrives when voting has started.
func TestNoDepartureArrivesTooLate(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		opens := day(2025, 1, 1).Add(rapid.IntRange(0, 1500).Draw(r, "day")).At(rapid.SampledFrom([]int{8, 9}).Draw(r, "hour"), 0)
		now := opens.Add(-time.Duration(rapid.IntRange(0, 30*24*60).Draw(r, "before")) * time.Minute)
		margin := time.Duration(rapid.IntRange(0, 300).Draw(r, "margin")) * time.Minute
		var cs []Carrier
		for range rapid.IntRange(1, 4).Draw(r, "carriers") {
			c := Carrier{ID: "X", Weekdays: rapid.SliceOfDistinct(rapid.IntRange(1, 7), rapid.ID[int]).Draw(r, "weekdays"), Times: []int{rapid.IntRange(0, 1439).Draw(r, "time")},
				Days: rapid.IntRange(0, 5).Draw(r, "days"), ArrivesAt: rapid.IntRange(0, 1439).Draw(r, "at"), Extra: map[string]int{"0825": rapid.IntRange(0, 3).Draw(r, "extra")}}
			if rapid.Bool().Draw(r, "quick") {
				c.Minutes = rapid.IntRange(1, 3000).Draw(r, "minutes")
			}
			if rapid.Bool().Draw(r, "dated") {
				c.Dates = []models.Date{models.DateOf(opens).Add(-rapid.IntRange(0, 9).Draw(r, "date"))}
			}
			cs = append(cs, c)
		}
		for _, s := range BySlack(map[string]int{"0461": 3, "0825": 1}, cs, now, opens, margin) {
			for _, d := range []*Departure{s.Next, s.Last} {
				if d == nil {
					continue
				}
				if !d.Arrives.Before(opens) || d.Arrives.Add(margin).After(opens) || d.Leaves.Before(now) || !d.Arrives.After(d.Leaves) {
					r.Fatalf("now %s opens %s: %+v", now, opens, d)
				}
			}
		}
	})
}

// What a form shows of a carrier is what it reads.
func TestCarrierTexts(t *testing.T) {
	for _, times := range [][]int{nil, {0}, {8*60 + 5}, {870, 960}} {
		if got, err := ParseTimes(TimesText(times)); err != nil || !slices.Equal(got, times) {
			t.Errorf("%v became %v, %v", times, got, err)
		}
	}
	for _, extra := range []map[string]int{{}, {"0741": 1}, {"0825": 2, "0741": 1}} {
		if got, err := ParseExtra(ExtraText(extra)); err != nil || !maps.Equal(got, extra) {
			t.Errorf("%v became %v, %v", extra, got, err)
		}
	}
	for _, bad := range []string{"0741", "0741+0", "9999+1", "0741+x", "+2", "0741+31"} {
		if got, err := ParseExtra(bad); err == nil {
			t.Errorf("%q became %v", bad, got)
		}
	}
}
