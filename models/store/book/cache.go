package book

import (
	"context"
	"errors"

	"github.com/jackc/pgx/v5/pgconn"

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
	records map[Key]*loaded
	recent  map[string]bool // the client ids of the newest entries
	rivals  int             // how many batches more are begun on a locked head, since another process writes
}

// Bounds of the cache; beyond them it starts afresh.
const (
	cachedRecords = 20_000
	cachedClients = 20_000
	missedEntries = 2_000 // so many entries of another process are caught up with
	rivalBatches  = 32
)

// errNotCached tells that an act needs something that only the database knows.
var errNotCached = errors.New("store: not in the cache")

// rival are the codes that another process's writing gives: the head has moved, is
// locked, or entries that ran ahead were refused before the head was looked at.
var rival = map[string]bool{"40001": true, "55P03": true, "25P02": true}

func (c *bookCache) drop() { *c = bookCache{rivals: c.rivals} }

// lost is told that a batch which was decided on the cache was refused.
func (c *bookCache) lost(err error) {
	c.drop()
	var pg *pgconn.PgError
	if errors.As(err, &pg) && rival[pg.Code] {
		c.rivals = rivalBatches
	}
}

// learn takes over what a batch on a locked head loaded and wrote.
func (c *bookCache) learn(b *batch) {
	if len(b.records) > cachedRecords {
		c.drop()
		return
	}
	rivals := max(c.rivals-1, 0)
	if b.missed > 0 {
		rivals = rivalBatches
	}
	recent := c.recent
	if recent == nil {
		recent = map[string]bool{}
	}
	for id := range b.known {
		recent[id] = true
	}
	*c = bookCache{valid: true, seq: b.seq, head: b.head, records: b.records, recent: recent, rivals: rivals}
}

// covers tells whether everything that the acts say they need is here.
func (c *bookCache) covers(jobs []*job) bool {
	if !c.valid || c.rivals > 0 {
		return false
	}
	for _, j := range jobs {
		if len(j.need.Holders) > 0 || c.recent[j.act.Key] {
			return false
		}
		for _, k := range j.need.Records {
			if _, ok := c.records[k]; !ok {
				return false
			}
		}
		for _, p := range []string{j.act.Person, j.act.Witness} {
			if _, ok := c.records[Key{"person", p}]; p != "" && !ok {
				return false
			}
		}
	}
	return true
}

// decideCached decides acts on the cache, on top of b when it is given. It moves
// the cache to where the batch will lead. nil means that they have to be decided
// on a locked head: something is not in the cache, or an act was refused or
// replayed (perhaps only because the cache is behind). Nothing is written yet.
func (s *Book) decideCached(b *batch, jobs []*job) (*batch, []outcome) {
	c := &s.cache
	if !c.covers(jobs) {
		return nil, nil
	}
	if b == nil {
		b = &batch{start: c.seq, base: c.seq, baseHead: c.head, seq: c.seq, head: c.head, records: c.records, balances: map[string]map[string]int64{}, known: map[string]*journal.Entry{}}
	}
	outs := make([]outcome, len(jobs))
	for i, j := range jobs {
		o := &outs[i]
		if o.entry, o.replayed, o.err = b.decide(context.Background(), s, j); o.err != nil || o.replayed {
			c.drop() // the acts before the failing one have left their marks in it
			return nil, nil
		}
		c.recent[j.act.Key] = true
	}
	c.seq, c.head = b.seq, b.head
	if len(c.records) > cachedRecords || len(c.recent) > cachedClients {
		c.drop() // b keeps its maps
	}
	return b, outs
}

// message is what a batch that was decided on the cache says to the database.
func (s *Book) message(b *batch) (message, error) {
	m := b.message()
	checkpoint, err := s.checkpoint(b)
	m.more = append(m.more, checkpoint...)
	return m, err
}
