package localdb

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
)

// watchdogScript reads the FIFO "guests" on standard input. A line
// there is the postmaster's process id (the last one counts), or the word "done"
// when the program has stopped the cluster itself. Or the reading ends, since no process holds the FIFO
// open any more: it closes the door to newcomers by removing the FIFO, waits for
// those who came through in between, and stops the postmaster. $1 is the
// cluster's folder, $2 the signal, $3 "remove" for ephemeral clusters.
const watchdogScript = `
trap '' INT TERM HUP
word=; pid=
while read -r word; do
  [ "$word" = done ] && exit 0
  pid=$word
done
rm -f "$1/guests"
while read -r word; do :; done
file="$1/data/postmaster.pid"
if [ -n "$pid" ]; then
  n=0
  until [ -e "$file" ] || [ $n -ge 20 ]; do n=$((n+1)); kill -0 "$pid" 2>/dev/null || break; sleep 0.1; done
  running=
  [ -e "$file" ] && read -r running < "$file"
  if [ "$running" = "$pid" ]; then
    kill -"$2" "$pid" 2>/dev/null
    n=0
    while [ -e "$file" ] && kill -0 "$pid" 2>/dev/null && [ $n -lt 600 ]; do n=$((n+1)); sleep 0.1; done
  fi
fi
if [ "$3" = remove ]; then rm -rf "$1"; fi
`

// watchdog is the shell process that stops the cluster of a killed program.
type watchdog struct {
	cmd  *exec.Cmd
	hold *os.File // our end of the FIFO
}

// startWatchdog makes the FIFO and lets the shell read from it. It runs as
// PostgreSQL's account, so it can signal nothing else.
func startWatchdog(f folder, who account, ephemeral bool) (*watchdog, error) {
	read, write, err := makeFIFO(f.guests())
	if err != nil {
		return nil, fmt.Errorf("watchdog: %w", err)
	}
	defer read.Close()
	args := []string{"-c", watchdogScript, "brevstemme-watchdog", f.dir, "INT", "keep"}
	if ephemeral {
		args[4], args[5] = "QUIT", "remove"
	}
	cmd := exec.Command("/bin/sh", args...)
	cmd.Dir = "/"
	cmd.Env = []string{"PATH=/usr/local/bin:/usr/bin:/bin"}
	cmd.Stdin = read
	cmd.SysProcAttr = who.process()
	if err := cmd.Start(); err != nil {
		write.Close()
		return nil, fmt.Errorf("watchdog: %w", err)
	}
	go func() { _ = cmd.Wait() }() // only so that it does not stay a zombie
	return &watchdog{cmd: cmd, hold: write}, nil
}

// makeFIFO makes the FIFO afresh and opens both ends, blocking ones and closed
// on exec. It is opened for both first, since either end alone would wait for
// the other.
func makeFIFO(path string) (read, write *os.File, err error) {
	if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, nil, err
	}
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		return nil, nil, err
	}
	both, err := syscall.Open(path, syscall.O_RDWR|syscall.O_CLOEXEC, 0)
	if err != nil {
		return nil, nil, err
	}
	defer syscall.Close(both)
	r, err := syscall.Open(path, syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
	if err != nil {
		return nil, nil, err
	}
	w, err := syscall.Open(path, syscall.O_WRONLY|syscall.O_CLOEXEC, 0)
	if err != nil {
		syscall.Close(r)
		return nil, nil, err
	}
	return os.NewFile(uintptr(r), path), os.NewFile(uintptr(w), path), nil
}

// enter opens the FIFO of a running cluster as one more holder. It fails when
// the FIFO is gone or nobody reads it: the cluster is stopped or stopping.
func enter(path string) (*os.File, error) {
	fd, err := syscall.Open(path, syscall.O_WRONLY|syscall.O_NONBLOCK|syscall.O_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(fd), path), nil
}

// guard names the postmaster to stop.
func (w *watchdog) guard(pid int) error {
	_, err := fmt.Fprintln(w.hold, pid)
	return err
}

// dismiss ends the watchdog after an orderly stop.
func (w *watchdog) dismiss() error {
	_, err := w.hold.WriteString("done\n")
	if errors.Is(err, syscall.EPIPE) {
		err = nil // somebody ended the watchdog; the cluster is stopped all the same
	}
	return errors.Join(err, w.hold.Close())
}

// leave lets go without stopping anything: the watchdog acts when all have left.
func (w *watchdog) leave() error { return w.hold.Close() }
