package custody

import (
	"cmp"
	"slices"
	"time"
)

// Quality is how well the handovers from a place were recorded, while it can
// still be mended: numbers of handovers that lack something, and how long after
// the event the giver's half came into the book.
type Quality struct {
	Place     string        `json:"place"`
	Handovers int           `json:"handovers"`
	NoCount   int           `json:"no_count"`   // answered without a container being opened and counted
	NoSeal    int           `json:"no_seal"`    // something full left without a seal
	NoSecond  int           `json:"no_second"`  // no second person at the giver
	NoTime    int           `json:"no_time"`    // no planned time, or no arrival noted
	NoCourier int           `json:"no_courier"` // the courier never signed
	Late      time.Duration `json:"late"`       // median from event to record
	Latest    time.Duration `json:"latest"`
}

// Share is a number of the handovers in percent, rounded down.
func (q Quality) Share(n int) int {
	if q.Handovers == 0 {
		return 0
	}
	return 100 * n / q.Handovers
}

// Meter measures the form quality per place, by place. Withdrawn handovers do
// not count; what is still open is not blamed for its receiver.
func Meter(all []Handover) []Quality {
	at := map[string]*Quality{}
	late := map[string][]time.Duration{}
	for _, h := range all {
		if h.State == HandoverWithdrawn {
			continue
		}
		q := at[h.From]
		if q == nil {
			q = &Quality{Place: h.From}
			at[h.From] = q
		}
		q.add(h)
		late[h.From] = append(late[h.From], h.Giver.Entered.Sub(h.Giver.At))
	}
	var out []Quality
	for place, q := range at {
		d := late[place]
		slices.Sort(d)
		q.Late, q.Latest = d[len(d)/2], d[len(d)-1]
		out = append(out, *q)
	}
	slices.SortFunc(out, func(a, b Quality) int { return cmp.Compare(a.Place, b.Place) })
	return out
}

func (q *Quality) add(h Handover) {
	q.Handovers++
	answered := h.State == HandoverAccepted || h.State == HandoverPart
	count := func(n *int, yes bool) {
		if yes {
			*n++
		}
	}
	count(&q.NoSeal, h.NoSeal != "")
	count(&q.NoSecond, !h.Witness.Signed())
	count(&q.NoTime, h.PlannedTo.IsZero() || answered && h.Arrived.IsZero())
	count(&q.NoCourier, answered && !h.Carrier.Signed())
	opened := false
	for _, c := range h.Counts {
		opened = opened || slices.ContainsFunc(c.Reads, func(r Read) bool { return r.Opened })
	}
	count(&q.NoCount, answered && !opened)
}
