package persons

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"time"

	"gorm.io/gorm"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/store/book"
)

// Login is who is logged in: the person behind an account with their roles and
// places as they stand now.
type Login struct {
	Login  string
	Person models.Person
	Name   string
	Lang   string
	Card   string    // staff card serial, "" for none
	Epoch  string    // changes with every secret and right: sessions of another epoch have ended
	SignOn string    // what the identity provider calls the person; "" for unsaid
	Linked time.Time // since when single sign-on opens the account; zero when it does not
	Bound  bool      // this single sign-on is the one that bound the account
}

// accountRow is a line of the account table.
type accountRow struct {
	Login        string
	Person       string
	Password     string
	Pin          string
	Card         *string
	Disabled     bool
	Failed       int
	BlockedUntil *time.Time
	Lang         string
	Epoch        string
	PinFailed    int
	SignOn       *string
	Identity     []byte
	IdentityAt   *time.Time
}

// The door closes for a while after some wrong passwords, so that guessing is
// slow, and opens by itself, so that nobody can lock a colleague out for long.
// After as many wrong PINs only a whole login opens the PIN's door again: four
// digits would else be found in some days.
const (
	failuresAllowed = 8
	blockFor        = 5 * time.Minute
)

// dummyHash is checked when the login does not exist, so that the time of the
// answer does not tell which logins exist.
var dummyHash = HashPassword("no such account")

// LogIn checks a password and returns who it is. Unknown login, wrong password,
// disabled and blocked account all give the same CodeUnauthorized error.
func (s *Persons) LogIn(ctx context.Context, login, password string) (Login, error) {
	row, err := s.account(ctx, "login = ?", strings.ToLower(strings.TrimSpace(login)))
	if err != nil {
		if models.CodeOf(err) == models.CodeNotFound {
			CheckPassword(dummyHash, password)
			return Login{}, errLogin
		}
		return Login{}, err
	}
	return s.enter(ctx, row, byPassword, password)
}

// Switch checks a staff card or login together with a PIN, to change person at a
// shared PC. It fails as LogIn does.
func (s *Persons) Switch(ctx context.Context, cardOrLogin, pin string) (Login, error) {
	row, err := s.account(ctx, "login = ? OR card = ?", strings.ToLower(strings.TrimSpace(cardOrLogin)), models.CleanSerial(cardOrLogin))
	if err != nil {
		if models.CodeOf(err) == models.CodeNotFound {
			CheckPassword(dummyHash, pin)
			return Login{}, errLogin
		}
		return Login{}, err
	}
	return s.enter(ctx, row, byPIN, pin)
}

var errLogin = models.E(models.CodeUnauthorized, "login.refused")

// door is one way into an account: its secret, and how a try at it is counted.
type door struct {
	secret func(accountRow) string
	try    string // touches the row only while the door is open
	opened string
}

var (
	byPassword = door{func(r accountRow) string { return r.Password }, `UPDATE account SET
			failed = CASE WHEN blocked_until IS NULL THEN failed + 1 ELSE 1 END,
			blocked_until = CASE WHEN blocked_until IS NULL AND failed + 1 >= @max THEN cast(@until AS timestamptz) END
		WHERE login = @login AND NOT disabled AND (blocked_until IS NULL OR blocked_until <= @now)`,
		`UPDATE account SET failed = 0, blocked_until = NULL, pin_failed = 0 WHERE login = ?`}
	byPIN = door{func(r accountRow) string { return r.Pin },
		`UPDATE account SET pin_failed = pin_failed + 1 WHERE login = @login AND NOT disabled AND pin_failed < @max`,
		`UPDATE account SET pin_failed = 0 WHERE login = ?`}
)

