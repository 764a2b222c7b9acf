package onward

import (
	"strings"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models/onward"
)

// pileFields are the counts of a sorting: districts, other municipalities
// (three free ones beside those already named), unknown, late.
func (s *Server) pileFields(r *site.Request, ds []onward.District, named []string) []site.BlockField {
	var out []site.BlockField
	count := func(name, label string) {
		out = append(out, site.BlockField{Kind: "count", Name: name, Label: label, Optional: true})
	}
	for _, d := range ds {
		count("pile:"+onward.OwnBin(d.ID), d.Label())
	}
	for _, code := range named {
		count("pile:"+onward.OtherBin(code), site.MunicipalityName(code))
	}
	for _, i := range []string{"1", "2", "3"} {
		out = append(out, site.BlockField{Kind: "select", Name: "code" + i, Label: r.Text("onward.other_municipality", i), Optional: true, Options: s.municipalityOptions()})
		count("other"+i, r.Text("onward.other_number", i))
	}
	count("pile:"+onward.BinUnknown, r.Text("onward.bin.unknown"))
	count("pile:"+onward.BinLate, r.Text("onward.bin.late"))
	return out
}

// piles reads the counts of a sorting.
func piles(r *site.Request) (map[string]int, error) {
	out, err := counts(r, "pile:")
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
func (s *Server) recountPage(r *site.Request) (*site.BlockPage, error) {
	x, err := s.Store.Sorting(r.Context(), r.Param("id"))
	if err != nil {
		return nil, err
	}
	e, err := s.Store.Election(r.Context(), x.Election)
	if err != nil {
		return nil, err
	}
	ds, err := s.Store.Districts(r.Context(), e.Municipality)
	if err != nil {
		return nil, err
	}
	p := &site.BlockPage{Chrome: site.Chrome{TitleText: r.Text("onward.recount"), Crumbs: sortingCrumbs(e)}, Facts: []site.Fact{{Name: r.Text("onward.source"), Text: r.HolderName(x.Source)}, {Name: r.Text("election.state"), Text: r.Text("onward.sort_state." + string(x.State))}}}
	path := "/sortering/" + e.ID + "/tael/" + x.ID
	if x.State == onward.SortFirst || x.State == onward.SortDiffers {
		p.Blocks = []site.Block{{Heading: r.Text("sorting.recount_begin"), Text: r.Text("onward.recount_text"), Form: site.BlockForm{Action: path, Do: "begin", Button: r.Text("sorting.recount_begin")}},
			{Heading: r.Text("onward.recount_paper"), Folded: true, Form: site.BlockForm{Action: path, Do: "count", Button: r.Text("onward.recount_save"), Fields: s.pileFields(r, ds, otherCodes(x))}}}
	}
	if x.State != onward.SortBooked && x.State != onward.SortDropped {
		p.Blocks = append(p.Blocks, site.Block{Heading: r.Text("sorting.drop"), Text: r.Text("sorting.drop_text"), Form: site.BlockForm{Action: path, Do: "drop", Button: r.Text("sorting.drop"), Fields: []site.BlockField{{Name: "reason", Label: r.Text("onward.reason")}}}})
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

func (s *Server) recountDo(r *site.Request) error {
	p, err := s.recountPage(r)
	if err != nil {
		return err
	}
	path := "/sortering/" + r.Param("election")
	switch r.Field("do") {
	case "begin":
		x, err := s.Store.BeginRecount(r.Context(), r.Act(), r.Param("id"))
		if err != nil {
			return site.BlockView.Again(r, err, p)
		}
		return r.Done(screenOf(x), "")
	case "drop":
		if err := s.Store.DropSorting(r.Context(), r.Act(), r.Param("id"), r.Field("reason")); err != nil {
			return site.BlockView.Again(r, err, p)
		}
		return r.Done(path, "sorting.dropped")
	}
	piles, err := piles(r)
	if err != nil {
		return site.BlockView.Again(r, err, p)
	}
	x, err := s.Store.SortAgain(r.Context(), r.Act(), r.Param("id"), piles)
	if err != nil {
		return site.BlockView.Again(r, err, p)
	}
	return sorted(r, x)
}
