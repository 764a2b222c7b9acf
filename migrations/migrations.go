// Package migrations holds the database schema as numbered SQL files, embedded
// in the binary, and runs them with goose under a lock.
//
// The program only goes forward: it runs no Down part, and a mistake in a file
// that has been released is mended by the next one. Only the migrator (owner) role runs them, by the command
// "brevstemme migrate up" or by the private database at its start; the service
// itself calls [Check] and refuses to serve on any other schema than its own.
package migrations

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the database/sql driver "pgx"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed *.sql
var files embed.FS

// Migration is one numbered file and whether a database has it.
type Migration struct {
	Version   int64     // the number the file name begins with
	File      string    // file name, e.g. "00001_roles.sql"
	Applied   bool      // whether the database has it
	AppliedAt time.Time // when, UTC; zero when not applied
}

// Up brings the database at dsn to the schema of this binary and returns what
// it applied, in order; nothing when it was up to date. dsn must log in as the
// role that owns the database. Several callers may run at once: an advisory
// lock lets one work and the others wait (tried every second for a minute), then
// find nothing to do. Each file is one transaction. A database with newer
// migrations than the binary is refused with a [*SchemaError].
func Up(ctx context.Context, dsn string) ([]Migration, error) {
	db, provider, err := open(dsn, files)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	return up(ctx, db, provider)
}

// up applies what is missing, after refusing a database from the future.
func up(ctx context.Context, db *sql.DB, provider *goose.Provider) ([]Migration, error) {
	var schema *SchemaError
	if err := Check(ctx, db); errors.As(err, &schema) {
		if len(schema.Unknown) > 0 {
			return nil, err
		}
	} else if err != nil {
		return nil, err
	}
	results, err := provider.Up(ctx)
	if err != nil {
		return nil, fmt.Errorf("migrate: %w", err)
	}
	done := make([]Migration, 0, len(results))
	for _, r := range results {
		done = append(done, Migration{Version: r.Source.Version, File: r.Source.Path, Applied: true, AppliedAt: time.Now().UTC()})
	}
	return done, nil
}

// Status lists every migration of this binary in order with whether the
// database at dsn has it. It only reads, so any role that may read the version
// table will do.
func Status(ctx context.Context, dsn string) ([]Migration, error) {
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		return nil, fmt.Errorf("migrate: %w", err)
	}
	defer db.Close()
	applied, err := appliedVersions(ctx, db)
	if err != nil {
		return nil, err
	}
	list := All()
	for i := range list {
		at, ok := applied[list[i].Version]
		list[i].Applied, list[i].AppliedAt = ok, at.UTC()
		if !ok {
			list[i].AppliedAt = time.Time{}
		}
	}
	return list, nil
}

// All lists the migrations of this binary in order, without looking at a
// database.
func All() []Migration {
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		panic(err) // the pattern is a constant
	}
	list := make([]Migration, 0, len(names))
	for _, name := range names { // Glob sorts, and the numbers have five digits
		version, err := goose.NumericComponent(name)
		if err != nil {
			panic(fmt.Errorf("migrations: %w", err)) // an embedded file with a wrong name; a test reads them all
		}
		list = append(list, Migration{Version: version, File: name})
	}
	return list
}

// Hash names the schema of this binary: hex SHA-256 over names and contents of
// all migrations. Tests key their template databases by it.
func Hash() string {
	sum := sha256.New()
	for _, m := range All() {
		text := Text(m.File)
		fmt.Fprintf(sum, "%s %d\n", m.File, len(text))
		sum.Write([]byte(text))
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// Text is the SQL of one file of [All]. A name that is not there is a mistake of
// the caller's and panics.
func Text(file string) string {
	text, err := files.ReadFile(file)
	if err != nil {
		panic(err)
	}
	return string(text)
}

// open connects as the migrator with one session, which is what a session lock
// needs, and builds the goose provider.
func open(dsn string, source fs.FS) (*sql.DB, *goose.Provider, error) {
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		return nil, nil, fmt.Errorf("migrate: %w", err)
	}
	// goose polls its lock every 5 s by default; one second, 60 times, keeps a
	// start after another process's migration quick.
	locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 60))
	if err != nil {
		db.Close()
		return nil, nil, fmt.Errorf("migrate: %w", err)
	}
	provider, err := goose.NewProvider(goose.DialectPostgres, db, source,
		goose.WithSessionLocker(locker), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		db.Close()
		return nil, nil, fmt.Errorf("migrate: %w", err)
	}
	return db, provider, nil
}
