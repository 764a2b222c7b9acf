package roster

import (
	"net/http"
	"slices"
	"time"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models/staffing"
)

// SplitIn cuts one's own shift in two; the later part is offered to the others.
type SplitIn struct {
	At time.Time `json:"at"` // between the shift's two ends
}

func (s *Server) shareAPIRoutes() []site.Route {
	const mine = site.APIPrefix + "me/shifts/:shift/"
	return []site.Route{
		site.Get(site.APIPrefix+"me/offers", site.Personal, s.apiOffers).API(nil, []ShiftOut{}),
		site.Post(mine+"split", site.Personal, s.apiSplit).API(SplitIn{}, []ShiftOut{}),
		site.Post(mine+"claim", site.Personal, s.apiClaim).API(nil, []ShiftOut{}),
	}
}

// apiOffers lists the shifts that others have given up and that have not begun:
// those to be claimed.
func (s *Server) apiOffers(r *site.Request) error {
	shifts, err := s.Store.Shifts(r.Context(), s.Now(), time.Time{})
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, shiftsOut(r, slices.DeleteFunc(shifts, func(x staffing.Shift) bool {
		return x.State != staffing.ShiftOffered || x.Person == r.Account.Person
	})))
}

// apiSplit cuts a shift in two: the answer is what is left of it, and the part that
// is offered.
func (s *Server) apiSplit(r *site.Request) error {
	var in SplitIn
	if err := r.Decode(&in); err != nil {
		return err
	}
	out, err := s.Store.SplitShift(r.Context(), r.Act(), r.Param("shift"), in.At)
	slices.SortFunc(out, func(a, b staffing.Shift) int { return a.From.Compare(b.From) }) // the journal has them by id
	return s.giveShifts(r, out, err)
}

// apiClaim asks for a shift that somebody gave up: the reader's leader decides.
func (s *Server) apiClaim(r *site.Request) error {
	out, err := s.Store.ClaimShift(r.Context(), r.Act(), r.Param("shift"))
	return s.giveShifts(r, out, err)
}
