package custody

import "strings"

// Destinations of an envelope beside a four-digit kommunekode.
const (
	Own     = "own"     // this municipality
	Unknown = "unknown" // the address could not be read, or is not known yet
)

// Envelope is one postal vote (the outer envelope, yderkuvert) of an election
// with its destination: Own, Unknown or another municipality's kommunekode.
func Envelope(election, destination string) string { return "env:" + election + ":" + destination }

// Material is a kind of blank material of an election: "set", "ballot",
// "cover_letter", "outer_envelope".
func Material(election, what string) string { return "mat:" + election + ":" + what }

// SealItem is one numbered seal.
func SealItem(serial string) string { return "seal:" + serial }

// Box is a container as a thing that is held.
func Box(container string) string { return "box:" + container }

// EnvelopeOf splits an envelope item; ok is false for other items.
func EnvelopeOf(item string) (election, destination string, ok bool) {
	rest, ok := strings.CutPrefix(item, "env:")
	if !ok {
		return "", "", false
	}
	election, destination, ok = strings.Cut(rest, ":")
	return election, destination, ok
}

// Kind is how people count envelopes by hand: own, other or unknown.
func Kind(destination string) string {
	switch destination {
	case Own, Unknown:
		return destination
	}
	return "other"
}

// CountKey names a pile that is counted by hand: one election, one kind.
func CountKey(election, kind string) string { return election + "/" + kind }

// MaterialOf splits a material item into its election and what it is, "" for
// other items.
func MaterialOf(item string) (election, what string) {
	rest, ok := strings.CutPrefix(item, "mat:")
	if !ok {
		return "", ""
	}
	election, what, _ = strings.Cut(rest, ":")
	return election, what
}
