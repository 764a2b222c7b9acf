// Package shipments takes the envelopes from reception to their end: sorting, other
// municipalities, polling stations, late lots, the protocol, statistics, destruction.
// How they came in is in boxes.
package shipments

import (
	"github.com/brevstemme/brevstemme/models/store/book"
	"github.com/brevstemme/brevstemme/models/store/persons"
	"github.com/brevstemme/brevstemme/models/store/plans"
)

// Shipments is this room of the store.
type Shipments struct {
	book    *book.Book
	persons *persons.Persons
	plans   *plans.Plans
}

// New opens the room on a book and on the rooms that it asks.
func New(b *book.Book, people *persons.Persons, plan *plans.Plans) *Shipments {
	return &Shipments{book: b, persons: people, plans: plan}
}
