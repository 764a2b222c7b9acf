package planning

import (
	"slices"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/journal"
)

// ServeAlso lets a session receive votes for one more election, side by side
// and never mixed: the senior council beside a local election, or a European
// election beside a general one with another last day.
func ServeAlso(x models.Session, e models.Election) (models.Session, journal.Draft, error) {
	next, err := models.SessionStates.Next(x.State, models.SessionChange)
	if err != nil {
		return x, journal.Draft{}, err
	}
	if x.Serves(e.ID) {
		return x, journal.Draft{}, models.Invalid("election", "plan.served_already", e.ID)
	}
	if x.State == models.SessionPublished {
		x.Sequence++
	}
	x.State, x.Elections = next, append(slices.Clone(x.Elections), e.ID)
	return x, journal.Draft{Kind: "session.served", Election: e.ID, Place: x.Place}.Fact("session", x.ID), nil
}
