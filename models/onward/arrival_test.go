package onward

import (
	"testing"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
)

func TestArrivals(t *testing.T) {
	e := models.Election{ID: "KV25", Municipality: "0751"}
	opens := models.NewDate(2025, 11, 18).At(8, 0)
	take := func(cmd ArriveCmd) (Arrival, Decided, error) {
		dec, err := Arrive(e, "BORG", opens, person("a"), cmd, noon)
		if err != nil {
			return Arrival{}, dec, err
		}
		return dec.Records[0].(Arrival), dec, dec.Draft.Check()
	}
	x, dec, err := take(ArriveCmd{From: "0461", Stated: 12, Count: 12})
	if err != nil || x.State != ArrivalReceived || Sum(after(nil, custody.At("BORG"), dec.Draft)) != 12 {
		t.Fatalf("%+v %v", x, err)
	}
	x, dec, err = take(ArriveCmd{From: "0461", Stated: 12, Count: 11})
	if err != nil || x.State != ArrivalDiffers || len(dec.Draft.Postings) != 0 || x.Blind().Stated != -1 {
		t.Fatalf("%+v %v", x, err)
	}
	if _, err := CountArrival(x, opens, person("a"), 11, "", noon); models.CodeOf(err) != models.CodeSamePerson {
		t.Fatal(err)
	}
	dec, err = CountArrival(x, opens, person("b"), 11, "", noon)
	if y := dec.Records[0].(Arrival); err != nil || y.State != ArrivalReceived || y.Booked != 11 || y.Deviation == "" {
		t.Fatalf("%+v %v", dec, err)
	}
	for _, bad := range []ArriveCmd{{From: "0751", Count: 1}, {From: "9999", Count: 1}, {From: "0461"}, {From: "0461", Count: -3}, {From: "0461", Count: 2, Reference: "010203-1234"}} {
		if _, _, err := take(bad); err == nil {
			t.Errorf("accepted %+v", bad)
		}
	}
	late, err := Arrive(e, "BORG", opens, person("a"), ArriveCmd{From: Abroad, Stated: -1, Count: 3, Cause: "Kom med posten kl. 10"}, opens)
	if err != nil || !late.Records[0].(Arrival).Late || Sum(after(nil, custody.Bin(BinLate), late.Draft)) != 3 || late.Records[1].(LateLot).Origin != Abroad {
		t.Fatalf("%+v %v", late, err)
	}
	if _, err := Arrive(e, "BORG", opens, person("a"), ArriveCmd{From: Abroad, Stated: -1, Count: 3}, opens); err == nil {
		t.Error("late without a cause")
	}
}
