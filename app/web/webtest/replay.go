package webtest

import (
	"bytes"
	"database/sql"
	"flag"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/brevstemme/brevstemme/app/web"
	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
)

// Every POST that a Visitor sends and that writes to the journal is sent again with
// its key: with the same body it is answered the same and writes nothing, with
// another body it is refused. When all tests of a package were run, every POST route
// of its table has been through this, but for those of notReplayed.

// notReplayed are the routes of which no journal can tell a second time from a
// first, each with its reason.
var notReplayed = map[string]string{
	"/log-ind":         "logs in again",
	"/api/v1/login":    "logs in again",
	"/log-ud":          "logs out again",
	"/skranke/skift":   "logs in again",
	"/skranke/laas":    "locks again",
	"/design/formular": "shows what was sent",
	"/api/v1/elections/:election/districts/check": "says what would be wrong",
	"/etiketter/printer":                          "is kept by the browser",
	"/b/:token":                                   "its key is the link: the same phone is answered as the first time",
	"/api/v1/courier-links/collect":               "its key is the link, as for /b/:token",
	"/api/v1/courier-links/open":                  "binds a phone to its link, and the same one again",
	"/overdragelser/:id/link":                     "makes another link: of the first only hashes are kept",
	"/api/v1/handovers/:id/link":                  "makes another link, as /overdragelser/:id/link",
}

// replayed are the paths of the routes that a test has sent again.
var replayed struct {
	sync.Mutex
	paths map[string]bool
}

// watcher looks at a library's journal from beside its store, and tells whether a
// POST is the only one under way: what the journal gained meanwhile is then its own.
type watcher struct {
	db           *sql.DB
	begun, ended atomic.Int64
}

func (l *Library) watchJournal() {
	var err error
	l.watch.db, err = sql.Open("pgx", l.DSN)
	l.Must(err)
	l.watch.db.SetMaxOpenConns(1)
	l.T.Cleanup(func() { _ = l.watch.db.Close() })
}

// begin notes a POST. alone tells whether no other one was under way since then.
func (w *watcher) begin() (alone func() bool, end func()) {
	mine := w.begun.Add(1)
	return func() bool { return w.begun.Load() == mine && w.ended.Load() == mine-1 }, func() { w.ended.Add(1) }
}

// entries is the length of the journal; 0 when a test has taken the database away.
func (w *watcher) entries() (n int) {
	_ = w.db.QueryRow(`SELECT count(*) FROM journal_entry`).Scan(&n)
	return n
}

// answer is what a request was answered.
type answer struct {
	status int
	body   string
	head   http.Header
}

// same compares with a later answer: for programs every byte, for people where
// they are led, since a page has a fresh key in each form.
func (a answer) same(b answer) bool {
	isJSON := strings.HasPrefix(a.head.Get("Content-Type"), "application/json")
	return a.status == b.status && a.head.Get("Location") == b.head.Get("Location") && (!isJSON || a.body == b.body)
}

func (a answer) String() string {
	return fmt.Sprintf("%d %s %.300s", a.status, a.head.Get("Location"), a.body)
}

// sendPost sends a POST, and again when it has written something.
func (v Visitor) sendPost(req *http.Request) answer {
	v.Library.T.Helper()
	alone, end := v.Library.watch.begin()
	defer end()
	before := v.Library.watch.entries()
	first := v.roundTrip(req)
	done := first.status < 300 || first.status == http.StatusSeeOther
	route, ok := postRoute(req.URL.Path)
	written := v.Library.watch.entries()
	if !done || !ok || notReplayed[route.Path] != "" || written <= before || !alone() {
		return first
	}
	v.sendAgain(req, first, alone)
	if n := v.Library.watch.entries(); n != written && alone() {
		v.Library.T.Errorf("POST %s twice: %d entries more", req.URL.Path, n-written)
	}
	replayed.Lock()
	defer replayed.Unlock()
	if replayed.paths == nil {
		replayed.paths = map[string]bool{}
	}
	replayed.paths[route.Path] = true
	return first
}

