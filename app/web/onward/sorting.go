package onward

import (
	"slices"
	"strings"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/onward"
)

func (s *Server) sortingRoutes() []site.Route {
	return []site.Route{
		site.Get("/sortering", site.OfficeReaders, s.pick("/sortering", "onward.sorting")).InMenu("nav.sorting"),
		site.Get("/sortering/:election", site.OfficeReaders, show(s.sortingPage)),
		site.Post("/sortering/:election", site.Reception, s.sortingDo),
		site.Get("/sortering/:election/omraader", site.OfficeReaders, show(s.districtsPage)),
		site.Post("/sortering/:election/omraader", site.Coordinator, s.districtsDo),
		site.Get("/sortering/:election/sorteringsliste.pdf", site.OfficeReaders, s.sortingList),
		site.Get("/sortering/skal", site.Public, s.sortShell),
		site.Get("/sortering/sw.js", site.Public, s.sortWorker),
		site.Get("/sortering/:election/skaerm/:id", site.Reception, s.sortScreen),
		site.Post("/sortering/:election/skaerm/:id", site.Reception, s.sortScreenDo),
		site.Get("/sortering/:election/etiketter.pdf", site.Reception, s.binLabels),
		site.Get("/sortering/:election/tael/:id", site.Reception, show(s.recountPage)),
		site.Post("/sortering/:election/tael/:id", site.Reception, s.recountDo),
		site.Get(site.APIPrefix+"elections/:election/bins", site.OfficeReaders, s.apiBins).API(nil, binsOut{}),
		site.Get(site.APIPrefix+"elections/:election/districts", site.OfficeReaders, s.apiDistricts).API(nil, []onward.District{}),
		site.Post(site.APIPrefix+"elections/:election/sortings", site.Reception, s.apiSort).API(SortIn{}, onward.Sorting{}),
		site.Post(site.APIPrefix+"sortings/:id/counts", site.Reception, s.apiRecount).API(SortIn{}, onward.Sorting{}),
		site.Post(site.APIPrefix+"elections/:election/sortings/screen", site.Reception, s.apiSortOpen).API(SortOpenIn{}, onward.Sorting{}),
		site.Post(site.APIPrefix+"sortings/:id/marks", site.Reception, s.apiMark).API(MarkIn{}, MarkOut{}),
		site.Post(site.APIPrefix+"sortings/:id/finish", site.Reception, s.apiSortFinish).API(nil, onward.Sorting{}),
	}
}

func sortingCrumbs(e models.Election) []site.Link {
	return []site.Link{{Href: "/sortering", Key: "onward.sorting"}, {Href: "/sortering/" + e.ID, Text: e.Name}}
}

func (s *Server) sortingPage(r *site.Request) (*site.BlockPage, error) {
	e, err := s.chosen(r)
	if err != nil {
		return nil, err
	}
	ds, err := s.Store.Districts(r.Context(), e.Municipality)
	if err != nil {
		return nil, err
	}
	bins, err := s.Store.Bins(r.Context(), e.ID)
	if err != nil {
		return nil, err
	}
	open, err := s.Store.Sortings(r.Context(), e.ID)
	if err != nil {
		return nil, err
	}
	path := "/sortering/" + e.ID
	p := &site.BlockPage{Chrome: site.Chrome{TitleText: r.Text("onward.sorting") + ": " + e.Name, Crumbs: sortingCrumbs(e)[:1]}}
	p.Blocks = append(p.Blocks, site.Block{Text: r.Text("onward.sorting_text"), Links: []site.Link{{Href: path + "/omraader", Key: "onward.districts"}, {Href: path + "/sorteringsliste.pdf", Key: "onward.sorting_list"}, {Href: path + "/etiketter.pdf", Key: "sorting.labels"}}})
	if !office(r) {
		p.Blocks[0].Links = p.Blocks[0].Links[:2]
	}
	if tasks := s.sortTasks(r, path, open); len(tasks) > 0 {
		p.Blocks = append(p.Blocks, site.Block{Heading: r.Text("onward.to_count"), Tasks: tasks})
	}
	safe, err := s.Store.Safe(r.Context(), e.ID, margin)
	if err != nil {
		return nil, err
	}
	if hurry := hurry(r, e.ID, safe); len(hurry) > 0 {
		p.Blocks = append(p.Blocks, site.Block{Heading: r.Text("sorting.warnings"), Tasks: hurry})
	}
	p.Blocks = append(p.Blocks, site.Block{Heading: r.Text("onward.bins"), Table: binTable(r, bins, site.ByID(ds))})
	if !office(r) {
		return p, nil
	}
	forms, err := s.sortForms(r, e, ds, path)
	if err != nil {
		return nil, err
	}
	p.Blocks = slices.Concat(p.Blocks, forms[:1], []site.Block{rebinForm(r, bins, ds, path)}, forms[1:])
	return p, nil
}

