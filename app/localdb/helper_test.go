package localdb

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// helperTask makes the test binary start a cluster and hold it, instead of
// running tests: the small program that gets killed.
const helperTask = "LOCALDB_TEST_HELPER"

// helperRepository is where the helper fetches PostgreSQL's programs from.
const helperRepository = "LOCALDB_TEST_REPOSITORY"

// helperReport is what the helper prints when its cluster runs.
type helperReport struct {
	PID      int // the postmaster's
	Watchdog int
	Dir      string
	Owner    string
	App      string
}

func TestMain(m *testing.M) {
	if task := os.Getenv(helperTask); task != "" {
		os.Exit(helper(task))
	}
	dir, err := copyBinary()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	if err := os.RemoveAll(dir); err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// helper starts the cluster that the JSON options in task describe, reports it,
// and waits for its standard input to end; then it stops in an orderly way.
func helper(task string) int {
	var o Options
	if err := json.Unmarshal([]byte(task), &o); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	o.repository = os.Getenv(helperRepository)
	s, err := Start(context.Background(), o)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	report := helperReport{PID: s.PID(), Watchdog: s.watchdog.cmd.Process.Pid, Dir: s.Dir(), Owner: s.OwnerDSN(), App: s.AppDSN()}
	if err := json.NewEncoder(os.Stdout).Encode(report); err != nil {
		return 1
	}
	if _, err := io.Copy(io.Discard, os.Stdin); err != nil {
		return 1
	}
	if err := s.Stop(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// process is a running helper.
type process struct {
	helperReport
	cmd   *exec.Cmd
	stdin io.Closer
}

// startHelper runs the helper, as another account when who is given.
func startHelper(t *testing.T, o Options, who *account) *process {
	t.Helper()
	task, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(testBinary)
	cmd.Dir = "/"
	cmd.Env = append(os.Environ(), helperTask+"="+string(task), helperRepository+"="+o.repository)
	cmd.Stderr = os.Stderr
	if who != nil {
		cmd.SysProcAttr = who.process()
	}
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p := &process{cmd: cmd, stdin: stdin}
	t.Cleanup(p.kill)
	line, err := bufio.NewReader(stdout).ReadBytes('\n')
	if err != nil {
		t.Fatalf("the helper did not start its cluster: %v", err)
	}
	if err := json.Unmarshal(line, &p.helperReport); err != nil {
		t.Fatal(err)
	}
	return p
}

// testBinary is a copy of this test's binary where every account can run it. It
// is made before any test runs: a program that is being written cannot be
// started, and a fork at the wrong moment keeps the file open for writing.
var testBinary string

// copyBinary fills testBinary; the caller removes the folder it returns.
func copyBinary() (string, error) {
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	text, err := os.ReadFile(self)
	if err != nil {
		return "", err
	}
	dir, err := os.MkdirTemp(RAMDir(), "lt-binary-")
	if err != nil {
		return "", err
	}
	testBinary = filepath.Join(dir, "helper")
	return dir, errors.Join(os.Chmod(dir, 0o755), os.WriteFile(testBinary, text, 0o755))
}

// kill ends the helper as kill -9 does; the second time does nothing.
func (p *process) kill() {
	_ = p.cmd.Process.Kill() // may have ended
	_ = p.cmd.Wait()         // says "killed"
}

// openDir is a test's folder that every account may walk through and root's
// cluster account can reach (t.TempDir is 0700 at its top for some setups).
func openDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp(RAMDir(), "lt-")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Errorf("remove the test's folder: %v", err)
		}
	})
	return dir
}

// limited is a context that ends a test which hangs.
func limited(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	t.Cleanup(cancel)
	return ctx
}

// started starts a cluster and stops it after the test.
func started(t *testing.T, o Options) *Server {
	t.Helper()
	s, err := Start(limited(t), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stopped(t, s) })
	return s
}

// stopped stops a cluster and checks that its process is gone.
func stopped(t *testing.T, s *Server) {
	t.Helper()
	if err := s.Stop(context.Background()); err != nil {
		t.Errorf("Stop: %v", err)
	}
	if alive(s.PID()) {
		t.Errorf("postmaster %d still runs after Stop", s.PID())
	}
}

// query reads one text value through a new connection.
func query(t *testing.T, dsn, sql string) string {
	t.Helper()
	ctx := limited(t)
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	var s string
	if err := conn.QueryRow(ctx, sql).Scan(&s); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return s
}

// execute runs one statement and returns its error.
func execute(t *testing.T, dsn, sql string) error {
	t.Helper()
	ctx := limited(t)
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, sql)
	return err
}

// until waits for something that another process does, at most until the
// context of the test ends; it asserts that it happens, not how soon.
func until(t *testing.T, what string, done func() bool) {
	t.Helper()
	ctx := limited(t)
	for !done() {
		select {
		case <-ctx.Done():
			t.Fatalf("never happened: %s", what)
		case <-time.After(poll):
		}
	}
}

// missing tells whether a path does not exist.
func missing(path string) bool {
	_, err := os.Lstat(path)
	return errors.Is(err, os.ErrNotExist)
}

// commandOf is the command line of a process, for messages and checks.
func commandOf(t *testing.T, pid int) string {
	t.Helper()
	out, err := exec.Command("ps", "-o", "args=", "-p", strconv.Itoa(pid)).Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(out))
}

// hardKill ends any process of ours at once.
func hardKill(t *testing.T, pid int) {
	t.Helper()
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
}
