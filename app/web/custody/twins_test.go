package custody_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	custodypages "github.com/brevstemme/brevstemme/app/web/custody"
	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/app/web/webtest"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/evening"
)

// road is the whole road of a box, played by its twins.
type road struct{ *webtest.Twins }

// unplayed are the routes of acts that play does not cover, with where they are
// tested instead.
var unplayed = map[string]string{
	"handovers/:id/attachments":  "TestFilesOfAHandover: files, not JSON",
	"deviations/:id/attachments": "TestFilesOfAHandover: files, not JSON",

	"handovers/:id/collect-on-paper": "TestASignatureOnPaperOverJSON",
	"handovers/:id/link":             "TestACouriersLinkOverJSON: outside the book",
	"courier-links/open":             "TestACouriersLinkOverJSON: outside the book",
	"courier-links/collect":          "TestACouriersLinkOverJSON: without a login",
}

// Every act of custody over JSON: by the right person, by one without the role,
// by one from another place, with each field wrong, and replayed.
func TestTheTwinsOverJSON(t *testing.T) {
	d := &road{webtest.NewTwins(t)}
	d.theSeals()
	d.theOpening()
	d.theContents()
	d.theSealing()
	d.isDriven()
	d.theDeviation()
	d.theLoss()
	d.theDay()
	d.everyRouteWasPlayed()
}

// everyRouteWasPlayed compares what was played with the table of routes.
func (d *road) everyRouteWasPlayed() {
	d.T.Helper()
	have := map[string]bool{}
	for act := range d.Played {
		have[seqOf.ReplaceAllString(idOf.ReplaceAllString(act, "$1/:id"), "$1/:seq")] = true
	}
	for _, r := range custodypages.Routes(d.Web.Server) {
		act, ok := strings.CutPrefix(r.Path, "/api/v1/")
		if ok && r.Method == site.POST && !have[act] && unplayed[act] == "" {
			d.T.Errorf("POST %s is not played", r.Path)
		}
	}
}

// What stands for the parameter in the path of an act.
var (
	idOf  = regexp.MustCompile(`^(containers|handovers|deviations)/[0-9A-Z]+`)
	seqOf = regexp.MustCompile(`^(entries)/[0-9]+`)
)

// What is read of the evening: the rounds and the form quality, by whom and where.
func TestTheEveningOverJSON(t *testing.T) {
	d := webtest.NewDepot(t)
	read := func(login, path string, out any) int {
		code, body := d.As(login).Get("/api/v1/" + path)
		if code == 200 {
			d.Must(json.Unmarshal([]byte(body), out))
		} else if !strings.Contains(body, `"code"`) {
			t.Errorf("%s: %d %s", path, code, body)
		}
		return code
	}
	var rounds, early []evening.Round
	if code := read("karen", "route-plan", &rounds); code != 200 || len(rounds) != 1 || len(rounds[0].Visits) != 1 || rounds[0].Visits[0].Place.ID != "LYS" {
		t.Fatalf("%d %+v", code, rounds)
	}
	if read("karen", "route-plan?senest=18.30&bude=2", &early); len(early) != 1 || early[0].Visits[0].Slack >= rounds[0].Visits[0].Slack {
		t.Errorf("an earlier deadline leaves less: %+v", early)
	}
	for query, field := range map[string]string{"senest=soon": "senest", "bude=0": "bude", "bude=mange": "bude", "dag=igaar": "dag"} {
		code, body := d.As("karen").Get("/api/v1/route-plan?" + query)
		if code != 422 || !strings.Contains(body, `"field":"`+field+`"`) {
			t.Errorf("%s: %d %s", query, code, body)
		}
		if code, body := d.As("karen").Get("/ruteplan?" + query); code != 422 || !strings.Contains(body, `class="errors"`) {
			t.Errorf("the page with %s: %d", query, code)
		}
	}
	var q []custody.Quality
	if read("karen", "quality", &q); len(q) != 0 {
		t.Errorf("no handovers: %+v", q)
	}
	d.OnTheWay()
	if read("karen", "quality", &q); len(q) != 1 || q[0].Place != "LYS" || q[0].Handovers != 1 || q[0].NoSecond != 1 {
		t.Errorf("%+v", q)
	}
	if read("lise", "quality", &q); len(q) != 0 {
		t.Errorf("another library reads of %+v", q)
	}
	for _, path := range []string{"route-plan", "quality", "day"} {
		for who, want := range map[string]int{"anna": 403, "kurt": 403, "aud": 200, "rita": 200} {
			if code := read(who, path, new(any)); code != want {
				t.Errorf("%s by %s: %d, want %d", path, who, code, want)
			}
		}
	}
}