func (s *Server) sortTasks(r *site.Request, path string, open []onward.Sorting) []site.Task {
	var tasks []site.Task
	for _, x := range open {
		t := site.Task{Text: r.HolderName(x.Source), Href: path + "/tael/" + x.ID}
		switch {
		case x.State == onward.SortBooked || x.State == onward.SortDropped:
			continue
		case x.Sorter == r.Account.Person && x.Sorter != "":
			t.Href, t.Tag = screenOf(x), site.Tag{Kind: "info", Text: r.Text("sorting.going_on")}
		case x.Sorter != "":
			t.Tag = site.Tag{Kind: "plain", Text: r.Text("sorting.going_on_other")}
		case x.State == onward.SortFirst:
			t.Tag = site.Tag{Kind: "info", Text: r.Text("onward.sort_state.first")}
		default:
			t.Tag = site.Tag{Kind: "warn", Text: r.Text("onward.sort_state.differs")}
		}
		if !office(r) {
			t.Href = ""
		}
		tasks = append(tasks, t)
	}
	return tasks
}

// hurry lists the municipalities whose votes must leave now.
func hurry(r *site.Request, election string, safe []onward.Safe) []site.Task {
	var tasks []site.Task
	for _, x := range safe {
		if w := safeWarning(r, x); w != "" {
			tasks = append(tasks, site.Task{Text: w, Href: "/videresendelse/" + election, Tag: site.Tag{Kind: "warn", Text: digits(r, x.N)}})
		}
	}
	return tasks
}

func binTable(r *site.Request, bins map[string]int, ds map[string]onward.District) site.Table {
	t := site.Table{Caption: r.Text("onward.bins"), Quiet: true, Empty: r.Text("onward.bins_empty"), Columns: []site.Column{{Text: r.Text("onward.bin")}, {Text: r.Text("onward.number"), Number: true}}}
	total := 0
	for _, key := range binOrder(bins, ds) {
		t.Rows = append(t.Rows, []site.Cell{{Text: r.BinName(key, ds)}, {Text: digits(r, bins[key])}})
		total += bins[key]
	}
	if len(t.Rows) > 0 {
		t.Foot = []site.Cell{{Text: r.Text("onward.sum")}, {Text: digits(r, total)}}
	}
	return t
}

// binOrder: districts by number, municipalities by code, then unknown and late.
func binOrder(bins map[string]int, ds map[string]onward.District) []string {
	keys := sortedKeys(bins)
	rank := func(k string) int {
		kind, id, _ := strings.Cut(k, ":")
		switch kind {
		case "own":
			return ds[id].Number
		case "other":
			return 100_000
		}
		return 200_000
	}
	slices.SortStableFunc(keys, func(a, b string) int { return rank(a) - rank(b) })
	return keys
}

