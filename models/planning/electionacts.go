package planning

import (
	"fmt"
	"slices"
	"strings"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/calendar"
	"github.com/brevstemme/brevstemme/models/journal"
)

func refuseCPR(texts map[string]string) error {
	for field, text := range texts {
		if err := models.RefuseCPR(field, text); err != nil {
			return err
		}
	}
	return nil
}

// DecideProtocol records the council's decision on the electronic protocol,
// without which the journal is no record in the sense of FV § 64 and KRVL § 70.
func DecideProtocol(e models.Election, d models.Decision) (models.Election, journal.Draft, error) {
	if !d.Set() {
		return e, journal.Draft{}, models.Invalid("body", "election.protocol_half")
	}
	if err := refuseCPR(map[string]string{"body": d.Body, "reference": d.Reference}); err != nil {
		return e, journal.Draft{}, err
	}
	e.EProtocol = d
	return e, journal.Draft{Kind: "election.protocol_decided", Election: e.ID}.Fact("date", d.Date.String()).Fact("body", d.Body).Fact("reference", d.Reference), nil
}

// Move gives an election another day: its calendar is computed anew, dates that
// were set by hand fall away as does a local limit of the old day, and sessions outside the new window are cancelled,
// since votes received there would be void.
func Move(e models.Election, day, called models.Date, reason string, sessions []models.Session) (models.Election, Revision, journal.Draft, error) {
	none := journal.Draft{}
	next, err := models.ElectionStates.Next(e.State, models.ElectionMove)
	if err != nil {
		return e, Revision{}, none, err
	}
	if strings.TrimSpace(reason) == "" {
		return e, Revision{}, none, models.Invalid("move_reason", "election.why_missing")
	}
	if err := models.RefuseCPR("move_reason", reason); err != nil {
		return e, Revision{}, none, err
	}
	old := e.Date
	e.State, e.Date, e.Called, e.Supplement, e.ClosedReason, e.LocalReason = next, day, called, nil, reason, ""
	e.Settings = Inherited(e)
	cal, err := calendar.Of(e)
	if err != nil {
		return e, Revision{}, none, err
	}
	e.First, e.Last = cal.Window()
	r, err := drop(e.ID, reason, slices.DeleteFunc(slices.Clone(sessions), func(s models.Session) bool { return Window(e).Has(s.Date()) }))
	d := journal.Draft{Kind: "election.moved", Election: e.ID}.Fact("from", old.String()).Fact("to", day.String()).Fact("reason", reason)
	return e, r, d.Fact("cancelled", fmt.Sprint(len(r.Sessions))), err
}

// mostVotes is more than every voter of the largest municipality.
const mostVotes = 1_000_000

// Expect says how many postal votes the municipality reckons with: what the
// coordinator's board is held against.
func Expect(e models.Election, votes int) (models.Election, journal.Draft, error) {
	if votes < 1 || votes > mostVotes {
		return e, journal.Draft{}, models.Invalid("stemmer", "forecast.range", mostVotes)
	}
	e.Expected = votes
	return e, journal.Draft{Kind: "election.expected", Election: e.ID}.Fact("votes", fmt.Sprint(votes)), nil
}

// CallOff cancels an election, and every session that would have received votes
// for it alone; others go on without it.
func CallOff(e models.Election, reason string, sessions []models.Session) (models.Election, Revision, journal.Draft, error) {
	next, err := models.ElectionStates.Next(e.State, models.ElectionCancel)
	if err != nil {
		return e, Revision{}, journal.Draft{}, err
	}
	if strings.TrimSpace(reason) == "" {
		return e, Revision{}, journal.Draft{}, models.Invalid("cancel_reason", "election.why_missing")
	}
	if err := models.RefuseCPR("cancel_reason", reason); err != nil {
		return e, Revision{}, journal.Draft{}, err
	}
	e.State, e.ClosedReason = next, reason
	r, err := drop(e.ID, reason, sessions)
	return e, r, journal.Draft{Kind: "election.cancelled", Election: e.ID}.Fact("reason", reason).Fact("cancelled", fmt.Sprint(len(r.Sessions))), err
}

// drop takes an election out of sessions that have not opened; those that serve
// it alone are cancelled.
func drop(election, reason string, sessions []models.Session) (Revision, error) {
	var r Revision
	for _, x := range sessions {
		if x.State != models.SessionDraft && x.State != models.SessionPublished {
			continue
		}
		now, changes, err := Alter(x, reason, func(s *models.Session) {
			if len(s.Elections) > 1 {
				s.Elections = slices.DeleteFunc(slices.Clone(s.Elections), func(e string) bool { return e == election })
			} else {
				s.State = models.SessionCancelled
			}
		})
		if err != nil {
			return r, err
		}
		r.add(now, changes)
	}
	return r, nil
}

// CopySessions lays the plan of an earlier election over a new one: by days
// before the last day, kept to the same weekday. Days outside the window and
// helligdage are left out; the copies are drafts.
func CopySessions(from, to models.Election, sessions []models.Session) []models.Session {
	shift := to.Last.Sub(from.Last)
	shift = (shift + sign(shift)*3) / 7 * 7 // whole weeks, the nearest
	var out []models.Session
	for _, s := range sessions {
		day := s.Date().Add(shift)
		if s.State == models.SessionCancelled || !Window(to).Has(day) || calendar.IsHoliday(day) {
			continue
		}
		h := SpanOf(s)
		out = append(out, models.Session{ID: models.DeriveID("S", to.ID, s.ID), Place: s.Place, Stop: s.Stop, Room: s.Room, Elections: []string{to.ID},
			Starts: day.At(h.From/60, h.From%60), Ends: day.At(h.To/60, h.To%60), State: models.SessionDraft, Need: s.Need, Booths: s.Booths, Note: s.Note})
	}
	return out
}

func sign(n int) int {
	if n < 0 {
		return -1
	}
	return 1
}
