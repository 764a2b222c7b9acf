package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/onward"
	"github.com/brevstemme/brevstemme/models/store/persons"
)

// newReception is a library whose municipality has a reception, two people in
// it, and three polling districts.
func newReception(t *testing.T) *library {
	l := newLibrary(t)
	_, err := l.store.AddPlace(t.Context(), l.act(), models.Place{ID: "BORG", Name: "Borgerservice, modtagelsen", Kind: models.PlaceReception})
	l.must(err)
	for _, name := range []string{"grethe", "ole"} {
		p, err := l.store.AddWithAccount(t.Context(), l.act(), persons.NewPerson{Name: name, Person: models.Person{Roles: []models.Role{models.RoleReception}}}, persons.Credentials{Login: name, Password: "et langt kodeord"})
		l.must(err)
		l.person[name] = p.ID
	}
	var ds []onward.District
	for i := 1; i <= 3; i++ {
		ds = append(ds, onward.District{Code: "0751", Number: i, Name: fmt.Sprintf("Område %d, (a/b)", i), Station: fmt.Sprint("Skole ", i), Lat: 56 + float64(i)/100, Lon: 10, Voters: 1000})
	}
	l.must(l.store.SaveDistricts(t.Context(), l.act(), ds, true))
	return l
}

func TestSortingOverHTTP(t *testing.T) {
	l := newReception(t)
	g, o := l.as("grethe"), l.as("ole")
	code, body := g.get("/sortering/" + l.kv)
	if code != 200 || !strings.Contains(body, "Område 2, (a/b)") {
		t.Fatalf("%d %s", code, body)
	}
	form := url.Values{"do": {"sort"}, "pile:own:0751-1": {"12"}, "code1": {"0461"}, "other1": {"3"}}
	code, body = g.post("/sortering/"+l.kv, form)
	if code != http.StatusUnprocessableEntity && code != http.StatusBadRequest {
		t.Fatalf("an empty store was sorted: %d %s", code, body)
	}
	if _, err := l.store.Arrive(t.Context(), models.Act{Key: "arrive-0001", Person: l.person["grethe"]}, l.kv, "BORG", onward.ArriveCmd{From: "0461", Stated: -1, Count: 15}); err != nil {
		t.Fatal(err)
	}
	if code, body = g.post("/sortering/"+l.kv, form); code != http.StatusSeeOther {
		t.Fatalf("%d %s", code, body)
	}
	all, err := l.store.Sortings(t.Context(), l.kv)
	l.must(err)
	path := "/sortering/" + l.kv + "/tael/" + all[0].ID
	code, body = o.get(path)
	if code != 200 || strings.Contains(body, `value="12"`) {
		t.Fatalf("%d, or the second counter sees the first count", code)
	}
	if code, body = o.post(path, url.Values{"pile:own:0751-1": {"12"}, "pile:other:0461": {"3"}}); code != http.StatusSeeOther {
		t.Fatalf("%d %s", code, body)
	}
	bins, err := l.store.Bins(t.Context(), l.kv)
	l.must(err)
	if bins["own:0751-1"] != 12 || bins["other:0461"] != 3 {
		t.Fatalf("%v", bins)
	}
	for _, p := range []string{"/sortering", "/sortering/" + l.kv + "/omraader", "/sortering/" + l.kv + "/sorteringsliste.pdf", "/modtaget-fra-andre/" + l.kv, "/api/v1/elections/" + l.kv + "/arrivals", "/api/v1/elections/" + l.kv + "/bins", "/api/v1/elections/" + l.kv + "/districts"} {
		if code, body := g.get(p); code != 200 {
			t.Errorf("%s: %d %s", p, code, body)
		}
	}
}

// sorted puts 12 votes into district 1 and 3 into the bin of Odense.
func (l *library) sorted() {
	l.t.Helper()
	ctx := l.t.Context()
	by := func(who string) models.Act { a := l.act(); a.Person = l.person[who]; return a }
	_, err := l.store.Arrive(ctx, by("grethe"), l.kv, "BORG", onward.ArriveCmd{From: "0101", Stated: -1, Count: 15})
	l.must(err)
	piles := map[string]int{"own:0751-1": 12, "other:0461": 3}
	x, err := l.store.SortFirst(ctx, by("grethe"), l.kv, "BORG", "", piles)
	l.must(err)
	_, err = l.store.SortAgain(ctx, by("ole"), x.ID, piles)
	l.must(err)
}

