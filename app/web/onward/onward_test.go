package onward_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/brevstemme/brevstemme/app/web/webtest"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/onward"
)

func TestSortingOverHTTP(t *testing.T) {
	l := webtest.NewReception(t)
	g, o := l.As("grethe"), l.As("ole")
	code, body := g.Get("/sortering/" + l.Local)
	if code != 200 || !strings.Contains(body, "Område 2, (a/b)") {
		t.Fatalf("%d %s", code, body)
	}
	form := url.Values{"do": {"sort"}, "pile:own:0751-1": {"12"}, "code1": {"0461"}, "other1": {"3"}}
	code, body = g.Post("/sortering/"+l.Local, form)
	if code != http.StatusUnprocessableEntity && code != http.StatusBadRequest {
		t.Fatalf("an empty store was sorted: %d %s", code, body)
	}
	if _, err := l.Store.Arrive(t.Context(), models.Act{Key: "arrive-0001", Person: l.Person["grethe"]}, l.Local, "BORG", onward.ArriveCmd{From: "0461", Stated: -1, Count: 15}); err != nil {
		t.Fatal(err)
	}
	if code, body = g.Post("/sortering/"+l.Local, form); code != http.StatusSeeOther {
		t.Fatalf("%d %s", code, body)
	}
	all, err := l.Store.Sortings(t.Context(), l.Local)
	l.Must(err)
	path := "/sortering/" + l.Local + "/tael/" + all[0].ID
	code, body = o.Get(path)
	if code != 200 || strings.Contains(body, `value="12"`) {
		t.Fatalf("%d, or the second counter sees the first count", code)
	}
	if code, body = o.Post(path, url.Values{"pile:own:0751-1": {"12"}, "pile:other:0461": {"3"}}); code != http.StatusSeeOther {
		t.Fatalf("%d %s", code, body)
	}
	bins, err := l.Store.Bins(t.Context(), l.Local)
	l.Must(err)
	if bins["own:0751-1"] != 12 || bins["other:0461"] != 3 {
		t.Fatalf("%v", bins)
	}
	for _, p := range []string{"/sortering", "/sortering/" + l.Local + "/omraader", "/sortering/" + l.Local + "/sorteringsliste.pdf", "/modtaget-fra-andre/" + l.Local, "/api/v1/elections/" + l.Local + "/arrivals", "/api/v1/elections/" + l.Local + "/bins", "/api/v1/elections/" + l.Local + "/districts"} {
		if code, body := g.Get(p); code != 200 {
			t.Errorf("%s: %d %s", p, code, body)
		}
	}
}

func TestForwardingOverHTTP(t *testing.T) {
	l := webtest.NewReception(t)
	l.Sorted()
	k, g := l.As("karen"), l.As("grethe")
	base := "/videresendelse/" + l.Local
	k.OK(base+"/transport", url.Values{"do": {"carrier"}, "name": {"Bud"}, "kind": {"courier"}, "weekdays": {"1", "2", "3", "4", "5"}, "times": {"14.30, 16"}, "minutes": {"120"}})
	g.OK(base, url.Values{"do": {"pack"}, "to": {"0461"}, "packets": {"2 A1\n1"}})
	all, err := l.Store.Consignments(t.Context(), l.Local)
	l.Must(err)
	path := base + "/se/" + all[0].ID
	code, body := g.Get(path)
	_, rest, ok := strings.Cut(body, `name="departure" value="`)
	departure, _, _ := strings.Cut(rest, `"`)
	if code != 200 || !ok {
		t.Fatalf("%d no departure offered\n%s", code, body)
	}
	g.OK(path, url.Values{"do": {"send"}, "departure": {strings.ReplaceAll(departure, "&#43;", "+")}})
	token, err := l.Store.AckToken(t.Context(), all[0].ID)
	l.Must(err)
	nobody := l.Nobody()
	if code, body := nobody.Get("/a/" + token); code != 200 || strings.Contains(body, ">3<") || regexp.MustCompile(`\bA1\b`).MatchString(body) {
		t.Fatalf("%d, or figures on the recipient's page\n%s", code, body)
	}
	if code, _ := nobody.Get("/a/" + token[:25] + "Z"); code != 404 && token[25] != 'Z' {
		t.Errorf("an altered code: %d", code)
	}
	for _, p := range []string{base, base + "/transport", path, path + "/foelgeliste.pdf", "/api/v1/elections/" + l.Local + "/consignments", "/api/v1/elections/" + l.Local + "/last-safe"} {
		if code, body := k.Get(p); code != 200 {
			t.Errorf("%s: %d %s", p, code, body)
		}
	}
	nobody.OK("/a/"+token, url.Values{"count": {"3"}, "number": {"2"}, "intact": {"yes"}})
	if code, _ := nobody.Post("/a/"+token, url.Values{"count": {"4"}, "number": {"2"}, "intact": {"yes"}}); code == http.StatusSeeOther {
		t.Error("acknowledged twice")
	}
	c, err := l.Store.Consignment(t.Context(), all[0].ID)
	if err != nil || c.State != onward.ConsignmentDone {
		t.Fatalf("%+v %v", c, err)
	}
	_, body = k.Get(path + "/foelgeliste.pdf")
	if sheets := strings.SplitAfter(webtest.PDFText(t, body), "\f"); !strings.Contains(sheets[0], "Talt\n3\n") || strings.Contains(sheets[1]+sheets[2], "\n3\n") {
		t.Errorf("the number acknowledged is not on the sender's copy alone:\n%s", sheets)
	}
}