// enter checks a secret and opens the door. The try is counted before the secret
// is looked at, so that guesses made at once cannot be more than are allowed. An
// account without the secret answers as slowly as one with another.
func (s *Persons) enter(ctx context.Context, row accountRow, d door, secret string) (Login, error) {
	now := s.book.Now()
	try := s.book.DB(ctx).Exec(d.try, map[string]any{"max": failuresAllowed, "until": now.Add(blockFor), "login": row.Login, "now": now})
	if try.Error != nil {
		return Login{}, try.Error
	}
	if ok := CheckPassword(cmp.Or(d.secret(row), dummyHash), secret); !ok || d.secret(row) == "" || try.RowsAffected == 0 {
		return Login{}, errLogin
	}
	if err := s.book.DB(ctx).Exec(d.opened, row.Login).Error; err != nil {
		return Login{}, err
	}
	return s.login(ctx, row)
}

// LoginOf loads an account by its login name, for a session that is under way.
// Disabled accounts are CodeNotFound: the session ends.
func (s *Persons) LoginOf(ctx context.Context, login string) (Login, error) {
	row, err := s.account(ctx, "login = ? AND NOT disabled", login)
	if err != nil {
		return Login{}, err
	}
	return s.login(ctx, row)
}

func (s *Persons) login(ctx context.Context, row accountRow) (Login, error) {
	p, err := book.Load[models.Person](ctx, s.book, row.Person)
	if err != nil {
		return Login{}, err
	}
	names, err := s.Names(ctx, row.Person)
	l := Login{Login: row.Login, Person: p, Name: names[row.Person].Name, Lang: row.Lang, Epoch: row.Epoch}
	if row.Card != nil {
		l.Card = *row.Card
	}
	if row.SignOn != nil {
		l.SignOn = *row.SignOn
	}
	if row.IdentityAt != nil {
		l.Linked = *row.IdentityAt
	}
	return l, err
}

func (s *Persons) account(ctx context.Context, where string, args ...any) (accountRow, error) {
	var row accountRow
	err := s.book.DB(ctx).Table("account").Where(where, args...).Take(&row).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return row, models.E(models.CodeNotFound, "")
	}
	return row, err
}

// Credentials are the ways in of a person.
type Credentials struct {
	Login    string // lower case
	Person   string // person id
	Password string // at least MinPassword characters; empty keeps the one there is
	PIN      string // four to eight digits; empty keeps the one there is
	Card     string // staff card serial; empty for none
	Lang     string // "da" or "en"
	SignOn   string // what the identity provider calls the person; empty for unsaid
	Unlink   bool   // forget which identity opens the account: the next single sign-on finds it anew
	Locked   bool   // no password: single sign-on alone opens a fresh account
}

// MinPassword is the shortest password taken (NIST SP 800-63B-4 asks for 15
// where it is the only factor; municipal policy here starts at 12).
const MinPassword = 12

// Check tests the ways in; fresh ones need a password.
func (c Credentials) Check(fresh bool) error {
	var errs models.Errors
	if c.Login == "" || strings.ContainsAny(c.Login, " \t:/") {
		errs = append(errs, models.Invalid("login", "account.bad_login", c.Login))
	}
	if (fresh && !c.Locked || c.Password != "") && len([]rune(c.Password)) < MinPassword {
		errs = append(errs, models.Invalid("password", "account.short_password", MinPassword))
	}
	if c.PIN != "" && (len(c.PIN) < 4 || len(c.PIN) > 8 || strings.Trim(c.PIN, "0123456789") != "") {
		errs = append(errs, models.Invalid("pin", "account.bad_pin"))
	}
	return errs.OrNil()
}

// hashed prepares what is stored: NULL card for none, "" for an unchanged secret.
func (c *Credentials) hashed() (password, pin string, card *string) {
	c.Login, c.SignOn = strings.ToLower(strings.TrimSpace(c.Login)), strings.ToLower(strings.TrimSpace(c.SignOn))
	if v := models.CleanSerial(c.Card); v != "" {
		card = &v
	}
	if c.Lang == "" {
		c.Lang = "da"
	}
	if c.Password != "" {
		password = HashPassword(c.Password)
	}
	if c.PIN != "" {
		pin = HashPassword(c.PIN)
	}
	return password, pin, card
}

