package boxes

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/journal"
	"github.com/brevstemme/brevstemme/models/store/book"
)

// custodyBook lets an act of custody look at the working set.
type custodyBook struct{ w *book.Working }

func (b custodyBook) Container(id string) (custody.Container, error) {
	return book.Get[custody.Container](b.w, id)
}

func (b custodyBook) Seal(serial string) (custody.Seal, error) {
	return book.Get[custody.Seal](b.w, serial)
}

func (b custodyBook) Handover(id string) (custody.Handover, error) {
	return book.Get[custody.Handover](b.w, id)
}

func (b custodyBook) Deviation(id string) (custody.Deviation, error) {
	return book.Get[custody.Deviation](b.w, id)
}

func (b custodyBook) Held(holder string) (map[string]int64, error) { return b.w.Held(holder) }

// decider is an act of models/custody with its command bound.
type decider func(b custody.Book, a models.Act, now time.Time) (custody.Outcome, error)

// bind ties a command to its act.
func bind[C any](f func(custody.Book, models.Act, time.Time, C) (custody.Outcome, error), cmd C) decider {
	return func(b custody.Book, a models.Act, now time.Time) (custody.Outcome, error) {
		return f(b, a, now, cmd)
	}
}

// keep runs one act of custody.
func (s *Boxes) keep(ctx context.Context, act models.Act, n book.Need, f decider) (journal.Entry, error) {
	e, _, err := s.book.Append(ctx, act, n, func(w *book.Working) (journal.Draft, error) {
		return keep(w, f)
	})
	return e, err
}

// keep decides and puts the records.
func keep(w *book.Working, f decider) (journal.Draft, error) {
	out, err := f(custodyBook{w}, w.ByNow(), w.Now)
	if err != nil {
		return journal.Draft{}, err
	}
	for _, r := range out.Records {
		w.Put(r)
	}
	return out.Draft, nil
}

// named is a record that a command names in a field: it must be there, so that
// nothing is sent to a place or given to a person that nobody knows.
type named struct{ field, kind, id string }

// keepNamed runs one act of custody after it has looked up what the command names.
func (s *Boxes) keepNamed(ctx context.Context, act models.Act, n book.Need, names []named, f decider) (journal.Entry, error) {
	names = slices.DeleteFunc(names, func(x named) bool { return x.id == "" })
	for _, x := range names {
		n = n.And(x.kind, x.id)
	}
	e, _, err := s.book.Append(ctx, act, n, func(w *book.Working) (journal.Draft, error) {
		for _, x := range names {
			known, err := w.Knows(x.kind, x.id)
			if err != nil {
				return journal.Draft{}, err
			}
			if !known {
				return journal.Draft{}, models.Invalid(x.field, "custody.unknown_"+x.kind, x.id)
			}
		}
		return keep(w, f)
	})
	return e, err
}

// containerNeed prefetches containers and what is in them.
func containerNeed(ids ...string) book.Need {
	var n book.Need
	for _, id := range ids {
		n = n.And("container", id)
		n = n.Holding(custody.InContainer(id))
	}
	return n
}

func (s *Boxes) onContainer(ctx context.Context, act models.Act, f decider, ids ...string) (custody.Container, error) {
	e, err := s.keep(ctx, act, containerNeed(ids...), f)
	if err != nil {
		return custody.Container{}, err
	}
	return book.ChangedID[custody.Container](e, ids[0])
}

// RegisterContainers enters new containers at a place.
func (s *Boxes) RegisterContainers(ctx context.Context, act models.Act, cmd custody.RegisterCmd) ([]custody.Container, error) {
	e, err := s.keepNamed(ctx, act, book.Need{}, []named{{"place", "place", cmd.Place}}, bind(custody.Register, cmd))
	if err != nil {
		return nil, err
	}
	return book.AllChanged[custody.Container](e)
}

// Pack puts units into a container. With a session, the source is its desk.
func (s *Boxes) Pack(ctx context.Context, act models.Act, cmd custody.PackCmd) (custody.Container, error) {
	n := containerNeed(cmd.Container)
	n = n.Holding(cmd.From)
	if cmd.Session != "" {
		cmd.From = custody.Desk(cmd.Session)
		n = n.And("session", cmd.Session)
	}
	e, _, err := s.book.Append(ctx, act, n, func(w *book.Working) (journal.Draft, error) {
		cmd := cmd
		if cmd.Session != "" {
			x, err := book.Get[models.Session](w, cmd.Session)
			if err != nil {
				return journal.Draft{}, err
			}
			cmd.Place = x.Place
		}
		return keep(w, bind(custody.Pack, cmd))
	})
	if err != nil {
		return custody.Container{}, err
	}
	return book.ChangedID[custody.Container](e, cmd.Container)
}

