package planning_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	planningpages "github.com/brevstemme/brevstemme/app/web/planning"
	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/app/web/webtest"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/planning"
)

// A municipality's first election here has its forecast from figures that it kept
// before: read in, replaced, taken out.
func TestEarlierFiguresAreReadIn(t *testing.T) {
	t.Parallel()
	l := webtest.NewLibrary(t)
	p := past{l, l.As("karen"), "/plan/" + l.Local + "/prognose"}
	if !strings.Contains(p.forecast(), "0–1200") {
		t.Fatal("there is a past already")
	}
	p.refusesWhatIsWrong()
	p.readsAFile()
	p.isToldByAProgram()
	p.takesOut("KV21", "KV17")
	if !strings.Contains(p.forecast(), "0–1200") {
		t.Error("what was taken out still counts")
	}
}

// past is the earlier figures of the local election, at its page of the forecast.
type past struct {
	*webtest.Library
	karen webtest.Visitor
	path  string
}

// form is the address of the page where figures are read in and taken out.
func (p past) form() string { return p.path + "/tidligere" }

// forecast is the page that says what is expected of 1,200 votes.
func (p past) forecast() string {
	p.T.Helper()
	_, body := p.karen.Get(p.path + "?stemmer=1200&uge=alle")
	return body
}

// reads hands in a file of the election KV21, which ended on the day last.
func (p past) reads(last, file string) (int, string) {
	p.T.Helper()
	return p.karen.Send(p.form(), "kv21.csv", []byte(file), "name", "KV21", "last", last)
}

func (p past) refusesWhatIsWrong() {
	p.T.Helper()
	bad := "place;date;votes\r\nLYS;8.11.2021;40\r\nLystrup Biblotek;9.11.2021;40\r\nLYS;30.11.2021;40\r\nLYS;10.11.2021;fyrre\r\n"
	if code, body := p.reads("12.11.2021", bad); code != 422 || !strings.Contains(body, "Lystrup Biblotek") || !strings.Contains(body, "30.11.2021") || !strings.Contains(body, "fyrre") || !strings.Contains(body, `value="KV21"`) {
		p.T.Errorf("errors by row: %d %s", code, webtest.ErrorsIn(body))
	}
	if code, body := p.reads("1.12.2025", "place;date;votes\r\nLYS;8.11.2021;40\r\n"); code != 422 || !strings.Contains(body, "18.11.2025") {
		p.T.Errorf("an election to come was taken for a past one: %d", code)
	}
	if code, _ := p.As("anna").Get(p.form()); code != http.StatusForbidden {
		p.T.Errorf("a receiver sees the form: %d", code)
	}
}

func (p past) readsAFile() {
	p.T.Helper()
	good := "place;date;votes\r\nLystrup Bibliotek;8.11.2021;40\r\nLYS;9.11.2021;60\r\nLYS;12.11.2021;100\r\n"
	if code, body := p.reads("12.11.2021", good); code != http.StatusSeeOther {
		p.T.Fatalf("%d %s", code, webtest.ErrorsIn(body))
	}
	if body := p.forecast(); strings.Contains(body, "0–1200") || !strings.Contains(body, "KV21") {
		p.T.Error("the forecast does not stand on what was read in")
	}
	if _, body := p.karen.Get(p.form()); !strings.Contains(body, "200") || !strings.Contains(body, "12.11.2021") {
		p.T.Error("the page does not say what is kept")
	}
}

// isToldByAProgram reads in one more election, KV17, over JSON.
func (p past) isToldByAProgram() {
	p.T.Helper()
	api := "elections/" + p.Local + "/earlier"
	in := planningpages.EarlierIn{Name: "KV17", Last: models.NewDate(2017, 11, 17), Votes: []planning.EarlierVotes{{Place: "LYS", Day: models.NewDate(2017, 11, 16), N: 70}}}
	var kept planning.Earlier
	if code, body := p.karen.Say(api, in, &kept); code != 200 || kept.Total() != 70 {
		p.T.Fatalf("%d %s", code, body)
	}
	in.Votes[0].Place = "NOWHERE"
	if code, body := p.karen.Say(api, in, nil); code != 422 || !strings.Contains(body, "NOWHERE") {
		p.T.Errorf("%d %s", code, body)
	}
	if body := p.forecast(); !strings.Contains(body, "KV21, KV17") {
		p.T.Error("newest first")
	}
}

// takesOut removes elections with a double click each: the second click finds
// nothing to take out, and is answered as the first.
func (p past) takesOut(names ...string) {
	p.T.Helper()
	if code, body := p.karen.Post(p.form(), url.Values{"do": {"remove"}, "which": {"KV09"}}); code != 422 {
		p.T.Errorf("%d %s", code, webtest.ErrorsIn(body))
	}
	for _, name := range names {
		form := url.Values{"do": {"remove"}, "which": {name}, site.KeyField: {"remove-" + name}}
		for range 2 {
			req, err := http.NewRequest(site.POST, p.URL+p.form(), strings.NewReader(form.Encode()))
			p.Must(err)
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			if code, body, _ := p.karen.Do(req); code != http.StatusSeeOther {
				p.T.Fatalf("%s: %d %s", name, code, webtest.ErrorsIn(body))
			}
		}
	}
}
