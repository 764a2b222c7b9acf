package main

import (
	"context"
	"fmt"

	"github.com/brevstemme/brevstemme/migrations"
)

// migrate brings the schema up to date ("up") or shows where it stands
// ("status"; exit 1 when something is missing). It needs the owner's role.
func migrate(ctx context.Context, c *console, args []string) (code int) {
	fs := c.flags("migrate")
	rest, code, done := parse(fs, args)
	if done {
		return code
	}
	if len(rest) != 1 || (rest[0] != "up" && rest[0] != "status") {
		return c.usage("command.migrate_usage")
	}
	conf, err := readConfiguration(c.env)
	if err != nil {
		c.sayMistakes(err)
		return exitUsage
	}
	if conf.DatabaseURL != "" && conf.MigrateURL == "" {
		return c.usage("command.migrate_url")
	}
	db, err := openDatabase(ctx, conf)
	if err != nil {
		return c.fail(err)
	}
	defer func() {
		if err := db.close(ctx); err != nil && code == exitOK {
			code = c.fail(err)
		}
	}()
	if rest[0] == "up" {
		applied, err := migrations.Up(ctx, db.owner)
		if err != nil {
			return c.fail(schemaError(err))
		}
		for _, m := range applied {
			fmt.Fprintf(c.stdout, "%05d %s\n", m.Version, m.File)
		}
		return exitOK
	}
	all, err := migrations.Status(ctx, db.owner)
	if err != nil {
		return c.fail(err)
	}
	for _, m := range all {
		state := c.text("command.migrate_missing")
		if m.Applied {
			state = m.AppliedAt.UTC().Format("2006-01-02 15:04:05")
		} else {
			code = exitNo
		}
		fmt.Fprintf(c.stdout, "%05d %-24s %s\n", m.Version, m.File, state)
	}
	return code
}
