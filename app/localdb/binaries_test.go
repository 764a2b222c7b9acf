package localdb

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// fakeInstallation writes the two programs as scripts that answer --version.
func fakeInstallation(t *testing.T, postgres, initdb string) string {
	t.Helper()
	dir := t.TempDir()
	for name, answer := range map[string]string{"postgres": postgres, "initdb": initdb} {
		script := "#!/bin/sh\n" + answer + "\n"
		if err := os.WriteFile(filepath.Join(dir, name), []byte(script), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func TestFindInFolders(t *testing.T) {
	version := func(v string) string { return "echo 'x (PostgreSQL) " + v + "'" }
	good15 := fakeInstallation(t, version("15.14 (Debian 15.14-0+deb12u1)"), version("15.14"))
	good18 := fakeInstallation(t, version("18beta1"), version("18beta1"))
	old := fakeInstallation(t, version("14.9"), version("14.9"))
	mixed := fakeInstallation(t, version("17.1"), version("16.1"))
	broken := fakeInstallation(t, "exit 1", version("17.1"))
	silent := fakeInstallation(t, "true", "true")
	list, err := findIn(context.Background(), []string{old, good15, mixed, broken, good18, silent, good15, "/nowhere"})
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != 2 || list[0].Major != 18 || list[1].Major != 15 {
		t.Errorf("found %+v, want 18 and 15", list)
	}
	_, err = findIn(context.Background(), []string{old, mixed, broken, silent})
	if !errors.Is(err, ErrNoBinaries) || !strings.Contains(err.Error(), "install") {
		t.Errorf("err = %v, want ErrNoBinaries with a command", err)
	}
}

func TestThisMachinesBinariesWork(t *testing.T) {
	list, err := FindBinaries(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for i, b := range list {
		if b.Major < oldestMajor || (i > 0 && b.Major > list[i-1].Major) {
			t.Errorf("list = %+v: too old, or not newest first", list)
		}
	}
}

func TestChooseKeepsTheFoldersVersion(t *testing.T) {
	list := []Binaries{{"/b/17", 17}, {"/b/15", 15}}
	for _, c := range []struct{ folder, want int }{{0, 17}, {17, 17}, {15, 15}} {
		if b, err := choose(list, c.folder); err != nil || b.Major != c.want {
			t.Errorf("choose(%d) = %+v, %v; want %d", c.folder, b, err, c.want)
		}
	}
	_, err := choose(list, 16)
	if !errors.Is(err, ErrNoBinaries) || !strings.Contains(err.Error(), "16") {
		t.Errorf("choose(16): %v", err)
	}
}

func TestInstallCommand(t *testing.T) {
	have := func(names ...string) func(string) (string, error) {
		return func(name string) (string, error) {
			for _, n := range names {
				if n == name {
					return "/bin/" + n, nil
				}
			}
			return "", errors.New("not found")
		}
	}
	for _, c := range []struct {
		goos  string
		tools []string
		want  string
	}{
		{"linux", []string{"apt-get", "brew"}, "apt-get install postgresql"},
		{"linux", []string{"dnf"}, "dnf install postgresql-server"},
		{"linux", []string{"apk"}, "apk add postgresql17"},
		{"linux", nil, "apt-get install postgresql"},
		{"darwin", nil, "brew install postgresql@17"},
	} {
		if got := installCommand(c.goos, have(c.tools...)); got != c.want {
			t.Errorf("%s %v: %s, want %s", c.goos, c.tools, got, c.want)
		}
	}
}

func TestFetchingThatFailsNamesTheCommand(t *testing.T) {
	repository := httptest.NewServer(http.NotFoundHandler())
	defer repository.Close()
	_, err := fetchBinaries(context.Background(), t.TempDir(), repository.URL)
	if !errors.Is(err, ErrNoBinaries) || !strings.Contains(err.Error(), "install it by running") {
		t.Errorf("err = %v", err)
	}
}
