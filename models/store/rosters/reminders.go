package rosters

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/journal"
	"github.com/brevstemme/brevstemme/models/staffing"
	"github.com/brevstemme/brevstemme/models/store/book"
)

// RosterReminders are what the roster reminds of: questions about a swap, wishes
// before their deadline, shifts that their sessions left behind, and personal data
// past its date.
func (s *Rosters) RosterReminders(ctx context.Context, now time.Time) ([]models.Reminder, error) {
	elections, err := s.plans.Elections(ctx)
	if err != nil {
		return nil, err
	}
	out, err := s.swapReminders(ctx, now)
	if err != nil {
		return nil, err
	}
	for _, e := range elections {
		if e.Practice || e.State == models.ElectionCancelled {
			continue
		}
		for _, f := range []func(context.Context, models.Election, time.Time) ([]models.Reminder, error){s.wishReminders, s.strayReminders, s.eraseReminders} {
			found, err := f(ctx, e, now)
			if err != nil {
				return nil, err
			}
			out = append(out, found...)
		}
	}
	return out, nil
}

// swapReminders tell those who were asked to swap a shift and have not answered.
func (s *Rosters) swapReminders(ctx context.Context, now time.Time) ([]models.Reminder, error) {
	asked, err := book.List[staffing.Shift](ctx, s.book, `doc->>'swap_with' <> '' AND from_at > ?`, now)
	if err != nil || len(asked) == 0 {
		return nil, err
	}
	names, err := s.plans.PlaceNames(ctx)
	if err != nil {
		return nil, err
	}
	var out []models.Reminder
	for _, a := range asked {
		b, err := s.ShiftByID(ctx, a.SwapWith)
		if err != nil {
			return nil, err
		}
		if step, due := staffing.RemindSwap(a, b, now); step > 0 {
			question := a.ID + "@" + a.SwapAsked.UTC().Format(time.RFC3339) // asked again, it is another
			out = append(out, models.Reminder{Kind: "swap_asked", Subject: question, Step: step, Person: b.Person, Place: b.Place, Link: "/min-vagtplan",
				Words: []string{names[a.Place], a.From.Format(time.RFC3339), names[b.Place], b.From.Format(time.RFC3339)}, Due: due})
		}
	}
	return out, nil
}

// wishReminders tell receivers who have said nothing: three days before the
// deadline, and again on its day.
func (s *Rosters) wishReminders(ctx context.Context, e models.Election, now time.Time) ([]models.Reminder, error) {
	today := models.DateOf(now)
	if e.WishesDue.IsZero() || today.After(e.WishesDue) {
		return nil, nil
	}
	people, err := s.persons.People(ctx)
	if err != nil {
		return nil, err
	}
	people = slices.DeleteFunc(people, func(p models.Person) bool {
		return !p.Receiver && !slices.Contains(p.Roles, models.RoleReceiver)
	})
	wishes, err := book.List[staffing.Wish](ctx, s.book, "election = ?", e.ID)
	if err != nil {
		return nil, err
	}
	step := 1
	if today == e.WishesDue {
		step = 2
	}
	var out []models.Reminder
	for _, p := range staffing.RemindWishes(e, people, wishes, today) {
		out = append(out, models.Reminder{Kind: "wishes_due", Subject: e.ID, Step: step, Person: p.ID, Election: e.ID, Link: "/min-vagtplan/oensker", Words: []string{e.Name, e.WishesDue.String()}, Due: e.WishesDue.Add(1).At(0, 0)})
	}
	return out, nil
}

// strayReminders tell the coordinators of sessions that left shifts behind, once
// per change of the session.
func (s *Rosters) strayReminders(ctx context.Context, e models.Election, now time.Time) ([]models.Reminder, error) {
	if e.State != models.ElectionRunning && e.State != models.ElectionPlanned {
		return nil, nil
	}
	strays, err := s.Strays(ctx, e.ID)
	if err != nil || len(strays) == 0 {
		return nil, err
	}
	heads, err := s.persons.WithRole(ctx, models.RoleCoordinator)
	if err != nil {
		return nil, err
	}
	count := map[string]int{}
	for _, t := range strays {
		count[t.Session.ID]++
	}
	var out []models.Reminder
	for _, t := range strays {
		n := count[t.Session.ID]
		if n == 0 {
			continue
		}
		count[t.Session.ID] = 0
		for _, h := range heads {
			out = append(out, models.Reminder{Kind: "shifts_left_behind", Subject: t.Session.ID, Step: t.Session.Sequence + 1, Person: h, Place: t.Session.Place, Election: e.ID, Link: "/vagtplan/valg/" + e.ID, Words: []string{fmt.Sprint(n), t.Session.Place, t.Session.Starts.Format(time.RFC3339)}, Due: now})
		}
	}
	return out, nil
}

