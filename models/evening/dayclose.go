package evening

import (
	"slices"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/journal"
)

// DayClose is the signed end of a day: everything is in, or a reason signed by
// two says why not. It never changes.
type DayClose struct {
	ID       string      `json:"id"` // the day
	Day      models.Date `json:"day"`
	ClosedBy string      `json:"closed_by"`
	Second   string      `json:"second"`
	ClosedAt time.Time   `json:"closed_at"`
	Reason   string      `json:"reason"` // mandatory while something is open
	Open     []OpenItem  `json:"open"`   // what was open, as it stood
	Received int64       `json:"received"`
}

// OpenItem is one thing that was not settled when the day was closed.
type OpenItem struct {
	Kind string `json:"kind"` // "session", "container", "handover", "deviation"
	ID   string `json:"id"`
	Text string `json:"text"` // its standing or state, a stable code
}

// RecordKind implements models.Record.
func (DayClose) RecordKind() string { return "day_close" }

// RecordID implements models.Record.
func (d DayClose) RecordID() string { return d.ID }

// OpenItems lists what keeps a day from being closed.
func OpenItems(all []Expectation, handovers []custody.Handover, deviations []custody.Deviation, now time.Time) []OpenItem {
	var out []OpenItem
	for _, e := range all {
		if st := e.Stand(now); !st.Settled() && st != StandSkipped {
			out = append(out, OpenItem{"session", e.Session, string(st)})
		}
	}
	for _, h := range handovers {
		if h.State.Open() {
			out = append(out, OpenItem{"handover", h.ID, string(h.State)})
		}
	}
	for _, d := range deviations {
		if d.State != custody.DeviationClosed {
			out = append(out, OpenItem{"deviation", d.ID, string(d.State)})
		}
	}
	return out
}

// CloseDay ends a day. With something open it needs a reason and a second
// person; a day that is closed stays closed.
func CloseDay(a models.Act, now time.Time, day models.Date, was *DayClose, open []OpenItem, reason string) (custody.Outcome, error) {
	if was != nil {
		return custody.Outcome{}, models.E(models.CodeState, "day.closed_already", day)
	}
	if day.After(models.DateOf(now)) {
		return custody.Outcome{}, models.Invalid("day", "day.not_yet")
	}
	if len(open) > 0 {
		if err := custody.Words("reason", reason, 10); err != nil {
			return custody.Outcome{}, err
		}
		if a.Witness == "" || a.Witness == a.Person {
			return custody.Outcome{}, models.E(models.CodeSamePerson, "day.two_sign").On("witness_login")
		}
	} else if err := custody.Words("reason", reason, 0); err != nil {
		return custody.Outcome{}, err
	}
	at := a.At
	if at.IsZero() {
		at = now
	}
	d := DayClose{ID: day.String(), Day: day, ClosedBy: a.Person, Second: a.Witness, ClosedAt: at.UTC(), Reason: reason, Open: slices.Clone(open)}
	draft := journal.Draft{Kind: "day.closed"}.Fact("day", day.String()).Fact("reason", reason)
	for _, o := range open {
		draft = draft.Fact("open."+o.Kind+"."+o.ID, o.Text)
	}
	return custody.Outcome{Draft: draft, Records: []models.Record{d}}, nil
}
