package boxes

import (
	"context"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/store/book"
)

func (s *Boxes) onHandover(ctx context.Context, act models.Act, id string, f decider, names ...named) (custody.Handover, error) {
	h, err := s.Handover(ctx, id)
	if err != nil {
		return h, err
	}
	n := containerNeed()
	for _, x := range h.Sent {
		n = n.And("container", x.Container)
		n = n.Holding(custody.InContainer(x.Container))
	}
	n = n.And("handover", id)
	e, err := s.keepNamed(ctx, act, n, names, f)
	if err != nil {
		return h, err
	}
	return book.ChangedID[custody.Handover](e, id)
}

// Offer makes a handover: the giver's half.
func (s *Boxes) Offer(ctx context.Context, act models.Act, cmd custody.OfferCmd) (custody.Handover, error) {
	names := []named{{"to", "place", cmd.To}, {"courier", "person", cmd.Courier}, {"stand_in", "person", cmd.StandIn}}
	e, err := s.keepNamed(ctx, act, containerNeed(cmd.Containers...), names, bind(custody.Offer, cmd))
	if err != nil {
		return custody.Handover{}, err
	}
	return book.Changed[custody.Handover](e)
}

// Withdraw takes an offer back.
func (s *Boxes) Withdraw(ctx context.Context, act models.Act, id, reason string) (custody.Handover, error) {
	return s.onHandover(ctx, act, id, func(b custody.Book, a models.Act, now time.Time) (custody.Outcome, error) {
		return custody.Withdraw(b, a, now, id, reason)
	})
}

// Collect books that the courier took the containers.
func (s *Boxes) Collect(ctx context.Context, act models.Act, cmd custody.CollectCmd) (custody.Handover, error) {
	return s.onHandover(ctx, act, cmd.Handover, bind(custody.Collect, cmd))
}

// CourierArrived notes when the courier came to the receiver.
func (s *Boxes) CourierArrived(ctx context.Context, act models.Act, id string) (custody.Handover, error) {
	return s.onHandover(ctx, act, id, func(b custody.Book, a models.Act, now time.Time) (custody.Outcome, error) {
		return custody.Arrive(b, a, now, id)
	})
}

// CountHandover books a receiver's blind count. The handover that comes back
// holds the giver's figures: show it only when Revealed.
func (s *Boxes) CountHandover(ctx context.Context, act models.Act, cmd custody.CountCmd) (custody.Handover, error) {
	return s.onHandover(ctx, act, cmd.Handover, bind(custody.Count, cmd))
}

// AcceptHandover takes the containers in. Of many at once one wins; the others
// get CodeState. Who holds the key must be somebody known at the place.
func (s *Boxes) AcceptHandover(ctx context.Context, act models.Act, cmd custody.AcceptCmd) (custody.Handover, error) {
	if cmd.KeyHolder != "" {
		known, err := s.KeyKeepers(ctx, cmd.Place)
		if err != nil {
			return custody.Handover{}, err
		}
		cmd.Keepers = nil
		for _, k := range known {
			cmd.Keepers = append(cmd.Keepers, k.Person)
		}
	}
	return s.onHandover(ctx, act, cmd.Handover, bind(custody.Accept, cmd), named{"key_holder", "person", cmd.KeyHolder})
}

// RefuseHandover sends the containers on to a new destination.
func (s *Boxes) RefuseHandover(ctx context.Context, act models.Act, cmd custody.RefuseCmd) (custody.Handover, error) {
	return s.onHandover(ctx, act, cmd.Handover, bind(custody.Refuse, cmd), named{"new_destination", "place", cmd.NewDest})
}

// Release lets the courier go.
func (s *Boxes) Release(ctx context.Context, act models.Act, id string) (custody.Handover, error) {
	return s.onHandover(ctx, act, id, func(b custody.Book, a models.Act, now time.Time) (custody.Outcome, error) {
		return custody.Release(b, a, now, id)
	})
}

// Raise opens a deviation.
func (s *Boxes) Raise(ctx context.Context, act models.Act, cmd custody.RaiseCmd) (custody.Deviation, error) {
	names := append(people(cmd.Owner, cmd.Notified), named{"place", "place", cmd.Place}, named{"election", "election", cmd.Election}, named{"handover", "handover", cmd.Handover}, named{"session", "session", cmd.Session})
	for _, id := range cmd.Containers {
		names = append(names, named{"containers", "container", id})
	}
	e, err := s.keepNamed(ctx, act, book.Need{}, names, bind(custody.Raise, cmd))
	if err != nil {
		return custody.Deviation{}, err
	}
	return book.Changed[custody.Deviation](e)
}

// people are those whom an act on a deviation names.
func people(owner string, notified []string) []named {
	names := []named{{"owner", "person", owner}}
	for _, id := range notified {
		names = append(names, named{"notified", "person", id})
	}
	return names
}

// Deviate adds to a deviation or closes it.
func (s *Boxes) Deviate(ctx context.Context, act models.Act, cmd custody.DeviateCmd) (custody.Deviation, error) {
	n := book.Needs("deviation", cmd.Deviation).Holding(custody.Difference(cmd.Deviation))
	e, err := s.keepNamed(ctx, act, n, people(cmd.Owner, cmd.Notified), bind(custody.Deviate, cmd))
	if err != nil {
		return custody.Deviation{}, err
	}
	return book.Changed[custody.Deviation](e)
}

// ExplainDifference empties the difference account of a deviation.
func (s *Boxes) ExplainDifference(ctx context.Context, act models.Act, cmd custody.ExplainCmd) (custody.Deviation, error) {
	n := book.Needs("deviation", cmd.Deviation).Holding(custody.Difference(cmd.Deviation))
	e, err := s.keep(ctx, act, n, bind(custody.Explain, cmd))
	if err != nil {
		return custody.Deviation{}, err
	}
	return book.Changed[custody.Deviation](e)
}
