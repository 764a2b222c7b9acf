package web

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/roster"
	"github.com/brevstemme/brevstemme/models/staffing"
)

// solveTime is how long a click on "propose" searches.
const solveTime = 2 * time.Second

type rosterProposePage struct {
	Chrome
	rosterHead
	Modes    []Option
	Facts    []Fact
	Holes    []rosterHole
	Together []rosterHole // days whose sessions cannot all be staffed
	Unfit    int          // receivers who lack papers, where sessions are short
	Fillable int          // short sessions for which people are free
	Fairness Table
}

// rosterHole is a session that cannot be staffed as things stand, and the facts
// that together are in the way.
type rosterHole struct {
	Title, Href string
	Why         []rosterReason
}

// rosterReason is one fact, or how many people the same is true of, with each.
type rosterReason struct {
	Text string
	Each []string
}

type rosterRulesPage struct {
	Chrome
	rosterHead
	Required []Option
	Due      string
	Forecast []Option
	Votes    string
	Minutes  string
	Wait     string
	Erase    string
}

type rosterApprovePage struct {
	Chrome
	rosterHead
	Shifts []approvable
	Others int // of the other employer: a number, nothing else
}

// approvable is a shift that waits for this leader.
type approvable struct {
	ID, Who, When, Place, Why string
	Tag                       Tag
}

var (
	rosterProposeView = newView[*rosterProposePage]("roster-propose")
	rosterRulesView   = newView[*rosterRulesPage]("roster-rules")
	rosterApproveView = newView[*rosterApprovePage]("roster-approve")
)

// rosterProposePage shows the plan as it stands: cost, holes with what is in the
// way, and how even it is.
func (s *Server) rosterProposePage(r *Request) (*rosterProposePage, *staffing.Problem, error) {
	b, err := s.store.Basis(r.Context(), r.Param("election"), s.now())
	if err != nil {
		return nil, nil, err
	}
	p := &rosterProposePage{Chrome: Chrome{TitleArgs: []any{b.Election.Name}}, rosterHead: r.rosterHead(b.Election, "propose")}
	for i, m := range staffing.Modes {
		p.Modes = append(p.Modes, Option{Value: string(m), Text: r.Text("staffing.mode." + string(m)), Checked: i == 0})
	}
	problem := staffing.NewProblem(b)
	now := problem.Now()
	names, err := s.store.Names(r.Context())
	if err != nil {
		return nil, nil, err
	}
	places := placeNamesOf(b.Places)
	p.Facts = []Fact{{Name: r.Text("roster-propose.sessions"), Text: fmt.Sprint(len(problem.Instance.Sessions))}, {Name: r.Text("roster-propose.people"), Text: fmt.Sprint(len(problem.Instance.Staff))},
		{Name: r.Text("roster-propose.missing"), Text: fmt.Sprint(now.Missing)}, {Name: r.Text("roster-propose.cost"), Text: fmt.Sprint(now.Cost.Total - now.Cost.Shortage)},
		{Name: r.Text("roster-propose.cost_parts"), Text: r.Text("roster-propose.parts", now.Cost.Travel, now.Cost.Neutral, now.Cost.Disliked, now.Cost.Over, now.Cost.Unpopular)}}
	for _, h := range now.Holes {
		if len(h.Why) == 0 {
			p.Fillable++
			continue
		}
		x := problem.SessionByID(h.Session)
		hole := rosterHole{Title: r.Text("roster-propose.hole", places[x.Place], r.sessionWhen(x), h.Short), Href: "/vagtplan/aabning/" + x.ID}
		hole.Why = r.reasons(h.Why, problem, func(w staffing.Because) string { return r.because(w, names, problem, places) })
		p.Holes = append(p.Holes, hole)
	}
	for _, d := range now.Days {
		hole := rosterHole{Title: r.Text("roster-propose.day", r.weekdayDate(d.Day)), Href: "/vagtplan/valg/" + b.Election.ID + "?uge=" + weekKey(d.Day)}
		hole.Why = r.reasons(d.Why, problem, func(w staffing.Because) string {
			text := r.because(w, names, problem, places)
			if x, ok := problem.SessionOf(w.Fact); ok && w.Person == "" {
				text = places[x.Place] + ", " + r.sessionWhen(x) + ": " + text
			}
			return text
		})
		p.Together = append(p.Together, hole)
	}
	if now.Missing > 0 {
		p.Unfit = len(problem.Unfit)
	}
	p.Fairness = r.fairnessTable(now.Fairness, names, b.People)
	return p, problem, nil
}

