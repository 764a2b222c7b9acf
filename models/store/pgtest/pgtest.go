// Package pgtest gives every test a real PostgreSQL database of its own, with
// nothing to start by hand.
//
// The first test process starts a throw-away cluster (app/localdb, in /dev/shm,
// without fsync); processes of other packages that run beside it join the same
// one. A watchdog stops and removes it when the last of them has ended, killed
// ones included, so no TestMain is needed and nothing stays behind. The schema
// is migrated once into a template database, named by the hash of the
// migrations, and every test gets a clone of it.
//
// A machine without PostgreSQL fails the tests and names the command that
// installs it; they are never skipped.
//
// This package is for tests only, which is why it may look up to app/localdb.
package pgtest

import (
	"crypto/rand"
	"fmt"
	"strings"
	"testing"

	"github.com/brevstemme/brevstemme/app/localdb"
)

// connections is how many the roles may have at once to one test's database
// (superusers not counted): many more than a test needs, few enough that one
// which leaks them cannot starve its neighbours.
const connections = 60

// Database is one test's database: its logins, as URLs for pgx and gorm.
type Database struct {
	Name     string // database name, e.g. "test_k3jx…"
	AppDSN   string // what the program runs as: member of brevstemme_app, no owner, no superuser
	OwnerDSN string // the owner, who runs migrations
	SuperDSN string // a superuser, for tests that tamper
}

// DB returns a database with the binary's schema and no rows, which only this
// test uses. It is dropped when the test ends, open connections or not. Safe
// for parallel tests.
func DB(tb testing.TB) Database {
	tb.Helper()
	c := shared(tb)
	template, err := c.template()
	if err != nil {
		tb.Fatalf("pgtest: %v", err)
	}
	return c.create(tb, "TEMPLATE "+template+" STRATEGY = file_copy")
}

// Empty returns a database without any schema, for tests of the migrations.
func Empty(tb testing.TB) Database {
	tb.Helper()
	return shared(tb).create(tb, "TEMPLATE template0")
}

// create makes a database of a new name and has it dropped after the test.
func (c *cluster) create(tb testing.TB, how string) Database {
	tb.Helper()
	name := "test_" + strings.ToLower(rand.Text())
	statement := fmt.Sprintf("CREATE DATABASE %s OWNER %s %s CONNECTION LIMIT %d", name, localdb.OwnerRole, how, connections)
	if _, err := c.admin.Exec(statement); err != nil {
		tb.Fatalf("pgtest: make the test's database: %v", err)
	}
	tb.Cleanup(func() {
		if _, err := c.admin.Exec("DROP DATABASE " + name + " WITH (FORCE)"); err != nil {
			tb.Errorf("pgtest: drop the test's database: %v", err)
		}
	})
	return Database{
		Name:     name,
		AppDSN:   c.server.DSN(localdb.ServiceRole, name),
		OwnerDSN: c.server.DSN(localdb.OwnerRole, name),
		SuperDSN: c.server.DSN(localdb.SuperRole, name),
	}
}
