package pdf

import (
	"fmt"
	"strings"
)

// A document is laid out into a tree before anything is drawn: pages hold
// strips (header, blocks, foot), strips hold items. Golden tests print the tree,
// the overlap test walks it, and only draw.go knows gofpdf. All measures are
// millimetres from the page's upper left corner; sizes of type are points.

type align uint8

const (
	left align = iota
	centre
	right
)

type itemKind uint8

const (
	textItem  itemKind = iota
	boxItem            // rectangle: stroked, or filled when fill is set
	ruleItem           // straight line from (x,y) to (x+w,y+h)
	barsItem           // black rectangles of a code, relative to (x,y)
	ghostItem          // large grey text behind the page (exercise)
)

// item is one mark on the paper. Text sits in its box: y is the top of the
// line, h its height, and the box is as wide as the text.
type item struct {
	kind       itemKind
	x, y, w, h float64
	text       string
	face       face
	size       float64 // points
	line       float64 // stroke width
	fill       colour
	ink        colour // of text; black when zero
	bars       []bar
	dashed     bool
	mark       bool // part of the mark, the one thing in which a reprint differs
}

// bar is a black rectangle in millimetres.
type bar struct{ x, y, w, h float64 }

// colour is "no colour" when unset, so that the zero item is black on nothing.
type colour struct {
	set     bool
	r, g, b uint8
}

func grey(v uint8) colour { return colour{true, v, v, v} }

var white = grey(255)

// strip is a slice of the page across the full width that never breaks.
type strip struct {
	name     string
	h        float64
	items    []item  // relative to the strip's upper left corner
	keepNext bool    // must stand on the same page as the next strip
	keepPrev bool    // must stand on the same page as the one before
	repeat   []strip // stands again at the head of a page that starts with this strip
	newPage  bool
}

// page is a finished sheet; its items are absolute.
type page struct {
	w, h   float64
	strips []strip
	tops   []float64
	x      float64 // left edge of the strips
}

// place puts a strip at y.
func (p *page) place(s strip, y float64) {
	p.strips = append(p.strips, s)
	p.tops = append(p.tops, y)
}

// each calls f for every item with its absolute position.
func (p *page) each(f func(it item)) {
	for i := range p.strips {
		for _, it := range p.strips[i].items {
			it.x += p.x
			it.y += p.tops[i]
			f(it)
		}
	}
}

// treeText prints pages as an indented tree, one item a line, tenths of a millimetre.
func treeText(pages []*page) string {
	var b strings.Builder
	for n, p := range pages {
		fmt.Fprintf(&b, "page %d %.0fx%.0f\n", n+1, p.w, p.h)
		for i, s := range p.strips {
			fmt.Fprintf(&b, "  %s y=%.1f h=%.1f\n", s.name, p.tops[i], s.h)
			for _, it := range s.items {
				fmt.Fprintf(&b, "    %s\n", itemText(it))
			}
		}
	}
	return b.String()
}

func itemText(it item) string {
	at := fmt.Sprintf("%.1f,%.1f %.1fx%.1f", it.x, it.y, it.w, it.h)
	switch it.kind {
	case textItem, ghostItem:
		return fmt.Sprintf("text %s %s %g %q", at, it.face, it.size, it.text)
	case boxItem:
		if it.fill.set {
			return fmt.Sprintf("fill %s #%02x%02x%02x", at, it.fill.r, it.fill.g, it.fill.b)
		}
		return "box  " + at
	case ruleItem:
		return "rule " + at
	default:
		return fmt.Sprintf("bars %s %d bars %q", at, len(it.bars), it.text)
	}
}
