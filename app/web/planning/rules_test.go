package planning_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/brevstemme/brevstemme/app/web/webtest"
)

var markValue = regexp.MustCompile(`name="mark" value="([0-9a-f]+)"`)

// rules is a filled form of rules: five texts a line.
func rules(mark, do string, lines ...[5]string) url.Values {
	f := url.Values{"mark": {mark}, "do": {do}, "rows": {"9"}}
	for i, l := range lines {
		n := "." + string(rune('0'+i))
		f.Set("place"+n, l[0])
		f.Set("day"+n, l[1])
		f.Set("hours"+n, l[2])
		f.Set("until"+n, l[3])
		f.Set("reason"+n, l[4])
	}
	return f
}

// Rules are tried before they are saved, without JavaScript; what citizens were
// promised stays; who comes second is told.
func TestRulesOfAPlan(t *testing.T) {
	t.Parallel()
	l := webtest.NewLibrary(t)
	l.WithLead()
	karen := l.As("karen")
	path := "/plan/" + l.Local + "/regler"
	_, body := karen.Get(path)
	mark := markValue.FindStringSubmatch(body)
	if mark == nil || !strings.Contains(body, `value="LYS|-1"`) {
		t.Fatalf("no form: %s", body[:min(600, len(body))])
	}
	// 5.-7. November: Wednesday to Friday; 12 November 10-18 is promised.
	lines := [][5]string{{"LYS|-1", "ons-fre", "10-12, 13-17", "", ""}, {"LYS|-1", "6.11.2025", "14-20", "", ""}, {"LYS|-1", "7.11.2025", "lukket", "", "Personaledag"}}
	code, body := karen.Post(path, rules(mark[1], "preview", lines...))
	if code != 200 || !strings.Contains(body, "Nye tider") || !strings.Contains(body, "bliver stående") || strings.Contains(body, "Dine ændringer") {
		t.Fatalf("proposal: %d %s", code, webtest.ErrorsIn(body))
	}
	if _, week := karen.Get("/plan/" + l.Local + "?uge=2025-45"); strings.Contains(week, `value="10-12, 13-17"`) {
		t.Fatal("the proposal was saved")
	}
	if code, body := karen.Post(path, rules(mark[1], "save", [5]string{"LYS|-1", "hver dag", "22-2", "i morgen", ""}, [5]string{"", "man", "9-10", "", ""}, [5]string{"LYS|-1", "tir", "lukket", "", ""})); code != 422 ||
		!strings.Contains(body, "hver dag") || !strings.Contains(body, "går over midnat") || !strings.Contains(body, "i morgen") {
		t.Errorf("all that is wrong at once: %d %s", code, webtest.ErrorsIn(body))
	}
	if code, body := karen.Post(path, rules(mark[1], "save", [5]string{"", "man", "9-10", "", ""}, [5]string{"LYS|-1", "tir", "lukket", "", ""})); code != 422 || !strings.Contains(webtest.ErrorsIn(body), "Vælg et sted") || !strings.Contains(webtest.ErrorsIn(body), "hvorfor der er lukket") {
		t.Errorf("place and reason: %d %s", code, webtest.ErrorsIn(body))
	}
	karen.OK(path, rules(mark[1], "save", lines...))
	_, week := karen.Get("/plan/" + l.Local + "?uge=2025-45")
	for cell, want := range map[string]string{"05": "10-12, 13-17", "06": "10-12, 14-20", "07": ""} {
		if !strings.Contains(week, `name="c.LYS.2025-11-`+cell+`" value="`+want+`"`) && !(cell == "06" && strings.Contains(week, `name="c.LYS.2025-11-06" value="14-20"`)) {
			t.Errorf("5+%s: not %q", cell, want)
		}
	}
	if _, week := karen.Get("/plan/" + l.Local + "?uge=2025-46"); !strings.Contains(week, `name="c.LYS.2025-11-12" value="10-18"`) {
		t.Error("what was promised has changed")
	}
	if code, _ := karen.Post(path, rules(mark[1], "save", lines[0])); code != http.StatusConflict {
		t.Errorf("an old form was saved: %d", code)
	}
	_, body = karen.Get(path)
	if !strings.Contains(body, `value="ons, tor, fre"`) || !strings.Contains(body, `value="lukket"`) || !strings.Contains(body, `value="Personaledag"`) {
		t.Error("the rules do not come back as they were typed")
	}
	mark = markValue.FindStringSubmatch(body)
	karen.OK(path, rules(mark[1], "save", [5]string{"LYS|-1", "ons", "10-12", "", ""}))
	if _, week := karen.Get("/plan/" + l.Local + "?uge=2025-45"); !strings.Contains(week, `name="c.LYS.2025-11-05" value="10-12"`) || !strings.Contains(week, `name="c.LYS.2025-11-06" value=""`) {
		t.Error("drafts that no rule gives any more are still there")
	}
	if code, _ := l.As("lars").Get(path); code != http.StatusForbidden {
		t.Errorf("a library lead sees the rules: %d", code)
	}
}

