package custody

import (
	"slices"
	"strconv"
	"strings"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/journal"
	"github.com/brevstemme/brevstemme/models/language"
	"github.com/brevstemme/brevstemme/models/store/boxes"
)

// handoverReaders may see handovers: both ends, the courier, and auditors.
var handoverReaders = site.Roles{models.RoleCourier, models.RoleReception, models.RoleReceiver, models.RoleLibraryLead, models.RoleCoordinator, models.RoleAuditor}

func (s *Server) handoverRoutes() []site.Route {
	return []site.Route{
		site.Get("/overdragelser", handoverReaders, s.handovers).InMenu("nav.handovers"),
		site.Get("/overdragelser/ny", keepers, s.handoverNew),
		site.Post("/overdragelser/ny", keepers, s.handoverOffer),
		site.Get("/overdragelser/:id", handoverReaders, s.handover),
		site.Post("/overdragelser/:id", site.Carriers, s.handoverAct),
		site.Get("/overdragelser/:id/overdragelse.pdf", handoverReaders, s.handoverPDF),
		site.Get("/modtagelse", site.Reception, s.receptionList).InMenu("nav.reception"),
		site.Get("/api/v1/handovers", handoverReaders, s.apiHandovers).API(nil, []HandoverOut{}),
		site.Get("/api/v1/handovers/:id", handoverReaders, s.apiHandover).API(nil, HandoverOut{}),
		site.Post("/api/v1/handovers", keepers, s.apiOffer).API(OfferIn{}, HandoverOut{}),
		site.Post("/api/v1/handovers/:id/collect", site.Carriers, s.apiCollect).API(CollectIn{}, HandoverOut{}),
		site.Post("/api/v1/handovers/:id/count", keepers, s.apiCount).API(CountIn{}, HandoverOut{}),
		site.Post("/api/v1/handovers/:id/accept", keepers, s.apiAccept).API(AcceptIn{}, HandoverOut{}),
	}
}

type handoversPage struct {
	site.Chrome
	Table site.Table
	Where []site.Option // nil for a courier, who sees their own runs
	Pages site.Pager
	Gives bool
}

// offerPage is the giver's form.
type offerPage struct {
	site.Chrome
	From       []site.Option
	To         []site.Option
	Containers []site.Option
	Couriers   []site.Option
	StandIns   []site.Option
	Place      string
}

// readLine is one container of a blind count.
type readLine struct {
	ID     string
	In     string
	Kind   string
	Counts []site.PileLine
}

type handoverPage struct {
	site.Chrome
	Handover   custody.Handover // blind while the reader may not know
	Known      bool
	Steps      []site.Task
	Facts      []site.Fact
	Containers site.Table
	Link       []site.Fact // what became of the newest courier's link
	Can        map[string]bool
	Reads      []readLine
	Conditions []site.Option
	Differs    site.Table
	Places     []site.Option
	Second     bool          // another person counts
	Couriers   []site.Option // who may sign by a link, when it is more than one
	Keys       []site.Option // who may hold the key at the receiver
	Attached   attachments
}

var (
	handoversView = site.NewView[*handoversPage]("handovers")
	offerView     = site.NewView[*offerPage]("handover-new")
	handoverView  = site.NewView[*handoverPage]("handover")
)

var handoverCrumbs = []site.Link{{Href: "/overdragelser", Key: "handovers.title"}}

// handoverFilter is what the person may see: a courier their own runs.
func handoverFilter(r *site.Request) boxes.HandoverFilter {
	f := boxes.HandoverFilter{Places: r.Places()}
	if onlyCourier(r) {
		f.Places, f.Courier = nil, r.Account.Person
	}
	return f
}

// onlyCourier tells whether the person is a courier and nothing else.
func onlyCourier(r *site.Request) bool {
	return !r.Account.Is(models.RoleReception, models.RoleReceiver, models.RoleLibraryLead, models.RoleCoordinator, models.RoleAuditor)
}

