package store

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

// need is what an act will look at: prefetched for the whole batch in one round
// trip. What is missing here is loaded on demand, at the price of a round trip.
type need struct {
	Records []key
	Holders []string
}

// needs is the need of one record; and adds another, holding adds balances.
func needs(kind, id string) need { return need{}.and(kind, id) }

func (n need) and(kind, id string) need {
	n.Records = append(n.Records, key{kind, id})
	return n
}

func (n need) holding(holders ...string) need {
	n.Holders = append(n.Holders, holders...)
	return n
}

// working is what an act decides on: the records and balances as they stand
// after every act before it, in the same transaction.
type working struct {
	ctx  context.Context
	b    *batch
	act  models.Act
	now  time.Time // the one reading of the clock for this act
	puts []models.Record
}

// get loads a record or says CodeNotFound.
func get[T models.Record](w *working, id string) (T, error) {
	v, ok, err := find[T](w, id)
	if err == nil && !ok {
		err = models.E(models.CodeNotFound, "")
	}
	return v, err
}

// find loads a record if it is there.
func find[T models.Record](w *working, id string) (T, bool, error) {
	var v T
	for _, p := range slices.Backward(w.puts) {
		if p.RecordKind() == v.RecordKind() && p.RecordID() == id {
			return p.(T), true, nil
		}
	}
	rec, err := w.b.record(w.ctx, key{v.RecordKind(), id})
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
	v, err := decode[T](rec.doc)
	if err == nil {
		rec.value = v
	}
	return v, err
}

// knows tells whether there is a record.
func (w *working) knows(kind, id string) (bool, error) {
	rec, err := w.b.record(w.ctx, key{kind, id})
	return rec != nil, err
}

// next is the number of the entry that this act will be.
func (w *working) next() int64 { return w.b.seq + 1 }

// put says that a record now stands like this: it becomes a Change of the entry
// and is saved in its table.
func (w *working) put(r models.Record) { w.puts = append(w.puts, r) }

// holder is the balance of a holder, item → units, without zeros.
func (w *working) holder(holder string) (map[string]int64, error) { return w.b.balance(w.ctx, holder) }

// at is when the act happens: now, or the time it says (the demo and restored
// paper). The web layer never sets it.
func (w *working) at() time.Time {
	if w.act.At.IsZero() {
		return w.now
	}
	return w.act.At
}

// byNow is the act with the time at which it happened.
func (w *working) byNow() models.Act {
	by := w.act
	by.At = w.at()
	return by
}

// query reads inside the transaction, after saving what earlier acts of the
// batch changed.
func (w *working) query(sql string, args ...any) (pgx.Rows, error) {
	if err := w.b.flush(w.ctx); err != nil {
		return nil, err
	}
	return w.b.conn.Query(w.ctx, sql, args...)
}

// exec writes something that is no record (private data) in the same transaction.
func (w *working) exec(sql string, args ...any) error {
	if err := w.b.flush(w.ctx); err != nil {
		return err
	}
	w.b.dirty = true
	_, err := w.b.conn.Exec(w.ctx, sql, args...)
	return err
}

// listIn reads records inside the transaction; where uses $1, $2 …
func listIn[T models.Record](w *working, where string, args ...any) ([]T, error) {
	rows, err := w.query(`SELECT doc::text FROM `+table[T]()+` WHERE `+where, args...)
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
func (w *working) decide(f func(*working) (journal.Draft, error)) (d journal.Draft, err error) {
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
		d.Facts[i].Value = nfc(d.Facts[i].Value)
	}
	d.Changes = slices.Concat(d.Changes, changes)
	for i := range d.Changes { // no character composes with JSON's own quotes and brackets
		d.Changes[i].Doc = norm.NFC.Bytes(d.Changes[i].Doc)
	}
	return d, nil
}

// changes are the records as they stand after the last put of each.
func (w *working) changes() ([]journal.Change, error) {
	if len(w.puts) == 0 {
		return nil, nil
	}
	latest := map[key]models.Record{}
	for _, r := range w.puts {
		latest[key{r.RecordKind(), r.RecordID()}] = r
	}
	out := make([]journal.Change, 0, len(latest))
	for _, k := range slices.SortedFunc(maps.Keys(latest), compareKeys) {
		doc, err := json.Marshal(latest[k])
		if err != nil {
			return nil, err
		}
		out = append(out, journal.Change{Kind: k.Kind, ID: k.ID, Doc: doc})
	}
	return out, nil
}
