package web

import (
	"net/http"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/language"
)

// balanceReaders see who has how many. Reception does not: what is on its way
// to it would be told before it has counted.
var balanceReaders = roles{models.RoleCoordinator, models.RoleAuditor}

func (s *Server) balanceRoutes() []Route {
	return []Route{
		get("/balance", balanceReaders, s.balanceChoose).nav("nav.balance"),
		get("/balance/:election", balanceReaders, s.balance),
		get("/api/v1/elections/:election/balance", balanceReaders, s.apiBalance).api(nil, custody.Line{}),
	}
}

type balancePage struct {
	Chrome
	Elections []Link
	Line      custody.Line
	Sums      Equation
	Flow      custody.Flow
	Table     Table
	Days      Table // desk, hand count and reception by day
	Three     Table // and by session, for one day and for all that do not agree
	Doubts    Table // differences that are one of several sessions'
	Empty     bool
	Choose    bool
}

var balanceView = newView[*balancePage]("balance")

// balanceChoose goes straight to the one election that runs, which names the
// others; with several it asks.
func (s *Server) balanceChoose(r *Request) error {
	running, err := s.store.Running(r.Context())
	if err != nil {
		return err
	}
	if len(running) == 1 {
		r.seeOther("/balance/" + running[0].ID)
		return nil
	}
	all, err := s.store.Elections(r.Context())
	if err != nil {
		return err
	}
	p := &balancePage{Choose: len(all) > 0, Empty: len(all) == 0}
	for _, e := range all {
		p.Elections = append(p.Elections, Link{Href: "/balance/" + e.ID, Text: e.Name})
	}
	return balanceView.render(r, p)
}

// line reads the conservation line of an election.
func (s *Server) line(r *Request, election string) (custody.Line, error) {
	sums, err := s.store.Sums(r.Context(), election)
	if err != nil {
		return custody.Line{}, err
	}
	var in []custody.Balance
	for _, x := range sums {
		in = append(in, custody.Balance{Holder: x.Holder, Item: x.Item, N: x.N})
	}
	return custody.Conserve(election, in), nil
}

func (s *Server) balance(r *Request) error {
	e, err := s.store.Election(r.Context(), r.Param("election"))
	if err != nil {
		return err
	}
	p := &balancePage{Chrome: Chrome{TitleKey: "balance.title_of", TitleArgs: []any{e.Name}}}
	if p.Line, err = s.line(r, e.ID); err != nil {
		return err
	}
	places, err := s.placeNames(r)
	if err != nil {
		return err
	}
	all, err := s.store.Elections(r.Context())
	if err != nil {
		return err
	}
	for _, x := range all {
		if x.ID != e.ID {
			p.Elections = append(p.Elections, Link{Href: "/balance/" + x.ID, Text: x.Name})
		}
	}
	p.Sums = r.equation(p.Line)
	p.Flow = custody.Draw(p.Line, func(holder string) string { return r.holder(holder, places) })
	holders, err := s.holderNames(r, p.Line, places)
	if err != nil {
		return err
	}
	p.Table = r.balanceTable(p.Line, holders)
	w, err := s.store.ThreeWay(r.Context(), e.ID)
	if err != nil {
		return err
	}
	p.Days, p.Three, p.Doubts = r.threeDays(e.ID, w.Days), r.threeSessions(w.Sessions, places), r.threeDoubts(w, places)
	return balanceView.render(r, p)
}

func (r *Request) equation(l custody.Line) Equation {
	e := Equation{Received: int(l.Received)}
	for _, c := range custody.RightSide {
		if c == custody.ClassDifference && l.Class[c] == 0 {
			continue
		}
		e.Parts = append(e.Parts, Part{r.Text("balance.class." + string(c)), int(l.Class[c])})
	}
	return e
}

func (r *Request) balanceTable(l custody.Line, places map[string]string) Table {
	t := Table{Caption: r.Text("balance.by_holder"), Empty: r.Text("balance.empty"), Columns: []Column{{Text: r.Text("balance.holder")}, {Text: r.Text("balance.class")}}}
	kinds := []string{custody.Own, "other", custody.Unknown}
	for _, k := range kinds {
		t.Columns = append(t.Columns, Column{Text: r.Text("desk.kind." + k), Number: true})
	}
	t.Columns = append(t.Columns, Column{Text: r.Text("balance.total"), Number: true})
	number := func(n int64) Cell { return Cell{Text: language.Number(r.Lang, n)} }
	for _, h := range l.Holders {
		row := []Cell{{Text: r.holder(h.Holder, places)}, {Text: r.Text("balance.class." + string(h.Class))}}
		for _, k := range kinds {
			row = append(row, number(h.Kinds[k]))
		}
		t.Rows = append(t.Rows, append(row, number(h.Total)))
	}
	foot := []Cell{{Text: r.Text("balance.sum")}, {}}
	for _, k := range kinds {
		foot = append(foot, number(l.Kinds[k]))
	}
	t.Foot = append(foot, number(l.Sum))
	return t
}

func (s *Server) apiBalance(r *Request) error {
	e, err := s.store.Election(r.Context(), r.Param("election"))
	if err != nil {
		return err
	}
	l, err := s.line(r, e.ID)
	if err != nil {
		return err
	}
	return r.json(http.StatusOK, l)
}
