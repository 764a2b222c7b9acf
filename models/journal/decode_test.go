package journal

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/brevstemme/brevstemme/models"
)

// plainDecode is what Decode has to agree with: it takes the bytes apart, writes
// the entry anew and compares.
func plainDecode(b []byte) (Entry, error) {
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
	if r.bad || len(r.b) > 0 || !e.wellFormed() || !bytes.Equal(e.bytes(), b) {
		return Entry{}, ErrNotCanonical
	}
	e.Hash = sha256.Sum256(b)
	return e, nil
}

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

// agree decodes with all three; many is a decoder that other entries went through.
func agree(t interface{ Fatalf(string, ...any) }, many *Decoder, b []byte) {
	want, wantErr := plainDecode(b)
	got, err := Decode(b)
	if (err == nil) != (wantErr == nil) || !reflect.DeepEqual(got, want) {
		t.Fatalf("%q: %+v %v, want %+v %v", b, got, err, want, wantErr)
	}
	again := got
	room := bytes.Clone(b)
	err = many.Decode(&again, room, sha256.Sum256(b))
	clear(room) // the entry does not hang on to it
	if (err == nil) != (wantErr == nil) || !reflect.DeepEqual(again, want) {
		t.Fatalf("%q, in shared memory: %+v %v, want %+v %v", b, again, err, want, wantErr)
	}
}

// small is a decoder whose pieces end often.
func small() *Decoder {
	return &Decoder{size: 300, docs: pieces[byte]{size: 20}, actors: pieces[Actor]{size: 2}, facts: pieces[Fact]{size: 2},
		postings: pieces[Posting]{size: 3}, changes: pieces[Change]{size: 2}}
}

// Whole entries and damaged ones (bytes changed, cut out, doubled, numbers and
// lengths replaced by unusual ones) are taken and refused as by the plain way.
func TestDecodeAgreesWithThePlainWay(t *testing.T) {
	many, before, kept := small(), Entry{}, Entry{}
	rapid.Check(t, func(t *rapid.T) {
		b := anyEntry(t).Canonical()
		agree(t, many, b)
		for range rapid.IntRange(1, 3).Draw(t, "damages") {
			b = damaged(t, b)
			agree(t, many, b)
		}
		if !reflect.DeepEqual(before, kept) {
			t.Fatalf("an entry that was kept has changed: %+v, was %+v", kept, before)
		}
		e := anyEntry(t)
		before, _ = plainDecode(e.Canonical())
		if err := many.Decode(&kept, e.Canonical(), before.Hash); err != nil {
			t.Fatal(err)
		}
	})
}

func damaged(t *rapid.T, b []byte) []byte {
	b = bytes.Clone(b)
	if len(b) < 8 {
		return append(b, domain...)
	}
	at := rapid.IntRange(0, len(b)-1).Draw(t, "at")
	end := min(len(b), at+rapid.IntRange(1, 40).Draw(t, "long"))
	switch rapid.IntRange(0, 5).Draw(t, "damage") {
	case 0:
		b[at] = rapid.Byte().Draw(t, "byte")
	case 1:
		b = append(b[:at], b[end:]...)
	case 2:
		b = append(b[:end:end], b[at:]...)
	case 3:
		n := rapid.SampledFrom([]uint32{0, 1, 2, 7, 1 << 20, 1<<31 - 1, 1 << 31, 1<<32 - 1}).Draw(t, "number")
		binary.BigEndian.PutUint32(b[min(at, len(b)-4):], n)
	case 4:
		b = append(b, b[:end-at]...)
	default:
		copy(b[at:], rapid.SampledFrom([]string{"\xff", "\xed\xa0\x80", "\xc0\x80", "æ", "\x00"}).Draw(t, "text"))
	}
	return b
}

// FuzzDecode: whatever the bytes are, the plain way agrees.
func FuzzDecode(f *testing.F) {
	for _, e := range vectors() {
		f.Add(e.Canonical())
	}
	odd := vectors()[0]
	odd.At, odd.Offset = time.UnixMicro(-1<<63).UTC(), -1<<31
	f.Add(odd.Canonical())
	f.Fuzz(func(t *testing.T, b []byte) { agree(t, small(), b) })
}
