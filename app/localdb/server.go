package localdb

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"
)

// Options say what cluster to start.
type Options struct {
	// Dir is the data folder, made when missing. Needed unless Ephemeral.
	Dir string
	// Ephemeral makes a throw-away cluster without fsync, in /dev/shm where it
	// exists, that is removed when it stops. For tests only.
	Ephemeral bool
	// User is the account to run as when the program is root; empty means
	// "postgres" or "nobody". An existing data folder's owner comes first.
	User string
	// BinDir is the only folder to look for PostgreSQL's programs in; empty
	// means FindBinaries.
	BinDir string
	// Log gets what is worth telling; nil means silence.
	Log *slog.Logger

	elsewhere  string // where an unreachable folder's cluster goes; tests set it
	ramDir     string // where ephemeral clusters go; tests set it
	repository string // where programs are fetched from, as if the machine had none; tests set it
}

// defaultElsewhere is where the cluster goes when PostgreSQL's account cannot
// reach the wanted folder.
const defaultElsewhere = "/var/lib/brevstemme"

// startTimeout is how long a start may take, crash recovery included.
const startTimeout = 2 * time.Minute

// Server is a running private cluster. Its methods may be called by several
// goroutines.
type Server struct {
	folder     folder
	address    address
	secrets    credentials
	postmaster *postmaster // nil for a guest
	watchdog   *watchdog
	ephemeral  bool
	stop       sync.Once
	stopErr    error
}

// Start starts the private cluster of a folder, made on first use, and returns
// when it accepts connections and has its roles and its (possibly empty)
// database; it runs no migrations. Errors: [ErrInUse] when another program uses
// the folder, [ErrNoBinaries] when there is no PostgreSQL, [ErrUnreachable] when
// its account cannot reach the folder. A cluster that a killed program left is
// stopped and started afresh.
func Start(ctx context.Context, o Options) (*Server, error) {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.elsewhere == "" {
		o.elsewhere = defaultElsewhere
	}
	f, who, err := prepare(o)
	if err != nil {
		return nil, err
	}
	s := &Server{folder: f, ephemeral: o.Ephemeral}
	if err := s.start(ctx, o, who); err != nil {
		return nil, errors.Join(err, s.abandon())
	}
	o.Log.InfoContext(ctx, "private database started", "folder", f.dir, "account", who.name, "pid", s.PID())
	return s, nil
}

// prepare makes and locks the folder.
func prepare(o Options) (folder, account, error) {
	if o.Ephemeral {
		return prepareEphemeral(o)
	}
	if o.Dir == "" {
		return folder{}, account{}, errors.New("private database: no data folder given")
	}
	dir, err := filepath.Abs(o.Dir)
	if err != nil {
		return folder{}, account{}, fmt.Errorf("data folder: %w", err)
	}
	lock, err := takeLock(dir)
	if err != nil {
		return folder{}, account{}, err
	}
	home, who, err := place(dir, o.User, o.elsewhere)
	if err != nil {
		return folder{}, account{}, errors.Join(err, freeLock(lock))
	}
	if filepath.Dir(home) != dir {
		o.Log.Warn("the data folder cannot be reached by PostgreSQL's account; the private database lives elsewhere", "folder", dir, "elsewhere", home)
	}
	return folder{dir: home, lock: lock}, who, nil
}

// prepareEphemeral makes a folder of a new name, which needs no lock.
func prepareEphemeral(o Options) (folder, account, error) {
	base := o.ramDir
	if base == "" {
		base = RAMDir()
	}
	who, err := chooseAccount("", o.User)
	if err != nil {
		return folder{}, account{}, err
	}
	if err := who.reach(base); err != nil {
		return folder{}, account{}, err
	}
	dir, err := os.MkdirTemp(base, "brevstemme-db-")
	if err != nil {
		return folder{}, account{}, fmt.Errorf("ephemeral cluster: %w", err)
	}
	return folder{dir: dir}, who, who.own(dir)
}

// RAMDir is the folder for throw-away clusters: /dev/shm where it can be written
// to, else the system's temporary folder.
func RAMDir() string {
	const shm = "/dev/shm"
	const writeOK = 2 // W_OK of access(2)
	if syscall.Access(shm, writeOK) == nil {
		return shm
	}
	return os.TempDir()
}

// start does the work of Start in a prepared folder.
func (s *Server) start(ctx context.Context, o Options, who account) error {
	f := s.folder
	major, err := folderMajor(f.data())
	if err != nil {
		return err
	}
	bin, err := pick(ctx, o, f, major)
	if err != nil {
		return err
	}
	if s.secrets, err = loadCredentials(f.credentials(), major != 0); err != nil {
		return err
	}
	if err := stopOrphan(ctx, f.data()); err != nil {
		return err
	}
	if s.watchdog, err = startWatchdog(f, who, o.Ephemeral); err != nil {
		return err
	}
	if major == 0 {
		if err := makeCluster(ctx, f, bin, who, s.secrets.Super, o.Ephemeral); err != nil {
			return err
		}
	}
	return s.run(ctx, bin, who)
}

