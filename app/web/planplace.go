package web

import (
	"fmt"
	"html/template"
	"math"
	"slices"
	"strings"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/planning"
	"github.com/brevstemme/brevstemme/models/store"
)

type planPlacePage struct {
	Chrome
	planHead
	Place    models.Place
	Table    Table
	Findings Table
	Facts    []Fact
}

type planSessionPage struct {
	Chrome
	planHead
	Session  models.Session
	Facts    []Fact
	Hours    string
	Also     []Option
	Others   []Option
	Promised bool
}

type planExtendPage struct {
	Chrome
	planHead
	Places []Option
	Day    string
}

type planMapPage struct {
	Chrome
	planHead
	Picture template.HTML
	Table   Table
}

var (
	planPlaceView   = newView[*planPlacePage]("plan-place")
	planSessionView = newView[*planSessionPage]("plan-session")
	planExtendView  = newView[*planExtendPage]("plan-extend")
	planMapView     = newView[*planMapPage]("plan-map")
)

// planPlace is one place's view of the plan.
func (s *Server) planPlace(r *Request) error {
	e, err := s.store.Election(r.Context(), r.Param("id"))
	if err != nil {
		return err
	}
	plan, _, err := s.store.Plan(r.Context(), e.ID)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(plan.Places, func(x models.Place) bool { return x.ID == r.Param("place") })
	if i < 0 {
		return models.E(models.CodeNotFound, "")
	}
	p := &planPlacePage{Chrome: planChrome(e), planHead: r.planHead(e, "week"), Place: plan.Places[i]}
	p.TitleText = p.Place.Name
	p.Facts = []Fact{{Name: r.Text("public.address"), Text: addressOf(p.Place)}, {Name: r.Text("talk.model"), Text: r.Text("place.model." + string(p.Place.Model))}}
	p.Table = Table{Caption: r.Text("plan.sessions"), Empty: r.Text("plan.empty"), Columns: []Column{{Text: r.Text("plan.day")}, {Text: r.Text("plan.hours")}, {Text: r.Text("plan.room")}, {Text: r.Text("plan.state")}, {Text: r.Text("talks.title")}}}
	for _, x := range plan.Sessions {
		if x.Place != p.Place.ID {
			continue
		}
		day := Cell{Text: r.weekdayDate(x.Date())}
		if p.CanPlan {
			day.Href = "/plan/" + e.ID + "/tid/" + x.ID
		}
		talk := Cell{Text: "–"}
		if a, ok := plan.Agreements[x.ID]; ok {
			talk = Cell{Tag: r.talkTag(a)}
		}
		where := x.Room
		if stop, ok := planning.StopOf(p.Place, x); ok {
			where = stop.Name
		}
		p.Table.Rows = append(p.Table.Rows, []Cell{day, {Text: r.clockSpan(x)}, {Text: where}, {Tag: r.sessionTag(x.State)}, talk})
	}
	p.Findings = Table{Caption: r.Text("plan.findings_here"), Empty: r.Text("plan.findings_none"), Columns: []Column{{Text: r.Text("plan.finding")}, {Text: r.Text("plan.severity")}}}
	for _, f := range planning.Of(plan, e.ID) {
		if f.Place == p.Place.ID {
			p.Findings.Rows = append(p.Findings.Rows, []Cell{{Text: f.Text(r.Lang)}, {Tag: r.severityTag(f.Severity)}})
		}
	}
	return planPlaceView.render(r, p)
}

func (r *Request) severityTag(s planning.Severity) Tag {
	return Tag{map[planning.Severity]string{planning.Error: "bad", planning.Warning: "warn"}[s], r.Text("severity." + string(s))}
}

