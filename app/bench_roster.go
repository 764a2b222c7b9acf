package main

import (
	"context"
	"fmt"
	"time"

	"github.com/brevstemme/brevstemme/models/roster"
)

// benchRoster measures the planner from scratch: cost after each budget, the
// plain greedy beside it and the proven bound, on the instances of the files
// named, or on made-up ones of three sizes. Seeds are fixed, so that two runs
// work on the same instances.
func benchRoster(ctx context.Context, c *console, asJSON bool, files []string) error {
	instances := []roster.Instance{roster.Generate(1, 3, 16), roster.Generate(2, 18, 120), roster.Generate(3, 60, 400)}
	if len(files) > 0 {
		instances = nil
		for _, f := range files {
			in, err := c.readInstance(f)
			if err != nil {
				return err
			}
			instances = append(instances, in)
		}
	}
	rows := make([]roster.BenchRow, 0, len(instances))
	for _, in := range instances {
		row, err := roster.Bench(ctx, in, 1, roster.BenchBudgets, 30*time.Second)
		if err != nil {
			return err
		}
		rows = append(rows, row)
	}
	if asJSON {
		return c.json(rows)
	}
	return c.rosterTable(rows)
}

// rosterTable writes a line for the greedy and one for each budget.
func (c *console) rosterTable(rows []roster.BenchRow) error {
	fmt.Fprintf(c.stdout, "%-12s %6s %8s %6s %8s %8s %9s %8s %9s %7s %6s\n", "instance", "places", "sessions", "staff", "budget s", "took s", "cost", "missing", "bound", "gap %", "broken")
	for _, r := range rows {
		gap := (roster.Bound{Value: r.Bound}).Gap(r.Greedy)
		fmt.Fprintf(c.stdout, "%-12s %6d %8d %6d %8s %8s %9d %8d %9d %7.2f %6s\n", r.Instance, r.Places, r.Sessions, r.Staff, "greedy", "", r.Greedy, r.GreedyShort, r.Bound, 100*gap, "")
		for _, p := range r.Points {
			fmt.Fprintf(c.stdout, "%-12s %6s %8s %6s %8.1f %8.2f %9d %8d %9s %7.2f %6d\n", "", "", "", "", p.Seconds, p.Took, p.Cost, p.Shortage, "", 100*p.Gap, p.Violations)
		}
	}
	return nil
}