// TestTheMorningOverHTTP delivers, recounts with a difference, and prints
// statement, forms, protocol and export.
func TestTheMorningOverHTTP(t *testing.T) {
	l := webtest.NewReception(t)
	l.Sorted()
	k, g := l.As("karen"), l.As("grethe")
	base := "/afstemningssteder/" + l.Local
	g.OK(base, url.Values{"do": {"pack"}, "district": {"0751-1"}, "seals": {"S1 S2"}})
	xs, err := l.Store.Deliveries(t.Context(), l.Local)
	l.Must(err)
	path := base + "/aflevering/" + xs[0].ID
	if _, body := k.Get(base + "/erklaering.pdf"); !strings.Contains(webtest.PDFText(t, body), "Ikke afleveret") {
		t.Errorf("the statement does not say what is not delivered:\n%s", webtest.PDFText(t, body))
	}
	if code, body := g.Get(path); code != 200 || strings.Contains(body, ">12<") {
		t.Fatalf("%d, or the figure is shown before the recount", code)
	}
	g.OK(path, url.Values{"do": {"hand"}, "recount": {"11"}})
	g.OK(path, url.Values{"do": {"hand"}, "recount": {"11"}, "spoke_to": {"modtagelsen"}})
	l.Now = models.NewDate(2025, 11, 17).At(12, 0)
	out := base + "/resultat/0751-1"
	k.OK(out, url.Values{"considered": {"9"}, "code:3e": {"2"}, "place1": {"LYS"}, "placecode1": {"3e"}, "placen1": {"2"}, "examiner1": {l.Person["anna"]}, "examiner2": {l.Person["bo"]}})
	if code, _ := k.Post(out, url.Values{"considered": {"11"}, "examiner1": {l.Person["anna"]}, "examiner2": {l.Person["bo"]}}); code == http.StatusSeeOther {
		t.Error("entered twice without a reason")
	}
	protocol := "/protokol/" + l.Local
	if code, body := k.Get(protocol); code != 200 || !strings.Contains(body, `name="reference"`) {
		t.Fatalf("%d: no form for the decision", code)
	}
	k.OK(protocol, url.Values{"date": {"2025-03-04"}, "body": {"Byrådet"}, "reference": {"pkt. 12"}})
	stats := "/statistik/" + l.Local
	gone := "/tilintetgoerelse/" + l.Local
	k.OK(gone, url.Values{"do": {"hold"}, "reason": {"Klage over valget"}})
	for _, p := range []string{gone, gone + "/referat.pdf", "/api/v1/elections/" + l.Local + "/estate", stats, stats + "/offentlig.csv", stats + "/offentlig.xlsx", "/api/v1/elections/" + l.Local + "/statistics", "/api/v1/elections/" + l.Local + "/statistics/public", base, out, path, base + "/erklaering.pdf", base + "/afleveringer.pdf", protocol, protocol + "/protokol.pdf", protocol + "/protokol.csv", protocol + "/slutrapport.pdf", protocol + "/valgsystem.csv",
		"/api/v1/elections/" + l.Local + "/morning", "/api/v1/elections/" + l.Local + "/examinations", "/api/v1/elections/" + l.Local + "/protocol"} {
		if code, body := k.Get(p); code != 200 {
			t.Errorf("%s: %d %s", p, code, body)
		}
	}
	for _, p := range []string{stats, base + "/erklaering.pdf"} { // reception counts blind and sees no sums
		if code, _ := g.Get(p); code != 403 {
			t.Errorf("reception sees %s: %d", p, code)
		}
	}
	_, csv := k.Get(protocol + "/valgsystem.csv")
	if !strings.HasPrefix(csv, "\ufeffkommunekode;") || !strings.Contains(csv, ";11;9;0;0;0;0;2;0;0\r\n") {
		t.Errorf("%s", csv)
	}
}
