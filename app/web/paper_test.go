package web

import (
	"bytes"
	"net/http"
	"net/url"
	"os/exec"
	"regexp"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/pdfcpu/pdfcpu/pkg/api"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/desk"
)

// validPDF fails the test when a second reader finds a fault in the file.
func validPDF(t *testing.T, path, body string) {
	t.Helper()
	if err := api.Validate(strings.NewReader(body), nil); err != nil {
		t.Errorf("%s: %v", path, err)
	}
}

// postFull sends a form with a fresh key and gives the headers too.
func (v visitor) postFull(path string, form url.Values) (int, string, http.Header) {
	v.l.t.Helper()
	form.Set(site.KeyField, uuid.NewString())
	req, err := http.NewRequest(site.POST, v.l.url+path, strings.NewReader(form.Encode()))
	v.l.must(err)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return v.do(req)
}

// printAt presses the print button of a form and fetches the file.
func (v visitor) printAt(path string) (location, body string) {
	v.l.t.Helper()
	code, answer, head := v.postFull(path, url.Values{})
	if code != http.StatusSeeOther {
		v.l.t.Fatalf("POST %s: %d %s", path, code, answer)
	}
	location = head.Get("Location")
	code, body = v.get(location)
	if code != 200 {
		v.l.t.Fatalf("%s: %d %s", location, code, body)
	}
	validPDF(v.l.t, location, body)
	return location, body
}

func TestReprintIsTheOriginalButForItsMark(t *testing.T) {
	l := newLibrary(t)
	anna := l.as("anna")
	base := "/skranke/" + l.session + "/kommandoer"
	first, original := anna.printAt(base + "/udskriv")
	if _, same := anna.get(first); same != original {
		t.Error("fetched twice, other bytes")
	}
	l.now = l.now.Add(5 * 60e9)
	second, reprint := anna.printAt(base + "/udskriv")
	if !strings.Contains(first, "eks=1") || strings.Replace(first, "eks=1", "eks=2", 1) != second {
		t.Errorf("%s then %s: not the same number", first, second)
	}
	if original == reprint {
		t.Error("the reprint is not marked")
	}
	a, b := pdfText(t, original), pdfText(t, reprint)
	if !strings.Contains(a, "ORIGINAL") || !strings.Contains(b, "GENUDSKRIFT nr. 1") {
		t.Errorf("marks: %.200s / %.200s", a, b)
	}
	if c, d := withoutMark(a), withoutMark(b); c != d {
		t.Errorf("differ in more than the mark:\n%s\n%s", c, d)
	}
	if _, preview := anna.get(base + ".pdf"); !strings.Contains(pdfText(t, preview), "VISNING") {
		t.Error("a view without a print is not marked")
	}
	number := regexp.MustCompile(`/udskrift/(\w+)\.pdf`).FindStringSubmatch(first)[1]
	p, err := l.store.Printout(t.Context(), number)
	l.must(err)
	if p.Copies() != 2 || p.Place != "LYS" {
		t.Errorf("%+v", p)
	}
	for _, who := range []string{"bo", "karen"} {
		if code, _ := l.as(who).get(first); code != 404 {
			t.Errorf("%s fetched another's print: %d", who, code)
		}
	}
	if code, _ := anna.get(strings.Replace(first, "eks=1", "eks=3", 1)); code != 404 {
		t.Error("a copy that nobody printed")
	}
}

