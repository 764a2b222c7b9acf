package measure

import (
	"testing"

	"github.com/brevstemme/brevstemme/models/store/pgtest"
)

// The measurement's own book is whole, and its length is what it says.
func TestBenchVerifyFillsAWholeBook(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	rows, err := Verify(t.Context(), db.AppDSN, db.OwnerDSN, []int{50, 200})
	if err != nil || len(rows) != 2 || rows[1].Entries != 200 {
		t.Fatalf("%+v %v", rows, err)
	}
}
