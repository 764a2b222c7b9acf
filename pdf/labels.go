package pdf

import (
	"fmt"
	"strings"

	"github.com/brevstemme/brevstemme/models"
)

// LabelSheet is a sheet of labels in millimetres. Corner is the upper left
// corner of the first label, Pitch the distance from label to label.
type LabelSheet struct {
	Name             string
	Columns, Rows    int
	Width, Height    float64
	CornerX, CornerY float64
	PitchX, PitchY   float64
}

// LabelSheets are the A4 formats that offices have; the measures are those that
// the maker prints on the box. Anything else is given as a LabelSheet.
var LabelSheets = []LabelSheet{
	{"L7160", 3, 7, 63.5, 38.1, 7.25, 15.15, 66.0, 38.1},
	{"L7163", 2, 7, 99.1, 38.1, 4.65, 15.15, 101.6, 38.1},
	{"L7173", 2, 5, 99.1, 57.0, 4.65, 6.0, 101.6, 57.0},
	{"L7165", 2, 4, 99.1, 67.7, 4.65, 13.1, 101.6, 67.7},
	{"L7651", 5, 13, 38.1, 21.2, 4.75, 10.7, 40.6, 21.2},
}

// Label is one container's label. It never carries a count, so that whoever
// receives the container counts blind, and it is never for the inner envelope.
type Label struct{ Number, Kind, Contents, Place string }

// ContainerLabels fills label sheets from position Start (1 = the first) on the
// first sheet, moved by the printer's offset.
type ContainerLabels struct {
	Form
	Sheet            LabelSheet
	Start            int
	OffsetX, OffsetY float64
	Labels           []Label
	Outlines         bool // draw the edges: to try a printer on plain paper
}

func (c ContainerLabels) build() *sheet {
	s := newSheet(c.Form, "pdf.title.labels")
	l := c.Sheet
	if err := l.check(); err != nil {
		s.fail(err)
		return s // what it says of rows and columns is not to be drawn
	}
	per := l.Columns * l.Rows
	at := min(max(c.Start, 1), per) - 1
	s.fixed = []*page{}
	for i, label := range c.Labels {
		if i == 0 || (at+i)%per == 0 {
			s.fixed = append(s.fixed, &page{w: 210, h: 297})
		}
		slot := (at + i) % per
		x := l.CornerX + float64(slot%l.Columns)*l.PitchX + c.OffsetX
		y := l.CornerY + float64(slot/l.Columns)*l.PitchY + c.OffsetY
		s.fixed[len(s.fixed)-1].place(s.label(label, l, x, c.Outlines), y)
	}
	if len(s.fixed) == 0 {
		s.fail(models.Invalid("form", "pdf.error.empty"))
	}
	return s
}

// check refuses a sheet whose labels overlap or leave the paper.
func (l LabelSheet) check() error {
	w := l.CornerX + float64(l.Columns-1)*l.PitchX + l.Width
	h := l.CornerY + float64(l.Rows-1)*l.PitchY + l.Height
	fits := l.Columns >= 1 && l.Rows >= 1 && l.Width >= 35 && l.Height >= 20 && l.PitchX >= l.Width && l.PitchY >= l.Height && w <= 210 && h <= 297 && l.CornerX >= 0 && l.CornerY >= 0
	if !fits { // so asked, what is no number does not fit either
		return models.Invalid("sheet", "pdf.error.sheet", fmt.Sprintf("%s %gx%g", l.Name, l.Width, l.Height))
	}
	return nil
}

// What a label keeps clear: a printer that is a millimetre off cuts nothing.
const (
	labelTop    = 2.0
	labelSide   = 2.5
	labelWrite  = 12.0 // height of the boxes to write in
	labelTall   = 55.0 // from this height on a label has room to write
	labelFull   = 34.0 // below, there is room for the small kind alone
	labelBars   = 10.0 // height of the bars, where there is room
	labelBarMin = 8.0  // and where a long text takes it
)

// label draws one label: tall ones with room to write, small ones with a QR code.
func (s *sheet) label(b Label, l LabelSheet, x float64, outlines bool) strip {
	st := strip{name: "label", h: l.Height}
	switch {
	case l.Width < 60 || l.Height < labelFull:
		st.items = s.smallLabel(b, x+2, l.Width-4, l.Height)
	default:
		st.items = s.fullLabel(b, x+labelSide, l.Width-2*labelSide, l.Height)
	}
	if outlines {
		st.items = append(st.items, item{kind: boxItem, x: x, w: l.Width, h: l.Height, line: thin, dashed: true})
	}
	return st
}

// labelHead is election word and, when it is not an original, the mark. Where both
// are too wide the mark stands alone: that nothing is real matters more.
func (s *sheet) labelHead(w float64) string {
	word, mark := s.oneLine(s.form.Election.Word), ""
	switch s.form.Mark.Kind {
	case Exercise:
		mark = s.t("pdf.mark.exercise")
	case Provisional:
		mark = s.t("pdf.mark.provisional")
	}
	head := joinNonEmpty(" ", mark, word)
	if mark != "" && textWidth(head, bold, sizeBody) > w {
		return mark
	}
	return head
}

