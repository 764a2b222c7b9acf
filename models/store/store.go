// Package store keeps everything in PostgreSQL. It and the packages below it are
// the only place that knows SQL and gorm.
//
// This is the front door: Open connects and Store has what every room can do, so
// that a caller writes s.Publish(ctx, …) and needs not know where it lies. The
// rooms are packages of their own, one for each subject; each act is load →
// decide (in models) → save. They stand on the book, which writes the journal,
// the records and the balances in one transaction; nobody outside sees the book.
// Here lie also the reminders, since every room has some.
package store

import (
	"context"
	"log/slog"
	"time"

	"github.com/brevstemme/brevstemme/models/store/audits"
	"github.com/brevstemme/brevstemme/models/store/book"
	"github.com/brevstemme/brevstemme/models/store/boxes"
	"github.com/brevstemme/brevstemme/models/store/desks"
	"github.com/brevstemme/brevstemme/models/store/persons"
	"github.com/brevstemme/brevstemme/models/store/plans"
	"github.com/brevstemme/brevstemme/models/store/prints"
	"github.com/brevstemme/brevstemme/models/store/rosters"
	"github.com/brevstemme/brevstemme/models/store/shipments"
)

// Config is what Open needs.
type Config struct {
	DSN        string           // the app's role
	SigningKey string           // note signer key of the checkpoints; empty: none are made
	Clock      func() time.Time // nil is time.Now
	Log        *slog.Logger     // nil is slog.Default
	MaxConns   int              // 0 is 16
}

// Store is the book's readable side and every room. It keeps no state that
// another process would miss: several processes on one database are correct.
type Store struct {
	*book.Reader
	*persons.Persons
	*plans.Plans
	*rosters.Rosters
	*desks.Desks
	*boxes.Boxes
	*shipments.Shipments
	*prints.Prints
	*audits.Audits

	book      *book.Book
	reminders []reminderSource
}

// Open connects, refuses to work as a superuser or as the owner of the journal,
// and starts the appender.
func Open(ctx context.Context, c Config) (*Store, error) {
	b, err := book.Open(ctx, book.Config{DSN: c.DSN, SigningKey: c.SigningKey, Clock: c.Clock, MaxConns: c.MaxConns})
	if err != nil {
		return nil, err
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	s := &Store{Reader: b.Reader, book: b, reminders: reminderSources}
	s.Persons = persons.New(b)
	s.Plans = plans.New(b, s.Persons)
	s.Rosters = rosters.New(b, s.Persons, s.Plans)
	s.Desks = desks.New(b, s.Plans)
	s.Boxes = boxes.New(b, s.Persons, s.Plans, c.Log)
	s.Shipments = shipments.New(b, s.Persons, s.Plans)
	s.Prints = prints.New(b)
	s.Audits = audits.New(b)
	return s, nil
}

// Close writes what was accepted and closes the connections.
func (s *Store) Close(ctx context.Context) error { return s.book.Close(ctx) }
