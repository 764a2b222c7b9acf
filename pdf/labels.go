package pdf

import (
	"fmt"

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
	}
	per := max(1, l.Columns*l.Rows)
	at := min(max(c.Start, 1), per) - 1
	s.fixed = []*page{}
	for i, label := range c.Labels {
		if i == 0 || (at+i)%per == 0 {
			s.fixed = append(s.fixed, &page{w: 210, h: 297})
		}
		slot := (at + i) % per
		x := l.CornerX + float64(slot%max(1, l.Columns))*l.PitchX + c.OffsetX
		y := l.CornerY + float64(slot/max(1, l.Columns))*l.PitchY + c.OffsetY
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
	if l.Columns < 1 || l.Rows < 1 || l.Width < 35 || l.Height < 20 || l.PitchX < l.Width || l.PitchY < l.Height || w > 210 || h > 297 || l.CornerX < 0 || l.CornerY < 0 {
		return models.Invalid("sheet", "pdf.error.sheet", fmt.Sprintf("%s %gx%g", l.Name, l.Width, l.Height))
	}
	return nil
}

// label draws one label: tall ones with room to write, small ones with a QR code.
func (s *sheet) label(b Label, l LabelSheet, x float64, outlines bool) strip {
	st := strip{name: "label", h: l.Height}
	switch {
	case l.Width < 60:
		st.items = s.smallLabel(b, x+2, l.Width-4, l.Height)
	default:
		st.items = s.fullLabel(b, x+2.5, l.Width-5, l.Height)
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

func (s *sheet) smallLabel(b Label, x, w, h float64) []item {
	const side = 14.6
	head := s.shortened(s.lines(s.labelHead(w), bold, sizeBody, w), 1)[0]
	items := append(textAt(head, bold, sizeBody, x, 1.2, w, left), s.qrItem(b.Number, x-1, h-side-0.6, side)...)
	tw := w - side - 1
	y := 7.5
	number := s.clean(models.GroupSerial(b.Number))
	for _, l := range s.shortened(s.lines(number, mono, sizeBody, tw), 2) {
		items = append(items, textAt(l, mono, sizeBody, x+side+1, y, tw, left)...)
		y += lineHeight(sizeBody)
	}
	return items
}

func (s *sheet) fullLabel(b Label, x, w, h float64) []item {
	y := 1.8
	head := s.oneLine(joinNonEmpty(" · ", s.labelHead(w-2), s.form.Municipality))
	if textWidth(head, bold, sizeBody) > w-2 {
		head = s.shortened(s.lines(s.labelHead(w-2), bold, sizeBody, w-2), 1)[0]
	}
	items := []item{fill(x, y, w, 5, colour{set: true})}
	for _, it := range textAt(head, bold, sizeBody, x+1, y+0.3, w, left) {
		it.ink = white
		items = append(items, it)
	}
	y += 5.6
	text := s.lines(s.oneLine(joinNonEmpty(" · ", b.Kind, b.Contents, b.Place)), regular, sizeBody, w)
	fit := 2
	if h >= 55 {
		fit = 3
	}
	for _, l := range s.shortened(text, fit) {
		items = append(items, textAt(l, regular, sizeBody, x, y, w, left)...)
		y += lineHeight(sizeBody)
	}
	codeY, codeH := 1.8+5.6+2*lineHeight(sizeBody)+0.6, 11.0
	if h >= 55 {
		items = append(items, s.labelWriting(x, h-13.5, w)...)
		codeY = y + 1.5
		codeH = h - 13.5 - codeY - 8
	}
	cw := min(w, 80)
	return append(items, s.codeItems(b.Number, x+(w-cw)/2, codeY, cw, codeH)...)
}

// labelWriting is room on a tall label for the seal and the time of closing.
func (s *sheet) labelWriting(x, y, w float64) []item {
	var items []item
	for i, key := range []string{"seal", "closed_time", "initials"} {
		cx, cw := x+float64(i)*w/3, w/3
		items = append(items, box(cx, y, cw, 12, thin))
		items = append(items, textAt(s.shortened(s.lines(s.t("pdf.f."+key), regular, sizeBody, cw-2), 1)[0], regular, sizeBody, cx+1, y+0.4, cw, left)...)
	}
	return items
}
