package site

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/brevstemme/brevstemme/models"
)

// metrics are what /metrics shows of HTTP.
type metrics struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	limited  *prometheus.CounterVec
	csp      prometheus.Counter
	cpr      prometheus.Counter
}

func newMetrics(reg *prometheus.Registry) *metrics {
	if reg == nil {
		reg = prometheus.NewRegistry()
		reg.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	}
	m := &metrics{registry: reg,
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "brevstemme_http_requests_total",
			Help: "Answered requests by route and status."}, []string{"method", "route", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "brevstemme_http_request_seconds",
			Help: "Time to answer, by route.", Buckets: []float64{.005, .01, .025, .05, .1, .2, .3, .5, 1, 2.5, 5, 10}}, []string{"route"}),
		limited: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "brevstemme_http_rate_limited_total",
			Help: "Requests refused by a rate limit."}, []string{"limit"}),
		csp: prometheus.NewCounter(prometheus.CounterOpts{Name: "brevstemme_csp_reports_total",
			Help: "Breaches of the content security policy that browsers reported."}),
		cpr: prometheus.NewCounter(prometheus.CounterOpts{Name: "brevstemme_cpr_refused_total",
			Help: "Requests refused because a text looked like a CPR number."}),
	}
	reg.MustRegister(m.requests, m.seconds, m.limited, m.csp, m.cpr)
	return m
}

// notes are what the handlers tell the log line about a request.
type notes struct {
	id, route, account, code, problem string
	status, bytes                     int
}

type notesKey struct{}

// note finds the notes of a request; outside of one it gives notes that nobody reads.
func note(ctx context.Context) *notes {
	if n, ok := ctx.Value(notesKey{}).(*notes); ok {
		return n
	}
	return &notes{}
}

// observe writes one line per request and counts it. The route's pattern is
// logged and not the address: ids and queries may say more than a log should.
func (s *Server) observe(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		began := time.Now()
		n := &notes{id: uuid.NewString()[:13]}
		w.Header().Set("X-Request-Id", n.id)
		defer func() {
			took := time.Since(began)
			s.metrics.requests.WithLabelValues(method(r.Method), n.route, strconv.Itoa(n.status)).Inc()
			s.metrics.seconds.WithLabelValues(n.route).Observe(took.Seconds())
			s.Log.InfoContext(r.Context(), "request", "request", n.id, "method", method(r.Method), "route", n.route,
				"status", n.status, "bytes", n.bytes, "ms", took.Milliseconds(), "account", n.account, "code", n.code, "problem", n.problem)
		}()
		next.ServeHTTP(&watched{w, n}, r.WithContext(context.WithValue(r.Context(), notesKey{}, n)))
	})
}

// method keeps the label set small: a client may send any word as its method.
func method(m string) string {
	switch m {
	case http.MethodGet, http.MethodPost, http.MethodHead, http.MethodOptions, http.MethodPut, http.MethodPatch, http.MethodDelete:
		return m
	}
	return "other"
}

// watched notes status and length of an answer.
type watched struct {
	http.ResponseWriter
	n *notes
}

// WriteHeader notes the status.
func (w *watched) WriteHeader(status int) {
	if w.n.status == 0 {
		w.n.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write notes the length.
func (w *watched) Write(b []byte) (int, error) {
	if w.n.status == 0 {
		w.n.status = http.StatusOK
	}
	k, err := w.ResponseWriter.Write(b)
	w.n.bytes += k
	return k, err
}

// Unwrap lets http.ResponseController reach flush and deadlines.
func (w *watched) Unwrap() http.ResponseWriter { return w.ResponseWriter }

func (s *Server) livez(r *Request) error {
	r.Write(http.StatusOK, "text/plain; charset=utf-8", []byte("ok\n"))
	return nil
}

// readyz asks every check; the cause of a failing one goes to the log alone.
func (s *Server) readyz(r *Request) error {
	type state struct {
		Ready  bool            `json:"ready"`
		Checks map[string]bool `json:"checks"`
	}
	v := state{Ready: !s.draining(), Checks: map[string]bool{}}
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
	defer cancel()
	for name, check := range s.Checks {
		err := check(ctx)
		if err != nil {
			s.Log.WarnContext(r.Context(), "not ready", "check", name, "cause", err.Error())
		}
		v.Checks[name] = err == nil
		v.Ready = v.Ready && err == nil
	}
	status := http.StatusOK
	if !v.Ready {
		status = http.StatusServiceUnavailable
	}
	return r.JSON(status, v)
}

// metricsPage answers Prometheus.
func (s *Server) metricsPage(r *Request) error {
	if !s.mayScrape(r.HTTP()) {
		if s.metricsToken == "" {
			return models.E(models.CodeForbidden, "metrics.not_here")
		}
		r.Writer().Header().Set("WWW-Authenticate", `Bearer realm="metrics"`)
		r.Write(http.StatusUnauthorized, "text/plain; charset=utf-8", []byte(r.Text("metrics.token")+"\n"))
		return nil
	}
	promhttp.HandlerFor(s.metrics.registry, promhttp.HandlerOpts{DisableCompression: true}).ServeHTTP(r.Writer(), r.HTTP())
	return nil
}

// mayScrape tells whether somebody may read the metrics: with the token when one
// is set. Without one, a program on this machine may, unless the service is
// reached under another machine's name: the proxy that makes it so is on this
// machine as often as not, and would hand the metrics out.
func (s *Server) mayScrape(r *http.Request) bool {
	if s.metricsToken != "" {
		scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		got, want := sha256.Sum256([]byte(strings.TrimSpace(token))), sha256.Sum256([]byte(s.metricsToken))
		return strings.EqualFold(scheme, "Bearer") && subtle.ConstantTimeCompare(got[:], want[:]) == 1
	}
	for _, h := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip", "Via"} {
		if r.Header.Get(h) != "" {
			return false
		}
	}
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && peer.Addr().Unmap().IsLoopback() && (s.BaseURL == "" || onThisMachine(s.BaseURL))
}

// onThisMachine tells whether an address names this machine and no other.
func onThisMachine(base string) bool {
	u, err := url.Parse(base)
	if err != nil {
		return false
	}
	ip, err := netip.ParseAddr(u.Hostname())
	return u.Hostname() == "localhost" || err == nil && ip.Unmap().IsLoopback()
}

// CSPReport counts a breach; the report's text is not kept, it may hold addresses.
func (s *Server) CSPReport(r *Request) error {
	s.metrics.csp.Inc()
	r.Gin.Status(http.StatusNoContent)
	r.Gin.Writer.WriteHeaderNow()
	return nil
}

func (s *Server) OperationRoutes() []Route {
	return []Route{
		Get("/livez", Public, s.livez),
		Get("/readyz", Public, s.readyz),
		Get("/metrics", Public, s.metricsPage),
		Post("/csp", Public, s.CSPReport).NoKey(),
		Get("/assets/*name", Public, s.asset),

		// The design system, shown to those who keep the program
		Get("/design", Admins, s.designIndex).InMenu("nav.design"),
		Get("/design/formular", Admins, s.designForm),
		Post("/design/formular", Admins, s.designFormSend),
		Get("/design/tabeller", Admins, s.designTables),
		Get("/design/skranke", Admins, s.designDesk),
		Get("/design/kvittering", Admins, s.designReceipt),
		Get("/design/bekraeft", Admins, s.designConfirm),
		Get("/design/fejl", Admins, s.designProblem),
	}
}