// run starts the postmaster of an existing cluster and sets up what is in it.
func (s *Server) run(ctx context.Context, bin Binaries, who account) (err error) {
	f := s.folder
	// PostgreSQL believes the socket's lock file when its process id is in use by
	// any process of the account, which is common where ids start over (containers).
	// Nobody listens there now: the lock is ours and the orphan is stopped.
	if err := os.RemoveAll(f.socket()); err != nil {
		return fmt.Errorf("socket folder: %w", err)
	}
	if err := who.own(f.socket()); err != nil {
		return fmt.Errorf("socket folder: %w", err)
	}
	for {
		err = s.attempt(ctx, bin, who)
		if !errors.Is(err, errStillAttached) {
			break
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(20 * poll):
		}
	}
	if err != nil {
		return err
	}
	if err := setUp(ctx, s.SuperDSN(), s.secrets); err != nil {
		return err
	}
	text, err := json.Marshal(s.address)
	if err != nil {
		return err
	}
	return os.WriteFile(f.addressFile(), text, 0o600)
}

// attempt starts the postmaster once. The error is errStillAttached when
// children of a killed one have not yet noticed its death.
func (s *Server) attempt(ctx context.Context, bin Binaries, who account) (err error) {
	if s.address, err = s.folder.listenAt(); err != nil {
		return err
	}
	if s.postmaster, err = launch(s.folder, bin, who, s.address, s.ephemeral); err != nil {
		return err
	}
	if err := s.watchdog.guard(s.PID()); err != nil {
		return fmt.Errorf("watchdog: %w", err)
	}
	return s.postmaster.ready(ctx, s.folder, s.SuperDSN())
}

// pick finds the programs for the folder: where told, on the machine, or fetched.
func pick(ctx context.Context, o Options, f folder, major int) (Binaries, error) {
	find := FindBinaries
	switch {
	case o.repository != "":
		find = func(context.Context) ([]Binaries, error) { return nil, noBinaries() }
	case o.BinDir != "":
		find = func(ctx context.Context) ([]Binaries, error) { return findIn(ctx, []string{o.BinDir}) }
	}
	list, err := find(ctx)
	if errors.Is(err, ErrNoBinaries) && o.BinDir == "" {
		var fetched Binaries
		if fetched, err = fetchBinaries(ctx, f.binaries(), o.repository); err == nil {
			list = []Binaries{fetched}
		}
	}
	if err != nil {
		return Binaries{}, err
	}
	return choose(list, major)
}

// AppDSN is the login of the program: a member of brevstemme_app, neither
// superuser nor owner.
func (s *Server) AppDSN() string { return s.DSN(ServiceRole, Database) }

// OwnerDSN is the login of the database's owner, who runs the migrations.
func (s *Server) OwnerDSN() string { return s.DSN(OwnerRole, Database) }

// SuperDSN is the login of the cluster's superuser, in the database "postgres".
func (s *Server) SuperDSN() string { return s.DSN(SuperRole, "postgres") }

// DSN is the login of one of the cluster's three roles ("postgres",
// "brevstemme_owner", "brevstemme_service") in any of its databases, as a URL.
func (s *Server) DSN(role, name string) string {
	secret := map[string]string{SuperRole: s.secrets.Super, OwnerRole: s.secrets.Owner, ServiceRole: s.secrets.Service}[role]
	return s.address.dsn(role, secret, name)
}

// Dir is the cluster's own folder.
func (s *Server) Dir() string { return s.folder.dir }

// PID is the postmaster's process id; 0 for a guest.
func (s *Server) PID() int {
	if s.postmaster == nil {
		return 0
	}
	return s.postmaster.cmd.Process.Pid
}

// Exited is closed when the postmaster has ended, wanted or not; nil (never
// ready) for a guest.
func (s *Server) Exited() <-chan struct{} {
	if s.postmaster == nil {
		return nil
	}
	return s.postmaster.gone
}

// Stop stops the cluster and lets the folder go; an ephemeral one is removed.
// What is committed stays. When ctx runs out the cluster is stopped at once,
// which is as safe and is reported as an error. A guest only leaves. Calling it
// again gives the first answer.
func (s *Server) Stop(ctx context.Context) error {
	s.stop.Do(func() { s.stopErr = s.stopOnce(ctx) })
	return s.stopErr
}

func (s *Server) stopOnce(ctx context.Context) error {
	if s.postmaster == nil && s.watchdog != nil && s.watchdog.cmd == nil {
		return s.watchdog.leave() // a guest
	}
	how := syscall.SIGINT
	if s.ephemeral {
		how = syscall.SIGQUIT
	}
	var errs []error
	if s.postmaster != nil {
		errs = append(errs, s.postmaster.stop(ctx, how))
	}
	if s.watchdog != nil {
		errs = append(errs, s.watchdog.dismiss())
	}
	if s.ephemeral {
		errs = append(errs, os.RemoveAll(s.folder.dir))
	}
	if s.folder.lock != nil {
		errs = append(errs, freeLock(s.folder.lock))
	}
	return errors.Join(errs...)
}

// abandon undoes a start that failed half-way.
func (s *Server) abandon() error {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	return s.Stop(ctx)
}
