package pdf

import (
	"strconv"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/language"
)

const (
	qrSide    = 27.0 // mm, quiet zone included
	codeWidth = 54.0 // mm, Code 128 of the number with its quiet zones
	bandEdge  = 1.1  // mm, colour that shows above and below what stands in the band
)

// frame is the head and foot that stand on every page of the sheet.
func (s *sheet) frame() frame {
	f := frame{w: s.paper.w, h: s.paper.h, left: s.paper.left, right: s.paper.right, top: s.paper.top, bottom: s.paper.bottom}
	if s.plain {
		f.foot, f.footHeight = s.plainFoot, lineHeight(sizeBody)
		return f
	}
	f.header = s.headerStrip()
	s.footStrip(1, 1) // may find a text to rewrite, whose explanation is a line more
	f.footHeight = s.footStrip(1, 1).h
	f.foot = s.footStrip
	return f
}

func (s *sheet) headerStrip() strip {
	st := strip{name: "header"}
	band, bandH := s.band()
	st.items = append(st.items, band...)
	y := bandH + 2
	leftW := s.w - qrSide - codeWidth - 4
	items, leftH := s.headLeft(y, leftW)
	st.items = append(st.items, items...)

	x := leftW + 2
	st.items = append(st.items, textAt(s.t("pdf.form_number"), regular, sizeBody, x, y, codeWidth, centre)...)
	number := s.clean(models.GroupSerial(s.form.Number))
	st.items = append(st.items, textAt(number, mono, 14, x, y+4.4, codeWidth, centre)...)
	bars, err := code128Bars(s.form.Number, codeWidth, 11)
	if err != nil {
		s.fail(err)
	}
	st.items = append(st.items, item{kind: barsItem, x: x, y: y + 11.2, w: codeWidth, h: 11, bars: bars, text: s.form.Number})
	st.items = append(st.items, s.qrItem(s.form.CheckURL(), s.w-qrSide, y, qrSide)...)
	st.h = y + max(leftH+0.8, qrSide) + 2.5
	st.items = append(st.items, rule(0, st.h-1.5, s.w, 0, thin))
	if s.form.Mark.Kind == Exercise {
		st.items = append(st.items, item{kind: ghostItem, x: s.w / 2, y: 150, text: s.t("pdf.mark.exercise"), face: bold, size: 90})
	}
	return st
}

// band is the colour bar with the election's word, name and day. They stand in
// black on white plates: a copier makes any colour black, white or dots, and
// which election a sheet is of must be read off a copy of a copy.
func (s *sheet) band() ([]item, float64) {
	e := s.form.Election
	word := s.oneLine(e.Word)
	wordW := min(textWidth(word, bold, 12), s.w*0.45)
	left1, h1 := s.textBlock(word, bold, 12, 2, 1.3, wordW+0.1, left)
	var right1 []item
	h2, nameW := 0.0, 0.0
	for _, l := range s.partLines([]string{e.Name, s.date(e.Date)}, bold, sizeBody, s.w-wordW-8) {
		right1 = append(right1, textAt(l, bold, sizeBody, 2+wordW+4, 1.7+h2, s.w-wordW-8, right)...)
		h2, nameW = h2+lineHeight(sizeBody), max(nameW, textWidth(l, bold, sizeBody))
	}
	h := max(h1+2.6, h2+3.2)
	items := []item{fill(0, 0, s.w, h, parseColour(e.Colour))}
	for _, plate := range []struct{ x, w float64 }{{2, wordW}, {s.w - 2 - nameW, nameW}} {
		if plate.w > 0 {
			items = append(items, fill(plate.x-bandEdge/2, bandEdge, plate.w+bandEdge, h-2*bandEdge, white))
		}
	}
	return append(items, append(left1, right1...)...), h
}

// headLeft is municipality, name of the form, whose copy it is, and the mark.
func (s *sheet) headLeft(y, w float64) ([]item, float64) {
	who := s.form.Municipality
	if s.form.Unit != "" {
		who += " · " + s.form.Unit
	}
	items, h := s.textBlock(who, bold, sizeBody, 0, y, w, left)
	if s.form.Phone != "" {
		more, mh := s.textBlock(s.t("pdf.phone", s.form.Phone), regular, sizeBody, 0, y+h, w, left)
		items, h = append(items, more...), h+mh
	}
	size := sizeTitle
	for size > 12 && len(s.lines(s.title, bold, size, w)) > 1 {
		size--
	}
	more, mh := s.textBlock(s.title, bold, size, 0, y+h+0.8, w, left)
	items, h = append(items, more...), h+0.8+mh
	if side := s.side(); side != "" {
		more, mh := s.textBlock(side, bold, sizeBody, 0, y+h, w, left)
		items, h = append(items, more...), h+mh
	}
	h++
	mark, mh := s.markItems(y+h, w)
	return append(items, mark...), h + mh
}

