package web

import (
	"cmp"
	"slices"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/onward"
	"github.com/brevstemme/brevstemme/models/store"
	"github.com/brevstemme/brevstemme/pdf"
)

func (s *Server) stationRoutes() []Route {
	const base = "/afstemningssteder"
	return []Route{
		get(base, officeReaders, s.pick(base, "onward.stations")).nav("nav.stations"),
		get(base+"/:election", officeReaders, show(s.stationsPage)),
		post(base+"/:election", reception, s.stationsDo),
		get(base+"/:election/erklaering.pdf", balanceReaders, s.morningPDF),
		get(base+"/:election/afleveringer.pdf", reception, s.deliveriesPDF),
		get(base+"/:election/aflevering/:id", drivers, show(s.deliveryPage)),
		post(base+"/:election/aflevering/:id", drivers, s.deliveryDo),
		get(base+"/:election/resultat/:district", officeReaders, show(s.examinationPage)),
		post(base+"/:election/resultat/:district", coordinator, s.examinationDo),
		get(apiPrefix+"elections/:election/morning", officeReaders, s.apiMorning).api(nil, []onward.Readiness{}),
		get(apiPrefix+"elections/:election/examinations", officeReaders, s.apiExaminations).api(nil, []onward.Examination{}),
	}
}

func (s *Server) stationsPage(r *Request) (*onwardPage, error) {
	e, err := s.chosen(r)
	if err != nil {
		return nil, err
	}
	all, err := s.store.Morning(r.Context(), e.ID)
	if err != nil {
		return nil, err
	}
	xs, err := s.store.Deliveries(r.Context(), e.ID)
	if err != nil {
		return nil, err
	}
	opens, err := store.PollsOpen(e)
	if err != nil {
		return nil, err
	}
	path := "/afstemningssteder/" + e.ID
	p := &onwardPage{Chrome: Chrome{TitleText: r.Text("onward.stations") + ": " + e.Name, Crumbs: []Link{{Href: "/afstemningssteder", Key: "onward.stations"}}}}
	missing := 0
	for _, x := range all {
		if !x.Ready() {
			missing++
		}
	}
	p.Banner = Banner{Kind: "ok", Text: r.Text("onward.all_ready", len(all))}
	if missing > 0 {
		p.Banner = Banner{Kind: "warn", Text: r.Text("onward.not_ready", missing, len(all))}
	}
	p.Facts = []Fact{{Name: r.Text("onward.polls_open"), Text: r.moment(opens)}}
	var links []Link
	if r.Account.Is(balanceReaders...) { // it holds sums
		links = append(links, Link{Href: path + "/erklaering.pdf", Key: "onward.statement"})
	}
	if r.office() && len(xs) > 0 {
		links = append(links, Link{Href: path + "/afleveringer.pdf", Key: "onward.delivery_forms"})
	}
	p.Blocks = []onwardBlock{{Text: r.Text("onward.stations_text"), Links: links}, {Heading: r.Text("onward.morning"), Table: r.morningTable(path, all)}}
	rest, err := s.leftBehind(r, e)
	if err != nil {
		return nil, err
	}
	p.Blocks = append(p.Blocks, rest...)
	if tasks := r.deliveryTasks(path, xs, all); len(tasks) > 0 {
		p.Blocks = append(p.Blocks, onwardBlock{Heading: r.Text("onward.on_the_way"), Tasks: tasks})
	}
	if r.office() {
		p.Blocks = append(p.Blocks, r.packDeliveries(path, all)...)
		if p.Blocks, err = s.runBlocks(r, p.Blocks, path, xs, all); err != nil {
			return nil, err
		}
	}
	return p, nil
}

func (r *Request) morningTable(path string, all []onward.Readiness) Table {
	t := Table{Caption: r.Text("onward.morning"), Quiet: true, Empty: r.Text("onward.districts_empty"), Columns: []Column{{Text: r.Text("onward.district")}, {Text: r.Text("onward.sorted_n"), Number: true}, {Text: r.Text("onward.delivered_n"), Number: true}, {Text: r.Text("onward.delivered_at")}, {Text: r.Text("election.state")}}}
	sorted, delivered := 0, 0
	all = slices.Clone(all) // those that lack something stand first
	slices.SortStableFunc(all, func(a, b onward.Readiness) int { return cmp.Compare(unready(b), unready(a)) })
	for _, x := range all {
		tag := Tag{"ok", r.Text("onward.ready")}
		switch {
		case x.MergedTo != "" && x.Sorted == 0:
			tag = Tag{"info", r.Text("onward.merged_to", x.MergedTo)}
		case !x.Ready():
			tag = Tag{"warn", r.Text(x.Why())}
		}
		t.Rows = append(t.Rows, []Cell{{Text: x.District.Label(), Href: path + "/resultat/" + x.District.ID}, {Text: r.digits(x.Sorted)}, {Text: r.digits(x.Delivered)}, {Text: r.moment(x.At)}, {Tag: tag}})
		sorted, delivered = sorted+x.Sorted, delivered+x.Delivered
	}
	if len(all) > 0 {
		t.Foot = []Cell{{Text: r.Text("onward.sum")}, {Text: r.digits(sorted)}, {Text: r.digits(delivered)}, {}, {}}
	}
	return t
}

