package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/brevstemme/brevstemme/app/localdb"
	"github.com/brevstemme/brevstemme/migrations"
	"github.com/brevstemme/brevstemme/models/store/measure"
)

// benches is the table of measurements: each prints a table, or JSON, with its
// baseline from the same run.
var benches = map[string]func(context.Context, *console, bool) error{
	"forms":   benchForms,
	"journal": benchJournal,
	"pages":   benchPages,
	"verify":  benchVerify,
}

// bench measures one part against its baseline in the same run; PERFORMANCE.md
// keeps method and figures.
func bench(ctx context.Context, c *console, args []string) int {
	fs := c.flags("bench")
	asJSON := fs.Bool("json", false, c.text("command.flag_json"))
	rest, code, done := parse(fs, args)
	if done {
		return code
	}
	var err error
	switch {
	case len(rest) > 0 && rest[0] == "roster": // the one that may be given files
		if err = benchRoster(ctx, c, *asJSON, rest[1:]); err != nil {
			return c.rosterFaults(err)
		}
	case len(rest) != 1 || benches[rest[0]] == nil:
		return c.usage("bench.usage")
	default:
		err = benches[rest[0]](ctx, c, *asJSON)
	}
	if err != nil {
		return c.fail(err)
	}
	return exitOK
}

// withBenchDatabase gives f a private database on the disk of the working
// folder, durable as in production, and removes it afterwards.
func withBenchDatabase(ctx context.Context, f func(app, owner string) error) (err error) {
	dir, err := os.MkdirTemp(".", "bench-")
	if err != nil {
		return err
	}
	defer func() {
		if rerr := os.RemoveAll(dir); err == nil {
			err = rerr
		}
	}()
	db, err := localdb.Start(ctx, localdb.Options{Dir: dir})
	if err != nil {
		return err
	}
	defer func() {
		if serr := db.Stop(context.WithoutCancel(ctx)); err == nil {
			err = serr
		}
	}()
	if _, err := migrations.Up(ctx, db.OwnerDSN()); err != nil {
		return err
	}
	return f(db.AppDSN(), db.OwnerDSN())
}

func benchJournal(ctx context.Context, c *console, asJSON bool) error {
	return withBenchDatabase(ctx, func(app, owner string) error {
		rows, err := measure.Journal(ctx, app, owner, []int{1, 8, 32, 128, 300}, 3, 2*time.Second)
		if err != nil {
			return err
		}
		if asJSON {
			return c.json(rows)
		}
		fmt.Fprintf(c.stdout, "%8s %12s %12s %7s %10s %10s %7s %7s\n", "writers", "plain/s", "journal/s", "ratio", "plain p99", "p99 ms", "ratio", "two")
		for _, r := range rows {
			fmt.Fprintf(c.stdout, "%8d %12.0f %12.0f %7.2f %10.2f %10.2f %7.2f %7.2f\n", r.Writers, r.Plain, r.Journal, r.Ratio, r.PlainP99, r.P99, r.P99Ratio, r.Two)
		}
		return nil
	})
}

func benchVerify(ctx context.Context, c *console, asJSON bool) error {
	return withBenchDatabase(ctx, func(app, owner string) error {
		rows, err := measure.Verify(ctx, app, owner, []int{10_000, 100_000, 1_000_000})
		if err != nil {
			return err
		}
		if asJSON {
			return c.json(rows)
		}
		fmt.Fprintf(c.stdout, "%9s %14s %9s %7s %9s\n", "entries", "copy+hash s", "verify s", "ratio", "heap MB")
		for _, r := range rows {
			fmt.Fprintf(c.stdout, "%9d %14.2f %9.2f %7.1f %9.0f\n", r.Entries, r.Baseline, r.Verify, r.Ratio, r.HeapMB)
		}
		return nil
	})
}
