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
	HandoverArrive   HandoverAct = "arrive"   // the courier stands at the receiver's door
	HandoverCount    HandoverAct = "count"    // blind count that matches
	HandoverDiffer   HandoverAct = "differ"   // blind count that does not match: another person counts
	HandoverAccept   HandoverAct = "accept"   // everything
	HandoverTake     HandoverAct = "take"     // in part
	HandoverRefuse   HandoverAct = "refuse"   // with a new destination
	HandoverWithdraw HandoverAct = "withdraw" // by the giver, before the courier took it
	HandoverRelease  HandoverAct = "release"  // the courier may go: all is ticked off
	HandoverLateSign HandoverAct = "late_sign"
	HandoverAttach   HandoverAct = "attach" // scan of the paper, photo of a seal
)

// HandoverStates is the state table of a handover. Accepted, refused and
// withdrawn are final: after them only the courier's late signature, the release
// and attachments are added. A count may come before the collection when the
// courier's message was delayed: what stands on the table is there.
var HandoverStates = models.Transitions[HandoverState, HandoverAct]{
	HandoverOffered:   {HandoverCollect: HandoverInTransit, HandoverWithdraw: HandoverWithdrawn, HandoverCount: HandoverCounted, HandoverDiffer: HandoverRecount, HandoverAttach: HandoverOffered},
	HandoverInTransit: {HandoverArrive: HandoverInTransit, HandoverCount: HandoverCounted, HandoverDiffer: HandoverRecount, HandoverRefuse: HandoverRefused, HandoverAttach: HandoverInTransit},
	HandoverRecount:   {HandoverCount: HandoverCounted, HandoverDiffer: HandoverCounted, HandoverRefuse: HandoverRefused, HandoverLateSign: HandoverRecount, HandoverAttach: HandoverRecount},
	HandoverCounted:   {HandoverAccept: HandoverAccepted, HandoverTake: HandoverPart, HandoverRefuse: HandoverRefused, HandoverLateSign: HandoverCounted, HandoverAttach: HandoverCounted},
	HandoverAccepted:  {HandoverRelease: HandoverAccepted, HandoverLateSign: HandoverAccepted, HandoverAttach: HandoverAccepted},
	HandoverPart:      {HandoverRelease: HandoverPart, HandoverLateSign: HandoverPart, HandoverAttach: HandoverPart},
	HandoverRefused:   {HandoverAttach: HandoverRefused},
}

// Open tells whether the receiver has not answered yet.
func (st HandoverState) Open() bool {
	switch st {
	case HandoverAccepted, HandoverPart, HandoverRefused, HandoverWithdrawn:
		return false
	}
	return true
}

// Signature is one confirmation: who, when, how. Entered is when it came into
// the book: later than At when it was first given on paper.
type Signature struct {
	Person  string    `json:"person"`
	At      time.Time `json:"at,omitzero"`
	Means   string    `json:"means"` // "screen", "pin", "paper"
	Scan    string    `json:"scan"`  // attachment id of a drawn signature or paper scan
	Entered time.Time `json:"entered,omitzero"`
}

// Signed tells whether the signature is there.
func (s Signature) Signed() bool { return s.Person != "" && !s.At.IsZero() }

// Sent is what the giver says of one container: shown to the receiver only
// after the receiver's own count (blind recount, good practice).
type Sent struct {
	Container string         `json:"container"`
	In        string         `json:"in"`      // the container it lies in, "" for the outermost
	Session   string         `json:"session"` // it was packed at
	Seals     []string       `json:"seals"`
	Counts    map[string]int `json:"counts"` // CountKey → envelopes, from the book
}

// Read is what one receiver found in one container before seeing Sent.
type Read struct {
	Container string         `json:"container"`
	Arrived   bool           `json:"arrived"`
	Seals     []string       `json:"seals"`
	Condition Condition      `json:"condition"`
	Opened    bool           `json:"opened"` // counted inside; its seals were broken for it
	Counts    map[string]int `json:"counts"`
}

// BlindCount is one person's reading of everything that arrived.
type BlindCount struct {
	Person string    `json:"person"`
	At     time.Time `json:"at"`
	Reads  []Read    `json:"reads"`
	Match  bool      `json:"match"`
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
	Reason      string        `json:"reason"`
	Route       string        `json:"route"`
	Vehicle     string        `json:"vehicle"`
	Courier     string        `json:"courier"`  // person id
	StandIn     string        `json:"stand_in"` // person id
	PlannedFrom time.Time     `json:"planned_from,omitzero"`
	PlannedTo   time.Time     `json:"planned_to,omitzero"`
	Sent        []Sent        `json:"sent"`
	NoSeal      string        `json:"no_seal"` // why something left without a seal
	Giver       Signature     `json:"giver"`
	Witness     Signature     `json:"witness"` // second person at the giver
	Carrier     Signature     `json:"carrier"`
	Arrived     time.Time     `json:"arrived,omitzero"`
	Counts      []BlindCount  `json:"counts"`
	Receiver    Signature     `json:"receiver"`
	Second      Signature     `json:"second"` // second person at the receiver
	Room        string        `json:"room"`   // where it was stored
	KeyHolder   string        `json:"key_holder"`
	Released    Signature     `json:"released"` // who let the courier go
	Explanation string        `json:"explanation"`
	Deviation   string        `json:"deviation"` // id of the deviation it opened
	NewDest     string        `json:"new_destination"`
	Previous    string        `json:"previous"` // the refused handover that this one carries on
	Next        string        `json:"next"`
	OnPaper     bool          `json:"on_paper"` // first party signed on paper; entered later
	PaperForm   string        `json:"paper_form"`
	Scans       []string      `json:"scans"` // attachment ids: paper forms, photos of seals
}

// RecordKind implements models.Record.
func (Handover) RecordKind() string { return "handover" }

// RecordID implements models.Record.
func (h Handover) RecordID() string { return h.ID }

// Outermost lists the containers that are not inside another one of the handover.
func (h Handover) Outermost() []string {
	var ids []string
	for _, x := range h.Sent {
		if x.In == "" {
			ids = append(ids, x.Container)
		}
	}
	return ids
}

// Blind is what a receiver may see before the count is in the book: no figures
// and no seal numbers, neither the giver's nor those of an earlier counter.
// Every page, reply and form for a receiver is made from it until Revealed.
func (h Handover) Blind() Handover {
	b := h
	b.Sent = nil
	for _, x := range h.Sent {
		b.Sent = append(b.Sent, Sent{Container: x.Container, In: x.In, Session: x.Session})
	}
	b.Counts = nil
	for _, c := range h.Counts {
		b.Counts = append(b.Counts, BlindCount{Person: c.Person, At: c.At})
	}
	return b
}

// Revealed tells whether the giver's figures may be shown to the receiver.
func (h Handover) Revealed() bool {
	return h.State == HandoverCounted || h.State == HandoverAccepted || h.State == HandoverPart || (h.State == HandoverRefused && len(h.Counts) > 0)
}
