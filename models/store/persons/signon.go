package persons

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/journal"
	"github.com/brevstemme/brevstemme/models/store/book"
)

// SignOn is who an identity provider says has logged in there.
type SignOn struct {
	Issuer, Subject string          // which identity: an account is bound to it for good
	Known           string          // what finds the account the first time: a number, a name or a mail address of the person
	ByEmail         bool            // Known is a mail address
	Mapped          bool            // Roles and Places are the provider's word; false keeps the account's own
	Roles           []models.Role   //
	Places          []string        // nil keeps the account's own places
	Make            models.Employer // employer of a person to be made when there is none; "" makes nobody
	Name, Email     string          // of a person to be made
	Login           string          // of a person to be made
}

// identity is the one thing that is kept of issuer and subject: neither stands
// in the database, since a subject may be a number of another register.
func (in SignOn) identity() [32]byte {
	h := sha256.New()
	h.Write([]byte("brevstemme/identity/v1\n"))
	for _, s := range []string{in.Issuer, in.Subject} {
		var n [4]byte
		binary.BigEndian.PutUint32(n[:], uint32(len(s)))
		h.Write(n[:])
		h.Write([]byte(s))
	}
	return [32]byte(h.Sum(nil))
}

// Why a single sign-on is refused, each in words of its own.
var (
	errSignOnUnknown   = models.E(models.CodeForbidden, "signon.no_account")
	errSignOnAmbiguous = models.E(models.CodeForbidden, "signon.ambiguous")
	errSignOnClosed    = models.E(models.CodeForbidden, "signon.closed")
	errSignOnOther     = models.E(models.CodeForbidden, "signon.linked_other")
	errSignOnRole      = models.E(models.CodeForbidden, "signon.no_role")
)

// SignOn opens the account of an identity. The first time it is found by Known
// and bound to the identity (an entry of the journal, under a salted commitment);
// a person whom nobody has entered is made when the setting says so. Changed
// roles and places are an entry too, and end the account's other sessions.
func (s *Persons) SignOn(ctx context.Context, act models.Act, in SignOn) (Login, error) {
	if in.Issuer == "" || in.Subject == "" {
		return Login{}, errSignOnUnknown
	}
	if in.Mapped && len(in.Roles) == 0 {
		return Login{}, errSignOnRole
	}
	row, err := s.signedOn(ctx, in)
	if err == errSignOnUnknown && in.Make != "" {
		row, err = s.makeSignedOn(ctx, act, in)
	}
	if err != nil {
		return Login{}, err
	}
	if row.Disabled {
		return Login{}, errSignOnClosed
	}
	if err := s.bind(ctx, act, row, in); err != nil {
		return Login{}, err
	}
	if err := s.book.DB(ctx).Exec(`UPDATE account SET failed = 0, blocked_until = NULL, pin_failed = 0 WHERE login = ?`, row.Login).Error; err != nil {
		return Login{}, err
	}
	who, err := s.LoginOf(ctx, row.Login)
	who.Bound = row.Identity == nil
	return who, err
}

// clause is a condition with its one argument.
type clause struct {
	sql string
	arg any
}

// signedOn finds the account: by its identity, else by what the provider calls
// the person, else by mail address or login name.
func (s *Persons) signedOn(ctx context.Context, in SignOn) (accountRow, error) {
	id, known := in.identity(), strings.ToLower(strings.TrimSpace(in.Known))
	where := []clause{{"identity = ?", id[:]}}
	if known != "" {
		where = append(where, clause{"sign_on = ?", known})
		if in.ByEmail {
			where = append(where, clause{"sign_on IS NULL AND person IN (SELECT person FROM person_private WHERE lower(email) = ?)", known})
		} else {
			where = append(where, clause{"sign_on IS NULL AND login = ?", known})
		}
	}
	for i, q := range where {
		var rows []accountRow
		if err := s.book.DB(ctx).Table("account").Where(q.sql, q.arg).Limit(2).Find(&rows).Error; err != nil {
			return accountRow{}, err
		}
		switch {
		case len(rows) > 1:
			return accountRow{}, errSignOnAmbiguous
		case len(rows) == 1 && i > 0 && rows[0].Identity != nil && !rows[0].Disabled:
			return accountRow{}, errSignOnOther
		case len(rows) == 1:
			return rows[0], nil
		}
	}
	return accountRow{}, errSignOnUnknown
}

