package custody

import "github.com/brevstemme/brevstemme/models"

// ContainerKind is bag, box or crate.
type ContainerKind string

// The kinds of containers.
const (
	Bag   ContainerKind = "bag"
	BoxK  ContainerKind = "box"
	Crate ContainerKind = "crate"
)

// ContainerKinds lists the kinds.
var ContainerKinds = []ContainerKind{BoxK, Bag, Crate}

// ContainerState is where a container stands.
type ContainerState string

// The states of a container.
const (
	ContainerEmpty     ContainerState = "empty"
	ContainerPacked    ContainerState = "packed"     // has content, no seal
	ContainerSealed    ContainerState = "sealed"     // closed with numbered seals
	ContainerInTransit ContainerState = "in_transit" // with a courier
	ContainerReceived  ContainerState = "received"   // taken in after a blind recount
	ContainerMissing   ContainerState = "missing"    // reported lost; a deviation is open
	ContainerRetired   ContainerState = "retired"
)

// ContainerAct is what may happen to a container.
type ContainerAct string

// The acts on a container.
const (
	ActPack    ContainerAct = "pack"
	ActEmpty   ContainerAct = "empty" // the last content is taken out
	ActUnpack  ContainerAct = "unpack"
	ActSeal    ContainerAct = "seal"
	ActBreak   ContainerAct = "break"
	ActSend    ContainerAct = "send"
	ActAccept  ContainerAct = "accept"
	ActReturn  ContainerAct = "return" // refused: still sealed, not yet taken in
	ActMiss    ContainerAct = "miss"
	ActFind    ContainerAct = "find"
	ActRetire  ContainerAct = "retire"
	ActSealNew ContainerAct = "reseal" // broken and sealed again in one act
)

// ContainerStates is the state table of a container.
var ContainerStates = models.Transitions[ContainerState, ContainerAct]{
	ContainerEmpty:     {ActPack: ContainerPacked, ActRetire: ContainerRetired, ActMiss: ContainerMissing, ActSend: ContainerInTransit, ActSeal: ContainerSealed},
	ContainerPacked:    {ActPack: ContainerPacked, ActUnpack: ContainerPacked, ActEmpty: ContainerEmpty, ActSeal: ContainerSealed, ActMiss: ContainerMissing},
	ContainerSealed:    {ActBreak: ContainerPacked, ActSend: ContainerInTransit, ActMiss: ContainerMissing, ActSealNew: ContainerSealed},
	ContainerInTransit: {ActAccept: ContainerReceived, ActReturn: ContainerSealed, ActMiss: ContainerMissing},
	ContainerReceived:  {ActBreak: ContainerPacked, ActUnpack: ContainerReceived, ActEmpty: ContainerEmpty, ActSend: ContainerInTransit, ActMiss: ContainerMissing, ActSealNew: ContainerSealed, ActPack: ContainerReceived},
	ContainerMissing:   {ActFind: ContainerReceived},
}

// Container is a holder that can be sealed and moved, and can lie in another.
type Container struct {
	ID       string         `json:"id"` // serial with check character, on its label
	Kind     ContainerKind  `json:"kind"`
	State    ContainerState `json:"state"`
	Capacity int            `json:"capacity"` // envelopes; 0 means not limited
	Election string         `json:"election"` // one election only, set when first packed: never mixed
	Holder   string         `json:"holder"`   // where it is: At, Leg or InContainer
	Seals    []string       `json:"seals"`    // serials on it now
	Session  string         `json:"session"`  // session it was last packed at
	Leg      string         `json:"leg"`      // handover under way
}

// RecordKind implements models.Record.
func (Container) RecordKind() string { return "container" }

// RecordID implements models.Record.
func (c Container) RecordID() string { return c.ID }

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

// SealStates is the state table of a seal.
var SealStates = models.Transitions[SealState, SealAct]{
	SealStock:   {"issue": SealStock, "apply": SealApplied, "lose": SealLost},
	SealApplied: {"verify": SealApplied, "break": SealBroken},
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
