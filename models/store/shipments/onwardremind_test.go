package shipments_test

import (
	"testing"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/onward"
	"github.com/brevstemme/brevstemme/models/store/shipments"
)

// An acknowledgement that does not come is chased, votes that must leave are told
// of, once each, and only while it is so.
func TestTheEndOfTheRoadReminds(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	ctx := t.Context()
	c := w.sent("token-eeeeeeeeeeeeeeeeeeee")
	kinds := func() map[string]int {
		t.Helper()
		told, err := w.Remind(ctx)
		w.Must(err)
		out := map[string]int{}
		for _, r := range told {
			out[r.Kind]++
			if len(r.Words) == 0 || r.Link == "" || r.Due.IsZero() {
				t.Errorf("%+v", r)
			}
		}
		return out
	}
	if k := kinds(); k["ack_missing"] != 0 {
		t.Fatalf("told before it is due: %v", k)
	}
	opens, err := shipments.PollsOpen(w.KV)
	w.Must(err)
	w.Now = c.AckDue(opens).Add(time.Minute)
	first := kinds()["ack_missing"]
	if first == 0 {
		t.Fatal("nobody was told that the acknowledgement is missing")
	}
	if k := kinds(); k["ack_missing"] != 0 {
		t.Fatalf("told twice: %v", k)
	}
	w.Now = w.Now.Add(25 * time.Hour)
	if k := kinds(); k["ack_missing"] != first {
		t.Fatalf("the second day: %v, first %d", k, first)
	}
	w.Must(w.Acknowledge(ctx, models.Act{Key: "ack-1"}, "token-eeeeeeeeeeeeeeeeeeee", onward.AckCmd{Count: 7, Packets: 2, Intact: true}))
	w.Now = w.Now.Add(25 * time.Hour)
	if k := kinds(); k["ack_missing"] != 0 {
		t.Fatalf("after the answer: %v", k)
	}
	// Three votes for Odense lie in the bin: the courier's last departure is on the day before.
	_, err = w.Arrive(ctx, w.Act("anna", ""), w.KV.ID, "BORG", onward.ArriveCmd{From: "0740", Stated: -1, Count: 3})
	w.Must(err)
	w.SortPiles(map[string]int{onward.OtherBin("0461"): 3})
	w.Now = models.NewDate(2025, 11, 17).At(9, 0)
	if k := kinds(); k["last_safe"] != first || k["none_safe"] != 0 {
		t.Fatalf("a day before: %v", k)
	}
	w.Now = models.NewDate(2025, 11, 17).At(12, 0)
	if k := kinds(); k["last_safe"] != first {
		t.Fatalf("two hours before: %v", k)
	}
	w.Now = models.NewDate(2025, 11, 17).At(15, 0)
	if k := kinds(); k["none_safe"] != first || k["last_safe"] != 0 {
		t.Fatalf("after the last departure: %v", k)
	}
}

// When an acknowledgement is due: a working day after, never in a weekend, and
// before an election while there is time to drive.
func TestAckDue(t *testing.T) {
	opens := models.NewDate(2025, 11, 18).At(8, 0)
	for _, c := range []struct{ arrives, due time.Time }{
		{models.NewDate(2025, 11, 12).At(16, 0), models.NewDate(2025, 11, 13).At(16, 0)},
		{models.NewDate(2025, 11, 14).At(10, 0), models.NewDate(2025, 11, 17).At(10, 0)},   // Friday: Monday
		{models.NewDate(2025, 11, 15).At(10, 0), models.NewDate(2025, 11, 17).At(10, 0)},   // Saturday: Monday
		{models.NewDate(2025, 11, 17).At(10, 0), models.NewDate(2025, 11, 17).At(20, 0)},   // the day before: the evening
		{models.NewDate(2025, 11, 17).At(19, 30), models.NewDate(2025, 11, 17).At(21, 30)}, // two hours after
	} {
		if got := (onward.Consignment{Arrives: c.arrives.UTC()}).AckDue(opens); !got.Equal(c.due) {
			t.Errorf("arrives %s: due %s, want %s", c.arrives, got, c.due)
		}
	}
}
