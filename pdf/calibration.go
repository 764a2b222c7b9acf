package pdf

import (
	"strconv"
	"strings"

	"github.com/brevstemme/brevstemme/models/language"
)

// LabelCalibration is a sheet that shows how far a printer is off: a cross that
// should stand CalibrationCross millimetres from the left and the upper edge of
// the paper, and the outlines of a label sheet with the offset of now, to hold
// against a sheet of labels and the light.
type LabelCalibration struct {
	Form
	Sheet            LabelSheet
	OffsetX, OffsetY float64
}

// CalibrationCross is where the cross should stand, in millimetres from the left
// and from the upper edge of the paper.
const CalibrationCross = 50.0

func (c LabelCalibration) build() *sheet {
	s := newSheet(c.Form, "pdf.title.calibration")
	l := c.Sheet
	if err := l.check(); err != nil {
		s.fail(err)
		return s // what it says of rows and columns is not to be drawn
	}
	p := &page{w: 210, h: 297}
	s.fixed = []*page{p}
	for i := range l.Columns * l.Rows {
		x, y := l.CornerX+float64(i%l.Columns)*l.PitchX+c.OffsetX, l.CornerY+float64(i/l.Columns)*l.PitchY+c.OffsetY
		p.place(strip{name: "outline", h: l.Height, items: []item{{kind: boxItem, x: x, w: l.Width, h: l.Height, line: thin, dashed: true}}}, y)
	}
	const arm, cross = 42.0, CalibrationCross
	p.place(strip{name: "cross", items: []item{rule(cross, -arm, 0, 2*arm, 0.3), rule(cross-arm, 0, 2*arm, 0, 0.3)}}, cross)
	s.calibrationMeasures(p)
	s.calibrationText(p, c)
	return s
}

// calibrationMeasures write the distance to the edge at each line of the cross.
func (s *sheet) calibrationMeasures(p *page) {
	text := s.decimal(CalibrationCross) + " mm"
	w, h := textWidth(text, bold, sizeValue), lineHeight(sizeValue)
	for _, at := range []struct{ x, y float64 }{{CalibrationCross - w - 6, 22}, {72, CalibrationCross - h - 1.5}} {
		p.place(strip{name: "measure", h: h, items: append([]item{fill(at.x-1, 0, w+2, h, white)}, textAt(text, bold, sizeValue, at.x, 0, w, left)...)}, at.y)
	}
}

// calibrationText stands on white, over the outlines.
func (s *sheet) calibrationText(p *page, c LabelCalibration) {
	const x, w, top = 58.0, 138.0, 58.0
	y := 2 * pad
	var items []item
	put := func(text string, f face, size float64) {
		more, h := s.textBlock(text, f, size, x+2*pad, y, w-4*pad, left)
		items, y = append(items, more...), y+h+1
	}
	put(s.title, bold, sizeHead)
	put(joinNonEmpty(" · ", c.Sheet.Name, s.moved(c.OffsetX, "right", "left"), s.moved(c.OffsetY, "down", "up")), regular, sizeBody)
	for _, key := range []string{"actual_size", "measure_left", "measure_top", "hold_up"} {
		put(s.t("pdf.p.calibration_"+key), regular, sizeValue)
	}
	y += pad
	p.place(strip{name: "text", h: y, items: append([]item{fill(x, 0, w, y, white), box(x, 0, w, y, thin)}, items...)}, top)
}

// moved is by how much and which way a sheet is shifted, "" for not at all.
func (s *sheet) moved(mm float64, plus, minus string) string {
	way := plus
	if mm < 0 {
		mm, way = -mm, minus
	}
	if mm == 0 {
		return ""
	}
	return s.t("pdf.p.calibration_"+way, s.decimal(mm))
}

// decimal is a number with one decimal: 0,5 in Danish, 0.5 in English.
func (s *sheet) decimal(v float64) string {
	text := strconv.FormatFloat(v, 'f', 1, 64)
	if s.form.lang() == language.Danish {
		text = strings.Replace(text, ".", ",", 1)
	}
	return text
}
