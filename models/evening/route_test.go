package evening

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/brevstemme/brevstemme/models"
)

func TestRoundsFetchEverythingOnceAndInTime(t *testing.T) {
	depot := models.Place{ID: "BS", Lat: 56.153, Lon: 10.214}
	day := models.NewDate(2025, 11, 14)
	rapid.Check(t, func(r *rapid.T) {
		var ups []Pickup
		for i := range rapid.IntRange(1, 14).Draw(r, "places") {
			ups = append(ups, Pickup{models.Place{ID: fmt.Sprint("P", i), Lat: 56 + rapid.Float64Range(0.05, 0.3).Draw(r, "lat"), Lon: 10 + rapid.Float64Range(0.05, 0.3).Draw(r, "lon")},
				day.At(17, 0).Add(time.Duration(rapid.IntRange(0, 90).Draw(r, "ready")) * time.Minute)})
		}
		deadline := day.At(21, 0)
		seen := map[string]int{}
		for _, round := range Default.PlanRounds(depot, ups, rapid.IntRange(1, 3).Draw(r, "couriers"), deadline) {
			from, at := depot, round.Start
			for _, v := range round.Visits {
				seen[v.Place.ID]++
				if v.Arrive.Before(v.Ready) || v.Arrive.Before(at.Add(Travel(from, v.Place))) || !v.Leave.Equal(v.Arrive.Add(Default.loading())) {
					r.Fatalf("%s is fetched too early: %+v", v.Place.ID, v)
				}
				if v.Slack < round.Slack || v.Latest.Sub(v.Leave) != v.Slack {
					r.Fatalf("slack of %s: %v, of the round %v", v.Place.ID, v.Slack, round.Slack)
				}
				from, at = v.Place, v.Leave
			}
			if !round.Back.Equal(at.Add(Travel(from, depot))) || deadline.Sub(round.Back) != round.Slack {
				r.Fatalf("back at %v", round.Back)
			}
		}
		for _, p := range ups {
			if seen[p.Place.ID] != 1 {
				r.Fatalf("%s is visited %d times", p.Place.ID, seen[p.Place.ID])
			}
		}
	})
}

func TestTravel(t *testing.T) {
	a, b := models.Place{ID: "A", Lat: 56.1535, Lon: 10.2142}, models.Place{ID: "B", Lat: 56.2358, Lon: 10.2379}
	if km := Kilometres(a, b); km < 9.1 || km > 9.4 {
		t.Errorf("%f km", km)
	}
	if d := Travel(a, b); d < 20*time.Minute || d > 24*time.Minute {
		t.Error(d)
	}
	if Travel(a, a) != 0 || Travel(a, models.Place{ID: "C"}) != 30*time.Minute {
		t.Error("same place, unknown place")
	}
}
