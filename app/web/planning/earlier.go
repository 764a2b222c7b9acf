package planning

import (
	"net/http"
	"strconv"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/language"
	"github.com/brevstemme/brevstemme/models/planning"
)

func (s *Server) earlierRoutes() []site.Route {
	return []site.Route{
		site.Get("/plan/:id/prognose/tidligere", site.Coordinator, s.earlierForm),
		site.Post("/plan/:id/prognose/tidligere", site.Coordinator, s.keepEarlier),
		site.Get(site.APIPrefix+"elections/:election/earlier", planReaders, s.apiEarlier).API(nil, []planning.Earlier{}),
		site.Post(site.APIPrefix+"elections/:election/earlier", site.Coordinator, s.apiKeepEarlier).API(EarlierIn{}, planning.Earlier{}),
	}
}

// EarlierIn are the votes of an election before this program's time, for the
// forecast; none take them out.
type EarlierIn struct {
	Name  string                  `json:"name"`
	Last  models.Date             `json:"last"`
	Votes []planning.EarlierVotes `json:"votes"`
}

type planEarlierPage struct {
	site.Chrome
	planHead
	Kept   site.Table
	Names  []site.Option // what can be taken out
	Errors *site.Table
}

var planEarlierView = site.NewView[*planEarlierPage]("plan-earlier")

// planEarlierPage lists the earlier elections of which votes are kept.
func (s *Server) planEarlierPage(r *site.Request) (*planEarlierPage, error) {
	e, err := s.Store.Election(r.Context(), r.Param("id"))
	if err != nil {
		return nil, err
	}
	kept, err := s.Store.Earlier(r.Context(), e)
	if err != nil {
		return nil, err
	}
	p := &planEarlierPage{Chrome: planChrome(e), planHead: headOfPlan(r, e, "forecast")}
	p.TitleKey = "plan-earlier.title"
	p.Crumbs = append(p.Crumbs, site.Link{Href: "/plan/" + e.ID + "/prognose", Key: "plan-forecast.title"})
	p.Kept = site.Table{Caption: r.Text("plan-earlier.kept"), Empty: r.Text("plan-earlier.empty"), Columns: []site.Column{{Text: r.Text("plan-earlier.name")}, {Text: r.Text("plan-earlier.last")},
		{Text: r.Text("plan-earlier.places"), Number: true}, {Text: r.Text("plan-earlier.days"), Number: true}, {Text: r.Text("plan-earlier.votes"), Number: true}, {Text: r.Text("plan-earlier.at")}}}
	number := func(n int) site.Cell { return site.Cell{Text: language.Number(r.Lang, int64(n))} }
	for _, k := range kept {
		places, days := map[string]bool{}, map[models.Date]bool{}
		for _, v := range k.Votes {
			places[v.Place], days[v.Day] = true, true
		}
		p.Kept.Rows = append(p.Kept.Rows, []site.Cell{{Text: k.Name}, {Text: r.ShortDay(k.Last)}, number(len(places)), number(len(days)), number(k.Total()), {Text: r.Moment(k.At)}})
		p.Names = append(p.Names, site.Option{Value: k.Name, Text: k.Name})
	}
	return p, nil
}

func (s *Server) earlierForm(r *site.Request) error {
	p, err := s.planEarlierPage(r)
	if err != nil {
		return err
	}
	return planEarlierView.Render(r, p)
}

// keepEarlier reads the votes of an earlier election in, or takes them out.
func (s *Server) keepEarlier(r *site.Request) error {
	p, err := s.planEarlierPage(r)
	if err != nil {
		return err
	}
	back := "/plan/" + p.Election.ID + "/prognose/tidligere"
	if r.Field("do") == "remove" {
		gone, err := s.Store.RemoveEarlier(r.Context(), r.Act(), p.Election.ID, r.Field("which"))
		if err != nil {
			return planEarlierView.Again(r, err, p)
		}
		return r.Done(back, "plan-earlier.removed", gone.Name)
	}
	last, err := r.Date("last")
	if err != nil {
		return planEarlierView.Again(r, err, p)
	}
	_, content, err := r.Upload("file")
	if err != nil {
		return planEarlierView.Again(r, err, p)
	}
	rows, err := site.ReadTable(content)
	if err == nil && len(rows) == 0 {
		err = models.Invalid("file", "place.file_empty")
	}
	if err != nil {
		return planEarlierView.Again(r, err, p)
	}
	kept, bad, err := s.Store.KeepEarlier(r.Context(), r.Act(), p.Election.ID, r.Field("name"), last, rows)
	if err != nil {
		p.Errors = rowErrors(r, bad)
		return planEarlierView.Again(r, err, p)
	}
	return r.Done(back, "plan-earlier.done", kept.Name, language.Number(r.Lang, int64(kept.Total())))
}

func (s *Server) apiEarlier(r *site.Request) error {
	e, err := s.Store.Election(r.Context(), r.Param("election"))
	if err != nil {
		return err
	}
	kept, err := s.Store.Earlier(r.Context(), e)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, append([]planning.Earlier{}, kept...))
}

// apiKeepEarlier takes the same columns as the file: row n+1 is votes[n-1].
func (s *Server) apiKeepEarlier(r *site.Request) error {
	var in EarlierIn
	if err := r.Decode(&in); err != nil {
		return err
	}
	var rows [][]string
	if len(in.Votes) > 0 {
		rows = [][]string{planning.EarlierColumns}
	}
	for _, v := range in.Votes {
		rows = append(rows, []string{v.Place, v.Day.String(), strconv.Itoa(v.N)})
	}
	kept, bad, err := s.Store.KeepEarlier(r.Context(), r.Act(), r.Param("election"), in.Name, in.Last, rows)
	if len(bad) > 0 {
		err = bad[0].Err // the first row that cannot be meant, by its own words
	}
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, kept)
}
