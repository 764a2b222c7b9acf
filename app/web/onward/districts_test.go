package onward_test

import (
	"bytes"
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	onwardpages "github.com/brevstemme/brevstemme/app/web/onward"
	"github.com/brevstemme/brevstemme/app/web/webtest"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/onward"
)

// nationalRows is how many polling districts the country had in 2025.
const nationalRows = 1314

// nationalList is a made-up list of the form of the national one: 1,314 rows over
// all municipalities, with the columns and the sort of names that it has.
func nationalList() [][]string {
	rows := [][]string{{"kommunekode", "kommune", "nummer", "dagi_id", "navn", "afstemningssted", "adresse", "lat", "lon", "opstillingskreds_nr", "opstillingskreds", "storkreds", "stemmeberettigede_kv25", "provenance"}}
	quarters := []string{"Nord", "Syd, havnen", "Øst/Vest", "Ådalen", "Skovkvarteret", "Midtby (1)", "Sankt Hans", "Lærkehøj", "Engtoften", "Ø-kredsen"}
	houses := []string{"Hallen", "Skolen", "Kulturhuset, sal \"B\"", "Forsamlingshuset", "Biblioteket"}
	for i := range nationalRows {
		m := models.Municipalities[i%len(models.Municipalities)]
		n := i/len(models.Municipalities) + 1
		rows = append(rows, []string{strings.TrimLeft(m.Code, "0"), m.Name, fmt.Sprint(n), fmt.Sprint(700000 + i), fmt.Sprintf("%d. %s", n, quarters[i%len(quarters)]), houses[i%len(houses)],
			fmt.Sprintf("Valgvej %d, %d %s", i%90+1, 1000+i*7%9000, strings.TrimSuffix(m.Name, " Kommune")), fmt.Sprintf("%.8f", 54.6+float64(i)*0.00217), fmt.Sprintf("%.8f", 8.1+float64(i)*0.00498),
			fmt.Sprint(i % 92), "Kreds", "Storkreds", fmt.Sprint(700 + i*13%9000), "example"})
	}
	return rows
}

// oursIn is how many rows of a list are Aarhus'.
func oursIn(rows [][]string) (n int) {
	for _, r := range rows {
		if r[0] == "751" {
			n++
		}
	}
	return n
}

func asCSV(rows [][]string) []byte {
	var b strings.Builder
	for _, r := range rows {
		for i, c := range r {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(`"` + strings.ReplaceAll(c, `"`, `""`) + `"`)
		}
		b.WriteString("\r\n")
	}
	return []byte(b.String())
}

