package site

import (
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"

	"github.com/brevstemme/brevstemme/models"
)

// Policy allows scripts, styles and connections from this server alone, no
// inline script or style, no frame and no other form target. A breach is
// reported to /csp, where it is counted.
const Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'; worker-src 'self'; report-uri /csp"

// headers sets the security headers on every answer, also those of errors.
func headers(secure bool, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", Policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(self), geolocation=(), microphone=(), payment=(), usb=()")
		h.Set("Cache-Control", "no-store") // a shared PC: no page is left in the cache
		if secure {
			h.Set("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
		}
		r.Header.Del("X-Forwarded-Prefix") // gin would put it into its redirects, whoever sent it
		next.ServeHTTP(w, r)
	})
}

// recovered turns a panic into the error page. gin's own recovery would log the
// request's headers, and with them the session cookie.
func (s *Server) recovered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			p := recover()
			if p == nil {
				return
			}
			if p == http.ErrAbortHandler {
				panic(p) // net/http's own way to end an answer without a word
			}
			s.Log.ErrorContext(r.Context(), "panic", "value", p, "stack", string(debug.Stack()))
			if n := note(r.Context()); n.status != 0 {
				panic(http.ErrAbortHandler) // half an answer was sent: cut it, so that nobody takes it for whole
			}
			s.serveAlone(func(*Request) error { return &models.Error{Code: models.CodeInternal} }).ServeHTTP(w, r)
		}()
		next.ServeHTTP(w, r)
	})
}

// sessionless tells whether a path is answered without looking at the session:
// assets, and what must answer while the session store is away.
func sessionless(path string) bool {
	switch path {
	case "/livez", "/readyz", "/metrics", "/csp":
		return true
	}
	return strings.HasPrefix(path, "/assets/")
}

// sessioned loads and saves the session around next, where there is one.
func (s *Server) sessioned(next http.Handler) http.Handler {
	with := s.Sessions.LoadAndSave(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if sessionless(r.URL.Path) {
			next.ServeHTTP(w, r)
			return
		}
		with.ServeHTTP(w, r)
	})
}

// sessionsAway answers when the session store cannot be reached. That the browser
// has gone away meanwhile is no fault of the store.
func (s *Server) sessionsAway(w http.ResponseWriter, r *http.Request, err error) {
	level := slog.LevelError
	if r.Context().Err() != nil {
		level = slog.LevelInfo
	}
	s.Log.Log(r.Context(), level, "sessions", "cause", err.Error())
	s.serveAlone(func(*Request) error { return &models.Error{Code: models.CodeUnavailable} }).ServeHTTP(w, r)
}

const QueuedHeader = "Device-Queued"
