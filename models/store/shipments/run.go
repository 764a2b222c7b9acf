package shipments

import (
	"context"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/onward"
	"github.com/brevstemme/brevstemme/models/store/book"
)

// MakeRun puts deliveries that are on their way on one drive.
func (s *Shipments) MakeRun(ctx context.Context, act models.Act, election, place string, cmd onward.RunCmd) (onward.DeliveryRun, error) {
	e, err := s.decided(ctx, act, book.Needs("election", election).And("place", place), func(w *book.Working) (onward.Decided, error) {
		t, err := tableAt(w, election, place, custody.At(place))
		if err != nil {
			return onward.Decided{}, err
		}
		p, err := book.Get[models.Place](w, place)
		if err != nil {
			return onward.Decided{}, err
		}
		if cmd.Driver != "" {
			if _, err := book.Get[models.Person](w, cmd.Driver); err != nil {
				return onward.Decided{}, err
			}
		}
		all, err := book.ListIn[onward.Delivery](w, "election = $1", election)
		if err != nil {
			return onward.Decided{}, err
		}
		runs, err := book.ListIn[onward.DeliveryRun](w, "election = $1", election)
		if err != nil {
			return onward.Decided{}, err
		}
		return onward.MakeRun(t, p.Lat, p.Lon, all, runs, w.Act, cmd)
	})
	if err != nil {
		return onward.DeliveryRun{}, err
	}
	return book.Changed[onward.DeliveryRun](e)
}

// Runs lists the drives of an election; driver "" is everybody's.
func (s *Shipments) Runs(ctx context.Context, election, driver string) ([]onward.DeliveryRun, error) {
	return book.List[onward.DeliveryRun](ctx, s.book, "(@election = '' OR election = @election) AND (@driver = '' OR driver = @driver) ORDER BY doc->>'leaves', id",
		map[string]any{"election": election, "driver": driver})
}

// Run loads one drive.
func (s *Shipments) Run(ctx context.Context, id string) (onward.DeliveryRun, error) {
	return book.Load[onward.DeliveryRun](ctx, s.book, id)
}
