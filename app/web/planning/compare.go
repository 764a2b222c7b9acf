package planning

import (
	"fmt"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models/language"
	"github.com/brevstemme/brevstemme/models/planning"
)

type planComparePage struct {
	site.Chrome
	planHead
	Now    string
	Any    bool
	Errors *site.Table
	Differ site.Table
}

var planCompareView = site.NewView[*planComparePage]("plan-compare")

// planComparePage shows the list that the plan is compared with, and where the
// two differ.
func (s *Server) planComparePage(r *site.Request) (*planComparePage, error) {
	e, plan, _, err := s.planOf(r)
	if err != nil {
		return nil, err
	}
	list, err := s.Store.Elsewhere(r.Context(), e.ID)
	if err != nil {
		return nil, err
	}
	p := &planComparePage{Chrome: planChrome(e), planHead: headOfPlan(r, e, "compare"), Any: len(list.Hours) > 0, Now: r.Text("plan-compare.none")}
	p.TitleKey = "plan-compare.title"
	if p.Any {
		p.Now = r.Text("plan-compare.now", language.Number(r.Lang, int64(len(list.Hours))), list.Source, r.Moment(list.At))
	}
	p.Differ = site.Table{Caption: r.Text("plan-compare.differ"), Empty: r.Text("plan-compare.differ_none"), Columns: []site.Column{{Text: r.Text("plan.finding")}}}
	for _, f := range planning.Of(plan, e.ID) {
		if f.Code == planning.HoursDiffer {
			p.Differ.Rows = append(p.Differ.Rows, []site.Cell{{Text: f.Text(r.Lang), Href: "/plan/" + e.ID + "/sted/" + f.Place}})
		}
	}
	return p, nil
}

func (s *Server) planCompareForm(r *site.Request) error {
	p, err := s.planComparePage(r)
	if err != nil {
		return err
	}
	return planCompareView.Render(r, p)
}

// planCompare reads a comparison list in, or ends the comparison.
func (s *Server) planCompare(r *site.Request) error {
	p, err := s.planComparePage(r)
	if err != nil {
		return err
	}
	back := "/plan/" + p.Election.ID + "/lister"
	if r.Field("do") == "end" {
		if _, _, err := s.Store.CompareHours(r.Context(), r.Act(), p.Election.ID, "", nil); err != nil {
			return planCompareView.Again(r, err, p)
		}
		return r.Done(back, "plan-compare.ended")
	}
	_, content, err := r.Upload("file")
	if err != nil {
		return planCompareView.Again(r, err, p)
	}
	rows, err := site.ReadTable(content)
	if err != nil {
		return planCompareView.Again(r, err, p)
	}
	list, bad, err := s.Store.CompareHours(r.Context(), r.Act(), p.Election.ID, r.Field("source"), rows)
	if err != nil {
		p.Errors = rowErrors(r, bad)
		return planCompareView.Again(r, err, p)
	}
	now, err := s.planComparePage(r)
	if err != nil {
		return err
	}
	return r.Done(back, "plan-compare.done", fmt.Sprint(len(list.Hours)), len(now.Differ.Rows))
}
