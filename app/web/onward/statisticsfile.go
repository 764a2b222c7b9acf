package onward

import (
	"bytes"
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/onward"
)

// published is the report for others: guarded, and without today.
func (s *Server) published(r *site.Request) (onward.Report, map[string]string, error) {
	cells, err := s.Store.Statistics(r.Context(), r.Param("election"))
	if err != nil {
		return onward.Report{}, nil, err
	}
	names, err := s.PlaceNames(r)
	return onward.Publish(cells, models.DateOf(s.Now())), names, err
}

func publishedRows(rep onward.Report, names map[string]string) [][]string {
	rows := [][]string{{"dato", "sted", "mindst"}}
	for _, c := range rep.Cells {
		rows = append(rows, []string{c.Date.String(), names[c.Place], strconv.Itoa(c.N)})
	}
	return rows
}

func (s *Server) publishedCSV(r *site.Request) error {
	rep, names, err := s.published(r)
	if err != nil {
		return err
	}
	return r.Spreadsheet("brevstemmer-"+r.Param("election")+".csv", publishedRows(rep, names))
}

type publishedOut struct {
	Cells []onward.Cell `json:"cells"` // place and day; n is rounded down to a multiple of least
	Total int           `json:"total"`
	Least int           `json:"least"`
}

func (s *Server) apiStatistics(r *site.Request) error {
	cells, err := s.Store.Statistics(r.Context(), r.Param("election"))
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, cells)
}

func (s *Server) apiPublished(r *site.Request) error {
	rep, _, err := s.published(r)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, publishedOut{rep.Cells, rep.Total, rep.Least})
}

func (s *Server) publishedXLSX(r *site.Request) error {
	rep, names, err := s.published(r)
	if err != nil {
		return err
	}
	return workbook(r, "brevstemmer-"+r.Param("election")+".xlsx", []worksheet{{r.Text("onward.statistics"), publishedRows(rep, names)}})
}

// worksheet is one sheet of a workbook: a header and rows. Whole numbers become
// numbers, everything else text, so nothing is ever computed.
type worksheet struct {
	Name string
	Rows [][]string
}

// workbook answers with a spreadsheet (XLSX).
func workbook(r *site.Request, name string, sheets []worksheet) error {
	x := excelize.NewFile()
	for i, sheet := range sheets {
		if i == 0 {
			if err := x.SetSheetName("Sheet1", sheet.Name); err != nil {
				return fmt.Errorf("workbook: %w", err)
			}
		} else if _, err := x.NewSheet(sheet.Name); err != nil {
			return fmt.Errorf("workbook: %w", err)
		}
		for k, row := range sheet.Rows {
			values := make([]any, len(row))
			for j, v := range row {
				values[j] = v
				if n, err := strconv.Atoi(v); err == nil && (v == "0" || v[0] != '0') { // a kommunekode keeps its zero
					values[j] = n
				}
			}
			if err := x.SetSheetRow(sheet.Name, "A"+strconv.Itoa(k+1), &values); err != nil {
				return fmt.Errorf("workbook: %w", err)
			}
		}
	}
	var b bytes.Buffer
	if err := x.Write(&b); err != nil {
		return fmt.Errorf("workbook: %w", err)
	}
	return r.File("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", name, false, b.Bytes())
}

// house are the exact figures, for the house alone: they may show a cell below five.
func (s *Server) house(r *site.Request) ([]worksheet, error) {
	election := r.Param("election")
	cells, err := s.Store.Statistics(r.Context(), election)
	if err != nil {
		return nil, err
	}
	names, err := s.PlaceNames(r)
	if err != nil {
		return nil, err
	}
	services, err := s.Store.Services(r.Context(), election)
	if err != nil {
		return nil, err
	}
	waits, err := s.Store.Waits(r.Context(), election, cells)
	if err != nil {
		return nil, err
	}
	uses, err := s.Store.Uses(r.Context(), election)
	if err != nil {
		return nil, err
	}
	slices.SortFunc(cells, func(a, b onward.Cell) int {
		return cmp.Or(a.Date.Compare(b.Date), cmp.Compare(names[a.Place], names[b.Place]), a.Hour-b.Hour, cmp.Compare(a.Kind, b.Kind))
	})
	votes := worksheet{"stemmer", [][]string{{"dato", "sted", "time", "slags", "antal"}}}
	for _, c := range cells {
		votes.Rows = append(votes.Rows, []string{c.Date.String(), names[c.Place], strconv.Itoa(c.Hour), c.Kind, strconv.Itoa(c.N)})
	}
	models := worksheet{"bemanding", [][]string{{"model", "steder", "stemmer", "personaleminutter", "aabne_minutter"}}}
	for _, x := range services {
		models.Rows = append(models.Rows, []string{string(x.Model), strconv.Itoa(x.Places), strconv.Itoa(x.Votes), strconv.Itoa(x.Minutes), strconv.Itoa(x.Open)})
	}
	lines := worksheet{"ventetid", [][]string{{"sted", "meldinger", "laengste_koe", "hvornaar", "anslaaede_minutter"}}}
	for _, x := range waits {
		lines.Rows = append(lines.Rows, []string{names[x.Place], strconv.Itoa(x.Marks), strconv.Itoa(x.Longest), x.At.Format(time.RFC3339), strconv.Itoa(x.Minutes)})
	}
	sets := worksheet{"materiale", [][]string{{"sted", "brugte_saet", "kasserede_saet"}}}
	for _, x := range uses {
		sets.Rows = append(sets.Rows, []string{names[x.Place], strconv.Itoa(x.Votes), strconv.Itoa(x.Spoiled)})
	}
	return []worksheet{votes, models, lines, sets}, nil
}

func (s *Server) houseCSV(r *site.Request) error {
	sheets, err := s.house(r)
	if err != nil {
		return err
	}
	return r.Spreadsheet("intern-"+r.Param("election")+".csv", sheets[0].Rows)
}

func (s *Server) houseXLSX(r *site.Request) error {
	sheets, err := s.house(r)
	if err != nil {
		return err
	}
	return workbook(r, "intern-"+r.Param("election")+".xlsx", sheets)
}
