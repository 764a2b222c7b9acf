package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/brevstemme/brevstemme/models/roster"
)

// benchFamily is the word after "bench roster" for six more instances.
const benchFamily = "family"

// benchRoster measures the planner from scratch: cost after each budget, beside it
// the plain greedy, a solver of integer programmes where one is installed, and the
// proven bound. It works on the instances of the files named, on made-up ones of
// three sizes, or, for "family", on six others of 44 to 270 people without solver.
// Seeds are fixed, so that two runs work on the same instances. Budgets count
// processor time: other work on the machine makes a run longer, not worse.
func benchRoster(ctx context.Context, c *console, asJSON bool, args []string) error {
	todo := roster.BenchPlan{Seed: 1, Budgets: roster.BenchBudgets, BoundTime: 10 * time.Minute, CPU: processorTime}
	var instances []roster.Instance
	switch {
	case len(args) == 1 && args[0] == benchFamily:
		for i, size := range [][2]int{{7, 44}, {13, 90}, {18, 120}, {25, 165}, {32, 215}, {40, 270}} {
			instances = append(instances, roster.Generate(int64(11+i), size[0], size[1]))
		}
	case len(args) > 0:
		for _, f := range args {
			in, err := c.readInstance(f)
			if err != nil {
				return err
			}
			instances = append(instances, in)
		}
	default:
		instances = []roster.Instance{roster.Generate(1, 3, 16), roster.Generate(2, 18, 120), roster.Generate(3, 60, 400)}
	}
	if m, found := findMILP(); found && !(len(args) == 1 && args[0] == benchFamily) {
		todo.Solver, todo.SolverName = m.run, m.name
		todo.Budgets = append(slices.Clone(todo.Budgets), time.Minute) // the solver needs longer before it finds anything
	}
	rows := make([]roster.BenchRow, 0, len(instances))
	for _, in := range instances {
		its := todo
		if len(in.Places) >= largePlaces { // a minute for us; a million columns are too many for the others
			its.Solver, its.SolverName = nil, ""
			its.Budgets = []time.Duration{2 * time.Second, 10 * time.Second, time.Minute}
		}
		row, err := roster.Bench(ctx, in, its)
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

// largePlaces is where an instance gets a minute.
const largePlaces = 100

// rosterTable writes a line for the greedy, one for each budget, and one for the
// solver beside it.
func (c *console) rosterTable(rows []roster.BenchRow) error {
	fmt.Fprintf(c.stdout, "%-22s %6s %8s %6s %-7s %8s %8s %8s %9s %8s %9s %7s %6s\n", "instance", "places", "sessions", "staff", "by", "budget s", "cpu s", "took s", "cost", "missing", "bound", "gap %", "broken")
	for _, r := range rows {
		gap := (roster.Bound{Value: r.Bound}).Gap(r.Greedy)
		fmt.Fprintf(c.stdout, "%-22s %6d %8d %6d %-7s %8s %8s %8s %9d %8d %9d %7.2f %6s\n", r.Instance, r.Places, r.Sessions, r.Staff, "greedy", "", "", "", r.Greedy, r.GreedyShort, r.Bound, 100*gap, "")
		for i, p := range r.Points {
			c.rosterPoint("ours", p)
			if i < len(r.SolverRuns) {
				c.rosterPoint(r.Solver, r.SolverRuns[i])
			}
		}
		if r.Solver == "" {
			fmt.Fprintf(c.stdout, "%45s %s\n", "", "cbc, highs: not installed, or not asked for")
		}
	}
	return nil
}

// rosterPoint is one run; a solver that found no plan says so.
func (c *console) rosterPoint(by string, p roster.BenchCost) {
	bound := ""
	if p.Proven > 0 {
		bound = fmt.Sprintf("%.0f", p.Proven)
	}
	if !p.Found {
		fmt.Fprintf(c.stdout, "%45s %-7s %8.1f %8.2f %8.2f %9s %8s %9s\n", "", by, p.Seconds, p.CPU, p.Took, "no plan", "", bound)
		return
	}
	fmt.Fprintf(c.stdout, "%45s %-7s %8.1f %8.2f %8.2f %9d %8d %9s %7.2f %6d\n", "", by, p.Seconds, p.CPU, p.Took, p.Cost, p.Shortage, bound, 100*p.Gap, p.Violations)
}
