package localdb

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

// oldestMajor is the oldest PostgreSQL that the schema works on.
const oldestMajor = 15

// ErrNoBinaries says that the machine has no usable PostgreSQL; the error
// around it names the one command that installs it.
var ErrNoBinaries = errors.New("PostgreSQL was not found")

// Binaries is one installation of PostgreSQL's server programs.
type Binaries struct {
	Dir   string // folder of postgres and initdb, symbolic links resolved
	Major int    // 15, 16, 17 …
}

// folders are the places where packages put PostgreSQL's programs: Debian and
// Ubuntu, PostgreSQL's own RPMs, Alpine, Homebrew on both kinds of Mac,
// Postgres.app.
var folders = []string{
	"/usr/lib/postgresql/*/bin",
	"/usr/pgsql-*/bin",
	"/usr/libexec/postgresql*",
	"/opt/homebrew/opt/postgresql@*/bin",
	"/opt/homebrew/opt/postgresql/bin",
	"/usr/local/opt/postgresql@*/bin",
	"/usr/local/opt/postgresql/bin",
	"/home/linuxbrew/.linuxbrew/opt/postgresql@*/bin",
	"/Applications/Postgres.app/Contents/Versions/*/bin",
}

// FindBinaries lists the usable installations of PostgreSQL 15 or newer on this
// machine, newest first: those in the known folders and the one in PATH. Each
// has answered to --version, so a broken wrapper does not count. The error is
// [ErrNoBinaries] when there are none.
func FindBinaries(ctx context.Context) ([]Binaries, error) {
	var dirs []string
	for _, pattern := range folders {
		found, err := filepath.Glob(pattern)
		if err != nil {
			return nil, fmt.Errorf("look for PostgreSQL: %w", err)
		}
		dirs = append(dirs, found...)
	}
	if path, err := exec.LookPath("postgres"); err == nil {
		dirs = append(dirs, realDir(path))
	}
	return findIn(ctx, dirs)
}

// findIn is FindBinaries over given folders.
func findIn(ctx context.Context, dirs []string) ([]Binaries, error) {
	var list []Binaries
	for _, dir := range dirs {
		b, ok := probe(ctx, dir)
		if ok && !slices.Contains(list, b) {
			list = append(list, b)
		}
	}
	if len(list) == 0 {
		return nil, noBinaries()
	}
	slices.SortStableFunc(list, func(a, b Binaries) int { return b.Major - a.Major })
	return list, nil
}

// probe asks the two programs in dir for their versions.
func probe(ctx context.Context, dir string) (Binaries, bool) {
	dir = realDir(filepath.Join(dir, "postgres"))
	major := versionOf(ctx, filepath.Join(dir, "postgres"))
	if major < oldestMajor || versionOf(ctx, filepath.Join(dir, "initdb")) != major {
		return Binaries{}, false
	}
	return Binaries{Dir: dir, Major: major}, true
}

// versionPattern reads "postgres (PostgreSQL) 15.14 (Debian …)" and betas.
var versionPattern = regexp.MustCompile(`\(PostgreSQL\) (\d+)`)

// versionOf runs one program with --version; 0 when it does not answer.
func versionOf(ctx context.Context, program string) int {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, program, "--version").Output()
	if err != nil {
		return 0
	}
	m := versionPattern.FindSubmatch(out)
	if m == nil {
		return 0
	}
	major, err := strconv.Atoi(string(m[1]))
	if err != nil {
		return 0
	}
	return major
}

// realDir is the folder of a program after following symbolic links: PostgreSQL
// finds its other files relative to the real one.
func realDir(program string) string {
	if real, err := filepath.EvalSymlinks(program); err == nil {
		program = real
	}
	return filepath.Dir(program)
}

// choose picks the installation for a data folder: its own major version when
// the folder exists (PostgreSQL opens no other), the newest otherwise.
func choose(list []Binaries, folderMajor int) (Binaries, error) {
	if folderMajor == 0 {
		return list[0], nil
	}
	for _, b := range list {
		if b.Major == folderMajor {
			return b, nil
		}
	}
	return Binaries{}, fmt.Errorf("the data folder was made by PostgreSQL %d and this machine has PostgreSQL %d: install version %d again, or restore a backup into a new folder: %w",
		folderMajor, list[0].Major, folderMajor, ErrNoBinaries)
}

// folderMajor reads PG_VERSION of a data folder; 0 when there is no cluster yet.
func folderMajor(data string) (int, error) {
	text, err := os.ReadFile(filepath.Join(data, "PG_VERSION"))
	if errors.Is(err, os.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("read the data folder's version: %w", err)
	}
	major, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		return 0, fmt.Errorf("read the data folder's version: %w", err)
	}
	return major, nil
}

// noBinaries is ErrNoBinaries with the command for this machine.
func noBinaries() error {
	return fmt.Errorf("%w (version %d or newer is needed); install it by running: %s",
		ErrNoBinaries, oldestMajor, installCommand(runtime.GOOS, exec.LookPath))
}

// installCommand is the one command that installs PostgreSQL here, judged by the
// package tool at hand.
func installCommand(goos string, look func(string) (string, error)) string {
	if goos == "darwin" {
		return "brew install postgresql@17"
	}
	for _, tool := range []struct{ name, command string }{
		{"apt-get", "apt-get install postgresql"},
		{"dnf", "dnf install postgresql-server"},
		{"apk", "apk add postgresql17"},
		{"brew", "brew install postgresql@17"},
	} {
		if _, err := look(tool.name); err == nil {
			return tool.command
		}
	}
	return "apt-get install postgresql"
}
