// Package journal is the append-only, hash-chained book of everything that
// happens: one Entry per act, double-entry postings inside it, the records that
// the act changed, and the hash of the entry before. The byte format is
// docs/journal-format.md; a verifier in another language can be written from it.
//
// Standard library only: the format must be readable without SQL.
package journal

import (
	"encoding/json"
	"time"

	"github.com/brevstemme/brevstemme/models"
)

// Posting moves Delta units of Item to (positive) or from (negative) Holder.
// The postings of one entry sum to zero per item: nothing appears or vanishes
// (law 2 of the house).
type Posting struct {
	Holder string // "container:K7", "desk:S12", "voter"; see models/custody
	Item   string // "env:<election>:<destination>", "seal:<serial>", "box:<container>" …
	Delta  int64
}

// Actor is a person who did or confirmed the act. Person is an opaque id;
// Commitment is SHA-256 over salt and personal data (hex), so that the name can
// be erased by law and the chain still verifies.
type Actor struct {
	Person     string
	Role       models.Role
	Commitment string
}

// Fact is one named detail of the act: a seal number, a count, a reason code.
// Names are unique inside an entry and sorted in the canonical form.
type Fact struct{ Name, Value string }

// Change is a record as it stands after the act. Everything outside the journal
// is the latest Change per kind and id, so every table can be rebuilt from it.
type Change struct {
	Kind string          // models.Record.RecordKind
	ID   string          // models.Record.RecordID
	Doc  json.RawMessage // JSON as encoding/json writes the record
}

// Draft is an act decided but not yet in the book: all that the domain says.
type Draft struct {
	Kind     string // stable act name, "envelope.received"
	Election string // election id, empty when the act belongs to none
	Place    string // place id, empty when the act belongs to none
	Facts    []Fact
	Postings []Posting
	Changes  []Change
}

// Fact adds a detail and returns the draft, for building in one expression.
// An empty value is left out.
func (d Draft) Fact(name, value string) Draft {
	if value != "" {
		d.Facts = append(d.Facts, Fact{name, value})
	}
	return d
}

// Move adds the two postings that take n units of item from one holder to another.
func (d Draft) Move(item, from, to string, n int64) Draft {
	d.Postings = append(d.Postings, Posting{from, item, -n}, Posting{to, item, n})
	return d
}

// Entry is one line of the book. Seq counts from 1 without gaps; order is by
// Seq, never by clock.
type Entry struct {
	Draft
	Seq      int64
	At       time.Time // when it happened, UTC, microseconds
	Offset   int       // minutes east of UTC of the wall clock where it happened
	Recorded time.Time // when it was written, UTC, microseconds
	Actors   []Actor
	ClientID string   // idempotency key, unique in the book
	Digest   [32]byte // SHA-256 of the request, to tell a replay from a reuse
	Prev     [32]byte // hash of entry Seq-1; 32 zero bytes for the first
	Hash     [32]byte // SHA-256 of Canonical()
}

// Later tells whether the act was entered a while after it happened: from paper,
// or by a device that had no network.
func (e Entry) Later() bool { return e.Recorded.Sub(e.At) >= time.Minute }

// Value returns the fact with the given name, "" when there is none.
func (e Entry) Value(name string) string {
	for _, f := range e.Facts {
		if f.Name == name {
			return f.Value
		}
	}
	return ""
}
