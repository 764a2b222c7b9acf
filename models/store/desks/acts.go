package desks

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/desk"
	"github.com/brevstemme/brevstemme/models/journal"
	"github.com/brevstemme/brevstemme/models/store/book"
	"github.com/brevstemme/brevstemme/models/store/rosters"
)

// shiftIn loads what an act at the counter may look at. held and stored tell
// whether the desk's and the place's holdings are wanted: a plain count is not
// to pay for them.
func shiftIn(w *book.Working, session string, held, stored bool) (desk.Shift, error) {
	sh := desk.Shift{Elections: map[string]models.Election{}}
	var err error
	if sh.Session, err = book.Get[models.Session](w, session); err != nil {
		return sh, err
	}
	for _, id := range sh.Session.Elections {
		e, ok, err := book.Find[models.Election](w, id)
		if err != nil {
			return sh, err
		}
		if ok {
			sh.Elections[id] = e
		}
	}
	if held {
		if sh.Held, err = w.Held(custody.Desk(session)); err != nil {
			return sh, err
		}
	}
	if stored {
		if sh.Place, err = book.Get[models.Place](w, sh.Session.Place); err != nil {
			return sh, err
		}
		sh.Stored, err = w.Held(custody.At(sh.Session.Place))
	}
	return sh, err
}

// decided runs an act of the counter and returns its entry.
func (s *Desks) decided(ctx context.Context, act models.Act, n book.Need, decide func(*book.Working) (custody.Outcome, error)) (journal.Entry, error) {
	e, _, err := s.book.Append(ctx, act, n, func(w *book.Working) (journal.Draft, error) {
		d, err := decide(w)
		if err != nil {
			return journal.Draft{}, err
		}
		for _, r := range d.Records {
			w.Put(r)
			// A late event keeps the time when it happened in the journal too.
			if e, ok := r.(desk.Event); ok && e.ID == w.Act.Key {
				w.Act.At = e.At
			}
		}
		return d.Draft, nil
	})
	return e, err
}

// deskNeed prefetches a session, its election and the desk's holding.
func deskNeed(session, election string, held bool) book.Need {
	n := book.Needs("session", session)
	if election != "" {
		n = n.And("election", election)
	}
	if held {
		n = n.Holding(custody.Desk(session))
	}
	return n
}

// deskEvent runs one act that makes an event.
func (s *Desks) deskEvent(ctx context.Context, act models.Act, session, election string, held bool, decide func(*book.Working, desk.Shift) (custody.Outcome, error)) (desk.Event, error) {
	e, err := s.decided(ctx, act, deskNeed(session, election, held), func(w *book.Working) (custody.Outcome, error) {
		sh, err := shiftIn(w, session, held, false)
		if err != nil {
			return custody.Outcome{}, err
		}
		return decide(w, sh)
	})
	if err != nil {
		return desk.Event{}, err
	}
	return eventOf(e, act.Key)
}

// eventOf is the event that an entry made, also when it is a replay.
func eventOf(e journal.Entry, id string) (desk.Event, error) {
	for _, c := range e.Changes {
		if c.Kind == "desk_event" && c.ID == id {
			return book.Decode[desk.Event](string(c.Doc))
		}
	}
	return book.Changed[desk.Event](e)
}

// Receive counts one envelope.
func (s *Desks) Receive(ctx context.Context, act models.Act, session string, cmd desk.ReceiveCmd) (desk.Event, error) {
	return s.deskEvent(ctx, act, session, cmd.Election, false, func(w *book.Working, sh desk.Shift) (custody.Outcome, error) {
		return desk.Receive(sh, w.Act, cmd, w.At())
	})
}

// VoidEnvelope takes a received envelope out with a coded reason.
func (s *Desks) VoidEnvelope(ctx context.Context, act models.Act, session string, cmd desk.VoidCmd) (desk.Event, error) {
	return s.deskEvent(ctx, act, session, cmd.Election, true, func(w *book.Working, sh desk.Shift) (custody.Outcome, error) {
		return desk.VoidEnvelope(sh, w.Act, cmd, w.At())
	})
}

// Spoil books spoiled blank material.
func (s *Desks) Spoil(ctx context.Context, act models.Act, session string, cmd desk.SpoilCmd) (desk.Event, error) {
	return s.deskEvent(ctx, act, session, cmd.Election, true, func(w *book.Working, sh desk.Shift) (custody.Outcome, error) {
		return desk.Spoil(sh, w.Act, cmd, w.At())
	})
}

