package planning

import (
	"cmp"
	"math"
	"slices"
	"unicode"
)

// Dot is a point of a picture, in its units, y downwards.
type Dot struct{ X, Y float64 }

// Box is a rectangle of a picture.
type Box struct{ Left, Top, Right, Bottom float64 }

func (a Box) Meets(b Box) bool {
	return a.Left < b.Right && b.Left < a.Right && a.Top < b.Bottom && b.Top < a.Bottom
}

// Near is the point of the box nearest to a dot.
func (a Box) Near(d Dot) (x, y float64) {
	return min(max(d.X, a.Left), a.Right), min(max(d.Y, a.Top), a.Bottom)
}

// Crossed tells whether a line from one dot to another meets the box (Liang and
// Barsky, 1984).
func (a Box) Crossed(p, q Dot) bool {
	from, to := 0.0, 1.0
	for _, side := range [][2]float64{{p.X - q.X, p.X - a.Left}, {q.X - p.X, a.Right - p.X}, {p.Y - q.Y, p.Y - a.Top}, {q.Y - p.Y, a.Bottom - p.Y}} {
		switch t := side[1] / side[0]; {
		case side[0] == 0:
			if side[1] < 0 {
				return false
			}
		case side[0] < 0:
			from = max(from, t)
		default:
			to = min(to, t)
		}
	}
	return from <= to
}

// MapText is what may stand at a dot: its name, or a number that is explained
// beside the picture.
type MapText struct{ Name, Number string }

// mapLabel is a text with its place. Line asks for a line from the dot to it.
// Without a text there was no room even for the number.
type mapLabel struct {
	Box
	Text   string
	Number bool
	Line   bool
}

const (
	labelHeight = 16.0 // of one line of 13 px
	labelGap    = 3.0  // between a dot and its label
)

// labelWidth is how wide a text of 13 px is at most, in the widest of the fonts
// that a computer shows when it is asked for a plain one.
func labelWidth(text string) float64 {
	w := 0.0
	for _, r := range text {
		switch {
		case unicode.In(r, unicode.Mn):
		case slices.Contains([]rune("iljI.,:;'| "), r):
			w += .34
		case slices.Contains([]rune("tfr-()1/"), r):
			w += .5
		case slices.Contains([]rune("mwMWÆæ@%"), r):
			w += 1
		case unicode.IsUpper(r):
			w += .8
		default:
			w += .65
		}
	}
	return 13*w + 4
}

// PlaceLabels finds a place for each dot's text: no two labels meet, none covers
// a dot or a line, none leaves the picture. The most crowded dots come before the
// others, each beside its dot or, further out, on a line. A dot whose name finds
// no room gets its number, and all begin anew round the numbers, which are small
// and lie close; at the end those that now find room get their names after all.
// Greedy, and the same every time.
func PlaceLabels(dots []Dot, texts []MapText, w, h float64) []mapLabel {
	l := &labelling{dots: dots, w: w, h: h}
	order := crowdedFirst(dots, texts)
	short := make([]bool, len(dots)) // stands with its number
	for again := true; again; {
		again = false
		l.labels = make([]mapLabel, len(dots))
		for _, i := range order {
			if short[i] && !l.place(i, texts[i].Number, true) {
				l.loose = true
				l.place(i, texts[i].Number, true)
				l.loose = false
			}
		}
		for _, i := range order {
			if !short[i] && !l.place(i, texts[i].Name, false) {
				short[i], again = true, true
			}
		}
	}
	for _, i := range order {
		if was := l.labels[i]; short[i] {
			if l.labels[i] = (mapLabel{}); !l.place(i, texts[i].Name, false) {
				l.labels[i] = was
			}
		}
	}
	return l.labels
}

// crowdedFirst orders the dots by how many others are near, then by name.
func crowdedFirst(dots []Dot, texts []MapText) []int {
	order, crowd := make([]int, len(dots)), make([]int, len(dots))
	for i, d := range dots {
		order[i] = i
		for _, o := range dots {
			if math.Hypot(d.X-o.X, d.Y-o.Y) < 60 {
				crowd[i]++
			}
		}
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return cmp.Or(crowd[b]-crowd[a], cmp.Compare(texts[a].Name, texts[b].Name))
	})
	return order
}

