package store

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/brevstemme/brevstemme/models"
	"github.com/brevstemme/brevstemme/models/journal"
	"github.com/brevstemme/brevstemme/models/planning"
)

// Patterns are the rules of an election's plan; none when it has none.
func (s *Store) Patterns(ctx context.Context, election string) (planning.Patterns, error) {
	p, err := load[planning.Patterns](ctx, s, election)
	if models.CodeOf(err) == models.CodeNotFound {
		return planning.Patterns{Election: election}, nil
	}
	return p, err
}

// PreviewPatterns tells what rules would make of a plan, and changes nothing.
func (s *Store) PreviewPatterns(ctx context.Context, election string, rules []planning.Pattern) (planning.Applied, error) {
	e, err := s.Election(ctx, election)
	if err != nil {
		return planning.Applied{}, err
	}
	p, _, err := s.Plan(ctx, election)
	if err != nil {
		return planning.Applied{}, err
	}
	before, err := s.Patterns(ctx, election)
	if err != nil {
		return planning.Applied{}, err
	}
	return planning.Apply(p, e, before.Patterns, rules)
}

// SavePatterns keeps the rules of a plan and brings its drafts to them, in one
// entry. was is the planning.Mark of the rules as the person saw them:
// CodeConflict when somebody changed them meanwhile.
func (s *Store) SavePatterns(ctx context.Context, act models.Act, election, was string, rules []planning.Pattern) (planning.Applied, error) {
	var out planning.Applied
	_, _, err := s.append(ctx, act, needs("election", election).and("plan_pattern", election), func(w *working) (journal.Draft, error) {
		e, err := get[models.Election](w, election)
		if err != nil {
			return journal.Draft{}, err
		}
		before, _, err := find[planning.Patterns](w, election)
		if err != nil {
			return journal.Draft{}, err
		}
		before.Election = election
		if planning.Mark(before) != was {
			return journal.Draft{}, models.E(models.CodeConflict, "planning.pattern.conflict")
		}
		p, _, err := planIn(w, election)
		if err != nil {
			return journal.Draft{}, err
		}
		now, applied, d, err := planning.SavePatterns(p, e, before, rules)
		out = applied
		if err != nil {
			return d, err
		}
		w.put(now)
		for _, x := range slices.Concat(applied.Removed, applied.Added) {
			w.put(x)
		}
		return d, nil
	})
	return out, err
}

// Elsewhere is the comparison list of a plan; empty when there is none.
func (s *Store) Elsewhere(ctx context.Context, election string) (planning.Elsewhere, error) {
	e, err := load[planning.Elsewhere](ctx, s, election)
	if models.CodeOf(err) == models.CodeNotFound {
		return planning.Elsewhere{Election: election}, nil
	}
	return e, err
}

// CompareHours reads the hours that another list publishes, in the place of those
// read before. Row errors come with CodeInvalid, and nothing is changed. No rows
// at all end the comparison.
func (s *Store) CompareHours(ctx context.Context, act models.Act, election, source string, rows [][]string) (planning.Elsewhere, []planning.RowError, error) {
	var bad []planning.RowError
	e, _, err := s.append(ctx, act, needs("election", election), func(w *working) (journal.Draft, error) {
		if _, err := get[models.Election](w, election); err != nil {
			return journal.Draft{}, err
		}
		var hours []planning.Hours
		if len(rows) > 0 {
			places, err := listIn[models.Place](w, "true")
			if err != nil {
				return journal.Draft{}, err
			}
			if hours, bad = planning.ReadElsewhere(rows, places, source); len(bad) > 0 {
				return journal.Draft{}, models.Invalid("file", "import.errors", len(bad))
			}
		}
		list, d, err := planning.Compare(election, source, hours, w.byNow())
		if err == nil {
			w.put(list)
		}
		return d, err
	})
	if err != nil {
		return planning.Elsewhere{}, bad, err
	}
	list, err := changed[planning.Elsewhere](e)
	return list, nil, err
}

// openTalks are the agreements in which somebody is to answer about a session
// that is still to come.
const openTalks = `state IN ('proposed', 'countered', 'declined') AND EXISTS (SELECT 1 FROM session s
	WHERE s.id = agreement.id AND s.state <> 'cancelled' AND s.starts > ?) ORDER BY id`

// agreementReminders: libraries (and Borgerservice, after a counter-proposal)
// that have not answered: the day before the answer is due, and each of the three
// days after. Borgerservice is told of a no at once: the plan has a hole. A series
// is one reminder, not one for each session; more refusals are a step of their own.
func (s *Store) agreementReminders(ctx context.Context, now time.Time) ([]models.Reminder, error) {
	open, err := list[planning.Agreement](ctx, s, openTalks, now)
	if err != nil || len(open) == 0 {
		return nil, err
	}
	people, err := s.People(ctx)
	if err != nil {
		return nil, err
	}
	names, err := s.placeNames(ctx)
	if err != nil {
		return nil, err
	}
	today := models.DateOf(now)
	type talk struct {
		series string
		state  planning.AgreementState
	}
	count := map[talk]int{}
	for _, a := range open {
		count[talk{a.Series, a.State}]++
	}
	var out []models.Reminder
	for _, a := range open {
		k := talk{a.Series, a.State}
		n := count[k]
		delete(count, k) // one for the series
		r := models.Reminder{Subject: a.Series + "-" + string(a.State), Place: a.Place, Link: "/aftaler/" + a.Series, Words: []string{names[a.Place], strconv.Itoa(n)}}
		switch {
		case n > 0 && a.Hole():
			r.Kind, r.Step, r.Due = "agreement_declined", n, a.Steps[len(a.Steps)-1].At
		case n > 0 && a.Remind(today):
			r.Kind, r.Step, r.Due, r.Words = "agreement_due", min(4, max(1, today.Sub(a.Due)+1)), a.Due.At(12, 0), append(r.Words, a.Due.String())
		default:
			continue
		}
		out = append(out, toEach(answering(people, a), []models.Reminder{r})...)
	}
	return out, nil
}

// answering are the people whose turn it is in a talk.
func answering(people []models.Person, a planning.Agreement) []string {
	var out []string
	for _, p := range people {
		if p.Left || p.Erased || !slices.Contains(p.Roles, a.WaitsFor()) || len(p.Places) > 0 && !slices.Contains(p.Places, a.Place) {
			continue
		}
		out = append(out, p.ID)
	}
	return out
}
