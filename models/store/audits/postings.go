package audits

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"math/bits"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/brevstemme/brevstemme/models/audit"
	"github.com/brevstemme/brevstemme/models/journal"
)

// postingSum is the sum of the hashes of postings, in any order: two lots of
// postings with the same sum are the same. The hashes begin with a secret of
// this run, so nobody could have made different ones that sum to the same. Only
// when the sums differ are entries and table read in step to name the first.
type postingSum struct {
	b      []byte // the secret, then room for one posting
	hi, lo uint64
}

const postingSecret = 16

func newPostingSum(secret []byte) postingSum { return postingSum{b: slices.Clone(secret)} }

func (s *postingSum) add(seq, delta int64, holder, item string) {
	b := s.b[:postingSecret]
	b = binary.BigEndian.AppendUint64(b, uint64(seq))
	b = binary.BigEndian.AppendUint64(b, uint64(delta))
	b = binary.BigEndian.AppendUint32(b, uint32(len(holder)))
	b = append(append(b, holder...), item...)
	sum := sha256.Sum256(b)
	var carry uint64
	s.lo, carry = bits.Add64(s.lo, binary.BigEndian.Uint64(sum[:]), 0)
	s.hi, _ = bits.Add64(s.hi, binary.BigEndian.Uint64(sum[8:]), carry)
	s.b = b
}

func (s postingSum) same(o postingSum) bool { return s.hi == o.hi && s.lo == o.lo }

// sumPostings reads the table in whatever order it lies.
func sumPostings(ctx context.Context, tx pgx.Tx, secret []byte) (postingSum, error) {
	s := newPostingSum(secret)
	rows, err := tx.Query(ctx, `SELECT seq, delta, holder, item FROM posting`, binaryResults(4))
	if err != nil {
		return s, err
	}
	defer rows.Close()
	texts := interned{}
	for rows.Next() {
		v := rows.RawValues()
		s.add(bigintOf(v[0]), bigintOf(v[1]), texts.of(v[2]), texts.of(v[3]))
	}
	return s, rows.Err()
}

// postingsOf begins to sum the table: on a connection of its own beside the
// entries, or at once when there is none.
func (v *verifier) postingsOf(ctx context.Context) (wait func() (postingSum, error), err error) {
	secret := make([]byte, postingSecret)
	rand.Read(secret) // never fails (crypto/rand)
	v.posted = newPostingSum(secret)
	if v.side == nil {
		sum, err := sumPostings(ctx, v.tx, secret)
		return func() (postingSum, error) { return sum, err }, err
	}
	type answer struct {
		sum postingSum
		err error
	}
	done := make(chan answer, 1)
	go func() {
		sum, err := sumPostings(ctx, v.side, secret)
		done <- answer{sum, err}
	}()
	return func() (postingSum, error) { a := <-done; return a.sum, a.err }, nil
}

// firstPosting names the first entry below a number whose postings the table
// does not have as the journal has them. The entries below it are well-formed.
func (v *verifier) firstPosting(ctx context.Context, below int64) (*audit.Finding, error) {
	side, err := v.openPostings(ctx)
	if err != nil {
		return nil, err
	}
	defer side.close()
	rows, err := v.tx.Query(ctx, `SELECT body FROM journal_entry WHERE seq < $1 ORDER BY seq`, below)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		e, err := journal.Decode(rows.RawValues()[0])
		if err != nil {
			return nil, err
		}
		if side.take(e.Seq, e.Postings) {
			return &audit.Finding{Code: audit.CodePosting, Seq: e.Seq, Where: "posting", Detail: "the postings are not those of the entry"}, nil
		}
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	if p, ok := side.peek(); ok && p.seq < below {
		return &audit.Finding{Code: audit.CodePosting, Seq: p.seq, Where: "posting", Detail: "a posting without its entry"}, nil
	}
	return nil, side.err
}

func (v *verifier) openPostings(ctx context.Context) (*postingStream, error) {
	const all = `SELECT seq, holder, item, delta FROM posting ORDER BY seq`
	if v.side != nil {
		rows, err := v.side.Query(ctx, all)
		return &postingStream{rows: rows}, err
	}
	rows, err := v.tx.Query(ctx, all)
	if err != nil {
		return nil, err
	}
	s := &postingStream{done: true}
	var p postingRow
	_, err = pgx.ForEachRow(rows, []any{&p.seq, &p.Holder, &p.Item, &p.Delta}, func() error {
		s.read = append(s.read, p)
		return nil
	})
	return s, err
}

// interned keeps one copy of texts that come again and again.
type interned map[string]string

func (t interned) of(b []byte) string {
	if s, ok := t[string(b)]; ok {
		return s
	}
	if len(t) >= 10_000 {
		clear(t)
	}
	s := string(b)
	t[s] = s
	return s
}

// binaryResults asks for n columns in PostgreSQL's own bytes.
func binaryResults(n int) pgx.QueryResultFormats {
	return slices.Repeat(pgx.QueryResultFormats{1}, n)
}

func bigintOf(b []byte) int64 { return int64(binary.BigEndian.Uint64(b)) }

// postingStream gives the table of postings in step with the entries.
type postingStream struct {
	rows pgx.Rows
	read []postingRow // read and not yet taken
	done bool
	err  error
}

type postingRow struct {
	seq int64
	journal.Posting
}

func (s *postingStream) close() {
	if s.rows != nil {
		s.rows.Close()
	}
}

func (s *postingStream) peek() (postingRow, bool) {
	if len(s.read) > 0 {
		return s.read[0], true
	}
	if s.done || !s.rows.Next() {
		if !s.done {
			s.done, s.err = true, s.rows.Err()
		}
		return postingRow{}, false
	}
	var p postingRow
	if s.err = s.rows.Scan(&p.seq, &p.Holder, &p.Item, &p.Delta); s.err != nil {
		s.done = true
		return postingRow{}, false
	}
	s.read = append(s.read, p)
	return p, true
}

// take consumes the rows of an entry and tells whether they differ from want.
func (s *postingStream) take(seq int64, want []journal.Posting) (differ bool) {
	var got []journal.Posting
	for {
		p, ok := s.peek()
		if !ok || p.seq > seq {
			break
		}
		if p.seq < seq {
			return true
		}
		got = append(got, p.Posting)
		s.read = s.read[1:]
	}
	slices.SortFunc(got, journal.ComparePostings)
	return !slices.Equal(got, want)
}