// manyPeople is from how many on people of whom the same is true are counted.
const manyPeople = 5

// reasons puts facts into words, and people of whom the same is true together.
func (r *Request) reasons(why []staffing.Because, p *staffing.Problem, say func(staffing.Because) string) []rosterReason {
	kind := func(w staffing.Because) string {
		if staffing.Leads(r.actingRole(), p.EmployerOf(w.Person)) {
			return string(w.Fact.Code)
		}
		return "other"
	}
	each := map[string][]string{}
	for _, w := range why {
		if w.Person != "" {
			each[kind(w)] = append(each[kind(w)], say(w))
		}
	}
	var out []rosterReason
	told := map[string]bool{}
	for _, w := range why {
		k := kind(w)
		switch {
		case w.Person == "" || len(each[k]) < manyPeople:
			out = append(out, rosterReason{Text: say(w)})
		case !told[k]:
			told[k] = true
			out = append(out, rosterReason{r.Text("roster-propose.many."+k, len(each[k])), each[k]})
		}
	}
	return out
}

// because is one fact in plain words. Of people whom this person does not lead
// it says only that they cannot: the reason is their leader's to know.
func (r *Request) because(b staffing.Because, names map[string]models.Private, p *staffing.Problem, places map[string]string) string {
	f := b.Fact
	if f.Code == roster.FactTooLong {
		return r.Text(f.Key(), r.hoursText(f.Have), r.hoursText(f.Limit))
	}
	if b.Person == "" {
		return r.Text(f.Key(), f.Have, f.Limit)
	}
	name := names[b.Person].Name
	if !staffing.Leads(r.actingRole(), p.EmployerOf(b.Person)) {
		return r.Text("roster-propose.other_cannot", name)
	}
	if f.Code == roster.FactBusy {
		x := p.Basis.Sessions[f.Have]
		return r.Text("roster-propose.busy", name, places[x.Place], r.sessionWhen(x))
	}
	switch f.Code {
	case roster.FactWeek, roster.FactTotal, roster.FactRest: // minutes
		return r.Text(f.Key(), name, r.hoursText(f.Have), r.hoursText(f.Limit))
	case roster.FactFar: // hectometres; rounded away from each other, so that they never look alike
		return r.Text(f.Key(), name, (f.Have+9)/10, f.Limit/10)
	}
	return r.Text(f.Key(), name, f.Have, f.Limit)
}

func (r *Request) sessionWhen(x models.Session) string {
	return r.shiftHours(staffing.Shift{From: x.Starts, Until: x.Ends})
}

// fairnessTable shows each person's share, of own people with wishes, of the
// others hours only.
func (r *Request) fairnessTable(shares []staffing.Share, names map[string]models.Private, people []models.Person) Table {
	t := Table{Caption: r.Text("roster-propose.fairness"), Empty: r.Text("roster-propose.no_people"), Columns: []Column{{Text: r.Text("roster.person")}, {Text: r.Text("account.employer")},
		{Text: r.Text("roster-propose.shifts"), Number: true}, {Text: r.Text("roster-propose.hours"), Number: true}, {Text: r.Text("roster-propose.target"), Number: true}, {Text: r.Text("roster-propose.unpopular"), Number: true}, {Text: r.Text("roster-propose.against"), Number: true}, {Text: r.Text("roster-propose.km"), Number: true}}}
	employer := map[string]models.Employer{}
	for _, p := range people {
		employer[p.ID] = p.Employer
	}
	slices.SortStableFunc(shares, func(a, b staffing.Share) int { return b.Minutes - a.Minutes })
	for _, x := range shares {
		target, against := r.hoursText(x.Target), fmt.Sprint(x.Disliked)
		if !staffing.Leads(r.actingRole(), employer[x.Person]) {
			target, against = "", ""
		}
		t.Rows = append(t.Rows, []Cell{{Text: names[x.Person].Name, Href: "/vagtplan/person/" + x.Person}, {Text: r.Text("employer." + string(employer[x.Person]))}, {Text: fmt.Sprint(x.Sessions)}, {Text: r.hoursText(x.Minutes)}, {Text: target}, {Text: fmt.Sprint(x.Unpopular)}, {Text: against}, {Text: fmt.Sprint(x.TravelHM / 10)}})
	}
	return t
}

