package web

import (
	"fmt"
	"slices"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/planning"
	"github.com/brevstemme/brevstemme/models/store"
)

type talksPage struct {
	Chrome
	Waiting Table
	Others  Table
	Remind  int
}

type talkPage struct {
	Chrome
	Place    models.Place
	Series   string
	Sessions []talkSession
	Events   []Event
	Acts     []Option
	Models   []Option
	Terms    []Fact
	Due      models.Date
	MyTurn   bool
}

type talkSession struct {
	ID, Day, Hours, Room string
	Booths               int
	State                Tag
	Checked              bool
}

type planProposePage struct {
	Chrome
	planHead
	Places []Option
	Models []Option
}

var (
	talksView       = newView[*talksPage]("talks")
	talkView        = newView[*talkPage]("talk")
	planProposeView = newView[*planProposePage]("plan-propose")
)

func (r *Request) talkTag(a planning.Agreement) Tag {
	kind := map[planning.AgreementState]string{planning.AgreementAccepted: "ok", planning.AgreementDeclined: "bad", planning.AgreementWithdrawn: "bad", planning.AgreementCountered: "warn", planning.AgreementProposed: "info"}[a.State]
	if kind == "" {
		kind = "plain"
	}
	return Tag{kind, r.Text("planning.agreement.state." + string(a.State))}
}

// talks lists the series: first those that wait for the person's side.
func (s *Server) talks(r *Request) error {
	all, err := s.store.Talks(r.Context(), r.places(), "")
	if err != nil {
		return err
	}
	names, err := s.placeNames(r)
	if err != nil {
		return err
	}
	columns := []Column{{Text: r.Text("plan.place")}, {Text: r.Text("talk.what")}, {Text: r.Text("plan.state")}, {Text: r.Text("talk.due")}}
	p := &talksPage{Waiting: Table{Caption: r.Text("talk.waiting"), Empty: r.Text("talk.waiting_none"), Columns: columns}, Others: Table{Caption: r.Text("talk.others"), Empty: r.Text("talk.none"), Columns: columns}}
	type group struct {
		first store.Talk
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
	today := models.DateOf(s.now())
	for _, g := range groups {
		due := Cell{Text: r.shortDay(g.first.Due)}
		mine := r.Account.Is(g.first.WaitsFor())
		if g.first.Remind(today) {
			due = Cell{Tag: Tag{"warn", r.Text("talk.remind", r.shortDay(g.first.Due))}}
			p.Remind += g.n
		}
		row := []Cell{{Text: names[g.first.Place], Href: "/aftaler/" + g.first.Series}, {Text: r.Text("talk.count", g.n, r.weekdayDate(g.first.Session.Date()))}, {Tag: r.talkTag(g.first.Agreement)}, due}
		if mine && g.first.WaitsFor() != "" {
			p.Waiting.Rows = append(p.Waiting.Rows, row)
		} else {
			p.Others.Rows = append(p.Others.Rows, row)
		}
	}
	return talksView.render(r, p)
}

func modelOptions(r *Request, now models.ServiceModel) []Option {
	var out []Option
	for _, m := range models.ServiceModels {
		out = append(out, Option{Value: string(m), Text: r.Text("place.model." + string(m)), Checked: m == now})
	}
	return out
}

func (s *Server) talkPage(r *Request) (*talkPage, error) {
	talks, err := s.store.Talks(r.Context(), r.places(), r.Param("series"))
	if err != nil {
		return nil, err
	}
	if len(talks) == 0 {
		return nil, models.E(models.CodeNotFound, "")
	}
	place, err := s.store.Place(r.Context(), talks[0].Place)
	if err != nil {
		return nil, err
	}
	names, err := s.store.Names(r.Context())
	if err != nil {
		return nil, err
	}
	p := &talkPage{Chrome: Chrome{Crumbs: []Link{{Href: "/aftaler", Key: "talks.title"}}, TitleKey: "talk.title", TitleArgs: []any{place.Name}}, Place: place, Series: talks[0].Series, Due: talks[0].Due, Models: modelOptions(r, talks[0].Terms.Model)}
	p.Terms = []Fact{{Name: r.Text("talk.model"), Text: r.Text("place.model." + string(talks[0].Terms.Model))}}
	for _, b := range talks[0].Terms.Brings {
		p.Terms = append(p.Terms, Fact{Name: r.Text("planning.bring." + b.What), Text: r.Text("employer." + string(b.Who))})
	}
	acts := map[planning.AgreementAct]bool{}
	for _, t := range talks {
		booths := t.Terms.Booths
		if booths == 0 {
			booths = place.Booths
		}
		p.Sessions = append(p.Sessions, talkSession{ID: t.ID, Day: r.weekdayDate(t.Session.Date()), Hours: r.spanText(t.Terms.Starts, t.Terms.Ends), Room: t.Terms.Room, Booths: booths, State: r.talkTag(t.Agreement), Checked: r.Account.Is(t.WaitsFor())})
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
			p.Acts = append(p.Acts, Option{Value: string(act), Text: r.Text("planning.agreement.act." + string(act))})
		}
	}
	p.Events = r.talkEvents(talks, names)
	return p, nil
}

