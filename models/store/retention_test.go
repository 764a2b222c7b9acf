package store

import (
	"testing"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/staffing"
	"github.com/brevstemme/brevstemme/models/store/audits"
	"github.com/brevstemme/brevstemme/models/store/persons"
)

// Wishes are asked for before the deadline: once three days before, once on the
// day, and not of whoever has answered. After the retention date the coordinator
// is told, and one act erases the data of those who have left or belonged to this
// election only, while the journal still verifies.
func TestRosterReminders(t *testing.T) {
	t.Parallel()
	m := newTeam(t, 3)
	ctx := t.Context()
	head, err := m.AddWithAccount(ctx, m.city(), persons.NewPerson{Name: "Karen", Person: models.Person{Employer: models.EmployerCitizenService, Roles: []models.Role{models.RoleCoordinator}}}, persons.Credentials{Login: "karen", Password: "et langt kodeord"})
	m.ok(err)
	stays, err := m.AddWithAccount(ctx, m.city(), persons.NewPerson{Name: "Ida", Person: models.Person{Employer: models.EmployerLibrary, Roles: []models.Role{models.RoleReceiver}}}, persons.Credentials{Login: "ida", Password: "et langt kodeord"})
	m.ok(err)
	real := time.Now()
	at := func(d models.Date) { m.clock = func() time.Time { return d.At(9, 0).Add(time.Since(real)) } }
	due := models.DateOf(real).Add(7)
	rules := staffing.Rules{WishesDue: due, EraseStaff: m.election.Date.Add(90)}
	m.ok(m.SetStaffing(ctx, m.city(), m.election.ID, rules))
	who := m.people[0]
	act := m.act(who.ID, models.RoleReceiver)
	m.ok(m.SayWishes(ctx, act, who.ID, m.election.ID, staffing.Wish{TargetMin: 600}))
	for _, c := range []struct {
		day  models.Date
		want int
	}{{due.Add(-4), 0}, {due.Add(-3), 3}, {due.Add(-2), 0}, {due, 3}, {due.Add(1), 0}} {
		at(c.day)
		told, err := m.Remind(ctx)
		m.ok(err)
		n := 0
		for _, r := range told {
			if r.Kind == "wishes_due" {
				n++
			}
			if r.Person == who.ID {
				t.Errorf("%s: somebody who has answered is asked", c.day)
			}
		}
		if n != c.want {
			t.Errorf("%s: %d were asked, want %d", c.day, n, c.want)
		}
	}
	at(rules.EraseStaff)
	if _, err := m.EraseStaff(ctx, m.city(), m.election.ID); models.CodeOf(err) != models.CodeState {
		t.Fatal("erased on the last day:", err)
	}
	at(rules.EraseStaff.Add(1))
	told, err := m.Remind(ctx)
	m.ok(err)
	said := false
	for _, r := range told {
		said = said || r.Kind == "erase_staff" && r.Person == head.ID && r.Words[2] == "3"
	}
	if !said {
		t.Errorf("the coordinator is not told: %+v", told)
	}
	if _, err := m.EraseStaff(ctx, m.lib(), m.election.ID); models.CodeOf(err) != models.CodeForbidden {
		t.Error("a library's leader erases everybody:", err)
	}
	n, err := m.EraseStaff(ctx, m.city(), m.election.ID)
	if m.ok(err); n != 3 {
		t.Errorf("%d erased, want the three without a login", n)
	}
	names, err := m.Names(ctx)
	m.ok(err)
	if len(names) != 2 || names[stays.ID].Name != "Ida" || names[head.ID].Name != "Karen" {
		t.Errorf("%+v", names)
	}
	rep, err := audits.Verify(ctx, m.dsn)
	if m.ok(err); !rep.OK {
		t.Errorf("%+v", rep)
	}
}
