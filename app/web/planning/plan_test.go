package planning_test

import (
	"bytes"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	ics "github.com/arran4/golang-ical"
	"github.com/xuri/excelize/v2"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/app/web/webtest"
	"github.com/brevstemme/brevstemme/models/planning"
)

var tickValues = regexp.MustCompile(`name="finding" value="([^"]*)"`)

// The whole road over HTTP: type a day, ask, counter, take, tick, publish,
// change at short notice; the citizen sees old and new.
func TestPlanByForms(t *testing.T) {
	t.Parallel()
	l := webtest.NewLibrary(t)
	l.WithLead()
	karen, lars := l.As("karen"), l.As("lars")
	at := "/plan/" + l.Local
	if code, body := karen.Get(at + "?uge=2025-46"); code != 200 || !strings.Contains(body, `name="c.LYS.2025-11-12" value="10-18"`) {
		t.Fatalf("matrix: %d", code)
	}
	if code, body := karen.Post(at, url.Values{"week": {"2025-46"}, "c.LYS.2025-11-13": {"ni-fem"}, "w.LYS.2025-11-13": {""}}); code != 422 || !strings.Contains(webtest.ErrorsIn(body), "ni-fem") || !strings.Contains(body, `value="ni-fem"`) {
		t.Errorf("what cannot be read: %d %s", code, webtest.ErrorsIn(body))
	}
	karen.OK(at, url.Values{"week": {"2025-46"}, "c.LYS.2025-11-13": {"10-18"}, "w.LYS.2025-11-13": {""}, "c.LYS.2025-11-12": {"10-18"}, "w.LYS.2025-11-12": {"10-18"}})
	if code, body := karen.Post(at, url.Values{"week": {"2025-46"}, "c.LYS.2025-11-13": {"11-15"}, "w.LYS.2025-11-13": {""}}); code != http.StatusConflict || !strings.Contains(body, "Du skrev") || !strings.Contains(body, `value="11-15"`) {
		t.Errorf("the second editor: %d", code)
	}
	karen.OK(at+"/foreslaa", url.Values{"place": {"LYS"}, "due": {"13.11.2025"}})
	_, body := lars.Get("/aftaler")
	series := regexp.MustCompile(`/aftaler/(A[0-9A-Z]+)`).FindStringSubmatch(body)
	if series == nil || !strings.Contains(body, "senest 13.11.2025") {
		t.Fatalf("the lead sees no proposal, or no reminder: %s", body[:min(900, len(body))])
	}
	talk := "/aftaler/" + series[1]
	_, body = lars.Get(talk)
	var ids []string
	for _, m := range regexp.MustCompile(`name="session" value="(S[0-9A-Z]+)"`).FindAllStringSubmatch(body, -1) {
		ids = append(ids, m[1])
	}
	if len(ids) != 2 {
		t.Fatalf("%d sessions in the series", len(ids))
	}
	if code, _ := lars.Post(talk, url.Values{"session": ids[1:], "act": {"counter"}, "hours": {"11-18"}}); code != 422 {
		t.Errorf("countered without a reason: %d", code)
	}
	lars.OK(talk, url.Values{"session": ids[1:], "act": {"counter"}, "hours": {"11-18"}, "reason": {"Møde til 11"}})
	lars.OK(talk, url.Values{"session": ids[:1], "act": {"accept"}})
	karen.OK(talk, url.Values{"session": ids[1:], "act": {"take"}})
	if _, body = karen.Get(talk); !strings.Contains(body, "»Møde til 11«") || strings.Count(body, "aftalt") < 2 {
		t.Error("the steps are not all there")
	}
	publishAndChange(l, karen, at)
}

