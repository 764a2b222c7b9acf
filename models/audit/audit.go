// Package audit replays the journal and says what does not hold. It shares no
// code with the writer beyond the byte format: chain, conservation, holders that
// never have less than nothing, and state changes are checked anew from the
// entries alone. Standard library only, so that it works on an exported bundle
// without a database.
package audit

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/journal"
)

// Finding is something that does not hold. Code is stable; Seq is the entry it
// is about, 0 when it is about no single entry.
type Finding struct {
	Code   string `json:"code"`
	Seq    int64  `json:"seq"`
	Where  string `json:"where"`
	Detail string `json:"detail"`
}

// Error makes a Finding an error.
func (f Finding) Error() string {
	return fmt.Sprintf("%s at entry %d (%s): %s", f.Code, f.Seq, f.Where, f.Detail)
}

// The codes of findings.
const (
	CodeForm       = "not_canonical"  // the bytes are no entry
	CodeGap        = "gap"            // a sequence number is missing or out of order
	CodeChain      = "chain_broken"   // the previous hash is another one
	CodeHash       = "hash_differs"   // the stored hash is not the hash of the bytes
	CodeColumn     = "column_differs" // a column disagrees with the bytes
	CodePosting    = "posting_differs"
	CodeSum        = "not_conserved" // postings of an entry do not sum to zero
	CodeNegative   = "less_than_nothing"
	CodeState      = "state_jump" // a record changed state in a way its table does not allow
	CodeBalance    = "balance_differs"
	CodeRecord     = "record_differs"
	CodeHead       = "head_differs"
	CodeCheckpoint = "checkpoint_differs"
	CodeSignature  = "signature_bad"
	CodeReceipt    = "receipt_unknown"
	CodeClient     = "client_id_twice"
)

// Record is the latest state of a record after the replay; Doc only with
// KeepDocs.
type Record struct {
	Seq   int64
	Doc   []byte
	state string
}

// Pair names a balance.
type Pair struct{ Holder, Item string }

// Replay is the state after the entries added so far.
type Replay struct {
	Seq      int64
	Head     [32]byte
	Balances map[Pair]int64
	Records  map[string]map[string]Record // kind → id; of the kinds with a table of states alone, unless KeepDocs
	KeepDocs bool                         // keep every record as it stands: memory grows with their number
	clients  map[[16]byte]struct{}        // client ids seen, as the start of their SHA-256: 16 bytes each, however long they are
}

// NewReplay starts before the first entry.
func NewReplay() *Replay {
	return &Replay{Balances: map[Pair]int64{}, Records: map[string]map[string]Record{}, clients: map[[16]byte]struct{}{}}
}

// Add checks the canonical bytes of the next entry and takes it in. After a
// finding the replay must not be continued: what follows stands on sand.
func (r *Replay) Add(body []byte) (journal.Entry, *Finding) {
	e, err := journal.Decode(body)
	return e, r.AddEntry(&e, err, false)
}

// AddEntry is Add of an entry that is decoded already, or could not be; json says
// that its documents are known to be JSON. It keeps nothing of the entry alive.
func (r *Replay) AddEntry(e *journal.Entry, err error, json bool) *Finding {
	if err != nil {
		return &Finding{CodeForm, r.Seq + 1, "journal_entry.body", err.Error()}
	}
	if e.Seq != r.Seq+1 {
		return &Finding{CodeGap, r.Seq + 1, "journal_entry.seq", fmt.Sprintf("found %d", e.Seq)}
	}
	if e.Prev != r.Head {
		return &Finding{CodeChain, e.Seq, "journal_entry.prev", "the previous hash is not that of the entry before"}
	}
	sum := sha256.Sum256([]byte(e.ClientID))
	if _, twice := r.clients[[16]byte(sum[:])]; twice {
		return &Finding{CodeClient, e.Seq, "journal_entry.client_id", e.ClientID}
	}
	r.clients[[16]byte(sum[:])] = struct{}{}
	if f := r.post(e); f != nil {
		return f
	}
	if f := r.change(e, json); f != nil {
		return f
	}
	r.Seq, r.Head = e.Seq, e.Hash
	return nil
}

