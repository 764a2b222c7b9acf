package localdb

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
)

// makeCluster runs initdb into a folder beside the final one and renames it, so
// that a program killed half-way leaves no half cluster under the final name.
func makeCluster(ctx context.Context, f folder, b Binaries, who account, super string, ephemeral bool) error {
	leftovers, err := filepath.Glob(filepath.Join(f.dir, "data.new-*"))
	if err != nil {
		return err
	}
	for _, dir := range leftovers {
		if err := os.RemoveAll(dir); err != nil {
			return fmt.Errorf("remove a half-made cluster: %w", err)
		}
	}
	fresh, err := os.MkdirTemp(f.dir, "data.new-")
	if err != nil {
		return fmt.Errorf("make the cluster: %w", err)
	}
	if err := who.own(fresh); err != nil {
		return fmt.Errorf("make the cluster: %w", err)
	}
	if err := runInitdb(ctx, b, who, fresh, super, ephemeral); err != nil {
		return err
	}
	if err := os.Rename(fresh, f.data()); err != nil {
		return fmt.Errorf("make the cluster: %w", err)
	}
	return nil
}

// runInitdb makes the cluster's files. The superuser's password goes through a
// file of the account's own: others could read an argument, and the account may
// not open a pipe of root's by name.
func runInitdb(ctx context.Context, b Binaries, who account, dir, super string, ephemeral bool) error {
	secret := dir + ".password"
	defer os.Remove(secret)
	if err := os.WriteFile(secret, []byte(super+"\n"), 0o600); err != nil {
		return fmt.Errorf("make the cluster: %w", err)
	}
	if who.switched {
		if err := os.Chown(secret, who.uid, who.gid); err != nil {
			return fmt.Errorf("make the cluster: %w", err)
		}
	}
	args := []string{"--pgdata", dir, "--username", SuperRole, "--pwfile", secret,
		"--auth", "scram-sha-256", "--encoding", "UTF8", "--locale", locale(runtime.GOOS)}
	if ephemeral {
		args = append(args, "--no-sync")
	}
	cmd := exec.CommandContext(ctx, filepath.Join(b.Dir, "initdb"), args...)
	cmd.Env = environment(b)
	cmd.Dir = dir
	cmd.SysProcAttr = who.process()
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("make the cluster (initdb as %s): %w\n%s", who.name, err, bytes.TrimSpace(out))
	}
	return nil
}

// locale orders by code point, so that a query which forgets to ask for Danish
// order shows it, and still knows upper and lower case of æ, ø and å.
func locale(goos string) string {
	if goos == "darwin" {
		return "en_US.UTF-8" // C.UTF-8 is missing there
	}
	return "C.UTF-8"
}

// environment is all that PostgreSQL's programs see of ours: nothing of the
// program's configuration, which may hold secrets.
func environment(b Binaries) []string {
	return []string{"PATH=" + b.Dir + ":/usr/local/bin:/usr/bin:/bin", "LC_ALL=" + locale(runtime.GOOS), "TZ=UTC"}
}

// settings are given on the command line at each start, so that a folder made
// by an older program gets today's. Lasting clusters keep PostgreSQL's durable
// defaults (fsync, full_page_writes, synchronous_commit).
func settings(a address, ephemeral bool) []string {
	set := map[string]string{
		"listen_addresses":        "",
		"unix_socket_directories": a.Socket,
		"unix_socket_permissions": "0700",
		"port":                    strconv.Itoa(a.Port),
		"timezone":                "UTC",
		"log_timezone":            "UTC",
		"log_checkpoints":         "off",
		"password_encryption":     "scram-sha-256",
		"max_connections":         "400",
		"log_min_messages":        "warning",
		"log_min_error_statement": "panic", // statements may hold people's names
		"log_error_verbosity":     "terse", // details may, too
		"log_line_prefix":         "%m [%p] %u@%d ",
		"cluster_name":            "brevstemme",
		"log_destination":         "stderr",
		"logging_collector":       "off",
		"jit":                     "off",
	}
	if a.Socket == "" {
		set["listen_addresses"] = "127.0.0.1"
	}
	if ephemeral {
		for k, v := range map[string]string{
			"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off",
			"wal_level": "minimal", "max_wal_senders": "0", "max_wal_size": "4GB",
			"max_connections": "300", "autovacuum": "off", "shared_buffers": "64MB",
		} {
			set[k] = v
		}
	}
	args := make([]string, 0, 2*len(set))
	for k, v := range set {
		args = append(args, "-c", k+"="+v)
	}
	return args
}