func publishAndChange(l *webtest.Library, karen webtest.Visitor, at string) {
	t := l.T
	if code, _ := karen.Post(at+"/offentliggoer", url.Values{}); code != http.StatusConflict {
		t.Errorf("published with warnings open: %d", code)
	}
	_, body := karen.Get(at + "/fund")
	var which []string
	for _, m := range tickValues.FindAllStringSubmatch(body, -1) {
		which = append(which, m[1])
	}
	if len(which) == 0 || !strings.Contains(body, "Særlige hjælpemidler") {
		t.Fatal("no findings")
	}
	if code, _ := karen.Post(at+"/fund", url.Values{"finding": which}); code != 422 {
		t.Errorf("ticked without a reason: %d", code)
	}
	karen.OK(at+"/fund", url.Values{"finding": which, "reason": {"CCTV findes på Dokk1"}})
	karen.OK(at+"/offentliggoer", url.Values{"reason": {"En dag mere i Lystrup"}})
	nobody := l.Nobody()
	if _, body = nobody.Get(site.PublicPath + "/LYS"); !strings.Contains(body, "torsdag 13.11.2025") {
		t.Error("the published day is not public")
	}
	karen.OK(at+"/udvid", url.Values{"places": {"LYS"}, "day": {"13.11.2025"}, "until": {"19"}, "reason": {"Lang kø"}})
	_, body = nobody.Get(site.PublicPath)
	for _, want := range []string{"11.00–18.00", "11.00–19.00", "Lang kø"} {
		if !strings.Contains(body, want) {
			t.Errorf("the change notice lacks %q", want)
		}
	}
	if _, body = nobody.Get(site.PublicPath + ".ics"); !strings.Contains(body, "SEQUENCE:1") {
		t.Error("SEQUENCE did not grow")
	}
	if _, body = l.As("lars").Get(at + "/aendringer"); !strings.Contains(body, "Lang kø") || !strings.Contains(body, "Jeg kender ændringen") {
		t.Error("the lead is not told")
	}
	if _, body = karen.Get(at + "/versioner/2"); !strings.Contains(body, "Erstatter") || !strings.Contains(body, "Version 1") {
		t.Error("the list does not say which version it replaces")
	}
	if _, body = nobody.Get(site.PublicPath); !strings.Contains(body, "erstatter version") {
		t.Error("the public list does not say which version it replaces")
	}
	for _, page := range []string{"/kort", "/versioner", "/sted/LYS", "/tid/" + l.Session, "?uge=alle", "/prognose?stemmer=400&uge=alle"} {
		if code, body := karen.Get(at + page); code != 200 || strings.Contains(body, "⟦") {
			t.Errorf("%s: %d", page, code)
		}
	}
}

// Places go out as CSV and XLSX and come back unchanged; errors stand with their row.
func TestPlacesThereAndBack(t *testing.T) {
	t.Parallel()
	l := webtest.NewLibrary(t)
	karen := l.As("karen")
	_, sheet := karen.Get("/steder.csv")
	if code, body := karen.Send("/steder/import", "steder.csv", []byte(sheet)); code != http.StatusConflict || !strings.Contains(webtest.ErrorsIn(body), "ikke ændret") {
		t.Errorf("unchanged: %d %s", code, webtest.ErrorsIn(body))
	}
	_, book := karen.Get("/steder.xlsx")
	f, err := excelize.OpenReader(strings.NewReader(book))
	l.Must(err)
	l.Must(f.SetSheetRow("Sheet1", "A3", &[]any{"", "Ny Filial", "library", "Vej 2", "8000", "Aarhus C", "56,1", "10.2", "begge", "Salen; Kælderen", "3", "felt_pen", "man-fre 10-17; lør 10-15"}))
	var b bytes.Buffer
	l.Must(f.Write(&b))
	if code, body := karen.Send("/steder/import", "steder.xlsx", b.Bytes()); code != 303 {
		t.Fatalf("%d %s", code, webtest.ErrorsIn(body))
	}
	p, err := l.Store.Place(t.Context(), "NYFI")
	if err != nil || p.Lat != 56.1 || len(p.Rooms) != 2 || len(p.Staffed) != 6 {
		t.Errorf("%+v %v", p, err)
	}
	l.Must(f.SetCellFormula("Sheet1", "Y3", "1+2"))
	b.Reset()
	l.Must(f.Write(&b))
	if code, body := karen.Send("/steder/import", "steder.xlsx", b.Bytes()); code != 422 || !strings.Contains(webtest.ErrorsIn(body), "Y3") {
		t.Errorf("formula: %d", code)
	}
	l.Must(f.SetCellFormula("Sheet1", "Y3", ""))
	l.Must(f.MergeCell("Sheet1", "A3", "B3"))
	b.Reset()
	l.Must(f.Write(&b))
	if code, body := karen.Send("/steder/import", "steder.xlsx", b.Bytes()); code != 422 || !strings.Contains(webtest.ErrorsIn(body), "A3:B3") {
		t.Errorf("merged: %d", code)
	}
	bad := "name;kind;booths;staffed\nÅby;library;to;man 10-17\n;library;1;\nViby;kiosk;1;mandag ti\n"
	win := strings.NewReplacer("Å", "\xc5").Replace(bad)
	code, body := karen.Send("/steder/import", "bad.csv", []byte(win))
	if code != 422 || strings.Count(body, `<th scope="row">Linje `) != 3 {
		t.Errorf("row errors: %d %d", code, strings.Count(body, `<th scope="row">Linje `))
	}
	if code, body = karen.Send("/steder/import", "long.csv", []byte("name\n"+strings.Repeat("Sted\n", 100000))); code != 422 || !strings.Contains(webtest.ErrorsIn(body), "20000") {
		t.Errorf("100,000 rows: %d %s", code, webtest.ErrorsIn(body))
	}
}

