package custody

import "strings"

// Holders: who or what has a unit. A holder is a kind, or a kind and an id
// parted by a colon.
const (
	Voter    = "voter"    // source of envelopes; nobody is named
	Ministry = "ministry" // source of blank material
	Registry = "registry" // source of containers and seals
)

// Desk holds what a session has received and not yet packed.
func Desk(session string) string { return "desk:" + session }

// InContainer holds what lies in a container.
func InContainer(id string) string { return "container:" + id }

// At is the storage of a place: containers, seals and material that stand there.
func At(place string) string { return "store:" + place }

// Leg is a courier's leg: what is on the way under one handover.
func Leg(handover string) string { return "leg:" + handover }

// Bin is a sorting bin at reception: "own:<district>", "other:<kommunekode>", "unknown", "late".
func Bin(id string) string { return "bin:" + id }

// Municipality is the sink of envelopes forwarded to another municipality.
func Municipality(code string) string { return "municipality:" + code }

// Origin is the source of envelopes that came from another municipality or abroad.
func Origin(code string) string { return "origin:" + code }

// Station is the sink of envelopes delivered to a polling station.
func Station(district string) string { return "station:" + district }

// Void is the sink of voided envelopes, by coded reason.
func Void(reason string) string { return "void:" + reason }

// Spoiled is the sink of spoiled material of a session.
func Spoiled(session string) string { return "spoiled:" + session }

// Used is the sink of material that went into received votes of a session.
func Used(session string) string { return "used:" + session }

// Difference is the account of a deviation: units that are missing (positive)
// or too many (negative) until it is explained.
func Difference(deviation string) string { return "difference:" + deviation }

// HolderKind is the part before the colon.
func HolderKind(holder string) string {
	kind, _, _ := strings.Cut(holder, ":")
	return kind
}

// HolderID is the part after the colon.
func HolderID(holder string) string {
	_, id, _ := strings.Cut(holder, ":")
	return id
}

// Class is what a holder means in the equation
// received = on hand + forwarded + delivered + voided (+ difference).
type Class string

// The classes.
const (
	ClassSource     Class = "source"
	ClassOnHand     Class = "on_hand"
	ClassForwarded  Class = "forwarded"
	ClassDelivered  Class = "delivered"
	ClassVoided     Class = "voided"
	ClassDifference Class = "difference"
	ClassUsed       Class = "used"
)

// classes of every holder kind. A kind that is missing here is a bug: Classify
// returns "" and the balance test fails.
var classes = map[string]Class{
	"voter": ClassSource, "ministry": ClassSource, "registry": ClassSource, "origin": ClassSource,
	"desk": ClassOnHand, "container": ClassOnHand, "store": ClassOnHand, "leg": ClassOnHand, "bin": ClassOnHand,
	"municipality": ClassForwarded, "station": ClassDelivered,
	"void": ClassVoided, "spoiled": ClassVoided, "used": ClassUsed, "difference": ClassDifference, "destroyed": ClassVoided,
}

// Classify is the class of a holder.
func Classify(holder string) Class { return classes[HolderKind(holder)] }
