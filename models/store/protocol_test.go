package store

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/journal"
	"github.com/brevstemme/brevstemme/models/onward"
	"github.com/brevstemme/brevstemme/models/store/book"
)

// Whatever happens, the protocol's totals are those of the journal, read entry
// by entry from its bytes, and corrections are lines of their own.
func TestProtocolEqualsTheJournal(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	ctx := t.Context()
	if _, err := w.Protocol(ctx, w.kv.ID); models.CodeOf(err) != models.CodeState {
		t.Fatalf("kept electronically without a decision: %v", err)
	}
	if err := w.DecideProtocol(ctx, w.act("karen", ""), w.kv.ID, models.Decision{Body: "Byrådet"}); models.CodeOf(err) != models.CodeInvalid {
		t.Fatalf("half a decision: %v", err)
	}
	w.must(w.DecideProtocol(ctx, w.act("karen", ""), w.kv.ID, models.Decision{Date: models.NewDate(2025, 3, 4), Body: "Byrådet", Reference: "pkt. 12"}))
	move := func(kind, from, to, election string, n int64, at time.Time) {
		act := w.act("anna", "")
		act.At = at
		_, _, err := w.book.Append(ctx, act, book.Need{}, func(*book.Working) (journal.Draft, error) {
			return journal.Draft{Kind: kind, Election: election, Place: "BORG"}.Move(custody.Envelope(election, custody.Own), from, to, n), nil
		})
		w.must(err)
	}
	store := custody.At("BORG")
	rapid.Check(t, func(r *rapid.T) {
		for range rapid.IntRange(1, 6).Draw(r, "acts") {
			at := models.NewDate(2025, 10, 7).Add(rapid.IntRange(0, 38).Draw(r, "day")).At(rapid.IntRange(0, 23).Draw(r, "hour"), 30)
			n := int64(rapid.IntRange(1, 9).Draw(r, "n"))
			from := fmt.Sprintf("%04d", rapid.SampledFrom([]int{461, 101, 851}).Draw(r, "from"))
			election := rapid.SampledFrom([]string{w.kv.ID, w.aer.ID}).Draw(r, "election")
			move("test.received", custody.Voter, store, election, n+1, at)
			switch rapid.IntRange(0, 3).Draw(r, "what") {
			case 0:
				move("test.undone", store, custody.Voter, election, 1, at.Add(48*time.Hour))
			case 1:
				move("test.forwarded", store, custody.Municipality(from), election, n, at)
			case 2:
				move("test.arrived", custody.Origin(from), store, election, n, at)
			}
		}
		p, err := w.Protocol(ctx, w.kv.ID)
		if err != nil {
			r.Fatal(err)
		}
		entries, err := w.book.EntriesWhere(ctx, "true ORDER BY seq")
		if err != nil {
			r.Fatal(err)
		}
		received, forwarded, lines := 0, 0, onward.Protocol{}
		for _, e := range entries {
			for _, x := range e.Postings {
				if el, _, ok := custody.EnvelopeOf(x.Item); !ok || el != w.kv.ID {
					continue
				}
				switch custody.Classify(x.Holder) {
				case custody.ClassSource:
					received -= int(x.Delta)
				case custody.ClassForwarded:
					forwarded += int(x.Delta)
				}
			}
		}
		for _, l := range p.Lines {
			lines.Received += l.Received
			lines.Forwarded += l.Forwarded
			if l.Correction != (l.Received < 0 || l.Forwarded < 0) {
				r.Fatalf("%+v", l)
			}
		}
		if p.Received != received || p.Forwarded != forwarded || lines.Received != received || lines.Forwarded != forwarded {
			r.Fatalf("protocol %d/%d, lines %d/%d, journal %d/%d", p.Received, p.Forwarded, lines.Received, lines.Forwarded, received, forwarded)
		}
		sums, err := w.Conservation(ctx, w.kv.ID)
		if err != nil || !sums.Holds() || sums.Received != received {
			r.Fatalf("%+v %v", sums, err)
		}
	})
}
