package site

import (
	"net/http"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/planning"
	"github.com/brevstemme/brevstemme/models/staffing"
)

// Tasks are what is done at a place and what is done by nobody, as the person
// who asks sees them.
type Tasks struct {
	May, MayNot []taskLine
	Personal    bool     // the person has a record: each task says whether they may do it
	Missing     []string // what keeps the person from acts of authority here
}

// taskLine is one task at a place: what sort it is, who does it, and whether the
// person who asks may.
type taskLine struct {
	Text, Who, Law string
	Nature, Me     Tag
}

// ability is what says which tasks the person logged in may do.
type ability struct {
	Person    models.Person
	Elections []models.Election // to come or under way
	Papers    staffing.Papers
}

// Ability loads it; without a person's record it is empty.
func (s *Server) Ability(r *Request) (ability, error) {
	var m ability
	if r.Account.Person == "" {
		return m, nil
	}
	p, err := s.Store.Person(r.Context(), r.Account.Person)
	if models.CodeOf(err) == models.CodeNotFound {
		return m, nil
	}
	if err != nil {
		return m, err
	}
	all, err := s.Store.Elections(r.Context())
	if err != nil {
		return m, err
	}
	m.Person = p
	for _, e := range all {
		if !e.Practice && (e.State == models.ElectionPlanned || e.State == models.ElectionRunning) {
			m.Elections = append(m.Elections, e)
		}
	}
	m.Papers, err = s.Store.Papers(r.Context(), p.ID)
	return m, err
}

func (m ability) at(place string) staffing.Fitness {
	return staffing.Fit(m.Person, m.Elections, place, m.Papers)
}

// TasksAt are the tasks of a place: those that somebody does, and those that are
// forbidden to all.
func (r *Request) TasksAt(x models.Place, me ability) Tasks {
	out := Tasks{Personal: me.Person.ID != ""}
	kinds := map[planning.Nature]string{planning.Guidance: "info", planning.Authority: "warn", planning.Practice: "plain", planning.Forbidden: "bad"}
	fit, mayAct := me.at(x.ID), false
	for _, t := range planning.Tasks {
		may := planning.MayDo(t, x.Model, me.Person, fit.OK(), fit.Candidate)
		l := taskLine{Text: r.Text("planning.task." + t.ID), Who: r.Text("place.doer." + string(planning.Who(t, x.Model))), Law: t.Law,
			Nature: Tag{kinds[t.Nature], r.Text("place.nature." + string(t.Nature))}, Me: r.mayTag(may)}
		if t.Nature == planning.Forbidden {
			out.MayNot = append(out.MayNot, l)
			continue
		}
		mayAct = mayAct || may && t.Nature == planning.Authority
		out.May = append(out.May, l)
	}
	if out.Personal && !mayAct {
		out.Missing = r.whyNot(x, fit)
	}
	return out
}

func (r *Request) mayTag(may bool) Tag {
	if may {
		return Tag{"ok", r.Text("place.me_may")}
	}
	return Tag{"plain", r.Text("place.me_may_not")}
}

// whyNot is what keeps a person from acts of authority at a place.
func (r *Request) whyNot(x models.Place, fit staffing.Fitness) []string {
	if fit.OK() {
		return []string{r.Text("place.other_employer", r.Text("place.model."+string(x.Model)))}
	}
	out := make([]string, len(fit.Missing))
	for i, code := range fit.Missing {
		out[i] = r.Text("staffing.missing." + code)
	}
	return out
}

// MyPlaces says in short, for each place at which a person works, whether they
// receive votes there or guide; the place's own page says it task by task.
func (r *Request) MyPlaces(places []models.Place, me ability, works func(place string) bool) Table {
	t := Table{Caption: r.Text("my-shifts.tasks"), Empty: r.Text("my-shifts.no_places"), Columns: []Column{{Text: r.Text("plan.place")}, {Text: r.Text("my-shifts.i_may")}, {Text: r.Text("my-shifts.why_not")}}}
	for _, x := range places {
		if !works(x.ID) || x.Kind == models.PlaceReception {
			continue
		}
		here := r.TasksAt(x, me)
		may, why := Cell{Tag: Tag{"ok", r.Text("my-shifts.receive")}}, Cell{Text: ""}
		if len(here.Missing) > 0 {
			may, why = Cell{Tag: Tag{"info", r.Text("my-shifts.guide")}}, Cell{Text: here.Missing[0]}
		}
		t.Rows = append(t.Rows, []Cell{{Text: x.Name, Href: "/steder/" + x.ID + "#opgaver"}, may, why})
	}
	return t
}

// TaskOut is one task at a place over JSON.
type TaskOut struct {
	Task   string          `json:"task"`
	Text   string          `json:"text"`
	Nature planning.Nature `json:"nature"`
	Who    planning.Doer   `json:"who"`
	Law    string          `json:"law"`
	May    bool            `json:"may"` // the person who asks
}

func (s *Server) APITasks(r *Request) error {
	x, err := s.Store.Place(r.Context(), r.Param("place"))
	if err != nil {
		return err
	}
	me, err := s.Ability(r)
	if err != nil {
		return err
	}
	fit, out := me.at(x.ID), []TaskOut{}
	for _, t := range planning.Tasks {
		may := me.Person.ID != "" && planning.MayDo(t, x.Model, me.Person, fit.OK(), fit.Candidate)
		out = append(out, TaskOut{t.ID, r.Text("planning.task." + t.ID), t.Nature, planning.Who(t, x.Model), t.Law, may})
	}
	return r.JSON(http.StatusOK, out)
}
