package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/brevstemme/brevstemme/app/localdb"
	"github.com/brevstemme/brevstemme/app/web/site/signon"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/store"
)

// check is one thing that doctor looks at.
type check struct {
	Name  string `json:"name"`
	OK    bool   `json:"ok"`
	Found string `json:"found"`
}

// doctor looks at everything the service needs, goes on after a failure, and
// says what to do. Exit 1 when something is wrong.
func doctor(ctx context.Context, c *console, args []string) int {
	fs := c.flags("doctor")
	asJSON := fs.Bool("json", false, c.text("command.flag_json"))
	rest, code, done := parse(fs, args)
	if done {
		return code
	}
	if len(rest) > 0 {
		return c.usage("command.too_many", rest[0])
	}
	checks := c.examine(ctx)
	sick := false
	for _, k := range checks {
		sick = sick || !k.OK
	}
	if *asJSON {
		if err := c.json(map[string]any{"ok": !sick, "checks": checks}); err != nil {
			return c.fail(err)
		}
	} else {
		for _, k := range checks {
			mark := "✓"
			if !k.OK {
				mark = "✗"
			}
			fmt.Fprintf(c.stdout, "%s %-14s %s\n", mark, k.Name, k.Found)
		}
	}
	if sick {
		return exitNo
	}
	return exitOK
}

func (c *console) examine(ctx context.Context) []check {
	var out []check
	add := func(name string, err error, found string) {
		if err != nil {
			found = c.errorText(err)
		}
		out = append(out, check{name, err == nil, found})
	}
	conf, err := readConfiguration(c.env)
	add("configuration", err, c.text("doctor.settings", len(settings())))
	_, zone := time.Now().In(models.Copenhagen).Zone()
	add("clock", nil, fmt.Sprintf("%s (UTC%+d)", time.Now().In(models.Copenhagen).Format("2006-01-02 15:04:05"), zone/3600))
	if err != nil {
		return out
	}
	if conf.SignOn.Set() {
		add("single sign-on", signon.New(conf.SignOn, time.Now).Check(ctx), c.text("doctor.signon", conf.SignOn.Issuer))
	}
	if conf.DatabaseURL == "" {
		found, err := localdb.FindBinaries(ctx)
		if errors.Is(err, localdb.ErrNoBinaries) {
			err = models.E(models.CodeUnavailable, "doctor.no_postgres")
		}
		name := ""
		if len(found) > 0 {
			name = found[0].Dir
		}
		add("postgresql", err, name)
		add("data", writable(conf.Data), conf.Data)
	}
	err = c.withStore(ctx, conf, func(s *store.Store) error {
		_, head, err := s.Entries(ctx, 0, "", 1)
		add("journal", err, c.text("doctor.journal", head.Seq))
		return nil
	})
	add("database", err, c.text("doctor.database"))
	return out
}

// writable tells whether files can be made in a folder, making it when missing.
func writable(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	f, err := os.CreateTemp(dir, "doctor-*")
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	return os.Remove(filepath.Join(dir, filepath.Base(f.Name())))
}
