package measure

import (
	"context"

	"github.com/jackc/pgx/v5/pgxpool"
)

// Baseline is a bare pool of connections: what "bench" compares with in the
// same run, and how "restore" looks whether a database is empty.
type Baseline struct{ pool *pgxpool.Pool }

// OpenBaseline connects.
func OpenBaseline(ctx context.Context, dsn string) (*Baseline, error) {
	pool, err := pgxpool.New(ctx, dsn)
	return &Baseline{pool}, err
}

// Close closes the connections.
func (b *Baseline) Close() { b.pool.Close() }

// Exec runs one statement.
func (b *Baseline) Exec(ctx context.Context, sql string, args ...any) error {
	_, err := b.pool.Exec(ctx, sql, args...)
	return err
}

// Read runs a query, scans every row and throws it away; it returns how many
// there were.
func (b *Baseline) Read(ctx context.Context, sql string, args ...any) (int, error) {
	rows, err := b.pool.Query(ctx, sql, args...)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	n := 0
	for rows.Next() {
		if _, err := rows.Values(); err != nil {
			return n, err
		}
		n++
	}
	return n, rows.Err()
}
