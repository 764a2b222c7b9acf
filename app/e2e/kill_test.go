package e2e_test

import (
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/brevstemme/brevstemme/app/e2e"
)

// Rounds and clients of the power-cut test: "kill -9 of the app in the middle of
// 20 concurrent counting clients, 20 times".
const (
	killRounds  = 20
	killClients = 20
)

// countingClient is one client with the counts it was promised and the one
// it does not know about.
type countingClient struct {
	http    *http.Client
	cookies []*http.Cookie
	n       int
	promise int
	pending string // key of a count without an answer
}

// count sends one envelope and tells whether the answer promised it.
func (c *countingClient) count(base, session, election, key string) (bool, error) {
	req, err := http.NewRequest(http.MethodPost, base+"/api/v1/sessions/"+session+"/events", strings.NewReader(`{"act":"receive","election":"`+election+`","destination":"own"}`))
	if err != nil {
		return false, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Idempotency-Key", key)
	for _, k := range c.cookies {
		req.AddCookie(k)
	}
	res, err := c.http.Do(req)
	if err != nil {
		return false, nil // cut off: the count may or may not be in the book
	}
	defer res.Body.Close()
	switch {
	case res.StatusCode == http.StatusCreated:
		return true, nil
	case res.StatusCode == http.StatusServiceUnavailable:
		return false, nil
	}
	return false, fmt.Errorf("a count answered %s", res.Status)
}

// run counts until the program is gone.
func (c *countingClient) run(base, session, election string, who int, gone <-chan struct{}) error {
	for {
		select {
		case <-gone:
			return nil
		default:
		}
		key := c.pending
		if key == "" {
			c.n++
			key = fmt.Sprintf("kill-test-%02d-%06d", who, c.n)
		}
		ok, err := c.count(base, session, election, key)
		if err != nil {
			return err
		}
		if !ok {
			c.pending = key
			time.Sleep(5 * time.Millisecond) // the program may be going down; the loop ends with it
			continue
		}
		c.promise++
		c.pending = ""
	}
}

// TestKillNine cuts the power in the middle of counting, again and again: no
// promised count is lost, none is doubled, and the whole book verifies.
func TestKillNine(t *testing.T) {
	bin, data := e2e.Build(t), t.TempDir()
	start := func() *e2e.Program { return e2e.Launch(t, bin, nil, "demo", "--addr", "127.0.0.1:0", "--data", data) }
	p := start()
	session, election := openDesk(t, p.Base)
	clients := make([]*countingClient, killClients)
	crew := [][]*http.Cookie{logIn(t, p.Base, "ida", "brevstemme-demo"), logIn(t, p.Base, "mads", "brevstemme-demo")}
	for i := range clients {
		clients[i] = &countingClient{http: &http.Client{Timeout: 10 * time.Second}, cookies: crew[i%2]}
	}
	before := received(t, p.Base, session, election, clients[0].cookies)
	for round := range killRounds {
		gone := make(chan struct{})
		var wg sync.WaitGroup
		errs := make(chan error, killClients)
		for i, c := range clients {
			wg.Go(func() { errs <- c.run(p.Base, session, election, i, gone) })
		}
		time.Sleep(time.Duration(100+rand.IntN(300)) * time.Millisecond) // any moment will do
		p.Kill(t)
		close(gone)
		wg.Wait()
		close(errs)
		for err := range errs {
			if err != nil {
				t.Fatalf("round %d: %v", round, err)
			}
		}
		p = start()
	}
	want := before
	for i, c := range clients {
		if c.pending != "" { // ask again with the same key: it counts once
			ok, err := c.count(p.Base, session, election, c.pending)
			if err != nil || !ok {
				t.Fatalf("client %d: the last count is refused: %v", i, err)
			}
			c.promise++
		}
		want += c.promise
	}
	if got := received(t, p.Base, session, election, clients[0].cookies); got != want {
		t.Errorf("the book has %d envelopes, promised were %d", got, want)
	}
	if want-before < killRounds {
		t.Errorf("only %d counts in %d rounds: the test did not test much", want-before, killRounds)
	}
	t.Logf("%d counts over %d power cuts", want-before, killRounds)
	p.Stop(t)
	cmd := exec.Command(bin, "verify")
	cmd.Env = append(os.Environ(), "BREVSTEMME_DATA="+data)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("verify: %v\n%s", err, out)
	}
}

var deskLink = regexp.MustCompile(`/skranke/(S[0-9A-Z]{9})`)

// openDesk finds the session at Dokk1 that is going on.
func openDesk(t *testing.T, base string) (session, election string) {
	t.Helper()
	cookies := logIn(t, base, "ida", "brevstemme-demo")
	for _, m := range deskLink.FindAllStringSubmatch(fetch(t, base+"/skranke", cookies), -1) {
		var out struct {
			State   string
			Tallies []struct{ Election string }
		}
		if err := json.Unmarshal([]byte(fetch(t, base+"/api/v1/sessions/"+m[1]+"/desk", cookies)), &out); err != nil {
			t.Fatal(err)
		}
		if out.State == "open" && len(out.Tallies) > 0 {
			return m[1], out.Tallies[0].Election
		}
	}
	t.Fatal("no open session in the demo")
	return "", ""
}

func fetch(t *testing.T, address string, cookies []*http.Cookie) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	req := &http.Request{Method: http.MethodGet, URL: u, Header: http.Header{}}
	for _, c := range cookies {
		req.AddCookie(c)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s\n%s", address, res.Status, body)
	}
	return string(body)
}

// received is how many envelopes of an election the desk has in the book.
func received(t *testing.T, base, session, election string, cookies []*http.Cookie) int {
	t.Helper()
	var out struct {
		Tallies []struct {
			Election string
			Received int
		}
	}
	if err := json.Unmarshal([]byte(fetch(t, base+"/api/v1/sessions/"+session+"/desk", cookies)), &out); err != nil {
		t.Fatal(err)
	}
	for _, x := range out.Tallies {
		if x.Election == election {
			return x.Received
		}
	}
	t.Fatalf("no tally of %s", election)
	return 0
}
