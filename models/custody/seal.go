package custody

import "github.com/brevstemme/brevstemme/models"

// SealState is where a seal stands.
type SealState string

// The states of a seal. A number is used once in the life of the database.
const (
	SealStock   SealState = "stock"
	SealApplied SealState = "applied"
	SealBroken  SealState = "broken"
	SealLost    SealState = "lost"
)

// SealAct is what may happen to a seal.
type SealAct string

// The acts on a seal.
const (
	ActIssue  SealAct = "issue"
	ActApply  SealAct = "apply"
	ActVerify SealAct = "verify"
	ActSnap   SealAct = "break"
	ActLose   SealAct = "lose"
)

// SealStates is the state table of a seal. Broken and lost never change.
var SealStates = models.Transitions[SealState, SealAct]{
	SealStock:   {ActIssue: SealStock, ActApply: SealApplied, ActLose: SealLost},
	SealApplied: {ActVerify: SealApplied, ActSnap: SealBroken, ActLose: SealLost},
}

// Condition is what the one who reads a seal saw.
type Condition string

// The condition codes (good practice; after Connecticut 2008–10, where seals
// were intact but closed nothing).
const (
	Intact         Condition = "intact"
	IntactNotShut  Condition = "intact_not_closing" // intact but does not close the container
	Broken         Condition = "broken"
	NumberDiffers  Condition = "number_differs"
	MissingSeal    Condition = "missing"
	SignsOfTouch   Condition = "signs_of_tampering"
	NotReadable    Condition = "not_readable"
	ConditionUnset Condition = ""
)

// Conditions lists the codes in the order in which they are offered.
var Conditions = []Condition{Intact, IntactNotShut, Broken, NumberDiffers, MissingSeal, SignsOfTouch, NotReadable}

// Seal is one numbered seal.
type Seal struct {
	Serial    string    `json:"serial"`
	State     SealState `json:"state"`
	Lot       string    `json:"lot"`
	Holder    string    `json:"holder"`    // At(place) while in stock, InContainer while applied
	Container string    `json:"container"` // where it was applied
	BrokenBy  string    `json:"broken_by"` // person id
	Reason    string    `json:"reason"`    // why it was broken
	KeptIn    string    `json:"kept_in"`   // where the broken seal is kept
}

// RecordKind implements models.Record.
func (Seal) RecordKind() string { return "seal" }

// RecordID implements models.Record.
func (s Seal) RecordID() string { return s.Serial }
