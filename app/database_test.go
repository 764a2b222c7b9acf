package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"testing"

	"github.com/brevstemme/brevstemme/app/localdb"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/store/pgtest"
)

// A configured database is checked, never migrated, by anything but "migrate".
func TestConfiguredDatabaseIsOnlyChecked(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		d      pgtest.Database
		change string // by the owner
		key    string // of the refusal; empty: served
	}{
		{"same", pgtest.DB(t), `SELECT 1`, ""},
		{"empty", pgtest.Empty(t), `SELECT 1`, "schema.older"},
		{"older", pgtest.DB(t), `DELETE FROM goose_db_version WHERE version_id = (SELECT max(version_id) FROM goose_db_version)`, "schema.older"},
		{"newer", pgtest.DB(t), `INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, true)`, "schema.newer"},
	} {
		owner, err := sql.Open("pgx", c.d.OwnerDSN)
		if err != nil {
			t.Fatal(err)
		}
		defer owner.Close()
		if _, err := owner.Exec(c.change); err != nil {
			t.Fatal(err)
		}
		err = (&database{app: c.d.AppDSN, owner: c.d.OwnerDSN}).prepare(context.Background())
		var refusal *models.Error
		switch {
		case c.key == "" && err != nil:
			t.Errorf("%s: %v", c.name, err)
		case c.key != "" && (!errors.As(err, &refusal) || refusal.Key != c.key):
			t.Errorf("%s: %v, want %s", c.name, err, c.key)
		}
	}
}

func TestLocalErrorsHaveTexts(t *testing.T) {
	for cause, key := range map[error]string{
		localdb.ErrInUse:       "localdb.in_use",
		localdb.ErrNoBinaries:  "localdb.no_binaries",
		localdb.ErrUnreachable: "localdb.unreachable",
	} {
		var own *models.Error
		if err := localError(fmt.Errorf("here: %w", cause)); !errors.As(err, &own) || own.Key != key || !errors.Is(err, cause) {
			t.Errorf("%v: %v, want %s with its cause", cause, err, key)
		}
	}
	if other := errors.New("other"); localError(other) != other {
		t.Error("an unknown error was changed")
	}
}
