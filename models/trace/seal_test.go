package trace

import (
	"testing"
	"time"

	"github.com/brevstemme/brevstemme/models/journal"

	"github.com/brevstemme/brevstemme/models/custody"
)

// Every seal a place was given is issued, and in stock, used, returned or lost;
// what came there only as a broken seal to be kept was never issued there.
func TestSealTraces(t *testing.T) {
	at := func(h int) time.Time { return time.Date(2025, time.November, 3, h, 0, 0, 0, time.UTC) }
	entry := func(h int, from, to string, serials ...string) journal.Entry {
		e := journal.Entry{At: at(h), Actors: []journal.Actor{{Person: "ida"}}}
		for _, x := range serials {
			e.Draft = e.Draft.Move(custody.SealItem(x), from, to, 1)
		}
		return e
	}
	entries := []journal.Entry{
		entry(8, custody.Registry, custody.At("GELL"), "S1", "S2", "S3", "S4", "S5"),
		entry(9, custody.At("GELL"), custody.InContainer("BX1"), "S1", "S2"),
		entry(10, custody.InContainer("BX1"), custody.At("GELL"), "S1"), // broken, kept here
		entry(11, custody.InContainer("BX7"), custody.At("GELL"), "S9"), // broken here, issued elsewhere
		entry(12, custody.At("GELL"), custody.At("DOKK"), "S3"),
		entry(13, custody.At("GELL"), custody.At("DOKK"), "S5"),
		entry(14, custody.At("DOKK"), custody.At("GELL"), "S5"),
		entry(15, custody.At("GELL"), custody.Void("seal_lost"), "S5"),
	}
	seals := []custody.Seal{{Serial: "S1", State: custody.SealBroken, Container: "BX1"}, {Serial: "S2", State: custody.SealApplied, Container: "BX1"}, {Serial: "S3", State: custody.SealStock},
		{Serial: "S4", State: custody.SealStock}, {Serial: "S5", State: custody.SealLost}, {Serial: "S9", State: custody.SealBroken}}
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