func TestForwardingOverHTTP(t *testing.T) {
	l := newReception(t)
	l.sorted()
	k, g := l.as("karen"), l.as("grethe")
	base := "/videresendelse/" + l.kv
	k.ok(base+"/transport", url.Values{"do": {"carrier"}, "name": {"Bud"}, "kind": {"courier"}, "weekdays": {"1", "2", "3", "4", "5"}, "times": {"14.30, 16"}, "minutes": {"120"}})
	g.ok(base, url.Values{"do": {"pack"}, "to": {"0461"}, "packets": {"2 A1\n1"}})
	all, err := l.store.Consignments(t.Context(), l.kv)
	l.must(err)
	path := base + "/se/" + all[0].ID
	code, body := g.get(path)
	_, rest, ok := strings.Cut(body, `name="departure" value="`)
	departure, _, _ := strings.Cut(rest, `"`)
	if code != 200 || !ok {
		t.Fatalf("%d no departure offered\n%s", code, body)
	}
	g.ok(path, url.Values{"do": {"send"}, "departure": {strings.ReplaceAll(departure, "&#43;", "+")}})
	token, err := l.store.AckToken(t.Context(), all[0].ID)
	l.must(err)
	nobody := visitor{l: l}
	if code, body := nobody.get("/a/" + token); code != 200 || strings.Contains(body, ">3<") || strings.Contains(body, "A1") {
		t.Fatalf("%d, or figures on the recipient's page\n%s", code, body)
	}
	if code, _ := nobody.get("/a/" + token[:25] + "Z"); code != 404 && token[25] != 'Z' {
		t.Errorf("an altered code: %d", code)
	}
	for _, p := range []string{base, base + "/transport", path, path + "/foelgeliste.pdf", "/api/v1/elections/" + l.kv + "/consignments", "/api/v1/elections/" + l.kv + "/last-safe"} {
		if code, body := k.get(p); code != 200 {
			t.Errorf("%s: %d %s", p, code, body)
		}
	}
	nobody.ok("/a/"+token, url.Values{"count": {"3"}, "number": {"2"}, "intact": {"yes"}})
	if code, _ := nobody.post("/a/"+token, url.Values{"count": {"4"}, "number": {"2"}, "intact": {"yes"}}); code == http.StatusSeeOther {
		t.Error("acknowledged twice")
	}
	c, err := l.store.Consignment(t.Context(), all[0].ID)
	if err != nil || c.State != onward.ConsignmentDone {
		t.Fatalf("%+v %v", c, err)
	}
	_, body = k.get(path + "/foelgeliste.pdf")
	if sheets := strings.SplitAfter(pdfText(t, body), "\f"); !strings.Contains(sheets[0], "Talt\n3\n") || strings.Contains(sheets[1]+sheets[2], "\n3\n") {
		t.Errorf("the number acknowledged is not on the sender's copy alone:\n%s", sheets)
	}
}

// TestTheMorningOverHTTP delivers, recounts with a difference, and prints
// statement, forms, protocol and export.
func TestTheMorningOverHTTP(t *testing.T) {
	l := newReception(t)
	l.sorted()
	k, g := l.as("karen"), l.as("grethe")
	base := "/afstemningssteder/" + l.kv
	g.ok(base, url.Values{"do": {"pack"}, "district": {"0751-1"}, "seals": {"S1 S2"}})
	xs, err := l.store.Deliveries(t.Context(), l.kv)
	l.must(err)
	path := base + "/aflevering/" + xs[0].ID
	if _, body := k.get(base + "/erklaering.pdf"); !strings.Contains(pdfText(t, body), "Ikke afleveret") {
		t.Errorf("the statement does not say what is not delivered:\n%s", pdfText(t, body))
	}
	if code, body := g.get(path); code != 200 || strings.Contains(body, ">12<") {
		t.Fatalf("%d, or the figure is shown before the recount", code)
	}
	g.ok(path, url.Values{"do": {"hand"}, "recount": {"11"}})
	g.ok(path, url.Values{"do": {"hand"}, "recount": {"11"}, "spoke_to": {"modtagelsen"}})
	l.now = models.NewDate(2025, 11, 17).At(12, 0)
	out := base + "/resultat/0751-1"
	k.ok(out, url.Values{"considered": {"9"}, "code:3e": {"2"}, "place1": {"LYS"}, "placecode1": {"3e"}, "placen1": {"2"}, "examiner1": {l.person["anna"]}, "examiner2": {l.person["bo"]}})
	if code, _ := k.post(out, url.Values{"considered": {"11"}, "examiner1": {l.person["anna"]}, "examiner2": {l.person["bo"]}}); code == http.StatusSeeOther {
		t.Error("entered twice without a reason")
	}
	protocol := "/protokol/" + l.kv
	if code, body := k.get(protocol); code != 200 || !strings.Contains(body, `name="reference"`) {
		t.Fatalf("%d: no form for the decision", code)
	}
	k.ok(protocol, url.Values{"date": {"2025-03-04"}, "body": {"Byrådet"}, "reference": {"pkt. 12"}})
	stats := "/statistik/" + l.kv
	gone := "/tilintetgoerelse/" + l.kv
	k.ok(gone, url.Values{"do": {"hold"}, "reason": {"Klage over valget"}})
	for _, p := range []string{gone, gone + "/referat.pdf", "/api/v1/elections/" + l.kv + "/estate", stats, stats + "/offentlig.csv", stats + "/offentlig.xlsx", "/api/v1/elections/" + l.kv + "/statistics", "/api/v1/elections/" + l.kv + "/statistics/public", base, out, path, base + "/erklaering.pdf", base + "/afleveringer.pdf", protocol, protocol + "/protokol.pdf", protocol + "/protokol.csv", protocol + "/slutrapport.pdf", protocol + "/valgsystem.csv",
		"/api/v1/elections/" + l.kv + "/morning", "/api/v1/elections/" + l.kv + "/examinations", "/api/v1/elections/" + l.kv + "/protocol"} {
		if code, body := k.get(p); code != 200 {
			t.Errorf("%s: %d %s", p, code, body)
		}
	}
	for _, p := range []string{stats, base + "/erklaering.pdf"} { // reception counts blind and sees no sums
		if code, _ := g.get(p); code != 403 {
			t.Errorf("reception sees %s: %d", p, code)
		}
	}
	_, csv := k.get(protocol + "/valgsystem.csv")
	if !strings.HasPrefix(csv, "\ufeffkommunekode;") || !strings.Contains(csv, ";11;9;0;0;0;0;2;0;0\r\n") {
		t.Errorf("%s", csv)
	}
}
