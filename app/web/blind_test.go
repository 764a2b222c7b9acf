package web

import (
	"archive/zip"
	"context"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/desk"
)

// secrets are the giver's figures and seal, and the sums that give them away:
// 11 envelopes more were received after the packing, so the day's totals (148
// and 221) are the giver's figures to whoever knows what is left. Serials are
// left out of what is searched, since one in a hundred ends in such a figure.
var (
	secrets = regexp.MustCompile(`\b(137|73|210|148|221)\b|AB-?000412`)
	counts1 = regexp.MustCompile(`\b(137|73|210|148|221|136|209)\b|AB-?000412`) // and the first of two counts
	grouped = regexp.MustCompile(`\b[0-9A-Z]{4} [0-9A-Z]{4} [0-9A-Z]{1,3}\b`)
	styled  = regexp.MustCompile(`(?s)<style.*?</style>|<script[^>]*src=[^>]*>|\bd="[^"]*"`)
)

// secretIn finds the first secret of the giver in a text.
func secretIn(text string) string { return toldIn(secrets, text) }

// toldIn finds the first secret in a text with what stands around it, "" when
// there is none.
func toldIn(secrets *regexp.Regexp, text string) string {
	text = grouped.ReplaceAllString(styled.ReplaceAllString(text, ""), "")
	at := secrets.FindStringIndex(text)
	if at == nil {
		return ""
	}
	return text[max(0, at[0]-120):at[0]] + "⟪" + text[at[0]:at[1]] + "⟫" + text[at[1]:min(len(text), at[1]+60)]
}

// readable is the text of an answer: a PDF is read as a person would, a
// spreadsheet is unpacked.
func (d *depot) readable(body string) string {
	switch {
	case strings.HasPrefix(body, "%PDF"):
		file := filepath.Join(d.t.TempDir(), "form.pdf")
		d.must(os.WriteFile(file, []byte(body), 0o600))
		text, err := exec.Command("pdftotext", "-layout", file, "-").Output()
		d.must(err)
		return string(text)
	case strings.HasPrefix(body, "PK\x03\x04"):
		z, err := zip.NewReader(strings.NewReader(body), int64(len(body)))
		d.must(err)
		var out strings.Builder
		for _, f := range z.File {
			if !strings.HasSuffix(f.Name, "sheet1.xml") && !strings.HasSuffix(f.Name, "sharedStrings.xml") {
				continue
			}
			r, err := f.Open()
			d.must(err)
			_, err = io.Copy(&out, r) // #nosec G110: our own file
			d.must(err)
		}
		return strings.ReplaceAll(out.String(), "<", " <")
	}
	return body
}

// parameters are the values that stand for a parameter of a path; any other
// takes every id that there is.
func (d *depot) parameters(ids []string) map[string][]string {
	day := models.DateOf(d.now).String()
	return map[string][]string{"election": {d.kv, d.aer}, "session": {d.session}, "place": {"LYS", "BS"}, "date": {day}, "login": {"anna"}, "person": {d.person["anna"]},
		"number": {"1"}, "seq": {"20"}, "version": {"1"}, "": ids}
}

// paths fills the parameters of a route in every way.
func paths(route string, values map[string][]string) []string {
	name := regexp.MustCompile(`[:*]([a-z]+)`).FindStringSubmatch(route)
	if name == nil {
		return []string{route}
	}
	options, ok := values[name[1]]
	if !ok {
		options = values[""]
	}
	var out []string
	for _, v := range options {
		out = append(out, paths(strings.Replace(route, name[0], v, 1), values)...)
	}
	return out
}

// queries are the filters that pages take: every name that the program reads
// (TestEveryFilterIsWalked), with a value that finds something.
func (d *depot) queries() url.Values {
	day := models.DateOf(d.now).String()
	return url.Values{"dag": {day}, "fra": {day}, "til": {day}, "uge": {day}, "sted": {"LYS"}, "valg": {d.kv}, "election": {d.kv}, "beholder": {d.box}, "open": {"true"}, "side": {"1"},
		"tilstand": {"open"}, "state": {"open"}, "type": {"seal"}, "before": {"60"}, "kind": {"container.packed"}, "for": {d.person["anna"]}, "id": {"1"}, "ark": {"a4-21"}, "bude": {"2"},
		"senest": {"21.00"}, "stemmer": {"500"}, "eks": {"1"}}
}

// elsewhere are names of queries that choose no data: where to go on to, the
// code of a receipt, the version of an asset.
var elsewhere = []string{"next", "kode", "v", "code"}

