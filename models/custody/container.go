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

// ContainerOrder lists the states by how much they want of people: what is lost,
// what is on the way, what holds votes, and at the end what stands empty.
var ContainerOrder = []ContainerState{ContainerMissing, ContainerInTransit, ContainerPacked, ContainerSealed, ContainerReceived, ContainerEmpty, ContainerRetired}

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
	ActReturn  ContainerAct = "return" // refused: goes on, sealed, to a new destination
	ActMiss    ContainerAct = "miss"
	ActFind    ContainerAct = "find"
	ActRetire  ContainerAct = "retire"
	ActSealNew ContainerAct = "reseal" // broken and sealed again in one act
)

// ContainerStates is the state table of a container. A container with content
// may leave without a seal only with a written reason (ActSend in Packed).
var ContainerStates = models.Transitions[ContainerState, ContainerAct]{
	ContainerEmpty:     {ActPack: ContainerPacked, ActRetire: ContainerRetired, ActMiss: ContainerMissing, ActSend: ContainerInTransit, ActSeal: ContainerSealed},
	ContainerPacked:    {ActPack: ContainerPacked, ActUnpack: ContainerPacked, ActEmpty: ContainerEmpty, ActSeal: ContainerSealed, ActMiss: ContainerMissing, ActSend: ContainerInTransit},
	ContainerSealed:    {ActBreak: ContainerPacked, ActSend: ContainerInTransit, ActMiss: ContainerMissing, ActSealNew: ContainerSealed},
	ContainerInTransit: {ActAccept: ContainerReceived, ActReturn: ContainerInTransit, ActMiss: ContainerMissing},
	ContainerReceived:  {ActBreak: ContainerPacked, ActUnpack: ContainerReceived, ActEmpty: ContainerEmpty, ActSend: ContainerInTransit, ActMiss: ContainerMissing, ActSealNew: ContainerSealed, ActSeal: ContainerSealed, ActPack: ContainerReceived},
	ContainerMissing:   {ActFind: ContainerReceived},
}

// Container is a holder that can be sealed and moved, and can lie in another.
type Container struct {
	ID       string           `json:"id"` // serial with check character, on its label
	Kind     ContainerKind    `json:"kind"`
	State    ContainerState   `json:"state"`
	Capacity int              `json:"capacity"`          // envelopes; 0 means not limited
	Election string           `json:"election"`          // one election only, set when first packed: never mixed
	Holder   string           `json:"holder"`            // where it is: At, Leg or InContainer
	Seals    []string         `json:"seals"`             // serials on it now
	Session  string           `json:"session"`           // session it was last packed at
	Leg      string           `json:"leg"`               // handover that is promised or under way
	Missing  map[string]int64 `json:"missing,omitempty"` // item → units it held when it went missing
	Room     string           `json:"room"`              // storage room or shelf at its place
	Key      string           `json:"key,omitempty"`     // person id of who holds the key to the room
	Emptied  string           `json:"emptied"`           // who looked inside and declared it empty
}

// RecordKind implements models.Record.
func (Container) RecordKind() string { return "container" }

// RecordID implements models.Record.
func (c Container) RecordID() string { return c.ID }
