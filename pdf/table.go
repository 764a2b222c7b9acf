package pdf

import "slices"

// colKind says how a column's cells are drawn.
type colKind uint8

const (
	colText   colKind = iota
	colNumber         // right aligned
	colMono           // serials and seal numbers
	colStrong         // bold
	colWrite          // left empty to be written; text in it is drawn if there is any
	colYesNo          // two boxes, ja and nej; cell "y" or "n" ticks one
	colTick           // one box; cell "y" ticks it
	colCode           // Code 128 of the cell with its characters below
)

// column is one column of a table. Width in millimetres; those with 0 share
// what is left. Room is the least height of its rows, for more than one line by hand.
type column struct {
	title string
	width float64
	kind  colKind
	room  float64
}

// high is the column with rows of at least mm.
func (c column) high(mm float64) column { c.room = mm; return c }

// maxCellLines bounds the lines in one strip of a cell; longer text continues
// in the next strip of the row, so that any text fits on some page.
const maxCellLines = 24

// tableGap is the white space after a table, mm.
const tableGap = 3.0

// smallTable and smallHeight (mm) are the rows up to which a table stays on one
// page: moving more than that would leave half a page empty.
const (
	smallTable  = 6
	smallHeight = 90.0
)

// table draws rows under a head that stands again on every page. A row made
// by group names the rows after it, across all columns, and keeps to them. total,
// when given, is a last row in bold that keeps to the two rows before it.
func (s *sheet) table(cols []column, rows [][]string, total ...string) {
	widths := columnWidths(cols, s.w)
	titles := make([]string, len(cols))
	for i, c := range cols {
		titles[i] = c.title
	}
	head := s.rowStrips(cols, widths, titles, bold, rowHeight)
	for i := range head {
		head[i].name = "head"
		head[i].keepNext = true
		head[i].items = append([]item{fill(0, 0, s.w, head[i].h, grey(228))}, head[i].items...)
	}
	s.add(head...)
	again := head // what stands again on the next page: the head, and which group it is
	first, last := len(s.strips), 0
	for _, r := range rows {
		last = len(s.strips)
		if cell(r, 1) == groupMark {
			name := s.groupStrips(r[0], head)
			s.add(name...)
			again = slices.Concat(head, name)
			continue
		}
		for _, st := range s.rowStrips(cols, widths, r, regular, rowHeight) {
			st.repeat = again
			s.add(st)
		}
	}
	if len(rows) <= smallTable && heightOf(s.strips[first:]) <= smallHeight {
		for i := first; i < last; i++ {
			s.strips[i].keepNext = true
		}
	}
	if len(total) > 0 {
		if len(rows) > 1 { // the total keeps to the last row: so that the two are not alone on a page, that keeps to the one before
			s.strips[last].keepPrev = true
		}
		least := rowHeight
		if len(rows) > 0 && blank(rows[0]) || slices.ContainsFunc(cols, func(c column) bool { return c.room > 0 }) {
			least = handHeight
		}
		for _, st := range s.rowStrips(cols, widths, total, bold, least) {
			st.repeat, st.keepPrev = again, true
			s.add(st)
		}
	}
	s.gap(tableGap)
}

// group is a row that names those after it.
func group(name string) []string { return []string{name, groupMark} }

const groupMark = "\x00group"

// groupStrips draw such a row.
func (s *sheet) groupStrips(name string, head []strip) []strip {
	var out []strip
	for _, part := range chunk(s.lines(name, bold, sizeValue, s.w-2*pad), maxCellLines) {
		st := strip{name: "group", h: float64(len(part))*lineHeight(sizeValue) + 5, repeat: head, keepNext: true}
		for i, l := range part {
			st.items = append(st.items, textAt(l, bold, sizeValue, pad, 3.4+float64(i)*lineHeight(sizeValue), s.w, left)...)
		}
		out = append(out, st)
	}
	for i := range out {
		out[i].items = append(out[i].items, box(0, 0, s.w, out[i].h, thin))
	}
	return out
}

