package localdb

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
)

// ErrGone says that a cluster to join is stopped or stopping.
var ErrGone = errors.New("the shared cluster is gone")

// Join makes this process one more holder of a running ephemeral cluster, whose
// folder ([Server.Dir]) another process of the same account told it. The
// cluster lives until the last holder has ended or called [Server.Leave]. The
// error is [ErrGone] when it is too late.
func Join(dir string) (*Server, error) {
	f := folder{dir: dir}
	hold, err := enter(f.guests())
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrGone, err)
	}
	s := &Server{folder: f, ephemeral: true, watchdog: &watchdog{hold: hold}}
	text, err := os.ReadFile(f.addressFile())
	if err == nil {
		err = json.Unmarshal(text, &s.address)
	}
	if err == nil {
		s.secrets, err = loadCredentials(f.credentials(), true)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("%w: %w", ErrGone, err), hold.Close())
	}
	return s, nil
}

// Leave lets go of an ephemeral cluster without stopping it: it stops when the
// last holder has left. A process that just ends leaves as well.
func (s *Server) Leave() error {
	s.stop.Do(func() { s.stopErr = s.watchdog.leave() })
	return s.stopErr
}
