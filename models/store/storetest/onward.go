package storetest

import (
	"fmt"

	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/journal"
	"github.com/brevstemme/brevstemme/models/onward"
	"github.com/brevstemme/brevstemme/models/store/book"
)

// Fill puts envelopes of the local election into the reception's store.
func (w *Town) Fill(n int, destination string) {
	w.T.Helper()
	_, _, err := w.Book().Append(w.T.Context(), w.Act("anna", ""), book.Need{}, func(*book.Working) (journal.Draft, error) {
		return journal.Draft{Kind: "test.filled", Election: w.KV.ID, Place: "BORG"}.Move(custody.Envelope(w.KV.ID, destination), custody.Voter, custody.At("BORG"), int64(n)), nil
	})
	w.Must(err)
}

// MakeDistricts saves n polling districts near each other.
func (w *Town) MakeDistricts(n int) []onward.District {
	w.T.Helper()
	var ds []onward.District
	for i := 1; i <= n; i++ {
		ds = append(ds, onward.District{Code: "0751", Number: i, Name: fmt.Sprint("Område ", i), Station: fmt.Sprint("Skole ", i), Lat: 56 + float64(i)/100, Lon: 10, Voters: 1000 * i})
	}
	w.Must(w.SaveDistricts(w.T.Context(), w.Act("karen", ""), ds, true))
	got, err := w.Districts(w.T.Context(), "0751")
	w.Must(err)
	return got
}

// SortPiles sorts everything at the reception into bins, counted by two.
func (w *Town) SortPiles(piles map[string]int) onward.Sorting {
	w.T.Helper()
	x, err := w.SortFirst(w.T.Context(), w.Act("anna", ""), w.KV.ID, "BORG", "", piles)
	w.Must(err)
	x, err = w.SortAgain(w.T.Context(), w.Act("bo", ""), x.ID, piles)
	w.Must(err)
	return x
}
