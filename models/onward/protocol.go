package onward

import (
	"cmp"
	"slices"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
)

// Flow is units that came from or went outside in one entry of the journal: what
// the protocol is made of. Delta is that of the outside holder: negative when
// envelopes came from it.
type Flow struct {
	Seq    int64
	Date   models.Date // on which it happened, in Copenhagen
	Place  string      // where the entry was made
	Holder string      // voter, origin:<code> or municipality:<code>
	Delta  int
	Undoes bool // a counter-entry
}

// Line is one line of the protocol (brevstemmeprotokol): what came in or went on
// to others on one date. Counts and dates are what the law asks for (FV § 64
// stk. 1, KRVL § 70); origin and destination are good practice.
type Line struct {
	Date       models.Date `json:"date"`
	Origin     string      `json:"origin"` // place id, "origin:<code>", or "" for a forwarding
	To         string      `json:"to"`     // kommunekode of a forwarding
	Received   int         `json:"received"`
	Forwarded  int         `json:"forwarded"`
	Correction bool        `json:"correction"` // a new line that corrects an earlier one
	LastSeq    int64       `json:"last_seq"`   // newest entry in it
}

// Protocol is the statutory record of one election.
type Protocol struct {
	Election  string          `json:"election"`
	Decision  models.Decision `json:"decision"`
	Lines     []Line          `json:"lines"`
	Received  int             `json:"received"`
	Forwarded int             `json:"forwarded"`
	LastSeq   int64           `json:"last_seq"` // entry of the journal that it reaches to
}

// MakeProtocol sums the flows into lines. It needs the council's decision that
// the protocol is kept electronically (FV § 64 stk. 1); Practice elections are exempt.
// A counter-entry is a line of its own under its own date, never a change of an
// earlier one.
func MakeProtocol(e models.Election, flows []Flow) (Protocol, error) {
	if !e.EProtocol.Set() && !e.Practice {
		return Protocol{}, models.E(models.CodeState, "onward.no_decision")
	}
	type id struct {
		date       models.Date
		origin, to string
		correction bool
	}
	at := map[id]*Line{}
	p := Protocol{Election: e.ID, Decision: e.EProtocol}
	for _, f := range flows {
		k := id{date: f.Date, correction: f.Undoes}
		out := custody.HolderKind(f.Holder) == "municipality"
		switch {
		case out:
			k.to = custody.HolderID(f.Holder)
		case custody.HolderKind(f.Holder) == "origin":
			k.origin = f.Holder
		default:
			k.origin = f.Place
		}
		l := at[k]
		if l == nil {
			l = &Line{Date: k.date, Origin: k.origin, To: k.to, Correction: k.correction}
			at[k] = l
		}
		if out {
			l.Forwarded += f.Delta
			p.Forwarded += f.Delta
		} else {
			l.Received -= f.Delta
			p.Received -= f.Delta
		}
		l.LastSeq = max(l.LastSeq, f.Seq)
		p.LastSeq = max(p.LastSeq, f.Seq)
	}
	for _, l := range at {
		p.Lines = append(p.Lines, *l)
	}
	slices.SortFunc(p.Lines, func(a, b Line) int {
		c := 0
		if a.Correction != b.Correction {
			c = 1
			if b.Correction {
				c = -1
			}
		}
		return cmp.Or(a.Date.Compare(b.Date), c, cmp.Compare(a.To, b.To), cmp.Compare(a.Origin, b.Origin))
	})
	return p, nil
}

// Sums is law 2 for one election.
type Sums struct {
	Received   int `json:"received"`
	OnHand     int `json:"on_hand"`
	Forwarded  int `json:"forwarded"`
	Delivered  int `json:"delivered"`
	Voided     int `json:"voided"`
	Difference int `json:"difference"`
	Late       int `json:"late"` // part of OnHand
}

// Holds tells whether received = on hand + forwarded + delivered + voided + difference.
func (s Sums) Holds() bool {
	return s.Received == s.OnHand+s.Forwarded+s.Delivered+s.Voided+s.Difference
}

// Add puts a balance into the class of its holder.
func (s *Sums) Add(holder string, n int) {
	switch custody.Classify(holder) {
	case custody.ClassSource:
		s.Received -= n
	case custody.ClassOnHand:
		s.OnHand += n
		if holder == custody.Bin(BinLate) {
			s.Late += n
		}
	case custody.ClassForwarded:
		s.Forwarded += n
	case custody.ClassDelivered:
		s.Delivered += n
	case custody.ClassVoided, custody.ClassUsed:
		s.Voided += n
	case custody.ClassDifference:
		s.Difference += n
	}
}
