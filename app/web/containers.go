package web

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/journal"
	"github.com/brevstemme/brevstemme/models/language"
	"github.com/brevstemme/brevstemme/models/store"
)

// Who keeps containers, and who may look at them.
var (
	keepers  = roles{models.RoleReceiver, models.RoleLibraryLead, models.RoleReception, models.RoleCoordinator}
	watchers = roles{models.RoleReceiver, models.RoleLibraryLead, models.RoleReception, models.RoleCoordinator, models.RoleAuditor}
)

func (s *Server) containerRoutes() []Route {
	return []Route{
		get("/beholdere", watchers, s.containers).nav("nav.containers"),
		get("/beholdere/ny", keepers, s.containerNew),
		post("/beholdere/ny", keepers, s.containerRegister),
		get("/beholdere/:id", watchers, s.container),
		post("/beholdere/:id", keepers, s.containerAct),
		get("/segl", watchers, s.sealStock).nav("nav.seals"),
		post("/segl", roles{models.RoleCoordinator, models.RoleReception, models.RoleLibraryLead}, s.sealIssue),
		get("/api/v1/containers", watchers, s.apiContainers).api(nil, []ContainerOut{}),
		get("/api/v1/containers/:id", watchers, s.apiContainer).api(nil, ContainerOut{}),
		post("/api/v1/containers", keepers, s.apiRegister).api(custody.RegisterCmd{}, []ContainerOut{}),
		post("/api/v1/containers/:id/pack", keepers, s.apiPack).api(PackIn{}, ContainerOut{}),
		post("/api/v1/containers/:id/seal", keepers, s.apiSeal).api(SealIn{}, ContainerOut{}),
	}
}

type containersPage struct {
	Chrome
	Table   Table
	Keeps   bool
	Empties bool
	Sheets  []Option // label formats
	OffsetX string   // of this desk's printer, in millimetres
	OffsetY string
	States  []Option // what to show
	Where   []Option
	Pages   pager
	Nothing Empty
}

type containerNewPage struct {
	Chrome
	Kinds, Places []Option
}

// containerPage is one container with what can be done now.
type containerPage struct {
	Chrome
	Container custody.Container
	Facts     []Fact
	Contents  []Fact
	Hidden    bool // on its way to the reader: nothing of the giver's is shown
	Seals     Table
	Timeline  []Event
	Keeps     bool
	Can       map[string]bool // act → offered
	Desks     []Option        // desks at its place with envelopes
	Others    []Option        // other containers there
	Next      string          // the seal that is expected next
	Near      bool            // a number was asked about: offer to confirm
	Places    []Option
	Kinds     []pileLine
	Piles     []pileLine // what can be moved in part
	Outs      []Option   // where the content can be taken out to
	Mistakes  []Option   // packings that can be taken back
}

var (
	containersView   = newView[*containersPage]("containers")
	containerNewView = newView[*containerNewPage]("container-new")
	containerView    = newView[*containerPage]("container")
)

var containerCrumbs = []Link{{Href: "/beholdere", Key: "containers.title"}}

