package custody

import (
	"net/http"
	"slices"
	"strings"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/language"
)

// BalanceReaders see who has how many. Reception does not: what is on its way
// to it would be told before it has counted.
var BalanceReaders = site.Roles{models.RoleCoordinator, models.RoleAuditor}

func (s *Server) balanceRoutes() []site.Route {
	return []site.Route{
		site.Get("/balance", BalanceReaders, s.balanceChoose).InMenu("nav.balance"),
		site.Get("/balance/:election", BalanceReaders, s.balance),
		site.Get("/api/v1/elections/:election/balance", BalanceReaders, s.apiBalance).API(nil, custody.Line{}),
		site.Get("/api/v1/elections/:election/three-way", BalanceReaders, s.apiThreeWay).API(nil, ThreeWayOut{}),
	}
}

type balancePage struct {
	site.Chrome
	Running   []lineOf // where there are several
	Elections []site.Link
	Line      custody.Line
	Sums      site.Equation
	Flow      custody.Flow
	Table     site.Table
	Days      site.Table // desk, hand count and reception by day
	Three     site.Table // and by session, for one day and for all that do not agree
	Doubts    site.Table // differences that are one of several sessions'
	Empty     bool
	Choose    bool
}

// lineOf is the conservation line of one of several elections.
type lineOf struct {
	site.Link
	Sums site.Equation
}

var balanceView = site.NewView[*balancePage]("balance")

// balanceChoose goes straight to the one election that runs, which names the
// others; of several it shows the lines, and names the rest.
func (s *Server) balanceChoose(r *site.Request) error {
	running, err := s.Store.Running(r.Context())
	if err != nil {
		return err
	}
	if len(running) == 1 {
		r.SeeOther("/balance/" + running[0].ID)
		return nil
	}
	all, err := s.Store.Elections(r.Context())
	if err != nil {
		return err
	}
	p := &balancePage{Choose: len(all) > 0, Empty: len(all) == 0}
	for _, e := range all {
		link := site.ElectionLink(e, "/balance/"+e.ID)
		if !slices.ContainsFunc(running, func(x models.Election) bool { return x.ID == e.ID }) {
			p.Elections = append(p.Elections, link)
			continue
		}
		line, err := s.Line(r, e.ID)
		if err != nil {
			return err
		}
		p.Running = append(p.Running, lineOf{link, Equation(r, line)})
	}
	return balanceView.Render(r, p)
}

// Line reads the conservation line of an election.
func (s *Server) Line(r *site.Request, election string) (custody.Line, error) {
	sums, err := s.Store.Sums(r.Context(), election)
	if err != nil {
		return custody.Line{}, err
	}
	var in []custody.Balance
	for _, x := range sums {
		in = append(in, custody.Balance{Holder: x.Holder, Item: x.Item, N: x.N})
	}
	return custody.Conserve(election, in), nil
}

func (s *Server) balance(r *site.Request) error {
	e, err := s.Store.Election(r.Context(), r.Param("election"))
	if err != nil {
		return err
	}
	p := &balancePage{Chrome: site.Chrome{TitleKey: "balance.title_of", TitleArgs: []any{e.Name}}}
	if p.Line, err = s.Line(r, e.ID); err != nil {
		return err
	}
	places, err := s.PlaceNames(r)
	if err != nil {
		return err
	}
	all, err := s.Store.Elections(r.Context())
	if err != nil {
		return err
	}
	for _, x := range all {
		if x.ID != e.ID {
			p.Elections = append(p.Elections, site.ElectionLink(x, "/balance/"+x.ID))
		}
	}
	p.Sums = Equation(r, p.Line)
	p.Flow = custody.Draw(p.Line, func(holder string) string { return r.Holder(holder, places) })
	holders, err := s.holderNames(r, p.Line, places)
	if err != nil {
		return err
	}
	p.Table = balanceTable(r, p.Line, holders)
	w, err := s.Store.ThreeWay(r.Context(), e.ID)
	if err != nil {
		return err
	}
	p.Days, p.Three, p.Doubts = threeDays(r, e.ID, w.Days), threeSessions(r, w.Sessions, places), threeDoubts(r, w, places)
	return balanceView.Render(r, p)
}

func Equation(r *site.Request, l custody.Line) site.Equation {
	e := site.Equation{Received: int(l.Received)}
	for _, c := range custody.RightSide {
		if c == custody.ClassDifference && l.Class[c] == 0 {
			continue
		}
		e.Parts = append(e.Parts, site.Part{Name: r.Text("balance.class." + string(c)), Number: int(l.Class[c]), Bad: c == custody.ClassDifference})
	}
	return e
}

// holderPage is where a holder that has a page of its own is looked at, "" for others.
func holderPage(holder string) string {
	id := custody.HolderID(holder)
	switch custody.HolderKind(holder) {
	case "difference":
		return "/afvigelser/" + id
	case "container":
		return "/beholdere/" + id
	case "leg":
		if strings.HasPrefix(id, "H") { // the others are runs to the polling stations
			return "/overdragelser/" + id
		}
	}
	return ""
}

func balanceTable(r *site.Request, l custody.Line, places map[string]string) site.Table {
	t := site.Table{Caption: r.Text("balance.by_holder"), Empty: r.Text("balance.empty"), Columns: []site.Column{{Text: r.Text("balance.holder")}, {Text: r.Text("balance.class")}}}
	kinds := []string{custody.Own, "other", custody.Unknown}
	for _, k := range kinds {
		t.Columns = append(t.Columns, site.Column{Text: r.Text("desk.kind." + k), Number: true})
	}
	t.Columns = append(t.Columns, site.Column{Text: r.Text("balance.total"), Number: true})
	number := func(n int64) site.Cell { return site.Cell{Text: language.Number(r.Lang, n)} }
	for _, h := range l.Holders {
		row := []site.Cell{{Text: r.Holder(h.Holder, places), Href: holderPage(h.Holder)}, {Text: r.Text("balance.class." + string(h.Class))}}
		for _, k := range kinds {
			row = append(row, number(h.Kinds[k]))
		}
		t.Rows = append(t.Rows, append(row, number(h.Total)))
	}
	foot := []site.Cell{{Text: r.Text("balance.sum")}, {}}
	for _, k := range kinds {
		foot = append(foot, number(l.Kinds[k]))
	}
	t.Foot = append(foot, number(l.Sum))
	return t
}

func (s *Server) apiBalance(r *site.Request) error {
	e, err := s.Store.Election(r.Context(), r.Param("election"))
	if err != nil {
		return err
	}
	l, err := s.Line(r, e.ID)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, l)
}
