package rosters

import (
	"context"
	"crypto/rand"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/journal"
	"github.com/brevstemme/brevstemme/models/staffing"
	"github.com/brevstemme/brevstemme/models/store/book"
)

// ReadPeople reads a list of people, a row each under a row of headings, and adds
// them all in one entry; see staffing.ReadPeopleRows. It returns how many. A list
// with faults adds nobody: they come, each with its line, beside the first of their
// errors. The list is read beside the places and people of its own moment, so that
// the same click again is not told that everybody is here already.
func (s *Rosters) ReadPeople(ctx context.Context, act models.Act, employer models.Employer, table [][]string) (int, []staffing.RowError, error) {
	var faults []staffing.RowError
	salts := drawSalts(len(table))
	e, _, err := s.book.Append(ctx, act, book.Need{}, func(w *book.Working) (journal.Draft, error) {
		places, err := book.ListIn[models.Place](w, "true")
		if err != nil {
			return journal.Draft{}, err
		}
		known, err := knownEmails(w)
		if err != nil {
			return journal.Draft{}, err
		}
		var rows []staffing.NewPerson
		if rows, faults = staffing.ReadPeopleRows(table, employer, places, known); len(faults) > 0 {
			return journal.Draft{}, faults[0].Err
		}
		return enrol(w, rows, salts)
	})
	return len(e.Changes), faults, err
}

// ImportPeople adds everybody of a checked list in one entry and returns how many.
func (s *Rosters) ImportPeople(ctx context.Context, act models.Act, rows []staffing.NewPerson) (int, error) {
	salts := drawSalts(len(rows))
	e, _, err := s.book.Append(ctx, act, book.Need{}, func(w *book.Working) (journal.Draft, error) { return enrol(w, rows, salts) })
	return len(e.Changes), err
}

// drawSalts draws the salts of n people's commitments: before the act, which may be
// decided more than once.
func drawSalts(n int) [][16]byte {
	salts := make([][16]byte, n)
	for i := range salts {
		_, _ = rand.Read(salts[i][:])
	}
	return salts
}

// enrol writes new people and, beside the journal, who they are.
func enrol(w *book.Working, rows []staffing.NewPerson, salts [][16]byte) (journal.Draft, error) {
	if len(rows) == 0 {
		return journal.Draft{}, models.Invalid("file", "staffing.import.empty")
	}
	for _, r := range rows { // before anything is written
		if !staffing.Leads(w.Act.Role, r.Person.Employer) {
			return journal.Draft{}, models.E(models.CodeForbidden, "staffing.not_leader")
		}
	}
	for i, r := range rows {
		v := models.Private{Name: book.NFC(r.Name), Phone: book.NFC(r.Phone), Email: book.NFC(r.Email), Salt: salts[i]}
		p := r.Person
		p.ID, p.Commitment = staffing.PersonID(w.Act.Key, r.Line), v.Commit()
		w.Put(p)
		if err := w.Exec(`INSERT INTO person_private (person, name, phone, email, salt) VALUES ($1, $2, $3, $4, $5)`, p.ID, v.Name, v.Phone, v.Email, v.Salt[:]); err != nil {
			return journal.Draft{}, err
		}
	}
	return journal.Draft{Kind: "person.imported"}, nil
}

// knownEmails are the mail addresses, in small letters, of those who have not been
// erased, for finding people who stand twice.
func knownEmails(w *book.Working) (map[string]bool, error) {
	rows, err := w.Query(`SELECT email FROM person_private WHERE email <> ''`)
	if err != nil {
		return nil, err
	}
	mails, err := pgx.CollectRows(rows, pgx.RowTo[string])
	known := make(map[string]bool, len(mails))
	for _, m := range mails {
		known[strings.ToLower(m)] = true
	}
	return known, err
}
