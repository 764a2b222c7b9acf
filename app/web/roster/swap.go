package roster

import (
	"net/http"
	"slices"
	"time"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/staffing"
)

// What may be done about a swap.
const (
	swapAsk     = "swap"    // whose shift it is asks
	swapAgree   = "agree"   // the other says yes: the leaders decide then
	swapDecline = "decline" // the other says no
	swapTake    = "unask"   // who asked takes it back
)

// SwapIn is one act about a swap. With is the shift asked for, of "swap" alone.
type SwapIn struct {
	Act  string `json:"act"` // swap, agree, decline or unask
	With string `json:"with,omitempty"`
}

// SwapOut is a question about a swap that waits for its answer.
type SwapOut struct {
	Asked ShiftOut  `json:"asked"` // the shift that is offered, of the one who asks
	For   ShiftOut  `json:"for"`   // the shift that is asked for
	Mine  bool      `json:"mine"`  // the reader asked; else the reader is asked
	Since time.Time `json:"since"`
}

func (s *Server) swapAPIRoutes() []site.Route {
	return []site.Route{
		site.Get(site.APIPrefix+"me/swaps", site.Personal, s.apiSwaps).API(nil, []SwapOut{}),
		site.Post(site.APIPrefix+"me/shifts/:shift/swap", site.Personal, s.apiSwap).API(SwapIn{}, []ShiftOut{}),
	}
}

// apiSwaps lists the questions about swaps between the reader's shifts and others'.
func (s *Server) apiSwaps(r *site.Request) error {
	now := s.Now()
	shifts, err := s.Store.Shifts(r.Context(), now.AddDate(0, 0, -1), time.Time{})
	if err != nil {
		return err
	}
	byID := map[string]staffing.Shift{}
	for _, x := range shifts {
		byID[x.ID] = x
	}
	out := []SwapOut{}
	for _, x := range shifts {
		other, ok := byID[x.SwapWith]
		if me := r.Account.Person; ok && (x.Person == me || other.Person == me) {
			out = append(out, SwapOut{shiftOut(r, x), shiftOut(r, other), x.Person == me, x.SwapAsked})
		}
	}
	return r.JSON(http.StatusOK, out)
}

// apiSwap does one act about the swap of the shift that is offered.
func (s *Server) apiSwap(r *site.Request) error {
	var in SwapIn
	if err := r.Decode(&in); err != nil {
		return err
	}
	if !slices.Contains([]string{swapAsk, swapAgree, swapDecline, swapTake}, in.Act) {
		return models.Invalid("act", "roster.unknown_choice")
	}
	out, err := s.swap(r, in.Act, r.Param("shift"), in.With)
	if err != nil {
		return err
	}
	return r.JSON(http.StatusOK, shiftsOut(r, out))
}

// swap asks whether the shift asked may be swapped for the shift with, agrees to it,
// declines it or takes the question back, and writes to the other of the two.
func (s *Server) swap(r *site.Request, do, asked, with string) ([]staffing.Shift, error) {
	ctx := r.Context()
	before, err := s.Store.ShiftByID(ctx, asked)
	if err != nil {
		return nil, err
	}
	var out []staffing.Shift
	switch do {
	case swapAsk:
		out, err = s.Store.AskSwap(ctx, r.Act(), asked, with)
	case swapAgree:
		with = before.SwapWith
		out, err = s.Store.AgreeSwap(ctx, r.Act(), asked)
	default:
		with = before.SwapWith
		out, err = s.Store.DropSwap(ctx, r.Act(), asked)
	}
	if err != nil || with == "" { // the same click once more, after it was answered
		return out, err
	}
	theirs, err := s.Store.ShiftByID(ctx, with)
	if err != nil {
		return nil, err
	}
	other := theirs.Person
	if other == r.Account.Person {
		other = before.Person
	}
	s.tellSwap(r, do, other, before, theirs)
	return out, nil
}
