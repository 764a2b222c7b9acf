package pdf

import (
	"github.com/boombuler/barcode/code128"

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
