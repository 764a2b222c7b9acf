package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/brevstemme/brevstemme/app/web"
	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/app/web/webtest"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/desk"
	"github.com/brevstemme/brevstemme/models/onward"
)

func TestReprintIsTheOriginalButForItsMark(t *testing.T) {
	l := webtest.NewLibrary(t)
	anna := l.As("anna")
	base := "/skranke/" + l.Session + "/kommandoer"
	first, original := anna.PrintAt(base + "/udskriv")
	if _, same := anna.Get(first); same != original {
		t.Error("fetched twice, other bytes")
	}
	l.Now = l.Now.Add(5 * 60e9)
	second, reprint := anna.PrintAt(base + "/udskriv")
	if !strings.Contains(first, "eks=1") || strings.Replace(first, "eks=1", "eks=2", 1) != second {
		t.Errorf("%s then %s: not the same number", first, second)
	}
	if original == reprint {
		t.Error("the reprint is not marked")
	}
	a, b := webtest.PDFText(t, original), webtest.PDFText(t, reprint)
	if !strings.Contains(a, "ORIGINAL") || !strings.Contains(b, "GENUDSKRIFT nr. 1") {
		t.Errorf("marks: %.200s / %.200s", a, b)
	}
	if c, d := withoutMark(a), withoutMark(b); c != d {
		t.Errorf("differ in more than the mark:\n%s\n%s", c, d)
	}
	if _, preview := anna.Get(base + ".pdf"); !strings.Contains(webtest.PDFText(t, preview), "VISNING") {
		t.Error("a view without a print is not marked")
	}
	number := regexp.MustCompile(`/udskrift/(\w+)\.pdf`).FindStringSubmatch(first)[1]
	p, err := l.Store.Printout(t.Context(), number)
	l.Must(err)
	if p.Copies() != 2 || p.Place != "LYS" {
		t.Errorf("%+v", p)
	}
	for _, who := range []string{"bo", "karen"} {
		if code, _ := l.As(who).Get(first); code != 404 {
			t.Errorf("%s fetched another's print: %d", who, code)
		}
	}
	if code, _ := anna.Get(strings.Replace(first, "eks=1", "eks=3", 1)); code != 404 {
		t.Error("a copy that nobody printed")
	}
}

// Every form of a session prints with one click, and a whole day is one file.
func TestEveryFormOfADayPrints(t *testing.T) {
	l := webtest.NewLibrary(t)
	karen := l.As("karen")
	desk := "/skranke/" + l.Session
	day := "/dag/" + models.DateOf(l.Now).String()
	for _, path := range []string{desk + "/aabning", desk + "/dagsrapport", desk + "/kommandoer", desk + "/pakkeliste", desk + "/materialeseddel",
		day + "/dagsrapporter", day + "/aabninger", day + "/pakkelister", day + "/sorteringslister", day + "/materialesedler", day + "/stregkodeark", "/sortering/" + l.Local + "/sorteringsliste"} {
		code, body := karen.Get(path + ".pdf")
		if code != 200 {
			t.Errorf("%s: %d %s", path, code, body)
			continue
		}
		webtest.ValidPDF(t, path, body)
		karen.PrintAt(path + "/udskriv")
	}
	one, _ := karen.PrintAt(desk + "/dagsrapport/udskriv")
	many, _ := karen.PrintAt(day + "/dagsrapporter/udskriv")
	if cut(one) != cut(many) {
		t.Errorf("the day report has another number in the day's file: %s %s", one, many)
	}
	for _, path := range []string{"/segl/segl", day + "/foelgelister", day + "/ugeplaner", day + "/vagter"} { // nothing of these is in the book
		if code, body := karen.Get(path + ".pdf"); code != http.StatusSeeOther && code != 200 {
			t.Errorf("%s: %d %s", path, code, body)
		}
	}
	for _, page := range []string{"/blanketter", "/blanketter?dag=2025-11-12", "/udskrifter"} {
		if code, body := karen.Get(page); code != 200 || page == "/udskrifter" && !strings.Contains(body, "Dagsrapport") {
			t.Errorf("%s: %d", page, code)
		}
	}
}

