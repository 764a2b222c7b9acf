package staffing

import (
	"slices"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/journal"
)

// Ties are what keeps a person's data: a login of their own, and a part in another
// election that is not over.
type Ties struct {
	Account   map[string]bool
	Elsewhere map[string]bool
}

// Erasable are the people whose personal data is to be erased after an election's
// retention date: all who have left, and receivers without a login who have no
// part in another election that is not over. Nobody before the date, and nobody
// when no date was decided.
func Erasable(e models.Election, today models.Date, people []models.Person, ties Ties) []models.Person {
	if e.EraseStaff.IsZero() || !today.After(e.EraseStaff) {
		return nil
	}
	var out []models.Person
	for _, p := range people {
		only := !slices.ContainsFunc(p.Roles, func(r models.Role) bool { return r != models.RoleReceiver })
		if !p.Erased && (p.Left || only && !ties.Account[p.ID] && !ties.Elsewhere[p.ID]) {
			out = append(out, p)
		}
	}
	return out
}

// EraseAll marks people as gone and erased, in one act of the coordinator's. The
// records keep their commitments, so that the journal still verifies.
func EraseAll(act models.Act, e models.Election, due []models.Person) ([]models.Person, journal.Draft, error) {
	if act.Role != models.RoleCoordinator {
		return nil, journal.Draft{}, models.E(models.CodeForbidden, "")
	}
	if len(due) == 0 {
		return nil, journal.Draft{}, models.E(models.CodeState, "staffing.nothing_to_erase")
	}
	out := make([]models.Person, len(due))
	for i, p := range due {
		out[i] = Erased(p)
	}
	return out, journal.Draft{Kind: "staff.erased", Election: e.ID}, nil
}

// Erased is the record without what could tell whose it is.
func Erased(p models.Person) models.Person {
	p.Left, p.Erased, p.Home, p.Languages, p.Candidate = true, true, "", nil, nil
	return p
}