// Incident writes a coded incident.
func (s *Desks) Incident(ctx context.Context, act models.Act, session string, cmd desk.IncidentCmd) (desk.Event, error) {
	return s.deskEvent(ctx, act, session, cmd.Election, false, func(w *book.Working, sh desk.Shift) (custody.Outcome, error) {
		return desk.Incident(sh, w.Act, cmd, w.At())
	})
}

// Mark tells the board how it goes at the desk.
func (s *Desks) Mark(ctx context.Context, act models.Act, session string, cmd desk.MarkCmd) (desk.Event, error) {
	return s.deskEvent(ctx, act, session, "", false, func(w *book.Working, sh desk.Shift) (custody.Outcome, error) {
		return desk.Mark(sh, w.Act, cmd, w.At())
	})
}

// FollowUp writes that a refused event was settled otherwise.
func (s *Desks) FollowUp(ctx context.Context, act models.Act, session string, cmd desk.FollowUpCmd) (desk.Event, error) {
	return s.deskEvent(ctx, act, session, "", false, func(w *book.Working, sh desk.Shift) (custody.Outcome, error) {
		return desk.FollowUp(sh, w.Act, cmd, w.At())
	})
}

// movers are the acts that can be taken back.
const movers = "('receive', 'void', 'spoil')"

// Undo takes an event back by a counter-entry; target "" is the person's last
// event of the session that moved units and still stands.
func (s *Desks) Undo(ctx context.Context, act models.Act, session, target, reason string, stamp desk.Stamp) (desk.Event, error) {
	return s.deskEvent(ctx, act, session, "", true, func(w *book.Working, sh desk.Shift) (custody.Outcome, error) {
		cmd := desk.UndoCmd{Reason: reason, Stamp: stamp}
		last, err := book.ListIn[desk.Event](w, "session = $1 AND person = $2 AND act IN "+movers+" AND NOT undone ORDER BY seq DESC LIMIT 1", session, act.Person)
		if err != nil {
			return custody.Outcome{}, err
		}
		if len(last) == 1 && (target == "" || target == last[0].ID) {
			cmd.Target, cmd.Last = last[0], true
		} else if target != "" {
			if cmd.Target, _, err = book.Find[desk.Event](w, target); err != nil {
				return custody.Outcome{}, err
			}
		}
		return desk.Undo(sh, w.Act, cmd, w.At())
	})
}

// sessionAct runs one act that changes the session itself.
func (s *Desks) sessionAct(ctx context.Context, act models.Act, session string, decide func(*book.Working, desk.Shift) (custody.Outcome, error)) (models.Session, error) {
	e, err := s.decided(ctx, act, deskNeed(session, "", true), func(w *book.Working) (custody.Outcome, error) {
		sh, err := shiftIn(w, session, true, true)
		if err != nil {
			return custody.Outcome{}, err
		}
		return decide(w, sh)
	})
	if err != nil {
		return models.Session{}, err
	}
	return book.Changed[models.Session](e)
}

// OpenSession opens a session: crew, checklist, stock.
func (s *Desks) OpenSession(ctx context.Context, act models.Act, session string, crew []desk.CrewCandidate, cmd desk.OpenCmd) (models.Session, error) {
	return s.sessionAct(ctx, act, session, func(w *book.Working, sh desk.Shift) (custody.Outcome, error) {
		var err error
		if cmd.Crew, err = fitted(w, crew, sh.Session); err != nil {
			return custody.Outcome{}, err
		}
		if err := emptyContainers(w, cmd.Checks); err != nil {
			return custody.Outcome{}, err
		}
		return desk.Open(sh, w.Act, cmd, w.At())
	})
}

// emptyContainers refuses an opening whose "empty" container holds something in
// the book. A number that the book does not know is left to the packing.
func emptyContainers(w *book.Working, checks []models.Check) error {
	for _, c := range checks {
		if !strings.HasPrefix(c.Key, "empty:") {
			continue
		}
		box, ok, err := book.Find[custody.Container](w, c.Value)
		if err != nil {
			return err
		}
		if ok && box.State != custody.ContainerEmpty {
			return models.Invalid("value:"+c.Key, "desk.container_not_empty", c.Value)
		}
	}
	return nil
}

// fitted fills in what the register says of each candidate: appointed and
// instructed for every election of the session that asks for it.
func fitted(w *book.Working, crew []desk.CrewCandidate, s models.Session) ([]desk.CrewCandidate, error) {
	out := slices.Clone(crew)
	for i := range out {
		p, ok, err := book.Find[models.Person](w, out[i].Person)
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		f, err := rosters.FitnessOf(w, p, s)
		if err != nil {
			return nil, err
		}
		out[i].Appointed, out[i].Instructed = f.Appointed, f.Instructed
	}
	return out, nil
}

