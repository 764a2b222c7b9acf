package custody

import (
	"fmt"
	"slices"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/store/boxes"
)

type sealStockPage struct {
	site.Chrome
	Table  site.Table
	Places []site.Option
	From   []site.Option
	Issues bool
}

var sealStockView = site.NewView[*sealStockPage]("seals")

func (s *Server) sealStock(r *site.Request) error {
	p, err := s.sealPage(r)
	if err != nil {
		return err
	}
	return sealStockView.Render(r, p)
}

func (s *Server) sealPage(r *site.Request) (*sealStockPage, error) {
	p := &sealStockPage{Issues: r.Account.Is(models.RoleCoordinator, models.RoleReception, models.RoleLibraryLead)}
	names, err := s.PlaceNames(r)
	if err != nil {
		return nil, err
	}
	stock, err := s.Store.SealStock(r.Context(), r.Places())
	if err != nil {
		return nil, err
	}
	if p.Places, err = s.placeOptions(r); err != nil {
		return nil, err
	}
	slices.SortStableFunc(stock, func(a, b boxes.StockLine) int { // as the places are listed everywhere
		at := func(place string) int {
			return slices.IndexFunc(p.Places, func(o site.Option) bool { return o.Value == place })
		}
		return at(a.Place) - at(b.Place)
	})
	if len(p.Places) > 1 { // no place is the one that happens to be first
		p.Places = append([]site.Option{{Text: r.Text("seals.choose_place")}}, p.Places...)
	}
	p.Table = site.Table{Caption: r.Text("seals.title"), Quiet: true, Empty: r.Text("seals.empty"), Columns: []site.Column{{Text: r.Text("seals.place")}, {Text: r.Text("seals.stock"), Number: true}, {Text: r.Text("seals.next")}, {Text: r.Text("seals.last")}, {Text: r.Text("seals.broken"), Number: true}, {Text: r.Text("print.form")}}}
	p.From = []site.Option{{Value: "", Text: r.Text("seals.new")}}
	for _, x := range stock {
		p.Table.Rows = append(p.Table.Rows, []site.Cell{{Text: names[x.Place]}, {Text: fmt.Sprint(x.Stock)}, {Text: x.Next}, {Text: x.Last}, {Text: fmt.Sprint(x.Broken)}, {Text: r.Text("print.seal_list"), Href: "/segl/" + x.Place + "/segl.pdf"}})
		if x.Stock > 0 {
			p.From = append(p.From, site.Option{Value: x.Place, Text: names[x.Place]})
		}
	}
	return p, nil
}

func (s *Server) sealIssue(r *site.Request) error {
	made, err := s.Store.IssueSeals(r.Context(), r.Act(), custody.IssueCmd{From: r.Field("from"), To: r.Field("to"), Lot: r.Field("lot"), Place: r.Field("place"), FromPlace: r.Field("from_place")})
	if err != nil {
		p, perr := s.sealPage(r)
		if perr != nil {
			return perr
		}
		return sealStockView.Again(r, err, p)
	}
	return r.Done("/segl", "seals.issued", len(made))
}
