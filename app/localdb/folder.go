package localdb

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// ErrInUse says that another running program holds the folder.
var ErrInUse = errors.New("the data folder is in use by another running program")

// socketPort is the number in the name of the unix socket; no port is opened.
const socketPort = 5432

// longestSocket is the longest path a unix socket may have on every system we
// run on (104 bytes on macOS, 108 on Linux, a closing zero included).
const longestSocket = 103

// folder is where one cluster lives.
type folder struct {
	dir  string // the folder "postgres" of the package comment
	lock *os.File
}

func (f folder) data() string        { return filepath.Join(f.dir, "data") }
func (f folder) credentials() string { return filepath.Join(f.dir, "credentials.json") }
func (f folder) log() string         { return filepath.Join(f.dir, "server.log") }
func (f folder) socket() string      { return filepath.Join(f.dir, "s") }
func (f folder) guests() string      { return filepath.Join(f.dir, "guests") }
func (f folder) addressFile() string { return filepath.Join(f.dir, "address.json") }
func (f folder) binaries() string    { return filepath.Join(f.dir, "binaries") }

// takeLock makes dir and locks it for this program until the file is closed,
// which the system does for a program that is killed. The error is ErrInUse,
// with the holder's process id, when another program has it.
func takeLock(dir string) (*os.File, error) {
	if err := os.MkdirAll(dir, 0o711); err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	path := filepath.Join(dir, "postgres.lock")
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		holder, readErr := io.ReadAll(io.LimitReader(f, 20))
		f.Close()
		if !errors.Is(err, syscall.EWOULDBLOCK) || readErr != nil {
			return nil, fmt.Errorf("lock %s: %w", path, errors.Join(err, readErr))
		}
		return nil, fmt.Errorf("%w (process %s): %s: stop it first, or give this one another folder", ErrInUse, strings.TrimSpace(string(holder)), dir)
	}
	if err := f.Truncate(0); err != nil {
		f.Close()
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	if _, err := fmt.Fprintln(f, os.Getpid()); err != nil {
		f.Close()
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	return f, nil
}

// freeLock lets the folder go. The unlock is said aloud, since the lock belongs
// to the open file and not to its number: a child that another goroutine is just
// starting still has the file between fork and exec, and would keep a lock that
// was only closed here.
func freeLock(f *os.File) error {
	return errors.Join(syscall.Flock(int(f.Fd()), syscall.LOCK_UN), f.Close())
}

// place decides where below the locked dir the cluster lives, makes that folder
// for the account, and reports it. Where the account cannot reach dir, the
// cluster goes below elsewhere and dir/postgres.location keeps the place.
func place(dir, want, elsewhere string) (string, account, error) {
	home := filepath.Join(dir, "postgres")
	pointer := filepath.Join(dir, "postgres.location")
	if text, err := os.ReadFile(pointer); err == nil {
		home = strings.TrimSpace(string(text))
	} else if !errors.Is(err, os.ErrNotExist) {
		return "", account{}, fmt.Errorf("data folder: %w", err)
	}
	who, err := chooseAccount(filepath.Join(home, "data"), want)
	if err != nil {
		return "", account{}, err
	}
	if err := who.letThrough(dir); err != nil {
		return "", account{}, fmt.Errorf("data folder: %w", err)
	}
	err = who.reach(filepath.Dir(home))
	if errors.Is(err, ErrUnreachable) && elsewhere != "" && filepath.Dir(home) == dir {
		home, err = placeElsewhere(pointer, elsewhere, who, err)
	}
	if err != nil {
		return "", account{}, err
	}
	if err := who.own(home); err != nil {
		return "", account{}, fmt.Errorf("data folder: %w", err)
	}
	return home, who, nil
}

// placeElsewhere makes a folder with a name of its own below elsewhere and
// writes the pointer to it. why is returned when that one is barred too.
func placeElsewhere(pointer, elsewhere string, who account, why error) (string, error) {
	if err := os.MkdirAll(elsewhere, 0o711); err != nil {
		return "", errors.Join(why, err)
	}
	if err := who.reach(elsewhere); err != nil {
		return "", errors.Join(why, err)
	}
	home, err := os.MkdirTemp(elsewhere, "postgres-")
	if err != nil {
		return "", errors.Join(why, err)
	}
	if err := os.WriteFile(pointer, []byte(home+"\n"), 0o600); err != nil {
		return "", errors.Join(why, err)
	}
	return home, nil
}

// listenAt picks the socket when its path is short enough, else a loopback port
// that is free now.
func (f folder) listenAt() (address, error) {
	if len(filepath.Join(f.socket(), fmt.Sprintf(".s.PGSQL.%d", socketPort))) <= longestSocket {
		return address{Socket: f.socket(), Port: socketPort}, nil
	}
	port, err := freePort()
	return address{Port: port}, err
}

// freePort asks the system for a loopback port that nobody listens on.
func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("find a free port: %w", err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	return port, l.Close()
}
