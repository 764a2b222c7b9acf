package planning

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"github.com/brevstemme/brevstemme/models"
)

// Version is a published plan of one election: what citizens were promised from
// a moment on. Its id is election and number, "KV25-3".
type Version struct {
	Election string    `json:"election"`
	Number   int       `json:"number"`
	At       time.Time `json:"at"`
	Person   string    `json:"person"`
	Reason   string    `json:"reason"` // why, from the second version on
	Sessions []Promise `json:"sessions"`
	Ticked   []Tick    `json:"ticked"` // warnings published with a reason
}

// Promise is what a version keeps of a session: what citizens were promised.
type Promise struct {
	ID        string    `json:"id"`
	Place     string    `json:"place"`
	Stop      int       `json:"stop"`
	Room      string    `json:"room,omitempty"`
	Elections []string  `json:"elections"`
	Starts    time.Time `json:"starts"`
	Ends      time.Time `json:"ends"`
	Booths    int       `json:"booths,omitempty"`
	Note      string    `json:"note,omitempty"`
	Sequence  int       `json:"sequence,omitempty"`
}

// Promises keeps of a plan what citizens were promised.
func Promises(sessions []models.Session) []Promise {
	out := []Promise{}
	for _, s := range sessions {
		if promised(s) {
			out = append(out, Promise{s.ID, s.Place, s.Stop, s.Room, s.Elections, s.Starts, s.Ends, s.Booths, s.Note, s.Sequence})
		}
	}
	return out
}

// Plan is the version's promises as published sessions, for Diff.
func (v Version) Plan() []models.Session {
	out := make([]models.Session, len(v.Sessions))
	for i, p := range v.Sessions {
		out[i] = models.Session{ID: p.ID, Place: p.Place, Stop: p.Stop, Room: p.Room, Elections: p.Elections, Starts: p.Starts, Ends: p.Ends,
			Booths: p.Booths, Note: p.Note, Sequence: p.Sequence, State: models.SessionPublished}
	}
	return out
}

// Tick is a warning that was published nevertheless.
type Tick struct {
	Code    Code   `json:"code"`
	Place   string `json:"place"`
	Session string `json:"session"`
	Reason  string `json:"reason"`
}

// RecordKind implements models.Record.
func (Version) RecordKind() string { return "plan_version" }

// RecordID implements models.Record.
func (v Version) RecordID() string { return v.Election + "-" + strconv.Itoa(v.Number) }

// ChangeKind is what happened to a session between two versions.
type ChangeKind string

// The kinds of change.
const (
	Added   ChangeKind = "added"
	Removed ChangeKind = "removed"
	Changed ChangeKind = "changed"
)

// Change is one session that differs between two versions.
type Change struct {
	Kind   ChangeKind     `json:"kind"`
	Old    models.Session `json:"old,omitzero"`
	New    models.Session `json:"new,omitzero"`
	Fields []FieldChange  `json:"fields,omitempty"`
}

// FieldChange is a field that citizens or staff can see, old and new as text:
// times as RFC 3339 in Copenhagen.
type FieldChange struct {
	Field string `json:"field"` // starts, ends, place, stop, room, elections, booths, note
	Old   string `json:"old"`
	New   string `json:"new"`
}

// Session is the session as it stands now, or stood when it was removed.
func (c Change) Session() models.Session {
	if c.Kind == Removed {
		return c.Old
	}
	return c.New
}

// Diff compares two plans by session id, in order of time. A cancelled session
// counts as removed.
func Diff(old, now []models.Session) []Change {
	before := alive(old)
	after := alive(now)
	var out []Change
	for id, s := range after {
		o, ok := before[id]
		if !ok {
			out = append(out, Change{Kind: Added, New: s})
		} else if f := fields(o, s); len(f) > 0 {
			out = append(out, Change{Kind: Changed, Old: o, New: s, Fields: f})
		}
	}
	for id, o := range before {
		if _, ok := after[id]; !ok {
			out = append(out, Change{Kind: Removed, Old: o})
		}
	}
	slices.SortFunc(out, func(a, b Change) int {
		x, y := a.Session(), b.Session()
		return cmp.Or(x.Starts.Compare(y.Starts), cmp.Compare(x.ID, y.ID))
	})
	return out
}

func alive(ss []models.Session) map[string]models.Session {
	m := make(map[string]models.Session, len(ss))
	for _, s := range ss {
		if s.State != models.SessionCancelled {
			m[s.ID] = s
		}
	}
	return m
}

// fields lists what differs in what people see.
func fields(a, b models.Session) []FieldChange {
	var out []FieldChange
	add := func(name, x, y string) {
		if x != y {
			out = append(out, FieldChange{name, x, y})
		}
	}
	clock := func(t time.Time) string { return t.In(models.Copenhagen).Format(time.RFC3339) }
	add("starts", clock(a.Starts), clock(b.Starts))
	add("ends", clock(a.Ends), clock(b.Ends))
	add("place", a.Place, b.Place)
	add("stop", strconv.Itoa(a.Stop), strconv.Itoa(b.Stop))
	add("room", a.Room, b.Room)
	add("elections", joined(a.Elections), joined(b.Elections))
	add("booths", strconv.Itoa(a.Booths), strconv.Itoa(b.Booths))
	add("note", a.Note, b.Note)
	return out
}

func joined(ids []string) string {
	s := slices.Clone(ids)
	slices.Sort(s)
	out := ""
	for i, id := range s {
		if i > 0 {
			out += " "
		}
		out += id
	}
	return out
}

// Bump gives changed sessions of the new plan the next iCalendar SEQUENCE, so
// that calendars take the change over. Sessions are changed in place.
func Bump(changes []Change, now []models.Session) {
	for i := range now {
		for _, c := range changes {
			if c.Kind == Changed && c.New.ID == now[i].ID {
				now[i].Sequence = c.Old.Sequence + 1
			}
		}
	}
}

// Concerned lists the places whose people must hear of the changes, sorted: the
// place it was at and the place it is at.
func Concerned(changes []Change) []string {
	var out []string
	for _, c := range changes {
		for _, p := range []string{c.Old.Place, c.New.Place} {
			if p != "" && !slices.Contains(out, p) {
				out = append(out, p)
			}
		}
	}
	slices.Sort(out)
	return out
}
