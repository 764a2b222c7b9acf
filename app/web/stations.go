package web

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/brevstemme/brevstemme/models"
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
		get(base+"/:election/aflevering/:id", reception, show(s.deliveryPage)),
		post(base+"/:election/aflevering/:id", reception, s.deliveryDo),
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
	p.Facts = []Fact{{Name: r.Text("onward.polls_open"), Text: r.instant(opens)}}
	links := []Link{{Href: path + "/erklaering.pdf", Key: "onward.statement"}}
	if r.office() && len(xs) > 0 {
		links = append(links, Link{Href: path + "/afleveringer.pdf", Key: "onward.delivery_forms"})
	}
	p.Blocks = []onwardBlock{{Text: r.Text("onward.stations_text"), Links: links}, {Heading: r.Text("onward.morning"), Table: r.morningTable(path, all)}}
	if tasks := r.deliveryTasks(path, xs, all); len(tasks) > 0 {
		p.Blocks = append(p.Blocks, onwardBlock{Heading: r.Text("onward.on_the_way"), Tasks: tasks})
	}
	if r.office() {
		p.Blocks = append(p.Blocks, r.packDeliveries(path, all)...)
	}
	return p, nil
}

func (r *Request) morningTable(path string, all []onward.Readiness) Table {
	t := Table{Caption: r.Text("onward.morning"), Quiet: true, Empty: r.Text("onward.districts_empty"), Columns: []Column{{Text: r.Text("onward.district")}, {Text: r.Text("onward.sorted_n"), Number: true}, {Text: r.Text("onward.delivered_n"), Number: true}, {Text: r.Text("onward.delivered_at")}, {Text: r.Text("election.state")}}}
	sorted, delivered := 0, 0
	for _, x := range all {
		tag := Tag{"ok", r.Text("onward.ready")}
		switch {
		case x.MergedTo != "" && x.Sorted == 0:
			tag = Tag{"info", r.Text("onward.merged_to", x.MergedTo)}
		case !x.Ready():
			tag = Tag{"warn", r.Text(x.Why())}
		}
		t.Rows = append(t.Rows, []Cell{{Text: x.District.Label(), Href: path + "/resultat/" + x.District.ID}, {Text: r.digits(x.Sorted)}, {Text: r.digits(x.Delivered)}, {Text: r.instant(x.At)}, {Tag: tag}})
		sorted, delivered = sorted+x.Sorted, delivered+x.Delivered
	}
	if len(all) > 0 {
		t.Foot = []Cell{{Text: r.Text("onward.sum")}, {Text: r.digits(sorted)}, {Text: r.digits(delivered)}, {}, {}}
	}
	return t
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

// packDeliveries are the forms for what lies in the bins: those that can leave,
// and those with fewer than five.
func (r *Request) packDeliveries(path string, all []onward.Readiness) []onwardBlock {
	var ready, few, targets []Option
	var ds []onward.District
	votes := map[string]int{}
	for _, x := range all {
		ds = append(ds, x.District)
		votes[x.District.ID] = x.Sorted
		if !onward.Few(x.Sorted) && x.Sorted > 0 {
			targets = append(targets, Option{Value: x.District.ID, Text: x.District.Label()})
		}
	}
	suggested := onward.SuggestMerges(ds, votes)
	for _, x := range all {
		switch {
		case x.InBin == 0:
		case onward.Few(x.InBin + x.Delivered):
			few = append(few, Option{Value: x.District.ID, Text: r.Text("onward.few_option", x.District.Label(), x.InBin, suggested[x.District.ID])})
		default:
			ready = append(ready, Option{Value: x.District.ID, Text: x.District.Label() + " (" + r.digits(x.InBin) + ")"})
		}
	}
	var out []onwardBlock
	if len(few) > 0 && len(targets) > 0 {
		out = append(out, onwardBlock{Heading: r.Text("onward.merge"), Text: r.Text("onward.merge_text"), Form: onwardForm{Action: path, Do: "merge", Button: r.Text("onward.merge"), Fields: []onwardField{
			{Kind: "select", Name: "from", Label: r.Text("onward.from"), Options: few}, {Kind: "select", Name: "to", Label: r.Text("onward.to"), Options: targets, Value: suggested[few[0].Value]}}}})
	}
	if len(ready) > 0 {
		out = append(out, onwardBlock{Heading: r.Text("onward.pack_delivery"), Form: onwardForm{Action: path, Do: "pack", Button: r.Text("onward.pack_delivery"), Fields: []onwardField{
			{Kind: "checks", Name: "district", Label: r.Text("onward.districts"), Options: ready}, {Name: "seals", Label: r.Text("onward.seals"), Hint: r.Text("onward.seals_hint"), Optional: true}}}})
	}
	return out
}

func (s *Server) stationsDo(r *Request) error {
	p, err := s.stationsPage(r)
	if err != nil {
		return err
	}
	place, err := s.reception(r.Context(), r.Account)
	if err != nil {
		return err
	}
	election := r.Param("election")
	path := "/afstemningssteder/" + election
	if r.Field("do") == "merge" {
		if err := s.store.Merge(r.Context(), r.act(), election, place, r.Field("from"), r.Field("to")); err != nil {
			return onwardView.again(r, err, p)
		}
		return r.done(path, "onward.merged")
	}
	ds := r.Fields("district")
	if len(ds) == 0 {
		return onwardView.again(r, models.Invalid("district", "custody.choose"), p)
	}
	for i, d := range ds {
		act := r.act()
		if i > 0 {
			act.Key += "-" + strconv.Itoa(i) // one act per packet; the key of the form and its place in it
		}
		var seals []string
		if len(ds) == 1 {
			seals = strings.Fields(r.Field("seals"))
		}
		if _, err := s.store.PackDelivery(r.Context(), act, election, place, d, seals); err != nil {
			return onwardView.again(r, err, p)
		}
	}
	return r.done(path, "onward.delivery_packed", len(ds))
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

func (s *Server) apiMorning(r *Request) error {
	all, err := s.store.Morning(r.Context(), r.Param("election"))
	if err != nil {
		return err
	}
	return r.json(http.StatusOK, all)
}
