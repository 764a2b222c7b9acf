package pgtest

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"
)

// connect opens a login for one test.
func connect(tb testing.TB, dsn string) *sql.DB {
	tb.Helper()
	db, err := sql.Open("pgx", dsn)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { db.Close() })
	return db
}

// one reads a single text value.
func one(tb testing.TB, db *sql.DB, query string, args ...any) string {
	tb.Helper()
	var s string
	if err := db.QueryRow(query, args...).Scan(&s); err != nil {
		tb.Fatalf("%s: %v", query, err)
	}
	return s
}

// run executes statements that must succeed.
func run(tb testing.TB, db *sql.DB, statements ...string) {
	tb.Helper()
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			tb.Fatalf("%s: %v", s, err)
		}
	}
}

func TestClonesAreIsolated(t *testing.T) {
	for i := range 8 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			d := DB(t)
			run(t, connect(t, d.OwnerDSN), "CREATE TABLE probe (n int PRIMARY KEY)")
			app := connect(t, d.AppDSN)
			run(t, app, fmt.Sprintf("INSERT INTO probe VALUES (%d)", i))
			if got := one(t, app, "SELECT string_agg(n::text, ',') FROM probe"); got != fmt.Sprint(i) {
				t.Errorf("rows = %s, want only %d", got, i)
			}
		})
	}
}

func TestLogins(t *testing.T) {
	d := DB(t)
	for _, c := range []struct{ name, dsn, user, super, create string }{
		{"app", d.AppDSN, "brevstemme_service", "off", "f"},
		{"owner", d.OwnerDSN, "brevstemme_owner", "off", "t"},
		{"super", d.SuperDSN, "postgres", "on", "t"},
	} {
		t.Run(c.name, func(t *testing.T) {
			db := connect(t, c.dsn)
			got := one(t, db, `SELECT concat_ws(' ', current_database(), current_user, current_setting('is_superuser'), has_schema_privilege('public', 'CREATE'))`)
			if want := strings.Join([]string{d.Name, c.user, c.super, c.create}, " "); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
	if got := one(t, connect(t, d.AppDSN), `SELECT (pg_has_role('brevstemme_app', 'MEMBER') AND NOT pg_has_role('brevstemme_owner', 'MEMBER'))::text`); got != "true" {
		t.Error("the app's login must be a member of brevstemme_app and not of the owner")
	}
}

func TestDroppedAtCleanup(t *testing.T) {
	var name string
	t.Run("inner", func(t *testing.T) {
		d := DB(t)
		name = d.Name
		left := connect(t, d.AppDSN) // still connected at cleanup
		run(t, left, "SELECT 1")
	})
	if got := one(t, shared(t).admin, `SELECT count(*)::text FROM pg_database WHERE datname = $1`, name); got != "0" {
		t.Errorf("database %s is still there", name)
	}
}
