package web

import (
	"strings"

	"github.com/brevstemme/brevstemme/models/onward"
)

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

// recountPage is the second person's page: no figure of the first is in it.
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
	p := &onwardPage{Chrome: Chrome{TitleText: r.Text("onward.recount"), Crumbs: sortingCrumbs(e)}, Facts: []Fact{{Name: r.Text("onward.source"), Text: r.holderName(x.Source)}, {Name: r.Text("election.state"), Text: r.Text("onward.sort_state." + string(x.State))}}}
	path := "/sortering/" + e.ID + "/tael/" + x.ID
	if x.State == onward.SortFirst || x.State == onward.SortDiffers {
		p.Blocks = []onwardBlock{{Heading: r.Text("sorting.recount_begin"), Text: r.Text("onward.recount_text"), Form: onwardForm{Action: path, Do: "begin", Button: r.Text("sorting.recount_begin")}},
			{Heading: r.Text("onward.recount_paper"), Folded: true, Form: onwardForm{Action: path, Do: "count", Button: r.Text("onward.recount_save"), Fields: s.pileFields(r, ds, otherCodes(x))}}}
	}
	if x.State != onward.SortBooked && x.State != onward.SortDropped {
		p.Blocks = append(p.Blocks, onwardBlock{Heading: r.Text("sorting.drop"), Text: r.Text("sorting.drop_text"), Form: onwardForm{Action: path, Do: "drop", Button: r.Text("sorting.drop"), Fields: []onwardField{{Name: "reason", Label: r.Text("onward.reason")}}}})
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
	path := "/sortering/" + r.Param("election")
	switch r.Field("do") {
	case "begin":
		x, err := s.store.BeginRecount(r.Context(), r.act(), r.Param("id"))
		if err != nil {
			return onwardView.again(r, err, p)
		}
		return r.done(path+"/skaerm/"+x.ID, "")
	case "drop":
		if err := s.store.DropSorting(r.Context(), r.act(), r.Param("id"), r.Field("reason")); err != nil {
			return onwardView.again(r, err, p)
		}
		return r.done(path, "sorting.dropped")
	}
	piles, err := r.piles()
	if err != nil {
		return onwardView.again(r, err, p)
	}
	x, err := s.store.SortAgain(r.Context(), r.act(), r.Param("id"), piles)
	if err != nil {
		return onwardView.again(r, err, p)
	}
	return r.sorted(x)
}
