// Package audits holds the book to account without trusting the program that wrote
// it: it verifies the database or a bundle from the entries alone, exports bundles and
// checks receipts. It writes nothing.
package audits

import (
	"github.com/brevstemme/brevstemme/models/store/book"
)

// Audits is this room of the store.
type Audits struct {
	book *book.Book
}

// New opens the room on a book.
func New(b *book.Book) *Audits {
	return &Audits{book: b}
}
