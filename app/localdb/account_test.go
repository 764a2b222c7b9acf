package localdb

import (
	"errors"
	"os"
	"os/user"
	"path/filepath"
	"strings"
	"testing"
)

// nobody is an ordinary account; the tests that need one run as root.
func nobody(t *testing.T) account {
	t.Helper()
	u, err := user.Lookup("nobody")
	if err != nil {
		t.Fatal(err)
	}
	a, err := fromUser(u)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// Both ways of starting work: as an ordinary account by itself, and as root by
// way of an ordinary one. A run without root proves the first only, and the
// other tests of the package are that proof.
func TestEveryAccountCanStart(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		s := started(t, Options{Dir: openDir(t)})
		if got := query(t, s.AppDSN(), `SELECT 1::text`); got != "1" {
			t.Error("no answer")
		}
		return
	}
	t.Run("ordinary", func(t *testing.T) {
		who := nobody(t)
		dir := filepath.Join(openDir(t), "own")
		if err := who.own(dir); err != nil {
			t.Fatal(err)
		}
		p := startHelper(t, Options{Dir: dir}, &who)
		if got := query(t, p.App, `SELECT 1::text`); got != "1" {
			t.Error("no answer")
		}
		p.stdin.Close()
		if err := p.cmd.Wait(); err != nil {
			t.Error(err)
		}
	})
	for _, name := range []string{"", "nobody"} {
		t.Run("root as "+name, func(t *testing.T) {
			dir := openDir(t)
			stopped(t, started(t, Options{Dir: dir, User: name}))
			s := started(t, Options{Dir: dir}) // the folder's owner stays
			info, err := os.Stat(s.folder.data())
			if err != nil {
				t.Fatal(err)
			}
			owner, err := ownerOf(s.folder.data(), info)
			if err != nil || owner.uid == 0 || (name != "" && owner.name != name) {
				t.Errorf("the data folder belongs to %s, %v", owner.name, err)
			}
		})
	}
}

func TestUnreachableFolder(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		// An ordinary account runs PostgreSQL as itself: nothing is barred.
		a := account{uid: os.Geteuid()}
		if err := a.reach("/"); err != nil {
			t.Error(err)
		}
		return
	}
	barred := openDir(t)
	const stranger = 54321 // an account that is neither ours nor PostgreSQL's
	if err := errors.Join(os.Chmod(barred, 0o700), os.Chown(barred, stranger, stranger)); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(barred, "var")
	t.Run("goes elsewhere and is found again", func(t *testing.T) {
		o := Options{Dir: dir, elsewhere: openDir(t)}
		first := started(t, o)
		stopped(t, first)
		second := started(t, o)
		if first.Dir() != second.Dir() || filepath.Dir(first.Dir()) != o.elsewhere {
			t.Errorf("folders %s and %s, want one below %s", first.Dir(), second.Dir(), o.elsewhere)
		}
	})
	t.Run("is explained when elsewhere is barred too", func(t *testing.T) {
		_, err := Start(limited(t), Options{Dir: filepath.Join(barred, "other"), elsewhere: filepath.Join(barred, "elsewhere")})
		if !errors.Is(err, ErrUnreachable) || !strings.Contains(err.Error(), barred) || !strings.Contains(err.Error(), "0700") {
			t.Errorf("err = %v, want ErrUnreachable that names %s and its mode", err, barred)
		}
	})
}

// A data folder of our own with mode 0700 is opened for walking through, and so
// are temporary folders above it, so that nothing of their clusters stays
// elsewhere.
func TestClosedDataFolderIsUsed(t *testing.T) {
	t.Parallel()
	closed := openDir(t)
	if err := os.Chmod(closed, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{closed, t.TempDir()} {
		s := started(t, Options{Dir: dir, elsewhere: openDir(t)})
		if s.Dir() != filepath.Join(dir, "postgres") {
			t.Errorf("the cluster is in %s, want it in %s", s.Dir(), dir)
		}
	}
	info, err := os.Stat(closed)
	if err != nil || info.Mode().Perm()&0o066 != 0 {
		t.Errorf("mode %v, %v: others may read or write", info.Mode(), err)
	}
}

func TestFolderOfRootIsExplained(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		return // only root can own such a folder
	}
	dir := openDir(t)
	data := filepath.Join(dir, "postgres", "data")
	if err := os.MkdirAll(data, 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := Start(limited(t), Options{Dir: dir}); err == nil || !strings.Contains(err.Error(), "chown -R postgres") {
		t.Errorf("err = %v, want one that says chown", err)
	}
}
