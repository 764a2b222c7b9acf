package models

import (
	"strconv"
	"time"
)

// Reminder is what the program told one person because something is due or
// late: an alarm of the evening, an answer that is missing, a receipt that never
// came. It is told once per step, however often and by however many processes it
// is computed, and it stands in the journal: afterwards it can be proven whose
// turn it was to move, and since when that person knew.
//
// The journal keeps it for ever, so Words name places, counts and times, never a
// person.
type Reminder struct {
	ID       string     `json:"id"`      // of kind, subject, step and person; see Named
	Kind     string     `json:"kind"`    // the sentence is the catalogue's "reminder.<kind>"
	Subject  string     `json:"subject"` // id of what it is about
	Step     int        `json:"step"`    // from 1; a later step is a reminder of its own
	Person   string     `json:"person"`  // who is told
	Place    string     `json:"place,omitempty"`
	Election string     `json:"election,omitempty"`
	Link     string     `json:"link"`            // the page where it is put right
	Words    []string   `json:"words,omitempty"` // what fills the sentence; an instant in RFC 3339 is shown as date and time, a day in ISO 8601 as a date
	Due      time.Time  `json:"due"`             // when it fell due
	Told     time.Time  `json:"told"`
	Seen     *time.Time `json:"seen,omitempty"`
}

// RecordKind implements Record.
func (Reminder) RecordKind() string { return "reminder" }

// RecordID implements Record.
func (r Reminder) RecordID() string { return r.ID }

// Named is the reminder with its id, the same wherever it is computed.
func (r Reminder) Named() Reminder {
	r.ID = DeriveID("N", r.Kind, r.Subject, strconv.Itoa(r.Step), r.Person)
	return r
}

// See is the reminder after its person has seen it; the first time stays.
// Nobody sees another's for them: CodeForbidden.
func (r Reminder) See(person string, now time.Time) (Reminder, error) {
	if person == "" || person != r.Person {
		return r, E(CodeForbidden, "")
	}
	if r.Seen == nil {
		r.Seen = &now
	}
	return r, nil
}
