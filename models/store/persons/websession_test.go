package persons

import (
	"context"
	"testing"
	"time"

	"github.com/alexedwards/scs/v2"
)

// sessionData is what the library keeps of a session made to last until deadline.
func sessionData(t *testing.T, deadline time.Time) []byte {
	t.Helper()
	b, err := scs.GobCodec{}.Encode(deadline, map[string]any{"account": "anna"})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// An ended session stays ended, whatever a request that was under way writes down.
func TestAnEndedSessionStaysEnded(t *testing.T) {
	t.Parallel()
	m := newGate(t)
	web := m.WebSessions(time.Hour)
	deadline := time.Now().Add(12 * time.Hour)
	data := sessionData(t, deadline)
	found := func() bool {
		t.Helper()
		_, ok, err := web.Find("anna's")
		m.ok(err)
		return ok
	}
	m.ok(web.Commit("anna's", data, deadline))
	if !found() {
		t.Fatal("a session is not found")
	}
	m.ok(web.Commit("anna's", data, deadline))
	m.ok(web.Delete("anna's"))
	if found() {
		t.Fatal("an ended session is found")
	}
	m.ok(web.Commit("anna's", data, deadline)) // the request that was under way
	if found() {
		t.Error("a request that was under way brought an ended session back")
	}
	gone, leave := context.WithCancel(t.Context())
	m.ok(web.Commit("bo's", data, deadline))
	leave() // the browser goes away in the middle of its logout
	m.ok(web.DeleteCtx(gone, "bo's"))
	if _, ok, err := web.Find("bo's"); ok || err != nil {
		t.Errorf("a logout whose browser went away: found %v, %v", ok, err)
	}
	if _, ok, err := web.Find("nobody's"); ok || err != nil {
		t.Errorf("nobody's session: %v %v", ok, err)
	}
}

// A session ends when nobody uses it for as long as is set, lasts while somebody
// does, and never longer than it was made for.
func TestAnIdleSessionEnds(t *testing.T) {
	t.Parallel()
	m := newGate(t)
	const idle = time.Hour
	web := m.WebSessions(idle)
	for name, x := range map[string]struct {
		left, life, want time.Duration // until its end before it is used; until its deadline; until its end after it
	}{
		"used a moment ago":       {idle - 10*time.Second, 12 * time.Hour, idle - 10*time.Second},
		"used half an hour ago":   {idle / 2, 12 * time.Hour, idle},
		"used near its deadline":  {idle / 4, idle / 2, idle / 2},
		"used long ago":           {-time.Second, 12 * time.Hour, 0},
		"used after its deadline": {-time.Second, -time.Second, 0},
	} {
		now := time.Now()
		_, err := m.book.Pool().Exec(t.Context(), `INSERT INTO sessions (token, data, expiry) VALUES ($1, $2, $3)`, name, sessionData(t, now.Add(x.life)), now.Add(x.left))
		m.ok(err)
		_, ok, err := web.Find(name)
		if err != nil || ok != (x.want > 0) {
			t.Errorf("%s: found %v, %v", name, ok, err)
		}
		if got := m.end(name).Sub(now); ok && (got < x.want-time.Second || got > x.want+10*time.Second) {
			t.Errorf("%s: ends in %v, want %v", name, got, x.want)
		}
	}
	deadline := time.Now().Add(14 * time.Hour)
	m.ok(web.Commit("new", sessionData(t, deadline), deadline))
	m.ok(m.WebSessions(0).Commit("for good", sessionData(t, deadline), deadline))
	if fresh, good := time.Until(m.end("new")), time.Until(m.end("for good")); fresh > idle || good < 13*time.Hour {
		t.Errorf("a new session ends in %v, one that knows no idle in %v", fresh, good)
	}
}

// end is when a session ends.
func (m *gate) end(token string) (at time.Time) {
	m.t.Helper()
	m.ok(m.book.Pool().QueryRow(m.t.Context(), `SELECT expiry FROM sessions WHERE token = $1`, token).Scan(&at))
	return at
}
