package planning

import (
	"time"

	"github.com/brevstemme/brevstemme/models"
)

// Presence is one person at one session, as the roster has it.
type Presence struct {
	Session     string
	From, Until time.Time
}

// Crews is how many people each session has at its thinnest moment, for all
// sessions given; nil when the roster has nobody at all, since it is not made
// yet and says nothing.
func Crews(sessions []models.Session, roster []Presence) map[string]int {
	at := map[string][]Presence{}
	for _, p := range roster {
		at[p.Session] = append(at[p.Session], p)
	}
	if len(at) == 0 {
		return nil
	}
	out := make(map[string]int, len(sessions))
	for _, s := range sessions {
		out[s.ID] = thinnest(s, at[s.ID])
	}
	return out
}

// thinnest is the fewest people present at any moment of a session: it can only
// fall where somebody leaves, or be low at the start.
func thinnest(s models.Session, crew []Presence) int {
	moments := []time.Time{s.Starts}
	for _, p := range crew {
		if p.Until.After(s.Starts) && p.Until.Before(s.Ends) {
			moments = append(moments, p.Until)
		}
	}
	least := len(crew)
	for _, at := range moments {
		n := 0
		for _, p := range crew {
			if !p.From.After(at) && p.Until.After(at) {
				n++
			}
		}
		least = min(least, n)
	}
	return least
}
