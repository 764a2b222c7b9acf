package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/brevstemme/brevstemme/app/localdb"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/store/audits"
	"github.com/brevstemme/brevstemme/models/store/measure"
)

// backup writes the whole database into one file with PostgreSQL's own pg_dump
// (custom format), from one snapshot, while the service runs. The signing key
// is not in it: it belongs somewhere else.
func backup(ctx context.Context, c *console, args []string) int {
	fs := c.flags("backup")
	out := fs.String("out", "", c.text("backup.out"))
	rest, code, done := parse(fs, args)
	if done {
		return code
	}
	if len(rest) > 0 || *out == "" {
		return c.usage("backup.usage")
	}
	conf, err := readConfiguration(c.env)
	if err != nil {
		c.sayMistakes(err)
		return exitUsage
	}
	if err := c.dump(ctx, conf, *out); err != nil {
		return c.refuse(err)
	}
	fmt.Fprintln(c.stdout, *out)
	return exitOK
}

// dump writes beside the target and renames, so that a backup that broke off is
// never taken for one.
func (c *console) dump(ctx context.Context, conf configuration, out string) (err error) {
	db, err := openDatabase(ctx, conf)
	if err != nil {
		return err
	}
	defer func() {
		if cerr := db.close(ctx); err == nil {
			err = cerr
		}
	}()
	if db.owner == "" {
		return models.E(models.CodeInvalid, "command.migrate_url")
	}
	part := out + ".part"
	if err := postgresTool(ctx, db.owner, "pg_dump", "--format=custom", "--file="+part); err != nil {
		return errors.Join(err, os.Remove(part))
	}
	return os.Rename(part, out)
}

// restore reads a backup into an empty database and verifies it; with --check
// into a throw-away one, which proves the backup and leaves nothing behind.
func restore(ctx context.Context, c *console, args []string) int {
	fs := c.flags("restore")
	in, check := fs.String("in", "", c.text("restore.in")), fs.Bool("check", false, c.text("restore.check"))
	rest, code, done := parse(fs, args)
	if done {
		return code
	}
	if len(rest) > 0 || *in == "" {
		return c.usage("restore.usage")
	}
	conf, err := readConfiguration(c.env)
	if err != nil {
		c.sayMistakes(err)
		return exitUsage
	}
	rep, err := c.load(ctx, conf, *in, *check)
	if err != nil {
		return c.refuse(err)
	}
	c.sayReport(rep)
	if !rep.OK {
		return exitNo
	}
	return exitOK
}

func (c *console) load(ctx context.Context, conf configuration, in string, check bool) (rep audits.Report, err error) {
	if _, err := os.Stat(in); err != nil {
		return rep, models.E(models.CodeInvalid, "restore.no_file", in)
	}
	var db *database
	if check {
		local, lerr := localdb.Start(ctx, localdb.Options{Ephemeral: true})
		if lerr != nil {
			return rep, lerr
		}
		db = &database{app: local.AppDSN(), owner: local.OwnerDSN(), local: local}
	} else if db, err = openDatabase(ctx, conf); err != nil {
		return rep, err
	}
	defer func() {
		if cerr := db.close(ctx); err == nil {
			err = cerr
		}
	}()
	if db.owner == "" {
		return rep, models.E(models.CodeInvalid, "command.migrate_url")
	}
	if err := emptyDatabase(ctx, db.owner); err != nil {
		return rep, err
	}
	if err := postgresTool(ctx, db.owner, "pg_restore", "--exit-on-error", "--no-owner", "--single-transaction", in); err != nil {
		return rep, err
	}
	var keys []string
	if public, err := os.ReadFile(filepath.Join(conf.Data, "signing.pub")); err == nil {
		keys = append(keys, strings.TrimSpace(string(public)))
	}
	return audits.Verify(ctx, db.app, keys...)
}

// emptyDatabase refuses to restore over data: a restore never destroys.
func emptyDatabase(ctx context.Context, dsn string) error {
	plain, err := measure.OpenBaseline(ctx, dsn)
	if err != nil {
		return err
	}
	defer plain.Close()
	n, err := plain.Read(ctx, `SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND c.relkind = 'r'`)
	if err == nil && n > 0 {
		err = models.E(models.CodeConflict, "restore.not_empty", n)
	}
	return err
}

// postgresTool runs one of PostgreSQL's programs on a database. The password
// goes through the environment, never into the list of processes.
func postgresTool(ctx context.Context, dsn, name string, args ...string) error {
	found, err := localdb.FindBinaries(ctx)
	if err != nil {
		return models.E(models.CodeUnavailable, "doctor.no_postgres").Because(err)
	}
	u, err := url.Parse(dsn)
	if err != nil {
		return models.E(models.CodeInvalid, "config.not_postgres")
	}
	password, _ := u.User.Password()
	u.User = url.User(u.User.Username())
	cmd := exec.CommandContext(ctx, filepath.Join(found[0].Dir, name), append([]string{"--dbname=" + u.String()}, args...)...)
	cmd.Env = append(os.Environ(), "PGPASSWORD="+password)
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w: %s", name, err, strings.TrimSpace(said.String()))
	}
	return nil
}