// Unpack takes units out of a container.
func (s *Boxes) Unpack(ctx context.Context, act models.Act, cmd custody.UnpackCmd) (custody.Container, error) {
	return s.onContainer(ctx, act, bind(custody.Unpack, cmd), cmd.Container)
}

// SplitContainer moves units between two containers; nil contents merges.
func (s *Boxes) SplitContainer(ctx context.Context, act models.Act, cmd custody.SplitCmd) (custody.Container, error) {
	return s.onContainer(ctx, act, bind(custody.Split, cmd), cmd.From, cmd.To)
}

// NestContainer puts one container into another.
func (s *Boxes) NestContainer(ctx context.Context, act models.Act, cmd custody.NestCmd) (custody.Container, error) {
	return s.onContainer(ctx, act, bind(custody.Nest, cmd), cmd.Child, cmd.Parent)
}

// TakeOutContainer takes a container out of the one it lies in.
func (s *Boxes) TakeOutContainer(ctx context.Context, act models.Act, id string) (custody.Container, error) {
	return s.onContainer(ctx, act, bind(custody.TakeOut, id), id)
}

// PutAway notes where a container is stored, and that it was seen to be empty.
func (s *Boxes) PutAway(ctx context.Context, act models.Act, id, room string, empty bool) (custody.Container, error) {
	return s.onContainer(ctx, act, func(b custody.Book, a models.Act, now time.Time) (custody.Outcome, error) {
		return custody.PutAway(b, a, now, id, room, empty)
	}, id)
}

// RetireContainer takes an empty container out of use.
func (s *Boxes) RetireContainer(ctx context.Context, act models.Act, id, reason string) (custody.Container, error) {
	return s.onContainer(ctx, act, func(b custody.Book, a models.Act, now time.Time) (custody.Outcome, error) {
		return custody.Retire(b, a, now, id, reason)
	}, id)
}

// MissContainer reports a container missing and opens a deviation.
func (s *Boxes) MissContainer(ctx context.Context, act models.Act, cmd custody.MissCmd) (custody.Container, error) {
	return s.onContainer(ctx, act, bind(custody.Miss, cmd), cmd.Container)
}

// FindContainer takes a missing container in again.
func (s *Boxes) FindContainer(ctx context.Context, act models.Act, cmd custody.FindCmd) (custody.Container, error) {
	e, err := s.keepNamed(ctx, act, containerNeed(cmd.Container), []named{{"place", "place", cmd.Place}}, bind(custody.Find, cmd))
	if err != nil {
		return custody.Container{}, err
	}
	return book.ChangedID[custody.Container](e, cmd.Container)
}

// IssueSeals gives a place a range of seals.
func (s *Boxes) IssueSeals(ctx context.Context, act models.Act, cmd custody.IssueCmd) ([]custody.Seal, error) {
	serials, err := custody.SealRange(cmd.From, cmd.To)
	if err != nil {
		return nil, err
	}
	n := book.Need{}.Holding(custody.At(cmd.Place), custody.Registry)
	for _, x := range serials {
		n = n.And("seal", x)
	}
	e, err := s.keepNamed(ctx, act, n, []named{{"place", "place", cmd.Place}}, bind(custody.IssueSeals, cmd))
	if err != nil {
		return nil, err
	}
	return book.AllChanged[custody.Seal](e)
}

// LoseSeal books a seal of the stock as lost.
func (s *Boxes) LoseSeal(ctx context.Context, act models.Act, serial, reason string) (custody.Seal, error) {
	e, err := s.keep(ctx, act, book.Needs("seal", models.CleanSerial(serial)), func(b custody.Book, a models.Act, now time.Time) (custody.Outcome, error) {
		return custody.LoseSeal(b, a, now, serial, reason)
	})
	if err != nil {
		return custody.Seal{}, err
	}
	return book.Changed[custody.Seal](e)
}

// sealNeed prefetches a container and seals.
func sealNeed(container string, serials ...[]string) book.Need {
	n := containerNeed(container)
	for _, list := range serials {
		for _, x := range list {
			n = n.And("seal", models.CleanSerial(x))
		}
	}
	return n
}

// nextSeals are the lowest numbers in stock where a container stands: what the
// next seal is expected to be.
func (s *Boxes) nextSeals(ctx context.Context, container string) ([]string, error) {
	c, err := s.Container(ctx, container)
	if err != nil {
		return nil, err
	}
	var out []string
	err = s.book.DB(ctx).Raw(`SELECT id FROM seal WHERE holder = ? AND state = 'stock' ORDER BY id LIMIT 40`, c.Holder).Scan(&out).Error
	return out, err
}

