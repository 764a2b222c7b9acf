package pdf

import (
	"fmt"
	"strings"

	"rsc.io/qr/coding"

	"github.com/brevstemme/brevstemme/models"
)

// symbol is an encoded QR code, error correction M: n modules a side, and the runs
// of dark ones in each line.
type symbol struct {
	n    int
	dark []struct{ x, y, w int }
}

// encodeQR draws text in the smallest version that holds it, with the mask that
// scanners find easiest: the least penalty by ISO/IEC 18004 § 7.8.3 and qrDecoys.
// rsc.io/qr lays the code out with a mask that it is told.
func encodeQR(text string) (symbol, error) {
	enc := qrMode(text)
	version := coding.Version(coding.MinVersion)
	for version <= coding.MaxVersion && enc.Bits(version) > version.DataBytes(coding.M)*8 {
		version++
	}
	if text == "" || version > coding.MaxVersion {
		return symbol{}, models.Invalid("code", "pdf.error.code", text[:min(len(text), 40)])
	}
	n := 17 + 4*int(version)
	var best []byte
	least := 0
	for mask := range coding.Mask(8) {
		modules, err := qrModules(enc, version, mask)
		if err != nil {
			return symbol{}, models.Invalid("code", "pdf.error.code", text[:min(len(text), 40)]).Because(err)
		}
		if p := qrPenalty(n, modules) + qrDecoys(n, modules); best == nil || p < least {
			best, least = modules, p
		}
	}
	q := symbol{n: n}
	for y := range n {
		for x := 0; x < n; x++ {
			start := x
			for x < n && best[y*n+x] == 1 {
				x++
			}
			if x > start {
				q.dark = append(q.dark, struct{ x, y, w int }{start, y, x - start})
			}
		}
	}
	return q, nil
}

// qrMode is the densest way to write text: digits, the 45 characters of a QR code's
// capital alphabet, or bytes.
func qrMode(text string) coding.Encoding {
	switch {
	case coding.Num(text).Check() == nil:
		return coding.Num(text)
	case coding.Alpha(text).Check() == nil:
		return coding.Alpha(text)
	}
	return coding.String(text)
}

// qrModules are the modules line by line, 1 dark and 0 light.
func qrModules(enc coding.Encoding, version coding.Version, mask coding.Mask) ([]byte, error) {
	plan, err := coding.NewPlan(version, coding.M, mask)
	if err != nil {
		return nil, err
	}
	code, err := plan.Encode(enc)
	if err != nil {
		return nil, err
	}
	modules := make([]byte, code.Size*code.Size)
	for y := range code.Size {
		for x := range code.Size {
			modules[y*code.Size+x] = code.Bitmap[y*code.Stride+x/8] >> (7 - x&7) & 1
		}
	}
	return modules, nil
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
