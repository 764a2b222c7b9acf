package onward

import (
	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/onward"
)

func (s *Server) examinationPage(r *site.Request) (*site.BlockPage, error) {
	e, err := s.chosen(r)
	if err != nil {
		return nil, err
	}
	all, err := s.Store.Morning(r.Context(), e.ID)
	if err != nil {
		return nil, err
	}
	xs, err := s.Store.Examinations(r.Context(), e.ID)
	if err != nil {
		return nil, err
	}
	var ready *onward.Readiness
	for i := range all {
		if all[i].District.ID == r.Param("district") {
			ready = &all[i]
		}
	}
	if ready == nil {
		return nil, models.E(models.CodeNotFound, "")
	}
	path := "/afstemningssteder/" + e.ID
	p := &site.BlockPage{Chrome: site.Chrome{TitleText: r.Text("onward.outcome") + ": " + ready.District.Label(), Crumbs: []site.Link{{Href: path, Key: "onward.stations"}}}, Facts: []site.Fact{{Name: r.Text("onward.delivered_n"), Text: digits(r, ready.Delivered)}}}
	entered := false
	for _, x := range xs {
		if x.District == ready.District.ID {
			p.Blocks, entered = append(p.Blocks, site.Block{Table: outcomeTable(r, x)}), true
		}
	}
	if r.Account.Is(models.RoleCoordinator) && ready.Delivered > 0 {
		block, err := s.outcomeForm(r, path+"/resultat/"+ready.District.ID, entered)
		if err != nil {
			return nil, err
		}
		p.Blocks = append(p.Blocks, block)
	}
	return p, nil
}

func outcomeTable(r *site.Request, x onward.Examination) site.Table {
	t := site.Table{Caption: r.Text("onward.outcome"), Columns: []site.Column{{Text: r.Text("onward.code")}, {Text: r.Text("onward.number"), Number: true}}}
	o := x.Last()
	t.Rows = append(t.Rows, []site.Cell{{Text: r.Text("onward.considered")}, {Text: digits(r, o.Considered)}})
	for _, c := range onward.RejectionCodes {
		t.Rows = append(t.Rows, []site.Cell{{Text: r.Text("onward.code." + c)}, {Text: digits(r, o.Rejected[c])}})
	}
	t.Foot = []site.Cell{{Text: r.Text("onward.sum")}, {Text: digits(r, o.Total())}}
	return t
}

func (s *Server) outcomeForm(r *site.Request, path string, entered bool) (site.Block, error) {
	people, err := s.secondPerson(r)
	if err != nil {
		return site.Block{}, err
	}
	places, err := s.Store.Places(r.Context())
	if err != nil {
		return site.Block{}, err
	}
	var codes, from []site.Option
	fields := []site.BlockField{{Kind: "count", Name: "considered", Label: r.Text("onward.considered")}}
	for _, c := range onward.RejectionCodes {
		fields = append(fields, site.BlockField{Kind: "count", Name: "code:" + c, Label: r.Text("onward.code." + c), Optional: true})
		codes = append(codes, site.Option{Value: c, Text: r.Text("onward.code." + c)})
	}
	from = []site.Option{{Value: "", Text: "–"}}
	for _, x := range places {
		from = append(from, site.Option{Value: x.ID, Text: x.Name})
	}
	for _, i := range []string{"1", "2", "3", "4"} {
		fields = append(fields, site.BlockField{Kind: "select", Name: "place" + i, Label: r.Text("onward.origin_place", i), Hint: r.Text("onward.origin_hint"), Options: from, Optional: true},
			site.BlockField{Kind: "select", Name: "placecode" + i, Label: r.Text("onward.origin_code", i), Options: codes, Optional: true}, site.BlockField{Kind: "count", Name: "placen" + i, Label: r.Text("onward.origin_n", i), Optional: true})
	}
	fields = append(fields, site.BlockField{Kind: "select", Name: "examiner1", Label: r.Text("onward.examiner", "1"), Options: people}, site.BlockField{Kind: "select", Name: "examiner2", Label: r.Text("onward.examiner", "2"), Options: people})
	if entered {
		fields = append(fields, site.BlockField{Name: "reason", Label: r.Text("onward.correction_reason")})
	}
	return site.Block{Heading: r.Text("onward.outcome_enter"), Text: r.Text("onward.outcome_text"), Form: site.BlockForm{Action: path, Button: r.Text("onward.outcome_save"), Fields: fields}}, nil
}

func (s *Server) examinationDo(r *site.Request) error {
	p, err := s.examinationPage(r)
	if err != nil {
		return err
	}
	o := onward.Outcome{Examiners: []string{r.Field("examiner1"), r.Field("examiner2")}, Reason: r.Field("reason")}
	if o.Considered, err = r.Count("considered"); err == nil {
		o.Rejected, err = counts(r, "code:")
	}
	for _, i := range []string{"1", "2", "3", "4"} {
		if err == nil && r.Field("place"+i) != "" {
			f := onward.FromPlace{Place: r.Field("place" + i), Code: r.Field("placecode" + i)}
			f.N, err = r.Count("placen" + i)
			o.Origins = append(o.Origins, f)
		}
	}
	if err == nil {
		_, err = s.Store.Examine(r.Context(), r.Act(), r.Param("election"), r.Param("district"), o)
	}
	if err != nil {
		return site.BlockView.Again(r, err, p)
	}
	return r.Done("/afstemningssteder/"+r.Param("election")+"/resultat/"+r.Param("district"), "onward.outcome_saved")
}
