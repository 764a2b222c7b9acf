package planning

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/models"
)

// Notice is one change of a session that citizens had been promised: old, new
// and why. It goes to the people of its place, and stands on the public page.
type Notice struct {
	ID       string        `json:"id"`
	Election string        `json:"election"` // whose plan it belongs to
	Session  string        `json:"session"`
	Place    string        `json:"place"`
	Kind     ChangeKind    `json:"kind"`
	Starts   time.Time     `json:"starts"` // as promised before; of an added session as promised now
	Ends     time.Time     `json:"ends"`
	NewStart time.Time     `json:"new_start,omitzero"` // zero when it was cancelled
	NewEnd   time.Time     `json:"new_end,omitzero"`
	Fields   []FieldChange `json:"fields"`
	Reason   string        `json:"reason"`
	At       time.Time     `json:"at"`
	Person   string        `json:"person"`
	Version  int           `json:"version"` // of the plan that holds the change; it replaces the one before
	Seen     []Seen        `json:"seen"`    // who has said that they know
}

// Seen is one person who has read a notice.
type Seen struct {
	Person string    `json:"person"`
	At     time.Time `json:"at"`
}

// RecordKind implements models.Record.
func (Notice) RecordKind() string { return "plan_notice" }

// RecordID implements models.Record.
func (n Notice) RecordID() string { return n.ID }

// SeenBy tells whether a person has read the notice.
func (n Notice) SeenBy(person string) bool {
	return slices.ContainsFunc(n.Seen, func(s Seen) bool { return s.Person == person })
}

// Notices are the notices of changes to published sessions, in their order.
func Notices(changes []Change, election string, version int, reason string, by models.Act) []Notice {
	out := make([]Notice, 0, len(changes))
	for _, c := range changes {
		s, n := c.Session(), Notice{Election: election, Kind: c.Kind, Fields: c.Fields, Reason: reason, At: by.At, Person: by.Person, Version: version}
		n.ID, n.Session, n.Place = models.DeriveID("N", by.Key, s.ID), s.ID, s.Place
		switch c.Kind {
		case Changed:
			n.Starts, n.Ends, n.NewStart, n.NewEnd = c.Old.Starts, c.Old.Ends, c.New.Starts, c.New.Ends
		case Removed:
			n.Starts, n.Ends = c.Old.Starts, c.Old.Ends
		case Added:
			n.Starts, n.Ends, n.NewStart, n.NewEnd = c.New.Starts, c.New.Ends, c.New.Starts, c.New.Ends
		}
		out = append(out, n)
	}
	return out
}

// promised tells whether citizens know of the session.
func promised(s models.Session) bool {
	return s.State != models.SessionDraft && s.State != models.SessionCancelled
}

// Alter changes a session in place of its old self. A promised session gets the
// next SEQUENCE and needs a reason; the change is returned for its notice. The
// state table refuses what is closing or closed (CodeState).
func Alter(old models.Session, reason string, alter func(*models.Session)) (models.Session, []Change, error) {
	now := old
	alter(&now)
	act := models.SessionChange
	if now.State == models.SessionCancelled {
		act = models.SessionCancel
	}
	next, err := models.SessionStates.Next(old.State, act)
	if err != nil {
		return old, nil, err
	}
	if !now.Ends.After(now.Starts) {
		return old, nil, models.Invalid("ends", "planning.agreement.hours")
	}
	now.State = next
	if next == models.SessionCancelled {
		now.CancelReason = reason
	}
	changes := Diff([]models.Session{old}, []models.Session{now})
	if !promised(old) || len(changes) == 0 {
		return now, nil, nil
	}
	if strings.TrimSpace(reason) == "" {
		return old, nil, models.Invalid("reason", "planning.change.reason")
	}
	now.Sequence = old.Sequence + 1
	if changes[0].Kind == Changed {
		changes[0].New = now
	}
	return now, changes, nil
}

// Revision is what one act changes in a plan.
type Revision struct {
	Sessions []models.Session // as they stand now
	Changes  []Change         // of those that citizens had been promised
}

func (r *Revision) add(s models.Session, changes []Change) {
	r.Sessions = append(r.Sessions, s)
	r.Changes = append(r.Changes, changes...)
}

