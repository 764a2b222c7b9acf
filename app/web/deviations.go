package web

import (
	"slices"
	"strings"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/store"
)

func (s *Server) deviationRoutes() []Route {
	return []Route{
		get("/afvigelser", watchers, s.deviations).nav("nav.deviations"),
		get("/afvigelser/ny", keepers, s.deviationNew),
		post("/afvigelser/ny", keepers, s.deviationRaise),
		get("/afvigelser/:id", watchers, s.deviation),
		post("/afvigelser/:id", keepers, s.deviationAct),
		get("/afvigelser/:id/afvigelse.pdf", watchers, s.deviationPDF),
		get("/dag/:date/afvigelser.pdf", watchers, s.dayDeviations),
		get("/api/v1/deviations", watchers, s.apiDeviations).api(nil, []custody.Deviation{}),
		get("/api/v1/deviations/:id", watchers, s.apiDeviation).api(nil, custody.Deviation{}),
	}
}

type deviationsPage struct {
	Chrome
	Table  Table
	Raises bool
	Types  []Option
	Shown  string
}

type deviationNewPage struct {
	Chrome
	Types, Places, Elections []Option
}

type deviationPage struct {
	Chrome
	Deviation custody.Deviation
	Facts     []Fact
	Missing   []Fact // what stands on its difference account
	Notes     []Event
	Acts      bool
	Open      bool
	MayClose  bool
	Finder    bool
	Handled   bool
	People    []Option
	How       []Option
	Boxes     []Option
	Blind     bool
	Attached  attachments
}

var (
	deviationsView   = newView[*deviationsPage]("deviations")
	deviationNewView = newView[*deviationNewPage]("deviation-new")
	deviationView    = newView[*deviationPage]("deviation")
)

var deviationCrumbs = []Link{{Href: "/afvigelser", Key: "deviations.title"}}

func (r *Request) deviationTypes() []Option {
	var out []Option
	for _, t := range custody.DeviationTypes {
		out = append(out, Option{Value: string(t), Text: r.Text("deviation.type." + string(t))})
	}
	return out
}

func (s *Server) deviations(r *Request) error {
	p := &deviationsPage{Raises: r.Account.Is(keepers...), Shown: r.Query("tilstand")}
	p.Types = append([]Option{{Value: "", Text: r.Text("deviations.all_types")}}, r.deviationTypes()...)
	all, err := s.store.Deviations(r.Context(), store.DeviationFilter{Places: r.places(), State: r.Query("tilstand"), Type: r.Query("type")})
	if err != nil {
		return err
	}
	places, names, err := s.placesAndNames(r)
	if err != nil {
		return err
	}
	p.Table = Table{Caption: r.Text("deviations.title"), Quiet: true, Empty: r.Text("deviations.empty"), Columns: []Column{{Text: r.Text("deviations.number")}, {Text: r.Text("deviations.type")}, {Text: r.Text("deviations.state")},
		{Text: r.Text("deviations.place")}, {Text: r.Text("deviations.found_at")}, {Text: r.Text("deviations.owner")}, {Text: r.Text("deviations.deadline")}}}
	for _, d := range all {
		p.Table.Rows = append(p.Table.Rows, []Cell{{Text: models.GroupSerial(d.ID), Href: "/afvigelser/" + d.ID}, {Text: r.Text("deviation.type." + string(d.Type))}, {Tag: r.deviationTag(d)},
			{Text: places[d.Place]}, {Text: r.moment(d.FoundAt)}, {Text: names[d.Owner].Name}, {Text: r.shortDay(d.Deadline)}})
	}
	return deviationsView.render(r, p)
}

func (r *Request) deviationTag(d custody.Deviation) Tag {
	kind := map[custody.DeviationState]string{custody.DeviationOpen: "bad", custody.DeviationHandled: "warn", custody.DeviationClosed: "ok"}[d.State]
	return Tag{kind, r.Text("deviation.state." + string(d.State))}
}

func (s *Server) deviationNew(r *Request) error {
	p, err := s.newDeviationPage(r)
	if err != nil {
		return err
	}
	return deviationNewView.render(r, p)
}