func (s *Server) planSessionPage(r *Request) (*planSessionPage, error) {
	e, err := s.store.Election(r.Context(), r.Param("id"))
	if err != nil {
		return nil, err
	}
	x, err := s.store.Session(r.Context(), r.Param("session"))
	if err != nil {
		return nil, err
	}
	if !x.Serves(e.ID) {
		return nil, models.E(models.CodeNotFound, "")
	}
	place, err := s.store.Place(r.Context(), x.Place)
	if err != nil {
		return nil, err
	}
	all, err := s.store.Elections(r.Context())
	if err != nil {
		return nil, err
	}
	p := &planSessionPage{Chrome: planChrome(e), planHead: r.planHead(e, "week"), Session: x, Hours: planning.FormatSpans([]planning.Span{planning.SpanOf(x)}), Promised: x.State != models.SessionDraft}
	p.TitleText = place.Name + ", " + r.weekdayDate(x.Date())
	p.Facts = []Fact{{Name: r.Text("plan.hours"), Text: r.clockSpan(x)}, {Name: r.Text("plan.state"), Tag: r.sessionTag(x.State)}, {Name: r.Text("public.elections"), Text: strings.Join(x.Elections, ", ")}, {Name: r.Text("plan.sequence"), Text: fmt.Sprint(x.Sequence)}}
	for _, o := range all {
		if !x.Serves(o.ID) && planning.Window(o).Has(x.Date()) && (o.State == models.ElectionPlanned || o.State == models.ElectionRunning) {
			p.Also = append(p.Also, Option{Value: o.ID, Text: o.Name})
		}
	}
	day, err := s.store.Sessions(r.Context(), e.ID, x.Date().At(0, 0), x.Date().Add(1).At(0, 0))
	if err != nil {
		return nil, err
	}
	for _, o := range day {
		if o.Place == x.Place && o.ID != x.ID && o.State != models.SessionCancelled {
			p.Others = append(p.Others, Option{Value: o.ID, Text: r.clockSpan(o)})
		}
	}
	return p, nil
}

func (s *Server) planSession(r *Request) error {
	p, err := s.planSessionPage(r)
	if err != nil {
		return err
	}
	return planSessionView.render(r, p)
}

// planSessionChange changes, cancels, splits or merges one session.
func (s *Server) planSessionChange(r *Request) error {
	p, err := s.planSessionPage(r)
	if err != nil {
		return err
	}
	if err := s.changeSession(r, p); err != nil {
		return planSessionView.again(r, err, p)
	}
	return r.done("/plan/"+p.Election.ID+"/sted/"+p.Session.Place, "plan.saved", 1)
}

func (s *Server) changeSession(r *Request, p *planSessionPage) (err error) {
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
		_, err = s.store.ChangeSession(r.Context(), r.act(), id, x.ID, store.SessionChange{Cancel: true}, reason)
	case "split":
		at, perr := span("split")
		if perr != nil {
			return perr
		}
		when, werr := x.Date().AtStrict(at.From/60, at.From%60)
		if werr != nil {
			return onField(werr, "split")
		}
		_, err = s.store.SplitSession(r.Context(), r.act(), id, x.ID, when, reason)
	case "merge":
		_, err = s.store.MergeSessions(r.Context(), r.act(), id, x.ID, r.Field("other"), reason)
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
			return onField(werr, "hours")
		}
		room, note := r.Field("room"), r.Field("note")
		_, err = s.store.ChangeSession(r.Context(), r.act(), id, x.ID, store.SessionChange{Starts: from, Ends: to, Room: &room, Note: &note, Booths: &booths, Also: r.Fields("also")}, reason)
	}
	return err
}

func (s *Server) planExtendPage(r *Request) (*planExtendPage, error) {
	e, err := s.store.Election(r.Context(), r.Param("id"))
	if err != nil {
		return nil, err
	}
	plan, _, err := s.store.Plan(r.Context(), e.ID)
	if err != nil {
		return nil, err
	}
	p := &planExtendPage{Chrome: planChrome(e), planHead: r.planHead(e, "notices"), Day: models.DateOf(s.now()).Add(1).Danish()}
	for _, x := range plan.Places {
		if slices.ContainsFunc(plan.Sessions, func(o models.Session) bool { return o.Place == x.ID }) {
			p.Places = append(p.Places, Option{Value: x.ID, Text: x.Name})
		}
	}
	return p, nil
}

func (s *Server) planExtendForm(r *Request) error {
	p, err := s.planExtendPage(r)
	if err != nil {
		return err
	}
	return planExtendView.render(r, p)
}

