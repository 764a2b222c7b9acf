package web

import "cmp"

type rosterErasePage struct {
	Chrome
	rosterHead
	Table Table
	Due   int
}

var rosterEraseView = newView[*rosterErasePage]("roster-erase")

// rosterErasePage lists whose personal data is past its date.
func (s *Server) rosterErasePage(r *Request) (*rosterErasePage, error) {
	e, err := s.store.Election(r.Context(), r.Param("election"))
	if err != nil {
		return nil, err
	}
	due, err := s.store.ErasableStaff(r.Context(), e.ID)
	if err != nil {
		return nil, err
	}
	names, err := s.store.Names(r.Context())
	if err != nil {
		return nil, err
	}
	p := &rosterErasePage{Chrome: Chrome{TitleArgs: []any{e.Name}}, rosterHead: r.rosterHead(e, "rules"), Due: len(due)}
	p.Table = Table{Caption: r.Text("roster-erase.who"), Empty: r.Text("roster-erase.none"), Columns: []Column{{Text: r.Text("roster.person")}, {Text: r.Text("account.employer")}, {Text: r.Text("roster-erase.why")}}}
	for _, x := range due {
		why := r.Text("roster-erase.over")
		if x.Left {
			why = r.Text("roster-erase.left")
		}
		p.Table.Rows = append(p.Table.Rows, []Cell{{Text: cmp.Or(names[x.ID].Name, "–")}, {Text: r.Text("employer." + string(x.Employer))}, {Text: why}})
	}
	return p, nil
}

func (s *Server) rosterEraseForm(r *Request) error {
	p, err := s.rosterErasePage(r)
	if err != nil {
		return err
	}
	return rosterEraseView.render(r, p)
}

// rosterErase erases them all, in one act.
func (s *Server) rosterErase(r *Request) error {
	p, err := s.rosterErasePage(r)
	if err != nil {
		return err
	}
	n, err := s.store.EraseStaff(r.Context(), r.act(), p.Election.ID)
	if err != nil {
		return rosterEraseView.again(r, err, p)
	}
	return r.done("/vagtplan/valg/"+p.Election.ID+"/regler", "roster-erase.done", n)
}
