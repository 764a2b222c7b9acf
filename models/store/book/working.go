package book

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"runtime/debug"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"golang.org/x/text/unicode/norm"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/journal"
)

// Need is what an act will look at: prefetched for the whole batch in one round
// trip. What is missing here is loaded on demand, at the price of a round trip.
type Need struct {
	Records []Key
	Holders []string
}

// Needs is the need of one record.
func Needs(kind, id string) Need { return Need{}.And(kind, id) }

// And adds a record.
func (n Need) And(kind, id string) Need {
	n.Records = append(n.Records, Key{kind, id})
	return n
}

// Holding adds the balances of holders.
func (n Need) Holding(holders ...string) Need {
	n.Holders = append(n.Holders, holders...)
	return n
}

// Working is what an act decides on: the records and balances as they stand
// after every act before it, in the same transaction.
type Working struct {
	ctx  context.Context
	b    *batch
	Act  models.Act
	Now  time.Time // the one reading of the clock for this act
	puts []models.Record
}

// Get loads a record or says CodeNotFound.
func Get[T models.Record](w *Working, id string) (T, error) {
	v, ok, err := Find[T](w, id)
	if err == nil && !ok {
		err = models.E(models.CodeNotFound, "")
	}
	return v, err
}

// Find loads a record if it is there.
func Find[T models.Record](w *Working, id string) (T, bool, error) {
	var v T
	for _, p := range slices.Backward(w.puts) {
		if p.RecordKind() == v.RecordKind() && p.RecordID() == id {
			return p.(T), true, nil
		}
	}
	rec, err := w.b.record(w.ctx, Key{v.RecordKind(), id})
	if err != nil || rec == nil {
		return v, false, err
	}
	v, err = value[T](rec)
	return v, err == nil, err
}

// value decodes a record once per batch. The value is shared between acts:
// decide must not write into its slices and maps, only replace them.
func value[T models.Record](rec *loaded) (T, error) {
	if v, ok := rec.value.(T); ok {
		return v, nil
	}
	v, err := Decode[T](rec.doc)
	if err == nil {
		rec.value = v
	}
	return v, err
}

// Knows tells whether there is a record.
func (w *Working) Knows(kind, id string) (bool, error) {
	rec, err := w.b.record(w.ctx, Key{kind, id})
	return rec != nil, err
}

// Next is the number of the entry that this act will be.
func (w *Working) Next() int64 { return w.b.seq + 1 }

// Put says that a record now stands like this: it becomes a Change of the entry
// and is saved in its table.
func (w *Working) Put(r models.Record) { w.puts = append(w.puts, r) }

// Held is the balance of a holder, item → units, without zeros.
func (w *Working) Held(holder string) (map[string]int64, error) { return w.b.balance(w.ctx, holder) }

// At is when the act happens: now, or the time it says (the demo and restored
// paper). The web layer never sets it.
func (w *Working) At() time.Time {
	if w.Act.At.IsZero() {
		return w.Now
	}
	return w.Act.At
}

// ByNow is the act with the time at which it happened.
func (w *Working) ByNow() models.Act {
	by := w.Act
	by.At = w.At()
	return by
}

// Query reads inside the transaction, after saving what earlier acts of the
// batch changed.
func (w *Working) Query(sql string, args ...any) (pgx.Rows, error) {
	if err := w.b.flush(w.ctx); err != nil {
		return nil, err
	}
	return w.b.conn.Query(w.ctx, sql, args...)
}

// Exec writes something that is no record (private data) in the same transaction.
func (w *Working) Exec(sql string, args ...any) error {
	if err := w.b.flush(w.ctx); err != nil {
		return err
	}
	w.b.dirty = true
	_, err := w.b.conn.Exec(w.ctx, sql, args...)
	return err
}

// ListIn reads records inside the transaction; where uses $1, $2 …
func ListIn[T models.Record](w *Working, where string, args ...any) ([]T, error) {
	rows, err := w.Query(`SELECT doc::text FROM `+table[T]()+` WHERE `+where, args...)
	if err != nil {
		return nil, err
	}
	docs, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, err
	}
	return decodeAll[T](docs)
}

// decide runs the domain's decision and completes the draft: puts become
// changes, text gets its one form (NFC). A panic is this act's failure alone; the
// appender and the acts beside it go on.
func (w *Working) decide(f func(*Working) (journal.Draft, error)) (d journal.Draft, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("store: deciding panicked: %v\n%s", p, debug.Stack())
		}
	}()
	if d, err = f(w); err != nil {
		return d, err
	}
	changes, err := w.changes()
	if err != nil {
		return d, err
	}
	d.Facts = slices.Clone(d.Facts)
	for i := range d.Facts {
		d.Facts[i].Value = NFC(d.Facts[i].Value)
	}
	d.Changes = slices.Concat(d.Changes, changes)
	for i := range d.Changes { // no character composes with JSON's own quotes and brackets
		d.Changes[i].Doc = norm.NFC.Bytes(d.Changes[i].Doc)
	}
	return d, nil
}

// changes are the records as they stand after the last put of each.
func (w *Working) changes() ([]journal.Change, error) {
	if len(w.puts) == 0 {
		return nil, nil
	}
	latest := map[Key]models.Record{}
	for _, r := range w.puts {
		latest[Key{r.RecordKind(), r.RecordID()}] = r
	}
	out := make([]journal.Change, 0, len(latest))
	for _, k := range slices.SortedFunc(maps.Keys(latest), CompareKeys) {
		doc, err := json.Marshal(latest[k])
		if err != nil {
			return nil, err
		}
		out = append(out, journal.Change{Kind: k.Kind, ID: k.ID, Doc: doc})
	}
	return out, nil
}

func ReadingIn[T models.Record](w *Working) func(string, ...any) ([]T, error) {
	return func(where string, args ...any) ([]T, error) { return ListIn[T](w, where, args...) }
}
