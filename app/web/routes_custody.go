package web

import "slices"

// custodyRoutes are the lines of containers, seals, handovers and balances.
func (s *Server) custodyRoutes() []Route {
	return slices.Concat(s.containerRoutes(), s.custodyPaperRoutes(), s.labelPrinterRoutes(), s.handoverRoutes(), s.attachmentRoutes(), s.custodyActRoutes(), s.proofRoutes(), s.routePlanRoutes(), s.courierRoutes(), s.deviationRoutes(), s.dayRoutes(), s.receiptRoutes(), s.balanceRoutes())
}