// A filter that is new must be walked too.
func TestEveryFilterIsWalked(t *testing.T) {
	d := &depot{library: &library{t: t, now: models.NewDate(2025, 11, 12).At(9, 30), person: map[string]string{}}}
	files, err := filepath.Glob("*.go")
	d.must(err)
	rooms, err := filepath.Glob("*/*.go")
	d.must(err)
	if files = append(files, rooms...); len(files) < 100 {
		t.Fatalf("only %d files of pages", len(files))
	}
	for _, f := range files {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		text, err := os.ReadFile(f)
		d.must(err)
		for _, m := range regexp.MustCompile(`r\.Query\("([^"]+)"\)`).FindAllSubmatch(text, -1) {
			if name := string(m[1]); !d.queries().Has(name) && !slices.Contains(elsewhere, name) {
				t.Errorf("%s reads the filter %q, which the blind count's walk does not ask for", f, name)
			}
		}
	}
}

// alone are the filters that lists are asked for by themselves as well: together
// they may find nothing.
var alone = []string{"sted", "dag", "kind", "type", "beholder"}

// everything that a person may GET: every route with every id that there is in
// every place of its path, as it is and with filters. An address at which even
// the coordinator, who may see all, finds nothing is left out. So is /metrics,
// which the proxy keeps from people: it counts requests.
func (d *depot) everything(login string, filters url.Values, ids ...string) map[string]string {
	d.t.Helper()
	v, acc := visitor{d.library, nil}, site.Account{}
	all, err := d.web.Account(d.t.Context(), "karen")
	d.must(err)
	if login != "" {
		v = d.as(login)
		acc, err = d.web.Account(d.t.Context(), login)
		d.must(err)
	}
	seen, values, karen := map[string]string{}, d.parameters(ids), d.as("karen")
	for _, route := range d.web.Routes {
		if route.Method != site.GET || !route.Allows(acc) || strings.HasPrefix(route.Path, "/assets") || route.Path == "/metrics" {
			continue
		}
		asked := paths(route.Path, values)
		if route.Allows(all) && len(asked) > 1 {
			asked = slices.DeleteFunc(asked, func(p string) bool { code, _ := karen.get(p); return code == http.StatusNotFound })
		}
		if filters != nil && !strings.HasSuffix(route.Path, "strom") { // the streams tell that there is news, not what
			for _, p := range slices.Clone(asked) {
				asked = append(asked, p+"?"+filters.Encode())
			}
			for _, name := range alone {
				if !strings.Contains(route.Path, ":") {
					asked = append(asked, route.Path+"?"+name+"="+url.QueryEscape(filters.Get(name)))
				}
			}
		}
		for _, p := range asked {
			if body := v.glance(p); body != "" {
				seen[p] = d.readable(body)
			}
		}
	}
	return seen
}

// glance reads an answer with its headers; of one that never ends, what comes
// in half a second.
func (v visitor) glance(path string) string {
	v.l.t.Helper()
	ctx, cancel := context.WithTimeout(v.l.t.Context(), 20*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, site.GET, v.l.url+path, nil)
	v.l.must(err)
	if v.cookie != nil {
		req.AddCookie(v.cookie)
	}
	c := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := c.Do(req)
	v.l.must(err)
	defer res.Body.Close()
	if strings.HasPrefix(res.Header.Get("Content-Type"), "text/event-stream") {
		time.AfterFunc(500*time.Millisecond, cancel)
		b, _ := io.ReadAll(res.Body) // ends with the context: what came is what counts
		return string(b)
	}
	b, err := io.ReadAll(res.Body)
	v.l.must(err)
	return string(b)
}

func (d *depot) noSecrets(secrets *regexp.Regexp, login, when string, ids ...string) {
	d.t.Helper()
	pages := d.everything(login, d.queries(), ids...)
	if len(pages) < 12 {
		d.t.Fatalf("%s reads only %d pages", login, len(pages))
	}
	d.t.Logf("%s, %s: %d answers read", login, when, len(pages))
	told := map[string]bool{} // once for each route is enough
	for _, path := range slices.Sorted(maps.Keys(pages)) {
		plain, _, _ := strings.Cut(path, "?")
		if what := toldIn(secrets, pages[path]); what != "" && !told[plain] {
			told[plain] = true
			d.t.Errorf("%s, %s: %s tells …%s…", login, when, path, what)
		}
	}
}

// evening closes the session with 11 envelopes left on the desk, counted by
// hand, after the council has decided on the protocol: all that could be told.
func (d *depot) evening() {
	d.t.Helper()
	d.close(11)
	d.must(d.store.DecideProtocol(d.t.Context(), d.act(), d.kv, models.Decision{Date: models.NewDate(2025, 9, 1), Body: "Byrådet", Reference: "sag 12"}))
}

