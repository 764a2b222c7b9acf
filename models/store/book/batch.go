package book

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/journal"
)

// batch is one transaction of the appender: what was loaded, and what is
// decided but not yet written.
type batch struct {
	conn     *pgx.Conn // nil while working from the cache
	start    int64     // the head when the batch began
	base     int64     // the head in the database
	baseHead [32]byte
	seq      int64 // the head after what is pending
	head     [32]byte
	records  map[Key]*loaded // loaded or changed; nil: looked for and not there
	balances map[string]map[string]int64
	known    map[string]*journal.Entry // entries by client id
	pending  []*written
	handover bool  // a handover is in it: a checkpoint is due
	missed   int64 // entries of another process that the cache had not seen
	stale    bool  // the cache cannot be brought up to the head
	dirty    bool  // exec wrote something that a failed act would leave behind
}

// loaded is a record's document and, once asked for, its value, so that a
// hundred acts on one session decode it once.
type loaded struct {
	doc   string
	value any
}

// written is an entry with its canonical bytes.
type written struct {
	journal.Entry
	body []byte
}

// CompareKeys orders records by kind and id.
func CompareKeys(a, b Key) int { return cmp.Or(cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.ID, b.ID)) }

// openBatch locks the head, brings the cache up to it and prefetches for all
// acts what is not in the cache, in one round trip.
func openBatch(ctx context.Context, conn *pgx.Conn, jobs []*job, c *bookCache) (*batch, error) {
	b := &batch{conn: conn, records: map[Key]*loaded{}, balances: map[string]map[string]int64{}, known: map[string]*journal.Entry{}}
	if c.valid {
		b.records = c.records
	}
	byKind, clients, holders := b.wanted(jobs)
	q := &pgx.Batch{}
	q.Queue("BEGIN")
	q.Queue(`SELECT seq, hash FROM journal_head FOR UPDATE`).QueryRow(b.readHead)
	if c.valid {
		q.Queue(`SELECT body FROM journal_entry WHERE seq > $1 ORDER BY seq LIMIT $2`, c.seq, missedEntries).Query(func(rows pgx.Rows) error {
			return b.catchUp(rows, c.seq, c.head)
		})
	}
	q.Queue(`SELECT body FROM journal_entry WHERE client_id = ANY($1)`, clients).Query(func(rows pgx.Rows) error {
		return eachRow(rows, func(body []byte) error {
			e, err := journal.Decode(body)
			b.known[e.ClientID] = &e
			return err
		})
	})
	for kind, ids := range byKind {
		if !kinds[kind] {
			return nil, fmt.Errorf("store: no table for %s", kind)
		}
		q.Queue(`SELECT id, doc::text FROM `+pgx.Identifier{kind}.Sanitize()+` WHERE id = ANY($1)`, ids).Query(func(rows pgx.Rows) error {
			var id, doc string
			_, err := pgx.ForEachRow(rows, []any{&id, &doc}, func() error {
				b.records[Key{kind, id}] = &loaded{doc: doc}
				return nil
			})
			return err
		})
	}
	if len(holders) > 0 {
		q.Queue(`SELECT holder, item, n FROM balance WHERE holder = ANY($1)`, holders).Query(b.readBalances)
	}
	return b, conn.SendBatch(ctx, q).Close()
}

// wanted lists what the acts look at and the batch does not have: ids of records
// by kind, client ids and holders.
func (b *batch) wanted(jobs []*job) (byKind map[string][]string, clients, holders []string) {
	byKind = map[string][]string{}
	want := func(k Key) {
		if _, ok := b.records[k]; !ok {
			b.records[k] = nil
			byKind[k.Kind] = append(byKind[k.Kind], k.ID)
		}
	}
	for _, j := range jobs {
		clients = append(clients, j.act.Key)
		for _, k := range j.need.Records {
			want(k)
		}
		for _, p := range []string{j.act.Person, j.act.Witness} {
			if p != "" {
				want(Key{"person", p})
			}
		}
		for _, h := range j.need.Holders {
			if b.balances[h] == nil {
				b.balances[h] = map[string]int64{}
				holders = append(holders, h)
			}
		}
	}
	return byKind, clients, holders
}

func (b *batch) readHead(row pgx.Row) error {
	var h []byte
	if err := row.Scan(&b.seq, &h); err != nil {
		return err
	}
	copy(b.head[:], h)
	b.start, b.base, b.baseHead = b.seq, b.seq, b.head
	return nil
}

// catchUp takes over what other processes wrote since the cache's head.
func (b *batch) catchUp(rows pgx.Rows, seq int64, head [32]byte) error {
	err := eachRow(rows, func(body []byte) error {
		e, err := journal.Decode(body)
		if err != nil {
			return err
		}
		b.missed++
		seq, head = e.Seq, e.Hash
		b.known[e.ClientID] = &e
		for _, c := range e.Changes {
			b.records[Key{c.Kind, c.ID}] = &loaded{doc: string(c.Doc)}
		}
		return nil
	})
	b.stale = seq != b.seq || head != b.head
	return err
}

