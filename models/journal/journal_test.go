package journal

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"os"
	"regexp"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/brevstemme/brevstemme/models"
)

// vectors are the entries of docs/journal-format.md: both at 02:30 on the wall
// clock of the night when summer time ends, an hour apart.
func vectors() []Entry {
	at := time.Date(2025, 10, 26, 0, 30, 0, 123456000, time.UTC)
	one, _ := Entry{
		Draft: Draft{Kind: "session.opened", Election: "KV25", Place: "DOKK",
			Facts:   []Fact{{"session", "S1"}, {"booths", "6"}},
			Changes: []Change{{"session", "S1", []byte(`{"id":"S1","state":"open"}`)}}},
		Seq: 1, At: at, Offset: 120, Recorded: at.Add(time.Second), ClientID: "11111111-1111-4111-8111-111111111111",
		Actors: []Actor{{"P1", models.RoleReceiver, "00ff"}, {"P2", "", "ff00"}}, Digest: sha256.Sum256([]byte("request 1")),
	}.Sealed([32]byte{})
	two, _ := Entry{
		Draft: Draft{Kind: "envelope.received", Election: "KV25", Place: "DOKK", Facts: []Fact{{"note", "æøå"}}}.
			Move("env:KV25:own", "voter", "desk:S1", 1),
		Seq: 2, At: at.Add(time.Hour), Offset: 60, Recorded: at.Add(time.Hour), ClientID: "k2", Digest: sha256.Sum256([]byte("request 2")),
	}.Sealed(one.Hash)
	return []Entry{one, two}
}

// The document carries the bytes and hashes of both entries: a change of the
// format is a change of the document.
func TestVectorsOfTheDocument(t *testing.T) {
	doc, err := os.ReadFile("../../docs/journal-format.md")
	if err != nil {
		t.Fatal(err)
	}
	var found, want []string
	for _, b := range regexp.MustCompile("(?s)```hex\n(.*?)```").FindAllSubmatch(doc, -1) {
		found = append(found, string(bytes.Join(bytes.Fields(b[1]), nil)))
	}
	for _, e := range vectors() {
		want = append(want, hex.EncodeToString(e.Canonical()), hex.EncodeToString(e.Hash[:]))
		if !bytes.Contains(doc, []byte(Code(e.Seq, e.Hash))) {
			t.Errorf("the document lacks the receipt code %s", Code(e.Seq, e.Hash))
		}
	}
	if !slices.Equal(found, want) {
		t.Errorf("the document's hex blocks are\n%s\nwant\n%s", found, want)
	}
}

// So does it the commitment to a person and the text of a checkpoint.
func TestOtherVectorsOfTheDocument(t *testing.T) {
	doc, err := os.ReadFile("../../docs/journal-format.md")
	if err != nil {
		t.Fatal(err)
	}
	p := models.Private{Name: "Åse Ø", Phone: "12345678"}
	for i := range p.Salt {
		p.Salt[i] = byte(i)
	}
	head := vectors()[1].Hash
	for what, want := range map[string]string{
		"commitment": "`" + hex.EncodeToString(p.Salt[:]) + "` and the name `" + p.Name + "`, telephone `" + p.Phone + "`, mail empty: `" + p.Commit() + "`",
		"checkpoint": "\n```text\nexample.dk\n2\n" + base64.StdEncoding.EncodeToString(head[:]) + "\n```\n",
	} {
		if !bytes.Contains(doc, []byte(want)) {
			t.Errorf("the document lacks the %s\n%s", what, want)
		}
	}
}

// stranger writes the canonical form from the document's table alone; it
// shares no code with the package.
func stranger(e Entry) []byte {
	var b bytes.Buffer
	num := func(v any) { _ = binary.Write(&b, binary.BigEndian, v) }
	str := func(s string) { num(uint32(len(s))); b.WriteString(s) }
	b.WriteString("brevstemme/entry/v1\n")
	num(e.Seq)
	str(e.Kind)
	num(e.At.UnixMicro())
	num(int32(e.Offset))
	num(e.Recorded.UnixMicro())
	str(e.Election)
	str(e.Place)
	str(e.ClientID)
	b.Write(e.Digest[:])
	num(uint32(len(e.Actors)))
	for _, a := range e.Actors {
		str(a.Person)
		str(string(a.Role))
		str(a.Commitment)
	}
	num(uint32(len(e.Facts)))
	for _, f := range e.Facts {
		str(f.Name)
		str(f.Value)
	}
	num(uint32(len(e.Postings)))
	for _, p := range e.Postings {
		str(p.Holder)
		str(p.Item)
		num(p.Delta)
	}
	num(uint32(len(e.Changes)))
	for _, c := range e.Changes {
		str(c.Kind)
		str(c.ID)
		str(string(c.Doc))
	}
	b.Write(e.Prev[:])
	return b.Bytes()
}

