package web_test

import (
	"bytes"
	"compress/zlib"
	"io"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/brevstemme/brevstemme/app/web"
	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/app/web/webtest"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/desk"
	"github.com/brevstemme/brevstemme/models/onward"
	"github.com/brevstemme/brevstemme/models/store/boxes"
	"github.com/brevstemme/brevstemme/pdf"
)

// formAt is a form on the page it belongs to, and who stands there.
type formAt struct {
	who  webtest.Visitor
	path string // without .pdf
}

// Every form that is logged is printed where it belongs, then once more: the same
// number, the next copy, and the same bytes but for the mark.
func TestEveryFormIsPrintedAndReprinted(t *testing.T) {
	t.Parallel()
	printed := map[string]bool{}
	d := webtest.NewDepot(t)
	road := roadForms(d)
	for _, f := range road {
		printTwice(t, f, printed)
	}
	h := strings.Split(road[0].path, "/")[2]
	d.As("rita").OK("/overdragelser/"+h, d.Counted("137", "73", "AB000412"))
	d.As("rita").OK("/overdragelser/"+h, url.Values{"do": {"accept"}})
	printTwice(t, formAt{d.As("rita"), "/overdragelser/" + h + "/overdragelse"}, printed)
	printTwice(t, formAt{d.As("rita"), "/beholdere/" + d.Box + "/bevis"}, printed) // hidden from those who count until both have

	l := webtest.NewReception(t)
	for _, f := range officeForms(l) {
		printTwice(t, f, printed)
	}
	w := webtest.NewTown(t)
	for _, f := range staffForms(w) {
		printTwice(t, f, printed)
	}
	for kind, title := range web.TypeTitles {
		if kind != pdf.TypePoster && kind != pdf.TypeConsignmentAck && !printed[string(kind)] { // a poster is public; the acknowledgement comes with its cover list
			t.Errorf("%s (%s) is printed nowhere", kind, title)
		}
	}
}

// roadForms are the forms of a day at a library and on the road, with what they need.
func roadForms(d *webtest.Depot) []formAt {
	d.T.Helper()
	ctx := d.T.Context()
	anna, rita, karen, kurt := d.As("anna"), d.As("rita"), d.As("karen"), d.As("kurt")
	karen.OK("/beholdere/ny", url.Values{"place": {"LYS"}, "kind": {"box"}, "count": {"2"}})
	h := d.OnTheWay()
	v, err := d.Store.NewListVersion(ctx, d.Act(), d.Local, desk.NoticeList, "Liste 1", "ministeriet")
	d.Must(err)
	d.Must(d.Store.RecallVersion(ctx, d.Act(), v.ID, "en liste manglede"))
	pad, err := d.Store.IssuePad(ctx, d.Act(), "LYS", 2)
	d.Must(err)
	anna.OK("/afvigelser/ny", url.Values{"type": {"seal"}, "place": {"LYS"}, "election": {d.Local}, "containers": {d.Box}, "expected": {"helt segl"}, "found": {"det sidder løst"}, "action": {"Ringet til koordinatoren"}})
	deviations, err := d.Store.Deviations(ctx, boxes.DeviationFilter{})
	d.Must(err)
	day, desk := "/dag/"+models.DateOf(d.Now).String(), "/skranke/"+d.Session
	out := []formAt{{anna, "/overdragelser/" + h + "/overdragelse"}, {rita, "/overdragelser/" + h + "/overdragelse"}, {rita, "/modtagelse/modtagelse"}, {kurt, day + "/koerelister"},
		{karen, "/etiketter"}, {karen, "/segl/LYS/segl"}, {karen, "/segl/segl"}, {karen, "/lister/" + v.ID + "/tilbagekaldelse"},
		{karen, "/noedblokke/" + pad.ID + "/noedblok"}, {karen, "/afvigelser/" + deviations[0].ID + "/afvigelse"}}
	for _, name := range []string{"aabning", "dagsrapport", "kommandoer", "pakkeliste", "materialeseddel"} {
		out = append(out, formAt{anna, desk + "/" + name})
	}
	for _, name := range []string{"dagsrapporter", "aabninger", "pakkelister", "materialesedler", "stregkodeark", "overdragelser", "koerelister", "noedblokke", "afvigelser"} {
		out = append(out, formAt{karen, day + "/" + name})
	}
	return out
}

