package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/onward"
	"github.com/brevstemme/brevstemme/pdf"
)

func (s *Server) sortingRoutes() []Route {
	return []Route{
		get("/sortering", officeReaders, s.pick("/sortering", "onward.sorting")).nav("nav.sorting"),
		get("/sortering/:election", officeReaders, s.sorting),
		post("/sortering/:election", reception, s.sortingDo),
		get("/sortering/:election/omraader", officeReaders, s.districts),
		post("/sortering/:election/omraader", coordinator, s.districtsDo),
		get("/sortering/:election/sorteringsliste.pdf", officeReaders, s.sortingList),
		get("/sortering/:election/tael/:id", reception, s.recount),
		post("/sortering/:election/tael/:id", reception, s.recountDo),
		get(apiPrefix+"elections/:election/bins", officeReaders, s.apiBins).api(nil, binsOut{}),
		get(apiPrefix+"elections/:election/districts", officeReaders, s.apiDistricts).api(nil, []onward.District{}),
		post(apiPrefix+"elections/:election/sortings", reception, s.apiSort).api(sortIn{}, onward.Sorting{}),
		post(apiPrefix+"sortings/:id/counts", reception, s.apiRecount).api(sortIn{}, onward.Sorting{}),
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

// sorting shows the bins, what can be sorted now, and the forms for it.
func (s *Server) sorting(r *Request) error {
	p, err := s.sortingPage(r)
	if err != nil {
		return err
	}
	return onwardView.render(r, p)
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
	p.Blocks = append(p.Blocks, onwardBlock{Text: r.Text("onward.sorting_text"), Links: []Link{{Href: path + "/omraader", Key: "onward.districts"}, {Href: path + "/sorteringsliste.pdf", Key: "onward.sorting_list"}}})
	if tasks := s.sortTasks(r, path, open); len(tasks) > 0 {
		p.Blocks = append(p.Blocks, onwardBlock{Heading: r.Text("onward.to_count"), Tasks: tasks})
	}
	p.Blocks = append(p.Blocks, onwardBlock{Heading: r.Text("onward.bins"), Table: r.binTable(bins, byID(ds))})
	if !r.office() {
		return p, nil
	}
	first, err := s.sortForm(r, e, ds, path)
	if err != nil {
		return nil, err
	}
	p.Blocks = append(p.Blocks, first, r.rebinForm(bins, ds, path))
	return p, nil
}

func (s *Server) sortTasks(r *Request, path string, open []onward.Sorting) []Task {
	var tasks []Task
	for _, x := range open {
		switch x.State {
		case onward.SortFirst:
			tasks = append(tasks, Task{Text: holderName(x.Source), Href: path + "/tael/" + x.ID, Tag: Tag{"info", r.Text("onward.sort_state.first")}})
		case onward.SortDiffers:
			tasks = append(tasks, Task{Text: holderName(x.Source), Href: path + "/tael/" + x.ID, Tag: Tag{"warn", r.Text("onward.sort_state.differs")}})
		}
	}
	if !r.office() {
		for i := range tasks {
			tasks[i].Href = ""
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

// sortForm is where the first person types the piles.
func (s *Server) sortForm(r *Request, e models.Election, ds []onward.District, path string) (onwardBlock, error) {
	place, err := s.reception(r.Context(), r.Account)
	if err != nil {
		return onwardBlock{}, err
	}
	boxes, err := s.store.SortSources(r.Context(), e.ID, place)
	if err != nil {
		return onwardBlock{}, err
	}
	from := []Option{{Value: "", Text: r.Text("onward.from_store")}}
	for _, c := range boxes {
		from = append(from, Option{Value: c.ID, Text: models.GroupSerial(c.ID)})
	}
	fields := append([]onwardField{{Kind: "select", Name: "source", Label: r.Text("onward.source"), Options: from}}, s.pileFields(r, ds, nil)...)
	return onwardBlock{Heading: r.Text("onward.sort_now"), Text: r.Text("onward.sort_now_text"), Form: onwardForm{Action: path, Do: "sort", Button: r.Text("onward.sort_save"), Fields: fields}}, nil
}

// pileFields are the counts of a sorting: districts, other municipalities
// (three free ones beside those already named), unknown, late.
func (s *Server) pileFields(r *Request, ds []onward.District, named []string) []onwardField {
	var out []onwardField
	count := func(name, label string) {
		out = append(out, onwardField{Kind: "count", Name: name, Label: label, Optional: true})
	}
	for _, d := range ds {
		count("pile:"+onward.OwnBin(d.ID), d.Label())
	}
	for _, code := range named {
		count("pile:"+onward.OtherBin(code), municipalityName(code))
	}
	for _, i := range []string{"1", "2", "3"} {
		out = append(out, onwardField{Kind: "select", Name: "code" + i, Label: r.Text("onward.other_municipality", i), Optional: true, Options: s.municipalityOptions()})
		count("other"+i, r.Text("onward.other_number", i))
	}
	count("pile:"+onward.BinUnknown, r.Text("onward.bin.unknown"))
	count("pile:"+onward.BinLate, r.Text("onward.bin.late"))
	return out
}

// piles reads the counts of a sorting.
func (r *Request) piles() (map[string]int, error) {
	out, err := r.counts("pile:")
	if err != nil {
		return nil, err
	}
	for _, i := range []string{"1", "2", "3"} {
		code := r.Field("code" + i)
		if code == "" && r.Field("other"+i) == "" {
			continue
		}
		n, err := r.Count("other" + i)
		if err != nil {
			return nil, err
		}
		out[onward.OtherBin(code)] += n
	}
	return out, nil
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
	return onwardBlock{Heading: r.Text("onward.rebin"), Text: r.Text("onward.rebin_text"), Form: onwardForm{Action: path, Do: "rebin", Button: r.Text("onward.rebin"), Fields: []onwardField{
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
	piles, err := r.piles()
	if err == nil {
		_, err = s.store.SortFirst(r.Context(), r.act(), r.Param("election"), place, r.Field("source"), piles)
	}
	if err != nil {
		return onwardView.again(r, err, p)
	}
	return r.done(path, "onward.sorted_first")
}

// recount is the second person's form: no figure of the first is in it.
func (s *Server) recount(r *Request) error {
	p, err := s.recountPage(r)
	if err != nil {
		return err
	}
	return onwardView.render(r, p)
}

func (s *Server) recountPage(r *Request) (*onwardPage, error) {
	x, err := s.store.Sorting(r.Context(), r.Param("id"))
	if err != nil {
		return nil, err
	}
	e, err := s.store.Election(r.Context(), x.Election)
	if err != nil {
		return nil, err
	}
	ds, err := s.store.Districts(r.Context(), e.Municipality)
	if err != nil {
		return nil, err
	}
	p := &onwardPage{Chrome: Chrome{TitleText: r.Text("onward.recount"), Crumbs: sortingCrumbs(e)}, Facts: []Fact{{Name: r.Text("onward.source"), Text: holderName(x.Source)}, {Name: r.Text("election.state"), Text: r.Text("onward.sort_state." + string(x.State))}}}
	if x.State == onward.SortFirst || x.State == onward.SortDiffers {
		p.Blocks = []onwardBlock{{Text: r.Text("onward.recount_text"), Form: onwardForm{Action: "/sortering/" + e.ID + "/tael/" + x.ID, Button: r.Text("onward.recount_save"), Fields: s.pileFields(r, ds, otherCodes(x))}}}
	}
	return p, nil
}

// otherCodes names the municipalities of the piles, not their figures.
func otherCodes(x onward.Sorting) []string {
	seen := map[string]bool{}
	for _, c := range x.Counts {
		for k := range c.Counts {
			if code, ok := strings.CutPrefix(k, "other:"); ok {
				seen[code] = true
			}
		}
	}
	return sortedKeys(seen)
}

func (s *Server) recountDo(r *Request) error {
	p, err := s.recountPage(r)
	if err != nil {
		return err
	}
	piles, err := r.piles()
	if err != nil {
		return onwardView.again(r, err, p)
	}
	x, err := s.store.SortAgain(r.Context(), r.act(), r.Param("id"), piles)
	if err != nil {
		return onwardView.again(r, err, p)
	}
	if x.State == onward.SortDiffers {
		return r.done("/sortering/"+r.Param("election"), "onward.sorted_differs")
	}
	return r.done("/sortering/"+r.Param("election"), "onward.sorted_booked")
}

func (s *Server) districts(r *Request) error {
	p, err := s.districtsPage(r)
	if err != nil {
		return err
	}
	return onwardView.render(r, p)
}

func (s *Server) districtsPage(r *Request) (*onwardPage, error) {
	e, err := s.chosen(r)
	if err != nil {
		return nil, err
	}
	ds, err := s.store.Districts(r.Context(), e.Municipality)
	if err != nil {
		return nil, err
	}
	t := Table{Caption: r.Text("onward.districts"), Quiet: true, Empty: r.Text("onward.districts_empty"),
		Columns: []Column{{Text: r.Text("onward.district")}, {Text: r.Text("onward.station")}, {Text: r.Text("onward.address")}, {Text: r.Text("onward.voters"), Number: true}}}
	for _, d := range ds {
		t.Rows = append(t.Rows, []Cell{{Text: d.Label()}, {Text: d.Station}, {Text: d.Address}, {Text: r.digits(d.Voters)}})
	}
	path := "/sortering/" + e.ID + "/omraader"
	p := &onwardPage{Chrome: Chrome{TitleKey: "onward.districts", Crumbs: sortingCrumbs(e)}, Blocks: []onwardBlock{{Table: t}}}
	if r.Account.Is(models.RoleCoordinator) {
		p.Blocks = append(p.Blocks, onwardBlock{Heading: r.Text("onward.districts_import"), Text: r.Text("onward.districts_import_text"), Form: onwardForm{Action: path, Do: "import", File: true, Button: r.Text("onward.districts_import"), Fields: []onwardField{{Kind: "file", Name: "file", Label: r.Text("onward.file")}}}},
			onwardBlock{Heading: r.Text("onward.district_add"), Form: onwardForm{Action: path, Do: "add", Button: r.Text("onward.district_add"), Fields: []onwardField{{Kind: "count", Name: "number", Label: r.Text("onward.district_no")}, {Name: "name", Label: r.Text("onward.district")}, {Name: "station", Label: r.Text("onward.station")}, {Name: "address", Label: r.Text("onward.address"), Optional: true}, {Kind: "count", Name: "voters", Label: r.Text("onward.voters"), Optional: true}}}})
	}
	return p, nil
}

func (s *Server) districtsDo(r *Request) error {
	e, err := s.chosen(r)
	if err != nil {
		return err
	}
	p, err := s.districtsPage(r)
	if err != nil {
		return err
	}
	whole := r.Field("do") == "import"
	ds, err := r.readDistricts(e, whole)
	if err == nil {
		err = s.store.SaveDistricts(r.Context(), r.act(), ds, whole)
	}
	if err != nil {
		return onwardView.again(r, err, p)
	}
	return r.done("/sortering/"+e.ID+"/omraader", "onward.districts_saved", len(ds))
}

func (r *Request) readDistricts(e models.Election, whole bool) ([]onward.District, error) {
	if whole {
		_, file, err := r.upload("file")
		if err != nil {
			return nil, err
		}
		return onward.ReadDistricts(e.Municipality, file)
	}
	d := onward.District{Code: e.Municipality, Name: r.Field("name"), Station: r.Field("station"), Address: r.Field("address")}
	var err error
	if d.Number, err = r.Count("number"); err != nil {
		return nil, err
	}
	if r.Field("voters") != "" {
		d.Voters, err = r.Count("voters")
	}
	return []onward.District{d}, err
}

// sortingList is the sorting list on paper.
func (s *Server) sortingList(r *Request) error {
	e, err := s.chosen(r)
	if err != nil {
		return err
	}
	l, err := s.sortingSheet(r, e)
	if err != nil {
		return err
	}
	return r.paper("sorteringsliste.pdf", l)
}

func (s *Server) sortingSheet(r *Request, e models.Election) (pdf.SortingList, error) {
	var l pdf.SortingList
	ds, err := s.store.Districts(r.Context(), e.Municipality)
	if err != nil {
		return l, err
	}
	bins, err := s.store.Bins(r.Context(), e.ID)
	if err != nil {
		return l, err
	}
	done, err := s.store.Sortings(r.Context(), e.ID)
	if err != nil {
		return l, err
	}
	if l.Form, err = s.form(r, e, pdf.TypeSortingList, running(e.ID)); err != nil {
		return l, err
	}
	total := 0
	for _, d := range ds {
		n := bins[onward.OwnBin(d.ID)]
		total += n
		l.Districts = append(l.Districts, pdf.District{Number: strconv.Itoa(d.Number), Name: d.Name, Station: d.Station, Sorted: pdf.Known(n)})
	}
	for _, x := range done { // as of the last sorting, so that the same figures are the same sheet
		if x.BookedAt.After(l.SortedAt) {
			l.SortedAt = x.BookedAt
		}
	}
	l.Unknown, l.Total = pdf.Known(bins[onward.BinUnknown]), pdf.Known(total)
	return l, nil
}

type binsOut struct {
	Bins map[string]int `json:"bins"` // "own:<district>", "other:<kommunekode>", "unknown", "late" → envelopes
}

type sortIn struct {
	Place     string         `json:"place,omitempty"`     // empty: the reception
	Container string         `json:"container,omitempty"` // empty: the store of the place
	Piles     map[string]int `json:"piles"`
}

func (s *Server) apiBins(r *Request) error {
	bins, err := s.store.Bins(r.Context(), r.Param("election"))
	if err != nil {
		return err
	}
	return r.json(http.StatusOK, binsOut{bins})
}

func (s *Server) apiDistricts(r *Request) error {
	ds, err := s.store.Districts(r.Context(), s.municipality)
	if err != nil {
		return err
	}
	return r.json(http.StatusOK, ds)
}

func (s *Server) apiSort(r *Request) error {
	var in sortIn
	if err := r.decode(&in); err != nil {
		return err
	}
	if in.Place == "" {
		var err error
		if in.Place, err = s.reception(r.Context(), r.Account); err != nil {
			return err
		}
	}
	x, err := s.store.SortFirst(r.Context(), r.act(), r.Param("election"), in.Place, in.Container, in.Piles)
	if err != nil {
		return err
	}
	return r.json(http.StatusOK, x.Blind())
}

func (s *Server) apiRecount(r *Request) error {
	var in sortIn
	if err := r.decode(&in); err != nil {
		return err
	}
	x, err := s.store.SortAgain(r.Context(), r.act(), r.Param("id"), in.Piles)
	if err != nil {
		return err
	}
	if x.State != onward.SortBooked {
		x = x.Blind()
	}
	return r.json(http.StatusOK, x)
}

// holderName is what a holder is called on screen.
func holderName(holder string) string {
	return strings.TrimSpace(custody.HolderKind(holder) + " " + custody.HolderID(holder))
}
