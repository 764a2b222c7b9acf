package pdf

import (
	"bytes"
	"compress/zlib"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/encoding/charmap"
)

// encoding writes a document's text in one byte a character: Windows-1252, with
// the other characters of the document in codes that it does not use. The PDF
// encoding's Differences names them (ISO 32000-1, 9.6.6; names "uniXXXX" after
// the Adobe Glyph List). One byte a character lets the font stand in the file
// as it was cut and compressed before.
type encoding struct {
	code  map[rune]byte
	extra string // the characters outside Windows-1252, in order
	diff  string // the PDF's /Differences
}

// extendedA names the block U+0100 to U+017F as the Adobe Glyph List does: every
// viewer knows the listed names, while "uniXXXX" asks for its rules as well.
var extendedA = strings.Fields(`
Amacron amacron Abreve abreve Aogonek aogonek Cacute cacute Ccircumflex ccircumflex Cdotaccent cdotaccent Ccaron ccaron Dcaron dcaron
Dcroat dcroat Emacron emacron Ebreve ebreve Edotaccent edotaccent Eogonek eogonek Ecaron ecaron Gcircumflex gcircumflex Gbreve gbreve
Gdotaccent gdotaccent Gcommaaccent gcommaaccent Hcircumflex hcircumflex Hbar hbar Itilde itilde Imacron imacron Ibreve ibreve Iogonek iogonek
Idotaccent dotlessi IJ ij Jcircumflex jcircumflex Kcommaaccent kcommaaccent kgreenlandic Lacute lacute Lcommaaccent lcommaaccent Lcaron lcaron Ldot
ldot Lslash lslash Nacute nacute Ncommaaccent ncommaaccent Ncaron ncaron napostrophe Eng eng Omacron omacron Obreve obreve Ohungarumlaut
ohungarumlaut OE oe Racute racute Rcommaaccent rcommaaccent Rcaron rcaron Sacute sacute Scircumflex scircumflex Scedilla scedilla Scaron
scaron Tcommaaccent tcommaaccent Tcaron tcaron Tbar tbar Utilde utilde Umacron umacron Ubreve ubreve Uring uring Uhungarumlaut
uhungarumlaut Uogonek uogonek Wcircumflex wcircumflex Ycircumflex ycircumflex Ydieresis Zacute zacute Zdotaccent zdotaccent Zcaron zcaron longs`)

// glyphName is the name of a character in the Adobe Glyph List.
func glyphName(r rune) string {
	switch {
	case r >= 0x100 && r < 0x180:
		return extendedA[r-0x100]
	case r == '−':
		return "minus"
	case r == '→':
		return "arrowright"
	}
	return fmt.Sprintf("uni%04X", r)
}

// latin1252 maps the characters of Windows-1252 to their codes.
var latin1252 = sync.OnceValue(func() map[rune]byte {
	m := map[rune]byte{}
	for c := 32; c < 256; c++ {
		if r := charmap.Windows1252.DecodeByte(byte(c)); r >= 32 && (r < 127 || r > 159) && r != 0xFFFD {
			m[r] = byte(c)
		}
	}
	return m
})

// encodingFor finds the encoding of a document; false when it has more
// characters than there are codes.
func encodingFor(pages []*page) (encoding, bool) {
	base := latin1252()
	extra := map[rune]bool{}
	var used [256]bool
	for _, p := range pages {
		p.each(func(it item) {
			if it.kind != textItem && it.kind != ghostItem {
				return // what a code says is not drawn as text
			}
			for _, r := range it.text {
				if c, ok := base[r]; ok {
					used[c] = true
				} else {
					extra[r] = true
				}
			}
		})
	}
	if len(extra) == 0 {
		return encoding{code: base}, true
	}
	return extendedEncoding(base, extra, used)
}

func extendedEncoding(base map[rune]byte, extra map[rune]bool, used [256]bool) (encoding, bool) {
	e := encoding{code: make(map[rune]byte, len(base))}
	for r, c := range base {
		if c < 127 || used[c] {
			e.code[r] = c
		}
	}
	rs := make([]rune, 0, len(extra))
	for r := range extra {
		rs = append(rs, r)
	}
	slices.Sort(rs)
	var diff []string
	next := 128
	for _, r := range rs {
		for next < 256 && used[next] {
			next++
		}
		if next == 256 {
			return encoding{}, false
		}
		e.code[r] = byte(next)
		diff = append(diff, fmt.Sprintf("%d /%s", next, glyphName(r)))
		next++
	}
	e.extra, e.diff = string(rs), strings.Join(diff, " ")
	return e, true
}

// cut is a font as it stands in the file.
type cut struct {
	compressed []byte // zlib; read only
	size       int    // before compression
}

type cutKey struct {
	face  face
	extra string
}

// cuts remembers cut fonts. The staff of a municipality brings the same few
// letters again and again; when there are more, it forgets all and begins anew.
var cuts = struct {
	sync.Mutex
	byKey map[cutKey]cut
}{byKey: map[cutKey]cut{}}

const maxCuts = 96 // of about 15 kB

func (p *preparedFont) cut(f face, e encoding) (cut, error) {
	key := cutKey{f, e.extra}
	cuts.Lock()
	c, ok := cuts.byKey[key]
	cuts.Unlock()
	if ok {
		return c, nil
	}
	runes := []rune(e.extra)
	for r := range latin1252() {
		runes = append(runes, r)
	}
	font := p.font.subset(runes, true)
	var z bytes.Buffer
	w := zlib.NewWriter(&z)
	if _, err := w.Write(font); err != nil {
		return cut{}, err
	}
	if err := w.Close(); err != nil {
		return cut{}, err
	}
	c = cut{z.Bytes(), len(font)}
	cuts.Lock()
	defer cuts.Unlock()
	if len(cuts.byKey) >= maxCuts {
		clear(cuts.byKey)
	}
	cuts.byKey[key] = c
	return c, nil
}

// definition is what gofpdf's makefont tool would write for the cut font.
func (p *preparedFont) definition(f face, e encoding, size int) ([]byte, error) {
	t := p.font
	name := [...]string{"BRVSTM+LiberationSans", "BRVSTM+LiberationSans-Bold", "BRVSTM+LiberationMono-Bold"}[f]
	cw := make([]int, 256)
	for r, c := range e.code {
		cw[c] = int(p.width[r])
	}
	return json.Marshal(map[string]any{
		"Tp": "TrueType", "Name": name, "Up": -100, "Ut": 50, "Cw": cw, "Enc": "cp1252", "Diff": e.diff,
		"File": name + ".z", "OriginalSize": size,
		"Desc": map[string]any{
			"Ascent": t.scaled(t.ascent), "Descent": t.scaled(t.descent), "CapHeight": t.scaled(t.capHeight),
			"Flags": 32, "StemV": 80, "MissingWidth": 500,
			"FontBBox": map[string]int{"Xmin": t.scaled(t.bbox[0]), "Ymin": t.scaled(t.bbox[1]), "Xmax": t.scaled(t.bbox[2]), "Ymax": t.scaled(t.bbox[3])},
		},
	})
}

// addTo gives the face to a gofpdf document in this encoding.
func (p *preparedFont) addTo(f face, e encoding, add func(family, style string, definition, font []byte)) error {
	c, err := p.cut(f, e)
	if err != nil {
		return err
	}
	def, err := p.definition(f, e, c.size)
	if err != nil {
		return err
	}
	family, style := f.family()
	add(family, style, def, c.compressed)
	return nil
}
