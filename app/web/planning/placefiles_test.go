package planning_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/brevstemme/brevstemme/app/web/webtest"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/planning"
	"github.com/brevstemme/brevstemme/models/store/persons"
)

// oddPlaces is a place of every kind, with every field and with texts that files
// are apt to spoil.
func oddPlaces() []models.Place {
	texts := []string{"=1+1", "'=x", "-2 trin", "+45 87 12 34 56", "@hjem", `"citat", og; mere`, "007", "1-2", "Ærø – Åå\u00a0€ 😀"}
	var out []models.Place
	for i, k := range models.PlaceKinds {
		x := func(n int) string { return texts[(i+n)%len(texts)] }
		out = append(out, models.Place{ID: "ODD" + string(rune('A'+i)), Name: "Sted " + string(rune('A'+i)) + " " + x(0), Kind: k, Address: x(1), Postcode: "0800", City: x(2), Lat: 56.153802, Lon: -10.116748, Model: models.ServiceModels[i%3],
			Rooms: []string{"Salen", "Kælder 1"}, Booths: i, Aids: []models.Aid{models.AidLamp, models.AidCCTV}, Staffed: []models.Hours{{Weekday: 6, Opens: 600, Closes: 900}, {Weekday: 1, Opens: 570, Closes: 720}, {Weekday: 1, Opens: 780, Closes: 1440}},
			SelfService: []models.Hours{{Weekday: 0, Opens: 0, Closes: 1440}}, ClosedDays: []models.Date{models.NewDate(2025, 12, 24), models.NewDate(2025, 11, 3)}, Accessibility: x(3), Storage: x(4),
			Contacts: []models.Contact{{Role: "Leder", Phone: "87 12 34 56", Email: "leder@example.dk"}, {Role: "Vagt"}}, Stops: []models.TourStop{{Name: "Torvet", Address: "Torv 1", Lat: 56.1, Lon: 10}, {Name: "Skolen", Address: "Vej 2, 8000 Aarhus C"}, {Name: "Kroen"}},
			Decision: models.Decision{Date: models.NewDate(2025, 3, 4), Body: x(5), Reference: x(6)}, CrewMin: 2, Retired: i%2 == 1, SearchAt: []string{"Papirkurve", "Kopimaskine"}})
	}
	return out
}

// What goes out as CSV or XLSX comes back as it was: here it changes nothing, and
// in another municipality's house it makes the same places.
func TestPlacesOutAndIn(t *testing.T) {
	t.Parallel()
	here, there, far := webtest.NewLibrary(t), webtest.NewLibrary(t), webtest.NewLibrary(t)
	nils, err := here.Store.AddWithAccount(t.Context(), here.Act(), persons.NewPerson{Name: "Nils", Person: models.Person{Roles: []models.Role{models.RoleReceiver}}}, persons.Credentials{Login: "nils", Password: "et langt kodeord"})
	here.Must(err)
	for _, p := range oddPlaces() {
		p.KeyHolders = []string{here.Person["anna"], nils.ID}
		_, err := here.Store.AddPlace(t.Context(), here.Act(), p)
		here.Must(err)
	}
	karen := here.As("karen")
	for file, other := range map[string]*webtest.Library{"steder.csv": there, "steder.xlsx": far} {
		_, out := karen.Get("/" + file)
		if code, body := karen.Send("/steder/import", file, []byte(out)); code != http.StatusConflict || !strings.Contains(webtest.ErrorsIn(body), "ikke ændret") {
			t.Errorf("%s changes what it came from: %d %s", file, code, webtest.ErrorsIn(body))
		}
		if code, body := other.As("karen").Send("/steder/import", file, []byte(out)); code != http.StatusUnprocessableEntity || strings.Count(body, nils.ID) != len(oddPlaces()) {
			t.Errorf("%s: keys of strangers are taken: %d, %d", file, code, strings.Count(body, nils.ID)) // each of the rows that names some, and no other
		}
	}
	// the auditor's file has no keys in it, and changes none
	_, err = here.Store.AddWithAccount(t.Context(), here.Act(), persons.NewPerson{Name: "Rita", Person: models.Person{Roles: []models.Role{models.RoleAuditor}}}, persons.Credentials{Login: "rita", Password: "et langt kodeord"})
	here.Must(err)
	for file, other := range map[string]*webtest.Library{"steder.csv": there, "steder.xlsx": far} {
		_, out := here.As("rita").Get("/" + file)
		if strings.Contains(out, nils.ID) {
			t.Errorf("%s tells an auditor who holds keys", file)
		}
		if code, body := karen.Send("/steder/import", file, []byte(out)); code != http.StatusConflict {
			t.Errorf("%s without the keys: %d %s", file, code, webtest.ErrorsIn(body))
		}
		if code, body := other.As("karen").Send("/steder/import", file, []byte(out)); code != http.StatusSeeOther {
			t.Errorf("%s: %d %s", file, code, webtest.ErrorsIn(body))
		}
		for _, want := range oddPlaces() {
			got, err := other.Store.Place(t.Context(), want.ID)
			other.Must(err)
			if a, b := strings.Join(planning.PlaceRow(got), "|"), strings.Join(planning.PlaceRow(want), "|"); a != b {
				t.Errorf("%s:\n got %s\nwant %s", file, a, b)
			}
		}
	}
}

