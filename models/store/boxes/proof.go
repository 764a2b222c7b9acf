package boxes

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/evening"
	"github.com/brevstemme/brevstemme/models/journal"
	"github.com/brevstemme/brevstemme/models/store/book"
	"github.com/brevstemme/brevstemme/models/trace"
)

// Proof is the custody proof of one container.
type Proof struct {
	Container custody.Container
	Periods   []trace.Period
	Gaps      []trace.Gap
	Kinds     map[int64]string    // entry → kind, for the forms
	Entered   map[int64]time.Time // entry → when it was entered, of those that were entered later than they happened
	From, To  time.Time
}

// CustodyProof computes the timeline of a container from the journal alone, and
// holds it against the way between places and the appointments of people.
func (s *Boxes) CustodyProof(ctx context.Context, id string) (Proof, error) {
	p := Proof{Kinds: map[int64]string{}, Entered: map[int64]time.Time{}}
	var err error
	if p.Container, err = s.Container(ctx, id); err != nil {
		return p, err
	}
	entries, err := s.ContainerEntries(ctx, id, 5000)
	if err != nil {
		return p, err
	}
	slices.Reverse(entries)
	moves, err := movesOf(id, entries)
	if err != nil {
		return p, err
	}
	for _, e := range entries {
		if e.Later() {
			p.Entered[e.Seq] = e.Recorded
		}
	}
	ground, err := s.ground(ctx, entries)
	if err != nil {
		return p, err
	}
	for _, m := range moves {
		p.Kinds[m.Seq] = m.Kind
	}
	if len(moves) > 0 {
		p.From, p.To = moves[0].At, moves[len(moves)-1].At
	}
	p.Periods, p.Gaps = trace.Prove(moves, ground)
	return p, nil
}

// movesOf reads what each entry says of a container.
func movesOf(id string, entries []journal.Entry) ([]trace.Move, error) {
	var out []trace.Move
	inside, sealed := int64(0), false
	for _, e := range entries {
		m := trace.Move{Seq: e.Seq, At: e.At, Kind: e.Kind}
		if len(e.Actors) > 0 {
			m.Person = e.Actors[0].Person
		}
		for _, q := range e.Postings {
			switch {
			case q.Item == custody.Box(id) && q.Delta < 0:
				m.From = q.Holder
			case q.Item == custody.Box(id):
				m.To = q.Holder
			case q.Holder == custody.InContainer(id) && !strings.HasPrefix(q.Item, "seal:"):
				inside += q.Delta
			}
		}
		c, err := book.ChangedID[custody.Container](e, id)
		if err == nil {
			sealed = len(c.Seals) > 0
		}
		m.Sealed, m.Full = sealed, inside > 0
		out = append(out, m)
	}
	return out, nil
}

// ground is what a proof is held against.
func (s *Boxes) ground(ctx context.Context, entries []journal.Entry) (trace.Ground, error) {
	places, err := s.plans.Places(ctx)
	if err != nil {
		return trace.Ground{}, err
	}
	at := map[string]models.Place{}
	for _, p := range places {
		at[p.ID] = p
	}
	ids := []string{""}
	for _, e := range entries {
		if len(e.Actors) > 0 {
			ids = append(ids, e.Actors[0].Person)
		}
	}
	people, err := book.List[models.Person](ctx, s.book, "id IN ?", ids)
	if err != nil {
		return trace.Ground{}, err
	}
	may := map[string]models.Person{}
	for _, p := range people {
		may[p.ID] = p
	}
	return trace.Ground{
		// Half the planned time: a proof asks what is possible, not what is usual.
		Travel: func(from, to string) time.Duration { return evening.Travel(at[from], at[to]) / 2 },
		Appointed: func(person, place string) bool {
			p, ok := may[person]
			return person == "" || ok && (len(p.Places) == 0 || slices.Contains(p.Places, place))
		},
		Unsealed: 12 * time.Hour, // a session's day: it is filled and sealed the same day
	}, nil
}
