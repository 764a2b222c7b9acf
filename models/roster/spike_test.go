package roster

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"
)

func load(t testing.TB, n string) Instance {
	f, _ := os.Open("/work/shared/data/planner/" + n + ".json")
	in, err := ReadInstance(f)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

func TestSpike(t *testing.T) {
	secs := strings.Split(os.Getenv("SECS"), ",")
	for _, n := range strings.Split(os.Getenv("INST"), ",") {
		in := load(t, n)
		for _, sec := range secs {
			f, _ := strconv.ParseFloat(sec, 64)
			start := time.Now()
			r, err := Solve(context.Background(), in, Options{Seed: 1, Time: time.Duration(f * 1e9)})
			v, _ := Check(in, r.Plan.Assignments)
			fmt.Println(n, sec, r.Cost, len(v), err, r.Iterations, time.Since(start))
		}
	}
}
