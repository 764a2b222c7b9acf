package journal

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/brevstemme/brevstemme/models"
)

// ErrNotCanonical is the error of bytes that no entry could have made.
var ErrNotCanonical = errors.New("journal: not the canonical form of an entry")

// Decode is the strict inverse of Canonical: bytes that Canonical would not
// have written are refused.
func Decode(b []byte) (Entry, error) { return DecodeHashed(b, sha256.Sum256(b)) }

// DecodeHashed is Decode when the SHA-256 of b is known already.
func DecodeHashed(b []byte, hash [32]byte) (Entry, error) {
	if !bytes.HasPrefix(b, []byte(domain)) {
		return Entry{}, ErrNotCanonical
	}
	r := reader{b: string(b[len(domain):])} // one copy, of which every text is a part
	var e Entry
	e.Seq = r.i64()
	e.Kind = r.str()
	e.At = time.UnixMicro(r.i64()).UTC()
	e.Offset = int(int32(r.u32()))
	e.Recorded = time.UnixMicro(r.i64()).UTC()
	e.Election, e.Place, e.ClientID = r.str(), r.str(), r.str()
	copy(e.Digest[:], r.take(32))
	e.Actors = listOf(&r, func() Actor { return Actor{r.str(), models.Role(r.str()), r.str()} })
	e.Facts = listOf(&r, func() Fact { return Fact{r.str(), r.str()} })
	e.Postings = listOf(&r, func() Posting { return Posting{r.str(), r.str(), r.i64()} })
	e.Changes = listOf(&r, func() Change { return Change{r.str(), r.str(), []byte(r.str())} })
	copy(e.Prev[:], r.take(32))
	if r.bad || len(r.b) > 0 || !e.wellFormed() || !e.writes(b) {
		return Entry{}, ErrNotCanonical
	}
	e.Hash = hash
	return e, nil
}

// writes tells whether b is the canonical form.
func (e *Entry) writes(b []byte) bool {
	room := scratch.Get().(*[]byte)
	defer scratch.Put(room)
	*room = e.appendTo((*room)[:0])
	return bytes.Equal(*room, b)
}

var scratch = sync.Pool{New: func() any { return new([]byte) }}

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
	b   string
	bad bool
}

// noBytes stands for a number or hash that is not there.
const noBytes = "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"

func (r *reader) take(n int) string {
	if n < 0 || n > len(r.b) {
		r.bad, r.b = true, ""
		return noBytes[:min(max(n, 0), len(noBytes))]
	}
	v := r.b[:n]
	r.b = r.b[n:]
	return v
}

func (r *reader) u32() (n uint32) {
	for _, c := range []byte(r.take(4)) {
		n = n<<8 | uint32(c)
	}
	return n
}

func (r *reader) i64() int64  { return int64(r.u32())<<32 | int64(r.u32()) }
func (r *reader) str() string { return r.take(int(r.u32())) }

// listOf reads a list; nil when it is empty.
func listOf[E any](r *reader, element func() E) []E {
	n := r.count()
	if n == 0 {
		return nil
	}
	list := make([]E, n)
	for i := range list {
		list[i] = element()
	}
	return list
}

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
