package main

import (
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/brevstemme/brevstemme/app/web/site/signon"
	"github.com/brevstemme/brevstemme/models"
)

// configuration is everything that an operator may set. It is read once, before
// anything starts, and passed on read-only. A zero value is a good value.
type configuration struct {
	DatabaseURL    string // the app's role; empty: the private database in Data
	MigrateURL     string // the owner's role, for "migrate"; empty: the private database
	Data           string // folder of the private database and the signing key
	Addr           string // host:port to listen on
	BaseURL        string // how others reach us: printed in QR codes and links
	Municipality   string // kommunekode
	SigningKey     string // note signer key of the journal's checkpoints; empty: made in Data
	TrustedProxies []netip.Prefix
	LogLevel       slog.Level
	BodyLimit      int64         // bytes
	Grace          time.Duration // how long a shutdown waits for what was accepted
	IdleLogout     time.Duration
	MetricsToken   string // what /metrics wants; empty: it answers this machine alone
	SignOn         signon.Config
	SMTPAddr       string // host:port; empty: mails are logged instead
	SMTPUser       string
	SMTPPassword   string
	MailFrom       string
}

// setting is one line of the table of settings: its name in the environment,
// what it is for, whether it is secret, and how it is read.
type setting struct {
	name    string
	about   string // catalogue key
	secret  bool
	initial string
	read    func(c *configuration, v string) error
}

func text(field func(*configuration) *string) func(*configuration, string) error {
	return func(c *configuration, v string) error { *field(c) = v; return nil }
}

func duration(field func(*configuration) *time.Duration) func(*configuration, string) error {
	return func(c *configuration, v string) error {
		d, err := time.ParseDuration(v)
		if err != nil || d <= 0 {
			return models.E(models.CodeInvalid, "config.duration", v)
		}
		*field(c) = d
		return nil
	}
}

// settings is THE table. docs/operations.md describes it; "brevstemme config" prints it.
func settings() []setting {
	return slices.Concat([]setting{
		{"BREVSTEMME_DATABASE_URL", "config.database_url", true, "", postgresURL(func(c *configuration) *string { return &c.DatabaseURL })},
		{"BREVSTEMME_MIGRATE_URL", "config.migrate_url", true, "", postgresURL(func(c *configuration) *string { return &c.MigrateURL })},
		{"BREVSTEMME_DATA", "config.data", false, "./var", text(func(c *configuration) *string { return &c.Data })},
		{"BREVSTEMME_ADDR", "config.addr", false, "127.0.0.1:8080", text(func(c *configuration) *string { return &c.Addr })},
		{"BREVSTEMME_BASE_URL", "config.base_url", false, "", baseURL},
		{"BREVSTEMME_MUNICIPALITY", "config.municipality", false, "0751", municipality},
		{"BREVSTEMME_SIGNING_KEY", "config.signing_key", true, "", text(func(c *configuration) *string { return &c.SigningKey })},
		{"BREVSTEMME_TRUSTED_PROXIES", "config.trusted_proxies", false, "", trustedProxies},
		{"BREVSTEMME_LOG_LEVEL", "config.log_level", false, "info", logLevel},
		{"BREVSTEMME_BODY_LIMIT", "config.body_limit", false, "8388608", bodyLimit},
		{"BREVSTEMME_GRACE", "config.grace", false, "20s", duration(func(c *configuration) *time.Duration { return &c.Grace })},
		{"BREVSTEMME_IDLE_LOGOUT", "config.idle_logout", false, "2h", duration(func(c *configuration) *time.Duration { return &c.IdleLogout })},
		{"BREVSTEMME_METRICS_TOKEN", "config.metrics_token", true, "", metricsToken},
	}, signOnSettings(), []setting{
		{"BREVSTEMME_SMTP_ADDR", "config.smtp_addr", false, "", text(func(c *configuration) *string { return &c.SMTPAddr })},
		{"BREVSTEMME_SMTP_USER", "config.smtp_user", false, "", text(func(c *configuration) *string { return &c.SMTPUser })},
		{"BREVSTEMME_SMTP_PASSWORD", "config.smtp_password", true, "", text(func(c *configuration) *string { return &c.SMTPPassword })},
		{"BREVSTEMME_MAIL_FROM", "config.mail_from", false, "", text(func(c *configuration) *string { return &c.MailFrom })},
	})
}

