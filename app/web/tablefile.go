package web

import (
	"bytes"
	"strings"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/planning"
	"github.com/brevstemme/brevstemme/models/schedule"
)

// readTable reads an uploaded table whole: rows[i] is row i+1 of the file. A row
// whose quotation marks are not in order refuses the file, with its number.
func readTable(content []byte) ([][]string, error) {
	rows, broken, err := readRows(content)
	if err == nil && len(broken) > 0 {
		return nil, models.Invalid("file", "place.file_quotes", broken[0])
	}
	return rows, err
}

// readRows reads an uploaded table: XLSX when it is one, else CSV in UTF-8 or
// Windows-1252, separated by comma, semicolon or tab. broken are the rows whose
// quotation marks are not in order.
func readRows(content []byte) (rows [][]string, broken []int, err error) {
	if bytes.HasPrefix(content, []byte("PK\x03\x04")) {
		rows, err = readXLSX(content)
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

// safeCell keeps a spreadsheet from reading a text as a formula.
func safeCell(s string) string {
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
