package roster

import (
	"cmp"

	"github.com/brevstemme/brevstemme/app/web/site"
)

type rosterErasePage struct {
	site.Chrome
	rosterHead
	Table site.Table
	Due   int
}

var rosterEraseView = site.NewView[*rosterErasePage]("roster-erase")

// rosterErasePage lists whose personal data is past its date.
func (s *Server) rosterErasePage(r *site.Request) (*rosterErasePage, error) {
	e, err := s.Store.Election(r.Context(), r.Param("election"))
	if err != nil {
		return nil, err
	}
	due, err := s.Store.ErasableStaff(r.Context(), e.ID)
	if err != nil {
		return nil, err
	}
	names, err := s.Store.Names(r.Context())
	if err != nil {
		return nil, err
	}
	p := &rosterErasePage{Chrome: site.Chrome{TitleArgs: []any{e.Name}}, rosterHead: headOfRoster(r, e, "rules"), Due: len(due)}
	p.Table = site.Table{Caption: r.Text("roster-erase.who"), Empty: r.Text("roster-erase.none"), Columns: []site.Column{{Text: r.Text("roster.person")}, {Text: r.Text("account.employer")}, {Text: r.Text("roster-erase.why")}}}
	for _, x := range due {
		why := r.Text("roster-erase.over")
		if x.Left {
			why = r.Text("roster-erase.left")
		}
		p.Table.Rows = append(p.Table.Rows, []site.Cell{{Text: cmp.Or(names[x.ID].Name, "–")}, {Text: r.Text("employer." + string(x.Employer))}, {Text: why}})
	}
	return p, nil
}

func (s *Server) rosterEraseForm(r *site.Request) error {
	p, err := s.rosterErasePage(r)
	if err != nil {
		return err
	}
	return rosterEraseView.Render(r, p)
}

// rosterErase erases them all, in one act.
func (s *Server) rosterErase(r *site.Request) error {
	p, err := s.rosterErasePage(r)
	if err != nil {
		return err
	}
	n, err := s.Store.EraseStaff(r.Context(), r.Act(), p.Election.ID)
	if err != nil {
		return rosterEraseView.Again(r, err, p)
	}
	return r.Done("/vagtplan/valg/"+p.Election.ID+"/regler", "roster-erase.done", n)
}
