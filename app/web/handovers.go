package web

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/journal"
	"github.com/brevstemme/brevstemme/models/language"
	"github.com/brevstemme/brevstemme/models/store"
)

// handoverReaders may see handovers: both ends, the courier, and auditors.
var handoverReaders = roles{models.RoleCourier, models.RoleReception, models.RoleReceiver, models.RoleLibraryLead, models.RoleCoordinator, models.RoleAuditor}

func (s *Server) handoverRoutes() []Route {
	return []Route{
		get("/overdragelser", handoverReaders, s.handovers).nav("nav.handovers"),
		get("/overdragelser/ny", keepers, s.handoverNew),
		post("/overdragelser/ny", keepers, s.handoverOffer),
		get("/overdragelser/:id", handoverReaders, s.handover),
		post("/overdragelser/:id", carriers, s.handoverAct),
		get("/overdragelser/:id/overdragelse.pdf", handoverReaders, s.handoverPDF),
		get("/modtagelse", reception, s.receptionList).nav("nav.reception"),
		get("/api/v1/handovers", handoverReaders, s.apiHandovers).api(nil, []HandoverOut{}),
		get("/api/v1/handovers/:id", handoverReaders, s.apiHandover).api(nil, HandoverOut{}),
		post("/api/v1/handovers", keepers, s.apiOffer).api(OfferIn{}, HandoverOut{}),
		post("/api/v1/handovers/:id/collect", carriers, s.apiCollect).api(CollectIn{}, HandoverOut{}),
		post("/api/v1/handovers/:id/count", keepers, s.apiCount).api(CountIn{}, HandoverOut{}),
		post("/api/v1/handovers/:id/accept", keepers, s.apiAccept).api(AcceptIn{}, HandoverOut{}),
	}
}

type handoversPage struct {
	Chrome
	Table Table
	Where []Option // nil for a courier, who sees their own runs
	Pages pager
	Gives bool
}

// offerPage is the giver's form.
type offerPage struct {
	Chrome
	From       []Option
	To         []Option
	Containers []Option
	Couriers   []Option
	StandIns   []Option
	Place      string
}

// readLine is one container of a blind count.
type readLine struct {
	ID     string
	In     string
	Kind   string
	Counts []pileLine
}

type handoverPage struct {
	Chrome
	Handover   custody.Handover // blind while the reader may not know
	Known      bool
	Steps      []Task
	Facts      []Fact
	Containers Table
	Can        map[string]bool
	Reads      []readLine
	Conditions []Option
	Differs    Table
	Places     []Option
	Second     bool     // another person counts
	Couriers   []Option // who may sign by a link, when it is more than one
	Keys       []Option // who may hold the key at the receiver
	Attached   attachments
}

var (
	handoversView = newView[*handoversPage]("handovers")
	offerView     = newView[*offerPage]("handover-new")
	handoverView  = newView[*handoverPage]("handover")
)

var handoverCrumbs = []Link{{Href: "/overdragelser", Key: "handovers.title"}}

// handoverFilter is what the person may see: a courier their own runs.
func (r *Request) handoverFilter() store.HandoverFilter {
	f := store.HandoverFilter{Places: r.places()}
	if r.onlyCourier() {
		f.Places, f.Courier = nil, r.Account.Person
	}
	return f
}

// onlyCourier tells whether the person is a courier and nothing else.
func (r *Request) onlyCourier() bool {
	return !r.Account.Is(models.RoleReception, models.RoleReceiver, models.RoleLibraryLead, models.RoleCoordinator, models.RoleAuditor)
}

func (s *Server) handovers(r *Request) error {
	f, page := r.handoverFilter(), r.page(100)
	f.Offset, f.Limit = page.skip(), page.size+1
	if place := r.Query("sted"); place != "" && f.Courier == "" {
		f.Places = r.at(place)
	}
	hs, err := s.store.Handovers(r.Context(), f)
	if err != nil {
		return err
	}
	places, err := s.placeNames(r)
	if err != nil {
		return err
	}
	p := &handoversPage{Gives: r.Account.Is(keepers...)}
	hs, p.Pages = onePage(hs, page)
	if f.Courier == "" {
		p.Where = r.placeChoice(places)
	}
	if p.Table, err = s.handoverTable(r, hs); err != nil {
		return err
	}
	return handoversView.render(r, p)
}

func (s *Server) handoverTable(r *Request, hs []custody.Handover) (Table, error) {
	places, names, err := s.placesAndNames(r)
	if err != nil {
		return Table{}, err
	}
	t := Table{Caption: r.Text("handovers.title"), Quiet: true, Empty: r.Text("handovers.empty"), Columns: []Column{{Text: r.Text("handovers.number")}, {Text: r.Text("handovers.from")}, {Text: r.Text("handovers.to")},
		{Text: r.Text("handovers.courier")}, {Text: r.Text("handovers.planned")}, {Text: r.Text("handovers.containers"), Number: true}, {Text: r.Text("handovers.state")}}}
	for _, h := range hs {
		t.Rows = append(t.Rows, []Cell{{Text: models.GroupSerial(h.ID), Href: "/overdragelser/" + h.ID}, {Text: places[h.From]}, {Text: places[h.To]}, {Text: names[h.Courier].Name},
			{Text: r.moment(h.PlannedTo)}, {Text: language.Number(r.Lang, int64(len(h.Outermost())))}, {Tag: r.handoverTag(h.State)}})
	}
	return t, nil
}

