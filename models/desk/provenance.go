package desk

import (
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/journal"
)

// NoticeKind is what hangs or lies at a place for voters.
type NoticeKind string

// The kinds: candidate lists (FV § 61, KRVL § 67) and notices in the booth.
const (
	NoticeList   NoticeKind = "list"
	NoticePoster NoticeKind = "notice"
)

// NoticeKinds lists them.
var NoticeKinds = []NoticeKind{NoticeList, NoticePoster}

// ListVersion is one version of a candidate list or notice, as fetched or
// printed, with its serial on every copy.
type ListVersion struct {
	ID        string     `json:"id"` // serial "V…" with check character, in its barcode
	Election  string     `json:"election"`
	Kind      NoticeKind `json:"kind"`
	Name      string     `json:"name"`   // "Kandidatliste 2, Nordsjælland"
	Source    string     `json:"source"` // where it was fetched
	FetchedAt time.Time  `json:"fetched_at"`
	Wrong     string     `json:"wrong"` // why it was recalled, "" while it is right
	WrongAt   time.Time  `json:"wrong_at,omitzero"`
}

// RecordKind implements models.Record.
func (ListVersion) RecordKind() string { return "list_version" }

// RecordID implements models.Record.
func (v ListVersion) RecordID() string { return v.ID }

// Notice is one version hanging at one place for some time.
type Notice struct {
	ID       string    `json:"id"`
	Version  string    `json:"version"`
	Election string    `json:"election"`
	Place    string    `json:"place"`
	UpAt     time.Time `json:"up_at"`
	UpBy     string    `json:"up_by"`
	DownAt   time.Time `json:"down_at,omitzero"`
	DownBy   string    `json:"down_by"`
}

// RecordKind implements models.Record.
func (Notice) RecordKind() string { return "notice" }

// RecordID implements models.Record.
func (n Notice) RecordID() string { return n.ID }

// NewVersion enters a version of a list or notice.
func NewVersion(a models.Act, e models.Election, kind NoticeKind, name, source string, now time.Time) (custody.Outcome, error) {
	if kind != NoticeList && kind != NoticePoster {
		return custody.Outcome{}, models.Invalid("kind", "desk.choose")
	}
	if err := custody.Words("name", name, 2); err != nil {
		return custody.Outcome{}, err
	}
	if err := custody.Words("source", source, 0); err != nil {
		return custody.Outcome{}, err
	}
	v := ListVersion{ID: models.DeriveID("V", a.Key), Election: e.ID, Kind: kind, Name: name, Source: source, FetchedAt: now}
	d := journal.Draft{Kind: "list.entered", Election: e.ID}.Fact("version", v.ID)
	return custody.Outcome{Draft: d, Records: []models.Record{v}}, nil
}

// HangUp writes that a version hangs at a place from at on. A version that was
// recalled is refused; up are the notices that hang there now: one of the same
// election and kind is taken down by the same act.
func HangUp(a models.Act, v ListVersion, place string, up []Notice, kinds map[string]NoticeKind, at, now time.Time) (custody.Outcome, error) {
	if !a.MayActAt(place) {
		return custody.Outcome{}, models.E(models.CodeForbidden, "desk.wrong_place")
	}
	if v.Wrong != "" {
		return custody.Outcome{}, models.E(models.CodeState, "desk.version_recalled", v.Name).On("version")
	}
	if at.IsZero() || at.After(now) {
		at = now
	}
	var recs []models.Record
	d := journal.Draft{Kind: "list.hung_up", Election: v.Election, Place: place}.Fact("version", v.ID)
	for _, n := range up {
		if n.Place != place || n.Election != v.Election || !n.DownAt.IsZero() || kinds[n.Version] != v.Kind {
			continue
		}
		if n.Version == v.ID {
			return custody.Outcome{}, models.E(models.CodeConflict, "desk.hangs_already").On("version")
		}
		if at.Before(n.UpAt) {
			at = n.UpAt
		}
		n.DownAt, n.DownBy = at, a.Person
		recs = append(recs, n)
		d = d.Fact("down "+n.ID, n.Version)
	}
	n := Notice{ID: models.DeriveID("H", a.Key), Version: v.ID, Election: v.Election, Place: place, UpAt: at, UpBy: a.Person}
	return custody.Outcome{Draft: d, Records: append(recs, n)}, nil
}

// TakeDown writes that a notice was taken down.
func TakeDown(a models.Act, n Notice, at, now time.Time) (custody.Outcome, error) {
	if !a.MayActAt(n.Place) {
		return custody.Outcome{}, models.E(models.CodeForbidden, "desk.wrong_place")
	}
	if !n.DownAt.IsZero() {
		return custody.Outcome{}, models.E(models.CodeConflict, "desk.down_already")
	}
	if at.IsZero() || at.After(now) {
		at = now
	}
	if at.Before(n.UpAt) {
		return custody.Outcome{}, models.Invalid("at", "desk.down_before_up")
	}
	n.DownAt, n.DownBy = at, a.Person
	d := journal.Draft{Kind: "list.taken_down", Election: n.Election, Place: n.Place}.Fact("version", n.Version)
	return custody.Outcome{Draft: d, Records: []models.Record{n}}, nil
}

// RecallVersion marks a version as wrong: it can no longer be hung up, and a
// deviation asks for the notice to those who voted meanwhile.
func RecallVersion(a models.Act, v ListVersion, why string, now time.Time) (custody.Outcome, error) {
	if a.Role != models.RoleCoordinator {
		return custody.Outcome{}, models.E(models.CodeForbidden, "")
	}
	if v.Wrong != "" {
		return custody.Outcome{}, models.E(models.CodeConflict, "desk.version_recalled", v.Name)
	}
	if err := custody.Words("why", why, 5); err != nil {
		return custody.Outcome{}, err
	}
	v.Wrong, v.WrongAt = why, now
	dev := custody.Deviation{ID: models.DeriveID("A", a.Key), Type: custody.DevList, State: custody.DeviationOpen, Election: v.Election, FoundBy: a.Person,
		FoundAt: now, Found: v.Name, Action: why, Deadline: models.DateOf(now).Add(1)}
	d := journal.Draft{Kind: "list.recalled", Election: v.Election}.Fact("version", v.ID).Fact("why", why)
	return custody.Outcome{Draft: d, Records: []models.Record{v, dev}}, nil
}

// Showing is one place in the answer to "which places showed this version
// between two instants, and how many votes were received there then".
type Showing struct {
	Place   string
	From    time.Time // when it hung, cut to the interval asked for
	Until   time.Time
	Votes   int // envelopes received there then for the election, net of what was undone
	StillUp bool
}
