package main

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"github.com/brevstemme/brevstemme/app/localdb"
	"github.com/brevstemme/brevstemme/migrations"
	"github.com/brevstemme/brevstemme/models"
)

// database is where the service's data live: one that was configured, or the
// private one that the program starts and stops by itself.
type database struct {
	app   string // DSN of the app's role
	owner string // DSN of the owner's role; "" when it was not configured
	local *localdb.Server
}

// openDatabase gives the configured database, or starts the private one.
func openDatabase(ctx context.Context, c configuration) (*database, error) {
	if c.DatabaseURL != "" {
		return &database{app: c.DatabaseURL, owner: c.MigrateURL}, nil
	}
	local, err := localdb.Start(ctx, localdb.Options{Dir: c.Data})
	if err != nil {
		return nil, localError(err)
	}
	return &database{app: local.AppDSN(), owner: local.OwnerDSN(), local: local}, nil
}

// localError gives the private database's refusals their texts for people; the
// cause, which names folder, process or command, stands below them.
func localError(err error) error {
	for _, k := range []struct {
		is  error
		key string
	}{
		{localdb.ErrInUse, "localdb.in_use"},
		{localdb.ErrNoBinaries, "localdb.no_binaries"},
		{localdb.ErrUnreachable, "localdb.unreachable"},
	} {
		if errors.Is(err, k.is) {
			return &models.Error{Code: models.CodeUnavailable, Key: k.key, Cause: err}
		}
	}
	return err
}

// close stops the private database; a configured one is left as it is. It gets
// a context of its own, since the command's is over by then.
func (d *database) close(ctx context.Context) error {
	if d.local == nil {
		return nil
	}
	return d.local.Stop(context.WithoutCancel(ctx))
}

// prepare brings the private database's schema up to date: nobody else looks
// after it. A configured database is migrated by "migrate up" alone; here it is
// only checked, and an older or newer schema than this program's is refused.
func (d *database) prepare(ctx context.Context) error {
	if d.local != nil {
		_, err := migrations.Up(ctx, d.owner)
		return schemaError(err)
	}
	db, err := sql.Open("pgx", d.app)
	if err != nil {
		return errors.New("the database address cannot be read") // it holds a password: never echoed
	}
	defer db.Close()
	return schemaError(migrations.Check(ctx, db))
}

// schemaError gives the refusal of a schema its text for people.
func schemaError(err error) error {
	var schema *migrations.SchemaError
	switch {
	case !errors.As(err, &schema):
		return err
	case len(schema.Unknown) > 0:
		return models.E(models.CodeUnavailable, "schema.newer", schema.Database, schema.Binary)
	default:
		return models.E(models.CodeUnavailable, "schema.older", schema.Database, schema.Binary)
	}
}

// signingKey is the note signer key of the journal's checkpoints: the configured
// one, else the one in the data folder, made on first use. It is never in the
// database, so that whoever holds the database cannot sign a rewritten journal.
func signingKey(c configuration) (string, error) {
	if c.SigningKey != "" {
		return c.SigningKey, nil
	}
	path := filepath.Join(c.Data, "signing.key")
	raw, err := os.ReadFile(path)
	if err == nil {
		return strings.TrimSpace(string(raw)), nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return "", err
	}
	secret, public, err := note.GenerateKey(rand.Reader, "brevstemme-"+c.Municipality)
	if err != nil {
		return "", err
	}
	if err := os.MkdirAll(c.Data, 0o755); err != nil {
		return "", err
	}
	if err := os.WriteFile(filepath.Join(c.Data, "signing.pub"), []byte(public+"\n"), 0o644); err != nil {
		return "", err
	}
	// O_EXCL: two first starts at once must not both make a key.
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return signingKey(c)
	}
	if err != nil {
		return "", err
	}
	if _, err := fmt.Fprintln(f, secret); err != nil {
		return "", errors.Join(err, f.Close())
	}
	return secret, f.Close()
}
