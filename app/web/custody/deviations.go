package custody

import (
	"maps"
	"slices"
	"strings"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/store/boxes"
)

func (s *Server) deviationRoutes() []site.Route {
	return []site.Route{
		site.Get("/afvigelser", watchers, s.deviations).InMenu("nav.deviations"),
		site.Get("/afvigelser/ny", keepers, s.deviationNew),
		site.Post("/afvigelser/ny", keepers, s.deviationRaise),
		site.Get("/afvigelser/:id", watchers, s.deviation),
		site.Post("/afvigelser/:id", keepers, s.deviationAct),
		site.Get("/afvigelser/:id/afvigelse.pdf", watchers, s.deviationPDF),
		site.Get("/dag/:date/afvigelser.pdf", watchers, s.dayDeviations),
		site.Get("/api/v1/deviations", watchers, s.apiDeviations).API(nil, []custody.Deviation{}),
		site.Get("/api/v1/deviations/:id", watchers, s.apiDeviation).API(nil, custody.Deviation{}),
	}
}

type deviationsPage struct {
	site.Chrome
	Table  site.Table
	Raises bool
	Types  []site.Option
	Shown  string
}

type deviationNewPage struct {
	site.Chrome
	Types, Places, Elections []site.Option
}

type deviationPage struct {
	site.Chrome
	Deviation custody.Deviation
	Facts     []site.Fact
	Missing   []site.Fact // what stands on its difference account
	Notes     []site.Event
	Acts      bool
	Open      bool
	MayClose  bool
	Finder    bool
	Handled   bool
	People    []site.Option
	How       []site.Option
	Boxes     []site.Option
	Blind     bool
	Attached  attachments
}

var (
	deviationsView   = site.NewView[*deviationsPage]("deviations")
	deviationNewView = site.NewView[*deviationNewPage]("deviation-new")
	deviationView    = site.NewView[*deviationPage]("deviation")
)

var deviationCrumbs = []site.Link{{Href: "/afvigelser", Key: "deviations.title"}}

func deviationTypes(r *site.Request) []site.Option {
	var out []site.Option
	for _, t := range custody.DeviationTypes {
		out = append(out, site.Option{Value: string(t), Text: r.Text("deviation.type." + string(t))})
	}
	return out
}

func (s *Server) deviations(r *site.Request) error {
	p := &deviationsPage{Raises: r.Account.Is(keepers...), Shown: r.Query("tilstand")}
	p.Types = append([]site.Option{{Value: "", Text: r.Text("deviations.all_types")}}, deviationTypes(r)...)
	all, err := s.Store.Deviations(r.Context(), boxes.DeviationFilter{Places: r.Places(), State: r.Query("tilstand"), Type: r.Query("type")})
	if err != nil {
		return err
	}
	places, names, err := s.PlacesAndNames(r)
	if err != nil {
		return err
	}
	p.Table = site.Table{Caption: r.Text("deviations.title"), Quiet: true, Empty: r.Text("deviations.empty"), Columns: []site.Column{{Text: r.Text("deviations.number")}, {Text: r.Text("deviations.type")}, {Text: r.Text("deviations.state")},
		{Text: r.Text("deviations.place")}, {Text: r.Text("deviations.found_at")}, {Text: r.Text("deviations.owner")}, {Text: r.Text("deviations.deadline")}}}
	for _, d := range all {
		p.Table.Rows = append(p.Table.Rows, []site.Cell{{Text: models.GroupSerial(d.ID), Href: "/afvigelser/" + d.ID}, {Text: r.Text("deviation.type." + string(d.Type))}, {Tag: deviationTag(r, d)},
			{Text: places[d.Place]}, {Text: r.Moment(d.FoundAt)}, {Text: names[d.Owner].Name}, {Text: r.ShortDay(d.Deadline)}})
	}
	return deviationsView.Render(r, p)
}

func deviationTag(r *site.Request, d custody.Deviation) site.Tag {
	kind := map[custody.DeviationState]string{custody.DeviationOpen: "bad", custody.DeviationHandled: "warn", custody.DeviationClosed: "ok"}[d.State]
	return site.Tag{Kind: kind, Text: r.Text("deviation.state." + string(d.State))}
}