// sendAgain sends a request with its key once more, and then with another body. An
// answer that tells how things stand may differ when something else went on.
func (v Visitor) sendAgain(req *http.Request, first answer, alone func() bool) {
	v.Library.T.Helper()
	said, err := req.GetBody()
	v.Library.Must(err)
	body, err := io.ReadAll(said)
	v.Library.Must(err)
	if second := v.roundTrip(withBody(req, body)); !first.same(second) && alone() {
		v.Library.T.Errorf("POST %s again: %s\nfirst: %s", req.URL.Path, second, first)
	}
	changed := withBody(req, otherBody(req, body))
	changed.Header.Set("Accept", "application/json") // to be told the code
	if other := v.roundTrip(changed); other.status != http.StatusUnprocessableEntity || !strings.Contains(other.body, string(models.CodeReplayOther)) {
		v.Library.T.Errorf("POST %s, the same key with another body: %s", req.URL.Path, other)
	}
}

func withBody(req *http.Request, body []byte) *http.Request {
	r := req.Clone(req.Context())
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return r
}

// otherBody says something else that the route takes as well as the first.
func otherBody(req *http.Request, body []byte) []byte {
	switch kind := req.Header.Get("Content-Type"); {
	case strings.HasPrefix(kind, "multipart/"):
		_, edge, _ := strings.Cut(kind, "boundary=")
		end := []byte("--" + edge + "--")
		part := fmt.Sprintf("--%s\r\nContent-Disposition: form-data; name=\"and\"\r\n\r\nmore\r\n", edge)
		return bytes.Replace(body, end, append([]byte(part), end...), 1)
	case strings.HasPrefix(kind, "application/x-www-form-urlencoded"):
		values, err := url.ParseQuery(string(body))
		if err != nil {
			return append(body, "&and=more"...)
		}
		values.Set("and", "more")
		return []byte(values.Encode())
	}
	if len(body) == 0 {
		return []byte("{}")
	}
	return append(slices.Clone(body), ' ')
}

// whole is the table of the whole site.
var whole = sync.OnceValue(func() []site.Route { return web.Routes(nil) })

// postRoute is the POST route that a path belongs to; one without parameters goes first.
func postRoute(path string) (found site.Route, ok bool) {
	have := strings.Split(path, "/")
	for _, r := range whole() {
		if r.Method != site.POST || !slices.EqualFunc(strings.Split(r.Path, "/"), have, func(w, h string) bool { return w == h || strings.HasPrefix(w, ":") }) {
			continue
		}
		if r.Path == path {
			return r, true
		}
		found, ok = r, true
	}
	return found, ok
}

// Main is the TestMain of a package: it runs the tests and, when none was left out,
// wants every POST route of the package's table to have been sent again by them.
// What other packages demand, it does not: a room gives its own Routes(nil).
func Main(m *testing.M, table []site.Route) {
	flag.Parse()
	code := m.Run()
	if missing := notSentAgain(table); code == 0 && allTests() && len(missing) > 0 {
		fmt.Fprintf(os.Stderr, "no test sends these again with their key; send one that succeeds, or name them in notReplayed with the reason:\n%s\n", strings.Join(missing, "\n"))
		code = 1
	}
	os.Exit(code)
}

// allTests tells whether no flag has left tests out.
func allTests() bool {
	chosen := func(name string) bool { return flag.Lookup(name).Value.String() != "" }
	return !testing.Short() && !slices.ContainsFunc([]string{"test.run", "test.skip", "test.list"}, chosen)
}

// notSentAgain are the POST routes of a table that nothing was sent to twice without
// a reason, and the names in notReplayed that are those of no such route anywhere.
func notSentAgain(table []site.Route) []string {
	missing := map[string]bool{}
	for _, r := range table {
		if r.Method == site.POST && !r.Keyless() {
			missing[r.Path] = !replayed.paths[r.Path] && notReplayed[r.Path] == ""
		}
	}
	for path := range notReplayed {
		if !slices.ContainsFunc(whole(), func(r site.Route) bool { return r.Method == site.POST && !r.Keyless() && r.Path == path }) {
			missing[path] = true
		}
	}
	maps.DeleteFunc(missing, func(_ string, is bool) bool { return !is })
	return slices.Sorted(maps.Keys(missing))
}
