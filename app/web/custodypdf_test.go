package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/brevstemme/brevstemme/models"
)

// Every form of the road prints with one click from where it belongs; the
// receiver's printed half shows nothing of the giver's, not even through the file
// that the giver printed.
func TestFormsOfTheRoadPrint(t *testing.T) {
	t.Parallel()
	d := newDepot(t)
	d.as("karen").ok("/beholdere/ny", url.Values{"place": {"LYS"}, "kind": {"box"}, "count": {"2"}})
	h := d.onTheWay()
	anna, rita, karen := d.as("anna"), d.as("rita"), d.as("karen")
	day := "/dag/" + models.DateOf(d.now).String()

	file, giver := anna.printAt("/overdragelser/" + h + "/overdragelse/udskriv")
	if text := d.readable(giver); !strings.Contains(text, "210") || !strings.Contains(text, "ORIGINAL") || !strings.HasPrefix(file, "/udskrift/"+h+".pdf") {
		t.Errorf("the giver's print %s: %s", file, text)
	}
	for _, who := range []string{"rita", "sara", "karen", "kurt"} {
		if code, _ := d.as(who).get(file); code == 200 {
			t.Errorf("%s fetched the giver's print", who)
		}
	}
	for _, path := range []string{"/overdragelser/" + h + "/overdragelse", day + "/overdragelser", "/modtagelse/modtagelse"} {
		if _, body := rita.printAt(path + "/udskriv"); secretIn(d.readable(body)) != "" {
			t.Errorf("%s tells the receiver the giver's figures: %s", path, d.readable(body))
		}
	}
	if _, body := rita.get("/beholdere/" + d.box + "/bevis.pdf"); secretIn(d.readable(body)) != "" {
		t.Error("the receiver reads the giver's figures in the custody proof")
	}

	for _, path := range []string{"/etiketter", "/segl/LYS/segl", day + "/overdragelser", day + "/koerelister", "/skranke/" + d.session + "/aabning"} {
		code, body := karen.get(path + ".pdf")
		if code != 200 {
			t.Errorf("%s: %d %s", path, code, body)
			continue
		}
		validPDF(t, path, body)
		karen.printAt(path + "/udskriv")
	}
	_, run := karen.printAt(day + "/koerelister/udskriv")
	if text := d.readable(run); !strings.Contains(text, "Kurt") || !strings.Contains(text, "Lystrup") || secretIn(text) != "" {
		t.Errorf("run sheet: %s", text)
	}

	rita.ok("/overdragelser/"+h, d.counted("137", "73", "AB000412"))
	rita.ok("/overdragelser/"+h, url.Values{"do": {"accept"}})
	final, receipt := rita.printAt("/overdragelser/" + h + "/overdragelse/udskriv")
	if !strings.HasPrefix(final, "/udskrift/HF") || !strings.Contains(d.readable(receipt), "210") {
		t.Errorf("receipt %s: %s", final, d.readable(receipt))
	}
	_, record := rita.printAt("/modtagelse/modtagelse/udskriv")
	if !strings.Contains(d.readable(record), "210") {
		t.Errorf("reception record: %s", d.readable(record))
	}
	_, proof := rita.printAt("/beholdere/" + d.box + "/bevis/udskriv")
	if text := d.readable(proof); !strings.Contains(text, "Lystrup") {
		t.Errorf("custody proof: %s", text)
	}
}

// Labels start where the sheet's first free label is; an offset out of reach is
// refused, and nothing to print is said, not a broken file.
func TestLabels(t *testing.T) {
	t.Parallel()
	l := newLibrary(t)
	karen := l.as("karen")
	code, _, head := karen.postFull("/etiketter/udskriv", url.Values{})
	if code != http.StatusSeeOther || head.Get("Location") != "/blanketter" {
		t.Errorf("no container: %d %s", code, head.Get("Location"))
	}
	karen.ok("/beholdere/ny", url.Values{"place": {"LYS"}, "kind": {"box"}, "count": {"3"}})
	code, _, head = karen.postFull("/etiketter/udskriv", url.Values{"ark": {"L7651"}, "start": {"64"}, "x": {"1,5"}, "y": {"-2"}})
	if code != http.StatusSeeOther {
		t.Fatalf("%d", code)
	}
	_, body := karen.get(head.Get("Location"))
	validPDF(t, "labels", body)
	if n := strings.Count(pdfText(t, body), "\f"); n != 2 {
		t.Errorf("three labels from the 64th of 65 on %d pages", n)
	}
	if code, _, _ := karen.postFull("/etiketter/udskriv", url.Values{"x": {"99"}}); code == http.StatusSeeOther {
		t.Error("an offset of 99 mm")
	}
}