func asXLSX(t *testing.T, rows [][]string) []byte {
	t.Helper()
	f := excelize.NewFile()
	for i, r := range rows {
		cells := make([]any, len(r))
		for j, c := range r {
			cells[j] = c
		}
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &cells); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

var hidden = regexp.MustCompile(`<input type="hidden" name="(list|whole)" value="([^"]*)">`)

// applied sends what a preview offers to save.
func applied(v webtest.Visitor, path, preview string) {
	v.Library.T.Helper()
	form := url.Values{"do": {"apply"}}
	for _, m := range hidden.FindAllStringSubmatch(preview, -1) {
		form.Set(m[1], html.UnescapeString(m[2]))
	}
	v.OK(path, form)
}

// factsOf are the lines of a page's summary list.
func factsOf(page string) map[string]string {
	out := map[string]string{}
	for _, m := range regexp.MustCompile(`<dt>([^<]*)</dt><dd>([^<]*)</dd>`).FindAllStringSubmatch(page, -1) {
		out[html.UnescapeString(m[1])] = m[2]
	}
	return out
}

// The national list is taken as it is, as CSV, in Windows-1252 and as a
// spreadsheet: so many rows are ours, so many others' and skipped. Nothing is
// saved before it was shown, and the same list again changes nothing.
func TestNationalListOfDistricts(t *testing.T) {
	t.Parallel()
	l := webtest.NewReception(t)
	karen, path := l.As("karen"), "/sortering/"+l.Local+"/omraader"
	rows := nationalList()
	n := oursIn(rows)
	win := strings.NewReplacer("Ø", "\xd8", "ø", "\xf8", "Å", "\xc5", "å", "\xe5", "æ", "\xe6", "Æ", "\xc6").Replace(string(asCSV(rows)))
	for _, x := range []struct {
		name string
		file []byte
	}{{"liste.csv", asCSV(rows)}, {"windows.csv", []byte(win)}, {"liste.xlsx", asXLSX(t, rows)}} {
		code, page := karen.Send(path, x.name, x.file, "do", "import")
		got := factsOf(page)
		if code != http.StatusOK || got["Rækker i filen"] != "1.314" || got["Taget"] != fmt.Sprint(n) || got["Andre kommuners, sprunget over"] != "1.301" || got["Rækker med fejl"] != "0" || got["Nyt"] != fmt.Sprint(n-3) || got["Ændres"] != "3" {
			t.Errorf("%s: %d %v", x.name, code, got)
		}
		if !strings.Contains(page, "Ådalen") && !strings.Contains(page, "Øst/Vest") {
			t.Errorf("%s: the letters are lost", x.name)
		}
	}
	if ds, err := l.Store.Districts(t.Context(), "0751"); err != nil || len(ds) != 3 {
		t.Errorf("a preview saved: %d %v", len(ds), err)
	}
	_, page := karen.Send(path, "liste.csv", asCSV(rows), "do", "import")
	applied(karen, path, page)
	ds, err := l.Store.Districts(t.Context(), "0751")
	if err != nil || len(ds) != n || ds[0].Voters == 0 || ds[0].Lat == 0 {
		t.Errorf("%d districts, %v", len(ds), err)
	}
	if _, page = karen.Send(path, "liste.csv", asCSV(rows), "do", "import"); !strings.Contains(page, "Listen ændrer intet.") || strings.Contains(page, `value="apply"`) {
		t.Error("the same list again changes something")
	}
	for _, m := range models.Municipalities { // what goes through the form must pass its own guard, for each municipality
		list, err := onward.ReadDistricts(m.Code, rows, nil, nil)
		if err != nil || list.Whole() && models.LooksLikeCPR(onwardpages.DistrictCSV(list.Districts)) {
			t.Errorf("%s: %v", m.Name, err)
		}
	}
}

// Rows at fault are listed with their number and what to do, and stop no other;
// while there are any no district is taken out of use.
func TestDistrictListWithFaults(t *testing.T) {
	t.Parallel()
	l := webtest.NewReception(t)
	karen, path := l.As("karen"), "/sortering/"+l.Local+"/omraader"
	rows := nationalList()
	var at []int // indexes of our rows
	for i, r := range rows {
		if r[0] == "751" {
			at = append(at, i)
		}
	}
	rows[at[0]][2] = "ét"
	rows[at[1]][4] = ""
	rows[at[2]][2] = rows[at[3]][2]
	rows[at[4]][7] = "nord"
	rows[at[5]][4] = "Ring til 010203-1234"
	rows[at[6]][12] = "mange"
	rows[20][0] = "9999"
	file := strings.Replace(string(asCSV(rows)), `"8. `, `8. "`, 1) // somebody's row gets a stray quotation mark: kept as text
	file = strings.Replace(file, "\r\n\"", "\r\n\"\"x,\"", 1)
	code, page := karen.Send(path, "liste.csv", []byte(file), "do", "import")
	got := factsOf(page)
	taken := len(at) - 6
	if code != http.StatusOK || got["Rækker i filen"] != "1.314" || got["Taget"] != fmt.Sprint(taken) || got["Rækker med fejl"] == "0" || got["Tages ud af brug"] != "0" {
		t.Errorf("%d %v", code, got)
	}
	for _, row := range []int{at[0], at[1], at[3], at[4], at[5], at[6], 20} {
		if !strings.Contains(page, fmt.Sprintf(`<th scope="row">Linje %d</th>`, row+1)) {
			t.Errorf("row %d is not told", row+1)
		}
	}
	if strings.Contains(page, "010203") {
		t.Error("what looks like a CPR number is shown again")
	}
	applied(karen, path, page)
	ds, err := l.Store.Districts(t.Context(), "0751")
	l.Must(err)
	if len(ds) < taken || len(ds) < 3 {
		t.Errorf("%d districts", len(ds))
	}
	for _, x := range []struct {
		name string
		file []byte
	}{{"tom.csv", nil}, {"prosa.csv", []byte("Her er listen\nmed områder\n")}, {"billede.csv", []byte("\x89PNG\x00\x01")}, {"zip.xlsx", []byte("PK\x03\x04 no zip")}, {"uden.csv", []byte("kommunekode,navn\n751,Nord\n")}} {
		if code, page := karen.Send(path, x.name, x.file, "do", "import"); code != http.StatusUnprocessableEntity || !strings.Contains(page, `class="errors"`) {
			t.Errorf("%s: %d", x.name, code)
		}
	}
	var out onwardpages.DistrictCheckOut
	if code, body := karen.Say("elections/"+l.Local+"/districts/check", onwardpages.DistrictCheckIn{CSV: "number,name\n1,Nord\nx,Syd\n"}, &out); code != http.StatusOK || out.Rows != 2 || len(out.Districts) != 1 || len(out.Bad) != 1 || out.Bad[0].Row != 3 {
		t.Errorf("%d %s", code, body)
	}
}
