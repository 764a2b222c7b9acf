package book

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
	return send(ctx, b.conn, b.message().whole())
}

// finish writes what is left and commits.
func (b *batch) finish(ctx context.Context, s *Book) error {
	var message []statement
	if len(b.pending) > 0 {
		message = b.message().whole()
	}
	checkpoint, err := s.checkpoint(b)
	if err != nil {
		return err
	}
	return send(ctx, b.conn, append(append(message, checkpoint...), commitAll))
}

// message is what a batch says to the database. Every statement is paid for at
// the desk, so entries and postings are one; the head, the balances and the word
// to the listeners are one; each kind of record is one more.
type message struct {
	entries, head statement
	more          []statement
}

// whole is the order in one transaction of its own: nothing is written before
// the head is locked.
func (m message) whole() []statement {
	return append([]statement{m.head, m.entries}, m.more...)
}

// ahead and behind are the two parts of a batch that runs ahead of another.
func (m message) ahead() []statement { return []statement{beginAll, m.entries} }
func (m message) behind() []statement {
	return append(append([]statement{m.head}, m.more...), commitAll)
}

// message gives the statements of what is pending, which then is no more.
func (b *batch) message() message {
	holder, item, delta := balanceArgs(b.pending)
	head, base := b.head, b.baseHead // copies: the batch moves on before they are sent
	m := message{
		entries: statement{sql: writeEntries, args: append(entryArgs(b.pending), postingArgs(b.pending)...)},
		head:    statement{sql: moveHead, args: [][]byte{bigint(b.seq), head[:], bigint(b.base), base[:], holder, item, delta, strconv.AppendInt(nil, b.seq, 10)}},
		more:    recordStatements(b.pending),
	}
	b.base, b.baseHead, b.pending = b.seq, b.head, nil
	return m
}

const writeEntries = `WITH e AS (INSERT INTO journal_entry (seq, kind, election, place, client_id, at, recorded, body, prev, hash)
	SELECT unnest($1::bigint[]), unnest($2::text[]), unnest($3::text[]), unnest($4::text[]), unnest($5::text[]),
		unnest($6::timestamptz[]), unnest($7::timestamptz[]), unnest($8::bytea[]), unnest($9::bytea[]), unnest($10::bytea[]))
INSERT INTO posting (seq, holder, item, delta)
SELECT unnest($11::bigint[]), unnest($12::text[]), unnest($13::text[]), unnest($14::bigint[])`

// moveHead refuses (brev_same_head) when the head is not the one that the batch
// was decided on, and at once when another process has it locked: it has lost
// then, and must not wait with entries in hand that the other may wait for.
const moveHead = `WITH
h AS (UPDATE journal_head SET seq = $1, hash = $2
	FROM (SELECT one AS free FROM journal_head WHERE seq = $3 AND hash = $4 FOR UPDATE NOWAIT) AS locked WHERE one = free RETURNING 1),
b AS (INSERT INTO balance AS b (holder, item, n) SELECT unnest($5::text[]), unnest($6::text[]), unnest($7::bigint[])
	ON CONFLICT (holder, item) DO UPDATE SET n = b.n + excluded.n)
SELECT brev_same_head((SELECT count(*) FROM h)), pg_notify('brevstemme', $8)`

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

// postingArgs are the postings of a batch.
func postingArgs(entries []*written) [][]byte {
	n := 2 * len(entries)
	seq, holder, item, delta := newColumn(oidBigint, n, 8), newColumn(oidText, n, 24), newColumn(oidText, n, 16), newColumn(oidBigint, n, 8)
	for _, e := range entries {
		for _, p := range e.Postings {
			seq.bigint(e.Seq)
			holder.text(p.Holder)
			item.text(p.Item)
			delta.bigint(p.Delta)
		}
	}
	return [][]byte{seq, holder, item, delta}
}

// balanceArgs are what the postings of a batch add to each balance.
func balanceArgs(entries []*written) (holder, item, delta column) {
	type pair struct{ holder, item string }
	sums := make(map[pair]int64, len(entries))
	for _, e := range entries {
		for _, p := range e.Postings {
			sums[pair{p.Holder, p.Item}] += p.Delta
		}
	}
	holder, item, delta = newColumn(oidText, len(sums), 24), newColumn(oidText, len(sums), 16), newColumn(oidBigint, len(sums), 8)
	for p, n := range sums {
		if n != 0 {
			holder.text(p.holder)
			item.text(p.item)
			delta.bigint(n)
		}
	}
	return holder, item, delta
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
