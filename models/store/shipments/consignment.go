package shipments

import (
	"context"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/onward"
	"github.com/brevstemme/brevstemme/models/store/book"
)

// Carriers lists the carriers in use.
func (s *Shipments) Carriers(ctx context.Context) ([]onward.Carrier, error) {
	return book.List[onward.Carrier](ctx, s.book, "NOT retired ORDER BY name, id")
}

// SaveCarrier adds or changes a carrier.
func (s *Shipments) SaveCarrier(ctx context.Context, act models.Act, c onward.Carrier) (onward.Carrier, error) {
	e, err := s.decided(ctx, act, book.Need{}, func(w *book.Working) (onward.Decided, error) {
		if c.ID != "" {
			old, err := book.Get[onward.Carrier](w, c.ID)
			if err != nil {
				return onward.Decided{}, err
			}
			c.Phone, c.Deliver = old.Phone, old.Deliver // what no form shows stays
		}
		return onward.SaveCarrier(w.Act, c)
	})
	if err != nil {
		return onward.Carrier{}, err
	}
	return book.Changed[onward.Carrier](e)
}

// Waiting counts the envelopes of an election for each other municipality that
// have not left: in a bin, or taken in at a reception and not sorted. What is
// still elsewhere is not told: its receiver counts it blind.
func (s *Shipments) Waiting(ctx context.Context, election string) (map[string]int, error) {
	var rows []struct {
		Code string
		N    int
	}
	err := s.book.DB(ctx).Raw(`SELECT code, sum(n)::int AS n FROM (
		SELECT CASE WHEN holder LIKE 'bin:other:%' THEN split_part(holder, ':', 3) ELSE split_part(item, ':', 3) END AS code, n FROM balance
		WHERE item LIKE ? ESCAPE '\' AND n > 0 AND (holder LIKE 'bin:other:%'
			OR (holder LIKE 'store:%' AND substr(holder, 7) IN (SELECT id FROM place WHERE kind = 'reception'))
			OR (holder LIKE 'container:%' AND substr(holder, 11) IN (SELECT c.id FROM container c JOIN place p ON c.holder = 'store:' || p.id AND p.kind = 'reception' AND c.doc->>'leg' = '')))) w
		WHERE code ~ '^[0-9]{4}$' GROUP BY code`, likeElection(election)).Scan(&rows).Error
	out := map[string]int{}
	for _, r := range rows {
		out[r.Code] = r.N
	}
	return out, err
}

// Safe tells for every municipality with waiting votes what leaves when, the
// least slack first.
func (s *Shipments) Safe(ctx context.Context, election string, margin time.Duration) ([]onward.Safe, error) {
	e, err := s.plans.Election(ctx, election)
	if err != nil {
		return nil, err
	}
	opens, err := PollsOpen(e)
	if err != nil {
		return nil, err
	}
	carriers, err := s.Carriers(ctx)
	if err != nil {
		return nil, err
	}
	waiting, err := s.Waiting(ctx, election)
	return onward.BySlack(waiting, carriers, s.book.Now(), opens, margin), err
}

// SafeTo tells what can still be sent to one municipality, whether something
// waits for it or not.
func (s *Shipments) SafeTo(ctx context.Context, e models.Election, code string) (onward.Safe, error) {
	opens, err := PollsOpen(e)
	if err != nil {
		return onward.Safe{}, err
	}
	carriers, err := s.Carriers(ctx)
	return onward.LastSafe(code, carriers, s.book.Now(), opens, DispatchMargin), err
}

// LastDispatches tells for every other municipality when the last safe dispatch
// leaves; the zero time where none does any more. It is nil while no carrier is
// known: then nothing can be said.
func (s *Shipments) LastDispatches(ctx context.Context, e models.Election) (map[string]time.Time, error) {
	carriers, err := s.Carriers(ctx)
	if err != nil || len(carriers) == 0 {
		return nil, err
	}
	opens, err := PollsOpen(e)
	if err != nil {
		return nil, err
	}
	out, now := map[string]time.Time{}, s.book.Now()
	for _, m := range models.Municipalities {
		if m.Code == e.Municipality {
			continue
		}
		out[m.Code] = time.Time{}
		if safe := onward.LastSafe(m.Code, carriers, now, opens, DispatchMargin); safe.Last != nil {
			out[m.Code] = safe.Last.Leaves
		}
	}
	return out, nil
}

// Consignments lists the consignments of an election, newest first.
func (s *Shipments) Consignments(ctx context.Context, election string) ([]onward.Consignment, error) {
	return book.List[onward.Consignment](ctx, s.book, "election = ? ORDER BY seq DESC LIMIT 2000", election)
}

// Consignment loads one.
func (s *Shipments) Consignment(ctx context.Context, id string) (onward.Consignment, error) {
	return book.Load[onward.Consignment](ctx, s.book, id)
}

// PackConsignment packs what lies in the bin of a municipality.
func (s *Shipments) PackConsignment(ctx context.Context, act models.Act, place string, cmd onward.PackCmd) (onward.Consignment, error) {
	bin := custody.Bin(onward.OtherBin(cmd.To))
	return s.consignmentAct(ctx, act, book.Needs("election", cmd.Election).Holding(bin), func(w *book.Working) (onward.Decided, error) {
		t, err := tableAt(w, cmd.Election, place, bin)
		if err != nil {
			return onward.Decided{}, err
		}
		return onward.PackConsignment(t, w.Act, cmd, w.At())
	})
}

