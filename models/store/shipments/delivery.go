package shipments

import (
	"context"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/calendar"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/onward"
	"github.com/brevstemme/brevstemme/models/store/book"
)

// Merge moves the few votes of a district to another one (FV § 64 stk. 5).
func (s *Shipments) Merge(ctx context.Context, act models.Act, election, place, from, to string) error {
	_, err := s.decided(ctx, act, book.Needs("election", election), func(w *book.Working) (onward.Decided, error) {
		t, err := tableAt(w, election, place, custody.Bin(onward.OwnBin(from)))
		if err != nil {
			return onward.Decided{}, err
		}
		target := 0
		for _, h := range []string{custody.Bin(onward.OwnBin(to)), custody.Station(to)} {
			held, err := w.Held(h)
			if err != nil {
				return onward.Decided{}, err
			}
			target += onward.Sum(onward.Of(held, election))
		}
		return onward.Merge(t, from, to, target, w.Act, w.At())
	})
	return err
}

// PackDelivery packs all that a district's bin holds for its polling station.
func (s *Shipments) PackDelivery(ctx context.Context, act models.Act, election, place, district string, seals []string) (onward.Delivery, error) {
	xs, err := s.PackDeliveries(ctx, act, election, place, []string{district}, map[string][]string{district: seals})
	if err != nil {
		return onward.Delivery{}, err
	}
	return xs[0], nil
}

// PackDeliveries packs several districts in one act, all or none; seals are by
// district.
func (s *Shipments) PackDeliveries(ctx context.Context, act models.Act, election, place string, districts []string, seals map[string][]string) ([]onward.Delivery, error) {
	n := book.Needs("election", election)
	for _, d := range districts {
		n = n.Holding(custody.Bin(onward.OwnBin(d)))
	}
	e, err := s.decided(ctx, act, n, func(w *book.Working) (onward.Decided, error) {
		t, err := tableAt(w, election, place, custody.At(place))
		if err != nil {
			return onward.Decided{}, err
		}
		before, err := book.ListIn[onward.Delivery](w, "election = $1 AND district = ANY($2)", election, districts)
		if err != nil {
			return onward.Decided{}, err
		}
		var list []onward.PackOne
		for _, d := range districts {
			one := onward.PackOne{District: d, Seals: seals[d]}
			if one.Held, err = w.Held(custody.Bin(onward.OwnBin(d))); err != nil {
				return onward.Decided{}, err
			}
			for _, b := range before {
				if b.District == d {
					one.Before = append(one.Before, b)
				}
			}
			list = append(list, one)
		}
		return onward.PackDeliveries(t, list, w.Act, w.At())
	})
	if err != nil {
		return nil, err
	}
	var out []onward.Delivery
	for _, c := range e.Changes {
		if c.Kind == "delivery" {
			x, err := book.Decode[onward.Delivery](string(c.Doc))
			if err != nil {
				return nil, err
			}
			out = append(out, x)
		}
	}
	return out, nil
}

func (s *Shipments) deliveryAct(ctx context.Context, act models.Act, decide func(*book.Working) (onward.Decided, error)) (onward.Delivery, error) {
	e, err := s.decided(ctx, act, book.Need{}, decide)
	if err != nil {
		return onward.Delivery{}, err
	}
	return book.Changed[onward.Delivery](e)
}

// deliveryOnLeg loads a delivery with what lies on its leg and when voting starts.
func deliveryOnLeg(w *book.Working, id string) (x onward.Delivery, held map[string]int64, opens time.Time, err error) {
	if x, err = book.Get[onward.Delivery](w, id); err != nil {
		return x, nil, opens, err
	}
	e, err := book.Get[models.Election](w, x.Election)
	if err != nil {
		return x, nil, opens, err
	}
	if opens, err = PollsOpen(e); err != nil {
		return x, nil, opens, err
	}
	held, err = w.Held(custody.Leg(id))
	return x, held, opens, err
}

// Hand writes the handover at the polling station; State tells how it went.
func (s *Shipments) Hand(ctx context.Context, act models.Act, delivery string, cmd onward.HandCmd) (onward.Delivery, error) {
	return s.deliveryAct(ctx, act, func(w *book.Working) (onward.Decided, error) {
		x, held, opens, err := deliveryOnLeg(w, delivery)
		if err != nil {
			return onward.Decided{}, err
		}
		return onward.Hand(x, held, opens, w.Act, cmd, w.At())
	})
}

