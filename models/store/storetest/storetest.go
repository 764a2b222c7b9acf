// Package storetest is what the tests of the store's rooms share: the whole store
// on a database of the test's own, and municipalities that were set up by its acts.
//
//	Open     the store alone
//	Empty    a program that knows nothing yet
//	Town     three libraries in the middle of two elections, with people at work
//	Team     people, appointed and instructed, before their shifts are planned
//
// A test of one room stands beside its code, in an external package (rosters_test),
// and may use every room; what walks across rooms is tested in models/store. This
// package is for tests only.
package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/brevstemme/brevstemme/models/store"
	"github.com/brevstemme/brevstemme/models/store/book"
	"github.com/brevstemme/brevstemme/models/store/pgtest"
)

// Open opens the store until the test ends. Without a DSN it is on a database of
// its own.
func Open(t testing.TB, c store.Config) *store.Store {
	t.Helper()
	if c.DSN == "" {
		c.DSN = pgtest.DB(t).AppDSN
	}
	s, err := store.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return s
}

// Book opens a book beside a store's, until the test ends.
func Book(t testing.TB, dsn string, clock func() time.Time) *book.Book {
	t.Helper()
	b, err := book.Open(t.Context(), book.Config{DSN: dsn, Clock: clock, MaxConns: 4})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return b
}