func (s *Shipments) consignmentAct(ctx context.Context, act models.Act, n book.Need, decide func(*book.Working) (onward.Decided, error)) (onward.Consignment, error) {
	e, err := s.decided(ctx, act, n, decide)
	if err != nil {
		return onward.Consignment{}, err
	}
	return book.Changed[onward.Consignment](e)
}

// legOf loads a consignment with what lies on its leg and when voting starts.
func legOf(w *book.Working, id string) (c onward.Consignment, held map[string]int64, opens time.Time, err error) {
	if c, err = book.Get[onward.Consignment](w, id); err != nil {
		return c, nil, opens, err
	}
	e, err := book.Get[models.Election](w, c.Election)
	if err != nil {
		return c, nil, opens, err
	}
	if opens, err = PollsOpen(e); err != nil {
		return c, nil, opens, err
	}
	held, err = w.Held(custody.Leg(c.ID))
	return c, held, opens, err
}

// WithdrawConsignment takes one back before it leaves.
func (s *Shipments) WithdrawConsignment(ctx context.Context, act models.Act, id, reason string) (onward.Consignment, error) {
	return s.consignmentAct(ctx, act, book.Needs("consignment", id), func(w *book.Working) (onward.Decided, error) {
		c, held, _, err := legOf(w, id)
		if err != nil {
			return onward.Decided{}, err
		}
		return onward.WithdrawConsignment(c, held, w.Act, reason)
	})
}

// Dispatch hands a consignment to a carrier's departure. token is the one-time
// code of its acknowledgement, made by the caller from a random source.
func (s *Shipments) Dispatch(ctx context.Context, act models.Act, id, carrier string, leaves time.Time, token string) (onward.Consignment, error) {
	return s.consignmentAct(ctx, act, book.Needs("consignment", id).And("carrier", carrier).Holding(custody.Leg(id)), func(w *book.Working) (onward.Decided, error) {
		c, held, opens, err := legOf(w, id)
		if err != nil {
			return onward.Decided{}, err
		}
		how, err := book.Get[onward.Carrier](w, carrier)
		if err != nil {
			return onward.Decided{}, err
		}
		d, err := onward.Dispatch(c, held, opens, w.Act, onward.SendCmd{Carrier: how, Leaves: leaves, AckHash: onward.HashToken(token)}, w.At())
		if err != nil {
			return d, err
		}
		return d, w.Exec(`INSERT INTO acknowledgement (token, consignment) VALUES ($1, $2) ON CONFLICT DO NOTHING`, token, id)
	})
}

// AckToken is the one-time code that is printed on the cover list.
func (s *Shipments) AckToken(ctx context.Context, consignment string) (string, error) {
	var token string
	err := s.book.Pool().QueryRow(ctx, `SELECT coalesce((SELECT token FROM acknowledgement WHERE consignment = $1), '')`, consignment).Scan(&token)
	return token, err
}

// ByToken finds the consignment of a one-time code, without its figures;
// CodeNotFound for a code that was altered or never made.
func (s *Shipments) ByToken(ctx context.Context, token string) (onward.Consignment, error) {
	var id string
	err := s.book.Pool().QueryRow(ctx, `SELECT coalesce((SELECT consignment FROM acknowledgement WHERE token = $1), '')`, token).Scan(&id)
	if err != nil {
		return onward.Consignment{}, err
	}
	if id == "" {
		return onward.Consignment{}, models.E(models.CodeNotFound, "")
	}
	c, err := s.Consignment(ctx, id)
	if err == nil && c.AckHash != onward.HashToken(token) {
		return onward.Consignment{}, models.E(models.CodeNotFound, "")
	}
	for i := range c.Packets {
		c.Packets[i].Count, c.Packets[i].Seals = 0, nil
	}
	return c, err
}

// Acknowledge writes the recipient's answer, given without an account.
func (s *Shipments) Acknowledge(ctx context.Context, act models.Act, token string, cmd onward.AckCmd) error {
	blind, err := s.ByToken(ctx, token)
	if err != nil {
		return err
	}
	_, err = s.consignmentAct(ctx, act, book.Needs("consignment", blind.ID), func(w *book.Working) (onward.Decided, error) {
		c, _, opens, err := legOf(w, blind.ID)
		if err != nil {
			return onward.Decided{}, err
		}
		return onward.Acknowledge(c, opens, w.Act, cmd, w.At())
	})
	return err
}

// Chase notes that a missing acknowledgement was asked for.
func (s *Shipments) Chase(ctx context.Context, act models.Act, id string) (onward.Consignment, error) {
	return s.consignmentAct(ctx, act, book.Needs("consignment", id), func(w *book.Working) (onward.Decided, error) {
		c, err := book.Get[onward.Consignment](w, id)
		if err != nil {
			return onward.Decided{}, err
		}
		return onward.Chase(c, w.Act, w.At())
	})
}
