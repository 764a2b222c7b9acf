package custody

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/brevstemme/brevstemme/app/web/desk"
	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/journal"
	"github.com/brevstemme/brevstemme/models/language"
	"github.com/brevstemme/brevstemme/models/store/boxes"
)

// Who keeps containers, and who may look at them.
var (
	keepers  = site.Roles{models.RoleReceiver, models.RoleLibraryLead, models.RoleReception, models.RoleCoordinator}
	watchers = site.Roles{models.RoleReceiver, models.RoleLibraryLead, models.RoleReception, models.RoleCoordinator, models.RoleAuditor}
)

func (s *Server) containerRoutes() []site.Route {
	return []site.Route{
		site.Get("/beholdere", watchers, s.containers).InMenu("nav.containers"),
		site.Get("/beholdere/ny", keepers, s.containerNew),
		site.Post("/beholdere/ny", keepers, s.containerRegister),
		site.Get("/beholdere/:id", watchers, s.container),
		site.Post("/beholdere/:id", keepers, s.containerAct),
		site.Get("/segl", watchers, s.sealStock).InMenu("nav.seals"),
		site.Post("/segl", site.Roles{models.RoleCoordinator, models.RoleReception, models.RoleLibraryLead}, s.sealIssue),
		site.Get("/api/v1/containers", watchers, s.apiContainers).API(nil, []ContainerOut{}),
		site.Get("/api/v1/containers/:id", watchers, s.apiContainer).API(nil, ContainerOut{}),
		site.Post("/api/v1/containers", keepers, s.apiRegister).API(custody.RegisterCmd{}, []ContainerOut{}),
		site.Post("/api/v1/containers/:id/pack", keepers, s.apiPack).API(PackIn{}, ContainerOut{}),
		site.Post("/api/v1/containers/:id/seal", keepers, s.apiSeal).API(SealIn{}, ContainerOut{}),
	}
}

type containersPage struct {
	site.Chrome
	Table   site.Table
	Keeps   bool
	Empties bool
	Sheets  []site.Option // label formats
	OffsetX string        // of this desk's printer, in millimetres
	OffsetY string
	States  []site.Option // what to show
	Where   []site.Option
	Pages   site.Pager
	Nothing site.Empty
}

type containerNewPage struct {
	site.Chrome
	Kinds, Places []site.Option
}

// containerPage is one container with what can be done now.
type containerPage struct {
	site.Chrome
	Container custody.Container
	Facts     []site.Fact
	Contents  []site.Fact
	Hidden    bool // on its way to the reader: nothing of the giver's is shown
	Seals     site.Table
	Timeline  []site.Event
	Keeps     bool
	Can       map[string]bool // act → offered
	Desks     []site.Option   // desks at its place with envelopes
	Others    []site.Option   // other containers there
	Next      string          // the seal that is expected next
	Near      bool            // a number was asked about: offer to confirm
	Places    []site.Option
	Kinds     []site.PileLine
	Piles     []site.PileLine // what can be moved in part
	Outs      []site.Option   // where the content can be taken out to
	Mistakes  []site.Option   // packings that can be taken back
}

var (
	containersView   = site.NewView[*containersPage]("containers")
	containerNewView = site.NewView[*containerNewPage]("container-new")
	containerView    = site.NewView[*containerPage]("container")
)

var containerCrumbs = []site.Link{{Href: "/beholdere", Key: "containers.title"}}

