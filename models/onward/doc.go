// Package onward is the end of the road: sorting into polling districts
// (afstemningsområder) and municipalities, forwarding, receiving from others,
// delivery to the polling stations, what the examination found, and the
// statutory record (brevstemmeprotokol). It decides acts from records and
// balances as package custody does; models/store loads and saves.
//
// An envelope keeps the destination that the receiver at the desk said (its
// item); the bin it lies in says what the sorter found. Both stay in the book.
package onward

import (
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/journal"
)

// Decided is an act that was decided: the draft for the journal (without
// Changes) and the records as they stand after it.
type Decided struct {
	Draft   journal.Draft
	Records []models.Record
}

// deviation is one that an act of this package opens.
func deviation(a models.Act, now time.Time, t custody.DeviationType, election, place, label, expected, found string) custody.Deviation {
	return custody.Deviation{ID: models.DeriveID("D", a.Key, label), Type: t, State: custody.DeviationOpen, Election: election, Place: place,
		FoundBy: a.Person, FoundAt: now.UTC(), Expected: expected, Found: found, Deadline: models.DateOf(now).Add(1)}
}

// Of keeps the envelopes of one election in a holding: item → units.
func Of(held map[string]int64, election string) map[string]int64 {
	out := map[string]int64{}
	for item, n := range held {
		if e, _, ok := custody.EnvelopeOf(item); ok && e == election && n != 0 {
			out[item] = n
		}
	}
	return out
}

// Sum adds up a holding.
func Sum(held map[string]int64) int {
	n := int64(0)
	for _, k := range held {
		n += k
	}
	return int(n)
}

func clean(s string) string { return strings.Join(strings.Fields(s), " ") }
