package web

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/charmap"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/planning"
)

type fileImportPage struct {
	Chrome
	Action string
	Lead   string
	Hint   string
	Errors *Table
}

var (
	placesImportView = newView[*fileImportPage]("places-import")
)

func (s *Server) placeRows(r *Request) ([][]string, error) {
	all, err := s.store.Places(r.Context())
	rows := [][]string{planning.PlaceColumns}
	for _, p := range all {
		rows = append(rows, planning.PlaceRow(p))
	}
	return rows, err
}

func (s *Server) placesCSV(r *Request) error {
	rows, err := s.placeRows(r)
	if err != nil {
		return err
	}
	for _, row := range rows {
		for i := range row {
			if planning.PlaceColumns[i] != "lat" && planning.PlaceColumns[i] != "lon" { // negative numbers are no formulas
				row[i] = safeCell(row[i])
			}
		}
	}
	var b bytes.Buffer
	if err := csv.NewWriter(&b).WriteAll(rows); err != nil {
		return err
	}
	return r.file("text/csv; charset=utf-8", "steder.csv", false, b.Bytes())
}

func (s *Server) placesXLSX(r *Request) error {
	rows, err := s.placeRows(r)
	if err != nil {
		return err
	}
	return r.xlsx("steder.xlsx", rows)
}

// xlsx answers with a spreadsheet of texts: a postcode is no number.
func (r *Request) xlsx(name string, rows [][]string) (err error) {
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
	return r.file("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", name, false, b.Bytes())
}

// readTable reads an uploaded table: XLSX when it is one, else CSV in UTF-8 or
// Windows-1252, with commas or semicolons.
func readTable(content []byte) ([][]string, error) {
	if bytes.HasPrefix(content, []byte("PK\x03\x04")) {
		return readXLSX(content)
	}
	if bytes.ContainsRune(content, 0) {
		return nil, models.Invalid("file", "place.file_unreadable")
	}
	content = bytes.TrimPrefix(content, []byte("\xef\xbb\xbf"))
	if !utf8.Valid(content) {
		decoded, err := charmap.Windows1252.NewDecoder().Bytes(content)
		if err != nil {
			return nil, models.Invalid("file", "place.file_unreadable").Because(err)
		}
		content = decoded
	}
	rd := csv.NewReader(bytes.NewReader(content))
	rd.FieldsPerRecord = -1
	head, _, _ := strings.Cut(string(content), "\n")
	if strings.Count(head, ";") > strings.Count(head, ",") {
		rd.Comma = ';'
	}
	var rows [][]string
	for {
		row, err := rd.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, models.Invalid("file", "place.file_csv", err.Error())
		}
		if rows = append(rows, row); len(rows) > planning.MaxFileRows {
			return nil, models.Invalid("file", "place.file_long", planning.MaxFileRows)
		}
	}
}

// readXLSX reads the first sheet. Merged cells hide rows from one another and
// formulas may say something else tomorrow: both are refused, with their place.
func readXLSX(content []byte) (rows [][]string, err error) {
	f, err := excelize.OpenReader(bytes.NewReader(content), excelize.Options{UnzipSizeLimit: 64 << 20, UnzipXMLSizeLimit: 32 << 20})
	if err != nil {
		return nil, models.Invalid("file", "place.file_unreadable").Because(err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	sheet := f.GetSheetName(0)
	merged, err := f.GetMergeCells(sheet)
	if err != nil {
		return nil, models.Invalid("file", "place.file_unreadable").Because(err)
	}
	if len(merged) > 0 {
		return nil, models.Invalid("file", "place.file_merged", merged[0].GetStartAxis()+":"+merged[0].GetEndAxis())
	}
	it, err := f.Rows(sheet)
	if err != nil {
		return nil, models.Invalid("file", "place.file_unreadable").Because(err)
	}
	defer func() { err = errors.Join(err, it.Close()) }()
	for it.Next() {
		row, err := it.Columns()
		if err != nil {
			return nil, models.Invalid("file", "place.file_unreadable").Because(err)
		}
		if rows = append(rows, row); len(rows) > planning.MaxFileRows {
			return nil, models.Invalid("file", "place.file_long", planning.MaxFileRows)
		}
	}
	return rows, refuseFormulas(f, sheet, rows)
}

func refuseFormulas(f *excelize.File, sheet string, rows [][]string) error {
	for i, row := range rows {
		for j := range row {
			cell, err := excelize.CoordinatesToCellName(j+1, i+1)
			if err != nil {
				return err
			}
			if formula, err := f.GetCellFormula(sheet, cell); err == nil && formula != "" {
				return models.Invalid("file", "place.file_formula", cell)
			}
		}
	}
	return nil
}

func (s *Server) fileImportPage(r *Request, crumbs []Link, action, subject string) *fileImportPage {
	return &fileImportPage{Chrome: Chrome{Crumbs: crumbs}, Action: action, Lead: r.Text(subject + ".import_lead"), Hint: r.Text(subject + ".import_hint")}
}

func (r *Request) rowErrors(bad []planning.RowError) *Table {
	if len(bad) == 0 {
		return nil
	}
	t := &Table{Caption: r.Text("place.row_errors", len(bad)), Columns: []Column{{Text: r.Text("plan.line"), Number: true}, {Text: r.Text("place.column")}, {Text: r.Text("plan.finding")}}}
	for i, b := range bad {
		if i == 200 { // whoever has more than 200 has another problem
			break
		}
		t.Rows = append(t.Rows, []Cell{{Text: fmt.Sprint(b.Row)}, {Text: b.Column}, {Text: r.Text(b.Err.TextKey(), b.Err.Args...)}})
	}
	return t
}

func (s *Server) placesImportForm(r *Request) error {
	return placesImportView.render(r, s.fileImportPage(r, placeCrumbs, "/steder/import", "place"))
}

func (s *Server) placesImport(r *Request) error {
	p := s.fileImportPage(r, placeCrumbs, "/steder/import", "place")
	_, content, err := r.upload("file")
	if err != nil {
		return placesImportView.again(r, err, p)
	}
	rows, err := readTable(content)
	if err != nil {
		return placesImportView.again(r, err, p)
	}
	added, altered, bad, err := s.store.ImportPlaces(r.Context(), r.act(), rows)
	if err != nil {
		p.Errors = r.rowErrors(bad)
		return placesImportView.again(r, err, p)
	}
	return r.done("/steder", "place.imported", added, altered)
}
