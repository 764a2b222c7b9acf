package store

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/custody"
	"github.com/brevstemme/brevstemme/models/desk"
	"github.com/brevstemme/brevstemme/models/planning"
	"github.com/brevstemme/brevstemme/models/schedule"
	"github.com/brevstemme/brevstemme/models/store/persons"
	"github.com/brevstemme/brevstemme/models/store/pgtest"
	"github.com/brevstemme/brevstemme/models/store/readyplan"
)

// town is a small municipality on a fixed day in the middle of an election.
type town struct {
	*Store
	t        testing.TB
	now      time.Time
	n        int
	dsn      string
	kv, aer  models.Election
	people   map[string]string // name → person id
	sessions map[string]string // place name → session id
}

// newTown sets up two elections, three libraries with a session each and four
// receivers, by the domain's own acts.
func newTown(t testing.TB) *town {
	t.Helper()
	w := &town{t: t, now: models.NewDate(2025, 11, 12).At(8, 30), people: map[string]string{}, sessions: map[string]string{}}
	w.dsn = pgtest.DB(t).AppDSN
	w.reopen("")
	s, ctx := w.Store, t.Context()
	for _, name := range []string{"anna", "bo", "carl", "dorte"} {
		p, err := s.AddPerson(ctx, w.act("", ""), persons.NewPerson{Name: name, Person: models.Person{Roles: []models.Role{models.RoleReceiver}, Receiver: true}})
		w.must(err)
		w.people[name] = p.ID
	}
	coord, err := s.AddPerson(ctx, w.act("", ""), persons.NewPerson{Name: "karen", Person: models.Person{Roles: []models.Role{models.RoleCoordinator}}})
	w.must(err)
	w.people["karen"] = coord.ID
	w.kv, err = s.CreateElection(ctx, w.act("karen", ""), planning.NewElection{Type: models.TypeLocal, Name: "Kommunalvalg", Date: models.NewDate(2025, 11, 18), Municipality: "0751", Colour: "#1A5FB4", Word: "BLÅ"})
	w.must(err)
	w.aer, err = s.CreateElection(ctx, w.act("karen", ""), planning.NewElection{Type: models.TypeSeniors, Name: "Ældrerådsvalg", Date: models.NewDate(2025, 11, 18), Municipality: "0751", Colour: "#2E7D32", Word: "GRØN"})
	w.must(err)
	list := "place,address,postcode,city,kind,weekday_or_date,opens,closes,note,source_url\n"
	for _, p := range []string{"Lystrup", "Viby", "Harlev"} {
		list += p + ",Vej 1,8000,Aarhus,library,2025-11-12,09:00,18:00,,\n"
	}
	res := schedule.Check([]byte(list), schedule.Period{First: w.kv.First, Last: w.kv.Last})
	got, err := s.ImportPlan(ctx, w.act("karen", ""), w.kv.ID, res)
	w.must(err)
	_, err = readyplan.Publish(ctx, s, func() models.Act { return w.act("karen", "") }, w.kv.ID)
	w.must(err)
	names := map[string]string{}
	for _, p := range got.Places {
		names[p.ID] = p.Name
	}
	for _, x := range got.Sessions {
		_, err := s.ServeAlso(ctx, w.act("karen", ""), x.ID, w.aer.ID)
		w.must(err)
		w.sessions[names[x.Place]] = x.ID
	}
	return w
}

// reopen opens a store on the town's database, with a signing key or "".
func (w *town) reopen(key string) {
	w.t.Helper()
	s, err := Open(w.t.Context(), Config{DSN: w.dsn, SigningKey: key, Clock: func() time.Time { return w.now }})
	w.must(err)
	w.Store = s
	w.t.Cleanup(func() {
		if err := s.Close(context.Background()); err != nil {
			w.t.Error(err)
		}
	})
}

func (w *town) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// act is a fresh act; role by name: karen coordinates, the others receive.
func (w *town) act(who, witness string) models.Act {
	w.n++
	a := models.Act{Key: fmt.Sprintf("town-%05d", w.n), Person: w.people[who], Role: models.RoleReceiver, Witness: w.people[witness]}
	if who == "karen" {
		a.Role = models.RoleCoordinator
	}
	return a
}

// open opens a session with anna and bo, every line of the checklist answered.
func (w *town) open(place string, sets int) string {
	w.t.Helper()
	id := w.sessions[place]
	sh, err := w.Shift(w.t.Context(), id)
	w.must(err)
	var checks []models.Check
	for _, l := range desk.Checklist(sh.Place, []models.Election{w.kv, w.aer}, sh.Session.Booths) {
		checks = append(checks, models.Check{Key: l.Key, Value: "1", Person: w.people["anna"], Witness: w.people["bo"]})
	}
	_, err = w.OpenSession(w.t.Context(), w.act("anna", "bo"), id, []desk.CrewCandidate{{Person: w.people["anna"], Lead: true}, {Person: w.people["bo"]}},
		desk.OpenCmd{Checks: checks, Stock: map[string]int{custody.Material(w.kv.ID, "set"): sets, custody.Material(w.aer.ID, "set"): sets}})
	w.must(err)
	return id
}

func (w *town) receive(who, session, election, dest string) desk.Event {
	w.t.Helper()
	e, err := w.Receive(w.t.Context(), w.act(who, ""), session, desk.ReceiveCmd{Election: election, Destination: dest})
	w.must(err)
	return e
}
