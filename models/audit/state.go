package audit

import (
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/desk"
)

// stateTables tell for each kind of record whether a change of state is one
// that some act allows.
var stateTables = map[string]func(from, to string) bool{
	"session":   reachable(models.SessionStates),
	"container": reachable(custody.ContainerStates),
	"handover":  reachable(custody.HandoverStates),
	"deviation": reachable(custody.DeviationStates),
	"seal":      reachable(custody.SealStates),
	"election":  reachable(models.ElectionStates),
	"lost_desk": reachable(desk.DeviceStates),
}

// reachable tells whether one or two acts of a table lead from a state to
// another: one entry may hold two acts of a record (broken and emptied).
func reachable[S, A ~string](t models.Transitions[S, A]) func(from, to string) bool {
	return func(from, to string) bool {
		for _, mid := range t[S(from)] {
			if string(mid) == to {
				return true
			}
			for _, end := range t[mid] {
				if string(end) == to {
					return true
				}
			}
		}
		return false
	}
}
