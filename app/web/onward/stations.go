package onward

import (
	"cmp"
	"slices"

	custodypages "github.com/brevstemme/brevstemme/app/web/custody"
	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/onward"
	"github.com/brevstemme/brevstemme/models/store/shipments"
	"github.com/brevstemme/brevstemme/pdf"
)

func (s *Server) stationRoutes() []site.Route {
	const base = "/afstemningssteder"
	return []site.Route{
		site.Get(base, site.OfficeReaders, s.pick(base, "onward.stations")).InMenu("nav.stations"),
		site.Get(base+"/:election", site.OfficeReaders, show(s.stationsPage)),
		site.Post(base+"/:election", site.Reception, s.stationsDo),
		site.Get(base+"/:election/erklaering.pdf", custodypages.BalanceReaders, s.morningPDF),
		site.Get(base+"/:election/afleveringer.pdf", site.Reception, s.deliveriesPDF),
		site.Get(base+"/:election/aflevering/:id", drivers, show(s.deliveryPage)),
		site.Post(base+"/:election/aflevering/:id", drivers, s.deliveryDo),
		site.Get(base+"/:election/resultat/:district", site.OfficeReaders, show(s.examinationPage)),
		site.Post(base+"/:election/resultat/:district", site.Coordinator, s.examinationDo),
		site.Get(site.APIPrefix+"elections/:election/morning", site.OfficeReaders, s.apiMorning).API(nil, []onward.Readiness{}),
		site.Get(site.APIPrefix+"elections/:election/examinations", site.OfficeReaders, s.apiExaminations).API(nil, []onward.Examination{}),
	}
}

func (s *Server) stationsPage(r *site.Request) (*site.BlockPage, error) {
	e, err := s.chosen(r)
	if err != nil {
		return nil, err
	}
	all, err := s.Store.Morning(r.Context(), e.ID)
	if err != nil {
		return nil, err
	}
	xs, err := s.Store.Deliveries(r.Context(), e.ID)
	if err != nil {
		return nil, err
	}
	opens, err := shipments.PollsOpen(e)
	if err != nil {
		return nil, err
	}
	path := "/afstemningssteder/" + e.ID
	p := &site.BlockPage{Chrome: site.Chrome{TitleText: r.Text("onward.stations") + ": " + e.Name, Crumbs: []site.Link{{Href: "/afstemningssteder", Key: "onward.stations"}}}}
	missing := 0
	for _, x := range all {
		if !x.Ready() {
			missing++
		}
	}
	p.Banner = site.Banner{Kind: "ok", Text: r.Text("onward.all_ready", len(all))}
	if missing > 0 {
		p.Banner = site.Banner{Kind: "warn", Text: r.Text("onward.not_ready", missing, len(all))}
	}
	p.Facts = []site.Fact{{Name: r.Text("onward.polls_open"), Text: r.Moment(opens)}}
	var links []site.Link
	if r.Account.Is(custodypages.BalanceReaders...) { // it holds sums
		links = append(links, site.Link{Href: path + "/erklaering.pdf", Key: "onward.statement"})
	}
	if office(r) && len(xs) > 0 {
		links = append(links, site.Link{Href: path + "/afleveringer.pdf", Key: "onward.delivery_forms"})
	}
	p.Blocks = []site.Block{{Text: r.Text("onward.stations_text"), Links: links}, {Heading: r.Text("onward.morning"), Table: morningTable(r, path, all)}}
	rest, err := s.leftBehind(r, e)
	if err != nil {
		return nil, err
	}
	p.Blocks = append(p.Blocks, rest...)
	if tasks := deliveryTasks(r, path, xs, all); len(tasks) > 0 {
		p.Blocks = append(p.Blocks, site.Block{Heading: r.Text("onward.on_the_way"), Tasks: tasks})
	}
	if office(r) {
		p.Blocks = append(p.Blocks, packDeliveries(r, path, all)...)
		if p.Blocks, err = s.runBlocks(r, p.Blocks, path, xs, all); err != nil {
			return nil, err
		}
	}
	return p, nil
}

func morningTable(r *site.Request, path string, all []onward.Readiness) site.Table {
	t := site.Table{Caption: r.Text("onward.morning"), Quiet: true, Empty: r.Text("onward.districts_empty"), Columns: []site.Column{{Text: r.Text("onward.district")}, {Text: r.Text("onward.sorted_n"), Number: true}, {Text: r.Text("onward.delivered_n"), Number: true}, {Text: r.Text("onward.delivered_at")}, {Text: r.Text("election.state")}}}
	sorted, delivered := 0, 0
	all = slices.Clone(all) // those that lack something stand first
	slices.SortStableFunc(all, func(a, b onward.Readiness) int { return cmp.Compare(unready(b), unready(a)) })
	for _, x := range all {
		tag := site.Tag{Kind: "ok", Text: r.Text("onward.ready")}
		switch {
		case x.MergedTo != "" && x.Sorted == 0:
			tag = site.Tag{Kind: "info", Text: r.Text("onward.merged_to", x.MergedTo)}
		case !x.Ready():
			tag = site.Tag{Kind: "warn", Text: r.Text(x.Why())}
		}
		t.Rows = append(t.Rows, []site.Cell{{Text: x.District.Label(), Href: path + "/resultat/" + x.District.ID}, {Text: digits(r, x.Sorted)}, {Text: digits(r, x.Delivered)}, {Text: r.Moment(x.At)}, {Tag: tag}})
		sorted, delivered = sorted+x.Sorted, delivered+x.Delivered
	}
	if len(all) > 0 {
		t.Foot = []site.Cell{{Text: r.Text("onward.sum")}, {Text: digits(r, sorted)}, {Text: digits(r, delivered)}, {}, {}}
	}
	return t
}

