package book

import (
	"cmp"
	"context"
	"encoding/binary"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// A batch goes to the database as prepared statements in one round trip. Their
// arguments are written as PostgreSQL's own bytes: an act is a value in twenty
// columns, and going through a general encoder for each costs more than deciding it.

// statement is a statement and its arguments in binary form.
type statement struct {
	sql  string
	args [][]byte
}

var (
	binaryForm = []int16{1}
	beginAll   = statement{sql: "BEGIN"}
	commitAll  = statement{sql: "COMMIT"}
	rollback   = statement{sql: "ROLLBACK"}
)

// send runs the statements in one round trip. Outside a transaction they are
// one: all or nothing.
func send(ctx context.Context, conn *pgx.Conn, message []statement) error {
	names, err := prepare(ctx, conn, message)
	if err != nil {
		return err
	}
	p := conn.PgConn().StartPipeline(ctx)
	if err := push(p, message, names); err != nil {
		_ = p.Close() // says the same
		return err
	}
	return p.Close() // reads the answers; the first error is its own
}

// sendInParts runs the statements of a transaction in two round trips: the
// second is sent when wait returns, and rolls back when it returns an error.
func sendInParts(ctx context.Context, conn *pgx.Conn, first []statement, wait func() error, second []statement) error {
	undo := []statement{rollback}
	names, err := prepare(ctx, conn, slices.Concat(first, second, undo))
	if err != nil {
		return err
	}
	p := conn.PgConn().StartPipeline(ctx)
	err = push(p, first, names)
	waited := wait()
	if waited != nil {
		second, names = undo, names[len(second):]
	}
	if err == nil {
		err = push(p, second, names[len(first):])
	}
	return cmp.Or(err, waited, p.Close())
}

// prepare names the statements; a round trip for each only the first time on a connection.
func prepare(ctx context.Context, conn *pgx.Conn, message []statement) ([]string, error) {
	names := make([]string, len(message))
	for i, m := range message {
		d, err := conn.Prepare(ctx, m.sql, m.sql)
		if err != nil {
			return nil, err
		}
		names[i] = d.Name
	}
	return names, nil
}

func push(p *pgconn.Pipeline, message []statement, names []string) error {
	for i, m := range message {
		p.SendQueryPrepared(names[i], m.args, binaryForm, nil)
	}
	return p.Sync()
}

// The element types of the columns (pg_type).
const (
	oidBytea       = 17
	oidBigint      = 20
	oidText        = 25
	oidTimestamptz = 1184
)

// column is a one-dimensional array as array_recv reads it.
type column []byte

const columnHead = 20 // dimensions, nulls, element type, length, lower bound

// newColumn makes room for n elements of about width bytes.
func newColumn(oid uint32, n, width int) column {
	c := make(column, columnHead, columnHead+n*(4+width))
	binary.BigEndian.PutUint32(c, 1)
	binary.BigEndian.PutUint32(c[8:], oid)
	binary.BigEndian.PutUint32(c[16:], 1)
	return c
}

// head gives the place of the next element and counts it.
func (c *column) head(length int) {
	binary.BigEndian.PutUint32((*c)[12:], binary.BigEndian.Uint32((*c)[12:])+1)
	*c = binary.BigEndian.AppendUint32(*c, uint32(length))
}

func (c *column) text(s string) {
	c.head(len(s))
	*c = append(*c, s...)
}

func (c *column) bytes(b []byte) {
	c.head(len(b))
	*c = append(*c, b...)
}

func (c *column) bigint(n int64) {
	c.head(8)
	*c = binary.BigEndian.AppendUint64(*c, uint64(n))
}

func (c *column) instant(t time.Time) { c.bigint(Micros(t)) }

func bigint(n int64) []byte { return binary.BigEndian.AppendUint64(nil, uint64(n)) }

var postgresEpoch = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC).UnixMicro()

// Micros is an instant as timestamptz keeps it.
func Micros(t time.Time) int64 { return t.UnixMicro() - postgresEpoch }
