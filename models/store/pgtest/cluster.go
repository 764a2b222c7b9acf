package pgtest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib" // the database/sql driver "pgx"

	"github.com/brevstemme/brevstemme/app/localdb"
	"github.com/brevstemme/brevstemme/migrations"
)

// cluster is this process's hold on the shared cluster.
type cluster struct {
	server   *localdb.Server
	admin    *sql.DB // superuser, in the database "postgres"
	lock     string  // path of the lock file that orders starters and template makers
	template func() (string, error)
}

// once is the process's one cluster; it lives until the process ends, and the
// system lets go of it then.
var once = sync.OnceValues(func() (*cluster, error) { return open(stateDir()) })

// shared returns the cluster or fails the test.
func shared(tb testing.TB) *cluster {
	tb.Helper()
	c, err := once()
	if err != nil {
		tb.Fatalf("pgtest: %v", err)
	}
	return c
}

// stateDir is where processes of one account find each other. It holds a lock
// file and the name of the running cluster's folder.
func stateDir() string {
	return filepath.Join(localdb.RAMDir(), fmt.Sprintf("brevstemme-test-%d", os.Geteuid()))
}

// open joins the running cluster, or starts one while others wait at the lock.
func open(dir string) (*cluster, error) {
	if err := ownDir(dir); err != nil {
		return nil, err
	}
	c := &cluster{lock: filepath.Join(dir, "lock")}
	c.template = sync.OnceValues(c.makeTemplate)
	err := c.locked(func() error { return c.joinOrStart(filepath.Join(dir, "cluster")) })
	if err != nil {
		return nil, err
	}
	return c, nil
}

// ownDir makes the folder, and refuses one that somebody else put there: /dev/shm
// is open to all.
func ownDir(dir string) error {
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, os.ErrExist) {
		return err
	}
	info, err := os.Lstat(dir)
	if err != nil {
		return err
	}
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok || !info.IsDir() || int(stat.Uid) != os.Geteuid() || info.Mode().Perm() != 0o700 {
		return fmt.Errorf("%s is not a folder of our own with mode 0700: remove it", dir)
	}
	return nil
}

// locked runs f while no other process of this account does.
func (c *cluster) locked(f func() error) error {
	file, err := os.OpenFile(c.lock, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	defer file.Close() // lets go of the lock
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX); err != nil {
		return fmt.Errorf("lock %s: %w", c.lock, err)
	}
	return f()
}

// joinOrStart uses the cluster that the file names while it lives, else starts
// one and names it there.
func (c *cluster) joinOrStart(file string) error {
	text, err := os.ReadFile(file)
	if err == nil {
		err = c.join(strings.TrimSpace(string(text)))
	}
	if err == nil {
		return nil
	}
	if !errors.Is(err, localdb.ErrGone) && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	if c.server, err = localdb.Start(context.Background(), localdb.Options{Ephemeral: true}); err != nil {
		return err
	}
	if c.admin, err = administrator(c.server); err != nil {
		return errors.Join(err, c.server.Stop(context.Background()))
	}
	return os.WriteFile(file, []byte(c.server.Dir()+"\n"), 0o600)
}

// join enters a running cluster. One that does not answer counts as gone.
func (c *cluster) join(dir string) error {
	server, err := localdb.Join(dir)
	if err != nil {
		return err
	}
	admin, err := administrator(server)
	if err != nil {
		return errors.Join(localdb.ErrGone, err, server.Leave())
	}
	c.server, c.admin = server, admin
	return nil
}

// administrator opens the superuser's few connections and tries one.
func administrator(s *localdb.Server) (*sql.DB, error) {
	db, err := sql.Open("pgx", s.SuperDSN())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(4)
	if err := db.Ping(); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// makeTemplate returns the name of the template database of this binary's
// migrations, made by whichever process comes first. A half-made one, left by a
// killed process, is not yet marked as a template and is made again.
func (c *cluster) makeTemplate() (string, error) {
	name := "template_" + migrations.Hash()[:16]
	return name, c.locked(func() error {
		var ready bool
		if err := c.admin.QueryRow(`SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1 AND datistemplate)`, name).Scan(&ready); err != nil || ready {
			return err
		}
		for _, statement := range []string{"DROP DATABASE IF EXISTS " + name + " WITH (FORCE)", "CREATE DATABASE " + name + " OWNER " + localdb.OwnerRole} {
			if _, err := c.admin.Exec(statement); err != nil {
				return fmt.Errorf("make the template: %w", err)
			}
		}
		if _, err := migrations.Up(context.Background(), c.server.DSN(localdb.OwnerRole, name)); err != nil {
			return fmt.Errorf("make the template: %w", err)
		}
		_, err := c.admin.Exec("ALTER DATABASE " + name + " WITH IS_TEMPLATE true ALLOW_CONNECTIONS false")
		return err
	})
}
