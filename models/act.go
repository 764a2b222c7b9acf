package models

import "time"

// Act is what every change has in common: who does it, when it happened, and
// the client-made key that makes the same click, scan or retry count once.
type Act struct {
	Key     string    // idempotency key, required
	Digest  [32]byte  // SHA-256 of the request; same key with another digest is CodeReplayOther
	Person  string    // person id of the one acting
	Role    Role      // the role acted in
	Places  []string  // places the person may act at; nil means all
	Witness string    // person id of the second person, when the act needs two
	At      time.Time // when it happened; zero means now
}

// MayActAt tells whether the person may act at a place.
func (a Act) MayActAt(place string) bool {
	if a.Places == nil {
		return true
	}
	for _, p := range a.Places {
		if p == place {
			return true
		}
	}
	return false
}
