package localdb

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

func TestLastingClusterKeepsItsData(t *testing.T) {
	t.Parallel()
	dir := openDir(t)
	first := started(t, Options{Dir: dir})
	if err := execute(t, first.OwnerDSN(), `CREATE TABLE kept (n text); INSERT INTO kept VALUES ('æøå')`); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ setting, want string }{
		{"fsync", "on"}, {"synchronous_commit", "on"}, {"full_page_writes", "on"},
		{"TimeZone", "UTC"}, {"server_encoding", "UTF8"}, {"password_encryption", "scram-sha-256"},
	} {
		if got := query(t, first.AppDSN(), "SHOW "+c.setting); got != c.want {
			t.Errorf("%s = %s, want %s", c.setting, got, c.want)
		}
	}
	stopped(t, first)
	second := started(t, Options{Dir: dir})
	if got := query(t, second.OwnerDSN(), `SELECT upper(n) FROM kept`); got != "ÆØÅ" {
		t.Errorf("after a restart: %q, want ÆØÅ", got)
	}
	if first.AppDSN() != second.AppDSN() {
		t.Error("the logins changed from one start to the next")
	}
}

func TestRolesOfThePrivateDatabase(t *testing.T) {
	t.Parallel()
	s := started(t, Options{Ephemeral: true})
	if got := query(t, s.AppDSN(), `SELECT concat_ws(' ', current_user, rolsuper, rolcreaterole, rolcreatedb, pg_has_role('brevstemme_app','MEMBER'), pg_has_role('brevstemme_owner','MEMBER')) FROM pg_roles WHERE rolname = current_user`); got != "brevstemme_service f f f t f" {
		t.Errorf("the program's login: %s", got)
	}
	if got := query(t, s.OwnerDSN(), `SELECT concat_ws(' ', current_user, rolsuper, pg_get_userbyid(datdba)) FROM pg_roles, pg_database WHERE rolname = current_user AND datname = current_database()`); got != "brevstemme_owner f brevstemme_owner" {
		t.Errorf("the owner's login: %s", got)
	}
	if err := execute(t, s.AppDSN(), `CREATE TABLE nope ()`); err == nil {
		t.Error("the program's login may create tables")
	}
	wrong := s.address.dsn(SuperRole, "wrong", "postgres")
	if err := setUp(limited(t), wrong, s.secrets); err == nil || strings.Contains(err.Error(), s.secrets.Super) {
		t.Errorf("a wrong password: %v", err)
	}
	info, err := os.Stat(s.folder.credentials())
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("credentials.json: mode %v, %v; want 0600", info.Mode().Perm(), err)
	}
}

func TestSecondStartIsRefused(t *testing.T) {
	t.Parallel()
	dir := openDir(t)
	holder := startHelper(t, Options{Dir: dir}, nil)
	_, err := Start(limited(t), Options{Dir: dir})
	if !errors.Is(err, ErrInUse) {
		t.Fatalf("err = %v, want ErrInUse", err)
	}
	for _, word := range []string{strconv.Itoa(holder.cmd.Process.Pid), dir} {
		if !strings.Contains(err.Error(), word) {
			t.Errorf("%q does not name %s", err, word)
		}
	}
	if got := query(t, holder.App, `SELECT 1::text`); got != "1" {
		t.Error("the refused start harmed the running cluster")
	}
	holder.stdin.Close()
	if err := holder.cmd.Wait(); err != nil {
		t.Errorf("the holder's orderly stop: %v", err)
	}
	if alive(holder.PID) {
		t.Error("its postmaster still runs")
	}
	until(t, "the watchdog ends", func() bool { return !alive(holder.Watchdog) })
}

func TestKilledProgramLeavesNothing(t *testing.T) {
	t.Parallel()
	for _, ephemeral := range []bool{false, true} {
		t.Run(fmt.Sprintf("ephemeral=%v", ephemeral), func(t *testing.T) {
			o := Options{Ephemeral: ephemeral}
			if !ephemeral {
				o.Dir = openDir(t)
			}
			p := startHelper(t, o, nil)
			p.kill()
			until(t, "the postmaster ends", func() bool { return !alive(p.PID) })
			until(t, "the watchdog ends", func() bool { return !alive(p.Watchdog) })
			if missing(p.Dir) != ephemeral {
				t.Errorf("folder %s missing = %v, want %v", p.Dir, missing(p.Dir), ephemeral)
			}
		})
	}
}

