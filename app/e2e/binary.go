package e2e

import (
	"bufio"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// Program is a running brevstemme.
type Program struct {
	Base string // http://host:port, as the program printed it
	cmd  *exec.Cmd
	mu   sync.Mutex
	out  strings.Builder
	done chan error
}

var printedURL = regexp.MustCompile(`https?://[^\s"]+`)

// Build builds the binary once for a test and returns its path.
func Build(t testing.TB) string {
	t.Helper()
	return BuildRelease(t, "")
}

// BuildRelease is Build with a release stamped on it.
func BuildRelease(t testing.TB, release string) string {
	t.Helper()
	bin := filepath.Join(t.TempDir(), "brevstemme")
	cmd := exec.Command("go", "build", "-ldflags", "-X main.release="+release, "-o", bin, "./app")
	cmd.Dir = Root(t)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return bin
}

// Launch starts the binary with args and waits until it has printed its
// address. It is stopped by SIGINT at the end of the test, and must then exit.
func Launch(t testing.TB, bin string, env []string, args ...string) *Program {
	t.Helper()
	p := &Program{cmd: exec.Command(bin, args...), done: make(chan error, 1)}
	p.cmd.Env = append(os.Environ(), env...)
	r, w := io.Pipe()
	p.cmd.Stdout, p.cmd.Stderr = w, w
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		err := p.cmd.Wait()
		_ = w.Close()
		p.done <- err
	}()
	address := make(chan string, 1)
	go p.listen(r, address)
	t.Cleanup(func() { p.Stop(t) })
	select {
	case p.Base = <-address:
	case err := <-p.done:
		p.done <- err
		t.Fatalf("%s %v ended (%v):\n%s", bin, args, err, p.Output())
	case <-time.After(90 * time.Second):
		t.Fatalf("%s %v printed no address:\n%s", bin, args, p.Output())
	}
	return p
}

// listen keeps the output and reports the first address in it.
func (p *Program) listen(r io.Reader, address chan<- string) {
	lines, found := bufio.NewScanner(r), false
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		p.mu.Lock()
		p.out.WriteString(lines.Text() + "\n")
		p.mu.Unlock()
		if u := printedURL.FindString(lines.Text()); u != "" && !found {
			found = true
			address <- strings.TrimRight(u, "/.,")
		}
	}
	_, _ = io.Copy(io.Discard, r) // a line too long to keep must not stop the program
}

// Output is what the program has printed so far, stdout and stderr together.
func (p *Program) Output() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.out.String()
}

// Stop interrupts the program and waits until it has ended.
func (p *Program) Stop(t testing.TB) {
	t.Helper()
	if err := p.cmd.Process.Signal(syscall.SIGINT); err != nil && !errors.Is(err, os.ErrProcessDone) {
		t.Error(err)
	}
	select {
	case err := <-p.done:
		p.done <- err
	case <-time.After(30 * time.Second):
		_ = p.cmd.Process.Kill()
		t.Errorf("the program did not stop within 30 s:\n%s", p.Output())
	}
}

// Kill ends the program as a power cut does: SIGKILL, no goodbye. It returns
// when the process is gone.
func (p *Program) Kill(t testing.TB) {
	t.Helper()
	if err := p.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		t.Fatal(err)
	}
	err := <-p.done
	p.done <- err
}