func postgresURL(field func(*configuration) *string) func(*configuration, string) error {
	return func(c *configuration, v string) error {
		u, err := url.Parse(v)
		if v != "" && (err != nil || (u.Scheme != "postgres" && u.Scheme != "postgresql")) {
			return models.E(models.CodeInvalid, "config.not_postgres") // the value holds a password: never echoed
		}
		*field(c) = v
		return nil
	}
}

func baseURL(c *configuration, v string) error {
	u, err := url.Parse(v)
	if v != "" && (err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" || u.RawQuery != "") {
		return models.E(models.CodeInvalid, "config.not_url", v)
	}
	c.BaseURL = strings.TrimRight(v, "/")
	return nil
}

func municipality(c *configuration, v string) error {
	m, ok := models.MunicipalityByCode(v)
	if !ok {
		return models.E(models.CodeInvalid, "config.not_municipality", v)
	}
	c.Municipality = m.Code
	return nil
}

func trustedProxies(c *configuration, v string) error {
	for part := range strings.SplitSeq(v, ",") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		p, err := netip.ParsePrefix(part)
		if err != nil {
			a, aerr := netip.ParseAddr(part)
			if aerr != nil {
				return models.E(models.CodeInvalid, "config.not_network", part)
			}
			p = netip.PrefixFrom(a, a.BitLen())
		}
		c.TrustedProxies = append(c.TrustedProxies, p)
	}
	return nil
}

// shortestToken is the fewest characters of a token that nobody guesses.
const shortestToken = 16

func metricsToken(c *configuration, v string) error {
	if v != "" && (len(v) < shortestToken || strings.ContainsAny(v, " \t\r\n")) {
		return models.E(models.CodeInvalid, "config.short_token", shortestToken) // never echoed
	}
	c.MetricsToken = v
	return nil
}

func logLevel(c *configuration, v string) error {
	if err := c.LogLevel.UnmarshalText([]byte(v)); err != nil {
		return models.E(models.CodeInvalid, "config.not_level", v)
	}
	return nil
}

func bodyLimit(c *configuration, v string) error {
	n, err := strconv.ParseInt(v, 10, 64)
	if err != nil || n < 64<<10 {
		return models.E(models.CodeInvalid, "config.not_size", v)
	}
	c.BodyLimit = n
	return nil
}

// readConfiguration reads every setting from env: NAME, or NAME_FILE with the
// name of a file that holds the value (for secrets). It reports all mistakes at
// once as models.Errors, each with the setting's name as its field.
func readConfiguration(env func(string) string) (configuration, error) {
	var c configuration
	var errs models.Errors
	for _, s := range settings() {
		v, err := s.value(env)
		if err == nil {
			err = s.read(&c, v)
		}
		errs = append(errs, mistakes(s.name, err)...)
	}
	errs = append(errs, signOnFits(c, errs, env)...)
	return c, errs.OrNil()
}

// mistakes are the mistakes of one setting, each with its name.
func mistakes(name string, err error) models.Errors {
	var many models.Errors
	switch e := err.(type) {
	case nil:
	case *models.Error:
		many = models.Errors{e.On(name)}
	case models.Errors:
		for _, one := range e {
			many = append(many, one.On(name))
		}
	default:
		many = models.Errors{models.E(models.CodeInvalid, "config.unreadable", err).On(name)}
	}
	return many
}

// value is the setting's text: from its file when NAME_FILE is set, else from
// NAME, else the initial one. Both at once is a mistake.
func (s setting) value(env func(string) string) (string, error) {
	direct, file := env(s.name), env(s.name+"_FILE")
	switch {
	case direct != "" && file != "":
		return "", models.E(models.CodeInvalid, "config.twice", s.name, s.name+"_FILE")
	case file != "":
		raw, err := os.ReadFile(file)
		if err != nil {
			return "", models.E(models.CodeInvalid, "config.file", file, err)
		}
		return strings.TrimRight(string(raw), "\r\n"), nil
	case direct != "":
		return direct, nil
	}
	return s.initial, nil
}

// shown is the setting's value as "config" prints it: no secret.
func (s setting) shown(env func(string) string) string {
	v, err := s.value(env)
	switch {
	case err != nil:
		return "!"
	case v == "":
		return "–"
	case s.secret:
		return fmt.Sprintf("*** (%d)", len(v))
	}
	return v
}
