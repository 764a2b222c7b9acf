// Package store keeps everything in PostgreSQL. It is the only place that knows
// SQL and gorm. One method per act: load → decide (in models) → save; every
// change goes through the journal's appender, so the journal, the records and
// the balances are one transaction.
package store

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
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
	Log        *slog.Logger     // nil is slog.Default
	MaxConns   int              // 0 is 16
}

// Store is the book and its records. It keeps no state that another process
// would miss: several processes on one database are correct.
type Store struct {
	pool  *pgxpool.Pool
	db    *gorm.DB
	clock func() time.Time
	log   *slog.Logger
	queue *appender

	reminders []reminderSource
	cleaning  chan struct{} // one picture at a time is drawn anew

	writer   *pgxpool.Pool // the appender's own connections
	cache    bookCache     // used by the appender alone
	signer   note.Signer   // nil: no checkpoints
	verifier string        // the note verifier key that belongs to it
	signedAt time.Time     // used by the appender alone
}

// Open connects, refuses to work as a superuser or as the owner of the journal,
// and starts the appender.
func Open(ctx context.Context, c Config) (*Store, error) {
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
	s := &Store{pool: pool, clock: c.Clock, log: c.Log, reminders: reminderSources, cleaning: make(chan struct{}, 1)}
	if s.clock == nil {
		s.clock = time.Now
	}
	if s.log == nil {
		s.log = slog.Default()
	}
	if c.SigningKey != "" {
		if s.signer, err = note.NewSigner(c.SigningKey); err != nil {
			pool.Close()
			return nil, models.E(models.CodeInvalid, "store.signing_key") // the key is never echoed
		}
		if s.verifier, err = verifierOf(c.SigningKey); err != nil {
			pool.Close()
			return nil, models.E(models.CodeInvalid, "store.signing_key")
		}
	}
	if err := s.refuseOwner(ctx); err != nil {
		pool.Close()
		return nil, err
	}
	s.db, err = gorm.Open(postgres.New(postgres.Config{Conn: stdlib.OpenDBFromPool(pool)}), &gorm.Config{
		SkipDefaultTransaction: true, Logger: logger.Discard, NowFunc: s.now,
	})
	if err != nil {
		pool.Close()
		return nil, fmt.Errorf("store: %w", err)
	}
	if s.writer, err = writerPool(ctx, c.DSN); err != nil {
		pool.Close()
		return nil, err
	}
	s.queue = startAppender(s)
	return s, nil
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
func (s *Store) refuseOwner(ctx context.Context) error {
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
func (s *Store) Ping(ctx context.Context) error { return s.pool.Ping(ctx) }

// Close writes what was accepted and closes the connections.
func (s *Store) Close(ctx context.Context) error {
	err := s.queue.close(ctx)
	s.writer.Close()
	s.pool.Close()
	return err
}

// gorm reads and writes what is no record; pgx does where thousands of rows are read.
func (s *Store) gorm(ctx context.Context) *gorm.DB { return s.db.WithContext(ctx) }
func (s *Store) pgx() *pgxpool.Pool                { return s.pool }

func (s *Store) now() time.Time { return s.clock().UTC() }

// constraint turns a violated constraint into the error named for it.
func constraint(err error, names map[string]*models.Error) error {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		if e, ok := names[pg.ConstraintName]; ok {
			return e.Because(err)
		}
	}
	return err
}
