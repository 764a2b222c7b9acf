package store

import (
	"context"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/brevstemme/brevstemme/models/audit"
	"github.com/brevstemme/brevstemme/models/journal"
)

// recordStream gives all tables of records in the order of the entries that
// last changed them, in step with the journal.
type recordStream struct {
	rows pgx.Rows
	read []recordRow // read and not yet taken
	done bool
	err  error
}

type recordRow struct {
	seq           int64
	kind, id, doc string
}

func (v *verifier) openRecords(ctx context.Context) (*recordStream, error) {
	var parts []string
	for _, kind := range kindNames() {
		parts = append(parts, fmt.Sprintf(`SELECT seq, '%s' AS kind, id, doc::text FROM %s`, kind, pgx.Identifier{kind}.Sanitize()))
	}
	all := strings.Join(parts, " UNION ALL ") + " ORDER BY 1"
	if v.recordSide != nil {
		rows, err := v.recordSide.Query(ctx, all)
		return &recordStream{rows: rows}, err
	}
	rows, err := v.tx.Query(ctx, all)
	if err != nil {
		return nil, err
	}
	s := &recordStream{done: true}
	var r recordRow
	_, err = pgx.ForEachRow(rows, []any{&r.seq, &r.kind, &r.id, &r.doc}, func() error {
		s.read = append(s.read, r)
		return nil
	})
	return s, err
}

func (s *recordStream) close() {
	if s != nil && s.rows != nil {
		s.rows.Close()
	}
}

// upTo gives the next row that an entry up to seq is said to have changed.
func (s *recordStream) upTo(seq int64) (r recordRow, ok bool) {
	if len(s.read) == 0 && !s.done {
		if !s.rows.Next() {
			s.done, s.err = true, s.rows.Err()
		} else if s.err = s.rows.Scan(&r.seq, &r.kind, &r.id, &r.doc); s.err != nil {
			s.done = true
		} else {
			s.read = append(s.read, r)
		}
	}
	if len(s.read) == 0 || s.read[0].seq > seq {
		return recordRow{}, false
	}
	r, s.read = s.read[0], s.read[1:]
	return r, true
}

// records holds the changes of an entry against the rows that say they are of
// that entry. A change without its row stays open until a later entry changes
// the record again: in the end none may be open.
func (v *verifier) records(e journal.Entry) *audit.Finding {
	docs := make(map[key][]byte, len(e.Changes))
	for _, c := range e.Changes {
		if !kinds[c.Kind] {
			return &audit.Finding{Code: audit.CodeRecord, Seq: e.Seq, Where: c.Kind, Detail: "the journal holds a kind of record that this version does not know"}
		}
		k := key{c.Kind, c.ID}
		docs[k] = c.Doc
		v.open[k] = e.Seq
	}
	for r, ok := v.rows.upTo(e.Seq); ok; r, ok = v.rows.upTo(e.Seq) {
		k := key{r.kind, r.id}
		doc, changed := docs[k]
		switch {
		case r.seq != e.Seq || !changed:
			v.strays(r)
		case audit.SameJSON(doc, []byte(r.doc)):
			delete(v.open, k)
			v.matched++
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
func (v *verifier) lacking(context.Context) (*audit.Finding, error) {
	for r, ok := v.rows.upTo(1 << 62); ok; r, ok = v.rows.upTo(1 << 62) {
		v.strays(r)
	}
	if v.rows.err != nil {
		return nil, v.rows.err
	}
	var first *audit.Finding
	for k, seq := range v.open {
		if where := k.Kind + " " + k.ID; first == nil || seq < first.Seq || seq == first.Seq && where < first.Where {
			first = &audit.Finding{Code: audit.CodeRecord, Seq: seq, Where: where, Detail: "the table says something else than the journal"}
		}
	}
	if first == nil {
		first = v.stray
	}
	return first, nil
}
