package main

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
)

// release is set by the linker: -ldflags "-X main.release=1.2.3". A build
// without it is named by its commit.
var release string

// buildName is the release, else the commit the binary was built from, else "devel".
func buildName() string {
	if release != "" {
		return release
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "devel"
	}
	name, dirty := "", ""
	for _, s := range info.Settings {
		switch s.Key {
		case "vcs.revision":
			name = s.Value
		case "vcs.modified":
			if s.Value == "true" {
				dirty = "-modified"
			}
		}
	}
	if name == "" {
		return "devel"
	}
	return name[:min(12, len(name))] + dirty
}

// version prints what was built, with which Go, for which machine.
func version(_ context.Context, c *console, args []string) int {
	fs := c.flags("version")
	asJSON := fs.Bool("json", false, c.text("command.flag_json"))
	rest, code, done := parse(fs, args)
	if done {
		return code
	}
	if len(rest) > 0 {
		return c.usage("command.too_many", rest[0])
	}
	platform := runtime.GOOS + "/" + runtime.GOARCH
	if *asJSON {
		v := map[string]string{"version": buildName(), "go": runtime.Version(), "platform": platform}
		if err := c.json(v); err != nil {
			return c.fail(err)
		}
		return exitOK
	}
	fmt.Fprintf(c.stdout, "brevstemme %s (%s, %s)\n", buildName(), runtime.Version(), platform)
	return exitOK
}
