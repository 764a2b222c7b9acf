package web

import (
	"bytes"
	"encoding/csv"
	"slices"

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

// placeRows is the places' file. Who holds keys stands in it for those who plan;
// to others the column is left out, and a column that is missing changes nothing.
func (s *Server) placeRows(r *Request) ([][]string, error) {
	all, err := s.store.EveryPlace(r.Context())
	rows := [][]string{slices.Clone(planning.PlaceColumns)}
	for _, p := range all {
		rows = append(rows, planning.PlaceRow(p))
	}
	if at := slices.Index(planning.PlaceColumns, "key_holders"); !r.Account.Is(planners...) {
		for i := range rows {
			rows[i] = slices.Delete(rows[i], at, at+1)
		}
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
			if name := rows[0][i]; name != "lat" && name != "lon" { // negative numbers are no formulas
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

func (s *Server) fileImportPage(r *Request, crumbs []Link, action, subject string) *fileImportPage {
	return &fileImportPage{Chrome: Chrome{Crumbs: crumbs}, Action: action, Lead: r.Text(subject + ".import_lead"), Hint: r.Text(subject + ".import_hint")}
}

func (r *Request) rowErrors(bad []planning.RowError) *Table {
	if len(bad) == 0 {
		return nil
	}
	t := &Table{Caption: r.Text("place.row_errors", len(bad)), Columns: []Column{{Text: r.Text("schedule.where")}, {Text: r.Text("place.column")}, {Text: r.Text("plan.finding")}}}
	for i, b := range bad {
		if i == mostShown {
			break
		}
		t.Rows = append(t.Rows, []Cell{{Text: r.lineText(b.Row)}, {Text: b.Column}, {Text: r.Text(b.Err.TextKey(), b.Err.Args...)}})
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