func (s *Server) containers(r *site.Request) error {
	page := r.Page(100)
	all, err := s.Store.Containers(r.Context(), boxes.ContainerFilter{Places: r.At(r.Query("sted")), State: r.Query("tilstand"), Offset: page.Skip(), Limit: page.Size + 1})
	if err != nil {
		return err
	}
	places, err := s.PlaceNames(r)
	if err != nil {
		return err
	}
	elections, err := s.ElectionsByID(r)
	if err != nil {
		return err
	}
	p := &containersPage{Keeps: r.Account.Is(keepers...), Nothing: site.Empty{Title: r.Text("containers.empty"), Text: r.Text("containers.empty_text")}}
	all, p.Pages = site.OnePage(all, page)
	p.States = site.FilterOptions(r, "tilstand", "containers.every_state", "container.state.", custody.ContainerOrder...)
	p.Where = r.PlaceChoice(places)
	open, err := s.Store.Handovers(r.Context(), boxes.HandoverFilter{Open: true})
	if err != nil {
		return err
	}
	places = withLegs(places, open...)
	p.Table = site.Table{Caption: r.Text("containers.title"), Quiet: true, Empty: r.Text("containers.empty"),
		Columns: []site.Column{{Text: r.Text("containers.number")}, {Text: r.Text("containers.kind")}, {Text: r.Text("containers.state")}, {Text: r.Text("containers.where")}, {Text: r.Text("containers.election")}, {Text: r.Text("containers.seals")}}}
	p.Sheets = sheetOptions("")
	if x, y := LabelOffset(r); x != 0 || y != 0 {
		p.OffsetX, p.OffsetY = r.Decimal(x), r.Decimal(y)
	}
	for _, c := range all {
		p.Empties = p.Empties || c.State == custody.ContainerEmpty
		seals := strings.Join(c.Seals, ", ")
		if c.Leg != "" {
			seals = "" // its receiver reads them off the container
		}
		p.Table.Rows = append(p.Table.Rows, []site.Cell{{Text: models.GroupSerial(c.ID), Href: "/beholdere/" + c.ID}, {Text: r.Text("container.kind." + string(c.Kind))},
			{Tag: containerTag(r, c.State)}, {Text: r.Holder(c.Holder, places)}, {Text: elections.Sign(c.Election)}, {Text: seals}})
	}
	return containersView.Render(r, p)
}

func (s *Server) containerNew(r *site.Request) error {
	p, err := s.newContainerPage(r)
	if err != nil {
		return err
	}
	return containerNewView.Render(r, p)
}

func (s *Server) newContainerPage(r *site.Request) (*containerNewPage, error) {
	p := &containerNewPage{Chrome: site.Chrome{Crumbs: containerCrumbs}}
	for _, k := range custody.ContainerKinds {
		p.Kinds = append(p.Kinds, site.Option{Value: string(k), Text: r.Text("container.kind." + string(k))})
	}
	var err error
	p.Places, err = s.placeOptions(r)
	return p, err
}

// placeOptions are the places where the person may act.
func (s *Server) placeOptions(r *site.Request) ([]site.Option, error) {
	all, err := s.Store.Places(r.Context())
	if err != nil {
		return nil, err
	}
	var out []site.Option
	for _, p := range all {
		if r.Act().MayActAt(p.ID) {
			out = append(out, site.Option{Value: p.ID, Text: p.Name})
		}
	}
	return out, nil
}

func (s *Server) containerRegister(r *site.Request) error {
	n, err := r.Count("count")
	capacity := 0
	if err == nil && r.Field("capacity") != "" {
		capacity, err = r.Count("capacity")
	}
	var made []custody.Container
	if err == nil {
		made, err = s.Store.RegisterContainers(r.Context(), r.Act(), custody.RegisterCmd{Kind: custody.ContainerKind(r.Field("kind")), Capacity: capacity, Place: r.Field("place"), Count: n})
	}
	if err != nil {
		p, perr := s.newContainerPage(r)
		if perr != nil {
			return perr
		}
		return containerNewView.Again(r, err, p)
	}
	if len(made) == 1 {
		return r.Done("/beholdere/"+made[0].ID, "container.registered", models.GroupSerial(made[0].ID))
	}
	return r.Done("/beholdere", "container.registered_n", len(made))
}

func (s *Server) container(r *site.Request) error {
	p, err := s.containerPage(r)
	if err != nil {
		return err
	}
	return containerView.Render(r, p)
}

