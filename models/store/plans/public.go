package plans

import (
	"context"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/planning"
	"github.com/brevstemme/brevstemme/models/store/book"
)

// Public is the published plan of every election under way. Drafts are not read
// at all, so that no mistake further on can show one.
func (s *Plans) Public(ctx context.Context) (planning.Public, error) {
	elections, err := book.List[models.Election](ctx, s.book, "state IN ('running', 'planned', 'cancelled') ORDER BY day, id")
	if err != nil {
		return planning.Public{}, err
	}
	places, err := s.Places(ctx)
	if err != nil {
		return planning.Public{}, err
	}
	sessions, err := book.List[models.Session](ctx, s.book, `state <> 'draft' AND EXISTS (SELECT FROM election e WHERE e.state IN ('running', 'planned') AND jsonb_exists(session.elections, e.id)) ORDER BY starts, place, id`)
	if err != nil {
		return planning.Public{}, err
	}
	notices, err := book.List[planning.Notice](ctx, s.book, `election IN (SELECT id FROM election WHERE state IN ('running', 'planned')) ORDER BY at DESC, (doc->>'version')::int DESC, id`)
	if err != nil {
		return planning.Public{}, err
	}
	out := planning.MakePublic(elections, places, sessions, notices)
	shown := make([]string, len(out.Elections))
	for i, e := range out.Elections {
		shown[i] = e.ID
	}
	err = s.book.DB(ctx).Raw(`SELECT DISTINCT ON (v.election) v.election, v.number, brev_instant(v.doc->>'at') AS at
		FROM plan_version v JOIN election e ON e.id = v.election WHERE e.id IN ? ORDER BY v.election, v.number DESC`, shown).Scan(&out.Editions).Error
	return out, err
}
