package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"

	"github.com/brevstemme/brevstemme/app/web"
	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/store"
)

// serve runs the service until it is told to stop. A stop finishes what was
// accepted: first /readyz turns red, then running requests end, then the
// journal's queue is written, then the database closes.
func serve(ctx context.Context, c *console, args []string) int {
	fs := c.flags("serve")
	addr := fs.String("addr", "", c.text("command.flag_addr"))
	rest, code, done := parse(fs, args)
	if done {
		return code
	}
	if len(rest) > 0 {
		return c.usage("command.too_many", rest[0])
	}
	conf, err := readConfiguration(c.env)
	if err != nil {
		c.sayMistakes(err)
		return exitUsage
	}
	if *addr != "" {
		conf.Addr = *addr
	}
	s, err := startService(ctx, c, conf)
	if err != nil {
		return c.fail(err)
	}
	c.say("serve.ready", s.url)
	if err := s.run(ctx); err != nil {
		return c.fail(err)
	}
	return exitOK
}

// service is the running program: database, store and HTTP server.
type service struct {
	conf     configuration
	log      *slog.Logger
	db       *database
	store    *store.Store
	web      *web.Server
	http     *http.Server
	listener net.Listener
	url      string
	mails    *postOffice
	reminder *reminding
}

// startService opens everything in order and listens. When something fails,
// what was opened before is closed again.
func startService(ctx context.Context, c *console, conf configuration) (s *service, err error) {
	log := slog.New(slog.NewJSONHandler(c.stderr, &slog.HandlerOptions{Level: conf.LogLevel}))
	s = &service{conf: conf, log: log}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close(ctx))
		}
	}()
	// Listen first: a port that is taken should not cost a database start.
	if s.listener, err = net.Listen("tcp", conf.Addr); err != nil {
		return s, models.E(models.CodeUnavailable, "serve.port", conf.Addr, err)
	}
	if s.url = conf.BaseURL; s.url == "" {
		s.url = "http://" + s.listener.Addr().String()
	}
	if s.db, err = openDatabase(ctx, conf); err != nil {
		return s, err
	}
	if err = s.db.prepare(ctx); err != nil {
		return s, err
	}
	if s.store, err = openStore(ctx, conf, s.db, log); err != nil {
		return s, err
	}
	s.mails = openPostOffice(conf, log, s.store)
	if s.web, err = s.newWeb(); err != nil {
		return s, err
	}
	s.http = site.NewHTTPServer(conf.Addr, s.web)
	return s, nil
}

// openStore opens the store with the app's role and the journal's signing key.
func openStore(ctx context.Context, conf configuration, db *database, log *slog.Logger) (*store.Store, error) {
	key, err := signingKey(conf)
	if err != nil {
		return nil, err
	}
	return store.Open(ctx, store.Config{DSN: db.app, SigningKey: key, Log: log})
}

func (s *service) newWeb() (*web.Server, error) {
	proxies := make([]string, len(s.conf.TrustedProxies))
	for i, p := range s.conf.TrustedProxies {
		proxies[i] = p.String()
	}
	sign := s.conf.SignOn
	sign.BaseURL = s.url
	return web.New(site.Config{
		SignOn: sign,
		Log:    s.log, Store: s.store, Mail: s.mails.post, BaseURL: s.url, Municipality: s.conf.Municipality, Version: buildName(),
		Secure: strings.HasPrefix(s.url, "https://"), TrustedProxies: proxies,
		BodyLimit: s.conf.BodyLimit, SessionIdle: s.conf.IdleLogout, MetricsToken: s.conf.MetricsToken,
	})
}

// run serves, and reminds of what is due, until ctx ends or something breaks.
func (s *service) run(ctx context.Context) error {
	s.reminder = startReminding(ctx, s.log, remindEvery, s.web.Remind)
	failed := make(chan error, 1)
	go func() { failed <- s.http.Serve(s.listener) }()
	var databaseGone <-chan struct{}
	if s.db.local != nil {
		databaseGone = s.db.local.Exited()
	}
	var err error
	select {
	case <-ctx.Done():
	case err = <-failed:
	case <-databaseGone:
		err = errors.New("the private PostgreSQL stopped; see its server.log")
	}
	return errors.Join(err, s.close(ctx))
}

// close stops in the order in which nothing accepted is lost.
func (s *service) close(ctx context.Context) error {
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.conf.Grace)
	defer cancel()
	var errs []error
	if s.reminder != nil {
		s.reminder.stop()
	}
	if s.web != nil {
		errs = append(errs, named("requests", s.web.Shutdown(grace)))
	}
	if s.http != nil {
		errs = append(errs, named("http", s.http.Shutdown(grace)))
	}
	if s.listener != nil {
		if err := s.listener.Close(); !errors.Is(err, net.ErrClosed) {
			errs = append(errs, named("listener", err))
		}
	}
	if s.mails != nil { // after the requests: nobody posts any more
		errs = append(errs, named("mail", s.mails.close(grace)))
	}
	if s.store != nil {
		errs = append(errs, named("journal", s.store.Close(grace)))
	}
	if s.db != nil {
		errs = append(errs, named("database", s.db.close(ctx)))
	}
	return errors.Join(errs...)
}

func named(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("stopping %s: %w", what, err)
}
