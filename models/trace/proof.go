package trace

import (
	"cmp"
	"slices"
	"time"

	"github.com/brevstemme/brevstemme/models/custody"
)

// The custody proof: for one container a computed timeline with exactly one
// holder at every minute, or a list of gaps.

// Move is one entry of the journal that is about a container.
type Move struct {
	Seq    int64
	At     time.Time
	Kind   string
	From   string // holder before; "" when it did not move
	To     string // holder after
	Sealed bool   // it carried a seal after the entry
	Full   bool   // something was in it after the entry
	Person string // who did it
}

// Ground is what a proof is held against: how far places are apart, and who may
// act where. Both may be nil: then that question is not asked.
type Ground struct {
	Travel    func(from, to string) time.Duration // places
	Appointed func(person, place string) bool
	// Unsealed is how long a full container may stand without a seal at a place
	// (counting, packing); on the way it may not at all.
	Unsealed time.Duration
}

// Gap is one defect of a timeline.
type Gap struct {
	Code string // GapOverlap …
	Seq  int64  // the entry at which it shows
	At   time.Time
	Text string // holders or persons concerned
}

// The defects.
const (
	GapHolder   = "holder"      // an entry takes it from somebody who did not have it
	GapOverlap  = "overlap"     // an entry lies before the one before it: two holders at a time
	GapTeleport = "teleport"    // two places closer in time than the way allows
	GapPerson   = "unappointed" // somebody without appointment at the place
	GapUnsealed = "unsealed"    // full and without seal, on the way or too long
)

// Period is one holder's time with a container. Until is zero for the last.
type Period struct {
	Holder string
	From   time.Time
	Until  time.Time
	Seq    int64 // the entry that began it
	Person string
	Sealed bool
}

// Prove computes the timeline of a container from its moves, in the order of
// the journal, and every gap in it. No gap means: at every minute from the
// first entry to the last there was exactly one holder.
func Prove(moves []Move, g Ground) (periods []Period, gaps []Gap) {
	moves = slices.Clone(moves)
	slices.SortFunc(moves, func(a, b Move) int { return cmp.Compare(a.Seq, b.Seq) })
	var p prover
	p.ground = g
	for i, m := range moves {
		p.step(m, i)
	}
	slices.SortStableFunc(p.gaps, func(a, b Gap) int { return cmp.Or(cmp.Compare(a.Seq, b.Seq), cmp.Compare(a.Code, b.Code)) })
	return p.periods, p.gaps
}

type prover struct {
	ground  Ground
	periods []Period
	gaps    []Gap
	last    Move
	place   string    // the last place it stood at
	left    time.Time // when it was last known there
	bare    time.Time // since when it is full and unsealed, zero when it is not
}

func (p *prover) gap(code string, m Move, text string) {
	p.gaps = append(p.gaps, Gap{code, m.Seq, m.At, text})
}

func (p *prover) step(m Move, i int) {
	if i > 0 && m.At.Before(p.last.At) {
		p.gap(GapOverlap, m, p.last.To+" / "+m.To)
	}
	p.unsealed(m)
	if m.To != "" {
		if n := len(p.periods); n > 0 && p.periods[n-1].Holder != m.From {
			p.gap(GapHolder, m, m.From+" ≠ "+p.periods[n-1].Holder)
		}
		p.moved(m)
	} else if n := len(p.periods); n > 0 {
		m.To = p.periods[n-1].Holder
		p.periods[n-1].Sealed = m.Sealed
	}
	p.appointed(m)
	if custody.HolderKind(m.To) == "store" && (p.last.Seq == 0 || !m.At.Before(p.last.At)) {
		p.left = m.At
	}
	p.last = m
}

func (p *prover) moved(m Move) {
	if n := len(p.periods); n > 0 {
		p.periods[n-1].Until = m.At
	}
	p.periods = append(p.periods, Period{Holder: m.To, From: m.At, Seq: m.Seq, Person: m.Person, Sealed: m.Sealed})
	if custody.HolderKind(m.To) != "store" {
		if custody.HolderKind(m.From) == "store" {
			p.left = m.At
		}
		return
	}
	to := custody.HolderID(m.To)
	if p.ground.Travel != nil && p.place != "" && p.place != to && m.At.Sub(p.left) < p.ground.Travel(p.place, to) && !m.At.Before(p.last.At) {
		p.gap(GapTeleport, m, p.place+" → "+to)
	}
	p.place = to
}

func (p *prover) appointed(m Move) {
	if p.ground.Appointed == nil || custody.HolderKind(m.To) != "store" || m.Person == "" {
		return
	}
	if !p.ground.Appointed(m.Person, custody.HolderID(m.To)) {
		p.gap(GapPerson, m, m.Person+" · "+custody.HolderID(m.To))
	}
}

// unsealed tells of a stretch on the way, or a long one at a place, that was
// full and without seal, at the entry that ends or begins it.
func (p *prover) unsealed(m Move) {
	if !p.bare.IsZero() && p.ground.Unsealed > 0 && m.At.Sub(p.bare) > p.ground.Unsealed && custody.HolderKind(p.last.To) == "store" {
		p.gap(GapUnsealed, m, p.last.To)
	}
	bare := m.Full && !m.Sealed
	if bare && custody.HolderKind(m.To) == "leg" {
		p.gap(GapUnsealed, m, m.To)
	}
	switch {
	case !bare:
		p.bare = time.Time{}
	case p.bare.IsZero():
		p.bare = m.At
	}
}