func (s *Server) containers(r *Request) error {
	page := r.page(100)
	all, err := s.store.Containers(r.Context(), store.ContainerFilter{Places: r.at(r.Query("sted")), State: r.Query("tilstand"), Offset: page.skip(), Limit: page.size + 1})
	if err != nil {
		return err
	}
	places, err := s.placeNames(r)
	if err != nil {
		return err
	}
	p := &containersPage{Keeps: r.Account.Is(keepers...), Nothing: Empty{Title: r.Text("containers.empty"), Text: r.Text("containers.empty_text")}}
	all, p.Pages = onePage(all, page)
	p.States = choices(r, "tilstand", "containers.every_state", "container.state.", custody.ContainerEmpty, custody.ContainerPacked, custody.ContainerSealed, custody.ContainerInTransit, custody.ContainerReceived, custody.ContainerMissing, custody.ContainerRetired)
	p.Where = r.placeChoice(places)
	p.Table = Table{Caption: r.Text("containers.title"), Quiet: true, Empty: r.Text("containers.empty"),
		Columns: []Column{{Text: r.Text("containers.number")}, {Text: r.Text("containers.kind")}, {Text: r.Text("containers.state")}, {Text: r.Text("containers.where")}, {Text: r.Text("containers.election")}, {Text: r.Text("containers.seals")}}}
	p.Sheets = sheetOptions("")
	if x, y := r.labelOffset(); x != 0 || y != 0 {
		p.OffsetX, p.OffsetY = r.decimal(x), r.decimal(y)
	}
	for _, c := range all {
		p.Empties = p.Empties || c.State == custody.ContainerEmpty
		seals := strings.Join(c.Seals, ", ")
		if c.Leg != "" {
			seals = "" // its receiver reads them off the container
		}
		p.Table.Rows = append(p.Table.Rows, []Cell{{Text: models.GroupSerial(c.ID), Href: "/beholdere/" + c.ID}, {Text: r.Text("container.kind." + string(c.Kind))},
			{Tag: r.containerTag(c.State)}, {Text: r.holder(c.Holder, places)}, {Text: c.Election}, {Text: seals}})
	}
	return containersView.render(r, p)
}

func (r *Request) containerTag(st custody.ContainerState) Tag {
	kind := map[custody.ContainerState]string{custody.ContainerSealed: "ok", custody.ContainerReceived: "ok", custody.ContainerPacked: "warn", custody.ContainerInTransit: "info", custody.ContainerMissing: "bad"}[st]
	if kind == "" {
		kind = "plain"
	}
	return Tag{kind, r.Text("container.state." + string(st))}
}

// holder names a holder for people.
func (r *Request) holder(holder string, places map[string]string) string {
	id := custody.HolderID(holder)
	if n := places[id]; n != "" {
		id = n
	} else if k := custody.HolderKind(holder); k == "leg" || k == "container" || k == "difference" {
		id = models.GroupSerial(id)
	}
	key := "holder." + custody.HolderKind(holder)
	if !language.Has(key) {
		return holder
	}
	if id == "" {
		return r.Text(key)
	}
	return r.Text(key) + " " + id
}

func (s *Server) containerNew(r *Request) error {
	p, err := s.newContainerPage(r)
	if err != nil {
		return err
	}
	return containerNewView.render(r, p)
}

func (s *Server) newContainerPage(r *Request) (*containerNewPage, error) {
	p := &containerNewPage{Chrome: Chrome{Crumbs: containerCrumbs}}
	for _, k := range custody.ContainerKinds {
		p.Kinds = append(p.Kinds, Option{Value: string(k), Text: r.Text("container.kind." + string(k))})
	}
	var err error
	p.Places, err = s.placeOptions(r)
	return p, err
}

// placeOptions are the places where the person may act.
func (s *Server) placeOptions(r *Request) ([]Option, error) {
	all, err := s.store.Places(r.Context())
	if err != nil {
		return nil, err
	}
	var out []Option
	for _, p := range all {
		if r.act().MayActAt(p.ID) {
			out = append(out, Option{Value: p.ID, Text: p.Name})
		}
	}
	return out, nil
}

func (s *Server) containerRegister(r *Request) error {
	n, err := r.Count("count")
	capacity := 0
	if err == nil && r.Field("capacity") != "" {
		capacity, err = r.Count("capacity")
	}
	var made []custody.Container
	if err == nil {
		made, err = s.store.RegisterContainers(r.Context(), r.act(), custody.RegisterCmd{Kind: custody.ContainerKind(r.Field("kind")), Capacity: capacity, Place: r.Field("place"), Count: n})
	}
	if err != nil {
		p, perr := s.newContainerPage(r)
		if perr != nil {
			return perr
		}
		return containerNewView.again(r, err, p)
	}
	if len(made) == 1 {
		return r.done("/beholdere/"+made[0].ID, "container.registered", models.GroupSerial(made[0].ID))
	}
	return r.done("/beholdere", "container.registered_n", len(made))
}

