package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"time"

	"github.com/brevstemme/brevstemme/models/roster"
)

// milp is a solver of integer programmes that happens to be installed; the
// planner is measured against it and never needs it.
type milp struct {
	name  string
	path  string
	args  func(model, solution string, seconds float64) []string
	bound *regexp.Regexp // its proven bound, in what it prints
}

// milps are those that bench roster knows.
var milps = []milp{
	{name: "cbc", args: func(model, solution string, seconds float64) []string {
		return []string{model, "-timeMode", "cpu", "-seconds", fmt.Sprint(seconds), "-solve", "-solution", solution}
	}, bound: regexp.MustCompile(`(?m)^(?:Lower bound:|Result - Optimal solution found\s+Objective value:)\s+([0-9.e+]+)`)},
	{name: "highs", args: func(model, solution string, seconds float64) []string {
		return []string{"--time_limit", fmt.Sprint(seconds), "--solution_file", solution, model}
	}, bound: regexp.MustCompile(`(?m)^\s*Dual bound\s+([0-9.e+]+)`)},
}

// findMILP looks for a solver in PATH.
func findMILP() (milp, bool) {
	for _, m := range milps {
		if path, err := exec.LookPath(m.name); err == nil {
			m.path = path
			return m, true
		}
	}
	return milp{}, false
}

// run gives the solver the instance and as much processor time as the planner's
// threads get together. Solvers look at the time now and then only, so that they
// may take more; one that goes on for long is stopped and has found nothing.
func (m milp) run(ctx context.Context, in roster.Instance, budget time.Duration) (point roster.BenchCost, plan []roster.Assignment, err error) {
	dir, err := os.MkdirTemp("", "milp-")
	if err != nil {
		return point, nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	model, solution := filepath.Join(dir, "model.lp"), filepath.Join(dir, "solution.txt")
	var text bytes.Buffer
	if err := roster.WriteLP(&text, in); err != nil {
		return point, nil, err
	}
	if err := os.WriteFile(model, text.Bytes(), 0o600); err != nil {
		return point, nil, err
	}
	limited, cancel := context.WithTimeout(ctx, 10*budget+2*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(limited, m.path, m.args(model, solution, budget.Seconds()*roster.DefaultThreads)...)
	start := time.Now()
	said, err := cmd.CombinedOutput()
	point.Seconds, point.Took = budget.Seconds(), time.Since(start).Seconds()
	if cmd.ProcessState != nil {
		point.CPU = (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds()
	}
	if err != nil {
		if ctx.Err() == nil && limited.Err() != nil {
			return point, nil, nil
		}
		return point, nil, fmt.Errorf("%s: %w: %.400s", m.name, err, said)
	}
	if found := m.bound.FindSubmatch(said); found != nil {
		point.Proven, _ = strconv.ParseFloat(string(found[1]), 64)
	}
	f, err := os.Open(solution)
	if errors.Is(err, os.ErrNotExist) {
		return point, nil, nil
	}
	if err != nil {
		return point, nil, err
	}
	defer f.Close()
	plan, point.Found, err = roster.ReadLPSolution(f)
	return point, plan, err
}
