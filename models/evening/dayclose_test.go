package evening

import (
	"testing"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
)

func TestADayIsNotSignedTwiceByOneNorWithWhatIsOnlyHandled(t *testing.T) {
	now := models.NewDate(2025, 11, 14).At(21, 0)
	open := OpenItems(nil, nil, []custody.Deviation{{ID: "D1", State: custody.DeviationHandled}, {ID: "D2", State: custody.DeviationClosed}}, now)
	if len(open) != 1 || open[0].ID != "D1" {
		t.Fatalf("%v", open)
	}
	alone := models.Act{Key: "k", Person: "karen", Witness: "karen"}
	if _, err := CloseDay(alone, now, models.DateOf(now), nil, open, "the car broke down"); models.CodeOf(err) != models.CodeSamePerson {
		t.Error(err)
	}
}
