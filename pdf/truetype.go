package pdf

import (
	"encoding/binary"
	"errors"
	"sort"
)

// trueType is the part of a TrueType font that layout and embedding need:
// which character has which glyph, how wide it is, and the raw tables.
// Format: Apple/Microsoft TrueType, tables head, hhea, hmtx, maxp, loca, glyf
// and cmap subtable (3,1) format 4.
type trueType struct {
	tables     map[string][]byte
	unitsPerEm int
	ascent     int // font units above the baseline
	descent    int // font units, negative
	capHeight  int
	bbox       [4]int
	glyphOf    map[rune]uint16
	advance    []int // by glyph, font units
	longLoca   bool
}

var errFont = errors.New("pdf: the embedded font cannot be read")

func parseTrueType(data []byte) (*trueType, error) {
	if len(data) < 12 {
		return nil, errFont
	}
	t := &trueType{tables: map[string][]byte{}, glyphOf: map[rune]uint16{}}
	for i := range int(u16(data, 4)) {
		e := data[12+16*i:]
		off, n := int(u32(e, 8)), int(u32(e, 12))
		if off+n > len(data) {
			return nil, errFont
		}
		t.tables[string(e[:4])] = data[off : off+n]
	}
	head, hhea, os2 := t.tables["head"], t.tables["hhea"], t.tables["OS/2"]
	if len(head) < 54 || len(hhea) < 36 || len(os2) < 90 || t.tables["glyf"] == nil {
		return nil, errFont
	}
	t.unitsPerEm = int(u16(head, 18))
	for i := range 4 {
		t.bbox[i] = int(int16(u16(head, 36+2*i)))
	}
	t.longLoca = u16(head, 50) == 1
	t.ascent, t.descent = int(int16(u16(hhea, 4))), int(int16(u16(hhea, 6)))
	t.capHeight = int(int16(u16(os2, 88)))
	t.readAdvances(int(u16(hhea, 34)), int(u16(t.tables["maxp"], 4)))
	return t, t.readCmap()
}

func u16(b []byte, i int) uint16 { return binary.BigEndian.Uint16(b[i:]) }
func u32(b []byte, i int) uint32 { return binary.BigEndian.Uint32(b[i:]) }

// readAdvances reads hmtx: n pairs (advance, bearing), then bearings only; the
// last advance holds for the rest.
func (t *trueType) readAdvances(n, glyphs int) {
	t.advance = make([]int, glyphs)
	for g := range glyphs {
		t.advance[g] = int(u16(t.tables["hmtx"], 4*min(g, n-1)))
	}
}

// readCmap reads the Windows Unicode subtable in format 4.
func (t *trueType) readCmap() error {
	cmap := t.tables["cmap"]
	for i := range int(u16(cmap, 2)) {
		e := cmap[4+8*i:]
		sub := cmap[u32(e, 4):]
		if u16(e, 0) == 3 && u16(e, 2) == 1 && u16(sub, 0) == 4 {
			t.readFormat4(sub)
			return nil
		}
	}
	return errFont
}

func (t *trueType) readFormat4(sub []byte) {
	n := int(u16(sub, 6)) / 2
	ends, starts := sub[14:], sub[16+2*n:]
	deltas, offsets := sub[16+4*n:], sub[16+6*n:]
	for s := range n {
		start, end := int(u16(starts, 2*s)), int(u16(ends, 2*s))
		delta, off := int(u16(deltas, 2*s)), int(u16(offsets, 2*s))
		for c := start; c <= end && c != 0xFFFF; c++ {
			g := c
			if off != 0 {
				if g = int(u16(offsets, 2*s+off+2*(c-start))); g == 0 {
					continue
				}
			}
			if g = (g + delta) & 0xFFFF; g != 0 {
				t.glyphOf[rune(c)] = uint16(g)
			}
		}
	}
}

// glyph is the outline of g, empty for a blank.
func (t *trueType) glyph(g int) []byte {
	loca, glyf := t.tables["loca"], t.tables["glyf"]
	if t.longLoca {
		return glyf[u32(loca, 4*g):u32(loca, 4*g+4)]
	}
	return glyf[2*int(u16(loca, 2*g)) : 2*int(u16(loca, 2*g+2))]
}

// Flags of a composite glyph's component (OpenType specification, glyf).
const (
	compWords        = 0x0001
	compScale        = 0x0008
	compMore         = 0x0020
	compXYScale      = 0x0040
	comp2x2          = 0x0080
	compInstructions = 0x0100
)

// components calls f with the offset of each component's flags in a composite.
func components(glyph []byte, f func(at int)) (end int) {
	at := 10
	for {
		flags := u16(glyph, at)
		f(at)
		at += 6
		if flags&compWords != 0 {
			at += 2
		}
		switch {
		case flags&compScale != 0:
			at += 2
		case flags&compXYScale != 0:
			at += 4
		case flags&comp2x2 != 0:
			at += 8
		}
		if flags&compMore == 0 {
			return at
		}
	}
}

// unhinted returns a glyph without its hinting program: paper at 600 dpi needs
// none, and half of a font's size is hints.
func unhinted(glyph []byte) []byte {
	if len(glyph) < 10 {
		return nil
	}
	contours := int(int16(u16(glyph, 0)))
	if contours < 0 {
		out := append([]byte(nil), glyph...)
		end := components(glyph, func(at int) {
			binary.BigEndian.PutUint16(out[at:], u16(glyph, at)&^compInstructions)
		})
		return out[:end]
	}
	at := 10 + 2*contours
	n := int(u16(glyph, at))
	out := append([]byte(nil), glyph[:at]...)
	out = append(out, 0, 0)
	return append(out, glyph[at+2+n:]...)
}

