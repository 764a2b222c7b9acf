package roster

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// programme reads back what WriteLP wrote: the sum of each row's terms at the
// values given, by row, with its relation and limit.
func programme(t *rapid.T, text string, value func(column string) float64, row func(name string, sum float64, relation string, limit float64)) {
	text, _, _ = strings.Cut(text, "Bounds\n")
	for _, r := range regexp.MustCompile(`(?s) (\w+):(.*?)(?:( <= | = )(\d+)\n|\nSubject)`).FindAllStringSubmatch(text, -1) {
		sum := 0.0
		for _, term := range regexp.MustCompile(`([+-]) (\d+ )?([a-z]_\w+)`).FindAllStringSubmatch(r[2], -1) {
			c := 1.0
			if term[2] != "" {
				c, _ = strconv.ParseFloat(strings.TrimSpace(term[2]), 64)
			}
			if term[1] == "-" {
				c = -c
			}
			sum += c * value(term[3])
		}
		limit, err := strconv.ParseFloat(r[4], 64)
		if err != nil && r[1] != "obj" {
			t.Fatal(r[0])
		}
		row(r[1], sum, strings.TrimSpace(r[3]), limit)
	}
}

// columns are the values that a plan gives the programme's columns.
func columns(in Instance, plan []Assignment) map[string]float64 {
	v := map[string]float64{}
	s := newState(compile(in))
	s.load(plan)
	l := lpWriter{m: s.model, b: newBounder(s.model, s)}
	for p := range s.P {
		minutes, unpopular := 0, 0
		l.each(func(q int, e entry) {
			if q == p && s.pat[p*s.D+int(s.pats[e.pat].day)] == e.pat {
				v[l.name(p, e)] = 1
				minutes, unpopular = minutes+int(s.pats[e.pat].minutes), unpopular+int(s.pats[e.pat].unp)
			}
		})
		fill := func(kind string, n int, steps []int, unit int) {
			for k := range steps {
				most := steps[k] / unit
				if k > 0 {
					most -= steps[k-1] / unit
				}
				v[kind+"_"+strconv.Itoa(p)+"_"+strconv.Itoa(k)] = float64(min(n, most))
				n -= min(n, most)
			}
		}
		fill("o", max(0, minutes-in.Staff[p].TargetMin)/30, in.Weights.OverStep, 30)
		fill("u", max(0, unpopular-in.Weights.UnpopularFree), in.Weights.UnpopularStep, 1)
	}
	for x, ses := range in.Sessions {
		n := ses.Need
		for _, a := range plan {
			if a.Session == x {
				n--
			}
		}
		v["h_"+strconv.Itoa(x)] = float64(n)
	}
	return v
}

// Every plan without broken rules satisfies every row, and its cost is the
// objective's value.
func TestProgrammeHoldsForEveryPlan(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		in := randomInstance(t)
		res, err := Solve(context.Background(), in, Options{Iterations: 2000})
		if err != nil {
			t.Fatal(err)
		}
		var text bytes.Buffer
		if err := WriteLP(&text, in); err != nil {
			t.Fatal(err)
		}
		v := columns(in, res.Plan.Assignments)
		programme(t, text.String(), func(c string) float64 { return v[c] }, func(name string, sum float64, relation string, limit float64) {
			switch {
			case name == "obj" && sum != float64(res.Plan.Cost):
				t.Fatalf("the objective says %g, the plan costs %d", sum, res.Plan.Cost)
			case relation == "=" && sum != limit, relation == "<=" && sum > limit:
				t.Fatalf("row %s: %g %s %g", name, sum, relation, limit)
			}
		})
	})
}

// A solver finds the optimum that trying every plan finds, and its plan is read
// back as one that breaks nothing: no row is missing and none is too much.
func TestProgrammeHasTheOptimum(t *testing.T) {
	cbc, err := exec.LookPath("cbc")
	if err != nil {
		t.Fatal("the solver CBC is missing (make install)")
	}
	dir := t.TempDir()
	made := rapid.Custom(tinyInstance)
	rest := Instance{Days: 2, MaxDayMin: 480, MinRestMin: 660, Places: []Place{{}}, Weights: DefaultWeights(),
		Sessions: []Session{{Day: 0, Start: 960, End: 1260, Need: 1}, {ID: 1, Day: 1, Start: 420, End: 540, Need: 1}},
		Staff:    []Person{{MaxWeekMin: 900, MaxTotalMin: 900, TargetMin: 900}}}
	for seed := range 60 {
		in := made.Example(seed)
		if seed == 0 {
			in = rest
		}
		var text bytes.Buffer
		if err := WriteLP(&text, in); err != nil {
			t.Fatal(err)
		}
		model, solution := filepath.Join(dir, "m.lp"), filepath.Join(dir, "s.txt")
		if err := os.WriteFile(model, text.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		if said, err := exec.Command(cbc, model, "-solve", "-solution", solution).CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, said)
		}
		f, err := os.ReadFile(solution)
		if err != nil {
			t.Fatal(err)
		}
		plan, found, err := ReadLPSolution(bytes.NewReader(f))
		if err != nil || !found {
			t.Fatalf("%v %v in\n%s", found, err, f)
		}
		broken, cost := Check(in, plan)
		if want := cheapest(in); len(broken) > 0 || cost.Total != want {
			t.Errorf("seed %d: cost %d, optimum %d, broken %v", seed, cost.Total, want, broken)
		}
	}
}

func TestReadLPSolution(t *testing.T) {
	for _, c := range []struct {
		text  string
		found bool
		plan  []Assignment
		fails bool
	}{
		{"Optimal - objective value 12\n 14 x_0_7_8 1 6\n 15 x_1_3 0.9999 2\n 16 x_2_3 0 2\n 90 h_3 1 5000\n", true, []Assignment{{3, 1}, {7, 0}, {8, 0}}, false},
		{"Model status\nOptimal\n\n# Primal solution values\nFeasible\nObjective 12\n# Columns 2\nx_0_7 1\nx_1_7 0\n", true, []Assignment{{7, 0}}, false},
		{"Stopped on time (no integer solution - continuous used) - objective value 7\n 1 x_0_1 1 3\n", false, []Assignment{{1, 0}}, false},
		{"Optimal\n 1 x_0_b 1 3\n", true, nil, true},
		{"Optimal\n 1 x_0_1 one 3\n", true, nil, true},
	} {
		plan, found, err := ReadLPSolution(strings.NewReader(c.text))
		if c.fails {
			if err == nil {
				t.Errorf("%q: no error", c.text)
			}
			continue
		}
		if err != nil || found != c.found || len(plan) != len(c.plan) {
			t.Errorf("%q: %v %v %v", c.text, plan, found, err)
			continue
		}
		for i := range plan {
			if plan[i] != c.plan[i] {
				t.Errorf("%q: %v", c.text, plan)
			}
		}
	}
}
