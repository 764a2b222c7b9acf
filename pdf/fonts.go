package pdf

import (
	"sync"
	"unicode"

	"github.com/go-fonts/liberation/liberationmonobold"
	"github.com/go-fonts/liberation/liberationsansbold"
	"github.com/go-fonts/liberation/liberationsansregular"
)

// face is one of the three faces a form uses.
type face uint8

const (
	regular face = iota
	bold
	mono // serials, seal numbers and the journal's head: 0/O and 1/I must differ
	faces
)

func (f face) String() string { return [...]string{"regular", "bold", "mono"}[f] }

// family and style name the face to gofpdf.
func (f face) family() (string, string) {
	return [...]string{"sans", "sans", "mono"}[f], [...]string{"", "B", "B"}[f]
}

// preparedFont is a face parsed once per process. A document's text is written
// in one byte a character (encoding.go), with a font cut once and compressed
// once; wide is for the rare text with more characters than bytes have values:
// gofpdf cuts it per document, which takes ten times as long.
type preparedFont struct {
	font   *trueType
	width  []uint16 // by character up to widthLimit, thousandths of the size; 0 = none
	wide   []byte   // cut of everything drawable; clone before handing to gofpdf, which writes into it
	ascent float64  // share of the size above the baseline
}

const widthLimit = 0x2600

// fontSet is every face, prepared at first use.
var fontSet = sync.OnceValues(func() (*[faces]preparedFont, error) {
	var parsed [faces]*trueType
	for f, data := range [faces][]byte{liberationsansregular.TTF, liberationsansbold.TTF, liberationmonobold.TTF} {
		t, err := parseTrueType(data)
		if err != nil {
			return nil, err
		}
		parsed[f] = t
	}
	runes := drawableRunes(parsed[:])
	var set [faces]preparedFont
	for f, t := range parsed {
		set[f] = prepare(t, runes)
	}
	return &set, nil
})

// drawableRunes are the characters that all faces hold and that need no shaping:
// Latin, Greek, Cyrillic, punctuation, digits and signs. Scripts written from
// right to left are left out: gofpdf would draw them in the wrong order.
func drawableRunes(fonts []*trueType) []rune {
	var out []rune
	for r := rune(32); r < widthLimit; r++ {
		if r == 0xAD || !(unicode.In(r, unicode.Latin, unicode.Greek, unicode.Cyrillic, unicode.Common) && unicode.IsPrint(r) || r == 0xA0) {
			continue
		}
		all := true
		for _, t := range fonts {
			all = all && t.glyphOf[r] != 0
		}
		if all {
			out = append(out, r)
		}
	}
	return out
}

func prepare(t *trueType, runes []rune) preparedFont {
	p := preparedFont{font: t, width: make([]uint16, widthLimit), ascent: float64(t.ascent) / float64(t.unitsPerEm)}
	for _, r := range runes {
		p.width[r] = uint16(t.scaled(t.advance[t.glyphOf[r]]))
	}
	p.wide = t.subset(runes, false)
	return p
}

func (t *trueType) scaled(v int) int { return (v*1000 + t.unitsPerEm/2) / t.unitsPerEm }

// mmPerPoint is the millimetres in a typographic point (1/72 inch).
const mmPerPoint = 25.4 / 72

// textWidth is the width of s in millimetres; s must be clean.
func textWidth(s string, f face, size float64) float64 {
	set, err := fontSet()
	if err != nil {
		return 0
	}
	w, width := 0, set[f].width
	for _, r := range s {
		if r < widthLimit {
			w += int(width[r])
		}
	}
	return float64(w) * size * mmPerPoint / 1000
}
