package web

import (
	"bytes"
	"compress/zlib"
	"io"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/desk"
	"github.com/brevstemme/brevstemme/models/onward"
	"github.com/brevstemme/brevstemme/models/store/boxes"
	"github.com/brevstemme/brevstemme/pdf"
)

// formAt is a form on the page it belongs to, and who stands there.
type formAt struct {
	who  visitor
	path string // without .pdf
}

// Every form that is logged is printed where it belongs, then once more: the same
// number, the next copy, and the same bytes but for the mark.
func TestEveryFormIsPrintedAndReprinted(t *testing.T) {
	t.Parallel()
	printed := map[string]bool{}
	d := newDepot(t)
	road := d.roadForms()
	for _, f := range road {
		printTwice(t, f, printed)
	}
	h := strings.Split(road[0].path, "/")[2]
	d.as("rita").ok("/overdragelser/"+h, d.counted("137", "73", "AB000412"))
	d.as("rita").ok("/overdragelser/"+h, url.Values{"do": {"accept"}})
	printTwice(t, formAt{d.as("rita"), "/overdragelser/" + h + "/overdragelse"}, printed)
	printTwice(t, formAt{d.as("rita"), "/beholdere/" + d.box + "/bevis"}, printed) // hidden from those who count until both have

	l := newReception(t)
	for _, f := range l.officeForms() {
		printTwice(t, f, printed)
	}
	w := newTown(t)
	for _, f := range w.staffForms() {
		printTwice(t, f, printed)
	}
	for kind, title := range typeTitles {
		if kind != pdf.TypePoster && kind != pdf.TypeConsignmentAck && !printed[string(kind)] { // a poster is public; the acknowledgement comes with its cover list
			t.Errorf("%s (%s) is printed nowhere", kind, title)
		}
	}
}

// roadForms are the forms of a day at a library and on the road, with what they need.
func (d *depot) roadForms() []formAt {
	d.t.Helper()
	ctx := d.t.Context()
	anna, rita, karen, kurt := d.as("anna"), d.as("rita"), d.as("karen"), d.as("kurt")
	karen.ok("/beholdere/ny", url.Values{"place": {"LYS"}, "kind": {"box"}, "count": {"2"}})
	h := d.onTheWay()
	v, err := d.store.NewListVersion(ctx, d.act(), d.kv, desk.NoticeList, "Liste 1", "ministeriet")
	d.must(err)
	d.must(d.store.RecallVersion(ctx, d.act(), v.ID, "en liste manglede"))
	pad, err := d.store.IssuePad(ctx, d.act(), "LYS", 2)
	d.must(err)
	anna.ok("/afvigelser/ny", url.Values{"type": {"seal"}, "place": {"LYS"}, "election": {d.kv}, "containers": {d.box}, "expected": {"helt segl"}, "found": {"det sidder løst"}, "action": {"Ringet til koordinatoren"}})
	deviations, err := d.store.Deviations(ctx, boxes.DeviationFilter{})
	d.must(err)
	day, desk := "/dag/"+models.DateOf(d.now).String(), "/skranke/"+d.session
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
func (l *library) officeForms() []formAt {
	l.t.Helper()
	l.sorted()
	karen, grethe := l.as("karen"), l.as("grethe")
	grethe.ok("/videresendelse/"+l.kv, url.Values{"do": {"pack"}, "to": {"0461"}, "packets": {"2 A1\n1"}})
	gone, err := l.store.Consignments(l.t.Context(), l.kv)
	l.must(err)
	stations := "/afstemningssteder/" + l.kv
	grethe.ok(stations, url.Values{"do": {"pack"}, "district": {"0751-1"}, "seals": {"S1 S2"}})
	packed, err := l.store.Deliveries(l.t.Context(), l.kv)
	l.must(err)
	e, err := l.store.Election(l.t.Context(), l.kv)
	l.must(err)
	by := l.act()
	by.Person = l.person["grethe"]
	run, err := l.store.MakeRun(l.t.Context(), by, l.kv, "BORG", onward.RunCmd{Deliveries: []string{packed[0].ID}, Driver: l.person["ole"], Phone: "89 40 20 09", Leaves: e.Date.At(5, 30)})
	l.must(err)
	karen.ok("/protokol/"+l.kv, url.Values{"date": {"2025-03-04"}, "body": {"Byrådet"}, "reference": {"pkt. 12"}})
	day := "/dag/" + models.DateOf(l.now).String()
	return []formAt{{karen, "/sortering/" + l.kv + "/sorteringsliste"}, {grethe, "/sortering/" + l.kv + "/etiketter"}, {grethe, "/videresendelse/" + l.kv + "/se/" + gone[0].ID + "/foelgeliste"},
		{grethe, stations + "/afleveringer"}, {karen, stations + "/erklaering"}, {grethe, "/koerelister/" + run.ID + "/koereliste"}, {karen, "/protokol/" + l.kv + "/protokol"},
		{karen, "/protokol/" + l.kv + "/slutrapport"}, {karen, "/tilintetgoerelse/" + l.kv + "/referat"}, {karen, day + "/sorteringslister"}}
}

// staffForms are the letters and rosters.
func (w *town) staffForms() []formAt {
	w.t.Helper()
	karen, lars := w.as("karen"), w.as("lars")
	karen.ok("/vagtplan/valg/"+w.kv+"/forslag", url.Values{"mode": {"all"}})
	shifts, err := w.store.Shifts(w.t.Context(), w.now, w.now.AddDate(1, 0, 0))
	w.must(err)
	x := shifts[0]
	date := models.DateOf(x.From)
	day, person := "/dag/"+date.String(), "/vagtplan/person/"+w.ida
	return []formAt{{lars, person + "/udpegning"}, {lars, person + "/instruktion"}, {lars, person + "/vagter"}, {karen, "/vagtplan/valg/" + w.kv + "/ugeplan/" + x.Place + "?uge=" + site.WeekKey(date)},
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
	if code, body := f.who.get(path + site.PDFSuffix + query); code != 200 || !strings.HasPrefix(body, "%PDF-") {
		t.Errorf("%s is not shown: %d %.200s", path, code, body)
		return
	}
	first, original := f.who.printAt(path + site.PrintSuffix + query)
	second, reprint := f.who.printAt(path + site.PrintSuffix + query)
	a, b := printedNumbers.FindStringSubmatch(first), printedNumbers.FindStringSubmatch(second)
	if a == nil || b == nil || a[1] != b[1] {
		t.Errorf("%s: printed as %s, then as %s", path, first, second)
		return
	}
	for i, n := range strings.Split(a[1], "-") {
		p, err := f.who.l.store.Printout(t.Context(), n)
		f.who.l.must(err)
		printed[p.Form] = true
		if before, after := copyNumber(a[2], i), copyNumber(b[2], i); after != before+1 {
			t.Errorf("%s: copy %d of %s, then copy %d", path, before, n, after)
		}
	}
	if _, again := f.who.get(first); again != original {
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
