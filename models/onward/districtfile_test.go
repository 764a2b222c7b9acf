package onward

import (
	"fmt"
	"strings"
	"testing"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/schedule"
)

// readList reads a list as text.
func readList(t *testing.T, text string, known ...District) (DistrictList, error) {
	t.Helper()
	rows, broken, ok := schedule.Table([]byte(text))
	if !ok {
		t.Fatal("no text")
	}
	return ReadDistricts("0751", rows, broken, known)
}

func TestReadDistricts(t *testing.T) {
	l, err := readList(t, "\ufeffnumber;name;station;voters;lat;lon;kommunekode\r\n"+
		"10;\"Dokk1, indgang \"\"Vest\"\" (øst/syd)\";Dokk1;8210;56,153;10,214;751\r\n2;Åby/Hasle;Åby Hallen;3100;;;0751\r\n1;Odense;x;1;;;0461\r\n;;;;;;\r\n")
	ds := l.Districts
	if err != nil || l.Rows != 3 || l.Others != 1 || !l.Whole() || len(ds) != 2 || ds[0].Number != 2 || ds[1].Name != `Dokk1, indgang "Vest" (øst/syd)` || ds[1].Lat != 56.153 || ds[1].ID != "0751-10" {
		t.Fatalf("%+v %v", l, err)
	}
	for _, bad := range []string{"", "\n\n", "a,b\n1,2\n", "number,name\n"} {
		if _, err := readList(t, bad); models.CodeOf(err) != models.CodeInvalid {
			t.Errorf("accepted %q", bad)
		}
	}
}

// The national list has Danish column names, figures that are not ours and more
// digits of a coordinate than anybody knows.
func TestReadDistrictsOfTheNationalList(t *testing.T) {
	l, err := readList(t, "kommunekode,kommune,nummer,dagi_id,navn,afstemningssted,adresse,lat,lon,opstillingskreds,stemmeberettigede_kv25\n"+
		"751,Aarhus Kommune,12,700012,Vestbyen,Skolen,\"Vej 1, 8000 Aarhus C\",56.15123456,10.11340289,Aarhus Vest,4100\n101,Københavns Kommune,1,700001,Nord,Hallen,Vej 2,55.7,12.5,Østerbro,9000\n")
	if err != nil || l.Others != 1 || len(l.Districts) != 1 || l.Districts[0] != (District{ID: "0751-12", Code: "0751", Number: 12, DagiID: "700012", Name: "Vestbyen", Station: "Skolen", Address: "Vej 1, 8000 Aarhus C", Lat: 56.151235, Lon: 10.113403, Voters: 4100}) {
		t.Fatalf("%+v %v", l, err)
	}
}

// Each row at fault is told with its row and stops no other.
func TestRowsAtFaultStopNoOther(t *testing.T) {
	rows := []struct{ row, key string }{
		{"1,Vest,Skolen,56.1,10.2,100,751", ""},
		{"x,Nord,Skolen,56.1,10.2,100,751", "onward.list_number"},
		{",Nord,Skolen,56.1,10.2,100,751", "onward.list_number"},
		{"0,Nord,Skolen,56.1,10.2,100,751", "onward.district_number"},
		{"2,,Skolen,56.1,10.2,100,751", "onward.district_name"},
		{"1,Vest igen,Skolen,56.1,10.2,100,751", "onward.list_twice"},
		{"3,Øst,Skolen,nord,10.2,100,751", "onward.list_number"},
		{"3,Øst,Skolen,156.1,10.2,100,751", "onward.district_point"},
		{"3,Øst,Skolen,56.1,10.2,mange,751", "onward.list_number"},
		{"3,Øst,Skolen,56.1,10.2,-5,751", "onward.list_number"},
		{"3,Øst 010203-1234,Skolen,56.1,10.2,5,751", "error.cpr_refused"},
		{"3,Øst,Skolen,56.1,10.2,5,9999", "onward.list_municipality"},
		{"\"3,Øst,Skolen,56.1,10.2,5,751", "onward.list_quotes"},
		{"4,Syd", ""},
		{"5,Midt,Skolen,56.1,10.2,5,751,for meget", ""},
	}
	var b strings.Builder
	b.WriteString("number,name,station,lat,lon,voters,kommunekode\n\n")
	for _, r := range rows {
		b.WriteString(r.row + "\n")
	}
	l, err := readList(t, b.String())
	if err != nil || l.Rows != len(rows) || len(l.Districts) != 3 || l.Whole() {
		t.Fatalf("%+v %v", l, err)
	}
	told := map[int]string{}
	for _, f := range l.Bad {
		told[f.Row] = f.Err.TextKey()
		if strings.Contains(fmt.Sprint(f.Err.Args...), "010203") {
			t.Error("what looks like a CPR number is shown again")
		}
	}
	for i, r := range rows {
		if told[i+3] != r.key {
			t.Errorf("row %d %q: %q, want %q", i+3, r.row, told[i+3], r.key)
		}
	}
}

// A list that is written and read again changes nothing, and a list without a
// column leaves what is there.
func TestDistrictsWrittenAndReadAgain(t *testing.T) {
	var known []District
	for i := range 40 {
		known = append(known, District{ID: fmt.Sprintf("0751-%d", i+1), Code: "0751", Number: i + 1, DagiID: fmt.Sprint(700000 + i), Name: fmt.Sprintf("Område \"%d\", øst", i), Station: "Skolen; hal B", Address: "Vej 1, 8000 Aarhus C", Lat: metre(56.1 + float64(i)/1e5), Lon: -10.2, Voters: i * 100})
	}
	l, err := ReadDistricts("0751", DistrictRows(known), nil, nil)
	if c := CompareDistricts(known, l.Districts, true); err != nil || !c.None() || c.Same != 40 {
		t.Errorf("%+v %v", c, err)
	}
	l, err = readList(t, "number,name\n1,Nyt navn\n", known...)
	if err != nil || len(l.Districts) != 1 || l.Districts[0].Address != "Vej 1, 8000 Aarhus C" || l.Districts[0].Name != "Nyt navn" {
		t.Errorf("%+v %v", l, err)
	}
	c := CompareDistricts(known, l.Districts, true)
	if len(c.Changed) != 1 || len(c.Retired) != 39 || len(c.Added) != 0 {
		t.Errorf("%+v", c)
	}
	if c := CompareDistricts(c.Retired, known[1:2], false); len(c.Added) != 1 || len(c.Retired) != 0 {
		t.Errorf("a district that comes back: %+v", c)
	}
}
