#!/usr/bin/env bash
# Runs every fuzz target for the given time each (default 15s). Go fuzzes one
# target at a time, so the list is asked of the compiler, not kept by hand.
set -euo pipefail
cd "$(dirname "$0")/.."
time=${1:-15s}
grep -rlE '^func Fuzz' --include='*_test.go' . | xargs -n1 dirname | sort -u | while read -r dir; do
	grep -hoE '^func Fuzz[A-Za-z0-9_]+' "$dir"/*_test.go | awk '{print $2}' | while read -r target; do
		echo "== $dir $target"
		go test "$dir" -run '^$' -fuzz "^$target\$" -fuzztime "$time"
	done
done