// anyEntry draws an entry of every shape that the format allows.
func anyEntry(t *rapid.T) Entry {
	str := rapid.StringN(0, 12, 40)
	e := Entry{Seq: rapid.Int64().Draw(t, "seq"), ClientID: str.Draw(t, "client"),
		At:       time.UnixMicro(rapid.Int64Range(math.MinInt64/2, math.MaxInt64/2).Draw(t, "at")).UTC(),
		Offset:   int(rapid.Int32().Draw(t, "offset")),
		Recorded: time.UnixMicro(rapid.Int64Range(0, math.MaxInt64/2).Draw(t, "recorded")).UTC()}
	e.Kind, e.Election, e.Place = str.Draw(t, "kind"), str.Draw(t, "election"), str.Draw(t, "place")
	copy(e.Digest[:], rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "digest"))
	for i := range rapid.IntRange(0, 3).Draw(t, "lists") {
		unique := fmt.Sprint(i)
		e.Actors = append(e.Actors, Actor{str.Draw(t, "p"), models.Role(str.Draw(t, "r")), str.Draw(t, "c")})
		e.Facts = append(e.Facts, Fact{str.Draw(t, "n") + unique, str.Draw(t, "v")})
		e.Postings = append(e.Postings, Posting{str.Draw(t, "h"), str.Draw(t, "i"), rapid.Int64().Draw(t, "d")})
		e.Changes = append(e.Changes, Change{str.Draw(t, "k"), str.Draw(t, "id") + unique, []byte(str.Draw(t, "doc"))})
	}
	return e
}

// Decode is the inverse of Canonical, a stranger's encoder writes the same
// bytes, and the order in which lists were filled does not matter.
func TestRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e, body := anyEntry(t).Sealed([32]byte{1})
		back, err := Decode(body)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(stranger(back), body) || back.Hash != e.Hash || back.Prev != e.Prev {
			t.Fatal("another entry came back")
		}
		slices.Reverse(e.Postings)
		slices.Reverse(e.Facts)
		slices.Reverse(e.Changes)
		if !bytes.Equal(e.Canonical(), body) {
			t.Fatal("the order of lists matters")
		}
	})
}

// FuzzMalleability: whatever bytes decode, they are the one form of their
// entry, and neither more nor fewer bytes are.
func FuzzMalleability(f *testing.F) {
	for _, e := range vectors() {
		f.Add(e.Canonical())
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		e, err := Decode(b)
		if err != nil {
			return
		}
		if !bytes.Equal(stranger(e), b) || e.Hash != sha256.Sum256(b) {
			t.Fatal("two byte forms of one entry")
		}
		if _, err := Decode(append(bytes.Clone(b), 0)); err == nil {
			t.Fatal("a byte more is accepted")
		}
		if _, err := Decode(b[:len(b)-1]); err == nil {
			t.Fatal("a byte less is accepted")
		}
	})
}

// A changed bit, a byte cut off or lists out of order never pass for the entry.
func TestEveryByteCounts(t *testing.T) {
	for _, e := range vectors() {
		body := e.Canonical()
		for i := range body {
			for bit := range 8 {
				bad := bytes.Clone(body)
				bad[i] ^= 1 << bit
				if got, err := Decode(bad); err == nil && got.Hash == e.Hash {
					t.Fatalf("byte %d may be changed unseen", i)
				}
			}
			if _, err := Decode(body[:i]); err == nil {
				t.Fatalf("cut after %d bytes, it still decodes", i)
			}
		}
	}
}

