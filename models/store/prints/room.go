// Package prints keeps the log of printed forms: originals, reprints, and blank forms
// that were typed in.
package prints

import (
	"github.com/brevstemme/brevstemme/models/store/book"
)

// Prints is this room of the store.
type Prints struct {
	book *book.Book
}

// New opens the room on a book.
func New(b *book.Book) *Prints {
	return &Prints{book: b}
}
