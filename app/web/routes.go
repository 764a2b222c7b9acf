package web

import (
	"slices"

	custodypages "github.com/brevstemme/brevstemme/app/web/custody"
	"github.com/brevstemme/brevstemme/app/web/desk"
	onwardpages "github.com/brevstemme/brevstemme/app/web/onward"
	planningpages "github.com/brevstemme/brevstemme/app/web/planning"
	"github.com/brevstemme/brevstemme/app/web/public"
	rosterpages "github.com/brevstemme/brevstemme/app/web/roster"
	"github.com/brevstemme/brevstemme/app/web/site"
)

// Server is the whole site: every room opens on it.
type Server struct{ *site.Server }

// At opens this room on a site. On a nil site its table can be read, and nothing else.
func At(s *site.Server) *Server { return &Server{s} }

// New parses every template, checks the route table and builds the handler.
func New(c site.Config) (*Server, error) {
	s, err := site.New(c, Routes)
	if err != nil {
		return nil, err
	}
	return At(s), nil
}

// Routes are THE table: everything the program answers, with who may ask. Each
// room gives its own lines; the handlers are methods of its Server, so the
// table can be read without one: on a nil site.
//
// A line may be followed by .InMenu("key") (in the main menu of those who may
// see it), .Limit(bucket) (rate limit) or .NoKey() (a POST without idempotency key).
func Routes(s *site.Server) []site.Route {
	here := At(s)
	return site.Printed(slices.Concat(
		here.loginRoutes(),
		here.signOnRoutes(),
		here.reminderRoutes(),
		planningpages.Routes(s),
		rosterpages.Routes(s),
		desk.Routes(s),
		custodypages.Routes(s),
		here.listRoutes(),
		onwardpages.Routes(s),
		here.dayRoutes(),
		here.receiptRoutes(),
		here.bookRoutes(),
		here.paperRoutes(),
		here.accountRoutes(),
		public.Routes(s),
		s.APIRoutes(),
		s.OperationRoutes(),
	))
}
