package planning

import (
	"fmt"
	"slices"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/planning"
	"github.com/brevstemme/brevstemme/models/store/plans"
)

type talksPage struct {
	site.Chrome
	Waiting site.Table
	Others  site.Table
	Remind  int
}

type talkPage struct {
	site.Chrome
	Place    models.Place
	Series   string
	Sessions []talkSession
	Events   []site.Event
	Acts     []site.Option
	Models   []site.Option
	Terms    []site.Fact
	Due      models.Date
	MyTurn   bool
}

type talkSession struct {
	ID, Day, Hours, Room string
	Booths               int
	State                site.Tag
	Checked              bool
}

type planProposePage struct {
	site.Chrome
	planHead
	Places []site.Option
	Models []site.Option
}

var (
	talksView       = site.NewView[*talksPage]("talks")
	talkView        = site.NewView[*talkPage]("talk")
	planProposeView = site.NewView[*planProposePage]("plan-propose")
)

func talkTag(r *site.Request, a planning.Agreement) site.Tag {
	kind := map[planning.AgreementState]string{planning.AgreementAccepted: "ok", planning.AgreementDeclined: "bad", planning.AgreementWithdrawn: "bad", planning.AgreementCountered: "warn", planning.AgreementProposed: "info"}[a.State]
	if kind == "" {
		kind = "plain"
	}
	return site.Tag{Kind: kind, Text: r.Text("planning.agreement.state." + string(a.State))}
}

// talks lists the series: first those that wait for the person's side.
func (s *Server) talks(r *site.Request) error {
	all, err := s.Store.Talks(r.Context(), r.Places(), "")
	if err != nil {
		return err
	}
	names, err := s.PlaceNames(r)
	if err != nil {
		return err
	}
	columns := []site.Column{{Text: r.Text("plan.place")}, {Text: r.Text("talk.what")}, {Text: r.Text("plan.state")}, {Text: r.Text("talk.due")}}
	p := &talksPage{Waiting: site.Table{Caption: r.Text("talk.waiting"), Empty: r.Text("talk.waiting_none"), Columns: columns}, Others: site.Table{Caption: r.Text("talk.others"), Empty: r.Text("talk.none"), Columns: columns}}
	type group struct {
		first plans.Talk
		n     int
	}
	var groups []*group
	for _, t := range all {
		i := slices.IndexFunc(groups, func(g *group) bool { return g.first.Series == t.Series && g.first.State == t.State })
		if i < 0 {
			groups = append(groups, &group{first: t, n: 1})
		} else {
			groups[i].n++
		}
	}
	today := models.DateOf(s.Now())
	for _, g := range groups {
		due := site.Cell{Text: r.ShortDay(g.first.Due)}
		mine := r.Account.Is(g.first.WaitsFor())
		if g.first.Remind(today) {
			due = site.Cell{Tag: site.Tag{Kind: "warn", Text: r.Text("talk.remind", r.ShortDay(g.first.Due))}}
			p.Remind += g.n
		}
		row := []site.Cell{{Text: names[g.first.Place], Href: "/aftaler/" + g.first.Series}, {Text: r.Text("talk.count", g.n, r.WeekdayDate(g.first.Session.Date()))}, {Tag: talkTag(r, g.first.Agreement)}, due}
		if mine && g.first.WaitsFor() != "" {
			p.Waiting.Rows = append(p.Waiting.Rows, row)
		} else {
			p.Others.Rows = append(p.Others.Rows, row)
		}
	}
	return talksView.Render(r, p)
}

func modelOptions(r *site.Request, now models.ServiceModel) []site.Option {
	var out []site.Option
	for _, m := range models.ServiceModels {
		out = append(out, site.Option{Value: string(m), Text: r.Text("place.model." + string(m)), Checked: m == now})
	}
	return out
}

