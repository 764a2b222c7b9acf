package custody_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/brevstemme/brevstemme/app/web/webtest"
	"github.com/brevstemme/brevstemme/models"
)

// Every form of the road prints with one click from where it belongs; the
// receiver's printed half shows nothing of the giver's, not even through the file
// that the giver printed.
func TestFormsOfTheRoadPrint(t *testing.T) {
	t.Parallel()
	d := webtest.NewDepot(t)
	d.As("karen").OK("/beholdere/ny", url.Values{"place": {"LYS"}, "kind": {"box"}, "count": {"2"}})
	h := d.OnTheWay()
	anna, rita, karen := d.As("anna"), d.As("rita"), d.As("karen")
	day := "/dag/" + models.DateOf(d.Now).String()

	file, giver := anna.PrintAt("/overdragelser/" + h + "/overdragelse/udskriv")
	if text := d.Readable(giver); !strings.Contains(text, "210") || !strings.Contains(text, "ORIGINAL") || !strings.HasPrefix(file, "/udskrift/"+h+".pdf") {
		t.Errorf("the giver's print %s: %s", file, text)
	}
	for _, who := range []string{"rita", "sara", "karen", "kurt"} {
		if code, _ := d.As(who).Get(file); code == 200 {
			t.Errorf("%s fetched the giver's print", who)
		}
	}
	for _, path := range []string{"/overdragelser/" + h + "/overdragelse", day + "/overdragelser", "/modtagelse/modtagelse"} {
		if _, body := rita.PrintAt(path + "/udskriv"); webtest.SecretIn(d.Readable(body)) != "" {
			t.Errorf("%s tells the receiver the giver's figures: %s", path, d.Readable(body))
		}
	}
	if _, body := rita.Get("/beholdere/" + d.Box + "/bevis.pdf"); webtest.SecretIn(d.Readable(body)) != "" {
		t.Error("the receiver reads the giver's figures in the custody proof")
	}

	for _, path := range []string{"/etiketter", "/segl/LYS/segl", day + "/overdragelser", day + "/koerelister", "/skranke/" + d.Session + "/aabning"} {
		code, body := karen.Get(path + ".pdf")
		if code != 200 {
			t.Errorf("%s: %d %s", path, code, body)
			continue
		}
		webtest.ValidPDF(t, path, body)
		karen.PrintAt(path + "/udskriv")
	}
	_, run := karen.PrintAt(day + "/koerelister/udskriv")
	if text := d.Readable(run); !strings.Contains(text, "Kurt") || !strings.Contains(text, "Lystrup") || webtest.SecretIn(text) != "" {
		t.Errorf("run sheet: %s", text)
	}

	rita.OK("/overdragelser/"+h, d.Counted("137", "73", "AB000412"))
	rita.OK("/overdragelser/"+h, url.Values{"do": {"accept"}})
	final, receipt := rita.PrintAt("/overdragelser/" + h + "/overdragelse/udskriv")
	if !strings.HasPrefix(final, "/udskrift/HF") || !strings.Contains(d.Readable(receipt), "210") {
		t.Errorf("receipt %s: %s", final, d.Readable(receipt))
	}
	_, record := rita.PrintAt("/modtagelse/modtagelse/udskriv")
	if !strings.Contains(d.Readable(record), "210") {
		t.Errorf("reception record: %s", d.Readable(record))
	}
	_, proof := rita.PrintAt("/beholdere/" + d.Box + "/bevis/udskriv")
	if text := d.Readable(proof); !strings.Contains(text, "Lystrup") {
		t.Errorf("custody proof: %s", text)
	}
}

// Labels start where the sheet's first free label is; an offset out of reach is
// refused, and nothing to print is said, not a broken file.
func TestLabels(t *testing.T) {
	t.Parallel()
	l := webtest.NewLibrary(t)
	karen := l.As("karen")
	code, _, head := karen.PostFull("/etiketter/udskriv", url.Values{})
	if code != http.StatusSeeOther || head.Get("Location") != "/blanketter" {
		t.Errorf("no container: %d %s", code, head.Get("Location"))
	}
	karen.OK("/beholdere/ny", url.Values{"place": {"LYS"}, "kind": {"box"}, "count": {"3"}})
	code, _, head = karen.PostFull("/etiketter/udskriv", url.Values{"ark": {"L7651"}, "start": {"64"}, "x": {"1,5"}, "y": {"-2"}})
	if code != http.StatusSeeOther {
		t.Fatalf("%d", code)
	}
	_, body := karen.Get(head.Get("Location"))
	webtest.ValidPDF(t, "labels", body)
	if n := strings.Count(webtest.PDFText(t, body), "\f"); n != 2 {
		t.Errorf("three labels from the 64th of 65 on %d pages", n)
	}
	if code, _, _ := karen.PostFull("/etiketter/udskriv", url.Values{"x": {"99"}}); code == http.StatusSeeOther {
		t.Error("an offset of 99 mm")
	}
}
