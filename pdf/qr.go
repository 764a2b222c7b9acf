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
// scanners find easiest. rsc.io/qr lays the code out with a mask that it is told;
// choosing one (ISO/IEC 18004 § 7.8.3) is done here.
func encodeQR(text string) (symbol, error) {
	enc := qrMode(text)
	version := coding.Version(coding.MinVersion)
	for version <= coding.MaxVersion && enc.Bits(version) > version.DataBytes(coding.M)*8 {
		version++
	}
	if text == "" || version > coding.MaxVersion {
		return symbol{}, models.Invalid("code", "pdf.error.code", text[:min(len(text), 40)])
	}
	var best []byte
	n, least := 0, 0
	for mask := range coding.Mask(8) {
		modules, err := qrModules(enc, version, mask)
		if err != nil {
			return symbol{}, models.Invalid("code", "pdf.error.code", text[:min(len(text), 40)]).Because(err)
		}
		n = 17 + 4*int(version)
		if p := qrPenalty(n, modules); best == nil || p < least {
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

// qrPenalty tells how hard a code of n×n modules is to read: runs of five and more,
// blocks of 2×2, what looks like a finder, and how far dark and light are from even.
func qrPenalty(n int, m []byte) int {
	p, dark := 0, 0
	for i := range n {
		p += qrLine(n, m[i*n:], 1) + qrLine(n, m[i:], n)
	}
	for i, v := range m {
		dark += int(v)
		if i%n > 0 && i >= n {
			if sum := v + m[i-1] + m[i-n] + m[i-n-1]; sum == 0 || sum == 4 {
				p += 3
			}
		}
	}
	off := dark*100 - n*n*50
	return p + max(off, -off)/(n*n*5)*10
}

// qrLine is the penalty of one row or column: every step-th of m, n modules.
func qrLine(n int, m []byte, step int) int {
	const (
		last11      = 1<<11 - 1
		finderLight = 0b10111010000
		lightFinder = 0b00001011101
	)
	p, run, seen := 0, 0, 0
	before := byte(2)
	for i := range n {
		v := m[i*step]
		if v == before {
			run++
		} else {
			before, run = v, 1
		}
		switch {
		case run == 5:
			p += 3
		case run > 5:
			p++
		}
		seen = (seen<<1 | int(v)) & last11
		if i >= 10 && (seen == finderLight || seen == lightFinder) {
			p += 40
		}
	}
	return p
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
