package measure

import (
	"testing"

	"github.com/brevstemme/brevstemme/models/store"
	"github.com/brevstemme/brevstemme/models/store/pgtest"
)

// The bench counts what it says it counts; no time is asserted.
func TestBenchOnward(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	rows, err := Onward(t.Context(), db.AppDSN, db.OwnerDSN, 4000, 1)
	if err != nil || len(rows) != 3 || rows[0].Answer <= 0 || rows[1].Answer <= 0 || rows[2].Answer <= 0 {
		t.Fatalf("%+v %v", rows, err)
	}
	s, err := store.Open(t.Context(), store.Config{DSN: db.AppDSN})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close(t.Context())
	p, err := s.Protocol(t.Context(), "KV25")
	if err != nil || p.Received != 4000 {
		t.Fatalf("%d received, %v", p.Received, err)
	}
	sums, err := s.Conservation(t.Context(), "KV25")
	if err != nil || sums.Received != 4000 || !sums.Holds() {
		t.Fatalf("%+v %v", sums, err)
	}
	cells, err := s.Statistics(t.Context(), "KV25")
	n := 0
	for _, c := range cells {
		n += c.N
	}
	if err != nil || n != 4000 {
		t.Fatalf("%d in the statistics, %v", n, err)
	}
}