// Every form of a session prints with one click, and a whole day is one file.
func TestEveryFormOfADayPrints(t *testing.T) {
	l := newLibrary(t)
	karen := l.as("karen")
	desk := "/skranke/" + l.session
	day := "/dag/" + models.DateOf(l.now).String()
	for _, path := range []string{desk + "/aabning", desk + "/dagsrapport", desk + "/kommandoer", desk + "/pakkeliste", desk + "/materialeseddel",
		day + "/dagsrapporter", day + "/aabninger", day + "/pakkelister", day + "/sorteringslister", day + "/materialesedler", day + "/stregkodeark", "/sortering/" + l.kv + "/sorteringsliste"} {
		code, body := karen.get(path + ".pdf")
		if code != 200 {
			t.Errorf("%s: %d %s", path, code, body)
			continue
		}
		validPDF(t, path, body)
		karen.printAt(path + "/udskriv")
	}
	one, _ := karen.printAt(desk + "/dagsrapport/udskriv")
	many, _ := karen.printAt(day + "/dagsrapporter/udskriv")
	if cut(one) != cut(many) {
		t.Errorf("the day report has another number in the day's file: %s %s", one, many)
	}
	for _, path := range []string{"/segl/segl", day + "/foelgelister", day + "/ugeplaner", day + "/vagter"} { // nothing of these is in the book
		if code, body := karen.get(path + ".pdf"); code != http.StatusSeeOther && code != 200 {
			t.Errorf("%s: %d %s", path, code, body)
		}
	}
	for _, page := range []string{"/blanketter", "/blanketter?dag=2025-11-12", "/udskrifter"} {
		if code, body := karen.get(page); code != 200 || page == "/udskrifter" && !strings.Contains(body, "Dagsrapport") {
			t.Errorf("%s: %d", page, code)
		}
	}
}

func TestBlankFormsGetNumbersOfTheirOwn(t *testing.T) {
	l := newLibrary(t)
	anna := l.as("anna")
	code, body, head := anna.postFull("/blanketter", url.Values{"blank": {"overdragelse"}, "copies": {"3"}})
	if code != http.StatusSeeOther {
		t.Fatalf("%d %s", code, body)
	}
	_, file := anna.get(head.Get("Location"))
	validPDF(t, "blanks", file)
	text := pdfText(t, file)
	key := func(number string) int {
		code, _ := anna.post("/blanketter/indtastet", url.Values{"number": {number}, "about": {"H405X7W86S"}})
		return code
	}
	if a, b, c := key(models.FormNumber("HO", 1)), key(models.GroupSerial(models.FormNumber("HO", 1))), key(models.FormNumber("HO", 9)); a != http.StatusSeeOther || b == http.StatusSeeOther || c == http.StatusSeeOther {
		t.Errorf("keyed once %d, twice %d, never printed %d", a, b, c)
	}
	for n := range uint64(3) {
		if number := models.GroupSerial(models.FormNumber("HO", n+1)); !strings.Contains(text, number) {
			t.Errorf("no sheet has %s", number)
		}
	}
	_, _, head = anna.postFull("/blanketter", url.Values{"blank": {"modtagelse"}, "copies": {"1"}, "sprog": {"en"}})
	if _, file := anna.get(head.Get("Location")); !strings.Contains(pdfText(t, file), "Reception record") || !strings.Contains(text, "Modtagers del") {
		t.Errorf("a blank form is not printed in the language asked for: %s", pdfText(t, file))
	}
	for _, wrong := range []url.Values{{"blank": {"dagsrapport"}, "copies": {"0"}}, {"blank": {"dagsrapport"}, "copies": {"51"}}, {"blank": {"x"}, "copies": {"1"}}} {
		if code, _, _ := anna.postFull("/blanketter", wrong); code != http.StatusUnprocessableEntity && code != http.StatusBadRequest {
			t.Errorf("%v: %d", wrong, code)
		}
	}
}

// Every form's route has a button that logs, and nothing else has one.
func TestEveryFormRouteHasItsPrintButton(t *testing.T) {
	for _, r := range Routes() {
		action := site.PrintAction(r.Path)
		if r.Method != site.GET || action == "" {
			continue
		}
		found := false
		for _, p := range Routes() {
			found = found || p.Method == site.POST && p.Path == action
		}
		if !found {
			t.Errorf("%s cannot be printed", r.Path)
		}
	}
}

func cut(location string) string { before, _, _ := strings.Cut(location, "?"); return before }

// pdfText is the text of a PDF file as a second reader finds it.
func pdfText(t *testing.T, body string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "pdftotext", "-raw", "-enc", "UTF-8", "-", "-")
	cmd.Stdin = strings.NewReader(body)
	var out bytes.Buffer
	cmd.Stdout = &out
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

var markLine = regexp.MustCompile(`(?m)^.*(ORIGINAL|GENUDSKRIFT).*$`)

func withoutMark(s string) string { return markLine.ReplaceAllString(s, "") }

