package models

import "slices"

// Role is what a person may do. The rights of each stand in the route table
// (app/web/*/, each room its own lines); at which places, in Account.Places.
type Role string

// The roles of DESIGN § 1.
const (
	RoleCoordinator   Role = "coordinator"   // Borgerservice: plans, staffs, publishes, watches, reconciles
	RoleLibraryLead   Role = "library_lead"  // agrees to sessions and staffs them, for their own places
	RoleReceiver      Role = "receiver"      // brevstemmemodtager at the desk
	RoleCourier       Role = "courier"       // carries containers
	RoleReception     Role = "reception"     // takes in at Borgerservice
	RoleAuditor       Role = "auditor"       // auditors and the election committee: reads everything, changes nothing
	RoleAdministrator Role = "administrator" // accounts and operation; no election data is changed
)

// Roles lists the roles in the order in which they are offered.
var Roles = []Role{RoleCoordinator, RoleLibraryLead, RoleReceiver, RoleCourier, RoleReception, RoleAuditor, RoleAdministrator}

// Valid tells whether r is one of Roles.
func (r Role) Valid() bool { return slices.Contains(Roles, r) }

// Record is anything that is kept: it has a kind (its table) and an id, and its
// JSON form goes into the journal entry of every act that changes it.
type Record interface {
	RecordKind() string
	RecordID() string
}