func (s *Server) containerPage(r *site.Request) (*containerPage, error) {
	c, err := s.Store.Container(r.Context(), r.Param("id"))
	if err != nil {
		return nil, err
	}
	where, err := s.Store.Whereabouts(r.Context(), c)
	if err != nil {
		return nil, err
	}
	if err := s.seesContainer(r, c.ID, where); err != nil {
		return nil, err
	}
	places, err := s.PlaceNames(r)
	if err != nil {
		return nil, err
	}
	p := &containerPage{Chrome: site.Chrome{Crumbs: containerCrumbs, TitleKey: "container.title", TitleArgs: []any{models.GroupSerial(c.ID)}}, Container: c,
		Keeps: r.Account.Is(keepers...) && r.Act().MayActAt(where.Place) && where.Place != ""}
	p.Hidden = where.Handover != nil && !mayKnow(r, *where.Handover)
	p.Facts = []site.Fact{{Name: r.Text("containers.number"), Text: c.ID, Serial: true}, {Name: r.Text("containers.kind"), Text: r.Text("container.kind." + string(c.Kind))}, {Name: r.Text("containers.state"), Tag: containerTag(r, c.State)}, {Name: r.Text("containers.where"), Text: r.Holder(c.Holder, places)}}
	elections, err := s.ElectionsByID(r)
	if err != nil {
		return nil, err
	}
	if c.Election != "" {
		p.Facts = append(p.Facts, site.Fact{Name: r.Text("containers.election"), Text: elections.Names(c.Election)})
	}
	if c.Capacity > 0 {
		p.Facts = append(p.Facts, site.Fact{Name: r.Text("container-new.capacity"), Text: language.Number(r.Lang, int64(c.Capacity))})
	}
	if c.Room != "" {
		p.Facts = append(p.Facts, site.Fact{Name: r.Text("container.room"), Text: c.Room})
	}
	if c.Key != "" && (p.Keeps || r.Account.Is(models.RoleAuditor)) {
		names, err := s.Store.Names(r.Context(), c.Key)
		if err != nil {
			return nil, err
		}
		p.Facts = append(p.Facts, site.Fact{Name: r.Text("handover.key_holder"), Text: names[c.Key].Name})
	}
	if where.Handover != nil {
		p.Facts[3].Text = r.Holder(c.Holder, withLegs(places, *where.Handover))
		p.Facts = append(p.Facts, site.Fact{Name: r.Text("container.handover"), Text: models.GroupSerial(where.Handover.ID), Href: "/overdragelser/" + where.Handover.ID})
	}
	if !p.Hidden {
		if err := s.fillContainer(r, p, c, places); err != nil {
			return nil, err
		}
	}
	return p, s.fillActs(r, p, c, where)
}

// seesContainer: a container is seen where it stands, by both ends of its
// handover, and by those whose hands it passed through before.
func (s *Server) seesContainer(r *site.Request, container string, w boxes.Whereabouts) error {
	a := r.Act()
	if a.Places == nil || w.Place != "" && a.MayActAt(w.Place) || w.Handover != nil && (a.MayActAt(w.Handover.From) || a.MayActAt(w.Handover.To)) {
		return nil
	}
	passed, err := s.Store.PassedThrough(r.Context(), container, a.Places)
	if err == nil && !passed {
		err = models.E(models.CodeNotFound, "")
	}
	return err
}

// mayKnow tells whether the giver's figures of a handover may be shown: to those
// who gave, to auditors, and to everybody once the receiver's count is in the
// book. Coordinators wait as well: they may be the ones who count.
func mayKnow(r *site.Request, h custody.Handover) bool {
	switch {
	case h.Revealed(), r.Account.Person == h.Giver.Person, r.Account.Person == h.Witness.Person && h.Witness.Person != "":
		return true
	case slices.Contains(r.Account.Places, h.To):
		return false
	case slices.Contains(r.Account.Places, h.From):
		return true
	}
	return r.Account.Is(models.RoleAuditor) && !r.Account.Is(models.RoleReception, models.RoleCoordinator)
}

func (s *Server) fillContainer(r *site.Request, p *containerPage, c custody.Container, places map[string]string) error {
	held, err := s.Store.Held(r.Context(), custody.InContainer(c.ID))
	if err != nil {
		return err
	}
	p.Contents = contents(r, held[custody.InContainer(c.ID)])
	if c.Missing != nil {
		p.Contents = append(p.Contents, contents(r, c.Missing)...)
	}
	seals, err := s.Store.Seals(r.Context(), c.ID)
	if err != nil {
		return err
	}
	p.Seals = site.Table{Caption: r.Text("container.seals"), Empty: r.Text("container.no_seals"), Columns: []site.Column{{Text: r.Text("seals.number")}, {Text: r.Text("seals.state")}, {Text: r.Text("seals.reason")}, {Text: r.Text("seals.kept")}}}
	for _, x := range seals {
		p.Seals.Rows = append(p.Seals.Rows, []site.Cell{{Text: x.Serial}, {Tag: sealTag(r, x.State)}, {Text: sealReason(r, x.Reason)}, {Text: cmp.Or(places[x.KeptIn], x.KeptIn)}})
	}
	return s.fillTimeline(r, p, c, places)
}

