package store

import (
	"context"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
)

// flush writes what is decided so far, in one round trip, inside the open
// transaction.
func (b *batch) flush(ctx context.Context) error {
	if b.conn == nil {
		return errNotCached
	}
	if len(b.pending) == 0 {
		return nil
	}
	q := &pgx.Batch{}
	b.queue(q)
	return b.conn.SendBatch(ctx, q).Close()
}

// finish writes what is left and commits.
func (b *batch) finish(ctx context.Context, s *Store) error {
	q := &pgx.Batch{}
	if len(b.pending) > 0 {
		b.queue(q)
	}
	if err := s.queueCheckpoint(q, b); err != nil {
		return err
	}
	q.Queue("COMMIT")
	return b.conn.SendBatch(ctx, q).Close()
}

// queue puts the statements of what is pending into q. Every statement is paid
// for at the desk, so entries, postings, balances, the head and the word to the
// listeners are one; each kind of record is one more. brev_same_head refuses
// when the head is not the one that the batch was decided on.
func (b *batch) queue(q *pgx.Batch) {
	c, head, base := columns(b.pending), b.head, b.baseHead // copies: the batch moves on before they are sent
	q.Queue(writeBook, b.seq, head[:], b.base, base[:],
		c.seq, c.kind, c.election, c.place, c.client, c.at, c.recorded, c.body, c.prev, c.hash,
		c.pSeq, c.pHolder, c.pItem, c.pDelta, c.bHolder, c.bItem, c.bDelta, strconv.FormatInt(b.seq, 10))
	queueRecords(q, b.pending)
	b.base, b.baseHead, b.pending = b.seq, b.head, nil
}

const writeBook = `WITH
h AS (UPDATE journal_head SET seq = $1, hash = $2 WHERE seq = $3 AND hash = $4 RETURNING 1),
e AS (INSERT INTO journal_entry (seq, kind, election, place, client_id, at, recorded, body, prev, hash)
	SELECT * FROM unnest($5::bigint[], $6::text[], $7::text[], $8::text[], $9::text[], $10::timestamptz[], $11::timestamptz[], $12::bytea[], $13::bytea[], $14::bytea[])),
p AS (INSERT INTO posting (seq, holder, item, delta) SELECT * FROM unnest($15::bigint[], $16::text[], $17::text[], $18::bigint[])),
d AS (SELECT holder, item, n FROM unnest($19::text[], $20::text[], $21::bigint[]) AS d(holder, item, n)),
u AS (UPDATE balance b SET n = b.n + d.n FROM d WHERE b.holder = d.holder AND b.item = d.item),
b AS (INSERT INTO balance (holder, item, n) SELECT holder, item, n FROM d
	WHERE NOT EXISTS (SELECT FROM balance b WHERE b.holder = d.holder AND b.item = d.item))
SELECT brev_same_head((SELECT count(*) FROM h)), pg_notify('brevstemme', $22)`

// bookColumns are the entries of a batch column by column, as unnest takes them.
type bookColumns struct {
	seq                           []int64
	at, recorded                  []time.Time
	kind, election, place, client []string
	body, prev, hash              [][]byte
	pSeq, pDelta, bDelta          []int64
	pHolder, pItem                []string
	bHolder, bItem                []string
}

func columns(entries []written) bookColumns {
	var c bookColumns
	type pair struct{ holder, item string }
	sums := make(map[pair]int64, 2*len(entries))
	for i := range entries {
		e := &entries[i]
		c.seq, c.at, c.recorded = append(c.seq, e.Seq), append(c.at, e.At), append(c.recorded, e.Recorded)
		c.kind, c.election, c.place, c.client = append(c.kind, e.Kind), append(c.election, e.Election), append(c.place, e.Place), append(c.client, e.ClientID)
		c.body, c.prev, c.hash = append(c.body, e.body), append(c.prev, e.Prev[:]), append(c.hash, e.Hash[:])
		for _, p := range e.Postings {
			c.pSeq, c.pHolder, c.pItem, c.pDelta = append(c.pSeq, e.Seq), append(c.pHolder, p.Holder), append(c.pItem, p.Item), append(c.pDelta, p.Delta)
			sums[pair{p.Holder, p.Item}] += p.Delta
		}
	}
	for p, n := range sums {
		if n != 0 {
			c.bHolder, c.bItem, c.bDelta = append(c.bHolder, p.holder), append(c.bItem, p.item), append(c.bDelta, n)
		}
	}
	return c
}

// queueRecords saves the latest document of each record that the entries changed.
func queueRecords(q *pgx.Batch, entries []written) {
	type row struct {
		seq int64
		doc string
	}
	latest := map[string]map[string]row{}
	for _, e := range entries {
		for _, c := range e.Changes {
			if latest[c.Kind] == nil {
				latest[c.Kind] = map[string]row{}
			}
			latest[c.Kind][c.ID] = row{e.Seq, string(c.Doc)}
		}
	}
	for kind, rows := range latest {
		var ids, docs []string
		var seqs []int64
		for id, r := range rows {
			ids, seqs, docs = append(ids, id), append(seqs, r.seq), append(docs, r.doc)
		}
		q.Queue(`INSERT INTO `+pgx.Identifier{kind}.Sanitize()+` (id, seq, doc) SELECT a, b, c::jsonb FROM unnest($1::text[], $2::bigint[], $3::text[]) AS u(a, b, c)
			ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, doc = excluded.doc`, ids, seqs, docs)
	}
}
