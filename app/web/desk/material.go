package desk

import (
	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/desk"
	"github.com/brevstemme/brevstemme/models/store/desks"
)

type deskMaterialPage struct {
	site.Chrome
	deskHead
	Stock []stockLine
	Items []site.Option
}

var deskMaterialView = site.NewView[*deskMaterialPage]("desk-material")

func (s *Server) deskMaterialPage(r *site.Request) (*deskMaterialPage, error) {
	sh, err := s.DeskShift(r)
	if err != nil {
		return nil, err
	}
	p := &deskMaterialPage{Chrome: site.Chrome{Crumbs: deskCrumbs, TitleKey: "desk-material.title", TitleArgs: []any{sh.Place.Name}}, deskHead: headOfDesk(r, sh, "material")}
	tallies := []desks.Tally{}
	if sh.Session.State == models.SessionOpen || sh.Session.State == models.SessionClosed {
		if tallies, err = s.Store.Tallies(r.Context(), sh.Session); err != nil {
			return nil, err
		}
	}
	used, spoiled := map[string]int{}, map[string]int{}
	for _, t := range tallies {
		used[t.Election], spoiled[custody.Material(t.Election, desk.MaterialSet)] = t.Received, t.Spoiled
	}
	for _, item := range stockItems(sh.Session) {
		p.Stock = append(p.Stock, lineOfStock(r, sh, item, used, spoiled))
	}
	for _, e := range p.deskHead.DeskElections {
		for _, what := range desk.Materials {
			p.Items = append(p.Items, site.Option{Value: custody.Material(e.ID, what), Text: site.WordAndName(e) + ": " + r.Text("desk.material."+what)})
		}
	}
	return p, nil
}

func (s *Server) deskMaterial(r *site.Request) error {
	p, err := s.deskMaterialPage(r)
	if err != nil {
		return err
	}
	return deskMaterialView.Render(r, p)
}

// deskRestock counts more blank material in.
func (s *Server) deskRestock(r *site.Request) error {
	p, err := s.deskMaterialPage(r)
	if err != nil {
		return err
	}
	n, err := r.Count("n")
	if err == nil {
		_, err = s.Store.Restock(r.Context(), r.Act(), p.deskHead.Session.ID, map[string]int{r.Field("item"): n})
	}
	if err != nil {
		return deskMaterialView.Again(r, err, p)
	}
	return r.Done("/skranke/"+p.deskHead.Session.ID+"/materiale", "desk.restocked")
}
