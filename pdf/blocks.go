package pdf

// heading stands with what follows it.
func (s *sheet) heading(text string) {
	items, h := s.textBlock(text, bold, sizeHead, 0, 3, s.w, left)
	s.add(strip{name: "heading", h: h + 4.2, items: items, keepNext: true})
}

// para is running text, one strip a line so that it may break.
func (s *sheet) para(text string) { s.paraIn(text, regular, sizeBody) }

func (s *sheet) paraIn(text string, f face, size float64) {
	ls := s.lines(text, f, size, s.w)
	for i, l := range ls {
		s.add(strip{
			name: "para", h: lineHeight(size), items: textAt(l, f, size, 0, 0, s.w, left),
			keepNext: i == 0 && len(ls) > 1, keepPrev: i > 0 && i == len(ls)-1,
		})
	}
	s.gap(2)
}

// boxed is a sentence in a frame: the conservation line, a warning.
func (s *sheet) boxed(text string, f face) {
	for _, part := range chunk(s.lines(text, f, sizeValue, s.w-4*pad), maxCellLines) {
		h := float64(len(part))*lineHeight(sizeValue) + 2*pad
		st := strip{name: "boxed", h: h + 2, items: []item{box(0, 0, s.w, h, thick)}}
		for i, l := range part {
			st.items = append(st.items, textAt(l, f, sizeValue, 2*pad, pad+float64(i)*lineHeight(sizeValue), s.w, left)...)
		}
		s.add(st)
	}
}

// field is a labelled value; an empty value leaves room to write.
type field struct {
	label, value string
	span         int  // columns, 0 = 1
	mono         bool // serials
	strong       bool
	tall         bool // more room to write
}

// fields draws labelled boxes in a grid of cols columns.
func (s *sheet) fields(cols int, fs ...field) {
	for len(fs) > 0 {
		n, used := 0, 0
		for n < len(fs) && used+max(fs[n].span, 1) <= cols {
			used += max(fs[n].span, 1)
			n++
		}
		if n == 0 {
			n = 1
		}
		s.fieldRow(cols, fs[:n])
		fs = fs[n:]
	}
	s.gap(2.5)
}

func (f field) face() face {
	switch {
	case f.mono:
		return mono
	case f.strong:
		return bold
	}
	return regular
}

// fieldRow is one row of boxes; a value of very many lines continues in further
// rows, so that no strip is taller than a page.
func (s *sheet) fieldRow(cols int, fs []field) {
	colW := s.w / float64(cols)
	parts := make([][][]string, len(fs))
	labels := make([][]string, len(fs))
	rows := 1
	for i, f := range fs {
		w := colW*float64(max(f.span, 1)) - 2*pad
		labels[i] = s.lines(f.label, regular, sizeBody, w)
		parts[i] = chunk(s.lines(f.value, f.face(), sizeValue, w), maxCellLines)
		rows = max(rows, len(parts[i]))
	}
	for r := range rows {
		s.add(fieldStrip(colW, fs, labels, parts, r))
	}
}

func fieldStrip(colW float64, fs []field, labels [][]string, parts [][][]string, r int) strip {
	st := strip{name: "fields"}
	labelLines := 1
	for i := range fs {
		labelLines = max(labelLines, len(labels[i]))
	}
	x := 0.0
	for i, f := range fs {
		w := colW * float64(max(f.span, 1))
		y := pad * 0.7
		for _, l := range labels[i] {
			st.items = append(st.items, textAt(l, regular, sizeBody, x+pad, y, w, left)...)
			y += lineHeight(sizeBody)
		}
		y = pad*0.7 + float64(labelLines)*lineHeight(sizeBody)
		if r < len(parts[i]) {
			for _, l := range parts[i][r] {
				st.items = append(st.items, textAt(l, f.face(), sizeValue, x+pad, y, w, left)...)
				y += lineHeight(sizeValue)
			}
		}
		room := 0.0
		if f.value == "" {
			room = 2.5
		}
		if f.tall {
			room += 8
		}
		st.h = max(st.h, y+room+pad*0.5)
		x += w
	}
	x = 0
	for _, f := range fs {
		w := colW * float64(max(f.span, 1))
		st.items = append(st.items, box(x, 0, w, st.h, thin))
		x += w
	}
	return st
}

// count is a figure in a big box: empty to be written by hand.
type count struct{ label, value string }

// counts draws big boxes side by side, at most four in a row.
func (s *sheet) counts(cs ...count) { s.countBoxes(18, cs...) }

// countBoxes is counts with boxes of height h.
func (s *sheet) countBoxes(h float64, cs ...count) {
	for len(cs) > 0 {
		n := min(len(cs), 4)
		w := min(60, (s.w-float64(n-1)*5)/float64(n))
		st := strip{name: "counts"}
		labelH := 0.0
		for i, c := range cs[:n] {
			items, lh := s.textBlock(c.label, bold, sizeBody, float64(i)*(w+5), 0, w, left)
			st.items = append(st.items, items...)
			labelH = max(labelH, lh)
		}
		for i, c := range cs[:n] {
			x, size := float64(i)*(w+5), sizeCount
			for size > sizeBody && textWidth(c.value, bold, size) > w-2*pad {
				size -= 2
			}
			value := c.value
			if textWidth(value, bold, size) > w-2*pad {
				s.tooLong()
				value = ""
			}
			st.items = append(st.items, box(x, labelH+0.8, w, h, thick))
			st.items = append(st.items, textAt(value, bold, size, x, labelH+0.8+(h-lineHeight(size))/2, w, centre)...)
		}
		st.h = labelH + 0.8 + h + 3
		s.add(st)
		cs = cs[n:]
	}
}

// check is a box to tick, ticked when on.
type check struct {
	label string
	on    bool
}

