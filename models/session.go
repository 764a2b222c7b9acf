package models

import "time"

// SessionState is where a session stands.
type SessionState string

// The states of a session.
const (
	SessionDraft     SessionState = "draft"     // in the plan, not public
	SessionPublished SessionState = "published" // promised to citizens
	SessionOpen      SessionState = "open"      // receiving votes
	SessionClosing   SessionState = "closing"   // doors shut, counting by hand
	SessionClosed    SessionState = "closed"    // counted and signed off
	SessionCancelled SessionState = "cancelled"
)

// SessionAct is what may happen to a session.
type SessionAct string

// The acts on a session.
const (
	SessionPublish SessionAct = "publish"
	SessionOpenUp  SessionAct = "open"
	SessionShut    SessionAct = "shut"   // the doors close; those in line have been served
	SessionResume  SessionAct = "resume" // back to receiving: someone was still in line
	SessionClose   SessionAct = "close"
	SessionCancel  SessionAct = "cancel"
	SessionChange  SessionAct = "change" // hours, room, elections
)

// SessionStates is the state table. A session that is closed never changes.
var SessionStates = Transitions[SessionState, SessionAct]{
	SessionDraft:     {SessionPublish: SessionPublished, SessionCancel: SessionCancelled, SessionChange: SessionDraft},
	SessionPublished: {SessionOpenUp: SessionOpen, SessionCancel: SessionCancelled, SessionChange: SessionPublished, SessionPublish: SessionPublished},
	SessionOpen:      {SessionShut: SessionClosing, SessionChange: SessionOpen},
	SessionClosing:   {SessionResume: SessionOpen, SessionClose: SessionClosed},
}

// CrewMember is one person of the crew that opened a session.
type CrewMember struct {
	Person string    `json:"person"`
	Lead   bool      `json:"lead"`
	From   time.Time `json:"from"`
	Until  time.Time `json:"until,omitzero"` // zero while still there
}

// HandCount is one blind count at closing: typed before the system's figure was shown.
type HandCount struct {
	Person string         `json:"person"`
	At     time.Time      `json:"at"`
	Counts map[string]int `json:"counts"` // custody.CountKey(election, kind) → envelopes
}

// Session is one opening at one place for one or more elections.
type Session struct {
	ID           string       `json:"id"` // "S" + 6 of [0-9A-Z] with check character
	Place        string       `json:"place"`
	Stop         int          `json:"stop"` // index of the tour stop at a mobile place, -1 for none
	Room         string       `json:"room"`
	Elections    []string     `json:"elections"`
	Starts       time.Time    `json:"starts"` // with Copenhagen's offset
	Ends         time.Time    `json:"ends"`
	State        SessionState `json:"state"`
	Need         int          `json:"need"` // people wanted; 0 means the place's rule
	Booths       int          `json:"booths"`
	Note         string       `json:"note"`
	Sequence     int          `json:"sequence"` // iCalendar SEQUENCE: grows with each change after publishing
	Line         int          `json:"line"`     // row of the imported list, 0 for none
	Crew         []CrewMember `json:"crew"`
	OpenedAt     time.Time    `json:"opened_at,omitzero"`
	ShutAt       time.Time    `json:"shut_at,omitzero"`
	ClosedAt     time.Time    `json:"closed_at,omitzero"`
	ClosedBy     []string     `json:"closed_by"`
	HandCounts   []HandCount  `json:"hand_counts"`
	Explanation  string       `json:"explanation"` // of a difference at closing
	CancelReason string       `json:"cancel_reason"`
	Desk         DeskBook     `json:"desk"`
}

// RecordKind implements Record.
func (Session) RecordKind() string { return "session" }

// RecordID implements Record.
func (s Session) RecordID() string { return s.ID }

// Date is the civil date on which the session starts.
func (s Session) Date() Date { return DateOf(s.Starts) }

// Serves tells whether the session receives votes for an election.
func (s Session) Serves(election string) bool {
	for _, e := range s.Elections {
		if e == election {
			return true
		}
	}
	return false
}
