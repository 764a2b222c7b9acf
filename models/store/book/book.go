// Package book is the engine under the rooms of the store: it appends entries to
// the journal, writes the records and balances with them in one transaction,
// signs checkpoints, and reads records. It knows no subject.
//
// A room does an act with [Book.Append]: it says what the act needs ([Needs]),
// and a function decides on what is [Working], with the records and balances as
// they stand after every act before it. [Changed] reads the answer from the
// entry, so that a replay answers the same. Pages read with [Load] and [List],
// or with SQL of their own by [Book.DB] and [Book.Pool]. What everyone may see
// of the book is the [Reader].
package book

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/jackc/pgx/v5/stdlib"
	"golang.org/x/mod/sumdb/note"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"

	"github.com/brevstemme/brevstemme/models"
)

// Config is what Open needs.
type Config struct {
	DSN        string           // the app's role
	SigningKey string           // note signer key of the checkpoints; empty: none are made
	Clock      func() time.Time // nil is time.Now
	MaxConns   int              // 0 is 16
}

// Reader is the side of the book that everyone may see: entries and news.
type Reader struct {
	pool     *pgxpool.Pool
	db       *gorm.DB
	verifier string // the note verifier key that belongs to the signer
}

// Book is the journal with its one writer in this process.
type Book struct {
	*Reader
	clock func() time.Time
	queue *appender

	writer   *pgxpool.Pool // the appender's own connections
	cache    bookCache     // used by the appender alone
	signer   note.Signer   // nil: no checkpoints
	signedAt time.Time     // used by the appender alone
}

// Open connects, refuses to work as a superuser or as the owner of the journal,
// and starts the appender.
func Open(ctx context.Context, c Config) (*Book, error) {
	s := &Book{Reader: &Reader{}, clock: c.Clock}
	if s.clock == nil {
		s.clock = time.Now
	}
	var err error
	if c.SigningKey != "" {
		if s.signer, err = note.NewSigner(c.SigningKey); err != nil {
			return nil, models.E(models.CodeInvalid, "store.signing_key") // the key is never echoed
		}
		if s.verifier, err = verifierOf(c.SigningKey); err != nil {
			return nil, models.E(models.CodeInvalid, "store.signing_key")
		}
	}
	if s.pool, err = readerPool(ctx, c); err != nil {
		return nil, err
	}
	if err := s.connect(ctx, c.DSN); err != nil {
		s.pool.Close()
		return nil, err
	}
	s.queue = startAppender(s)
	return s, nil
}

func readerPool(ctx context.Context, c Config) (*pgxpool.Pool, error) {
	pc, err := pgxpool.ParseConfig(c.DSN)
	if err != nil {
		return nil, errors.New("store: the database address cannot be read") // it holds a password: never echoed
	}
	pc.MaxConns = 16
	if c.MaxConns > 0 {
		pc.MaxConns = int32(c.MaxConns)
	}
	pc.ConnConfig.RuntimeParams["timezone"], pc.ConnConfig.RuntimeParams["jit"] = "UTC", "off" // short questions, often asked
	pool, err := pgxpool.NewWithConfig(ctx, pc)
	if err != nil {
		return nil, fmt.Errorf("store: %w", err)
	}
	return pool, nil
}

// connect looks who it is in the database, and makes what reads and writes.
func (s *Book) connect(ctx context.Context, dsn string) error {
	if err := s.refuseOwner(ctx); err != nil {
		return err
	}
	var err error
	s.db, err = gorm.Open(postgres.New(postgres.Config{Conn: stdlib.OpenDBFromPool(s.pool)}), &gorm.Config{
		SkipDefaultTransaction: true, Logger: logger.Discard, NowFunc: s.Now,
	})
	if err != nil {
		return fmt.Errorf("store: %w", err)
	}
	s.writer, err = writerPool(ctx, dsn)
	return err
}

// writerPool are the appender's connections. Their plans are made once, when the
// tables may be empty: without seqscans they stay right when the tables grow.
func writerPool(ctx context.Context, dsn string) (*pgxpool.Pool, error) {
	c, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		return nil, err
	}
	c.MaxConns = 2 // the batch on its way, and the one that runs ahead of it
	c.ConnConfig.RuntimeParams["timezone"], c.ConnConfig.RuntimeParams["jit"] = "UTC", "off"
	c.ConnConfig.RuntimeParams["enable_seqscan"] = "off"
	c.ConnConfig.RuntimeParams["idle_in_transaction_session_timeout"] = "10s" // a process that hangs holds up no other
	c.ConnConfig.RuntimeParams["plan_cache_mode"] = "force_generic_plan"
	c.ConnConfig.StatementCacheCapacity = 512
	return pgxpool.NewWithConfig(ctx, c)
}

// refuseOwner: append-only by privilege holds only for a role that is neither
// superuser nor owner of the journal.
func (s *Book) refuseOwner(ctx context.Context) error {
	var super, owner bool
	err := s.pool.QueryRow(ctx, `SELECT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user),
		coalesce((SELECT pg_has_role(current_user, relowner, 'USAGE') FROM pg_class WHERE oid = to_regclass('journal_entry')), false)`).Scan(&super, &owner)
	if err != nil {
		return fmt.Errorf("store: %w", err)
	}
	if super || owner {
		return models.E(models.CodeUnavailable, "store.owner")
	}
	return nil
}

// Ping tells whether the database answers.
func (s *Reader) Ping(ctx context.Context) error { return s.pool.Ping(ctx) }

// Close writes what was accepted and closes the connections.
func (s *Book) Close(ctx context.Context) error {
	err := s.queue.close(ctx)
	s.writer.Close()
	s.pool.Close()
	return err
}

// Now is the book's clock, in UTC.
func (s *Book) Now() time.Time { return s.clock().UTC() }

// DB reads by gorm, and writes what is no record. Entries and records are written
// by Append alone: the app's role may not change them.
func (s *Book) DB(ctx context.Context) *gorm.DB { return s.db.WithContext(ctx) }

// Pool reads by pgx, where thousands of rows are read or types are PostgreSQL's own.
func (s *Book) Pool() *pgxpool.Pool { return s.pool }

// Constraint turns a violated constraint into the error named for it.
func Constraint(err error, names map[string]*models.Error) error {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		if e, ok := names[pg.ConstraintName]; ok {
			return e.Because(err)
		}
	}
	return err
}
