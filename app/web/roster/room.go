// Package roster staffs the plan: people, appointments, wishes, shifts.
// It is a room of the site: routes, handlers and page structs; what a page is
// made of stands in app/web/site.
package roster

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
		r.rosterRoutes(),
		r.rosterAPIRoutes(),
		r.swapAPIRoutes(),
		r.shareAPIRoutes(),
	)
}
