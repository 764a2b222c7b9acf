package pgtest

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/brevstemme/brevstemme/app/localdb"
)

func TestProcessesShareOneCluster(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "state")
	first, err := open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer first.server.Stop(context.Background())
	second, err := open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if first.server.Dir() != second.server.Dir() {
		t.Errorf("two clusters: %s and %s", first.server.Dir(), second.server.Dir())
	}
	for _, c := range []*cluster{first, second} {
		if name, err := c.template(); err != nil || name == "" {
			t.Errorf("template %q, %v", name, err)
		}
	}
	if got := one(t, second.admin, `SELECT count(*)::text FROM pg_database WHERE datistemplate AND datname LIKE 'template\_%'`); got != "1" {
		t.Errorf("%s templates, want 1", got)
	}
}

func TestGoneClusterIsReplaced(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "state")
	first, err := open(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(first.admin.Close(), first.server.Stop(context.Background())); err != nil {
		t.Fatal(err)
	}
	second, err := open(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer second.server.Stop(context.Background())
	if first.server.Dir() == second.server.Dir() {
		t.Error("the stopped cluster was named again")
	}
}

func TestForeignStateFolderIsRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := ownDir(dir); err == nil {
		t.Error("a folder open to all was taken")
	}
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(dir, link); err != nil {
		t.Fatal(err)
	}
	if err := ownDir(link); err == nil {
		t.Error("a symbolic link was taken")
	}
	if _, err := localdb.Join(dir); !errors.Is(err, localdb.ErrGone) {
		t.Errorf("Join of an empty folder: %v", err)
	}
}
