package web

import (
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/store"
)

type deskMaterialPage struct {
	Chrome
	deskHead
	Stock []stockLine
	Items []Option
}

var deskMaterialView = newView[*deskMaterialPage]("desk-material")

func (s *Server) deskMaterialPage(r *Request) (*deskMaterialPage, error) {
	sh, err := s.deskShift(r)
	if err != nil {
		return nil, err
	}
	p := &deskMaterialPage{Chrome: Chrome{Crumbs: deskCrumbs, TitleKey: "desk-material.title", TitleArgs: []any{sh.Place.Name}}, deskHead: r.deskHead(sh, "material")}
	tallies := []store.Tally{}
	if sh.Session.State == models.SessionOpen || sh.Session.State == models.SessionClosed {
		if tallies, err = s.store.Tallies(r.Context(), sh.Session); err != nil {
			return nil, err
		}
	}
	used, spoiled := map[string]int{}, map[string]int{}
	for _, t := range tallies {
		used[t.Election], spoiled[custody.Material(t.Election, custody.MaterialSet)] = t.Received, t.Spoiled
	}
	for _, item := range stockItems(sh.Session) {
		p.Stock = append(p.Stock, r.stockLine(sh, item, used, spoiled))
	}
	for _, e := range p.deskHead.DeskElections {
		for _, what := range custody.Materials {
			p.Items = append(p.Items, Option{Value: custody.Material(e.ID, what), Text: e.Word + " – " + e.ID + ": " + r.Text("desk.material."+what)})
		}
	}
	return p, nil
}

func (s *Server) deskMaterial(r *Request) error {
	p, err := s.deskMaterialPage(r)
	if err != nil {
		return err
	}
	return deskMaterialView.render(r, p)
}

// deskRestock counts more blank material in.
func (s *Server) deskRestock(r *Request) error {
	p, err := s.deskMaterialPage(r)
	if err != nil {
		return err
	}
	n, err := r.Count("n")
	if err == nil {
		_, err = s.store.Restock(r.Context(), r.act(), p.deskHead.Session.ID, map[string]int{r.Field("item"): n})
	}
	if err != nil {
		return deskMaterialView.again(r, err, p)
	}
	return r.done("/skranke/"+p.deskHead.Session.ID+"/materiale", "desk.restocked")
}
