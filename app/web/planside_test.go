package web

import (
	"net/url"
	"strings"
	"testing"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/store/readyplan"
)

// Two elections on one day, with the same bus at the same stops: each page says
// whose plan it is, with sign, name and word, and leads to the other; nothing is
// told by an id.
func TestTwoElectionsSideBySide(t *testing.T) {
	t.Parallel()
	l := newLibrary(t)
	l.withLead()
	_, err := l.store.AddPlace(t.Context(), l.act(), models.Place{ID: "BUS", Name: "Bogbussen", Kind: models.PlaceMobile, Model: models.ModelLibrary, Address: "Ruten", Postcode: "8320", City: "Mårslet", Booths: 1,
		Stops: []models.TourStop{{Name: "Mårslet Skole", Lat: 56.068, Lon: 10.161}, {Name: "Spørring Kirke", Lat: 56.264, Lon: 10.133}}})
	l.must(err)
	karen, lars := l.as("karen"), l.as("lars")
	day := models.DateOf(l.now).Danish()
	karen.ok("/valg/ny", url.Values{"type": {"fv"}, "name": {"Folketingsvalg 2025"}, "date": {"16.12.2025"}, "called": {day}, "colour": {"#B3540A"}})
	karen.ok("/valg/ny", url.Values{"type": {"ep"}, "name": {"Europa-Parlamentsvalg 2025"}, "date": {"16.12.2025"}, "colour": {"#B0186B"}})
	for _, x := range []struct{ id, own, mark, other string }{
		{"FV25", "Folketingsvalg 2025", `data-hue="4">Folketingsvalg 2025 (ORANGE)`, `<a href="/plan/EP25" data-hue="5">Europa-Parlamentsvalg 2025 (PINK)</a>`},
		{"EP25", "Europa-Parlamentsvalg 2025", `data-hue="5">Europa-Parlamentsvalg 2025 (PINK)`, `<a href="/plan/FV25" data-hue="4">Folketingsvalg 2025 (ORANGE)</a>`},
	} {
		at := "/plan/" + x.id
		_, body := karen.get(at + "/regler")
		karen.ok(at+"/regler", rules(markValue.FindStringSubmatch(body)[1], "save", [5]string{"BUS|0", "9.12.2025", "14-15.30", "", ""}, [5]string{"BUS|1", "9.12.2025", "15.45-17", "", ""}))
		for _, page := range []string{"", "/fund", "/versioner", "/aendringer", "/kort", "/prognose", "/sted/BUS"} {
			_, body := lars.get(at + page)
			if !strings.Contains(body, ": "+x.own+"</h1>") || !strings.Contains(body, x.mark) || page == "" && !strings.Contains(body, x.other) {
				t.Errorf("%s%s does not say whose plan it is", at, page)
			}
		}
		if _, body := lars.get("/valg/se/" + x.id); !strings.Contains(body, `href="`+at+`"`) {
			t.Errorf("no way from the election to %s", at)
		}
		if _, body := lars.get(at + "/sted/BUS"); !strings.Contains(body, "Bogbussen, 9.12.2025: fra Mårslet Skole til Spørring Kirke er der 15 minutter") {
			t.Error("the finding does not say on which day the drive is too short")
		}
		_, body = karen.get(at + "/offentliggoer")
		for _, want := range []string{"Det bliver offentliggjort", "Bogbussen: Mårslet Skole", "Bogbussen: Spørring Kirke", "<dt>Steder</dt><dd>1</dd>"} {
			if !strings.Contains(body, want) {
				t.Errorf("the page to publish on lacks %q", want)
			}
		}
	}
	_, err = readyplan.Publish(t.Context(), l.store, l.act, "FV25")
	l.must(err)
	if _, body := (visitor{l, nil}).get(site.PublicPath); !strings.Contains(body, "14.00–15.30</span>, Mårslet Skole") {
		t.Error("citizens are not told at which stop the bus is next")
	}
	// one that is published and then serves another election too: places are still counted, names stand for ids
	_, err = l.store.ServeAlso(t.Context(), l.act(), l.session, "FV25")
	l.must(err)
	_, body := karen.get("/plan/" + l.kv + "/offentliggoer")
	if strings.Contains(body, "<dt>Steder</dt><dd>0</dd>") || !strings.Contains(body, "valg: ") || strings.Contains(body, "FV25 ") || !strings.Contains(body, "Folketingsvalg 2025") {
		t.Errorf("%.3000s", body[strings.Index(body, "<main"):])
	}
}
