package staffing

import (
	"strings"
	"testing"

	"github.com/brevstemme/brevstemme/models"
)

func TestReadPeople(t *testing.T) {
	places := []models.Place{{ID: "DOKK", Name: "Hovedbiblioteket", Postcode: "8000", City: "Aarhus C"}}
	for _, c := range []struct {
		name, file string
		people     int
		faults     map[int]string
	}{
		{"ours", "navn,email,telefon,arbejdsgiver,sprog\nIda Storm,ida@example.dk,89402000,bibliotek,\"da, en\"\n", 1, nil},
		{"valghalla", "\xef\xbb\xbfOpgavetype;Navn;E-mail;Mobilnummer;Område\nBrevstemmemodtager (leder);Mads Friis;mads@example.dk;12345678;Hovedbiblioteket\nTilforordnet;Åse Øst;;;8000 Aarhus C\n", 2, nil},
		{"valghalla, participants", "Fornavn;Efternavn;Fødselsdato;Team;E-mail;Mobilnummer;Specialkost;Digital Post\nMads;Friis;03.04.1989;Team Vest;mads@example.dk;12345678;Vegetar;Ja\nÅse;Øst;24.12.1971;Borgerservice;aase@example.dk;;;Nej\n", 2, nil},
		{"valghalla, tasks: a line for each, some vacant", "Opgavetype;Deltager;E-mail;Arbejdssted;Område;Opgavestatus\nTilforordnet;Mads Friis;mads@example.dk;Forsamlingshuset;8000;Accepteret\nLeder;Mads Friis;Mads@example.dk;Hovedbiblioteket;Vest;Accepteret\nTilforordnet;;;Hovedbiblioteket;Vest;LEDIG\n", 1, nil},
		{"neither work place nor area is known", "navn,arbejdssted,område\nA,Månen,Mars\n", 0, map[int]string{2: "staffing.import.home"}},
		{"no name", "navn,email\n,x@example.dk\nBo,bo@example.dk\n", 1, map[int]string{2: "staffing.import.name_missing"}},
		{"bad mail, unknown employer, unknown area", "navn,email,arbejdsgiver,område\nA,a.example.dk,,\nB,,cirkus,\nC,,,Månen\n", 0, map[int]string{2: "staffing.import.email", 3: "staffing.import.employer", 4: "staffing.import.home"}},
		{"twice and known", "navn,email\nA,a@example.dk\nB,A@example.dk\nC,known@example.dk\n", 1, map[int]string{3: "staffing.import.twice", 4: "staffing.import.known"}},
		{"a column of CPR numbers", "navn,CPR\nA,\n", 0, map[int]string{1: "staffing.import.cpr_column"}},
		{"a CPR number in a cell", "navn,telefon\nA,010190-1234\n", 0, map[int]string{2: "error.cpr_refused"}},
		{"no header", "Ida,ida@example.dk\n", 0, map[int]string{1: "staffing.import.no_name"}},
		{"empty", "", 0, map[int]string{0: "staffing.import.empty"}},
	} {
		got, faults := ReadPeople([]byte(c.file), models.EmployerLibrary, places, map[string]bool{"known@example.dk": true})
		if len(got) != c.people || len(faults) != len(c.faults) {
			t.Errorf("%s: %d people, faults %v", c.name, len(got), faults)
		}
		for _, f := range faults {
			if c.faults[f.Line] != f.Err.TextKey() {
				t.Errorf("%s: line %d: %s, want %s", c.name, f.Line, f.Err.TextKey(), c.faults[f.Line])
			}
		}
		if c.name == "valghalla, participants" && (got[0].Name != "Mads Friis" || got[0].Employer != models.EmployerLibrary || got[0].Phone != "12345678" || got[1].Employer != models.EmployerCitizenService) {
			t.Errorf("%+v", got)
		}
		if strings.HasPrefix(c.name, "valghalla, tasks") && (!got[0].Lead || got[0].Home != "DOKK" || got[0].Employer != models.EmployerElector) {
			t.Errorf("%+v", got)
		}
		if c.name == "valghalla" && (got[0].Home != "DOKK" || !got[0].Lead || got[1].Employer != models.EmployerElector || got[1].Home != "DOKK") {
			t.Errorf("%+v", got)
		}
	}
}

// Whatever the bytes: no panic, no person without a name, no CPR number.
func FuzzReadPeople(f *testing.F) {
	f.Add([]byte("navn;email\nIda;ida@example.dk\n"))
	f.Add([]byte("\xff\xfe\"navn"))
	f.Fuzz(func(t *testing.T, data []byte) {
		people, _ := ReadPeople(data, models.EmployerLibrary, nil, nil)
		for _, p := range people {
			if p.Name == "" || models.LooksLikeCPR(p.Name) || models.LooksLikeCPR(p.Phone) {
				t.Fatalf("%+v", p)
			}
		}
	})
}
