package planning_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/app/web/webtest"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/store/readyplan"
)

// Two elections on one day, with the same bus at the same stops: each page says
// whose plan it is, with sign, name and word, and leads to the other; nothing is
// told by an id.
func TestTwoElectionsSideBySide(t *testing.T) {
	t.Parallel()
	l := webtest.NewLibrary(t)
	l.WithLead()
	_, err := l.Store.AddPlace(t.Context(), l.Act(), models.Place{ID: "BUS", Name: "Bogbussen", Kind: models.PlaceMobile, Model: models.ModelLibrary, Address: "Ruten", Postcode: "8320", City: "Mårslet", Booths: 1,
		Stops: []models.TourStop{{Name: "Mårslet Skole", Lat: 56.068, Lon: 10.161}, {Name: "Spørring Kirke", Lat: 56.264, Lon: 10.133}}})
	l.Must(err)
	karen, lars := l.As("karen"), l.As("lars")
	day := models.DateOf(l.Now).Danish()
	karen.OK("/valg/ny", url.Values{"type": {"fv"}, "name": {"Folketingsvalg 2025"}, "date": {"16.12.2025"}, "called": {day}, "colour": {"#B3540A"}})
	karen.OK("/valg/ny", url.Values{"type": {"ep"}, "name": {"Europa-Parlamentsvalg 2025"}, "date": {"16.12.2025"}, "colour": {"#B0186B"}})
	for _, x := range []struct{ id, own, mark, other string }{
		{"FV25", "Folketingsvalg 2025", `data-hue="4">Folketingsvalg 2025 (ORANGE)`, `<a href="/plan/EP25" data-hue="5">Europa-Parlamentsvalg 2025 (PINK)</a>`},
		{"EP25", "Europa-Parlamentsvalg 2025", `data-hue="5">Europa-Parlamentsvalg 2025 (PINK)`, `<a href="/plan/FV25" data-hue="4">Folketingsvalg 2025 (ORANGE)</a>`},
	} {
		at := "/plan/" + x.id
		_, body := karen.Get(at + "/regler")
		karen.OK(at+"/regler", rules(markValue.FindStringSubmatch(body)[1], "save", [5]string{"BUS|0", "9.12.2025", "14-15.30", "", ""}, [5]string{"BUS|1", "9.12.2025", "15.45-17", "", ""}))
		for _, page := range []string{"", "/fund", "/versioner", "/aendringer", "/kort", "/prognose", "/sted/BUS"} {
			_, body := lars.Get(at + page)
			if !strings.Contains(body, ": "+x.own+"</h1>") || !strings.Contains(body, x.mark) || page == "" && !strings.Contains(body, x.other) {
				t.Errorf("%s%s does not say whose plan it is", at, page)
			}
		}
		if _, body := lars.Get("/valg/se/" + x.id); !strings.Contains(body, `href="`+at+`"`) {
			t.Errorf("no way from the election to %s", at)
		}
		if _, body := lars.Get(at + "/sted/BUS"); !strings.Contains(body, "Bogbussen, 9.12.2025: fra Mårslet Skole til Spørring Kirke er der 15 minutter") {
			t.Error("the finding does not say on which day the drive is too short")
		}
		_, body = karen.Get(at + "/offentliggoer")
		for _, want := range []string{"Det bliver offentliggjort", "Bogbussen: Mårslet Skole", "Bogbussen: Spørring Kirke", "<dt>Steder</dt><dd>1</dd>"} {
			if !strings.Contains(body, want) {
				t.Errorf("the page to publish on lacks %q", want)
			}
		}
	}
	_, err = readyplan.Publish(t.Context(), l.Store, l.Act, "FV25")
	l.Must(err)
	if _, body := l.Nobody().Get(site.PublicPath); !strings.Contains(body, "14.00–15.30</span>, Mårslet Skole") {
		t.Error("citizens are not told at which stop the bus is next")
	}
	// one that is published and then serves another election too: places are still counted, names stand for ids
	_, err = l.Store.ServeAlso(t.Context(), l.Act(), l.Session, "FV25")
	l.Must(err)
	_, body := karen.Get("/plan/" + l.Local + "/offentliggoer")
	if strings.Contains(body, "<dt>Steder</dt><dd>0</dd>") || !strings.Contains(body, "valg: ") || strings.Contains(body, "FV25 ") || !strings.Contains(body, "Folketingsvalg 2025") {
		t.Errorf("%.3000s", body[strings.Index(body, "<main"):])
	}
}
