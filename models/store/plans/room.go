// Package plans keeps elections, places and the plan: sessions, patterns, the talk
// with the libraries, versions and notices, the forecast's past, and what is public.
// Who staffs a session is in rosters; what happens at it is in desks.
package plans

import (
	"github.com/brevstemme/brevstemme/models/store/book"
	"github.com/brevstemme/brevstemme/models/store/persons"
)

// Plans is this room of the store.
type Plans struct {
	book    *book.Book
	persons *persons.Persons
}

// New opens the room on a book and on the rooms that it asks.
func New(b *book.Book, people *persons.Persons) *Plans {
	return &Plans{book: b, persons: people}
}
