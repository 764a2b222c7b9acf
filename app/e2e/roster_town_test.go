package e2e_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/brevstemme/brevstemme/app/web"
	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/planning"
	"github.com/brevstemme/brevstemme/models/schedule"
	"github.com/brevstemme/brevstemme/models/staffing"
	"github.com/brevstemme/brevstemme/models/store"
	"github.com/brevstemme/brevstemme/models/store/persons"
	"github.com/brevstemme/brevstemme/models/store/pgtest"
	"github.com/brevstemme/brevstemme/models/store/readyplan"
)

// branches are Aarhus' libraries with where they lie.
var branches = []struct {
	name     string
	lat, lon float64
}{
	{"Dokk1", 56.153, 10.214}, {"Bavnehøj Bibliotek", 56.098, 10.087}, {"Beder-Malling Bibliotek", 56.061, 10.211}, {"Gellerup Bibliotek", 56.152, 10.138}, {"Harlev Bibliotek", 56.140, 10.003},
	{"Hasle Bibliotek", 56.168, 10.155}, {"Hjortshøj Kombi-Bibliotek", 56.249, 10.266}, {"Højbjerg Bibliotek", 56.116, 10.200}, {"Lystrup Bibliotek", 56.230, 10.242}, {"Risskov Bibliotek", 56.189, 10.229},
	{"Sabro Kombi-Bibliotek", 56.213, 10.033}, {"Skødstrup Bibliotek", 56.264, 10.310}, {"Solbjerg Bibliotek", 56.042, 10.087}, {"Tilst Kombi-Bibliotek", 56.189, 10.111}, {"Tranbjerg Bibliotek", 56.089, 10.127},
	{"Trige Kombi-Bibliotek", 56.253, 10.148}, {"Viby Bibliotek", 56.129, 10.164}, {"Åby Bibliotek", 56.153, 10.166},
}

// The names of the 120 are put together of these.
var (
	firstNames = []string{"Anne", "Birgit", "Carsten", "Dorte", "Erik", "Fatima", "Gitte", "Hans", "Inger", "Jens", "Kirsten", "Lone", "Mads", "Nanna", "Ole"}
	lastNames  = []string{"Andersen", "Bach", "Dahl", "Eriksen", "Friis", "Gregersen", "Holm", "Ibsen"}
)

// newAarhus is a municipality with 18 libraries, sessions in the six weeks before
// the local election of 2025, and 120 appointed and instructed people of two
// employers. Karen coordinates, Lars leads the library's, Ida is one of them.
func newAarhus(t *testing.T) *libraries {
	t.Helper()
	l := &libraries{t: t, person: map[string]string{}, log: &logged{}}
	began, morning := time.Now(), models.NewDate(2025, 10, 1).At(9, 0)
	clock := func() time.Time { return morning.Add(time.Since(began)) }
	s, err := store.Open(t.Context(), store.Config{DSN: pgtest.DB(t).AppDSN, Clock: clock})
	l.must(err)
	l.store = s
	t.Cleanup(func() { l.must(s.Close(context.Background())) })
	e, err := s.CreateElection(t.Context(), l.act(), planning.NewElection{Type: models.TypeLocal, Name: "Kommunal- og regionalvalg 2025", Date: models.NewDate(2025, 11, 18), Municipality: "0751", Colour: "#1A5FB4", Word: "BLÅ"})
	l.must(err)
	l.kv = e.ID
	list := "place,address,postcode,city,kind,weekday_or_date,opens,closes,note,source_url\n"
	for i, b := range branches {
		id := fmt.Sprintf("BIB%02d", i)
		_, err := s.AddPlace(t.Context(), l.act(), models.Place{ID: id, Name: b.name, Address: "Vej 1", Postcode: "8000", City: "Aarhus", Kind: models.PlaceLibrary, Lat: b.lat, Lon: b.lon, Aids: models.AidsEverywhere, Booths: 2})
		l.must(err)
		l.places = append(l.places, id)
		for j, day := range []string{"man", "tir", "ons", "tor", "fre", "lør"} {
			if j == 5 && i%4 == 0 || j < 5 && (i+j)%3 != 0 {
				list += fmt.Sprintf("%s,Vej 1,8000,Aarhus,library,%s,%d:00,%d:00,,\n", b.name, day, 10+(i+j)%4, 15+(i+j)%4)
			}
		}
	}
	_, err = s.ImportPlan(t.Context(), l.act(), l.kv, schedule.Check([]byte(list), schedule.Period{First: e.First, Last: e.Last}))
	l.must(err)
	_, err = readyplan.Publish(t.Context(), s, l.act, l.kv)
	l.must(err)
	l.must(s.SetStaffing(t.Context(), l.act(), l.kv, staffing.Rules{Required: true}))
	for login, role := range map[string]models.Role{"karen": models.RoleCoordinator, "lars": models.RoleLibraryLead, "ida": models.RoleReceiver} {
		n := persons.NewPerson{Name: strings.ToUpper(login[:1]) + login[1:] + " Vium", Phone: "89 40 11 22", Email: login + "@example.dk", Person: models.Person{Roles: []models.Role{role}, Employer: models.EmployerLibrary, Receiver: role == models.RoleReceiver}}
		if role == models.RoleCoordinator {
			n.Employer = models.EmployerCitizenService
		} else {
			n.Places, n.Home = l.places, l.places[0]
		}
		p, err := s.AddWithAccount(t.Context(), l.act(), n, persons.Credentials{Login: login, Password: "et langt kodeord"})
		l.must(err)
		l.person[login] = p.ID
	}
	l.employ(models.EmployerLibrary, "lars", models.RoleLibraryLead, 59)
	l.employ(models.EmployerCitizenService, "karen", models.RoleCoordinator, 60)
	l.web, err = web.New(site.Config{Log: slog.New(slog.NewJSONHandler(l.log, nil)), Store: s, Municipality: "0751", Now: clock})
	l.must(err)
	l.start("127.0.0.1:0")
	t.Cleanup(l.kill)
	return l
}

// employ adds n people of an employer, with letter and instruction.
func (l *libraries) employ(e models.Employer, leader string, role models.Role, n int) {
	ctx := l.t.Context()
	as := func() models.Act { a := l.act(); a.Person, a.Role = l.person[leader], role; return a }
	var rows []staffing.NewPerson
	for i := range n {
		k := i
		if e == models.EmployerCitizenService {
			k += 60
		}
		rows = append(rows, staffing.NewPerson{Line: i + 2, Name: firstNames[k%15] + " " + lastNames[k/15], Phone: fmt.Sprintf("89 40 2%d %02d", k/100, k%100), Email: fmt.Sprintf("vagt%03d@example.dk", k),
			Person: models.Person{Employer: e, Receiver: true, Roles: []models.Role{models.RoleReceiver}, Home: l.places[i%len(l.places)]}})
	}
	act := as()
	_, err := l.store.ImportPeople(ctx, act, rows)
	l.must(err)
	ids := []string{}
	if e == models.EmployerLibrary {
		ids = append(ids, l.person["ida"])
	}
	for _, r := range rows {
		ids = append(ids, staffing.PersonID(act.Key, r.Line))
	}
	letter := models.NewDate(2025, 9, 1)
	for _, id := range ids {
		_, err := l.store.Appoint(ctx, as(), id, l.kv, nil, "Borgmesteren efter bemyndigelse", letter, letter)
		l.must(err)
		l.must(l.store.Instruct(ctx, as(), id, []string{"receiving", "secrecy"}, letter))
	}
}