// makeSignedOn makes person and account as the provider describes them, without
// a password.
func (s *Persons) makeSignedOn(ctx context.Context, act models.Act, in SignOn) (accountRow, error) {
	for field, v := range map[string]string{"name": in.Name, "email": in.Email, "login": in.Login} {
		if err := errors.Join(models.CheckText(field, v), models.RefuseCPR(field, v)); err != nil {
			return accountRow{}, models.E(models.CodeForbidden, "signon.unusable").Because(err)
		}
	}
	c := Credentials{Login: in.Login, Locked: true}
	if in.Known != "" && !in.ByEmail {
		c.SignOn = in.Known
	}
	n := NewPerson{Name: in.Name, Email: in.Email, Person: models.Person{Employer: in.Make, Roles: in.Roles, Places: in.Places}}
	first := act
	first.Key += "-person"
	if _, err := s.AddWithAccount(ctx, first, n, c); err != nil {
		if models.CodeOf(err) == models.CodeInvalid {
			return accountRow{}, models.E(models.CodeForbidden, "signon.unusable").Because(err)
		}
		return accountRow{}, err
	}
	return s.account(ctx, "login = ?", strings.ToLower(strings.TrimSpace(in.Login)))
}

// bind writes what this login changes, in one entry: the account belongs to the
// identity from now on, and has the roles and places that the provider names.
// When nothing changes, nothing is written.
func (s *Persons) bind(ctx context.Context, act models.Act, row accountRow, in SignOn) error {
	p, err := book.Load[models.Person](ctx, s.book, row.Person)
	if err != nil {
		return err
	}
	roles, places := in.rights(p)
	fresh := row.Identity == nil
	if !fresh && sameSet(p.Roles, roles) && sameSet(p.Places, places) {
		return nil
	}
	_, _, err = s.book.Append(ctx, act, book.Needs("person", row.Person), func(w *book.Working) (journal.Draft, error) {
		p, err := book.Get[models.Person](w, row.Person)
		if err != nil {
			return journal.Draft{}, err
		}
		roles, places := in.rights(p)
		if err := putRights(w, p, roles, places); err != nil {
			return journal.Draft{}, err
		}
		d := journal.Draft{Kind: "person.rights"}
		if fresh {
			d, err = putLink(w, row, in)
		}
		return d, err
	})
	return book.Constraint(err, map[string]*models.Error{"account_identity_key": errSignOnOther})
}

// rights are what a person has after this login.
func (in SignOn) rights(p models.Person) ([]models.Role, []string) {
	roles, places := p.Roles, p.Places
	if in.Mapped {
		roles = in.Roles
		if in.Places != nil {
			places = in.Places
		}
	}
	return roles, places
}

// putLink binds an account that has no identity yet.
func putLink(w *book.Working, row accountRow, in SignOn) (journal.Draft, error) {
	rows, err := w.Query(`SELECT salt FROM person_private WHERE person = $1`, row.Person)
	if err != nil {
		return journal.Draft{}, err
	}
	salts, err := pgx.CollectRows(rows, pgx.RowTo[[]byte])
	if err != nil {
		return journal.Draft{}, err
	}
	if len(salts) != 1 {
		return journal.Draft{}, errSignOnUnknown
	}
	id := in.identity()
	rows, err = w.Query(`SELECT identity IS NULL FROM account WHERE login = $1`, row.Login)
	if err != nil {
		return journal.Draft{}, err
	}
	free, err := pgx.CollectRows(rows, pgx.RowTo[bool])
	if err != nil {
		return journal.Draft{}, err
	}
	if len(free) != 1 || !free[0] { // another first login was faster
		return journal.Draft{}, errSignOnOther
	}
	d := journal.Draft{Kind: "person.linked"}.Fact("person", row.Person).Fact("identity", models.Private{Salt: [16]byte(salts[0])}.CommitIdentity(id))
	return d, w.Exec(`UPDATE account SET identity = $1, identity_at = $2 WHERE login = $3`, id[:], w.Now, row.Login)
}