// labelling is the picture as far as it is made.
type labelling struct {
	dots   []Dot
	w, h   float64
	labels []mapLabel // of each dot; without a text not placed yet
	loose  bool       // lines may cross lines, which is better than no number
}

// place takes the first free candidate for the text of dot i; false when there
// is none.
func (l *labelling) place(i int, text string, number bool) bool {
	d, wide := l.dots[i], labelWidth(text)
	for _, away := range []float64{DotRadius + labelGap, 20, 30, 42, 56, 72, 90, 110, 135, 165} {
		for _, turn := range sides {
			// The corner or side that looks at the dot lies at the distance.
			left := d.X + away*math.Cos(turn) + wide/2*(step(math.Cos(turn))-1)
			top := d.Y + away*math.Sin(turn) + labelHeight/2*(step(math.Sin(turn))-1)
			c := mapLabel{Box{left, top, left + wide, top + labelHeight}, text, number, away > 2*DotRadius}
			if l.free(c, i) {
				l.labels[i] = c
				return true
			}
		}
	}
	return false
}

// sides are 32 directions in the order in which they are tried: right, left,
// above, below, the corners, then what is between.
var sides = func() (out [32]float64) {
	for i, k := range []int{0, 8, 12, 4, 15, 1, 9, 7, 14, 2, 10, 6, 13, 3, 11, 5} {
		out[i], out[16+i] = float64(k)*math.Pi/8, (float64(k)+.5)*math.Pi/8
	}
	return out
}()

// step pulls a direction to a side: -1, 0 or 1.
func step(v float64) float64 {
	switch {
	case v > .3:
		return 1
	case v < -.3:
		return -1
	}
	return 0
}

// free tells whether a label for dot i has the place for itself.
func (l *labelling) free(c mapLabel, i int) bool {
	if c.Left < 2 || c.Top < 2 || c.Right > l.w-2 || c.Bottom > l.h-2 || c.Meets(scaleBox(l.w, l.h)) {
		return false
	}
	for _, d := range l.dots {
		if c.Meets(around(d, DotRadius+1)) {
			return false
		}
	}
	line := l.line(c, i)
	for k, o := range l.labels {
		if o.Text == "" || k == i {
			continue
		}
		other := l.line(o, k)
		if c.Meets(o.Box) || o.Line && c.Crossed(other[0], other[1]) {
			return false
		}
		if c.Line && (o.Crossed(line[0], line[1]) || o.Line && !l.loose && meet(line, other)) {
			return false
		}
	}
	return !c.Line || c.Number || l.clear(line, i)
}

// line is where the line of a label of dot i would run.
func (l *labelling) line(c mapLabel, i int) [2]Dot {
	x, y := c.Near(l.dots[i])
	return [2]Dot{l.dots[i], {x, y}}
}

// clear tells whether a line from dot i meets no other dot; two at one address
// are one. A number's line may run under dots, for those in the midst of others.
func (l *labelling) clear(line [2]Dot, i int) bool {
	d := l.dots[i]
	for k, o := range l.dots {
		if k != i && math.Hypot(o.X-d.X, o.Y-d.Y) >= DotRadius && around(o, DotRadius).Crossed(line[0], line[1]) {
			return false
		}
	}
	return true
}

func around(d Dot, r float64) Box { return Box{d.X - r, d.Y - r, d.X + r, d.Y + r} }

// meet tells whether two lines cross.
func meet(a, b [2]Dot) bool {
	side := func(p, q, r Dot) float64 { return (q.X-p.X)*(r.Y-p.Y) - (q.Y-p.Y)*(r.X-p.X) }
	return side(a[0], a[1], b[0])*side(a[0], a[1], b[1]) < 0 && side(b[0], b[1], a[0])*side(b[0], b[1], a[1]) < 0
}
