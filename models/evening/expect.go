package evening

import (
	"cmp"
	"slices"
	"time"

	"github.com/brevstemme/brevstemme/models"
)

// Expected arrivals ("nobody goes home"). Everything here is a pure function of
// the plan, of what has happened and of the clock: a program that was down, or a
// clock that was set back, computes the same alarms again. Instants are compared,
// never wall-clock times.

// Expectation is one source that must be in tonight: a session at a library,
// hospital, prison, bus or home round.
type Expectation struct {
	Session string
	Place   string
	Kind    models.PlaceKind
	Closes  time.Time // planned end
	Due     time.Time // when everything should be at reception

	// What has happened; zero and "" while it has not.
	Opened    bool
	Closed    time.Time
	AtDesk    int // envelopes at the desk
	Boxes     int // containers with its envelopes that are not in yet
	Offered   time.Time
	Collected time.Time
	Courier   string
	Arrived   time.Time // the last of it was taken in
	Missing   bool      // something is on a difference account
	Handover  string
}

// Standing is where an expectation stands.
type Standing string

// The standings, in the order of the road.
const (
	StandNotOpened Standing = "not_opened"
	StandReceiving Standing = "receiving"
	StandAtDesk    Standing = "at_desk" // closed, envelopes not packed
	StandBoxed     Standing = "boxed"   // packed, waits for a courier
	StandOffered   Standing = "offered" // signed over, the courier has not come
	StandOnWay     Standing = "on_way"  // the courier has it
	StandMissing   Standing = "missing" // on a difference account
	StandIn        Standing = "in"      // everything was taken in
	StandNothing   Standing = "nothing" // closed, and nothing was received
	StandSkipped   Standing = "skipped" // never opened, its time is over
	StandUnknown   Standing = ""
)

// Stand tells where an expectation stands at a time.
func (e Expectation) Stand(now time.Time) Standing {
	switch {
	case e.Missing:
		return StandMissing
	case !e.Opened && now.After(e.Closes):
		return StandSkipped
	case !e.Opened:
		return StandNotOpened
	case e.Closed.IsZero():
		return StandReceiving
	case e.AtDesk > 0:
		return StandAtDesk
	case e.Boxes > 0 && !e.Collected.IsZero():
		return StandOnWay
	case e.Boxes > 0 && !e.Offered.IsZero():
		return StandOffered
	case e.Boxes > 0:
		return StandBoxed
	case !e.Arrived.IsZero():
		return StandIn
	}
	return StandNothing
}

// Settled tells whether nobody has to wait for it any more.
func (st Standing) Settled() bool { return st == StandIn || st == StandNothing }

// Step is one step of an alarm: how long after the due time, and to whom.
type Step struct {
	After time.Duration
	To    string // catalogue key of a role: "courier", "place", "coordinator", "duty_head"
}

// DefaultSteps call wider and wider circles.
var DefaultSteps = Default.Steps()

// Alarm is a step that fell due. Its id is made of source and step, so that it
// is raised once however often it is computed.
type Alarm struct {
	ID      string    `json:"id"`
	Session string    `json:"session"`
	Place   string    `json:"place"`
	Step    int       `json:"step"` // from 1
	To      string    `json:"to"`
	At      time.Time `json:"at"` // the minute at which it fell due
}

// Alarms lists every step of every expectation that has fallen due by now: those
// that are not settled yet, and those that were settled only after the step.
func Alarms(all []Expectation, steps []Step, now time.Time) []Alarm {
	var out []Alarm
	for _, e := range all {
		settled := e.Stand(now).Settled()
		for i, st := range steps {
			at := e.Due.Add(st.After)
			if at.After(now) || settled && !at.Before(e.settledAt()) {
				continue
			}
			out = append(out, Alarm{ID: models.DeriveID("L", e.Session, st.To), Session: e.Session, Place: e.Place, Step: i + 1, To: st.To, At: at.UTC()})
		}
	}
	slices.SortFunc(out, func(a, b Alarm) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Session, b.Session), cmp.Compare(a.Step, b.Step))
	})
	return out
}

func (e Expectation) settledAt() time.Time {
	if !e.Arrived.IsZero() {
		return e.Arrived
	}
	return e.Closed
}

// Late is how much after its due time something is still not in, 0 when it is
// not late.
func (e Expectation) Late(now time.Time) time.Duration {
	if e.Stand(now).Settled() || !now.After(e.Due) {
		return 0
	}
	return now.Sub(e.Due)
}

// DueFor is when the envelopes of a session should be at reception: closing,
// the work after closing, the way, and slack.
func DueFor(closes time.Time, afterwards, travel, slack time.Duration) time.Time {
	return closes.Add(afterwards + travel + slack)
}
