package onward

import (
	"net/http"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models/onward"
)

type binsOut struct {
	Bins map[string]int `json:"bins"` // "own:<district>", "other:<kommunekode>", "unknown", "late" → envelopes
}

type SortIn struct {
	Place     string         `json:"place,omitempty"`     // empty: the reception
	Container string         `json:"container,omitempty"` // empty: the store of the place
	Piles     map[string]int `json:"piles"`
}

func (s *Server) apiBins(r *site.Request) error {
	bins, err := s.Store.Bins(r.Context(), r.Param("election"))
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, binsOut{bins})
}

func (s *Server) apiDistricts(r *site.Request) error {
	ds, err := s.Store.Districts(r.Context(), s.Municipality)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, ds)
}

func (s *Server) apiSort(r *site.Request) error {
	var in SortIn
	if err := r.Decode(&in); err != nil {
		return err
	}
	place, err := s.at(r, in.Place)
	if err != nil {
		return err
	}
	x, err := s.Store.SortFirst(r.Context(), r.Act(), r.Param("election"), place, in.Container, in.Piles)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, x.Blind())
}

func (s *Server) apiRecount(r *site.Request) error {
	var in SortIn
	if err := r.Decode(&in); err != nil {
		return err
	}
	x, err := s.Store.SortAgain(r.Context(), r.Act(), r.Param("id"), in.Piles)
	if err != nil {
		return err
	}
	if x.State != onward.SortBooked {
		x = x.Blind()
	}
	return r.JSON(http.StatusOK, x)
}

type SortOpenIn struct {
	Place     string `json:"place,omitempty"`     // empty: the reception
	Container string `json:"container,omitempty"` // empty: the store of the place
}

// apiSortOpen begins a sorting at the screen.
func (s *Server) apiSortOpen(r *site.Request) error {
	var in SortOpenIn
	if err := r.Decode(&in); err != nil {
		return err
	}
	place, err := s.at(r, in.Place)
	if err != nil {
		return err
	}
	x, err := s.Store.OpenSorting(r.Context(), r.Act(), r.Param("election"), place, in.Container)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, x.Blind())
}

// apiSortFinish ends the present count of a sorting.
func (s *Server) apiSortFinish(r *site.Request) error {
	x, err := s.Store.FinishMarks(r.Context(), r.Act(), r.Param("id"))
	if err != nil {
		return err
	}
	if x.State != onward.SortBooked {
		x = x.Blind()
	}
	return r.JSON(http.StatusOK, x)
}
