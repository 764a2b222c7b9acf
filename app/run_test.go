package main

import (
	"bytes"
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/brevstemme/brevstemme/models/language"
)

// runs calls run in this process and gives exit code, stdout and stderr.
func runs(t *testing.T, args ...string) (int, string, string) {
	t.Helper()
	var out, errs bytes.Buffer
	code := run(context.Background(), args, func(string) string { return "" }, strings.NewReader(""), &out, &errs)
	return code, out.String(), errs.String()
}

func TestFlagsStandAnywhere(t *testing.T) {
	for _, c := range []struct {
		args string
		rest string
		ok   bool
	}{
		{"a --json b", "a b", true},
		{"--n 3 a --json", "a", true},
		{"a --n=3", "a", true},
		{"a -- --json", "a --json", false},
		{"- --json", "-", true},
	} {
		cs := &console{stderr: &bytes.Buffer{}}
		fs := cs.flags("x")
		j := fs.Bool("json", false, "")
		n := fs.Int("n", 0, "")
		rest, code, done := parse(fs, strings.Fields(c.args))
		if done || code != exitOK || strings.Join(rest, " ") != c.rest || (*j || *n == 3) != c.ok {
			t.Errorf("%s: %v %d %v", c.args, rest, code, done)
		}
	}
}

func TestExitCodes(t *testing.T) {
	for _, c := range []struct {
		args string
		want int
	}{
		{"", exitUsage}, {"help", exitOK}, {"nonsense", exitUsage}, {"version", exitOK},
		{"calendar --type kv --date 2025-11-18 --json", exitOK}, {"calendar --type kv --date 2013-11-19", exitNo}, {"calendar --type fv --date 2015-06-18", exitNo},
		{"calendar --type fv --date 2026-03-24", exitUsage}, {"calendar", exitUsage}, {"calendar --help", exitOK},
		{"schedule", exitUsage}, {"schedule check --type kv --date 2021-11-16 no-such-file.csv", exitFail},
		{"schedule check --type kv --date 2021-11-16 -", exitNo}, {"schedule check -", exitUsage},
		{"version --no-such", exitUsage}, {"version --help", exitOK}, {"--version", exitOK},
	} {
		if code, out, errs := runs(t, strings.Fields(c.args)...); code != c.want {
			t.Errorf("%q: exit %d, want %d\n%s%s", c.args, code, c.want, out, errs)
		}
	}
}

// Every command has a summary in the catalogue and a name of its own.
func TestCommandsAreNamed(t *testing.T) {
	var names []string
	for _, c := range commands() {
		if !language.Has(c.summary) {
			t.Errorf("%s: no summary %s", c.name, c.summary)
		}
		if slices.Contains(names, c.name) {
			t.Errorf("%s stands twice", c.name)
		}
		names = append(names, c.name)
	}
}
