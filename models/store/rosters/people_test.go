package rosters_test

import (
	"testing"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/staffing"
	"github.com/brevstemme/brevstemme/models/store/audits"
	"github.com/brevstemme/brevstemme/models/store/storetest"
)

func TestImportPeopleOnce(t *testing.T) {
	t.Parallel()
	m := storetest.NewTeam(t, 0)
	ctx := t.Context()
	rows, faults := staffing.ReadPeople([]byte("Opgavetype;Navn;E-mail;Område\nBrevstemmemodtager;Åse Øster;aase@example.dk;DOKK\n"), models.EmployerLibrary, []models.Place{{ID: "DOKK"}}, nil)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	act := m.Lib()
	for range 2 { // the second is the same click
		n, err := m.ImportPeople(ctx, act, rows)
		m.OK(err)
		if n != 1 {
			t.Fatal(n)
		}
	}
	all, err := m.People(ctx)
	m.OK(err)
	if len(all) != 1 || all[0].Home != "DOKK" {
		t.Fatalf("%+v", all)
	}
}

// A list is read beside who was here when it was sent: the same click is told the
// same, another one that everybody is known, and one at fault adds nobody.
func TestReadPeopleOnce(t *testing.T) {
	t.Parallel()
	m := storetest.NewTeam(t, 0)
	ctx := t.Context()
	table := [][]string{{"Navn", "E-mail"}, {"Åse Øster", "Aase@example.dk"}, {"Bo Vest", ""}}
	act := m.Lib()
	for range 2 {
		if n, faults, err := m.ReadPeople(ctx, act, models.EmployerLibrary, table); err != nil || n != 2 || len(faults) != 0 {
			t.Fatal(n, faults, err)
		}
	}
	n, faults, err := m.ReadPeople(ctx, m.Lib(), models.EmployerLibrary, append(table, []string{"Ny", "ny@example.dk"}))
	if models.CodeOf(err) != models.CodeInvalid || n != 0 || len(faults) != 1 || faults[0].Line != 2 {
		t.Error("known people were added:", n, faults, err)
	}
	if _, _, err := m.ReadPeople(ctx, m.City(), models.EmployerLibrary, [][]string{{"Navn"}, {"Ny"}}); models.CodeOf(err) != models.CodeForbidden {
		t.Error("the library's people were read by the other leader:", err)
	}
	all, err := m.People(ctx)
	if m.OK(err); len(all) != 2 {
		t.Errorf("%+v", all)
	}
	names, err := m.Names(ctx)
	if m.OK(err); len(names) != 2 {
		t.Errorf("%+v", names)
	}
	rep, err := audits.Verify(ctx, m.DSN)
	if m.OK(err); !rep.OK {
		t.Errorf("%+v", rep)
	}
}
