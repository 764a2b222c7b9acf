package journal

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"time"
	"unicode/utf8"

	"github.com/brevstemme/brevstemme/models"
)

// ErrNotCanonical is the error of bytes that no entry could have made.
var ErrNotCanonical = errors.New("journal: not the canonical form of an entry")

// Decode is the strict inverse of Canonical: bytes that Canonical would not
// have written are refused.
func Decode(b []byte) (Entry, error) {
	r := reader{b: b}
	if !bytes.HasPrefix(b, []byte(domain)) {
		return Entry{}, ErrNotCanonical
	}
	r.b = r.b[len(domain):]
	var e Entry
	e.Seq = r.i64()
	e.Kind = r.str()
	e.At = time.UnixMicro(r.i64()).UTC()
	e.Offset = int(int32(r.u32()))
	e.Recorded = time.UnixMicro(r.i64()).UTC()
	e.Election, e.Place, e.ClientID = r.str(), r.str(), r.str()
	copy(e.Digest[:], r.take(32))
	for range r.count() {
		e.Actors = append(e.Actors, Actor{r.str(), models.Role(r.str()), r.str()})
	}
	for range r.count() {
		e.Facts = append(e.Facts, Fact{r.str(), r.str()})
	}
	for range r.count() {
		e.Postings = append(e.Postings, Posting{r.str(), r.str(), r.i64()})
	}
	for range r.count() {
		e.Changes = append(e.Changes, Change{r.str(), r.str(), []byte(r.str())})
	}
	copy(e.Prev[:], r.take(32))
	if r.bad || len(r.b) > 0 || !e.wellFormed() || !bytes.Equal(e.bytes(), b) {
		return Entry{}, ErrNotCanonical
	}
	e.Hash = sha256.Sum256(b)
	return e, nil
}

// wellFormed tells whether the lists are in canonical order, no fact or record
// comes twice and all text is UTF-8.
func (e *Entry) wellFormed() bool {
	for i, f := range e.Facts {
		if !utf8.ValidString(f.Name) || !utf8.ValidString(f.Value) || i > 0 && e.Facts[i-1].Name >= f.Name {
			return false
		}
	}
	for i, p := range e.Postings {
		if !utf8.ValidString(p.Holder) || !utf8.ValidString(p.Item) || i > 0 && ComparePostings(e.Postings[i-1], p) > 0 {
			return false
		}
	}
	for i, c := range e.Changes {
		if !utf8.ValidString(c.Kind) || !utf8.ValidString(c.ID) || !utf8.Valid(c.Doc) || i > 0 && compareChanges(e.Changes[i-1], c) >= 0 {
			return false
		}
	}
	for _, a := range e.Actors {
		if !utf8.ValidString(a.Person) || !utf8.ValidString(string(a.Role)) || !utf8.ValidString(a.Commitment) {
			return false
		}
	}
	return utf8.ValidString(e.Kind) && utf8.ValidString(e.Election) && utf8.ValidString(e.Place) && utf8.ValidString(e.ClientID)
}

// reader takes the canonical form apart; bad is set when it runs out of bytes.
type reader struct {
	b   []byte
	bad bool
}

func (r *reader) take(n int) []byte {
	if n < 0 || n > len(r.b) {
		r.bad, r.b = true, nil
		return make([]byte, min(max(n, 0), 32))
	}
	v := r.b[:n]
	r.b = r.b[n:]
	return v
}

func (r *reader) u32() uint32 { return binary.BigEndian.Uint32(r.take(4)) }
func (r *reader) i64() int64  { return int64(binary.BigEndian.Uint64(r.take(8))) }
func (r *reader) str() string { return string(r.take(int(r.u32()))) }

// count reads the length of a list; every element takes at least eight bytes,
// so a count that could not fit is refused before anything is allocated.
func (r *reader) count() int {
	n := int(r.u32())
	if n > len(r.b)/8 {
		r.bad = true
		return 0
	}
	return n
}
