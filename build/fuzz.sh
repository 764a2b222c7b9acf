#!/usr/bin/env bash
# Runs every fuzz target for the given time (15s) or number of inputs (2000x)
# each, default 15s. Go fuzzes one target at a time, and the list is read from
# the sources, not kept by hand. Continuous integration gives a number: at the
# end of a time Go now and then reports its own "context deadline exceeded" as
# a failure of the target (golang/go issue 75804).
set -euo pipefail
cd "$(dirname "$0")/.."
time=${1:-15s}
grep -rlE '^func Fuzz' --include='*_test.go' . | xargs -n1 dirname | sort -u | while read -r dir; do
	grep -hoE '^func Fuzz[A-Za-z0-9_]+' "$dir"/*_test.go | awk '{print $2}' | while read -r target; do
		echo "== $dir $target"
		go test "$dir" -run '^$' -fuzz "^$target\$" -fuzztime "$time" -fuzzminimizetime 10x
	done
done
