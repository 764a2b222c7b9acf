package planning

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/brevstemme/brevstemme/models"
	"pgregory.net/rapid"
)

// drawnText is a text of one line as a field of a place may hold it; without the
// characters that part the things of its cell.
func drawnText(t *rapid.T, name, without string) string {
	s := rapid.StringOf(rapid.RuneFrom([]rune("aBcÆøåéß 019.,'\"=+-@/()&–’;|<>")).Filter(func(r rune) bool { return !strings.ContainsRune(without, r) })).Draw(t, name)
	s = strings.Join(strings.Fields(s), " ")
	if models.LooksLikeCPR(s) {
		return "x"
	}
	return s
}

func drawnWeek(t *rapid.T, name string) (out []models.Hours) {
	for _, d := range []int{1, 2, 3, 4, 5, 6, 0} {
		at := rapid.IntRange(0, 600).Draw(t, name)
		for range rapid.IntRange(0, 2).Draw(t, name) {
			to := at + rapid.IntRange(1, 400).Draw(t, name)
			out = append(out, models.Hours{Weekday: d, Opens: at, Closes: to})
			at = to + rapid.IntRange(0, 20).Draw(t, name)
		}
	}
	return out
}

// drawnPlace is any place that the form could have made.
func drawnPlace(t *rapid.T) models.Place {
	text := func(name string) string { return drawnText(t, name, "") }
	part := func(name string) string { return drawnText(t, name, ";") }
	several := func(name string) (out []string) {
		for range rapid.IntRange(0, 3).Draw(t, name) {
			if s := part(name); s != "" {
				out = append(out, s)
			}
		}
		return out
	}
	point := func(name string) float64 {
		return math.Round(rapid.Float64Range(-90, 90).Draw(t, name)*1e6)/1e6 + 0 // no -0
	}
	p := models.Place{ID: "AB" + fmt.Sprint(rapid.IntRange(0, 99).Draw(t, "id")), Name: "S" + text("name"), Kind: rapid.SampledFrom(models.PlaceKinds).Draw(t, "kind"), Address: text("address"),
		Postcode: rapid.StringMatching(`0\d{3}|[1-9]\d{3}|`).Draw(t, "postcode"), City: text("city"), Lat: point("lat"), Lon: point("lon"),
		Model: rapid.SampledFrom(append([]models.ServiceModel{""}, models.ServiceModels...)).Draw(t, "model"), Rooms: several("rooms"), Booths: rapid.IntRange(0, 200).Draw(t, "booths"),
		Staffed: drawnWeek(t, "staffed"), SelfService: drawnWeek(t, "self"), Accessibility: text("access"), Storage: text("storage"), SearchAt: several("search"),
		CrewMin: rapid.IntRange(0, 9).Draw(t, "crew"), Retired: rapid.Bool().Draw(t, "retired")}
	for _, a := range slices.Concat(models.AidsEverywhere, models.AidsSomewhere) {
		if rapid.Bool().Draw(t, "aid") {
			p.Aids = append(p.Aids, a)
		}
	}
	for range rapid.IntRange(0, 3).Draw(t, "days") {
		p.ClosedDays = append(p.ClosedDays, models.NewDate(2025, 1, rapid.IntRange(1, 700).Draw(t, "day")))
	}
	if rapid.Bool().Draw(t, "decided") {
		p.Decision = models.Decision{Date: models.NewDate(2025, 3, 1), Body: "B" + text("body"), Reference: "R" + text("reference")}
	}
	for range rapid.IntRange(0, 3).Draw(t, "contacts") {
		p.Contacts = append(p.Contacts, models.Contact{Role: "K" + part("role"), Phone: part("phone"), Email: part("email")})
	}
	for i := range rapid.IntRange(0, 3).Draw(t, "keys") {
		p.KeyHolders = append(p.KeyHolders, fmt.Sprint("P", i))
	}
	for range rapid.IntRange(0, 3).Draw(t, "stops") {
		x := models.TourStop{Name: "T" + part("stop"), Address: part("stop address")}
		if rapid.Bool().Draw(t, "point") {
			x.Lat, x.Lon = point("stop lat"), point("stop lon")
		}
		p.Stops = append(p.Stops, x)
	}
	return p
}

func anybody(string) bool { return true }

// Any place, written and read again, is the same place, be it known or new.
func TestPlaceWrittenAndReadAgain(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawnPlace(t)
		for _, known := range [][]models.Place{nil, {p}, {{ID: p.ID, Name: "Før", Kind: models.PlacePrison, Booths: 7, Stops: []models.TourStop{{Name: "x"}}, Contacts: []models.Contact{{Role: "y"}}, Retired: true}}} {
			got, bad := ReadPlaces([][]string{PlaceColumns, PlaceRow(p)}, known, anybody)
			if len(bad) > 0 || len(got) != 1 {
				t.Fatalf("%v %v", got, bad[0].Err)
			}
			if fmt.Sprintf("%+v", got[0]) != fmt.Sprintf("%+v", p) {
				t.Fatalf("\n got %+v\nwant %+v", got[0], p)
			}
		}
	})
}

// Every row at fault is told with its column; a place may stand in a file once.
func TestPlaceRowsAtFault(t *testing.T) {
	rows := [][]string{{"name", "address", "stops", "contacts", "key_holders", "retired", "lat"},
		{"Åby", "Vej 1", "Torvet; Vej 2\nSkolen; Vej 3; 56,1; 10.2", "Leder; 87 12 34 56", "P1", "ja", "56,123456789"},
		{"Viby", "Vej 2", "Torvet; Vej 2; 56,1", "", "", "", ""},
		{"Viby", "Vej 2", "Torvet; Vej 2; 156,1; 10", "", "", "", ""},
		{"Viby", "Vej 2", "", "; 87 12 34 56", "", "", ""},
		{"Viby", "Vej 2", "", "", "P9", "", ""},
		{"Viby", "Vej 2", "", "", "", "måske", ""},
		{"Viby", "Vej 2", "Hos 010203-1234", "", "", "", ""},
		{"Viby", "Vej 2", "", "", "", "", "nord"},
		nil,
		{"åby ", "Vej 1", "", "", "", "", ""},
	}
	got, bad := ReadPlaces(rows, nil, func(id string) bool { return id == "P1" })
	if len(got) != 1 || got[0].Lat != 56.123457 || len(got[0].Stops) != 2 || got[0].Stops[0].Address != "Vej 2" || got[0].Stops[1].Lat != 56.1 || !got[0].Retired || got[0].Contacts[0].Phone != "87 12 34 56" {
		t.Errorf("%+v", got)
	}
	var told []string
	for _, e := range bad {
		told = append(told, fmt.Sprintf("%d %s", e.Row, e.Column))
	}
	if s := strings.Join(told, ", "); s != "3 stops, 4 stops, 5 contacts, 6 key_holders, 7 retired, 8 stops, 9 lat, 11 id" {
		t.Error(s)
	}
}
