package site

import (
	"net/http"

	"github.com/brevstemme/brevstemme/models"
)

// DayReaders watch the evening; dayClosers sign it off. The board shows standings
// and times, no figures: reception may see it too.
var (
	DayReaders = Roles{models.RoleCoordinator, models.RoleReception, models.RoleLibraryLead, models.RoleAuditor}
	DayClosers = Roles{models.RoleCoordinator}
)

// OfficeReaders see the end of the road; reception and coordinators act.
var OfficeReaders = Roles{models.RoleCoordinator, models.RoleReception, models.RoleAuditor}

// PublicPath is where citizens find places and hours.
const PublicPath = "/brevstemmesteder"

// Methods of the table. Nothing else is served: HTML forms know no other.
const (
	GET  = http.MethodGet
	POST = http.MethodPost
)

// Roles are those who may use a route. Every line of the table names one.
type Roles []models.Role

// Who may use a route.
var (
	Public      = Roles{"public"}    // without login
	LoggedIn    = Roles{"logged_in"} // every account
	Personal    = Roles{"personal"}  // every account, for what is the person's own: not by PIN
	Coordinator = Roles{models.RoleCoordinator}
	Planners    = Roles{models.RoleCoordinator, models.RoleLibraryLead}
	Desk        = Roles{models.RoleReceiver, models.RoleLibraryLead, models.RoleCoordinator}
	Carriers    = Roles{models.RoleCourier, models.RoleReception, models.RoleReceiver, models.RoleLibraryLead, models.RoleCoordinator}
	Reception   = Roles{models.RoleReception, models.RoleCoordinator}
	Admins      = Roles{models.RoleAdministrator}
)

// LoginPath is where GETs without a login are sent.
const LoginPath = "/log-ind"
