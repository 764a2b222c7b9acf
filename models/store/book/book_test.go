package book

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/audit"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/journal"
	"github.com/brevstemme/brevstemme/models/store/pgtest"
)

// testStore opens a store on a database of the test's own.
func testStore(t testing.TB) *Book {
	t.Helper()
	s, err := Open(t.Context(), Config{DSN: pgtest.DB(t).AppDSN})
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

var env = custody.Envelope("KV25", custody.Own)

// receive counts one envelope at a desk.
func receive(s *Book, key string) (journal.Entry, bool, error) {
	return s.Append(context.Background(), models.Act{Key: key}, Need{}, func(w *Working) (journal.Draft, error) {
		return journal.Draft{Kind: "envelope.received", Election: "KV25"}.Move(env, custody.Voter, custody.Desk("S1"), 1), nil
	})
}

func TestAppendCountsOnce(t *testing.T) {
	t.Parallel()
	s := testStore(t)
	first, replayed, err := receive(s, "k1")
	if err != nil || replayed || first.Seq != 1 {
		t.Fatalf("%+v %v %v", first, replayed, err)
	}
	again, replayed, err := receive(s, "k1")
	if err != nil || !replayed || again.Hash != first.Hash {
		t.Fatalf("replay: %+v %v %v", again, replayed, err)
	}
	_, _, err = s.Append(context.Background(), models.Act{Key: "k1", Digest: [32]byte{1}}, Need{}, nil)
	if models.CodeOf(err) != models.CodeReplayOther {
		t.Fatalf("same key, other body: %v", err)
	}
}

// A key belongs to the person who used it: another one, even with the same
// words, is not answered with what the first one did.
func TestAKeyAnswersOnlyItsPerson(t *testing.T) {
	t.Parallel()
	s := testStore(t)
	act := func(person string) error {
		_, _, err := s.Append(context.Background(), models.Act{Key: "k1", Person: person}, Need{}, func(w *Working) (journal.Draft, error) {
			return journal.Draft{Kind: "envelope.received", Election: "KV25"}.Move(env, custody.Voter, custody.Desk("S1"), 1), nil
		})
		return err
	}
	for _, x := range []struct {
		person string
		code   models.Code
	}{{"P1", ""}, {"P1", ""}, {"P2", models.CodeReplayOther}, {"", models.CodeReplayOther}} {
		if err := act(x.person); models.CodeOf(err) != x.code {
			t.Errorf("%q: %v", x.person, err)
		}
	}
}

func TestAppendFromManyIsGapFreeAndComplete(t *testing.T) {
	t.Parallel()
	s := testStore(t)
	var wg sync.WaitGroup
	for i := range 40 {
		wg.Go(func() {
			for j := range 10 {
				if _, _, err := receive(s, fmt.Sprintf("k%d-%d", i, j)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	var seq, n, sum int64
	err := s.Pool().QueryRow(t.Context(), `SELECT (SELECT max(seq) FROM journal_entry), (SELECT count(*) FROM journal_entry), (SELECT n FROM balance WHERE holder = 'desk:S1')`).Scan(&seq, &n, &sum)
	if err != nil || seq != 400 || n != 400 || sum != 400 {
		t.Fatalf("seq %d, entries %d, on hand %d, %v", seq, n, sum, err)
	}
}

// A failed act in a batch fails alone, whether the domain or the database refuses it.
func TestAFailedActFailsAlone(t *testing.T) {
	t.Parallel()
	s := testStore(t)
	var wg sync.WaitGroup
	for i := range 60 {
		wg.Go(func() {
			var err error
			var want models.Code
			switch i % 3 {
			case 0:
				_, _, err = receive(s, fmt.Sprint("ok", i))
			case 1:
				want = models.CodeState
				_, _, err = s.Append(context.Background(), models.Act{Key: fmt.Sprint("no", i)}, Need{}, func(*Working) (journal.Draft, error) {
					return journal.Draft{}, models.E(models.CodeState, "")
				})
			case 2: // takes from a holder that has nothing: only the database knows
				want = models.CodeBalance
				_, _, err = s.Append(context.Background(), models.Act{Key: fmt.Sprint("neg", i)}, Need{}, func(*Working) (journal.Draft, error) {
					return journal.Draft{Kind: "test"}.Move(env, custody.Bin("empty"), custody.Void("x"), 1), nil
				})
			}
			if models.CodeOf(err) != want {
				t.Errorf("act %d: %v, want %q", i, err, want)
			}
		})
	}
	wg.Wait()
	var n int64
	if err := s.Pool().QueryRow(t.Context(), `SELECT count(*) FROM journal_entry`).Scan(&n); err != nil || n != 20 {
		t.Fatalf("%d entries, %v", n, err)
	}
}

func TestTheAppsRoleCannotEditTheJournal(t *testing.T) {
	t.Parallel()
	s := testStore(t)
	if _, _, err := receive(s, "k1"); err != nil {
		t.Fatal(err)
	}
	for _, sql := range []string{
		"UPDATE journal_entry SET kind = 'x'", "DELETE FROM journal_entry", "TRUNCATE journal_entry CASCADE",
		"UPDATE posting SET delta = 2", "DELETE FROM posting", "TRUNCATE posting", "DELETE FROM checkpoint",
		"ALTER TABLE journal_entry DISABLE TRIGGER ALL", "DELETE FROM balance",
	} {
		if _, err := s.Pool().Exec(t.Context(), sql); err == nil {
			t.Errorf("%s is allowed", sql)
		}
	}
}

// The database itself refuses what the domain would: less than nothing at a
// holder, whether the row is new or not, and a number in the book twice.
func TestTheDatabaseGuardsBalancesAndNumbers(t *testing.T) {
	t.Parallel()
	s := testStore(t)
	if _, _, err := receive(s, "k1"); err != nil {
		t.Fatal(err)
	}
	const upsert = `INSERT INTO balance AS b (holder, item, n) VALUES ($1, $2, $3) ON CONFLICT (holder, item) DO UPDATE SET n = b.n + excluded.n`
	for _, x := range []struct {
		holder     string
		n          int
		constraint string
	}{
		{custody.Desk("S1"), -1, ""}, {custody.Desk("S1"), -1, "balance_not_negative"}, {custody.Desk("S2"), -1, "balance_not_negative"},
		{custody.Voter, -1, ""}, {custody.Difference("D1"), -1, ""}, {"voters", -1, "balance_not_negative"},
	} {
		_, err := s.Pool().Exec(t.Context(), upsert, x.holder, env, x.n)
		pg := &pgconn.PgError{}
		if errors.As(err, &pg); pg.ConstraintName != x.constraint || (err != nil) != (x.constraint != "") {
			t.Errorf("%s: %v, want %q", x.holder, err, x.constraint)
		}
	}
	_, err := s.Pool().Exec(t.Context(), `INSERT INTO journal_entry SELECT seq, kind, election, place, client_id || 'x', at, recorded, body, prev, hash FROM journal_entry`)
	if err == nil || !strings.Contains(err.Error(), "journal_entry_pkey") {
		t.Errorf("a number twice: %v", err)
	}
}

func TestOpenRefusesTheOwner(t *testing.T) {
	t.Parallel()
	db := pgtest.DB(t)
	for _, dsn := range []string{db.OwnerDSN, db.SuperDSN} {
		if s, err := Open(t.Context(), Config{DSN: dsn}); !errors.Is(err, &models.Error{Code: models.CodeUnavailable, Key: "store.owner"}) {
			t.Errorf("opened as owner or superuser: %v", err)
			if err == nil {
				_ = s.Close(t.Context())
			}
		}
	}
}

// A panic in the domain is the failure of one act, not of the appender.
func TestAPanicFailsAlone(t *testing.T) {
	t.Parallel()
	s := testStore(t)
	_, _, err := s.Append(t.Context(), models.Act{Key: "p"}, Need{}, func(*Working) (journal.Draft, error) { panic("bug") })
	if models.CodeOf(err) != models.CodeInternal {
		t.Errorf("%v", err)
	}
	if e, _, err := receive(s, "after"); err != nil || e.Seq != 1 {
		t.Errorf("%+v %v", e, err)
	}
}

// replayed reads the whole journal as an auditor does, and says how long it is.
func replayed(t *testing.T, s *Book) int64 {
	t.Helper()
	rows, err := s.Pool().Query(t.Context(), `SELECT body FROM journal_entry ORDER BY seq`)
	if err != nil {
		t.Fatal(err)
	}
	r := audit.NewReplay()
	err = eachRow(rows, func(body []byte) error {
		if _, f := r.Add(bytes.Clone(body)); f != nil {
			t.Errorf("%+v", f)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return r.Seq
}
