package staffing

import (
	"cmp"
	"slices"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/journal"
)

// Answer is what a person says of a half day.
type Answer string

// The answers. Can is what nothing said means.
const (
	Can       Answer = "can"
	RatherNot Answer = "rather_not"
	Cannot    Answer = "cannot"
)

// Answers lists the answers in the order in which they are offered.
var Answers = []Answer{Can, RatherNot, Cannot}

// HalfDay is a day's first half (before 14:00) or second.
type HalfDay struct {
	Day  models.Date `json:"day"`
	Late bool        `json:"late"`
}

// HalfStart is the minute of the day at which the second half starts.
const HalfStart = 14 * 60

// Said is an answer for one half day; only what differs from Can is kept.
type Said struct {
	HalfDay
	Answer Answer `json:"answer"`
}

// Wish is what one person wants in one election. It holds no reasons: those are
// nobody's business, and the journal keeps it for ever.
type Wish struct {
	ID        string   `json:"id"`
	Person    string   `json:"person"`
	Election  string   `json:"election"`
	Said      []Said   `json:"said"`
	Places    []string `json:"places"`     // preferred
	TargetMin int      `json:"target_min"` // minutes wished; 0 for no wish
}

// RecordKind implements models.Record.
func (Wish) RecordKind() string { return "wish" }

// RecordID implements models.Record.
func (w Wish) RecordID() string { return w.ID }

// WishID is the id of a person's wishes at an election.
func WishID(person, election string) string { return models.DeriveID("W", person, election) }

// Of is the answer for a half day.
func (w Wish) Of(h HalfDay) Answer {
	for _, s := range w.Said {
		if s.HalfDay == h {
			return s.Answer
		}
	}
	return Can
}

// halves are the half days that minutes from–until of a day touch.
func halves(day models.Date, from, until int) []HalfDay {
	var out []HalfDay
	if from < HalfStart {
		out = append(out, HalfDay{day, false})
	}
	if until > HalfStart {
		out = append(out, HalfDay{day, true})
	}
	return out
}

// minuteOf is the wall-clock minute of a session's start and end on its day.
func minutesOf(x models.Session) (from, until int) {
	s, e := x.Starts.In(models.Copenhagen), x.Ends.In(models.Copenhagen)
	from, until = s.Hour()*60+s.Minute(), e.Hour()*60+e.Minute()
	if models.DateOf(e) != models.DateOf(s) {
		until = 24 * 60
	}
	return from, until
}

// For is the strictest answer over the half days of a session.
func (w Wish) For(x models.Session) Answer {
	from, until := minutesOf(x)
	out := Can
	for _, h := range halves(x.Date(), from, until) {
		if a := w.Of(h); slices.Index(Answers, a) > slices.Index(Answers, out) {
			out = a
		}
	}
	return out
}

// SayWishes replaces the person's own wishes. After the deadline only a
// correction by the person's leader is taken: leader is the person's record when
// somebody else writes. Errors: CodeForbidden for another's wishes, CodeState
// after the deadline, CodeInvalid for an unknown answer or a day outside.
func SayWishes(act models.Act, p models.Person, e models.Election, w Wish, today models.Date) (Wish, journal.Draft, error) {
	if act.Person != p.ID && !Leads(act.Role, p.Employer) {
		return w, journal.Draft{}, models.E(models.CodeForbidden, "staffing.not_yours")
	}
	if act.Person == p.ID && !e.WishesDue.IsZero() && today.After(e.WishesDue) {
		return w, journal.Draft{}, models.E(models.CodeState, "staffing.wish_late", e.WishesDue)
	}
	w.ID, w.Person, w.Election = WishID(p.ID, e.ID), p.ID, e.ID
	kept := make([]Said, 0, len(w.Said))
	for _, s := range w.Said {
		if !slices.Contains(Answers, s.Answer) || s.Day.Before(e.First) || s.Day.After(e.Last) {
			return w, journal.Draft{}, models.Invalid("said", "staffing.wish_unknown")
		}
		if s.Answer != Can {
			kept = append(kept, s)
		}
	}
	slices.SortFunc(kept, func(a, b Said) int {
		return cmp.Or(a.Day.Compare(b.Day), cmp.Compare(btoi(a.Late), btoi(b.Late)))
	})
	w.Said = kept
	if w.TargetMin < 0 || w.TargetMin > 60*1000 {
		return w, journal.Draft{}, models.Invalid("target", "staffing.wish_target")
	}
	return w, journal.Draft{Kind: "wish.said", Election: e.ID}.Fact("person", p.ID), nil
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// RemindWishes lists the people who have said nothing, from three days before
// the deadline until it has passed.
func RemindWishes(e models.Election, people []models.Person, wishes []Wish, today models.Date) []models.Person {
	if e.WishesDue.IsZero() || today.Before(e.WishesDue.Add(-3)) || today.After(e.WishesDue) {
		return nil
	}
	var out []models.Person
	for _, p := range people {
		if !slices.ContainsFunc(wishes, func(w Wish) bool { return w.Person == p.ID && w.Election == e.ID }) {
			out = append(out, p)
		}
	}
	return out
}
