package onward

import (
	"strconv"

	custodypages "github.com/brevstemme/brevstemme/app/web/custody"
	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/onward"
	"github.com/brevstemme/brevstemme/pdf"
)

// sortingList is the sorting list on paper.
func (s *Server) sortingList(r *site.Request) error {
	e, err := s.chosen(r)
	if err != nil {
		return err
	}
	l, err := s.SortingSheet(r, e)
	if err != nil {
		return err
	}
	return paper(r, "sorteringsliste.pdf", l)
}

// SortingSheet lists what was sorted for each district, wherever it is by now.
func (s *Server) SortingSheet(r *site.Request, e models.Election) (pdf.SortingList, error) {
	var l pdf.SortingList
	all, err := s.Store.Morning(r.Context(), e.ID)
	if err != nil {
		return l, err
	}
	bins, err := s.Store.Bins(r.Context(), e.ID)
	if err != nil {
		return l, err
	}
	done, err := s.Store.Sortings(r.Context(), e.ID)
	if err != nil {
		return l, err
	}
	if l.Form, err = s.form(r, e, pdf.TypeSortingList, running(e.ID)); err != nil {
		return l, err
	}
	numbers, total := map[string]string{}, 0
	for _, x := range all {
		numbers[x.District.ID] = strconv.Itoa(x.District.Number)
	}
	for _, x := range all {
		total += x.Sorted
		l.Districts = append(l.Districts, pdf.District{Number: numbers[x.District.ID], Name: x.District.Name, Station: x.District.Station, Sorted: pdf.Known(x.Sorted), MovedTo: numbers[x.MergedTo]})
	}
	for _, x := range done { // as of the last sorting, so that the same figures are the same sheet
		if x.BookedAt.After(l.SortedAt) {
			l.SortedAt = x.BookedAt
		}
	}
	l.Unknown, l.Total = pdf.Known(bins[onward.BinUnknown]), pdf.Known(total)
	return l, nil
}

// binLabels are the labels of the bins, for the scanner: one for each district,
// for each municipality that got votes, for the unclear and for the late.
func (s *Server) binLabels(r *site.Request) error {
	e, err := s.chosen(r)
	if err != nil {
		return err
	}
	ds, err := s.Store.Districts(r.Context(), e.Municipality)
	if err != nil {
		return err
	}
	waiting, err := s.Store.Waiting(r.Context(), e.ID)
	if err != nil {
		return err
	}
	f, err := s.form(r, e, pdf.TypeContainerLabels, 0)
	if err != nil {
		return err
	}
	bins := []string{}
	for _, d := range ds {
		bins = append(bins, onward.OwnBin(d.ID))
	}
	for _, code := range sortedKeys(waiting) {
		bins = append(bins, onward.OtherBin(code))
	}
	l := pdf.ContainerLabels{Form: f, Sheet: pdf.LabelSheets[0]}
	l.OffsetX, l.OffsetY = custodypages.LabelOffset(r)
	for _, bin := range append(bins, onward.BinUnknown, onward.BinLate) {
		l.Labels = append(l.Labels, pdf.Label{Number: onward.BinLabel(bin, site.ByID(ds)), Kind: r.Text("sorting.label_kind"), Contents: r.BinName(bin, site.ByID(ds))})
	}
	return paper(r, "etiketter.pdf", l)
}
