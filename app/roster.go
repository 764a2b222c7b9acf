package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/brevstemme/brevstemme/models/roster"
)

// rosterVerbs are the words after "roster".
func rosterVerbs() []command {
	return []command{{"solve", "roster.command", rosterSolve}}
}

// rosterCommand plans staff on instance files, without a database.
func rosterCommand(ctx context.Context, c *console, args []string) int {
	if len(args) > 0 {
		for _, v := range rosterVerbs() {
			if v.name == args[0] {
				return v.run(ctx, c, args[1:])
			}
		}
	}
	return c.usage("roster.error.verb")
}

// rosterSolve reads an instance and writes the best plan found. A plan is
// written also when people are missing: the shortage stands in it. When --out is
// "-" the plan goes to stdout.
func rosterSolve(ctx context.Context, c *console, args []string) int {
	fs := c.flags("roster solve")
	in := fs.String("in", "", c.text("roster.flag.in"))
	out := fs.String("out", "", c.text("roster.flag.out"))
	limit := fs.Duration("time", 0, c.text("roster.flag.time"))
	seed := fs.Int64("seed", 0, c.text("roster.flag.seed"))
	iterations := fs.Int64("iterations", 0, c.text("roster.flag.iterations"))
	rest, code, done := parse(fs, args)
	switch {
	case done:
		return code
	case len(rest) > 0:
		return c.usage("command.too_many", rest[0])
	case *in == "":
		return c.usage("command.flag_missing", "--in")
	case *out == "":
		return c.usage("command.flag_missing", "--out")
	case *limit < 0 || *iterations < 0:
		return c.usage("roster.error.budget")
	}
	instance, err := c.readInstance(*in)
	if err != nil {
		return c.rosterFaults(err)
	}
	start := time.Now()
	result, err := roster.Solve(ctx, instance, roster.Options{Seed: *seed, Time: *limit, Iterations: *iterations})
	if err != nil {
		return c.rosterFaults(err)
	}
	if err := c.writePlan(*out, result.Plan); err != nil {
		return c.fail(err)
	}
	c.say("roster.solved", instance.Name, result.Plan.Cost, result.Plan.Shortage, len(result.Plan.Assignments), time.Since(start).Seconds())
	return exitOK
}

// readInstance reads an instance file, "-" for standard input.
func (c *console) readInstance(name string) (roster.Instance, error) {
	data, err := c.readList(name)
	if err != nil {
		return roster.Instance{}, err
	}
	return roster.ReadInstance(bytes.NewReader(data))
}

// writePlan writes the plan; a file appears whole or not at all.
func (c *console) writePlan(name string, p roster.Plan) error {
	var b bytes.Buffer
	if err := roster.WritePlan(&b, p); err != nil {
		return err
	}
	if name == "-" {
		_, err := c.stdout.Write(b.Bytes())
		return err
	}
	if err := os.WriteFile(name+".tmp", b.Bytes(), 0o644); err != nil {
		return err
	}
	return os.Rename(name+".tmp", name)
}

// rosterFaults says every fault of an instance, a line each.
func (c *console) rosterFaults(err error) int {
	var findings roster.Findings
	if !errors.As(err, &findings) {
		return c.fail(err)
	}
	for _, f := range findings {
		fmt.Fprintln(c.stderr, c.text(f.Key(), append([]any{f.Where}, f.Args...)...))
	}
	return exitNo
}