// The plan is compared with hours that stand elsewhere.
func TestHoursPublishedElsewhere(t *testing.T) {
	t.Parallel()
	l := webtest.NewLibrary(t)
	l.WithLead()
	karen := l.As("karen")
	path := "/plan/" + l.Local + "/lister"
	bad := "place;date;from;until\r\nLystrup Bibliotek;12.11.2025;10;18\r\nLystrup Biblotek;12.11.2025;10;18\r\nLYS;i går;10;18\r\nLYS;13.11.2025;22;2\r\n"
	if code, body := karen.Send(path, "tider.csv", []byte(bad), "source", "hjemmesiden"); code != 422 || !strings.Contains(body, "Lystrup Biblotek") || !strings.Contains(body, "i går") || !strings.Contains(body, "22-2") {
		t.Errorf("errors per row: %d %s", code, webtest.ErrorsIn(body))
	}
	good := "place;date;from;until\r\nLystrup Bibliotek;12.11.2025;10.00;18.00\r\nlystrup bibliotek, Bystævnet 4;2025-11-13;10;18\r\n"
	if code, _ := karen.Send(path, "tider.csv", []byte(good)); code != 422 {
		t.Errorf("nobody said where the hours stand: %d", code)
	}
	if code, body := karen.Send(path, "tider.csv", []byte(good), "source", "hjemmesiden"); code != http.StatusSeeOther && code != 200 {
		t.Fatalf("compared: %d %s", code, webtest.ErrorsIn(body))
	}
	_, body := karen.Get(path)
	if strings.Count(body, "en anden liste siger") != 1 || !strings.Contains(body, "hjemmesiden") {
		t.Error("one of the two differs")
	}
	if _, body := karen.Get("/plan/" + l.Local + "/fund"); !strings.Contains(body, "en anden liste siger") {
		t.Error("the difference is not among the findings")
	}
	karen.OK(path, url.Values{"do": {"end"}})
	if _, body := karen.Get("/plan/" + l.Local + "/fund"); strings.Contains(body, "en anden liste siger") {
		t.Error("the comparison goes on")
	}
}

// Several contacts and the people who hold keys are kept with a place.
func TestContactsAndKeysOfAPlace(t *testing.T) {
	t.Parallel()
	l := webtest.NewLibrary(t)
	karen := l.As("karen")
	_, body := karen.Get("/steder/LYS/ret")
	key := regexp.MustCompile(`name="key_holders" value="([^"]+)"`).FindStringSubmatch(body)
	mark := markValue.FindStringSubmatch(body)
	if key == nil || mark == nil {
		t.Fatal("nobody may hold a key")
	}
	form := url.Values{"mark": {mark[1]}, "name": {"Lystrup Bibliotek"}, "kind": {"library"}, "address": {"Bystævnet 4"}, "contacts": {"Vagttelefon; 87 13 40 00\r\nLeder; 1; leder@example.dk"}, "key_holders": {key[1]}}
	bad := url.Values{"mark": {mark[1]}, "name": {"Lystrup Bibliotek"}, "kind": {"library"}, "contacts": {"a; b; c; d"}}
	if code, body := karen.Post("/steder/LYS/ret", bad); code != 422 || !strings.Contains(webtest.ErrorsIn(body), "a; b; c; d") {
		t.Errorf("a contact of four parts: %d", code)
	}
	karen.OK("/steder/LYS/ret", form)
	if _, body := karen.Get("/steder/LYS"); !strings.Contains(body, "Vagttelefon") || !strings.Contains(body, "leder@example.dk") || !strings.Contains(body, "Har nøgle") {
		t.Error("contacts and keys are not shown")
	}
	p, err := l.Store.Place(t.Context(), "LYS")
	l.Must(err)
	if len(p.Contacts) != 2 || len(p.KeyHolders) != 1 {
		t.Errorf("%+v %v", p.Contacts, p.KeyHolders)
	}
}
