package custody

import (
	"testing"
	"time"

	"github.com/brevstemme/brevstemme/models"
)

func TestMeterCountsExactly(t *testing.T) {
	at := models.NewDate(2025, 11, 10).At(9, 0)
	signed := Signature{Person: "p", At: at, Entered: at}
	good := Handover{From: "LYS", State: HandoverAccepted, Giver: signed, Witness: signed, Carrier: signed, PlannedTo: at, Arrived: at, Counts: []BlindCount{{Reads: []Read{{Opened: true}}}}}
	all := []Handover{good, good, good, good}
	all[1].Witness, all[1].NoSeal = Signature{}, "out of seals today"
	all[2].Counts, all[2].Carrier = nil, Signature{}
	all[3].Giver.Entered = at.Add(40 * time.Minute)
	withdrawn := good
	withdrawn.State = HandoverWithdrawn
	q := Meter(append(all, withdrawn))[0]
	want := Quality{Place: "LYS", Handovers: 4, NoCount: 1, NoSeal: 1, NoSecond: 1, NoCourier: 1, Latest: 40 * time.Minute}
	if q != want || q.Share(q.NoSeal) != 25 {
		t.Errorf("%+v", q)
	}
}
