// Package rosters staffs the plan: appointments, instruction, wishes, shifts, the
// week, and the erasure of those who have left. The persons themselves are in persons.
package rosters

import (
	"github.com/brevstemme/brevstemme/models/store/book"
	"github.com/brevstemme/brevstemme/models/store/persons"
	"github.com/brevstemme/brevstemme/models/store/plans"
)

// Rosters is this room of the store.
type Rosters struct {
	book    *book.Book
	persons *persons.Persons
	plans   *plans.Plans
}

// New opens the room on a book and on the rooms that it asks.
func New(b *book.Book, people *persons.Persons, plan *plans.Plans) *Rosters {
	return &Rosters{book: b, persons: people, plans: plan}
}