func (s *Server) talkPage(r *site.Request) (*talkPage, error) {
	talks, err := s.Store.Talks(r.Context(), r.Places(), r.Param("series"))
	if err != nil {
		return nil, err
	}
	if len(talks) == 0 {
		return nil, models.E(models.CodeNotFound, "")
	}
	place, err := s.Store.Place(r.Context(), talks[0].Place)
	if err != nil {
		return nil, err
	}
	names, err := s.Store.Names(r.Context())
	if err != nil {
		return nil, err
	}
	p := &talkPage{Chrome: site.Chrome{Crumbs: []site.Link{{Href: "/aftaler", Key: "talks.title"}}, TitleKey: "talk.title", TitleArgs: []any{place.Name}}, Place: place, Series: talks[0].Series, Due: talks[0].Due, Models: modelOptions(r, talks[0].Terms.Model)}
	p.Terms = []site.Fact{{Name: r.Text("talk.model"), Text: r.Text("place.model." + string(talks[0].Terms.Model))}}
	for _, b := range talks[0].Terms.Brings {
		p.Terms = append(p.Terms, site.Fact{Name: r.Text("planning.bring." + b.What), Text: r.Text("employer." + string(b.Who))})
	}
	acts := map[planning.AgreementAct]bool{}
	for _, t := range talks {
		booths := t.Terms.Booths
		if booths == 0 {
			booths = place.Booths
		}
		p.Sessions = append(p.Sessions, talkSession{ID: t.ID, Day: r.WeekdayDate(t.Session.Date()), Hours: r.SpanText(t.Terms.Starts, t.Terms.Ends), Room: t.Terms.Room, Booths: booths, State: talkTag(r, t.Agreement), Checked: r.Account.Is(t.WaitsFor())})
		for _, act := range planning.AgreementActs {
			mine := r.Account.Is(models.RoleCoordinator)
			if act.ByLibrary() {
				mine = r.Account.Is(models.RoleLibraryLead)
			}
			if mine && planning.AgreementStates.Allows(t.State, act) {
				acts[act] = true
			}
		}
		p.MyTurn = p.MyTurn || r.Account.Is(t.WaitsFor())
	}
	for _, act := range planning.AgreementActs {
		if acts[act] {
			p.Acts = append(p.Acts, site.Option{Value: string(act), Text: r.Text("planning.agreement.act." + string(act))})
		}
	}
	p.Events = talkEvents(r, talks, names)
	return p, nil
}

// talkEvents joins steps that were taken together.
func talkEvents(r *site.Request, talks []plans.Talk, names map[string]models.Private) []site.Event {
	var out []site.Event
	seen := map[string]int{}
	for _, t := range talks {
		for _, step := range t.Steps {
			hours := r.SpanText(step.Terms.Starts, step.Terms.Ends)
			k := fmt.Sprint(step.At, step.Act, step.Person, step.Reason, hours)
			if i, ok := seen[k]; ok {
				out[i].Text += ", " + r.ShortDay(t.Session.Date())
				continue
			}
			seen[k] = len(out)
			e := site.Event{Title: r.Text("planning.agreement.act."+string(step.Act)) + ": " + hours, At: step.At, By: names[step.Person].Name, Text: r.ShortDay(t.Session.Date())}
			if step.Reason != "" {
				e.Text = r.Text("talk.quoted", step.Reason) + " " + e.Text
			}
			out = append(out, e)
		}
	}
	slices.SortStableFunc(out, func(a, b site.Event) int { return b.At.Compare(a.At) })
	return out
}

func (s *Server) talk(r *site.Request) error {
	p, err := s.talkPage(r)
	if err != nil {
		return err
	}
	return talkView.Render(r, p)
}

// talkStep takes one step about the chosen sessions of a series.
func (s *Server) talkStep(r *site.Request) error {
	st, err := talkTerms(r)
	if err == nil {
		st.Sessions, st.Act = r.Fields("session"), planning.AgreementAct(r.Field("act"))
		_, err = s.Store.Agree(r.Context(), actFor(r, st.Act), st)
	}
	if err != nil {
		p, perr := s.talkPage(r)
		if perr != nil {
			return perr
		}
		return talkView.Again(r, err, p)
	}
	series := r.Param("series")
	if st.Act == planning.AgreementPropose { // asking anew makes a new series
		return r.Done("/aftaler", "talk.done", r.Text("planning.agreement.act."+string(st.Act)), len(st.Sessions))
	}
	return r.Done("/aftaler/"+series, "talk.done", r.Text("planning.agreement.act."+string(st.Act)), len(st.Sessions))
}

