package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	planningpages "github.com/brevstemme/brevstemme/app/web/planning"
	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/planning"
)

// A municipality's first election here has its forecast from figures that it kept
// before: read in, replaced, taken out.
func TestEarlierFiguresAreReadIn(t *testing.T) {
	t.Parallel()
	l := newLibrary(t)
	karen, path := l.as("karen"), "/plan/"+l.kv+"/prognose"
	forecast := func() string { _, body := karen.get(path + "?stemmer=1200&uge=alle"); return body }
	if !strings.Contains(forecast(), "0–1200") {
		t.Fatal("there is a past already")
	}
	form := path + "/tidligere"
	bad := "place;date;votes\r\nLYS;8.11.2021;40\r\nLystrup Biblotek;9.11.2021;40\r\nLYS;30.11.2021;40\r\nLYS;10.11.2021;fyrre\r\n"
	if code, body := karen.send(form, "kv21.csv", []byte(bad), "name", "KV21", "last", "12.11.2021"); code != 422 || !strings.Contains(body, "Lystrup Biblotek") || !strings.Contains(body, "30.11.2021") || !strings.Contains(body, "fyrre") || !strings.Contains(body, `value="KV21"`) {
		t.Errorf("errors by row: %d %s", code, errorsIn(body))
	}
	if code, body := karen.send(form, "kv21.csv", []byte("place;date;votes\r\nLYS;8.11.2021;40\r\n"), "name", "KV21", "last", "1.12.2025"); code != 422 || !strings.Contains(body, "18.11.2025") {
		t.Errorf("an election to come was taken for a past one: %d", code)
	}
	good := "place;date;votes\r\nLystrup Bibliotek;8.11.2021;40\r\nLYS;9.11.2021;60\r\nLYS;12.11.2021;100\r\n"
	if code, body := karen.send(form, "kv21.csv", []byte(good), "name", "KV21", "last", "12.11.2021"); code != http.StatusSeeOther {
		t.Fatalf("%d %s", code, errorsIn(body))
	}
	if body := forecast(); strings.Contains(body, "0–1200") || !strings.Contains(body, "KV21") {
		t.Error("the forecast does not stand on what was read in")
	}
	if _, body := karen.get(form); !strings.Contains(body, "200") || !strings.Contains(body, "12.11.2021") {
		t.Error("the page does not say what is kept")
	}
	if code, _ := l.as("anna").get(form); code != http.StatusForbidden {
		t.Errorf("a receiver sees the form: %d", code)
	}

	api := "elections/" + l.kv + "/earlier"
	in := planningpages.EarlierIn{Name: "KV17", Last: models.NewDate(2017, 11, 17), Votes: []planning.EarlierVotes{{Place: "LYS", Day: models.NewDate(2017, 11, 16), N: 70}}}
	var kept planning.Earlier
	if code, body := karen.say(api, in, &kept); code != 200 || kept.Total() != 70 {
		t.Fatalf("%d %s", code, body)
	}
	in.Votes[0].Place = "NOWHERE"
	if code, body := karen.say(api, in, nil); code != 422 || !strings.Contains(body, "NOWHERE") {
		t.Errorf("%d %s", code, body)
	}
	if body := forecast(); !strings.Contains(body, "KV21, KV17") {
		t.Error("newest first")
	}
	if code, body := karen.post(form, url.Values{"do": {"remove"}, "which": {"KV09"}}); code != 422 {
		t.Errorf("%d %s", code, errorsIn(body))
	}
	for _, name := range []string{"KV21", "KV17"} {
		key := url.Values{"do": {"remove"}, "which": {name}, site.KeyField: {"remove-" + name}}
		for range 2 { // the second click finds nothing to take out, and is answered as the first
			req, err := http.NewRequest(site.POST, l.url+form, strings.NewReader(key.Encode()))
			l.must(err)
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			if code, body, _ := karen.do(req); code != http.StatusSeeOther {
				t.Fatalf("%s: %d %s", name, code, errorsIn(body))
			}
		}
	}
	if !strings.Contains(forecast(), "0–1200") {
		t.Error("what was taken out still counts")
	}
}
