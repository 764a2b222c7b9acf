package localdb

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"

	embeddedpostgres "github.com/fergusstrange/embedded-postgres"
)

// fetchBinaries lets the embedded-postgres library fetch PostgreSQL's programs
// into dir. The library can only fetch by starting a cluster as well, which
// fails as root; the programs are unpacked before that, so its own cluster is a
// throw-away and only the programs count. repository is where it fetches from;
// empty means the library's default.
func fetchBinaries(ctx context.Context, dir, repository string) (Binaries, error) {
	bin := filepath.Join(dir, "bin")
	if b, ok := probe(ctx, bin); ok {
		return b, nil
	}
	work, err := os.MkdirTemp(filepath.Dir(dir), "fetch-") // not the system's: an image may have none
	if err != nil {
		return Binaries{}, fmt.Errorf("fetch PostgreSQL: %w", err)
	}
	defer os.RemoveAll(work)
	port, err := freePort()
	if err != nil {
		return Binaries{}, err
	}
	var log bytes.Buffer
	config := embeddedpostgres.DefaultConfig().
		Version(embeddedpostgres.V17).
		Port(uint32(port)).
		RuntimePath(filepath.Join(work, "run")).
		DataPath(filepath.Join(work, "data")).
		CachePath(filepath.Join(work, "cache")).
		BinariesPath(dir).
		Logger(&log)
	if repository != "" {
		config = config.BinaryRepositoryURL(repository)
	}
	throwAway := embeddedpostgres.NewDatabase(config)
	startErr := throwAway.Start()
	if startErr == nil {
		if err := throwAway.Stop(); err != nil {
			return Binaries{}, fmt.Errorf("fetch PostgreSQL: stop the throw-away cluster: %w", err)
		}
	}
	b, ok := probe(ctx, bin)
	if !ok {
		return Binaries{}, fmt.Errorf("%w (fetching it failed as well: %v)", noBinaries(), startErr)
	}
	return b, nil
}
