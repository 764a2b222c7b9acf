package main

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/roster"
	"github.com/brevstemme/brevstemme/models/staffing"
)

// The first and last names of the example staff, put together in turn.
var (
	demoFirst = []string{"Anne", "Bo", "Cecilie", "Dorte", "Erik", "Fatima", "Gorm", "Hanne", "Ibrahim", "Jytte", "Klaus", "Lene", "Morten", "Nadia", "Palle"}
	demoLast  = []string{"Andersen", "Bæk", "Christensen", "Dahl", "Eskildsen", "Frandsen", "Gade", "Højer", "Iversen", "Juhl", "Kvist", "Lassen"}
)

// fillRoster appoints and teaches everybody, asks for wishes, writes down who
// has worked until today, and has the next week's roster proposed and approved by
// both leaders; one person fell ill.
func (d *demoTown) fillRoster(ctx context.Context) error {
	if err := d.store.SetStaffing(ctx, d.act("koordinator", d.daysAgo(37, 9, 0)), d.kv.ID, staffing.Rules{WishesDue: d.day.Add(5), Expected: demoVotes}); err != nil {
		return err
	}
	people, err := d.hire(ctx)
	if err != nil {
		return err
	}
	for i, p := range people {
		if err := d.prepare(ctx, i, p); err != nil {
			return err
		}
	}
	if err := d.writeWeeks(ctx); err != nil {
		return err
	}
	shifts, err := d.proposeWeeks(ctx)
	if err != nil || len(shifts) == 0 {
		return err
	}
	return d.live(ctx, shifts)
}

// hire adds the staff who have no login of their own.
func (d *demoTown) hire(ctx context.Context) ([]models.Person, error) {
	var out []models.Person
	for _, key := range []string{"ida", "mads", "soeren", "aase"} {
		out = append(out, d.people[key])
	}
	var places []string
	for _, p := range demoPlaces {
		if p.library() {
			places = append(places, p.id)
		}
	}
	d.staffAt = map[string][]string{}
	var rows []staffing.NewPerson
	for i := range 84 {
		p := models.Person{Employer: models.EmployerLibrary, Roles: []models.Role{models.RoleReceiver}, Receiver: true, Lead: i%3 == 0, Home: places[i%len(places)], Languages: []string{"da"}}
		if i%2 == 1 {
			p.Employer = models.EmployerCitizenService
		}
		if i%7 == 0 {
			p.Languages = []string{"da", "en", "ar"}
		}
		name := demoFirst[i%len(demoFirst)] + " " + demoLast[(i*5+i/15)%len(demoLast)]
		rows = append(rows, staffing.NewPerson{Line: i + 2, Name: name, Phone: fmt.Sprintf("89 40 %02d %02d", 30+i/60, i%60), Email: fmt.Sprintf("vagt%02d@example.dk", i), Person: p})
	}
	for _, who := range []struct {
		leader   string
		employer models.Employer
	}{{"leder", models.EmployerLibrary}, {"koordinator", models.EmployerCitizenService}} {
		var own []staffing.NewPerson
		for _, r := range rows {
			if r.Employer == who.employer {
				own = append(own, r)
			}
		}
		act := d.act(who.leader, d.daysAgo(36, 9, 0))
		if _, err := d.store.ImportPeople(ctx, act, own); err != nil {
			return nil, err
		}
		for _, r := range own {
			r.Person.ID = staffing.PersonID(act.Key, r.Line)
			out = append(out, r.Person)
			d.people[r.Person.ID] = r.Person
			d.staffAt[r.Person.Home] = append(d.staffAt[r.Person.Home], r.Person.ID)
		}
	}
	return out, nil
}

// leaderOf is the example leader of an employer.
func leaderOf(e models.Employer) string {
	if e == models.EmployerLibrary {
		return "leder"
	}
	return "koordinator"
}

// prepare appoints and teaches one person, and writes some wishes.
func (d *demoTown) prepare(ctx context.Context, i int, p models.Person) error {
	leader := leaderOf(p.Employer)
	letter := models.DateOf(d.daysAgo(35, 9, 0))
	if _, err := d.store.Appoint(ctx, d.act(leader, d.daysAgo(35, 9, 0)), p.ID, d.kv.ID, nil, "Borgmesteren efter bemyndigelse", letter, letter.Add(2)); err != nil {
		return err
	}
	if err := d.store.Instruct(ctx, d.act(leader, d.daysAgo(33, 15, 0)), p.ID, []string{"receiving", "secrecy", "desk"}, letter.Add(2)); err != nil {
		return err
	}
	if i%3 != 0 {
		return nil
	}
	w := staffing.Wish{TargetMin: 30 * 60, Places: []string{p.Home}}
	if p.Home == "" {
		w.Places = nil
	}
	w.Said = []staffing.Said{{HalfDay: staffing.HalfDay{Day: d.day.Add(1 + i%5), Late: true}, Answer: staffing.RatherNot}, {HalfDay: staffing.HalfDay{Day: d.day.Add(1 + i%4)}, Answer: staffing.Cannot}}
	for _, s := range w.Said {
		if s.Day.After(d.kv.Last) {
			w.Said = nil
			break
		}
	}
	act := d.act(leader, d.daysAgo(20, 12, 0))
	act.Person = p.ID
	return d.store.SayWishes(ctx, act, p.ID, d.kv.ID, w)
}

