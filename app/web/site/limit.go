package site

import (
	"net/netip"
	"sync"
	"time"
)

// bucketSize is a rate limit: burst at once, then one per every.
type bucketSize struct {
	Burst int
	every time.Duration
}

// Buckets are the rate limits by name, per client address.
var Buckets = map[string]bucketSize{
	"login":  {10, 6 * time.Second}, // a library's PCs share an address: ten people may log in at once
	"signon": {40, 3 * time.Second}, // there and back are two
	"check":  {30, 2 * time.Second}, // /k/<code>: guessing a 60-bit code at this rate is hopeless
}

// limiter is a token bucket per client. It lives in one process: with several
// processes a client gets several buckets, which the numbers allow for.
type limiter struct {
	size  bucketSize
	now   func() time.Time
	mu    sync.Mutex
	full  map[string]time.Time // when the client's bucket is full again
	swept time.Time
}

func newLimits(now func() time.Time) map[string]*limiter {
	m := map[string]*limiter{}
	for name, size := range Buckets {
		m[name] = &limiter{size: size, now: now, full: map[string]time.Time{}}
	}
	return m
}

// Network is whom an address counts as: itself, or the /64 of an IPv6 address,
// of which every subscriber has 2^64.
func Network(client string) string {
	a, err := netip.ParseAddr(client)
	if err != nil || a.Unmap().Is4() {
		return client
	}
	p, err := a.WithZone("").Prefix(64)
	if err != nil {
		return client
	}
	return p.String()
}

// allow takes a token for client, if there is one.
func (l *limiter) allow(client string) bool {
	client = Network(client)
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	l.sweep(now)
	full := l.full[client]
	if full.Before(now) {
		full = now
	}
	full = full.Add(l.size.every)
	if full.Sub(now) > time.Duration(l.size.Burst)*l.size.every {
		return false
	}
	l.full[client] = full
	return true
}

// FillLimits makes every bucket full again: for tests that come as many people
// from one address.
func (s *Server) FillLimits() {
	for _, l := range s.limits {
		l.mu.Lock()
		clear(l.full)
		l.mu.Unlock()
	}
}

// sweep forgets clients whose buckets are full, once a minute.
func (l *limiter) sweep(now time.Time) {
	if now.Sub(l.swept) < time.Minute {
		return
	}
	l.swept = now
	for c, full := range l.full {
		if full.Before(now) {
			delete(l.full, c)
		}
	}
}
