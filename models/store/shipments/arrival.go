package shipments

import (
	"context"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/onward"
	"github.com/brevstemme/brevstemme/models/store/book"
)

// Arrive takes in a consignment from another municipality or from abroad.
func (s *Shipments) Arrive(ctx context.Context, act models.Act, election, place string, cmd onward.ArriveCmd) (onward.Arrival, error) {
	e, err := s.decided(ctx, act, book.Needs("election", election), func(w *book.Working) (onward.Decided, error) {
		e, err := book.Get[models.Election](w, election)
		if err != nil {
			return onward.Decided{}, err
		}
		opens, err := PollsOpen(e)
		if err != nil {
			return onward.Decided{}, err
		}
		return onward.Arrive(e, place, opens, w.Act, cmd, w.At())
	})
	if err != nil {
		return onward.Arrival{}, err
	}
	return book.Changed[onward.Arrival](e)
}

// CountArrival counts one that was announced, or counts again what differed.
func (s *Shipments) CountArrival(ctx context.Context, act models.Act, arrival string, n int, cause string) (onward.Arrival, error) {
	e, err := s.decided(ctx, act, book.Needs("arrival", arrival), func(w *book.Working) (onward.Decided, error) {
		x, err := book.Get[onward.Arrival](w, arrival)
		if err != nil {
			return onward.Decided{}, err
		}
		e, err := book.Get[models.Election](w, x.Election)
		if err != nil {
			return onward.Decided{}, err
		}
		opens, err := PollsOpen(e)
		if err != nil {
			return onward.Decided{}, err
		}
		return onward.CountArrival(x, opens, w.Act, n, cause, w.At())
	})
	if err != nil {
		return onward.Arrival{}, err
	}
	return book.Changed[onward.Arrival](e)
}

// Arrivals lists what came from others for an election, newest first.
func (s *Shipments) Arrivals(ctx context.Context, election string) ([]onward.Arrival, error) {
	return book.List[onward.Arrival](ctx, s.book, "election = ? ORDER BY seq DESC LIMIT 1000", election)
}

// Arrival loads one.
func (s *Shipments) Arrival(ctx context.Context, id string) (onward.Arrival, error) {
	return book.Load[onward.Arrival](ctx, s.book, id)
}

// LateLots lists what came after voting started.
func (s *Shipments) LateLots(ctx context.Context, election string) ([]onward.LateLot, error) {
	return book.List[onward.LateLot](ctx, s.book, "election = ? ORDER BY seq", election)
}
