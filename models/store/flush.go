package store

import (
	"context"
	"strconv"

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
	return send(ctx, b.conn, b.message())
}

// finish writes what is left and commits.
func (b *batch) finish(ctx context.Context, s *Store) error {
	var message []statement
	if len(b.pending) > 0 {
		message = b.message()
	}
	checkpoint, err := s.checkpoint(b)
	if err != nil {
		return err
	}
	return send(ctx, b.conn, append(append(message, checkpoint...), commitAll))
}

// message gives the statements of what is pending, which then is no more. Every
// statement is paid for at the desk, so entries, postings, balances, the head
// and the word to the listeners are one; each kind of record is one more.
// brev_same_head refuses when the head is not the one that the batch was decided on.
func (b *batch) message() []statement {
	book := statement{sql: writeBook, args: make([][]byte, 0, 22)}
	head, base := b.head, b.baseHead // copies: the batch moves on before they are sent
	book.args = append(book.args, bigint(b.seq), head[:], bigint(b.base), base[:])
	book.args = append(book.args, entryArgs(b.pending)...)
	book.args = append(book.args, postingArgs(b.pending)...)
	book.args = append(book.args, strconv.AppendInt(nil, b.seq, 10))
	message := append([]statement{book}, recordStatements(b.pending)...)
	b.base, b.baseHead, b.pending = b.seq, b.head, nil
	return message
}

const writeBook = `WITH
h AS (UPDATE journal_head SET seq = $1, hash = $2 WHERE seq = $3 AND hash = $4 RETURNING 1),
e AS (INSERT INTO journal_entry (seq, kind, election, place, client_id, at, recorded, body, prev, hash)
	SELECT unnest($5::bigint[]), unnest($6::text[]), unnest($7::text[]), unnest($8::text[]), unnest($9::text[]),
		unnest($10::timestamptz[]), unnest($11::timestamptz[]), unnest($12::bytea[]), unnest($13::bytea[]), unnest($14::bytea[])),
p AS (INSERT INTO posting (seq, holder, item, delta)
	SELECT unnest($15::bigint[]), unnest($16::text[]), unnest($17::text[]), unnest($18::bigint[])),
b AS (INSERT INTO balance AS b (holder, item, n) SELECT unnest($19::text[]), unnest($20::text[]), unnest($21::bigint[])
	ON CONFLICT (holder, item) DO UPDATE SET n = b.n + excluded.n)
SELECT brev_same_head((SELECT count(*) FROM h)), pg_notify('brevstemme', $22)`

// entryArgs are the entries of a batch column by column, as writeBook takes them.
func entryArgs(entries []*written) [][]byte {
	n := len(entries)
	seq, at, recorded := newColumn(oidBigint, n, 8), newColumn(oidTimestamptz, n, 8), newColumn(oidTimestamptz, n, 8)
	kind, election, place, client := newColumn(oidText, n, 20), newColumn(oidText, n, 8), newColumn(oidText, n, 8), newColumn(oidText, n, 40)
	size := 0
	for _, e := range entries {
		size += len(e.body)
	}
	body, prev, hash := newColumn(oidBytea, n, size/max(n, 1)+1), newColumn(oidBytea, n, 32), newColumn(oidBytea, n, 32)
	for _, e := range entries {
		seq.bigint(e.Seq)
		kind.text(e.Kind)
		election.text(e.Election)
		place.text(e.Place)
		client.text(e.ClientID)
		at.instant(e.At)
		recorded.instant(e.Recorded)
		body.bytes(e.body)
		prev.bytes(e.Prev[:])
		hash.bytes(e.Hash[:])
	}
	return [][]byte{seq, kind, election, place, client, at, recorded, body, prev, hash}
}

// postingArgs are the postings of a batch and what they add to each balance.
func postingArgs(entries []*written) [][]byte {
	n := 2 * len(entries)
	seq, holder, item, delta := newColumn(oidBigint, n, 8), newColumn(oidText, n, 24), newColumn(oidText, n, 16), newColumn(oidBigint, n, 8)
	type pair struct{ holder, item string }
	sums := make(map[pair]int64, len(entries))
	for _, e := range entries {
		for _, p := range e.Postings {
			seq.bigint(e.Seq)
			holder.text(p.Holder)
			item.text(p.Item)
			delta.bigint(p.Delta)
			sums[pair{p.Holder, p.Item}] += p.Delta
		}
	}
	bHolder, bItem, bDelta := newColumn(oidText, len(sums), 24), newColumn(oidText, len(sums), 16), newColumn(oidBigint, len(sums), 8)
	for p, n := range sums {
		if n != 0 {
			bHolder.text(p.holder)
			bItem.text(p.item)
			bDelta.bigint(n)
		}
	}
	return [][]byte{seq, holder, item, delta, bHolder, bItem, bDelta}
}

// recordStatements save the latest document of each record that the entries changed.
func recordStatements(entries []*written) (message []statement) {
	type row struct {
		seq int64
		doc []byte
	}
	latest := map[string]map[string]row{}
	for _, e := range entries {
		for _, c := range e.Changes {
			if latest[c.Kind] == nil {
				latest[c.Kind] = map[string]row{}
			}
			latest[c.Kind][c.ID] = row{e.Seq, c.Doc}
		}
	}
	for kind, rows := range latest {
		ids, seqs, docs := newColumn(oidText, len(rows), 36), newColumn(oidBigint, len(rows), 8), newColumn(oidText, len(rows), 400)
		for id, r := range rows {
			ids.text(id)
			seqs.bigint(r.seq)
			docs.bytes(r.doc)
		}
		message = append(message, statement{args: [][]byte{ids, seqs, docs},
			sql: `INSERT INTO ` + pgx.Identifier{kind}.Sanitize() + ` (id, seq, doc) SELECT unnest($1::text[]), unnest($2::bigint[]), unnest($3::text[])::jsonb
			ON CONFLICT (id) DO UPDATE SET seq = excluded.seq, doc = excluded.doc`})
	}
	return message
}
