package site

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/brevstemme/brevstemme/app/web/site/signon"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/store"
)

// Config is what New needs. Zero values are refused where they would be unsafe.
type Config struct {
	Log            *slog.Logger         // required
	Store          *store.Store         // the book and its records; nil only in tests of the page engine
	BaseURL        string               // how others reach us, without a slash at the end: QR codes and links
	Municipality   string               // kommunekode
	Version        string               // of the program, printed on forms
	Sessions       scs.Store            // required: where sessions live, and end when nobody uses them (the database; memory in tests)
	Marks          scs.Store            // where the marks of opened browsers live; nil: with the sessions
	Account        AccountFunc          // required: loads who is logged in
	Setting        SettingFunc          // municipality and election of a page; nil shows none
	Checks         map[string]CheckFunc // what /readyz asks, by name
	Registry       *prometheus.Registry // nil makes a new one; /metrics shows it
	SignOn         signon.Config        // the identity provider; the zero value is none
	MetricsToken   string               // what /metrics wants; empty: it answers this machine alone
	Secure         bool                 // cookies only over TLS, with the __Host- prefix; false for plain http in development
	TrustedProxies []string             // addresses or networks whose X-Forwarded-For counts; none by default
	BodyLimit      int64                // bytes; 0 is DefaultBodyLimit
	SessionIdle    time.Duration        // 0 is 30 minutes
	SessionLife    time.Duration        // 0 is 12 hours, a long election day
	Now            func() time.Time     // nil is time.Now; rate limits read it
	Mail           func(models.Mail)    // takes a mail to be sent; nil logs that there was one
}

// DefaultBodyLimit bounds every request body: a spreadsheet of places is far smaller.
const DefaultBodyLimit = 10 << 20

// CheckFunc tells whether something that the service needs is there.
type CheckFunc func(context.Context) error

// Server answers HTTP. It keeps no state that another process would miss;
// limits and metrics are per process.
type Server struct {
	Log          *slog.Logger
	Store        *store.Store
	BaseURL      string
	Municipality string
	Mail         func(models.Mail)
	Version      string
	Sessions     *scs.SessionManager
	opened       *scs.SessionManager
	SignOn       *signon.Provider // nil when there is none
	Account      AccountFunc
	setting      SettingFunc
	Checks       map[string]CheckFunc
	Secure       bool
	bodyLimit    int64
	Now          func() time.Time
	engine       *engine
	Assets       assetNames
	Routes       []Route
	limits       map[string]*limiter
	metrics      *metrics
	metricsToken string
	handler      http.Handler

	closing  chan struct{} // closed when draining starts; event streams end then
	drain    sync.Once
	inFlight inFlight
	News     news
	Outlook  Outlook
}

// New parses every template, checks the route table and builds the handler.
// The table may ask the server for nothing yet: it only names its handlers.
func New(c Config, table func(*Server) []Route) (*Server, error) {
	c = c.fromStore()
	if c.Log == nil || c.Sessions == nil || c.Account == nil {
		return nil, errors.New("web: Config needs Log, Sessions and Account")
	}
	if c.Mail == nil {
		c.Mail = func(m models.Mail) { c.Log.Info("mail not sent: no server is set", "subject", m.Subject) }
	}
	s := &Server{Mail: c.Mail, Log: c.Log, Store: c.Store, BaseURL: c.BaseURL, Municipality: c.Municipality, Version: c.Version, Account: c.Account, setting: c.Setting, Checks: c.Checks, Secure: c.Secure,
		bodyLimit: c.BodyLimit, Now: c.Now, metricsToken: c.MetricsToken, closing: make(chan struct{})}
	if s.setting == nil {
		s.setting = func(context.Context, Account) (Setting, error) { return Setting{}, nil }
	}
	if s.bodyLimit == 0 {
		s.bodyLimit = DefaultBodyLimit
	}
	if s.Now == nil {
		s.Now = time.Now
	}
	s.Sessions, s.opened = newSessions(c), newOpened(c)
	if c.SignOn.Set() {
		s.SignOn = signon.New(c.SignOn, s.Now)
	}
	s.metrics = newMetrics(c.Registry)
	s.limits = newLimits(s.Now)
	var err error
	if s.Assets, err = hashAssets(AssetFiles); err != nil {
		return nil, err
	}
	if s.engine, err = newEngine(fs.FS(templateFiles), views, s.Assets); err != nil {
		return nil, err
	}
	return s, s.build(c.TrustedProxies, table(s))
}

