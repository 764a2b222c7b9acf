package audits

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/audit"
	"github.com/brevstemme/brevstemme/models/journal"
	"github.com/brevstemme/brevstemme/models/store/book"
)

// beside adds to the book of filled two people and a printed form, whose
// personal data and content stand beside the journal. One person is erased.
func beside(t *testing.T, s *book.Book) {
	t.Helper()
	salt := [16]byte{1, 2, 3}
	anna := models.Private{Name: "Anna", Phone: "12345678", Email: "anna@example.org", Salt: salt}
	sum := sha256.Sum256(append(salt[:], "form"...))
	_, _, err := s.Append(t.Context(), models.Act{Key: "beside"}, book.Need{}, func(w *book.Working) (journal.Draft, error) {
		w.Put(models.Person{ID: "P1", Commitment: anna.Commit()})
		w.Put(models.Person{ID: "P2", Commitment: anna.Commit(), Left: true, Erased: true})
		w.Put(models.Printout{ID: "DR-1", Form: "DR", Commitment: hex.EncodeToString(sum[:])})
		if err := w.Exec(`INSERT INTO person_private (person, name, phone, email, salt) VALUES ('P1', $1, $2, $3, $4)`, anna.Name, anna.Phone, anna.Email, salt[:]); err != nil {
			return journal.Draft{}, err
		}
		return journal.Draft{Kind: "test"}, w.Exec(`INSERT INTO printout_content (printout, salt, printed_by, content) VALUES ('DR-1', $1, 'Anna', 'form')`, salt[:])
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Names of staff and the content of printed forms stand outside the journal: whoever
// put another name under a signature, or other figures on a reprint, is found all the same.
func TestVerifyHoldsWhatStandsBesideTheJournal(t *testing.T) {
	t.Parallel()
	db, s, key := filled(t)
	beside(t, s)
	if err := s.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	if r := verifyNow(t, db, key); !r.OK {
		t.Fatalf("untouched: %+v", r.First)
	}
	conn, err := pgx.Connect(t.Context(), db.SuperDSN)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	for sql, where := range map[string]string{
		"UPDATE person_private SET name = 'Bo'":                                                "person_private P1",
		"UPDATE person_private SET phone = '87654321'":                                         "person_private P1",
		"UPDATE person_private SET email = 'bo@example.org'":                                   "person_private P1",
		"UPDATE person_private SET salt = substring(sha256('x') FROM 1 FOR 16)":                "person_private P1",
		"DELETE FROM person_private":                                                           "person_private P1",
		"UPDATE person_private SET person = 'P2'":                                              "person_private P1",
		"INSERT INTO person_private SELECT 'P2', name, phone, email, salt FROM person_private": "person_private P2",
		"INSERT INTO person_private SELECT 'P9', name, phone, email, salt FROM person_private": "person_private P9",
		"UPDATE printout_content SET content = 'forn'":                                         "printout_content DR-1",
		"UPDATE printout_content SET salt = substring(sha256('x') FROM 1 FOR 16)":              "printout_content DR-1",
		"UPDATE printout_content SET printout = 'DR-2'":                                        "printout_content DR-2",
		"DELETE FROM printout_content":                                                         "", // content is erased by law, and nothing is found
	} {
		err := pgx.BeginFunc(t.Context(), conn, func(tx pgx.Tx) error {
			if _, err := tx.Exec(t.Context(), sql); err != nil {
				return err
			}
			f, err := newVerifier(tx, []string{key}).all(t.Context())
			if err != nil {
				return err
			}
			if where == "" && f != nil || where != "" && (f == nil || f.Code != audit.CodeRecord || f.Where != where) {
				t.Errorf("%s: %v, want %q", sql, f, where)
			}
			return errRollback
		})
		if err != errRollback {
			t.Errorf("%s: %v", sql, err)
		}
	}
}
