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

	"github.com/brevstemme/brevstemme/models"
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
	form.Set(keyField, uuid.NewString())
	req, err := http.NewRequest(POST, v.l.url+path, strings.NewReader(form.Encode()))
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
	for _, wrong := range []url.Values{{"blank": {"dagsrapport"}, "copies": {"0"}}, {"blank": {"dagsrapport"}, "copies": {"51"}}, {"blank": {"x"}, "copies": {"1"}}} {
		if code, _, _ := anna.postFull("/blanketter", wrong); code != http.StatusUnprocessableEntity && code != http.StatusBadRequest {
			t.Errorf("%v: %d", wrong, code)
		}
	}
}

// Every form's route has a button that logs, and nothing else has one.
func TestEveryFormRouteHasItsPrintButton(t *testing.T) {
	for _, r := range Routes() {
		action := printAction(r.Path)
		if r.Method != GET || action == "" {
			continue
		}
		found := false
		for _, p := range Routes() {
			found = found || p.Method == POST && p.Path == action
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