// A program and its watchdog are both killed: the next start meets a living
// orphan (or one that was killed too, and recovers).
func TestOrphanIsTakenOver(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name           string
		killPostmaster bool
	}{{"alive", false}, {"killed as well", true}} {
		t.Run(c.name, func(t *testing.T) {
			dir := openDir(t)
			p := startHelper(t, Options{Dir: dir}, nil)
			if err := execute(t, p.Owner, `CREATE TABLE acknowledged AS SELECT 'yes'::text AS word`); err != nil {
				t.Fatal(err)
			}
			hardKill(t, p.Watchdog)
			until(t, "the watchdog is dead", func() bool { return !alive(p.Watchdog) })
			if c.killPostmaster {
				hardKill(t, p.PID)
			}
			p.kill()
			if c.killPostmaster {
				until(t, "the postmaster is dead", func() bool { return !alive(p.PID) })
			} else if !alive(p.PID) {
				t.Fatal("the orphan died by itself; the test did not make its case")
			}
			s := started(t, Options{Dir: dir})
			if alive(p.PID) {
				t.Errorf("the orphan %s still runs", commandOf(t, p.PID))
			}
			if got := query(t, s.OwnerDSN(), `SELECT word FROM acknowledged`); got != "yes" {
				t.Error("a committed row is lost")
			}
		})
	}
}

func TestStalePIDFileOfAnotherProcess(t *testing.T) {
	t.Parallel()
	dir := openDir(t)
	s := started(t, Options{Dir: dir})
	stopped(t, s)
	bystander := startHelper(t, Options{Ephemeral: true}, nil) // a postmaster, but of another folder
	for _, text := range []string{fmt.Sprintf("%d\n%s\n", bystander.PID, s.folder.data()), fmt.Sprintf("%d\n", os.Getpid()), "99999999\n", "", "garbage\n"} {
		if err := os.WriteFile(filepath.Join(s.folder.data(), "postmaster.pid"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		again, err := Start(limited(t), Options{Dir: dir})
		if err != nil {
			t.Fatalf("postmaster.pid %q: %v", text, err)
		}
		stopped(t, again)
		if !alive(bystander.PID) {
			t.Fatalf("postmaster.pid %q: an innocent process was stopped", text)
		}
	}
}

func TestLongPathUsesLoopback(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(openDir(t), strings.Repeat("long-", 20))
	s := started(t, Options{Dir: dir})
	if s.address.Socket != "" || !strings.Contains(s.AppDSN(), "@127.0.0.1:") {
		t.Errorf("address = %+v, want loopback", s.address)
	}
	if got := query(t, s.AppDSN(), `SHOW listen_addresses`); got != "127.0.0.1" {
		t.Errorf("listens at %s", got)
	}
}

func TestShortPathOpensNoPort(t *testing.T) {
	t.Parallel()
	s := started(t, Options{Ephemeral: true})
	if got := query(t, s.AppDSN(), `SHOW listen_addresses`); got != "" {
		t.Errorf("listens at %q, want no port", got)
	}
}

func TestGuestsKeepTheClusterAlive(t *testing.T) {
	t.Parallel()
	host := startHelper(t, Options{Ephemeral: true}, nil)
	guest, err := Join(host.Dir)
	if err != nil {
		t.Fatal(err)
	}
	host.kill()
	if got := query(t, guest.AppDSN(), `SELECT 1::text`); got != "1" {
		t.Fatal("the cluster went with its first holder")
	}
	if err := guest.Stop(context.Background()); err != nil {
		t.Fatal(err)
	}
	until(t, "the postmaster ends", func() bool { return !alive(host.PID) })
	until(t, "the folder is removed", func() bool { return missing(host.Dir) })
	if _, err := Join(host.Dir); !errors.Is(err, ErrGone) {
		t.Errorf("Join = %v, want ErrGone", err)
	}
}

func TestHalfMadeClusterIsReplaced(t *testing.T) {
	t.Parallel()
	dir := openDir(t)
	half := filepath.Join(dir, "postgres", "data.new-1", "base")
	if err := os.MkdirAll(half, 0o755); err != nil {
		t.Fatal(err)
	}
	started(t, Options{Dir: dir})
	if !missing(half) {
		t.Error("the half-made cluster is still there")
	}
}

func TestFailedStartReleasesTheFolder(t *testing.T) {
	t.Parallel()
	dir := openDir(t)
	if _, err := Start(limited(t), Options{Dir: dir, BinDir: dir}); !errors.Is(err, ErrNoBinaries) {
		t.Fatalf("err = %v, want ErrNoBinaries", err)
	}
	started(t, Options{Dir: dir})
}

func TestStartStopsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := Start(ctx, Options{Dir: openDir(t)}); err == nil {
		t.Error("a cancelled start succeeded")
	}
}

func TestExitedTellsOfADeadPostmaster(t *testing.T) {
	t.Parallel()
	s := started(t, Options{Ephemeral: true})
	if err := syscall.Kill(s.PID(), syscall.SIGQUIT); err != nil {
		t.Fatal(err)
	}
	select {
	case <-s.Exited():
	case <-limited(t).Done():
		t.Fatal("Exited was not closed")
	}
}