// SealContainer closes a container with seals of its place.
func (s *Boxes) SealContainer(ctx context.Context, act models.Act, cmd custody.SealCmd) (custody.Container, error) {
	var err error
	if cmd.Stock, err = s.nextSeals(ctx, cmd.Container); err != nil {
		return custody.Container{}, err
	}
	e, err := s.keep(ctx, act, sealNeed(cmd.Container, cmd.Serials), bind(custody.CloseUp, cmd))
	if err != nil {
		return custody.Container{}, err
	}
	return book.ChangedID[custody.Container](e, cmd.Container)
}

// VerifySeals books a reading of the seals; what differs opens a deviation,
// whose id is returned.
func (s *Boxes) VerifySeals(ctx context.Context, act models.Act, cmd custody.VerifyCmd) (deviation string, err error) {
	e, err := s.keep(ctx, act, containerNeed(cmd.Container), bind(custody.VerifySeals, cmd))
	return e.Value("deviation"), err
}

// BreakSeals opens a container.
func (s *Boxes) BreakSeals(ctx context.Context, act models.Act, cmd custody.BreakCmd) (custody.Container, error) {
	e, err := s.keep(ctx, act, sealNeed(cmd.Container, cmd.Noted), bind(custody.BreakSeals, cmd))
	if err != nil {
		return custody.Container{}, err
	}
	return book.ChangedID[custody.Container](e, cmd.Container)
}

// ResealContainer breaks the seals and closes the container again.
func (s *Boxes) ResealContainer(ctx context.Context, act models.Act, cmd custody.ResealCmd) (custody.Container, error) {
	var err error
	cmd.Seal.Container = cmd.Break.Container
	if cmd.Seal.Stock, err = s.nextSeals(ctx, cmd.Break.Container); err != nil {
		return custody.Container{}, err
	}
	e, err := s.keep(ctx, act, sealNeed(cmd.Break.Container, cmd.Break.Noted, cmd.Seal.Serials), bind(custody.Reseal, cmd))
	if err != nil {
		return custody.Container{}, err
	}
	return book.ChangedID[custody.Container](e, cmd.Break.Container)
}

// CorrectPacking takes back a packing by a counter-entry.
func (s *Boxes) CorrectPacking(ctx context.Context, act models.Act, seq int64, reason string) (journal.Entry, error) {
	old, err := s.book.Entry(ctx, seq)
	if err != nil {
		return old, err
	}
	e, _, err := s.book.Append(ctx, act, book.Need{}, func(w *book.Working) (journal.Draft, error) {
		cmd := custody.ReverseCmd{Seq: seq, Kind: old.Kind, Postings: pairs(old.Postings), Reason: reason}
		later, err := corrected(w, seq)
		if err != nil {
			return journal.Draft{}, err
		}
		cmd.Already = later
		return keep(w, bind(custody.Reverse, cmd))
	})
	return e, err
}

// corrected tells whether an entry was corrected. Corrections are few, so
// their bodies are read.
func corrected(w *book.Working, seq int64) (bool, error) {
	rows, err := w.Query(`SELECT body FROM journal_entry WHERE kind = 'container.corrected' AND kind <> 'envelope.received' AND seq > $1`, seq)
	if err != nil {
		return false, err
	}
	defer rows.Close()
	for rows.Next() {
		var body []byte
		if err := rows.Scan(&body); err != nil {
			return false, err
		}
		e, err := journal.Decode(body)
		if err != nil {
			return false, err
		}
		if e.Value("corrects") == fmt.Sprint(seq) {
			return true, nil
		}
	}
	return false, rows.Err()
}

// pairs puts postings in the order that Move makes: from, to. In the book they
// are sorted by holder and summed.
func pairs(ps []journal.Posting) []journal.Posting {
	var out []journal.Posting
	left := map[string][]journal.Posting{}
	for _, p := range ps {
		if p.Delta < 0 {
			left[p.Item] = append(left[p.Item], p)
		}
	}
	for _, p := range ps {
		for p.Delta > 0 && len(left[p.Item]) > 0 {
			from := &left[p.Item][0]
			n := min(p.Delta, -from.Delta)
			out = append(out, journal.Posting{Holder: from.Holder, Item: p.Item, Delta: -n}, journal.Posting{Holder: p.Holder, Item: p.Item, Delta: n})
			p.Delta -= n
			if from.Delta += n; from.Delta == 0 {
				left[p.Item] = left[p.Item][1:]
			}
		}
	}
	return out
}
