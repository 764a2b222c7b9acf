package audits

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5"
	"golang.org/x/mod/sumdb/note"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/audit"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/journal"
	"github.com/brevstemme/brevstemme/models/store/book"
	"github.com/brevstemme/brevstemme/models/store/pgtest"
)

var env = custody.Envelope("KV25", custody.Own)

// receive counts one envelope at a desk.
func receive(s *book.Book, key string) (journal.Entry, bool, error) {
	return s.Append(context.Background(), models.Act{Key: key}, book.Need{}, func(w *book.Working) (journal.Draft, error) {
		return journal.Draft{Kind: "envelope.received", Election: "KV25"}.Move(env, custody.Voter, custody.Desk("S1"), 1), nil
	})
}

// filled opens a store with a short history: envelopes, a container that is
// packed and sealed, an undo, checkpoints.
func filled(t *testing.T) (db pgtest.Database, s *book.Book, key string) {
	t.Helper()
	secret, public, err := note.GenerateKey(rand.Reader, "test")
	if err != nil {
		t.Fatal(err)
	}
	db = pgtest.DB(t)
	if s, err = book.Open(t.Context(), book.Config{DSN: db.AppDSN, SigningKey: secret}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close(context.Background()) })
	for i := range 5 {
		if _, _, err := receive(s, fmt.Sprint("r", i)); err != nil {
			t.Fatal(err)
		}
	}
	box := custody.Container{ID: "C1", Kind: custody.BoxK, State: custody.ContainerEmpty, Holder: custody.At("DOKK")}
	step := func(key, kind string, n int64, state custody.ContainerState) {
		_, _, err := s.Append(t.Context(), models.Act{Key: key}, book.Need{}, func(w *book.Working) (journal.Draft, error) {
			box.State = state
			w.Put(box)
			d := journal.Draft{Kind: kind, Election: "KV25", Place: "DOKK"}.Fact("container", "C1")
			if n > 0 {
				d = d.Move(env, custody.Desk("S1"), custody.InContainer("C1"), n)
			}
			return d, nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	step("c1", "container.registered", 0, custody.ContainerEmpty)
	step("c2", "container.packed", 4, custody.ContainerPacked)
	step("c3", "handover.sealed", 0, custody.ContainerSealed)
	return db, s, public
}

func verifyNow(t *testing.T, db pgtest.Database, key string) Report {
	t.Helper()
	r, err := Verify(t.Context(), db.AppDSN, key)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestVerifyAcceptsWhatTheAppenderWrote(t *testing.T) {
	t.Parallel()
	db, _, key := filled(t)
	if r := verifyNow(t, db, key); !r.OK || r.Entries != 8 || r.Records != 1 || r.Checkpoints == 0 {
		t.Fatalf("%+v", r)
	}
}

// JSONBText writes what the database prints; where it does not, "verify" would
// only be slow, and nobody would see why.
func TestJSONBTextIsWhatTheDatabasePrints(t *testing.T) {
	t.Parallel()
	_, s, _ := filled(t)
	for _, doc := range []string{
		`{"id":"K1","state":"sealed","n":12,"lat":56.150000,"lon":-10.2,"note":"Dør <3> \u0026 \"æøå\"\n","list":[{"b":1,"aa":[],"a":{}}],"none":null,"yes":true}`,
		`["\t\r\b\f\\/\u2028", "", 0, -1, 12345678901234567890123]`, `"\u007f"`, `{}`,
	} {
		var want string
		if err := s.Pool().QueryRow(t.Context(), `SELECT $1::text::jsonb::text`, doc).Scan(&want); err != nil {
			t.Fatal(err)
		}
		if got, plain := audit.JSONBText(nil, []byte(doc)); !plain || string(got) != want {
			t.Errorf("%s:\n%s %v, want\n%s", doc, got, plain, want)
		}
	}
}

// A record that says the same in other words is the same; one whose text cannot
// be foretold is compared member by member.
func TestVerifyTakesOtherWordsForTheSame(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		journal, table string
		code           string
	}{
		{`{"id":"P","name":"\ud83d\ude00"}`, `{"id":"P","name":"😀"}`, ""},
		{`{"id":"P","\u006e":1}`, `{"n":1,"id":"P"}`, ""},
		{`{"id":"P","name":"\ud83d\ude00"}`, `{"id":"P","name":"😁"}`, "record_differs"},
	} {
		db := pgtest.DB(t)
		s, err := book.Open(t.Context(), book.Config{DSN: db.AppDSN})
		if err != nil {
			t.Fatal(err)
		}
		_, _, err = s.Append(t.Context(), models.Act{Key: "k"}, book.Need{}, func(*book.Working) (journal.Draft, error) {
			return journal.Draft{Kind: "test", Changes: []journal.Change{{Kind: "place", ID: "P", Doc: []byte(c.journal)}}}, nil
		})
		if err == nil {
			_, err = s.Pool().Exec(t.Context(), `UPDATE place SET doc = $1::text::jsonb`, c.table)
		}
		if err = errors.Join(err, s.Close(t.Context())); err != nil {
			t.Fatal(err)
		}
		r, err := Verify(t.Context(), db.AppDSN)
		code := ""
		if r.First != nil {
			code = r.First.Code
		}
		if err != nil || code != c.code || code == "" && r.Records != 1 {
			t.Errorf("%s and %s: %+v %v, want %q", c.journal, c.table, r, err, c.code)
		}
	}
}

// tampering is one change by SQL, as a superuser who switches the triggers off.
type tampering struct {
	sql  string
	code string
	seq  int64 // the entry that must be named; 0 where none can be
}

var tamperings = []tampering{
	{"UPDATE journal_entry SET kind = 'x' WHERE seq = 3", "column_differs", 3},
	{"UPDATE journal_entry SET election = 'FV26' WHERE seq = 3", "column_differs", 3},
	{"UPDATE journal_entry SET place = 'X' WHERE seq = 7", "column_differs", 7},
	{"UPDATE journal_entry SET client_id = 'other' WHERE seq = 2", "column_differs", 2},
	{"UPDATE journal_entry SET at = at + interval '1 microsecond' WHERE seq = 2", "column_differs", 2},
	{"UPDATE journal_entry SET recorded = recorded - interval '1 hour' WHERE seq = 8", "column_differs", 8},
	{"UPDATE journal_entry SET body = set_byte(body, 30, get_byte(body, 30) # 1) WHERE seq = 4", "hash_differs", 4},
	{"UPDATE journal_entry SET body = set_byte(body, 30, get_byte(body, 30) # 1), hash = sha256(set_byte(body, 30, get_byte(body, 30) # 1)) WHERE seq = 4", "", 4},
	{"UPDATE journal_entry SET hash = sha256('x') WHERE seq = 4", "hash_differs", 4},
	{"UPDATE journal_entry SET prev = sha256('x') WHERE seq = 4", "column_differs", 4},
	{"DELETE FROM journal_entry WHERE seq = 4", "gap", 4},
	{"DELETE FROM journal_entry WHERE seq = 8", "head_differs", 7},
	{"DELETE FROM journal_entry WHERE seq = 1", "gap", 1},
	{"TRUNCATE journal_entry", "posting_differs", 1},
	{"UPDATE journal_entry SET seq = CASE seq WHEN 2 THEN 103 ELSE 102 END WHERE seq IN (2, 3)", "gap", 2},
	{"UPDATE posting SET delta = delta * 2 WHERE seq = 3", "posting_differs", 3},
	{"UPDATE posting SET holder = 'desk:S2' WHERE seq = 3 AND delta > 0", "posting_differs", 3},
	{"UPDATE posting SET item = 'env:FV26:own' WHERE seq = 3", "posting_differs", 3},
	{"UPDATE posting SET seq = 4 WHERE seq = 3", "posting_differs", 3},
	{"DELETE FROM posting WHERE seq = 5", "posting_differs", 5},
	{"INSERT INTO posting VALUES (8, 'voter', 'env:KV25:own', -1), (8, 'desk:S1', 'env:KV25:own', 1)", "posting_differs", 8},
	{"INSERT INTO posting VALUES (99, 'voter', 'env:KV25:own', -1), (99, 'desk:S1', 'env:KV25:own', 1)", "posting_differs", 99},
	{"UPDATE balance SET n = n + 1 WHERE holder = 'container:C1'", "balance_differs", 0},
	{"DELETE FROM balance WHERE holder = 'container:C1'", "balance_differs", 0},
	{"INSERT INTO balance VALUES ('desk:S9', 'env:KV25:own', 3)", "balance_differs", 0},
	{"UPDATE container SET doc = jsonb_set(doc, '{state}', '\"empty\"')", "record_differs", 8},
	{"UPDATE container SET seq = 7", "record_differs", 8},
	{"UPDATE container SET id = 'C2'", "record_differs", 0},
	{"DELETE FROM container", "record_differs", 0},
	{"INSERT INTO container VALUES ('C7', 1, '{}')", "record_differs", 0},
	{"UPDATE journal_head SET seq = 7", "head_differs", 8},
	{"UPDATE journal_head SET hash = sha256('x')", "head_differs", 8},
	{"UPDATE checkpoint SET note = replace(note, 'test', 'tost')", "signature_bad", 0},
	{"UPDATE checkpoint SET seq = 7 WHERE seq = 8", "checkpoint_differs", 7},
}

// Every change by SQL in every table and column is found, and the first bad
// entry is named.
func TestVerifyFindsEveryTampering(t *testing.T) {
	t.Parallel()
	db, s, key := filled(t)
	if err := s.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(), db.SuperDSN)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	for _, c := range tamperings {
		// A transaction that is never committed: verified from inside, then undone.
		err := pgx.BeginFunc(t.Context(), conn, func(tx pgx.Tx) error {
			if _, err := tx.Exec(t.Context(), "SET LOCAL session_replication_role = replica; "+c.sql); err != nil {
				return err
			}
			v := newVerifier(tx, []string{key})
			f, err := v.all(t.Context())
			if err != nil {
				return err
			}
			if f == nil {
				t.Errorf("not found: %s", c.sql)
			} else if (c.code != "" && f.Code != c.code) || (c.seq != 0 && f.Seq != c.seq) {
				t.Errorf("%s: %v, want %s at %d", c.sql, f, c.code, c.seq)
			}
			return errRollback
		})
		if err != errRollback {
			t.Errorf("%s: %v", c.sql, err)
		}
	}
	if r := verifyNow(t, db, key); !r.OK {
		t.Errorf("after undoing everything: %+v", r)
	}
}

// What is read beside the entries, on connections of its own, is named as well,
// and the lowest entry first.
func TestVerifyNamesTheLowestEntry(t *testing.T) {
	t.Parallel()
	db, s, key := filled(t)
	if err := s.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(), db.SuperDSN)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	for _, c := range []tampering{
		{"UPDATE journal_entry SET kind = 'x' WHERE seq = 6", "column_differs", 6},
		{"UPDATE posting SET delta = delta * 2 WHERE seq = 7", "column_differs", 6},
		{"UPDATE posting SET delta = delta * 2 WHERE seq = 5", "posting_differs", 5},
	} {
		if _, err := conn.Exec(t.Context(), "SET session_replication_role = replica; "+c.sql); err != nil {
			t.Fatal(err)
		}
		if r := verifyNow(t, db, key); r.First == nil || r.First.Code != c.code || r.First.Seq != c.seq {
			t.Errorf("%s: %v, want %s at %d", c.sql, r.First, c.code, c.seq)
		}
	}
}

var errRollback = fmt.Errorf("undo")
