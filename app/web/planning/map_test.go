package planning_test

import (
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"

	planningpages "github.com/brevstemme/brevstemme/app/web/planning"
	"github.com/brevstemme/brevstemme/models"
)

// crowded is a municipality of 40 places, ten of them within a kilometre and two
// at one address.
func crowded() []planningpages.MapSpot {
	var out []planningpages.MapSpot
	for i := range 40 {
		// A fixed scatter over 25 × 25 km, and the last ten round the town hall.
		lat, lon := 56.05+float64(i*37%40)*.0056, 10.0+float64(i*23%40)*.01
		if i >= 30 {
			lat, lon = 56.155+.004*math.Sin(float64(i)*2.4), 10.21+.007*math.Cos(float64(i)*1.7)
		}
		if i == 39 {
			lat, lon = out[38].Lat, out[38].Lon
		}
		out = append(out, planningpages.MapSpot{Name: fmt.Sprintf("%s Bibliotek", []string{"Ærøskøbing", "Vejlby-Risskov", "Mårslet", "Åby"}[i%4]), Number: i + 1, Lat: lat, Lon: lon, Open: i%3 > 0})
	}
	return out
}

func TestMapLabelsKeepApart(t *testing.T) {
	spots := crowded()
	for name, size := range map[string][2]float64{"screen": {1000, 640}, "phone": {360, 480}} {
		t.Run(name, func(t *testing.T) {
			w, h := size[0], size[1]
			dots, _ := planningpages.Project(spots, w, h)
			texts := make([]planningpages.MapText, len(spots))
			for i, p := range spots {
				texts[i] = planningpages.MapText{Name: p.Name, Number: fmt.Sprint(p.Number)}
			}
			got := planningpages.PlaceLabels(dots, texts, w, h)
			named, lines := 0, 0
			for i, a := range got {
				switch {
				case a.Text == "":
					t.Errorf("%d: neither name nor number", i)
				case !a.Number:
					named++
				}
				if a.Left < 0 || a.Top < 0 || a.Right > w || a.Bottom > h {
					t.Errorf("%d: %+v leaves the picture", i, a)
				}
				for k, b := range got[:i] {
					if a.Meets(b.Box) {
						t.Errorf("%d and %d lie over one another: %+v %+v", i, k, a, b)
					}
				}
				for k, d := range dots {
					if a.Meets(planningpages.Box{Left: d.X - planningpages.DotRadius, Top: d.Y - planningpages.DotRadius, Right: d.X + planningpages.DotRadius, Bottom: d.Y + planningpages.DotRadius}) {
						t.Errorf("label %d covers dot %d", i, k)
					}
				}
				if a.Line {
					lines++
					x, y := a.Near(dots[i])
					for k, b := range got {
						if k != i && b.Crossed(dots[i], planningpages.Dot{X: x, Y: y}) {
							t.Errorf("the line of %d runs through label %d", i, k)
						}
					}
				}
			}
			t.Logf("%d of %d by name, %d on a line", named, len(got), lines)
			if name == "screen" && named < 30 {
				t.Errorf("only %d of 40 stand with their names", named)
			}
			if again := planningpages.PlaceLabels(dots, texts, w, h); !reflect.DeepEqual(got, again) {
				t.Error("another picture the second time")
			}
		})
	}
}

func TestBoxCrossed(t *testing.T) {
	b := planningpages.Box{Left: 10, Top: 10, Right: 20, Bottom: 20}
	for _, test := range []struct {
		p, q planningpages.Dot
		want bool
	}{{planningpages.Dot{X: 0, Y: 0}, planningpages.Dot{X: 30, Y: 30}, true}, {planningpages.Dot{X: 0, Y: 15}, planningpages.Dot{X: 30, Y: 15}, true}, {planningpages.Dot{X: 15, Y: 0}, planningpages.Dot{X: 15, Y: 9}, false}, {planningpages.Dot{X: 12, Y: 12}, planningpages.Dot{X: 13, Y: 13}, true}, {planningpages.Dot{X: 0, Y: 25}, planningpages.Dot{X: 30, Y: 25}, false}, {planningpages.Dot{X: 0, Y: 12}, planningpages.Dot{X: 12, Y: 30}, false}} {
		if got := b.Crossed(test.p, test.q); got != test.want {
			t.Errorf("%v-%v: %v", test.p, test.q, got)
		}
	}
}

// A tour stands at its stops, a name is escaped, and no points are no picture.
func TestDrawMap(t *testing.T) {
	bus := models.Place{ID: "BUS", Name: "Bogbussen", Stops: []models.TourStop{{Name: "Mårslet <torv>", Lat: 56.07, Lon: 10.16}, {Name: "uden punkt"}, {Name: "Spørring", Lat: 56.25, Lon: 10.14}}}
	spots := planningpages.SpotsOf(bus, 3, map[string]int{"BUS": 4, "BUS|2": 4})
	if len(spots) != 2 || spots[0].Open || !spots[1].Open || spots[1].Number != 3 {
		t.Fatalf("%+v", spots)
	}
	picture, numbered := planningpages.DrawMap(spots, 1000, 640, "map", "Kort")
	for _, want := range []string{"Mårslet &lt;torv&gt;", `class="dot"`, `class="empty"`, "5 km"} {
		if !strings.Contains(string(picture), want) {
			t.Errorf("no %s in %s", want, picture)
		}
	}
	if numbered {
		t.Error("two places need no numbers")
	}
	if picture, _ := planningpages.DrawMap(nil, 1000, 640, "map", "Kort"); picture != "" {
		t.Error(picture)
	}
}