// demoDesks are the two places whose desks are open in the demo, with those who
// opened them and how much they have received.
var demoDesks = []struct {
	place, first, second string
	votes                int
}{{"DOKK", "ida", "mads", 41}, {"LYST", "soeren", "aase", 12}}

// crewOf are the two who work a session until today: those of an open desk, or
// neighbours of the library, turn and turn about.
func (d *demoTown) crewOf(x models.Session) (first, second string) {
	if x.Date() == d.day {
		for _, desk := range demoDesks {
			if desk.place == x.Place {
				return desk.first, desk.second
			}
		}
	}
	home, pair := d.staffAt[x.Place], x.Date().Day()%2
	return home[pair*2%len(home)], home[(pair*2+1)%len(home)]
}

// writeWeeks types the roster of each week until today, three days before it
// begins: each leader their own people.
func (d *demoTown) writeWeeks(ctx context.Context) error {
	sessions, err := d.store.Sessions(ctx, d.kv.ID, d.day.Add(-42).At(0, 0), d.day.Add(1).At(0, 0))
	if err != nil {
		return err
	}
	weeks := map[models.Date][]models.Session{} // by Monday
	for _, x := range sessions {
		if x.State == models.SessionPublished && len(d.staffAt[x.Place]) > 0 {
			monday := x.Date().Add(-((int(x.Date().Weekday()) + 6) % 7))
			weeks[monday] = append(weeks[monday], x)
		}
	}
	for _, monday := range slices.SortedFunc(maps.Keys(weeks), models.Date.Compare) {
		cells := map[string][]staffing.WeekCell{} // by leader
		for _, x := range weeks[monday] {
			first, second := d.crewOf(x)
			now := map[string][]string{}
			for _, who := range []string{first, second} {
				p := d.people[who]
				now[leaderOf(p.Employer)] = append(now[leaderOf(p.Employer)], p.ID)
			}
			for leader, people := range now {
				cells[leader] = append(cells[leader], staffing.WeekCell{Session: x.ID, Now: people})
			}
		}
		for _, leader := range slices.Sorted(maps.Keys(cells)) {
			if _, _, err := d.store.EditWeek(ctx, d.act(leader, monday.Add(-3).At(10, 0)), d.kv.ID, cells[leader]); err != nil {
				return err
			}
		}
	}
	return nil
}

// proposeWeeks has the planner staff the next seven days.
func (d *demoTown) proposeWeeks(ctx context.Context) ([]staffing.Shift, error) {
	b, err := d.store.Basis(ctx, d.kv.ID, d.now)
	if err != nil {
		return nil, err
	}
	soon := b.Sessions[:0]
	for _, x := range b.Sessions {
		if x.Date().Sub(d.day) <= 7 {
			soon = append(soon, x)
		}
	}
	b.Sessions = soon
	p := staffing.NewProblem(b)
	o := p.Options(staffing.Renew, 0)
	o.Iterations, o.Threads = 60_000, 1
	res, err := roster.Solve(ctx, p.Instance, o)
	if err != nil {
		return nil, err
	}
	act := d.act("koordinator", d.now.AddDate(0, 0, -2))
	pr := p.Read(res, act.Key)
	if len(pr.Added) == 0 {
		return nil, nil
	}
	_, err = d.store.Propose(ctx, act, d.kv.ID, func(context.Context) (staffing.Proposal, error) { return pr, nil })
	return pr.Added, err
}

// live: both leaders approve most of their own, people confirm, one gives up a
// shift and one is ill.
func (d *demoTown) live(ctx context.Context, shifts []staffing.Shift) error {
	when := d.now.AddDate(0, 0, -1)
	ids := map[string][]string{}
	for i, x := range shifts {
		if i%11 != 10 { // some still wait
			ids[leaderOf(x.Employer)] = append(ids[leaderOf(x.Employer)], x.ID)
		}
	}
	for _, leader := range []string{"leder", "koordinator"} {
		if len(ids[leader]) == 0 {
			continue
		}
		if _, err := d.store.ApproveShifts(ctx, d.act(leader, when), ids[leader]); err != nil {
			return err
		}
	}
	for i, x := range shifts[:min(10, len(shifts))] {
		act := d.act("", when)
		act.Person, act.Role = x.Person, models.RoleReceiver
		what := staffing.ShiftConfirm
		switch i {
		case 4:
			what = staffing.ShiftGiveUp
		case 7:
			what = staffing.ShiftFallIll
		}
		if _, err := d.store.OwnShift(ctx, act, x.ID, what); err != nil {
			return err
		}
	}
	return nil
}