// The election's own page: the decision on the protocol, the calendar as a file, a copy, a day that moves, an election called off.
func TestElectionByForms(t *testing.T) {
	t.Parallel()
	l := webtest.NewLibrary(t)
	karen, at := l.As("karen"), "/valg/se/"+l.Local
	edit := at + "/ret"
	karen.OK(edit, url.Values{"do": {"protocol"}, "decided": {"1.9.2025"}, "body": {"Byrådet"}, "decision_reference": {"pkt. 9"}})
	_, body := karen.Get(at)
	for _, want := range []string{"Byrådet, 1.9.2025, pkt. 9", "om 6 dage"} {
		if !strings.Contains(body, want) {
			t.Errorf("no %q", want)
		}
	}
	_, body = karen.Get(at + "/kalender.ics")
	cal, err := ics.ParseCalendar(strings.NewReader(body))
	if err != nil || len(cal.Events()) < 10 {
		t.Errorf("%v", err)
	}
	karen.OK("/valg/ny", url.Values{"type": {"kv"}, "name": {"Kommunalvalg 2029"}, "date": {"20.11.2029"}, "colour": {"#0057AD"}, "ballots": {"Kommunalvalg; blå\r\nRegionsrådsvalg; gul"}, "copy": {l.Local}})
	if _, body = karen.Get("/valg/se/KV29"); !strings.Contains(body, "Regionsrådsvalg, gul") {
		t.Error("the ballots are lost")
	}
	if _, body = karen.Get("/plan/KV29?uge=" + site.WeekAll); strings.Count(body, `value="10-18" aria-label`) != 1 {
		t.Error("the session was not copied")
	}
	for _, vote := range [][2]string{{"Afstemning om bro", "25.11.2025"}, {"Afstemning om tunnel", "2.12.2025"}} {
		karen.OK("/valg/ny", url.Values{"type": {"lokal_fa"}, "name": {vote[0]}, "date": {vote[1]}, "colour": {"#8A3FFC"}, "ballots": {"Ja eller nej"}})
	}
	if _, body = karen.Get("/valg"); strings.Count(body, "VIOLET, deles") != 2 {
		t.Error("the list does not tell of the shared colour")
	}
	if _, body = karen.Get("/valg/se/LFA25"); !strings.Contains(body, "Farven VIOLET bruges også ved Afstemning om tunnel") {
		t.Error("the page does not name the other election")
	}
	if _, body = karen.Get("/valg/ny"); !strings.Contains(body, "Bruges af Afstemning om") {
		t.Error("the form does not say who has the colour")
	}
	karen.OK(edit, url.Values{"do": {"facts"}, "name": {"Kommunalvalg 2025"}, "case_number": {"84.04.00-G01-4-25"}, "ballots": {"Kommunalvalg; blå"}})
	if code, _ := karen.Post(edit, url.Values{"do": {"facts"}, "name": {"Kommunalvalg 2025"}, "case_number": {"84.04.00-G01-4-25"}, "ballots": {"Kommunalvalg; blå"}}); code != http.StatusConflict {
		t.Errorf("nothing changed: %d", code)
	}
	var facts planning.ElectionFacts
	if code, _ := karen.Say("elections/"+l.Local+"/facts", planning.ElectionFacts{Name: "KV 2025", CaseNumber: "84.04.00-G01-4-25"}, &facts); code != 200 || len(facts.Ballots) != 2 || facts.Name != "KV 2025" {
		t.Errorf("%d %+v", code, facts)
	}
	entries, _, err := l.Store.Entries(t.Context(), 0, "election.described", 5)
	if err != nil || len(entries) != 2 || entries[0].Value("before.name") != "Kommunalvalg 2025" || entries[0].Value("after.ballots") != "Kommunalvalg\nRegionsrådsvalg" {
		t.Errorf("%+v %v", entries, err)
	}
	if code, _ := karen.Post(edit, url.Values{"do": {"cancel"}}); code != 422 {
		t.Errorf("called off without a reason: %d", code)
	}
	karen.OK(edit, url.Values{"do": {"cancel"}, "cancel_reason": {"Udskudt"}})
	if _, body = l.Nobody().Get(site.PublicPath); !strings.Contains(body, "er aflyst. Udskudt") {
		t.Error("citizens are not told")
	}
}
