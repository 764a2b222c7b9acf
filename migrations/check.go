package migrations

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"
)

// SchemaError says that a database's schema is not the binary's.
type SchemaError struct {
	Database int64   // highest version in the database; 0 = none
	Binary   int64   // highest version in the binary
	Missing  []int64 // in the binary, not in the database: the schema is older
	Unknown  []int64 // in the database, not in the binary: the schema is newer
}

// Error names the two versions and what to do.
func (e *SchemaError) Error() string {
	if len(e.Unknown) > 0 {
		return fmt.Sprintf("the database schema (version %d) is newer than this program (version %d; unknown: %s): start the newer program, or restore the backup made before the upgrade",
			e.Database, e.Binary, versions(e.Unknown))
	}
	return fmt.Sprintf("the database schema (version %d) is older than this program (version %d; missing: %s): run `brevstemme migrate up` as the owner of the database",
		e.Database, e.Binary, versions(e.Missing))
}

// Check compares the schema that db has with the binary's own and returns nil
// when they are the same, a [*SchemaError] when the database is older or newer,
// and any other error when it could not be read. It only reads.
func Check(ctx context.Context, db *sql.DB) error {
	applied, err := appliedVersions(ctx, db)
	if err != nil {
		return err
	}
	return compare(applied, All())
}

// compare is the pure part of Check.
func compare(applied map[int64]time.Time, known []Migration) error {
	e := &SchemaError{}
	rest := make(map[int64]bool, len(applied))
	for v := range applied {
		rest[v] = true
		e.Database = max(e.Database, v)
	}
	for _, m := range known {
		e.Binary = max(e.Binary, m.Version)
		if !rest[m.Version] {
			e.Missing = append(e.Missing, m.Version)
		}
		delete(rest, m.Version)
	}
	for v := range rest {
		e.Unknown = append(e.Unknown, v)
	}
	if len(e.Missing)+len(e.Unknown) == 0 {
		return nil
	}
	return e
}

// appliedVersions reads goose's table: version → when it was applied. A
// database without the table has none. Version 0 is goose's own first row.
func appliedVersions(ctx context.Context, db *sql.DB) (map[int64]time.Time, error) {
	var exists bool
	if err := db.QueryRowContext(ctx, `SELECT to_regclass('goose_db_version') IS NOT NULL`).Scan(&exists); err != nil {
		return nil, fmt.Errorf("read the schema version: %w", err)
	}
	applied := map[int64]time.Time{}
	if !exists {
		return applied, nil
	}
	rows, err := db.QueryContext(ctx, `SELECT version_id, tstamp FROM goose_db_version WHERE is_applied AND version_id > 0`)
	if err != nil {
		return nil, fmt.Errorf("read the schema version: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var version int64
		var at time.Time
		if err := rows.Scan(&version, &at); err != nil {
			return nil, fmt.Errorf("read the schema version: %w", err)
		}
		applied[version] = at
	}
	return applied, rows.Err()
}

// versions writes a list for people, smallest first, shortened.
func versions(list []int64) string {
	sorted := slices.Sorted(slices.Values(list))
	words := make([]string, 0, 6)
	for i, v := range sorted {
		if i == 5 {
			words = append(words, "…")
			break
		}
		words = append(words, fmt.Sprint(v))
	}
	return strings.Join(words, ", ")
}