// fewChecks is the number of check boxes up to which a grid stays on one page.
const fewChecks = 12

// checks draws check boxes in a grid of cols columns, row by row.
func (s *sheet) checks(cols int, cs ...check) {
	colW := s.w / float64(cols)
	whole := len(cs) <= fewChecks
	for len(cs) > 0 {
		n := min(cols, len(cs))
		st := strip{name: "checks"}
		for i, c := range cs[:n] {
			x := float64(i) * colW
			ls := s.lines(c.label, regular, sizeBody, colW-8.5)
			if len(ls) > maxCellLines {
				s.tooLong()
				ls = ls[:maxCellLines]
			}
			st.items = append(st.items, checkBox(x, 0.6, c.on)...)
			for k, l := range ls {
				st.items = append(st.items, textAt(l, regular, sizeBody, x+6.5, 0.6+float64(k)*lineHeight(sizeBody), colW, left)...)
			}
			st.h = max(st.h, 1.9+max(4.6, float64(len(ls))*lineHeight(sizeBody)))
		}
		st.keepNext = whole && n < len(cs)
		s.add(st)
		cs = cs[n:]
	}
	s.gap(2)
}

// checkBox is a square of 4.4 mm, crossed when on.
func checkBox(x, y float64, on bool) []item {
	const d = 4.4
	items := []item{box(x, y, d, d, 0.35)}
	if on {
		items = append(items, rule(x+0.8, y+0.8, d-1.6, d-1.6, 0.6), rule(x+0.8, y+d-0.8, d-1.6, -(d-1.6), 0.6))
	}
	return items
}

// sign is one signature field; a name that is known is printed, else there is room
// to write it.
type sign struct{ role, name string }

// Heights in a signature field, mm: room for a name in capitals, and the row of
// cells for signature, date and time, with ten millimetres below their labels.
const (
	nameRoom            = 8.2
	signRow             = 15.4
	signDate, signClock = 22.0, 15.0 // widths of their cells
)

// signatures draws two fields a row. The whole block stays on one page and
// never stands there alone: it holds on to the strip before it.
func (s *sheet) signatures(signs ...sign) {
	w := (s.w - 4) / 2
	for len(signs) > 0 {
		s.holdGap()
		n := min(2, len(signs))
		st, top := strip{name: "signatures", keepPrev: true}, 0.0
		for i, g := range signs[:n] {
			items, h := s.signName(float64(i)*(w+4), w, g)
			st.items, top = append(st.items, items...), max(top, h)
		}
		for i := range signs[:n] {
			st.items = append(st.items, s.signCells(float64(i)*(w+4), top, w)...)
		}
		st.h = top + signRow
		s.add(st)
		s.gap(2.5)
		signs = signs[n:]
	}
}

// holdGap makes white space before a signature block keep to what stands before it.
func (s *sheet) holdGap() {
	if n := len(s.strips); n > 0 && s.strips[n-1].name == "gap" {
		s.strips[n-1].keepPrev = true
	}
}

// signName is who signs: the role, and the name or room for it.
func (s *sheet) signName(x, w float64, g sign) ([]item, float64) {
	role := s.lines(s.oneLine(g.role), bold, sizeBody, w-2*pad)
	role = s.shortened(role, 1)
	items := textAt(role[0], bold, sizeBody, x+pad, 0.8, w, left)
	y := 0.8 + lineHeight(sizeBody)
	if g.name != "" {
		name := s.shortened(s.lines(s.oneLine(g.name), regular, sizeValue, w-2*pad), 2)
		for _, l := range name {
			items = append(items, textAt(l, regular, sizeValue, x+pad, y, w, left)...)
			y += lineHeight(sizeValue)
		}
		return items, y + 0.6
	}
	label := s.t("pdf.sign.capitals")
	if textWidth(role[0], bold, sizeBody)+textWidth(label, regular, sizeBody)+2 <= w-2*pad {
		return append(items, textAt(label, regular, sizeBody, x+pad, 0.8, w-2*pad, right)...), y + nameRoom
	}
	return append(items, textAt(label, regular, sizeBody, x+pad, y, w, left)...), y + lineHeight(sizeBody) + nameRoom
}

// signCells frames a field and draws the cells below y.
func (s *sheet) signCells(x, y, w float64) []item {
	items := []item{box(x, 0, w, y+signRow, thin), rule(x, y, w, 0, thin)}
	at := x
	for i, cell := range []struct {
		label string
		w     float64
	}{{s.t("pdf.sign.signature"), w - signDate - signClock}, {s.t("pdf.f.date"), signDate}, {s.t("pdf.f.time"), signClock}} {
		if i > 0 {
			items = append(items, rule(at, y, 0, signRow, thin))
		}
		items = append(items, textAt(cell.label, regular, sizeBody, at+pad, y+0.6, cell.w, left)...)
		at += cell.w
	}
	return items
}

// shortened notes that a text does not fit where nothing may be left out.
func (s *sheet) shortened(ls []string, n int) []string {
	if len(ls) > n {
		s.tooLong()
		return ls[:n]
	}
	return ls
}

// ruled draws lines for handwriting under a label.
func (s *sheet) ruled(label string, n int) {
	items, h := s.textBlock(label, bold, sizeBody, 0, 0, s.w, left)
	s.add(strip{name: "label", h: h, items: items, keepNext: true})
	for range n {
		s.add(strip{name: "ruled", h: 8.5, items: []item{rule(0, 8, s.w, 0, thin)}})
	}
	s.gap(2.5)
}

func chunk(ls []string, n int) [][]string {
	var out [][]string
	for len(ls) > n {
		out = append(out, ls[:n])
		ls = ls[n:]
	}
	return append(out, ls)
}