// markItems is the mark in its frame, black for anything but an original. Its slot
// is as tall as the mark of a reprint will be, and nothing stands beside it: a
// reprint differs from its original inside the slot and nowhere else.
func (s *sheet) markItems(y, w float64) ([]item, float64) {
	text := func(m Mark) []string { return s.lines(s.markText(m), bold, sizeValue, w-3) }
	m := s.form.Mark
	ls := text(m)
	slot := len(ls)
	if m.Kind != Preview {
		slot = max(slot, len(text(m.Again(max(m.N, 99), longestMoment))))
	}
	tw := 0.0
	for _, l := range ls {
		tw = max(tw, textWidth(l, bold, sizeValue))
	}
	h := float64(len(ls))*lineHeight(sizeValue) + 1.6
	items := []item{box(0, y, tw+3, h, thick)}
	ink := colour{}
	if m.Kind != Original {
		items, ink = []item{fill(0, y, tw+3, h, colour{set: true})}, white
	}
	for i, l := range ls {
		for _, it := range textAt(l, bold, sizeValue, 1.5, y+0.8+float64(i)*lineHeight(sizeValue), tw, left) {
			it.ink = ink
			items = append(items, it)
		}
	}
	for i := range items {
		items[i].mark = true
	}
	return items, float64(slot)*lineHeight(sizeValue) + 1.6
}

// longestMoment is written with as many characters as any.
var longestMoment = time.Date(2000, time.December, 30, 22, 58, 0, 0, time.UTC)

// side is which part this is and whose copy.
func (s *sheet) side() string { return joinNonEmpty(" · ", s.part, s.form.Keeper) }

func (s *sheet) markText(m Mark) string {
	word := ""
	switch m.Kind {
	case Original:
		return s.t("pdf.mark.original")
	case Exercise:
		word = s.t("pdf.mark.exercise")
	case Provisional:
		word = s.t("pdf.mark.provisional")
	case Preview:
		word = s.t("pdf.mark.preview")
	}
	switch {
	case m.N == 0:
		return word
	case word != "": // both fit the slot without the time, which the log knows
		return s.t("pdf.mark.reprint_n", word, m.N)
	}
	return s.t("pdf.mark.reprint", m.N, s.moment(m.At))
}

// footStrip is printed at/by/version, journal head, where to check, page n of m.
func (s *sheet) footStrip(n, of int) strip {
	f := s.form
	st := strip{name: "foot", items: []item{rule(0, 1, s.w, 0, thin)}}
	y := 1.8
	put := func(text string) {
		items, h := s.textBlock(text, regular, sizeBody, 0, y, s.w-30, left)
		st.items = append(st.items, items...)
		y += h
	}
	put(s.t("pdf.foot.printed", s.moment(f.PrintedAt), f.PrintedAt.In(models.Copenhagen).Format("MST"), f.PrintedBy, f.Version))
	if f.JournalHead != "" {
		put(s.t("pdf.foot.journal", s.number(int(f.JournalSeq)), groups(f.JournalHead, 5)))
	}
	if f.Code != "" && f.CheckBase != "" {
		put(s.t("pdf.foot.check", f.CheckURL()))
	}
	if s.marked {
		put(s.t("pdf.foot.rewritten"))
	}
	st.items = append(st.items, textAt(s.t("pdf.page", n, of), bold, sizeBody, s.w-30, 1.8, 30, right)...)
	st.h = max(y, 1.8+lineHeight(sizeBody))
	return st
}

// groups writes s in groups of n characters.
func groups(s string, n int) string {
	var b strings.Builder
	for i, r := range s {
		if i > 0 && i%n == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// moment is an instant as local date and time; "" for none.
func (s *sheet) moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return language.Moment(s.form.lang(), t.In(models.Copenhagen))
}

// clock is an instant as local time of day; "" for none.
func (s *sheet) clock(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return language.Clock(s.form.lang(), t.In(models.Copenhagen))
}

// date is a civil date in words; "" for none.
func (s *sheet) date(d models.Date) string {
	if d.IsZero() {
		return ""
	}
	return language.Day(s.form.lang(), d.At(12, 0))
}

// shortTime is date and time on two short lines of a table; "" for none.
func (s *sheet) shortTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return s.shortDate(dateOf(t)) + "\n" + s.t("pdf.at", s.clock(t))
}

// weekday is "mandag 3. november 2025".
func (s *sheet) weekday(d models.Date) string {
	if d.IsZero() {
		return ""
	}
	return language.Weekday(s.form.lang(), d.Weekday()) + " " + s.date(d)
}

// shortDate is a date for tables: 3.11.2025, or 3 Nov 2025 in English.
func (s *sheet) shortDate(d models.Date) string {
	return d.In(s.form.lang())
}

// parseColour reads #rrggbb; anything else is a middle grey.
func parseColour(s string) colour {
	v, err := strconv.ParseUint(strings.TrimPrefix(s, "#"), 16, 32)
	if err != nil || len(s) != 7 || s[0] != '#' {
		return grey(200)
	}
	return colour{true, uint8(v >> 16), uint8(v >> 8), uint8(v)}
}

// inkOn is white or black, whichever is read better on c (ITU-R BT.601 luma).
func inkOn(c colour) colour {
	if 299*int(c.r)+587*int(c.g)+114*int(c.b) < 140000 {
		return white
	}
	return colour{}
}

// plainFoot is the foot of what hangs on walls: the day when it was printed, and
// the page where there are several.
func (s *sheet) plainFoot(n, of int) strip {
	text := s.t("pdf.poster.printed", s.date(models.DateOf(s.form.PrintedAt)))
	st := strip{name: "foot", h: lineHeight(sizeBody), items: textAt(text, regular, sizeBody, 0, 0, s.w, left)}
	if of > 1 {
		st.items = append(st.items, textAt(s.t("pdf.page", n, of), regular, sizeBody, 0, 0, s.w, right)...)
	}
	return st
}