// sealReason is why a seal was broken: what a person wrote, or the handover whose
// recount broke it ("recount H…", or a condition with its number).
func sealReason(r *site.Request, text string) string {
	why, handover, _ := strings.Cut(text, " ")
	if _, err := models.ParseSerial(handover); err != nil {
		return text
	}
	if why == "recount" {
		return r.Text("seal.recounted", models.GroupSerial(handover))
	}
	return r.Text("seal.read_as", said(r, why), models.GroupSerial(handover))
}

func sealTag(r *site.Request, st custody.SealState) site.Tag {
	kind := map[custody.SealState]string{custody.SealApplied: "ok", custody.SealBroken: "warn", custody.SealLost: "bad"}[st]
	if kind == "" {
		kind = "plain"
	}
	return site.Tag{Kind: kind, Text: r.Text("seal.state." + string(st))}
}

// contents writes what lies in a holder, by destination.
func contents(r *site.Request, held map[string]int64) []site.Fact {
	var out []site.Fact
	for _, item := range slices.Sorted(maps.Keys(held)) {
		name := item
		if e, dest, ok := custody.EnvelopeOf(item); ok {
			name = e + " · " + desk.Destination(r, dest)
		} else if e, what := custody.MaterialOf(item); what != "" {
			name = e + " · " + r.Text("desk.material."+what)
		} else if id, ok := strings.CutPrefix(item, "box:"); ok {
			out = append(out, site.Fact{Name: r.Text("container.inside"), Text: models.GroupSerial(id), Href: "/beholdere/" + id})
			continue
		} else {
			continue
		}
		out = append(out, site.Fact{Name: name, Text: language.Number(r.Lang, held[item])})
	}
	return out
}

func (s *Server) fillTimeline(r *site.Request, p *containerPage, c custody.Container, places map[string]string) error {
	entries, err := s.Store.ContainerEntries(r.Context(), c.ID, 40)
	if err != nil {
		return err
	}
	names, err := s.ActorNames(r, entries)
	if err != nil {
		return err
	}
	for _, e := range entries {
		text := moves(r, e, c.ID, places)
		if e.Later() {
			text = strings.TrimPrefix(text+" · "+r.Text("timeline.entered", r.Moment(e.Recorded)), " · ")
		}
		p.Timeline = append(p.Timeline, site.Event{Title: r.KindText(e.Kind), By: site.WhoActed(r.Lang, e, names), At: e.At, Text: text, Href: ""})
	}
	return nil
}

// moves says from where to where an entry took the container.
func moves(r *site.Request, e journal.Entry, id string, places map[string]string) string {
	var from, to string
	for _, q := range e.Postings {
		if q.Item == custody.Box(id) && q.Delta < 0 {
			from = r.Holder(q.Holder, places)
		} else if q.Item == custody.Box(id) {
			to = r.Holder(q.Holder, places)
		}
	}
	if to == "" {
		return e.Value("reason")
	}
	return from + " → " + to
}

// countFields are the piles of an election that are counted by hand; prefix
// tells the containers of one form apart.
func (s *Server) countFields(r *site.Request, election, prefix string) []site.PileLine {
	var out []site.PileLine
	for _, kind := range []string{custody.Own, "other", custody.Unknown} {
		out = append(out, site.PileLine{Key: custody.CountKey(election, kind), Field: prefix + kind, Text: r.Text("desk.kind." + kind)})
	}
	return out
}

// pileCounts reads the three piles of one container; an empty field is no answer.
func pileCounts(r *site.Request, election, prefix string) (map[string]int, error) {
	out := map[string]int{}
	for _, kind := range []string{custody.Own, "other", custody.Unknown} {
		n, err := r.Count(prefix + kind)
		if err != nil {
			return nil, err
		}
		out[custody.CountKey(election, kind)] = n
	}
	return out, nil
}

// serials parts what was scanned or typed: by space, comma or line.
func serials(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" ,;\n\r\t", r) })
}