func (s *Server) deviationNew(r *site.Request) error {
	p, err := s.newDeviationPage(r)
	if err != nil {
		return err
	}
	return deviationNewView.Render(r, p)
}

func (s *Server) newDeviationPage(r *site.Request) (*deviationNewPage, error) {
	p := &deviationNewPage{Chrome: site.Chrome{Crumbs: deviationCrumbs}, Types: deviationTypes(r)}
	running, err := s.Store.Running(r.Context())
	if err != nil {
		return nil, err
	}
	for _, e := range running {
		p.Elections = append(p.Elections, site.Option{Value: e.ID, Text: e.Name})
	}
	p.Places, err = s.placeOptions(r)
	return p, err
}

func (s *Server) deviationRaise(r *site.Request) error {
	d, err := s.Store.Raise(r.Context(), r.Act(), custody.RaiseCmd{Type: custody.DeviationType(r.Field("type")), Place: r.Field("place"), Election: r.Field("election"),
		Containers: serials(r.Field("containers")), Expected: r.Field("expected"), Found: r.Field("found"), Action: r.Field("action")})
	if err != nil {
		p, perr := s.newDeviationPage(r)
		if perr != nil {
			return perr
		}
		return deviationNewView.Again(r, err, p)
	}
	return r.Done("/afvigelser/"+d.ID, "deviation.raised", models.GroupSerial(d.ID))
}

// seenDeviation loads the deviation of the path for those who may see it, where
// it was found and at both ends of the handover that it is about; without the
// figures for those who are still to count.
func (s *Server) seenDeviation(r *site.Request) (custody.Deviation, error) {
	d, err := s.Store.Deviation(r.Context(), r.Param("id"))
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
func (s *Server) atDeviation(r *site.Request, d custody.Deviation) error {
	act := r.Act()
	if d.Place == "" || act.MayActAt(d.Place) {
		return nil
	}
	if d.Handover != "" {
		h, err := s.Store.Handover(r.Context(), d.Handover)
		if err != nil || act.MayActAt(h.From) || act.MayActAt(h.To) {
			return err
		}
	}
	return models.E(models.CodeNotFound, "")
}

func (s *Server) deviation(r *site.Request) error {
	p, err := s.deviationPage(r)
	if err != nil {
		return err
	}
	return deviationView.Render(r, p)
}

func (s *Server) deviationPage(r *site.Request) (*deviationPage, error) {
	d, err := s.seenDeviation(r)
	if err != nil {
		return nil, err
	}
	places, names, err := s.PlacesAndNames(r)
	if err != nil {
		return nil, err
	}
	p := &deviationPage{Chrome: site.Chrome{Crumbs: deviationCrumbs, TitleKey: "deviation.title", TitleArgs: []any{models.GroupSerial(d.ID)}}, Deviation: d,
		Acts: r.Account.Is(keepers...) && d.State != custody.DeviationClosed, Handled: d.State == custody.DeviationHandled}
	known, err := s.knowsDeviation(r, d)
	if err != nil {
		return nil, err
	}
	p.Blind = !known
	files, err := s.Store.Attachments(r.Context(), "", d.ID)
	if err != nil {
		return nil, err
	}
	p.Attached = attachmentsOf(r, files, known, names)
	if p.Acts {
		p.Attached.Kinds = attachmentKinds(r, custody.AttachEvidence, custody.AttachSeal, custody.AttachPaper)
	}
	p.Finder = d.FoundBy == r.Account.Person
	p.Facts = deviationFacts(r, d, places, names)
	held, err := s.Store.Held(r.Context(), custody.Difference(d.ID))
	if err != nil {
		return nil, err
	}
	p.Missing = missing(r, held[custody.Difference(d.ID)])
	p.Open = len(p.Missing) > 0
	p.MayClose = p.Acts && !p.Finder && !p.Open
	for _, n := range d.Notes {
		p.Notes = append([]site.Event{{Title: n.Text, By: names[n.By].Name, At: n.At}}, p.Notes...)
	}
	if p.Acts {
		err = s.fillDeviation(r, p)
	}
	return p, err
}

// missing says in words what stands on a difference account: it is missing, and
// below zero there is too much.
func missing(r *site.Request, held map[string]int64) []site.Fact {
	var out []site.Fact
	for _, item := range slices.Sorted(maps.Keys(held)) {
		for _, f := range contents(r, map[string]int64{item: held[item]}) {
			if n := held[item]; n < 0 {
				f.Text = r.Text("balance.doubt.too_many", -n)
			} else if f.Href == "" {
				f.Text = r.Text("balance.doubt.missing", n)
			}
			out = append(out, f)
		}
	}
	return out
}

func (s *Server) fillDeviation(r *site.Request, p *deviationPage) error {
	for _, how := range custody.Explanations {
		p.How = append(p.How, site.Option{Value: string(how), Text: r.Text("deviation.explained." + string(how)), Hint: r.Text("deviation.explained_hint." + string(how))})
	}
	p.Boxes = []site.Option{{Value: "", Text: r.Text("deviation.no_box")}}
	for _, id := range p.Deviation.Containers {
		p.Boxes = append(p.Boxes, site.Option{Value: id, Text: models.GroupSerial(id)})
	}
	people, err := s.Store.Keepers(r.Context())
	if err != nil {
		return err
	}
	for _, x := range people {
		p.People = append(p.People, site.Option{Value: x.Person, Text: x.Name})
	}
	return nil
}

func deviationFacts(r *site.Request, d custody.Deviation, places map[string]string, names map[string]models.Private) []site.Fact {
	out := []site.Fact{{Name: r.Text("deviations.state"), Tag: deviationTag(r, d)}, {Name: r.Text("deviations.type"), Text: r.Text("deviation.type." + string(d.Type))}}
	add := func(key, text, href string) {
		if text != "" {
			out = append(out, site.Fact{Name: r.Text(key), Text: text, Href: href})
		}
	}
	add("deviations.place", places[d.Place], "")
	add("deviations.found_at", r.Moment(d.FoundAt), "")
	add("deviation.found_by", names[d.FoundBy].Name, "")
	if d.Handover != "" {
		add("container.handover", models.GroupSerial(d.Handover), "/overdragelser/"+d.Handover)
	}
	for _, id := range d.Containers {
		add("deviation.container", models.GroupSerial(id), "/beholdere/"+id)
	}
	add("deviation.expected", said(r, d.Expected), "")
	add("deviation.found", said(r, d.Found), "")
	add("deviation.action", d.Action, "")
	add("deviations.owner", names[d.Owner].Name, "")
	add("deviations.deadline", r.ShortDay(d.Deadline), "")
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
		add("deviation.closed_by", names[d.ClosedBy].Name+" · "+r.Moment(d.ClosedAt), "")
	}
	return out
}

