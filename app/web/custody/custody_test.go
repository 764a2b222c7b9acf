package custody_test

import (
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	custodypages "github.com/brevstemme/brevstemme/app/web/custody"
	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/app/web/webtest"
	"github.com/brevstemme/brevstemme/models"
)

// Every receipt checks out on /k/, and one that was altered does not.
func TestAReceiptIsChecked(t *testing.T) {
	d := webtest.NewDepot(t)
	h := d.OnTheWay()
	d.As("rita").OK("/overdragelser/"+h, d.Counted("137", "73", "AB000412"))
	d.As("rita").OK("/overdragelser/"+h, url.Values{"do": {"accept"}})
	_, body := d.As("rita").Get("/overdragelser/" + h + "/overdragelse.pdf")
	code := codeIn(t, d.Readable(body))
	stranger := d.Nobody()
	status, page := stranger.Get("/k/" + code)
	if status != 200 || !strings.Contains(page, "Kvitteringen passer<") {
		t.Fatalf("%s: %d %s", code, status, page)
	}
	for _, personal := range []string{"Anna", "Rita", "Kurt", "Lystrup", " 137<", " 210<", ">137<", ">210<"} {
		if strings.Contains(page, personal) {
			t.Errorf("/k/ tells %q", personal)
		}
	}
	wrong := []byte(code[:len(code)-1])
	if last := &wrong[len(wrong)-1]; *last == '0' { // another character of the alphabet: written well, and of no entry
		*last = '1'
	} else {
		*last = '0'
	}
	if _, page := stranger.Get("/k/" + models.WithCheck(string(wrong))); !strings.Contains(page, "Kvitteringen passer ikke") {
		t.Error("an altered code matches")
	}
	if _, page := stranger.Get("/k/NONSENSE"); !strings.Contains(page, "Koden er ikke skrevet") || strings.Contains(page, "Kvitteringen passer") || !strings.Contains(page, `value="NONS ENSE"`) {
		t.Errorf("a mistyped code is not given back to be mended: %s", page)
	}
	if status, page := d.As("aud").Get("/balance/" + d.Local); status != 200 || !strings.Contains(page, "210") || strings.Contains(page, "⟦") {
		t.Errorf("balance: %d %s", status, page)
	}
}

// codeIn finds the receipt code in a form's text: the serial that /k/ takes.
func codeIn(t *testing.T, text string) string {
	t.Helper()
	for _, m := range regexp.MustCompile(`[0-9A-Z]{22,30}`).FindAllString(text, -1) {
		if models.CheckCharacter(m[:len(m)-1]) == m[len(m)-1] {
			return m
		}
	}
	t.Fatalf("no code in:\n%s", text)
	return ""
}

// Fifty people accept the same handover at once: one wins, the others are told
// clearly that it was taken.
func TestFiftyAcceptAtOnce(t *testing.T) {
	d := webtest.NewDepot(t)
	h := d.OnTheWay()
	d.As("rita").OK("/overdragelser/"+h, d.Counted("137", "73", "AB000412"))
	var wg sync.WaitGroup
	var mu sync.Mutex
	codes := map[int]int{}
	visitors := []webtest.Visitor{d.As("rita"), d.As("sara")}
	for i := range 50 {
		wg.Go(func() {
			code, _ := visitors[i%2].Post("/overdragelser/"+h, url.Values{"do": {"accept"}})
			mu.Lock()
			codes[code]++
			mu.Unlock()
		})
	}
	wg.Wait()
	if codes[http.StatusSeeOther] != 1 || codes[http.StatusConflict] != 49 {
		t.Fatalf("%v", codes)
	}
}

func TestCustodyPagesRender(t *testing.T) {
	d := webtest.NewDepot(t)
	h := d.OnTheWay()
	for _, who := range []string{"anna", "karen", "rita", "kurt", "aud"} {
		for path, body := range d.Everything(who, nil, h, d.Box, d.Session, d.Local) {
			ours := slices.ContainsFunc(custodypages.Routes(d.Web.Server), func(x site.Route) bool { return strings.Split(x.Path, "/")[1] == strings.Split(path, "/")[1] })
			if ours && (strings.Contains(body, "Noget gik galt") || strings.Contains(body, "⟦")) {
				t.Errorf("%s: %s", who, path)
			}
		}
	}
	for _, line := range strings.Split(d.Log.String(), "\n") {
		if strings.Contains(line, `"code":"internal"`) {
			t.Error(line)
		}
	}
}

// A box on the road is named by where it comes from and where it is going, and
// the courier rings up the people of a stop with one touch.
func TestABoxOnTheRoadSaysWhere(t *testing.T) {
	t.Parallel()
	d := webtest.NewDepot(t)
	h := d.OnTheWay()
	for _, path := range []string{"/beholdere", "/beholdere/" + d.Box} {
		if _, page := d.As("karen").Get(path); !strings.Contains(page, "Undervejs: Lystrup Bibliotek → ") || strings.Contains(page, "Undervejs: "+models.GroupSerial(h)) {
			t.Errorf("%s does not say where the box is going: %s", path, page)
		}
	}
	d.As("rita").OK("/overdragelser/"+h, d.Counted("137", "73", "AB000412"))
	d.As("rita").OK("/overdragelser/"+h, url.Values{"do": {"accept"}})
	if _, page := d.As("kurt").Get("/koereliste"); !strings.Contains(page, `href="tel:89402000"`) {
		t.Errorf("nobody can be rung up from the run sheet: %s", page)
	}
}
