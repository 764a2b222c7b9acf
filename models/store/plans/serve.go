package plans

import (
	"context"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/journal"
	"github.com/brevstemme/brevstemme/models/planning"
	"github.com/brevstemme/brevstemme/models/store/book"
)

// ServeAlso lets a session receive votes for one more election.
func (s *Plans) ServeAlso(ctx context.Context, act models.Act, session, election string) (models.Session, error) {
	e, _, err := s.book.Append(ctx, act, book.Needs("session", session).And("election", election), func(w *book.Working) (journal.Draft, error) {
		x, err := book.Get[models.Session](w, session)
		if err != nil {
			return journal.Draft{}, err
		}
		el, err := book.Get[models.Election](w, election)
		if err != nil {
			return journal.Draft{}, err
		}
		x, now, d, err := planning.ServeAlso(x, el)
		if err != nil {
			return d, err
		}
		w.Put(x)
		if now.State != el.State {
			w.Put(now)
		}
		return d, nil
	})
	if err != nil {
		return models.Session{}, err
	}
	return book.Changed[models.Session](e)
}