// officeForms are the forms of sorting, forwarding, delivery and the closing.
func officeForms(l *webtest.Library) []formAt {
	l.T.Helper()
	l.Sorted()
	karen, grethe := l.As("karen"), l.As("grethe")
	grethe.OK("/videresendelse/"+l.Local, url.Values{"do": {"pack"}, "to": {"0461"}, "packets": {"2 A1\n1"}})
	gone, err := l.Store.Consignments(l.T.Context(), l.Local)
	l.Must(err)
	stations := "/afstemningssteder/" + l.Local
	grethe.OK(stations, url.Values{"do": {"pack"}, "district": {"0751-1"}, "seals": {"S1 S2"}})
	packed, err := l.Store.Deliveries(l.T.Context(), l.Local)
	l.Must(err)
	e, err := l.Store.Election(l.T.Context(), l.Local)
	l.Must(err)
	by := l.Act()
	by.Person = l.Person["grethe"]
	run, err := l.Store.MakeRun(l.T.Context(), by, l.Local, "BORG", onward.RunCmd{Deliveries: []string{packed[0].ID}, Driver: l.Person["ole"], Phone: "89 40 20 09", Leaves: e.Date.At(5, 30)})
	l.Must(err)
	karen.OK("/protokol/"+l.Local, url.Values{"date": {"2025-03-04"}, "body": {"Byrådet"}, "reference": {"pkt. 12"}})
	day := "/dag/" + models.DateOf(l.Now).String()
	return []formAt{{karen, "/sortering/" + l.Local + "/sorteringsliste"}, {grethe, "/sortering/" + l.Local + "/etiketter"}, {grethe, "/videresendelse/" + l.Local + "/se/" + gone[0].ID + "/foelgeliste"},
		{grethe, stations + "/afleveringer"}, {karen, stations + "/erklaering"}, {grethe, "/koerelister/" + run.ID + "/koereliste"}, {karen, "/protokol/" + l.Local + "/protokol"},
		{karen, "/protokol/" + l.Local + "/slutrapport"}, {karen, "/tilintetgoerelse/" + l.Local + "/referat"}, {karen, day + "/sorteringslister"}}
}

// staffForms are the letters and rosters.
func staffForms(w *webtest.Town) []formAt {
	w.T.Helper()
	karen, lars := w.As("karen"), w.As("lars")
	karen.OK("/vagtplan/valg/"+w.Local+"/forslag", url.Values{"mode": {"all"}})
	shifts, err := w.Store.Shifts(w.T.Context(), w.Now, w.Now.AddDate(1, 0, 0))
	w.Must(err)
	x := shifts[0]
	date := models.DateOf(x.From)
	day, person := "/dag/"+date.String(), "/vagtplan/person/"+w.Ida
	return []formAt{{lars, person + "/udpegning"}, {lars, person + "/instruktion"}, {lars, person + "/vagter"}, {karen, "/vagtplan/valg/" + w.Local + "/ugeplan/" + x.Place + "?uge=" + site.WeekKey(date)},
		{karen, day + "/vagtplan"}, {karen, day + "/ugeplaner"}, {karen, day + "/vagter"}, {lars, day + "/udpegninger"}, {lars, day + "/instruktioner"}}
}

var printedNumbers = regexp.MustCompile(`^/udskrift/([0-9A-Z-]+)\.pdf\?eks=([0-9-]+)$`)

// printTwice prints a form and prints it again, and notes its type.
func printTwice(t *testing.T, f formAt, printed map[string]bool) {
	t.Helper()
	path, query, _ := strings.Cut(f.path, "?")
	if query != "" {
		query = "?" + query
	}
	if code, body := f.who.Get(path + site.PDFSuffix + query); code != 200 || !strings.HasPrefix(body, "%PDF-") {
		t.Errorf("%s is not shown: %d %.200s", path, code, body)
		return
	}
	first, original := f.who.PrintAt(path + site.PrintSuffix + query)
	second, reprint := f.who.PrintAt(path + site.PrintSuffix + query)
	a, b := printedNumbers.FindStringSubmatch(first), printedNumbers.FindStringSubmatch(second)
	if a == nil || b == nil || a[1] != b[1] {
		t.Errorf("%s: printed as %s, then as %s", path, first, second)
		return
	}
	for i, n := range strings.Split(a[1], "-") {
		p, err := f.who.Library.Store.Printout(t.Context(), n)
		f.who.Library.Must(err)
		printed[p.Form] = true
		if before, after := copyNumber(a[2], i), copyNumber(b[2], i); after != before+1 {
			t.Errorf("%s: copy %d of %s, then copy %d", path, before, n, after)
		}
	}
	if _, again := f.who.Get(first); again != original {
		t.Errorf("%s: fetched twice, other bytes", path)
	}
	x, y := unmarked(t, original), unmarked(t, reprint)
	if !bytes.Equal(x, y) {
		t.Errorf("%s: the reprint differs in more than its mark", path)
	}
	if label := strings.HasSuffix(path, "etiketter"); original == reprint && !label { // a label is a label
		t.Errorf("%s: the reprint is not marked", path)
	}
}

func copyNumber(s string, i int) int {
	n := 0
	for _, c := range strings.Split(s, "-")[i] {
		n = n*10 + int(c-'0')
	}
	return n
}

var (
	pdfStream = regexp.MustCompile(`(?s)/Length \d+>>\nstream\n(.*?)\nendstream`)
	pdfMark   = regexp.MustCompile(`(?s)/Mark BMC\n.*?EMC\n`)
)

// unmarked is a PDF with its streams unpacked and the mark cut out, without the
// table of where objects begin.
func unmarked(t *testing.T, body string) []byte {
	t.Helper()
	raw := []byte(body)
	end := bytes.LastIndex(raw, []byte("\nxref\n"))
	var out []byte
	at := 0
	for _, m := range pdfStream.FindAllSubmatchIndex(raw[:end], -1) {
		out = append(out, raw[at:m[0]]...)
		at = m[1]
		content := raw[m[2]:m[3]]
		if z, err := zlib.NewReader(bytes.NewReader(content)); err == nil {
			if content, err = io.ReadAll(z); err != nil {
				t.Fatal(err)
			}
		}
		out = append(out, pdfMark.ReplaceAll(content, nil)...)
	}
	return slices.Concat(out, raw[at:end])
}