// leftBehind are the votes that no station will get as things stand: those that
// lie elsewhere, for those who may see sums, and those that came too late.
func (s *Server) leftBehind(r *Request, e models.Election) ([]onwardBlock, error) {
	names, err := s.placeNames(r)
	if err != nil {
		return nil, err
	}
	var out []onwardBlock
	blind, err := s.waitsToCount(r)
	if err != nil {
		return nil, err
	}
	if r.Account.Is(balanceReaders...) && !blind {
		at, err := s.store.Astray(r.Context(), e.ID)
		if err != nil {
			return nil, err
		}
		if len(at) > 0 {
			t := Table{Caption: r.Text("delivery.astray"), Quiet: true, Columns: []Column{{Text: r.Text("delivery.where")}, {Text: r.Text("onward.number"), Number: true}}}
			total := 0
			for _, h := range sortedKeys(at) {
				name := r.holder(h, names)
				if custody.HolderKind(h) == "bin" {
					name = r.binName(custody.HolderID(h), nil)
				}
				t.Rows, total = append(t.Rows, []Cell{{Text: name}, {Text: r.digits(at[h])}}), total+at[h]
			}
			t.Foot = []Cell{{Text: r.Text("onward.sum")}, {Text: r.digits(total)}}
			out = append(out, onwardBlock{Heading: r.Text("delivery.astray"), Text: r.Text("delivery.astray_text"), Table: t})
		}
	}
	late, err := s.store.LateLots(r.Context(), e.ID)
	if err != nil || len(late) == 0 {
		return out, err
	}
	t := Table{Caption: r.Text("onward.bin.late"), Quiet: true, Columns: []Column{{Text: r.Text("onward.origin")}, {Text: r.Text("delivery.cause")}, {Text: r.Text("onward.arrived_at")}, {Text: r.Text("onward.number"), Number: true}}}
	for _, l := range late {
		origin := names[l.Origin]
		if origin == "" {
			origin = r.originName(l.Origin)
		}
		t.Rows = append(t.Rows, []Cell{{Text: origin}, {Text: l.Cause}, {Text: r.moment(l.At)}, {Text: r.digits(l.N)}})
	}
	return append(out, onwardBlock{Heading: r.Text("onward.bin.late"), Text: r.Text("delivery.late_text"), Table: t}), nil
}

func unready(x onward.Readiness) int {
	if x.Ready() {
		return 0
	}
	return 1
}

func (r *Request) deliveryTasks(path string, xs []onward.Delivery, all []onward.Readiness) []Task {
	names := map[string]string{}
	for _, x := range all {
		names[x.District.ID] = x.District.Label()
	}
	var tasks []Task
	for _, x := range xs {
		if x.State != onward.DeliveryPacked && x.State != onward.DeliveryDiffers {
			continue
		}
		t := Task{Text: names[x.District], Tag: Tag{"info", r.Text("onward.delivery_state." + string(x.State))}}
		if x.Supplement > 0 {
			t.Hint = r.Text("onward.supplement", x.Supplement)
		}
		if r.office() {
			t.Href = path + "/aflevering/" + x.ID
		}
		tasks = append(tasks, t)
	}
	return tasks
}

func (s *Server) morningPDF(r *Request) error {
	e, err := s.chosen(r)
	if err != nil {
		return err
	}
	all, err := s.store.Morning(r.Context(), e.ID)
	if err != nil {
		return err
	}
	opens, err := store.PollsOpen(e)
	if err != nil {
		return err
	}
	sums, err := s.store.Conservation(r.Context(), e.ID)
	if err != nil {
		return err
	}
	f, err := s.form(r, e, pdf.TypeElectionMorning, running("morning"+e.ID))
	if err != nil {
		return err
	}
	m := pdf.ElectionMorning{Form: f, Day: e.Date, OpensAt: opens, Received: pdf.Known(sums.Received), Forwarded: pdf.Known(sums.Forwarded), Delivered: pdf.Known(sums.Delivered), Voided: pdf.Known(sums.Voided), OnHand: pdf.Known(sums.OnHand), LateSoFar: pdf.Known(sums.Late)}
	blind, err := s.waitsToCount(r)
	if err != nil {
		return err
	}
	if blind {
		m.Received, m.Forwarded, m.Delivered, m.Voided, m.OnHand = pdf.Figure{}, pdf.Figure{}, pdf.Figure{}, pdf.Figure{}, pdf.Figure{}
		m.Mark.Kind = pdf.Provisional
	}
	for _, x := range all {
		m.Areas = append(m.Areas, pdf.Readiness{District: x.District.Label(), Sorted: pdf.Known(x.Sorted), Delivered: pdf.Known(x.Delivered), DeliveredAt: x.At})
	}
	return r.paper("erklaering.pdf", m)
}
