package store

import (
	"context"
	"errors"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/journal"
	"github.com/brevstemme/brevstemme/models/store/book"
)

// reminderSource tells what is due or late now, whether it was told before or
// not. It is a pure reading of the records and the clock, so a program that was
// down tells what it missed when it is back.
type reminderSource func(s *Store, ctx context.Context, now time.Time) ([]models.Reminder, error)

// reminderSources is every subject that reminds; each stands in its subject's file.
var reminderSources = []reminderSource{
	(*Store).OnwardReminders,
	(*Store).RosterReminders,
	(*Store).AlarmReminders,
	(*Store).AgreementReminders,
}

// Remind writes down what is due and was not told yet, one entry
// "reminder.told" each, and returns it so that it can be sent. Two processes that
// compute the same reminder write it once, and one of them gets it. A source that
// fails keeps none of the others from telling.
func (s *Store) Remind(ctx context.Context) ([]models.Reminder, error) {
	now := s.book.Now()
	var due []models.Reminder
	var errs []error
	for _, source := range s.reminders {
		found, err := source(s, ctx, now)
		errs = append(errs, err)
		due = append(due, found...)
	}
	fresh, err := s.untold(ctx, due)
	if err != nil {
		return nil, errors.Join(append(errs, err)...)
	}
	var told []models.Reminder
	for _, r := range fresh {
		r, first, err := s.remind(ctx, r)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		if first {
			told = append(told, r)
		}
	}
	return told, errors.Join(errs...)
}

// untold leaves out what was told before, and names the rest.
func (s *Store) untold(ctx context.Context, due []models.Reminder) ([]models.Reminder, error) {
	if len(due) == 0 {
		return nil, nil
	}
	ids := make([]string, len(due))
	for i := range due {
		due[i] = due[i].Named()
		ids[i] = due[i].ID
	}
	var known []string
	if err := s.book.DB(ctx).Raw(`SELECT id FROM reminder WHERE id IN ?`, ids).Scan(&known).Error; err != nil {
		return nil, err
	}
	told := map[string]bool{}
	for _, id := range known {
		told[id] = true
	}
	fresh := due[:0:0]
	for _, r := range due {
		if r.Person != "" && !told[r.ID] {
			told[r.ID] = true
			fresh = append(fresh, r)
		}
	}
	return fresh, nil
}

// remind writes one; first is false when another process was before.
func (s *Store) remind(ctx context.Context, r models.Reminder) (told models.Reminder, first bool, err error) {
	act := models.Act{Key: "reminder/" + r.ID} // done by the program, not by a person
	e, replayed, err := s.book.Append(ctx, act, book.Needs("person", r.Person), func(w *book.Working) (journal.Draft, error) {
		if _, err := book.Get[models.Person](w, r.Person); err != nil {
			return journal.Draft{}, err
		}
		told := r
		told.Told = w.Now
		w.Put(told)
		d := journal.Draft{Kind: "reminder.told", Election: r.Election, Place: r.Place}
		return d.Fact("about", r.Kind).Fact("subject", r.Subject).Fact("person", r.Person), nil
	})
	if err != nil {
		return r, false, err
	}
	told, err = book.Changed[models.Reminder](e)
	return told, !replayed, err
}

// SeeReminder marks a reminder as seen by its person.
func (s *Store) SeeReminder(ctx context.Context, act models.Act, id string) (models.Reminder, error) {
	e, _, err := s.book.Append(ctx, act, book.Needs("reminder", id), func(w *book.Working) (journal.Draft, error) {
		r, err := book.Get[models.Reminder](w, id)
		if err != nil {
			return journal.Draft{}, err
		}
		if r, err = r.See(w.Act.Person, w.Now); err != nil {
			return journal.Draft{}, err
		}
		w.Put(r)
		return journal.Draft{Kind: "reminder.seen", Election: r.Election, Place: r.Place}.Fact("about", r.Kind).Fact("subject", r.Subject), nil
	})
	if err != nil {
		return models.Reminder{}, err
	}
	return book.Changed[models.Reminder](e)
}

// ReminderFilter picks reminders; zero fields pick everything.
type ReminderFilter struct {
	Person string
	Unseen bool
	Limit  int // 0 is 200
}

// Reminders lists reminders, the newest first.
func (s *Store) Reminders(ctx context.Context, f ReminderFilter) ([]models.Reminder, error) {
	if f.Limit == 0 {
		f.Limit = 200
	}
	return book.List[models.Reminder](ctx, s.book, `(@person = '' OR person = @person) AND (NOT @unseen OR unseen) ORDER BY told DESC, id LIMIT @limit`,
		map[string]any{"person": f.Person, "unseen": f.Unseen, "limit": f.Limit})
}
