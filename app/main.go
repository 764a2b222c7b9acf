// Command brevstemme plans postal-vote sessions at Danish libraries, keeps the
// chain of custody of every vote envelope and prints the forms. "brevstemme
// help" lists what it can do; each command stands in a file of its own.
package main

import (
	"context"
	"os"
)

func main() {
	os.Exit(run(context.Background(), os.Args[1:], os.Getenv, os.Stdin, os.Stdout, os.Stderr))
}
