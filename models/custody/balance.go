package custody

import (
	"cmp"
	"fmt"
	"slices"
)

// Balance is what one holder has of one item. What lies in a container counts
// where the outermost container stands.
type Balance struct {
	Holder string
	Item   string
	N      int64
}

// HolderSum is one holder of a Line.
type HolderSum struct {
	Holder string           `json:"holder"`
	Class  Class            `json:"class"`
	Kinds  map[string]int64 `json:"kinds"` // Own, "other", Unknown
	Total  int64            `json:"total"`
}

// Line is the conservation line of an election:
// received = on hand + forwarded + delivered + voided (+ difference).
type Line struct {
	Election string           `json:"election"`
	Received int64            `json:"received"` // what the sources gave
	Class    map[Class]int64  `json:"class"`    // the right side
	Kinds    map[string]int64 `json:"kinds"`
	Sum      int64            `json:"sum"`     // of the right side
	Holders  []HolderSum      `json:"holders"` // without sources, largest first within a class
	Unknown  []string         `json:"unknown"` // holders of no known class: a bug or a planted entry
}

// RightSide is the order of the terms.
var RightSide = []Class{ClassOnHand, ClassForwarded, ClassDelivered, ClassVoided, ClassDifference}

// Holds tells whether the line adds up.
func (l Line) Holds() bool { return l.Received == l.Sum && len(l.Unknown) == 0 }

// Conserve adds up the envelopes of an election.
func Conserve(election string, in []Balance) Line {
	l := Line{Election: election, Class: map[Class]int64{}, Kinds: map[string]int64{}, Unknown: []string{}, Holders: []HolderSum{}}
	at := map[string]*HolderSum{}
	for _, b := range in {
		e, dest, ok := EnvelopeOf(b.Item)
		if !ok || e != election {
			continue
		}
		class := Classify(b.Holder)
		switch class {
		case ClassSource:
			l.Received -= b.N
			continue
		case "":
			l.Unknown = append(l.Unknown, b.Holder)
		}
		h := at[b.Holder]
		if h == nil {
			h = &HolderSum{Holder: b.Holder, Class: class, Kinds: map[string]int64{}}
			at[b.Holder] = h
		}
		h.Kinds[Kind(dest)] += b.N
		h.Total += b.N
		l.Class[class] += b.N
		l.Kinds[Kind(dest)] += b.N
		l.Sum += b.N
	}
	for _, h := range at {
		l.Holders = append(l.Holders, *h)
	}
	order := func(c Class) int { return slices.Index(RightSide, c) }
	slices.SortFunc(l.Holders, func(a, b HolderSum) int {
		return cmp.Or(cmp.Compare(order(a.Class), order(b.Class)), cmp.Compare(b.Total, a.Total), cmp.Compare(a.Holder, b.Holder))
	})
	return l
}

// Node is a bar of the flow picture; Band leads from the source to it.
type Node struct {
	X, Y, W, H   int
	TextX, TextY int
	Label        string
	N            int64
	Class        Class
	Path         string // of the band, "" for the source
}

// Flow is the conservation line as a picture: source → holders → sinks, in the
// units of an SVG view box.
type Flow struct {
	Width, Height int
	Nodes         []Node
}

const (
	flowWidth  = 720
	flowBar    = 14
	flowHeight = 260 // of the source's bar
	flowGap    = 34  // between bars: room for a label
)

// Draw makes the picture. name says what a holder is called; holders on hand
// are grouped by kind, so that the picture stays readable with 40 places.
func Draw(l Line, name func(holder string) string) Flow {
	groups := grouped(l)
	f := Flow{Width: flowWidth, Height: 40}
	if l.Received <= 0 {
		return f
	}
	sourceH := max(flowHeight, 1)
	y, from := 30, 30
	for _, g := range groups {
		h := max(int(int64(sourceH)*g.Total/l.Received), 2)
		x := flowWidth/2 - 120
		if g.Class != ClassOnHand {
			x = flowWidth - 260
		}
		band := max(h, 2)
		n := Node{X: x, Y: y, W: flowBar, H: h, TextX: x + flowBar + 8, TextY: y + h/2 + 5, Label: name(g.Holder), N: g.Total, Class: g.Class}
		mid := (flowBar + x) / 2
		n.Path = fmt.Sprintf("M%d %dC%d %d %d %d %d %dL%d %dC%d %d %d %d %d %dZ", flowBar, from, mid, from, mid, y, x, y, x, y+h, mid, y+h, mid, from+band, flowBar, from+band)
		f.Nodes = append(f.Nodes, n)
		from += band
		y += h + flowGap
	}
	f.Nodes = append([]Node{{X: 0, Y: 30, W: flowBar, H: max(from-30, 2), TextX: 0, TextY: 20, Label: name(Voter), N: l.Received, Class: ClassSource}}, f.Nodes...)
	f.Height = max(y, from) + 10
	return f
}

// grouped puts holders of a kind together; negative differences are not drawn.
func grouped(l Line) []HolderSum {
	var out []HolderSum
	for _, h := range l.Holders {
		kind := HolderKind(h.Holder)
		i := slices.IndexFunc(out, func(g HolderSum) bool { return g.Holder == kind })
		if i < 0 {
			out = append(out, HolderSum{Holder: kind, Class: h.Class})
			i = len(out) - 1
		}
		out[i].Total += h.Total
	}
	out = slices.DeleteFunc(out, func(g HolderSum) bool { return g.Total <= 0 })
	slices.SortStableFunc(out, func(a, b HolderSum) int {
		return cmp.Compare(slices.Index(RightSide, a.Class), slices.Index(RightSide, b.Class))
	})
	return out
}