func TestDecodeRefusesWhatCanonicalWouldNotWrite(t *testing.T) {
	one := vectors()[0]
	for name, change := range map[string]func(*Entry){
		"facts out of order": func(e *Entry) { slices.Reverse(e.Facts) },
		"a fact twice":       func(e *Entry) { e.Facts = []Fact{{"a", "1"}, {"a", "2"}} },
		"a record twice":     func(e *Entry) { e.Changes = append(e.Changes, e.Changes[0]) },
		"not UTF-8":          func(e *Entry) { e.Kind = "\xff" },
		"postings unordered": func(e *Entry) { e.Postings = []Posting{{"b", "i", 1}, {"a", "i", -1}} },
	} {
		e := one
		e.Facts, e.Changes = slices.Clone(one.Facts), slices.Clone(one.Changes)
		change(&e)
		if _, err := Decode(stranger(e)); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}

// Each entry has one receipt code, which survives how people type it and
// notices every single wrong character.
func TestReceiptCode(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var hash [32]byte
		copy(hash[:], rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "hash"))
		seq := rapid.Int64Range(1, math.MaxInt64).Draw(t, "seq")
		code := Code(seq, hash)
		got, fp, err := ParseCode(models.GroupSerial(code))
		if err != nil || got != seq || fp != Fingerprint(hash) {
			t.Fatalf("%s: %d %s %v", code, got, fp, err)
		}
		bad := []byte(code)
		i := rapid.IntRange(0, len(bad)-1).Draw(t, "wrong")
		bad[i] = rapid.SampledFrom([]byte("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")).Draw(t, "typed")
		if _, _, err := ParseCode(string(bad)); err == nil && string(bad) != code {
			t.Fatalf("%s passes for %s", bad, code)
		}
	})
	fp := Fingerprint([32]byte{})
	for _, bad := range []string{"", "A", "1234", models.WithCheck("01" + fp), models.WithCheck("0" + fp), models.WithCheck("1" + fp[1:] + "I"), models.WithCheck("ZZZZZZZZZZZZZ" + fp), models.WithCheck("10000000000000" + fp)} {
		if _, _, err := ParseCode(bad); err == nil {
			t.Errorf("%q is taken for a code", bad)
		}
	}
}

func TestCheckRefusesWhatMayNotBeInTheBook(t *testing.T) {
	good := Draft{Kind: "k"}.Move("i", "a", "b", 2).Fact("at", "2025-10-26T02:30").Fact("reason", "regn")
	if err := good.Check(); err != nil {
		t.Error(err)
	}
	for name, d := range map[string]Draft{
		"no kind":         {},
		"one-sided":       {Kind: "k", Postings: []Posting{{"a", "i", 1}}},
		"two items":       {Kind: "k", Postings: []Posting{{"a", "i", 1}, {"b", "j", -1}}},
		"empty":           {Kind: "k", Postings: []Posting{{"a", "i", 0}}},
		"no holder":       {Kind: "k", Postings: []Posting{{"", "i", 1}, {"b", "i", -1}}},
		"overflow":        {Kind: "k", Postings: []Posting{{"a", "i", math.MaxInt64}, {"b", "i", math.MaxInt64}, {"c", "i", 2}}},
		"a fact twice":    {Kind: "k", Facts: []Fact{{"n", "1"}, {"n", "2"}}},
		"not UTF-8":       {Kind: "k", Facts: []Fact{{"n", "\xff"}}},
		"NUL":             {Kind: "k", Facts: []Fact{{"n", "a\x00b"}}},
		"a CPR number":    {Kind: "k", Facts: []Fact{{"reason", "vælger 010190-1234"}}},
		"too long":        {Kind: "k", Facts: []Fact{{"n", string(make([]byte, maxText+1))}}},
		"place not UTF-8": {Kind: "k", Place: "\xff"},
		"a record twice":  {Kind: "k", Changes: []Change{{"a", "1", nil}, {"a", "1", nil}}},
	} {
		if d.Check() == nil {
			t.Errorf("%s passes", name)
		}
	}
}

// The text of a checkpoint is the document's.
func TestCheckpointTextOfTheDocument(t *testing.T) {
	doc, err := os.ReadFile("../../docs/journal-format.md")
	if err != nil {
		t.Fatal(err)
	}
	root, err := hex.DecodeString("4bfbc24ace6ca65887460699fb0a229529145cd0e62eeab9b077a6c2ca65101d") // of entry 2 there
	if err != nil {
		t.Fatal(err)
	}
	if text := Checkpoint("example.dk", 2, [32]byte(root)); !bytes.Contains(doc, []byte("```text\n"+text+"```")) {
		t.Errorf("the document lacks\n%s", text)
	}
}
