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

// qrRuns is text as a QR code, error correction M: its dark runs and its side,
// both in modules with the quiet zone included.
func qrRuns(text string) ([]bar, int, error) {
	c, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return nil, 0, models.Invalid("code", "pdf.error.code", text).Because(err)
	}
	n := c.Bounds().Dx()
	var runs []bar
	for y := range n {
		for x := 0; x < n; x++ {
			start := x
			for x < n && dark(c.At(x, y).RGBA()) {
				x++
			}
			if x > start {
				runs = append(runs, bar{float64(start + quietQR), float64(y + quietQR), float64(x - start), 1})
			}
		}
	}
	return runs, n + 2*quietQR, nil
}

// qrBars draws text as a QR code filling a square of side w, quiet zone included.
func qrBars(text string, w float64) ([]bar, error) {
	runs, n, err := qrRuns(text)
	if err != nil {
		return nil, err
	}
	m := w / float64(n)
	if m < minModuleQR {
		return nil, models.Invalid("code", "pdf.error.code", text)
	}
	for i, r := range runs {
		runs[i] = bar{r.x * m, r.y * m, r.w * m, m}
	}
	return runs, nil
}

// QRPath is text as a QR code for a page: its side in modules, quiet zone
// included, and the path of an SVG in a view box of that side, black on white.
func QRPath(text string) (side int, path string, err error) {
	runs, side, err := qrRuns(text)
	var b strings.Builder
	for _, r := range runs {
		fmt.Fprintf(&b, "M%g %gh%gv1h-%gz", r.x, r.y, r.w, r.w)
	}
	return side, b.String(), err
}

// qrWidth is how wide a QR code must be drawn, with a frame of a millimetre.
func qrWidth(text string) (float64, error) {
	c, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return 0, models.Invalid("code", "pdf.error.code", text[:min(len(text), 40)]).Because(err)
	}
	return float64(c.Bounds().Dx()+2*quietQR)*minModuleQR*1.04 + 2, nil
}

// codeItems is a Code 128 with its characters below, for a table or a label.
func (s *sheet) codeItems(value string, x, y, w, h float64) []item {
	bars, err := code128Bars(value, w, h)
	if err != nil {
		s.fail(err)
		return nil
	}
	items := []item{{kind: barsItem, x: x, y: y, w: w, h: h, bars: bars, text: value}}
	size := sizeBody
	if h > 12 {
		size = 13
	}
	return append(items, textAt(models.GroupSerial(value), mono, size, x, y+h+0.4, w, centre)...)
}

// qrItem is a QR code in a square of side w.
func (s *sheet) qrItem(value string, x, y, w float64) []item {
	bars, err := qrBars(value, w)
	if err != nil {
		s.fail(err)
		return nil
	}
	return []item{{kind: barsItem, x: x, y: y, w: w, h: w, bars: bars, text: value}}
}

func (s *sheet) fail(err error) {
	if s.err == nil {
		s.err = err
	}
}

// tooLong fails the document: a text does not fit where nothing may be left out.
func (s *sheet) tooLong() { s.fail(models.Invalid("form", "pdf.error.too_long")) }
