// Package boxes follows every envelope from the desk into reception: containers,
// seals, handovers, couriers' links, deviations, what is expected home in the
// evening, proofs and the three-way balance. From reception on it is shipments.
package boxes

import (
	"log/slog"

	"github.com/brevstemme/brevstemme/models/store/book"
	"github.com/brevstemme/brevstemme/models/store/persons"
	"github.com/brevstemme/brevstemme/models/store/plans"
)

// Boxes is this room of the store.
type Boxes struct {
	book    *book.Book
	persons *persons.Persons
	plans   *plans.Plans

	log      *slog.Logger
	cleaning chan struct{} // one picture at a time is drawn anew
}

// New opens the room on a book and on the rooms that it asks.
func New(b *book.Book, people *persons.Persons, plan *plans.Plans, log *slog.Logger) *Boxes {
	return &Boxes{book: b, persons: people, plans: plan, log: log, cleaning: make(chan struct{}, 1)}
}
