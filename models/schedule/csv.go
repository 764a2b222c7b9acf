package schedule

import "strings"

// maxRowLines bounds how many physical lines a quoted cell may span, so that one
// stray quotation mark hides neither the rest of the file nor takes its time.
const maxRowLines = 64

// splitRow reads the row that starts at lines[i]: its cells, the index of the
// line after it, and whether its quotation marks are in order. A row that is not
// in order is one physical line, so that the next one is read afresh.
//
// Quoting is that of RFC 4180. Text after a closing quotation mark is kept when
// the row ends on the line where it began, as spreadsheets do.
func splitRow(lines []string, i int, comma byte) (cells []string, next int, ok bool) {
	if !strings.Contains(lines[i], `"`) {
		return strings.Split(lines[i], string(comma)), i + 1, true
	}
	r := rowReader{comma: comma}
	for next = i; next < len(lines) && next-i < maxRowLines; next++ {
		if next > i {
			r.cell.WriteByte('\n')
		}
		r.line(lines[next])
		if r.quoted {
			continue
		}
		r.end()
		if r.sloppy && next > i {
			break
		}
		return r.cells, next + 1, true
	}
	return nil, i + 1, false
}

// rowReader is the state of reading one row.
type rowReader struct {
	comma  byte
	cells  []string
	cell   strings.Builder
	quoted bool // inside quotation marks
	opened bool // the cell began with a quotation mark
	sloppy bool // text follows a closing quotation mark
}

func (r *rowReader) end() {
	r.cells = append(r.cells, r.cell.String())
	r.cell.Reset()
	r.opened = false
}

func (r *rowReader) line(s string) {
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case r.quoted && c == '"' && i+1 < len(s) && s[i+1] == '"':
			r.cell.WriteByte('"')
			i++
		case r.quoted && c == '"':
			r.quoted = false
		case r.quoted:
			r.cell.WriteByte(c)
		case c == r.comma:
			r.end()
		case c == '"' && r.cell.Len() == 0 && !r.opened:
			r.quoted, r.opened = true, true
		default:
			r.sloppy = r.sloppy || r.opened
			r.cell.WriteByte(c)
		}
	}
}

// Table reads a file of cells as the lists are read: any of their encodings and
// line ends, cells separated by comma, semicolon or tab, whichever the first row
// has most of. rows[i] is the row that begins on line i+1 of the file, nil where
// none does; broken are the lines whose quotation marks are not in order. ok is
// false for what is no text.
func Table(data []byte) (rows [][]string, broken []int, ok bool) {
	text, ok := lines(data)
	if !ok {
		return nil, nil, false
	}
	at := skipBlank(text, 0)
	if at == len(text) {
		return nil, nil, true
	}
	rows = make([][]string, at, len(text))
	comma := separator(text[at])
	if strings.Count(text[at], "\t") > strings.Count(text[at], string(comma)) {
		comma = '\t'
	}
	for at < len(text) {
		cells, next, inOrder := splitRow(text, at, comma)
		if !inOrder {
			broken = append(broken, at+1)
		}
		if blank(cells) {
			cells = nil
		}
		rows = append(rows, cells)
		for at++; at < next; at++ {
			rows = append(rows, nil)
		}
	}
	return rows, broken, true
}

// separator is the semicolon when the header holds more of them than commas.
func separator(header string) byte {
	if strings.Count(header, ";") > strings.Count(header, ",") {
		return ';'
	}
	return ','
}