func (s *Server) handovers(r *site.Request) error {
	f, page := handoverFilter(r), r.Page(100)
	f.Offset, f.Limit = page.Skip(), page.Size+1
	if place := r.Query("sted"); place != "" && f.Courier == "" {
		f.Places = r.At(place)
	}
	hs, err := s.Store.Handovers(r.Context(), f)
	if err != nil {
		return err
	}
	places, err := s.PlaceNames(r)
	if err != nil {
		return err
	}
	p := &handoversPage{Gives: r.Account.Is(keepers...)}
	hs, p.Pages = site.OnePage(hs, page)
	if f.Courier == "" {
		p.Where = r.PlaceChoice(places)
	}
	if p.Table, err = s.handoverTable(r, hs); err != nil {
		return err
	}
	return handoversView.Render(r, p)
}

// plannedColumn is the place in a handover's line of when it is expected.
const plannedColumn = 4

func (s *Server) handoverTable(r *site.Request, hs []custody.Handover) (site.Table, error) {
	places, names, err := s.PlacesAndNames(r)
	if err != nil {
		return site.Table{}, err
	}
	t := site.Table{Caption: r.Text("handovers.title"), Quiet: true, Empty: r.Text("handovers.empty"), Columns: []site.Column{{Text: r.Text("handovers.number")}, {Text: r.Text("handovers.from")}, {Text: r.Text("handovers.to")},
		{Text: r.Text("handovers.courier")}, {Text: r.Text("handovers.planned")}, {Text: r.Text("handovers.containers"), Number: true}, {Text: r.Text("handovers.state")}}}
	for _, h := range hs {
		t.Rows = append(t.Rows, []site.Cell{{Text: models.GroupSerial(h.ID), Href: "/overdragelser/" + h.ID}, {Text: places[h.From]}, {Text: places[h.To]}, {Text: names[h.Courier].Name},
			{Text: r.Moment(h.PlannedTo)}, {Text: language.Number(r.Lang, int64(len(h.Outermost())))}, {Tag: handoverTag(r, h.State)}})
	}
	return t, nil
}

func handoverTag(r *site.Request, st custody.HandoverState) site.Tag {
	kind := map[custody.HandoverState]string{custody.HandoverAccepted: "ok", custody.HandoverPart: "warn", custody.HandoverRecount: "warn", custody.HandoverRefused: "bad"}[st]
	if kind == "" {
		kind = "info"
	}
	return site.Tag{Kind: kind, Text: r.Text("handover.state." + string(st))}
}

func (s *Server) handover(r *site.Request) error {
	p, err := s.handoverPage(r)
	if err != nil {
		return err
	}
	return handoverView.Render(r, p)
}

// seesHandover: both ends, the courier and the stand-in.
func seesHandover(r *site.Request, h custody.Handover) bool {
	if r.Account.Person == h.Courier || r.Account.Person == h.StandIn {
		return true
	}
	a := r.Act()
	return !onlyCourier(r) && (a.MayActAt(h.From) || a.MayActAt(h.To))
}

// shown is the handover as this reader may see it.
func (s *Server) shown(r *site.Request, id string) (custody.Handover, bool, error) {
	h, err := s.Store.Handover(r.Context(), id)
	if err != nil {
		return h, false, err
	}
	if !seesHandover(r, h) {
		return h, false, models.E(models.CodeNotFound, "")
	}
	if !mayKnow(r, h) {
		return h.Blind(), false, nil
	}
	return h, true, nil
}

