package web

import (
	"net/http"
	"slices"

	"github.com/brevstemme/brevstemme/models"
)

// Methods of the table. Nothing else is served: HTML forms know no other.
const (
	GET  = http.MethodGet
	POST = http.MethodPost
)

// roles are those who may use a route. Every line of the table names one.
type roles []models.Role

// Who may use a route.
var (
	public      = roles{"public"}    // without login
	loggedIn    = roles{"logged_in"} // every account
	coordinator = roles{models.RoleCoordinator}
	planners    = roles{models.RoleCoordinator, models.RoleLibraryLead}
	desk        = roles{models.RoleReceiver, models.RoleLibraryLead, models.RoleCoordinator}
	carriers    = roles{models.RoleCourier, models.RoleReception, models.RoleReceiver, models.RoleLibraryLead, models.RoleCoordinator}
	reception   = roles{models.RoleReception, models.RoleCoordinator}
	admins      = roles{models.RoleAdministrator}
)

// loginPath is where GETs without a login are sent.
const loginPath = "/log-ind"

// table is THE table: everything the program answers, with who may ask. The
// handlers are methods of a Server, so the table can be read without one.
//
// A line may be followed by .nav("key") (in the main menu of those who may see
// it), .limit(bucket) (rate limit) or .noKey() (a POST without idempotency key).
func (s *Server) table() []Route {
	return printed(slices.Concat( // one block a line, in the order of the main menu
		s.loginRoutes(),
		s.reminderRoutes(),
		s.electionRoutes(),
		s.planRoutes(),
		s.planRuleRoutes(),
		s.placeRoutes(),
		s.rosterRoutes(),
		s.rosterAPIRoutes(),
		s.deskRoutes(),
		s.boardRoutes(),
		s.listRoutes(),
		s.onwardRoutes(),
		s.custodyRoutes(),
		s.bookRoutes(),
		s.paperRoutes(),
		s.accountRoutes(),
		s.publicRoutes(),
		s.apiRoutes(),
		s.operationRoutes(),
	))
}

func (s *Server) operationRoutes() []Route {
	return []Route{
		get("/livez", public, s.livez),
		get("/readyz", public, s.readyz),
		get("/metrics", public, s.metricsPage),
		post("/csp", public, s.cspReport).noKey(),
		get("/assets/*name", public, s.asset),

		// The design system, shown to those who keep the program
		get("/design", admins, s.designIndex).nav("nav.design"),
		get("/design/formular", admins, s.designForm),
		post("/design/formular", admins, s.designFormSend),
		get("/design/tabeller", admins, s.designTables),
		get("/design/skranke", admins, s.designDesk),
		get("/design/kvittering", admins, s.designReceipt),
		get("/design/bekraeft", admins, s.designConfirm),
		get("/design/fejl", admins, s.designProblem),
	}
}