func (s *Server) container(r *Request) error {
	p, err := s.containerPage(r)
	if err != nil {
		return err
	}
	return containerView.render(r, p)
}

func (s *Server) containerPage(r *Request) (*containerPage, error) {
	c, err := s.store.Container(r.Context(), r.Param("id"))
	if err != nil {
		return nil, err
	}
	where, err := s.store.Whereabouts(r.Context(), c)
	if err != nil {
		return nil, err
	}
	if err := s.seesContainer(r, c.ID, where); err != nil {
		return nil, err
	}
	places, err := s.placeNames(r)
	if err != nil {
		return nil, err
	}
	p := &containerPage{Chrome: Chrome{Crumbs: containerCrumbs, TitleKey: "container.title", TitleArgs: []any{models.GroupSerial(c.ID)}}, Container: c,
		Keeps: r.Account.Is(keepers...) && r.act().MayActAt(where.Place) && where.Place != ""}
	p.Hidden = where.Handover != nil && !r.mayKnow(*where.Handover)
	p.Facts = []Fact{{Name: r.Text("containers.number"), Text: c.ID, Serial: true}, {Name: r.Text("containers.kind"), Text: r.Text("container.kind." + string(c.Kind))},
		{Name: r.Text("containers.state"), Tag: r.containerTag(c.State)}, {Name: r.Text("containers.where"), Text: r.holder(c.Holder, places)}}
	if c.Election != "" {
		p.Facts = append(p.Facts, Fact{Name: r.Text("containers.election"), Text: c.Election})
	}
	if c.Capacity > 0 {
		p.Facts = append(p.Facts, Fact{Name: r.Text("container-new.capacity"), Text: language.Number(r.Lang, int64(c.Capacity))})
	}
	if c.Room != "" {
		p.Facts = append(p.Facts, Fact{Name: r.Text("container.room"), Text: c.Room})
	}
	if c.Key != "" && (p.Keeps || r.Account.Is(models.RoleAuditor)) {
		names, err := s.store.Names(r.Context(), c.Key)
		if err != nil {
			return nil, err
		}
		p.Facts = append(p.Facts, Fact{Name: r.Text("handover.key_holder"), Text: names[c.Key].Name})
	}
	if where.Handover != nil {
		p.Facts = append(p.Facts, Fact{Name: r.Text("container.handover"), Text: models.GroupSerial(where.Handover.ID), Href: "/overdragelser/" + where.Handover.ID})
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
func (s *Server) seesContainer(r *Request, container string, w store.Whereabouts) error {
	a := r.act()
	if a.Places == nil || w.Place != "" && a.MayActAt(w.Place) || w.Handover != nil && (a.MayActAt(w.Handover.From) || a.MayActAt(w.Handover.To)) {
		return nil
	}
	passed, err := s.store.PassedThrough(r.Context(), container, a.Places)
	if err == nil && !passed {
		err = models.E(models.CodeNotFound, "")
	}
	return err
}

// mayKnow tells whether the giver's figures of a handover may be shown: to those
// who gave, to auditors, and to everybody once the receiver's count is in the
// book. Coordinators wait as well: they may be the ones who count.
func (r *Request) mayKnow(h custody.Handover) bool {
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

func (s *Server) fillContainer(r *Request, p *containerPage, c custody.Container, places map[string]string) error {
	held, err := s.store.Held(r.Context(), custody.InContainer(c.ID))
	if err != nil {
		return err
	}
	p.Contents = r.contents(held[custody.InContainer(c.ID)])
	if c.Missing != nil {
		p.Contents = append(p.Contents, r.contents(c.Missing)...)
	}
	seals, err := s.store.Seals(r.Context(), c.ID)
	if err != nil {
		return err
	}
	p.Seals = Table{Caption: r.Text("container.seals"), Empty: r.Text("container.no_seals"), Columns: []Column{{Text: r.Text("seals.number")}, {Text: r.Text("seals.state")}, {Text: r.Text("seals.reason")}, {Text: r.Text("seals.kept")}}}
	for _, x := range seals {
		p.Seals.Rows = append(p.Seals.Rows, []Cell{{Text: x.Serial}, {Tag: r.sealTag(x.State)}, {Text: r.sealReason(x.Reason)}, {Text: cmp.Or(places[x.KeptIn], x.KeptIn)}})
	}
	return s.fillTimeline(r, p, c, places)
}

// sealReason is why a seal was broken: what a person wrote, or the handover whose
// recount broke it ("recount H…", or a condition with its number).
func (r *Request) sealReason(text string) string {
	why, handover, _ := strings.Cut(text, " ")
	if _, err := models.ParseSerial(handover); err != nil {
		return text
	}
	if why == "recount" {
		return r.Text("seal.recounted", models.GroupSerial(handover))
	}
	return r.Text("seal.read_as", r.said(why), models.GroupSerial(handover))
}

func (r *Request) sealTag(st custody.SealState) Tag {
	kind := map[custody.SealState]string{custody.SealApplied: "ok", custody.SealBroken: "warn", custody.SealLost: "bad"}[st]
	if kind == "" {
		kind = "plain"
	}
	return Tag{kind, r.Text("seal.state." + string(st))}
}

// contents writes what lies in a holder, by destination.
func (r *Request) contents(held map[string]int64) []Fact {
	var out []Fact
	for _, item := range slices.Sorted(maps.Keys(held)) {
		name := item
		if e, dest, ok := custody.EnvelopeOf(item); ok {
			name = e + " · " + r.destination(dest)
		} else if e, what := custody.MaterialOf(item); what != "" {
			name = e + " · " + r.Text("desk.material."+what)
		} else if id, ok := strings.CutPrefix(item, "box:"); ok {
			out = append(out, Fact{Name: r.Text("container.inside"), Text: models.GroupSerial(id), Href: "/beholdere/" + id})
			continue
		} else {
			continue
		}
		out = append(out, Fact{Name: name, Text: language.Number(r.Lang, held[item])})
	}
	return out
}

func (s *Server) fillTimeline(r *Request, p *containerPage, c custody.Container, places map[string]string) error {
	entries, err := s.store.ContainerEntries(r.Context(), c.ID, 40)
	if err != nil {
		return err
	}
	names, err := s.actorNames(r, entries)
	if err != nil {
		return err
	}
	for _, e := range entries {
		text := r.moves(e, c.ID, places)
		if e.Later() {
			text = strings.TrimPrefix(text+" · "+r.Text("timeline.entered", r.moment(e.Recorded)), " · ")
		}
		p.Timeline = append(p.Timeline, Event{Title: r.kindText(e.Kind), By: who(r.Lang, e, names), At: e.At, Text: text, Href: ""})
	}
	return nil
}

// moves says from where to where an entry took the container.
func (r *Request) moves(e journal.Entry, id string, places map[string]string) string {
	var from, to string
	for _, q := range e.Postings {
		if q.Item == custody.Box(id) && q.Delta < 0 {
			from = r.holder(q.Holder, places)
		} else if q.Item == custody.Box(id) {
			to = r.holder(q.Holder, places)
		}
	}
	if to == "" {
		return e.Value("reason")
	}
	return from + " → " + to
}

// countFields are the piles of an election that are counted by hand; prefix
// tells the containers of one form apart.
func (s *Server) countFields(r *Request, election, prefix string) []pileLine {
	var out []pileLine
	for _, kind := range []string{custody.Own, "other", custody.Unknown} {
		out = append(out, pileLine{Key: custody.CountKey(election, kind), Field: prefix + kind, Text: r.Text("desk.kind." + kind)})
	}
	return out
}

// pileCounts reads the three piles of one container; an empty field is no answer.
func (r *Request) pileCounts(election, prefix string) (map[string]int, error) {
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
