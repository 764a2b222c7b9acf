package web

import (
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/onward"
)

func (s *Server) examinationPage(r *Request) (*onwardPage, error) {
	e, err := s.chosen(r)
	if err != nil {
		return nil, err
	}
	all, err := s.store.Morning(r.Context(), e.ID)
	if err != nil {
		return nil, err
	}
	xs, err := s.store.Examinations(r.Context(), e.ID)
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
	p := &onwardPage{Chrome: Chrome{TitleText: r.Text("onward.outcome") + ": " + ready.District.Label(), Crumbs: []Link{{Href: path, Key: "onward.stations"}}}, Facts: []Fact{{Name: r.Text("onward.delivered_n"), Text: r.digits(ready.Delivered)}}}
	entered := false
	for _, x := range xs {
		if x.District == ready.District.ID {
			p.Blocks, entered = append(p.Blocks, onwardBlock{Table: r.outcomeTable(x)}), true
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

func (r *Request) outcomeTable(x onward.Examination) Table {
	t := Table{Caption: r.Text("onward.outcome"), Columns: []Column{{Text: r.Text("onward.code")}, {Text: r.Text("onward.number"), Number: true}}}
	o := x.Last()
	t.Rows = append(t.Rows, []Cell{{Text: r.Text("onward.considered")}, {Text: r.digits(o.Considered)}})
	for _, c := range onward.RejectionCodes {
		t.Rows = append(t.Rows, []Cell{{Text: r.Text("onward.code." + c)}, {Text: r.digits(o.Rejected[c])}})
	}
	t.Foot = []Cell{{Text: r.Text("onward.sum")}, {Text: r.digits(o.Total())}}
	return t
}

func (s *Server) outcomeForm(r *Request, path string, entered bool) (onwardBlock, error) {
	people, err := s.secondPerson(r)
	if err != nil {
		return onwardBlock{}, err
	}
	places, err := s.store.Places(r.Context())
	if err != nil {
		return onwardBlock{}, err
	}
	var codes, from []Option
	fields := []onwardField{{Kind: "count", Name: "considered", Label: r.Text("onward.considered")}}
	for _, c := range onward.RejectionCodes {
		fields = append(fields, onwardField{Kind: "count", Name: "code:" + c, Label: r.Text("onward.code." + c), Optional: true})
		codes = append(codes, Option{Value: c, Text: r.Text("onward.code." + c)})
	}
	from = []Option{{Value: "", Text: "–"}}
	for _, x := range places {
		from = append(from, Option{Value: x.ID, Text: x.Name})
	}
	for _, i := range []string{"1", "2", "3", "4"} {
		fields = append(fields, onwardField{Kind: "select", Name: "place" + i, Label: r.Text("onward.origin_place", i), Hint: r.Text("onward.origin_hint"), Options: from, Optional: true},
			onwardField{Kind: "select", Name: "placecode" + i, Label: r.Text("onward.origin_code", i), Options: codes, Optional: true}, onwardField{Kind: "count", Name: "placen" + i, Label: r.Text("onward.origin_n", i), Optional: true})
	}
	fields = append(fields, onwardField{Kind: "select", Name: "examiner1", Label: r.Text("onward.examiner", "1"), Options: people}, onwardField{Kind: "select", Name: "examiner2", Label: r.Text("onward.examiner", "2"), Options: people})
	if entered {
		fields = append(fields, onwardField{Name: "reason", Label: r.Text("onward.correction_reason")})
	}
	return onwardBlock{Heading: r.Text("onward.outcome_enter"), Text: r.Text("onward.outcome_text"), Form: onwardForm{Action: path, Button: r.Text("onward.outcome_save"), Fields: fields}}, nil
}

func (s *Server) examinationDo(r *Request) error {
	p, err := s.examinationPage(r)
	if err != nil {
		return err
	}
	o := onward.Outcome{Examiners: []string{r.Field("examiner1"), r.Field("examiner2")}, Reason: r.Field("reason")}
	if o.Considered, err = r.Count("considered"); err == nil {
		o.Rejected, err = r.counts("code:")
	}
	for _, i := range []string{"1", "2", "3", "4"} {
		if err == nil && r.Field("place"+i) != "" {
			f := onward.FromPlace{Place: r.Field("place" + i), Code: r.Field("placecode" + i)}
			f.N, err = r.Count("placen" + i)
			o.Origins = append(o.Origins, f)
		}
	}
	if err == nil {
		_, err = s.store.Examine(r.Context(), r.act(), r.Param("election"), r.Param("district"), o)
	}
	if err != nil {
		return onwardView.again(r, err, p)
	}
	return r.done("/afstemningssteder/"+r.Param("election")+"/resultat/"+r.Param("district"), "onward.outcome_saved")
}
