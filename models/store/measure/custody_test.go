package measure

import (
	"testing"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/store"
	"github.com/brevstemme/brevstemme/models/store/boxes"
	"github.com/brevstemme/brevstemme/models/store/pgtest"
	"github.com/brevstemme/brevstemme/models/trace"
)

// The bench asks about what it says it asks about; no time is asserted.
func TestBenchCustody(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	rows, err := Custody(t.Context(), db.AppDSN, db.OwnerDSN, 6000, 1)
	if err != nil || len(rows) != 4 {
		t.Fatalf("%+v %v", rows, err)
	}
	s, err := store.Open(t.Context(), store.Config{DSN: db.AppDSN})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close(t.Context())
	sums, err := s.Sums(t.Context(), "KV25")
	if err != nil {
		t.Fatal(err)
	}
	var in []custody.Balance
	for _, x := range sums {
		in = append(in, custody.Balance(x))
	}
	if l := custody.Conserve("KV25", in); !l.Holds() || l.Received != 6010 {
		t.Errorf("%+v", l)
	}
	three, err := s.ThreeWay(t.Context(), "KV25")
	if err != nil || len(three.Sessions) != 100 || three.Sessions[0].Verdict() == trace.VerdictDiffers || three.Sessions[0].Received != (trace.Figure{N: 60, Known: true}) {
		t.Errorf("%d sessions %v", len(three.Sessions), err)
	}
	all, err := s.Expectations(t.Context(), models.NewDate(2025, 11, 14))
	if err != nil || len(all) == 0 {
		t.Errorf("%d sources %v", len(all), err)
	}
	boxes, err := s.Containers(t.Context(), boxes.ContainerFilter{State: "received"})
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range boxes {
		if b.ID[:2] == "KB" {
			continue
		}
		p, err := s.CustodyProof(t.Context(), b.ID)
		if err != nil || len(p.Periods) != 3 {
			t.Errorf("%+v %v", p, err)
		}
	}
}