func (s *Server) deviationAct(r *site.Request) error {
	d, err := s.seenDeviation(r)
	if err != nil {
		return err
	}
	if err = s.doDeviation(r, d.ID); err == nil {
		return r.Done("/afvigelser/"+d.ID, "deviation.done."+r.Field("do"), models.GroupSerial(d.ID))
	}
	p, perr := s.deviationPage(r)
	if perr != nil {
		return perr
	}
	return deviationView.Again(r, err, p)
}

func (s *Server) doDeviation(r *site.Request, id string) (err error) {
	cmd := custody.DeviateCmd{Deviation: id, Act: custody.DeviationAct(r.Field("do")), Words: r.Field("words"), Owner: r.Field("owner"), Notified: r.Fields("notified")}
	switch r.Field("do") {
	case "explain":
		_, err = s.Store.ExplainDifference(r.Context(), r.Act(), custody.ExplainCmd{Deviation: id, How: custody.Explained(r.Field("how")), Container: r.Field("container"), Words: r.Field("words")})
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
	_, err = s.Store.Deviate(r.Context(), r.Act(), cmd)
	return err
}

func (s *Server) apiDeviations(r *site.Request) error {
	all, err := s.Store.Deviations(r.Context(), boxes.DeviationFilter{Places: r.Places(), State: r.Query("state"), Type: r.Query("type")})
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
	return r.JSON(200, out)
}

func (s *Server) apiDeviation(r *site.Request) error {
	d, err := s.seenDeviation(r)
	if err != nil {
		return err
	}
	return r.JSON(200, d)
}