func TestBlankFormsGetNumbersOfTheirOwn(t *testing.T) {
	l := webtest.NewLibrary(t)
	anna := l.As("anna")
	code, body, head := anna.PostFull("/blanketter", url.Values{"blank": {"overdragelse"}, "copies": {"3"}})
	if code != http.StatusSeeOther {
		t.Fatalf("%d %s", code, body)
	}
	_, file := anna.Get(head.Get("Location"))
	webtest.ValidPDF(t, "blanks", file)
	text := webtest.PDFText(t, file)
	key := func(number string) int {
		code, _ := anna.Post("/blanketter/indtastet", url.Values{"number": {number}, "about": {"H405X7W86S"}})
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
	_, _, head = anna.PostFull("/blanketter", url.Values{"blank": {"modtagelse"}, "copies": {"1"}, "sprog": {"en"}})
	if _, file := anna.Get(head.Get("Location")); !strings.Contains(webtest.PDFText(t, file), "Reception record") || !strings.Contains(text, "Modtagers del") {
		t.Errorf("a blank form is not printed in the language asked for: %s", webtest.PDFText(t, file))
	}
	for _, wrong := range []url.Values{{"blank": {"dagsrapport"}, "copies": {"0"}}, {"blank": {"dagsrapport"}, "copies": {"51"}}, {"blank": {"x"}, "copies": {"1"}}} {
		if code, _, _ := anna.PostFull("/blanketter", wrong); code != http.StatusUnprocessableEntity && code != http.StatusBadRequest {
			t.Errorf("%v: %d", wrong, code)
		}
	}
}

// Every form's route has a button that logs, and nothing else has one.
func TestEveryFormRouteHasItsPrintButton(t *testing.T) {
	for _, r := range web.Routes(nil) {
		action := site.PrintAction(r.Path)
		if r.Method != site.GET || action == "" {
			continue
		}
		found := false
		for _, p := range web.Routes(nil) {
			found = found || p.Method == site.POST && p.Path == action
		}
		if !found {
			t.Errorf("%s cannot be printed", r.Path)
		}
	}
}

func cut(location string) string { before, _, _ := strings.Cut(location, "?"); return before }

var markLine = regexp.MustCompile(`(?m)^.*(ORIGINAL|GENUDSKRIFT).*$`)

func withoutMark(s string) string { return markLine.ReplaceAllString(s, "") }

// The number to call, set once, stands on every form and on the courier's page;
// without one nothing stands there, and nonsense is refused.
func TestTheNumberToCallStandsOnEveryForm(t *testing.T) {
	t.Parallel()
	d := webtest.NewDepot(t)
	karen, anna, rita := d.As("karen"), d.As("anna"), d.As("rita")
	h := d.Offer()
	v, err := d.Store.NewListVersion(t.Context(), d.Act(), d.Local, desk.NoticeList, "Liste 1", "ministeriet")
	d.Must(err)
	pad, err := d.Store.IssuePad(t.Context(), d.Act(), "LYS", 1)
	d.Must(err)
	_, page := karen.Post("/overdragelser/"+h+"/link", url.Values{})
	link := regexp.MustCompile(`/b/[\w-]+`).FindString(page)
	forms := []struct {
		who  webtest.Visitor
		path string
	}{{anna, "/overdragelser/" + h + "/overdragelse.pdf"}, {rita, "/overdragelser/" + h + "/overdragelse.pdf"}, {rita, "/modtagelse/modtagelse.pdf"},
		{karen, "/dag/" + models.DateOf(d.Now).String() + "/koerelister.pdf"}, {karen, "/noedblokke/" + pad.ID + "/noedblok.pdf"}, {karen, "/lister/" + v.ID + "/tilbagekaldelse.pdf"},
		{karen, "/skranke/" + d.Session + "/dagsrapport.pdf"}, {karen, "/sortering/" + d.Local + "/sorteringsliste.pdf"}}
	for _, f := range forms {
		f.who.Prints(f.path, "!Telefon 8")
	}
	settings := url.Values{"after_closing": {"30"}, "slack": {"20"}, "loading": {"8"}, "speed": {"40"}, "couriers": {"3"}, "deadline": {"21:00"},
		"call_place": {"0"}, "call_courier": {"15"}, "call_coordinator": {"30"}, "call_duty_head": {"60"}}
	for _, wrong := range []string{"vagten", "12", "010190-1234"} {
		settings.Set("phone", wrong)
		if code, body := karen.Post("/ruteplan/indstillinger", settings); code != http.StatusUnprocessableEntity {
			t.Errorf("%q: %d %.200s", wrong, code, body)
		}
	}
	settings.Set("phone", " +45 89 40 22 22 ")
	karen.OK("/ruteplan/indstillinger", settings)
	for _, f := range forms {
		f.who.Prints(f.path, "Telefon +45 89 40 22 22")
	}
	if _, body := d.Nobody().Get(link); !strings.Contains(body, "tel:&#43;4589402222") && !strings.Contains(body, "tel:+4589402222") {
		t.Errorf("the courier's page %s has no number: %s", link, body)
	}
}

// ?sprog= asks for one form in another language than the pages'; the printed file
// keeps it.
func TestAFormPrintsInTheLanguageAskedFor(t *testing.T) {
	t.Parallel()
	l := webtest.NewLibrary(t)
	karen := l.As("karen")
	day := "/dag/" + models.DateOf(l.Now).String()
	for _, f := range []struct{ path, danish, english string }{
		{"/skranke/" + l.Session + "/dagsrapport", "Dagsrapport", "Day report"}, {day + "/dagsrapporter", "Dagsrapport", "Day report"},
		{day + "/pakkelister", "Pakkeliste", "Packing list"}, {day + "/sorteringslister", "Sorteringsliste", "Sorting list"},
	} {
		karen.Prints(f.path+".pdf", f.danish, "Borgerservice", "!"+f.english)
		karen.Prints(f.path+".pdf?sprog=en", f.english, "Citizen service", "!"+f.danish)
		at, body := karen.PrintAt(f.path + "/udskriv?sprog=en")
		if text := webtest.PDFText(t, body); !strings.Contains(text, f.english) {
			t.Errorf("%s: %s", at, text)
		}
	}
	if _, body := karen.Get("/blanketter?sprog=en"); !strings.Contains(body, day+"/dagsrapporter.pdf?sprog=en") || !strings.Contains(body, "Dagens") && !strings.Contains(body, "Dagsrapport") {
		t.Error("the page of forms does not offer the day's files in English, or speaks English itself")
	}
}

// The covers of what leaves today are printed in one file.
func TestTheCoversOfADayPrint(t *testing.T) {
	t.Parallel()
	l := webtest.NewReception(t)
	l.Sorted()
	car, err := l.Store.SaveCarrier(t.Context(), l.Act(), onward.Carrier{Name: "Bud", Kind: onward.CarrierCourier, Weekdays: []int{1, 2, 3, 4, 5}, Times: []int{14 * 60}, Minutes: 120})
	l.Must(err)
	c, err := l.Store.PackConsignment(t.Context(), models.Act{Key: "pack-0001", Person: l.Person["grethe"]}, "BORG", onward.PackCmd{Election: l.Local, To: "0461", Packets: []onward.Packet{{Count: 3}}})
	l.Must(err)
	today := models.DateOf(l.Now)
	_, err = l.Store.Dispatch(t.Context(), l.Act(), c.ID, car.ID, today.At(14, 0), "token-aaaaaaaaaaaaaaaaaaaa")
	l.Must(err)
	l.As("karen").OK("/dag/"+today.String()+"/foelgelister/udskriv", url.Values{})
}
