package planning

import (
	"fmt"
	"slices"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/planning"
	"github.com/brevstemme/brevstemme/models/store/plans"
)

type planPlacePage struct {
	site.Chrome
	planHead
	Place    models.Place
	Table    site.Table
	Findings site.Table
	Facts    []site.Fact
}

type planSessionPage struct {
	site.Chrome
	planHead
	Session  models.Session
	Facts    []site.Fact
	Hours    string
	Also     []site.Option
	Others   []site.Option
	Promised bool
}

type planExtendPage struct {
	site.Chrome
	planHead
	Places []site.Option
	Day    string
}

var (
	planPlaceView   = site.NewView[*planPlacePage]("plan-place")
	planSessionView = site.NewView[*planSessionPage]("plan-session")
	planExtendView  = site.NewView[*planExtendPage]("plan-extend")
)

// planPlace is one place's view of the plan.
func (s *Server) planPlace(r *site.Request) error {
	e, plan, _, err := s.planOf(r)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(plan.Places, func(x models.Place) bool { return x.ID == r.Param("place") })
	if i < 0 {
		return models.E(models.CodeNotFound, "")
	}
	p := &planPlacePage{Chrome: planChrome(e), planHead: headOfPlan(r, e, "week"), Place: plan.Places[i]}
	p.TitleText = p.Place.Name
	p.Facts = []site.Fact{{Name: r.Text("public.address"), Text: site.AddressOf(p.Place)}, {Name: r.Text("talk.model"), Text: r.Text("place.model." + string(p.Place.Model))}}
	p.Table = site.Table{Caption: r.Text("plan.sessions"), Empty: r.Text("plan.empty"), Columns: []site.Column{{Text: r.Text("plan.day")}, {Text: r.Text("plan.hours")}, {Text: r.Text("plan.room")}, {Text: r.Text("plan.state")}, {Text: r.Text("talks.title")}}}
	for _, x := range plan.Sessions {
		if x.Place != p.Place.ID {
			continue
		}
		day := site.Cell{Text: r.WeekdayDate(x.Date())}
		if p.CanPlan {
			day.Href = "/plan/" + e.ID + "/tid/" + x.ID
		}
		talk := site.Cell{Text: "–"}
		if a, ok := plan.Agreements[x.ID]; ok {
			talk = site.Cell{Tag: talkTag(r, a)}
		}
		where := x.Room
		if stop, ok := planning.StopOf(p.Place, x); ok {
			where = stop.Name
		}
		p.Table.Rows = append(p.Table.Rows, []site.Cell{day, {Text: r.ClockSpan(x)}, {Text: where}, {Tag: sessionTag(r, x.State)}, talk})
	}
	p.Findings = site.Table{Caption: r.Text("plan.findings_here"), Empty: r.Text("plan.findings_none"), Columns: []site.Column{{Text: r.Text("plan.finding")}, {Text: r.Text("plan.severity")}}}
	for _, f := range planning.Of(plan, e.ID) {
		if f.Place == p.Place.ID {
			p.Findings.Rows = append(p.Findings.Rows, []site.Cell{{Text: f.Text(r.Lang)}, {Tag: severityTag(r, f.Severity)}})
		}
	}
	return planPlaceView.Render(r, p)
}

func severityTag(r *site.Request, s planning.Severity) site.Tag {
	return site.Tag{Kind: map[planning.Severity]string{planning.Error: "bad", planning.Warning: "warn"}[s], Text: r.Text("severity." + string(s))}
}

func (s *Server) planSessionPage(r *site.Request) (*planSessionPage, error) {
	e, err := s.Store.Election(r.Context(), r.Param("id"))
	if err != nil {
		return nil, err
	}
	x, err := s.Store.Session(r.Context(), r.Param("session"))
	if err != nil {
		return nil, err
	}
	if !x.Serves(e.ID) {
		return nil, models.E(models.CodeNotFound, "")
	}
	place, err := s.Store.Place(r.Context(), x.Place)
	if err != nil {
		return nil, err
	}
	all, err := s.Store.Elections(r.Context())
	if err != nil {
		return nil, err
	}
	p := &planSessionPage{Chrome: planChrome(e), planHead: headOfPlan(r, e, "week"), Session: x, Hours: planning.FormatSpans([]planning.Span{planning.SpanOf(x)}), Promised: x.State != models.SessionDraft}
	p.TitleText = place.Name + ", " + r.WeekdayDate(x.Date())
	p.Facts = []site.Fact{{Name: r.Text("plan.hours"), Text: r.ClockSpan(x)}, {Name: r.Text("plan.state"), Tag: sessionTag(r, x.State)}, {Name: r.Text("public.elections"), Text: site.ElectionsOf(all).Names(x.Elections...)}, {Name: r.Text("plan.sequence"), Text: fmt.Sprint(x.Sequence)}}
	for _, o := range all {
		if !x.Serves(o.ID) && planning.Window(o).Has(x.Date()) && (o.State == models.ElectionPlanned || o.State == models.ElectionRunning) {
			p.Also = append(p.Also, site.Option{Value: o.ID, Text: o.Name})
		}
	}
	day, err := s.Store.Sessions(r.Context(), e.ID, x.Date().At(0, 0), x.Date().Add(1).At(0, 0))
	if err != nil {
		return nil, err
	}
	for _, o := range day {
		if o.Place == x.Place && o.ID != x.ID && o.State != models.SessionCancelled {
			p.Others = append(p.Others, site.Option{Value: o.ID, Text: r.ClockSpan(o)})
		}
	}
	return p, nil
}