// Every field of a place can be typed in its form, and saving the form as it is
// shown changes nothing.
func TestPlaceByForm(t *testing.T) {
	t.Parallel()
	l := webtest.NewLibrary(t)
	karen := l.As("karen")
	form := url.Values{"name": {"Bogbussen"}, "kind": {"mobile"}, "address": {"Vej 1"}, "postcode": {"8000"}, "city": {"Aarhus C"}, "lat": {"56,15"}, "lon": {"10.20"}, "model": {"begge"}, "rooms": {"Bag; For"}, "booths": {"2"},
		"aids": {"felt_pen", "magnifier_4x", "led_lamp", "height_table", "cctv"}, "staffed": {"man-fre 9.30-12, 13-17; lør 10-14"}, "self_service": {"søn 8-22"}, "closed_days": {"24.12.2025 2025-12-31"}, "accessibility": {"Rampe"}, "storage": {"Boks i kælderen"},
		"decision_date": {"4.3.2025"}, "decision_body": {"Byrådet"}, "decision_reference": {"pkt. 9"}, "crew_min": {"2"}, "contacts": {"Leder; 87 12 34 56; a@example.dk\r\nVagt; 22 33 44 55"}, "search_at": {"Papirkurve; Under sædet"},
		"stops": {"Torvet; Torv 1; 56,1; 10,2\r\nSkolen; Vej 2"}, "retired": {"1"}}
	karen.OK("/steder/ny", form)
	p, err := l.Store.Place(t.Context(), "BOGB")
	l.Must(err)
	want := "BOGB|Bogbussen|mobile|Vej 1|8000|Aarhus C|56.15|10.2|begge|Bag; For|2|felt_pen magnifier_4x led_lamp height_table cctv|man-fre 9.30-12, 13-17; lør 10-14|søn 8-22|2025-12-24 2025-12-31|Rampe|Boks i kælderen|2025-03-04|Byrådet|pkt. 9|2|Leder; 87 12 34 56; a@example.dk\nVagt; 22 33 44 55||Papirkurve; Under sædet|Torvet; Torv 1; 56.1; 10.2\nSkolen; Vej 2|1"
	if got := strings.Join(planning.PlaceRow(p), "|"); got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
	_, page := karen.Get("/steder/BOGB")
	for _, shown := range []string{"Mobilt sted", "56.15, 10.2", "Bag, For", "Rampe", "Boks i kælderen", "Byrådet, 4.3.2025, pkt. 9", "87 12 34 56 a@example.dk", "Vagt", "Papirkurve, Under sædet", "Torvet, Torv 1", "mandag–fredag 09.30–12.00, 13.00–17.00; lørdag 10.00–14.00", "søndag 08.00–22.00", "24.12.", "Udgået"} {
		if !strings.Contains(page, shown) {
			t.Errorf("the page does not show %q", shown)
		}
	}
	for field, bad := range map[string]string{"stops": "Torvet; Vej; 5", "contacts": "; 1", "lat": "nord", "staffed": "mandag", "booths": "-1", "closed_days": "jul", "name": "", "kind": "kiosk", "model": "ingen", "key_holders": "P404", "decision_date": "i går"} {
		broken := url.Values{"mark": {planning.Mark(p)}}
		for k, v := range form {
			broken[k] = v
		}
		broken.Set(field, bad)
		if code, body := karen.Post("/steder/BOGB/ret", broken); code != http.StatusUnprocessableEntity || !strings.Contains(webtest.ErrorsIn(body), `href="#f-`+field+`"`) {
			t.Errorf("%s %q: %d %s", field, bad, code, webtest.ErrorsIn(body))
		}
	}
}
