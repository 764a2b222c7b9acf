package shipments_test

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

// ledger is a town that keeps the protocol electronically, in two elections.
type ledger struct{ *town }

// Whatever happens, the protocol's totals are those of the journal, read entry
// by entry from its bytes, and corrections are lines of their own.
func TestProtocolEqualsTheJournal(t *testing.T) {
	t.Parallel()
	w := ledger{newTown(t)}
	w.decide()
	rapid.Check(t, func(r *rapid.T) {
		for range rapid.IntRange(1, 6).Draw(r, "acts") {
			w.something(r)
		}
		w.agrees(r)
	})
}

// decide to keep it electronically: without a whole decision there is no protocol.
func (w ledger) decide() {
	ctx := w.T.Context()
	if _, err := w.Protocol(ctx, w.KV.ID); models.CodeOf(err) != models.CodeState {
		w.T.Fatalf("kept electronically without a decision: %v", err)
	}
	if err := w.DecideProtocol(ctx, w.Act("karen", ""), w.KV.ID, models.Decision{Body: "Byrådet"}); models.CodeOf(err) != models.CodeInvalid {
		w.T.Fatalf("half a decision: %v", err)
	}
	w.Must(w.DecideProtocol(ctx, w.Act("karen", ""), w.KV.ID, models.Decision{Date: models.NewDate(2025, 3, 4), Body: "Byrådet", Reference: "pkt. 12"}))
}

// something is received on some day in one of the two elections; afterwards one
// envelope is taken back, or some go on to another municipality or come from one.
func (w ledger) something(r *rapid.T) {
	at := models.NewDate(2025, 10, 7).Add(rapid.IntRange(0, 38).Draw(r, "day")).At(rapid.IntRange(0, 23).Draw(r, "hour"), 30)
	n := int64(rapid.IntRange(1, 9).Draw(r, "n"))
	other := fmt.Sprintf("%04d", rapid.SampledFrom([]int{461, 101, 851}).Draw(r, "from"))
	election := rapid.SampledFrom([]string{w.KV.ID, w.Aer.ID}).Draw(r, "election")
	store := custody.At("BORG")
	w.move("test.received", custody.Voter, store, election, n+1, at)
	switch rapid.IntRange(0, 3).Draw(r, "what") {
	case 0:
		w.move("test.undone", store, custody.Voter, election, 1, at.Add(48*time.Hour))
	case 1:
		w.move("test.forwarded", store, custody.Municipality(other), election, n, at)
	case 2:
		w.move("test.arrived", custody.Origin(other), store, election, n, at)
	}
}

// move writes one entry that moves n envelopes.
func (w ledger) move(kind, from, to, election string, n int64, at time.Time) {
	w.T.Helper()
	act := w.Act("anna", "")
	act.At = at
	_, _, err := w.Book().Append(w.T.Context(), act, book.Need{}, func(*book.Working) (journal.Draft, error) {
		return journal.Draft{Kind: kind, Election: election, Place: "BORG"}.Move(custody.Envelope(election, custody.Own), from, to, n), nil
	})
	w.Must(err)
}

// totals reads every entry of the journal.
func (w ledger) totals(r *rapid.T) (received, forwarded int) {
	entries, err := w.Book().EntriesWhere(w.T.Context(), "true ORDER BY seq")
	if err != nil {
		r.Fatal(err)
	}
	for _, e := range entries {
		for _, x := range e.Postings {
			if el, _, ok := custody.EnvelopeOf(x.Item); !ok || el != w.KV.ID {
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
	return received, forwarded
}

// agrees: the protocol's totals, its lines' and the conservation's are the journal's.
func (w ledger) agrees(r *rapid.T) {
	p, err := w.Protocol(w.T.Context(), w.KV.ID)
	if err != nil {
		r.Fatal(err)
	}
	received, forwarded := w.totals(r)
	lines := onward.Protocol{}
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
	sums, err := w.Conservation(w.T.Context(), w.KV.ID)
	if err != nil || !sums.Holds() || sums.Received != received {
		r.Fatalf("%+v %v", sums, err)
	}
}
