package planning

import (
	"fmt"
	"html/template"
	"math"
	"strconv"
	"strings"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
)

type planMapPage struct {
	site.Chrome
	planHead
	Wide, Narrow template.HTML // the same map for a screen and for a phone
	Numbered     bool          // some places stand with their number alone
	Table        site.Table
}

var planMapView = site.NewView[*planMapPage]("plan-map")

// planMap draws the places from their coordinates: no outside service.
func (s *Server) planMap(r *site.Request) error {
	e, plan, _, err := s.planOf(r)
	if err != nil {
		return err
	}
	count := map[string]int{}
	for _, x := range plan.Sessions {
		count[x.Place]++
		count[spotKey(x.Place, x.Stop)]++
	}
	p := &planMapPage{Chrome: planChrome(e), planHead: headOfPlan(r, e, "map")}
	p.Table = site.Table{Caption: r.Text("plan.places"), Empty: r.Text("plan.no_places_text"), Columns: []site.Column{{Text: r.Text("plan.place")}, {Text: r.Text("plan-map.number"), Number: true}, {Text: r.Text("public.address")}, {Text: r.Text("plan.sessions"), Number: true}, {Text: r.Text("plan.point")}}}
	var spots []MapSpot
	for _, x := range plan.Places {
		if x.Kind == models.PlaceReception {
			continue // nobody votes there
		}
		n := len(p.Table.Rows) + 1
		here := SpotsOf(x, n, count)
		spots = append(spots, here...)
		point := r.Text("plan.no_point")
		switch {
		case x.Lat != 0 || x.Lon != 0:
			point = fmt.Sprintf("%.4f %.4f", x.Lat, x.Lon)
		case len(here) > 0:
			point = r.Text("plan-map.stops", len(here))
		}
		p.Table.Rows = append(p.Table.Rows, []site.Cell{{Text: x.Name, Href: "/plan/" + e.ID + "/sted/" + x.ID}, {Text: strconv.Itoa(n)}, {Text: site.AddressOf(x)}, {Text: fmt.Sprint(count[x.ID])}, {Text: point}})
	}
	var some, more bool
	p.Wide, some = DrawMap(spots, 1000, 640, "map wide", r.Text("plan-map.title"))
	p.Narrow, more = DrawMap(spots, 360, 480, "map narrow", r.Text("plan-map.title"))
	p.Numbered = some || more
	return planMapView.Render(r, p)
}

// MapSpot is a point of the map: a place, or one stop of a tour.
type MapSpot struct {
	Name     string
	Number   int // of its place, as in the table
	Lat, Lon float64
	Open     bool // has sessions
}

func spotKey(place string, stop int) string { return place + "|" + strconv.Itoa(stop) }

// SpotsOf are the points of a place: its own, else those of its stops.
func SpotsOf(x models.Place, number int, count map[string]int) []MapSpot {
	var out []MapSpot
	for i, stop := range x.Stops {
		if stop.Lat != 0 || stop.Lon != 0 {
			out = append(out, MapSpot{stop.Name, number, stop.Lat, stop.Lon, count[spotKey(x.ID, i)] > 0})
		}
	}
	if x.Lat != 0 || x.Lon != 0 {
		out = append(out, MapSpot{x.Name, number, x.Lat, x.Lon, count[x.ID] > 0})
	}
	return out
}

// mapEdge keeps dots off the edge of the picture, dotRadius is a dot's.
const (
	mapEdge   = 28.0
	DotRadius = 5.0
)

// Project gives the points of the picture, and the pixels of a kilometre: an
// equirectangular projection around their middle, true enough within one
// municipality. All at one point stand in the middle.
func Project(spots []MapSpot, w, h float64) ([]Dot, float64) {
	south, north, west, east := math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
	for _, p := range spots {
		south, north, west, east = min(south, p.Lat), max(north, p.Lat), min(west, p.Lon), max(east, p.Lon)
	}
	squeeze := math.Cos((south + north) / 2 * math.Pi / 180) // a degree of longitude is shorter than one of latitude
	scale := min((w-2*mapEdge)/max((east-west)*squeeze, 1e-3), (h-2*mapEdge)/max(north-south, 1e-3))
	dots := make([]Dot, len(spots))
	for i, p := range spots {
		dots[i] = Dot{w/2 + (p.Lon-(east+west)/2)*squeeze*scale, h/2 - (p.Lat-(north+south)/2)*scale}
	}
	return dots, scale / 111.2 // kilometres of a degree
}

// DrawMap is an SVG picture of the points. Filled dots have sessions. A name
// stands beside its dot, or at the end of a line; where there is no room for it,
// the number of the place stands instead, and numbered tells that one does.
func DrawMap(spots []MapSpot, w, h float64, class, title string) (picture template.HTML, numbered bool) {
	if len(spots) == 0 {
		return "", false
	}
	dots, km := Project(spots, w, h)
	names := make([]MapText, len(spots))
	for i, p := range spots {
		names[i] = MapText{p.Name, strconv.Itoa(p.Number)}
	}
	labels := PlaceLabels(dots, names, w, h)
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="%s" viewBox="0 0 %.0f %.0f" role="img" aria-label="%s">`, class, w, h, template.HTMLEscapeString(title))
	for i, l := range labels {
		if l.Line {
			x, y := l.Near(dots[i])
			fmt.Fprintf(&b, `<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f"/>`, dots[i].X, dots[i].Y, x, y)
		}
	}
	for i, d := range dots {
		kind := "empty"
		if spots[i].Open {
			kind = "dot"
		}
		fmt.Fprintf(&b, `<circle class="%s" cx="%.1f" cy="%.1f" r="%.0f"/>`, kind, d.X, d.Y, DotRadius)
	}
	for i, l := range labels {
		numbered = numbered || l.Number
		anchor, x := "middle", (l.Left+l.Right)/2
		switch { // the text stands at the side that looks at its dot
		case l.Left > dots[i].X:
			anchor, x = "start", l.Left+1
		case l.Right < dots[i].X:
			anchor, x = "end", l.Right-1
		}
		fmt.Fprintf(&b, `<text x="%.1f" y="%.1f" text-anchor="%s">%s</text>`, x, l.Bottom-4, anchor, template.HTMLEscapeString(l.Text))
	}
	drawScale(&b, km, w, h)
	b.WriteString(`</svg>`)
	return template.HTML(b.String()), numbered //nolint:gosec // names are escaped above
}

// drawScale draws a measure of whole kilometres in the lower right corner, the
// longest that takes at most a quarter of the width.
func drawScale(b *strings.Builder, km, w, h float64) {
	for _, n := range []float64{20, 10, 5, 2, 1} {
		if long := n * km; long <= w/4 {
			fmt.Fprintf(b, `<path class="scale" d="M%.1f %.1fv4h%.1fv-4"/><text class="scale" x="%.1f" y="%.1f" text-anchor="end">%.0f km</text>`, w-8-long, h-10, long, w-8, h-14, n)
			return
		}
	}
}

// scaleBox is kept free of labels.
func scaleBox(w, h float64) Box { return Box{w * 3 / 4, h - 30, w, h} }
