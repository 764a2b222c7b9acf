package planning

import (
	"fmt"
	"slices"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/schedule"
)

// Pattern is a rule for hours at a place or one of its stops, with the rules of
// a published list: Day is "man" … "søn", a date, a range "A..B" or "2. tirsdag
// i måneden"; a dated pattern that overlaps the weekly hours of its day replaces
// them. Closed takes a day out.
type Pattern struct {
	Place  string      `json:"place"`  // place id
	Stop   int         `json:"stop"`   // index of the tour stop, -1 for none
	Day    string      `json:"day"`    //
	Opens  int         `json:"opens"`  // minutes after midnight
	Closes int         `json:"closes"` // minutes after midnight
	Closed bool        `json:"closed"`
	From   models.Date `json:"from"` // narrows the pattern; zero for no bound
	Until  models.Date `json:"until"`
	Reason string      `json:"reason"`
}

// row writes the pattern as a row of a list.
func (p Pattern) row(line int, window schedule.Period) schedule.Row {
	r := schedule.Row{Line: line, Place: p.Place, Address: fmt.Sprint(p.Stop), Day: p.Day}
	if p.Closed {
		r.Note = "CLOSED"
	} else {
		r.Opens, r.Closes = clock(p.Opens), clock(p.Closes)
	}
	if !p.From.IsZero() || !p.Until.IsZero() {
		from, until := p.From, p.Until
		if from.IsZero() {
			from = window.First
		}
		if until.IsZero() {
			until = window.Last
		}
		r.Note += fmt.Sprintf(" kun %s..%s", from, until)
	}
	return r
}

func clock(minutes int) string { return fmt.Sprintf("%02d:%02d", minutes/60, minutes%60) }

// Unroll makes draft sessions of patterns inside a window, for elections. newID
// gives each its id. Findings are those of schedule.Unroll with the pattern's
// index + 1 as line.
func Unroll(patterns []Pattern, window schedule.Period, elections []string, newID func() string) ([]models.Session, []schedule.Finding) {
	rows := make([]schedule.Row, len(patterns))
	stops := map[int]int{}
	for i, p := range patterns {
		rows[i] = p.row(i+1, window)
		stops[i+1] = p.Stop
	}
	r := schedule.Unroll(rows, window)
	out := make([]models.Session, len(r.Sessions))
	for i, s := range r.Sessions {
		out[i] = models.Session{ID: newID(), Place: s.Place, Stop: stops[s.Line], Elections: slices.Clone(elections),
			Starts: s.Starts, Ends: s.Ends, State: models.SessionDraft, Line: s.Line}
	}
	return out, r.Findings
}

// Merge joins two draft or published sessions of one place, stop and room that
// touch or overlap; a keeps its id and gets the elections of both. CodeInvalid
// when they cannot be one.
func Merge(a, b models.Session) (models.Session, error) {
	if a.Place != b.Place || a.Stop != b.Stop || a.Room != b.Room || a.Starts.After(b.Ends) || b.Starts.After(a.Ends) {
		return a, models.Invalid("", "planning.merge.apart")
	}
	for _, s := range []models.Session{a, b} {
		if !models.SessionStates.Allows(s.State, models.SessionChange) || s.State == models.SessionOpen {
			return a, models.E(models.CodeState, "planning.merge.state")
		}
	}
	if b.Starts.Before(a.Starts) {
		a.Starts = b.Starts
	}
	if b.Ends.After(a.Ends) {
		a.Ends = b.Ends
	}
	for _, e := range b.Elections {
		if !a.Serves(e) {
			a.Elections = append(slices.Clip(a.Elections), e)
		}
	}
	return a, nil
}

// Split cuts a draft or published session in two at a moment inside it; the
// second part gets the id given. CodeInvalid when at is not inside.
func Split(s models.Session, at time.Time, id string) (first, second models.Session, err error) {
	if !at.After(s.Starts) || !at.Before(s.Ends) {
		return s, s, models.Invalid("at", "planning.split.outside")
	}
	if s.State != models.SessionDraft && s.State != models.SessionPublished {
		return s, s, models.E(models.CodeState, "planning.merge.state")
	}
	first, second = s, s
	first.Ends, second.Starts, second.ID, second.Sequence = at, at, id, 0
	second.Elections = slices.Clone(s.Elections)
	return first, second, nil
}
