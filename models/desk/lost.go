package desk

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/journal"
)

// A PC that breaks for good takes with it what it had counted and not sent. The
// envelopes themselves lay on the table and were counted by hand at closing, so
// the book is whole without it: when somebody declares the PC lost, nothing that
// it has can enter the book any more, and the day report is final.

// DeviceState is where a PC of a session's desk stands.
type DeviceState string

// The states of a desk's PC.
const (
	DeviceWaits    DeviceState = "device_waits"    // it told last that something waits on it
	DeviceLost     DeviceState = "device_lost"     // two people said that it will not come back
	DeviceReturned DeviceState = "device_returned" // it came back all the same: what it had is a deviation
)

// DeviceAct is what may happen to a desk's PC.
type DeviceAct string

// The acts on a desk's PC.
const (
	DeviceDeclare DeviceAct = "declare_lost"
	DeviceReturn  DeviceAct = "come_back"
)

// DeviceStates is the state table.
var DeviceStates = models.Transitions[DeviceState, DeviceAct]{
	DeviceWaits: {DeviceDeclare: DeviceLost},
	DeviceLost:  {DeviceReturn: DeviceReturned},
}

// What a deviation about a lost PC was found as, followed by how many events it
// told of and how many envelopes more the hand count found.
const (
	FoundDeskLost     = "desk_lost"
	FoundDeskReturned = "desk_returned"
)

// LostReasons are why a PC does not come back, in the order in which they are offered.
var LostReasons = []string{"broken", "stolen", "erased", "gone"}

// Lost is a PC of a session's desk that was declared lost with events
// waiting on it. What it had is bounded: Told is how many events it told of,
// Found how many envelopes more the hand count found than the book held.
type Lost struct {
	ID         string      `json:"id"`
	State      DeviceState `json:"state"`
	Session    string      `json:"session"`
	Place      string      `json:"place"`
	Device     string      `json:"device"` // the browser's random id
	Told       int         `json:"told"`
	Seen       time.Time   `json:"seen"` // when it was heard of last
	Found      int         `json:"found"`
	Reason     string      `json:"reason"` // one of LostReasons
	By         string      `json:"by"`
	Second     string      `json:"second"`
	At         time.Time   `json:"at"`
	Deviation  string      `json:"deviation"` // it told of more than was found
	ReturnedAt time.Time   `json:"returned_at,omitzero"`
	Returned   string      `json:"returned"` // the deviation that its coming back opened
}

// RecordKind implements models.Record.
func (Lost) RecordKind() string { return "lost_desk" }

// RecordID implements models.Record.
func (l Lost) RecordID() string { return l.ID }

// LostID is the id of the record of a session's PC.
func LostID(session, device string) string { return models.DeriveID("T", session, device) }

// Told is what a PC of a desk told last.
type Told struct {
	Device  string
	Seen    time.Time
	Waiting int
}

// LoseCmd declares a PC lost.
type LoseCmd struct {
	Reason string
	Device Told
	Was    *Lost               // the record of the PC, nil when there is none
	Count  []custody.Deviation // the deviations of the session's hand count
}

// FoundMore is how many envelopes more a session's hand count found than the
// book held: the most of what a lost PC had counted that can lie among them.
func FoundMore(count []custody.Deviation) int {
	more := 0
	for _, d := range count {
		if d.Type != custody.DevCount {
			continue
		}
		book, err := strconv.Atoi(d.Expected)
		_, text, _ := strings.Cut(d.Found, " ")
		found, ferr := strconv.Atoi(text)
		if err == nil && ferr == nil {
			more += max(0, found-book)
		}
	}
	return more
}

// Lose declares a PC of a closed session lost: a coordinator and a second
// person, with a coded reason. Before the closing the hand count does not bound
// what it had, and it can still send. When it told of more than the hand count
// found, the rest is a deviation: it may be an undo, a call, or an envelope.
func Lose(sh Shift, a models.Act, now time.Time, cmd LoseCmd) (custody.Outcome, error) {
	s := sh.Session
	switch {
	case a.Role != models.RoleCoordinator || !a.MayActAt(s.Place):
		return custody.Outcome{}, models.E(models.CodeForbidden, "desk.lost_coordinator")
	case s.State != models.SessionClosed:
		return custody.Outcome{}, models.E(models.CodeState, "desk.lost_close_first")
	case !slices.Contains(LostReasons, cmd.Reason):
		return custody.Outcome{}, models.Invalid("reason", "desk.reason_missing")
	case a.Witness == "":
		return custody.Outcome{}, models.Invalid("witness_login", "desk.witness_missing")
	case a.Witness == a.Person:
		return custody.Outcome{}, (&models.Error{Code: models.CodeSamePerson}).On("witness_login")
	}
	from := DeviceWaits
	if cmd.Was != nil {
		from = cmd.Was.State
	} else if cmd.Device.Waiting == 0 {
		return custody.Outcome{}, models.E(models.CodeState, "desk.lost_nothing_waits")
	}
	state, err := DeviceStates.Next(from, DeviceDeclare)
	if err != nil {
		return custody.Outcome{}, err
	}
	l := Lost{ID: LostID(s.ID, cmd.Device.Device), State: state, Session: s.ID, Place: s.Place, Device: cmd.Device.Device, Told: cmd.Device.Waiting, Seen: cmd.Device.Seen.UTC(),
		Found: FoundMore(cmd.Count), Reason: cmd.Reason, By: a.Person, Second: a.Witness, At: now.UTC()}
	d := journal.Draft{Kind: "desk.lost", Place: s.Place}.Fact("session", s.ID).Fact("device", l.Device).Fact("reason", l.Reason).
		Fact("waiting", strconv.Itoa(l.Told)).Fact("found", strconv.Itoa(l.Found)).Fact("seen", l.Seen.Format(time.RFC3339))
	recs := []models.Record{nil}
	if l.Told > l.Found {
		dev := sh.deviation(a, now, custody.DevIncident, "", "", fmt.Sprintf("%s %d %d", FoundDeskLost, l.Told, l.Found))
		l.Deviation = dev.ID
		d, recs = d.Fact("deviation", dev.ID), append(recs, dev)
	}
	recs[0] = l
	return custody.Outcome{Draft: d, Records: recs}, nil
}

// Return writes that a PC came back after it was declared lost, with what
// it had still on it. Nothing of it is counted, for the hand count has it; the
// deviation asks somebody to compare.
func Return(sh Shift, a models.Act, now time.Time, l Lost) (custody.Outcome, error) {
	var err error
	if l.State, err = DeviceStates.Next(l.State, DeviceReturn); err != nil {
		return custody.Outcome{}, err
	}
	dev := sh.deviation(a, now, custody.DevIncident, "", "", fmt.Sprintf("%s %d %d", FoundDeskReturned, l.Told, l.Found))
	l.ReturnedAt, l.Returned = now.UTC(), dev.ID
	d := journal.Draft{Kind: "desk.returned", Place: l.Place}.Fact("session", l.Session).Fact("device", l.Device).Fact("deviation", dev.ID)
	return custody.Outcome{Draft: d, Records: []models.Record{l, dev}}, nil
}
