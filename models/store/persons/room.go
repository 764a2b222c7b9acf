// Package persons keeps people and how they get in: persons with their private
// data beside the journal, accounts, passwords, web sessions, single sign-on, and
// the mail that waits to be sent to them. Who may do what at a session (appointed,
// instructed, on a shift) is not here but in rosters.
package persons

import (
	"github.com/brevstemme/brevstemme/models/store/book"
)

// Persons is this room of the store.
type Persons struct {
	book *book.Book
}

// New opens the room on a book.
func New(b *book.Book) *Persons {
	return &Persons{book: b}
}
