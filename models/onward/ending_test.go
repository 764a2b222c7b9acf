package onward

import (
	"testing"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/journal"
)

// The count is over when the day has come, no deviation is open and nothing is
// left but what came late; a district without a result is told, not in the way.
func TestCountIsOver(t *testing.T) {
	day := models.NewDate(2025, 11, 18)
	good := func() Estate {
		return Estate{Election: models.Election{ID: "KV25", State: models.ElectionRunning, Date: day}, Sums: Sums{Received: 25, Delivered: 20, Voided: 2, Late: 3, OnHand: 3}, Unreported: 1}
	}
	for name, c := range map[string]struct {
		spoil func(*Estate)
		today models.Date
		want  string
	}{
		"all is delivered":       {func(*Estate) {}, day, ""},
		"the day before":         {func(*Estate) {}, day.Add(-1), "onward.vote_not_held"},
		"an open deviation":      {func(x *Estate) { x.Deviations = 1 }, day.Add(1), "onward.deviations_open"},
		"an envelope on hand":    {func(x *Estate) { x.Sums.OnHand++ }, day.Add(1), "onward.still_on_hand"},
		"counted already":        {func(x *Estate) { x.Election.State = models.ElectionCounted }, day.Add(1), "state"},
		"called off":             {func(x *Estate) { x.Election.State = models.ElectionCancelled }, day.Add(1), "state"},
		"votes from others only": {func(x *Estate) { x.Election.State = models.ElectionPlanned }, day.Add(1), ""},
	} {
		x := good()
		c.spoil(&x)
		before := x.Election
		d, err := EndCount(x, c.today)
		switch {
		case c.want == "" && err != nil, c.want != "" && models.CodeOf(err) != models.CodeState:
			t.Errorf("%s: %v", name, err)
		case c.want == "state":
		case c.want != "" && err.(*models.Error).TextKey() != c.want:
			t.Errorf("%s: %s, want %s", name, err.(*models.Error).TextKey(), c.want)
		}
		if c.want != "" {
			if len(d.Records) != 0 || x.Election.State != before.State {
				t.Errorf("%s: refused, and changed %v", name, d.Records)
			}
			continue
		}
		e, ok := d.Records[0].(models.Election)
		fact := func(name string) string { return journal.Entry{Draft: d.Draft}.Value(name) }
		if !ok || e.State != models.ElectionCounted || fact("delivered") != "20" || fact("late") != "3" || fact("without_result") != "1" {
			t.Errorf("%s: %+v", name, d)
		}
	}
}