// Cell is what somebody typed for one place and day: what they saw, and what
// they want.
type Cell struct {
	Place string
	Day   models.Date
	Was   []Span
	Now   []Span
}

// Conflict is a cell that somebody else changed in the meantime.
type Conflict struct {
	Cell
	Is []Span // what stands there
}

// EditCells changes a plan as typed into the week matrix. Sessions of a cell are
// matched in order of time; the rest is added as drafts or cancelled. When a
// cell is no longer what the person saw, nothing is changed and every such cell
// is returned: the second editor sees what the first one did.
func EditCells(election string, sessions []models.Session, cells []Cell, key, reason string) (Revision, []Conflict, error) {
	type slot struct {
		place string
		day   models.Date
	}
	at := map[slot][]models.Session{}
	for _, s := range sessions {
		if s.State != models.SessionCancelled {
			k := slot{s.Place, s.Date()}
			at[k] = append(at[k], s)
		}
	}
	var r Revision
	var conflicts []Conflict
	for _, c := range cells {
		have := at[slot{c.Place, c.Day}]
		slices.SortFunc(have, func(a, b models.Session) int { return cmp.Or(a.Starts.Compare(b.Starts), cmp.Compare(a.ID, b.ID)) })
		is := make([]Span, len(have))
		for i, s := range have {
			is[i] = SpanOf(s)
		}
		if slices.Equal(is, c.Now) {
			continue
		}
		if !slices.Equal(is, c.Was) {
			conflicts = append(conflicts, Conflict{c, is})
			continue
		}
		if err := r.cell(election, have, c, key, reason); err != nil {
			return r, nil, err
		}
	}
	if len(conflicts) > 0 {
		return Revision{}, conflicts, nil
	}
	return r, nil, nil
}

// cell brings one cell to what was typed.
func (r *Revision) cell(election string, have []models.Session, c Cell, key, reason string) error {
	for i := range max(len(have), len(c.Now)) {
		switch {
		case i >= len(have):
			from, to, err := c.Now[i].On(c.Day)
			if err != nil {
				return cellError(err, c)
			}
			r.add(models.Session{ID: models.DeriveID("S", key, c.Place, from.UTC().Format("200601021504")), Place: c.Place, Stop: -1, Elections: []string{election},
				Starts: from, Ends: to, State: models.SessionDraft}, nil)
		case i >= len(c.Now):
			s, ch, err := Alter(have[i], reason, func(s *models.Session) { s.State = models.SessionCancelled })
			if err != nil {
				return err
			}
			r.add(s, ch)
		case SpanOf(have[i]) != c.Now[i]:
			from, to, err := c.Now[i].On(c.Day)
			if err != nil {
				return cellError(err, c)
			}
			s, ch, err := Alter(have[i], reason, func(s *models.Session) { s.Starts, s.Ends = from, to })
			if err != nil {
				return err
			}
			r.add(s, ch)
		}
	}
	return nil
}

// cellError puts an error on the cell of the matrix in which it was typed.
func cellError(err error, c Cell) error {
	if e, ok := err.(*models.Error); ok {
		return e.On("c." + c.Place + "." + c.Day.String())
	}
	return err
}

// Extend keeps several places open until a later minute of one day, in one act:
// the last session of each. CodeInvalid when a place has no session that day or
// is open as long already.
func Extend(sessions []models.Session, places []string, day models.Date, until int, reason string) (Revision, error) {
	if len(places) == 0 {
		return Revision{}, models.Invalid("places", "planning.extend.places")
	}
	var r Revision
	for _, p := range places {
		last := -1
		for i, s := range sessions {
			if s.Place == p && s.Date() == day && s.State != models.SessionCancelled && (last < 0 || s.Ends.After(sessions[last].Ends)) {
				last = i
			}
		}
		if last < 0 {
			return Revision{}, models.Invalid("places", "planning.extend.none", p, day)
		}
		_, end, err := Span{0, until}.On(day)
		if err != nil {
			return Revision{}, err
		}
		if !end.After(sessions[last].Ends) {
			return Revision{}, models.Invalid("until", "planning.extend.already", p)
		}
		s, ch, err := Alter(sessions[last], reason, func(s *models.Session) { s.Ends = end })
		if err != nil {
			return Revision{}, err
		}
		r.add(s, ch)
	}
	return r, nil
}
