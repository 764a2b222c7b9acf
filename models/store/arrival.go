package store

import (
	"context"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/onward"
)

// Arrive takes in a consignment from another municipality or from abroad.
func (s *Store) Arrive(ctx context.Context, act models.Act, election, place string, cmd onward.ArriveCmd) (onward.Arrival, error) {
	e, err := s.decidedOnward(ctx, act, needs("election", election), func(w *working) (onward.Decided, error) {
		e, err := get[models.Election](w, election)
		if err != nil {
			return onward.Decided{}, err
		}
		opens, err := PollsOpen(e)
		if err != nil {
			return onward.Decided{}, err
		}
		return onward.Arrive(e, place, opens, w.act, cmd, w.at())
	})
	if err != nil {
		return onward.Arrival{}, err
	}
	return changed[onward.Arrival](e)
}

// CountArrival counts one that was announced, or counts again what differed.
func (s *Store) CountArrival(ctx context.Context, act models.Act, arrival string, n int, cause string) (onward.Arrival, error) {
	e, err := s.decidedOnward(ctx, act, needs("arrival", arrival), func(w *working) (onward.Decided, error) {
		x, err := get[onward.Arrival](w, arrival)
		if err != nil {
			return onward.Decided{}, err
		}
		e, err := get[models.Election](w, x.Election)
		if err != nil {
			return onward.Decided{}, err
		}
		opens, err := PollsOpen(e)
		if err != nil {
			return onward.Decided{}, err
		}
		return onward.CountArrival(x, opens, w.act, n, cause, w.at())
	})
	if err != nil {
		return onward.Arrival{}, err
	}
	return changed[onward.Arrival](e)
}

// Arrivals lists what came from others for an election, newest first.
func (s *Store) Arrivals(ctx context.Context, election string) ([]onward.Arrival, error) {
	return list[onward.Arrival](ctx, s, "election = ? ORDER BY seq DESC LIMIT 1000", election)
}

// Arrival loads one.
func (s *Store) Arrival(ctx context.Context, id string) (onward.Arrival, error) {
	return load[onward.Arrival](ctx, s, id)
}

// LateLots lists what came after voting started.
func (s *Store) LateLots(ctx context.Context, election string) ([]onward.LateLot, error) {
	return list[onward.LateLot](ctx, s, "election = ? ORDER BY seq", election)
}