// hoursText is minutes as "12:30".
func (r *Request) hoursText(minutes int) string {
	return fmt.Sprintf("%d:%02d", minutes/60, minutes%60)
}

func (s *Server) rosterProposeForm(r *Request) error {
	p, _, err := s.rosterProposePage(r)
	if err != nil {
		return err
	}
	return rosterProposeView.render(r, p)
}

// rosterPropose searches and writes what it found as proposed shifts.
func (s *Server) rosterPropose(r *Request) error {
	p, problem, err := s.rosterProposePage(r)
	if err != nil {
		return err
	}
	mode := staffing.Mode(r.Field("mode"))
	if !slices.Contains(staffing.Modes, mode) {
		return rosterProposeView.again(r, models.Invalid("mode", "roster-propose.no_mode"), p)
	}
	res, err := roster.Solve(r.Context(), problem.Instance, problem.Options(mode, solveTime))
	if err != nil {
		return err
	}
	pr := problem.Read(res, r.act().Key)
	if _, err := s.store.Propose(r.Context(), r.act(), p.Election.ID, pr); err != nil {
		return rosterProposeView.again(r, err, p)
	}
	s.tell(r, pr.Removed)
	return r.done("/vagtplan/valg/"+p.Election.ID+"/forslag", "roster-propose.done", len(pr.Added), len(pr.Removed), pr.Kept, pr.Missing)
}

func (s *Server) rosterRulesPage(r *Request) (*rosterRulesPage, error) {
	e, err := s.store.Election(r.Context(), r.Param("election"))
	p := &rosterRulesPage{Chrome: Chrome{TitleArgs: []any{e.Name}}, rosterHead: r.rosterHead(e, "rules")}
	p.Required = []Option{{Value: "1", Text: r.Text("roster-rules.required"), Hint: r.Text("roster-rules.required_hint"), Checked: e.AppointmentsRequired}}
	p.Forecast = []Option{{Value: "1", Text: r.Text("roster-rules.forecast_on"), Hint: r.Text("roster-rules.forecast_hint"), Checked: e.Forecast.On}}
	p.Votes, p.Minutes, p.Wait = fmt.Sprint(e.Expected), fmt.Sprint(cmp.Or(e.Forecast.Minutes, staffing.UsualMinutes)), fmt.Sprint(cmp.Or(e.Forecast.Wait, staffing.UsualWait))
	if !e.WishesDue.IsZero() {
		p.Due = e.WishesDue.Danish()
	}
	if !e.EraseStaff.IsZero() {
		p.Erase = e.EraseStaff.Danish()
	}
	return p, err
}

func (s *Server) rosterRulesForm(r *Request) error {
	p, err := s.rosterRulesPage(r)
	if err != nil {
		return err
	}
	return rosterRulesView.render(r, p)
}

func (s *Server) rosterRules(r *Request) error {
	p, err := s.rosterRulesPage(r)
	if err != nil {
		return err
	}
	due, err := r.optionalDate("due")
	if err != nil {
		return rosterRulesView.again(r, err, p)
	}
	rules := staffing.Rules{Required: r.Field("required") == "1", WishesDue: due, Expected: p.Election.Expected, Forecast: models.CrewForecast{On: r.Field("forecast") == "1"}}
	if rules.EraseStaff, err = r.optionalDate("erase"); err != nil {
		return rosterRulesView.again(r, err, p)
	}
	for field, to := range map[string]*int{"votes": &rules.Expected, "minutes": &rules.Forecast.Minutes, "wait": &rules.Forecast.Wait} {
		if r.Field(field) == "" {
			*to = 0
			continue
		}
		if *to, err = r.Count(field); err != nil {
			return rosterRulesView.again(r, err, p)
		}
	}
	if err := s.store.SetStaffing(r.Context(), r.act(), p.Election.ID, rules); err != nil {
		return rosterRulesView.again(r, err, p)
	}
	return r.done("/vagtplan/valg/"+p.Election.ID+"/regler", "roster-rules.done")
}

