package web

import (
	"slices"
	"strings"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/onward"
)

func (s *Server) sortingRoutes() []Route {
	return []Route{
		get("/sortering", officeReaders, s.pick("/sortering", "onward.sorting")).nav("nav.sorting"),
		get("/sortering/:election", officeReaders, show(s.sortingPage)),
		post("/sortering/:election", reception, s.sortingDo),
		get("/sortering/:election/omraader", officeReaders, show(s.districtsPage)),
		post("/sortering/:election/omraader", coordinator, s.districtsDo),
		get("/sortering/:election/sorteringsliste.pdf", officeReaders, s.sortingList),
		get("/sortering/:election/skaerm/:id", reception, s.sortScreen),
		post("/sortering/:election/skaerm/:id", reception, s.sortScreenDo),
		get("/sortering/:election/etiketter.pdf", reception, s.binLabels),
		get("/sortering/:election/tael/:id", reception, show(s.recountPage)),
		post("/sortering/:election/tael/:id", reception, s.recountDo),
		get(apiPrefix+"elections/:election/bins", officeReaders, s.apiBins).api(nil, binsOut{}),
		get(apiPrefix+"elections/:election/districts", officeReaders, s.apiDistricts).api(nil, []onward.District{}),
		post(apiPrefix+"elections/:election/sortings", reception, s.apiSort).api(sortIn{}, onward.Sorting{}),
		post(apiPrefix+"sortings/:id/counts", reception, s.apiRecount).api(sortIn{}, onward.Sorting{}),
		post(apiPrefix+"elections/:election/sortings/screen", reception, s.apiSortOpen).api(sortOpenIn{}, onward.Sorting{}),
		post(apiPrefix+"sortings/:id/marks", reception, s.apiMark).api(MarkIn{}, MarkOut{}),
		post(apiPrefix+"sortings/:id/finish", reception, s.apiSortFinish).api(nil, onward.Sorting{}),
	}
}

func sortingCrumbs(e models.Election) []Link {
	return []Link{{Href: "/sortering", Key: "onward.sorting"}, {Href: "/sortering/" + e.ID, Text: e.Name}}
}

// binName is a bin as people read it.
func (r *Request) binName(key string, ds map[string]onward.District) string {
	kind, id, _ := strings.Cut(key, ":")
	switch kind {
	case "own":
		if d, ok := ds[id]; ok {
			return d.Label()
		}
		return id
	case "other":
		return municipalityName(id) + " (" + id + ")"
	}
	return r.Text("onward.bin." + kind)
}

func byID(ds []onward.District) map[string]onward.District {
	m := map[string]onward.District{}
	for _, d := range ds {
		m[d.ID] = d
	}
	return m
}

func (s *Server) sortingPage(r *Request) (*onwardPage, error) {
	e, err := s.chosen(r)
	if err != nil {
		return nil, err
	}
	ds, err := s.store.Districts(r.Context(), e.Municipality)
	if err != nil {
		return nil, err
	}
	bins, err := s.store.Bins(r.Context(), e.ID)
	if err != nil {
		return nil, err
	}
	open, err := s.store.Sortings(r.Context(), e.ID)
	if err != nil {
		return nil, err
	}
	path := "/sortering/" + e.ID
	p := &onwardPage{Chrome: Chrome{TitleText: r.Text("onward.sorting") + ": " + e.Name, Crumbs: sortingCrumbs(e)[:1]}}
	p.Blocks = append(p.Blocks, onwardBlock{Text: r.Text("onward.sorting_text"), Links: []Link{{Href: path + "/omraader", Key: "onward.districts"}, {Href: path + "/sorteringsliste.pdf", Key: "onward.sorting_list"}, {Href: path + "/etiketter.pdf", Key: "sorting.labels"}}})
	if !r.office() {
		p.Blocks[0].Links = p.Blocks[0].Links[:2]
	}
	if tasks := s.sortTasks(r, path, open); len(tasks) > 0 {
		p.Blocks = append(p.Blocks, onwardBlock{Heading: r.Text("onward.to_count"), Tasks: tasks})
	}
	safe, err := s.store.Safe(r.Context(), e.ID, margin)
	if err != nil {
		return nil, err
	}
	if hurry := r.hurry(e.ID, safe); len(hurry) > 0 {
		p.Blocks = append(p.Blocks, onwardBlock{Heading: r.Text("sorting.warnings"), Tasks: hurry})
	}
	p.Blocks = append(p.Blocks, onwardBlock{Heading: r.Text("onward.bins"), Table: r.binTable(bins, byID(ds))})
	if !r.office() {
		return p, nil
	}
	forms, err := s.sortForms(r, e, ds, path)
	if err != nil {
		return nil, err
	}
	p.Blocks = slices.Concat(p.Blocks, forms[:1], []onwardBlock{r.rebinForm(bins, ds, path)}, forms[1:])
	return p, nil
}

