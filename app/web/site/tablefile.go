package site

import (
	"bytes"
	"encoding/csv"
	"strconv"
	"strings"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/planning"
	"github.com/brevstemme/brevstemme/models/schedule"
)

// ReadTable reads an uploaded table whole: rows[i] is row i+1 of the file. A row
// whose quotation marks are not in order refuses the file, with its number.
func ReadTable(content []byte) ([][]string, error) {
	rows, broken, err := ReadRows(content)
	if err == nil && len(broken) > 0 {
		return nil, models.Invalid("file", "place.file_quotes", broken[0])
	}
	return rows, err
}

// ReadRows reads an uploaded table: XLSX when it is one, else CSV in UTF-8 or
// Windows-1252, separated by comma, semicolon or tab. broken are the rows whose
// quotation marks are not in order.
func ReadRows(content []byte) (rows [][]string, broken []int, err error) {
	if bytes.HasPrefix(content, []byte("PK\x03\x04")) {
		rows, err = ReadXLSX(content)
		return rows, nil, err
	}
	rows, broken, ok := schedule.Table(content)
	if !ok {
		return nil, nil, models.Invalid("file", "place.file_unreadable")
	}
	if len(rows) > planning.MaxFileRows {
		return nil, nil, models.Invalid("file", "place.file_long", planning.MaxFileRows)
	}
	for _, row := range rows {
		for i := range row {
			row[i] = plainCell(row[i])
		}
	}
	return rows, broken, nil
}

// formula tells whether a spreadsheet would read a text as a formula, be it
// behind the apostrophes that keep it from doing so.
func formula(s string) bool {
	s = strings.TrimLeft(s, "'")
	return s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0]))
}

// SafeCell keeps a spreadsheet from reading a text as a formula.
func SafeCell(s string) string {
	if formula(s) {
		return "'" + s
	}
	return s
}

// plainCell takes back what safeCell added.
func plainCell(s string) string {
	if rest, ok := strings.CutPrefix(s, "'"); ok && formula(rest) {
		return rest
	}
	return s
}

// MostShown is how many rows of a preview are shown: whoever has more wants the
// number, not the rows.
const MostShown = 200

// LineText names a row of a file; 0 is the file as a whole.
func (r *Request) LineText(line int) string {
	if line == 0 {
		return r.Text("schedule.whole_list")
	}
	return r.Text("schedule.row", line)
}

// Spreadsheet answers with a CSV that Danish spreadsheets open: UTF-8 with BOM,
// semicolons, CRLF. A text that a spreadsheet would compute is defused.
func (r *Request) Spreadsheet(name string, rows [][]string) error {
	var b bytes.Buffer
	b.WriteString("\ufeff")
	w := csv.NewWriter(&b)
	w.Comma, w.UseCRLF = ';', true
	for _, row := range rows {
		for i, c := range row {
			if c != "" && strings.ContainsRune("=+-@\t\r", rune(c[0])) {
				if _, err := strconv.Atoi(c); err != nil {
					row[i] = "'" + c
				}
			}
		}
		if err := w.Write(row); err != nil {
			return err
		}
	}
	w.Flush()
	if err := w.Error(); err != nil {
		return err
	}
	return r.File("text/csv; charset=utf-8", name, false, b.Bytes())
}
