package site

import (
	"fmt"
	"slices"
	"strings"

	"github.com/brevstemme/brevstemme/models"
)

// Route is one line of the table.
type Route struct {
	Method  string
	Path    string
	Roles   []models.Role
	Nav     string // catalogue key of the entry in the main menu, "" for none
	handler Handler
	bucket  string
	keyless bool
	in, out any // what a JSON route takes and gives; see api
}

func Get(path string, who Roles, h Handler) Route {
	return Route{Method: GET, Path: path, Roles: who, handler: h}
}

func Post(path string, who Roles, h Handler) Route {
	return Route{Method: POST, Path: path, Roles: who, handler: h}
}

func (r Route) InMenu(key string) Route   { r.Nav = key; return r }
func (r Route) Limit(bucket string) Route { r.bucket = bucket; return r }
func (r Route) NoKey() Route              { r.keyless = true; return r }

// Keyless tells whether a POST takes no idempotency key.
func (r Route) Keyless() bool { return r.keyless }

// Public tells whether the route needs no login.
func (r Route) Public() bool { return slices.Equal(r.Roles, Public) }

// Allows tells whether an account may use the route.
func (r Route) Allows(a Account) bool {
	switch {
	case r.Public():
		return true
	case slices.Equal(r.Roles, LoggedIn):
		return a.LoggedIn()
	case slices.Equal(r.Roles, Personal):
		return a.LoggedIn() && !a.ByPIN
	}
	return a.Is(r.Roles...)
}

// check refuses a line that could not be meant.
func (r Route) check() error {
	switch {
	case len(r.Roles) == 0:
		return fmt.Errorf("web: %s %s names no role", r.Method, r.Path)
	case r.handler == nil:
		return fmt.Errorf("web: %s %s has no handler", r.Method, r.Path)
	case !strings.HasPrefix(r.Path, "/"):
		return fmt.Errorf("web: %s %s: path without /", r.Method, r.Path)
	case r.bucket != "" && Buckets[r.bucket].Burst == 0:
		return fmt.Errorf("web: %s %s: unknown rate limit %q", r.Method, r.Path, r.bucket)
	}
	return nil
}

// has tells whether the table holds a line.
func (s *Server) has(method, path string) bool {
	return slices.ContainsFunc(s.Routes, func(r Route) bool { return r.Method == method && r.Path == path })
}
