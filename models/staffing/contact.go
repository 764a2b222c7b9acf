package staffing

import (
	"slices"

	"github.com/brevstemme/brevstemme/models"
)

// SeesContact tells whether a leader is shown a person's telephone and mail: of
// their own employer's people always; of the others' only on the day that they
// stand in one crew with somebody of the leader's. shifts are those of the day.
func SeesContact(reader models.Role, p models.Person, shifts []Shift, day models.Date) bool {
	if Leads(reader, p.Employer) {
		return true
	}
	return slices.ContainsFunc(shifts, func(theirs Shift) bool {
		return theirs.Person == p.ID && theirs.Firm() && models.DateOf(theirs.From) == day && slices.ContainsFunc(shifts, func(s Shift) bool {
			return s.Session == theirs.Session && s.Firm() && !s.StandIn && Leads(reader, s.Employer)
		})
	})
}
