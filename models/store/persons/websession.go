package persons

import (
	"time"

	"github.com/alexedwards/scs/pgxstore"
	"github.com/alexedwards/scs/v2"
)

// WebSessions is where web sessions live: in the database, so that any process
// can answer any request. Expired ones are swept every five minutes.
func (s *Persons) WebSessions() scs.Store {
	return pgxstore.NewWithCleanupInterval(s.book.Pool(), 5*time.Minute)
}
