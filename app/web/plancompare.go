package web

import (
	"fmt"

	"github.com/brevstemme/brevstemme/models/language"
	"github.com/brevstemme/brevstemme/models/planning"
)

type planComparePage struct {
	Chrome
	planHead
	Now    string
	Any    bool
	Errors *Table
	Differ Table
}

var planCompareView = newView[*planComparePage]("plan-compare")

// planComparePage shows the list that the plan is compared with, and where the
// two differ.
func (s *Server) planComparePage(r *Request) (*planComparePage, error) {
	e, err := s.store.Election(r.Context(), r.Param("id"))
	if err != nil {
		return nil, err
	}
	plan, _, err := s.store.Plan(r.Context(), e.ID)
	if err != nil {
		return nil, err
	}
	list, err := s.store.Elsewhere(r.Context(), e.ID)
	if err != nil {
		return nil, err
	}
	p := &planComparePage{Chrome: planChrome(e), planHead: r.planHead(e, "compare"), Any: len(list.Hours) > 0, Now: r.Text("plan-compare.none")}
	p.TitleKey = "plan-compare.title"
	if p.Any {
		p.Now = r.Text("plan-compare.now", language.Number(r.Lang, int64(len(list.Hours))), list.Source, r.moment(list.At))
	}
	p.Differ = Table{Caption: r.Text("plan-compare.differ"), Empty: r.Text("plan-compare.differ_none"), Columns: []Column{{Text: r.Text("plan.finding")}}}
	for _, f := range planning.Of(plan, e.ID) {
		if f.Code == planning.HoursDiffer {
			p.Differ.Rows = append(p.Differ.Rows, []Cell{{Text: f.Text(r.Lang), Href: "/plan/" + e.ID + "/sted/" + f.Place}})
		}
	}
	return p, nil
}

func (s *Server) planCompareForm(r *Request) error {
	p, err := s.planComparePage(r)
	if err != nil {
		return err
	}
	return planCompareView.render(r, p)
}

// planCompare reads a comparison list in, or ends the comparison.
func (s *Server) planCompare(r *Request) error {
	p, err := s.planComparePage(r)
	if err != nil {
		return err
	}
	back := "/plan/" + p.Election.ID + "/lister"
	if r.Field("do") == "end" {
		if _, _, err := s.store.CompareHours(r.Context(), r.act(), p.Election.ID, "", nil); err != nil {
			return planCompareView.again(r, err, p)
		}
		return r.done(back, "plan-compare.ended")
	}
	_, content, err := r.upload("file")
	if err != nil {
		return planCompareView.again(r, err, p)
	}
	rows, err := readTable(content)
	if err != nil {
		return planCompareView.again(r, err, p)
	}
	list, bad, err := s.store.CompareHours(r.Context(), r.act(), p.Election.ID, r.Field("source"), rows)
	if err != nil {
		p.Errors = r.rowErrors(bad)
		return planCompareView.again(r, err, p)
	}
	now, err := s.planComparePage(r)
	if err != nil {
		return err
	}
	return r.done(back, "plan-compare.done", fmt.Sprint(len(list.Hours)), len(now.Differ.Rows))
}
