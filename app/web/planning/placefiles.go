package planning

import (
	"bytes"
	"encoding/csv"
	"slices"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models/planning"
)

type fileImportPage struct {
	site.Chrome
	Action string
	Lead   string
	Hint   string
	Errors *site.Table
}

var (
	placesImportView = site.NewView[*fileImportPage]("places-import")
)

// placeRows is the places' file. Who holds keys stands in it for those who plan;
// to others the column is left out, and a column that is missing changes nothing.
func (s *Server) placeRows(r *site.Request) ([][]string, error) {
	all, err := s.Store.EveryPlace(r.Context())
	rows := [][]string{slices.Clone(planning.PlaceColumns)}
	for _, p := range all {
		rows = append(rows, planning.PlaceRow(p))
	}
	if at := slices.Index(planning.PlaceColumns, "key_holders"); !r.Account.Is(site.Planners...) {
		for i := range rows {
			rows[i] = slices.Delete(rows[i], at, at+1)
		}
	}
	return rows, err
}

func (s *Server) placesCSV(r *site.Request) error {
	rows, err := s.placeRows(r)
	if err != nil {
		return err
	}
	for _, row := range rows {
		for i := range row {
			if name := rows[0][i]; name != "lat" && name != "lon" { // negative numbers are no formulas
				row[i] = site.SafeCell(row[i])
			}
		}
	}
	var b bytes.Buffer
	if err := csv.NewWriter(&b).WriteAll(rows); err != nil {
		return err
	}
	return r.File("text/csv; charset=utf-8", "steder.csv", false, b.Bytes())
}

func (s *Server) placesXLSX(r *site.Request) error {
	rows, err := s.placeRows(r)
	if err != nil {
		return err
	}
	return r.XLSX("steder.xlsx", rows)
}

func (s *Server) fileImportPage(r *site.Request, crumbs []site.Link, action, subject string) *fileImportPage {
	return &fileImportPage{Chrome: site.Chrome{Crumbs: crumbs}, Action: action, Lead: r.Text(subject + ".import_lead"), Hint: r.Text(subject + ".import_hint")}
}

func rowErrors(r *site.Request, bad []planning.RowError) *site.Table {
	if len(bad) == 0 {
		return nil
	}
	t := &site.Table{Caption: r.Text("place.row_errors", len(bad)), Columns: []site.Column{{Text: r.Text("schedule.where")}, {Text: r.Text("place.column")}, {Text: r.Text("plan.finding")}}}
	for i, b := range bad {
		if i == site.MostShown {
			break
		}
		t.Rows = append(t.Rows, []site.Cell{{Text: r.LineText(b.Row)}, {Text: b.Column}, {Text: r.Text(b.Err.TextKey(), b.Err.Args...)}})
	}
	return t
}

func (s *Server) placesImportForm(r *site.Request) error {
	return placesImportView.Render(r, s.fileImportPage(r, placeCrumbs, "/steder/import", "place"))
}

func (s *Server) placesImport(r *site.Request) error {
	p := s.fileImportPage(r, placeCrumbs, "/steder/import", "place")
	_, content, err := r.Upload("file")
	if err != nil {
		return placesImportView.Again(r, err, p)
	}
	rows, err := site.ReadTable(content)
	if err != nil {
		return placesImportView.Again(r, err, p)
	}
	added, altered, bad, err := s.Store.ImportPlaces(r.Context(), r.Act(), rows)
	if err != nil {
		p.Errors = rowErrors(r, bad)
		return placesImportView.Again(r, err, p)
	}
	return r.Done("/steder", "place.imported", added, altered)
}
