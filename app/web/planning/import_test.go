package planning_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/brevstemme/brevstemme/app/web/webtest"
)

var reportLink = regexp.MustCompile(`href="(/plan/[^"]+/import/I[0-9A-Z]+)"`)

// An import with warnings answers as every form does, and leads to a page that can be
// read again: reading it imports nothing, and it stands on the form from then on. A
// list without remarks goes to the plan.
func TestAnImportTellsItsRemarksOnAPageOfItsOwn(t *testing.T) {
	t.Parallel()
	l := webtest.NewLibrary(t)
	karen, path := l.As("karen"), "/plan/"+l.Local+"/import"
	entries := func() int {
		list, _, err := l.Store.Entries(t.Context(), 0, "plan.imported", 50)
		l.Must(err)
		return len(list)
	}
	const head = "place,address,postcode,city,kind,weekday_or_date,opens,closes,note,source_url\n"
	before := entries()
	code, body := karen.Send(path, "list.csv", []byte(head+"Viby Bibliotek,Vej 1,8260,Viby J,library,2025-11-10,10:00,18:00,,\n"))
	if code != http.StatusSeeOther {
		t.Fatalf("%d %s", code, webtest.ErrorsIn(body))
	}
	if _, body = karen.Get(path); entries() != before+1 {
		t.Fatalf("%d imports", entries()-before)
	}
	found := reportLink.FindAllStringSubmatch(body, -1)
	if len(found) == 0 {
		t.Fatal("the form does not lead to the import's page")
	}
	page := found[0][1]
	for range 2 {
		_, body := karen.Get(page)
		if !strings.Contains(body, "1 brevstemmetider og 1 nye steder er læst ind") && !strings.Contains(body, "1 brevstemmetid og 1 nyt sted er læst ind") || !strings.Contains(body, "den sidste dag") {
			t.Fatalf("the page does not say what was imported and found: %s", body)
		}
	}
	if _, body := karen.In("en", http.MethodGet, page, nil); !strings.Contains(body, "on the last day, 14 Nov 2025") {
		t.Error("the remarks are not in English")
	}
	if entries() != before+1 {
		t.Error("reading the page imported again")
	}
	if code, _ := karen.Get(strings.Replace(page, l.Local, l.Seniors, 1)); code != http.StatusNotFound {
		t.Errorf("another election's import: %d", code)
	}
	if code, _ := l.As("anna").Get(page); code != http.StatusForbidden {
		t.Errorf("a receiver reads it: %d", code)
	}
	all := head + "Viby Bibliotek,Vej 1,8260,Viby J,library,2025-11-14,09:00,16:00,,\n"
	if code, body := karen.Send(path, "list.csv", []byte(all)); code != http.StatusSeeOther {
		t.Fatalf("%d %s", code, webtest.ErrorsIn(body))
	}
	if _, body := karen.Get(path); len(reportLink.FindAllString(body, -1)) != len(found) {
		t.Error("a list without remarks has a page of remarks")
	}
	if code, body := karen.Send(path, "list.csv", []byte(head+"Viby 010190-1234,Vej 1,8260,Viby J,library,2025-11-13,09:00,16:00,,\n")); code != http.StatusUnprocessableEntity {
		t.Errorf("a list with a CPR number: %d %s", code, webtest.ErrorsIn(body))
	}
}