// columnWidths shares the width that is left among the columns without one.
func columnWidths(cols []column, w float64) []float64 {
	out := make([]float64, len(cols))
	free, rest := 0, w
	for i, c := range cols {
		if out[i] = c.width; c.width == 0 {
			free++
		}
		rest -= c.width
	}
	for i := range out {
		if out[i] == 0 {
			out[i] = rest / float64(free)
		}
	}
	if free == 0 && len(out) > 0 {
		out[len(out)-1] += rest
	}
	return out
}

// Heights of a row, mm: printed, and with room for a hand.
const (
	rowHeight  = 6.6
	handHeight = 9.0
)

// rowStrips lays out one row of at least minH; face bold makes a head or a total of it.
func (s *sheet) rowStrips(cols []column, widths []float64, cells []string, f face, minH float64) []strip {
	if f == regular && blank(cells) {
		minH = max(minH, handHeight)
	}
	chunks, count := make([][][]string, len(cols)), 1
	for i, c := range cols {
		if f == regular {
			minH = max(minH, c.room)
		}
		if f == regular && (c.kind == colWrite || c.kind == colYesNo || c.kind == colTick) {
			minH = max(minH, handHeight)
		}
		if f == regular && c.kind == colCode {
			if cell(cells, i) != "" {
				minH = 15.6
			}
			continue
		}
		chunks[i] = chunk(s.lines(cell(cells, i), cellFace(c.kind, f), sizeBody, widths[i]-2*pad), maxCellLines)
		count = max(count, len(chunks[i]))
	}
	out := make([]strip, count)
	for r := range out {
		out[r] = s.rowStrip(cols, widths, cells, chunks, r, f, minH)
	}
	return out
}

// blank tells whether a row is there to be written by hand.
func blank(cells []string) bool {
	for _, c := range cells {
		if c != "" {
			return false
		}
	}
	return true
}

func cell(cells []string, i int) string {
	if i < len(cells) {
		return cells[i]
	}
	return ""
}

func cellFace(k colKind, f face) face {
	switch {
	case f == bold || k == colStrong:
		return bold
	case k == colMono:
		return mono
	}
	return f
}

func (s *sheet) rowStrip(cols []column, widths []float64, cells []string, chunks [][][]string, r int, f face, minH float64) strip {
	st := strip{name: "row", h: minH, items: make([]item, 0, 2*len(cols)+2)}
	for i := range cols {
		if r < len(chunks[i]) {
			st.h = max(st.h, float64(len(chunks[i][r]))*lineHeight(sizeBody)+2)
		}
	}
	tallest := 0
	for i := range chunks {
		if r < len(chunks[i]) {
			tallest = max(tallest, len(chunks[i][r]))
		}
	}
	top := (st.h - float64(tallest)*lineHeight(sizeBody)) / 2
	x := 0.0
	for i, c := range cols {
		special := f == regular && c.kind >= colYesNo
		switch {
		case special && r == 0:
			st.items = append(st.items, s.specialCell(c.kind, cell(cells, i), x, widths[i], st.h)...)
		case !special && r < len(chunks[i]):
			a := left
			switch c.kind {
			case colNumber:
				a = right
			case colTick:
				a = centre
			}
			for k, l := range chunks[i][r] {
				st.items = append(st.items, textAt(l, cellFace(c.kind, f), sizeBody, x+pad, top+float64(k)*lineHeight(sizeBody), widths[i]-2*pad, a)...)
			}
		}
		if i > 0 {
			st.items = append(st.items, rule(x, 0, 0, st.h, thin))
		}
		x += widths[i]
	}
	st.items = append(st.items, box(0, 0, s.w, st.h, thin))
	return st
}

// specialCell draws boxes to tick and codes.
func (s *sheet) specialCell(k colKind, value string, x, w, h float64) []item {
	y := (h - 4.4) / 2
	switch k {
	case colTick:
		return checkBox(x+(w-4.4)/2, y, value == "y")
	case colYesNo:
		items := checkBox(x+pad, y, value == "y")
		items = append(items, textAt(s.t("pdf.yes"), regular, sizeBody, x+pad+5.6, y, w, left)...)
		items = append(items, checkBox(x+w/2+0.3, y, value == "n")...)
		return append(items, textAt(s.t("pdf.no"), regular, sizeBody, x+w/2+5.9, y, w, left)...)
	}
	if value == "" {
		return nil
	}
	return s.codeItems(value, sizeBody, x+pad, 1.2, w-2*pad, 8.8)
}
