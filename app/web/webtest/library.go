package webtest

import (
	"context"
	"crypto/sha256"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/brevstemme/brevstemme/app/web"
	"github.com/brevstemme/brevstemme/app/web/site"
	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/planning"
	"github.com/brevstemme/brevstemme/models/schedule"
	"github.com/brevstemme/brevstemme/models/store"
	"github.com/brevstemme/brevstemme/models/store/persons"
	"github.com/brevstemme/brevstemme/models/store/pgtest"
	"github.com/brevstemme/brevstemme/models/store/readyplan"
)

// Library is a running server on a database of its own: Lystrup Bibliotek (place
// LYS) with one session of two elections on Wednesday 12 November 2025, receivers
// anna and bo with PINs, and a coordinator karen. All passwords are Password.
type Library struct {
	T              testing.TB // fails when a world's own step fails
	Store          *store.Store
	Web            *web.Server
	URL            string            // where the server listens, without a slash at the end
	Log            *Log              // what the server logged, as JSON lines
	Now            time.Time         // the clock of store and server; a test moves it
	Session        string            // id of the session, 10–18
	Person         map[string]string // login → id of the person
	Local, Seniors string            // ids of the two elections: word BLÅ, and word GRØN
	DSN            string            // the database, as the program opens it
	n              int               // acts so far
	watch          watcher
}

// NewLibrary makes a library, at half past nine on the day of its session.
func NewLibrary(t testing.TB) *Library {
	t.Helper()
	return NewLibraryWith(t, func(*Library, *site.Config) {})
}

