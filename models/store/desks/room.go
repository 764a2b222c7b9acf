// Package desks runs a session at the counter: opening, counting, closing, the board
// over all desks, and the papers that hang or lie there (lists of candidates,
// notices, emergency pads). Where the envelopes go from the desk is in boxes.
package desks

import (
	"github.com/brevstemme/brevstemme/models/store/book"
	"github.com/brevstemme/brevstemme/models/store/plans"
)

// Desks is this room of the store.
type Desks struct {
	book  *book.Book
	plans *plans.Plans
}

// New opens the room on a book and on the rooms that it asks.
func New(b *book.Book, plan *plans.Plans) *Desks {
	return &Desks{book: b, plans: plan}
}
