package audits

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/brevstemme/brevstemme/models/audit"
	"github.com/brevstemme/brevstemme/models/journal"
	"github.com/brevstemme/brevstemme/models/store/book"
)

// recordStream gives all tables of records in the order of the entries that
// last changed them, in step with the journal.
type recordStream struct {
	rows  pgx.Rows
	kinds interned
	read  []recordRow // read and not yet taken
	room  [1]recordRow
	done  bool
	err   error
}

type recordRow struct {
	seq      int64
	kind, id string
	sum      [32]byte // SHA-256 of the document's text
}

// openRecords lets the database send a hash of each document: sorting and
// sending the documents themselves costs more than all other checks.
func (v *verifier) openRecords(ctx context.Context) (*recordStream, error) {
	var parts []string
	for _, kind := range book.KindNames() {
		parts = append(parts, fmt.Sprintf(`SELECT seq, '%s' AS kind, id, sha256(convert_to(doc::text, 'UTF8')) FROM %s`, kind, pgx.Identifier{kind}.Sanitize()))
	}
	all := strings.Join(parts, " UNION ALL ") + " ORDER BY 1"
	tx := cmp.Or(v.recordSide, v.tx)
	rows, err := tx.Query(ctx, all, binaryResults(4))
	s := &recordStream{rows: rows, kinds: interned{}}
	if err != nil || v.recordSide != nil {
		return s, err
	}
	for r, ok := s.next(); ok; r, ok = s.next() {
		s.read = append(s.read, r)
	}
	return s, s.err
}

func (s *recordStream) close() {
	if s != nil && s.rows != nil {
		s.rows.Close()
	}
}

// next reads a row.
func (s *recordStream) next() (r recordRow, ok bool) {
	if s.done {
		return r, false
	}
	if !s.rows.Next() {
		s.done, s.err = true, s.rows.Err()
		return r, false
	}
	v := s.rows.RawValues()
	r = recordRow{seq: bigintOf(v[0]), kind: s.kinds.of(v[1]), id: string(v[2])}
	copy(r.sum[:], v[3])
	return r, true
}

// upTo gives the next row that an entry up to seq is said to have changed.
func (s *recordStream) upTo(seq int64) (r recordRow, ok bool) {
	if len(s.read) == 0 {
		if r, ok = s.next(); !ok {
			return r, false
		}
		s.read = append(s.read, r)
	}
	if s.read[0].seq > seq {
		return recordRow{}, false
	}
	r = s.read[0]
	if s.read = s.read[1:]; len(s.read) == 0 {
		s.read = s.room[:0]
	}
	return r, true
}

// records holds the changes of an entry against the rows that say they are of
// that entry. A change without its row stays open until a later entry changes
// the record again: what is open in the end is looked at once more.
func (v *verifier) records(d *decoded) *audit.Finding {
	e := &d.entry
	for _, c := range e.Changes {
		if !book.IsKind(c.Kind) {
			return &audit.Finding{Code: audit.CodeRecord, Seq: e.Seq, Where: c.Kind, Detail: "the journal holds a kind of record that this version does not know"}
		}
	}
	for r, ok := v.rows.upTo(e.Seq); ok; r, ok = v.rows.upTo(e.Seq) {
		i := slices.IndexFunc(e.Changes, func(c journal.Change) bool { return c.Kind == r.kind && c.ID == r.id })
		if r.seq != e.Seq || i < 0 {
			v.strays(r)
		} else if d.docs[i].plain && d.docs[i].sum == r.sum {
			d.docs[i].found = true
		}
	}
	for i, c := range e.Changes {
		if d.docs[i].found {
			if len(v.open) > 0 {
				delete(v.open, book.Key{Kind: c.Kind, ID: c.ID})
			}
			v.matched++
		} else { // copies: the entry's bytes are not kept
			v.open[book.Key{Kind: strings.Clone(c.Kind), ID: strings.Clone(c.ID)}] = e.Seq
		}
	}
	return nil
}

func (v *verifier) strays(r recordRow) {
	if v.stray == nil {
		v.stray = &audit.Finding{Code: audit.CodeRecord, Where: r.kind + " " + r.id, Detail: "the journal knows no such record"}
	}
}

// lacking names the first record that no table has as the journal has it.
func (v *verifier) lacking(ctx context.Context) (*audit.Finding, error) {
	for r, ok := v.rows.upTo(1 << 62); ok; r, ok = v.rows.upTo(1 << 62) {
		v.strays(r)
	}
	if v.rows.err != nil {
		return nil, v.rows.err
	}
	v.rows.close()
	for _, k := range slices.SortedFunc(maps.Keys(v.open), func(a, b book.Key) int { return cmp.Or(cmp.Compare(v.open[a], v.open[b]), book.CompareKeys(a, b)) }) {
		same, err := v.sameRecord(ctx, k, v.open[k])
		if err != nil {
			return nil, err
		}
		if !same {
			return &audit.Finding{Code: audit.CodeRecord, Seq: v.open[k], Where: k.Kind + " " + k.ID, Detail: "the table says something else than the journal"}, nil
		}
		v.matched++
	}
	return v.stray, nil
}

// sameRecord compares a record with the entry that changed it last, member by
// member: documents may say the same in other words.
func (v *verifier) sameRecord(ctx context.Context, k book.Key, seq int64) (bool, error) {
	var at int64
	var doc, body []byte
	err := v.tx.QueryRow(ctx, `SELECT r.seq, r.doc::text, e.body FROM `+pgx.Identifier{k.Kind}.Sanitize()+` r JOIN journal_entry e ON e.seq = $2 WHERE r.id = $1`, k.ID, seq).Scan(&at, &doc, &body)
	if errors.Is(err, pgx.ErrNoRows) {
		return false, nil
	}
	if err != nil || at != seq {
		return false, err
	}
	e, err := journal.Decode(body)
	if err != nil {
		return false, err
	}
	for _, c := range e.Changes {
		if c.Kind == k.Kind && c.ID == k.ID {
			return audit.SameJSON(c.Doc, doc), nil
		}
	}
	return false, nil
}
