package store_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/staffing"
	"github.com/brevstemme/brevstemme/models/store/audits"
	"github.com/brevstemme/brevstemme/models/store/persons"
	"github.com/brevstemme/brevstemme/models/store/storetest"
)

// seasonal is a team of three for one election, a coordinator and somebody who
// stays, on days that the test chooses.
type seasonal struct {
	*storetest.Team
	start       time.Time
	head, stays models.Person
	rules       staffing.Rules
}

func newSeasonal(t *testing.T) *seasonal {
	t.Helper()
	s := &seasonal{Team: storetest.NewTeam(t, 3), start: time.Now()}
	s.head = s.login("Karen", models.EmployerCitizenService, models.RoleCoordinator)
	s.stays = s.login("Ida", models.EmployerLibrary, models.RoleReceiver)
	s.rules = staffing.Rules{WishesDue: models.DateOf(s.start).Add(7), EraseStaff: s.KV.Date.Add(90)}
	s.OK(s.SetStaffing(t.Context(), s.City(), s.KV.ID, s.rules))
	return s
}

// login is a person with an account of their own, whom no election erases.
func (s *seasonal) login(name string, employer models.Employer, role models.Role) models.Person {
	s.T.Helper()
	p, err := s.AddWithAccount(s.T.Context(), s.City(), persons.NewPerson{Name: name, Person: models.Person{Employer: employer, Roles: []models.Role{role}}}, persons.Credentials{Login: strings.ToLower(name), Password: "et langt kodeord"})
	s.OK(err)
	return p
}

// on sets the clock to nine in the morning of a day; from there it runs on.
func (s *seasonal) on(d models.Date) {
	s.Clock = func() time.Time { return d.At(9, 0).Add(time.Since(s.start)) }
}

// Wishes are asked for before the deadline: once three days before, once on the
// day, and not of whoever has answered.
func TestWishesAreAskedForBeforeTheDeadline(t *testing.T) {
	t.Parallel()
	s := newSeasonal(t)
	who, due := s.Staff[0].ID, s.rules.WishesDue
	s.OK(s.SayWishes(t.Context(), s.Act(who, models.RoleReceiver), who, s.KV.ID, staffing.Wish{TargetMin: 600}))
	for _, c := range []struct {
		day  models.Date
		want int
	}{{due.Add(-4), 0}, {due.Add(-3), 3}, {due.Add(-2), 0}, {due, 3}, {due.Add(1), 0}} {
		s.on(c.day)
		told, err := s.Remind(t.Context())
		s.OK(err)
		n := 0
		for _, r := range told {
			if r.Kind == "wishes_due" {
				n++
			}
			if r.Person == who {
				t.Errorf("%s: somebody who has answered is asked", c.day)
			}
		}
		if n != c.want {
			t.Errorf("%s: %d were asked, want %d", c.day, n, c.want)
		}
	}
}

// After the retention date the coordinator is told, and one act erases the data of
// those who have left or belonged to this election only, while the journal still
// verifies.
func TestStaffAreErasedAfterTheRetentionDate(t *testing.T) {
	t.Parallel()
	s := newSeasonal(t)
	ctx := t.Context()
	s.on(s.rules.EraseStaff)
	if _, err := s.EraseStaff(ctx, s.City(), s.KV.ID); models.CodeOf(err) != models.CodeState {
		t.Fatal("erased on the last day:", err)
	}
	s.on(s.rules.EraseStaff.Add(1))
	told, err := s.Remind(ctx)
	s.OK(err)
	if !slices.ContainsFunc(told, func(r models.Reminder) bool {
		return r.Kind == "erase_staff" && r.Person == s.head.ID && r.Words[2] == "3"
	}) {
		t.Errorf("the coordinator is not told: %+v", told)
	}
	if _, err := s.EraseStaff(ctx, s.Lib(), s.KV.ID); models.CodeOf(err) != models.CodeForbidden {
		t.Error("a library's leader erases everybody:", err)
	}
	n, err := s.EraseStaff(ctx, s.City(), s.KV.ID)
	if s.OK(err); n != 3 {
		t.Errorf("%d erased, want the three without a login", n)
	}
	names, err := s.Names(ctx)
	s.OK(err)
	if len(names) != 2 || names[s.stays.ID].Name != "Ida" || names[s.head.ID].Name != "Karen" {
		t.Errorf("%+v", names)
	}
	rep, err := audits.Verify(ctx, s.DSN)
	if s.OK(err); !rep.OK {
		t.Errorf("%+v", rep)
	}
}