func eachRow(rows pgx.Rows, f func([]byte) error) error {
	var v []byte
	_, err := pgx.ForEachRow(rows, []any{&v}, func() error { return f(v) })
	return err
}

func (b *batch) readBalances(rows pgx.Rows) error {
	var holder, item string
	var n int64
	_, err := pgx.ForEachRow(rows, []any{&holder, &item, &n}, func() error {
		b.balances[holder][item] = n
		return nil
	})
	return err
}

// record gives a document as it stands after the acts decided so far, nil when
// there is none.
func (b *batch) record(ctx context.Context, k Key) (*loaded, error) {
	if d, ok := b.records[k]; ok {
		return d, nil
	}
	if b.conn == nil {
		return nil, errNotCached
	}
	if !kinds[k.Kind] {
		return nil, fmt.Errorf("store: no table for %s", k.Kind)
	}
	var doc string
	err := b.conn.QueryRow(ctx, `SELECT doc::text FROM `+pgx.Identifier{k.Kind}.Sanitize()+` WHERE id = $1`, k.ID).Scan(&doc)
	if errors.Is(err, pgx.ErrNoRows) {
		b.records[k] = nil
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	b.records[k] = &loaded{doc: doc}
	return b.records[k], nil
}

// balance gives a holder's units as they stand after the acts decided so far.
func (b *batch) balance(ctx context.Context, holder string) (map[string]int64, error) {
	if m, ok := b.balances[holder]; ok {
		return nonZero(m), nil
	}
	if b.conn == nil {
		return nil, errNotCached
	}
	b.balances[holder] = map[string]int64{}
	rows, err := b.conn.Query(ctx, `SELECT holder, item, n FROM balance WHERE holder = $1`, holder)
	if err != nil {
		return nil, err
	}
	if err := b.readBalances(rows); err != nil {
		return nil, err
	}
	for _, e := range b.pending {
		for _, p := range e.Postings {
			if p.Holder == holder {
				b.balances[holder][p.Item] += p.Delta
			}
		}
	}
	return nonZero(b.balances[holder]), nil
}

func nonZero(m map[string]int64) map[string]int64 {
	out := map[string]int64{}
	for k, n := range m {
		if n != 0 {
			out[k] = n
		}
	}
	return out
}

// decide runs one act on the batch: the entry, and whether it stood there before.
func (b *batch) decide(ctx context.Context, s *Book, j *job) (*journal.Entry, bool, error) {
	if e, ok := b.known[j.act.Key]; ok {
		if err := sameAct(*e, j.act); err != nil {
			return nil, false, err
		}
		return e, true, nil
	}
	w := &Working{ctx: ctx, b: b, Act: j.act, Now: s.Now().Truncate(0)}
	d, err := w.decide(j.decide)
	if err != nil {
		return nil, false, err
	}
	if err := d.Check(); err != nil {
		return nil, false, err
	}
	sealed, body := b.entry(w, d).Sealed(b.head)
	entry := &written{sealed, body}
	e := &entry.Entry
	b.seq, b.head = e.Seq, e.Hash
	b.known[e.ClientID] = e
	b.handover = b.handover || strings.HasPrefix(e.Kind, "handover.")
	b.pending = append(b.pending, entry)
	for _, c := range e.Changes {
		b.records[Key{c.Kind, c.ID}] = &loaded{doc: string(c.Doc)}
	}
	for _, p := range e.Postings {
		if m, ok := b.balances[p.Holder]; ok {
			m[p.Item] += p.Delta
		}
	}
	return e, false, nil
}

// sameAct holds the entry that stands under an act's key against the act: nil when
// the act was sent again, CodeReplayOther when the key says something else now.
func sameAct(e journal.Entry, act models.Act) error {
	if e.Digest != act.Digest || !byPerson(e, act.Person) {
		return models.E(models.CodeReplayOther, "")
	}
	return nil
}

// byPerson tells whether an entry is a person's own act: a key answers the one
// who used it first, and nobody else learns from it what was done.
func byPerson(e journal.Entry, person string) bool {
	if len(e.Actors) == 0 {
		return person == ""
	}
	return e.Actors[0].Person == person
}

func (b *batch) entry(w *Working, d journal.Draft) journal.Entry {
	at := w.Act.At
	if at.IsZero() {
		at = w.Now
	}
	_, offset := at.In(models.Copenhagen).Zone()
	e := journal.Entry{Draft: d, Seq: b.seq + 1, At: at.UTC().Truncate(1000), Offset: offset / 60, Recorded: w.Now.Truncate(1000), ClientID: w.Act.Key, Digest: w.Act.Digest}
	for i, p := range []string{w.Act.Person, w.Act.Witness} {
		if p == "" {
			continue
		}
		a := journal.Actor{Person: p}
		if i == 0 {
			a.Role = w.Act.Role
		}
		if rec := b.records[Key{"person", p}]; rec != nil {
			if v, err := value[models.Person](rec); err == nil {
				a.Commitment = v.Commitment
			}
		}
		e.Actors = append(e.Actors, a)
	}
	return e
}
