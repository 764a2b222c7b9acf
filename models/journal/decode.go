package journal

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/brevstemme/brevstemme/models"
)

// ErrNotCanonical is the error of bytes that no entry could have made.
var ErrNotCanonical = errors.New("journal: not the canonical form of an entry")

// Decode is the strict inverse of Canonical: bytes that Canonical would not
// have written are refused. Every field has one form only, lengths and counts
// come first and no byte may be left over; so what is well-formed is canonical.
func Decode(b []byte) (Entry, error) {
	var e Entry
	err := new(Decoder).Decode(&e, b, sha256.Sum256(b))
	return e, err
}

// Decoder decodes many entries into pieces of memory that several share; the
// entries may be kept. NewDecoder makes one; it is for one goroutine.
type Decoder struct {
	size     int // of a piece of memory, in bytes; 0 = as large as needed
	text     strings.Builder
	docs     pieces[byte]
	actors   pieces[Actor]
	facts    pieces[Fact]
	postings pieces[Posting]
	changes  pieces[Change]
}

// NewDecoder is for a whole journal.
func NewDecoder() *Decoder {
	const n = 256
	return &Decoder{size: 64 << 10, docs: pieces[byte]{size: 64 << 10}, actors: pieces[Actor]{size: n}, facts: pieces[Fact]{size: n},
		postings: pieces[Posting]{size: n}, changes: pieces[Change]{size: n}}
}

// Decode is the function Decode for bytes whose SHA-256 is known. Whatever e
// was before is gone, also after an error; b may be used again at once.
func (d *Decoder) Decode(e *Entry, b []byte, hash [32]byte) error {
	*e = Entry{}
	if !bytes.HasPrefix(b, []byte(domain)) {
		return ErrNotCanonical
	}
	r := reader{b: d.keep(b[len(domain):])} // one copy, of which every text is a part
	e.Seq = r.i64()
	e.Kind = r.str()
	e.At = time.UnixMicro(r.i64()).UTC()
	e.Offset = int(int32(r.u32()))
	e.Recorded = time.UnixMicro(r.i64()).UTC()
	e.Election, e.Place, e.ClientID = r.str(), r.str(), r.str()
	copy(e.Digest[:], r.take(32))
	e.Actors = d.actors.take(r.count())
	for i := range e.Actors {
		e.Actors[i] = Actor{r.str(), models.Role(r.str()), r.str()}
	}
	e.Facts = d.facts.take(r.count())
	for i := range e.Facts {
		e.Facts[i] = Fact{r.str(), r.str()}
	}
	e.Postings = d.postings.take(r.count())
	for i := range e.Postings {
		e.Postings[i] = Posting{r.str(), r.str(), r.i64()}
	}
	e.Changes = d.changes.take(r.count())
	for i := range e.Changes {
		e.Changes[i] = Change{r.str(), r.str(), d.doc(r.str())}
	}
	copy(e.Prev[:], r.take(32))
	if r.bad || len(r.b) > 0 || !e.wellFormed() {
		*e = Entry{}
		return ErrNotCanonical
	}
	e.Hash = hash
	return nil
}

// keep copies bytes as a text.
func (d *Decoder) keep(b []byte) string {
	if d.text.Cap()-d.text.Len() < len(b) {
		d.text = strings.Builder{} // the texts of the old one live as long as they are needed
		d.text.Grow(max(d.size, len(b)))
	}
	from := d.text.Len()
	d.text.Write(b)
	return d.text.String()[from:]
}

func (d *Decoder) doc(s string) []byte {
	if s == "" {
		return []byte{}
	}
	doc := d.docs.take(len(s))
	copy(doc, s)
	return doc
}

// pieces gives lists out of larger ones. A list may be kept and changed, but
// appending to it copies it.
type pieces[E any] struct {
	free []E
	size int
}

// take gives n empty elements; nil for none.
func (p *pieces[E]) take(n int) []E {
	if n == 0 {
		return nil
	}
	if n > len(p.free) {
		p.free = make([]E, max(n, p.size))
	}
	list := p.free[:n:n]
	p.free = p.free[n:]
	return list
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