// talkEvents joins steps that were taken together.
func (r *Request) talkEvents(talks []store.Talk, names map[string]models.Private) []Event {
	var out []Event
	seen := map[string]int{}
	for _, t := range talks {
		for _, step := range t.Steps {
			hours := r.spanText(step.Terms.Starts, step.Terms.Ends)
			k := fmt.Sprint(step.At, step.Act, step.Person, step.Reason, hours)
			if i, ok := seen[k]; ok {
				out[i].Text += ", " + r.shortDay(t.Session.Date())
				continue
			}
			seen[k] = len(out)
			e := Event{Title: r.Text("planning.agreement.act."+string(step.Act)) + ": " + hours, At: step.At, By: names[step.Person].Name, Text: r.shortDay(t.Session.Date())}
			if step.Reason != "" {
				e.Text = "“" + step.Reason + "” " + e.Text
			}
			out = append(out, e)
		}
	}
	slices.SortStableFunc(out, func(a, b Event) int { return b.At.Compare(a.At) })
	return out
}

func (s *Server) talk(r *Request) error {
	p, err := s.talkPage(r)
	if err != nil {
		return err
	}
	return talkView.render(r, p)
}

// talkStep takes one step about the chosen sessions of a series.
func (s *Server) talkStep(r *Request) error {
	st, err := r.talkTerms()
	if err == nil {
		st.Sessions, st.Act = r.Fields("session"), planning.AgreementAct(r.Field("act"))
		_, err = s.store.Agree(r.Context(), r.actFor(st.Act), st)
	}
	if err != nil {
		p, perr := s.talkPage(r)
		if perr != nil {
			return perr
		}
		return talkView.again(r, err, p)
	}
	series := r.Param("series")
	if st.Act == planning.AgreementPropose { // asking anew makes a new series
		return r.done("/aftaler", "talk.done", r.Text("planning.agreement.act."+string(st.Act)), len(st.Sessions))
	}
	return r.done("/aftaler/"+series, "talk.done", r.Text("planning.agreement.act."+string(st.Act)), len(st.Sessions))
}

// actFor acts in the role of the side whose step it is, when the person has both.
func (r *Request) actFor(a planning.AgreementAct) models.Act {
	act := r.act()
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
func (r *Request) talkTerms() (store.AgreementStep, error) {
	st := store.AgreementStep{Reason: r.Field("reason"), Model: models.ServiceModel(r.Field("model"))}
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

func (s *Server) planProposePage(r *Request) (*planProposePage, error) {
	e, err := s.store.Election(r.Context(), r.Param("id"))
	if err != nil {
		return nil, err
	}
	plan, _, err := s.store.Plan(r.Context(), e.ID)
	if err != nil {
		return nil, err
	}
	p := &planProposePage{Chrome: planChrome(e), planHead: r.planHead(e, "propose"), Models: append([]Option{{Value: "", Text: r.Text("talk.model_place"), Checked: true}}, modelOptions(r, "")...)}
	for _, place := range plan.Places {
		if n := len(toPropose(plan, place)); n > 0 {
			p.Places = append(p.Places, Option{Value: place.ID, Text: place.Name, Hint: r.Text("talk.sessions", n), Checked: true})
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

func (s *Server) planProposeForm(r *Request) error {
	p, err := s.planProposePage(r)
	if err != nil {
		return err
	}
	return planProposeView.render(r, p)
}

// planPropose asks the chosen libraries, each with a series of its own.
func (s *Server) planPropose(r *Request) error {
	p, err := s.planProposePage(r)
	if err != nil {
		return err
	}
	plan, _, err := s.store.Plan(r.Context(), r.Param("id"))
	if err != nil {
		return err
	}
	st, err := r.talkTerms()
	if err != nil {
		return planProposeView.again(r, err, p)
	}
	st.Act = planning.AgreementPropose
	for _, id := range r.Fields("place") {
		i := slices.IndexFunc(plan.Places, func(x models.Place) bool { return x.ID == id })
		if i >= 0 {
			st.Sessions = append(st.Sessions, toPropose(plan, plan.Places[i])...)
		}
	}
	if _, err := s.store.Agree(r.Context(), r.actFor(st.Act), st); err != nil {
		return planProposeView.again(r, err, p)
	}
	return r.done("/aftaler", "talk.done", r.Text("planning.agreement.act.propose"), len(st.Sessions))
}
