package site

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/planning"
)

// A spreadsheet is unpacked up to maxXLSX bytes, of which a part of more than
// maxXLSXPart lies on disk while it is read; a row has at most maxXLSXCells cells.
const (
	maxXLSX      = 64 << 20
	maxXLSXPart  = 16 << 20
	maxXLSXCells = 200
)

// XLSX answers with a spreadsheet of texts: a postcode is no number.
func (r *Request) XLSX(name string, rows [][]string) (err error) {
	f := excelize.NewFile()
	defer func() { err = errors.Join(err, f.Close()) }()
	w, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		return err
	}
	for i, row := range rows {
		cells := make([]any, len(row))
		for j, v := range row {
			cells[j] = v
		}
		if err := w.SetRow(fmt.Sprintf("A%d", i+1), cells); err != nil {
			return err
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		return err
	}
	return r.File("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", name, false, b.Bytes())
}

// errorValues are what a formula says that cannot be computed.
var errorValues = []string{"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"}

// ReadXLSX reads the first visible sheet: formulas by the value that was computed
// last, dates as YYYY-MM-DD in either date system, times as HH:MM, numbers with
// all their digits. Merged cells, which hide rows from one another, and formulas
// without a value are refused with their place.
func ReadXLSX(content []byte) (rows [][]string, err error) {
	f, err := excelize.OpenReader(bytes.NewReader(content), excelize.Options{UnzipSizeLimit: maxXLSX, UnzipXMLSizeLimit: maxXLSXPart, RawCellValue: true})
	if err != nil {
		return nil, models.Invalid("file", "place.file_unreadable").Because(err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	sheet, file, err := visibleSheet(content)
	if err != nil {
		return nil, models.Invalid("file", "place.file_unreadable").Because(err)
	}
	it, err := f.Rows(sheet)
	if err != nil {
		return nil, models.Invalid("file", "place.file_unreadable").Because(err)
	}
	defer func() { err = errors.Join(err, it.Close()) }()
	full := 0
	for n := 1; it.Next(); n++ {
		row, err := it.Columns()
		if err != nil {
			return nil, models.Invalid("file", "place.file_unreadable").Because(err)
		}
		if strings.Join(row, "") == "" {
			continue // formatted and empty, often thousands of them at the end
		}
		if full++; full > planning.MaxFileRows || n > 10*planning.MaxFileRows || len(row) > maxXLSXCells {
			return nil, models.Invalid("file", "place.file_long", planning.MaxFileRows)
		}
		rows = append(rows, make([][]string, n-1-len(rows))...)
		rows = append(rows, row)
	}
	return rows, mendCells(f, file, rows)
}

// mendCells refuses what cannot be read as a table, and writes dates and times as
// such, which the sheet has as numbers.
func mendCells(f *excelize.File, file *zip.File, rows [][]string) error {
	props, err := f.GetWorkbookProps()
	if err != nil {
		return models.Invalid("file", "place.file_unreadable").Because(err)
	}
	kinds := map[int]string{}
	return scanSheet(file, func(c sheetCell) error {
		column, row, err := excelize.CellNameToCoordinates(c.name)
		if err != nil || row > len(rows) || column > len(rows[row-1]) {
			if err == nil && c.formula && !c.value {
				err = models.Invalid("file", "place.file_formula", c.name)
			}
			return err
		}
		v := &rows[row-1][column-1]
		switch {
		case c.formula && !c.value, slices.Contains(errorValues, *v):
			return models.Invalid("file", "place.file_formula", c.name)
		case !c.number || c.style == 0 || *v == "":
			return nil
		}
		kind, ok := kinds[c.style]
		if !ok {
			kind = numberKind(f, c.style)
			kinds[c.style] = kind
		}
		*v = shownNumber(*v, kind, props.Date1904 != nil && *props.Date1904)
		return nil
	})
}

// numberKind tells whether a style shows a number as "date" or "time"; "" for
// neither.
func numberKind(f *excelize.File, style int) string {
	s, err := f.GetStyle(style)
	if err != nil || s == nil {
		return ""
	}
	if n := s.NumFmt; n >= 14 && n <= 17 || n == 22 || n >= 27 && n <= 31 || n == 34 || n == 36 || n >= 50 && n <= 54 || n == 57 || n == 58 {
		return "date"
	} else if n >= 18 && n <= 21 || n == 32 || n == 33 || n == 35 || n >= 45 && n <= 47 || n == 55 || n == 56 {
		return "time"
	}
	if s.CustomNumFmt == nil {
		return ""
	}
	switch code := bareFormat(*s.CustomNumFmt); {
	case strings.ContainsAny(code, "yd"):
		return "date"
	case strings.ContainsAny(code, "hs"):
		return "time"
	}
	return ""
}

// bareFormat is a number format without its texts, colours and escapes.
func bareFormat(code string) string {
	var b strings.Builder
	quoted, bracket, escaped := false, false, false
	for _, r := range strings.ToLower(code) {
		switch {
		case escaped:
			escaped = false
		case r == '\\' || r == '_' || r == '*':
			escaped = true
		case r == '"':
			quoted = !quoted
		case r == '[' || r == ']':
			bracket = r == '['
		case !quoted && !bracket:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// shownNumber writes a number as a date or a time of day; other numbers, and those
// that are none, stay.
func shownNumber(v, kind string, date1904 bool) string {
	n, err := strconv.ParseFloat(v, 64)
	if err != nil || kind == "" {
		return v
	}
	t, err := excelize.ExcelDateToTime(n, date1904)
	switch {
	case err != nil:
		return v
	case kind == "time" && n < 1:
		return t.Format("15:04")
	case t.Hour()+t.Minute() == 0:
		return t.Format("2006-01-02")
	}
	return t.Format("2006-01-02 15:04")
}

// sheetCell is what a sheet says of one cell beside its text.
type sheetCell struct {
	name    string // "B7"
	style   int
	number  bool
	formula bool
	value   bool // there is a value, be it empty
}

// visibleSheet finds the first sheet that is not hidden: its name and its part of
// the file (ECMA-376, part 1, 18.2.19 and part 2, 9.3).
func visibleSheet(content []byte) (name string, file *zip.File, err error) {
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return "", nil, err
	}
	var book struct {
		Sheets []struct {
			Name  string `xml:"name,attr"`
			State string `xml:"state,attr"`
			ID    string `xml:"http://schemas.openxmlformats.org/officeDocument/2006/relationships id,attr"`
		} `xml:"sheets>sheet"`
	}
	var rels struct {
		To []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	if err := errors.Join(unpack(z, "xl/workbook.xml", &book), unpack(z, "xl/_rels/workbook.xml.rels", &rels)); err != nil {
		return "", nil, err
	}
	for _, s := range book.Sheets {
		if s.State != "" && s.State != "visible" {
			continue
		}
		for _, r := range rels.To {
			target := strings.TrimPrefix(path.Join("/xl", r.Target), "/")
			if strings.HasPrefix(r.Target, "/") {
				target = strings.TrimPrefix(r.Target, "/")
			}
			for _, f := range z.File {
				if r.ID == s.ID && strings.EqualFold(f.Name, target) {
					return s.Name, f, nil
				}
			}
		}
	}
	return "", nil, errors.New("no visible sheet")
}

// unpack reads one part of the file as XML.
func unpack(z *zip.Reader, name string, v any) error {
	f, err := z.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	return xml.NewDecoder(io.LimitReader(f, maxXLSXPart)).Decode(v)
}

// scanSheet walks the cells of a sheet one by one, whatever its size; merged cells
// are an error.
func scanSheet(file *zip.File, each func(sheetCell) error) error {
	rd, err := file.Open()
	if err != nil {
		return models.Invalid("file", "place.file_unreadable").Because(err)
	}
	defer rd.Close()
	d := xml.NewDecoder(io.LimitReader(rd, maxXLSX))
	var c sheetCell
	for {
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return models.Invalid("file", "place.file_unreadable").Because(err)
		}
		switch e := token.(type) {
		case xml.StartElement:
			switch e.Name.Local {
			case "c":
				style, _ := strconv.Atoi(attribute(e, "s")) // none is the style 0
				kind := attribute(e, "t")
				c = sheetCell{name: attribute(e, "r"), style: style, number: kind == "" || kind == "n"}
			case "f":
				c.formula = true
			case "v", "is":
				c.value = true
			case "mergeCell":
				return models.Invalid("file", "place.file_merged", attribute(e, "ref"))
			}
		case xml.EndElement:
			if e.Name.Local == "c" && c.name != "" {
				if err := each(c); err != nil {
					return err
				}
			}
		}
	}
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name && a.Name.Space == "" {
			return a.Value
		}
	}
	return ""
}
