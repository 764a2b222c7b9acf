package web_test

import (
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/brevstemme/brevstemme/app/web/webtest"
	"github.com/brevstemme/brevstemme/models"
)

// counts1 are the giver's figures and the first of two counts.
var counts1 = regexp.MustCompile(`\b(137|73|210|148|221|136|209)\b|AB-?000412`)

// elsewhere are names of queries that choose no data: where to go on to, the
// code of a receipt, the version of an asset.
var elsewhere = []string{"next", "kode", "v", "code"}

// A filter that is new must be walked too.
func TestEveryFilterIsWalked(t *testing.T) {
	d := &webtest.Depot{Library: &webtest.Library{T: t, Now: models.NewDate(2025, 11, 12).At(9, 30), Person: map[string]string{}}}
	files, err := filepath.Glob("*.go")
	d.Must(err)
	rooms, err := filepath.Glob("*/*.go")
	d.Must(err)
	if files = append(files, rooms...); len(files) < 100 {
		t.Fatalf("only %d files of pages", len(files))
	}
	for _, f := range files {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		text, err := os.ReadFile(f)
		d.Must(err)
		for _, m := range regexp.MustCompile(`r\.Query\("([^"]+)"\)`).FindAllSubmatch(text, -1) {
			if name := string(m[1]); !d.Queries().Has(name) && !slices.Contains(elsewhere, name) {
				t.Errorf("%s reads the filter %q, which the blind count's walk does not ask for", f, name)
			}
		}
	}
}

func noSecrets(d *webtest.Depot, secrets *regexp.Regexp, login, when string, ids ...string) {
	d.T.Helper()
	pages := d.Everything(login, d.Queries(), ids...)
	if len(pages) < 12 {
		d.T.Fatalf("%s reads only %d pages", login, len(pages))
	}
	d.T.Logf("%s, %s: %d answers read", login, when, len(pages))
	told := map[string]bool{} // once for each route is enough
	for _, path := range slices.Sorted(maps.Keys(pages)) {
		plain, _, _ := strings.Cut(path, "?")
		if what := webtest.ToldIn(secrets, pages[path]); what != "" && !told[plain] {
			told[plain] = true
			d.T.Errorf("%s, %s: %s tells …%s…", login, when, path, what)
		}
	}
}

// Those who are to count read every byte that there is for them before the
// count and find nothing of the giver's; nor do the courier, another library
// and the public. Afterwards both figures stand there.
func TestTheReceiverCountsBlind(t *testing.T) {
	d := webtest.NewDepot(t)
	d.Evening()
	h := d.Offer()
	link, err := d.Store.MakeCourierLink(t.Context(), d.Act(), h)
	d.Must(err)
	ids := []string{h, d.Box, d.Session, d.Local, "1", "BS", "LYS", "20", models.DateOf(d.Now).String(), link.Token}
	ids = append(ids, d.SecretPapers(h)...)
	for _, who := range []string{"rita", "kurt", "lise", ""} {
		noSecrets(d, webtest.Secrets, who, "offered", ids...)
	}
	d.As("kurt").OK("/overdragelser/"+h, url.Values{"do": {"collect"}})
	noSecrets(d, webtest.Secrets, "rita", "on the way", ids...)
	noSecrets(d, webtest.Secrets, "kurt", "on the way", ids...)
	d.Now = d.Now.Add(24 * time.Hour) // it stands overnight, and yesterday's figures are out
	noSecrets(d, webtest.Secrets, "rita", "the morning after", ids...)
	d.Now = d.Now.Add(-24 * time.Hour)
	if code, body := d.As("anna").Get("/overdragelser/" + h); code != 200 || !strings.Contains(body, "AB000412") || !strings.Contains(body, "137") {
		t.Fatal("the giver sees what was given")
	}
	if code, body := d.As("karen").Get("/protokol/" + d.Local); code != 200 || webtest.SecretIn(body) == "" {
		t.Fatalf("there is nothing to tell: %d", code)
	}
	rita, sara := d.As("rita"), d.As("sara")
	rita.OK("/overdragelser/"+h, d.Counted("136", "73", "AB000413"))
	noSecrets(d, counts1, "sara", "a first count differs", ids...)
	noSecrets(d, webtest.Secrets, "rita", "her own count differs", ids...)
	if code, _ := rita.Post("/overdragelser/"+h, d.Counted("137", "73", "AB000412")); code != http.StatusUnprocessableEntity {
		t.Fatalf("the same person counts twice: %d", code)
	}
	if code, _ := sara.Post("/overdragelser/"+h, url.Values{"do": {"accept"}}); code != http.StatusConflict {
		t.Fatalf("accepted without a second count: %d", code)
	}
	sara.OK("/overdragelser/"+h, d.Counted("136", "73", "AB000412"))
	_, body := sara.Get("/overdragelser/" + h)
	for _, want := range []string{"137", "136", "AB000412"} {
		if !strings.Contains(body, want) {
			t.Errorf("after the count %q is shown", want)
		}
	}
	if code, _ := sara.Post("/overdragelser/"+h, url.Values{"do": {"accept"}}); code != http.StatusUnprocessableEntity {
		t.Fatalf("a difference without words: %d", code)
	}
	sara.OK("/overdragelser/"+h, url.Values{"do": {"accept"}, "explanation": {"En kuvert mangler, Lystrup er ringet op."}, "room": {"Boks 2"}})
	_, body = sara.Get("/overdragelser/" + h + "/overdragelse.pdf")
	text := d.Readable(body)
	for _, want := range []string{"137", "210", "209", "AB000412", "En kuvert mangler", h[:4]} {
		if !strings.Contains(strings.ReplaceAll(text, " ", ""), strings.ReplaceAll(want, " ", "")) {
			t.Errorf("the receipt does not say %q:\n%s", want, text)
		}
	}
}