// smallLabel is a QR code with the number beside it, as large as it fits.
func (s *sheet) smallLabel(b Label, x, w, h float64) []item {
	const side = 14.6
	head := s.shortened(s.lines(s.labelHead(w), bold, sizeBody, w), 1)[0]
	items := append(textAt(head, bold, sizeBody, x, 1.2, w, left), s.qrItem(b.Number, x-1, h-side-0.6, side)...)
	tw := w - side - 1
	ls, size := s.largest([]string{models.GroupSerial(b.Number)}, mono, 14, tw, func(n int, _ float64) bool { return n <= 2 })
	ls = s.shortened(ls, 2)
	y := h - 0.6 - (side+float64(len(ls))*lineHeight(size))/2
	for _, l := range ls {
		items = append(items, textAt(l, mono, size, x+side+1, y, tw, left)...)
		y += lineHeight(size)
	}
	return items
}

// fullLabel is, from top to bottom: the election in white on black, what and
// where in the largest type that fits, the bar code, the number, and on a tall
// label room to write.
func (s *sheet) fullLabel(b Label, x, w, h float64) []item {
	numberSize, foot := 14.0, labelTop
	if h >= labelTall {
		numberSize, foot = 20, labelTop+labelWrite+1
	}
	items, y := s.labelBand(x, labelTop, w)
	parts := []string{b.Kind, b.Contents, b.Place}
	barsOf := func(size float64) float64 { return h - foot - lineHeight(numberSize) - y - size }
	face := bold
	ls, size := s.largest(parts, face, 16, w, func(n int, size float64) bool { return n <= 3 && barsOf(float64(n)*lineHeight(size)+1) >= labelBars })
	if barsOf(float64(len(ls))*lineHeight(size)+1) < labelBars {
		face, numberSize = regular, 12
		ls = s.lines(s.oneLine(joinNonEmpty(" · ", parts...)), face, size, w)
		for barsOf(float64(len(ls))*lineHeight(size)+1) < labelBarMin && len(ls) > 1 {
			ls = s.shortened(ls, len(ls)-1)
		}
	}
	for _, l := range ls {
		items = append(items, textAt(l, face, size, x, y, w, left)...)
		y += lineHeight(size)
	}
	if h >= labelTall {
		items = append(items, s.labelWriting(x, h-labelTop-labelWrite, w)...)
	}
	cw := min(w, 80)
	return append(items, s.codeItems(b.Number, numberSize, x+(w-cw)/2, y+0.6, cw, barsOf(1))...)
}

// labelBand is the election and, where there is room, the municipality.
func (s *sheet) labelBand(x, y, w float64) (items []item, bottom float64) {
	const size = 12.0
	whole, f := s.oneLine(joinNonEmpty(" · ", s.labelHead(w-2), s.form.Municipality)), size
	if textWidth(whole, bold, f) > w-2 {
		if f = sizeBody; textWidth(whole, bold, f) > w-2 {
			whole = s.labelHead(w - 2)
			if textWidth(whole, bold, size) <= w-2 {
				f = size
			}
		}
	}
	h := lineHeight(size) + 0.4
	items = []item{fill(x, y, w, h, colour{set: true})}
	for _, it := range textAt(s.shortened(s.lines(whole, bold, f, w-2), 1)[0], bold, f, x+1, y+(h-lineHeight(f))/2, w, left) {
		it.ink = white
		items = append(items, it)
	}
	return items, y + h + 0.4
}

// largest is the lines of some parts in the largest size, from most down to
// sizeBody, with which their number n fits; in sizeBody if it never does.
func (s *sheet) largest(parts []string, f face, most, w float64, fits func(n int, size float64) bool) ([]string, float64) {
	for size := most; ; size-- {
		ls := s.partLines(parts, f, size, w)
		if size <= sizeBody || fits(len(ls), size) && s.unbroken(parts, f, size, w) {
			return ls, size
		}
	}
}

// unbroken tells whether no word of the parts is wider than a line.
func (s *sheet) unbroken(parts []string, f face, size, w float64) bool {
	for _, p := range parts {
		for word := range strings.FieldsSeq(s.oneLine(p)) {
			if textWidth(word, f, size) > w {
				return false
			}
		}
	}
	return true
}

// partLines sets parts one after the other with a point between them; no line
// begins or ends with the point.
func (s *sheet) partLines(parts []string, f face, size, w float64) []string {
	var out []string
	for _, p := range parts {
		p = s.oneLine(p)
		if p == "" {
			continue
		}
		if n := len(out); n > 0 && textWidth(out[n-1]+" · "+p, f, size) <= w {
			out[n-1] += " · " + p
			continue
		}
		out = append(out, s.wrap(p, f, size, w)...)
	}
	return out
}

// labelWriting is room on a tall label for the seal and the time of closing.
func (s *sheet) labelWriting(x, y, w float64) []item {
	var items []item
	for i, key := range []string{"seal", "closed_time", "initials"} {
		cx, cw := x+float64(i)*w/3, w/3
		items = append(items, box(cx, y, cw, labelWrite, thin))
		items = append(items, textAt(s.shortened(s.lines(s.t("pdf.f."+key), regular, sizeBody, cw-2), 1)[0], regular, sizeBody, cx+1, y+0.4, cw, left)...)
	}
	return items
}