// eraseReminders tell the coordinators that personal data is past its date, and
// that a closed election has no such date.
func (s *Rosters) eraseReminders(ctx context.Context, e models.Election, now time.Time) ([]models.Reminder, error) {
	due, err := s.ErasableStaff(ctx, e.ID)
	if err != nil || len(due) == 0 {
		return nil, err
	}
	heads, err := s.persons.WithRole(ctx, models.RoleCoordinator)
	var out []models.Reminder
	for _, h := range heads {
		out = append(out, models.Reminder{Kind: "erase_staff", Subject: e.ID, Step: 1, Person: h, Election: e.ID, Link: "/vagtplan/valg/" + e.ID + "/slet", Words: []string{e.Name, e.EraseStaff.String(), fmt.Sprint(len(due))}, Due: e.EraseStaff.Add(1).At(0, 0)})
	}
	return out, err
}

// The people who have a login, and those with a part in another election that is
// not over: an appointment, or a shift at a session of it.
const (
	withAccount = `SELECT person FROM account`
	elsewhere   = `SELECT a.person FROM appointment a JOIN election e ON e.id = a.election WHERE a.election <> $1 AND e.doc->>'state' IN ('planned', 'running')
		UNION SELECT v.person FROM shift v JOIN session x ON x.id = v.session JOIN election e ON jsonb_exists(x.elections, e.id)
		WHERE e.id <> $1 AND e.doc->>'state' IN ('planned', 'running') AND v.state NOT IN ('cancelled', 'replaced')`
	notErased = `NOT coalesce((doc->>'erased')::boolean, false) ORDER BY id`
)

// ErasableStaff are the people whose personal data is past its date now.
func (s *Rosters) ErasableStaff(ctx context.Context, election string) ([]models.Person, error) {
	e, err := s.plans.Election(ctx, election)
	if err != nil || e.EraseStaff.IsZero() {
		return nil, err
	}
	people, err := book.List[models.Person](ctx, s.book, notErased)
	if err != nil {
		return nil, err
	}
	var account, other []string
	if err := s.book.DB(ctx).Raw(withAccount).Scan(&account).Error; err != nil {
		return nil, err
	}
	rows, err := s.book.Pool().Query(ctx, elsewhere, election)
	if err != nil {
		return nil, err
	}
	if other, err = pgx.CollectRows(rows, pgx.RowTo[string]); err != nil {
		return nil, err
	}
	return staffing.Erasable(e, models.DateOf(s.book.Now()), people, staffing.Ties{Account: set(account), Elsewhere: set(other)}), nil
}

func set(list []string) map[string]bool {
	out := map[string]bool{}
	for _, x := range list {
		out[x] = true
	}
	return out
}

// EraseStaff erases the personal data of everybody whose date has passed, in one
// act: name, telephone, mail and calendar address go, the chain stays valid.
func (s *Rosters) EraseStaff(ctx context.Context, act models.Act, election string) (int, error) {
	e, _, err := s.book.Append(ctx, act, book.Needs("election", election), func(w *book.Working) (journal.Draft, error) {
		el, err := book.Get[models.Election](w, election)
		if err != nil {
			return journal.Draft{}, err
		}
		people, err := book.ListIn[models.Person](w, notErased)
		if err != nil {
			return journal.Draft{}, err
		}
		ties, err := tiesOf(w, election)
		if err != nil {
			return journal.Draft{}, err
		}
		gone, d, err := staffing.EraseAll(act, el, staffing.Erasable(el, models.DateOf(w.At()), people, ties))
		if err != nil {
			return d, err
		}
		ids := make([]string, len(gone))
		for i, p := range gone {
			w.Put(p)
			ids[i] = p.ID
		}
		return d, forget(w, ids...)
	})
	if err != nil {
		return 0, err
	}
	return len(e.Changes), nil
}

func tiesOf(w *book.Working, election string) (staffing.Ties, error) {
	var t staffing.Ties
	rows, err := w.Query(withAccount)
	if err != nil {
		return t, err
	}
	account, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return t, err
	}
	if rows, err = w.Query(elsewhere, election); err != nil {
		return t, err
	}
	other, err := pgx.CollectRows(rows, pgx.RowTo[string])
	return staffing.Ties{Account: set(account), Elsewhere: set(other)}, err
}

// forget deletes what identifies people, in the same transaction.
func forget(w *book.Working, persons ...string) error {
	for _, id := range persons {
		if err := w.Exec(eraseNamed, id); err != nil {
			return err
		}
	}
	for _, table := range []string{"person_private", "account", "calendar_feed", "mail_outbox"} {
		if err := w.Exec(`DELETE FROM `+table+` WHERE person = ANY($1)`, persons); err != nil {
			return err
		}
	}
	return nil
}
