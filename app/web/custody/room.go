// Package custody follows every envelope from hand to hand: containers, seals, handovers, reception, deviations, the evening.
// It is a room of the site: routes, handlers and page structs; what a page is
// made of stands in app/web/site.
package custody

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
		r.boardRoutes(),
		r.containerRoutes(),
		r.custodyPaperRoutes(),
		r.labelPrinterRoutes(),
		r.handoverRoutes(),
		r.attachmentRoutes(),
		r.custodyActRoutes(),
		r.courierActRoutes(),
		r.proofRoutes(),
		r.routePlanRoutes(),
		r.courierRoutes(),
		r.deviationRoutes(),
		r.balanceRoutes(),
	)
}
