package custody

import (
	"time"

	"github.com/brevstemme/brevstemme/models"
)

// HandoverState is where a handover stands. It is open until the receiver has
// answered (Falun 2018: nobody could prove whose turn it was to move).
type HandoverState string

// The states of a handover.
const (
	HandoverOffered   HandoverState = "offered"    // giver has signed; waits for the courier
	HandoverInTransit HandoverState = "in_transit" // courier has signed
	HandoverCounted   HandoverState = "counted"    // receiver's blind count is in the book
	HandoverRecount   HandoverState = "recount"    // counts differ: another person counts
	HandoverAccepted  HandoverState = "accepted"
	HandoverPart      HandoverState = "accepted_in_part"
	HandoverRefused   HandoverState = "refused"
	HandoverWithdrawn HandoverState = "withdrawn"
)

// HandoverAct is what may happen to a handover.
type HandoverAct string

// The acts on a handover.
const (
	HandoverCollect  HandoverAct = "collect"
	HandoverCount    HandoverAct = "count"    // blind count that matches
	HandoverDiffer   HandoverAct = "differ"   // blind count that does not match: another person counts
	HandoverAccept   HandoverAct = "accept"   // everything
	HandoverTake     HandoverAct = "take"     // in part
	HandoverRefuse   HandoverAct = "refuse"   // with a new destination
	HandoverWithdraw HandoverAct = "withdraw" // by the giver, before the courier took it
)

// HandoverStates is the state table of a handover. Accepted, refused and
// withdrawn never change.
var HandoverStates = models.Transitions[HandoverState, HandoverAct]{
	HandoverOffered:   {HandoverCollect: HandoverInTransit, HandoverWithdraw: HandoverWithdrawn},
	HandoverInTransit: {HandoverCount: HandoverCounted, HandoverDiffer: HandoverRecount, HandoverRefuse: HandoverRefused},
	HandoverRecount:   {HandoverCount: HandoverCounted, HandoverDiffer: HandoverCounted, HandoverRefuse: HandoverRefused},
	HandoverCounted:   {HandoverAccept: HandoverAccepted, HandoverTake: HandoverPart, HandoverRefuse: HandoverRefused},
}

// Signature is one confirmation: who, when, how.
type Signature struct {
	Person string    `json:"person"`
	At     time.Time `json:"at,omitzero"`
	Means  string    `json:"means"` // "screen", "pin", "paper"
	Scan   string    `json:"scan"`  // attachment id of a drawn signature or paper scan
}

// Signed tells whether the signature is there.
func (s Signature) Signed() bool { return s.Person != "" && !s.At.IsZero() }

// Sent is what the giver says of one container: shown to the receiver only
// after the receiver's own count (blind recount, good practice).
type Sent struct {
	Container string         `json:"container"`
	Seals     []string       `json:"seals"`
	Counts    map[string]int `json:"counts"` // CountKey → envelopes, from the book
}

// Read is what one receiver found in one container before seeing Sent.
type Read struct {
	Container string         `json:"container"`
	Arrived   bool           `json:"arrived"`
	Seals     []string       `json:"seals"`
	Condition Condition      `json:"condition"`
	Counts    map[string]int `json:"counts"`
}

// BlindCount is one person's reading of everything that arrived.
type BlindCount struct {
	Person string    `json:"person"`
	At     time.Time `json:"at"`
	Reads  []Read    `json:"reads"`
}

// Handover is one transfer of containers from one place to another.
type Handover struct {
	ID          string        `json:"id"` // form number with check character
	State       HandoverState `json:"state"`
	Election    string        `json:"election"`
	From        string        `json:"from"`      // place id
	To          string        `json:"to"`        // place id
	Mode        string        `json:"mode"`      // "fetch" (receiver's courier comes) or "deliver"
	Direction   string        `json:"direction"` // "out" votes, "in" material
	Route       string        `json:"route"`
	Vehicle     string        `json:"vehicle"`
	Courier     string        `json:"courier"`  // person id
	StandIn     string        `json:"stand_in"` // person id
	PlannedFrom time.Time     `json:"planned_from,omitzero"`
	PlannedTo   time.Time     `json:"planned_to,omitzero"`
	Sent        []Sent        `json:"sent"`
	Giver       Signature     `json:"giver"`
	Witness     Signature     `json:"witness"` // second person at the giver
	Carrier     Signature     `json:"carrier"`
	Counts      []BlindCount  `json:"counts"`
	Receiver    Signature     `json:"receiver"`
	Explanation string        `json:"explanation"`
	Deviation   string        `json:"deviation"` // id of the deviation it opened
	NewDest     string        `json:"new_destination"`
	OnPaper     bool          `json:"on_paper"` // first party signed on paper; entered later
}

// RecordKind implements models.Record.
func (Handover) RecordKind() string { return "handover" }

// RecordID implements models.Record.
func (h Handover) RecordID() string { return h.ID }
