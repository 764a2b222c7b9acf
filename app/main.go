// Command brevstemme plans postal-vote sessions at Danish libraries, keeps the
// chain of custody of every vote envelope and prints the forms. "brevstemme
// help" lists what it can do; each command stands in a file of its own.
package main

import (
	"context"
	"os"
	"runtime/debug"
)

// garbagePercent: the live heap is small and what an act leaves behind is much;
// collecting a quarter as often takes a third off the cost of a count. GOGC in
// the environment wins.
const garbagePercent = 400

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(garbagePercent)
	}
	os.Exit(run(context.Background(), os.Args[1:], os.Getenv, os.Stdin, os.Stdout, os.Stderr))
}