// sortForms are the two ways to begin: at the screen, or with the figures of
// piles that were sorted on paper.
func (s *Server) sortForms(r *site.Request, e models.Election, ds []onward.District, path string) ([]site.Block, error) {
	place, err := s.reception(r.Context(), r.Account)
	if err != nil {
		return nil, err
	}
	boxes, err := s.Store.SortSources(r.Context(), e.ID, place)
	if err != nil {
		return nil, err
	}
	from := []site.Option{{Value: "", Text: r.Text("onward.from_store")}}
	for _, c := range boxes {
		from = append(from, site.Option{Value: c.ID, Text: models.GroupSerial(c.ID)})
	}
	source := site.BlockField{Kind: "select", Name: "source", Label: r.Text("onward.source"), Options: from}
	paper := source
	paper.Name = "paper_source"
	return []site.Block{
		{Heading: r.Text("sorting.begin"), Text: r.Text("sorting.begin_text"), Form: site.BlockForm{Action: path, Do: "open", Button: r.Text("sorting.begin"), Fields: []site.BlockField{source}}},
		{Heading: r.Text("onward.recount_paper"), Folded: true, Text: r.Text("onward.sort_now_text"), Form: site.BlockForm{Action: path, Do: "sort", Button: r.Text("onward.sort_save"), Fields: append([]site.BlockField{paper}, s.pileFields(r, ds, nil)...)}},
	}, nil
}

func rebinForm(r *site.Request, bins map[string]int, ds []onward.District, path string) site.Block {
	var from, to []site.Option
	for _, k := range binOrder(bins, site.ByID(ds)) {
		from = append(from, site.Option{Value: k, Text: r.BinName(k, site.ByID(ds))})
	}
	for _, d := range ds {
		to = append(to, site.Option{Value: onward.OwnBin(d.ID), Text: d.Label()})
	}
	to = append(to, site.Option{Value: onward.BinUnknown, Text: r.Text("onward.bin.unknown")})
	for _, m := range models.Municipalities {
		to = append(to, site.Option{Value: onward.OtherBin(m.Code), Text: m.Name})
	}
	if len(from) == 0 {
		return site.Block{}
	}
	return site.Block{Heading: r.Text("onward.rebin"), Folded: true, Text: r.Text("onward.rebin_text"), Form: site.BlockForm{Action: path, Do: "rebin", Button: r.Text("onward.rebin"), Fields: []site.BlockField{
		{Kind: "select", Name: "from", Label: r.Text("onward.from"), Options: from}, {Kind: "select", Name: "to", Label: r.Text("onward.to"), Options: to},
		{Kind: "count", Name: "n", Label: r.Text("onward.number")}, {Name: "reason", Label: r.Text("onward.reason")},
		{Name: "decision", Label: r.Text("onward.decision"), Hint: r.Text("onward.decision_hint"), Optional: true}}}}
}

func (s *Server) sortingDo(r *site.Request) error {
	p, err := s.sortingPage(r)
	if err != nil {
		return err
	}
	place, err := s.reception(r.Context(), r.Account)
	if err != nil {
		return err
	}
	path := "/sortering/" + r.Param("election")
	if r.Field("do") == "rebin" {
		n, err := r.Count("n")
		if err == nil {
			err = s.Store.Rebin(r.Context(), r.Act(), r.Param("election"), place, onward.RebinCmd{From: r.Field("from"), To: r.Field("to"), N: n, Reason: r.Field("reason"), Decision: r.Field("decision")})
		}
		if err != nil {
			return site.BlockView.Again(r, err, p)
		}
		return r.Done(path, "onward.rebinned")
	}
	if r.Field("do") == "open" {
		x, err := s.Store.OpenSorting(r.Context(), r.Act(), r.Param("election"), place, r.Field("source"))
		if err != nil {
			return site.BlockView.Again(r, err, p)
		}
		return r.Done(screenOf(x), "")
	}
	piles, err := piles(r)
	if err == nil {
		_, err = s.Store.SortFirst(r.Context(), r.Act(), r.Param("election"), place, r.Field("paper_source"), piles)
	}
	if err != nil {
		return site.BlockView.Again(r, err, p)
	}
	return r.Done(path, "onward.sorted_first")
}
