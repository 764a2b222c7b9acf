package web

import (
	"strconv"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/onward"
	"github.com/brevstemme/brevstemme/pdf"
)

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

// sortingSheet lists what was sorted for each district, wherever it is by now.
func (s *Server) sortingSheet(r *Request, e models.Election) (pdf.SortingList, error) {
	var l pdf.SortingList
	all, err := s.store.Morning(r.Context(), e.ID)
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
func (s *Server) binLabels(r *Request) error {
	e, err := s.chosen(r)
	if err != nil {
		return err
	}
	ds, err := s.store.Districts(r.Context(), e.Municipality)
	if err != nil {
		return err
	}
	waiting, err := s.store.Waiting(r.Context(), e.ID)
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
	l.OffsetX, l.OffsetY = r.labelOffset()
	for _, bin := range append(bins, onward.BinUnknown, onward.BinLate) {
		l.Labels = append(l.Labels, pdf.Label{Number: onward.BinLabel(bin, byID(ds)), Kind: r.Text("sorting.label_kind"), Contents: r.binName(bin, byID(ds))})
	}
	return r.paper("etiketter.pdf", l)
}