// planExtend keeps the chosen places open longer on one day, in one act.
func (s *Server) planExtend(r *Request) error {
	p, err := s.planExtendPage(r)
	if err != nil {
		return err
	}
	day, err := r.Date("day")
	if err != nil {
		return planExtendView.again(r, err, p)
	}
	spans, err := planning.ParseSpans("until", "0-"+r.Field("until"))
	if err != nil || len(spans) != 1 {
		return planExtendView.again(r, models.Invalid("until", "planning.hours.unreadable", r.Field("until")), p)
	}
	out, err := s.store.ExtendHours(r.Context(), r.act(), p.Election.ID, r.Fields("places"), day, spans[0].To, r.Field("reason"))
	if err != nil {
		return planExtendView.again(r, err, p)
	}
	return r.done("/plan/"+p.Election.ID+"/aendringer", "plan.extended", len(out.Sessions))
}

// planMap draws the places from their coordinates: no outside service.
func (s *Server) planMap(r *Request) error {
	e, err := s.store.Election(r.Context(), r.Param("id"))
	if err != nil {
		return err
	}
	plan, _, err := s.store.Plan(r.Context(), e.ID)
	if err != nil {
		return err
	}
	count := map[string]int{}
	for _, x := range plan.Sessions {
		count[x.Place]++
	}
	p := &planMapPage{Chrome: planChrome(e), planHead: r.planHead(e, "map")}
	p.Picture = drawMap(plan.Places, count, r.Text("plan-map.title"))
	p.Table = Table{Caption: r.Text("plan.places"), Columns: []Column{{Text: r.Text("plan.place")}, {Text: r.Text("public.address")}, {Text: r.Text("plan.sessions"), Number: true}, {Text: r.Text("plan.point")}}}
	for _, x := range plan.Places {
		point := fmt.Sprintf("%.4f %.4f", x.Lat, x.Lon)
		if x.Lat == 0 && x.Lon == 0 {
			point = r.Text("plan.no_point")
		}
		p.Table.Rows = append(p.Table.Rows, []Cell{{Text: x.Name, Href: "/plan/" + e.ID + "/sted/" + x.ID}, {Text: addressOf(x)}, {Text: fmt.Sprint(count[x.ID])}, {Text: point}})
	}
	return planMapView.render(r, p)
}

// drawMap is an SVG picture of places with a map point: an equirectangular
// projection around their middle, true enough within one municipality. Filled
// dots have sessions. Labels that would lie over one another are left out; the
// table beside the picture names every place.
func drawMap(places []models.Place, count map[string]int, title string) template.HTML {
	const w, h, edge = 760.0, 560.0, 60.0
	var shown []models.Place
	south, north, west, east := math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
	for _, p := range places {
		if p.Lat == 0 && p.Lon == 0 {
			continue
		}
		shown = append(shown, p)
		south, north, west, east = min(south, p.Lat), max(north, p.Lat), min(west, p.Lon), max(east, p.Lon)
	}
	if len(shown) == 0 {
		return ""
	}
	squeeze := math.Cos((south + north) / 2 * math.Pi / 180) // a degree of longitude is shorter than one of latitude
	scale := min((w-2*edge)/max((east-west)*squeeze, 1e-3), (h-2*edge)/max(north-south, 1e-3))
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="map" viewBox="0 0 %.0f %.0f" role="img" aria-label="%s">`, w, h, template.HTMLEscapeString(title))
	var labels [][2]float64
	for _, p := range shown {
		x := w/2 + (p.Lon-(east+west)/2)*squeeze*scale
		y := h/2 - (p.Lat-(north+south)/2)*scale
		class := "empty"
		if count[p.ID] > 0 {
			class = "dot"
		}
		fmt.Fprintf(&b, `<circle class="%s" cx="%.1f" cy="%.1f" r="6"/>`, class, x, y)
		free := !slices.ContainsFunc(labels, func(l [2]float64) bool { return math.Abs(l[0]-x) < 110 && math.Abs(l[1]-y) < 15 })
		if free {
			labels = append(labels, [2]float64{x, y})
			anchor, dx := "start", 10.0
			if x > w-140 {
				anchor, dx = "end", -10
			}
			fmt.Fprintf(&b, `<text x="%.1f" y="%.1f" text-anchor="%s">%s</text>`, x+dx, y+4, anchor, template.HTMLEscapeString(p.Name))
		}
	}
	b.WriteString(`</svg>`)
	return template.HTML(b.String()) //nolint:gosec // names are escaped above
}
