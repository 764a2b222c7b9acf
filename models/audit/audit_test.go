package audit

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/journal"
)

var day = time.Date(2025, 11, 12, 9, 0, 0, 0, time.UTC)

const env = "env:KV25:own"

// box is the record of a container in a state.
func box(state custody.ContainerState) journal.Change {
	doc, err := json.Marshal(custody.Container{ID: "K1", Kind: custody.BoxK, State: state, Holder: custody.At("DOKK")})
	if err != nil {
		panic(err)
	}
	return journal.Change{Kind: "container", ID: "K1", Doc: doc}
}

// history is a short book: three envelopes, a container that is packed and sealed.
func history() []journal.Entry {
	drafts := []journal.Draft{
		{Kind: "container.registered", Changes: []journal.Change{box(custody.ContainerEmpty)}},
		journal.Draft{Kind: "envelope.received"}.Move(env, custody.Voter, custody.Desk("S1"), 2),
		journal.Draft{Kind: "envelope.received"}.Move(env, custody.Voter, custody.Desk("S1"), 1),
		journal.Draft{Kind: "container.packed", Changes: []journal.Change{box(custody.ContainerPacked)}}.Move(env, custody.Desk("S1"), custody.InContainer("K1"), 3),
		{Kind: "container.sealed", Changes: []journal.Change{box(custody.ContainerSealed)}},
	}
	entries := make([]journal.Entry, len(drafts))
	for i, d := range drafts {
		entries[i] = journal.Entry{Draft: d, Seq: int64(i + 1), At: day, Recorded: day, ClientID: fmt.Sprint("k", i)}
	}
	return entries
}

// written chains the entries as the appender does; spoil may change one before
// it is written, bytes may change what was written.
func written(entries []journal.Entry, spoil func(i int, e *journal.Entry), bytes func(i int, b []byte) []byte) [][]byte {
	var prev [32]byte
	out := make([][]byte, len(entries))
	for i, e := range entries {
		e.Prev = prev
		if spoil != nil {
			spoil(i, &e)
		}
		b := e.Canonical()
		if bytes != nil {
			b = bytes(i, b)
		}
		out[i], prev = b, sha256.Sum256(b)
	}
	return out
}

func replay(bodies [][]byte) (*Replay, *Finding) {
	r := NewReplay()
	for _, b := range bodies {
		if _, f := r.Add(b); f != nil {
			return r, f
		}
	}
	return r, nil
}

func TestReplayAcceptsAWholeBook(t *testing.T) {
	r, f := replay(written(history(), nil, nil))
	if f != nil {
		t.Fatal(f)
	}
	if r.Seq != 5 || r.Balances[Pair{custody.InContainer("K1"), env}] != 3 || r.Balances[Pair{custody.Voter, env}] != -3 || r.Balances[Pair{custody.Desk("S1"), env}] != 0 {
		t.Errorf("%+v", r)
	}
	if rec := r.Records["container"]["K1"]; rec.Seq != 5 {
		t.Errorf("the container is of entry %d", rec.Seq)
	}
}

// One planted fault for each finding that a replay can give, and the entry it
// has to name.
func TestReplayFindsEveryPlantedFault(t *testing.T) {
	only := func(at int, f func(*journal.Entry)) func(int, *journal.Entry) {
		return func(i int, e *journal.Entry) {
			if i == at {
				f(e)
			}
		}
	}
	cases := []struct {
		name  string
		spoil func(int, *journal.Entry)
		bytes func(int, []byte) []byte
		code  string
		seq   int64
	}{
		{"a byte of the domain", nil, func(i int, b []byte) []byte {
			if i == 1 {
				b[0] ^= 1
			}
			return b
		}, CodeForm, 2},
		{"cut short", nil, func(i int, b []byte) []byte { return b[:len(b)-i/4] }, CodeForm, 5},
		{"a byte too many", nil, func(i int, b []byte) []byte { return append(b, make([]byte, i/2)...) }, CodeForm, 3},
		{"a record that is no JSON", only(3, func(e *journal.Entry) {
			e.Changes = []journal.Change{{Kind: "container", ID: "K1", Doc: []byte("{")}}
		}), nil, CodeForm, 4},
		{"a number left out", only(2, func(e *journal.Entry) { e.Seq++ }), nil, CodeGap, 3},
		{"a number twice", only(2, func(e *journal.Entry) { e.Seq-- }), nil, CodeGap, 3},
		{"another hash before", only(3, func(e *journal.Entry) { e.Prev[7] ^= 1 }), nil, CodeChain, 4},
		{"a first entry with something before", only(0, func(e *journal.Entry) { e.Prev[0] = 1 }), nil, CodeChain, 1},
		{"postings that do not add up", only(2, func(e *journal.Entry) {
			e.Postings = []journal.Posting{{Holder: custody.Voter, Item: env, Delta: -1}, {Holder: custody.Desk("S1"), Item: env, Delta: 2}}
		}), nil, CodeSum, 3},
		{"one item turned into another", only(2, func(e *journal.Entry) {
			e.Postings = []journal.Posting{{Holder: custody.Voter, Item: env, Delta: -1}, {Holder: custody.Desk("S1"), Item: "env:KV25:0740", Delta: 1}}
		}), nil, CodeSum, 3},
		{"a desk that gives more than it has", only(3, func(e *journal.Entry) {
			e.Postings = []journal.Posting{{Holder: custody.InContainer("K1"), Item: env, Delta: 4}, {Holder: custody.Desk("S1"), Item: env, Delta: -4}}
		}), nil, CodeNegative, 4},
		{"packed after it was retired", only(0, func(e *journal.Entry) { e.Changes = []journal.Change{box(custody.ContainerRetired)} }), nil, CodeState, 4},
		{"a client id twice", only(4, func(e *journal.Entry) { e.ClientID = "k1" }), nil, CodeClient, 5},
	}
	for _, c := range cases {
		_, f := replay(written(history(), c.spoil, c.bytes))
		if f == nil || f.Code != c.code || f.Seq != c.seq {
			t.Errorf("%s: %v, want %s at %d", c.name, f, c.code, c.seq)
		}
	}
}