// taken are the constraints that another account can violate.
func (c Credentials) taken(err error) error {
	return book.Constraint(err, map[string]*models.Error{
		"account_card_key":    models.Invalid("card", "account.card_taken", c.Card),
		"account_person_key":  models.Invalid("person", "account.person_taken"),
		"account_pkey":        models.Invalid("login", "account.login_taken", c.Login),
		"account_sign_on_key": models.Invalid("sign_on", "account.sign_on_taken", c.SignOn),
	})
}

// AddWithAccount adds a person together with a way in: both or neither.
func (s *Persons) AddWithAccount(ctx context.Context, act models.Act, n NewPerson, c Credentials) (models.Person, error) {
	if err := c.Check(true); err != nil {
		return models.Person{}, err
	}
	password, pin, card := c.hashed()
	return s.addPerson(ctx, act, n, func(w *book.Working, p models.Person) error {
		return c.taken(w.Exec(`INSERT INTO account (login, person, password, pin, card, lang, sign_on) VALUES ($1, $2, $3, $4, $5, $6, nullif($7, ''))`,
			c.Login, p.ID, password, pin, card, c.Lang, c.SignOn))
	})
}

// ChangeAccount changes rights, ways in and whether the account is open. An
// empty password or PIN keeps the one there is. Whoever changed one of these
// ends the sessions of the account that are under way.
func (s *Persons) ChangeAccount(ctx context.Context, act models.Act, c Credentials, roles []models.Role, places []string, disabled bool) error {
	if err := c.Check(false); err != nil {
		return err
	}
	password, pin, card := c.hashed()
	return s.setRights(ctx, act, c.Person, roles, places, func(w *book.Working) error {
		return c.taken(w.Exec(`UPDATE account SET password = coalesce(nullif($1, ''), password), pin = coalesce(nullif($2, ''), pin), card = $3, disabled = $4,
			pin_failed = CASE WHEN $2 <> '' THEN 0 ELSE pin_failed END, sign_on = nullif($5, ''),
			identity = CASE WHEN NOT $6 THEN identity END, identity_at = CASE WHEN NOT $6 THEN identity_at END,
			epoch = CASE WHEN $1 <> '' OR $2 <> '' OR card IS DISTINCT FROM $3 OR disabled <> $4 OR $6 THEN gen_random_uuid() ELSE epoch END
			WHERE login = $7`, password, pin, card, disabled, c.SignOn, c.Unlink, c.Login))
	})
}

// AccountOf loads an account by its login, closed or not.
func (s *Persons) AccountOf(ctx context.Context, login string) (Login, bool, error) {
	row, err := s.account(ctx, "login = ?", login)
	if err != nil {
		return Login{}, false, err
	}
	l, err := s.login(ctx, row)
	return l, row.Disabled, err
}

// AccountLine is one line of the list of accounts.
type AccountLine struct {
	Login    string
	Person   models.Person
	Name     string
	Disabled bool
	HasPIN   bool
	Card     string
}

// Accounts lists every account with its person, by name.
func (s *Persons) Accounts(ctx context.Context) ([]AccountLine, error) {
	type row struct {
		Login, Name, Card string
		Disabled, HasPIN  bool
		Doc               string
	}
	var rows []row
	err := s.book.DB(ctx).Raw(`SELECT a.login, a.disabled, a.pin <> '' AS has_pin, coalesce(a.card, '') AS card, coalesce(v.name, '') AS name, p.doc::text AS doc
		FROM account a JOIN person p ON p.id = a.person LEFT JOIN person_private v ON v.person = a.person ORDER BY v.name, a.login`).Scan(&rows).Error
	if err != nil {
		return nil, err
	}
	out := make([]AccountLine, len(rows))
	for i, r := range rows {
		out[i] = AccountLine{Login: r.Login, Name: r.Name, Disabled: r.Disabled, HasPIN: r.HasPIN, Card: r.Card}
		if out[i].Person, err = book.Decode[models.Person](r.Doc); err != nil {
			return nil, err
		}
	}
	return out, nil
}
