package roster

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/roster"
	"github.com/brevstemme/brevstemme/models/staffing"
)

// solveTime is how long a click on "propose" searches.
const solveTime = 2 * time.Second

type rosterProposePage struct {
	site.Chrome
	rosterHead
	Modes    []site.Option
	Facts    []site.Fact
	Holes    []rosterHole
	Together []rosterHole // days whose sessions cannot all be staffed
	Unfit    int          // receivers who lack papers, where sessions are short
	Fillable int          // short sessions for which people are free
	Fairness site.Table
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

type rosterApprovePage struct {
	site.Chrome
	rosterHead
	Shifts []approvable
	Others int // of the other employer: a number, nothing else
}

// approvable is a shift that waits for this leader.
type approvable struct {
	ID, Who, When, Place, Why string
	Tag                       site.Tag
}

var (
	rosterProposeView = site.NewView[*rosterProposePage]("roster-propose")
	rosterApproveView = site.NewView[*rosterApprovePage]("roster-approve")
)

// rosterProposePage shows the plan as it stands: cost, holes with what is in the
// way, and how even it is.
func (s *Server) rosterProposePage(r *site.Request) (*rosterProposePage, error) {
	b, err := s.Store.Basis(r.Context(), r.Param("election"), s.Now())
	if err != nil {
		return nil, err
	}
	p := &rosterProposePage{Chrome: site.Chrome{TitleArgs: []any{b.Election.Name}}, rosterHead: headOfRoster(r, b.Election, "propose")}
	for i, m := range staffing.Modes {
		p.Modes = append(p.Modes, site.Option{Value: string(m), Text: r.Text("staffing.mode." + string(m)), Checked: i == 0})
	}
	problem := staffing.NewProblem(b)
	now := problem.Now()
	names, err := s.Store.Names(r.Context())
	if err != nil {
		return nil, err
	}
	places := site.PlaceNamesOf(b.Places)
	p.Facts = []site.Fact{{Name: r.Text("roster-propose.sessions"), Text: fmt.Sprint(len(problem.Instance.Sessions))}, {Name: r.Text("roster-propose.people"), Text: fmt.Sprint(len(problem.Instance.Staff))},
		{Name: r.Text("roster-propose.missing"), Text: fmt.Sprint(now.Missing)}, {Name: r.Text("roster-propose.cost"), Text: fmt.Sprint(now.Cost.Total - now.Cost.Shortage)},
		{Name: r.Text("roster-propose.cost_parts"), Text: r.Text("roster-propose.parts", now.Cost.Travel, now.Cost.Neutral, now.Cost.Disliked, now.Cost.Over, now.Cost.Unpopular)}}
	for _, h := range now.Holes {
		if len(h.Why) == 0 {
			p.Fillable++
			continue
		}
		x := problem.SessionByID(h.Session)
		hole := rosterHole{Title: r.Text("roster-propose.hole", places[x.Place], sessionWhen(r, x), h.Short), Href: "/vagtplan/aabning/" + x.ID}
		hole.Why = reasons(r, h.Why, problem, func(w staffing.Because) string { return because(r, w, names, problem, places) })
		p.Holes = append(p.Holes, hole)
	}
	for _, d := range now.Days {
		hole := rosterHole{Title: r.Text("roster-propose.day", r.WeekdayDate(d.Day)), Href: "/vagtplan/valg/" + b.Election.ID + "?uge=" + site.WeekKey(d.Day)}
		hole.Why = reasons(r, d.Why, problem, func(w staffing.Because) string {
			text := because(r, w, names, problem, places)
			if x, ok := problem.SessionOf(w.Fact); ok && w.Person == "" {
				text = places[x.Place] + ", " + sessionWhen(r, x) + ": " + text
			}
			return text
		})
		p.Together = append(p.Together, hole)
	}
	if now.Missing > 0 {
		p.Unfit = len(problem.Unfit)
	}
	p.Fairness = fairnessTable(r, now.Fairness, names, b.People)
	return p, nil
}

// manyPeople is from how many on people of whom the same is true are counted.
const manyPeople = 5

// reasons puts facts into words, and people of whom the same is true together.
func reasons(r *site.Request, why []staffing.Because, p *staffing.Problem, say func(staffing.Because) string) []rosterReason {
	kind := func(w staffing.Because) string {
		if staffing.Leads(r.ActingRole(), p.EmployerOf(w.Person)) {
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
func because(r *site.Request, b staffing.Because, names map[string]models.Private, p *staffing.Problem, places map[string]string) string {
	f := b.Fact
	if f.Code == roster.FactTooLong {
		return r.Text(f.Key(), hoursText(r, f.Have), hoursText(r, f.Limit))
	}
	if b.Person == "" {
		return r.Text(f.Key(), f.Have, f.Limit)
	}
	name := names[b.Person].Name
	if !staffing.Leads(r.ActingRole(), p.EmployerOf(b.Person)) {
		return r.Text("roster-propose.other_cannot", name)
	}
	if f.Code == roster.FactBusy {
		x := p.Basis.Sessions[f.Have]
		return r.Text("roster-propose.busy", name, places[x.Place], sessionWhen(r, x))
	}
	switch f.Code {
	case roster.FactWeek, roster.FactTotal, roster.FactRest: // minutes
		return r.Text(f.Key(), name, hoursText(r, f.Have), hoursText(r, f.Limit))
	case roster.FactFar: // hectometres; rounded away from each other, so that they never look alike
		return r.Text(f.Key(), name, (f.Have+9)/10, f.Limit/10)
	}
	return r.Text(f.Key(), name, f.Have, f.Limit)
}

func sessionWhen(r *site.Request, x models.Session) string {
	return shiftHours(r, staffing.Shift{From: x.Starts, Until: x.Ends})
}

// fairnessTable shows each person's share, of own people with wishes, of the
// others hours only.
func fairnessTable(r *site.Request, shares []staffing.Share, names map[string]models.Private, people []models.Person) site.Table {
	t := site.Table{Caption: r.Text("roster-propose.fairness"), Empty: r.Text("roster-propose.no_people"), Columns: []site.Column{{Text: r.Text("roster.person")}, {Text: r.Text("account.employer")},
		{Text: r.Text("roster-propose.shifts"), Number: true}, {Text: r.Text("roster-propose.hours"), Number: true}, {Text: r.Text("roster-propose.target"), Number: true}, {Text: r.Text("roster-propose.unpopular"), Number: true}, {Text: r.Text("roster-propose.against"), Number: true}, {Text: r.Text("roster-propose.km"), Number: true}}}
	employer := map[string]models.Employer{}
	for _, p := range people {
		employer[p.ID] = p.Employer
	}
	slices.SortStableFunc(shares, func(a, b staffing.Share) int { return b.Minutes - a.Minutes })
	for _, x := range shares {
		target, against := hoursText(r, x.Target), fmt.Sprint(x.Disliked)
		if !staffing.Leads(r.ActingRole(), employer[x.Person]) {
			target, against = "", ""
		}
		t.Rows = append(t.Rows, []site.Cell{{Text: names[x.Person].Name, Href: "/vagtplan/person/" + x.Person}, {Text: r.Text("employer." + string(employer[x.Person]))}, {Text: fmt.Sprint(x.Sessions)}, {Text: hoursText(r, x.Minutes)}, {Text: target}, {Text: fmt.Sprint(x.Unpopular)}, {Text: against}, {Text: fmt.Sprint(x.TravelHM / 10)}})
	}
	return t
}

// hoursText is minutes as "12:30".
func hoursText(r *site.Request, minutes int) string {
	return fmt.Sprintf("%d:%02d", minutes/60, minutes%60)
}

func (s *Server) rosterProposeForm(r *site.Request) error {
	p, err := s.rosterProposePage(r)
	if err != nil {
		return err
	}
	return rosterProposeView.Render(r, p)
}

// rosterPropose searches and writes what it found as proposed shifts.
func (s *Server) rosterPropose(r *site.Request) error {
	election := r.Param("election")
	pr, err := s.propose(r, election, r.Field("mode"))
	if err != nil {
		p, perr := s.rosterProposePage(r)
		if perr != nil {
			return perr
		}
		return rosterProposeView.Again(r, err, p)
	}
	s.tell(r, pr.Removed)
	return r.Done("/vagtplan/valg/"+election+"/forslag", "roster-propose.done", len(pr.Added), len(pr.Removed), pr.Kept, pr.Missing)
}

// propose searches, unless the book has the answer to this act already, and writes
// what was found.
func (s *Server) propose(r *site.Request, election, how string) (staffing.Proposal, error) {
	mode := staffing.Mode(how)
	if !slices.Contains(staffing.Modes, mode) {
		return staffing.Proposal{}, models.Invalid("mode", "roster-propose.no_mode")
	}
	return s.Store.Propose(r.Context(), r.Act(), election, func(ctx context.Context) (staffing.Proposal, error) {
		b, err := s.Store.Basis(ctx, election, s.Now())
		if err != nil {
			return staffing.Proposal{}, err
		}
		problem := staffing.NewProblem(b)
		res, err := roster.Solve(ctx, problem.Instance, problem.Options(mode, solveTime))
		if err != nil {
			return staffing.Proposal{}, err
		}
		return problem.Read(res, r.Act().Key), nil
	})
}

// rosterApprovePage lists what waits for this leader: own people only. Of the
// others it knows how many.
func (s *Server) rosterApprovePage(r *site.Request) (*rosterApprovePage, error) {
	e, err := s.Store.Election(r.Context(), r.Param("election"))
	if err != nil {
		return nil, err
	}
	shifts, err := s.Store.Shifts(r.Context(), s.Now(), time.Time{})
	if err != nil {
		return nil, err
	}
	names, err := s.Store.Names(r.Context())
	if err != nil {
		return nil, err
	}
	places, err := s.PlaceNames(r)
	if err != nil {
		return nil, err
	}
	p := &rosterApprovePage{Chrome: site.Chrome{TitleArgs: []any{e.Name}}, rosterHead: headOfRoster(r, e, "approve")}
	for _, x := range shifts {
		switch {
		case !x.Waiting():
		case !staffing.Leads(r.ActingRole(), x.Employer):
			p.Others++
		case r.Act().MayActAt(x.Place):
			p.Shifts = append(p.Shifts, approvable{x.ID, names[x.Person].Name, shiftHours(r, x), places[x.Place], whyText(r, x.Why), shiftTag(r, x.State)})
		}
	}
	return p, nil
}

// whyText is the planner's reasons in words.
func whyText(r *site.Request, why []roster.Reason) string {
	var out []string
	for _, w := range why {
		switch w.Code {
		case roster.ReasonAlreadyThere: // the argument is the planner's own number
			out = append(out, r.Text("roster-propose.already_there"))
		case roster.ReasonNearest: // hectometres, as the planner counts
			out = append(out, r.Text("roster-propose.nearest", (arg(w, 0)+5)/10, arg(w, 1)))
		case roster.ReasonBelowTarget, roster.ReasonOverTarget: // minutes
			out = append(out, r.Text("roster-propose."+string(w.Code), hoursText(r, arg(w, 0)), hoursText(r, arg(w, 1))))
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

func (s *Server) rosterApproveForm(r *site.Request) error {
	p, err := s.rosterApprovePage(r)
	if err != nil {
		return err
	}
	return rosterApproveView.Render(r, p)
}

func (s *Server) rosterApprove(r *site.Request) error {
	p, err := s.rosterApprovePage(r)
	if err != nil {
		return err
	}
	if r.Field("do") == "refuse" {
		for _, id := range r.Fields("shift") {
			act := r.Act()
			act.Key += "-" + id
			out, err := s.Store.CancelShift(r.Context(), act, id)
			if err != nil {
				return rosterApproveView.Again(r, err, p)
			}
			s.tell(r, out)
		}
		return r.Done("/vagtplan/valg/"+p.Election.ID+"/godkend", "roster-approve.refused", len(r.Fields("shift")))
	}
	out, err := s.Store.ApproveShifts(r.Context(), r.Act(), r.Fields("shift"))
	if err != nil {
		return rosterApproveView.Again(r, err, p)
	}
	s.tell(r, out)
	return r.Done("/vagtplan/valg/"+p.Election.ID+"/godkend", "roster-approve.done", len(r.Fields("shift")))
}
