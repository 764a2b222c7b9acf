package store

import (
	"context"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/onward"
)

// MakeRun puts deliveries that are on their way on one drive.
func (s *Store) MakeRun(ctx context.Context, act models.Act, election, place string, cmd onward.RunCmd) (onward.DeliveryRun, error) {
	e, err := s.decidedOnward(ctx, act, needs("election", election).and("place", place), func(w *working) (onward.Decided, error) {
		t, err := tableAt(w, election, place, custody.At(place))
		if err != nil {
			return onward.Decided{}, err
		}
		p, err := get[models.Place](w, place)
		if err != nil {
			return onward.Decided{}, err
		}
		if cmd.Driver != "" {
			if _, err := get[models.Person](w, cmd.Driver); err != nil {
				return onward.Decided{}, err
			}
		}
		all, err := listIn[onward.Delivery](w, "election = $1", election)
		if err != nil {
			return onward.Decided{}, err
		}
		runs, err := listIn[onward.DeliveryRun](w, "election = $1", election)
		if err != nil {
			return onward.Decided{}, err
		}
		return onward.MakeRun(t, p.Lat, p.Lon, all, runs, w.act, cmd)
	})
	if err != nil {
		return onward.DeliveryRun{}, err
	}
	return changed[onward.DeliveryRun](e)
}

// Runs lists the drives of an election; driver "" is everybody's.
func (s *Store) Runs(ctx context.Context, election, driver string) ([]onward.DeliveryRun, error) {
	return list[onward.DeliveryRun](ctx, s, "(@election = '' OR election = @election) AND (@driver = '' OR driver = @driver) ORDER BY doc->>'leaves', id",
		map[string]any{"election": election, "driver": driver})
}

// Run loads one drive.
func (s *Store) Run(ctx context.Context, id string) (onward.DeliveryRun, error) {
	return load[onward.DeliveryRun](ctx, s, id)
}