// optionalDate is a date that may be left empty.
func (r *Request) optionalDate(field string) (models.Date, error) {
	if r.Field(field) == "" {
		return models.Date{}, nil
	}
	return r.Date(field)
}

// rosterApprovePage lists what waits for this leader: own people only. Of the
// others it knows how many.
func (s *Server) rosterApprovePage(r *Request) (*rosterApprovePage, error) {
	e, err := s.store.Election(r.Context(), r.Param("election"))
	if err != nil {
		return nil, err
	}
	shifts, err := s.store.Shifts(r.Context(), s.now(), time.Time{})
	if err != nil {
		return nil, err
	}
	names, err := s.store.Names(r.Context())
	if err != nil {
		return nil, err
	}
	places, err := s.placeNames(r)
	if err != nil {
		return nil, err
	}
	p := &rosterApprovePage{Chrome: Chrome{TitleArgs: []any{e.Name}}, rosterHead: r.rosterHead(e, "approve")}
	for _, x := range shifts {
		switch {
		case !x.Waiting():
		case !staffing.Leads(r.actingRole(), x.Employer):
			p.Others++
		case r.act().MayActAt(x.Place):
			p.Shifts = append(p.Shifts, approvable{x.ID, names[x.Person].Name, r.shiftHours(x), places[x.Place], r.whyText(x.Why), r.shiftTag(x.State)})
		}
	}
	return p, nil
}

// whyText is the planner's reasons in words.
func (r *Request) whyText(why []roster.Reason) string {
	var out []string
	for _, w := range why {
		switch w.Code {
		case roster.ReasonAlreadyThere: // the argument is the planner's own number
			out = append(out, r.Text("roster-propose.already_there"))
		case roster.ReasonNearest: // hectometres, as the planner counts
			out = append(out, r.Text("roster-propose.nearest", (arg(w, 0)+5)/10, arg(w, 1)))
		case roster.ReasonBelowTarget, roster.ReasonOverTarget: // minutes
			out = append(out, r.Text("roster-propose."+string(w.Code), r.hoursText(arg(w, 0)), r.hoursText(arg(w, 1))))
		default:
			out = append(out, r.Text(w.Key(), w.Args...))
		}
	}
	return strings.Join(out, ". ")
}

// arg is a number of a reason, 0 when it is not there.
func arg(w roster.Reason, i int) int {
	if i >= len(w.Args) {
		return 0
	}
	switch n := w.Args[i].(type) {
	case int:
		return n
	case float64: // read back from the book
		return int(n)
	}
	return 0
}

func (s *Server) rosterApproveForm(r *Request) error {
	p, err := s.rosterApprovePage(r)
	if err != nil {
		return err
	}
	return rosterApproveView.render(r, p)
}

func (s *Server) rosterApprove(r *Request) error {
	p, err := s.rosterApprovePage(r)
	if err != nil {
		return err
	}
	if r.Field("do") == "refuse" {
		for _, id := range r.Fields("shift") {
			act := r.act()
			act.Key += "-" + id
			out, err := s.store.CancelShift(r.Context(), act, id)
			if err != nil {
				return rosterApproveView.again(r, err, p)
			}
			s.tell(r, out)
		}
		return r.done("/vagtplan/valg/"+p.Election.ID+"/godkend", "roster-approve.refused", len(r.Fields("shift")))
	}
	out, err := s.store.ApproveShifts(r.Context(), r.act(), r.Fields("shift"))
	if err != nil {
		return rosterApproveView.again(r, err, p)
	}
	s.tell(r, out)
	return r.done("/vagtplan/valg/"+p.Election.ID+"/godkend", "roster-approve.done", len(r.Fields("shift")))
}
