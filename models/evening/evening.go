package evening

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/journal"
)

// Evening holds what a municipality itself decides about the way home: how long
// the work after closing takes, how late a run may be before somebody is called,
// who is called when, and how fast a courier gets along. Good practice, not law.
type Evening struct {
	ID           string `json:"id"`            // "evening": there is one
	AfterClosing int    `json:"after_closing"` // minutes: hand count, packing, sealing, signing
	Slack        int    `json:"slack"`         // minutes that a run may be late
	Loading      int    `json:"loading"`       // minutes of a handover at a library
	Speed        int    `json:"speed"`         // km/h by road
	Deadline     string `json:"deadline"`      // HH:MM when the last round must be in
	Couriers     int    `json:"couriers"`
	Calls        [4]int `json:"calls"`     // minutes after the due time: place, courier, coordinator, duty head
	DutyHead     string `json:"duty_head"` // person id, "" for the coordinators
	Phone        string `json:"phone"`     // stands on every form: whom to call when something is wrong; "" for none
}

// Default stands until the municipality has decided otherwise.
var Default = Evening{ID: "evening", AfterClosing: 30, Slack: 20, Loading: 8, Speed: 40, Deadline: "21:00", Couriers: 3, Calls: [4]int{0, 15, 30, 60}}

// RecordKind implements models.Record.
func (Evening) RecordKind() string { return "evening" }

// RecordID implements models.Record.
func (e Evening) RecordID() string { return e.ID }

// called are the circles of Calls, in order.
var called = [4]string{"place", "courier", "coordinator", "duty_head"}

// Steps are the steps of an alarm.
func (e Evening) Steps() []Step {
	out := make([]Step, len(called))
	for i, to := range called {
		out[i] = Step{time.Duration(e.Calls[i]) * time.Minute, to}
	}
	return out
}

// Ready is when the box of a session that closes then can be fetched.
func (e Evening) Ready(closes time.Time) time.Time {
	return closes.Add(time.Duration(e.AfterClosing) * time.Minute)
}

// Due is when the envelopes of a session should be at reception.
func (e Evening) Due(closes time.Time, from, reception models.Place) time.Time {
	return DueFor(closes, time.Duration(e.AfterClosing)*time.Minute, e.Travel(from, reception), time.Duration(e.Slack)*time.Minute)
}

// valid tells the first field that cannot be meant.
func (e Evening) valid() error {
	for _, f := range []struct {
		name      string
		n, lo, hi int
	}{{"after_closing", e.AfterClosing, 0, 240}, {"slack", e.Slack, 0, 240}, {"loading", e.Loading, 1, 60}, {"speed", e.Speed, 5, 110}, {"couriers", e.Couriers, 1, 20}} {
		if f.n < f.lo || f.n > f.hi {
			return models.Invalid(f.name, "custody.count_range", f.lo, f.hi)
		}
	}
	if _, err := time.Parse("15:04", e.Deadline); err != nil {
		return models.Invalid("deadline", "handover.not_a_time", e.Deadline)
	}
	if err := phone(e.Phone); err != nil {
		return err
	}
	for i, n := range e.Calls {
		if n < 0 || n > 600 || i > 0 && n < e.Calls[i-1] {
			return models.Invalid("call_"+called[i], "evening.order")
		}
	}
	return nil
}

// phone wants a number that a telephone can call, or none.
func phone(s string) error {
	digits := 0
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case !strings.ContainsRune("+ ()-", r):
			return models.Invalid("phone", "evening.phone_wrong", s)
		}
	}
	if s != "" && (digits < 3 || digits > 15) {
		return models.Invalid("phone", "evening.phone_wrong", s)
	}
	return custody.Words("phone", s, 0)
}

// Set decides the settings; they hold from now on.
func Set(a models.Act, e Evening) (custody.Outcome, error) {
	e.ID, e.Phone = Default.ID, strings.TrimSpace(e.Phone)
	if err := e.valid(); err != nil {
		return custody.Outcome{}, err
	}
	if a.Places != nil {
		return custody.Outcome{}, models.E(models.CodeForbidden, "custody.wrong_place")
	}
	d := journal.Draft{Kind: "evening.set"}.Fact("after_closing", fmt.Sprint(e.AfterClosing)).Fact("slack", fmt.Sprint(e.Slack)).Fact("speed", fmt.Sprint(e.Speed)).Fact("calls", fmt.Sprint(e.Calls)).Fact("phone", e.Phone)
	return custody.Outcome{Draft: d, Records: []models.Record{e}}, nil
}

// PlaceAlarm is what a wall board says of one place: every step that fell due
// there, the latest first.
type PlaceAlarm struct {
	Place string
	Since time.Time // the first step
	Steps []Alarm
}

// FoldAlarms puts the alarms of a place together, the place that was late first first.
func FoldAlarms(all []Alarm) []PlaceAlarm {
	var out []PlaceAlarm
	for _, a := range all { // in order of time
		i := slices.IndexFunc(out, func(p PlaceAlarm) bool { return p.Place == a.Place })
		if i < 0 {
			out = append(out, PlaceAlarm{Place: a.Place, Since: a.At})
			i = len(out) - 1
		}
		out[i].Steps = slices.Insert(out[i].Steps, 0, a)
	}
	return out
}
