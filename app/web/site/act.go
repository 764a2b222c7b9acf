package site

import (
	"crypto/sha256"

	"github.com/brevstemme/brevstemme/models"
)

// Act is what the store needs to know of who does this, with which key.
func (r *Request) Act() models.Act {
	return models.Act{
		Key: r.key, Digest: sha256.Sum256([]byte(r.print)), Person: r.Account.Person, Role: r.ActingRole(), Places: r.Places(),
	}
}

// ActingRole is the first of the account's roles that opens this route.
func (r *Request) ActingRole() models.Role {
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

// Places are where the person may act: nil is everywhere, which only those who
// work across places get when no place was given to them.
func (r *Request) Places() []string {
	if len(r.Account.Places) > 0 {
		return r.Account.Places
	}
	if r.Account.Anywhere || r.Account.Is(models.RoleCoordinator, models.RoleReception, models.RoleAdministrator, models.RoleAuditor, models.RoleCourier) {
		return nil
	}
	return []string{}
}

// Witnessed is the act with a second person, who has confirmed with their PIN.
func (s *Server) Witnessed(r *Request) (models.Act, error) {
	act := r.Act()
	who, err := s.Store.Switch(r.Context(), r.Field("witness_login"), r.HTTP().PostForm.Get("pin"))
	if err != nil {
		if models.CodeOf(err) == models.CodeUnauthorized {
			return act, models.Invalid("witness_login", "desk.witness_pin")
		}
		return act, err
	}
	act.Witness = who.Person.ID
	return act, nil
}
