package e2e_test

import (
	"database/sql"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/brevstemme/brevstemme/app/e2e"
	"github.com/brevstemme/brevstemme/app/localdb"
	"github.com/brevstemme/brevstemme/app/web"
	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
)

// voters are n made-up CPR numbers in every form in which people write them.
type voters struct {
	texts  []string
	digits map[string]bool
}

func newVoters(n int) voters {
	forms := []string{"%02d%02d%02d-%04d", "%02d%02d%02d%04d", "%02d%02d%02d %04d", "%02d.%02d.%02d-%04d", "se %02d%02d%02d–%04d.", "%02d-%02d-%02d %04d"}
	v := voters{digits: map[string]bool{}}
	for i := range n {
		d, m, y, serial := i%28+1, i%12+1, i%100, (i*7919+13)%10000
		v.texts = append(v.texts, fmt.Sprintf(forms[i%len(forms)], d, m, y, serial))
		v.digits[fmt.Sprintf("%02d%02d%02d%04d", d, m, y, serial)] = true
	}
	return v
}

// in finds one of the voters in a text, whatever single separator stands between
// the digits; "" when there is none.
func (v voters) in(text string) string {
	for at := range len(text) {
		if c := text[at]; c < '0' || c > '9' {
			continue
		}
		var digits [10]byte
		n, end := 0, at
		for ; end < len(text) && n < 10; end++ {
			if c := text[end]; c >= '0' && c <= '9' {
				digits[n] = c
				n++
			} else if next, ok := separator(text[end:]); ok && text[end-1] >= '0' && text[end-1] <= '9' {
				end += next - 1
			} else {
				break
			}
		}
		if n == 10 && v.digits[string(digits[:])] {
			return text[at:end]
		}
	}
	return ""
}

// separator tells how long the separator at the start of text is.
func separator(text string) (int, bool) {
	for _, s := range []string{"-", " ", ".", "/", "–"} {
		if strings.HasPrefix(text, s) {
			return len(s), true
		}
	}
	return 0, false
}

// TestNoVoterInAnyField says 10,000 CPR numbers, in every form in which people
// write them, into every field of every form and every member of every JSON body
// that any role may send, and into addresses: none is accepted, answered back,
// stored in any table or file of the database, logged, or printed.
func TestNoVoterInAnyField(t *testing.T) {
	began, data := time.Now(), t.TempDir()
	lap := func(what string) { t.Logf("%s: %.1f s", what, time.Since(began).Seconds()) }
	n := &noVoter{t: t, program: e2e.Launch(t, e2e.Build(t), nil, "demo", "--addr", "127.0.0.1:0", "--data", data), voters: newVoters(10000),
		logins: map[models.Role][]*http.Cookie{}, pages: map[models.Role][]string{}}
	for role, login := range demoLogins {
		n.logins[role] = logIn(t, n.program.Base, login, "brevstemme-demo")
	}
	n.findsEveryField()
	lap("fields")
	n.saysVotersInFields()
	lap("said")
	n.saysVotersInAddresses()
	inBrowser(t, n.program.Base, n.logins, n.pages, n.voters)
	lap("browser")
	nothingPrinted(t, n.program.Base, n.logins[models.RoleCoordinator], n.voters)
	if found := n.voters.in(logTime.ReplaceAllString(n.program.Output(), "")); found != "" {
		t.Errorf("%s is in the log", found)
	}
	nothingStored(t, data, n.voters)
}

// noVoter is a running demo and all that may be said to it.
type noVoter struct {
	t       *testing.T
	program *e2e.Program
	voters  voters
	logins  map[models.Role][]*http.Cookie
	fields  []saidBy
	pages   map[models.Role][]string // paths
}

// saidBy is a field and who may say something in it.
type saidBy struct {
	role  models.Role
	field e2e.Field
}

// findsEveryField of the roles that may send everything between them: no route is
// left out.
func (n *noVoter) findsEveryField() {
	n.t.Helper()
	target := n.target()
	routes := map[string]bool{}
	for _, role := range []models.Role{models.RoleCoordinator, models.RoleReceiver, models.RoleAdministrator} {
		fields, seen := e2e.Fields(n.t, target, role)
		n.pages[role] = seen
		for _, f := range fields {
			routes[f.Route.Path] = true
			if !secret[f.Name] {
				n.fields = append(n.fields, saidBy{role, f})
			}
		}
	}
	for _, r := range target.Routes {
		if r.Method == site.POST && !routes[r.Path] {
			n.t.Errorf("nothing was said to POST %s", r.Path)
		}
	}
	n.t.Logf("%d fields of %d routes", len(n.fields), len(routes))
}

// target is the demo with an address for each route.
func (n *noVoter) target() e2e.Target {
	n.t.Helper()
	election := ofElection(n.t, n.program.Base)
	return e2e.Target{Base: n.program.Base, Routes: web.Routes(nil), Lenient: true,
		LogIn: func(_ testing.TB, role models.Role) []*http.Cookie { return n.logins[role] },
		Example: func(route site.Route, _ models.Role) string {
			switch route.Path {
			case "/kalender/:file", "/udskrift/:file":
				return "" // what only one person has: not needed here
			case "/blanketter/:blank":
				return "/blanketter/dagsrapport.pdf"
			}
			return election(route)
		}}
}