// leftBehind are the votes that no station will get as things stand: those that
// lie elsewhere, for those who may see sums, and those that came too late.
func (s *Server) leftBehind(r *site.Request, e models.Election) ([]site.Block, error) {
	names, err := s.PlaceNames(r)
	if err != nil {
		return nil, err
	}
	var out []site.Block
	blind, err := custodypages.At(s.Server).WaitsToCount(r)
	if err != nil {
		return nil, err
	}
	if r.Account.Is(custodypages.BalanceReaders...) && !blind {
		at, err := s.Store.Astray(r.Context(), e.ID)
		if err != nil {
			return nil, err
		}
		if len(at) > 0 {
			t := site.Table{Caption: r.Text("delivery.astray"), Quiet: true, Columns: []site.Column{{Text: r.Text("delivery.where")}, {Text: r.Text("onward.number"), Number: true}}}
			total := 0
			for _, h := range sortedKeys(at) {
				name := r.Holder(h, names)
				if custody.HolderKind(h) == "bin" {
					name = r.BinName(custody.HolderID(h), nil)
				}
				t.Rows, total = append(t.Rows, []site.Cell{{Text: name}, {Text: digits(r, at[h])}}), total+at[h]
			}
			t.Foot = []site.Cell{{Text: r.Text("onward.sum")}, {Text: digits(r, total)}}
			out = append(out, site.Block{Heading: r.Text("delivery.astray"), Text: r.Text("delivery.astray_text"), Table: t})
		}
	}
	late, err := s.Store.LateLots(r.Context(), e.ID)
	if err != nil || len(late) == 0 {
		return out, err
	}
	t := site.Table{Caption: r.Text("onward.bin.late"), Quiet: true, Columns: []site.Column{{Text: r.Text("onward.origin")}, {Text: r.Text("delivery.cause")}, {Text: r.Text("onward.arrived_at")}, {Text: r.Text("onward.number"), Number: true}}}
	for _, l := range late {
		origin := names[l.Origin]
		if origin == "" {
			origin = r.OriginName(l.Origin)
		}
		t.Rows = append(t.Rows, []site.Cell{{Text: origin}, {Text: l.Cause}, {Text: r.Moment(l.At)}, {Text: digits(r, l.N)}})
	}
	return append(out, site.Block{Heading: r.Text("onward.bin.late"), Text: r.Text("delivery.late_text"), Table: t}), nil
}

func unready(x onward.Readiness) int {
	if x.Ready() {
		return 0
	}
	return 1
}

func deliveryTasks(r *site.Request, path string, xs []onward.Delivery, all []onward.Readiness) []site.Task {
	names := map[string]string{}
	for _, x := range all {
		names[x.District.ID] = x.District.Label()
	}
	var tasks []site.Task
	for _, x := range xs {
		if x.State != onward.DeliveryPacked && x.State != onward.DeliveryDiffers {
			continue
		}
		t := site.Task{Text: names[x.District], Tag: site.Tag{Kind: "info", Text: r.Text("onward.delivery_state." + string(x.State))}}
		if x.Supplement > 0 {
			t.Hint = r.Text("onward.supplement", x.Supplement)
		}
		if office(r) {
			t.Href = path + "/aflevering/" + x.ID
		}
		tasks = append(tasks, t)
	}
	return tasks
}

func (s *Server) morningPDF(r *site.Request) error {
	e, err := s.chosen(r)
	if err != nil {
		return err
	}
	all, err := s.Store.Morning(r.Context(), e.ID)
	if err != nil {
		return err
	}
	opens, err := shipments.PollsOpen(e)
	if err != nil {
		return err
	}
	sums, err := s.Store.Conservation(r.Context(), e.ID)
	if err != nil {
		return err
	}
	f, err := s.form(r, e, pdf.TypeElectionMorning, running("morning"+e.ID))
	if err != nil {
		return err
	}
	m := pdf.ElectionMorning{Form: f, Day: e.Date, OpensAt: opens, Received: pdf.Known(sums.Received), Forwarded: pdf.Known(sums.Forwarded), Delivered: pdf.Known(sums.Delivered), Voided: pdf.Known(sums.Voided), OnHand: pdf.Known(sums.OnHand), LateSoFar: pdf.Known(sums.Late)}
	blind, err := custodypages.At(s.Server).WaitsToCount(r)
	if err != nil {
		return err
	}
	if blind {
		m.Received, m.Forwarded, m.Delivered, m.Voided, m.OnHand = pdf.Figure{}, pdf.Figure{}, pdf.Figure{}, pdf.Figure{}, pdf.Figure{}
		m.Mark.Kind = pdf.Provisional
	}
	for _, x := range all {
		delivered := pdf.Figure{N: x.Delivered, Known: x.Delivered > 0 || x.Sorted == 0}
		m.Areas = append(m.Areas, pdf.Readiness{District: x.District.Label(), Sorted: pdf.Known(x.Sorted), Delivered: delivered, DeliveredAt: x.At})
	}
	return paper(r, "erklaering.pdf", m)
}