// The number to call, set once, stands on every form and on the courier's page;
// without one nothing stands there, and nonsense is refused.
func TestTheNumberToCallStandsOnEveryForm(t *testing.T) {
	t.Parallel()
	d := newDepot(t)
	karen, anna, rita := d.as("karen"), d.as("anna"), d.as("rita")
	h := d.offer()
	v, err := d.store.NewListVersion(t.Context(), d.act(), d.kv, desk.NoticeList, "Liste 1", "ministeriet")
	d.must(err)
	pad, err := d.store.IssuePad(t.Context(), d.act(), "LYS", 1)
	d.must(err)
	_, page := karen.post("/overdragelser/"+h+"/link", url.Values{})
	link := regexp.MustCompile(`/b/[\w-]+`).FindString(page)
	forms := []struct {
		who  visitor
		path string
	}{{anna, "/overdragelser/" + h + "/overdragelse.pdf"}, {rita, "/overdragelser/" + h + "/overdragelse.pdf"}, {rita, "/modtagelse/modtagelse.pdf"},
		{karen, "/dag/" + models.DateOf(d.now).String() + "/koerelister.pdf"}, {karen, "/noedblokke/" + pad.ID + "/noedblok.pdf"}, {karen, "/lister/" + v.ID + "/tilbagekaldelse.pdf"},
		{karen, "/skranke/" + d.session + "/dagsrapport.pdf"}, {karen, "/sortering/" + d.kv + "/sorteringsliste.pdf"}}
	for _, f := range forms {
		f.who.prints(f.path, "!Telefon 8")
	}
	settings := url.Values{"after_closing": {"30"}, "slack": {"20"}, "loading": {"8"}, "speed": {"40"}, "couriers": {"3"}, "deadline": {"21:00"},
		"call_place": {"0"}, "call_courier": {"15"}, "call_coordinator": {"30"}, "call_duty_head": {"60"}}
	for _, wrong := range []string{"vagten", "12", "010190-1234"} {
		settings.Set("phone", wrong)
		if code, body := karen.post("/ruteplan/indstillinger", settings); code != http.StatusUnprocessableEntity {
			t.Errorf("%q: %d %.200s", wrong, code, body)
		}
	}
	settings.Set("phone", " +45 89 40 22 22 ")
	karen.ok("/ruteplan/indstillinger", settings)
	for _, f := range forms {
		f.who.prints(f.path, "Telefon +45 89 40 22 22")
	}
	if _, body := (visitor{d.library, nil}).get(link); !strings.Contains(body, "tel:&#43;4589402222") && !strings.Contains(body, "tel:+4589402222") {
		t.Errorf("the courier's page %s has no number: %s", link, body)
	}
}

// ?sprog= asks for one form in another language than the pages'; the printed file
// keeps it.
func TestAFormPrintsInTheLanguageAskedFor(t *testing.T) {
	t.Parallel()
	l := newLibrary(t)
	karen := l.as("karen")
	day := "/dag/" + models.DateOf(l.now).String()
	for _, f := range []struct{ path, danish, english string }{
		{"/skranke/" + l.session + "/dagsrapport", "Dagsrapport", "Day report"}, {day + "/dagsrapporter", "Dagsrapport", "Day report"},
		{day + "/pakkelister", "Pakkeliste", "Packing list"}, {day + "/sorteringslister", "Sorteringsliste", "Sorting list"},
	} {
		karen.prints(f.path+".pdf", f.danish, "Borgerservice", "!"+f.english)
		karen.prints(f.path+".pdf?sprog=en", f.english, "Citizen service", "!"+f.danish)
		at, body := karen.printAt(f.path + "/udskriv?sprog=en")
		if text := pdfText(t, body); !strings.Contains(text, f.english) {
			t.Errorf("%s: %s", at, text)
		}
	}
	if _, body := karen.get("/blanketter?sprog=en"); !strings.Contains(body, day+"/dagsrapporter.pdf?sprog=en") || !strings.Contains(body, "Dagens") && !strings.Contains(body, "Dagsrapport") {
		t.Error("the page of forms does not offer the day's files in English, or speaks English itself")
	}
}
