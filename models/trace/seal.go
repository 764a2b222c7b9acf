package trace

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/models/journal"

	"github.com/brevstemme/brevstemme/models/custody"
)

// SealTrace is what became of one seal that a place was given. Zero times are
// things that did not happen.
type SealTrace struct {
	custody.Seal
	Issued, Applied, Ended time.Time // Ended: broken or lost, wherever that was
	AppliedBy              string    // person id
	Returned               time.Time // left the place's stock unused
	ReturnedTo             string    // place id
}

// SealTraces reads from the journal what became of the seals of a place. entries
// are all that moved seals of its stock, oldest first; now holds the seals as
// they stand, ended when each was broken or lost.
func SealTraces(place string, entries []journal.Entry, now []custody.Seal, ended map[string]time.Time) []SealTrace {
	traces := map[string]*SealTrace{}
	for _, x := range now {
		traces[x.Serial] = &SealTrace{Seal: x, Ended: ended[x.Serial]}
	}
	for _, e := range entries {
		other := map[string]string{} // the far end of each seal's movement
		for _, p := range e.Postings {
			if serial, ok := strings.CutPrefix(p.Item, "seal:"); ok && p.Holder != custody.At(place) {
				other[serial] = p.Holder
			}
		}
		for _, p := range e.Postings {
			serial, ok := strings.CutPrefix(p.Item, "seal:")
			if t := traces[serial]; ok && t != nil && p.Holder == custody.At(place) {
				t.step(e, p.Delta > 0, other[serial])
			}
		}
	}
	out := make([]SealTrace, 0, len(traces))
	for _, t := range traces {
		if !t.Issued.IsZero() {
			out = append(out, *t)
		}
	}
	slices.SortFunc(out, func(a, b SealTrace) int { return cmp.Compare(a.Serial, b.Serial) })
	return out
}

// step notes one movement into or out of the place's stock. What comes out of a
// container was broken and is kept here as evidence: that is no issue.
func (t *SealTrace) step(e journal.Entry, in bool, other string) {
	kind := custody.HolderKind(other)
	switch {
	case in && kind != "container":
		t.Issued, t.Returned, t.ReturnedTo = e.At, time.Time{}, ""
	case in:
	case kind == "container":
		t.Applied = e.At
		if len(e.Actors) > 0 {
			t.AppliedBy = e.Actors[0].Person
		}
	case kind == "store":
		t.Returned, t.ReturnedTo = e.At, custody.HolderID(other)
	}
}

// SealSums counts traces: issued = in stock + used + returned + lost. A seal that
// was lost off a container is used and lost, and counts as lost.
func SealSums(ts []SealTrace) (issued, used, returned, lost int) {
	for _, t := range ts {
		issued++
		switch {
		case t.State == custody.SealLost && t.Returned.IsZero():
			lost++
		case !t.Applied.IsZero():
			used++
		case !t.Returned.IsZero():
			returned++
		}
	}
	return issued, used, returned, lost
}