func (s *Server) sortTasks(r *Request, path string, open []onward.Sorting) []Task {
	var tasks []Task
	for _, x := range open {
		t := Task{Text: r.holderName(x.Source), Href: path + "/tael/" + x.ID}
		switch {
		case x.State == onward.SortBooked || x.State == onward.SortDropped:
			continue
		case x.Sorter == r.Account.Person && x.Sorter != "":
			t.Href, t.Tag = path+"/skaerm/"+x.ID, Tag{"info", r.Text("sorting.going_on")}
		case x.Sorter != "":
			t.Tag = Tag{"plain", r.Text("sorting.going_on_other")}
		case x.State == onward.SortFirst:
			t.Tag = Tag{"info", r.Text("onward.sort_state.first")}
		default:
			t.Tag = Tag{"warn", r.Text("onward.sort_state.differs")}
		}
		if !r.office() {
			t.Href = ""
		}
		tasks = append(tasks, t)
	}
	return tasks
}

// hurry lists the municipalities whose votes must leave now.
func (r *Request) hurry(election string, safe []onward.Safe) []Task {
	var tasks []Task
	for _, x := range safe {
		if w := r.safeWarning(x); w != "" {
			tasks = append(tasks, Task{Text: w, Href: "/videresendelse/" + election, Tag: Tag{"warn", r.digits(x.N)}})
		}
	}
	return tasks
}

func (r *Request) binTable(bins map[string]int, ds map[string]onward.District) Table {
	t := Table{Caption: r.Text("onward.bins"), Quiet: true, Empty: r.Text("onward.bins_empty"), Columns: []Column{{Text: r.Text("onward.bin")}, {Text: r.Text("onward.number"), Number: true}}}
	total := 0
	for _, key := range binOrder(bins, ds) {
		t.Rows = append(t.Rows, []Cell{{Text: r.binName(key, ds)}, {Text: r.digits(bins[key])}})
		total += bins[key]
	}
	if len(t.Rows) > 0 {
		t.Foot = []Cell{{Text: r.Text("onward.sum")}, {Text: r.digits(total)}}
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
func (s *Server) sortForms(r *Request, e models.Election, ds []onward.District, path string) ([]onwardBlock, error) {
	place, err := s.reception(r.Context(), r.Account)
	if err != nil {
		return nil, err
	}
	boxes, err := s.store.SortSources(r.Context(), e.ID, place)
	if err != nil {
		return nil, err
	}
	from := []Option{{Value: "", Text: r.Text("onward.from_store")}}
	for _, c := range boxes {
		from = append(from, Option{Value: c.ID, Text: models.GroupSerial(c.ID)})
	}
	source := onwardField{Kind: "select", Name: "source", Label: r.Text("onward.source"), Options: from}
	paper := source
	paper.Name = "paper_source"
	return []onwardBlock{
		{Heading: r.Text("sorting.begin"), Text: r.Text("sorting.begin_text"), Form: onwardForm{Action: path, Do: "open", Button: r.Text("sorting.begin"), Fields: []onwardField{source}}},
		{Heading: r.Text("onward.recount_paper"), Folded: true, Text: r.Text("onward.sort_now_text"), Form: onwardForm{Action: path, Do: "sort", Button: r.Text("onward.sort_save"), Fields: append([]onwardField{paper}, s.pileFields(r, ds, nil)...)}},
	}, nil
}

func (r *Request) rebinForm(bins map[string]int, ds []onward.District, path string) onwardBlock {
	var from, to []Option
	for _, k := range binOrder(bins, byID(ds)) {
		from = append(from, Option{Value: k, Text: r.binName(k, byID(ds))})
	}
	for _, d := range ds {
		to = append(to, Option{Value: onward.OwnBin(d.ID), Text: d.Label()})
	}
	to = append(to, Option{Value: onward.BinUnknown, Text: r.Text("onward.bin.unknown")})
	for _, m := range models.Municipalities {
		to = append(to, Option{Value: onward.OtherBin(m.Code), Text: m.Name})
	}
	if len(from) == 0 {
		return onwardBlock{}
	}
	return onwardBlock{Heading: r.Text("onward.rebin"), Folded: true, Text: r.Text("onward.rebin_text"), Form: onwardForm{Action: path, Do: "rebin", Button: r.Text("onward.rebin"), Fields: []onwardField{
		{Kind: "select", Name: "from", Label: r.Text("onward.from"), Options: from}, {Kind: "select", Name: "to", Label: r.Text("onward.to"), Options: to},
		{Kind: "count", Name: "n", Label: r.Text("onward.number")}, {Name: "reason", Label: r.Text("onward.reason")},
		{Name: "decision", Label: r.Text("onward.decision"), Hint: r.Text("onward.decision_hint"), Optional: true}}}}
}

func (s *Server) sortingDo(r *Request) error {
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
			err = s.store.Rebin(r.Context(), r.act(), r.Param("election"), place, onward.RebinCmd{From: r.Field("from"), To: r.Field("to"), N: n, Reason: r.Field("reason"), Decision: r.Field("decision")})
		}
		if err != nil {
			return onwardView.again(r, err, p)
		}
		return r.done(path, "onward.rebinned")
	}
	if r.Field("do") == "open" {
		x, err := s.store.OpenSorting(r.Context(), r.act(), r.Param("election"), place, r.Field("source"))
		if err != nil {
			return onwardView.again(r, err, p)
		}
		return r.done(path+"/skaerm/"+x.ID, "")
	}
	piles, err := r.piles()
	if err == nil {
		_, err = s.store.SortFirst(r.Context(), r.act(), r.Param("election"), place, r.Field("paper_source"), piles)
	}
	if err != nil {
		return onwardView.again(r, err, p)
	}
	return r.done(path, "onward.sorted_first")
}