func (s *Server) handoverPage(r *site.Request) (*handoverPage, error) {
	h, known, err := s.shown(r, r.Param("id"))
	if err != nil {
		return nil, err
	}
	places, names, err := s.PlacesAndNames(r)
	if err != nil {
		return nil, err
	}
	p := &handoverPage{Chrome: site.Chrome{Crumbs: handoverCrumbs, TitleKey: "handover.title", TitleArgs: []any{models.GroupSerial(h.ID)}}, Handover: h, Known: known}
	p.Steps = handoverSteps(r, h, names)
	p.Facts = handoverFacts(r, h, places, names)
	e, err := s.Store.LastEntry(r.Context(), "handover", h.ID)
	if err != nil {
		return nil, err
	}
	code := journal.Code(e.Seq, e.Hash)
	p.Facts = append(p.Facts, site.Fact{Name: r.Text("receipt.code"), Text: models.GroupSerial(code), Href: "/k/" + code})
	p.Containers = sentTable(r, h, known)
	if known && len(h.Counts) > 0 {
		p.Differs = differTable(r, h)
	}
	handoverCan(r, p, h)
	if err := s.fillAttached(r, p, h, names); err != nil {
		return nil, err
	}
	if h.StandIn != "" {
		p.Couriers = []site.Option{{Value: h.Courier, Text: names[h.Courier].Name, Checked: true}, {Value: h.StandIn, Text: names[h.StandIn].Name}}
	}
	if p.Can["link"] {
		if p.Link, err = s.linkFacts(r, h.ID, names); err != nil {
			return nil, err
		}
	}
	if p.Can["accept"] {
		if p.Keys, err = s.keyOptions(r, h.To); err != nil {
			return nil, err
		}
	}
	if p.Can["count"] {
		s.fillReads(r, p, h)
	}
	if p.Can["refuse"] {
		for id, name := range places {
			if id != h.To {
				p.Places = append(p.Places, site.Option{Value: id, Text: name})
			}
		}
		slices.SortFunc(p.Places, func(a, b site.Option) int { return strings.Compare(a.Text, b.Text) })
	}
	return p, nil
}

// fillAttached lists the files of a handover and what this person may add.
func (s *Server) fillAttached(r *site.Request, p *handoverPage, h custody.Handover, names map[string]models.Private) error {
	files, err := s.Store.Attachments(r.Context(), h.ID, "")
	if err != nil {
		return err
	}
	p.Attached = attachmentsOf(r, files, p.Known, names)
	if !r.Account.Is(site.Carriers...) || !custody.HandoverStates.Allows(h.State, custody.HandoverAttach) {
		return nil
	}
	p.Attached.Kinds = attachmentKinds(r, custody.AttachPaper, custody.AttachSeal, custody.AttachEvidence)
	for _, sig := range []custody.Signature{h.Giver, h.Witness, h.Carrier, h.Receiver, h.Second} {
		p.Attached.Signs = p.Attached.Signs || sig.Signed() && sig.Person == r.Account.Person && sig.Scan == ""
	}
	return nil
}

// handoverSteps are the four confirmations, each by its own person at its own time.
func handoverSteps(r *site.Request, h custody.Handover, names map[string]models.Private) []site.Task {
	step := func(key string, sig custody.Signature) site.Task {
		t := site.Task{Text: r.Text("handover.step." + key), Tag: site.Tag{Kind: "plain", Text: r.Text("handover.waits")}}
		if sig.Signed() {
			t.Tag = site.Tag{Kind: "ok", Text: r.Text("handover.signed")}
			t.Hint = names[sig.Person].Name + " · " + r.Moment(sig.At)
			if sig.Means == "paper" {
				t.Hint += " · " + r.Text("handover.on_paper", r.Moment(sig.Entered))
			}
		}
		return t
	}
	counted := custody.Signature{}
	if n := len(h.Counts); n > 0 {
		counted = custody.Signature{Person: h.Counts[n-1].Person, At: h.Counts[n-1].At}
	}
	out := []site.Task{step("giver", h.Giver), step("carrier", h.Carrier), step("count", counted)}
	switch n := len(h.Counts); { // a count is no signature: it says how it went
	case n > 0 && h.Counts[n-1].Match:
		out[2].Tag.Text = r.Text("handover.count_agrees")
	case n > 0:
		out[2].Tag = site.Tag{Kind: "warn", Text: r.Text("handover.count_differs")}
	}
	if h.State == custody.HandoverRecount {
		out[2].Tag = site.Tag{Kind: "warn", Text: r.Text("handover.state.recount")}
	}
	return append(out, step("receiver", h.Receiver))
}