// moment is a time in words, "" for none.
func (r *Request) moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return language.Moment(r.Lang, t.In(models.Copenhagen))
}

func (r *Request) handoverTag(st custody.HandoverState) Tag {
	kind := map[custody.HandoverState]string{custody.HandoverAccepted: "ok", custody.HandoverPart: "warn", custody.HandoverRecount: "warn", custody.HandoverRefused: "bad"}[st]
	if kind == "" {
		kind = "info"
	}
	return Tag{kind, r.Text("handover.state." + string(st))}
}

func (s *Server) handover(r *Request) error {
	p, err := s.handoverPage(r)
	if err != nil {
		return err
	}
	return handoverView.render(r, p)
}

// seesHandover: both ends, the courier and the stand-in.
func (r *Request) seesHandover(h custody.Handover) bool {
	if r.Account.Person == h.Courier || r.Account.Person == h.StandIn {
		return true
	}
	a := r.act()
	return !r.onlyCourier() && (a.MayActAt(h.From) || a.MayActAt(h.To))
}

// shown is the handover as this reader may see it.
func (s *Server) shown(r *Request, id string) (custody.Handover, bool, error) {
	h, err := s.store.Handover(r.Context(), id)
	if err != nil {
		return h, false, err
	}
	if !r.seesHandover(h) {
		return h, false, models.E(models.CodeNotFound, "")
	}
	if !r.mayKnow(h) {
		return h.Blind(), false, nil
	}
	return h, true, nil
}

func (s *Server) handoverPage(r *Request) (*handoverPage, error) {
	h, known, err := s.shown(r, r.Param("id"))
	if err != nil {
		return nil, err
	}
	places, names, err := s.placesAndNames(r)
	if err != nil {
		return nil, err
	}
	p := &handoverPage{Chrome: Chrome{Crumbs: handoverCrumbs, TitleKey: "handover.title", TitleArgs: []any{models.GroupSerial(h.ID)}}, Handover: h, Known: known}
	p.Steps = r.handoverSteps(h, names)
	p.Facts = r.handoverFacts(h, places, names)
	e, err := s.store.LastEntry(r.Context(), "handover", h.ID)
	if err != nil {
		return nil, err
	}
	code := journal.Code(e.Seq, e.Hash)
	p.Facts = append(p.Facts, Fact{Name: r.Text("receipt.code"), Text: models.GroupSerial(code), Href: "/k/" + code})
	p.Containers = r.sentTable(h, known)
	if known && len(h.Counts) > 0 {
		p.Differs = r.differTable(h)
	}
	r.handoverCan(p, h)
	if err := s.fillAttached(r, p, h, names); err != nil {
		return nil, err
	}
	if h.StandIn != "" {
		p.Couriers = []Option{{Value: h.Courier, Text: names[h.Courier].Name, Checked: true}, {Value: h.StandIn, Text: names[h.StandIn].Name}}
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
				p.Places = append(p.Places, Option{Value: id, Text: name})
			}
		}
		slices.SortFunc(p.Places, func(a, b Option) int { return strings.Compare(a.Text, b.Text) })
	}
	return p, nil
}

// fillAttached lists the files of a handover and what this person may add.
func (s *Server) fillAttached(r *Request, p *handoverPage, h custody.Handover, names map[string]models.Private) error {
	files, err := s.store.Attachments(r.Context(), h.ID, "")
	if err != nil {
		return err
	}
	p.Attached = r.attachmentsOf(files, p.Known, names)
	if !r.Account.Is(carriers...) || !custody.HandoverStates.Allows(h.State, custody.HandoverAttach) {
		return nil
	}
	p.Attached.Kinds = r.attachmentKinds(custody.AttachPaper, custody.AttachSeal, custody.AttachEvidence)
	for _, sig := range []custody.Signature{h.Giver, h.Witness, h.Carrier, h.Receiver, h.Second} {
		p.Attached.Signs = p.Attached.Signs || sig.Signed() && sig.Person == r.Account.Person && sig.Scan == ""
	}
	return nil
}

// handoverSteps are the four confirmations, each by its own person at its own time.
func (r *Request) handoverSteps(h custody.Handover, names map[string]models.Private) []Task {
	step := func(key string, sig custody.Signature) Task {
		t := Task{Text: r.Text("handover.step." + key), Tag: Tag{"plain", r.Text("handover.waits")}}
		if sig.Signed() {
			t.Tag = Tag{"ok", r.Text("handover.signed")}
			t.Hint = names[sig.Person].Name + " · " + r.moment(sig.At)
			if sig.Means == "paper" {
				t.Hint += " · " + r.Text("handover.on_paper", r.moment(sig.Entered))
			}
		}
		return t
	}
	counted := custody.Signature{}
	if n := len(h.Counts); n > 0 {
		counted = custody.Signature{Person: h.Counts[n-1].Person, At: h.Counts[n-1].At}
	}
	out := []Task{step("giver", h.Giver), step("carrier", h.Carrier), step("count", counted)}
	if h.State == custody.HandoverRecount {
		out[2].Tag = Tag{"warn", r.Text("handover.state.recount")}
	}
	return append(out, step("receiver", h.Receiver))
}