// actFor acts in the role of the side whose step it is, when the person has both.
func actFor(r *site.Request, a planning.AgreementAct) models.Act {
	act := r.Act()
	want := models.RoleCoordinator
	if a.ByLibrary() {
		want = models.RoleLibraryLead
	}
	if r.Account.Is(want) {
		act.Role = want
	}
	return act
}

// talkTerms reads what a step puts on the table; empty fields leave it.
func talkTerms(r *site.Request) (plans.AgreementStep, error) {
	st := plans.AgreementStep{Reason: r.Field("reason"), Model: models.ServiceModel(r.Field("model"))}
	if st.Model != "" && !slices.Contains(models.ServiceModels, st.Model) {
		return st, models.Invalid("model", "place.model_bad")
	}
	if h := r.Field("hours"); h != "" {
		spans, err := planning.ParseSpans("hours", h)
		if err != nil {
			return st, err
		}
		if len(spans) != 1 {
			return st, models.Invalid("hours", "planning.hours.unreadable", h)
		}
		st.Hours = &spans[0]
	}
	if room := r.Field("room"); room != "" {
		st.Room = &room
	}
	if r.Field("booths") != "" {
		n, err := r.Count("booths")
		if err != nil {
			return st, err
		}
		st.Booths = &n
	}
	if r.Field("due") != "" {
		d, err := r.Date("due")
		if err != nil {
			return st, err
		}
		st.Due = d
	}
	return st, nil
}

func (s *Server) planProposePage(r *site.Request) (*planProposePage, error) {
	e, plan, _, err := s.planOf(r)
	if err != nil {
		return nil, err
	}
	p := &planProposePage{Chrome: planChrome(e), planHead: headOfPlan(r, e, "propose"), Models: append([]site.Option{{Value: "", Text: r.Text("talk.model_place"), Checked: true}}, modelOptions(r, "")...)}
	for _, place := range plan.Places {
		if n := len(toPropose(plan, place)); n > 0 {
			p.Places = append(p.Places, site.Option{Value: place.ID, Text: place.Name, Hint: r.Text("talk.sessions", n), Checked: true})
		}
	}
	return p, nil
}

// toPropose are the sessions of a library about which nobody has been asked, or
// whose hours are others than those on the table.
func toPropose(plan planning.Plan, place models.Place) []string {
	var out []string
	for _, x := range plan.Sessions {
		if x.Place != place.ID || place.Kind != models.PlaceLibrary {
			continue
		}
		a, ok := plan.Agreements[x.ID]
		same := a.Terms.Starts.Equal(x.Starts) && a.Terms.Ends.Equal(x.Ends)
		if !ok || a.State == planning.AgreementWithdrawn || a.State == planning.AgreementAccepted && !same {
			out = append(out, x.ID)
		}
	}
	return out
}

func (s *Server) planProposeForm(r *site.Request) error {
	p, err := s.planProposePage(r)
	if err != nil {
		return err
	}
	return planProposeView.Render(r, p)
}

// planPropose asks the chosen libraries, each with a series of its own.
func (s *Server) planPropose(r *site.Request) error {
	p, err := s.planProposePage(r)
	if err != nil {
		return err
	}
	plan, _, err := s.Store.Plan(r.Context(), r.Param("id"))
	if err != nil {
		return err
	}
	st, err := talkTerms(r)
	if err != nil {
		return planProposeView.Again(r, err, p)
	}
	st.Act = planning.AgreementPropose
	for _, id := range r.Fields("place") {
		i := slices.IndexFunc(plan.Places, func(x models.Place) bool { return x.ID == id })
		if i >= 0 {
			st.Sessions = append(st.Sessions, toPropose(plan, plan.Places[i])...)
		}
	}
	if _, err := s.Store.Agree(r.Context(), actFor(r, st.Act), st); err != nil {
		return planProposeView.Again(r, err, p)
	}
	return r.Done("/aftaler", "talk.done", r.Text("planning.agreement.act.propose"), len(st.Sessions))
}
