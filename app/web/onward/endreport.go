package onward

import (
	"maps"
	"slices"
	"strconv"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models/language"
	"github.com/brevstemme/brevstemme/models/onward"
	"github.com/brevstemme/brevstemme/pdf"
)

func (s *Server) endReport(r *site.Request) error {
	e, err := s.chosen(r)
	if err != nil {
		return err
	}
	sums, err := s.Store.Conservation(r.Context(), e.ID)
	if err != nil {
		return err
	}
	doc, err := s.Store.Protocol(r.Context(), e.ID)
	if err != nil {
		return err
	}
	xs, err := s.Store.Examinations(r.Context(), e.ID)
	if err != nil {
		return err
	}
	names, err := s.PlaceNames(r)
	if err != nil {
		return err
	}
	f, err := s.form(r, e, pdf.TypeEndReport, running("end"+e.ID))
	if err != nil {
		return err
	}
	x := pdf.EndReport{Form: f, Received: pdf.Known(sums.Received), Forwarded: pdf.Known(sums.Forwarded), Delivered: pdf.Known(sums.Delivered), Voided: pdf.Known(sums.Voided), OnHand: pdf.Known(sums.OnHand), Late: pdf.Known(sums.Late)}
	places, forwards := map[string]int{}, map[string]int{}
	for _, l := range doc.Lines {
		if l.To != "" {
			forwards[lineTo(r, l)] += l.Forwarded
		} else {
			places[lineOrigin(r, l, names)] += l.Received
		}
	}
	x.PerPlace, x.Forwards = labelled(places), labelled(forwards)
	codes := map[string]int{}
	for _, one := range xs {
		for c, n := range one.Last().Rejected {
			codes[c] += n
		}
	}
	for _, c := range sortedKeys(codes) {
		x.Rejections = append(x.Rejections, pdf.LabelledFigure{Label: r.Text("onward.code." + c), N: pdf.Known(codes[c])})
	}
	q, err := s.Store.Quality(r.Context(), e.ID)
	if err != nil {
		return err
	}
	x.Handovers, x.HandoversWithSeal, x.DeviationsOpen, x.DeviationsClosed = pdf.Known(q.Handovers), pdf.Known(q.TwoSigned), pdf.Known(q.DevsOpen), pdf.Known(q.DevsClosed)
	x.Material = []pdf.LabelledFigure{{Label: r.Text("statistics.sets_used"), N: pdf.Known(q.SetsUsed)}, {Label: r.Text("statistics.sets_spoiled"), N: pdf.Known(q.Spoiled)}}
	x.Journal = r.Text("onward.reaches") + " " + language.Number(r.Lang, doc.LastSeq)
	return paper(r, "slutrapport.pdf", x)
}

func labelled(m map[string]int) []pdf.LabelledFigure {
	var out []pdf.LabelledFigure
	for _, k := range slices.SortedFunc(maps.Keys(m), cmpText) {
		out = append(out, pdf.LabelledFigure{Label: k, N: pdf.Known(m[k])})
	}
	return out
}

// nationalCSV is the outcome per district for the national election system:
// docs/national-export.md. Its figures are those of the protocol, so it needs the
// same decision.
func (s *Server) nationalCSV(r *site.Request) error {
	e, err := s.chosen(r)
	if err != nil {
		return err
	}
	if _, err := s.Store.Protocol(r.Context(), e.ID); err != nil {
		return err
	}
	all, err := s.Store.Morning(r.Context(), e.ID)
	if err != nil {
		return err
	}
	xs, err := s.Store.Examinations(r.Context(), e.ID)
	if err != nil {
		return err
	}
	last := map[string]onward.Outcome{}
	for _, x := range xs {
		last[x.District] = x.Last()
	}
	rows := [][]string{append([]string{"kommunekode", "valg", "valgdato", "omraade_nr", "omraade", "dagi_id", "modtaget_paa_stedet", "taget_i_betragtning"}, onward.RejectionCodes...)}
	for _, x := range all {
		o, row := last[x.District.ID], []string{}
		row = append(row, e.Municipality, string(e.Type), e.Date.String(), strconv.Itoa(x.District.Number), x.District.Name, x.District.DagiID, strconv.Itoa(x.Delivered), strconv.Itoa(o.Considered))
		for _, c := range onward.RejectionCodes {
			row = append(row, strconv.Itoa(o.Rejected[c]))
		}
		rows = append(rows, row)
	}
	sums, err := s.Store.Conservation(r.Context(), e.ID)
	if err != nil {
		return err
	}
	late := make([]string, len(rows[0]))
	late[0], late[1], late[2], late[4], late[6] = e.Municipality, string(e.Type), e.Date.String(), onward.CodeLate, strconv.Itoa(sums.Late)
	return r.Spreadsheet("valgsystem-"+e.ID+".csv", append(rows, late))
}