// close closes the session with so many envelopes left on the desk.
func (d *depot) close(loose int) {
	d.t.Helper()
	for range loose {
		a := d.act()
		a.Person, a.Role = d.person["anna"], models.RoleReceiver
		_, err := d.store.Receive(d.t.Context(), a, d.session, desk.ReceiveCmd{Election: d.kv, Destination: custody.Own})
		d.must(err)
	}
	at, set := "/skranke/"+d.session+"/lukning", "left:"+custody.Material(d.kv, "set")
	anna, count := d.as("anna"), url.Values{"do": {"count"}}
	for _, key := range desk.Piles(models.Session{Elections: []string{d.kv, d.aer}}) {
		count.Set("count:"+key, "0")
	}
	count.Set("count:"+d.kv+"/own", strconv.Itoa(loose))
	anna.ok(at, url.Values{"do": {"shut"}, "in_line": {"0"}})
	anna.ok(at, count)
	end := url.Values{"do": {"close"}, set: {"9"}, "explain:" + custody.Material(d.kv, "set"): {"der blev hentet flere"}, "left:" + custody.Material(d.aer, "set"): {"20"},
		"searched": {"Papirkurve"}, "witness_login": {"bo"}, "pin": {"1111"}}
	if loose > 0 {
		end.Set("unsealed", "beholderen er ikke kommet")
	}
	anna.ok(at, end)
}

// Those who are to count read every byte that there is for them before the
// count and find nothing of the giver's; nor do the courier, another library
// and the public. Afterwards both figures stand there.
func TestTheReceiverCountsBlind(t *testing.T) {
	d := newDepot(t)
	d.evening()
	h := d.offer()
	link, err := d.store.MakeCourierLink(t.Context(), d.act(), h)
	d.must(err)
	ids := []string{h, d.box, d.session, d.kv, "1", "BS", "LYS", "20", models.DateOf(d.now).String(), link.Token}
	ids = append(ids, d.secretPapers(h)...)
	for _, who := range []string{"rita", "kurt", "lise", ""} {
		d.noSecrets(secrets, who, "offered", ids...)
	}
	d.as("kurt").ok("/overdragelser/"+h, url.Values{"do": {"collect"}})
	d.noSecrets(secrets, "rita", "on the way", ids...)
	d.noSecrets(secrets, "kurt", "on the way", ids...)
	d.now = d.now.Add(24 * time.Hour) // it stands overnight, and yesterday's figures are out
	d.noSecrets(secrets, "rita", "the morning after", ids...)
	d.now = d.now.Add(-24 * time.Hour)
	if code, body := d.as("anna").get("/overdragelser/" + h); code != 200 || !strings.Contains(body, "AB000412") || !strings.Contains(body, "137") {
		t.Fatal("the giver sees what was given")
	}
	if code, body := d.as("karen").get("/protokol/" + d.kv); code != 200 || secretIn(body) == "" {
		t.Fatalf("there is nothing to tell: %d", code)
	}
	rita, sara := d.as("rita"), d.as("sara")
	rita.ok("/overdragelser/"+h, d.counted("136", "73", "AB000413"))
	d.noSecrets(counts1, "sara", "a first count differs", ids...)
	d.noSecrets(secrets, "rita", "her own count differs", ids...)
	if code, _ := rita.post("/overdragelser/"+h, d.counted("137", "73", "AB000412")); code != http.StatusUnprocessableEntity {
		t.Fatalf("the same person counts twice: %d", code)
	}
	if code, _ := sara.post("/overdragelser/"+h, url.Values{"do": {"accept"}}); code != http.StatusConflict {
		t.Fatalf("accepted without a second count: %d", code)
	}
	sara.ok("/overdragelser/"+h, d.counted("136", "73", "AB000412"))
	_, body := sara.get("/overdragelser/" + h)
	for _, want := range []string{"137", "136", "AB000412"} {
		if !strings.Contains(body, want) {
			t.Errorf("after the count %q is shown", want)
		}
	}
	if code, _ := sara.post("/overdragelser/"+h, url.Values{"do": {"accept"}}); code != http.StatusUnprocessableEntity {
		t.Fatalf("a difference without words: %d", code)
	}
	sara.ok("/overdragelser/"+h, url.Values{"do": {"accept"}, "explanation": {"En kuvert mangler, Lystrup er ringet op."}, "room": {"Boks 2"}})
	_, body = sara.get("/overdragelser/" + h + "/overdragelse.pdf")
	text := d.readable(body)
	for _, want := range []string{"137", "210", "209", "AB000412", "En kuvert mangler", h[:4]} {
		if !strings.Contains(strings.ReplaceAll(text, " ", ""), strings.ReplaceAll(want, " ", "")) {
			t.Errorf("the receipt does not say %q:\n%s", want, text)
		}
	}
}
