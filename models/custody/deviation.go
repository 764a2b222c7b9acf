package custody

import (
	"time"

	"github.com/brevstemme/brevstemme/models"
)

// DeviationState is where a deviation (afvigelse) stands.
type DeviationState string

// The states of a deviation. It is never deleted, and closed never changes.
const (
	DeviationOpen    DeviationState = "open"
	DeviationHandled DeviationState = "handled" // an action was taken; waits for someone else to close it
	DeviationClosed  DeviationState = "closed"
)

// DeviationAct is what may happen to a deviation.
type DeviationAct string

// The acts on a deviation.
const (
	DeviationAssign DeviationAct = "assign"
	DeviationNote   DeviationAct = "note"
	DeviationHandle DeviationAct = "handle"
	DeviationReopen DeviationAct = "reopen"
	DeviationClose  DeviationAct = "close"
)

// DeviationStates is the state table of a deviation.
var DeviationStates = models.Transitions[DeviationState, DeviationAct]{
	DeviationOpen:    {DeviationAssign: DeviationOpen, DeviationNote: DeviationOpen, DeviationHandle: DeviationHandled, DeviationClose: DeviationClosed},
	DeviationHandled: {DeviationAssign: DeviationHandled, DeviationNote: DeviationHandled, DeviationReopen: DeviationOpen, DeviationClose: DeviationClosed},
}

// DeviationType is what sort of irregularity it is.
type DeviationType string

// The types.
const (
	DevCount     DeviationType = "count"      // figures differ
	DevSeal      DeviationType = "seal"       // seal wrong, broken, missing, not closing
	DevMissing   DeviationType = "missing"    // something did not arrive
	DevLate      DeviationType = "late"       // something came late
	DevMaterial  DeviationType = "material"   // blank material does not balance
	DevProcedure DeviationType = "procedure"  // a step was not done as it should
	DevList      DeviationType = "wrong_list" // wrong candidate list or notice
	DevIncident  DeviationType = "incident"   // incident at a desk
	DevOther     DeviationType = "other"
)

// DeviationTypes lists the types.
var DeviationTypes = []DeviationType{DevCount, DevSeal, DevMissing, DevLate, DevMaterial, DevProcedure, DevList, DevIncident, DevOther}

// Note is one remark on a deviation. Notes are only added.
type Note struct {
	By   string    `json:"by"` // person id
	At   time.Time `json:"at"`
	Text string    `json:"text"`
}

// Explained is how the difference account of a deviation was emptied.
type Explained string

// The explanations of a difference.
const (
	ByDesk      Explained = "miscounted_at_desk" // the desk counted wrong: a counter-entry to the source
	ByRecount   Explained = "miscounted_here"    // the recount was wrong: back into the container
	ByFinding   Explained = "found"              // turned up: into a container
	ByLoss      Explained = "lost"               // given up: voided with reason "lost"
	Unexplained Explained = ""
)

// Explanations lists the explanations in the order in which they are offered.
var Explanations = []Explained{ByDesk, ByRecount, ByFinding, ByLoss}

// Deviation is a difference or irregularity with an owner and a deadline,
// closed by someone other than the one who found it.
type Deviation struct {
	ID         string         `json:"id"` // number with check character
	Type       DeviationType  `json:"type"`
	State      DeviationState `json:"state"`
	Election   string         `json:"election"`
	Place      string         `json:"place"`
	Handover   string         `json:"handover"`
	Session    string         `json:"session"`
	Containers []string       `json:"containers"`
	FoundBy    string         `json:"found_by"`
	FoundAt    time.Time      `json:"found_at"`
	Expected   string         `json:"expected"`
	Found      string         `json:"found"`
	Action     string         `json:"action"`
	Owner      string         `json:"owner"`
	Deadline   models.Date    `json:"deadline"`
	Notified   []string       `json:"notified"`
	Notes      []Note         `json:"notes"`
	HandledBy  string         `json:"handled_by"`
	Explained  Explained      `json:"explained"`
	Conclusion string         `json:"conclusion"`
	Evidence   []string       `json:"evidence"` // attachment ids
	ClosedBy   string         `json:"closed_by"`
	ClosedAt   time.Time      `json:"closed_at,omitzero"`
}

// RecordKind implements models.Record.
func (Deviation) RecordKind() string { return "deviation" }

// RecordID implements models.Record.
func (d Deviation) RecordID() string { return d.ID }
