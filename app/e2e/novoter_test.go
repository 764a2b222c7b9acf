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
	began := time.Now()
	bin, data := e2e.Build(t), t.TempDir()
	p := e2e.Launch(t, bin, nil, "demo", "--addr", "127.0.0.1:0", "--data", data)
	logins := map[models.Role][]*http.Cookie{}
	for role, login := range demoLogins {
		logins[role] = logIn(t, p.Base, login, "brevstemme-demo")
	}
	election := ofElection(t, p.Base)
	target := e2e.Target{Base: p.Base, Routes: web.Routes(), Lenient: true,
		LogIn: func(_ testing.TB, role models.Role) []*http.Cookie { return logins[role] },
		Example: func(route site.Route, _ models.Role) string {
			switch route.Path {
			case "/kalender/:file", "/udskrift/:file":
				return "" // what only one person has: not needed here
			case "/blanketter/:blank":
				return "/blanketter/dagsrapport.pdf"
			}
			return election(route)
		}}
	all := newVoters(10000)
	type said struct {
		role  models.Role
		field e2e.Field
	}
	var fields []said
	pages := map[models.Role][]string{}
	routes := map[string]bool{}
	for _, role := range []models.Role{models.RoleCoordinator, models.RoleReceiver, models.RoleAdministrator} { // between them they may send everything
		fs, seen := e2e.Fields(t, target, role)
		pages[role] = seen
		for _, f := range fs {
			routes[f.Route.Path] = true
			if !secret[f.Name] {
				fields = append(fields, said{role, f})
			}
		}
	}
	for _, r := range target.Routes {
		if r.Method == site.POST && !routes[r.Path] {
			t.Errorf("nothing was said to POST %s", r.Path)
		}
	}
	lap := func(what string) { t.Logf("%s: %.1f s", what, time.Since(began).Seconds()) }
	lap("fields")
	t.Logf("%d fields of %d routes", len(fields), len(routes))
	work := make(chan int)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for i := range work {
				s := fields[i%len(fields)]
				sayVoter(t, p.Base, s.field, logins[s.role], all.texts[i])
			}
		})
	}
	for i := range all.texts {
		work <- i
	}
	close(work)
	wg.Wait()
	lap("said")
	if refused := metric(t, p.Base, "brevstemme_cpr_refused_total"); refused < 9000 {
		t.Errorf("only %d of 10,000 were refused as CPR numbers", refused)
	}
	for i, path := range pages[models.RoleCoordinator] {
		res, err := http.Get(p.Base + path + "?q=" + strings.ReplaceAll(all.texts[i], " ", "+"))
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(res.Body)
		res.Body.Close()
		if found := all.in(string(body)); found != "" {
			t.Errorf("GET %s says %s back", path, found)
		}
	}
	inBrowser(t, p.Base, logins, pages, all)
	lap("browser")
	nothingPrinted(t, p.Base, logins[models.RoleCoordinator], all)
	if found := all.in(logTime.ReplaceAllString(p.Output(), "")); found != "" {
		t.Errorf("%s is in the log", found)
	}
	nothingStored(t, data, all)
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

// inBrowser types numbers into every field of every page that a role sees: the
// page refuses before it sends anything, and nothing stays in the browser.
func inBrowser(t *testing.T, base string, logins map[models.Role][]*http.Cookie, pages map[models.Role][]string, all voters) {
	t.Helper()
	b, seen := e2e.Start(t), map[string]bool{}
	for _, role := range []models.Role{models.RoleReceiver, models.RoleCoordinator} {
		tab := b.Tab(t, base, inDanish(logins[role]))
		for _, path := range pages[role] {
			if seen[path] {
				continue
			}
			seen[path] = true
			if err := tab.Open(path); err != nil {
				t.Fatal(err)
			}
			left, err := e2e.Eval[[]string](tab, typeEverywhere+"("+toJS(all.texts[:60])+")")
			if err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			for _, l := range left {
				t.Errorf("%s as %s: %s", path, role, l)
			}
		}
		dump, err := e2e.Eval[string](tab, browserDump)
		if err != nil {
			t.Fatal(err)
		}
		if found := all.in(dump); found != "" {
			t.Errorf("%s is left in the browser of %s", found, role)
		}
	}
}

// typeEverywhere puts a number into each text field of each form in turn and
// sends the form: the page must stop it and empty the field.
const typeEverywhere = `(list => {
	const faults = [];
	let i = 0;
	for (const form of document.forms) for (const f of form.elements) {
		if (!f.name || f.type === "hidden" || f.type === "file" || !(f.tagName === "TEXTAREA" || f.tagName === "INPUT" && ["text", "search", "tel", "email", "url"].includes(f.type)) || ["password", "pin", "otp"].includes(f.name)) continue;
		f.value = list[i++ % list.length];
		if (f.value === "" || f.maxLength > 0 && f.value.length < 10) continue;
		if (form.dispatchEvent(new SubmitEvent("submit", { bubbles: true, cancelable: true }))) faults.push("the form of " + f.name + " was sent");
		if (f.value !== "" && form.id !== "scan-form") faults.push(f.name + " keeps " + f.value);
		f.value = "";
		form.reset();
		delete form.dataset.sent;
	}
	return faults;
})`

// browserDump is everything that the browser keeps for the site.
const browserDump = `(async () => {
	let out = JSON.stringify({ ...localStorage }) + JSON.stringify({ ...sessionStorage }) + document.cookie + document.body.innerText;
	for (const { name } of await indexedDB.databases()) {
		const db = await new Promise((ok, no) => { const r = indexedDB.open(name); r.onsuccess = () => ok(r.result); r.onerror = no; });
		for (const s of db.objectStoreNames) out += JSON.stringify(await new Promise((ok) => { const r = db.transaction(s).objectStore(s).getAll(); r.onsuccess = () => ok(r.result); }));
		db.close();
	}
	for (const c of await caches.keys()) for (const k of await (await caches.open(c)).keys()) out += k.url + await (await (await caches.open(c)).match(k)).text();
	return out; })()`

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