// saysVotersInFields says each number once, in the fields by turns.
func (n *noVoter) saysVotersInFields() {
	n.t.Helper()
	work := make(chan int)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for i := range work {
				s := n.fields[i%len(n.fields)]
				sayVoter(n.t, n.program.Base, s.field, n.logins[s.role], n.voters.texts[i])
			}
		})
	}
	for i := range n.voters.texts {
		work <- i
	}
	close(work)
	wg.Wait()
	if refused := metric(n.t, n.program.Base, "brevstemme_cpr_refused_total"); refused < 9000 {
		n.t.Errorf("only %d of 10,000 were refused as CPR numbers", refused)
	}
}

func (n *noVoter) saysVotersInAddresses() {
	n.t.Helper()
	for i, path := range n.pages[models.RoleCoordinator] {
		res, err := http.Get(n.program.Base + path + "?q=" + strings.ReplaceAll(n.voters.texts[i], " ", "+"))
		if err != nil {
			n.t.Fatal(err)
		}
		body, _ := io.ReadAll(res.Body)
		res.Body.Close()
		if found := n.voters.in(string(body)); found != "" {
			n.t.Errorf("GET %s says %s back", path, found)
		}
	}
}

// logTime is when a line of the log was written: nine digits of a second are like
// any number, once in a hundred runs.
var logTime = regexp.MustCompile(`"time":"[^"]*"`)

// secret are fields whose content is never kept as text.
var secret = map[string]bool{"password": true, "new_password": true, "repeat_password": true, "pin": true, "otp": true}

// sayVoter sends a number in a field and wants a refusal that does not repeat it.
func sayVoter(t *testing.T, base string, f e2e.Field, cookies []*http.Cookie, text string) {
	key := uuid.NewString()
	if f.Name == "idempotency_key" {
		key = strings.NewReplacer(" ", "", ".", "", "–", "-", "se", "").Replace(text)
	}
	body, kind := f.Say(text, key)
	if f.Name == "idempotency_key" {
		f.Name = "reason"
		body, kind = f.Say("x", key)
	}
	req, err := http.NewRequest(http.MethodPost, base+f.Path, strings.NewReader(body))
	if err != nil {
		t.Error(err)
		return
	}
	req.Header.Set("Content-Type", kind)
	if f.Member != nil {
		req.Header.Set("Idempotency-Key", key)
	}
	for _, c := range cookies {
		req.AddCookie(c)
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Error(err)
		return
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if err != nil {
		t.Error(err)
		return
	}
	if f.Path == "/csp" { // a browser's report: counted, not read
		return
	}
	if res.StatusCode < 400 {
		t.Errorf("POST %s with %q in %s: %s, %s", f.Path, text, f.Name, res.Status, res.Header.Get("Location"))
	}
	if strings.Contains(string(answer), text) {
		t.Errorf("POST %s says %q back", f.Path, text)
	}
}

// nothingPrinted reads back the text of documents of the desk.
func nothingPrinted(t *testing.T, base string, cookies []*http.Cookie, all voters) {
	t.Helper()
	session, _ := openDesk(t, base)
	for _, doc := range []string{"aabning", "dagsrapport", "kommandoer", "pakkeliste", "materialeseddel"} {
		text := pdfText(t, fetch(t, base+"/skranke/"+session+"/"+doc+".pdf", cookies))
		if found := all.in(text); found != "" {
			t.Errorf("%s is printed on %s", found, doc)
		}
	}
}

// pdfText is the text of a PDF as a reader would copy it.
func pdfText(t testing.TB, doc string) string {
	t.Helper()
	cmd := exec.Command("pdftotext", "-layout", "-", "-")
	cmd.Stdin = strings.NewReader(doc)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("pdftotext: %v", err)
	}
	return string(out)
}

// nothingStored reads every value of every table as text, and every file of the
// database's folder as it lies on disk.
func nothingStored(t *testing.T, data string, all voters) {
	t.Helper()
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
	rows, err := db.Query(`SELECT format('SELECT string_agg(x::text, chr(10)) FROM %I.%I x', schemaname, tablename) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`)
	if err != nil {
		t.Fatal(err)
	}
	var queries []string
	for rows.Next() {
		var q string
		if err := rows.Scan(&q); err != nil {
			t.Fatal(err)
		}
		queries = append(queries, q)
	}
	if err := rows.Err(); err != nil || len(queries) < 20 {
		t.Fatalf("%d tables: %v", len(queries), err)
	}
	for _, q := range queries {
		var text sql.NullString
		if err := db.QueryRow(q).Scan(&text); err != nil {
			t.Fatal(err)
		}
		if found := all.in(text.String); found != "" {
			t.Errorf("%s is stored: %s", found, q)
		}
	}
	log, err := os.ReadFile(filepath.Join(data, "postgres", "server.log"))
	if err != nil {
		t.Fatal(err)
	}
	if found := all.in(string(log)); found != "" {
		t.Errorf("%s is in PostgreSQL's log", found)
	}
}

// metric reads a counter from /metrics.
func metric(t *testing.T, base, name string) int {
	t.Helper()
	m := regexp.MustCompile(`(?m)^` + name + ` (\S+)`).FindStringSubmatch(fetch(t, base+"/metrics", nil))
	if m == nil {
		t.Fatalf("no %s", name)
	}
	var n float64
	if _, err := fmt.Sscan(m[1], &n); err != nil {
		t.Fatal(err)
	}
	return int(n)
}
