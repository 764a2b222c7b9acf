package pgtest

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/brevstemme/brevstemme/migrations"
)

// The migrations are tested here and not beside them: that package stands alone.

func TestUpFromNothingByManyAtOnce(t *testing.T) {
	t.Parallel()
	d := Empty(t)
	var wait sync.WaitGroup
	applied := make([]int, 3)
	errs := make([]error, 3)
	for i := range applied {
		wait.Go(func() {
			var done []migrations.Migration
			done, errs[i] = migrations.Up(context.Background(), d.OwnerDSN)
			applied[i] = len(done)
		})
	}
	wait.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	if sum := applied[0] + applied[1] + applied[2]; sum != len(migrations.All()) {
		t.Errorf("applied %v, want %d in all", applied, len(migrations.All()))
	}
	if err := migrations.Check(context.Background(), connect(t, d.AppDSN)); err != nil {
		t.Errorf("Check as the program: %v", err)
	}
}

func TestOtherSchemasAreRefused(t *testing.T) {
	t.Parallel()
	list := migrations.All()
	last := list[len(list)-1]
	for _, c := range []struct {
		name, change string // SQL by the owner on a migrated database
		missing      bool
		unknown      bool
		says         string
	}{
		{"same", `SELECT 1`, false, false, ""},
		{"older", `DELETE FROM goose_db_version WHERE version_id = (SELECT max(version_id) FROM goose_db_version)`, true, false, "brevstemme migrate up"},
		{"never migrated", `DROP TABLE goose_db_version`, true, false, "brevstemme migrate up"},
		{"newer", `INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, true)`, false, true, "newer"},
		{"from another branch", `UPDATE goose_db_version SET version_id = 99998 WHERE version_id = (SELECT max(version_id) FROM goose_db_version)`, true, true, "99998"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := DB(t)
			run(t, connect(t, d.OwnerDSN), c.change)
			err := migrations.Check(context.Background(), connect(t, d.AppDSN))
			if c.says == "" {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			var schema *migrations.SchemaError
			if !errors.As(err, &schema) {
				t.Fatalf("err = %v, want a SchemaError", err)
			}
			if (len(schema.Missing) > 0) != c.missing || (len(schema.Unknown) > 0) != c.unknown || schema.Binary != last.Version {
				t.Errorf("%+v", schema)
			}
			if !strings.Contains(err.Error(), c.says) {
				t.Errorf("%q does not say %q", err, c.says)
			}
			if c.unknown {
				if _, err := migrations.Up(context.Background(), d.OwnerDSN); !errors.As(err, &schema) {
					t.Errorf("Up on a newer schema: %v, want a SchemaError", err)
				}
			}
		})
	}
}

func TestStatus(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		d    Database
		want bool
	}{{"empty", Empty(t), false}, {"migrated", DB(t), true}} {
		list, err := migrations.Status(context.Background(), c.d.AppDSN)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range list {
			if m.Applied != c.want || m.AppliedAt.IsZero() == c.want {
				t.Errorf("%s: %+v, want applied = %v", c.name, m, c.want)
			}
		}
	}
}

// The group role is the server's; a migrator who may not create it gets told
// what to do. The role exists in the test's cluster, so the migration's text
// runs with another name.
func TestMissingGroupRoleIsExplained(t *testing.T) {
	t.Parallel()
	d := Empty(t)
	text := migrations.Text("00001_roles.sql")
	_, block, ok := strings.Cut(text, "-- +goose StatementBegin")
	if !ok {
		t.Fatal("00001_roles.sql has no block")
	}
	block, _, _ = strings.Cut(block, "-- +goose StatementEnd")
	_, err := connect(t, d.OwnerDSN).Exec(strings.ReplaceAll(block, "brevstemme_app", "brevstemme_elsewhere"))
	if err == nil || !strings.Contains(err.Error(), "may not create it") {
		t.Errorf("err = %v", err)
	}
}

// What later migrations count on.
func TestRightsOfTheGroupRole(t *testing.T) {
	t.Parallel()
	d := DB(t)
	run(t, connect(t, d.OwnerDSN), `CREATE TABLE later (id bigint GENERATED ALWAYS AS IDENTITY, room int4range, EXCLUDE USING gist (id WITH =, room WITH &&))`)
	app := connect(t, d.AppDSN)
	run(t, app, `INSERT INTO later (room) VALUES ('[1,2)')`, `UPDATE later SET room = '[3,4)'`, `DELETE FROM later`)
	for _, statement := range []string{
		`TRUNCATE later`, `DROP TABLE later`, `CREATE TABLE mine ()`, `ALTER TABLE later ADD x int`,
		`INSERT INTO goose_db_version (version_id, is_applied) VALUES (7, true)`, `DELETE FROM goose_db_version`,
	} {
		if _, err := app.Exec(statement); err == nil {
			t.Errorf("the program may: %s", statement)
		}
	}
}