func newSessions(c Config) *scs.SessionManager {
	m := scs.New()
	m.Store = c.Sessions
	m.HashTokenInStore = true
	m.Lifetime = cmp.Or(c.SessionLife, 12*time.Hour)
	m.Cookie.Name, m.Cookie.Secure = "brevstemme", c.Secure
	if c.Secure {
		m.Cookie.Name = "__Host-brevstemme"
	}
	m.Cookie.HttpOnly, m.Cookie.SameSite, m.Cookie.Path = true, http.SameSiteLaxMode, "/"
	m.Cookie.Persist = false // gone when the shared PC's browser closes
	return m
}

func init() { gin.SetMode(gin.ReleaseMode) } // global in gin: once, before any test runs

// build registers the table. Outside in: log and metrics, recovery, headers,
// cross-origin check, session, gin.
func (s *Server) build(proxies []string, table []Route) error {
	g := gin.New()
	if err := g.SetTrustedProxies(proxies); err != nil {
		return fmt.Errorf("web: trusted proxies: %w", err)
	}
	g.HandleMethodNotAllowed = true
	g.RedirectTrailingSlash = true
	s.Routes = table
	for _, r := range s.Routes {
		if err := r.check(); err != nil {
			return err
		}
		g.Handle(r.Method, r.Path, s.serve(r))
		if r.Method == GET {
			g.Handle(http.MethodHead, r.Path, s.serve(r))
		}
	}
	missing := s.serve(Route{Roles: Public, handler: notFound})
	g.NoRoute(missing)
	g.NoMethod(missing)
	s.Sessions.ErrorFunc = s.sessionsAway
	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(s.serveAlone(crossOrigin))
	s.handler = s.observe(s.recovered(headers(s.Secure, cross.Handler(s.sessioned(g)))))
	return nil
}

// ServeHTTP answers a request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.inFlight.add(1)
	defer s.inFlight.add(-1)
	s.handler.ServeHTTP(w, r)
}

// Registry is where other packages add their metrics.
func (s *Server) Registry() *prometheus.Registry { return s.metrics.registry }

// Shutdown turns /readyz red, ends event streams and waits until every request
// that was accepted has been answered, or until ctx ends. Call it before
// http.Server.Shutdown, so that a load balancer sees it first.
func (s *Server) Shutdown(ctx context.Context) error {
	s.drain.Do(func() { close(s.closing) })
	return s.inFlight.wait(ctx)
}

func (s *Server) draining() bool {
	select {
	case <-s.closing:
		return true
	default:
		return false
	}
}

// inFlight counts the requests being answered.
type inFlight struct {
	mu   sync.Mutex
	n    int
	idle chan struct{} // made by wait, closed when n reaches 0
}

func (f *inFlight) add(d int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.n += d
	if f.n == 0 && f.idle != nil {
		close(f.idle)
		f.idle = nil
	}
}

func (f *inFlight) wait(ctx context.Context) error {
	f.mu.Lock()
	if f.n == 0 {
		f.mu.Unlock()
		return nil
	}
	if f.idle == nil {
		f.idle = make(chan struct{})
	}
	idle := f.idle
	f.mu.Unlock()
	select {
	case <-idle:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// NewHTTPServer builds the http.Server with all four timeouts; net/http's own
// defaults are "for ever". WriteTimeout leaves room for a large PDF on a slow
// line; event streams clear it for themselves.
func NewHTTPServer(addr string, h http.Handler) *http.Server {
	return &http.Server{
		Addr: addr, Handler: h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       120 * time.Second,
		MaxHeaderBytes:    64 << 10,
	}
}
