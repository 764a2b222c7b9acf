package pdf

import (
	"bytes"
	"compress/zlib"
	"encoding/json"
	"sync"
	"unicode"

	"github.com/go-fonts/liberation/liberationmonobold"
	"github.com/go-fonts/liberation/liberationsansbold"
	"github.com/go-fonts/liberation/liberationsansregular"
	"golang.org/x/text/encoding/charmap"
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

// preparedFont is a face parsed, cut and compressed once per process. Narrow
// means Windows-1252 (every Danish form): the font goes into the file as it
// stands. Wide means any other drawable text: gofpdf cuts it per document.
type preparedFont struct {
	width      []uint16 // by character up to widthLimit, thousandths of the size; 0 = none
	definition []byte   // gofpdf's JSON font definition, narrow
	compressed []byte   // zlib of the narrow cut; read only
	wide       []byte   // cut of everything drawable; clone before handing to gofpdf, which writes into it
	ascent     float64  // share of the size above the baseline
}

const widthLimit = 0x2600

// narrowExtra fills the five free codes of Windows-1252 with signs that forms
// use; the PDF encoding's Differences names them.
var narrowExtra = map[rune]byte{'−': 0x81, '→': 0x8D, '≤': 0x8F, '≥': 0x90, '≠': 0x9D}

const narrowDiff = "129 /minus 141 /arrowright 143 /lessequal /greaterequal 157 /notequal"

// narrowCode maps characters to the codes of the narrow encoding.
var narrowCode = sync.OnceValue(func() map[rune]byte {
	m := map[rune]byte{}
	for c := 32; c < 256; c++ {
		if r := charmap.Windows1252.DecodeByte(byte(c)); r >= 32 && (r < 127 || r > 159) && r != 0xFFFD {
			m[r] = byte(c)
		}
	}
	for r, c := range narrowExtra {
		m[r] = c
	}
	return m
})

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
		p, err := prepare(face(f), t, runes)
		if err != nil {
			return nil, err
		}
		set[f] = p
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

func prepare(f face, t *trueType, runes []rune) (preparedFont, error) {
	p := preparedFont{width: make([]uint16, widthLimit), ascent: float64(t.ascent) / float64(t.unitsPerEm)}
	for _, r := range runes {
		p.width[r] = uint16(t.scaled(t.advance[t.glyphOf[r]]))
	}
	var narrow []rune
	for r := range narrowCode() {
		narrow = append(narrow, r)
	}
	cut := t.subset(narrow)
	var z bytes.Buffer
	w := zlib.NewWriter(&z)
	if _, err := w.Write(cut); err != nil {
		return p, err
	}
	if err := w.Close(); err != nil {
		return p, err
	}
	p.compressed = z.Bytes()
	p.wide = t.subset(runes)
	def, err := json.Marshal(t.definition(f, len(cut), p.width))
	p.definition = def
	return p, err
}

func (t *trueType) scaled(v int) int { return (v*1000 + t.unitsPerEm/2) / t.unitsPerEm }

// definition is what gofpdf's makefont tool would write for the cut font.
func (t *trueType) definition(f face, size int, width []uint16) map[string]any {
	name := [...]string{"BRVSTM+LiberationSans", "BRVSTM+LiberationSans-Bold", "BRVSTM+LiberationMono-Bold"}[f]
	cw := make([]int, 256)
	for r, c := range narrowCode() {
		cw[c] = int(width[r])
	}
	return map[string]any{
		"Tp": "TrueType", "Name": name, "Up": -100, "Ut": 50, "Cw": cw, "Enc": "cp1252", "Diff": narrowDiff,
		"File": name + ".z", "OriginalSize": size,
		"Desc": map[string]any{
			"Ascent": t.scaled(t.ascent), "Descent": t.scaled(t.descent), "CapHeight": t.scaled(t.capHeight),
			"Flags": 32, "StemV": 80, "MissingWidth": 500,
			"FontBBox": map[string]int{"Xmin": t.scaled(t.bbox[0]), "Ymin": t.scaled(t.bbox[1]), "Xmax": t.scaled(t.bbox[2]), "Ymax": t.scaled(t.bbox[3])},
		},
	}
}

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
