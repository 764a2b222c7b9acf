package store

import (
	"context"
	"errors"
	"maps"

	"github.com/jackc/pgx/v5"

	"github.com/brevstemme/brevstemme/models/journal"
)

// bookCache is what the appender knows of the book as it stood at one head. It
// holds only while the head stays: a batch decided on it is written with the
// condition that the head is still that one (brev_same_head), so a second
// process cannot be overlooked. It saves the desk a round trip per count.
type bookCache struct {
	valid   bool
	seq     int64
	head    [32]byte
	records map[key]*loaded
	known   map[string]journal.Entry // the newest entries by client id
}

// Bounds of the cache; beyond them it starts afresh.
const (
	cachedRecords = 20_000
	cachedEntries = 5_000
)

// errNotCached tells that an act needs something that only the database knows.
var errNotCached = errors.New("store: not in the cache")

func (c *bookCache) drop() { *c = bookCache{} }

// learn takes over what a committed batch loaded and wrote.
func (c *bookCache) learn(b *batch) {
	if !c.valid || c.seq != b.start || len(c.records) > cachedRecords || len(c.known) > cachedEntries {
		c.drop()
		c.records, c.known = map[key]*loaded{}, map[string]journal.Entry{}
	}
	if b.conn != nil {
		maps.Copy(c.records, b.records)
		maps.Copy(c.known, b.known)
	}
	c.valid, c.seq, c.head = true, b.seq, b.head
}

// covers tells whether everything that the acts say they need is here.
func (c *bookCache) covers(jobs []*job) bool {
	if !c.valid {
		return false
	}
	for _, j := range jobs {
		if len(j.need.Holders) > 0 {
			return false
		}
		for _, k := range j.need.Records {
			if _, ok := c.records[k]; !ok {
				return false
			}
		}
		for _, p := range []string{j.act.Person, j.act.Witness} {
			if _, ok := c.records[key{"person", p}]; p != "" && !ok {
				return false
			}
		}
	}
	return true
}

// commitCached decides from the cache and writes in one round trip. ok is false
// when the batch has to be done on a locked head instead: something is not in
// the cache, an act was refused or replayed (perhaps only because the cache is behind), or
// the database refused (another process was quicker, a client id was used).
// Nothing of it is written then.
func (s *Store) commitCached(ctx context.Context, jobs []*job) (outs []outcome, ok bool) {
	c := &s.cache
	if !c.covers(jobs) {
		return nil, false
	}
	defer func() {
		if !ok { // the acts before the failing one have left their marks in it
			c.drop()
		}
	}()
	b := &batch{start: c.seq, base: c.seq, baseHead: c.head, seq: c.seq, head: c.head, records: c.records, balances: map[string]map[string]int64{}, known: c.known}
	outs = make([]outcome, len(jobs))
	for i, j := range jobs {
		o := &outs[i]
		if o.entry, o.replayed, o.err = b.decide(ctx, s, j); o.err != nil || o.replayed {
			return nil, false
		}
	}
	if len(b.pending) > 0 {
		q := &pgx.Batch{}
		b.queue(q)
		if err := s.queueCheckpoint(q, b); err != nil {
			return nil, false
		}
		if err := s.writer.SendBatch(ctx, q).Close(); err != nil { // one implicit transaction: all or nothing
			return nil, false
		}
	}
	c.learn(b)
	return outs, true
}
