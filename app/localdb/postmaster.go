package localdb

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// biggestLog is the size in bytes at which a start puts the server's log aside.
const biggestLog = 5 << 20

// poll is the pause between two looks at something another process changes.
const poll = 10 * time.Millisecond

// errStillAttached says that children of a killed postmaster still run.
var errStillAttached = errors.New("processes of a killed PostgreSQL still use the data folder")

// postmaster is a running cluster's first process, our child.
type postmaster struct {
	cmd  *exec.Cmd
	gone chan struct{} // closed when the child has ended
}

// launch starts the postmaster; it is not ready yet.
func launch(f folder, b Binaries, who account, a address, ephemeral bool) (*postmaster, error) {
	if info, err := os.Stat(f.log()); err == nil && info.Size() > biggestLog {
		if err := os.Rename(f.log(), f.log()+".1"); err != nil {
			return nil, fmt.Errorf("start PostgreSQL: %w", err)
		}
	}
	log, err := os.OpenFile(f.log(), os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("start PostgreSQL: %w", err)
	}
	defer log.Close()
	cmd := exec.Command(filepath.Join(b.Dir, "postgres"), append([]string{"-D", f.data()}, settings(a, ephemeral)...)...)
	cmd.Env = environment(b)
	cmd.Dir = f.dir
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = who.process()
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start PostgreSQL as %s: %w", who.name, err)
	}
	p := &postmaster{cmd: cmd, gone: make(chan struct{})}
	go func() {
		_ = cmd.Wait() // the state is read from cmd.ProcessState
		close(p.gone)
	}()
	return p, nil
}

// ready waits until our child (and not an older one whose pid file lies about)
// accepts connections.
func (p *postmaster) ready(ctx context.Context, f folder, dsn string) error {
	for {
		select {
		case <-p.gone:
			text := tail(f.log())
			if _, last, ok := strings.Cut(text, "pre-existing shared memory block"); ok && !strings.Contains(last, "ready to accept") {
				return fmt.Errorf("%w:\n%s", errStillAttached, text)
			}
			return fmt.Errorf("PostgreSQL did not start (%s):\n%s", p.cmd.ProcessState, text)
		case <-ctx.Done():
			return fmt.Errorf("PostgreSQL did not get ready in time: %w\n%s", ctx.Err(), tail(f.log()))
		case <-time.After(poll):
		}
		if pid, err := pidIn(f.data()); err != nil || pid != p.cmd.Process.Pid {
			continue
		}
		if conn, err := pgx.Connect(ctx, dsn); err == nil {
			return conn.Close(ctx)
		}
	}
}

// stop asks the child to end: how is SIGINT (fast: roll back what is open) or
// SIGQUIT (at once; the next start recovers). When ctx runs out it is ended at
// once, which loses nothing that was committed.
func (p *postmaster) stop(ctx context.Context, how syscall.Signal) error {
	if err := p.signal(how); err != nil {
		return err
	}
	select {
	case <-p.gone:
		return nil
	case <-ctx.Done():
	}
	if err := p.signal(syscall.SIGQUIT); err != nil {
		return err
	}
	<-p.gone
	return fmt.Errorf("PostgreSQL was stopped at once: %w", ctx.Err())
}

// signal tells the child something; a child that has ended is no error.
func (p *postmaster) signal(s syscall.Signal) error {
	if err := p.cmd.Process.Signal(s); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("stop PostgreSQL: %w", err)
	}
	return nil
}

// pidIn reads line 1 of postmaster.pid.
func pidIn(data string) (int, error) {
	text, err := os.ReadFile(filepath.Join(data, "postmaster.pid"))
	if err != nil {
		return 0, err
	}
	first, _, _ := strings.Cut(string(text), "\n")
	return strconv.Atoi(strings.TrimSpace(first))
}

// stopOrphan ends a postmaster that a killed program left in the folder, and
// removes the pid file of one that is gone. The lock is ours, so no living
// program uses it. A pid that belongs to some other process is left alone.
func stopOrphan(ctx context.Context, data string) error {
	path := filepath.Join(data, "postmaster.pid")
	pid, err := pidIn(data)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil || !isPostmaster(ctx, pid, data) {
		// Stale, or cut short by a power cut. PostgreSQL guards against a live
		// cluster a second time by its shared memory block.
		if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
			return fmt.Errorf("remove a stale postmaster.pid: %w", err)
		}
		return nil
	}
	if err := syscall.Kill(pid, syscall.SIGINT); err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("stop the PostgreSQL that a killed program left (process %d): %w", pid, err)
	}
	for {
		if now, err := pidIn(data); errors.Is(err, os.ErrNotExist) || (err == nil && now != pid) || !alive(pid) {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("stop the PostgreSQL that a killed program left (process %d): %w", pid, ctx.Err())
		case <-time.After(poll):
		}
	}
}

// isPostmaster tells whether pid is a living process that works in the data
// folder, which is where a postmaster goes. Process ids are used again, so the
// number alone proves nothing. Where /proc is missing, lsof is asked.
func isPostmaster(ctx context.Context, pid int, data string) bool {
	if pid <= 1 || !alive(pid) {
		return false
	}
	real, err := filepath.EvalSymlinks(data)
	if err != nil {
		return false
	}
	if cwd, err := os.Readlink(fmt.Sprintf("/proc/%d/cwd", pid)); err == nil {
		return cwd == real
	}
	out, err := exec.CommandContext(ctx, "lsof", "-a", "-p", strconv.Itoa(pid), "-d", "cwd", "-Fn").Output()
	return err == nil && bytes.Contains(out, []byte("n"+real+"\n"))
}

// alive tells whether a process exists and is more than a zombie.
func alive(pid int) bool {
	if err := syscall.Kill(pid, 0); errors.Is(err, syscall.ESRCH) {
		return false
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		_, proc := os.Stat("/proc/self/stat")
		return proc != nil // no /proc here: kill's word counts
	}
	_, after, _ := bytes.Cut(stat, []byte(") ")) // the name before may hold anything
	return !bytes.HasPrefix(after, []byte("Z"))
}

// tail is the end of the server's log, for error messages.
func tail(path string) string {
	text, err := os.ReadFile(path)
	if err != nil {
		return err.Error()
	}
	if len(text) > 2000 {
		text = text[len(text)-2000:]
	}
	return string(bytes.TrimSpace(text))
}