// ReturnDelivery takes an undelivered packet back.
func (s *Shipments) ReturnDelivery(ctx context.Context, act models.Act, delivery, reason string) (onward.Delivery, error) {
	return s.deliveryAct(ctx, act, func(w *book.Working) (onward.Decided, error) {
		x, held, opens, err := deliveryOnLeg(w, delivery)
		if err != nil {
			return onward.Decided{}, err
		}
		return onward.Return(x, held, opens, w.Act, reason, w.At())
	})
}

// Delivery loads one.
func (s *Shipments) Delivery(ctx context.Context, id string) (onward.Delivery, error) {
	return book.Load[onward.Delivery](ctx, s.book, id)
}

// Deliveries lists the deliveries of an election in the order in which they were packed.
func (s *Shipments) Deliveries(ctx context.Context, election string) ([]onward.Delivery, error) {
	return book.List[onward.Delivery](ctx, s.book, "election = ? ORDER BY doc->>'packed_at', id", election)
}

// Morning states for every district what its station has and should have.
func (s *Shipments) Morning(ctx context.Context, election string) ([]onward.Readiness, error) {
	e, err := s.plans.Election(ctx, election)
	if err != nil {
		return nil, err
	}
	ds, err := s.Districts(ctx, e.Municipality)
	if err != nil {
		return nil, err
	}
	xs, err := s.Deliveries(ctx, election)
	if err != nil {
		return nil, err
	}
	merges, err := book.List[onward.DistrictMerge](ctx, s.book, "election = ?", election)
	if err != nil {
		return nil, err
	}
	var at [3]map[string]int
	for i, kind := range []string{"bin", "station", "leg"} {
		if at[i], err = s.envelopes(ctx, election, kind); err != nil {
			return nil, err
		}
	}
	return onward.Morning(ds, xs, merges, at[0], at[1], at[2]), nil
}

// Examine writes the outcome that the board reported for a district.
func (s *Shipments) Examine(ctx context.Context, act models.Act, election, district string, o onward.Outcome) (onward.Examination, error) {
	id := election + "-" + district
	e, err := s.decided(ctx, act, book.Needs("election", election).And("examination", id), func(w *book.Working) (onward.Decided, error) {
		e, err := book.Get[models.Election](w, election)
		if err != nil {
			return onward.Decided{}, err
		}
		first, err := calendarMoment(e, calendar.ExaminationFirst)
		if err != nil {
			return onward.Decided{}, err
		}
		x, found, err := book.Find[onward.Examination](w, id)
		if err != nil {
			return onward.Decided{}, err
		}
		if !found {
			x = onward.Examination{ID: id, Election: election, District: district}
		}
		held, err := w.Held(custody.Station(district))
		if err != nil {
			return onward.Decided{}, err
		}
		return onward.Examine(e, x, onward.Sum(onward.Of(held, election)), first, w.Act, o, w.At())
	})
	if err != nil {
		return onward.Examination{}, err
	}
	return book.Changed[onward.Examination](e)
}

// Examinations lists the outcomes of an election.
func (s *Shipments) Examinations(ctx context.Context, election string) ([]onward.Examination, error) {
	return book.List[onward.Examination](ctx, s.book, "election = ? ORDER BY district", election)
}

// Astray counts the votes of an election that lie where no polling station will
// get them: not in a district's bin, not on the way, not delivered or forwarded.
// Holder → envelopes; what came too late is left out.
func (s *Shipments) Astray(ctx context.Context, election string) (map[string]int, error) {
	var rows []struct {
		Holder string
		N      int
	}
	err := s.book.DB(ctx).Raw(`SELECT holder, sum(n)::int AS n FROM balance WHERE item LIKE ? ESCAPE '\' AND split_part(holder, ':', 1) IN ('desk', 'store', 'container', 'bin')
		AND holder NOT LIKE 'bin:own:%' AND holder <> 'bin:late' GROUP BY holder HAVING sum(n) > 0`, likeElection(election)).Scan(&rows).Error
	out := map[string]int{}
	for _, r := range rows {
		out[r.Holder] = r.N
	}
	return out, err
}
