package journal

import (
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"slices"
)

// domain separates entries from anything else that is ever hashed or signed.
const domain = "brevstemme/entry/v1\n"

// Canonical is the one byte form of an entry, previous hash included:
// docs/journal-format.md. Facts, postings and changes are sorted in it.
func (e Entry) Canonical() []byte {
	e.sort()
	return e.bytes()
}

// Sealed binds the entry to the one before: it returns it with Prev and Hash
// set and its lists in canonical order, and its canonical bytes.
func (e Entry) Sealed(prev [32]byte) (Entry, []byte) {
	e.Prev = prev
	e.sort()
	body := e.bytes()
	e.Hash = sha256.Sum256(body)
	return e, body
}

func (e *Entry) bytes() []byte { return e.appendTo(make([]byte, 0, e.size())) }

func (e *Entry) appendTo(b []byte) []byte {
	w := writer{b: b}
	w.b = append(w.b, domain...)
	w.i64(e.Seq)
	w.str(e.Kind)
	w.i64(e.At.UnixMicro())
	w.i32(int32(e.Offset))
	w.i64(e.Recorded.UnixMicro())
	w.str(e.Election)
	w.str(e.Place)
	w.str(e.ClientID)
	w.b = append(w.b, e.Digest[:]...)
	w.u32(len(e.Actors))
	for _, a := range e.Actors {
		w.str(a.Person)
		w.str(string(a.Role))
		w.str(a.Commitment)
	}
	w.u32(len(e.Facts))
	for _, f := range e.Facts {
		w.str(f.Name)
		w.str(f.Value)
	}
	w.u32(len(e.Postings))
	for _, p := range e.Postings {
		w.str(p.Holder)
		w.str(p.Item)
		w.i64(p.Delta)
	}
	w.u32(len(e.Changes))
	for _, c := range e.Changes {
		w.str(c.Kind)
		w.str(c.ID)
		w.u32(len(c.Doc))
		w.b = append(w.b, c.Doc...)
	}
	return append(w.b, e.Prev[:]...)
}

// size is about how long the canonical form will be.
func (e *Entry) size() int {
	n := 512
	for _, c := range e.Changes {
		n += len(c.Doc) + 64
	}
	return n
}

// sort brings the lists into canonical order, on copies when they are not.
func (e *Entry) sort() {
	e.Facts = sorted(e.Facts, func(a, b Fact) int { return cmp.Compare(a.Name, b.Name) })
	e.Postings = sorted(e.Postings, ComparePostings)
	e.Changes = sorted(e.Changes, compareChanges)
}

func compareChanges(a, b Change) int {
	return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID))
}

func sorted[E any](list []E, compare func(a, b E) int) []E {
	if slices.IsSortedFunc(list, compare) {
		return list
	}
	list = slices.Clone(list)
	slices.SortFunc(list, compare)
	return list
}

// ComparePostings is the canonical order of postings.
func ComparePostings(a, b Posting) int {
	return cmp.Or(cmp.Compare(a.Item, b.Item), cmp.Compare(a.Holder, b.Holder), cmp.Compare(a.Delta, b.Delta))
}

type writer struct{ b []byte }

func (w *writer) u32(n int)   { w.b = binary.BigEndian.AppendUint32(w.b, uint32(n)) }
func (w *writer) i32(n int32) { w.b = binary.BigEndian.AppendUint32(w.b, uint32(n)) }
func (w *writer) i64(n int64) { w.b = binary.BigEndian.AppendUint64(w.b, uint64(n)) }
func (w *writer) str(s string) {
	w.u32(len(s))
	w.b = append(w.b, s...)
}
