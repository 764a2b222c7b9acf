package staffing

import (
	"slices"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/journal"
)

// Stray is a shift that its session has left behind: the session was cancelled,
// or has other hours than when the shift was made.
type Stray struct {
	Shift   Shift
	Session models.Session
	Gone    bool // cancelled
}

// Strays finds them among coming shifts; shifts that are nobody's any more are
// no strays. sessions are by id.
func Strays(sessions map[string]models.Session, shifts []Shift, now time.Time) []Stray {
	var out []Stray
	for _, s := range shifts {
		x, ok := sessions[s.Session]
		if !ok || !s.Holds() && !s.Waiting() || !now.Before(s.Until) && !now.Before(x.Ends) {
			continue
		}
		switch {
		case x.State == models.SessionCancelled:
			out = append(out, Stray{s, x, true})
		case x.State == models.SessionClosed:
		case s.left(x):
			out = append(out, Stray{s, x, false})
		}
	}
	return out
}

// left tells whether the session has other hours than those of the shift.
func (s Shift) left(x models.Session) bool {
	if !s.SessionFrom.IsZero() && (!s.SessionFrom.Equal(x.Starts) || !s.SessionUntil.Equal(x.Ends)) {
		return true
	}
	return s.From.Before(x.Starts) || s.Until.After(x.Ends)
}

// follow gives the shift the session's new hours. A shift over the whole session
// stays over the whole; a part of it moves along and is cut at the ends. Nothing
// may be left of a part: ok is false then.
func (s Shift) follow(x models.Session) (out Shift, ok bool) {
	var by time.Duration
	if !s.SessionFrom.IsZero() {
		by = x.Starts.Sub(s.SessionFrom)
	}
	out = s
	out.From, out.Until = s.From.Add(by), s.Until.Add(by)
	if s.From.Equal(s.SessionFrom) || out.From.Before(x.Starts) {
		out.From = x.Starts
	}
	if s.Until.Equal(s.SessionUntil) || out.Until.After(x.Ends) {
		out.Until = x.Ends
	}
	out.Breaks = nil
	for _, b := range s.Breaks {
		if b.From, b.Until = b.From.Add(by), b.Until.Add(by); b.From.After(out.From) && b.Until.Before(out.Until) {
			out.Breaks = append(out.Breaks, b)
		}
	}
	out.SessionFrom, out.SessionUntil = x.Starts, x.Ends
	return out, out.From.Before(out.Until)
}

// Mend lets shifts follow their sessions: those of a cancelled session are
// cancelled, the others get the new hours and are confirmed anew by their people.
// The coordinator mends everybody's, since the plan is theirs to change; the
// library's people then wait for their own leader. A leader mends own people's.
// A shift that would meet another of the same person is cancelled, and the session
// stays short. others are all coming shifts. The third result is how many were
// cancelled.
func Mend(act models.Act, strays []Stray, others []Shift) ([]Shift, journal.Draft, int, error) {
	var out []Shift
	gone := 0
	now := slices.DeleteFunc(slices.Clone(others), func(s Shift) bool {
		return slices.ContainsFunc(strays, func(t Stray) bool { return t.Shift.ID == s.ID })
	})
	for _, t := range strays {
		own := Leads(act.Role, t.Shift.Employer) && act.MayActAt(t.Shift.Place)
		if !own && act.Role != models.RoleCoordinator {
			now = append(now, t.Shift)
			continue
		}
		next, err := t.mend(own, now)
		if err != nil {
			return nil, journal.Draft{}, 0, err
		}
		if next.State == ShiftCancelled {
			gone++
		}
		now, out = append(now, next), append(out, next)
	}
	if len(out) == 0 {
		return nil, journal.Draft{}, 0, models.E(models.CodeState, "staffing.nothing_to_mend")
	}
	return out, journal.Draft{Kind: "shift.followed"}, gone, nil
}

func (t Stray) mend(own bool, now []Shift) (Shift, error) {
	next, ok := t.Shift.follow(t.Session)
	act := ShiftMove
	if !own {
		act = ShiftReopen
	}
	_, busy := Clash(now, next.Person, next.From, next.Until, next.ID)
	if t.Gone || !ok || busy && next.Holds() && !next.StandIn || !ShiftStates.Allows(next.State, act) {
		next, act = t.Shift, ShiftWithdraw
	}
	next = next.unasked()
	return next.do(act)
}
