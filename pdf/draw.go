package pdf

import (
	"bytes"
	"slices"
	"strconv"

	"github.com/jung-kurt/gofpdf"
)

// canvas draws page trees with gofpdf. Shapes and narrow text are written as
// content operators straight away, many times faster than gofpdf's Cell; fonts,
// objects, pages and the file itself are gofpdf's. No other file knows gofpdf.
type canvas struct {
	pdf    *gofpdf.Fpdf
	fonts  *[faces]preparedFont
	enc    encoding
	wide   bool // more characters than the encoding has codes
	added  [faces]bool
	buf    []byte
	h      float64 // page height, mm
	face   face
	size   float64
	chosen bool
	ink    colour
	marked bool // inside the marked content of the mark
}

// ptPerMM turns millimetres into the points of PDF coordinates.
const ptPerMM = 72 / 25.4

func newCanvas(pages []*page, compress bool) (*canvas, error) {
	set, err := fontSet()
	if err != nil {
		return nil, err
	}
	c := &canvas{pdf: gofpdf.New("P", "mm", "A4", ""), fonts: set}
	c.pdf.SetAutoPageBreak(false, 0)
	c.pdf.SetMargins(0, 0, 0)
	c.pdf.SetCatalogSort(true)
	c.pdf.SetCompression(compress)
	enc, fits := encodingFor(pages)
	c.enc, c.wide = enc, !fits
	return c, nil
}

func (c *canvas) page(p *page) {
	c.pdf.AddPageFormat("P", gofpdf.SizeType{Wd: p.w, Ht: p.h})
	c.h, c.chosen, c.ink = p.h, false, colour{}
	c.buf = c.buf[:0]
	p.each(func(it item) {
		if it.kind == ghostItem {
			c.ghost(it, p)
		}
	})
	p.each(func(it item) {
		c.marking(it.mark)
		c.item(it)
	})
	c.marking(false)
	c.flush()
}

// marking begins or ends the marked content that holds the mark. It leaves black
// ink, whatever the mark's was, so that what follows is the same on a reprint.
func (c *canvas) marking(on bool) {
	switch {
	case on == c.marked:
		return
	case on:
		c.op("/Mark BMC\n")
	default:
		c.ink = white
		c.setInk(colour{})
		c.op("EMC\n")
	}
	c.marked = on
}

func (c *canvas) flush() {
	if len(c.buf) > 0 {
		c.pdf.RawWriteBuf(bytes.NewReader(c.buf))
		c.buf = c.buf[:0]
	}
}

func (c *canvas) item(it item) {
	switch it.kind {
	case textItem:
		c.text(it)
	case boxItem:
		c.box(it)
	case ruleItem:
		c.width(it.line)
		c.point(it.x, it.y)
		c.op(" m ")
		c.point(it.x+it.w, it.y+it.h)
		c.op(" l S\n")
	case barsItem:
		c.setInk(colour{})
		for _, b := range it.bars {
			c.rect(it.x+b.x, it.y+b.y, b.w, b.h)
		}
		c.op("f\n")
	}
}

func (c *canvas) box(it item) {
	if it.fill.set {
		c.setInk(it.fill)
		c.rect(it.x, it.y, it.w, it.h)
		c.op("f\n")
		return
	}
	c.width(it.line)
	if it.dashed {
		c.op("[2 2] 0 d ")
	}
	c.rect(it.x, it.y, it.w, it.h)
	c.op("S\n")
	if it.dashed {
		c.op("[] 0 d\n")
	}
}

func (c *canvas) text(it item) {
	c.setInk(it.ink)
	c.font(it.face, it.size)
	y := it.y + baseline(c.fonts, it)
	if c.wide {
		c.flush()
		c.pdf.Text(it.x, y, it.text)
		return
	}
	c.op("BT ")
	c.point(it.x, y)
	c.op(" Td (")
	c.narrow(it.text)
	c.op(") Tj ET\n")
}

// baseline is the distance from the top of a line to its baseline: the ascent,
// with the extra leading shared above and below.
func baseline(set *[faces]preparedFont, it item) float64 {
	return it.size * mmPerPoint * (set[it.face].ascent + (leading-1.15)/2)
}

// narrow writes text in the document's encoding, escaped.
func (c *canvas) narrow(s string) {
	for _, r := range s {
		b := byte(r)
		if r > 126 {
			b = c.enc.code[r]
		}
		if b == '(' || b == ')' || b == '\\' {
			c.buf = append(c.buf, '\\')
		}
		c.buf = append(c.buf, b)
	}
}

// ghost draws large grey text across the page, turned by 45 degrees.
func (c *canvas) ghost(it item, p *page) {
	c.setInk(grey(225))
	c.font(it.face, it.size)
	half := textWidth(it.text, it.face, it.size) / 2
	if c.wide {
		c.flush()
		c.pdf.TransformBegin()
		c.pdf.TransformRotate(45, p.w/2, p.h/2)
		c.pdf.Text(p.w/2-half, p.h/2, it.text)
		c.pdf.TransformEnd()
		return
	}
	const cos = 0.70711
	x, y := p.w/2-half*cos, p.h/2+half*cos
	c.op("BT 0.70711 0.70711 -0.70711 0.70711 ")
	c.point(x, y)
	c.op(" Tm (")
	c.narrow(it.text)
	c.op(") Tj ET\n")
}

// font chooses face and size, and gives gofpdf the face on its first use.
func (c *canvas) font(f face, size float64) {
	if c.chosen && c.face == f && c.size == size {
		return
	}
	family, style := f.family()
	if !c.added[f] {
		p := &c.fonts[f]
		if c.wide {
			c.pdf.AddUTF8FontFromBytes(family, style, slices.Clone(p.wide))
		} else if err := p.addTo(f, c.enc, c.pdf.AddFontFromBytes); err != nil {
			c.pdf.SetError(err)
		}
		c.added[f] = true
	}
	c.flush()
	c.pdf.SetFont(family, style, size)
	c.face, c.size, c.chosen = f, size, true
}

func (c *canvas) setInk(ink colour) {
	if ink == c.ink {
		return
	}
	c.ink = ink
	for _, v := range [3]uint8{ink.r, ink.g, ink.b} {
		c.buf = strconv.AppendFloat(c.buf, float64(v)/255, 'f', 3, 64)
		c.buf = append(c.buf, ' ')
	}
	c.op("rg\n")
}

func (c *canvas) op(s string) { c.buf = append(c.buf, s...) }

func (c *canvas) num(v float64) { c.buf = appendHundredths(c.buf, v) }

// appendHundredths writes v with two decimals, faster than strconv.
func appendHundredths(b []byte, v float64) []byte {
	if v < 0 {
		b, v = append(b, '-'), -v
	}
	n := int64(v*100 + 0.5)
	b = strconv.AppendInt(b, n/100, 10)
	return append(b, '.', byte('0'+n/10%10), byte('0'+n%10))
}

func (c *canvas) point(x, y float64) {
	c.num(x * ptPerMM)
	c.op(" ")
	c.num((c.h - y) * ptPerMM)
}

func (c *canvas) width(line float64) {
	c.num(line * ptPerMM)
	c.op(" w ")
}

// rect adds a rectangle to the path.
func (c *canvas) rect(x, y, w, h float64) {
	c.point(x, y+h)
	c.op(" ")
	c.num(w * ptPerMM)
	c.op(" ")
	c.num(h * ptPerMM)
	c.op(" re\n")
}
