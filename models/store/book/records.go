package book

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/journal"
)

// kinds are the record kinds and so the names of their tables. A kind that is
// missing here cannot be saved; "verify" walks this list.
var kinds = map[string]bool{
	"election": true, "place": true, "session": true, "person": true,
	"container": true, "seal": true, "handover": true, "deviation": true, "day_close": true,
	"desk_event": true, "lost_desk": true, "list_version": true, "notice": true, "pad": true, "pad_form": true,
	"agreement": true, "plan_version": true, "plan_notice": true, "plan_ticks": true, "plan_pattern": true, "plan_elsewhere": true, "earlier_votes": true, "plan_import": true, "district": true,
	"sorting": true, "sort_mark": true, "carrier": true, "consignment": true, "peer": true, "arrival": true, "district_merge": true,
	"delivery": true, "delivery_run": true, "examination": true, "late_lot": true, "legal_hold": true, "destruction": true,
	"appointment": true, "instruction": true, "wish": true, "shift": true,
	"printout": true, "attachment": true, "evening": true, "reminder": true,
}

// IsKind tells whether a name is that of a kind, and so of a table.
func IsKind(name string) bool { return kinds[name] }

// KindNames lists the kinds, sorted.
func KindNames() []string { return slices.Sorted(maps.Keys(kinds)) }

// Key names a record.
type Key struct{ Kind, ID string }

// Decode reads a record from the document of its table or of a Change.
func Decode[T models.Record](doc string) (T, error) {
	var v T
	if err := json.Unmarshal([]byte(doc), &v); err != nil {
		return v, fmt.Errorf("store: %s record: %w", v.RecordKind(), err)
	}
	return v, nil
}

// Changed is the record of kind T that an entry changed: how an act answers, and
// how its replay answers the same.
func Changed[T models.Record](e journal.Entry) (T, error) {
	var v T
	for _, c := range e.Changes {
		if c.Kind == v.RecordKind() {
			return Decode[T](string(c.Doc))
		}
	}
	return v, fmt.Errorf("store: entry %d changed no %s", e.Seq, v.RecordKind())
}

// ChangedID is the record with the given id as an entry left it.
func ChangedID[T models.Record](e journal.Entry, id string) (T, error) {
	var v T
	for _, c := range e.Changes {
		if c.Kind == v.RecordKind() && c.ID == id {
			return Decode[T](string(c.Doc))
		}
	}
	return v, fmt.Errorf("store: entry %d did not change %s %s", e.Seq, v.RecordKind(), id)
}

// AllChanged lists the records of a kind that an entry changed.
func AllChanged[T models.Record](e journal.Entry) ([]T, error) {
	var kind T
	var docs []string
	for _, c := range e.Changes {
		if c.Kind == kind.RecordKind() {
			docs = append(docs, string(c.Doc))
		}
	}
	return decodeAll[T](docs)
}

// Load reads one record for a page; CodeNotFound when there is none.
func Load[T models.Record](ctx context.Context, s *Book, id string) (T, error) {
	var v T
	var doc string
	err := s.DB(ctx).Raw(`SELECT doc::text FROM `+table[T]()+` WHERE id = ?`, id).Row().Scan(&doc)
	if isNoRows(err) {
		return v, models.E(models.CodeNotFound, "")
	}
	if err != nil {
		return v, err
	}
	return Decode[T](doc)
}

// List reads records for a page. where is the rest of the statement after WHERE,
// with gorm's placeholders (? or @name).
func List[T models.Record](ctx context.Context, s *Book, where string, args ...any) ([]T, error) {
	var docs []string
	if err := s.DB(ctx).Raw(`SELECT doc::text FROM `+table[T]()+` WHERE `+where, args...).Scan(&docs).Error; err != nil {
		return nil, err
	}
	return decodeAll[T](docs)
}

// Reading reads records by pgx, for plans of thousands of sessions; where uses $1, $2 …
func Reading[T models.Record](ctx context.Context, s *Book) func(string, ...any) ([]T, error) {
	return func(where string, args ...any) ([]T, error) {
		rows, err := s.Pool().Query(ctx, `SELECT doc::text FROM `+table[T]()+` WHERE `+where, args...)
		if err != nil {
			return nil, err
		}
		docs, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			return nil, err
		}
		return decodeAll[T](docs)
	}
}

func decodeAll[T models.Record](docs []string) ([]T, error) {
	out := make([]T, len(docs))
	for i, d := range docs {
		v, err := Decode[T](d)
		if err != nil {
			return nil, err
		}
		out[i] = v
	}
	return out, nil
}

// table is the table of a record type; it comes from the type, never from input.
func table[T models.Record]() string {
	var v T
	if !kinds[v.RecordKind()] {
		panic("store: no table for " + v.RecordKind())
	}
	return pgx.Identifier{v.RecordKind()}.Sanitize()
}
