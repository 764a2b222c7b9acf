package persons

import (
	"context"
	"errors"
	"time"

	"github.com/alexedwards/scs/pgxstore"
	"github.com/alexedwards/scs/v2"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// WebSessions is where web sessions live: in the database, so that any process
// can answer any request. A session that nobody uses for idle ends (0: it lasts
// as long as it was made for). Expired ones are swept every five minutes.
//
// An ended session stays ended: a request that was under way when its person
// logged out, or somebody else took over the desk, cannot bring it back. That is
// why neither the library's idle timeout is used, which writes the session down
// at every request, nor its own store, which inserts what it does not find.
func (s *Persons) WebSessions(idle time.Duration) scs.CtxStore {
	pool := s.book.Pool()
	return &webSessions{pool: pool, idle: idle, swept: pgxstore.NewWithCleanupInterval(pool, 5*time.Minute)}
}

// webSessions are the rows of the table sessions. The row of an ended session
// has no data, and lies there until no request can be under way any more.
//
// A question ends with the request that asks it: a database that hangs would
// otherwise hold every connection long after those who asked are gone. What is
// written down is written also when the browser has gone away, within patience.
type webSessions struct {
	pool  *pgxpool.Pool
	idle  time.Duration
	swept *pgxstore.PostgresStore // deletes what is expired
}

const (
	endedFor = time.Hour        // how long the row of an ended session is kept; no request lasts longer
	patience = 10 * time.Second // with a database that does not answer
)

// FindCtx gives the data of a session that is neither expired nor ended, and puts
// off its end now and then, while somebody uses it.
func (w *webSessions) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	var data []byte
	var expiry time.Time
	err := w.pool.QueryRow(ctx, `SELECT data, expiry FROM sessions WHERE token = $1 AND expiry > current_timestamp AND data <> ''`, token).Scan(&data, &expiry)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, err
	}
	return data, true, w.putOff(ctx, token, data, expiry)
}

// putOff lets a session last idle from now, and no longer than it was made for.
// It writes when a minute is gained (half of idle when that is less).
func (w *webSessions) putOff(ctx context.Context, token string, data []byte, expiry time.Time) error {
	if w.idle <= 0 || time.Until(expiry) > w.idle-min(time.Minute, w.idle/2) {
		return nil
	}
	deadline, _, err := scs.GobCodec{}.Decode(data)
	if err != nil {
		return err
	}
	until := w.until(deadline)
	if !until.After(expiry) {
		return nil
	}
	_, err = w.pool.Exec(ctx, `UPDATE sessions SET expiry = $2 WHERE token = $1 AND data <> ''`, token, until)
	return err
}

// until is when a session that is used now ends.
func (w *webSessions) until(deadline time.Time) time.Time {
	if idle := time.Now().Add(w.idle); w.idle > 0 && idle.Before(deadline) {
		return idle
	}
	return deadline
}

// CommitCtx writes a session down, unless it has ended meanwhile.
func (w *webSessions) CommitCtx(ctx context.Context, token string, data []byte, deadline time.Time) error {
	return w.write(ctx, `INSERT INTO sessions (token, data, expiry) VALUES ($1, $2, $3)
		ON CONFLICT (token) DO UPDATE SET data = excluded.data, expiry = excluded.expiry WHERE sessions.data <> ''`, token, data, w.until(deadline))
}

// DeleteCtx ends a session for good.
func (w *webSessions) DeleteCtx(ctx context.Context, token string) error {
	return w.write(ctx, `UPDATE sessions SET data = '', expiry = $2 WHERE token = $1`, token, time.Now().Add(endedFor))
}

func (w *webSessions) write(ctx context.Context, sql string, args ...any) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	defer cancel()
	_, err := w.pool.Exec(ctx, sql, args...)
	return err
}

// The library asks with the request's context wherever it has one.

func (w *webSessions) Find(token string) ([]byte, bool, error) {
	return w.FindCtx(context.Background(), token)
}

func (w *webSessions) Commit(token string, data []byte, deadline time.Time) error {
	return w.CommitCtx(context.Background(), token, data, deadline)
}

func (w *webSessions) Delete(token string) error { return w.DeleteCtx(context.Background(), token) }