// post takes the postings in: zero per item, and no holder but a source goes
// below nothing. Postings of one item, and of one holder in it, stand together.
func (r *Replay) post(e *journal.Entry) *Finding {
	for list := e.Postings; len(list) > 0; {
		item, sum, n := list[0].Item, int64(0), 0
		for ; n < len(list) && list[n].Item == item; n++ {
			sum += list[n].Delta
		}
		if sum != 0 {
			return &Finding{CodeSum, e.Seq, item, fmt.Sprintf("sums to %d", sum)}
		}
		list = list[n:]
	}
	for list := e.Postings; len(list) > 0; {
		pair, n := Pair{list[0].Holder, list[0].Item}, 0
		have, known := r.Balances[pair]
		for ; n < len(list) && list[n].Holder == pair.Holder && list[n].Item == pair.Item; n++ {
			have += list[n].Delta
		}
		if have < 0 && !mayBeNegative(pair.Holder) {
			return &Finding{CodeNegative, e.Seq, pair.Holder, fmt.Sprintf("%s: %d", pair.Item, have)}
		}
		if !known {
			pair = Pair{strings.Clone(pair.Holder), strings.Clone(pair.Item)}
		}
		r.Balances[pair] = have
		list = list[n:]
	}
	return nil
}

func mayBeNegative(holder string) bool {
	c := custody.Classify(holder)
	return c == custody.ClassSource || c == custody.ClassDifference
}

// change takes the changed records in and holds each state against its table.
func (r *Replay) change(e *journal.Entry, known bool) *Finding {
	for _, c := range e.Changes {
		if !known && !json.Valid(c.Doc) {
			return &Finding{CodeForm, e.Seq, c.Kind + " " + c.ID, "the record is not JSON"}
		}
		check, states := stateTables[c.Kind]
		if !states && !r.KeepDocs {
			continue
		}
		kind := r.Records[c.Kind]
		if kind == nil {
			kind = map[string]Record{}
			r.Records[strings.Clone(c.Kind)] = kind
		}
		rec := Record{Seq: e.Seq}
		if r.KeepDocs {
			rec.Doc = c.Doc
		}
		before, known := kind[c.ID]
		if states {
			rec.state = stateOf(c.Doc)
			if known && before.state != rec.state && !check(before.state, rec.state) {
				return &Finding{CodeState, e.Seq, c.Kind + " " + c.ID, before.state + " → " + rec.state}
			}
		}
		id := c.ID
		if !known {
			id = strings.Clone(id)
		}
		kind[id] = rec
	}
	return nil
}

// stateOf reads the member "state" without decoding the rest into a type.
func stateOf(doc []byte) string {
	var v struct {
		State string `json:"state"`
	}
	_ = json.Unmarshal(doc, &v) // validity was checked; a record without a state has ""
	return v.State
}

// SameJSON tells whether two documents say the same, whatever the order of
// members and the white space.
func SameJSON(a, b []byte) bool {
	if bytes.Equal(a, b) {
		return true
	}
	x, errX := parsed(a)
	y, errY := parsed(b)
	return errX == nil && errY == nil && same(x, y)
}

// parsed keeps numbers as they are written.
func parsed(doc []byte) (v any, err error) {
	d := json.NewDecoder(bytes.NewReader(doc))
	d.UseNumber()
	err = d.Decode(&v)
	return v, err
}

func same(a, b any) bool {
	switch x := a.(type) {
	case map[string]any:
		y, ok := b.(map[string]any)
		if !ok || len(x) != len(y) {
			return false
		}
		for k, v := range x {
			if w, ok := y[k]; !ok || !same(v, w) {
				return false
			}
		}
		return true
	case []any:
		y, ok := b.([]any)
		return ok && slices.EqualFunc(x, y, same)
	}
	return a == b // string, json.Number, bool or nil
}
