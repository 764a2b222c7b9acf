package planning

import (
	"slices"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/journal"
)

// ServeAlso lets a session receive votes for one more election, side by side
// and never mixed: the senior council beside a local election, or a European
// election beside a general one with another last day. When the session is
// public already, the election starts with it.
func ServeAlso(x models.Session, e models.Election) (models.Session, models.Election, journal.Draft, error) {
	next, err := models.SessionStates.Next(x.State, models.SessionChange)
	if err != nil {
		return x, e, journal.Draft{}, err
	}
	if e.State != models.ElectionPlanned && e.State != models.ElectionRunning {
		return x, e, journal.Draft{}, models.E(models.CodeState, "import.election_over", e.Name)
	}
	if x.Serves(e.ID) {
		return x, e, journal.Draft{}, models.Invalid("election", "plan.served_already", e.ID)
	}
	if x.State != models.SessionDraft {
		if x.State == models.SessionPublished {
			x.Sequence++
		}
		if e.State == models.ElectionPlanned {
			if e.State, err = models.ElectionStates.Next(e.State, models.ElectionStart); err != nil {
				return x, e, journal.Draft{}, err
			}
		}
	}
	x.State, x.Elections = next, append(slices.Clone(x.Elections), e.ID)
	return x, e, journal.Draft{Kind: "session.served", Election: e.ID, Place: x.Place}.Fact("session", x.ID), nil
}
