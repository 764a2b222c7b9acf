package desks

import (
	"context"
	"slices"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/desk"
	"github.com/brevstemme/brevstemme/models/store/book"
)

// stillWaiting are the signs of life of PCs that were not declared lost: of those
// that were, nothing can enter the book any more.
const stillWaiting = ` AND NOT EXISTS (SELECT FROM lost_desk l WHERE l.session = desk_sign.session AND l.device = desk_sign.device)`

// WaitingDesk is a PC of a session with what it told last, and who counted on it.
type WaitingDesk struct {
	desk.Told
	Person string     // who made its last event that arrived, "" when none did
	Lost   *desk.Lost // nil while it is only waiting
}

// WaitingDesks lists the PCs of a session on which something waits, and those
// that were declared lost, the one that was heard of last first.
func (s *Desks) WaitingDesks(ctx context.Context, session string) ([]WaitingDesk, error) {
	var rows []struct {
		Device, Person string
		Seen           time.Time
		Waiting        int
	}
	if err := s.book.DB(ctx).Raw(`SELECT d.device, d.seen, d.waiting, coalesce((SELECT e.doc->>'person' FROM desk_event e WHERE e.session = d.session AND e.doc->>'device' = d.device ORDER BY e.seq DESC LIMIT 1), '') AS person
		FROM desk_sign d WHERE d.session = ? AND d.waiting > 0`, session).Scan(&rows).Error; err != nil {
		return nil, err
	}
	lost, err := book.List[desk.Lost](ctx, s.book, "session = ? ORDER BY seq", session)
	if err != nil {
		return nil, err
	}
	var out []WaitingDesk
	for _, r := range rows {
		if !slices.ContainsFunc(lost, func(l desk.Lost) bool { return l.Device == r.Device }) {
			out = append(out, WaitingDesk{Told: desk.Told{Device: r.Device, Seen: r.Seen, Waiting: r.Waiting}, Person: r.Person})
		}
	}
	for _, l := range lost {
		out = append(out, WaitingDesk{Told: desk.Told{Device: l.Device, Seen: l.Seen, Waiting: l.Told}, Lost: &l})
	}
	slices.SortStableFunc(out, func(a, b WaitingDesk) int { return b.Seen.Compare(a.Seen) })
	return out, nil
}

// LoseDesk declares a PC of a closed session lost.
func (s *Desks) LoseDesk(ctx context.Context, act models.Act, session, device, reason string) (desk.Lost, error) {
	id := desk.LostID(session, device)
	e, err := s.decided(ctx, act, deskNeed(session, "", false).And("lost_desk", id), func(w *book.Working) (custody.Outcome, error) {
		sh, err := shiftIn(w, session, false, false)
		if err != nil {
			return custody.Outcome{}, err
		}
		cmd := desk.LoseCmd{Reason: reason, Device: desk.Told{Device: device}}
		was, ok, err := book.Find[desk.Lost](w, id)
		if err != nil {
			return custody.Outcome{}, err
		}
		if ok {
			cmd.Was = &was
		}
		rows, err := w.Query(`SELECT seen, waiting FROM desk_sign WHERE session = $1 AND device = $2`, session, device)
		if err != nil {
			return custody.Outcome{}, err
		}
		defer rows.Close()
		for rows.Next() {
			if err := rows.Scan(&cmd.Device.Seen, &cmd.Device.Waiting); err != nil {
				return custody.Outcome{}, err
			}
		}
		if err := rows.Err(); err != nil {
			return custody.Outcome{}, err
		}
		for _, id := range sh.Session.Desk.Deviations {
			d, err := book.Get[custody.Deviation](w, id)
			if err != nil {
				return custody.Outcome{}, err
			}
			cmd.Count = append(cmd.Count, d)
		}
		return desk.Lose(sh, w.ByNow(), w.Now, cmd)
	})
	if err != nil {
		return desk.Lost{}, err
	}
	return book.Changed[desk.Lost](e)
}

// LostDesk is a PC that was declared lost for a session; CodeNotFound: it was not.
func (s *Desks) LostDesk(ctx context.Context, session, device string) (desk.Lost, error) {
	return book.Load[desk.Lost](ctx, s.book, desk.LostID(session, device))
}

// DeskReturns writes, once, that a lost PC came back with something on it. The
// act's key is the PC's, so that each of its events may say so.
func (s *Desks) DeskReturns(ctx context.Context, act models.Act, session, device string) (desk.Lost, error) {
	id := desk.LostID(session, device)
	act.Key, act.Digest = "returns-"+id, [32]byte{}
	e, err := s.decided(ctx, act, deskNeed(session, "", false).And("lost_desk", id), func(w *book.Working) (custody.Outcome, error) {
		sh, err := shiftIn(w, session, false, false)
		if err != nil {
			return custody.Outcome{}, err
		}
		l, err := book.Get[desk.Lost](w, id)
		if err != nil {
			return custody.Outcome{}, err
		}
		return desk.Return(sh, w.ByNow(), w.Now, l)
	})
	if err != nil {
		return desk.Lost{}, err
	}
	return book.Changed[desk.Lost](e)
}
