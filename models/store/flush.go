package store

import (
	"context"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
)

// flush writes what is decided: entries, postings, records and balances, each
// kind of row in one statement, all in one round trip.
func (b *batch) flush(ctx context.Context) error {
	if len(b.pending) == 0 {
		return nil
	}
	q := &pgx.Batch{}
	b.queue(q)
	return b.conn.SendBatch(ctx, q).Close()
}

// finish writes what is left, tells the listeners and commits.
func (b *batch) finish(ctx context.Context) error {
	q := &pgx.Batch{}
	if b.seq != b.start {
		if len(b.pending) > 0 {
			b.queue(q)
		}
		q.Queue(`SELECT pg_notify('brevstemme', $1)`, strconv.FormatInt(b.seq, 10))
	}
	q.Queue("COMMIT")
	return b.conn.SendBatch(ctx, q).Close()
}

func (b *batch) queue(q *pgx.Batch) {
	queueEntries(q, b.pending)
	queueRecords(q, b.pending)
	queueBalances(q, b.pending)
	q.Queue(`UPDATE journal_head SET seq = $1, hash = $2`, b.seq, b.head[:])
	b.pending = nil
}

func queueEntries(q *pgx.Batch, entries []written) {
	n := len(entries)
	seqs, ats, recs := make([]int64, n), make([]time.Time, n), make([]time.Time, n)
	kind, el, pl, client := make([]string, n), make([]string, n), make([]string, n), make([]string, n)
	body, prev, hash := make([][]byte, n), make([][]byte, n), make([][]byte, n)
	var ps []int64
	var ph, pi []string
	var pd []int64
	for i, e := range entries {
		seqs[i], ats[i], recs[i] = e.Seq, e.At, e.Recorded
		kind[i], el[i], pl[i], client[i] = e.Kind, e.Election, e.Place, e.ClientID
		body[i], prev[i], hash[i] = e.body, e.Prev[:], e.Hash[:]
		for _, p := range e.Postings {
			ps, ph, pi, pd = append(ps, e.Seq), append(ph, p.Holder), append(pi, p.Item), append(pd, p.Delta)
		}
	}
	q.Queue(`INSERT INTO journal_entry (seq, kind, election, place, client_id, at, recorded, body, prev, hash)
		SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::timestamptz[], $8::bytea[], $9::bytea[], $10::bytea[])`,
		seqs, kind, el, pl, client, ats, recs, body, prev, hash)
	if len(ps) > 0 {
		q.Queue(`INSERT INTO posting (seq, holder, item, delta) SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[])`, ps, ph, pi, pd)
	}
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

func queueBalances(q *pgx.Batch, entries []written) {
	type pair struct{ holder, item string }
	sums := map[pair]int64{}
	for _, e := range entries {
		for _, p := range e.Postings {
			sums[pair{p.Holder, p.Item}] += p.Delta
		}
	}
	var hs, is []string
	var ns []int64
	for p, n := range sums {
		if n != 0 {
			hs, is, ns = append(hs, p.holder), append(is, p.item), append(ns, n)
		}
	}
	if len(hs) > 0 {
		q.Queue(`INSERT INTO balance (holder, item, n) SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[])
			ON CONFLICT (holder, item) DO UPDATE SET n = balance.n + excluded.n`, hs, is, ns)
	}
}
