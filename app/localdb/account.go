package localdb

import (
	"errors"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// ErrUnreachable says that the account PostgreSQL runs as cannot reach a folder.
var ErrUnreachable = errors.New("the folder cannot be reached by the account that PostgreSQL runs as")

// account is whom PostgreSQL's processes run as.
type account struct {
	name     string
	uid, gid int
	switched bool // differs from the program's own account: it is root
}

// chooseAccount picks the account for a data folder: the program's own when that
// is not root; else the owner of an existing data folder, the wanted name, or
// "postgres" or "nobody".
func chooseAccount(data, want string) (account, error) {
	if os.Geteuid() != 0 {
		return account{name: strconv.Itoa(os.Geteuid()), uid: os.Geteuid(), gid: os.Getegid()}, nil
	}
	if info, err := os.Stat(data); err == nil {
		return ownerOf(data, info)
	}
	names := []string{"postgres", "_postgres", "nobody"}
	if want != "" {
		names = []string{want}
	}
	for _, name := range names {
		if u, err := user.Lookup(name); err == nil {
			return fromUser(u)
		}
	}
	return account{}, fmt.Errorf("PostgreSQL does not run as root, and there is no account %v to run it as: start the program as an ordinary user", names)
}

// ownerOf is the account that owns an existing data folder.
func ownerOf(data string, info os.FileInfo) (account, error) {
	stat, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return account{}, fmt.Errorf("%s: its owner cannot be told", data)
	}
	if stat.Uid == 0 {
		return account{}, fmt.Errorf("%s belongs to root, but PostgreSQL does not run as root: give the folder to its account (chown -R postgres %s)", data, filepath.Dir(data))
	}
	a := account{name: strconv.Itoa(int(stat.Uid)), uid: int(stat.Uid), gid: int(stat.Gid), switched: true}
	if u, err := user.LookupId(a.name); err == nil {
		a.name = u.Username
	}
	return a, nil
}

// fromUser reads the numbers of an account.
func fromUser(u *user.User) (account, error) {
	uid, err := strconv.Atoi(u.Uid)
	if err != nil {
		return account{}, fmt.Errorf("account %s: %w", u.Username, err)
	}
	gid, err := strconv.Atoi(u.Gid)
	if err != nil {
		return account{}, fmt.Errorf("account %s: %w", u.Username, err)
	}
	return account{name: u.Username, uid: uid, gid: gid, switched: true}, nil
}

// process gives a child the account and a session of its own, so that Ctrl-C at
// the terminal reaches the program alone and the program stops the child.
func (a account) process() *syscall.SysProcAttr {
	attr := &syscall.SysProcAttr{Setsid: true}
	if a.switched {
		attr.Credential = &syscall.Credential{Uid: uint32(a.uid), Gid: uint32(a.gid)}
	}
	return attr
}

// own makes a folder of mode 0700 that belongs to the account.
func (a account) own(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		return err
	}
	if !a.switched {
		return nil
	}
	return os.Chown(dir, a.uid, a.gid)
}

// reach checks that the account may walk through dir and all folders above it.
// The error is ErrUnreachable and names the folder that bars the way.
func (a account) reach(dir string) error {
	if !a.switched {
		return nil
	}
	for d := dir; ; d = filepath.Dir(d) {
		info, err := os.Stat(d)
		if err != nil {
			return err
		}
		if !a.mayEnter(info) {
			return fmt.Errorf("%w (%s): %s has mode %04o: choose a folder such as /var/lib/brevstemme", ErrUnreachable, a.name, d, info.Mode().Perm())
		}
		if d == filepath.Dir(d) {
			return nil
		}
	}
}

// letThrough makes the data folder one that the account may walk through, though
// not list, and the same for folders above it inside the system's temporary
// folder; each only when it is ours. Folders of mode 0700, as temporary ones
// are, would otherwise send the cluster elsewhere and leave it there.
func (a account) letThrough(dir string) error {
	if !a.switched {
		return nil
	}
	inside := filepath.Clean(os.TempDir()) + string(filepath.Separator)
	for d := dir; d == dir || strings.HasPrefix(d, inside); d = filepath.Dir(d) {
		info, err := os.Stat(d)
		if err != nil {
			return err
		}
		stat, ok := info.Sys().(*syscall.Stat_t)
		if a.mayEnter(info) || !ok || int(stat.Uid) != os.Geteuid() {
			continue // reach says what is wrong
		}
		if err := os.Chmod(d, info.Mode().Perm()|0o011); err != nil {
			return err
		}
	}
	return nil
}

// mayEnter reads the search bit that counts for the account.
func (a account) mayEnter(info os.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	mode := info.Mode().Perm()
	switch {
	case ok && int(stat.Uid) == a.uid:
		return mode&0o100 != 0
	case ok && int(stat.Gid) == a.gid:
		return mode&0o010 != 0
	default:
		return mode&0o001 != 0
	}
}
