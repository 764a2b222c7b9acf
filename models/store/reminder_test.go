package store

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/store/audits"
	"github.com/brevstemme/brevstemme/models/store/persons"
	"github.com/brevstemme/brevstemme/models/store/pgtest"
)

// reminderStores are processes on one database, each with the same sources.
func reminderStores(t *testing.T, n int, sources ...reminderSource) (string, []*Store) {
	t.Helper()
	db := pgtest.DB(t)
	out := make([]*Store, n)
	for i := range out {
		s, err := Open(t.Context(), Config{DSN: db.AppDSN})
		if err != nil {
			t.Fatal(err)
		}
		s.reminders = sources
		t.Cleanup(func() {
			if err := s.Close(context.Background()); err != nil {
				t.Error(err)
			}
		})
		out[i] = s
	}
	return db.AppDSN, out
}

func someone(t *testing.T, s *Store, key string) string {
	t.Helper()
	p, err := s.AddPerson(t.Context(), models.Act{Key: key}, persons.NewPerson{Person: models.Person{Employer: models.EmployerLibrary, Receiver: true}, Name: "Åse Ø", Email: key + "@example.org"})
	if err != nil {
		t.Fatal(err)
	}
	return p.ID
}

// Three processes compute the same; everybody is told once, and a source that
// fails keeps no other from telling.
func TestRemindTellsOnce(t *testing.T) {
	t.Parallel()
	var person string
	due := time.Date(2025, 11, 17, 19, 0, 0, 0, time.UTC)
	late := func(s *Store, ctx context.Context, now time.Time) ([]models.Reminder, error) {
		return []models.Reminder{
			{Kind: "test", Subject: "S1", Step: 1, Person: person, Link: "/dagslut", Due: due},
			{Kind: "test", Subject: "S1", Step: 2, Person: person, Link: "/dagslut", Due: due},
			{Kind: "test", Subject: "S1", Step: 2, Person: person, Link: "/dagslut", Due: due}, // the same again
			{Kind: "test", Subject: "S2", Step: 1, Person: "", Link: "/dagslut", Due: due},     // nobody to tell
		}, nil
	}
	broken := errors.New("no answer")
	dsn, stores := reminderStores(t, 3, func(*Store, context.Context, time.Time) ([]models.Reminder, error) { return nil, broken }, late)
	person = someone(t, stores[0], "p1")
	var mu sync.Mutex
	told := map[string]int{}
	var wg sync.WaitGroup
	for _, s := range stores {
		for range 3 {
			wg.Go(func() {
				list, err := s.Remind(context.Background())
				if !errors.Is(err, broken) {
					t.Errorf("err = %v, want the broken source's", err)
				}
				mu.Lock()
				defer mu.Unlock()
				for _, r := range list {
					told[r.ID]++
				}
			})
		}
	}
	wg.Wait()
	if len(told) != 2 {
		t.Errorf("%d reminders were told, want 2", len(told))
	}
	for id, n := range told {
		if n != 1 {
			t.Errorf("%s was told %d times", id, n)
		}
	}
	list, err := stores[1].Reminders(t.Context(), ReminderFilter{Person: person, Unseen: true})
	if err != nil || len(list) != 2 || list[0].Told.IsZero() || !list[0].Due.Equal(due) {
		t.Fatalf("%+v, %v", list, err)
	}
	report, err := audits.Verify(t.Context(), dsn)
	if err != nil || !report.OK {
		t.Errorf("verify: %+v, %v", report, err)
	}
}

func TestSeeReminder(t *testing.T) {
	t.Parallel()
	var person string
	_, stores := reminderStores(t, 1, func(*Store, context.Context, time.Time) ([]models.Reminder, error) {
		return []models.Reminder{{Kind: "test", Subject: "S1", Step: 1, Person: person, Link: "/"}}, nil
	})
	s := stores[0]
	person = someone(t, s, "p1")
	other := someone(t, s, "p2")
	list, err := s.Remind(t.Context())
	if err != nil || len(list) != 1 {
		t.Fatalf("%v, %v", list, err)
	}
	if _, err := s.SeeReminder(t.Context(), models.Act{Key: "k1", Person: other}, list[0].ID); models.CodeOf(err) != models.CodeForbidden {
		t.Errorf("another saw it: %v", err)
	}
	first, err := s.SeeReminder(t.Context(), models.Act{Key: "k2", Person: person}, list[0].ID)
	if err != nil || first.Seen == nil {
		t.Fatalf("%+v, %v", first, err)
	}
	again, err := s.SeeReminder(t.Context(), models.Act{Key: "k3", Person: person}, list[0].ID)
	if err != nil || !again.Seen.Equal(*first.Seen) {
		t.Errorf("seen at %v, then at %v", first.Seen, again.Seen)
	}
	if left, err := s.Reminders(t.Context(), ReminderFilter{Person: person, Unseen: true}); err != nil || len(left) != 0 {
		t.Errorf("%v left, %v", left, err)
	}
	if _, err := s.SeeReminder(t.Context(), models.Act{Key: "k4", Person: person}, "NO"); models.CodeOf(err) != models.CodeNotFound {
		t.Errorf("one that is not there: %v", err)
	}
}
