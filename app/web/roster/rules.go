package roster

import (
	"cmp"
	"fmt"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/staffing"
)

type rosterRulesPage struct {
	site.Chrome
	rosterHead
	Required []site.Option
	Due      string
	Forecast []site.Option
	Votes    string
	Minutes  string
	Wait     string
	Erase    string
}

var rosterRulesView = site.NewView[*rosterRulesPage]("roster-rules")

func (s *Server) rosterRulesPage(r *site.Request) (*rosterRulesPage, error) {
	e, err := s.Store.Election(r.Context(), r.Param("election"))
	p := &rosterRulesPage{Chrome: site.Chrome{TitleArgs: []any{e.Name}}, rosterHead: headOfRoster(r, e, "rules")}
	p.Required = []site.Option{{Value: "1", Text: r.Text("roster-rules.required"), Hint: r.Text("roster-rules.required_hint"), Checked: e.AppointmentsRequired}}
	p.Forecast = []site.Option{{Value: "1", Text: r.Text("roster-rules.forecast_on"), Hint: r.Text("roster-rules.forecast_hint"), Checked: e.Forecast.On}}
	p.Votes, p.Minutes, p.Wait = fmt.Sprint(e.Expected), fmt.Sprint(cmp.Or(e.Forecast.Minutes, staffing.UsualMinutes)), fmt.Sprint(cmp.Or(e.Forecast.Wait, staffing.UsualWait))
	if !e.WishesDue.IsZero() {
		p.Due = e.WishesDue.Danish()
	}
	if !e.EraseStaff.IsZero() {
		p.Erase = e.EraseStaff.Danish()
	}
	return p, err
}

func (s *Server) rosterRulesForm(r *site.Request) error {
	p, err := s.rosterRulesPage(r)
	if err != nil {
		return err
	}
	return rosterRulesView.Render(r, p)
}

func (s *Server) rosterRules(r *site.Request) error {
	p, err := s.rosterRulesPage(r)
	if err != nil {
		return err
	}
	due, err := optionalDate(r, "due")
	if err != nil {
		return rosterRulesView.Again(r, err, p)
	}
	rules := staffing.Rules{Required: r.Field("required") == "1", WishesDue: due, Expected: p.Election.Expected, Forecast: models.CrewForecast{On: r.Field("forecast") == "1"}}
	if rules.EraseStaff, err = optionalDate(r, "erase"); err != nil {
		return rosterRulesView.Again(r, err, p)
	}
	for field, to := range map[string]*int{"votes": &rules.Expected, "minutes": &rules.Forecast.Minutes, "wait": &rules.Forecast.Wait} {
		if r.Field(field) == "" {
			*to = 0
			continue
		}
		if *to, err = r.Count(field); err != nil {
			return rosterRulesView.Again(r, err, p)
		}
	}
	if err := s.Store.SetStaffing(r.Context(), r.Act(), p.Election.ID, rules); err != nil {
		return rosterRulesView.Again(r, err, p)
	}
	return r.Done("/vagtplan/valg/"+p.Election.ID+"/regler", "roster-rules.done")
}

// optionalDate is a date that may be left empty.
func optionalDate(r *site.Request, field string) (models.Date, error) {
	if r.Field(field) == "" {
		return models.Date{}, nil
	}
	return r.Date(field)
}
