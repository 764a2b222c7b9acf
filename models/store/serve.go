package store

import (
	"context"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/journal"
	"github.com/brevstemme/brevstemme/models/planning"
)

// ServeAlso lets a session receive votes for one more election.
func (s *Store) ServeAlso(ctx context.Context, act models.Act, session, election string) (models.Session, error) {
	e, _, err := s.append(ctx, act, needs("session", session).and("election", election), func(w *working) (journal.Draft, error) {
		x, err := get[models.Session](w, session)
		if err != nil {
			return journal.Draft{}, err
		}
		el, err := get[models.Election](w, election)
		if err != nil {
			return journal.Draft{}, err
		}
		x, now, d, err := planning.ServeAlso(x, el)
		if err != nil {
			return d, err
		}
		w.put(x)
		if now.State != el.State {
			w.put(now)
		}
		return d, nil
	})
	if err != nil {
		return models.Session{}, err
	}
	return changed[models.Session](e)
}
