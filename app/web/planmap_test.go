package web

import (
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/brevstemme/brevstemme/models"
)

// crowded is a municipality of 40 places, ten of them within a kilometre and two
// at one address.
func crowded() []mapSpot {
	var out []mapSpot
	for i := range 40 {
		// A fixed scatter over 25 × 25 km, and the last ten round the town hall.
		lat, lon := 56.05+float64(i*37%40)*.0056, 10.0+float64(i*23%40)*.01
		if i >= 30 {
			lat, lon = 56.155+.004*math.Sin(float64(i)*2.4), 10.21+.007*math.Cos(float64(i)*1.7)
		}
		if i == 39 {
			lat, lon = out[38].Lat, out[38].Lon
		}
		out = append(out, mapSpot{fmt.Sprintf("%s Bibliotek", []string{"Ærøskøbing", "Vejlby-Risskov", "Mårslet", "Åby"}[i%4]), i + 1, lat, lon, i%3 > 0})
	}
	return out
}

func TestMapLabelsKeepApart(t *testing.T) {
	spots := crowded()
	for name, size := range map[string][2]float64{"screen": {1000, 640}, "phone": {360, 480}} {
		t.Run(name, func(t *testing.T) {
			w, h := size[0], size[1]
			dots, _ := project(spots, w, h)
			texts := make([]mapText, len(spots))
			for i, p := range spots {
				texts[i] = mapText{p.Name, fmt.Sprint(p.Number)}
			}
			got := placeLabels(dots, texts, w, h)
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
					if a.meets(b.box) {
						t.Errorf("%d and %d lie over one another: %+v %+v", i, k, a, b)
					}
				}
				for k, d := range dots {
					if a.meets(box{d.X - dotRadius, d.Y - dotRadius, d.X + dotRadius, d.Y + dotRadius}) {
						t.Errorf("label %d covers dot %d", i, k)
					}
				}
				if a.Line {
					lines++
					x, y := a.near(dots[i])
					for k, b := range got {
						if k != i && b.crossed(dots[i], dot{x, y}) {
							t.Errorf("the line of %d runs through label %d", i, k)
						}
					}
				}
			}
			t.Logf("%d of %d by name, %d on a line", named, len(got), lines)
			if name == "screen" && named < 30 {
				t.Errorf("only %d of 40 stand with their names", named)
			}
			if again := placeLabels(dots, texts, w, h); !reflect.DeepEqual(got, again) {
				t.Error("another picture the second time")
			}
		})
	}
}

func TestBoxCrossed(t *testing.T) {
	b := box{10, 10, 20, 20}
	for _, test := range []struct {
		p, q dot
		want bool
	}{{dot{0, 0}, dot{30, 30}, true}, {dot{0, 15}, dot{30, 15}, true}, {dot{15, 0}, dot{15, 9}, false}, {dot{12, 12}, dot{13, 13}, true}, {dot{0, 25}, dot{30, 25}, false}, {dot{0, 12}, dot{12, 30}, false}} {
		if got := b.crossed(test.p, test.q); got != test.want {
			t.Errorf("%v-%v: %v", test.p, test.q, got)
		}
	}
}

// A tour stands at its stops, a name is escaped, and no points are no picture.
func TestDrawMap(t *testing.T) {
	bus := models.Place{ID: "BUS", Name: "Bogbussen", Stops: []models.TourStop{{Name: "Mårslet <torv>", Lat: 56.07, Lon: 10.16}, {Name: "uden punkt"}, {Name: "Spørring", Lat: 56.25, Lon: 10.14}}}
	spots := spotsOf(bus, 3, map[string]int{"BUS": 4, "BUS|2": 4})
	if len(spots) != 2 || spots[0].Open || !spots[1].Open || spots[1].Number != 3 {
		t.Fatalf("%+v", spots)
	}
	picture, numbered := drawMap(spots, 1000, 640, "map", "Kort")
	for _, want := range []string{"Mårslet &lt;torv&gt;", `class="dot"`, `class="empty"`, "5 km"} {
		if !strings.Contains(string(picture), want) {
			t.Errorf("no %s in %s", want, picture)
		}
	}
	if numbered {
		t.Error("two places need no numbers")
	}
	if picture, _ := drawMap(nil, 1000, 640, "map", "Kort"); picture != "" {
		t.Error(picture)
	}
}
