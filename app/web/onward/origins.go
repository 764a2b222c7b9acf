package onward

import (
	"slices"
	"strconv"

	custodypages "github.com/brevstemme/brevstemme/app/web/custody"
	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/onward"
)

// originReaders see how many votes of their places were not taken into
// consideration, in numbers that can be no one person.
var originReaders = site.Roles{models.RoleCoordinator, models.RoleAuditor, models.RoleLibraryLead}

// originPage is what the boards' examination says back to the places where the
// votes were given: per place and code, nothing below five.
func (s *Server) originPage(r *site.Request) (*site.BlockPage, error) {
	e, err := s.chosen(r)
	if err != nil {
		return nil, err
	}
	by, names, err := s.origins(r)
	if err != nil {
		return nil, err
	}
	p := &site.BlockPage{Chrome: site.Chrome{TitleText: r.Text("statistics.origin") + ": " + e.Name}}
	if r.Account.Is(custodypages.BalanceReaders...) {
		p.Crumbs = []site.Link{{Href: "/statistik/" + e.ID, Key: "onward.statistics"}}
	}
	t := site.Table{Caption: r.Text("statistics.origin"), Quiet: true, Empty: r.Text("statistics.origin_empty"), Columns: []site.Column{{Text: r.Text("desk.place")}, {Text: r.Text("onward.code")}, {Text: r.Text("statistics.at_least"), Number: true}}}
	var pic figures
	for _, id := range sortedKeys(by) {
		sum := 0
		for _, code := range sortedKeys(by[id]) {
			t.Rows = append(t.Rows, []site.Cell{{Text: names[id]}, {Text: r.Text("onward.code." + code)}, {Text: digits(r, by[id][code])}})
			sum += by[id][code]
		}
		pic.add(names[id], sum)
	}
	p.Blocks = []site.Block{{Text: r.Text("statistics.origin_text", onward.Fewest), Links: []site.Link{{Href: "/statistik/" + e.ID + "/tilbage.csv", Key: "statistics.origin_csv"}}},
		{Bars: site.Bars(r.Text("statistics.origin"), pic.labels, pic.counts), Table: t}}
	return p, nil
}

// origins are the guarded figures per place and code; a library lead sees their own places.
func (s *Server) origins(r *site.Request) (map[string]map[string]int, map[string]string, error) {
	xs, err := s.Store.Examinations(r.Context(), r.Param("election"))
	if err != nil {
		return nil, nil, err
	}
	names, err := s.PlaceNames(r)
	by := onward.ByOrigin(xs)
	for id := range by {
		if !r.Account.Is(custodypages.BalanceReaders...) && !slices.Contains(r.Account.Places, id) {
			delete(by, id)
		}
	}
	return by, names, err
}

func (s *Server) originCSV(r *site.Request) error {
	by, names, err := s.origins(r)
	if err != nil {
		return err
	}
	rows := [][]string{{"sted", "kode", "mindst"}}
	for _, id := range sortedKeys(by) {
		for _, code := range sortedKeys(by[id]) {
			rows = append(rows, []string{names[id], code, strconv.Itoa(by[id][code])})
		}
	}
	return r.Spreadsheet("tilbage-"+r.Param("election")+".csv", rows)
}
