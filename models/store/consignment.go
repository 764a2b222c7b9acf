package store

import (
	"context"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/onward"
)

// Carriers lists the carriers in use.
func (s *Store) Carriers(ctx context.Context) ([]onward.Carrier, error) {
	return list[onward.Carrier](ctx, s, "NOT retired ORDER BY name, id")
}

// SaveCarrier adds or changes a carrier.
func (s *Store) SaveCarrier(ctx context.Context, act models.Act, c onward.Carrier) (onward.Carrier, error) {
	e, err := s.decidedOnward(ctx, act, need{}, func(w *working) (onward.Decided, error) {
		if c.ID != "" {
			old, err := get[onward.Carrier](w, c.ID)
			if err != nil {
				return onward.Decided{}, err
			}
			c.Phone, c.Deliver = old.Phone, old.Deliver // what no form shows stays
		}
		return onward.SaveCarrier(w.act, c)
	})
	if err != nil {
		return onward.Carrier{}, err
	}
	return changed[onward.Carrier](e)
}

// Waiting counts the envelopes of an election for each other municipality that
// have not left: in a bin, or taken in at a reception and not sorted. What is
// still elsewhere is not told: its receiver counts it blind.
func (s *Store) Waiting(ctx context.Context, election string) (map[string]int, error) {
	var rows []struct {
		Code string
		N    int
	}
	err := s.gorm(ctx).Raw(`SELECT code, sum(n)::int AS n FROM (
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
func (s *Store) Safe(ctx context.Context, election string, margin time.Duration) ([]onward.Safe, error) {
	e, err := s.Election(ctx, election)
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
	return onward.BySlack(waiting, carriers, s.now(), opens, margin), err
}

// SafeTo tells what can still be sent to one municipality, whether something
// waits for it or not.
func (s *Store) SafeTo(ctx context.Context, e models.Election, code string) (onward.Safe, error) {
	opens, err := PollsOpen(e)
	if err != nil {
		return onward.Safe{}, err
	}
	carriers, err := s.Carriers(ctx)
	return onward.LastSafe(code, carriers, s.now(), opens, DispatchMargin), err
}

// LastDispatches tells for every other municipality when the last safe dispatch
// leaves; the zero time where none does any more. It is nil while no carrier is
// known: then nothing can be said.
func (s *Store) LastDispatches(ctx context.Context, e models.Election) (map[string]time.Time, error) {
	carriers, err := s.Carriers(ctx)
	if err != nil || len(carriers) == 0 {
		return nil, err
	}
	opens, err := PollsOpen(e)
	if err != nil {
		return nil, err
	}
	out, now := map[string]time.Time{}, s.now()
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
func (s *Store) Consignments(ctx context.Context, election string) ([]onward.Consignment, error) {
	return list[onward.Consignment](ctx, s, "election = ? ORDER BY seq DESC LIMIT 2000", election)
}

// Consignment loads one.
func (s *Store) Consignment(ctx context.Context, id string) (onward.Consignment, error) {
	return load[onward.Consignment](ctx, s, id)
}

// PackConsignment packs what lies in the bin of a municipality.
func (s *Store) PackConsignment(ctx context.Context, act models.Act, place string, cmd onward.PackCmd) (onward.Consignment, error) {
	bin := custody.Bin(onward.OtherBin(cmd.To))
	return s.consignmentAct(ctx, act, needs("election", cmd.Election).holding(bin), func(w *working) (onward.Decided, error) {
		t, err := tableAt(w, cmd.Election, place, bin)
		if err != nil {
			return onward.Decided{}, err
		}
		return onward.PackConsignment(t, w.act, cmd, w.at())
	})
}

func (s *Store) consignmentAct(ctx context.Context, act models.Act, n need, decide func(*working) (onward.Decided, error)) (onward.Consignment, error) {
	e, err := s.decidedOnward(ctx, act, n, decide)
	if err != nil {
		return onward.Consignment{}, err
	}
	return changed[onward.Consignment](e)
}

// legOf loads a consignment with what lies on its leg and when voting starts.
func legOf(w *working, id string) (c onward.Consignment, held map[string]int64, opens time.Time, err error) {
	if c, err = get[onward.Consignment](w, id); err != nil {
		return c, nil, opens, err
	}
	e, err := get[models.Election](w, c.Election)
	if err != nil {
		return c, nil, opens, err
	}
	if opens, err = PollsOpen(e); err != nil {
		return c, nil, opens, err
	}
	held, err = w.holder(custody.Leg(c.ID))
	return c, held, opens, err
}

// WithdrawConsignment takes one back before it leaves.
func (s *Store) WithdrawConsignment(ctx context.Context, act models.Act, id, reason string) (onward.Consignment, error) {
	return s.consignmentAct(ctx, act, needs("consignment", id), func(w *working) (onward.Decided, error) {
		c, held, _, err := legOf(w, id)
		if err != nil {
			return onward.Decided{}, err
		}
		return onward.WithdrawConsignment(c, held, w.act, reason)
	})
}

// Dispatch hands a consignment to a carrier's departure. token is the one-time
// code of its acknowledgement, made by the caller from a random source.
func (s *Store) Dispatch(ctx context.Context, act models.Act, id, carrier string, leaves time.Time, token string) (onward.Consignment, error) {
	return s.consignmentAct(ctx, act, needs("consignment", id).and("carrier", carrier).holding(custody.Leg(id)), func(w *working) (onward.Decided, error) {
		c, held, opens, err := legOf(w, id)
		if err != nil {
			return onward.Decided{}, err
		}
		how, err := get[onward.Carrier](w, carrier)
		if err != nil {
			return onward.Decided{}, err
		}
		d, err := onward.Dispatch(c, held, opens, w.act, onward.SendCmd{Carrier: how, Leaves: leaves, AckHash: onward.HashToken(token)}, w.at())
		if err != nil {
			return d, err
		}
		return d, w.exec(`INSERT INTO acknowledgement (token, consignment) VALUES ($1, $2) ON CONFLICT DO NOTHING`, token, id)
	})
}

// AckToken is the one-time code that is printed on the cover list.
func (s *Store) AckToken(ctx context.Context, consignment string) (string, error) {
	var token string
	err := s.pgx().QueryRow(ctx, `SELECT coalesce((SELECT token FROM acknowledgement WHERE consignment = $1), '')`, consignment).Scan(&token)
	return token, err
}

// ByToken finds the consignment of a one-time code, without its figures;
// CodeNotFound for a code that was altered or never made.
func (s *Store) ByToken(ctx context.Context, token string) (onward.Consignment, error) {
	var id string
	err := s.pgx().QueryRow(ctx, `SELECT coalesce((SELECT consignment FROM acknowledgement WHERE token = $1), '')`, token).Scan(&id)
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
func (s *Store) Acknowledge(ctx context.Context, act models.Act, token string, cmd onward.AckCmd) error {
	blind, err := s.ByToken(ctx, token)
	if err != nil {
		return err
	}
	_, err = s.consignmentAct(ctx, act, needs("consignment", blind.ID), func(w *working) (onward.Decided, error) {
		c, _, opens, err := legOf(w, blind.ID)
		if err != nil {
			return onward.Decided{}, err
		}
		return onward.Acknowledge(c, opens, w.act, cmd, w.at())
	})
	return err
}

// Chase notes that a missing acknowledgement was asked for.
func (s *Store) Chase(ctx context.Context, act models.Act, id string) (onward.Consignment, error) {
	return s.consignmentAct(ctx, act, needs("consignment", id), func(w *working) (onward.Decided, error) {
		c, err := get[onward.Consignment](w, id)
		if err != nil {
			return onward.Decided{}, err
		}
		return onward.Chase(c, w.act, w.at())
	})
}
