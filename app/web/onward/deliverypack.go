package onward

import (
	"slices"
	"strconv"
	"strings"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/onward"
)

// packDeliveries are the forms for what lies in the bins: those that can leave,
// and those with fewer than five.
func packDeliveries(r *site.Request, path string, all []onward.Readiness) []site.Block {
	var ready, few, targets []site.Option
	var ds []onward.District
	votes, label := map[string]int{}, map[string]string{"": "–"}
	for _, x := range all {
		label[x.District.ID] = x.District.Label()
		ds = append(ds, x.District)
		votes[x.District.ID] = x.Sorted
		if !onward.Few(x.Sorted) && x.Sorted > 0 {
			targets = append(targets, site.Option{Value: x.District.ID, Text: x.District.Label()})
		}
	}
	suggested := onward.SuggestMerges(ds, votes)
	for _, x := range all {
		switch {
		case x.InBin == 0:
		case onward.Few(x.InBin + x.Delivered):
			few = append(few, site.Option{Value: x.District.ID, Text: r.Text("onward.few_option", x.District.Label(), x.InBin, label[suggested[x.District.ID]])})
		default:
			ready = append(ready, site.Option{Value: x.District.ID, Text: x.District.Label() + " (" + digits(r, x.InBin) + ")"})
		}
	}
	var out []site.Block
	if len(few) > 0 && len(targets) > 0 {
		out = append(out, site.Block{Heading: r.Text("onward.merge"), Text: r.Text("onward.merge_text"), Form: site.BlockForm{Action: path, Do: "merge", Button: r.Text("onward.merge"), Fields: []site.BlockField{
			{Kind: "select", Name: "from", Label: r.Text("onward.from"), Options: few}, {Kind: "select", Name: "to", Label: r.Text("onward.to"), Options: targets, Value: suggested[few[0].Value]}}}})
	}
	if len(ready) > 0 {
		out = append(out, site.Block{Heading: r.Text("onward.pack_delivery"), Form: site.BlockForm{Action: path, Do: "pack", Button: r.Text("onward.pack_delivery"), Fields: []site.BlockField{
			{Kind: "checks", Name: "district", Label: r.Text("onward.districts"), Options: ready}, {Kind: "textarea", Name: "seals", Label: r.Text("delivery.seals"), Hint: r.Text("delivery.seals_hint"), Optional: true}}}})
	}
	if len(ready) > 1 {
		out = append(out, site.Block{Heading: r.Text("delivery.pack_all", len(ready)), Text: r.Text("delivery.pack_all_text"), Form: site.BlockForm{Action: path, Do: "pack_all", Button: r.Text("delivery.pack_all", len(ready))}})
	}
	return out
}

func (s *Server) stationsDo(r *site.Request) error {
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
		if err := s.Store.Merge(r.Context(), r.Act(), election, place, r.Field("from"), r.Field("to")); err != nil {
			return site.BlockView.Again(r, err, p)
		}
		return r.Done(path, "onward.merged")
	}
	if r.Field("do") == "run" {
		return s.makeRun(r, p, place)
	}
	ds, seals, err := s.toPack(r)
	if err == nil {
		_, err = s.Store.PackDeliveries(r.Context(), r.Act(), election, place, ds, seals)
	}
	if err != nil {
		return site.BlockView.Again(r, err, p)
	}
	return r.Done(path, "onward.delivery_packed", len(ds))
}

// toPack reads which districts are packed, and the seals of their packets.
func (s *Server) toPack(r *site.Request) ([]string, map[string][]string, error) {
	all, err := s.Store.Morning(r.Context(), r.Param("election"))
	if err != nil {
		return nil, nil, err
	}
	ds := r.Fields("district")
	if r.Field("do") == "pack_all" {
		ds = nil
		for _, x := range all {
			if x.InBin > 0 && !onward.Few(x.InBin+x.Delivered+x.OnTheWay) {
				ds = append(ds, x.District.ID)
			}
		}
	}
	if len(ds) == 0 {
		return nil, nil, models.Invalid("district", "custody.choose")
	}
	seals := map[string][]string{}
	for _, line := range strings.Split(r.Field("seals"), "\n") {
		w := strings.Fields(line)
		if len(w) == 0 {
			continue
		}
		i := slices.IndexFunc(all, func(x onward.Readiness) bool { return strconv.Itoa(x.District.Number) == w[0] })
		if len(ds) == 1 && (i < 0 || all[i].District.ID != ds[0]) { // one district needs no number before its seals
			seals[ds[0]] = append(seals[ds[0]], w...)
			continue
		}
		if i < 0 || !slices.Contains(ds, all[i].District.ID) {
			return nil, nil, models.Invalid("seals", "onward.seal_lines", w[0])
		}
		seals[all[i].District.ID] = append(seals[all[i].District.ID], w[1:]...)
	}
	return ds, seals, nil
}