func (r *Request) handoverFacts(h custody.Handover, places map[string]string, names map[string]models.Private) []Fact {
	out := []Fact{{Name: r.Text("handovers.state"), Tag: r.handoverTag(h.State)}, {Name: r.Text("handovers.from"), Text: places[h.From]}, {Name: r.Text("handovers.to"), Text: places[h.To]},
		{Name: r.Text("handover.mode"), Text: r.Text("handover.mode." + h.Mode)}, {Name: r.Text("handovers.courier"), Text: names[h.Courier].Name}}
	add := func(key, text, href string) {
		if text != "" {
			out = append(out, Fact{Name: r.Text(key), Text: text, Href: href})
		}
	}
	add("handover.stand_in", names[h.StandIn].Name, "")
	add("handover.vehicle", h.Vehicle, "")
	add("handover.route", h.Route, "")
	add("handover.planned_from", r.moment(h.PlannedFrom), "")
	add("handovers.planned", r.moment(h.PlannedTo), "")
	add("handover.arrived", r.moment(h.Arrived), "")
	add("handover.paper_form", h.PaperForm, "")
	add("handover.witness", names[h.Witness.Person].Name, "")
	add("handover.room", h.Room, "")
	if !r.onlyCourier() {
		add("handover.key_holder", names[h.KeyHolder].Name, "")
	}
	add("handover.released", r.moment(h.Released.At), "")
	if h.Previous != "" {
		add("handover.previous", models.GroupSerial(h.Previous), "/overdragelser/"+h.Previous)
	}
	if h.Next != "" {
		add("handover.next", models.GroupSerial(h.Next), "/overdragelser/"+h.Next)
	}
	if h.Deviation != "" && !r.onlyCourier() {
		add("handover.deviation", models.GroupSerial(h.Deviation), "/afvigelser/"+h.Deviation)
	}
	add("handover.explanation", h.Explanation, "")
	return out
}

func (r *Request) sentTable(h custody.Handover, known bool) Table {
	t := Table{Caption: r.Text("handover.containers"), Empty: r.Text("containers.empty"), Columns: []Column{{Text: r.Text("containers.number")}}}
	if known {
		t.Columns = append(t.Columns, Column{Text: r.Text("handover.seals_sent")}, Column{Text: r.Text("handover.count_sent")})
	}
	for _, x := range h.Sent {
		row := []Cell{{Text: models.GroupSerial(x.Container), Href: "/beholdere/" + x.Container}}
		if r.onlyCourier() {
			row[0] = Cell{Text: x.Container, Serial: true}
		}
		if known {
			row = append(row, Cell{Text: strings.Join(x.Seals, ", ")}, Cell{Text: r.countsText(x.Counts)})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// countsText writes piles: "egen kommune 12, anden kommune 3".
func (r *Request) countsText(counts map[string]int) string {
	var out []string
	for _, kind := range []string{custody.Own, "other", custody.Unknown} {
		for key, n := range counts {
			if strings.HasSuffix(key, "/"+kind) && n != 0 {
				out = append(out, r.Text("desk.kind."+kind)+" "+language.Number(r.Lang, int64(n)))
			}
		}
	}
	if len(out) == 0 {
		return "0"
	}
	return strings.Join(out, ", ")
}

func (r *Request) differTable(h custody.Handover) Table {
	t := Table{Caption: r.Text("handover.differs"), Empty: r.Text("handover.matches"), Columns: []Column{{Text: r.Text("containers.number")}, {Text: r.Text("handover.what")}, {Text: r.Text("handover.expected")}, {Text: r.Text("handover.found")}}}
	last := h.Counts[len(h.Counts)-1]
	for _, d := range custody.Discrepancies(h.Sent, last.Reads) {
		want, got := d.Expected, d.Found
		switch d.What {
		case "count":
			want, got = r.countsOf(want), r.countsOf(got)
		case "condition":
			want, got = r.Text("condition."+want), r.Text("condition."+got)
		}
		t.Rows = append(t.Rows, []Cell{{Text: models.GroupSerial(d.Container)}, {Text: r.Text("handover.differ." + d.What)}, {Text: want}, {Text: got}})
	}
	return t
}

// countsOf writes a count of the book ("KV25/own 5, KV25/other 1") as people
// read it.
func (r *Request) countsOf(text string) string {
	counts := map[string]int{}
	for _, part := range strings.Split(text, ", ") {
		key, n, ok := strings.Cut(part, " ")
		k, err := strconv.Atoi(n)
		if !ok || err != nil {
			return text
		}
		counts[key] = k
	}
	return r.countsText(counts)
}
