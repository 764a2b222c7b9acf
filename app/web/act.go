package web

import (
	"crypto/sha256"

	"github.com/brevstemme/brevstemme/models"
)

// act is what the store needs to know of who does this, with which key.
func (r *Request) act() models.Act {
	return models.Act{
		Key: r.key, Digest: sha256.Sum256([]byte(r.print)), Person: r.Account.Person, Role: r.actingRole(), Places: r.places(),
	}
}

// actingRole is the first of the account's roles that opens this route.
func (r *Request) actingRole() models.Role {
	for _, role := range r.Account.Roles {
		if (Account{Roles: []models.Role{role}}).Is(r.route.Roles...) {
			return role
		}
	}
	if len(r.Account.Roles) > 0 {
		return r.Account.Roles[0]
	}
	return ""
}

// places are where the person may act: nil is everywhere, which only those who
// work across places get when no place was given to them.
func (r *Request) places() []string {
	if len(r.Account.Places) > 0 {
		return r.Account.Places
	}
	if r.Account.Is(models.RoleCoordinator, models.RoleReception, models.RoleAdministrator, models.RoleAuditor, models.RoleCourier) {
		return nil
	}
	return []string{}
}
