package main

import (
	"bufio"
	"context"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"strings"

	"github.com/google/uuid"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/store"
	"github.com/brevstemme/brevstemme/models/store/persons"
)

// user adds an account: "user add --login L --name N --role R [--place P]…". The
// password is read from the first line of standard input, so that it stands in
// no process list and no shell history.
func user(ctx context.Context, c *console, args []string) (code int) {
	fs := c.flags("user")
	login, name := fs.String("login", "", c.text("user.login")), fs.String("name", "", c.text("user.name"))
	roles, places := fs.String("role", "", c.text("user.role")), fs.String("place", "", c.text("user.place"))
	rest, code, done := parse(fs, args)
	if done {
		return code
	}
	if len(rest) != 1 || rest[0] != "add" || *login == "" || *name == "" || *roles == "" {
		return c.usage("user.usage")
	}
	conf, err := readConfiguration(c.env)
	if err != nil {
		c.sayMistakes(err)
		return exitUsage
	}
	password, err := bufio.NewReader(c.stdin).ReadString('\n')
	if password = strings.TrimRight(password, "\r\n"); password == "" {
		return c.usage("user.password")
	}
	_ = err // a last line without its newline is a line
	n := persons.NewPerson{Name: *name, Person: models.Person{Employer: models.EmployerCitizenService, Places: splitList(*places)}}
	for _, r := range splitList(*roles) {
		n.Roles = append(n.Roles, models.Role(r))
	}
	err = c.withStore(ctx, conf, func(s *store.Store) error {
		key := uuid.NewString()
		_, err := s.AddWithAccount(ctx, models.Act{Key: key, Digest: sha256.Sum256([]byte(key)), Role: models.RoleAdministrator}, n, persons.Credentials{Login: *login, Password: password})
		return err
	})
	if err != nil {
		return c.refuse(err)
	}
	fmt.Fprintln(c.stdout, c.text("account.added", *name))
	return exitOK
}

func splitList(s string) []string {
	var out []string
	for part := range strings.SplitSeq(s, ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}

// withStore opens the database and the store, runs f, and closes both.
func (c *console) withStore(ctx context.Context, conf configuration, f func(*store.Store) error) (err error) {
	db, err := openDatabase(ctx, conf)
	if err != nil {
		return err
	}
	defer func() {
		if cerr := db.close(ctx); err == nil {
			err = cerr
		}
	}()
	if err := db.prepare(ctx); err != nil {
		return err
	}
	return c.withOpenStore(ctx, conf, db, f)
}

// withOpenStore opens the store on a database that is open already.
func (c *console) withOpenStore(ctx context.Context, conf configuration, db *database, f func(*store.Store) error) (err error) {
	s, err := openStore(ctx, conf, db, slog.New(slog.NewJSONHandler(c.stderr, nil)))
	if err != nil {
		return err
	}
	defer func() {
		if cerr := s.Close(context.WithoutCancel(ctx)); err == nil {
			err = cerr
		}
	}()
	return f(s)
}

// refuse writes why an act was refused: exit 1 when the person can mend it, 3
// when the program could not run.
func (c *console) refuse(err error) int {
	if models.CodeOf(err) == models.CodeInternal || models.CodeOf(err) == models.CodeUnavailable {
		return c.fail(err)
	}
	c.sayMistakes(err)
	return exitNo
}
