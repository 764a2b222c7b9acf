package web

import (
	"net/http"

	"github.com/brevstemme/brevstemme/models/onward"
)

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
	place, err := s.at(r, in.Place)
	if err != nil {
		return err
	}
	x, err := s.store.SortFirst(r.Context(), r.act(), r.Param("election"), place, in.Container, in.Piles)
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

type sortOpenIn struct {
	Place     string `json:"place,omitempty"`     // empty: the reception
	Container string `json:"container,omitempty"` // empty: the store of the place
}

// apiSortOpen begins a sorting at the screen.
func (s *Server) apiSortOpen(r *Request) error {
	var in sortOpenIn
	if err := r.decode(&in); err != nil {
		return err
	}
	place, err := s.at(r, in.Place)
	if err != nil {
		return err
	}
	x, err := s.store.OpenSorting(r.Context(), r.act(), r.Param("election"), place, in.Container)
	if err != nil {
		return err
	}
	return r.json(http.StatusOK, x.Blind())
}

// apiSortFinish ends the present count of a sorting.
func (s *Server) apiSortFinish(r *Request) error {
	x, err := s.store.FinishMarks(r.Context(), r.act(), r.Param("id"))
	if err != nil {
		return err
	}
	if x.State != onward.SortBooked {
		x = x.Blind()
	}
	return r.json(http.StatusOK, x)
}
