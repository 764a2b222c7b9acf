package site

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/brevstemme/brevstemme/models"
)

// serve turns a line of the table into gin's handler: everything that holds for
// every request stands here, in order.
func (s *Server) serve(route Route) gin.HandlerFunc {
	return func(g *gin.Context) {
		r := &Request{Gin: g, Server: s, route: route, bare: sessionless(g.Request.URL.Path)}
		r.Lang = r.language()
		note(g.Request.Context()).route = route.Path
		if err := r.handle(); err != nil {
			s.fail(r, err)
		}
	}
}

func (r *Request) handle() error {
	if r.chosen() {
		return nil
	}
	if err := r.loadAccount(); err != nil {
		return err
	}
	note(r.Context()).account = r.Account.ID
	if err := r.admit(); err != nil {
		return err
	}
	if err := r.guardQuery(); err != nil {
		return err
	}
	if r.HTTP().Method == http.MethodPost {
		if err := r.guard(); err != nil {
			return err
		}
	}
	return r.route.handler(r)
}

// admit tests rate limit, login and role, before the body is read.
func (r *Request) admit() error {
	if b := r.route.bucket; b != "" && !r.Server.limits[b].allow(r.Gin.ClientIP()) {
		r.Server.metrics.limited.WithLabelValues(b).Inc()
		return &models.Error{Code: models.CodeTooMany}
	}
	if r.route.Allows(r.Account) {
		return nil
	}
	if !r.Account.LoggedIn() {
		return &models.Error{Code: models.CodeUnauthorized}
	}
	if whole := r.Account.withPassword(); whole.LoggedIn() && r.route.Allows(whole) {
		return &models.Error{Code: models.CodePassword}
	}
	return &models.Error{Code: models.CodeForbidden}
}

func notFound(*Request) error    { return &models.Error{Code: models.CodeNotFound} }
func crossOrigin(*Request) error { return &models.Error{Code: models.CodeCrossOrigin} }

// serveAlone answers with h outside the router, for refusals that come before it.
func (s *Server) serveAlone(h Handler) http.Handler {
	alone := gin.New()
	alone.NoRoute(s.serveProblem(h))
	return alone
}

// serveProblem runs h without reading body or account: nothing of a refused
// request is looked at.
func (s *Server) serveProblem(h Handler) gin.HandlerFunc {
	return func(g *gin.Context) {
		r := &Request{Gin: g, Server: s, route: Route{Roles: Public}, bare: true}
		r.Lang = r.language()
		if err := h(r); err != nil {
			s.fail(r, err)
		}
	}
}
