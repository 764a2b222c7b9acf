// Package planning plans the election: its calendar, its places, its sessions, the talk with the libraries, and what is published.
// It is a room of the site: routes, handlers and page structs; what a page is
// made of stands in app/web/site.
package planning

import (
	"slices"

	"github.com/brevstemme/brevstemme/app/web/site"
)

// Server is the site with the handlers of this room.
type Server struct{ *site.Server }

// At opens the room on a site. On a nil site its table can be read, and nothing else.
func At(s *site.Server) *Server { return &Server{s} }

// Routes are this room's lines of the table.
func Routes(s *site.Server) []site.Route {
	r := At(s)
	return slices.Concat(
		r.electionRoutes(),
		r.planRoutes(),
		r.planRuleRoutes(),
		r.earlierRoutes(),
		r.placeRoutes(),
	)
}