// NewLibraryWith is NewLibrary with other settings, which set changes when the
// library has its URL and everything but its server.
func NewLibraryWith(t testing.TB, set func(*Library, *site.Config)) *Library {
	t.Helper()
	l := &Library{T: t, Now: models.NewDate(2025, 11, 12).At(9, 30), Person: map[string]string{}, Log: &Log{}}
	clock := func() time.Time { return l.Now }
	l.DSN = pgtest.DB(t).AppDSN
	s, err := store.Open(t.Context(), store.Config{DSN: l.DSN, Clock: clock})
	l.Must(err)
	t.Cleanup(func() {
		if err := s.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	l.Store = s
	l.watchJournal()
	l.fill()
	srv := httptest.NewUnstartedServer(nil)
	t.Cleanup(func() { // testing keeps what a parallel test leaves until all are done: the pages alone would be gigabytes
		srv.Close()
		srv.Config.Handler, l.Web = nil, nil
	})
	l.URL = "http://" + srv.Listener.Addr().String()
	c := site.Config{Log: slog.New(slog.NewJSONHandler(l.Log, nil)), Store: s, Municipality: "0751", Now: clock}
	set(l, &c)
	l.Web, err = web.New(c)
	l.Must(err)
	srv.Config.Handler = l.Web
	srv.Start()
	return l
}

// Must fails the test when a step of its preparation failed.
func (l *Library) Must(err error) {
	l.T.Helper()
	if err != nil {
		l.T.Fatal(err)
	}
}

// Act is an act of a coordinator with a key of its own, for the store.
func (l *Library) Act() models.Act {
	l.n++
	key := fmt.Sprintf("library-%04d", l.n)
	return models.Act{Key: key, Digest: sha256.Sum256([]byte(key)), Role: models.RoleCoordinator}
}

// fill makes the elections, the place, the session and its people.
func (l *Library) fill() {
	ctx := l.T.Context()
	kv, err := l.Store.CreateElection(ctx, l.Act(), planning.NewElection{Type: models.TypeLocal, Name: "Kommunalvalg 2025", Date: models.NewDate(2025, 11, 18), Municipality: "0751", Colour: "#1A5FB4", Word: "BLÅ"})
	l.Must(err)
	aer, err := l.Store.CreateElection(ctx, l.Act(), planning.NewElection{Type: models.TypeSeniors, Name: "Ældrerådsvalg 2025", Date: models.NewDate(2025, 11, 18), Municipality: "0751", Colour: "#2E7D32", Word: "GRØN"})
	l.Must(err)
	l.Local, l.Seniors = kv.ID, aer.ID
	_, err = l.Store.AddPlace(ctx, l.Act(), models.Place{ID: "LYS", Name: "Lystrup Bibliotek", Address: "Bystævnet 4", Postcode: "8520", City: "Lystrup", Kind: models.PlaceLibrary, Aids: models.AidsEverywhere, Booths: 2, SearchAt: []string{"Papirkurve"}})
	l.Must(err)
	list := "place,address,postcode,city,kind,weekday_or_date,opens,closes,note,source_url\nLystrup Bibliotek,Bystævnet 4,8520,Lystrup,library,2025-11-12,10:00,18:00,,\n"
	got, err := l.Store.ImportPlan(ctx, l.Act(), kv.ID, schedule.Check([]byte(list), schedule.Period{First: kv.First, Last: kv.Last}))
	l.Must(err)
	_, err = readyplan.Publish(ctx, l.Store, l.Act, kv.ID)
	l.Must(err)
	l.Session = got.Sessions[0].ID
	_, err = l.Store.ServeAlso(ctx, l.Act(), l.Session, aer.ID)
	l.Must(err)
	for i, name := range []string{"anna", "bo", "karen"} {
		role, places := models.RoleReceiver, []string{"LYS"}
		if name == "karen" {
			role, places = models.RoleCoordinator, nil
		}
		p, err := l.Store.AddWithAccount(ctx, l.Act(), persons.NewPerson{Name: strings.ToUpper(name[:1]) + name[1:], Person: models.Person{Roles: []models.Role{role}, Places: places, Receiver: role == models.RoleReceiver}},
			persons.Credentials{Login: name, Password: Password, PIN: fmt.Sprintf("%d%d%d%d", i, i, i, i), Card: models.WithCheck("M00000" + fmt.Sprint(i) + "A")})
		l.Must(err)
		l.Person[name] = p.ID
	}
}

// Opening is the form of a complete opening checklist.
func (l *Library) Opening() url.Values {
	return url.Values{"crew": {l.Person["anna"], l.Person["bo"]}, "witness": {l.Person["bo"]},
		"check":                  {"sealed:" + l.Local, "sealed:" + l.Seniors, "notice:" + l.Local, "notice:" + l.Seniors, "aid:felt_pen", "aid:magnifier_4x", "aid:led_lamp", "network", "pad"},
		"value:empty:" + l.Local: {models.WithCheck("K1234567")}, "value:empty:" + l.Seniors: {models.WithCheck("K7654321")},
		"value:stock:" + l.Local: {"40"}, "value:stock:" + l.Seniors: {"20"}, "value:list:" + l.Local: {"1"}, "value:list:" + l.Seniors: {"1"}, "value:booths": {"2"}}
}

// WithLead adds a library lead of LYS, login "lars", and gives the place what
// publishing asks for.
func (l *Library) WithLead() {
	l.T.Helper()
	_, err := l.Store.AddWithAccount(l.T.Context(), l.Act(), persons.NewPerson{Name: "Lars", Person: models.Person{Roles: []models.Role{models.RoleLibraryLead}, Places: []string{"LYS"}}}, persons.Credentials{Login: "lars", Password: Password, PIN: "9876"})
	l.Must(err)
	p, err := l.Store.Place(l.T.Context(), "LYS")
	l.Must(err)
	was := planning.Mark(p)
	p.Decision = models.Decision{Date: models.NewDate(2025, 6, 1), Body: "Byrådet", Reference: "pkt. 4"}
	p.Aids = p.Aids[:1] // the lamp and the magnifier are at the workshop: a warning that nobody has ticked
	p.SelfService = []models.Hours{{Weekday: 5, Opens: 20 * 60, Closes: 22 * 60}}
	l.Must(l.Store.SavePlace(l.T.Context(), l.Act(), was, p))
}
