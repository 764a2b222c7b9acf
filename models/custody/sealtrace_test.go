package custody

import (
	"testing"
	"time"

	"github.com/brevstemme/brevstemme/models/journal"
)

// Every seal a place was given is issued, and in stock, used, returned or lost;
// what came there only as a broken seal to be kept was never issued there.
func TestSealTraces(t *testing.T) {
	at := func(h int) time.Time { return time.Date(2025, time.November, 3, h, 0, 0, 0, time.UTC) }
	entry := func(h int, from, to string, serials ...string) journal.Entry {
		e := journal.Entry{At: at(h), Actors: []journal.Actor{{Person: "ida"}}}
		for _, x := range serials {
			e.Draft = e.Draft.Move(SealItem(x), from, to, 1)
		}
		return e
	}
	entries := []journal.Entry{
		entry(8, Registry, At("GELL"), "S1", "S2", "S3", "S4", "S5"),
		entry(9, At("GELL"), InContainer("BX1"), "S1", "S2"),
		entry(10, InContainer("BX1"), At("GELL"), "S1"), // broken, kept here
		entry(11, InContainer("BX7"), At("GELL"), "S9"), // broken here, issued elsewhere
		entry(12, At("GELL"), At("DOKK"), "S3"),
		entry(13, At("GELL"), At("DOKK"), "S5"),
		entry(14, At("DOKK"), At("GELL"), "S5"),
		entry(15, At("GELL"), Void("seal_lost"), "S5"),
	}
	seals := []Seal{{Serial: "S1", State: SealBroken, Container: "BX1"}, {Serial: "S2", State: SealApplied, Container: "BX1"}, {Serial: "S3", State: SealStock},
		{Serial: "S4", State: SealStock}, {Serial: "S5", State: SealLost}, {Serial: "S9", State: SealBroken}}
	got := SealTraces("GELL", entries, seals, map[string]time.Time{"S1": at(10), "S5": at(15)})
	if len(got) != 5 {
		t.Fatalf("%d traces", len(got))
	}
	for i, want := range []SealTrace{
		{Seal: seals[0], Issued: at(8), Applied: at(9), AppliedBy: "ida", Ended: at(10)},
		{Seal: seals[1], Issued: at(8), Applied: at(9), AppliedBy: "ida"},
		{Seal: seals[2], Issued: at(8), Returned: at(12), ReturnedTo: "DOKK"},
		{Seal: seals[3], Issued: at(8)},
		{Seal: seals[4], Issued: at(14), Ended: at(15)},
	} {
		if got[i] != want {
			t.Errorf("got %+v, want %+v", got[i], want)
		}
	}
	if issued, used, back, lost := SealSums(got); issued != 5 || used != 2 || back != 1 || lost != 1 {
		t.Errorf("issued %d, used %d, returned %d, lost %d", issued, used, back, lost)
	}
}