func handoverFacts(r *site.Request, h custody.Handover, places map[string]string, names map[string]models.Private) []site.Fact {
	out := []site.Fact{{Name: r.Text("handovers.state"), Tag: handoverTag(r, h.State)}, {Name: r.Text("handovers.from"), Text: places[h.From]}, {Name: r.Text("handovers.to"), Text: places[h.To]},
		{Name: r.Text("handover.mode"), Text: r.Text("handover.mode." + h.Mode)}, {Name: r.Text("handovers.courier"), Text: names[h.Courier].Name}}
	add := func(key, text, href string) {
		if text != "" {
			out = append(out, site.Fact{Name: r.Text(key), Text: text, Href: href})
		}
	}
	add("handover.stand_in", names[h.StandIn].Name, "")
	add("handover.vehicle", h.Vehicle, "")
	add("handover.route", h.Route, "")
	add("handover.planned_from", r.Moment(h.PlannedFrom), "")
	add("handovers.planned", r.Moment(h.PlannedTo), "")
	add("handover.arrived", r.Moment(h.Arrived), "")
	add("handover.paper_form", h.PaperForm, "")
	add("handover.witness", names[h.Witness.Person].Name, "")
	add("handover.room", h.Room, "")
	if !onlyCourier(r) {
		add("handover.key_holder", names[h.KeyHolder].Name, "")
	}
	add("handover.released", r.Moment(h.Released.At), "")
	if h.Previous != "" {
		add("handover.previous", models.GroupSerial(h.Previous), "/overdragelser/"+h.Previous)
	}
	if h.Next != "" {
		add("handover.next", models.GroupSerial(h.Next), "/overdragelser/"+h.Next)
	}
	if h.Deviation != "" && !onlyCourier(r) {
		add("handover.deviation", models.GroupSerial(h.Deviation), "/afvigelser/"+h.Deviation)
	}
	add("handover.explanation", h.Explanation, "")
	return out
}

func sentTable(r *site.Request, h custody.Handover, known bool) site.Table {
	t := site.Table{Caption: r.Text("handover.containers"), Empty: r.Text("containers.empty"), Columns: []site.Column{{Text: r.Text("containers.number")}}}
	if known {
		t.Columns = append(t.Columns, site.Column{Text: r.Text("handover.seals_sent")}, site.Column{Text: r.Text("handover.count_sent")})
	}
	for _, x := range h.Sent {
		row := []site.Cell{{Text: models.GroupSerial(x.Container), Href: "/beholdere/" + x.Container}}
		if onlyCourier(r) {
			row[0] = site.Cell{Text: x.Container, Serial: true}
		}
		if known {
			row = append(row, site.Cell{Text: strings.Join(x.Seals, ", ")}, site.Cell{Text: countsText(r, x.Counts)})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// countsText writes piles: "egen kommune 12, anden kommune 3".
func countsText(r *site.Request, counts map[string]int) string {
	return strings.Join(countLines(r, counts), ", ")
}

// countLines is the counts of one container, a destination each.
func countLines(r *site.Request, counts map[string]int) (out []string) {
	for _, kind := range []string{custody.Own, "other", custody.Unknown} {
		for key, n := range counts {
			if strings.HasSuffix(key, "/"+kind) && n != 0 {
				out = append(out, r.Text("desk.kind."+kind)+"\u00a0"+language.Number(r.Lang, int64(n))) // kept on one line
			}
		}
	}
	if len(out) == 0 {
		return []string{"0"}
	}
	return out
}

func differTable(r *site.Request, h custody.Handover) site.Table {
	t := site.Table{Caption: r.Text("handover.differs"), Empty: r.Text("handover.matches"), Columns: []site.Column{{Text: r.Text("containers.number")}, {Text: r.Text("handover.what")}, {Text: r.Text("handover.expected")}, {Text: r.Text("handover.found")}}}
	last := h.Counts[len(h.Counts)-1]
	for _, d := range custody.Discrepancies(h.Sent, last.Reads) {
		want, got := d.Expected, d.Found
		switch d.What {
		case "count":
			want, got = countsOf(r, want), countsOf(r, got)
		case "condition":
			want, got = r.Text("condition."+want), r.Text("condition."+got)
		}
		t.Rows = append(t.Rows, []site.Cell{{Text: models.GroupSerial(d.Container)}, {Text: r.Text("handover.differ." + d.What)}, {Text: want}, {Text: got}})
	}
	return t
}

// countsOf writes a count of the book ("KV25/own 5, KV25/other 1") as people
// read it.
func countsOf(r *site.Request, text string) string {
	counts := map[string]int{}
	for _, part := range strings.Split(text, ", ") {
		key, n, ok := strings.Cut(part, " ")
		k, err := strconv.Atoi(n)
		if !ok || err != nil {
			return text
		}
		counts[key] = k
	}
	return countsText(r, counts)
}