func (s *Server) newDeviationPage(r *Request) (*deviationNewPage, error) {
	p := &deviationNewPage{Chrome: Chrome{Crumbs: deviationCrumbs}, Types: r.deviationTypes()}
	running, err := s.store.Running(r.Context())
	if err != nil {
		return nil, err
	}
	for _, e := range running {
		p.Elections = append(p.Elections, Option{Value: e.ID, Text: e.Name})
	}
	p.Places, err = s.placeOptions(r)
	return p, err
}

func (s *Server) deviationRaise(r *Request) error {
	d, err := s.store.Raise(r.Context(), r.act(), custody.RaiseCmd{Type: custody.DeviationType(r.Field("type")), Place: r.Field("place"), Election: r.Field("election"),
		Containers: serials(r.Field("containers")), Expected: r.Field("expected"), Found: r.Field("found"), Action: r.Field("action")})
	if err != nil {
		p, perr := s.newDeviationPage(r)
		if perr != nil {
			return perr
		}
		return deviationNewView.again(r, err, p)
	}
	return r.done("/afvigelser/"+d.ID, "deviation.raised", models.GroupSerial(d.ID))
}

// seenDeviation loads the deviation of the path for those who may see it, where
// it was found and at both ends of the handover that it is about; without the
// figures for those who are still to count.
func (s *Server) seenDeviation(r *Request) (custody.Deviation, error) {
	d, err := s.store.Deviation(r.Context(), r.Param("id"))
	if err != nil {
		return d, err
	}
	if err := s.atDeviation(r, d); err != nil {
		return d, err
	}
	known, err := s.knowsDeviation(r, d)
	if err == nil && !known {
		d = blindDeviation(d)
	}
	return d, err
}

// atDeviation refuses with CodeNotFound those whose places it does not concern.
func (s *Server) atDeviation(r *Request, d custody.Deviation) error {
	act := r.act()
	if d.Place == "" || act.MayActAt(d.Place) {
		return nil
	}
	if d.Handover != "" {
		h, err := s.store.Handover(r.Context(), d.Handover)
		if err != nil || act.MayActAt(h.From) || act.MayActAt(h.To) {
			return err
		}
	}
	return models.E(models.CodeNotFound, "")
}

func (s *Server) deviation(r *Request) error {
	p, err := s.deviationPage(r)
	if err != nil {
		return err
	}
	return deviationView.render(r, p)
}

func (s *Server) deviationPage(r *Request) (*deviationPage, error) {
	d, err := s.seenDeviation(r)
	if err != nil {
		return nil, err
	}
	places, names, err := s.placesAndNames(r)
	if err != nil {
		return nil, err
	}
	p := &deviationPage{Chrome: Chrome{Crumbs: deviationCrumbs, TitleKey: "deviation.title", TitleArgs: []any{models.GroupSerial(d.ID)}}, Deviation: d,
		Acts: r.Account.Is(keepers...) && d.State != custody.DeviationClosed, Handled: d.State == custody.DeviationHandled}
	known, err := s.knowsDeviation(r, d)
	if err != nil {
		return nil, err
	}
	p.Blind = !known
	files, err := s.store.Attachments(r.Context(), "", d.ID)
	if err != nil {
		return nil, err
	}
	p.Attached = r.attachmentsOf(files, known, names)
	if p.Acts {
		p.Attached.Kinds = r.attachmentKinds(custody.AttachEvidence, custody.AttachSeal, custody.AttachPaper)
	}
	p.Finder = d.FoundBy == r.Account.Person
	p.Facts = r.deviationFacts(d, places, names)
	held, err := s.store.Held(r.Context(), custody.Difference(d.ID))
	if err != nil {
		return nil, err
	}
	p.Missing = r.contents(held[custody.Difference(d.ID)])
	p.Open = len(p.Missing) > 0
	p.MayClose = p.Acts && !p.Finder && !p.Open
	for _, n := range d.Notes {
		p.Notes = append([]Event{{Title: n.Text, By: names[n.By].Name, At: n.At}}, p.Notes...)
	}
	if p.Acts {
		err = s.fillDeviation(r, p)
	}
	return p, err
}

