package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/evening"
	"github.com/brevstemme/brevstemme/models/planning"
	"github.com/brevstemme/brevstemme/models/store"
	"github.com/brevstemme/brevstemme/models/store/persons"
)

// demoTown is the example municipality while it is being filled. Everything is
// done by the domain's own acts with the times at which they would have
// happened; nothing is written by SQL.
type demoTown struct {
	lists  map[string]string // election → the list version that hangs
	store  *store.Store
	now    time.Time
	day    models.Date // today
	people map[string]models.Person
	// what the days use up: unused boxes and the next seal by place, and the
	// receivers who live near it
	boxes   map[string][]string
	seals   map[string]int
	staffAt map[string][]string
	kv      models.Election // local and regional election, under way
	aer     models.Election // senior council beside it
	clock   time.Time       // the time at which the next act happens; the store's clock
	next    int
}

// demoSteps fill the town in order. Each stretch of the road has its own file,
// demo_<subject>.go, and adds its step here.
func (d *demoTown) steps() []func(context.Context) error {
	return []func(context.Context) error{d.fillPeople, d.fillPlaces, d.fillElections, d.fillEarlier, d.fillPlan, d.fillRoster, d.fillLists, d.fillStock, d.fillDays, d.fillDesks, d.fillCustody, d.fillOnward, d.fillPractice}
}

// fillDemo fills an empty database; one that has a journal already is left as
// it is. It works on a store of its own whose clock goes through the weeks.
func fillDemo(ctx context.Context, conf configuration, db *database, log *slog.Logger) (err error) {
	now := time.Now()
	d := &demoTown{now: now, clock: now, day: models.DateOf(now), people: map[string]models.Person{}, lists: map[string]string{}}
	key, err := signingKey(conf)
	if err != nil {
		return err
	}
	if d.store, err = store.Open(ctx, store.Config{DSN: db.app, SigningKey: key, Log: log, Clock: func() time.Time { return d.clock }}); err != nil {
		return err
	}
	defer func() {
		if cerr := d.store.Close(context.WithoutCancel(ctx)); err == nil {
			err = cerr
		}
	}()
	entries, _, err := d.store.Entries(ctx, 0, "", 1)
	if err != nil {
		return err
	}
	whole := filepath.Join(conf.Data, "demo-is-whole")
	if len(entries) > 0 { // a town that was stopped halfway is no example of anything
		if _, err := os.Stat(whole); errors.Is(err, fs.ErrNotExist) {
			return models.E(models.CodeState, "demo.half", conf.Data)
		}
		return nil
	}
	for _, step := range d.steps() {
		if err := step(ctx); err != nil {
			return fmt.Errorf("demo: %w", err)
		}
	}
	return os.WriteFile(whole, nil, 0o644)
}

// act is the next act, done by a person at a time ("" is the first set-up).
func (d *demoTown) act(person string, at time.Time) models.Act {
	d.next++
	d.clock = at
	key := fmt.Sprintf("demo-%05d", d.next)
	a := models.Act{Key: key, Digest: sha256.Sum256([]byte(key)), At: at}
	if p, ok := d.people[person]; ok {
		a.Person = p.ID
		if len(p.Roles) > 0 {
			a.Role = p.Roles[0]
		}
	}
	return a
}

// daysAgo is a wall-clock time some days before today.
func (d *demoTown) daysAgo(n, hour, minute int) time.Time { return d.day.Add(-n).At(hour, minute) }

func (d *demoTown) fillPeople(ctx context.Context) error {
	for _, p := range demoPeople {
		n := persons.NewPerson{Name: p.name, Phone: "89 40 20 00", Email: p.key + "@example.dk", Person: models.Person{
			Employer: p.employer, Roles: p.roles, Places: p.places, Receiver: (len(p.roles) > 0 && p.roles[0] == models.RoleReceiver), Lead: p.key == "ida" || p.key == "soeren",
			Languages: []string{"da"}}}
		c := persons.Credentials{Login: p.login, Password: demoPassword, PIN: p.pin}
		rec, err := d.store.AddWithAccount(ctx, d.act("", d.daysAgo(45, 9, 0)), n, c)
		if err != nil {
			return err
		}
		d.people[p.key] = rec
	}
	for key, name := range map[string]string{"bent": "Bent Kjær", "sofie": "Sofie Lund"} { // no login: they carry by link
		n := persons.NewPerson{Name: name, Phone: "89 40 20 01", Person: models.Person{Employer: models.EmployerCitizenService, Roles: []models.Role{models.RoleCourier}}}
		rec, err := d.store.AddPerson(ctx, d.act("", d.daysAgo(45, 9, 0)), n)
		if err != nil {
			return err
		}
		d.people[key] = rec
	}
	return nil
}

func (d *demoTown) fillPlaces(ctx context.Context) error {
	set := evening.Default
	set.Phone = "89 40 22 22"
	if err := d.store.SetEvening(ctx, d.act("koordinator", d.daysAgo(44, 9, 0)), set); err != nil {
		return err
	}
	for _, p := range demoPlaces {
		if _, err := d.store.AddPlace(ctx, d.act("koordinator", d.daysAgo(44, 9, 30)), p.record()); err != nil {
			return err
		}
	}
	return nil
}

// fillElections sets the day so that today lies in the middle of the period: a
// Tuesday about two weeks ahead.
func (d *demoTown) fillElections(ctx context.Context) (err error) {
	day := d.day.Add(12)
	for day.Weekday() != time.Tuesday {
		day = day.Add(1)
	}
	year := fmt.Sprint(day.Year())
	d.kv, err = d.store.CreateElection(ctx, d.act("koordinator", d.daysAgo(40, 10, 0)), planning.NewElection{
		Type: models.TypeLocal, Name: "Kommunal- og regionalvalg " + year, Date: day, Municipality: "0751", Colour: "#0057AD", Word: "BLÅ", CaseNumber: "84.00.00-G01-7-" + year[2:],
		Ballots: []models.Ballot{{Name: "Kommunalvalg", EnvelopeColour: "blå"}, {Name: "Regionsrådsvalg", EnvelopeColour: "gul"}},
	})
	if err != nil {
		return err
	}
	d.aer, err = d.store.CreateElection(ctx, d.act("koordinator", d.daysAgo(40, 10, 10)), planning.NewElection{
		Type: models.TypeSeniors, Name: "Ældrerådsvalg " + year, Date: day, Municipality: "0751", Colour: "#1C7A50", Word: "GRØN", CaseNumber: "84.00.00-G01-8-" + year[2:],
		Ballots: []models.Ballot{{Name: "Ældreråd", EnvelopeColour: "hvid"}},
	})
	return err
}
