package planning

import (
	"slices"
	"time"

	"github.com/brevstemme/brevstemme/models"
)

// Public is what everybody may know: the published plan of every election that
// is under way, and what changed in it. Drafts are never in it.
type Public struct {
	Elections []models.Election
	CalledOff []models.Election // cancelled ones
	Places    []PublicPlace     // those with sessions, in Danish order of names
	Notices   []Notice          // newest first
	Editions  []Edition         // the version of each election's plan that this is
}

// Edition names a published version: on paper it says which one it replaces.
type Edition struct {
	Election string    `json:"election"`
	Number   int       `json:"number"`
	At       time.Time `json:"at"`
}

// PublicPlace is a place with its published sessions in order of time;
// Cancelled are those that were promised and will not be.
type PublicPlace struct {
	models.Place
	Sessions  []models.Session
	Cancelled []models.Session
}

// MakePublic keeps of a plan what may be public: sessions that were published,
// of elections that are no exercise and not over, and those elections. places and sessions
// come sorted.
func MakePublic(elections []models.Election, places []models.Place, sessions []models.Session, notices []Notice) Public {
	var out Public
	shown := map[string]bool{}
	for _, e := range elections {
		if e.State == models.ElectionCancelled && !e.Practice {
			out.CalledOff = append(out.CalledOff, e)
		}
		shown[e.ID] = (e.State == models.ElectionRunning || e.State == models.ElectionPlanned) && !e.Practice
	}
	at := map[string]*PublicPlace{}
	order := make([]*PublicPlace, 0, len(places))
	for _, p := range places {
		pp := &PublicPlace{Place: p}
		at[p.ID] = pp
		order = append(order, pp)
	}
	public, voted := map[string]bool{}, map[string]bool{}
	for _, s := range sessions {
		s.Elections = slices.DeleteFunc(slices.Clone(s.Elections), func(e string) bool { return !shown[e] })
		p := at[s.Place]
		switch {
		case p == nil || len(s.Elections) == 0:
		case promised(s):
			p.Sessions = append(p.Sessions, s)
			public[s.ID] = true
			for _, e := range s.Elections {
				voted[e] = true
			}
		case s.State == models.SessionCancelled && s.Sequence > 0: // a draft that was dropped was never promised
			p.Cancelled = append(p.Cancelled, s)
			public[s.ID] = true
		}
	}
	for _, p := range order {
		if len(p.Sessions)+len(p.Cancelled) > 0 {
			out.Places = append(out.Places, *p)
		}
	}
	for _, e := range elections {
		if voted[e.ID] {
			out.Elections = append(out.Elections, e)
		}
	}
	for _, n := range notices {
		if public[n.Session] {
			out.Notices = append(out.Notices, n)
		}
	}
	return out
}

// OpenAt is the session that receives votes at a moment.
func (p PublicPlace) OpenAt(t time.Time) (models.Session, bool) {
	for _, s := range p.Sessions {
		if !t.Before(s.Starts) && t.Before(s.Ends) && s.State != models.SessionClosed && s.State != models.SessionClosing {
			return s, true
		}
	}
	return models.Session{}, false
}

// Next is the first session that starts after a moment.
func (p PublicPlace) Next(t time.Time) (models.Session, bool) {
	for _, s := range p.Sessions {
		if s.Starts.After(t) {
			return s, true
		}
	}
	return models.Session{}, false
}

// LastDay is the last day of an opening here, zero for none.
func (p PublicPlace) LastDay() models.Date {
	var last models.Date
	for _, s := range p.Sessions {
		if d := s.Date(); d.After(last) {
			last = d
		}
	}
	return last
}

// StopOf is the tour stop of a session at a mobile place; ok is false at others.
func StopOf(p models.Place, s models.Session) (models.TourStop, bool) {
	if s.Stop < 0 || s.Stop >= len(p.Stops) {
		return models.TourStop{}, false
	}
	return p.Stops[s.Stop], true
}

// Find is a place of the public plan.
func (p Public) Find(id string) (PublicPlace, bool) {
	i := slices.IndexFunc(p.Places, func(x PublicPlace) bool { return x.ID == id })
	if i < 0 {
		return PublicPlace{}, false
	}
	return p.Places[i], true
}
