package e2e_test

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/uuid"

	"github.com/brevstemme/brevstemme/app/e2e"
	"github.com/brevstemme/brevstemme/app/localdb"
	"github.com/brevstemme/brevstemme/app/web"
	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
)

// keyless are the routes that take no idempotency key, each with its reason.
var keyless = map[string]string{
	"/csp":                            "a browser's report about itself",
	"/api/v1/sessions/:session/sign":  "says nothing: it asks for a signature to be checked",
	"/api/v1/rosters/:election/check": "says nothing: it tells what would be wrong",
}

// outsideTheBook are the routes that change something the journal does not hold,
// so that nothing stands there to tell a second time from a first.
var outsideTheBook = map[string]string{
	"/log-ind":         "logs in again",
	"/api/v1/login":    "logs in again",
	"/log-ud":          "logs out again",
	"/skranke/skift":   "logs in again",
	"/skranke/laas":    "locks again",
	"/design/formular": "shows what was sent",
}

// leastTaken is how many routes have to take something. The others want what
// the example municipality does not have at hand, or an act before them; the tests
// of app/web send every one of them twice.
const leastTaken = 70

// TestEveryPostCountsOnce walks every POST route of the table: without a key it
// is refused; with one, and what the forms on the pages might be sent with, the
// same again is answered the same and writes nothing, and the same key with
// another body is refused.
func TestEveryPostCountsOnce(t *testing.T) {
	data := t.TempDir()
	p := e2e.Launch(t, e2e.Build(t), nil, "demo", "--addr", "127.0.0.1:0", "--data", data)
	server, err := localdb.Join(filepath.Join(data, "postgres"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = server.Leave() }()
	db, err := sql.Open("pgx", server.OwnerDSN())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	w := onceWalk{t: t, base: p.Base, db: db, once: map[string]bool{}, refused: map[string]string{}}
	logins := map[models.Role][]*http.Cookie{}
	for role, login := range demoLogins {
		logins[role] = logIn(t, p.Base, login, "brevstemme-demo")
	}
	election := ofElection(t, p.Base)
	target := e2e.Target{Base: p.Base, Routes: web.Routes(nil), Lenient: true,
		Example: func(r site.Route, _ models.Role) string { return election(r) },
		LogIn:   func(_ testing.TB, role models.Role) []*http.Cookie { return logins[role] }}
	for _, r := range target.Routes {
		if r.Method == site.POST {
			w.withoutKey(r, logins)
		}
	}
	w.programs(logins[models.RoleReceiver], logins[models.RoleCoordinator])
	for _, role := range []models.Role{models.RoleCoordinator, models.RoleReception, models.RoleLibraryLead, models.RoleReceiver, models.RoleCourier, models.RoleAdministrator} {
		w.cookies = logins[role]
		for _, s := range e2e.Sendables(t, target, role) {
			for _, form := range s.Forms {
				if outsideTheBook[s.Route.Path] == "" && !w.once[s.Route.Path] {
					w.twice(s.Route.Path, s.Path, "application/x-www-form-urlencoded", form.Encode(), "&and=more")
				}
			}
		}
	}
	w.report(target.Routes)
}

// onceWalk is the walk: which routes took something once, and what the others said.
type onceWalk struct {
	t       *testing.T
	base    string
	db      *sql.DB
	cookies []*http.Cookie
	once    map[string]bool
	refused map[string]string
	sent    int
}

// withoutKey wants a POST without a key to be refused, unless the table lets it be.
func (w *onceWalk) withoutKey(r site.Route, logins map[models.Role][]*http.Cookie) {
	for role, cookies := range logins {
		if !r.Allows(site.Account{ID: "x", Roles: []models.Role{role}}) {
			continue
		}
		w.cookies = cookies
		path := strings.NewReplacer(":", "", "*", "").Replace(r.Path)
		status, _, body := w.send(path, "application/x-www-form-urlencoded", "reason=x", "", true)
		if refused := status == http.StatusBadRequest && problemCode(body) == string(models.CodeKeyMissing); refused == (keyless[r.Path] != "") {
			w.t.Errorf("POST %s without a key as %s: %d %.200s", r.Path, role, status, body)
		}
		return
	}
	w.t.Errorf("nobody may POST %s", r.Path)
}

// twice sends a body, again, and another one under its key.
func (w *onceWalk) twice(route, path, kind, body, more string) {
	key := uuid.NewString()
	if values, err := url.ParseQuery(body); err == nil && values.Has("idempotency_key") {
		values.Del("idempotency_key") // the header says it, and comes first
		body = values.Encode()
	}
	before := w.entries()
	status, where, answer := w.send(path, kind, body, key, false)
	if status >= 300 && status != http.StatusSeeOther {
		w.refused[route] = fmt.Sprintf("%d %.200s", status, problemCode(answer))
		return
	}
	written := w.entries()
	if written == before {
		w.refused[route] = "nothing written"
		return
	}
	w.once[route] = true
	again, whereAgain, answerAgain := w.send(path, kind, body, key, false)
	if again != status || whereAgain != where || kind == "application/json" && answerAgain != answer {
		w.t.Errorf("POST %s again: %d %s, first %d %s\n%.300s\n%.300s", path, again, whereAgain, status, where, answerAgain, answer)
	}
	if n := w.entries(); n != written {
		w.t.Errorf("POST %s again: %d entries more", path, n-written)
	}
	other, _, said := w.send(path, kind, body+more, key, true)
	if other != http.StatusUnprocessableEntity || problemCode(said) != string(models.CodeReplayOther) {
		w.t.Errorf("POST %s, the same key with another body: %d %.300s", path, other, said)
	}
	if n := w.entries(); n != written {
		w.t.Errorf("POST %s with another body: %d entries more", path, n-written)
	}
}

// programs sends what no form does, as a program might.
func (w *onceWalk) programs(receiver, coordinator []*http.Cookie) {
	var session, election, place string
	if err := w.db.QueryRow(`SELECT id, elections->>0, place FROM session WHERE state = 'open' AND EXISTS (
		SELECT FROM jsonb_array_elements(doc->'crew') c JOIN account a ON a.person = c->>'person' WHERE a.login = $1)`, demoLogins[models.RoleReceiver]).Scan(&session, &election, &place); err != nil {
		w.t.Fatal(err)
	}
	say := func(route, path, body string) {
		path = "/api/v1/" + strings.NewReplacer("SESSION", session).Replace(path)
		body = strings.NewReplacer("ELECTION", election, "PLACE", place).Replace(body)
		if w.twice("/api/v1/"+route, path, "application/json", body, " "); !w.once["/api/v1/"+route] {
			w.t.Errorf("POST %s %s: %s", path, body, w.refused["/api/v1/"+route])
		}
	}
	w.cookies = receiver
	say("sessions/:session/events", "sessions/SESSION/events", `{"act":"receive","election":"ELECTION","destination":"own","n":1}`)
	w.cookies = coordinator
	say("containers", "containers", `{"kind":"box","place":"PLACE","count":2}`)
	say("seals", "seals", `{"from":"ZQ900001","to":"ZQ900004","place":"PLACE"}`)
	say("deviations", "deviations", `{"type":"late","place":"PLACE","found":"en kasse kom en time senere"}`)
}

func (w *onceWalk) entries() (n int) {
	if err := w.db.QueryRow(`SELECT count(*) FROM journal_entry`).Scan(&n); err != nil {
		w.t.Fatal(err)
	}
	return n
}

func (w *onceWalk) send(path, kind, body, key string, asProgram bool) (status int, where, answer string) {
	req, err := http.NewRequest(http.MethodPost, w.base+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header.Set("Content-Type", kind)
	if key != "" {
		req.Header.Set("Idempotency-Key", key)
	}
	if asProgram {
		req.Header.Set("Accept", "application/json")
	}
	for _, c := range w.cookies {
		req.AddCookie(c)
	}
	w.sent++ // from many PCs, so that no limit per address is met
	from := &net.TCPAddr{IP: net.IPv4(127, 1, byte(w.sent>>8), byte(w.sent))}
	transport := &http.Transport{DialContext: (&net.Dialer{LocalAddr: from}).DialContext, DisableKeepAlives: true}
	res, err := transport.RoundTrip(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return res.StatusCode, res.Header.Get("Location"), string(raw)
}

func problemCode(body string) string {
	var p struct{ Code string }
	_ = json.Unmarshal([]byte(body), &p) // a page has none
	return p.Code
}

// report lists what was not taken from any form, and wants most to be.
func (w *onceWalk) report(routes []site.Route) {
	var rest []string
	posts := 0
	for _, r := range routes {
		if r.Method != site.POST {
			continue
		}
		posts++
		if !w.once[r.Path] && keyless[r.Path] == "" && outsideTheBook[r.Path] == "" {
			rest = append(rest, r.Path+": "+w.refused[r.Path])
		}
	}
	slices.Sort(rest)
	if len(w.once) < leastTaken {
		w.t.Errorf("only %d routes took what their forms might be sent with; want %d", len(w.once), leastTaken)
	}
	w.t.Logf("%d of %d POST routes took something, once; not these:\n%s", len(w.once), posts, strings.Join(rest, "\n"))
}