func (s *Server) fillDeviation(r *Request, p *deviationPage) error {
	for _, how := range custody.Explanations {
		p.How = append(p.How, Option{Value: string(how), Text: r.Text("deviation.explained." + string(how)), Hint: r.Text("deviation.explained_hint." + string(how))})
	}
	p.Boxes = []Option{{Value: "", Text: r.Text("deviation.no_box")}}
	for _, id := range p.Deviation.Containers {
		p.Boxes = append(p.Boxes, Option{Value: id, Text: models.GroupSerial(id)})
	}
	people, err := s.store.Keepers(r.Context())
	if err != nil {
		return err
	}
	for _, x := range people {
		p.People = append(p.People, Option{Value: x.Person, Text: x.Name})
	}
	return nil
}

func (r *Request) deviationFacts(d custody.Deviation, places map[string]string, names map[string]models.Private) []Fact {
	out := []Fact{{Name: r.Text("deviations.state"), Tag: r.deviationTag(d)}, {Name: r.Text("deviations.type"), Text: r.Text("deviation.type." + string(d.Type))}}
	add := func(key, text, href string) {
		if text != "" {
			out = append(out, Fact{Name: r.Text(key), Text: text, Href: href})
		}
	}
	add("deviations.place", places[d.Place], "")
	add("deviations.found_at", r.moment(d.FoundAt), "")
	add("deviation.found_by", names[d.FoundBy].Name, "")
	if d.Handover != "" {
		add("container.handover", models.GroupSerial(d.Handover), "/overdragelser/"+d.Handover)
	}
	for _, id := range d.Containers {
		add("deviation.container", models.GroupSerial(id), "/beholdere/"+id)
	}
	add("deviation.expected", r.said(d.Expected), "")
	add("deviation.found", r.said(d.Found), "")
	add("deviation.action", d.Action, "")
	add("deviations.owner", names[d.Owner].Name, "")
	add("deviations.deadline", r.shortDay(d.Deadline), "")
	var told []string
	for _, id := range d.Notified {
		if name := names[id].Name; name != "" && !slices.Contains(told, name) {
			told = append(told, name)
		}
	}
	add("deviation.notified", strings.Join(told, ", "), "")
	if d.Explained != "" {
		add("deviation.explained", r.Text("deviation.explained."+string(d.Explained)), "")
	}
	add("deviation.conclusion", d.Conclusion, "")
	if d.ClosedBy != "" {
		add("deviation.closed_by", names[d.ClosedBy].Name+" · "+r.moment(d.ClosedAt), "")
	}
	return out
}

func (s *Server) deviationAct(r *Request) error {
	d, err := s.seenDeviation(r)
	if err != nil {
		return err
	}
	if err = s.doDeviation(r, d.ID); err == nil {
		return r.done("/afvigelser/"+d.ID, "deviation.done."+r.Field("do"), models.GroupSerial(d.ID))
	}
	p, perr := s.deviationPage(r)
	if perr != nil {
		return perr
	}
	return deviationView.again(r, err, p)
}

func (s *Server) doDeviation(r *Request, id string) (err error) {
	cmd := custody.DeviateCmd{Deviation: id, Act: custody.DeviationAct(r.Field("do")), Words: r.Field("words"), Owner: r.Field("owner"), Notified: r.Fields("notified")}
	switch r.Field("do") {
	case "explain":
		_, err = s.store.ExplainDifference(r.Context(), r.act(), custody.ExplainCmd{Deviation: id, How: custody.Explained(r.Field("how")), Container: r.Field("container"), Words: r.Field("words")})
		return err
	case "assign":
		if r.Field("deadline") != "" {
			if cmd.Deadline, err = r.Date("deadline"); err != nil {
				return err
			}
		}
	case "note", "handle", "close", "reopen":
	default:
		return models.Invalid("do", "custody.choose")
	}
	_, err = s.store.Deviate(r.Context(), r.act(), cmd)
	return err
}

func (s *Server) apiDeviations(r *Request) error {
	all, err := s.store.Deviations(r.Context(), store.DeviationFilter{Places: r.places(), State: r.Query("state"), Type: r.Query("type")})
	if err != nil {
		return err
	}
	out := make([]custody.Deviation, len(all))
	for i, d := range all {
		known, err := s.knowsDeviation(r, d)
		if err != nil {
			return err
		}
		if out[i] = d; !known {
			out[i] = blindDeviation(d)
		}
	}
	return r.json(200, out)
}

func (s *Server) apiDeviation(r *Request) error {
	d, err := s.seenDeviation(r)
	if err != nil {
		return err
	}
	return r.json(200, d)
}