func (s *Server) planSession(r *site.Request) error {
	p, err := s.planSessionPage(r)
	if err != nil {
		return err
	}
	return planSessionView.Render(r, p)
}

// planSessionChange changes, cancels, splits or merges one session.
func (s *Server) planSessionChange(r *site.Request) error {
	p, err := s.planSessionPage(r)
	if err != nil {
		return err
	}
	if err := s.changeSession(r, p); err != nil {
		return planSessionView.Again(r, err, p)
	}
	return r.Done("/plan/"+p.Election.ID+"/sted/"+p.Session.Place, "plan.saved", 1)
}

func (s *Server) changeSession(r *site.Request, p *planSessionPage) (err error) {
	id, x, reason := p.Election.ID, p.Session, r.Field("reason")
	span := func(field string) (planning.Span, error) {
		spans, err := planning.ParseSpans(field, r.Field(field))
		if err == nil && len(spans) != 1 {
			err = models.Invalid(field, "planning.hours.unreadable", r.Field(field))
		}
		if err != nil {
			return planning.Span{}, err
		}
		return spans[0], nil
	}
	switch r.Field("do") {
	case "cancel":
		_, err = s.Store.ChangeSession(r.Context(), r.Act(), id, x.ID, plans.SessionChange{Cancel: true}, reason)
	case "split":
		at, perr := span("split")
		if perr != nil {
			return perr
		}
		when, werr := x.Date().AtStrict(at.From/60, at.From%60)
		if werr != nil {
			return site.OnField(werr, "split")
		}
		_, err = s.Store.SplitSession(r.Context(), r.Act(), id, x.ID, when, reason)
	case "merge":
		_, err = s.Store.MergeSessions(r.Context(), r.Act(), id, x.ID, r.Field("other"), reason)
	default:
		h, perr := span("hours")
		if perr != nil {
			return perr
		}
		booths, perr := r.Count("booths")
		if perr != nil {
			return perr
		}
		from, to, werr := h.On(x.Date())
		if werr != nil {
			return site.OnField(werr, "hours")
		}
		room, note := r.Field("room"), r.Field("note")
		_, err = s.Store.ChangeSession(r.Context(), r.Act(), id, x.ID, plans.SessionChange{Starts: from, Ends: to, Room: &room, Note: &note, Booths: &booths, Also: r.Fields("also")}, reason)
	}
	return err
}

func (s *Server) planExtendPage(r *site.Request) (*planExtendPage, error) {
	e, plan, _, err := s.planOf(r)
	if err != nil {
		return nil, err
	}
	p := &planExtendPage{Chrome: planChrome(e), planHead: headOfPlan(r, e, "notices"), Day: models.DateOf(s.Now()).Add(1).Danish()}
	for _, x := range plan.Places {
		if slices.ContainsFunc(plan.Sessions, func(o models.Session) bool { return o.Place == x.ID }) {
			p.Places = append(p.Places, site.Option{Value: x.ID, Text: x.Name})
		}
	}
	return p, nil
}

func (s *Server) planExtendForm(r *site.Request) error {
	p, err := s.planExtendPage(r)
	if err != nil {
		return err
	}
	return planExtendView.Render(r, p)
}

// planExtend keeps the chosen places open longer on one day, in one act.
func (s *Server) planExtend(r *site.Request) error {
	p, err := s.planExtendPage(r)
	if err != nil {
		return err
	}
	day, err := r.Date("day")
	if err != nil {
		return planExtendView.Again(r, err, p)
	}
	spans, err := planning.ParseSpans("until", "0-"+r.Field("until"))
	if err != nil || len(spans) != 1 {
		return planExtendView.Again(r, models.Invalid("until", "planning.hours.unreadable", r.Field("until")), p)
	}
	out, err := s.Store.ExtendHours(r.Context(), r.Act(), p.Election.ID, r.Fields("places"), day, spans[0].To, r.Field("reason"))
	if err != nil {
		return planExtendView.Again(r, err, p)
	}
	return r.Done("/plan/"+p.Election.ID+"/aendringer", "plan.extended", len(out.Sessions))
}
