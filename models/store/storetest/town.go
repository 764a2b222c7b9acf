package storetest

import (
	"fmt"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/desk"
	"github.com/brevstemme/brevstemme/models/planning"
	"github.com/brevstemme/brevstemme/models/schedule"
	"github.com/brevstemme/brevstemme/models/store"
	"github.com/brevstemme/brevstemme/models/store/book"
	"github.com/brevstemme/brevstemme/models/store/persons"
	"github.com/brevstemme/brevstemme/models/store/pgtest"
	"github.com/brevstemme/brevstemme/models/store/readyplan"
)

// Town is a small municipality on a fixed day in the middle of an election.
type Town struct {
	*store.Store
	T        testing.TB
	Now      time.Time // what the store's clock says
	DSN      string    // the program's login
	OwnerDSN string
	KV, Aer  models.Election   // the local election and the seniors', on one day
	Who      map[string]string // name → person id
	At       map[string]string // place name → session id
	acts     int
	book     *book.Book
}

// Empty is a program on a database of its own: no elections, no people.
func Empty(t testing.TB, now time.Time) *Town {
	t.Helper()
	db := pgtest.DB(t)
	w := &Town{T: t, Now: now, DSN: db.AppDSN, OwnerDSN: db.OwnerDSN, Who: map[string]string{}, At: map[string]string{}}
	w.Reopen("")
	return w
}

// NewTown sets up two elections, three libraries with a session each and four
// receivers, by the domain's own acts.
func NewTown(t testing.TB) *Town {
	t.Helper()
	w := Empty(t, models.NewDate(2025, 11, 12).At(8, 30))
	s, ctx := w.Store, t.Context()
	for _, name := range []string{"anna", "bo", "carl", "dorte"} {
		p, err := s.AddPerson(ctx, w.Act("", ""), persons.NewPerson{Name: name, Person: models.Person{Roles: []models.Role{models.RoleReceiver}, Receiver: true}})
		w.Must(err)
		w.Who[name] = p.ID
	}
	coord, err := s.AddPerson(ctx, w.Act("", ""), persons.NewPerson{Name: "karen", Person: models.Person{Roles: []models.Role{models.RoleCoordinator}}})
	w.Must(err)
	w.Who["karen"] = coord.ID
	w.KV, err = s.CreateElection(ctx, w.Act("karen", ""), planning.NewElection{Type: models.TypeLocal, Name: "Kommunalvalg", Date: models.NewDate(2025, 11, 18), Municipality: "0751", Colour: "#1A5FB4", Word: "BLÅ"})
	w.Must(err)
	w.Aer, err = s.CreateElection(ctx, w.Act("karen", ""), planning.NewElection{Type: models.TypeSeniors, Name: "Ældrerådsvalg", Date: models.NewDate(2025, 11, 18), Municipality: "0751", Colour: "#2E7D32", Word: "GRØN"})
	w.Must(err)
	list := "place,address,postcode,city,kind,weekday_or_date,opens,closes,note,source_url\n"
	for _, p := range []string{"Lystrup", "Viby", "Harlev"} {
		list += p + ",Vej 1,8000,Aarhus,library,2025-11-12,09:00,18:00,,\n"
	}
	res := schedule.Check([]byte(list), schedule.Period{First: w.KV.First, Last: w.KV.Last})
	got, err := s.ImportPlan(ctx, w.Act("karen", ""), w.KV.ID, res)
	w.Must(err)
	_, err = readyplan.Publish(ctx, s, func() models.Act { return w.Act("karen", "") }, w.KV.ID)
	w.Must(err)
	names := map[string]string{}
	for _, p := range got.Places {
		names[p.ID] = p.Name
	}
	for _, x := range got.Sessions {
		_, err := s.ServeAlso(ctx, w.Act("karen", ""), x.ID, w.Aer.ID)
		w.Must(err)
		w.At[names[x.Place]] = x.ID
	}
	return w
}

// Reopen opens a store on the town's database, with a signing key or "".
func (w *Town) Reopen(key string) {
	w.T.Helper()
	w.Store = Open(w.T, store.Config{DSN: w.DSN, SigningKey: key, Clock: func() time.Time { return w.Now }})
}

// WithKey opens the town's database once more with a new signing key.
func (w *Town) WithKey(name string) (verifier string) {
	w.T.Helper()
	private, public, err := note.GenerateKey(nil, name)
	w.Must(err)
	w.Reopen(private)
	return public
}

// Book is the town's database by a book of its own, as of another process: for
// entries that no act writes, and to look behind the store.
func (w *Town) Book() *book.Book {
	w.T.Helper()
	if w.book == nil {
		w.book = Book(w.T, w.DSN, func() time.Time { return w.Now })
	}
	return w.book
}

// Must fails the test on an error.
func (w *Town) Must(err error) {
	w.T.Helper()
	if err != nil {
		w.T.Fatal(err)
	}
}

// Act is a fresh act; role by name: karen coordinates, the others receive.
func (w *Town) Act(who, witness string) models.Act {
	w.acts++
	a := models.Act{Key: fmt.Sprintf("town-%05d", w.acts), Person: w.Who[who], Role: models.RoleReceiver, Witness: w.Who[witness]}
	if who == "karen" {
		a.Role = models.RoleCoordinator
	}
	return a
}

// OpenDesk opens a session with anna and bo, every line of the checklist answered.
func (w *Town) OpenDesk(place string, sets int) string {
	w.T.Helper()
	id := w.At[place]
	sh, err := w.Shift(w.T.Context(), id)
	w.Must(err)
	var checks []models.Check
	for _, l := range desk.Checklist(sh.Place, []models.Election{w.KV, w.Aer}, sh.Session.Booths) {
		checks = append(checks, models.Check{Key: l.Key, Value: "1", Person: w.Who["anna"], Witness: w.Who["bo"]})
	}
	_, err = w.OpenSession(w.T.Context(), w.Act("anna", "bo"), id, []desk.CrewCandidate{{Person: w.Who["anna"], Lead: true}, {Person: w.Who["bo"]}},
		desk.OpenCmd{Checks: checks, Stock: map[string]int{custody.Material(w.KV.ID, "set"): sets, custody.Material(w.Aer.ID, "set"): sets}})
	w.Must(err)
	return id
}

// Vote receives one envelope at a session's desk.
func (w *Town) Vote(who, session, election, dest string) desk.Event {
	w.T.Helper()
	e, err := w.Receive(w.T.Context(), w.Act(who, ""), session, desk.ReceiveCmd{Election: election, Destination: dest})
	w.Must(err)
	return e
}