// closure is the set of glyphs that draw the runes, parts of composites included.
func (t *trueType) closure(runes []rune) map[int]bool {
	keep := map[int]bool{0: true}
	var add func(g int)
	add = func(g int) {
		if keep[g] && g != 0 {
			return
		}
		keep[g] = true
		if d := t.glyph(g); len(d) >= 10 && int16(u16(d, 0)) < 0 {
			components(d, func(at int) { add(int(u16(d, at+2))) })
		}
	}
	for _, r := range runes {
		add(int(t.glyphOf[r]))
	}
	return keep
}

// subset writes a font that holds the glyphs of the runes only. Glyphs keep
// their numbers, so composites and metrics stay as they are; the rest is empty.
// lean leaves out what a PDF does not ask for (name, OS/2, post), but gofpdf does.
func (t *trueType) subset(runes []rune, lean bool) []byte {
	keep := t.closure(runes)
	var glyf []byte
	loca := make([]byte, 0, 4*len(t.advance)+4)
	for g := range t.advance {
		loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))
		if keep[g] {
			glyf = append(glyf, unhinted(t.glyph(g))...)
			for len(glyf)%4 != 0 {
				glyf = append(glyf, 0)
			}
		}
	}
	loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))
	head := append([]byte(nil), t.tables["head"]...)
	binary.BigEndian.PutUint16(head[50:], 1)
	tables := map[string][]byte{
		"head": head, "hhea": t.tables["hhea"], "maxp": t.tables["maxp"], "hmtx": t.metricsOf(keep),
		"loca": loca, "glyf": glyf, "cmap": cmapFor(t, runes),
	}
	if !lean {
		tables["post"] = append([]byte{0, 3, 0, 0}, t.tables["post"][4:32]...)
		tables["OS/2"], tables["name"] = t.tables["OS/2"], t.tables["name"]
	}
	return assemble(tables)
}

// metricsOf is hmtx with noughts for the glyphs that are left out, which packs.
func (t *trueType) metricsOf(keep map[int]bool) []byte {
	out := append([]byte(nil), t.tables["hmtx"]...)
	long := int(u16(t.tables["hhea"], 34))
	for g := range long - 1 { // the last advance holds for all that follow
		if !keep[g] {
			clear(out[4*g : 4*g+4])
		}
	}
	return out
}

// cmapFor writes a format 4 table with one segment per run of characters.
func cmapFor(t *trueType, runes []rune) []byte {
	rs := append([]rune(nil), runes...)
	sort.Slice(rs, func(i, j int) bool { return rs[i] < rs[j] })
	var ends, starts, deltas, zeros []byte
	put := binary.BigEndian.AppendUint16
	for _, r := range rs {
		if t.glyphOf[r] == 0 {
			continue
		}
		ends, starts = put(ends, uint16(r)), put(starts, uint16(r))
		deltas, zeros = put(deltas, t.glyphOf[r]-uint16(r)), put(zeros, 0)
	}
	ends, starts = put(ends, 0xFFFF), put(starts, 0xFFFF)
	deltas, zeros = put(deltas, 1), put(zeros, 0)
	segs := len(ends) / 2
	pow, log := 1, 0
	for pow*2 <= segs {
		pow, log = pow*2, log+1
	}
	sub := []byte{0, 4}
	for _, v := range []int{16 + 8*segs, 0, 2 * segs, 2 * pow, log, 2 * (segs - pow)} {
		sub = put(sub, uint16(v))
	}
	sub = append(append(append(append(append(sub, ends...), 0, 0), starts...), deltas...), zeros...)
	return append([]byte{0, 0, 0, 1, 0, 3, 0, 1, 0, 0, 0, 12}, sub...)
}

// assemble writes a font file from its tables, in the order of their names.
func assemble(tables map[string][]byte) []byte {
	var names []string
	for n := range tables {
		names = append(names, n)
	}
	sort.Strings(names)
	out := []byte{0, 1, 0, 0}
	pow, log := 1, 0
	for pow*2 <= len(names) {
		pow, log = pow*2, log+1
	}
	for _, v := range []int{len(names), 16 * pow, log, 16 * (len(names) - pow)} {
		out = binary.BigEndian.AppendUint16(out, uint16(v))
	}
	off := len(out) + 16*len(names)
	var body []byte
	for _, n := range names {
		d := tables[n]
		out = append(out, n...)
		out = binary.BigEndian.AppendUint32(out, checksum(d))
		out = binary.BigEndian.AppendUint32(out, uint32(off+len(body)))
		out = binary.BigEndian.AppendUint32(out, uint32(len(d)))
		body = append(body, d...)
		for len(body)%4 != 0 {
			body = append(body, 0)
		}
	}
	return append(out, body...)
}

func checksum(d []byte) uint32 {
	var sum uint32
	for i := 0; i+4 <= len(d); i += 4 {
		sum += u32(d, i)
	}
	var last [4]byte
	if n := len(d) % 4; n > 0 {
		copy(last[:], d[len(d)-n:])
		sum += u32(last[:], 0)
	}
	return sum
}
