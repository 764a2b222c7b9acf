package planning

import (
	"fmt"
	"testing"

	"github.com/brevstemme/brevstemme/models"
)

// A national plan: 98 municipalities with 1,000 places between them, six weeks,
// unrolled from weekly patterns and checked; growth stays linear.
func BenchmarkNationalPlan(b *testing.B) {
	e := models.Election{ID: "KV21", Name: "KV21", First: models.NewDate(2021, 10, 5), Last: models.NewDate(2021, 11, 12)}
	for _, times := range []int{1, 10, 100} {
		b.Run(fmt.Sprintf("%dx", times), func(b *testing.B) {
			var places []models.Place
			var patterns []Pattern
			for i := range 11 * times {
				p := models.Place{ID: fmt.Sprintf("P%d", i), Name: fmt.Sprintf("Sted %d", i), Kind: models.PlaceLibrary, Aids: append(append([]models.Aid{}, models.AidsEverywhere...), models.AidsSomewhere...),
					Decision: models.Decision{Date: e.First, Body: "Byrådet", Reference: "1"}}
				for day := range 7 {
					p.Staffed = append(p.Staffed, models.Hours{Weekday: day, Opens: 8 * 60, Closes: 20 * 60})
				}
				places = append(places, p)
				for _, day := range []string{"man", "tir", "ons", "tor", "fre"} {
					patterns = append(patterns, Pattern{Place: p.ID, Stop: -1, Day: day, Opens: 9 * 60, Closes: 17 * 60})
				}
			}
			b.ResetTimer()
			for b.Loop() {
				for range 91 { // 91 × 11 places
					n := 0
					id := func() string { n++; return fmt.Sprint("S", n) }
					sessions, _ := Unroll(patterns, Window(e), []string{e.ID}, id)
					if found := Check(Plan{Elections: []models.Election{e}, Places: places, Sessions: sessions}); len(found) != 0 {
						b.Fatal(found[0])
					}
				}
			}
		})
	}
}