// Sources and differences may go below nothing; nobody else may.
func TestOnlySourcesMayBeNegative(t *testing.T) {
	for holder, may := range map[string]bool{
		custody.Voter: true, custody.Registry: true, custody.Difference("D1"): true, custody.Origin("0740"): true, "ministry": true,
		custody.Desk("S1"): false, custody.InContainer("K1"): false, custody.At("DOKK"): false, custody.Leg("H1"): false, custody.Void("x"): false, custody.Municipality("0740"): false, "nonsense": false, "": false,
	} {
		if mayBeNegative(holder) != may {
			t.Errorf("%q may be negative: %v", holder, !may)
		}
	}
}

// Every state table refuses something, and is asked.
func TestAllStateTablesAreKnown(t *testing.T) {
	for kind, from := range map[string][2]string{
		"session": {"closed", "open"}, "container": {"retired", "sealed"}, "handover": {"accepted", "offered"}, "deviation": {"found", "nowhere"}, "seal": {"broken", "stock"}, "election": {"closed", "draft"},
	} {
		check, ok := stateTables[kind]
		if !ok {
			t.Errorf("no table for %s", kind)
			continue
		}
		if check(from[0], from[1]) {
			t.Errorf("%s goes from %s to %s", kind, from[0], from[1])
		}
	}
}

func TestSameJSON(t *testing.T) {
	for _, c := range []struct {
		a, b string
		same bool
	}{
		{`{"a":1,"b":[1,2]}`, `{ "b": [1, 2], "a": 1 }`, true},
		{`{"a":1}`, `{"a":1}`, true},
		{`{"a":12345678901234567890}`, `{"a": 12345678901234567890}`, true},
		{`{"a":12345678901234567890}`, `{"a": 12345678901234567891}`, false},
		{`{"a":"\u00e6"}`, `{"a":"æ"}`, true},
		{`{"a":1}`, `{"a":"1"}`, false},
		{`[1,2]`, `[2,1]`, false},
		{`{"a":null}`, `{}`, false},
		{`{`, `{"a":1}`, false},
	} {
		if SameJSON([]byte(c.a), []byte(c.b)) != c.same {
			t.Errorf("%s and %s: want %v", c.a, c.b, c.same)
		}
	}
}

// Whatever the bytes, a replay answers with a finding or takes the entry as it
// stands; and what it takes is the canonical form of what it says.
func FuzzReplay(f *testing.F) {
	bodies := written(history(), nil, nil)
	for _, b := range bodies {
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		r := NewReplay()
		e, finding := r.Add(body)
		if finding != nil {
			if r.Seq != 0 {
				t.Errorf("a refused entry moved the replay to %d", r.Seq)
			}
			return
		}
		if r.Seq != 1 || r.Head != sha256.Sum256(body) || string(e.Canonical()) != string(body) {
			t.Errorf("taken, but %d %x", r.Seq, r.Head)
		}
	})
}

// What the postings of an entry do is what a map of sums says: some items that do
// not come to zero, some holders below nothing, one pair several times.
func TestPostAgreesWithThePlainWay(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	codes := map[string]int{}
	for range 5_000 {
		r, plain := NewReplay(), map[Pair]int64{}
		for range 4 {
			e, sums, want := journal.Entry{Seq: 1}, map[string]int64{}, ""
			for range rng.IntN(4) {
				item, n := string(rune('a'+rng.IntN(2))), rng.Int64N(5)-2
				from := []string{custody.Voter, "desk:S1"}[rng.IntN(2)]
				e.Postings = append(e.Postings, journal.Posting{Holder: from, Item: item, Delta: -n}, journal.Posting{Holder: "desk:S2", Item: item, Delta: n})
				if rng.IntN(12) == 0 {
					e.Postings[0].Delta++
				}
			}
			slices.SortFunc(e.Postings, journal.ComparePostings)
			for _, p := range e.Postings {
				sums[p.Item] += p.Delta
				plain[Pair{p.Holder, p.Item}] += p.Delta
			}
			for pair, n := range plain {
				if n < 0 && pair.Holder != custody.Voter {
					want = CodeNegative
				}
			}
			for _, n := range sums {
				if n != 0 {
					want = CodeSum
				}
			}
			got := ""
			if f := r.post(&e); f != nil {
				got = f.Code
			}
			if codes[want]++; got != want || got == "" && !maps.Equal(r.Balances, plain) {
				t.Fatalf("%+v: %q %v, want %q %v", e.Postings, got, r.Balances, want, plain)
			}
			if want != "" {
				break
			}
		}
	}
	if codes[CodeSum] < 100 || codes[CodeNegative] < 100 || codes[""] < 100 {
		t.Errorf("the comparison says little: %v", codes)
	}
}
