package pdf

import (
	"fmt"
	"strings"

	"github.com/boombuler/barcode/code128"
	"github.com/boombuler/barcode/qr"

	"github.com/brevstemme/brevstemme/models"
)

// The least width of a module that cheap scanners and a worn laser printer read
// (Code 128 and QR), and the quiet zone of Code 128 in modules (ISO/IEC 15417).
const (
	minModule128 = 0.25 // mm
	maxModule128 = 0.42
	quiet128     = 10
	quietQR      = 4
	minModuleQR  = 0.5
)

// code128Bars draws text as Code 128 inside w, centred, with its quiet zones.
// Bars are rectangles, not an image: sharper and smaller.
func code128Bars(text string, w, h float64) ([]bar, error) {
	c, err := code128.Encode(text)
	if err != nil {
		return nil, models.Invalid("number", "pdf.error.code", text).Because(err)
	}
	n := c.Bounds().Dx()
	m := min(maxModule128, w/float64(n+2*quiet128))
	if m < minModule128 {
		return nil, models.Invalid("number", "pdf.error.code", text)
	}
	x0 := (w - m*float64(n)) / 2
	var bars []bar
	for x := 0; x < n; x++ {
		start := x
		for x < n && dark(c.At(x, 0).RGBA()) {
			x++
		}
		if x > start {
			bars = append(bars, bar{x0 + float64(start)*m, 0, float64(x-start) * m, h})
		}
	}
	return bars, nil
}

func dark(r, _, _, _ uint32) bool { return r < 0x8000 }

// symbol is an encoded QR code, error correction M: n modules a side, and the runs
// of dark ones in each line.
type symbol struct {
	n    int
	dark []struct{ x, y, w int }
}

func encodeQR(text string) (symbol, error) {
	c, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return symbol{}, models.Invalid("code", "pdf.error.code", text[:min(len(text), 40)]).Because(err)
	}
	q := symbol{n: c.Bounds().Dx()}
	for y := range q.n {
		for x := 0; x < q.n; x++ {
			start := x
			for x < q.n && dark(c.At(x, y).RGBA()) {
				x++
			}
			if x > start {
				q.dark = append(q.dark, struct{ x, y, w int }{start, y, x - start})
			}
		}
	}
	return q, nil
}

// bars fill a square of side w, quiet zone included.
func (q symbol) bars(w float64) ([]bar, error) {
	m := w / float64(q.n+2*quietQR)
	if m < minModuleQR {
		return nil, models.Invalid("code", "pdf.error.code", "")
	}
	bars := make([]bar, len(q.dark))
	for i, d := range q.dark {
		bars[i] = bar{float64(d.x+quietQR) * m, float64(d.y+quietQR) * m, float64(d.w) * m, m}
	}
	return bars, nil
}

// side is how wide the code must be drawn, with a frame of a millimetre.
func (q symbol) side() float64 { return float64(q.n+2*quietQR)*minModuleQR*1.04 + 2 }

// qrBars draws text as a QR code in a square of side w.
func qrBars(text string, w float64) ([]bar, error) {
	q, err := encodeQR(text)
	if err != nil {
		return nil, err
	}
	return q.bars(w)
}

// QRPath is text as a QR code for a page: its side in modules, quiet zone
// included, and the path of an SVG in a view box of that side, black on white.
func QRPath(text string) (side int, path string, err error) {
	q, err := encodeQR(text)
	var b strings.Builder
	for _, d := range q.dark {
		fmt.Fprintf(&b, "M%d %dh%dv1h-%dz", d.x+quietQR, d.y+quietQR, d.w, d.w)
	}
	return q.n + 2*quietQR, b.String(), err
}

// codeItems is a Code 128 with its characters below in type of a size, for a
// table or a label.
func (s *sheet) codeItems(value string, size, x, y, w, h float64) []item {
	bars, err := code128Bars(value, w, h)
	if err != nil {
		s.fail(err)
		return nil
	}
	items := []item{{kind: barsItem, x: x, y: y, w: w, h: h, bars: bars, text: value}}
	return append(items, textAt(models.GroupSerial(value), mono, size, x, y+h+0.4, w, centre)...)
}

// qrItem is a QR code in a square of side w.
func (s *sheet) qrItem(value string, x, y, w float64) []item {
	bars, err := s.symbol(value).bars(w)
	if err != nil {
		s.fail(err)
		return nil
	}
	return []item{{kind: barsItem, x: x, y: y, w: w, h: w, bars: bars, text: value}}
}

// symbol encodes text, once for all documents of a file: the halves of a handover
// carry the same code. What cannot be encoded fails the document.
func (s *sheet) symbol(text string) symbol {
	q, ok := s.codes[text]
	if ok {
		return q
	}
	q, err := encodeQR(text)
	if err != nil {
		s.fail(err)
		return symbol{}
	}
	if s.codes == nil {
		s.codes = map[string]symbol{}
	}
	s.codes[text] = q
	return q
}

func (s *sheet) fail(err error) {
	if s.err == nil {
		s.err = err
	}
}

// tooLong fails the document: a text does not fit where nothing may be left out.
func (s *sheet) tooLong() { s.fail(models.Invalid("form", "pdf.error.too_long")) }