// Restock brings blank material to an open desk.
func (s *Desks) Restock(ctx context.Context, act models.Act, session string, counted map[string]int) (models.Session, error) {
	return s.sessionAct(ctx, act, session, func(w *book.Working, sh desk.Shift) (custody.Outcome, error) {
		return desk.Restock(sh, w.Act, counted, w.At())
	})
}

// JoinCrew adds a person to an open session's crew.
func (s *Desks) JoinCrew(ctx context.Context, act models.Act, session, person string) (models.Session, error) {
	return s.sessionAct(ctx, act, session, func(w *book.Working, sh desk.Shift) (custody.Outcome, error) {
		c, err := fitted(w, []desk.CrewCandidate{{Person: person}}, sh.Session)
		if err != nil {
			return custody.Outcome{}, err
		}
		return desk.Join(sh, w.Act, c[0], w.At())
	})
}

// LeaveCrew ends a person's shift.
func (s *Desks) LeaveCrew(ctx context.Context, act models.Act, session, person string) (models.Session, error) {
	return s.sessionAct(ctx, act, session, func(w *book.Working, sh desk.Shift) (custody.Outcome, error) {
		return desk.Leave(sh, w.Act, person, w.At())
	})
}

// ShutSession closes the doors; those in line have been served.
func (s *Desks) ShutSession(ctx context.Context, act models.Act, session string, inLine int) (models.Session, error) {
	return s.sessionAct(ctx, act, session, func(w *book.Working, sh desk.Shift) (custody.Outcome, error) {
		return desk.Shut(sh, w.Act, inLine, w.At())
	})
}

// ResumeSession opens the doors again.
func (s *Desks) ResumeSession(ctx context.Context, act models.Act, session string) (models.Session, error) {
	return s.sessionAct(ctx, act, session, func(w *book.Working, sh desk.Shift) (custody.Outcome, error) {
		return desk.Resume(sh, w.Act, w.At())
	})
}

// HandCount writes a blind hand count; Session.Desk.Counted says how it went.
// The book's figures are in no answer.
func (s *Desks) HandCount(ctx context.Context, act models.Act, session string, counts map[string]int) (models.Session, error) {
	return s.sessionAct(ctx, act, session, func(w *book.Working, sh desk.Shift) (custody.Outcome, error) {
		return desk.HandCount(sh, w.Act, counts, w.At())
	})
}

// ExplainCount puts a difference in the book, signed by two.
func (s *Desks) ExplainCount(ctx context.Context, act models.Act, session, why string) (models.Session, error) {
	return s.sessionAct(ctx, act, session, func(w *book.Working, sh desk.Shift) (custody.Outcome, error) {
		return desk.ExplainCount(sh, w.Act, why, w.At())
	})
}

// CloseSession signs a session off by two people.
func (s *Desks) CloseSession(ctx context.Context, act models.Act, session string, cmd desk.CloseCmd) (models.Session, error) {
	return s.sessionAct(ctx, act, session, func(w *book.Working, sh desk.Shift) (custody.Outcome, error) {
		rows, err := w.Query(`SELECT election, act, what, sum(n)::int FROM desk_event
			WHERE session = $1 AND act IN ('receive', 'spoil') AND NOT undone GROUP BY 1, 2, 3`, session)
		if err != nil {
			return custody.Outcome{}, err
		}
		cmd.Votes, cmd.Spoiled = map[string]int{}, map[string]int{}
		for rows.Next() {
			var election, what, kind string
			var n int
			if err := rows.Scan(&election, &kind, &what, &n); err != nil {
				return custody.Outcome{}, err
			}
			if kind == string(desk.ActReceive) {
				cmd.Votes[election] += n
			} else {
				cmd.Spoiled[custody.Material(election, what)] += n
			}
		}
		if err := rows.Err(); err != nil {
			return custody.Outcome{}, err
		}
		loose, err := book.ListIn[custody.Container](w, "session = $1 AND state = 'packed' ORDER BY id", session)
		if err != nil {
			return custody.Outcome{}, err
		}
		cmd.Loose = nil
		for _, c := range loose {
			cmd.Loose = append(cmd.Loose, c.ID)
		}
		return desk.Close(sh, w.Act, cmd, w.At())
	})
}

// SignOfLife notes that a desk is there and how much it has waiting.
func (s *Desks) SignOfLife(ctx context.Context, session, device string, waiting int) error {
	return s.book.DB(ctx).Exec(`INSERT INTO desk_sign (session, device, seen, waiting) VALUES (?, ?, ?, ?)
		ON CONFLICT (session, device) DO UPDATE SET seen = excluded.seen, waiting = excluded.waiting`, session, device, s.book.Now().Truncate(time.Second), waiting).Error
}
